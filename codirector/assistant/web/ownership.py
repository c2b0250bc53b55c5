"""Whose session it is. Sessions of the page are named by their thread's id (a random UUID) and belong to one browser's identity."""

import uuid

from codirector.assistant.session.store import SessionStore
from codirector.errors import InputError, UnknownName


def owner_of(store: SessionStore, session: str) -> str | None:
    """The owner of a session; None if there is no such session."""
    try:
        return store.info(session).owner
    except UnknownName:
        return None


def ensure_session(store: SessionStore, session: str, owner: str) -> None:
    """Makes the session unless it exists. Raises UnknownName if it is someone else's, in the words for one that does not exist:
    that it exists is nobody else's business."""
    if not is_thread_id(session):
        raise UnknownName(f"There is no chat “{session[:80]}”.", "Start a new one.")
    if not store.exists(session):
        try:
            store.create(session, owner=owner)
        except InputError:  # made meanwhile, by the other of the two tasks a first message starts
            if not store.exists(session):
                raise
    if store.info(session).owner != owner:
        raise UnknownName(f"There is no chat “{session}”.", "Start a new one.")


def is_thread_id(session: str) -> bool:
    """Whether Chainlit could have named it: names of command line sessions cannot be taken from the page."""
    try:
        return str(uuid.UUID(session)) == session
    except ValueError:
        return False
