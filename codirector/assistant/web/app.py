"""The Chainlit app: what happens when a message comes, when Stop is pressed, when a page is opened again. It decides nothing about
pictures; it sends messages to the engine and shows what comes back.

Imports chainlit: only `server.build` imports this, after it has said where chainlit may write.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import chainlit as cl
from chainlit.auth import create_jwt
from chainlit.auth.jwt import decode_jwt
from chainlit.config import config
from chainlit.context import ChainlitContext, get_context
from chainlit.server import app as chainlit_app
from chainlit.server import sio
from chainlit.session import WebsocketSession
from chainlit.utils import utc_now

from codirector.assistant.session.record import ArtifactRef
from codirector.assistant.turn.events import Attachment, Finished, Understood
from codirector.assistant.web import card as cards
from codirector.assistant.web.bridge import follow
from codirector.assistant.web.engine import Engine, Job
from codirector.assistant.web.guard import Guard
from codirector.assistant.web.history import History
from codirector.assistant.web.ownership import ensure_session, owner_of
from codirector.assistant.web.painted import mask_routes
from codirector.assistant.web.pictures import picture_routes
from codirector.assistant.web.starters import STARTERS
from codirector.assistant.web.studio import studio_element, studio_of
from codirector.assistant.web.transcript import (
    card_element,
    drawn_scene,
    message_step,
    picture_address,
    plain,
    reply_content,
    stable_id,
    thread_of,
)  # fmt: skip
from codirector.errors import CodirectorError
from codirector.prompts.scene import Scene

log = logging.getLogger(__name__)
STREAM_PAUSE = 0.02
"""Seconds between two pieces of a reply: fast enough to read along, slow enough to see it come."""


def build(engine: Engine, hosts: frozenset[str]) -> Guard:
    """Chainlit's application with our handlers, behind the guard. `hosts`: see Guard."""
    config.run.headless = True
    config.code.data_layer = lambda: History(engine)
    config.code.set_starters = _starters
    # Set directly: the decorators wrap a message's handler in a visible step of its own, and show raw exceptions.
    config.code.on_message = lambda message: on_message(engine, message)
    config.code.on_chat_start = lambda: on_chat_start(engine)
    config.code.on_chat_resume = lambda thread: on_chat_resume(engine, thread)

    # Chainlit's own handler says “Task manually stopped.” and cancels the task that shows the turn; ours stops the turn itself,
    # whose last event then says so in the right place.
    async def stop(sid: str) -> None:
        await on_stop(engine, sid)

    sio.on("stop", stop)
    chainlit_app.router.routes[:0] = [*picture_routes(engine), *mask_routes(engine)]
    return Guard(chainlit_app, _mint, _renew, hosts)


async def on_chat_start(engine: Engine) -> None:
    """Somebody is about to talk: the model loads while the first message is typed."""
    engine.warm_up()


async def on_message(engine: Engine, message: cl.Message) -> None:
    """One message: take it in, follow its turn, show how it ends."""
    context = get_context()
    session, owner = context.session.thread_id, _owner(context.session)
    show = Show(context, session, str(uuid.uuid4()))
    await show.open()
    try:
        files = await asyncio.to_thread(_attachments, message.elements or [])
        await asyncio.to_thread(ensure_session, engine.store, session, owner)
        before = await _scene(engine, session)
        job = await asyncio.to_thread(engine.submit, session, message.content, files, owner)
    except Exception as error:
        await show.end(cards.refused(show.id, _told(error, session), message.content))
        return
    await play(engine, job, show, before, message.content)


async def play(engine: Engine, job: Job, show: "Show", before: Scene | None, message: str) -> None:
    """Follows a turn to its end, whatever that is."""
    card = cards.begin(show.id)
    address: Callable[[ArtifactRef], str] = lambda ref: picture_address(job.session, ref)  # noqa: E731
    try:
        async for event in follow(job):
            if isinstance(event, Understood):
                before = await _scene(engine, job.session)
            can_redo = isinstance(event, Finished) and (await asyncio.to_thread(engine.store.view, job.session, None, 1)).can_redo
            card = cards.advance(card, event, before, address, can_redo)
            if isinstance(event, Finished):
                await show.end(card)
                await show.studio(engine)
            else:
                await show.update(card)
    except Exception as error:
        await show.end(cards.refused(show.id, _told(error, job.session), message))


def _told(error: Exception, session: str) -> str:
    """An error in a person's words. A fault of ours is logged, and told without its insides."""
    if isinstance(error, CodirectorError):
        return str(error)
    log.error("session %s", session, exc_info=error)
    return "Something went wrong inside Codirector; nothing made before is lost. The server's log has the details."


async def on_stop(engine: Engine, sid: str) -> None:
    """The Stop button: the turn under way ends at its next step, and says so itself."""
    session = WebsocketSession.get(sid)
    if session is None:
        return
    owner = await asyncio.to_thread(owner_of, engine.store, session.thread_id)
    job = engine.running(session.thread_id)
    if job is not None and owner == _owner(session):
        job.cancel()


async def on_chat_resume(engine: Engine, thread: Any) -> None:
    """A chat is opened again: attaches to the turn under way in it, if there is one, as soon as the page has the history."""
    engine.warm_up()
    context, session = get_context(), _session()
    job = engine.running(session.thread_id)
    # What Chainlit read before we looked may lack a turn that ended in between; so it is read again, after looking.
    steps, elements = await asyncio.to_thread(_history, engine, session.thread_id)
    thread["steps"], thread["elements"] = steps, elements
    if job is None:
        return
    known = {step["id"] for step in steps}
    opened = asyncio.Event()
    emit = session.emit

    async def emit_and_tell(event: str, data: Any) -> None:
        await emit(event, data)  # pyright: ignore[reportGeneralTypeIssues]
        if event == "resume_thread":
            opened.set()

    session.emit = emit_and_tell  # pyright: ignore[reportAttributeAccessIssue]

    async def attach() -> None:
        await opened.wait()
        session.emit = emit
        await context.emitter.task_start()
        try:
            following: Job | None = job
            while following is not None:
                await _reattach(engine, following, context, known)
                following = engine.running(session.thread_id)
        finally:
            await context.emitter.task_end()

    session.current_task = asyncio.create_task(attach())


async def _reattach(engine: Engine, job: Job, context: ChainlitContext, known: set[str]) -> None:
    said, answered = stable_id(job.id, "said"), stable_id(job.id, "answered")
    if said in known:
        return
    known.add(said)
    if job.message:
        await context.emitter.send_step(message_step(job.session, said, utc_now(), job.message, user=True))  # pyright: ignore[reportArgumentType]
    show = Show(context, job.session, answered)
    await show.open()
    await play(engine, job, show, await _scene(engine, job.session), job.message)


class Show:
    """One reply on the page: a message and its card, updated in place."""

    def __init__(self, context: ChainlitContext, session: str, id: str) -> None:
        self.emitter = context.emitter
        self.session = session
        self.id = id

    async def open(self) -> None:
        await self.emitter.send_step(self._step(""))  # pyright: ignore[reportArgumentType]
        await self.update(cards.begin(self.id))

    async def update(self, card: cards.Card) -> None:
        await self.emitter.send_element(card_element(self.session, self.id, plain(card)))  # pyright: ignore[reportArgumentType]

    async def studio(self, engine: Engine) -> None:
        """What can be done with the picture that stands now, under its card."""
        entries = await asyncio.to_thread(engine.store.transcript, self.session)
        studio = studio_of(self.id, self.session, entries, lambda ref: picture_address(self.session, ref))
        if studio is not None:
            await self.emitter.send_element(studio_element(self.session, self.id, studio))  # pyright: ignore[reportArgumentType]

    async def end(self, card: cards.Card) -> None:
        """The finished card; its text comes piece by piece, its buttons when all is said."""
        quiet = card.evolve(wishes=(), suggestions=(), actions=(), downloads=(), prompt="", negative="")
        if card.framed:
            for text in growing(card.text):
                await self.update(quiet.evolve(text=text))
                await asyncio.sleep(STREAM_PAUSE)
        elif card.text:
            await self.update(quiet)
            await self.emitter.stream_start(self._step("", streaming=True))  # pyright: ignore[reportArgumentType]
            for text in growing(card.text):
                await self.emitter.send_token(id=self.id, token=text, is_sequence=True)
                await asyncio.sleep(STREAM_PAUSE)
            await self.emitter.update_step(self._step(reply_content(card)))  # pyright: ignore[reportArgumentType]
        await self.update(card)

    def _step(self, content: str, streaming: bool = False) -> dict[str, Any]:
        return message_step(self.session, self.id, utc_now(), content) | {"streaming": streaming}


def growing(text: str, pieces: int = 12) -> list[str]:
    """`text` as it grows, in at most `pieces` steps of whole words; the last is all of it."""
    words = text.split(" ")
    size = max(1, -(-len(words) // pieces))
    return [" ".join(words[: end + size]) for end in range(0, len(words), size)] if text else []


def _history(engine: Engine, session: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What a dead process left half done is settled first, so that it is shown as interrupted."""
    engine.store.recover(session)
    return thread_of(session, engine.store.transcript(session), engine.store.view(session, last=1).can_redo)


async def _scene(engine: Engine, session: str) -> Scene | None:
    view = await asyncio.to_thread(engine.store.view, session, None, 1)
    return drawn_scene(view.history[-1]) if view.history else None


def _attachments(elements: Sequence[Any]) -> list[Attachment]:
    return [Attachment(name=element.name, data=Path(element.path).read_bytes()) for element in elements if element.path]


def _session() -> WebsocketSession:
    session = get_context().session
    assert isinstance(session, WebsocketSession)
    return session


def _owner(session: Any) -> str:
    """Whose browser this is. Chainlit refuses connections without an identity before we see them."""
    assert session.user is not None
    return session.user.identifier


async def _starters(user: Any, language: str | None = None) -> list[cl.Starter]:
    return [cl.Starter(label=label, message=message) for label, message in STARTERS]


def _mint() -> str:
    return create_jwt(cl.User(identifier=uuid.uuid4().hex, display_name="You"))


def _renew(token: str) -> str | None:
    try:
        return create_jwt(decode_jwt(token))
    except Exception:
        return None  # expired, forged, or of another secret: all the same to us
