"""Where the beats of a sound track are: onsets by spectral flux, the tempo by autocorrelation, beats by dynamic programming.

Source: Ellis 2007, Beat Tracking by Dynamic Programming. Pure NumPy after decoding (PyAV). It hears pulses, not phrases.
"""

import io
from typing import TYPE_CHECKING, NamedTuple

from codirector.errors import InputError
from codirector.tools.film.container import media_library

if TYPE_CHECKING:
    import numpy as np

RATE = 22_050
WINDOW, HOP = 1024, 256
SLOWEST, FASTEST = 60.0, 190.0
"""Beats a minute that are looked for; about 120 is preferred, as people tap it."""
TIGHTNESS = 100.0
LONGEST = 1800.0


class Beats(NamedTuple):
    """`times` in seconds; `tempo` in beats a minute; `strength` 0..1 of how clear the pulse is (below 0.1 there is hardly any)."""

    times: tuple[float, ...]
    tempo: float
    strength: float


def find_beats(data: bytes) -> Beats:
    """The beats of an encoded sound file. Raises InputError for what is no sound, is silent, or is longer than half an hour."""
    import numpy as np

    wave = decode(data)
    if len(wave) < RATE or float(np.abs(wave).max(initial=0.0)) < 1e-4:
        raise InputError("There is no pulse in this sound: it is silent or shorter than a second.", "Use another sound track.")
    envelope = onset_envelope(wave)
    rate = RATE / HOP
    period, strength = _period(envelope, rate)
    return Beats(
        tuple(round(float(beat / rate), 4) for beat in _track(envelope, period)), round(60.0 * rate / period, 2), round(strength, 3)
    )


def decode(data: bytes) -> "np.ndarray":
    """Mono floats at RATE. Raises InputError."""
    import numpy as np

    av = media_library()
    parts, samples = [], 0
    try:
        with av.open(io.BytesIO(data)) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in container.decode(audio=0):
                frame.pts = None
                for piece in resampler.resample(frame):
                    parts.append(piece.to_ndarray().ravel())
                    samples += parts[-1].size
                    if samples > LONGEST * RATE:
                        raise InputError("The sound track is longer than half an hour.", "Cut it first.")
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise InputError("The sound file cannot be read.", "WAV, MP3, FLAC, OGG and M4A can; export it again.") from error
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def onset_envelope(wave: "np.ndarray") -> "np.ndarray":
    """How much new sound there is in each hop: the positive change of a log spectrum in 40 bands, with its slow mean taken off."""
    import numpy as np

    count = 1 + max(0, (len(wave) - WINDOW) // HOP)
    window = np.hanning(WINDOW).astype(np.float32)
    edges = np.unique(np.round(np.geomspace(2, WINDOW // 2, 41)).astype(int))
    bands = np.empty((count, len(edges) - 1), np.float32)
    for start in range(0, count, 2048):
        stop = min(start + 2048, count)
        index = (np.arange(start, stop) * HOP)[:, None] + np.arange(WINDOW)
        power = np.abs(np.fft.rfft(wave[index] * window, axis=1)) ** 2
        sums = np.add.reduceat(power, edges[:-1], axis=1)
        bands[start:stop] = np.log1p(1000.0 * sums / WINDOW)
    rise = np.maximum(np.diff(bands, axis=0, prepend=bands[:1]), 0.0).sum(axis=1)
    slow = np.convolve(rise, np.ones(87) / 87, mode="same")
    clear = np.maximum(rise - slow, 0.0)
    return clear / max(float(clear.std()), 1e-9)


def _period(envelope: "np.ndarray", rate: float) -> tuple[float, float]:
    """Hops from beat to beat, and how clear that is."""
    import numpy as np

    longest = min(len(envelope) - 1, int(rate * 60.0 / SLOWEST) + 2)
    centred = envelope - envelope.mean()
    size = 1 << (2 * len(centred) - 1).bit_length()
    spectrum = np.fft.rfft(centred, size)
    correlation = np.fft.irfft(spectrum * np.conj(spectrum), size)[: longest + 1]
    lags = np.arange(longest + 1)
    with np.errstate(divide="ignore"):
        preferred = np.exp(-0.5 * (np.log2(np.maximum(lags, 1) / (rate * 60.0 / 120.0)) / 0.9) ** 2)
    weighed = correlation * preferred
    first = max(2, int(rate * 60.0 / FASTEST))
    best = first + int(np.argmax(weighed[first:]))
    # A parabola through the peak finds it between two hops.
    if first < best < longest:
        left, middle, right = correlation[best - 1 : best + 2]
        bend = left - 2 * middle + right
        offset = 0.5 * (left - right) / bend if bend < 0 else 0.0
    else:
        offset = 0.0
    return best + float(np.clip(offset, -0.5, 0.5)), float(np.clip(correlation[best] / max(correlation[0], 1e-9), 0.0, 1.0))


def _track(envelope: "np.ndarray", period: float) -> list[int]:
    """Hops on which a beat falls: the path with the strongest onsets whose steps are nearest to the period."""
    import numpy as np

    width = max(1, round(period / 32))
    local = np.convolve(envelope, np.exp(-0.5 * (np.arange(-4 * width, 4 * width + 1) / width) ** 2), mode="same")
    score, before = local.copy(), np.full(len(local), -1)
    steps = np.arange(-round(2 * period), -max(1, round(period / 2)) + 1)
    cost = -TIGHTNESS * np.log(-steps / period) ** 2
    for place in range(len(local)):
        back = place + steps
        usable = back >= 0
        if not usable.any():
            continue
        values = cost[usable] + score[back[usable]]
        chosen = int(np.argmax(values))
        if values[chosen] > 0:
            score[place] += values[chosen]
            before[place] = back[usable][chosen]
    if not score.any():
        return []
    tail = np.arange(max(0, len(score) - round(2 * period)), len(score))
    path = [int(tail[np.argmax(score[tail])])]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return path[::-1]


def cut_on_beats(lengths: list[float], beats: Beats, shortest: float = 0.8) -> list[float]:
    """Lengths of shots (seconds) changed so that every cut falls on a beat, each as near to what was wished as it goes. Where the
    beats end, lengths stay as they are."""
    result: list[float] = []
    at = 0.0
    for length in lengths:
        usable = [beat for beat in beats.times if beat >= at + shortest]
        # Drift is not made good for: each shot is as near to its own length as the beats allow.
        end = min(usable, key=lambda beat: abs(beat - (at + length))) if usable else at + length
        if usable and abs(end - (at + length)) > length:
            end = at + length
        result.append(round(end - at, 4))
        at = end
    return result
