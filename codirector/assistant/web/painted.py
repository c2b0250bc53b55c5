"""Masks painted on the page, over HTTP, from the session's owner only. Imports chainlit (for who is asking), so only `app` imports it."""

import asyncio

from chainlit.auth import get_current_user
from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.routing import BaseRoute

from codirector.assistant.web.engine import Engine
from codirector.assistant.web.ownership import owner_of
from codirector.errors import CodirectorError
from codirector.tools.pictures import open_picture

MAX_MASK = 4 * 1024**2
MAX_PIXELS = 16_000_000


def mask_routes(engine: Engine) -> list[BaseRoute]:
    """POST /codirector/mask/{session}, the body a PNG that is white where the picture may change. Answers {"sha256": …}, which goes
    with a message as `--mask …`. 404 for a session that is not the caller's, 400 with a sentence for what is no mask."""
    router = APIRouter()

    @router.post("/codirector/mask/{session}")
    async def mask(session: str, request: Request, user=Depends(get_current_user)) -> dict[str, str]:  # noqa: B008
        name = user.identifier if user else ""
        owner = await asyncio.to_thread(owner_of, engine.store, session)
        if not name or owner != name:
            raise HTTPException(404, "There is no such chat.")
        data = await request.body()
        try:
            sha256 = await asyncio.to_thread(keep, engine, data)
        except CodirectorError as error:
            raise HTTPException(400, str(error)) from error
        return {"sha256": sha256}

    return router.routes


def keep(engine: Engine, data: bytes) -> str:
    """Stores a painted mask as a plain black-and-white PNG and returns its hash. Raises InputError for what is none, or empty."""
    from codirector.tools import masks

    picture = open_picture(data, "The painted region", max_bytes=MAX_MASK, max_pixels=MAX_PIXELS)
    mask = masks.from_image(picture.image)
    masks.bounds(mask)
    return engine.store.artifacts.write(masks.to_png(mask), "image/png", "mask", picture.width, picture.height).sha256
