"""Chat models that take pictures, as readers: any that LangChain knows ('openai:gpt-4o-mini', 'ollama:llava'), behind the same request as
our own. The picture is sent to the model's provider, so a person has to name it. It knows neither sessions nor scenes.
"""

from __future__ import annotations

import base64
import io
import threading
import time
from collections.abc import Iterator
from typing import Any

from codirector.assistant.planner.model import connected
from codirector.errors import InternalError, RetryableError, UnknownName, Unsupported
from codirector.tools.backend import Capabilities, RunContext
from codirector.tools.events import Done, Event, Progress
from codirector.tools.pictures import open_picture
from codirector.tools.requests import ReadRequest, Request

LONGEST = 1024
"""Pixels of the longer side of what is sent."""
_ASKED = "Describe this picture in one or two sentences: what it shows, where, in what light and style. Say so where you are not sure."
_ANSWER = "Answer in one or two sentences from what this picture shows, and say so where it does not show it."


class ChatReader:
    """A backend for 'read' requests whose model has a provider in its name."""

    name = "chat-vision"

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._chats: dict[str, Any] = {}
        self._closed = False

    def capabilities(self, model: str) -> Capabilities:
        """Reading only. Raises UnknownName for a name without a provider."""
        provider, colon, rest = model.partition(":")
        if not (colon and rest and provider.replace("_", "").replace("-", "").isalpha() and len(provider) > 1):
            raise UnknownName(f"There is no reader called '{model}'.", "A chat model is named like 'openai:gpt-4o-mini'.")
        return Capabilities(requests=("read",), negative_prompt=False, prompt_weights=False, token_limit=0, generates=False)

    def run(self, request: Request, context: RunContext) -> Iterator[Event]:
        """What was said is in the facts. Raises InputError (not set up), RetryableError (no answer)."""
        if not isinstance(request, ReadRequest):
            raise Unsupported(f"A chat model that reads pictures cannot do '{request.kind}'.", "It says what a picture shows.")
        began = time.perf_counter()
        context.check_cancelled()
        yield Progress(stage="read", step=0, steps=1)
        text = self._ask(request, _shrunk(context.blobs.read(request.image)))
        context.check_cancelled()
        yield Progress(stage="read", step=1, steps=1)
        facts = {"backend": self.name, "model": request.model, "reader": request.model, "text": text, "sure": None}
        yield Done(products=(), facts=facts | {"seconds": {"read": round(time.perf_counter() - began, 4)}})

    def _ask(self, request: ReadRequest, png: bytes) -> str:
        words = f"{_ANSWER} {request.question}" if request.question else _ASKED
        picture = {"type": "image", "base64": base64.b64encode(png).decode(), "mime_type": "image/png"}
        with self._guard:
            if self._closed:
                raise InternalError("The reader was closed already.")
            if request.model not in self._chats:
                self._chats[request.model] = connected(request.model, "reader", "our own by leaving --reader out")
            chat = self._chats[request.model]
        try:
            said = chat.invoke([{"role": "user", "content": [{"type": "text", "text": words}, picture]}])
        except Exception as error:
            raise RetryableError(f"The reader '{request.model}' did not answer: {error}", "Try again, or leave --reader out.") from error
        text = said.text if isinstance(said.text, str) else str(said.content)
        if not text.strip():
            raise RetryableError(f"The reader '{request.model}' said nothing.", "Try again, or leave --reader out.")
        return text.strip()

    def close(self) -> None:
        """May be called twice."""
        with self._guard:
            self._closed, self._chats = True, {}


def _shrunk(data: bytes) -> bytes:
    """A PNG without metadata, LONGEST pixels at most: what the person did not ask to send stays here."""
    picture = open_picture(data, "the picture").image.convert("RGB")
    picture.thumbnail((LONGEST, LONGEST))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
