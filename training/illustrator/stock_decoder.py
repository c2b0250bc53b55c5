"""The best linear decoder of the patch code, written into a stock `AutoencoderTiny` decoder: computed, not trained.

The stock decoder enlarges by repeating pixels, three times, so no convolution in it can tell a pixel from the neighbour that it was
repeated from; training one for 18 minutes gave 23 dB. But zeros lie around a picture, so convolutions can count cells from its edges,
and after a repetition the difference to the neighbour to the left tells the left half of a cell from its right half. With that, units
that are switched off in the wrong half pick what belongs there: 30 of the 48 directions of a quarter of a patch, from these the 12
numbers of a sixteenth, from these the 3 of a pixel. The clamp `3 tanh(x / 3)` at the stock decoder's entrance is undone piece by piece.

Counting reaches 3 cells a block from each edge: pictures up to `REACH` pixels a side decode as they should, in the middle of larger
ones details fall into the wrong half. It knows `AutoencoderTiny`'s layers and the linear decoder (`patch_decoder.PatchDecoder.unfold`).
`python -m training.illustrator.stock_decoder` writes it into `models/illustrator/vae`.
"""

from __future__ import annotations

import argparse
import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from torch import nn

from codirector.tools.embedded import ILLUSTRATOR
from codirector.tools.patch_decoder import load_patch_decoder
from codirector.tools.sketch import Atlas
from training.illustrator import codec
from training.illustrator.art import ATLAS
from training.illustrator.codec import RMS, encode_fast, encoder_matrix, paint_pictures, save
from training.illustrator.patch_decoder import psnr

CHANNELS = 64
BLOCKS = (6, 2, 1, 1)
LATENTS = 24
KEPT = 30
"""Directions kept of a quarter of a patch, 48 numbers; more do not fit beside the code."""
GROWTH = 3
"""Cells by which a block's three convolutions count further."""
REACH = 2 * 8 * (GROWTH * BLOCKS[0] + 1)
LIFT = 6.0
"""Added to numbers of either sign, so that they pass a ReLU."""
SHUT = 64.0
"""Taken from the units of the wrong half: more than any lifted number."""
KNOTS = (0.25, 0.5, 0.8, 1.15, 1.55, 2.0)
"""Where the straight pieces meet that undo the clamp, one for each block on the coarsest grid."""

FIRST_PICKED, PICKED = 24, 30
ONE, LEFT, RIGHT, TOP, BOTTOM = 59, 60, 61, 62, 63
"""Channels: the code lies in the first ones, what is picked from it behind (on the second grid, and on the finer ones); a constant,
and the distances from the four edges. From the second grid on LEFT and TOP count cells from one side, RIGHT and BOTTOM tell the first
half of a cell from the second."""


def inverse_into(vae: AutoencoderTiny, weight: torch.Tensor, bias: torch.Tensor, spread: torch.Tensor) -> None:
    """Write the decoder code -> 192 numbers a patch (`weight` [192, 24], `bias` [192], in `pixel_shuffle`'s order) into `vae.decoder`.
    `spread` [24, 24] is the covariance of the codes: it says which directions of a quarter matter."""
    layers = list(vae.decoder.layers)
    convs = [layer for layer in layers if isinstance(layer, nn.Conv2d)]
    blocks: list[list[nn.Conv2d]] = [
        [each for each in block.conv if isinstance(each, nn.Conv2d)] for block in layers if hasattr(block, "conv")
    ]
    with torch.no_grad():
        for conv in [*convs, *(conv for block in blocks for conv in block)]:
            conv.weight.zero_()
            if conv.bias is not None:
                conv.bias.zero_()
        quarters = weight.reshape(3, 2, 4, 2, 4, LATENTS).permute(1, 3, 0, 2, 4, 5).reshape(2, 2, 48, LATENTS).double()
        means = bias.reshape(3, 2, 4, 2, 4).permute(1, 3, 0, 2, 4).reshape(2, 2, 48).double()
        middle = means.mean((0, 1))
        root = torch.linalg.cholesky(spread.double() + 1e-9 * torch.eye(LATENTS, dtype=torch.double))
        seen = torch.cat([*(each @ root for row in quarters for each in row), (means - middle).reshape(4, 48).T], dim=1)
        basis = torch.linalg.svd(seen).U[:, :KEPT]  # [48, KEPT]
        picks = torch.einsum("ok,yxoc->yxkc", basis, quarters), torch.einsum("ok,yxo->yxk", basis, means - middle)
        sixteenths = basis.reshape(3, 2, 2, 2, 2, KEPT).permute(1, 3, 0, 2, 4, 5).reshape(2, 2, 12, KEPT)
        offsets = middle.reshape(3, 2, 2, 2, 2).permute(1, 3, 0, 2, 4).reshape(2, 2, 12)
        pixels = torch.eye(12, dtype=torch.double).reshape(3, 2, 2, 12).permute(1, 2, 0, 3)

        _enter(convs[0])
        for number in range(BLOCKS[0]):
            _count_and_unclamp(blocks[number], number)
        _enlarge(convs[1], range(LATENTS), first=True)
        for half in (0, 1):
            maps = {(y, half): (picks[0][y, half], picks[1][y, half]) for y in (0, 1)}
            _pick(blocks[BLOCKS[0] + half], maps, FIRST_PICKED, count=half == 0)
        _enlarge(convs[2], range(FIRST_PICKED, FIRST_PICKED + KEPT))
        _pick(blocks[-2], {(y, x): (sixteenths[y, x], offsets[y, x]) for y in (0, 1) for x in (0, 1)})
        _enlarge(convs[3], range(PICKED, PICKED + 12))
        _pick(blocks[-1], {(y, x): (pixels[y, x], torch.zeros(3)) for y in (0, 1) for x in (0, 1)})
        last = convs[4]
        for colour in range(3):
            last.weight[colour, PICKED + colour, 1, 1] = 1
        _bias(last)[:] = -LIFT


def _bias(conv: nn.Conv2d) -> torch.Tensor:
    assert conv.bias is not None
    return conv.bias


def _carry(conv: nn.Conv2d, channels: range | tuple[int, ...], to: int | None = None) -> None:
    for number, channel in enumerate(channels):
        conv.weight[channel if to is None else to + number, channel, 1, 1] = 1


def _enter(conv: nn.Conv2d) -> None:
    _carry(conv, range(LATENTS))
    _bias(conv)[:LATENTS] = LIFT
    for channel in (ONE, LEFT, RIGHT, TOP, BOTTOM):
        _bias(conv)[channel] = 1


def _count_and_unclamp(convs: list[nn.Conv2d], number: int) -> None:
    """Count `GROWTH` cells further from every edge, and bend one further piece of the clamp straight."""
    first, second, third = convs
    taps = {LEFT: (1, 0), RIGHT: (1, 2), TOP: (0, 1), BOTTOM: (2, 1)}
    for channel, (row, column) in taps.items():
        for conv in convs:
            conv.weight[channel, channel, row, column] = 1
            _bias(conv)[channel] = 1
        # The way past the block adds what was counted before; it is taken off again.
        kept = channel - LEFT + 2 * LATENTS
        first.weight[kept, channel, 1, 1] = second.weight[kept, kept, 1, 1] = 1
        third.weight[channel, kept, 1, 1] = -1
    knots = (0.0, *KNOTS, 2.5)
    slopes = [(_unclamped(b) - _unclamped(a)) / (b - a) for a, b in pairwise(knots)]
    bend, at = slopes[number + 1] / slopes[number] - 1, _unclamped(KNOTS[number])
    for channel in range(LATENTS):
        for sign, unit in ((1, channel), (-1, channel + LATENTS)):
            first.weight[unit, channel, 1, 1] = sign
            _bias(first)[unit] = -sign * LIFT - at
            second.weight[unit, unit, 1, 1] = 1
            third.weight[channel, unit, 1, 1] = sign * bend


def _unclamped(value: float) -> float:
    return 3 * math.atanh(value / 3)


def _enlarge(conv: nn.Conv2d, code: range, first: bool = False) -> None:
    """After a repetition: the code (from the second time on, what was picked) as it is, and which half of its cell a pixel is in."""
    conv.weight[ONE, ONE, 1, 1] = 1
    _carry(conv, code, to=0)
    far = 2.0 * (GROWTH * BLOCKS[0] + 2)
    for count, half, (row, column) in ((LEFT, RIGHT, (1, 0)), (TOP, BOTTOM, (0, 1))):
        # On the coarsest grid both distances exist; their difference grows everywhere, by one or two a cell.
        parts = {count: 1.0, half: -1.0, ONE: far} if first else {count: 1.0}
        for channel, share in parts.items():
            conv.weight[count, channel, 1, 1] += share
            conv.weight[half, channel, 1, 1] += share
            conv.weight[half, channel, row, column] -= share


def _pick(
    convs: list[nn.Conv2d], maps: dict[tuple[int, int], tuple[torch.Tensor, torch.Tensor]], to: int = PICKED, count: bool = True
) -> None:
    """Add to what is picked: in the half (row, column) of a cell, `matrix @ code + offset`, lifted. `count`: also number the halves."""
    first, second, third = convs
    _carry(first, range(ONE))
    _carry(first, (ONE, LEFT, RIGHT, TOP, BOTTOM))
    # What exceeds 1 in the tellers of halves is taken off; the channels for that hold nothing that the units read.
    over = {RIGHT: ONE - 2, BOTTOM: ONE - 1}
    for half, channel in over.items():
        first.weight[channel].zero_()
        first.weight[channel, half, 1, 1] = 1
        _bias(first)[channel] = -1
    unit = 0
    for (row, column), (matrix, offset) in maps.items():
        for line in range(len(matrix)):
            width = matrix.shape[1]
            row_of = matrix[line].half().double()
            second.weight[unit, :width, 1, 1] = row_of.float()
            # Beside SHUT nothing small survives in half precision: whole numbers go into the bias, the rest comes through the constant.
            constant = float(offset[line] - LIFT * row_of.sum()) + LIFT
            _bias(second)[unit] = round(constant)
            second.weight[unit, ONE, 1, 1] = constant - round(constant)
            for half, wanted in ((RIGHT, 1 - column), (BOTTOM, 1 - row)):
                sign = 1.0 if wanted else -1.0
                second.weight[unit, half, 1, 1] += sign * SHUT
                second.weight[unit, over[half], 1, 1] -= sign * SHUT
                _bias(second)[unit] += -SHUT if wanted else 0.0
            third.weight[to + line, unit, 1, 1] = 1
            unit += 1
    if count:
        for channel, half in ((LEFT, RIGHT), (TOP, BOTTOM)):
            second.weight[channel, channel, 1, 1] = 1
            second.weight[half, half, 1, 1] = 1
            second.weight[half, over[half], 1, 1] = -1
            # Twice the count, and one more in the second half.
            third.weight[channel, channel, 1, 1] = 1
            third.weight[channel, half, 1, 1] = -1
            _bias(third)[channel] = 1
    assert unit <= LEFT


def build() -> AutoencoderTiny:
    """The stock autoencoder with a decoder of the shape that the inverse is written into."""
    return codec.build(CHANNELS, BLOCKS)


def rewritten(folder: Path, codes: torch.Tensor) -> AutoencoderTiny:
    """The autoencoder of `folder` with the inverse as its decoder. `codes` [n, 24, h, w] say how codes spread. Raises
    FileNotFoundError where there is no patch decoder to take the linear map from."""
    linear = load_patch_decoder(folder)
    if linear is None or linear.unfold.bias is None:
        raise FileNotFoundError(f"{folder} has no patch decoder: run `python -m training.illustrator.patch_decoder`")
    vae = build()
    vae.encoder.load_state_dict(AutoencoderTiny.from_pretrained(folder).encoder.state_dict())
    spread = torch.cov(codes.permute(1, 0, 2, 3).reshape(LATENTS, -1))
    inverse_into(vae, linear.unfold.weight[:, :, 0, 0], linear.unfold.bias, spread)
    return vae.eval()


def codes_of(vae: AutoencoderTiny, pictures: torch.Tensor) -> torch.Tensor:
    """Pictures [n, 3, h, w] in 0..1 -> what `vae.encode` gives."""
    return encode_fast(pictures, *encoder_matrix(vae)) * RMS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ILLUSTRATOR / "vae")
    parser.add_argument("--pictures", type=int, default=64)
    arguments = parser.parse_args()
    atlas = Atlas.load(ATLAS)
    before: Any = AutoencoderTiny.from_pretrained(arguments.folder)
    pictures, held_out = (paint_pictures(arguments.pictures, seed, atlas).float() / 255 for seed in (7, 9))
    vae: Any = rewritten(arguments.folder, codes_of(before, pictures))
    linear: Any = load_patch_decoder(arguments.folder)
    unseen = codes_of(before, held_out)
    with torch.no_grad():
        found = {
            "before": psnr(before.decoder(unseen), held_out),
            "linear": psnr(nn.functional.pixel_shuffle(linear.unfold(unseen), 8) * 2 - 1, held_out),
            "written, in half precision": psnr(vae.half().float().decoder(unseen), held_out),
            "our own decoder": psnr(linear(unseen), held_out),
        }
    print(json.dumps({name: round(value, 2) for name, value in found.items()}))
    save(vae.half(), arguments.folder)


if __name__ == "__main__":
    main()
