"""One request, one film: files that play, the same bytes again, Stop within a frame, going on after a crash, clear errors."""

import json
import threading
import wave
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import ValidationError

from codirector.errors import Cancelled, InputError, InternalError, StorageFull, UnknownName, Unsupported
from codirector.tools.adjust import Step
from codirector.tools.backend import RunContext
from codirector.tools.events import Done, Preview, Product, Progress
from codirector.tools.film import deliver as delivery
from codirector.tools.film.backend import FilmBackend
from codirector.tools.film.clips import FramesClip
from codirector.tools.film.container import CODECS, encode_piece, film_facts, frames_of
from codirector.tools.film.deliver import PIECE, deliver
from codirector.tools.film.values import Actor, Camera, Finish, Move, Transition
from codirector.tools.registry import Registry
from codirector.tools.requests import REQUEST, FilmRequest, GenerateRequest, Shot, UpscaleRequest
from codirector.tools.sketch import Sketch, SketchBox
from codirector.values import Span

ZOOM = Camera(moves=(Move(kind="zoom", amount=1.2),))
DISC = Sketch(boxes=(SketchBox(name="disc", x=0.5, y=0.57, width=0.42, height=0.42),))


class Painter:
    """A picture backend that paints the test still of its seed."""

    name = "painter"

    def __init__(self, paint, encoded):
        self.paint, self.encoded, self.made = paint, encoded, 0

    def run(self, request, context):
        for step in range(1, 4):
            context.check_cancelled()
            yield Progress(stage="denoise", step=step, steps=3)
            yield Preview(step=step, steps=3, data=b"x", width=8, height=8)
        self.made += 1
        yield Done(products=(Product(data=self.encoded(self.paint(request.seed)), width=96, height=96),), facts={"model": "painter"})

    def close(self):
        pass


@pytest.fixture
def painter(paint, encoded):
    return Painter(paint, encoded)


@pytest.fixture
def backend(painter, tmp_path):
    made = FilmBackend(painter, tmp_path / "models", tmp_path / "work")
    yield made
    made.close()


@pytest.fixture
def still(blobs, paint, encoded):
    return blobs.add(encoded(paint()))


def shot(still, **more):
    return Shot(image=still, **{"seconds": 0.5, "camera": ZOOM, "sketch": DISC} | more)


def film(backend, request, blobs, cancel=None):
    return list(backend.run(request, RunContext(blobs, cancel)))


def product(events, role="film"):
    return next(product for product in events[-1].products if product.role == role)


def test_a_film_plays_and_says_what_it_is(backend, blobs, still):
    request = FilmRequest(shots=(shot(still),), title="A disc")
    events = film(backend, request, blobs)
    made = product(events)
    facts = film_facts(made.data)
    assert (facts["width"], facts["height"], facts["frames"], facts["fps"], facts["codec"]) == (96, 96, 12, 24.0, "h264")
    assert facts["pixels"] == "yuv420p" and facts["about"]["title"] == "A disc"
    assert REQUEST.validate_python(json.loads(facts["about"]["comment"])) == request
    assert made.data.index(b"moov") < made.data.index(b"mdat"), "a player must be able to begin before all of it is there"
    steps = [event.step for event in events if isinstance(event, Progress) and event.stage == "film"]
    assert steps == list(range(13)) and any(isinstance(event, Preview) for event in events)
    assert product(events, "strip").width > 4 * product(events, "strip").height
    assert events[-1].facts["frames"] == 12 and not events[-1].notes


def test_the_same_request_gives_the_same_bytes(backend, blobs, still):
    camera = Camera(moves=(Move(kind="handheld", amount=0.01), Move(kind="orbit", amount=6)))
    request = FilmRequest(shots=(shot(still, camera=camera, actors=(Actor(name="disc", kind="jump"),)),), seed=3)
    assert product(film(backend, request, blobs)).data == product(film(backend, request, blobs)).data


def test_stills_are_made_first_and_once(backend, blobs, painter):
    words = GenerateRequest(prompt=(Span(text="a disc"),), seed=4)
    request = FilmRequest(shots=(Shot(still=words, seconds=0.2), Shot(still=words.evolve(seed=5), seconds=0.2)))
    events = film(backend, request, blobs)
    stages = [event.stage for event in events if isinstance(event, Progress)]
    assert painter.made == 2 and stages == sorted(stages, key=["draw", "film"].index)
    single = film(backend, FilmRequest(shots=(Shot(still=words, seconds=0.2),)), blobs)
    assert product(single, "picture").data == painter.encoded(painter.paint(4))


@pytest.mark.parametrize("format", list(CODECS))
def test_every_format_holds_every_frame(format, tmp_path, moving):
    import io
    import zipfile

    from PIL import Image

    clip = FramesClip(moving(PIECE + 5, size=32), 25)
    data = deliver(clip, format, tmp_path / "a", lambda index, frame: None, {"title": "t"})
    again = deliver(clip, format, tmp_path / "b", lambda index, frame: None, {"title": "t"})
    assert data == again
    if format == "png":
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        assert len(names) == clip.frames and names[0] == "frame-00000.png"
        frame = np.asarray(Image.open(io.BytesIO(zipfile.ZipFile(io.BytesIO(data)).read(names[7]))))
        assert (frame == clip.frame(7)).all()
    elif format in ("gif", "webp"):
        picture = Image.open(io.BytesIO(data))
        assert picture.n_frames == clip.frames and picture.info["loop"] == 0
    else:
        frames = list(frames_of(data))
        assert len(frames) == clip.frames
        error = [np.abs(made.astype(int) - clip.frame(index)).mean() for index, made in enumerate(frames)]
        assert max(error) < 12


def test_stop_ends_a_film_long_before_its_end(backend, blobs, still):
    cancel, after = threading.Event(), []
    with pytest.raises(Cancelled):
        for event in backend.run(FilmRequest(shots=(shot(still, seconds=20.0),)), RunContext(blobs, cancel)):
            if isinstance(event, Progress) and event.stage == "film" and event.step >= 3:
                cancel.set()
                after.append(event.step)
    # The film's thread may be some frames ahead of who listens; 480 were asked for.
    assert after and after[-1] < 120


def test_it_goes_on_at_the_frame_it_stopped_at(backend, blobs, still, tmp_path):
    request = FilmRequest(shots=(shot(still, seconds=3.0),))
    whole = product(film(backend, request, blobs)).data
    cancel = threading.Event()
    seen = 0
    with pytest.raises(Cancelled):
        for event in backend.run(request, RunContext(blobs, cancel)):
            if isinstance(event, Progress) and event.stage == "film":
                seen = event.step
                if event.step == PIECE + 7:
                    cancel.set()
    events = film(backend, request, blobs)
    first = next(event.step for event in events if isinstance(event, Progress) and event.stage == "film" and event.step)
    assert PIECE + 7 <= seen < first <= seen + 2 and events[-1].facts["resumed_frames"] >= PIECE + 7
    assert product(events).data == whole
    assert not list((tmp_path / "work").iterdir()), "a finished film leaves nothing behind"


def test_a_frame_half_written_is_made_again(tmp_path, moving):
    clip = FramesClip(moving(6, size=32), 24)
    whole = deliver(clip, "mp4", tmp_path / "a", lambda index, frame: None)
    folder = tmp_path / "b"
    folder.mkdir()
    (folder / "piece-00000.raw").write_bytes(b"".join(clip.frame(index).tobytes() for index in range(3)) + b"half" * 20)
    made = []
    assert deliver(clip, "mp4", folder, lambda index, frame: made.append(frame is not None)) == whole
    assert made == [False] * 3 + [True] * 3


def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path, moving, monkeypatch):
    clip = FramesClip(moving(4, size=32), 24)
    monkeypatch.setattr(delivery.shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(StorageFull) as refusal:
        deliver(clip, "mp4", tmp_path / "a", lambda index, frame: None)
    assert "disk" in refusal.value.message and refusal.value.hint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_disk_that_fills_up_while_encoding_is_said(tmp_path, moving):
    (tmp_path / "piece.draft").symlink_to("/dev/full")
    with pytest.raises(StorageFull, match="full"):
        encode_piece(tmp_path / "piece.mkv", moving(30, size=96), Fraction(24), "png")


def sound(seconds, rate=22_050):
    import io

    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.sin(np.arange(int(seconds * rate)) / 8) * 12_000).astype("<i2").tobytes())
    return out.getvalue()


@pytest.mark.parametrize("format", ["mp4", "webm", "mov"])
def test_a_sound_track_goes_along(backend, blobs, still, format):
    import io

    import av

    request = FilmRequest(shots=(shot(still, seconds=1.0),), sound=blobs.add(sound(5.0)), format=format)
    data = product(film(backend, request, blobs)).data
    assert film_facts(data)["sound"]
    with av.open(io.BytesIO(data)) as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
        assert 0.9 < samples / 48_000 < 2.2
    assert product(film(backend, request, blobs)).data == data


def test_sound_that_cannot_be_read_or_used_is_said(backend, blobs, still):
    with pytest.raises(InputError, match="sound"):
        film(backend, FilmRequest(shots=(shot(still),), sound=blobs.add(b"no sound at all" * 50)), blobs)
    events = film(backend, FilmRequest(shots=(shot(still),), sound=blobs.add(sound(1.0)), format="gif"), blobs)
    assert "no sound" in events[-1].notes[0]


def test_finishing_steps_are_done_in_order(backend, blobs, still, paint, encoded):
    steps = (
        Finish(kind="grade", value="black and white"), Finish(kind="motion_blur", value="90"), Finish(kind="stabilise"),
        Finish(kind="denoise"), Finish(kind="title", value="Disc"), Finish(kind="fade", value="fade in"),
    )  # fmt: skip
    frames = list(frames_of(product(film(backend, FilmRequest(shots=(shot(still),), finish=steps), blobs)).data))
    assert frames[0].max() < 20 and frames[-1].max() > 100
    assert np.ptp(frames[-1].astype(int), axis=-1).mean() < 4
    match = Finish(kind="grade", file=blobs.add(encoded(paint(9) // 2)))
    darker = list(frames_of(product(film(backend, FilmRequest(shots=(shot(still),), finish=(match,)), blobs)).data))
    assert darker[0].mean() < 0.7 * paint().mean()
    slow = film(backend, FilmRequest(shots=(shot(still),), finish=(Finish(kind="speed_ramp", value="half speed"),)), blobs)
    assert slow[-1].facts["frames"] == 24


def test_stills_are_adjusted_before_they_move(backend, blobs, still, paint):
    dark = FilmRequest(shots=(shot(still),), adjust=(Step(kind="brightness", amount=-0.5),))
    assert next(frames_of(product(film(backend, dark, blobs)).data)).mean() < 0.6 * paint().mean()


def test_odd_sizes_and_shapes(backend, blobs, encoded, paint):
    odd = blobs.add(encoded(paint(1, 75, 51)))
    made = product(film(backend, FilmRequest(shots=(Shot(image=odd, seconds=0.2),)), blobs))
    assert (made.width, made.height) == (76, 52) or (made.width, made.height) == (74, 50)
    wide = product(film(backend, FilmRequest(shots=(Shot(image=odd, seconds=0.2, sketch=DISC),), width=128, height=64), blobs))
    assert film_facts(wide.data)["width"] == 128 and film_facts(wide.data)["height"] == 64
    with pytest.raises(ValidationError):
        FilmRequest(shots=(Shot(image=odd),), width=101)


def test_what_is_no_film_is_refused(backend, blobs, still):
    with pytest.raises(InputError, match="no frames"):
        film(backend, FilmRequest(shots=(Shot(image=still, seconds=0.001),)), blobs)
    with pytest.raises(InputError, match="minutes"):
        film(backend, FilmRequest(shots=(Shot(image=still, seconds=600.0),) * 4), blobs)
    with pytest.raises(ValidationError):
        Shot(image=still, still=GenerateRequest(prompt=(), seed=1))
    with pytest.raises(UnknownName):
        backend.capabilities("nobody/nothing")
    with pytest.raises(UnknownName):
        film(backend, FilmRequest(shots=(Shot(image="0" * 64, seconds=0.2),)), blobs)
    with pytest.raises(Unsupported):
        Registry([backend]).check(UpscaleRequest(image=still))
    with pytest.raises(InputError, match="speed ramp"):
        film(backend, FilmRequest(shots=(shot(still),), finish=(Finish(kind="speed_ramp", value="purple"),)), blobs)


def test_memory_stays_where_it_is_however_long_the_film(backend, blobs, still):
    import tracemalloc

    peaks = []
    for seconds in (1.0, 12.0):
        tracemalloc.start()
        film(backend, FilmRequest(shots=(shot(still, seconds=seconds, camera=Camera()),)), blobs)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 3 * PIECE * 96 * 96 * 3


def test_many_shots_with_transitions(backend, blobs, still, encoded, paint):
    other = blobs.add(encoded(paint(8)))
    shots = [
        shot(still if number % 2 else other, caption=f"Shot {number}", transition=Transition(kind="crossfade", seconds=0.2))
        for number in range(5)
    ]
    events = film(backend, FilmRequest(shots=tuple(shots)), blobs)
    facts = events[-1].facts
    assert [part["frames"] for part in facts["shots"]] == [12] * 5 and facts["frames"] == 60 - 4 * 5
    assert len(list(frames_of(product(events).data))) == facts["frames"]


def test_closed_is_closed(painter, blobs, still, tmp_path):
    backend = FilmBackend(painter, tmp_path, tmp_path / "w")
    backend.close()
    backend.close()
    with pytest.raises(InternalError):
        film(backend, FilmRequest(shots=(shot(still),)), blobs)
