"""`codirector read` on the kinds of file people have: ten are read with a report, twelve broken ones refused with a sentence."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from codirector.assistant.cli import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("CODIRECTOR_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def gradient(mode: str = "RGB") -> Image.Image:
    y, x = np.mgrid[0:96, 0:128]
    rgb = np.stack([y * 2, x, 255 - x], axis=2).clip(0, 255).astype(np.uint8)
    return Image.fromarray(rgb).convert(mode)


def saved(kind: str, mode: str = "RGB", **options) -> bytes:
    data = io.BytesIO()
    gradient(mode).save(data, kind, **options)
    return data.getvalue()


def sixteen_bit() -> bytes:
    data = io.BytesIO()
    Image.fromarray(np.linspace(0, 65535, 96 * 128).reshape(96, 128).astype(np.uint16)).save(data, "PNG")
    return data.getvalue()


def heic() -> bytes:
    import pillow_heif

    data = io.BytesIO()
    pillow_heif.from_pillow(gradient()).save(data, format="HEIF")
    return data.getvalue()


def moving() -> bytes:
    return saved("GIF", "P", save_all=True, append_images=[gradient("L").convert("P")], duration=80)


GOOD = {
    "a.png": lambda: saved("PNG"),
    "see-through.png": lambda: saved("PNG", "RGBA"),
    "sixteen.png": sixteen_bit,
    "a.jpg": lambda: saved("JPEG"),
    "print.jpg": lambda: saved("JPEG", "CMYK"),
    "a.webp": lambda: saved("WEBP"),
    "moving.gif": moving,
    "a.bmp": lambda: saved("BMP"),
    "a.tif": lambda: saved("TIFF"),
    "a.heic": heic,
}
BROKEN = {
    "empty.png": lambda: b"",
    "cut.png": lambda: saved("PNG")[:150],
    "cut.jpg": lambda: saved("JPEG")[:200],
    "cut.webp": lambda: saved("WEBP")[:40],
    "cut.gif": lambda: saved("GIF", "P")[:20],
    "renamed.png": lambda: saved("JPEG"),
    "text.png": lambda: b"hello there",
    "page.png": lambda: b"<!doctype html><html>",
    "paper.png": lambda: b"%PDF-1.7 ...",
    "archive.png": lambda: b"PK\x03\x04" + b"\0" * 50,
    "drawing.svg": lambda: b'<?xml version="1.0"?><svg xmlns="x"/>',
    "damaged.heic": lambda: heic()[:120],
}


@pytest.mark.parametrize("name", GOOD)
def test_ten_kinds_are_read_with_a_report(name: str, home: Path, capsys) -> None:
    (home / name).write_bytes(GOOD[name]())
    assert main(["read", name, "--report", "out", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["caption"]
    pages = list((home / "out").glob("*.html"))
    assert len(pages) == 1 and pages[0].stat().st_size > 20_000


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused_with_a_sentence(name: str, home: Path, capsys) -> None:
    (home / name).write_bytes(BROKEN[name]())
    assert main(["read", name, "--report", "out"]) == 2
    said = capsys.readouterr()
    assert name in said.err and "Traceback" not in said.err
    assert not (home / "out").exists()
