"""The network that mends in-betweens made by flow: where the two frames, brought to one moment, disagree, it shifts the blend and adds
what both lack. A small U-Net (Ronneberger et al. 2015) on pixels folded 2 x 2 into channels. Initialised, it changes nothing.

It does not find flow; `interpolate` gives it what `flow.Between` found.
"""

from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import interpolate, pixel_shuffle, pixel_unshuffle, silu

INPUTS = 16
"""Channels of what is seen: two pictures, their blend, two trusts, two flows, the share of the way."""
MULTIPLE = 8
"""Sides are multiples of this."""
FLOW_SCALE = 16.0


class Block(nn.Module):
    """Two convolutions beside an identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden + self.second(silu(self.first(silu(hidden))))


class MendNetwork(nn.Module):
    """[n, 16, h, w] (see `interpolate.seen`) -> [n, 3, h, w], the frame in 0..1; sides are multiples of MULTIPLE."""

    def __init__(self, widths: tuple[int, int, int] = (24, 48, 72)) -> None:
        super().__init__()
        near, middle, far = widths
        self.enter = nn.Conv2d(4 * INPUTS, near, 3, padding=1)
        self.near, self.middle, self.far = Block(near), Block(middle), nn.Sequential(Block(far), Block(far))
        self.down, self.lower = nn.Conv2d(near, middle, 3, 2, 1), nn.Conv2d(middle, far, 3, 2, 1)
        self.raise_, self.up = nn.Conv2d(far, middle, 1), nn.Conv2d(middle, near, 1)
        self.rejoin, self.join = Block(middle), Block(near)
        self.leave = nn.Conv2d(near, 16, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        assert self.leave.bias is not None
        nn.init.zeros_(self.leave.bias)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        near = self.near(self.enter(pixel_unshuffle(seen, 2)))
        middle = self.middle(self.down(near))
        far = self.far(self.lower(middle))
        middle = self.rejoin(middle + interpolate(self.raise_(far), scale_factor=2.0, mode="nearest"))
        near = self.join(near + interpolate(self.up(middle), scale_factor=2.0, mode="nearest"))
        change = pixel_shuffle(self.leave(silu(near)), 2)
        one, two, mixed = seen[:, 0:3], seen[:, 3:6], seen[:, 6:9]
        return mixed + change[:, :1] * (one - two) + change[:, 1:]


def load_mend_network(path: Path) -> MendNetwork:
    """The network of a file, ready. Raises SafetensorError, OSError, KeyError or RuntimeError for a file that is none."""
    from safetensors.torch import load_file

    state = {name: value.float() for name, value in load_file(path).items()}
    widths = tuple(state[f"{name}.first.weight"].shape[0] for name in ("near", "middle", "far.0"))
    network = MendNetwork(widths)  # type: ignore[arg-type]
    network.load_state_dict(state)
    return network.eval().requires_grad_(False)
