"""Finding pictures by words or by another picture: what is kept of each picture, and how it is ranked.

Of a picture of the reader's world its vector, how surely each known thing is there and in which colours, and its setting, style and time
are kept; of any other the photograph reader's vector and labels. Both have a vector in the space of captions (see `neighbours`). Knows
arrays and a folder to keep them in; it does not know sessions. A picture is looked at once.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from codirector.tools.reader.coarse import GROUPS, coarse
from codirector.tools.reader.colours import NAMES as COLOURS
from codirector.tools.reader.look import known_names
from codirector.tools.reader.neighbours import name_embeddings, word_vector
from codirector.tools.reader.photographs import load_photo_reader
from codirector.tools.reader.questions import fields_in
from codirector.tools.reader.reader import OwnReader
from codirector.values import Value

FIELDS = ("style", "setting", "time")
SURE = 0.5
"""A picture counts as found if everything that was asked for is at least so sure."""


class Traits(NamedTuple):
    """What is kept of a picture. `world`: the own reader speaks for it. `vector` [256], or [1280] of a photograph; `word` [384], a unit
    vector; `presence` [things] and `colours` [things, 12]; `fields` all of FIELDS in a row; `labels` [1000] shares of ImageNet's classes.
    Empty arrays for what the other reader would say."""

    world: np.ndarray
    vector: np.ndarray
    word: np.ndarray
    presence: np.ndarray
    colours: np.ndarray
    fields: np.ndarray
    labels: np.ndarray


class Wanted(Value):
    """What words ask for, as far as the own reader knows it: (thing, colour or '') and values of FIELDS. `words` are all of them."""

    words: str
    things: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


class Match(Value):
    """A picture that was found: its place in what was handed in, how alike it is (for the order), and how sure each wish is. `shows`:
    everything that was asked for is seen in it."""

    at: int
    score: float
    sure: tuple[tuple[str, float], ...] = ()

    @property
    def shows(self) -> bool:
        return bool(self.sure) and all(share >= SURE for _, share in self.sure)


def wanted(words: str) -> Wanted:
    """'a red balloon in the snow' -> what the reader can look for in it."""
    things = []
    for name, before in known_names().find_all(words):
        colour = next((colour for colour in COLOURS if colour in before.lower().split()), "")
        things.append((name, colour))
    # “mountain” is a thing, “mountains” a setting: what was taken for a thing asks for no setting.
    taken = {name for name, _ in things}
    fields = tuple((field, value) for field, value in fields_in(words).items() if field in FIELDS and value not in taken)
    return Wanted(words=words, things=tuple(dict.fromkeys(things)), fields=fields)


def look_closely(reader: OwnReader, image: np.ndarray) -> Traits:
    """The traits of `image` [h, w, 3] RGB uint8; some 20 ms, 60 ms for a photograph."""
    import torch

    looked = reader.look(image)
    reading = reader.reading_of(looked, image.shape[1], image.shape[0])
    empty = np.zeros(0, np.float32)
    if not reading.in_world:
        photo = load_photo_reader()
        seen = photo.look(image)
        shares = seen.logits.softmax(0).numpy()
        carried = shares @ name_embeddings()
        return Traits(
            np.array(False), seen.stages[2].mean((2, 3))[0].numpy(), carried / max(float(np.linalg.norm(carried)), 1e-9), empty,
            np.zeros((0, len(COLOURS)), np.float32), empty, shares,
        )  # fmt: skip
    vector = looked.features.vector
    with torch.inference_mode():
        cells = reader.network.cells(looked.features.grid[0].flatten(1).T)
        shares = cells["thing"].softmax(1) * torch.sigmoid(looked.present.reshape(-1, 1))
        best = shares.max(0)
        colours = cells["colour"].softmax(1)[best.indices]
        fields = torch.cat([reader.network.fields[name](vector)[0].softmax(0) for name in FIELDS])
    return Traits(
        np.array(True), vector[0].numpy(), word_vector(reader, vector[0].numpy()), best.values.numpy(), colours.numpy(), fields.numpy(),
        empty,
    )  # fmt: skip


class Index:
    """Traits on disk, one small file a picture, by the hash of its bytes; those of other weights are not read."""

    def __init__(self, folder: Path, reader: OwnReader) -> None:
        self._reader = reader
        self._folder = folder

    @functools.cached_property
    def _home(self) -> Path:
        weights = hashlib.sha256((self._reader.folder / "model.safetensors").read_bytes())
        weights.update((self._reader.folder / "config.json").read_bytes())
        return self._folder / weights.hexdigest()[:12]

    def traits(self, sha256: str, pixels: Callable[[], np.ndarray]) -> Traits:
        """Those kept, or those of `pixels()`, which are kept then if the disk takes them."""
        path = self._home / sha256[:2] / f"{sha256}.npz"
        with contextlib.suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile), np.load(path) as kept:
            return Traits(**{name: kept[name] for name in Traits._fields})
        found = look_closely(self._reader, pixels())
        slim = {name: value.astype(np.float16) if value.dtype == np.float32 else value for name, value in found._asdict().items()}
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".part")
            with draft.open("wb") as file:
                np.savez(file, **slim)
            draft.replace(path)
        return Traits(**slim)


def by_words(reader: OwnReader, pictures: Sequence[Traits], words: str) -> list[Match]:
    """All pictures, the likeliest first: by what the reader surely sees of what is asked for, then by the cosine of captions."""
    from codirector.tools.sketch import meaning_encoder

    asked = wanted(words)
    query = meaning_encoder()((words,))[0]
    found = []
    for at, traits in enumerate(pictures):
        sure = _sure(reader, traits, asked)
        cosine = float(traits.word.astype(np.float32) @ query)
        mean = sum(share for _, share in sure) / len(sure) if sure else 0.0
        found.append(Match(at=at, score=mean + 0.5 * cosine, sure=sure))
    return sorted(found, key=lambda match: (not match.shows, -match.score))


def by_picture(pictures: Sequence[Traits], like: Traits) -> list[Match]:
    """All pictures by the cosine of their vectors; of two that different readers speak for, by that of their captions."""
    found = []
    for at, traits in enumerate(pictures):
        name: Any = "vector" if bool(traits.world) == bool(like.world) else "word"
        one, other = getattr(traits, name).astype(np.float32), getattr(like, name).astype(np.float32)
        cosine = float(one @ other / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-9))
        found.append(Match(at=at, score=cosine if name == "vector" else 0.5 * cosine))
    return sorted(found, key=lambda match: -match.score)


def _sure(reader: OwnReader, traits: Traits, asked: Wanted) -> tuple[tuple[str, float], ...]:
    if not bool(traits.world):
        return _sure_of_labels(traits, asked)
    sure = []
    for name, colour in asked.things:
        number = reader.things.index(name)
        share = float(traits.presence[number])
        if colour:  # half of a thing in a colour is enough to call it so
            share *= min(1.0, 2 * float(traits.colours[number, COLOURS.index(colour)]))
        sure.append((f"{colour} {name}".strip(), share))
    start = 0
    for field in FIELDS:
        values = reader.fields[field]
        sure += [
            (value, float(traits.fields[start + values.index(value)])) for name, value in asked.fields if name == field and value in values
        ]
        start += len(values)
    return tuple(sure)


def _sure_of_labels(traits: Traits, asked: Wanted) -> tuple[tuple[str, float], ...]:
    """A photograph shows a thing if one of its labels says so; of settings and times its labels say nothing."""
    shares = traits.labels.astype(np.float32).tolist()
    sure = []
    for name, colour in asked.things:
        words = set(name.split())
        share = sum(share for label, share in zip(load_photo_reader().names, shares, strict=True) if words <= _words(label))
        share = max([share, *(group.score for group in coarse(shares, len(GROUPS)) if words <= _words(group.value))])
        sure.append((f"{colour} {name}".strip(), 0.0 if colour else min(1.0, share)))
    return (*sure, *((value, 0.0) for _, value in asked.fields))


def _words(label: str) -> set[str]:
    return set(label.lower().replace(",", "").split())
