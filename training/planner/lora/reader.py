"""The tuned decoder in the tagger's place: the same frame from the same message, made token by token with `xllamacpp`."""

import json
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codirector.assistant.planner.model import EmbeddedModel
from codirector.assistant.planner.tagger import Frame
from training.planner.lora.prompt import GRAMMAR, asked, frame_of

NOTHING = Frame((("gibberish", 0.0),), (), (0,), (-1, 0.0))


class DecoderReader:
    """A `hearing.Reader` on SmolLM2 with an adapter (None: untuned). `tokens` counts what was read and written."""

    def __init__(self, adapter: Path | None, threads: int = 1) -> None:
        self.model = EmbeddedModel(adapter=adapter, threads=threads)
        self.tokens = 0
        self.unread = 0

    def read(self, message: str, names: Sequence[str] = (), around: str = "") -> Frame:
        text = self.say(message, names)
        frame = frame_of(text, message, names)
        self.unread += frame is None
        return frame or NOTHING

    def say(self, message: str, names: Sequence[str] = ()) -> str:
        """The raw answer, greedy, held to the grammar."""
        address, key = self.model.listening()
        body: dict[str, Any] = {"messages": asked(message, names), "temperature": 0, "max_tokens": 64, "grammar": GRAMMAR}
        request = urllib.request.Request(
            f"{address}/v1/chat/completions",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
        )
        with urllib.request.urlopen(request, timeout=120) as reply:
            told = json.load(reply)
        self.tokens += told["usage"]["total_tokens"]
        return told["choices"][0]["message"]["content"]

    def close(self) -> None:
        self.model.close()
