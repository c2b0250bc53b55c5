"""Stored pictures over HTTP, to their owner only. Imports chainlit (for who is asking), so it is imported only by `app`."""

import asyncio
import re

from chainlit.auth import get_current_user
from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import FileResponse, Response
from starlette.routing import BaseRoute

from codirector.assistant.session.artifacts import EXTENSIONS
from codirector.assistant.web.engine import Engine
from codirector.assistant.web.ownership import owner_of
from codirector.errors import CodirectorError

MEDIA_TYPES = {ending: media_type for media_type, ending in EXTENSIONS.items()}


def picture_routes(engine: Engine) -> list[BaseRoute]:
    """GET /codirector/picture/{session}/{sha256}[?download=NAME]. 404 for whatever is not the caller's: that it exists is not told."""
    router = APIRouter()

    @router.get("/codirector/picture/{session}/{sha256}")
    async def picture(session: str, sha256: str, download: str = "", user=Depends(get_current_user)) -> Response:  # noqa: B008
        path = await asyncio.to_thread(find, engine, session, sha256, user.identifier if user else "")
        if path is None:
            raise HTTPException(404, "There is no such picture.")
        known = path.suffix in MEDIA_TYPES
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", download)[:100].lstrip(".-") or f"{sha256[:8]}{path.suffix}"
        headers = {
            # A picture is named by its bytes, so it never changes; but it is its owner's alone.
            "Cache-Control": "private, max-age=31536000, immutable",
            "Content-Disposition": f'{"attachment" if download or not known else "inline"}; filename="{name}"',
        }
        return FileResponse(path, media_type=MEDIA_TYPES.get(path.suffix, "application/octet-stream"), headers=headers)

    return router.routes


def find(engine: Engine, session: str, sha256: str, user: str):
    """The file, if the session is the user's and refers to it; else None."""
    if not user or not re.fullmatch(r"[0-9a-f]{64}", sha256):
        return None
    try:
        if owner_of(engine.store, session) != user or not engine.store.refers(session, sha256):
            return None
        return engine.store.artifacts.find(sha256)
    except CodirectorError:
        return None
