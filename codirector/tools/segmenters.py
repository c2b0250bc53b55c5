"""Segmenters that know things by name, where a checkpoint of one lies on this machine: CLIPSeg, or Grounding DINO with SAM.

They run through transformers from the local hub cache; nothing is downloaded here. Without one, regions of photographs are found
by colour, place, box, click or brush (see `regions`). Tiny random networks of these classes run through it; no trained one was at hand.
"""

import functools
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from codirector.errors import InputError
from codirector.tools import masks

if TYPE_CHECKING:
    from codirector.tools.masks import Mask

CLIPSEG = ("CIDAS/clipseg-rd64-refined", "CIDAS/clipseg-rd64")
DETECTORS = ("IDEA-Research/grounding-dino-tiny", "IDEA-Research/grounding-dino-base")
SAMS = ("facebook/sam-vit-base", "facebook/sam-vit-large", "facebook/sam-vit-huge")
HOW_TO_GET = "With a network, one is had by: hf download CIDAS/clipseg-rd64-refined"
THRESHOLD = 0.4


class Segmenter(Protocol):
    """Finds what words name."""

    @property
    def name(self) -> str: ...

    def select(self, picture: Any, words: str) -> "Mask":
        """The mask of `words` in `picture` ((h, w, 3) uint8). Raises InputError where nothing is found."""
        ...


class ClipSeg:
    """CLIPSeg (Lüddecke & Ecker 2022): a heat map for a phrase."""

    def __init__(self, source: str) -> None:
        from transformers import CLIPSegForImageSegmentation, CLIPSegProcessor

        self.name = f"CLIPSeg ({source})"
        self._processor = CLIPSegProcessor.from_pretrained(source, local_files_only=True)
        self._model = CLIPSegForImageSegmentation.from_pretrained(source, local_files_only=True).eval()

    def select(self, picture: Any, words: str) -> "Mask":
        import cv2
        import torch
        from PIL import Image

        inputs = self._processor(text=[words], images=[Image.fromarray(picture)], padding=True, return_tensors="pt")
        with torch.inference_mode():
            heat = self._model(**inputs).logits.sigmoid().reshape(-1, *self._model_size(inputs))[0].numpy()
        heat = cv2.resize(heat, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_CUBIC)
        return _checked((heat > max(0.1, THRESHOLD * float(heat.max()))).astype(np.uint8) * 255, words)

    @staticmethod
    def _model_size(inputs: Any) -> tuple[int, int]:
        return int(inputs["pixel_values"].shape[-2]), int(inputs["pixel_values"].shape[-1])


class GroundedSam:
    """Grounding DINO (Liu et al. 2023) finds boxes for the words, SAM (Kirillov et al. 2023) their outlines."""

    def __init__(self, detector: str, sam: str) -> None:
        from transformers import AutoModelForZeroShotObjectDetection, AutoProcessor, SamModel, SamProcessor

        self.name = f"Grounding DINO and SAM ({detector}, {sam})"
        self._find = AutoProcessor.from_pretrained(detector, local_files_only=True)
        self._finder = AutoModelForZeroShotObjectDetection.from_pretrained(detector, local_files_only=True).eval()
        self._cut = SamProcessor.from_pretrained(sam, local_files_only=True)
        self._cutter = SamModel.from_pretrained(sam, local_files_only=True).eval()

    def select(self, picture: Any, words: str) -> "Mask":
        import torch
        from PIL import Image

        image = Image.fromarray(picture)
        inputs = self._find(images=image, text=f"{words.lower().strip('. ')}.", return_tensors="pt")
        with torch.inference_mode():
            found = self._finder(**inputs)
            boxes = self._find.post_process_grounded_object_detection(
                found, inputs["input_ids"], threshold=0.3, text_threshold=0.25, target_sizes=[image.size[::-1]]
            )[0]["boxes"]
            if not len(boxes):
                raise InputError(f"I cannot find “{words}” in this picture.", "Paint the region, draw a box around it, or click on it.")
            cutter: Any = self._cut
            given = cutter(image, input_boxes=[boxes.tolist()], return_tensors="pt")
            cut = self._cutter(**given, multimask_output=False)
            pieces = self._cut.image_processor.post_process_masks(
                cut.pred_masks.cpu(), given["original_sizes"].cpu(), given["reshaped_input_sizes"].cpu()
            )[0]
        return _checked(pieces.any(dim=0).any(dim=0).numpy().astype(np.uint8) * 255, words)


def _checked(mask: "Mask", words: str) -> "Mask":
    mask = masks.cleaned(mask)
    if not mask.any():
        raise InputError(f"I cannot find “{words}” in this picture.", "Paint the region, draw a box around it, or click on it.")
    return mask


def find() -> Segmenter | None:
    """The best segmenter whose files are on this machine; None where there is none."""
    detector, sam = next(filter(_here, DETECTORS), None), next(filter(_here, SAMS), None)
    if detector and sam:
        return _load_grounded(detector, sam)
    clipseg = next(filter(_here, CLIPSEG), None)
    return _load_clipseg(clipseg) if clipseg else None


def _here(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache

    return isinstance(try_to_load_from_cache(name, "config.json"), str)


@functools.lru_cache(maxsize=1)
def _load_grounded(detector: str, sam: str) -> Segmenter:
    return GroundedSam(detector, sam)


@functools.lru_cache(maxsize=1)
def _load_clipseg(source: str) -> Segmenter:
    return ClipSeg(source)
