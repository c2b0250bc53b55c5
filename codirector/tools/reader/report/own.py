"""The five steps for a picture that our own reader read: every number and map is from that reading.

Knows the reader and how to draw. It does not know sessions: pictures to compare with are handed in.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence

import numpy as np

from codirector.tools.reader.explain import excite, field_map, field_score, thing_map, thing_score, word_maps
from codirector.tools.reader.neighbours import nearest_words
from codirector.tools.reader.reader import Looked, OwnReader, to_input
from codirector.tools.reader.reading import Reading, SeenThing
from codirector.tools.reader.report import draw
from codirector.tools.reader.report.occlusion import check, greyed
from codirector.tools.reader.report.steps import Relative, align_step, heat_figure, layer_figures, neighbour_parts, pixel_step
from codirector.tools.reader.report.values import Figure, Occlusion, Report, Step
from codirector.tools.reader.segments import segment

_SPREAD = 0.4
"""The share of the picture that is hidden to test the map of a setting, which is spread over all of it."""


def report_own(reader: OwnReader, image: np.ndarray, words: Sequence[str] = (), others: Sequence[Relative] = ()) -> Report:
    """`image` [h, w, 3] RGB uint8; `words` are the person's own; `others` further pictures of the session."""
    begun = time.perf_counter()
    looked = reader.look(image)
    reading = reader.reading_of(looked, image.shape[1], image.shape[0])
    small = to_input(image, reader.side)
    steps = (
        pixel_step(small, image.shape[1], image.shape[0], reading.things[0].box if reading.things else None),
        _layers(reader, looked, small),
        _vector(reader, looked, small, others),
        _meaning(reader, looked, reading, small),
        align_step(
            small, words or _said(reading), lambda embeddings: word_maps(reader, looked, embeddings),
            "Each cell of the 16 x 16 grid has a vector w of 384 numbers, trained to point the way the word embedding e"
            " (MiniLM) of what is "
            "there points; the figure is the cosine w·e / (|w||e|), from -1 to 1.",
        ),
    )  # fmt: skip
    notes = ()
    if not reading.in_world:
        notes = ("This picture lies outside of this reader's small world; what it names here means little.",)
    return Report(
        title="How our own reader read this picture", reader="our own reader", caption=reading.caption, steps=steps,
        seconds=time.perf_counter() - begun, notes=notes,
    )  # fmt: skip


def _said(reading: Reading) -> tuple[str, ...]:
    return (*reading.counts, *([reading.setting.value] if reading.setting.value != "plain" else []))[:4]


def _layers(reader: OwnReader, looked: Looked, small: np.ndarray) -> Step:
    early, middle, late = (stage[0].numpy() for stage in (looked.features.early, looked.features.middle, looked.features.late))
    figures, lines = layer_figures(
        [
            ("early", "edges and patches of colour", early),
            ("middle", "corners, textures, small parts", middle),
            ("late", "whole shapes", late),
        ]
    )
    channel = int(np.argmax(late.max((1, 2)) / (late.mean((1, 2)) + 0.05)))
    figures.append(_excitement(reader, looked, small, channel))
    lines.append(f"Channel {channel} of the late layer answered most sharply; below is what excites it.")
    return Step(
        number=2, title="Layers find features",
        plain="The picture passes through layers of small filters, and each filter marks where it found its pattern. "
        "Early layers find edges and colours, late ones whole shapes.",
        more="Residual blocks of 3 x 3 convolutions with batch normalisation and ReLU: x -> max(0, x + F(x)). "
        "Early [48, h/4, w/4], middle [96, h/8, w/8], late [192, h/16, w/16]. The last figure: gradient ascent on the input for one "
        "channel's mean, from noise; and the places of this picture where the channel answers most.",
        lines=tuple(lines), figures=tuple(figures),
    )  # fmt: skip


def _excitement(reader: OwnReader, looked: Looked, small: np.ndarray, channel: int) -> Figure:
    answers = looked.features.late[0, channel].numpy()
    tiles = [(excite(reader, "late", channel), "made to excite it")]
    for at in np.argsort(-answers.ravel())[:3]:
        row, column = divmod(int(at), answers.shape[1])
        y, x = min(max(row * 16 - 16, 0), small.shape[0] - 48), min(max(column * 16 - 16, 0), small.shape[1] - 48)
        tiles.append((small[y : y + 48, x : x + 48], f"answer {answers[row, column]:.2f}"))
    return draw.figure(
        "layers-excites", draw.sheet(tiles, 4, 120), f"What excites channel {channel} of the late layer.",
        "A picture made by the computer to excite the channel, and the three parts of this picture that excite it most.",
    )  # fmt: skip


def _vector(reader: OwnReader, looked: Looked, small: np.ndarray, others: Sequence[Relative]) -> Step:
    vector = looked.features.vector[0].numpy()
    words = nearest_words(reader, vector)
    figures = [
        draw.figure("vector", draw.barcode(vector), f"The feature vector: {len(vector)} numbers.", "Stripes, one for each number."),
        draw.figure(
            "vector-words", draw.bars([(word, max(0.0, cosine)) for word, cosine in words]), "The nearest words (cosine).",
            "Bars: " + ", ".join(f"{word} {cosine:.2f}" for word, cosine in words) + ".",
        ),
    ]  # fmt: skip
    lines = [f"{len(vector)} numbers, {int((vector > 0).sum())} of them above zero; length {float(np.linalg.norm(vector)):.1f}."]
    lines.append("Nearest words: " + ", ".join(f"{word} ({cosine:.2f})" for word, cosine in words) + ".")
    near, said = neighbour_parts(vector, small, others)
    figures, lines = figures + near, lines + said
    return Step(
        number=3, title="The feature vector",
        plain="All that was found is summed up in one list of numbers. Pictures with similar lists look similar to the model, and the list "
        "can be compared with words, too.",
        more="v in R^256 = ReLU(W [mean(late), max(late), mean(grid), mean(early)] + b). Pictures are compared by the cosine "
        "v·u / (|v||u|). For words, a linear map fitted by ridge regression carries v into MiniLM's space of 384 dimensions.",
        lines=tuple(lines), figures=tuple(figures),
    )  # fmt: skip


def _meaning(reader: OwnReader, looked: Looked, reading: Reading, small: np.ndarray) -> Step:
    large = draw.fitted(small, 384)
    figures = [
        draw.figure(
            "objects", draw.framed(large, [(thing.box, f"{thing.name} {100 * thing.score:.0f} %") for thing in reading.things]),
            "The things it sees, with boxes.", "The picture with boxes: " + (", ".join(reading.counts) or "nothing seen") + ".",
        )
    ]  # fmt: skip
    if reading.things:
        masks = [segment(reader, looked, thing, small) for thing in reading.things]
        names = ", ".join(f"{thing.name} {100 * mask.mean():.0f} %" for thing, mask in zip(reading.things, masks, strict=True))
        alt = f"The picture with an outline around each thing, which covers so much of it: {names}."
        figures.append(draw.figure("segments", draw.outlined(large, masks), "Their outlines.", alt))
    fields = [("style", reading.style), ("setting", reading.setting), ("time", reading.time), ("framing", reading.framing)]
    rows = [(thing.name, thing.score) for thing in reading.things[:6]]
    rows += [(f"{name}: {guess.value}", guess.score) for name, guess in fields if guess.value]
    figures.append(
        draw.figure("labels", draw.bars(rows), "Labels with scores.", ", ".join(f"{name} {100 * score:.0f} %" for name, score in rows))
    )
    checks: list[Occlusion] = []
    for values, checked in heat_maps(reader, looked, reading, small):
        checks.append(checked)
        figures.append(heat_figure(large, values, checked))
    return Step(
        number=4, title="Interpretation",
        plain="From the features the model names things, their places, the style and the light. The heat maps show where the evidence "
        "for a word lies, and each map is tested: hide its hot part, and the score must fall.",
        more="Things: the peaks of a centre map (sigmoid), each with a softmax over the names and a box; outlines: the cells with "
        "that name, refined to edges by GrabCut. Maps of things: HiResCAM, the sum "
        "over channels of features times the gradient of the word's log probability, for the middle and the late layer. Map of the "
        "setting: the fall of its log-odds when a window of the picture is made grey, averaged over windows. Occlusion: the hottest part "
        "is hidden (of a thing as much as its box, filled from around it; of a setting 40 % of the picture, made grey: its surroundings "
        "would be more of it); the check holds if the score falls by a fifth or more, and lower than with as much hidden elsewhere.",
        lines=(reading.caption, *(one.words for one in checks)), figures=tuple(figures), checks=tuple(checks),
    )  # fmt: skip


def heat_maps(reader: OwnReader, looked: Looked, reading: Reading, small: np.ndarray, most: int = 3) -> list[tuple[np.ndarray, Occlusion]]:
    """A heat map, checked, for each of the `most` largest things and for the setting. `small` is what the network got."""
    made = []
    for thing in reading.things[:most]:
        values = thing_map(reader, looked, thing)
        left, top, right, bottom = thing.box.edges
        area = float(np.clip((right - left) * (bottom - top), 0.06, 0.4))
        score = functools.partial(_thing_score, reader, thing)
        made.append((values, check(thing.name, small, values, score, area)))
    setting = reading.setting.value
    if setting not in ("plain", ""):
        values = field_map(reader, small, "setting", setting, greyed)
        score = functools.partial(field_score, reader, field="setting", value=setting)
        made.append((values, check(setting, small, values, score, _SPREAD, greyed)))
    return made


def _thing_score(reader: OwnReader, thing: SeenThing, picture: np.ndarray) -> float:
    return thing_score(reader, picture, thing.name, thing.box)
