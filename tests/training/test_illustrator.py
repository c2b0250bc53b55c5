"""The Illustrator's recipe and its exported folder: small, real, no mocks."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from codirector.tools.embedded import ILLUSTRATOR, embedded_components, load_controlnet, load_pipeline
from codirector.tools.sketch import Atlas
from training.illustrator.captions import canonical, caption
from training.illustrator.codec import build, encode_fast, encoder_matrix, fit_encoder, paint_pictures
from training.illustrator.model import build_controlnet, build_scheduler, build_unet, flow_loss, timesteps_of
from training.illustrator.scenes import Item, SceneSpec, compose, is_held_out, sample_spec
from training.illustrator.settings import PAINTERS, paint
from training.illustrator.shapes import colour_of, shaded
from training.illustrator.third_things import SHAPED_THINGS, THIRD_THINGS
from training.illustrator.world import ALL_STYLES, ALL_THINGS, BY_NAME, SETTINGS, THINGS, TIMES, Thing

exported = pytest.mark.skipif(not (ILLUSTRATOR / "model_index.json").exists(), reason="no exported model in models/illustrator")


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.load(ILLUSTRATOR / "atlas")


def test_world_names_are_distinct_and_drawn(atlas: Atlas) -> None:
    assert len(BY_NAME) == len(ALL_THINGS) >= 600
    assert set(THINGS) < set(ALL_THINGS)
    assert set(atlas.things) == set(BY_NAME) | {thing.name for thing in THIRD_THINGS}


def test_the_third_group_is_neither_trained_on_nor_judged_and_its_words_lead_to_it(atlas: Atlas) -> None:
    names = [thing.name for thing in THIRD_THINGS]
    assert len(set(names)) == len(names) >= 100 and not set(names) & set(BY_NAME)
    for thing in THIRD_THINGS:
        assert {atlas.find(word, by_meaning=False) for word in (thing.name, *thing.synonyms)} == {thing.name}
        assert (thing.name in atlas.floating) == thing.floats


@pytest.mark.parametrize("thing", SHAPED_THINGS[::24], ids=lambda thing: thing.name)
def test_shapes_become_four_different_drawings_the_same_every_time(thing: Thing) -> None:
    made, again = shaded(thing.drawing), shaded(thing.drawing)
    assert all((made[style] == again[style]).all() for style in made) and len(made) == 4
    assert len({drawing.tobytes() for drawing in made.values()}) == 4
    ink = made["ink"][made["ink"][..., 3] > 200][:, :3].astype(int)
    assert np.ptp(ink, axis=1).max() == 0 and ink.min() < 60 and ink.max() > 240, "black lines on white"


def test_a_colour_word_may_be_lighter_or_darker() -> None:
    shades = [int(colour_of(name)[1:3], 16) for name in ("wood--", "wood-", "wood", "wood+", "wood++")]
    assert shades == sorted(shades) and len(set(shades)) == 5
    with pytest.raises(KeyError):
        colour_of("no such colour")


@pytest.mark.parametrize("setting", SETTINGS)
def test_settings_differ_by_time_and_repeat_by_seed(setting: str) -> None:
    assert setting in PAINTERS
    made = {time: paint(setting, time, np.random.default_rng(3)) for time in TIMES}
    assert (made["day"] == paint(setting, "day", np.random.default_rng(3))).all()
    if setting != "space":
        assert made["night"].mean() < made["day"].mean() - 20


@pytest.mark.parametrize("style", ALL_STYLES)
def test_composed_pictures_repeat_and_keep_the_thing_where_the_sketch_has_it(atlas: Atlas, style: str) -> None:
    spec = SceneSpec((Item("apple", 1, None, "left"),), "plain", "white", style, "day", "medium")
    picture, sketch = compose(spec, atlas, np.random.default_rng(2), with_ground=False)
    again, _ = compose(spec, atlas, np.random.default_rng(2))
    assert (picture == again).all()
    drawn = (sketch != 127).any(axis=2)
    changed = np.abs(picture.astype(int) - np.median(picture.reshape(-1, 3), axis=0)).max(axis=2) > 50
    assert drawn[:, :70].sum() > drawn[:, 70:].sum()
    assert (changed & drawn).sum() > 0.5 * min(drawn.sum(), changed.sum())  # some styles keep outlines only
    assert changed.sum() > 100


def test_the_sketch_lies_on_the_colours_of_the_painted_setting(atlas: Atlas) -> None:
    spec = SceneSpec((Item("apple", 1, None, "left"),), "forest", "white", "3d render", "night", "medium")
    picture, sketch = compose(spec, atlas, np.random.default_rng(2))
    far = (slice(0, 40), slice(90, 128))
    assert np.abs(picture[far].mean((0, 1)) - sketch[far].mean((0, 1))).max() < 6
    assert np.abs(np.diff(sketch[far].astype(int), axis=0)).mean() < np.abs(np.diff(picture[far].astype(int), axis=0)).mean() + 1


def test_training_never_sees_a_held_out_pair() -> None:
    rng = np.random.default_rng(0)
    assert not any(is_held_out(sample_spec(rng)) for _ in range(300))
    assert all(is_held_out(sample_spec(rng, held=True)) for _ in range(30))


def test_captions_follow_the_dialects_order_and_vary() -> None:
    spec = SceneSpec((Item("balloon", 1, "red"), Item("fox")), "snow", "white", "watercolor", "sunset", "close-up")
    assert canonical(spec) == "a red balloon and a fox, in the snow, watercolor, sunset, close-up"
    assert canonical(SceneSpec((Item("penguin", 2),))) == "two penguins, plain white background, flat, day, medium shot"
    rng = np.random.default_rng(0)
    made = {caption(spec, rng) for _ in range(50)}
    assert len(made) > 30
    assert canonical(spec) in {caption(spec, rng) for _ in range(400)}


def test_patch_code_is_exact_and_keeps_the_picture(atlas: Atlas) -> None:
    pictures = paint_pictures(24, 1, atlas).float() / 255
    vae = build()
    kept = fit_encoder(vae, pictures)
    assert kept > 0.97
    fast = encode_fast(pictures, *encoder_matrix(vae))
    stock = vae.encode(pictures * 2 - 1).latents * vae.config["scaling_factor"]
    assert torch.allclose(fast, stock, atol=1e-4)
    assert fast.square().mean().sqrt() == pytest.approx(1, abs=0.05)


def test_training_steps_are_the_schedulers_steps() -> None:
    scheduler = build_scheduler()
    scheduler.set_timesteps(12)
    apart = timesteps_of(scheduler.sigmas[:-1]) - scheduler.timesteps
    assert int(apart.abs().max()) <= 1  # rounding of float32 against float64


def test_loss_falls_and_the_sketch_reaches_the_picture() -> None:
    torch.manual_seed(0)
    unet, control = build_unet(), build_controlnet()
    optimiser = torch.optim.AdamW([*unet.parameters(), *control.parameters()], lr=5e-4)
    latents, texts, sketches = torch.randn(4, 24, 16, 16) * 0.1 + 1, torch.randn(4, 64, 384), torch.rand(4, 3, 128, 128)
    losses = []
    for _ in range(8):
        loss = flow_loss(unet, control, latents, texts, sketches, 3, torch.Generator().manual_seed(1))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.8 * losses[0]
    assert control.controlnet_cond_embedding.conv_in.weight.grad is not None
    assert float(control.controlnet_cond_embedding.conv_in.weight.grad.abs().max()) > 0


@exported
def test_exported_folder_is_small_and_complete() -> None:
    files = [path for path in ILLUSTRATOR.rglob("*") if path.is_file()]
    assert max(path.stat().st_size for path in files) <= 15_000_000
    assert sum(path.stat().st_size for path in files if path.suffix == ".safetensors") <= 60_000_000
    index = json.loads((ILLUSTRATOR / "model_index.json").read_text())
    assert index["_class_name"] == "StableDiffusionPipeline"
    world = json.loads((ILLUSTRATOR / "world.json").read_text())
    assert set(world["things"]) == set(BY_NAME) and set(world["styles"]) == set(ALL_STYLES) and set(world["settings"]) == set(SETTINGS)


@exported
def test_stock_pipelines_draw_and_repeat() -> None:
    from diffusers import AutoPipelineForText2Image

    pipeline = AutoPipelineForText2Image.from_pretrained(
        ILLUSTRATOR, dtype=torch.float32, local_files_only=True, **embedded_components(ILLUSTRATOR)
    )
    pipeline.set_progress_bar_config(disable=True)

    def once() -> np.ndarray:
        generator = torch.Generator().manual_seed(4)
        out = pipeline("a fox, in the snow, flat", num_inference_steps=2, height=128, width=128, generator=generator, output_type="np")
        return np.asarray(out.images[0])

    first = once()
    assert first.shape == (128, 128, 3) and np.isfinite(first).all()
    assert (first == once()).all()


@exported
def test_every_task_works_with_the_controlnet() -> None:
    from diffusers import (
        StableDiffusionControlNetImg2ImgPipeline,
        StableDiffusionControlNetInpaintPipeline,
        StableDiffusionControlNetPipeline,
    )
    from PIL import Image

    base, control = load_pipeline(), load_controlnet()
    grey, white = Image.new("RGB", (128, 128), (127, 127, 127)), Image.new("L", (128, 128), 255)
    calls = {
        StableDiffusionControlNetPipeline: {"image": grey},
        StableDiffusionControlNetImg2ImgPipeline: {"image": grey, "control_image": grey, "strength": 0.6},
        StableDiffusionControlNetInpaintPipeline: {"image": grey, "mask_image": white, "control_image": grey},
    }
    for kind, inputs in calls.items():
        pipeline = kind.from_pipe(base, vae=base.vae, controlnet=control, dtype=torch.float32)
        pipeline.set_progress_bar_config(disable=True)
        out = pipeline("a fox", num_inference_steps=3, height=128, width=128, output_type="np", **inputs)
        assert np.asarray(out.images[0]).shape == (128, 128, 3)


def test_folder_of_text_encoder_is_found_without_import() -> None:
    from codirector.tools.embedded import text_folder

    assert (Path(text_folder()) / "model.safetensors").stat().st_size > 40_000_000
