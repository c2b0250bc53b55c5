"""The reader's network: a small residual network with a grid head (what is where) and global heads (style, setting, light, framing).

After ResNet (He et al. 2016) and CenterNet (Zhou et al. 2019, "Objects as Points"). Fully convolutional: any size whose sides are
multiples of 16 goes in, 128 px is what it was trained with. Knows shapes only; not words, pictures or files.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import interpolate, normalize, relu

STRIDE = 8
"""Pixels a cell of the grid is wide."""
WORDS = 384
"""Length of a MiniLM word embedding."""


class Block(nn.Module):
    """A basic residual block: [n, c, h, w] -> the same."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(channels)
        nn.init.zeros_(self.second_norm.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return relu(x + self.second_norm(self.second(relu(self.first_norm(self.first(x))))))


def _down(before: int, after: int, size: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, size, stride=2, padding=(size - 1) // 2, bias=False), nn.BatchNorm2d(after), nn.ReLU())


@dataclass(frozen=True)
class Features:
    """What the layers found. `early` [n, 48, h/4, w/4], `middle` [n, 96, h/8, w/8], `late` [n, 192, h/16, w/16],
    `grid` [n, 160, h/8, w/8] (middle and late together), `vector` [n, 256] (the whole picture)."""

    early: torch.Tensor
    middle: torch.Tensor
    late: torch.Tensor
    grid: torch.Tensor
    vector: torch.Tensor


class ReaderNetwork(nn.Module):
    """Pictures [n, 3, h, w] in 0..1 -> features, and from these everything else."""

    def __init__(self, things: int, colours: int, fields: dict[str, int], widths: tuple[int, int, int] = (48, 96, 192)) -> None:
        super().__init__()
        early, middle, late = widths
        neck = 160
        self.stem = nn.Sequential(_down(3, 24, 4), _down(24, early, 3))
        self.early = Block(early)
        self.middle = nn.Sequential(_down(early, middle, 3), Block(middle), Block(middle))
        self.late = nn.Sequential(_down(middle, late, 3), Block(late), Block(late))
        self.from_late = nn.Conv2d(late, neck, 1)
        self.from_middle = nn.Conv2d(middle, neck, 1)
        self.neck = nn.Sequential(
            nn.BatchNorm2d(neck), nn.ReLU(), nn.Conv2d(neck, neck, 3, padding=1, bias=False), nn.BatchNorm2d(neck), nn.ReLU()
        )
        self.present = nn.Sequential(nn.Conv2d(neck, 32, 1), nn.ReLU(), nn.Conv2d(32, 1, 1))
        self.cell = nn.Sequential(nn.Linear(neck, 320), nn.ReLU())
        self.thing = nn.Linear(320, things)
        self.box = nn.Linear(320, 4)
        self.colour = nn.Linear(320, colours)
        self.recoloured = nn.Linear(320, 1)
        self.word = nn.Linear(320, WORDS)
        self.summary = nn.Sequential(nn.Linear(2 * late + neck + early, 256), nn.ReLU())
        self.fields = nn.ModuleDict({name: nn.Linear(256, number) for name, number in fields.items()})
        self.word_scale = nn.Parameter(torch.tensor(2.3))
        last = self.present[-1]
        assert isinstance(last, nn.Conv2d) and last.bias is not None
        nn.init.constant_(last.bias, -4.0)  # most cells are empty

    def features(self, pictures: torch.Tensor) -> Features:
        early = self.early(self.stem((pictures - 0.5) * 4))
        middle = self.middle(early)
        late = self.late(middle)
        grid = self.neck(self.from_middle(middle) + interpolate(self.from_late(late), size=middle.shape[2:], mode="nearest"))
        pooled = [late.mean((2, 3)), late.amax((2, 3)), grid.mean((2, 3)), early.mean((2, 3))]
        return Features(early, middle, late, grid, self.summary(torch.cat(pooled, 1)))

    def cells(self, vectors: torch.Tensor) -> dict[str, torch.Tensor]:
        """Cells of the grid [k, 160] -> logits `thing`, `colour`, `recoloured`, and `box` [k, 4]: the centre's distance from the
        cell's middle in cells, and the logarithm of width and height in shares; `word` [k, 384]: a unit vector."""
        hidden = self.cell(vectors)
        return {
            "thing": self.thing(hidden),
            "box": self.box(hidden),
            "colour": self.colour(hidden),
            "recoloured": self.recoloured(hidden)[:, 0],
            "word": normalize(self.word(hidden), dim=1),
        }
