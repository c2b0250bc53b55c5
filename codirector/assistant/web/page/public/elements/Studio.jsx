// Under the newest picture: paint a region and say what it should become, compare before and after, go to any picture of the session.
// It decides nothing: the region is sent to be kept, and every button sends an ordinary message.
import { useEffect, useRef, useState } from 'react';
import { useChatData } from '@chainlit/react-client';
import { Dialog, DialogContent, DialogDescription, DialogTitle, DialogTrigger } from '@/components/ui/dialog';
import { Brush, Columns2, Eraser, Lasso, Minus, Plus, RotateCcw, Square, Trash2, Undo2 } from 'lucide-react';

// As in Turn.jsx: this file is evaluated again for every change of the props, and a component made anew would lose its state.
const memory = (window.codirector ??= {});

const LONGEST = 1024; // pixels of the longer side a mask is painted at
const PAINT = '#e0218a';
const KEPT = 30; // steps that can be undone
const TOOLS = [
  ['brush', 'Brush (B)', Brush],
  ['eraser', 'Eraser (E)', Eraser],
  ['lasso', 'Lasso (L)', Lasso],
  ['box', 'Box (R)', Square]
];

memory.Slider ??= function Slider({ before, after, width, height, alt }) {
  const [share, setShare] = useState(50);
  const frame = useRef(null);
  const follow = (event) => {
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId);
    if (event.buttons === 0) return;
    const box = frame.current.getBoundingClientRect();
    setShare(Math.round(Math.min(100, Math.max(0, ((event.clientX - box.left) / box.width) * 100))));
  };
  return (
    <div className="cd-compare">
      <div ref={frame} className="cd-compare-frame" style={{ aspectRatio: `${width} / ${height}` }} onPointerDown={follow} onPointerMove={follow}>
        <img src={after} alt={`After: ${alt}`} draggable={false} />
        <img src={before} alt="Before" draggable={false} style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }} />
        <span className="cd-compare-line" style={{ left: `${share}%` }} aria-hidden="true" />
      </div>
      <label className="cd-compare-range">
        <span>Before</span>
        <input type="range" min="0" max="100" value={share} aria-label="How much of the picture before is shown" onChange={(event) => setShare(Number(event.target.value))} />
        <span>After</span>
      </label>
    </div>
  );
};

// The mask is a canvas of its own: opaque where painted. All drawing goes through `mark`, from pointers and keys alike.
memory.Painter ??= function Painter({ studio, send, close }) {
  const scale = Math.min(1, LONGEST / Math.max(studio.width, studio.height));
  const size = [Math.max(1, Math.round(studio.width * scale)), Math.max(1, Math.round(studio.height * scale))];
  const canvas = useRef(null);
  const view = useRef(null);
  const past = useRef([]);
  const path = useRef(null);
  const fingers = useRef(new Map());
  const pinch = useRef(null);
  const [tool, setTool] = useState('brush');
  const [radius, setRadius] = useState(Math.round(size[0] / 18));
  const [zoom, setZoom] = useState(1);
  const [steps, setSteps] = useState(0);
  const [painted, setPainted] = useState(false);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const [cursor, setCursor] = useState([size[0] / 2, size[1] / 2]);
  const [rubber, setRubber] = useState(null);

  const context = () => canvas.current.getContext('2d', { willReadFrequently: true });
  const remember = () => {
    past.current.push(context().getImageData(0, 0, ...size));
    if (past.current.length > KEPT) past.current.shift();
    setSteps(past.current.length);
  };
  const look = () => {
    const data = context().getImageData(0, 0, ...size).data;
    let any = false;
    for (let at = 3; at < data.length && !any; at += 16) any = data[at] > 127;
    setPainted(any);
  };
  const undo = () => {
    const last = past.current.pop();
    if (last) context().putImageData(last, 0, 0);
    setSteps(past.current.length);
    look();
  };
  const clear = () => {
    remember();
    context().clearRect(0, 0, ...size);
    look();
  };
  const invert = () => {
    remember();
    const pen = context();
    pen.globalCompositeOperation = 'xor';
    pen.fillStyle = PAINT;
    pen.fillRect(0, 0, ...size);
    pen.globalCompositeOperation = 'source-over';
    look();
  };
  const stroke = (from, to, erase) => {
    const pen = context();
    pen.globalCompositeOperation = erase ? 'destination-out' : 'source-over';
    pen.strokeStyle = pen.fillStyle = PAINT;
    pen.lineWidth = radius * 2;
    pen.lineCap = pen.lineJoin = 'round';
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(to[0] + 0.01, to[1]);
    pen.stroke();
    pen.globalCompositeOperation = 'source-over';
  };
  const fill = (points) => {
    const pen = context();
    pen.fillStyle = PAINT;
    pen.beginPath();
    points.forEach((point, index) => (index ? pen.lineTo(...point) : pen.moveTo(...point)));
    pen.closePath();
    pen.fill();
  };
  const corners = ([x0, y0], [x1, y1]) => [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  const place = (event) => {
    const box = canvas.current.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * size[0], ((event.clientY - box.top) / box.height) * size[1]];
  };
  const spread = () => {
    const [one, two] = [...fingers.current.values()];
    return Math.hypot(one[0] - two[0], one[1] - two[1]);
  };
  const magnify = (factor) => setZoom((now) => Math.min(8, Math.max(1, Math.round(now * factor * 100) / 100)));

  const down = (event) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, [event.clientX, event.clientY]);
    if (fingers.current.size === 2) {
      // A second finger: not a stroke but a pinch; what the first finger began is taken back.
      if (path.current) undo();
      path.current = null;
      setRubber(null);
      pinch.current = [spread(), zoom];
      return;
    }
    if (event.button > 0) return;
    remember();
    const point = place(event);
    path.current = [point];
    if (tool === 'brush' || tool === 'eraser') stroke(point, point, tool === 'eraser');
  };
  const move = (event) => {
    if (fingers.current.has(event.pointerId)) fingers.current.set(event.pointerId, [event.clientX, event.clientY]);
    if (pinch.current && fingers.current.size === 2) {
      setZoom(Math.min(8, Math.max(1, (pinch.current[1] * spread()) / pinch.current[0])));
      return;
    }
    const point = place(event);
    setCursor(point);
    if (!path.current) return;
    if (tool === 'brush' || tool === 'eraser') stroke(path.current[path.current.length - 1], point, tool === 'eraser');
    path.current.push(point);
    if (tool === 'lasso') setRubber([...path.current]);
    if (tool === 'box') setRubber(corners(path.current[0], point));
  };
  const up = (event) => {
    fingers.current.delete(event.pointerId);
    if (fingers.current.size < 2) pinch.current = null;
    if (!path.current) return;
    if (tool === 'lasso' && path.current.length > 2) fill(path.current);
    if (tool === 'box') fill(corners(path.current[0], path.current[path.current.length - 1]));
    path.current = null;
    setRubber(null);
    look();
  };

  const keys = (event) => {
    if (event.target.tagName === 'INPUT') return;
    const step = event.shiftKey ? 1 : Math.max(4, radius / 2);
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const letters = { b: 'brush', e: 'eraser', l: 'lasso', r: 'box' };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if ((event.ctrlKey || event.metaKey) && key === 'z') undo();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (moves[key]) {
      const next = [0, 1].map((axis) => Math.min(size[axis], Math.max(0, cursor[axis] + moves[key][axis])));
      if (path.current) {
        if (tool === 'brush' || tool === 'eraser') stroke(cursor, next, tool === 'eraser');
        path.current.push(next);
        if (tool === 'lasso') setRubber([...path.current]);
        if (tool === 'box') setRubber(corners(path.current[0], next));
      }
      setCursor(next);
    } else if (key === ' ') {
      // Space puts the pen down, and up again.
      if (path.current) up({ pointerId: -1 });
      else {
        remember();
        path.current = [cursor];
        if (tool === 'brush' || tool === 'eraser') stroke(cursor, cursor, tool === 'eraser');
        look();
      }
    } else if (letters[key]) setTool(letters[key]);
    else if (key === '[') setRadius((now) => Math.max(2, Math.round(now * 0.8)));
    else if (key === ']') setRadius((now) => Math.min(size[0] / 2, Math.round(now * 1.25) + 1));
    else if (key === '+' || key === '=') magnify(1.25);
    else if (key === '-') magnify(0.8);
    else if (key === '0') setZoom(1);
    else if (key === 'i') invert();
    else return;
    event.preventDefault();
  };

  const wheel = (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    magnify(event.deltaY < 0 ? 1.1 : 0.9);
  };
  useEffect(() => {
    // React listens passively to the wheel, where the page's own zoom cannot be held back.
    const area = view.current;
    area?.addEventListener('wheel', wheel, { passive: false });
    return () => area?.removeEventListener('wheel', wheel);
  }, []);

  const apply = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      const flat = document.createElement('canvas');
      [flat.width, flat.height] = size;
      const pen = flat.getContext('2d');
      // What is painted becomes white, whatever colour it has on the page; the rest black.
      pen.drawImage(canvas.current, 0, 0);
      pen.globalCompositeOperation = 'source-in';
      pen.fillStyle = '#fff';
      pen.fillRect(0, 0, ...size);
      pen.globalCompositeOperation = 'destination-over';
      pen.fillStyle = '#000';
      pen.fillRect(0, 0, ...size);
      const blob = await new Promise((done) => flat.toBlob(done, 'image/png'));
      const answer = await fetch(`/codirector/mask/${encodeURIComponent(studio.session)}`, { method: 'POST', body: blob, headers: { 'Content-Type': 'image/png' } });
      const said = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Error(typeof said.detail === 'string' ? said.detail : 'The region could not be sent.');
      close();
      send(`${text.trim()} --mask ${said.sha256}`);
    } catch (error) {
      setProblem(String(error.message ?? error));
      setBusy(false);
    }
  };

  const ready = painted && text.trim().length > 0 && !busy;
  const percent = ([x, y]) => `${(x / size[0]) * 100} ${(y / size[1]) * 100}`;
  return (
    <div className="cd-painter" onKeyDown={keys}>
      <div className="cd-tools" role="toolbar" aria-label="Painting tools">
        {TOOLS.map(([name, label, Icon]) => (
          <button key={name} type="button" className="cd-button" data-tool={name} aria-pressed={tool === name} aria-label={label} title={label} onClick={() => setTool(name)}>
            <Icon aria-hidden="true" />
          </button>
        ))}
        <label className="cd-size" title="Size of the brush ([ and ])">
          <span className="sr-only">Size of the brush</span>
          <input type="range" min="2" max={Math.round(size[0] / 3)} value={radius} aria-label="Size of the brush" onChange={(event) => setRadius(Number(event.target.value))} />
        </label>
        <button type="button" className="cd-button" data-do="undo" aria-label="Undo (Ctrl+Z)" title="Undo (Ctrl+Z)" disabled={!steps} onClick={undo}><Undo2 aria-hidden="true" /></button>
        <button type="button" className="cd-button" data-do="invert" aria-label="Invert (I)" title="Invert (I)" onClick={invert}><RotateCcw aria-hidden="true" /></button>
        <button type="button" className="cd-button" data-do="clear" aria-label="Clear" title="Clear" disabled={!painted} onClick={clear}><Trash2 aria-hidden="true" /></button>
        <button type="button" className="cd-button" data-do="smaller" aria-label="Zoom out (-)" title="Zoom out (-)" disabled={zoom <= 1} onClick={() => magnify(0.8)}><Minus aria-hidden="true" /></button>
        <output aria-label="Zoom">{Math.round(zoom * 100)} %</output>
        <button type="button" className="cd-button" data-do="larger" aria-label="Zoom in (+)" title="Zoom in (+)" onClick={() => magnify(1.25)}><Plus aria-hidden="true" /></button>
      </div>
      <div ref={view} className="cd-easel">
        <div
          className="cd-sheet"
          style={{ width: `${zoom * 100}%`, aspectRatio: `${size[0]} / ${size[1]}`, maxWidth: zoom === 1 ? `calc(58vh * ${size[0] / size[1]})` : 'none' }}
          tabIndex={0}
          role="application"
          aria-label="The picture to paint on. Arrow keys move the pen, space puts it down and up."
          onPointerDown={down}
          onPointerMove={move}
          onPointerUp={up}
          onPointerCancel={up}
        >
          <img src={studio.picture} alt={studio.alt} draggable={false} />
          <canvas ref={canvas} width={size[0]} height={size[1]} />
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            {rubber ? <polygon points={rubber.map(percent).join(', ')} /> : null}
          </svg>
          <i
            className="cd-pen"
            aria-hidden="true"
            style={{ left: `${(cursor[0] / size[0]) * 100}%`, top: `${(cursor[1] / size[1]) * 100}%`, width: tool === 'brush' || tool === 'eraser' ? `${((radius * 2) / size[0]) * 100}%` : '14px' }}
          />
        </div>
      </div>
      <form className="cd-wish-form" onSubmit={apply}>
        <input type="text" value={text} aria-label="What the painted region should become" placeholder="What should it become? “remove this”, “make it blue”, “a red hat”" onChange={(event) => setText(event.target.value)} maxLength={400} />
        <button type="submit" className="cd-button cd-go" disabled={!ready}>{busy ? 'Sending…' : 'Change this region'}</button>
      </form>
      <p className="cd-hint" role="status">{problem || (painted ? 'Only what is painted will change.' : 'Paint over what should change.')}</p>
    </div>
  );
};

memory.Studio ??= function Studio({ studio, send }) {
  const { elements, disabled } = useChatData();
  const [open, setOpen] = useState(false);
  const [compared, setCompared] = useState(false);
  const all = elements.filter((element) => element.type === 'custom' && element.name === 'Studio');
  const turns = elements.filter((element) => element.type === 'custom' && element.name === 'Turn');
  const busy = turns.length > 0 && turns[turns.length - 1].props.busy;
  const newest = all.length === 0 || all[all.length - 1].props.key === studio.key;
  const strip = useRef(null);
  useEffect(() => {
    const here = strip.current?.querySelector('[data-here=true]');
    if (here) strip.current.scrollLeft = here.offsetLeft - strip.current.clientWidth / 2;
  }, [studio.strip.length]);
  if (!newest || busy || !studio.picture) return null;
  const { Painter, Slider } = memory;
  return (
    <section className="cd-studio" aria-label="Work on this picture">
      <div className="cd-actions">
        <Dialog open={open} onOpenChange={setOpen}>
          <DialogTrigger asChild>
            <button type="button" className="cd-button" data-action="paint" disabled={disabled}>
              <Brush aria-hidden="true" />
              Paint a region
            </button>
          </DialogTrigger>
          <DialogContent className="cd-lightbox cd-workshop">
            <DialogTitle className="sr-only">Paint a region</DialogTitle>
            <DialogDescription className="sr-only">Paint over what should change, then say what it should become.</DialogDescription>
            <Painter studio={studio} send={send} close={() => setOpen(false)} />
          </DialogContent>
        </Dialog>
        {studio.before ? (
          <button type="button" className="cd-button" data-action="compare" aria-expanded={compared} onClick={() => setCompared(!compared)}>
            <Columns2 aria-hidden="true" />
            Before and after
          </button>
        ) : null}
      </div>
      {compared && studio.before ? <Slider before={studio.before} after={studio.picture} width={studio.width} height={studio.height} alt={studio.alt} /> : null}
      {studio.strip.length > 1 ? (
        <ol ref={strip} className="cd-strip" aria-label="Pictures of this session">
          {studio.strip.map((shot) => (
            <li key={`${shot.number}-${shot.url}`} data-here={shot.here} style={{ '--cd-depth': shot.depth }}>
              <button
                type="button"
                disabled={disabled || shot.here}
                aria-current={shot.here ? 'true' : undefined}
                aria-label={`Turn ${shot.number}${shot.depth ? `, branch ${shot.thread}` : ''}: ${shot.label}${shot.here ? ' (shown)' : ''}`}
                title={shot.label}
                onClick={() => send(shot.message)}
              >
                <img src={shot.url} alt="" loading="lazy" />
                <span>{shot.number}</span>
              </button>
            </li>
          ))}
        </ol>
      ) : null}
    </section>
  );
};

export default <memory.Studio studio={props} send={sendUserMessage} />;
