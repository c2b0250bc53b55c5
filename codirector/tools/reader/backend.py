"""Reading as a backend: our own readers under the name 'reader', and any vision-language model that is here, behind one request.

It does not know sessions; the answer is in `Done.facts`: `text`, `sure` (0..1, None where the model does not say), `reader`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codirector.errors import InternalError, Unsupported
from codirector.tools.backend import Capabilities, RunContext
from codirector.tools.device import DeviceChoice
from codirector.tools.events import Done, Event, Progress
from codirector.tools.pictures import open_picture
from codirector.tools.requests import OWN, ReadRequest, Request

if TYPE_CHECKING:
    from codirector.tools.reader.vision import Speaker


class VisionBackend:
    """See the module. One model is kept loaded."""

    name = "vision"

    def __init__(self, device: DeviceChoice | None = None) -> None:
        self._device = device or DeviceChoice()
        self._guard = threading.Lock()
        self._loaded: tuple[str, Speaker] | None = None
        self._closed = False

    def capabilities(self, model: str) -> Capabilities:
        """Reading only. Raises UnknownName."""
        if model != OWN:
            from codirector.tools.reader.vision import find_reader

            find_reader(model)
        return Capabilities(requests=("read",), negative_prompt=False, prompt_weights=False, token_limit=0, generates=False)

    def run(self, request: Request, context: RunContext) -> Iterator[Event]:
        """No product: what was said is in the facts."""
        if not isinstance(request, ReadRequest):
            raise Unsupported(f"A reader cannot do '{request.kind}'.", "It says what a picture shows.")
        began = time.perf_counter()
        context.check_cancelled()
        yield Progress(stage="read", step=0, steps=1)
        picture = open_picture(context.blobs.read(request.image), "the picture").image.convert("RGB")
        with self._guard:
            if self._closed:
                raise InternalError("The reader was closed already.")
            facts = self._own(picture, request) if request.model == OWN else self._other(picture, request)
        context.check_cancelled()
        yield Progress(stage="read", step=1, steps=1)
        yield Done(products=(), facts=facts | {"backend": self.name, "seconds": {"read": round(time.perf_counter() - began, 4)}})

    def _own(self, picture, request: ReadRequest) -> dict:
        from codirector.tools.reader.look import look, reply

        if request.question:
            said = reply(picture, request.question)
            return {"model": OWN, "reader": said.reader, "text": said.text, "sure": said.sure, "device": "cpu"}
        looked = look(picture)
        return {"model": OWN, "reader": looked.reader, "text": looked.caption, "sure": looked.sure, "device": "cpu"}

    def _other(self, picture, request: ReadRequest) -> dict:
        import transformers

        from codirector.tools.reader.vision import find_reader, load_reader_model

        found = find_reader(request.model)
        if self._loaded is None or self._loaded[0] != request.model:
            self._loaded = None  # its memory first
            self._loaded = (request.model, load_reader_model(found, self._device.device))
        heard = self._loaded[1].say(picture, request.question)
        return {
            "model": request.model, "reader": request.model, "text": heard.text, "sure": heard.sure, "device": self._device.device,
            "revision": found.revision, "versions": {"transformers": transformers.__version__},
        }  # fmt: skip

    def close(self) -> None:
        """May be called twice."""
        with self._guard:
            self._closed, self._loaded = True, None
