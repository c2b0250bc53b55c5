"""Beats of sounds whose beats are known, cuts on them, and the timeline that editors read."""

import io
import wave

import numpy as np
import opentimelineio as otio
import pytest

from codirector.errors import InputError
from codirector.tools.film.sound import RATE, Beats, cut_on_beats, find_beats
from codirector.tools.film.timeline import timeline_json


def clicks(tempo, seconds=12.0, noise=0.0, offset=0.3):
    rng = np.random.default_rng(0)
    signal = rng.normal(0, noise, int(seconds * RATE))
    times = np.arange(offset, seconds - 0.2, 60 / tempo)
    for number, time in enumerate(times):
        length = int(0.08 * RATE)
        tone = np.sin(2 * np.pi * (110 if number % 4 == 0 else 220) * np.arange(length) / RATE) + rng.normal(0, 0.4, length)
        start = int(time * RATE)
        signal[start : start + length] += tone * np.exp(-np.arange(length) / (0.02 * RATE))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(signal / 3, -1, 1) * 32_000).astype("<i2").tobytes())
    return out.getvalue(), times


@pytest.mark.parametrize(("tempo", "noise"), [(100, 0.0), (120, 0.05), (140, 0.1)])
def test_the_beats_of_clicks_are_found(tempo, noise):
    data, times = clicks(tempo, noise=noise)
    beats = find_beats(data)
    assert beats.tempo == pytest.approx(tempo, rel=0.02) and beats.strength > 0.2
    found = np.array(beats.times)
    inner = times[2:-2]
    assert np.abs(found[:, None] - inner).min(axis=0).max() < 0.05


@pytest.mark.parametrize("data", [b"", b"no sound" * 99])
def test_what_is_no_sound_is_refused(data):
    with pytest.raises(InputError, match="cannot be read"):
        find_beats(data)


def test_silence_has_no_pulse():
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * 16_000)
    with pytest.raises(InputError, match="no pulse"):
        find_beats(out.getvalue())


def test_cuts_fall_on_beats_near_what_was_wished():
    beats = Beats(tuple(0.5 * number for number in range(1, 21)), 120.0, 1.0)
    lengths = cut_on_beats([1.9, 2.2, 3.0], beats)
    assert lengths == [2.0, 2.0, 3.0]
    assert all(end in beats.times for end in np.cumsum(lengths))
    assert cut_on_beats([30.0], beats)[0] in (10.0, 30.0)


def test_a_timeline_covers_the_film_once():
    shots = [
        {"start": 0, "frames": 48, "name": "Shot 1", "caption": "A fox", "metadata": {"seconds": 2}},
        {"start": 40, "frames": 48, "name": "Shot 2", "caption": "", "metadata": {}},
    ]
    timeline = otio.adapters.read_from_string(timeline_json("Film", "film.mp4", 24, 88, shots), "otio_json")
    first, second = timeline.tracks[0]
    assert first.source_range.duration.value == 44 and second.source_range.start_time.value == 44
    assert timeline.duration().value == 88 and first.media_reference.target_url == "film.mp4"
    assert first.markers[0].name == "A fox" and first.metadata["codirector"]["seconds"] == 2
