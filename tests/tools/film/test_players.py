"""Films as another program reads them: the static FFmpeg of `imageio-ffmpeg`, which shares no library with the PyAV that wrote them."""

import io
import re
import subprocess
import wave
import zipfile
from fractions import Fraction

import numpy as np
import opentimelineio as otio
import pytest

from codirector.tools.film.clips import FramesClip
from codirector.tools.film.container import CODECS
from codirector.tools.film.deliver import PIECE, deliver
from codirector.tools.film.timeline import timeline_json

WRITTEN = {
    "mp4": r"h264.*yuv420p", "webm": r"vp9.*yuv420p", "mov": r"prores \(HQ\).*yuv422p10le", "gif": r"gif", "webp": r"webp", "png": r"png",
}  # fmt: skip


def ffmpeg(*arguments: str) -> subprocess.CompletedProcess:
    import imageio_ffmpeg

    return subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", *arguments], capture_output=True, text=True)


def tone(seconds: float, rate: int = 8000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.sin(np.arange(int(seconds * rate)) / 5) * 9000).astype("<i2").tobytes())
    return out.getvalue()


@pytest.mark.parametrize("format", list(CODECS))
@pytest.mark.parametrize("fps", [24.0, 30000 / 1001])
def test_every_format_is_decoded_without_a_word(format, fps, tmp_path, moving):
    clip = FramesClip(moving(PIECE + 5, size=64), fps)
    sound = tone(3.0) if CODECS[format].audio else None
    data = deliver(clip, format, tmp_path / "work", lambda index, frame: None, {"title": "t"}, sound)
    film = tmp_path / f"film.{format}"
    if format == "png":
        zipfile.ZipFile(io.BytesIO(data)).extractall(tmp_path)
        film = tmp_path / "frame-%05d.png"
    else:
        film.write_bytes(data)
    # `-xerror` stops at the first thing that is not as the format says; the checks of every packet and stream are on.
    read = ffmpeg("-v", "warning", "-xerror", "-err_detect", "explode", "-i", str(film), "-map", "0", "-f", "null", "-")
    assert read.returncode == 0 and not read.stderr, read.stderr
    told = ffmpeg("-i", str(film), "-map", "0:v", "-f", "null", "-").stderr
    assert re.search(WRITTEN[format], told), told
    assert int(re.findall(r"frame=\s*(\d+)", told)[-1]) == clip.frames
    assert ("Audio:" in told) == (sound is not None)
    if CODECS[format].container:
        shown = float(re.findall(r"([\d.]+) fps", told)[0])
        assert shown == pytest.approx(float(Fraction(fps).limit_denominator(1001)), abs=0.01)


def test_the_check_can_fail(tmp_path, moving):
    whole = deliver(FramesClip(moving(30, size=64), 24), "mp4", tmp_path / "work", lambda index, frame: None)
    (tmp_path / "film.mp4").write_bytes(whole[: len(whole) * 2 // 3])
    read = ffmpeg("-v", "warning", "-xerror", "-err_detect", "explode", "-i", str(tmp_path / "film.mp4"), "-f", "null", "-")
    assert read.returncode != 0 and read.stderr


def test_a_timeline_names_the_film_and_its_cuts(tmp_path):
    shots = [{"start": 48 * n, "frames": 48, "name": f"Shot {n + 1}", "caption": f"{n}", "metadata": {}} for n in range(3)]
    path = tmp_path / "cut.otio"
    path.write_text(timeline_json("Film", "film.mp4", 24, 144, shots))
    timeline = otio.adapters.read_from_file(str(path))
    assert isinstance(timeline, otio.schema.Timeline)
    clips = list(timeline.find_clips())
    assert [clip.range_in_parent().start_time.value for clip in clips] == [0, 48, 96]
    assert {clip.media_reference.target_url for clip in clips} == {"film.mp4"}
