"""A Stable Diffusion checkpoint as one `.safetensors` file, in the naming such files have had since 2022, made tiny."""

import re
import shutil

import pytest
import torch
from safetensors.torch import save_file

from codirector.errors import UnknownName, Unsupported
from codirector.tools.backend import RunContext
from codirector.tools.requests import GenerateRequest
from codirector.values import Span

RESNET = {
    "norm1": "in_layers.0", "conv1": "in_layers.2", "norm2": "out_layers.0", "conv2": "out_layers.3",
    "time_emb_proj": "emb_layers.1", "conv_shortcut": "skip_connection",
}  # fmt: skip
LAYERS = 2


def unet_name(name):
    """The checkpoint's name of a diffusers UNet weight (as in diffusers' convert_diffusers_to_original_stable_diffusion.py)."""
    fixed = {
        "time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2", "conv_in": "input_blocks.0.0",
        "conv_norm_out": "out.0", "conv_out": "out.2",
    }  # fmt: skip
    for theirs, ours in fixed.items():
        if name.startswith(theirs + "."):
            return name.replace(theirs, ours)
    per = LAYERS + 1

    def place(found):
        side, level, part, number, rest = found[1], int(found[2]), found[3], int(found[4]), found[5]
        if side == "down":
            index = per * level + number + 1
            return {
                "resnets": f"input_blocks.{index}.0.{rest}", "attentions": f"input_blocks.{index}.1.{rest}",
                "downsamplers": f"input_blocks.{per * (level + 1)}.0.{rest.replace('conv', 'op', 1)}",
            }[part]  # fmt: skip
        index = per * level + number
        last = f"output_blocks.{per * level + LAYERS}.{2 if ATTENTION_UP[level] else 1}.{rest}"
        return {"resnets": f"output_blocks.{index}.0.{rest}", "attentions": f"output_blocks.{index}.1.{rest}", "upsamplers": last}[part]

    name = re.sub(r"^(down|up)_blocks\.(\d+)\.(\w+)\.(\d+)\.(.*)$", place, name)
    name = re.sub(r"^mid_block\.resnets\.(\d)", lambda found: f"middle_block.{2 * int(found[1])}", name)
    name = name.replace("mid_block.attentions.0", "middle_block.1")
    if not re.search(r"transformer_blocks|proj_in|proj_out", name):
        for theirs, ours in RESNET.items():
            name = re.sub(rf"\.{theirs}\.", f".{ours}.", name)
    return name


ATTENTION_UP = [True, False]


def vae_name(name, levels):
    name = re.sub(r"^encoder\.down_blocks\.(\d)\.resnets\.(\d)", r"encoder.down.\1.block.\2", name)
    name = re.sub(r"^encoder\.down_blocks\.(\d)\.downsamplers\.0", r"encoder.down.\1.downsample", name)
    name = re.sub(r"^decoder\.up_blocks\.(\d)\.resnets\.(\d)", lambda f: f"decoder.up.{levels - 1 - int(f[1])}.block.{f[2]}", name)
    name = re.sub(r"^decoder\.up_blocks\.(\d)\.upsamplers\.0", lambda f: f"decoder.up.{levels - 1 - int(f[1])}.upsample", name)
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda f: f"mid.block_{int(f[1]) + 1}", name)
    name = (
        name.replace("mid_block.attentions.0", "mid.attn_1").replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
    )
    if "attn_1" in name:
        for theirs, ours in {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}.items():
            name = name.replace(theirs, ours)
    return name


def to_checkpoint(pipeline):
    tensors = {}
    for name, tensor in pipeline.unet.state_dict().items():
        tensors[f"model.diffusion_model.{unet_name(name)}"] = tensor
    for name, tensor in pipeline.vae.state_dict().items():
        new = vae_name(name, 4)
        attention = "attn_1" in new and new.endswith("weight") and ".norm." not in new
        tensors[f"first_stage_model.{new}"] = tensor[..., None, None] if attention else tensor
    for name, tensor in pipeline.text_encoder.state_dict().items():
        prefix = "" if name.startswith("text_model.") else "text_model."
        tensors[f"cond_stage_model.transformer.{prefix}{name}"] = tensor
    return {name: tensor.contiguous().clone() for name, tensor in tensors.items()}


@pytest.fixture
def checkpoint(models, tiny, tmp_path):
    """(the file, the diffusers folder of the same weights)."""
    from diffusers import StableDiffusionPipeline

    torch.manual_seed(5)
    pipeline = StableDiffusionPipeline.from_pretrained(models / "tiny-sd")
    pipeline.register_modules(unet=tiny.unet(4, 16, layers_per_block=LAYERS))
    folder = tmp_path / "folder"
    pipeline.save_pretrained(folder)
    file = tmp_path / "mine.safetensors"
    save_file(to_checkpoint(pipeline), file)
    return file, folder


def draw(backend, model, blobs):
    request = GenerateRequest(model=str(model), prompt=(Span(text="a red fox"),), seed=1, steps=2, width=64, height=64)
    return list(backend.run(request, RunContext(blobs)))[-1]


def test_a_single_file_draws_what_its_folder_draws(empty_backend, checkpoint, blobs):
    file, folder = checkpoint
    shutil.copytree(folder, file.with_suffix(""), ignore=shutil.ignore_patterns("*.safetensors"))
    single, whole = draw(empty_backend, file, blobs), draw(empty_backend, folder, blobs)
    assert single.facts["pipeline"] == "StableDiffusionPipeline"
    assert single.products[0].data == whole.products[0].data


def test_without_the_small_files_it_says_where_to_get_them(empty_backend, checkpoint, blobs):
    with pytest.raises(UnknownName) as refusal:
        draw(empty_backend, checkpoint[0], blobs)
    assert "hf download" in refusal.value.hint and str(checkpoint[0].with_suffix("")) in refusal.value.hint


def test_a_file_of_another_kind_is_refused(empty_backend, tmp_path, blobs):
    save_file({"double_blocks.0.weight": torch.zeros(2, 2)}, tmp_path / "flux.safetensors")
    with pytest.raises(Unsupported, match="single file"):
        draw(empty_backend, tmp_path / "flux.safetensors", blobs)
