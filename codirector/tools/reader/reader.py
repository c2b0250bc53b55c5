"""Our own reader at work: pictures in, `Reading` out. It also hands out what the layers found, for those who ask how.

Knows its weights and its words. It knows only the small world it was trained on (see models/reader/README.md); `Reading.world`
says how sure it is that a picture belongs there. It does not know sessions, questions or prompts.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from codirector.errors import InternalError
from codirector.tools.embedded import MODELS
from codirector.tools.reader.colours import NAMES as COLOURS
from codirector.tools.reader.reading import Box, Guess, Reading, SeenThing, caption_words
from codirector.tools.reader.world import confidence_of, load_world, summaries_of

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

    from codirector.tools.reader.network import Features, ReaderNetwork

FOLDER = MODELS / "reader"
SIDE = 128
"""The shorter side of what the network sees, in pixels, unless its configuration says otherwise."""
LONGEST = 384
LEAST = 0.3
"""Below this probability nothing is said to be there."""


@dataclass(frozen=True)
class Looked:
    """One picture as the network saw it: `pixels` [1, 3, h, w] in 0..1, its features, and the logits of `present` [rows, columns]."""

    pixels: torch.Tensor
    features: Features
    present: torch.Tensor


class OwnReader:
    """Loaded once, used from any thread (one picture at a time). Threads of torch are left as they are."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Raises InternalError where the weights are missing."""
        if not (folder / "config.json").is_file() or not (folder / "model.safetensors").is_file():
            raise InternalError(f"The reader's weights are not in {folder}.", "Fetch the repository again: models/reader belongs to it.")
        self.config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.folder = folder
        self.things: tuple[str, ...] = tuple(self.config["things"])
        self.plurals: dict[str, str] = dict(self.config["plurals"])
        self.fields: dict[str, list[str]] = self.config["fields"]
        self.side = int(self.config.get("side", SIDE))
        self._number = {name: number for number, name in enumerate(self.things)}
        self._calibration: dict[str, Any] = self.config.get("calibration", {})
        self._guard = threading.Lock()

    @cached_property
    def network(self) -> ReaderNetwork:
        import torch
        from safetensors.torch import load_file

        from codirector.tools.reader.network import ReaderNetwork

        # Whoever reads first is in inference mode; weights made there could never be explained by gradients.
        with torch.inference_mode(False):
            network = ReaderNetwork(len(self.things), len(COLOURS), {name: len(values) for name, values in self.fields.items()})
            kept = load_file(self.folder / "model.safetensors")
            network.load_state_dict({name: value.float() for name, value in kept.items()}, strict=False)
            return network.eval().requires_grad_(False)

    def read(self, picture: Image | np.ndarray) -> Reading:
        """`picture`: RGB, any size. A caption takes some 20 ms on one core."""
        import torch

        with self._guard, torch.inference_mode():
            image = as_array(picture)
            return self._reading(self._look(image), image.shape[1], image.shape[0])

    def read_many(self, pictures: Sequence[Image | np.ndarray]) -> list[Reading]:
        """One after the other, in order."""
        return [self.read(picture) for picture in pictures]

    def look(self, picture: Image | np.ndarray) -> Looked:
        """The layers' features of a picture, without gradients."""
        import torch

        with self._guard, torch.inference_mode():
            return self._look(as_array(picture))

    def reading_of(self, looked: Looked, width: int, height: int) -> Reading:
        """The reading of what was looked at; `width`, `height` of the original picture."""
        import torch

        with self._guard, torch.inference_mode():
            return self._reading(looked, width, height)

    def presence(self, picture: Image | np.ndarray | Looked, name: str) -> float:
        """The greatest probability anywhere in the picture that the thing `name` (one of `things`) is there, 0..1.
        Raises KeyError for a thing the reader does not know."""
        import torch

        number = self._number[name]
        with self._guard, torch.inference_mode():
            looked = picture if isinstance(picture, Looked) else self._look(as_array(picture))
            grid = looked.features.grid[0].permute(1, 2, 0).reshape(-1, looked.features.grid.shape[1])
            share = self.network.cells(grid)["thing"].softmax(1)[:, number]
            return float((torch.sigmoid(looked.present.reshape(-1)) * share).max())

    def _look(self, image: np.ndarray) -> Looked:
        import torch

        pixels = torch.from_numpy(to_input(image, self.side).copy()).permute(2, 0, 1)[None].float() / 255
        features = self.network.features(pixels)
        return Looked(pixels, features, self.network.present(features.grid)[0, 0])

    def _reading(self, looked: Looked, width: int, height: int) -> Reading:
        warmth = self._calibration.get("fields", {})
        vector = looked.features.vector
        fields = {name: (self.network.fields[name](vector)[0] / warmth.get(name, 1.0)).softmax(0).tolist() for name in self.fields}
        best = {name: _best(self.fields[name], shares) for name, shares in fields.items()}
        if best["setting"].value == "space":
            best["time"] = Guess(value="", score=best["setting"].score)
        if best["setting"].value != "plain":
            best["plain"] = Guess(value="", score=best["setting"].score)
        seen = self._things(looked)
        things = tuple(thing.evolve(score=platt(thing.score, *self._calibration.get("thing", (1.0, 0.0)))) for thing in seen)
        reading = Reading(
            width=width, height=height, world=self._world(looked, seen), things=things,
            style=best["style"], setting=best["setting"],
            background=best["plain"], time=best["time"], framing=best["framing"],
        )  # fmt: skip
        said = [thing.score for thing in things] + [reading.style.score, reading.setting.score, reading.time.score]
        return reading.evolve(caption=caption_words(reading, self.plurals), sure=math.prod(said))

    def _things(self, looked: Looked) -> tuple[SeenThing, ...]:
        import torch
        from torch.nn.functional import max_pool2d

        score = torch.sigmoid(looked.present)
        rows, columns = score.shape
        peak = (score == max_pool2d(score[None, None], 3, 1, 1)[0, 0]) & (score > LEAST * 0.7)
        at = torch.nonzero(peak)
        at = at[score[at[:, 0], at[:, 1]].argsort(descending=True)][:24]
        if not len(at):
            return ()
        cells = self.network.cells(looked.features.grid[0].permute(1, 2, 0)[at[:, 0], at[:, 1]])
        shares = cells["thing"].softmax(1)
        top = shares.topk(4, dim=1)
        colours, recoloured = (cells["colour"] / self._calibration.get("colour", 1.0)).softmax(1), torch.sigmoid(cells["recoloured"])
        boxes = cells["box"]
        found: list[SeenThing] = []
        for k in range(len(at)):
            row, column = (int(each) for each in at[k])
            here = float(score[row, column]) * float(top.values[k, 0]) ** 0.5
            box = Box(
                x=(column + 0.5 + float(boxes[k, 0])) / columns, y=(row + 0.5 + float(boxes[k, 1])) / rows,
                width=math.exp(min(float(boxes[k, 2]), 0.0)), height=math.exp(min(float(boxes[k, 3]), 0.0)),
            )  # fmt: skip
            name = self.things[int(top.indices[k, 0])]
            if here < LEAST or any(box.overlap(other.box) > (0.35 if other.name == name else 0.6) for other in found):
                continue
            palette = sorted(zip(COLOURS, colours[k].tolist(), strict=True), key=lambda pair: -pair[1])
            found.append(
                SeenThing(
                    name=name,
                    score=min(here, 1.0),
                    box=box,
                    colour=Guess(value=palette[0][0], score=palette[0][1]),
                    colours=tuple(Guess(value=word, score=share) for word, share in palette if share >= 0.15),
                    recoloured=float(recoloured[k]),
                    others=tuple(
                        Guess(value=self.things[int(index)], score=float(value))
                        for value, index in zip(top.values[k, 1:], top.indices[k, 1:], strict=True)
                        if float(value) > 0.03
                    ),
                )
            )
        return tuple(sorted(found, key=lambda thing: -thing.box.width * thing.box.height))

    def gate_parts(self, looked: Looked) -> tuple[list[np.ndarray], list[float]]:
        """What the gate weighs for a picture (see `world`): summaries of the layers, and how sure the reader is."""
        import torch

        with self._guard, torch.inference_mode():
            return summaries_of(looked), self._confidence(looked, self._things(looked))

    def _confidence(self, looked: Looked, things: tuple[SeenThing, ...]) -> list[float]:
        sure = [
            float(self.network.fields[name](looked.features.vector).softmax(1).max()) for name in ("style", "setting", "time", "framing")
        ]
        return confidence_of(self.network, looked, things, sure)

    def _world(self, looked: Looked, things: tuple[SeenThing, ...]) -> float:
        return load_world(self.folder).probability(summaries_of(looked), self._confidence(looked, things))


def platt(share: float, slope: float, offset: float) -> float:
    """A probability after Platt's calibration: its log-odds times `slope` plus `offset`."""
    share = min(max(share, 1e-6), 1 - 1e-6)
    return 1 / (1 + math.exp(-(slope * math.log(share / (1 - share)) + offset)))


def _best(names: list[str], shares: list[float]) -> Guess:
    number = max(range(len(names)), key=shares.__getitem__)
    return Guess(value=names[number], score=min(1.0, shares[number]))


def as_array(picture: Image | np.ndarray) -> np.ndarray:
    """[h, w, 3] RGB uint8. Transparency is laid on white."""
    if isinstance(picture, np.ndarray):
        return np.ascontiguousarray(picture[..., :3])
    if picture.mode == "RGBA":
        from PIL import Image as Images

        return np.asarray(Images.alpha_composite(Images.new("RGBA", picture.size, "white"), picture).convert("RGB"))
    return np.asarray(picture.convert("RGB"))


def to_input(image: np.ndarray, shorter: int = SIDE) -> np.ndarray:
    """Scaled so that the shorter side is `shorter` and both are multiples of 16; the longer one at most LONGEST."""
    import cv2

    height, width = image.shape[:2]
    scale = shorter / min(height, width)
    size = tuple(int(np.clip(round(side * scale / 16) * 16, shorter, LONGEST)) for side in (width, height))
    if size == (width, height):
        return image
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
