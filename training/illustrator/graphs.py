"""The denoiser's and its ControlNet's graphs for OpenVINO, written without their weights.

Knows the modules and OpenVINO's file format (IR 11: an XML graph whose constants are offsets into a file of bytes). The bytes are not
kept: a table says which weight of the module stands at which offset, so the folder's safetensors serve both engines.
A graph depends on the architecture only. `python -m training.illustrator.graphs`
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import torch

from codirector.tools.embedded import ILLUSTRATOR, load_controlnet
from codirector.tools.openvino_engine import GRAPHS, fill_in, residual_shapes

LATENT_SIDE = 16
"""Side of the latents a network is traced at; the graph takes any."""
TOKENS = 64
LITERAL = 4096
"""Constants up to so many bytes that are no weight (shapes, axes, scales) are written into the table itself."""


def _trace_unet(unet: Any, shapes: tuple[tuple[int, int], ...]) -> Any:
    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.unet = unet

        def forward(self, sample: Any, timestep: Any, text: Any, *residuals: Any) -> Any:
            return self.unet(
                sample, timestep, text, down_block_additional_residuals=residuals[:-1], mid_block_additional_residual=residuals[-1],
                return_dict=False,
            )[0]  # fmt: skip

    side = LATENT_SIDE
    inputs = [torch.randn(2, unet.config.in_channels, side, side), torch.tensor([500, 500])]
    inputs.append(torch.randn(2, TOKENS, unet.config.cross_attention_dim))
    inputs += [torch.randn(2, channels, side // scale, side // scale) for channels, scale in shapes]
    return _converted(Net(), inputs)


def _trace_control(controlnet: Any) -> Any:
    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.control = controlnet

        def forward(self, sample: Any, timestep: Any, hint: Any) -> Any:
            text = sample.new_zeros(sample.shape[0], 1, controlnet.config.cross_attention_dim)
            downs, middle = self.control(sample, timestep, text, controlnet_cond=hint, return_dict=False)
            return (*downs, middle)

    side = LATENT_SIDE
    inputs = [torch.randn(2, controlnet.config.in_channels, side, side), torch.tensor([500, 500])]
    inputs.append(torch.randn(2, controlnet.config.block_out_channels[0], side, side))
    embedding = controlnet.controlnet_cond_embedding
    controlnet.controlnet_cond_embedding = torch.nn.Identity()
    try:
        return _converted(Net(), inputs)
    finally:
        controlnet.controlnet_cond_embedding = embedding


def _converted(net: Any, inputs: list[Any]) -> Any:
    """An OpenVINO model with every batch, height and width open."""
    with torch.no_grad():
        model = openvino.convert_model(net.eval(), example_input=tuple(inputs))
    model.reshape({port: _open_shape(example) for port, example in zip(model.inputs, inputs, strict=True)})
    return model


def _open_shape(example: Any) -> Any:
    if example.ndim == 4:
        return openvino.PartialShape([-1, example.shape[1], -1, -1])
    if example.ndim == 3:
        return openvino.PartialShape([-1, -1, example.shape[2]])
    return openvino.PartialShape([-1])


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


def write(model: Any, net: Any, file: Path) -> None:
    """The graph and its table; checked by filling the weights in again."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "graph.xml"
        openvino.save_model(model, whole, compress_to_fp16=False)
        xml, data = whole.read_text(encoding="utf-8"), whole.with_suffix(".bin").read_bytes()
    table = table_of(xml, data, net.state_dict())
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

    unet = UNet2DConditionModel.from_pretrained(folder / "unet", dtype=torch.float32).eval()
    control = load_controlnet(folder).eval()
    write(_trace_unet(unet, residual_shapes(unet)), unet, folder / GRAPHS / "unet")
    write(_trace_control(control), control, folder / GRAPHS / "control")


if __name__ == "__main__":
    main()
