"""Chainlit's history over our session store: a thread is a session, and its messages and pictures are rebuilt from the transcript.

Nothing is stored twice: what Chainlit wants to write of steps and elements is left out, since the turn itself is committed by the
engine. Imports chainlit, so it is imported only after `server` has said where chainlit may write.
"""

import asyncio

from chainlit.data.base import BaseDataLayer
from chainlit.types import Feedback, PageInfo, PaginatedResponse, Pagination, ThreadDict, ThreadFilter
from chainlit.user import PersistedUser, User

from codirector.assistant.session.record import SessionInfo
from codirector.assistant.web.engine import Engine
from codirector.assistant.web.ownership import ensure_session, owner_of
from codirector.assistant.web.transcript import thread_of
from codirector.errors import CodirectorError

TITLE_LENGTH = 80


class History(BaseDataLayer):
    """Reads are made off the event loop. Whose a thread is, is asked of the store every time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def get_user(self, identifier: str) -> PersistedUser | None:
        """A browser is who its signed cookie says; there is nothing to look up."""
        return PersistedUser(id=identifier, identifier=identifier, createdAt="", display_name="You")

    async def create_user(self, user: User) -> PersistedUser | None:
        return await self.get_user(user.identifier)

    async def get_thread_author(self, thread_id: str) -> str:
        """Empty for a thread that does not exist (Chainlit answers 404)."""
        return await asyncio.to_thread(owner_of, self.engine.store, thread_id) or ""

    async def list_threads(self, pagination: Pagination, filters: ThreadFilter) -> PaginatedResponse[ThreadDict]:
        """The user's sessions, the last used first."""
        if not filters.userId:
            raise ValueError("userId is required")
        found = await asyncio.to_thread(self._find, filters.userId, (filters.search or "").strip().lower())
        start = next((index + 1 for index, thread in enumerate(found) if thread["id"] == pagination.cursor), 0)
        page = found[start : start + pagination.first]
        ends = (page[0]["id"], page[-1]["id"]) if page else (None, None)
        more = len(found) > start + pagination.first
        return PaginatedResponse(pageInfo=PageInfo(hasNextPage=more, startCursor=ends[0], endCursor=ends[1]), data=page)

    def _find(self, owner: str, search: str) -> list[ThreadDict]:
        return [self._line(info) for info in self.engine.store.list(owner=owner) if not search or self._mentions(info, search)]

    def _mentions(self, info: SessionInfo, search: str) -> bool:
        if search in info.title.lower():
            return True
        entries = self.engine.store.transcript(info.name)
        return any(search in entry.message.lower() or search in entry.reply.lower() for entry in entries)

    def _line(self, info: SessionInfo) -> ThreadDict:
        title = info.title
        if not title and (job := self.engine.running(info.name)):
            title = job.message
        return ThreadDict(
            id=info.name,
            createdAt=info.updated or info.created,
            name=title.strip()[:TITLE_LENGTH] or "A new picture",
            userId=info.owner,
            userIdentifier=info.owner,
            tags=None,
            metadata={},
            steps=[],
            elements=[],
        )

    async def get_thread(self, thread_id: str) -> ThreadDict | None:
        """The whole thread, or None. Raises CorruptSession, whose words the page shows."""
        return await asyncio.to_thread(self._thread, thread_id)

    def _thread(self, session: str) -> ThreadDict | None:
        store = self.engine.store
        if owner_of(store, session) is None:
            return None
        info = store.info(session)
        steps, elements = thread_of(session, store.transcript(session), store.view(session, last=1).can_redo)
        return ThreadDict(self._line(info) | {"steps": steps, "elements": elements, "createdAt": info.created})  # pyright: ignore[reportArgumentType]

    async def update_thread(
        self,
        thread_id: str,
        name: str | None = None,
        user_id: str | None = None,
        metadata: dict | None = None,
        tags: list[str] | None = None,
    ) -> None:
        """With a user: the first message of a new thread, which makes the session. With a name alone: a rename. Chainlit's own
        metadata is not kept. Raises UnknownName for someone else's session."""
        if user_id:
            await asyncio.to_thread(ensure_session, self.engine.store, thread_id, user_id)
        elif name:
            await asyncio.to_thread(self.engine.store.retitle, thread_id, name.strip()[:TITLE_LENGTH])

    async def delete_thread(self, thread_id: str) -> None:
        """Stops what runs in it first."""
        if job := self.engine.running(thread_id):
            job.cancel()
            await asyncio.to_thread(_wait, job)
        await asyncio.to_thread(self.engine.store.delete, thread_id)

    async def get_element(self, thread_id: str, element_id: str):
        thread = await self.get_thread(thread_id)
        return next((element for element in (thread or {}).get("elements") or () if element["id"] == element_id), None)

    async def create_element(self, element) -> None:
        """Kept by the engine with the turn."""

    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None:
        """Turns are append-only."""

    async def create_step(self, step_dict) -> None:
        """Kept by the engine with the turn."""

    async def update_step(self, step_dict) -> None:
        """Kept by the engine with the turn."""

    async def delete_step(self, step_id: str) -> None:
        """Turns are append-only."""

    async def upsert_feedback(self, feedback: Feedback) -> str:
        """Not collected; the page does not offer it."""
        return ""

    async def delete_feedback(self, feedback_id: str) -> bool:
        return False

    async def get_favorite_steps(self, user_id: str) -> list:
        return []

    async def build_debug_url(self) -> str:
        return ""

    async def close(self) -> None:
        """The engine belongs to the server."""


def _wait(job) -> None:
    try:
        for _ in job.events():
            pass
    except CodirectorError:
        return
