"""Is a film file sound? What `ffprobe` and a strict player would complain of: opened, every packet taken out, every frame decoded with all
error detection on, and compared with what the file says of itself. Through PyAV, which is the same libraries.

It does not know how a film should look, nor which request it answers; what was promised of it is passed in.
"""

import io
import struct
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from codirector.tools.film.container import media_library

ALL_CHECKS = {"err_detect": "crccheck+bitstream+buffer+explode"}
"""FFmpeg's own checks, each of them an error."""


class Promised(NamedTuple):
    """What a film should have; None and '' are not checked."""

    frames: int | None = None
    fps: Fraction | None = None
    size: tuple[int, int] | None = None
    pixels: str = ""
    sound: bool | None = None


def film_faults(data: bytes, promised: Promised = Promised()) -> list[str]:  # noqa: B008
    """Sentences about what is wrong with a film in any of our formats; empty where it is sound. Never raises for what is in `data`. Of
    formats made of pictures, frames and pace are only checked together, as how long they last: they keep time in steps of their own."""
    if data[:4] == b"RIFF":
        return _webp_faults(data, promised)  # these libraries do not read WebP that moves
    if data[:2] == b"PK":
        return _archive_faults(data, promised)
    import av.logging

    library = media_library()
    faults: list[str] = []
    level = av.logging.get_level()
    # The libraries write their warnings to a log only; whoever plays the film sees what they warned of.
    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture() as said:
            try:
                faults += _read(library, data, promised)
            except (library.error.FFmpegError, ValueError, IndexError) as error:
                faults.append(f"it cannot be read to its end ({str(error).strip()[:160]})")
        faults += dict.fromkeys(f"the decoder warns: {name}: {text.strip()}" for _, name, text in said)
    finally:
        av.logging.set_level(level)
    if data[4:8] == b"ftyp":
        faults += _box_faults(data)
    elif data[:4] == b"\x1aE\xdf\xa3":
        faults += _element_faults(data)
    elif data[:4] == b"GIF8" and not data.endswith(b"\x3b"):
        faults.append("its end is missing")
    return faults


def _read(library: Any, data: bytes, promised: Promised) -> Iterator[str]:
    with library.open(io.BytesIO(data), options=ALL_CHECKS) as container:
        if not container.streams.video:
            yield "there is no picture in it"
            return
        picture, tracks = container.streams.video[0], list(container.streams.audio)
        for stream in (picture, *tracks):
            stream.codec_context.options = ALL_CHECKS
            stream.codec_context.thread_count = 1
        times: dict[int, list[tuple[int, int, int]]] = {stream.index: [] for stream in container.streams}
        shown: list[Any] = []
        heard = 0
        for packet in container.demux(picture, *tracks):
            if packet.dts is not None:
                times[packet.stream.index].append((packet.dts, packet.pts, packet.duration or 0))
                if packet.is_corrupt:
                    yield f"packet {len(times[packet.stream.index])} of stream {packet.stream.index} is marked as corrupt"
            for frame in packet.decode():
                if frame.is_corrupt:
                    yield "a frame is corrupt"
                if packet.stream is picture:
                    shown.append((frame.pts, frame.width, frame.height, frame.format.name))
                else:
                    heard += frame.samples
        yield from _picture_faults(container, picture, times[picture.index], shown, promised)
        for track in tracks:
            yield from _order(f"the sound of stream {track.index}", times[track.index])
            if not heard:
                yield "the sound track is empty"
        if promised.sound is not None and promised.sound != bool(tracks):
            yield "there is a sound track, and should be none" if tracks else "the sound track is missing"


def _picture_faults(container: Any, picture: Any, times: list[tuple[int, int, int]], shown: list[Any], promised: Promised) -> Iterator[str]:
    if not shown:
        yield "it has no frames"
        return
    yield from _order("the picture", times)
    base, rate = Fraction(picture.time_base), picture.average_rate
    if len(times) != len(shown):
        yield f"{len(times)} packets gave {len(shown)} frames"
    if picture.frames and picture.frames != len(shown):
        yield f"it says it has {picture.frames} frames, and has {len(shown)}"
    if times[0][0] != 0 or shown[0][0] != 0:
        yield f"it does not begin at 0 (pts {shown[0][0]}, dts {times[0][0]})"
    if len({each[1:] for each in shown}) > 1:
        yield "its frames differ in size or pixel format"
    if promised.size is not None and shown[0][1:3] != promised.size:
        yield f"it has {shown[0][1]} x {shown[0][2]} pixels instead of {promised.size[0]} x {promised.size[1]}"
    if promised.pixels and shown[0][3] != promised.pixels:
        yield f"its pixels are {shown[0][3]} instead of {promised.pixels}"
    stamps = [pts for pts, *_ in shown]
    if None in stamps or any(later <= earlier for earlier, later in pairwise(stamps)):
        yield "its frames do not follow each other in time"
        return
    length = float(picture.duration * base) if picture.duration else (container.duration or 0) / 1e6
    if container.format.name == "gif":
        yield from _length_faults(length, promised)
        return
    if promised.frames is not None and len(shown) != promised.frames:
        yield f"it has {len(shown)} frames instead of {promised.frames}"
    if promised.fps is not None and (not rate or abs(float(rate) - float(promised.fps)) > 0.01):
        yield f"it says {float(rate or 0):g} frames a second instead of {float(promised.fps):g}"
    if not rate:
        yield "it does not say how many frames it shows a second"
        return
    if any(abs(pts * base - number / rate) > max(base, Fraction(1, 1000)) for number, pts in enumerate(stamps)):
        yield "its frames are not evenly spaced"
    lasts = len(shown) / float(rate)
    for what, said in (("the picture", length), ("the file", (container.duration or 0) / 1e6)):
        # A sound track may end within one of its own packets after the last frame.
        if abs(said - lasts) > 1.0 / float(rate) + 0.05:
            yield f"{what} says it lasts {said:.3f} s, and its frames last {lasts:.3f} s"


def _length_faults(seconds: float, promised: Promised) -> Iterator[str]:
    if promised.frames and promised.fps:
        wanted = float(promised.frames / promised.fps)
        if abs(seconds - wanted) > max(0.03, 1 / float(promised.fps)):
            yield f"it lasts {seconds:.3f} s instead of {wanted:.3f} s"


def _order(what: str, times: list[tuple[int, int, int]]) -> Iterator[str]:
    """Decoding times must rise, and nothing may be shown before it is decoded."""
    if any(later[0] <= earlier[0] for earlier, later in pairwise(times)):
        yield f"{what} has decoding times that do not rise"
    if any(pts is None or pts < dts for dts, pts, _ in times):
        yield f"{what} is to be shown before it is decoded"


def _box_faults(data: bytes) -> list[str]:
    """MP4 and MOV: whole boxes to the end of the file, and the index before the pictures, so that a player begins before it has all."""
    kinds, at = [], 0
    while at + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        size = struct.unpack(">Q", data[at + 8 : at + 16])[0] if size == 1 and at + 16 <= len(data) else size or len(data) - at
        if size < 8 or at + size > len(data):
            return [f"its box {kind.decode('latin-1')} is cut off"]
        kinds.append(kind)
        at += size
    if b"moov" not in kinds or b"mdat" not in kinds:
        return ["it has no index or no pictures"]
    return (
        ["its index stands after its pictures, so it cannot be played while it loads"]
        if kinds.index(b"moov") > kinds.index(b"mdat")
        else []
    )


def _element_faults(data: bytes) -> list[str]:
    """WebM: the segment reaches to the end of the file and no further (RFC 8794: a size's length is told by its leading zeros)."""
    at = 0
    while at < len(data):
        id_length = 9 - data[at].bit_length()
        if at + id_length >= len(data) or id_length > 4:
            return ["it is cut off or has something behind its end"]
        length = 9 - data[at + id_length].bit_length()
        first = at + id_length + length
        size = int.from_bytes(data[at + id_length : first], "big") & ((1 << 7 * length) - 1)
        if size == (1 << 7 * length) - 1:
            return ["it was not closed: it does not know its own length"]
        at = first + size
    return [] if at == len(data) else ["it is cut off"]


def _webp_faults(data: bytes, promised: Promised) -> list[str]:
    """All pictures of a WebP decoded; their times added up."""
    from PIL import Image, ImageSequence

    if struct.unpack("<I", data[4:8])[0] + 8 != len(data):
        return ["it is cut off or has something behind its end"]
    try:
        with Image.open(io.BytesIO(data)) as film:
            lasts = 0
            for frame in ImageSequence.Iterator(film):
                frame.load()
                lasts += frame.info.get("duration", 0)
            faults = list(_length_faults(lasts / 1000, promised))
            if promised.size is not None and film.size != promised.size:
                faults.append(f"it has {film.width} x {film.height} pixels instead of {promised.size[0]} x {promised.size[1]}")
            return faults
    except (OSError, ValueError, SyntaxError) as error:
        return [f"it cannot be read to its end ({error})"]


def _archive_faults(data: bytes, promised: Promised) -> list[str]:
    """A ZIP of PNG files: every check sum right, every picture decoded, all of one size, numbered without a gap."""
    import zipfile

    from PIL import Image

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names, sizes = archive.namelist(), set()
            for name in names:
                with Image.open(io.BytesIO(archive.read(name))) as picture:
                    picture.load()
                    sizes.add(picture.size)
    except (OSError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        return [f"it cannot be read to its end ({error})"]
    faults = [] if names == [f"frame-{number:05d}.png" for number in range(len(names))] else ["its pictures are not numbered in order"]
    if promised.frames is not None and len(names) != promised.frames:
        faults.append(f"it has {len(names)} pictures instead of {promised.frames}")
    if len(sizes) != 1 or (promised.size is not None and sizes != {promised.size}):
        faults.append(f"its pictures have the sizes {sorted(sizes)}")
    return faults
