"""Where our own reader looked: heat maps, what excites a channel, which cells are near which words.

Things are explained by HiResCAM (Draelos and Carin 2020): the gradient of a score with respect to a layer's features, times those
features, summed over channels, only what speaks for the score. Fields of the whole picture are explained by hiding one window after the
other (Zeiler and Fergus 2014): their evidence is everywhere, the softmax is near 1, and gradients there say little. Knows the network.
It does not draw and does not judge its own maps (see report.occlusion).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from codirector.tools.reader.reader import Looked, OwnReader
from codirector.tools.reader.reading import Box, SeenThing

if TYPE_CHECKING:
    import torch


def thing_map(reader: OwnReader, looked: Looked, thing: SeenThing) -> np.ndarray:
    """[h/8, w/8]: where the evidence for a seen thing lies; 0 where there is none, 1 at its greatest."""

    def score(features: Any) -> torch.Tensor:
        import torch

        network = reader.network
        rows, columns = features.grid.shape[2:]
        row, column = min(int(thing.box.y * rows), rows - 1), min(int(thing.box.x * columns), columns - 1)
        cell = features.grid[0, :, row, column][None]
        named = network.cells(cell)["thing"].log_softmax(1)[0, reader.things.index(thing.name)]
        return named + torch.nn.functional.logsigmoid(network.present(features.grid)[0, 0, row, column])

    return _map(reader, looked, score)


def field_map(
    reader: OwnReader, image: np.ndarray, field: str, value: str, hide: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> np.ndarray:
    """[h/8, w/8] for `image` [h, w, 3] uint8: where the evidence for a field of the whole picture (style, setting, time, framing)
    lies. By how much the log-odds of `value` fall when a window (half the shorter side, at steps of a quarter) is hidden, averaged
    over the windows that cover a cell; 0 where nothing falls, 1 at the greatest. `hide(image, mask)` makes what is marked plain. Some 25
    passes of the network."""
    import torch

    rows, columns = (int(size) for size in reader.look(image).present.shape)
    cell = np.ones((image.shape[0] // rows, image.shape[1] // columns), bool)
    side = min(rows, columns) // 2
    masks = []
    for top in range(-side // 2, rows - side // 2 + 1, side // 2):
        for left in range(-side // 2, columns - side // 2 + 1, side // 2):
            mask = np.zeros((rows, columns), bool)
            mask[max(top, 0) : top + side, max(left, 0) : left + side] = True
            masks.append(mask)
    number, odds = reader.fields[field].index(value), []
    for mask in [np.zeros((rows, columns), bool), *masks]:
        looked = reader.look(hide(image, np.kron(mask, cell).astype(bool)))
        with torch.inference_mode():
            logits = reader.network.fields[field](looked.features.vector)[0]
            odds.append(float(logits[number] - torch.cat([logits[:number], logits[number + 1 :]]).logsumexp(0)))
    cover = np.stack(masks).astype(np.float32)
    falls = odds[0] - np.array(odds[1:], np.float32)
    values = np.clip((cover * falls[:, None, None]).sum(0) / cover.sum(0), 0, None)
    return values / max(float(values.max()), 1e-9)


def thing_score(reader: OwnReader, image: np.ndarray, name: str, box: Box) -> float:
    """The greatest probability of the thing `name` within a box (a cell of tolerance), in `image` [h, w, 3] uint8."""
    import torch

    looked = reader.look(image)
    number = reader.things.index(name)
    rows, columns = looked.present.shape
    left, top, right, bottom = box.edges
    with torch.inference_mode():
        cells = looked.features.grid[0].permute(1, 2, 0)
        part = (slice(int(top * rows), int(np.ceil(bottom * rows))), slice(int(left * columns), int(np.ceil(right * columns))))
        chosen = cells[part].reshape(-1, cells.shape[2])
        named = reader.network.cells(chosen)["thing"].softmax(1)[:, number]
        return float((named * torch.sigmoid(looked.present[part].reshape(-1))).max())


def field_score(reader: OwnReader, image: np.ndarray, field: str, value: str) -> float:
    """The probability of a field's value in `image`."""
    import torch

    looked = reader.look(image)
    with torch.inference_mode():
        return float(reader.network.fields[field](looked.features.vector).softmax(1)[0, reader.fields[field].index(value)])


def _map(reader: OwnReader, looked: Looked, score: Any) -> np.ndarray:
    import torch
    from torch.nn.functional import interpolate

    with torch.enable_grad():
        pixels = looked.pixels.clone().requires_grad_(True)
        features = reader.network.features(pixels)
        layers = (features.middle, features.late)
        gradients = torch.autograd.grad(score(features), layers)
    size = features.middle.shape[2:]
    total = torch.zeros(size)
    for layer, gradient in zip(layers, gradients, strict=True):
        evidence = (layer * gradient).sum(1, keepdim=True).clamp_min(0)
        evidence = interpolate(evidence / evidence.max().clamp_min(1e-12), size=size, mode="bilinear")[0, 0].detach()
        total += evidence
    return (total / total.max().clamp_min(1e-12)).numpy()


def excite(reader: OwnReader, stage: str, channel: int, side: int = 64, steps: int = 20) -> np.ndarray:
    """A picture [side, side, 3] uint8 made to excite one channel of a stage ('early', 'middle', 'late'), by gradient ascent from grey
    noise with fixed seed. It shows what the channel looks for, not what is in anybody's picture."""
    import torch
    from torch.nn.functional import avg_pool2d, interpolate

    noise = torch.randn(1, 3, side // 4, side // 4, generator=torch.Generator().manual_seed(channel)) * 0.25 + 0.5
    picture = interpolate(noise, size=(side, side), mode="bicubic").clamp(0, 1)
    for step in range(steps):
        with torch.enable_grad():
            picture = picture.detach().requires_grad_(True)
            features = reader.network.features(picture)
            answers = getattr(features, stage)[0, channel]
            (gradient,) = torch.autograd.grad(answers.mean() + answers.max(), picture)
        picture = picture.detach() + 0.05 * gradient / gradient.abs().mean().clamp_min(1e-12) * 0.5
        if step % 3 == 2:
            picture = avg_pool2d(torch.nn.functional.pad(picture, (1, 1, 1, 1), mode="reflect"), 3, 1)
        picture = picture.clamp(0, 1)
    return (picture[0].permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)


def word_maps(reader: OwnReader, looked: Looked, embeddings: np.ndarray) -> np.ndarray:
    """[words, h/8, w/8]: cosine of every cell's word vector with each of `embeddings` [words, 384] (unit length)."""
    import torch

    with torch.inference_mode():
        grid = looked.features.grid[0]
        cells = reader.network.cells(grid.permute(1, 2, 0).reshape(-1, grid.shape[0]))["word"]
        cosines = cells @ torch.from_numpy(embeddings).T
        return cosines.T.reshape(len(embeddings), *grid.shape[1:]).numpy()
