"""`Dialect`: what a model family takes as a prompt, as data. A new family is a new value here.

It does not know scenes (see `compile`) nor where models live (see tools).
"""

from typing import Literal

from pydantic import Field

from codirector.values import Value

WeightSyntax = Literal["a1111", "embedding", "none"]
Wording = Literal["phrases", "tags", "sentences"]
Part = Literal["elements", "action", "setting", "style", "lighting", "mood", "camera", "composition", "medium", "details"]

GUIDE_ORDER: tuple[Part, ...] = ("elements", "action", "setting", "style", "lighting", "mood", "camera", "composition", "medium", "details")
DROP_ORDER: tuple[Part, ...] = ("details", "composition", "mood", "camera", "medium", "lighting", "action", "setting", "style", "elements")
"""What is left out first when a prompt is too long. Within a part the last goes first, neutral ones before emphasised ones;
the main subject is never left out."""


class Dialect(Value):
    """How a model family reads prompts.

    `token_limit` is the length of one text window in tokens and `windows` how many the backend joins; `weights` says how a weight
    gets through: written into the text as `(word:1.3)` ('a1111'), on the spans only, for a backend that weighs embeddings
    ('embedding'), or not at all ('none'). `wording`: comma-separated phrases with articles, bare tags, or sentences.
    `suffix` is added to every prompt (quality words); empty unless a person sets it.
    """

    name: str
    token_limit: int = Field(ge=1)
    windows: int = Field(default=1, ge=1)
    weights: WeightSyntax
    negative: bool
    wording: Wording
    order: tuple[Part, ...] = GUIDE_ORDER
    drop_order: tuple[Part, ...] = DROP_ORDER
    separator: str = ", "
    suffix: tuple[str, ...] = ()


EMBEDDED = Dialect(name="embedded", token_limit=60, weights="embedding", negative=True, wording="phrases")
"""The embedded model: a 60-token caption in the order it was trained on, weights on the text embedding."""
SD15 = Dialect(name="sd15", token_limit=75, windows=3, weights="a1111", negative=True, wording="tags")
"""Stable Diffusion 1.x and 2.x: CLIP ViT-L, windows of 75 tokens (77 with start and end)."""
SDXL = Dialect(name="sdxl", token_limit=75, windows=3, weights="a1111", negative=True, wording="tags")
"""Stable Diffusion XL and its descendants: two CLIP encoders, windows of 75 tokens."""
NATURAL = Dialect(name="natural", token_limit=480, weights="none", negative=False, wording="sentences")
"""FLUX, Qwen-Image, SD3 and other models with a language-model text encoder: plain sentences, no weights, no negative prompt."""

DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (EMBEDDED, SD15, SDXL, NATURAL)}

_FAMILIES: tuple[tuple[str, Dialect], ...] = (
    ("flux qwen sd3 sd-3 stable-diffusion-3 auraflow pixart sana hunyuan kolors cogview z-image zimage lumina chroma hidream wan ltx "
     "cogvideo mochi gpt-image dall-e dalle imagen gemini janus omnigen", NATURAL),
    ("xl pony illustrious noobai animagine juggernaut playground ssd-1b segmind", SDXL),
    ("stable-diffusion sd15 sd1 sd-1 sd_1 sd2 sd-2 v1-5 v1.5 v2-1 dreamshaper deliberate openjourney waifu dreamlike lcm animatediff "
     "counterfeit meinamix epicrealism majicmix absolutereality tiny-sd small-sd", SD15),
)  # fmt: skip
"""Words in a model's name that tell its family; the first family that matches wins."""


def dialect_for(model: str) -> Dialect:
    """The dialect of a model by its name, hub id or file name; '' and 'embedded...' are the embedded model.

    A name that tells nothing gets the SD 1.5 dialect: most single-file checkpoints are of that kind, and tags are read by all.
    """
    plain = model.strip().casefold().replace("\\", "/")
    if not plain or plain in ("default", "codirector") or "embedded" in plain or "illustrator" in plain:
        return EMBEDDED
    if plain in DIALECTS:
        return DIALECTS[plain]
    name = plain.rstrip("/")
    for words, dialect in _FAMILIES:
        if any(word in name for word in words.split()):
            return dialect
    return SD15
