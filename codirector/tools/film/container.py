"""Film files: which codec and container a format is, joining encoded pieces, text about the film inside the file. Through PyAV.

Encoding runs on one thread and without time stamps, so that the same frames give the same bytes on the same machine.
"""

import contextlib
import errno
import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from codirector.errors import InputError, StorageFull
from codirector.tools.film.values import FilmFormat

if TYPE_CHECKING:
    import numpy as np


class Codec(NamedTuple):
    """How a format's frames are encoded, and the container they end in ('' for formats made of pictures)."""

    name: str
    pixels: str
    options: dict[str, str]
    container: str
    media_type: str
    audio: str = ""
    keyed: bool = True


CODECS: dict[FilmFormat, Codec] = {
    "mp4": Codec("libx264", "yuv420p", {"crf": "17", "preset": "veryfast", "g": "48", "bf": "0"}, "mp4", "video/mp4", "aac"),
    "webm": Codec(
        "libvpx-vp9", "yuv420p", {"crf": "28", "b": "0", "deadline": "good", "cpu-used": "5", "g": "48", "row-mt": "0"}, "webm",
        "video/webm", "libopus",
    ),
    "mov": Codec("prores_ks", "yuv422p10le", {"profile": "3", "vendor": "apl0"}, "mov", "video/quicktime", "pcm_s16le"),
    "gif": Codec("ffv1", "bgr0", {"level": "3", "g": "1"}, "", "image/gif"),
    "webp": Codec("ffv1", "bgr0", {"level": "3", "g": "1"}, "", "image/webp"),
    "png": Codec("ffv1", "bgr0", {"level": "3", "g": "1"}, "", "application/zip"),
}  # fmt: skip
COMMENT = "comment"
"""Where the request stands inside a film, as JSON. Every player shows or ignores it."""


def media_library() -> Any:
    """PyAV, imported when it is needed. Untyped: its own hints leave out half of what it has."""
    import av
    import av.error
    import av.filter

    return av


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns a failed write into StorageFull, with what to do."""
    av = media_library()

    try:
        yield
    except (OSError, av.error.FFmpegError) as error:
        code = getattr(error, "errno", None)
        if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO):
            why = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "your share of the disk is used up"}.get(code, str(error.strerror))
            raise StorageFull(
                f"The film could not be written to {path.parent}: {why}.", "Free some space and send it again; finished frames are kept."
            ) from error
        raise


def encode_piece(path: Path, frames: "Sequence[np.ndarray]", fps: Fraction, format: FilmFormat) -> None:
    """Frames (RGB bytes, even sizes) as one piece that stands for itself, whole or not at all. Raises StorageFull."""
    av = media_library()

    codec = CODECS[format]
    draft = path.with_suffix(".draft")
    height, width = frames[0].shape[:2]
    with told(path):
        with av.open(str(draft), "w", format="matroska", options={"fflags": "+bitexact"}) as container:
            stream: Any = container.add_stream(codec.name, rate=fps, options={**codec.options, "threads": "1"})
            stream.width, stream.height, stream.pix_fmt = width, height, codec.pixels
            context = stream.codec_context
            context.thread_count = 1
            context.time_base = 1 / fps
            if codec.pixels.startswith("yuv"):
                context.color_primaries = context.color_trc = context.colorspace = 1
                context.color_range = 1
            for number, picture in enumerate(frames):
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                if codec.pixels.startswith("yuv"):
                    frame = frame.reformat(format=codec.pixels, dst_colorspace="ITU709", dst_color_range="MPEG")
                else:
                    frame = frame.reformat(format=codec.pixels)
                frame.pts, frame.time_base = number, 1 / fps
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        draft.replace(path)


def join_pieces(
    path: Path, pieces: Sequence[Path], lengths: Sequence[int], fps: Fraction, format: FilmFormat, about: dict[str, str],
    sound: bytes | None = None,
) -> None:  # fmt: skip
    """The pieces (of `lengths` frames) one after the other in the format's container, without encoding again; `sound` goes along, cut to
    the film's length. Raises StorageFull, and InputError for sound that cannot be read."""
    av = media_library()

    codec = CODECS[format]
    options = {"fflags": "+bitexact"} | ({"movflags": "+faststart"} if codec.container in ("mp4", "mov") else {})
    # Matroska writes a random id and the date unless told not to.
    draft = path.with_suffix(".draft")
    with told(path):
        with av.open(str(draft), "w", format=codec.container, options=options) as output:
            output.metadata.update(about)
            with av.open(str(pieces[0])) as first:
                stream: Any = output.add_stream_from_template(first.streams.video[0])
            stream.time_base = 1 / fps
            # WebM tells its frame rate only where the stream has one: players would have to guess it.
            stream.codec_context.framerate = fps
            track = _add_sound(output, codec, sound) if sound is not None else None
            start = 0
            for piece, length in zip(pieces, lengths, strict=True):
                with av.open(str(piece)) as source:
                    for packet in source.demux(video=0):
                        if not packet.size or packet.pts is None or packet.time_base is None:
                            continue
                        # Matroska counts milliseconds; frames are whole again after rounding. No format here shows frames in another
                        # order than it decodes them, so a packet's two times are one.
                        packet.pts = packet.dts = round(float(packet.pts * packet.time_base) * float(fps)) + start
                        packet.duration = 1
                        packet.time_base = 1 / fps
                        packet.stream = stream
                        output.mux(packet)
                start += length
                if track is not None:
                    track.until(start / float(fps))
            if track is not None:
                track.close()
        draft.replace(path)


class _Track:
    """A sound track being written alongside the picture: decoded, brought to one rate, encoded, cut at the film's end."""

    def __init__(self, output: Any, stream: Any, sound: bytes) -> None:
        av = media_library()

        self._output, self._stream = output, stream
        self._source = av.open(io.BytesIO(sound))
        self._frames = self._source.decode(audio=0)
        self._resampler = av.AudioResampler(format=stream.codec_context.format, layout="stereo", rate=stream.codec_context.sample_rate)
        self._written = 0
        self._over = False

    def until(self, seconds: float) -> None:
        """Writes sound up to `seconds` from the start, where there is so much."""
        limit = round(seconds * self._stream.codec_context.sample_rate)
        while not self._over and self._written < limit:
            try:
                decoded = next(self._frames)
            except StopIteration:
                self._over = True
                return
            decoded.pts = None
            for frame in self._resampler.resample(decoded):
                if self._written >= limit + 48_000:
                    break
                frame.pts = self._written
                self._written += frame.samples
                self._output.mux(self._stream.encode(frame))

    def close(self) -> None:
        self._output.mux(self._stream.encode())
        self._source.close()


def _add_sound(output: Any, codec: Codec, sound: bytes) -> _Track:
    stream = output.add_stream(codec.audio, rate=48_000)
    stream.codec_context.layout = "stereo"
    stream.codec_context.thread_count = 1
    return _Track(output, stream, sound)


def check_sound(data: bytes) -> None:
    """Raises InputError where the bytes are no sound that can be decoded to its end."""
    av = media_library()

    try:
        with av.open(io.BytesIO(data)) as container:
            if not any(True for _ in container.decode(audio=0)):
                raise ValueError("no sound")
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise InputError("The sound file cannot be read.", "WAV, MP3, FLAC, OGG and M4A can; export it again.") from error


def frames_of(data: bytes | Path) -> "Iterator[np.ndarray]":
    """The frames of a film or an animation, in order, as RGB bytes. Raises InputError for what is none."""
    av = media_library()

    try:
        with av.open(str(data) if isinstance(data, Path) else io.BytesIO(data)) as container:
            for frame in container.decode(video=0):
                yield frame.to_ndarray(format="rgb24")
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise InputError("This film cannot be read.", "MP4, WebM, MOV and GIF can; it may be damaged.") from error


def film_facts(data: bytes) -> dict[str, Any]:
    """Size, frames a second, number of frames, seconds, codec, whether there is sound, and the text inside. Raises InputError."""
    av = media_library()

    try:
        with av.open(io.BytesIO(data)) as container:
            stream = container.streams.video[0]
            frames = stream.frames or sum(1 for packet in container.demux(video=0) if packet.pts is not None)
            fps = float(stream.average_rate or 0)
            return {
                "width": stream.width,
                "height": stream.height,
                "fps": fps,
                "frames": frames,
                "seconds": round(frames / fps, 3) if fps else None,
                "codec": stream.codec_context.name,
                "pixels": stream.codec_context.pix_fmt,
                "sound": bool(container.streams.audio),
                "about": {key.lower(): value for key, value in container.metadata.items()},
            }
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise InputError("This film cannot be read.", "MP4, WebM, MOV and GIF can; it may be damaged.") from error
