"""The five steps for a photograph, from EfficientNet-Lite0's own computation.

Knows the photograph reader and how to draw. Heat maps are class activation maps (Zhou et al. 2016), which are exact for a network
whose head is an average and one linear layer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from codirector.tools.reader.measures import Measures
from codirector.tools.reader.neighbours import name_embeddings
from codirector.tools.reader.photographs import LookedAtPhoto, PhotoReader, photo_part
from codirector.tools.reader.reading import Guess
from codirector.tools.reader.report import draw
from codirector.tools.reader.report.occlusion import check
from codirector.tools.reader.report.steps import Relative, align_step, heat_figure, layer_figures, neighbour_parts, pixel_step
from codirector.tools.reader.report.values import Occlusion, Report, Step

_SHOWN = 2
"""Heat maps are made for the likeliest labels only."""


def report_photo(
    reader: PhotoReader, image: np.ndarray, caption: str, measures: Measures, words: Sequence[str] = (), others: Sequence[Relative] = ()
) -> Report:
    """`image` [h, w, 3] RGB uint8; `others` carry EfficientNet's vectors of 1280 numbers."""
    import cv2

    begun = time.perf_counter()
    looked = reader.look(image)
    labels = reader.labels(looked)
    small = cv2.resize(photo_part(image), (224, 224), interpolation=cv2.INTER_AREA)
    steps = (
        pixel_step(small, image.shape[1], image.shape[0], measures.focus),
        _layers(looked),
        _vector(reader, looked, small, others),
        _meaning(reader, looked, labels, small, measures),
        align_step(
            small, words or tuple(label.value.lower() for label in labels[:2]), lambda embeddings: _word_maps(reader, looked, embeddings),
            "The linear head is applied to each of the 7 x 7 cells; a word takes the classes whose names' MiniLM embeddings are nearest to "
            "its own (softmax of 20 x cosine), and the figure is the share of the cell's softmax that falls on these.",
        ),
    )  # fmt: skip
    return Report(
        title="How EfficientNet-Lite0 read this picture", reader="EfficientNet-Lite0", caption=caption, steps=steps,
        seconds=time.perf_counter() - begun,
    )  # fmt: skip


def vector_of(looked: LookedAtPhoto) -> np.ndarray:
    """The 1280 numbers before the last layer."""
    return looked.stages[2].mean((2, 3))[0].numpy()


def _layers(looked: LookedAtPhoto) -> Step:
    early, middle, late = (stage[0].numpy() for stage in looked.stages)
    figures, lines = layer_figures(
        [("early", "edges and patches of colour", early), ("middle", "textures and parts", middle), ("late", "parts of objects", late)]
    )
    return Step(
        number=2, title="Layers find features",
        plain="The picture passes through layers of small filters, and each filter marks where it found its pattern. "
        "Early layers find edges and colours, late ones parts of objects.",
        more="Inverted residual blocks: 1 x 1 convolution to six times the channels, depthwise 3 x 3 or 5 x 5, 1 x 1 back; ReLU6. "
        "Early [24, 56, 56], middle [80, 14, 14], late [1280, 7, 7].",
        lines=tuple(lines), figures=tuple(figures),
    )  # fmt: skip


def _vector(reader: PhotoReader, looked: LookedAtPhoto, small: np.ndarray, others: Sequence[Relative]) -> Step:
    vector = vector_of(looked)
    figures = [draw.figure("vector", draw.barcode(vector), f"The feature vector: {len(vector)} numbers.", "Stripes, one for each number.")]
    weight = reader.network._fc.weight.numpy()
    cosines = weight @ vector / (np.linalg.norm(weight, axis=1) * max(float(np.linalg.norm(vector)), 1e-9))
    words = [(reader.names[at], float(cosines[at])) for at in np.argsort(-cosines)[:6]]
    lines = [f"{len(vector)} numbers; length {float(np.linalg.norm(vector)):.1f}."]
    lines.append("Nearest words: " + ", ".join(f"{word} ({cosine:.2f})" for word, cosine in words) + ".")
    near, said = neighbour_parts(vector, small, others)
    figures, lines = figures + near, lines + said
    return Step(
        number=3, title="The feature vector",
        plain="All that was found is summed up in one list of numbers. Pictures with similar lists look similar to the model.",
        more="v in R^1280: the mean of the late layer over its 7 x 7 cells. Nearest words: the cosine of v with the weights of each of the "
        "1000 classes; pictures by the cosine v·u / (|v||u|).",
        lines=tuple(lines), figures=tuple(figures),
    )  # fmt: skip


def _meaning(reader: PhotoReader, looked: LookedAtPhoto, labels: tuple[Guess, ...], small: np.ndarray, measures: Measures) -> Step:
    large = draw.fitted(small, 384)
    rows = [(label.value, label.score) for label in labels]
    figures = [
        draw.figure("labels", draw.bars(rows), "Labels with scores.", ", ".join(f"{name} {100 * score:.0f} %" for name, score in rows))
    ]
    checks: list[Occlusion] = []
    for label in labels[:_SHOWN]:
        number = reader.names.index(label.value)
        values = class_map(reader, looked, number)
        checks.append(check(label.value, small, values, lambda picture, number=number: _score(reader, picture, number), 0.25))
        figures.append(heat_figure(large, values, checks[-1]))
    figures.append(
        draw.figure(
            "focus", draw.framed(large, [(measures.focus, "draws the eye")]), "What draws the eye (measured).", "The picture with a box."
        )
    )
    return Step(
        number=4, title="Interpretation",
        plain="From the features the model weighs a thousand words against each other. The heat maps show where the evidence for a word "
        "lies, and each map is tested: hide its hot part, and the score must fall.",
        more="Softmax over 1000 classes of W v + b. Maps: class activation maps, sum over channels of weight times feature, what speaks "
        "for the class. Occlusion: the hottest quarter is filled from around it; the check holds if the score falls by a fifth or"
        " more and lower than with as "
        "much hidden elsewhere.",
        lines=tuple(one.words for one in checks), figures=tuple(figures), checks=tuple(checks),
    )  # fmt: skip


def class_map(reader: PhotoReader, looked: LookedAtPhoto, number: int) -> np.ndarray:
    """[7, 7]: what each cell adds to the logit of class `number`; 0 where it speaks against it."""
    import torch

    with torch.inference_mode():
        values = torch.einsum("chw,c->hw", looked.stages[2][0], reader.network._fc.weight[number]).clamp_min(0)
        return (values / values.max().clamp_min(1e-9)).numpy()


def _score(reader: PhotoReader, small: np.ndarray, number: int) -> float:
    return float(reader.look(small).logits.softmax(0)[number])


def _word_maps(reader: PhotoReader, looked: LookedAtPhoto, embeddings: np.ndarray) -> np.ndarray:
    import torch

    with torch.inference_mode():
        cells = looked.stages[2][0].permute(1, 2, 0)
        shares = reader.network._fc(cells).softmax(2)
        near = torch.from_numpy(20 * embeddings @ name_embeddings().T)
        best = torch.where(near >= near.amax(1, keepdim=True) - 4, near, -torch.inf).softmax(1)
        best = best / best.amax(1, keepdim=True)
        return torch.einsum("hwc,kc->khw", shares, best).clamp(0, 1).numpy()
