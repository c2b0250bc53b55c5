"""A clip becomes a file: frame by frame into pieces on the disk, pieces into the container.

Every finished frame is on the disk at once (raw), every finished piece encoded; after a crash the work goes on at the next frame.
Memory holds one piece, however long the film is. It does not know where the frames come from.
"""

import contextlib
import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from codirector.errors import StorageFull
from codirector.tools.film.clips import Clip
from codirector.tools.film.container import CODECS, encode_piece, frames_of, join_pieces, told
from codirector.tools.film.values import FilmFormat

if TYPE_CHECKING:
    import numpy as np

PIECE = 48
"""Frames encoded together; each piece begins with a key frame."""
RESERVE = 64 * 1024**2
"""Bytes of disk that must be free besides the film's own."""

OnFrame = Callable[[int, "np.ndarray | None"], None]
"""Told of each finished frame (its number from 0, None where it was there already); may raise to stop."""


def deliver(
    clip: Clip, format: FilmFormat, folder: Path, on_frame: OnFrame, about: dict[str, str] | None = None, sound: bytes | None = None
) -> bytes:
    """The film as bytes of `format`, made in `folder`, which must belong to this clip alone: what is found there is gone on with.
    Raises StorageFull, InputError (sound), and whatever `on_frame` raises; what is finished stays in the folder then."""
    fps = Fraction(clip.fps).limit_denominator(1001)
    with told(folder / "film"):
        folder.mkdir(parents=True, exist_ok=True)
        _check_space(clip, folder)
    pieces, lengths = [], []
    for number, start in enumerate(range(0, clip.frames, PIECE)):
        end = min(start + PIECE, clip.frames)
        path = folder / f"piece-{number:05d}.mkv"
        pieces.append(path)
        lengths.append(end - start)
        if path.exists():
            on_frame(end - 1, None)
            continue
        raw = folder / f"piece-{number:05d}.raw"
        frames = list(_piece_frames(clip, start, end, raw, on_frame))
        encode_piece(path, frames, fps, format)
        raw.unlink(missing_ok=True)
    if CODECS[format].container:
        film = folder / f"film.{format}"
        join_pieces(film, pieces, lengths, fps, format, about or {}, sound)
        with told(film):
            return film.read_bytes()
    return _of_pictures(pieces, clip, format)


def forget(folder: Path) -> None:
    """Takes the folder of a finished film away."""
    shutil.rmtree(folder, ignore_errors=True)


def _piece_frames(clip: Clip, start: int, end: int, raw: Path, on_frame: OnFrame) -> "Iterator[np.ndarray]":
    """The piece's frames: first those that a crash left, then new ones, each written before the next is made."""
    import numpy as np

    size = clip.width * clip.height * 3
    done = 0
    with told(raw):
        if raw.exists():
            # A frame that was only half written when the power went is made again.
            done = min(raw.stat().st_size // size, end - start)
            with raw.open("rb+") as file:
                file.truncate(done * size)
            stored = np.fromfile(raw, np.uint8).reshape(done, clip.height, clip.width, 3)
            for index in range(done):
                on_frame(start + index, None)
                yield stored[index]
        with raw.open("ab", buffering=0) as file:
            for index in range(start + done, end):
                frame = np.ascontiguousarray(clip.frame(index))
                file.write(frame.data)
                on_frame(index, frame)
                yield frame


def _check_space(clip: Clip, folder: Path) -> None:
    frame = clip.width * clip.height * 3
    # One raw piece, and about a twelfth of the raw size encoded, twice (pieces and film).
    needed = RESERVE + PIECE * frame + clip.frames * frame // 6
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StorageFull(
            f"This film needs about {needed / 1e6:.0f} MB of disk while it is made; {folder} has {free / 1e6:.0f} MB.",
            "Free some space, or make it shorter or smaller.",
        )


def _of_pictures(pieces: list[Path], clip: Clip, format: FilmFormat) -> bytes:
    """Formats made of pictures, from the lossless pieces."""
    from PIL import Image

    every = (frame for piece in pieces for frame in frames_of(piece))
    out = io.BytesIO()
    if format == "png":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for number, frame in enumerate(every):
                png = io.BytesIO()
                Image.fromarray(frame).save(png, "PNG", compress_level=4)
                entry = zipfile.ZipInfo(f"frame-{number:05d}.png", (1980, 1, 1, 0, 0, 0))
                archive.writestr(entry, png.getvalue())
        return out.getvalue()
    if format == "webp":
        # Browsers slow down pictures that are shown for less than 20 ms.
        step = max(1, -(-round(clip.fps) // 50))
        images = (Image.fromarray(frame) for number, frame in enumerate(every) if number % step == 0)
        first = next(images)
        first.save(out, "WEBP", save_all=True, append_images=images, duration=_durations(clip, step), loop=0, quality=82, method=2)
        return out.getvalue()
    # Players show no GIF faster than 50 frames a second, and most of them 33.
    step = max(1, round(clip.fps / 25))
    images = (_indexed(frame) for number, frame in enumerate(every) if number % step == 0)
    first = next(images)
    with contextlib.closing(images):
        first.save(out, "GIF", save_all=True, append_images=images, duration=_durations(clip, step), loop=0, disposal=1, optimize=False)
    return out.getvalue()


def _durations(clip: Clip, step: int) -> list[int]:
    """Milliseconds of each picture; rounded so that the whole keeps its length."""
    shown = range(0, clip.frames, step)
    ends = [round(min(index + step, clip.frames) * 1000 / clip.fps / 10) * 10 for index in shown]
    return [max(20, end - before) for end, before in zip(ends, [0, *ends[:-1]], strict=True)]


def _indexed(frame: "np.ndarray"):
    from PIL import Image

    return Image.fromarray(frame).quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.FLOYDSTEINBERG)
