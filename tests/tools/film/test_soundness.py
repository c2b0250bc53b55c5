"""Every kind of film the product writes is sound by FFmpeg's own strictest checks; and what is broken is found."""

import io
import wave
from fractions import Fraction

import numpy as np
import pytest

from codirector.errors import UnknownName
from codirector.tools.backend import RunContext
from codirector.tools.film.backend import FilmBackend
from codirector.tools.film.clips import FramesClip
from codirector.tools.film.container import CODECS, media_library
from codirector.tools.film.deliver import PIECE, deliver
from codirector.tools.film.soundness import Promised, film_faults
from codirector.tools.film.values import Camera, Finish, Move, Transition
from codirector.tools.requests import FilmRequest, Shot


def tone(seconds, rate=8000):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.sin(np.arange(int(seconds * rate)) / 5) * 9000).astype("<i2").tobytes())
    return out.getvalue()


def written(tmp_path, moving, format="mp4", frames=PIECE + 3, fps=24.0, sound=None, size=64):
    return deliver(FramesClip(moving(frames, size=size), fps), format, tmp_path / "work", lambda index, frame: None, {}, sound)


@pytest.mark.parametrize("format", list(CODECS))
@pytest.mark.parametrize(
    ("fps", "frames", "seconds"),
    [
        (24.0, PIECE + 3, 0.5),
        (1.0, 2, None),
        pytest.param(30000 / 1001, 2 * PIECE + 1, 9.0, marks=pytest.mark.slow),
        pytest.param(120.0, 50, 0.2, marks=pytest.mark.slow),
    ],
)
def test_every_format_at_every_pace_is_sound(format, fps, frames, seconds, tmp_path, moving):
    sound = tone(seconds) if seconds and CODECS[format].audio else None
    data = written(tmp_path, moving, format, frames, fps, sound)
    pixels = CODECS[format].pixels if CODECS[format].container else ""
    promised = Promised(
        frames, Fraction(fps).limit_denominator(1001), (64, 64), pixels, sound is not None if CODECS[format].audio else None
    )
    assert film_faults(data, promised) == []


KINDS = {
    "a camera move": {"shots": 1},
    "a storyboard": {"shots": 3},
    "with sound": {"shots": 1, "sound": 0.4},
    "with too much sound": {"shots": 1, "sound": 5.0},
    "a loop": {"shots": 1, "loop": True},
    "finished": {"shots": 1, "finish": ("stabilise", "motion_blur", "title", "fade", "speed_ramp")},
}


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize(
    ("size", "format", "fps"),
    [
        ((98, 54), "mp4", 24),
        pytest.param((16, 130), "webm", 25, marks=pytest.mark.slow),
        pytest.param((82, 46), "gif", 12, marks=pytest.mark.slow),
    ],
)
def test_every_kind_of_film_is_sound(kind, size, format, fps, tmp_path, blobs, paint, encoded):
    about = KINDS[kind]
    camera = Camera(moves=(Move(kind="pan", amount=0.1),), loop=about.get("loop", False))
    still = blobs.add(encoded(paint(2, *size)))
    shot = Shot(image=still, seconds=0.5, camera=camera, caption="A disc", transition=Transition(kind="crossfade", seconds=0.1))
    finish = tuple(Finish(kind=step, value="half speed" if step == "speed_ramp" else "") for step in about.get("finish", ()))
    sound = blobs.add(tone(about["sound"])) if "sound" in about else None
    width, height = size
    request = FilmRequest(
        shots=(shot,) * about["shots"],
        fps=fps,
        width=width,
        height=height,
        format=format,
        finish=finish,
        sound=sound,
        title="Ümlaut, “quoted”",
    )
    backend = FilmBackend(Nobody(), tmp_path / "models", tmp_path / "work")
    try:
        done = list(backend.run(request, RunContext(blobs)))[-1]
    finally:
        backend.close()
    pixels = CODECS[format].pixels if CODECS[format].container else ""
    promised = Promised(done.facts["frames"], Fraction(fps), size, pixels, bool(sound) and format != "gif")
    assert film_faults(done.products[0].data, promised) == []


class Nobody:
    """Makes no pictures: these films start from one that is there."""

    name = "nobody"

    def run(self, request, context):
        raise UnknownName("Nobody draws here.")

    def close(self):
        pass


@pytest.mark.parametrize("format", list(CODECS))
def test_a_film_cut_off_anywhere_is_found(format, tmp_path, moving):
    whole = written(tmp_path, moving, format, frames=60, sound=tone(1.0) if CODECS[format].audio else None)
    for share in (0.3, 0.66, 0.97):
        assert film_faults(whole[: round(len(whole) * share)]), f"{format} cut at {share}"


@pytest.mark.parametrize("format", ["mp4", "webm", "mov"])
def test_damage_inside_a_film_is_found(format, tmp_path, moving):
    whole = bytearray(written(tmp_path, moving, format, frames=60))
    middle = len(whole) // 2
    whole[middle : middle + 400] = bytes(byte ^ 0x5A for byte in whole[middle : middle + 400])
    assert film_faults(bytes(whole))


def test_what_was_promised_is_compared(tmp_path, moving):
    film = written(tmp_path, moving)
    assert film_faults(film, Promised(50, Fraction(25), (66, 64), "yuv444p", True)) == [
        "it has 64 x 64 pixels instead of 66 x 64",
        "its pixels are yuv420p instead of yuv444p",
        "it has 51 frames instead of 50",
        "it says 24 frames a second instead of 25",
        "the sound track is missing",
    ]
    assert "it lasts" in film_faults(written(tmp_path / "gif", moving, "gif", 24), Promised(48, Fraction(24)))[0]


def rewritten(film, path, change, **options):
    """The film's packets in a new MP4, each after `change(number, packet)`."""
    av = media_library()
    with av.open(io.BytesIO(film)) as source, av.open(str(path), "w", format="mp4", options=options) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for number, packet in enumerate(source.demux(video=0)):
            if packet.dts is not None:
                change(number, packet)
                packet.stream = stream
                target.mux(packet)
    return path.read_bytes()


def test_an_index_at_the_end_and_a_late_frame_are_found(tmp_path, moving):
    film, path = written(tmp_path, moving), tmp_path / "again.mp4"
    assert film_faults(rewritten(film, path, lambda number, packet: None, movflags="+faststart")) == []
    assert any("index stands after" in fault for fault in film_faults(rewritten(film, path, lambda number, packet: None)))

    def late(number, packet):
        if number > 30:
            packet.pts = packet.dts = packet.dts + 2 * packet.duration

    assert "its frames are not evenly spaced" in film_faults(rewritten(film, path, late, movflags="+faststart"))


@pytest.mark.parametrize(
    "data", [b"", b"GIF8", b"PK\x03\x04", b"RIFF\0\0\0\0WEBP", b"\x1aE\xdf\xa3\x80", b"\0\0\0\x18ftypisom" + bytes(60)]
)
def test_no_film_at_all_is_no_error_but_a_fault(data):
    assert film_faults(data)
