"""Where the drawings come from: fetch the icon packages with `npm pack`, render them, write the art atlas.

Knows the packages, their licences and file forms. Does not know scenes, captions or models. Run it as
`python -m training.illustrator.art` to re-make `models/illustrator/atlas/`; `--only-third` leaves the first two groups' sheets as they are.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from codirector.tools.sketch import MEANINGS, meaning_encoder
from training.illustrator.shapes import shaded
from training.illustrator.third_things import EMOJI_THINGS, SHAPED_THINGS, THIRD_THINGS
from training.illustrator.world import ALL_THINGS, MORE_THINGS, THINGS, Thing

TILE = 96
COLUMNS = 16
THIRD_QUALITY = {"quality": 23, "alpha_quality": 5}
"""Of the third group's coloured sheets: their large even patches bear more loss than emoji do."""
CACHE = Path(".cache/art")
ATLAS = Path("models/illustrator/atlas")

PACKAGES = {
    "flat": ("@iconify-json/fluent-emoji-flat", "1.2.6", "MIT"),
    "ink": ("@iconify-json/fluent-emoji-high-contrast", "1.2.6", "MIT"),
    "cartoon": ("@iconify-json/noto", "1.2.9", "Apache-2.0"),
    "3d": ("@lobehub/fluent-emoji-3d", "1.1.0", "MIT"),
}

ATTRIBUTION = """# Where the drawings come from

The drawings on these sheets were rendered to {tile} x {tile} pixels from the packages below and changed in no other way,
except that a white ground was put behind the line drawings of `ink`. Sheets with `-more` in their names come from the same packages
and are compressed with loss.

Sheets with `-third` in their names hold {shaped} drawings made for this project, as shapes in `training/illustrator/third_people.py`,
`third_places.py` and `third_objects.py` (Copyright 2026 The Codirector authors, Apache-2.0), and {emoji} from the
packages below, some of several emoji set together ({names}).

| sheet | drawings | authors | package on npm | licence |
|---|---|---|---|---|
| flat | Fluent Emoji, flat | Microsoft Corporation | `@iconify-json/fluent-emoji-flat` 1.2.6 | MIT |
| ink | Fluent Emoji, high contrast | Microsoft Corporation | `@iconify-json/fluent-emoji-high-contrast` 1.2.6 | MIT |
| 3d | Fluent Emoji, 3D | Microsoft Corporation (packed by LobeHub) | `@lobehub/fluent-emoji-3d` 1.1.0 | MIT |
| cartoon | Noto Emoji | Google LLC | `@iconify-json/noto` 1.2.9 | Apache-2.0 |

Fluent Emoji: Copyright (c) Microsoft Corporation. Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software,
and to permit persons to whom the Software is furnished to do so, subject to the following conditions: the above copyright
notice and this permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS
PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

Noto Emoji: Copyright Google LLC, licensed under the Apache License, Version 2.0 (the text is in this repository's `LICENSE`).
"""


def package_folder(style: str, cache: Path = CACHE) -> Path:
    """The unpacked package of a drawing style, fetched with `npm pack` when it is not in the cache yet."""
    name, version, _ = PACKAGES[style]
    stem = f"{name.lstrip('@').replace('/', '-')}-{version}"
    folder = cache / stem
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    archive = cache / f"{stem}.tgz"
    if not archive.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise FileNotFoundError(f"npm is needed to fetch {name}@{version}; or put {archive} there by hand")
        subprocess.run([npm, "pack", f"{name}@{version}", "--pack-destination", str(cache)], check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(archive) as tar:
        tar.extractall(cache / f"{stem}.part", filter="data")
    (cache / f"{stem}.part" / "package").rename(folder)
    shutil.rmtree(cache / f"{stem}.part")
    return folder


def _bare(code: str) -> str:
    return code.replace("-fe0f", "")


def _render_svg(body: str, width: int, height: int, left: int = 0, top: int = 0, size: int = TILE) -> np.ndarray:
    import resvg_py

    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    svg = f'<svg {names} viewBox="{left} {top} {width} {height}">{body}</svg>'.replace("currentColor", "#1c1c22")
    big = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size * 4, height=size * 4))
    return _shrink(Image.open(io.BytesIO(big)).convert("RGBA"), size)


def _shrink(image: Image.Image, size: int = TILE) -> np.ndarray:
    return np.asarray(image.convert("RGBa").resize((size, size), Image.Resampling.LANCZOS).convert("RGBA")).copy()


def _inked(drawing: np.ndarray) -> np.ndarray:
    """Line art on its own white ground: what the outline encloses becomes paper-white, the rest stays see-through."""
    import cv2

    solid = (drawing[..., 3] > 40).astype(np.uint8)
    closed = cv2.morphologyEx(np.pad(solid, 8), cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    outside = closed.copy()
    cv2.floodFill(outside, None, (0, 0), 2)
    inside = (outside != 2)[8:-8, 8:-8]
    ground = cv2.GaussianBlur(inside.astype(np.float32), (3, 3), 0)[..., None]
    alpha = drawing[..., 3:].astype(np.float32) / 255
    rgb = 250 * (1 - alpha) + drawing[..., :3] * alpha
    return np.concatenate([rgb, 255 * np.maximum(ground, alpha)], axis=2).clip(0, 255).astype(np.uint8)


def _centred(drawing: np.ndarray) -> np.ndarray:
    """The drawing moved and scaled so that it fills its tile, whatever margin its set draws around things."""
    ys, xs = np.nonzero(drawing[..., 3] > 20)
    top, bottom, left, right = ys.min(), ys.max() + 1, xs.min(), xs.max() + 1
    side = max(bottom - top, right - left)
    square = np.zeros((side, side, 4), np.uint8)
    oy, ox = side - (bottom - top), (side - (right - left)) // 2  # stands on the lower edge
    square[oy : oy + bottom - top, ox : ox + right - left] = drawing[top:bottom, left:right]
    inner = _shrink(Image.fromarray(square), TILE - 4)
    return np.pad(inner, ((2, 2), (2, 2), (0, 0)))


def render_all(things: tuple[Thing, ...] = ALL_THINGS, cache: Path = CACHE) -> dict[tuple[str, str], np.ndarray]:
    """(thing, drawing style) -> RGBA tile, of things whose drawing is an emoji."""
    tiles = render_emoji(tuple(dict.fromkeys(thing.drawing for thing in things)), cache)
    return {(thing.name, style): tiles[thing.drawing, style] for thing in things for style in PACKAGES}


def render_emoji(names: tuple[str, ...], cache: Path = CACHE) -> dict[tuple[str, str], np.ndarray]:
    """(emoji, drawing style) -> RGBA tile. All four drawings show the same emoji, matched by its code points."""
    icons, by_code = {}, {}
    for style in ("flat", "ink", "cartoon"):
        folder = package_folder(style, cache)
        icons[style] = json.loads((folder / "icons.json").read_text())
        by_code[style] = {_bare(code): name for code, name in json.loads((folder / "chars.json").read_text()).items()}
    folder_3d = package_folder("3d", cache) / "assets"
    files_3d = {_bare(path.stem): path for path in folder_3d.glob("*.webp")}
    codes = {name: code for code, name in by_code["flat"].items()}
    tiles: dict[tuple[str, str], np.ndarray] = {}
    for name in names:
        code = codes[name]
        for style, collection in icons.items():
            icon = collection["icons"][by_code[style][code]]
            width = icon.get("width", collection.get("width", 16))
            height = icon.get("height", collection.get("height", 16))
            # rendered large first: the tile is cut to the drawing afterwards
            drawing = _render_svg(icon["body"], width, height, icon.get("left", 0), icon.get("top", 0), size=2 * TILE)
            drawing = _centred(drawing)
            tiles[name, style] = _inked(drawing) if style == "ink" else drawing
        tiles[name, "3d"] = _centred(np.asarray(Image.open(files_3d[code]).convert("RGBA")))
    return tiles


def render_third(cache: Path = CACHE) -> dict[tuple[str, str], np.ndarray]:
    """(thing, drawing style) -> RGBA tile of the third group: shaded shapes, and emoji set together."""
    tiles = {}
    for thing in SHAPED_THINGS:
        for style, drawing in shaded(thing.drawing).items():
            tiles[thing.name, style] = _centred(drawing)
    placed = {thing.name: [each.split() for each in thing.drawing.split(" + ")] for thing in EMOJI_THINGS}
    emoji = render_emoji(tuple(dict.fromkeys(name for parts in placed.values() for name, *_ in parts)), cache)
    for thing, parts in placed.items():
        for style in PACKAGES:
            together = Image.new("RGBA", (2 * TILE, 2 * TILE))
            for name, *numbers in parts:
                x, y, side = (round(float(number) * TILE / 100) for number in numbers)
                drawing = Image.fromarray(_shrink(Image.fromarray(emoji[name, style]), side))
                together.alpha_composite(drawing, (x + TILE // 2, y + TILE // 2))
            tiles[thing, style] = _centred(np.asarray(together))
    return tiles


def write_atlas(tiles: dict[tuple[str, str], np.ndarray], folder: Path = ATLAS) -> None:
    """`index.json` and two WebP sheets a drawing style: the judged things lossless, the others not (a quarter of the bytes; their edges are
    a little softer). `write_third` adds the rest."""
    folder.mkdir(parents=True, exist_ok=True)
    index: dict = {"tile": TILE, "sheets": {}, "things": {}}
    for suffix, things in (("", THINGS), ("-more", MORE_THINGS)):
        quality = {"lossless": not suffix, "quality": 75, "alpha_quality": 60 if suffix else 100}
        index["things"] |= _write_sheets(tiles, things, folder, suffix, quality)
        for style, (package, version, licence) in PACKAGES.items():
            index["sheets"][f"{style}{suffix}.webp"] = {"package": package, "version": version, "licence": licence}
    _write_index(index, folder)


def write_third(tiles: dict[tuple[str, str], np.ndarray], folder: Path = ATLAS) -> None:
    """The third group's sheets and entries, the embeddings of all names, and `ATTRIBUTION.md`. The other sheets and entries stay."""
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    old = {thing.name for thing in ALL_THINGS}
    index["things"] = {name: entry for name, entry in index["things"].items() if name in old}
    index["things"] |= _write_sheets(tiles, THIRD_THINGS, folder, "-third", THIRD_QUALITY)
    for style, (package, version, licence) in PACKAGES.items():
        about = {"package": f"drawn for this project; emoji of {package}", "version": version, "licence": f"Apache-2.0; emoji: {licence}"}
        index["sheets"][f"{style}-third.webp"] = about
    _write_index(index, folder)
    words = (word for thing in index["things"].values() for word in thing["synonyms"])
    write_meanings(folder, tuple(dict.fromkeys([*index["things"], *words])))
    names = ", ".join(thing.name for thing in EMOJI_THINGS)
    about = ATTRIBUTION.format(tile=TILE, shaped=len(SHAPED_THINGS), emoji=len(EMOJI_THINGS), names=names)
    (folder / "ATTRIBUTION.md").write_text(about, encoding="utf-8")


def _write_sheets(
    tiles: dict[tuple[str, str], np.ndarray], things: tuple[Thing, ...], folder: Path, suffix: str, quality: dict[str, Any]
) -> dict[str, dict]:
    """One sheet a drawing style; the things' entries for the index."""
    places = {thing.name: divmod(number, COLUMNS) for number, thing in enumerate(things)}
    rows = -(-len(things) // COLUMNS)
    for style in PACKAGES:
        sheet = np.zeros((rows * TILE, COLUMNS * TILE, 4), np.uint8)
        for name, (row, column) in places.items():
            sheet[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE] = tiles[name, style]
        few = suffix == "-third" and style == "ink"
        how: dict[str, Any] = {"lossless": True} if few else quality
        Image.fromarray(_few_tones(sheet) if few else sheet).save(folder / f"{style}{suffix}.webp", method=6, **how)
    entries = {}
    for thing in things:
        row, column = places[thing.name]
        tile = {style: {"sheet": f"{style}{suffix}.webp", "row": row, "column": column} for style in PACKAGES}
        entries[thing.name] = {"synonyms": list(thing.synonyms), "floats": thing.floats, "tiles": tile}
    return entries


def _few_tones(drawing: np.ndarray) -> np.ndarray:
    """Line art in five greys and five strengths: without loss, yet smaller than lossy WebP makes it."""
    grey = drawing[..., :1] // 60 * 60 + 12
    alpha = ((drawing[..., 3:].astype(np.int64) + 32) // 64 * 64).clip(0, 255).astype(np.uint8)
    return np.concatenate([np.repeat(np.where(alpha > 0, grey, 0), 3, axis=2), alpha], axis=2).astype(np.uint8)


def _write_index(index: dict, folder: Path) -> None:
    (folder / "index.json").write_text(json.dumps(index) + "\n", encoding="utf-8")


def write_meanings(folder: Path, names: tuple[str, ...], batch: int = 32) -> None:
    """The names' embeddings [n, 384] as float16, for `Atlas.find` by meaning. Those that are there already are kept."""
    known: dict[str, np.ndarray] = {}
    if (folder / MEANINGS).is_file():
        with np.load(folder / MEANINGS) as kept:
            known = dict(zip(kept["names"].tolist(), kept["vectors"], strict=True))
    missing = [name for name in names if name not in known]
    for start in range(0, len(missing), batch):
        some = tuple(missing[start : start + batch])
        known |= dict(zip(some, meaning_encoder()(some).astype(np.float16), strict=True))
    np.savez_compressed(folder / MEANINGS, names=np.array(names), vectors=np.stack([known[name] for name in names]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--out", type=Path, default=ATLAS)
    parser.add_argument("--only-third", action="store_true", help="leave the first two groups' sheets and entries as they are")
    arguments = parser.parse_args()
    if not arguments.only_third:
        write_atlas(render_all(cache=arguments.cache), arguments.out)
    write_third(render_third(arguments.cache), arguments.out)


if __name__ == "__main__":
    main()
