// One turn of the conversation: the picture (or how it is coming along), the scene with what changed this turn, the reply, and what
// can be done next. It shows the props it is given and decides nothing; every button sends an ordinary message.
import { createElement, useEffect, useRef, useState } from 'react';
import { useChatData, useChatMessages } from '@chainlit/react-client';
import { Markdown } from '@/components/markdown';
import { Dialog, DialogContent, DialogDescription, DialogTitle, DialogTrigger } from '@/components/ui/dialog';
import { ArrowRight, Download, FileText, GitBranch, History, Redo2, RotateCcw, Shuffle, Undo2 } from 'lucide-react';

const ICONS = { undo: Undo2, redo: Redo2, vary: Shuffle, branch: GitBranch, goto: History, repeat: RotateCcw, next: ArrowRight };

// The page evaluates this file again for every change of the props. A component made anew each time would be taken down and built
// again, and the picture would flicker; so the first one made is kept and used ever after.
const memory = (window.codirector ??= {});

memory.Picture ??= function Picture({ picture, preview, sharp, busy, alt }) {
  const [loaded, setLoaded] = useState(false);
  const shape = { aspectRatio: `${picture.width} / ${picture.height}` };
  const layers = (
    <>
      {preview ? <img className="cd-preview" src={preview} alt="" decoding="sync" style={{ '--cd-blur': `${(1 - sharp) * 7}px` }} /> : null}
      {!preview && busy ? <span className="cd-shimmer" /> : null}
      {picture.url ? (
        <img
          className="cd-final"
          data-loaded={loaded}
          src={picture.url}
          alt={alt}
          width={picture.width}
          height={picture.height}
          onLoad={() => setLoaded(true)}
        />
      ) : null}
    </>
  );
  if (picture.url && picture.media_type.startsWith('video/')) {
    return (
      <div className="cd-film">
        <video
          className="cd-frame"
          style={shape}
          src={picture.url}
          poster={preview || undefined}
          aria-label={`Film: ${alt}`}
          width={picture.width}
          height={picture.height}
          controls
          loop
          muted
          autoPlay={!window.matchMedia('(prefers-reduced-motion: reduce)').matches}
          playsInline
          preload="auto"
        />
        {picture.strip ? <img className="cd-strip" src={picture.strip} alt="Some of the film's frames side by side" /> : null}
      </div>
    );
  }
  if (!picture.url) {
    return (
      <div className="cd-frame" style={shape} role="img" aria-label={`In the making: ${alt}`}>
        {layers}
      </div>
    );
  }
  return (
    <Dialog>
      <DialogTrigger asChild>
        <button type="button" className="cd-frame" style={shape} title="See it large" aria-label={`${alt} (see it large)`}>
          {layers}
        </button>
      </DialogTrigger>
      <DialogContent className="cd-lightbox">
        <DialogTitle className="sr-only">The picture, large</DialogTitle>
        <DialogDescription className="cd-caption">{alt}</DialogDescription>
        <img src={picture.url} alt={alt} />
      </DialogContent>
    </Dialog>
  );
};

memory.Row ??= function Row({ row }) {
  return (
    <div className="cd-row" data-state={row.state}>
      <dt>{row.label}</dt>
      <dd>
        {row.before ? (
          <>
            <del>{row.before}</del>{' '}
          </>
        ) : null}
        {row.value ? row.state === 'same' ? row.value : <ins>{row.value}</ins> : null}
        {row.state === 'same' ? null : <span className="sr-only"> ({row.state} this turn)</span>}
      </dd>
    </div>
  );
};

// The same seed under each setting: one picture at a time, the slider chooses which.
memory.Walk ??= function Walk({ pictures }) {
  const [place, setPlace] = useState(0);
  const shown = pictures[Math.min(place, pictures.length - 1)];
  return (
    <div className="cd-walk" role="group" aria-label="One at a time">
      <img src={shown.url} alt={shown.alt} width={shown.width} height={shown.height} />
      <label>
        <span className="sr-only">Which one</span>
        <input
          type="range"
          min={0}
          max={pictures.length - 1}
          step={1}
          value={place}
          aria-valuetext={shown.caption}
          onChange={(event) => setPlace(Number(event.target.value))}
        />
        <output>{shown.caption}</output>
      </label>
    </div>
  );
};

memory.Turn ??= function Turn({ card, send }) {
  const { elements, disabled } = useChatData();
  const { threadId } = useChatMessages();
  const turns = elements.filter((element) => element.type === 'custom' && element.name === 'Turn');
  const newest = turns.length === 0 || turns[turns.length - 1].props.key === card.key;
  const say = (message) => () => send(message);
  const share = card.steps > 0 ? Math.min(1, card.step / card.steps) : 0;
  const actions = card.actions.filter((action) => action.when === (newest ? 'now' : 'past'));
  const { Picture, Row, Walk } = memory;
  const here = useRef(null);
  const last = useRef(card.status);
  const [announced, announce] = useState('');
  useEffect(() => {
    if (last.current !== card.status && !card.busy) announce(card.text || card.status_text);
    last.current = card.status;
  }, [card.status]);
  useEffect(() => {
    // An opened chat begins where it was left: at its newest card, whole.
    if (newest && !card.busy) here.current?.scrollIntoView({ block: 'end' });
  }, []);
  const over = !card.busy && card.actions.length + card.suggestions.length > 0;
  const wasBusy = useRef(card.busy);
  useEffect(() => {
    // The buttons come last and may lie below the edge. On a small screen, where not all of it fits, the picture is what stays in sight.
    const space = here.current?.closest('.overflow-y-auto')?.clientHeight ?? 0;
    const fits = here.current?.offsetHeight < space;
    if (newest && over && wasBusy.current && fits) here.current.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    wasBusy.current = wasBusy.current && !over;
  }, [over]);
  useEffect(() => {
    // The page gives a new chat its address from the list of chats, which a narrow window does not show.
    const narrow = window.matchMedia('(max-width: 767px)').matches;
    if (narrow && threadId && window.location.pathname === '/') window.history.replaceState(window.history.state, '', `/thread/${threadId}`);
  }, [threadId]);

  return (
    <section ref={here} className="cd-turn" data-status={card.status} data-busy={card.busy} aria-busy={card.busy} aria-label={card.title}>
      {card.busy && !card.framed ? (
        <p className="cd-status">
          <span className="cd-dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {card.status_text}
        </p>
      ) : null}
      {card.framed ? (
        <div className="cd-body">
          <div className="cd-pictures" data-many={card.pictures.length > 1}>
            {card.pictures.map((picture, index) => (
              <figure key={index}>
                <Picture picture={picture} preview={index === 0 ? card.preview : ''} sharp={card.sharp} busy={card.busy} alt={picture.alt || card.alt} />
                {picture.caption ? <figcaption>{picture.caption}</figcaption> : null}
              </figure>
            ))}
            {card.walk?.length > 1 ? <Walk pictures={card.walk} /> : null}
            {card.busy ? (
              <div className="cd-progress">
                <div
                  className="cd-bar"
                  role="progressbar"
                  aria-label={card.status_text}
                  aria-valuemin={0}
                  aria-valuemax={100}
                  aria-valuenow={Math.round(share * 100)}
                >
                  <span style={{ transform: `scaleX(${share})` }} />
                </div>
                <span className="cd-step">{card.status_text}</span>
              </div>
            ) : null}
          </div>
          {card.rows.length ? (
            <div className="cd-scene">
              <h3>
                Scene{card.number ? <span> · turn {card.number}</span> : null}
              </h3>
              <dl>
                {card.rows.map((row) => (
                  <Row key={row.key} row={row} />
                ))}
              </dl>
              {card.settings.length ? (
                <ul className="cd-settings" aria-label="Render settings">
                  {card.settings.map((row) => (
                    <li key={row.key} data-state={row.state} title={row.before ? `before: ${row.before}` : undefined}>
                      {row.label} <b>{row.value}</b>
                    </li>
                  ))}
                </ul>
              ) : null}
            </div>
          ) : null}
        </div>
      ) : null}
      {card.framed && card.text ? (
        <div className="cd-text">
          <Markdown renderMarkdown={true}>{card.text}</Markdown>
        </div>
      ) : null}
      {card.notice ? (
        <p className="cd-notice" role="status">
          {card.notice}
        </p>
      ) : null}
      {newest && card.wishes.length ? (
        <div className="cd-wishes">
          <span className="cd-label">Kept for later</span>
          {card.wishes.map((wish, index) => (
            <button key={index} type="button" className="cd-button cd-wish" disabled={disabled} onClick={say(wish.message)}>
              <ArrowRight aria-hidden="true" />
              {wish.label}
            </button>
          ))}
        </div>
      ) : null}
      {newest && card.suggestions.length ? (
        <div className="cd-suggestions" role="group" aria-label="Suggestions">
          {card.suggestions.map((message) => (
            <button key={message} type="button" className="cd-button cd-chip" disabled={disabled} onClick={say(message)}>
              {message}
            </button>
          ))}
        </div>
      ) : null}
      {actions.length || card.downloads.length || card.prompt ? (
        <div className="cd-actions" role="group" aria-label="What to do with this picture">
          {actions.map((action) => (
            <button
              key={action.id}
              type="button"
              className="cd-button"
              data-action={action.id}
              title={action.hint}
              disabled={disabled || action.off}
              onClick={say(action.message)}
            >
              {ICONS[action.id] ? createElement(ICONS[action.id], { 'aria-hidden': true }) : null}
              {action.label}
            </button>
          ))}
          {card.downloads.map((file) => (
            <a key={file.url} className="cd-button" data-action="download" href={file.url} download={file.name} title="Save the picture with its prompt inside">
              <Download aria-hidden="true" />
              Download
            </a>
          ))}
          {card.prompt ? (
            <details className="cd-prompt">
              <summary className="cd-button">
                <FileText aria-hidden="true" />
                Prompt
              </summary>
              <p>{card.prompt}</p>
              {card.negative ? <p className="cd-negative">Avoid: {card.negative}</p> : null}
              {card.checks.length ? <p className="cd-checks">{card.checks.join(' · ')}</p> : null}
            </details>
          ) : null}
        </div>
      ) : null}
      <span className="sr-only" role="status" aria-live="polite">
        {announced}
      </span>
    </section>
  );
};

export default <memory.Turn card={props} send={sendUserMessage} />;
