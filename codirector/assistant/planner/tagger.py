"""The tagger: a small encoder that reads a message beside the scene and marks what is wished, of what, and with which words.

all-MiniLM-L6-v2 (from its wheel) with its six layers and four heads trained by `training/planner`, run in NumPy: some 20 ms a
message on one core, no framework imported. Values are stretches of the person's own words, so nothing can be invented.
It does not know plans or changes (see `frames`), and reads nothing but the message and the scene's own words.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codirector.errors import InternalError
from codirector.knowledge.encoder import WIDTH, Encoder

MODEL = Path(__file__).resolve().parents[3] / "models" / "planner"
WEIGHTS = "tagger.safetensors"
AT_SEAM = 1.5
"""By so much (log odds) a wish is easier believed to begin after a comma or a full stop."""
_SEAM = re.compile(r"[,.;!?\n]\s*$")
LONGEST = 160
"""Tokens of the message that are read; the rest is cut off."""
_NAMES = 8
_BAR = 1025
"""The token ';' that closes each name, as in training."""


@dataclass(frozen=True)
class Slot:
    """A stretch of the message (characters `start` to `end`) and what it is: 'T' the thing meant, 'O' a new thing, 'V' a value, 'P' a
    place, 'CM', 'SM', 'K' camera move, subject motion and what to keep; the fields of a description as 'EL', 'ACT', 'SET', ..."""

    tag: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Frame:
    """What a message was taken to wish. `intents` are the likeliest with their probabilities, best first; `starts` are the characters where
    wishes begin (several: then intents and `points` mean little); `points` is the index of the scene's thing meant with its probability,
    (-1, p) for none of them."""

    intents: tuple[tuple[str, float], ...]
    slots: tuple[Slot, ...]
    starts: tuple[int, ...]
    points: tuple[int, float]

    @property
    def intent(self) -> str:
        return self.intents[0][0]

    @property
    def sure(self) -> float:
        return self.intents[0][1]

    def first(self, tag: str) -> str:
        """The text of the first slot of this kind, or ''."""
        return next((slot.text for slot in self.slots if slot.tag == tag), "")

    def all(self, tag: str) -> tuple[str, ...]:
        return tuple(slot.text for slot in self.slots if slot.tag == tag)


class Tagger(Encoder):
    """Loads 90 MB (mapped) and 22 MB of weights on construction; after that it holds no state and may be shared by threads.
    Raises InternalError where the weights are missing."""

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or MODEL
        if not (folder / WEIGHTS).is_file():
            raise InternalError(
                f"The planner's tagger is not in {folder}.",
                "Fetch the repository again: models/planner belongs to it. Or do without it: --planner rules.",
            )
        from threadpoolctl import ThreadpoolController

        super().__init__()
        self._tokenizer.no_truncation()
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.intents: tuple[str, ...] = tuple(config["intents"])
        self.tags: tuple[str, ...] = tuple(config["tags"])
        for file in sorted(folder.glob("*.safetensors")):
            self._weights = {**self._weights, **_read_half(file)}
        self._threads = ThreadpoolController()

    def read(self, message: str, names: Sequence[str] = (), around: str = "") -> Frame:
        """`names`: the scene's things in order; `around`: the rest of the scene in a few words."""
        import numpy as np

        said = self._tokenizer.encode(message, add_special_tokens=False)
        tokens, offsets = said.ids[:LONGEST], said.offsets[:LONGEST]
        ids = [101, *tokens, 102]
        length = len(ids)
        spans: list[tuple[int, int]] = []
        for name in names[:_NAMES]:
            part = self._tokenizer.encode(name, add_special_tokens=False).ids
            spans.append((len(ids), len(ids) + len(part)))
            ids += [*part, _BAR]
        ids += [*self._tokenizer.encode(around, add_special_tokens=False).ids[:24], 102]
        # One thread: the matrices are small, and beside a busy process a second thread made a message 15 times dearer.
        with self._threads.limit(limits=1, user_api="blas"):
            hidden = self._hidden(ids, length)
        mean = hidden[:length].mean(axis=0)
        whole = np.concatenate([hidden[0], mean])
        intents = _softmax(self._head(whole, "intent"))
        best = np.argsort(-intents)[:4]
        tags = self._head(hidden[1 : length - 1], "tag")
        starts = self._head(hidden[1 : length - 1], "start")[:, 0]
        begins = [
            0,
            *(a for index, (a, _) in enumerate(offsets) if index and starts[index] > (-AT_SEAM if _SEAM.search(message[:a]) else 0)),
        ]
        keys = [self._head(hidden[a:b].mean(axis=0), "key") for a, b in spans if b > a] + [self._weights["none"]]
        points = _softmax(np.stack(keys) @ self._head(whole, "query") / np.float32(np.sqrt(len(self._weights["none"]))))
        meant = int(points.argmax())
        return Frame(
            tuple((self.intents[index], float(intents[index])) for index in best),
            _slots(message, offsets, self._best_tags(tags), self.tags),
            tuple(dict.fromkeys(begins)),
            (meant if meant < len(keys) - 1 else -1, float(points[meant])),
        )

    def _hidden(self, ids: list[int], length: int) -> Any:
        """(tokens, 384); the first `length` are the message, the others the scene."""
        import numpy as np

        weights = self._weights
        kinds = np.zeros(len(ids), dtype=np.int64)
        kinds[length:] = 1
        hidden = weights["embeddings.word_embeddings.weight"][np.array(ids)]
        hidden = (
            hidden
            + weights["embeddings.position_embeddings.weight"][: len(ids)]
            + weights["embeddings.token_type_embeddings.weight"][kinds]
        )
        hidden = self._norm(hidden, "embeddings.LayerNorm")[None]
        for layer in range(self._layers):
            hidden = self._layer(hidden, np.float32(0), f"encoder.layer.{layer}.")
        return hidden[0]

    def _head(self, hidden: Any, name: str) -> Any:
        return hidden @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _best_tags(self, scores: Any) -> list[int]:
        """The best sequence in which an inside tag only follows its own kind (Viterbi over the BIO rules)."""
        import numpy as np

        if not len(scores):
            return []
        kinds = scores.shape[1]
        allowed = np.zeros((kinds, kinds), dtype=np.float32)
        for inside in range(2, kinds, 2):
            allowed[:, inside] = -1e4
            allowed[inside, inside] = allowed[inside - 1, inside] = 0
        total = scores[0].copy()
        total[2::2] -= 1e4
        back = []
        for row in scores[1:]:
            through = total[:, None] + allowed
            back.append(through.argmax(axis=0))
            total = through.max(axis=0) + row
        path = [int(total.argmax())]
        for step in reversed(back):
            path.append(int(step[path[-1]]))
        return path[::-1]


assert WIDTH == 384


def _slots(message: str, offsets: Sequence[tuple[int, int]], path: Sequence[int], tags: Sequence[str]) -> tuple[Slot, ...]:
    """Spans from BIO labels; a span that would end inside a word is drawn out to its end, one that begins inside to its beginning."""
    found: list[list[int]] = []
    for (start, end), label in zip(offsets, path, strict=True):
        if label == 0:
            continue
        kind = (label - 1) // 2
        same = bool(found) and found[-1][2] == kind
        if same and (label % 2 == 0 or not message[found[-1][1] : start].strip()):
            found[-1][1] = end
        else:
            found.append([start, end, kind])
    slots = []
    for start, end, kind in found:
        while start > 0 and message[start].isalnum() and message[start - 1].isalnum():
            start -= 1
        while end < len(message) and message[end - 1].isalnum() and message[end].isalnum():
            end += 1
        slots.append(Slot(tags[kind], message[start:end], start, end))
    return tuple(slots)


def _softmax(scores: Any) -> Any:
    import numpy as np

    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def _read_half(file: Path) -> dict[str, Any]:
    """The float16 tensors of a safetensors file as float32."""
    import numpy as np

    data = file.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    return {
        name: np.frombuffer(
            data, np.float16, (tensor["data_offsets"][1] - tensor["data_offsets"][0]) // 2, start + tensor["data_offsets"][0]
        )
        .astype(np.float32)
        .reshape(tensor["shape"])
        for name, tensor in header.items()
        if name != "__metadata__" and tensor["dtype"] == "F16"
    }
