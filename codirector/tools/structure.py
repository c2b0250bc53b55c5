"""What of a picture holds while its detail and light change: its edges or its depths, as the picture a ControlNet follows.

ControlNets (Zhang et al. 2023, arXiv:2302.05543) lie in the model's own folder (`controlnet-canny`, `controlnet-depth`) or, for the
common families, in the hub cache. Poses need a detector that is not among our packages, and are not offered. Nothing is downloaded.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from codirector.errors import Unsupported

if TYPE_CHECKING:
    from PIL.Image import Image

Structure = Literal["", "canny", "depth"]
KINDS: tuple[Structure, ...] = ("canny", "depth")
_HUB: dict[tuple[str, str], str] = {
    ("sd", "canny"): "lllyasviel/sd-controlnet-canny", ("sd", "depth"): "lllyasviel/sd-controlnet-depth",
    ("sdxl", "canny"): "diffusers/controlnet-canny-sdxl-1.0", ("sdxl", "depth"): "diffusers/controlnet-depth-sdxl-1.0",
}  # fmt: skip
DEPTH_MODEL = "depth-anything/Depth-Anything-V2-Small-hf"
LOW, HIGH = 100, 200
"""Canny's thresholds, those the published ControlNets were trained with by default."""


def find_control(folder: Path, family: str, kind: Structure) -> Path | None:
    """Where the ControlNet of that kind lies for a model in `folder` (or a file); None where there is none."""
    own = folder / f"controlnet-{kind}"
    if (own / "config.json").is_file():
        return own
    name = _HUB.get((family, kind))
    return _cached(name) if name else None


def kinds_for(folder: Path, family: str) -> tuple[Structure, ...]:
    """What a model can be held to: it needs the ControlNet and, for depths, an estimator."""
    there: list[Structure] = [kind for kind in KINDS if find_control(folder, family, kind) is not None]
    return tuple([kind for kind in there if kind != "depth" or _cached(DEPTH_MODEL) is not None])


def control_picture(picture: "Image", kind: Structure) -> "Image":
    """The picture's edges (white on black) or depths (near is white), RGB of its size. Raises Unsupported without an estimator."""
    return _edges(picture) if kind == "canny" else depths(picture, _cached(DEPTH_MODEL))


def _edges(picture: "Image") -> "Image":
    import cv2
    from PIL import Image

    found = cv2.Canny(np.asarray(picture.convert("L")), LOW, HIGH)
    return Image.fromarray(np.repeat(found[..., None], 3, axis=2))


def find_depth_model(models: Path) -> Path | None:
    """The folder of an estimator of depths: `depth/` among the models, or the usual one in the hub cache; None where there is none."""
    own = models / "depth"
    return own if (own / "config.json").is_file() else _cached(DEPTH_MODEL)


def depths(picture: "Image", source: Path | None) -> "Image":
    """As `control_picture`, by the estimator (any depth model of transformers) in the folder `source`."""
    import torch
    from PIL import Image
    from transformers import AutoImageProcessor, AutoModelForDepthEstimation

    if source is None:
        raise Unsupported("No model that estimates depths is on this machine.", f"With a network: hf download {DEPTH_MODEL}")
    processor: Any = AutoImageProcessor.from_pretrained(source, local_files_only=True)
    model = AutoModelForDepthEstimation.from_pretrained(source, local_files_only=True).eval()
    with torch.inference_mode():
        found = model(**processor(images=picture.convert("RGB"), return_tensors="pt")).predicted_depth
        found = torch.nn.functional.interpolate(found[:, None].float(), size=picture.size[::-1], mode="bicubic")[0, 0].numpy()
    low, high = float(found.min()), float(found.max())
    grey = ((found - low) / (high - low) * 255 if high > low else found * 0).astype(np.uint8)
    return Image.fromarray(np.repeat(grey[..., None], 3, axis=2))


def _cached(name: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(name, "config.json")
    return Path(found).parent if isinstance(found, str) else None
