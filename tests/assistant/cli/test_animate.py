"""`codirector animate` end to end with picture files (no model is loaded), and its clear errors."""

import io
import json
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from codirector.assistant.cli import main
from codirector.tools.film.container import film_facts, frames_of


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CODIRECTOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CODIRECTOR_DEVICE", "cpu")
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    pixels = np.kron(rng.integers(0, 255, (12, 16, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    Image.fromarray(pixels).save("still.png")
    return tmp_path


def test_a_picture_becomes_a_film(home, capsys):
    arguments = ["animate", "still.png", "--motion", "zoom in 20%", "--seconds", "1", "--fps", "12", "--out", "film.mp4", "--json"]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["kind"], told["frames"], told["fps"], told["seconds"]) == ("film", 12, 12, 1.0)
    facts = film_facts(Path("film.mp4").read_bytes())
    assert (facts["width"], facts["height"], facts["frames"]) == (128, 96, 12)
    assert json.loads(Path("film.json").read_text())["request"] == told["request"]
    first, *_, last = frames_of(Path("film.mp4"))
    assert np.abs(first.astype(int) - last).mean() > 3
    assert main(["verify", "film.mp4"]) == 0 and main(["replay", "film.mp4"]) == 0
    data = Path("film.mp4").read_bytes()
    Path("film.mp4").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert main(["verify", "film.mp4"]) == 1


def test_a_schedule_a_loop_and_finishing(home, capsys):
    arguments = ["animate", "still.png", "--motion", "zoom: 0:(1.01); angle: 0:(0.2)", "--seconds", "1", "--fps", "10", "--loop",
                 "--grade", "noir", "--fade", "in", "--motion-blur", "180", "--title", "Squares", "--out", "film.gif"]  # fmt: skip
    assert main(arguments) == 0
    assert "10 frames" in capsys.readouterr().out
    assert Image.open("film.gif").n_frames == 10


def test_sound_and_timeline(home, capsys):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((np.sin(np.arange(16_000) / 5) * 9000).astype("<i2").tobytes())
    Path("tone.wav").write_bytes(out.getvalue())
    arguments = ["animate", "still.png", "--seconds", "0.5", "--sound", "tone.wav", "--timeline", "cut.otio", "--out", "film.mp4", "--json"]
    assert main(arguments) == 0
    assert film_facts(Path("film.mp4").read_bytes())["sound"]
    assert json.loads(Path("cut.otio").read_text())["OTIO_SCHEMA"].startswith("Timeline")
    assert "slow zoom in" in json.loads(capsys.readouterr().out)["notes"][0]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--seconds", "0"], "seconds"),
        (["--seconds", "-3"], "seconds"),
        (["--seconds", "4000"], "seconds"),
        (["--fps", "0"], "fps"),
        (["--motion", "zoom: 0:(1"], "bracket"),
        (["--motion-blur", "900"], "shutter"),
        (["--grade", "nowhere.cube"], "no file"),
        (["--sound", "nowhere.wav"], "no file"),
        (["--sound", "still.png"], "sound"),
        (["--speed-ramp", "purple"], "speed ramp"),
        (["--timeline", "cut.edl"], ".otio"),
        (["--beats"], "script"),
        (["--out", "film.avi"], "ending"),
        (["--out", "nowhere/film.mp4"], "no folder"),
        (["--easing", "bumpy"], "easing"),
    ],
)
def test_bad_calls_end_with_two_and_a_clear_sentence(home, capsys, more, words):
    arguments = ["animate", "still.png", "--seconds", "0.2", "--out", "film.mp4", *more]
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert words in said.lower() and "Traceback" not in said
    assert not Path("film.mp4").exists()


@pytest.mark.parametrize("source", ["missing.png", "missing.txt", "", "empty.txt", "broken.png"])
def test_sources_that_are_none(home, capsys, source):
    Path("empty.txt").write_text("\n\n")
    Path("broken.png").write_bytes(Path("still.png").read_bytes()[:200])
    assert main(["animate", source, "--out", "film.mp4"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_full_disk_is_said_and_an_older_film_stays(home, capsys, monkeypatch):
    from types import SimpleNamespace

    from codirector.tools.film import deliver

    Path("film.mp4").write_bytes(b"older")
    monkeypatch.setattr(deliver.shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    assert main(["animate", "still.png", "--seconds", "0.2", "--out", "film.mp4"]) == 1
    assert "disk" in capsys.readouterr().err and Path("film.mp4").read_bytes() == b"older"


def test_a_script_becomes_one_request(home, monkeypatch):
    """What is drawn is another test's; here the request is looked at, before anything runs."""
    from codirector.errors import Unsupported

    seen = []

    def check(self, request):
        seen.append(request)
        raise Unsupported("enough", "seen")

    monkeypatch.setattr("codirector.tools.registry.Registry.check", check)
    Path("story.md").write_text(
        "# Night\n\nA fox in the snow at night. It looks at the moon.\n\n# Day\n\nA red balloon floats over the sea (4s)."
    )
    assert main(["animate", "story.md", "--out", "story.mp4", "--seed", "5", "--style", "watercolor"]) == 2
    (request,) = seen
    assert [shot.still.seed for shot in request.shots] == [5, 5, 5]
    assert request.shots[2].seconds == 4.0 + request.shots[2].transition.seconds
    assert all("watercolor" in "".join(span.text for span in shot.still.prompt) for shot in request.shots)
    assert [shot.transition.kind for shot in request.shots] == ["cut", "crossfade", "fade"]
    assert request.shots[0].caption == "A fox in the snow at night." and request.shots[2].sketch.boxes[0].colour == "red"
    assert main(["animate", "story.md", "--out", "story.mp4", "--shots", "0"]) == 2
