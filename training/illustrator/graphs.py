"""The denoiser's and its ControlNet's graphs for OpenVINO, written without their weights.

Knows the modules and OpenVINO's file format (IR 11: an XML graph whose constants are offsets into a file of bytes). The bytes are not
kept: a table says which weight of the module stands at which offset, so the folder's safetensors serve both engines.
A graph depends on the architecture only. What is the same at every step (keys and values of the text, what layers take from the
timestep) is an input and no part of it. `python -m training.illustrator.graphs`
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import torch

from codirector.tools.embedded import ILLUSTRATOR, load_controlnet
from codirector.tools.openvino_engine import GRAPHS, fill_in, keys_and_values, residual_shapes, text_layers, time_layers, time_offsets

TOKENS = 64
LITERAL = 4096
"""Constants up to so many bytes that are no weight (shapes, axes, scales) are written into the table itself."""


class _Given(torch.nn.Module):
    """Stands in the place of a layer whose result is an input of the graph."""

    value: Any = None

    def forward(self, _: Any) -> Any:
        return self.value


class _GivenKeys:
    """Attention to keys and values that are inputs of the graph; otherwise diffusers' `AttnProcessor2_0`."""

    keys: Any = None
    values: Any = None

    def __call__(self, attention: Any, hidden: Any, encoder_hidden_states: Any = None, attention_mask: Any = None) -> Any:
        queries = attention.to_q(hidden).unflatten(2, (attention.heads, -1)).transpose(1, 2)
        found = torch.nn.functional.scaled_dot_product_attention(queries, self.keys, self.values)
        return attention.to_out[0](found.transpose(1, 2).flatten(2))


class _Step(torch.nn.Module):
    """`net` for one step, with what does not change from step to step as inputs (`openvino_engine.time_offsets`, `keys_and_values`)."""

    def __init__(self, net: Any, answer: Callable[..., Any]) -> None:
        super().__init__()
        self.net, self._answer = net, answer
        self._layers = [(layer, layer.time_emb_proj) for layer in time_layers(net)]
        self._attention = [(layer, layer.processor) for layer in text_layers(net)]

    def __enter__(self) -> _Step:
        for layer, _ in self._layers:
            layer.time_emb_proj = _Given()
        for layer, _ in self._attention:
            layer.set_processor(_GivenKeys())
        return self

    def __exit__(self, *_: Any) -> None:
        for layer, before in self._layers:
            layer.time_emb_proj = before
        for layer, before in self._attention:
            layer.set_processor(before)

    def forward(self, sample: Any, times: Any, *rest: Any) -> Any:
        for (layer, _), offsets in zip(self._layers, times.split([old.out_features for _, old in self._layers], dim=1), strict=True):
            layer.time_emb_proj.value = offsets
        split = len(rest) - 2 * len(self._attention)
        for number, (layer, _) in enumerate(self._attention):
            layer.processor.keys, layer.processor.values = rest[split + 2 * number : split + 2 * number + 2]
        # Both are read by the layers that were replaced only.
        timestep, text = torch.zeros(1, dtype=torch.long), sample.new_zeros(len(sample), 1, self.net.config.cross_attention_dim)
        return self._answer(self.net, sample, timestep, text, *rest[:split])


def _unet_step(unet: Any, sample: Any, timestep: Any, text: Any, *residuals: Any) -> Any:
    return unet(
        sample, timestep, text, down_block_additional_residuals=residuals[:-1], mid_block_additional_residual=residuals[-1],
        return_dict=False,
    )[0]  # fmt: skip


def _control_step(controlnet: Any, sample: Any, timestep: Any, text: Any, hint: Any) -> Any:
    downs, middle = controlnet(sample, timestep, text, controlnet_cond=hint, return_dict=False)
    return (*downs, middle)


def trace_unet(unet: Any, count: int = 2) -> tuple[Any, list[list[int]]]:
    """The OpenVINO model, and its inputs' shapes for one whole picture."""
    side = unet.config.sample_size
    residuals = [torch.randn(count, channels, side // scale, side // scale) for channels, scale in residual_shapes(unet)]
    text = torch.randn(count, TOKENS, unet.config.cross_attention_dim)
    with torch.no_grad():
        inputs, keys = [*_common(unet, side, count), *residuals], keys_and_values(unet, text)
    with _Step(unet, _unet_step) as step:
        return _converted(step, inputs, keys)


def trace_control(controlnet: Any, side: int, count: int = 2) -> tuple[Any, list[list[int]]]:
    """The same for a ControlNet; its hint is what its hint embedding gives, [n, channels, side, side]."""
    embedding = controlnet.controlnet_cond_embedding
    with torch.no_grad():
        inputs = [*_common(controlnet, side, count), torch.randn(count, controlnet.config.block_out_channels[0], side, side)]
    controlnet.controlnet_cond_embedding = torch.nn.Identity()
    try:
        with _Step(controlnet, _control_step) as step:
            return _converted(step, inputs)
    finally:
        controlnet.controlnet_cond_embedding = embedding


def _common(net: Any, side: int, count: int) -> list[Any]:
    return [torch.randn(count, net.config.in_channels, side, side), time_offsets(net, torch.full((count,), 500))]


def _converted(net: Any, inputs: list[Any], keys: tuple[Any, ...] = ()) -> tuple[Any, list[list[int]]]:
    """An OpenVINO model with every batch, height, width and number of tokens open, and the inputs' shapes for one picture."""
    examples = [*inputs, *keys]
    with torch.no_grad():
        model = openvino.convert_model(net.eval(), example_input=tuple(examples))
    # Pictures are [n, channels, height, width], what layers take from the timestep [n, width], keys [n, heads, tokens, width].
    shapes = [[-1, each.shape[1], -1, -1] if each.ndim == 4 else [-1, each.shape[1]] for each in inputs]
    shapes += [[-1, each.shape[1], -1, each.shape[3]] for each in keys]
    model.reshape({port: openvino.PartialShape(shape) for port, shape in zip(model.inputs, shapes, strict=True)})
    return model, [[1, *each.shape[1:]] for each in examples]


def table_of(xml: str, data: bytes, weights: dict[str, torch.Tensor]) -> dict[str, Any]:
    """Which weight, or which few bytes, stand at which offset. Raises ValueError for a constant that is neither."""
    known: dict[bytes, str] = {}
    for name, weight in weights.items():
        known.setdefault(weight.detach().float().contiguous().numpy().tobytes(), name)
    parts, literals = [], []
    for offset, size in sorted({(int(a), int(b)) for a, b in re.findall(r'offset="(\d+)" size="(\d+)"', xml)}):
        piece = data[offset : offset + size]
        if piece in known and size > 64:
            parts.append((offset, known[piece]))
        elif size <= LITERAL:
            literals.append((offset, piece.hex()))
        else:
            raise ValueError(f"{size} bytes at {offset} are no weight of the module")
    return {"bytes": len(data), "parts": parts, "literals": literals}


def write(model: Any, whole: list[list[int]], net: Any, file: Path) -> None:
    """The graph and its table, with the inputs' shapes for a whole picture; checked by filling the weights in again."""
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "graph.xml"
        openvino.save_model(model, graph, compress_to_fp16=False)
        xml, data = graph.read_text(encoding="utf-8"), graph.with_suffix(".bin").read_bytes()
    table = table_of(xml, data, net.state_dict()) | {"whole": whole}
    if not np.array_equal(fill_in(table, net.state_dict()), np.frombuffer(data, np.uint8)):
        raise ValueError("the graph's weights do not come back as they were")
    file.parent.mkdir(parents=True, exist_ok=True)
    # No time stamp inside: the same graph is the same file.
    file.with_name(f"{file.name}.xml.gz").write_bytes(gzip.compress(xml.encode("utf-8"), mtime=0))
    file.with_name(f"{file.name}.json").write_text(json.dumps(table), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ILLUSTRATOR)
    folder = parser.parse_args().folder
    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

    unet: Any = UNet2DConditionModel.from_pretrained(folder / "unet", dtype=torch.float32).eval()
    control = load_controlnet(folder).eval()
    write(*trace_unet(unet), unet, folder / GRAPHS / "unet")
    write(*trace_control(control, unet.config.sample_size), control, folder / GRAPHS / "control")


if __name__ == "__main__":
    main()
