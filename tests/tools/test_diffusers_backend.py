import io
import json

import numpy as np
import pytest
from PIL import Image

from codirector.errors import DoesNotFit, InputError, UnknownName, Unsupported
from codirector.tools.backend import RunContext
from codirector.tools.composite import changed_outside, read_mask
from codirector.tools.device import DeviceChoice
from codirector.tools.events import Preview, Progress
from codirector.tools.pipelines import PipelineCache
from codirector.tools.registry import Registry, standard_registry
from codirector.tools.requests import EditRequest, GenerateRequest, InpaintRequest
from codirector.tools.sketch import Sketch, SketchBox
from codirector.values import Span

FOX = Sketch(boxes=(SketchBox(name="fox", x=0.5, y=0.5, width=0.8, height=0.8),))


def run(backend, request, blobs):
    return list(backend.run(request, RunContext(blobs)))[-1]


def stages(events):
    return [event.stage for event in events if isinstance(event, Progress)]


def generate(**changes):
    given = {"prompt": (Span(text="a red fox"),), "seed": 3, "steps": 3, "guidance": 3.0, "width": 64, "height": 64}
    return GenerateRequest(**(given | changes))


def image_of(product):
    return Image.open(io.BytesIO(product.data))


def pixels(done):
    return np.asarray(image_of(done.products[0]).convert("RGB")).astype(int)


def rectangle(size, box):
    mask = Image.new("L", size)
    mask.paste(255, box)
    return mask


@pytest.mark.parametrize("model", ["", "tiny-sd", "tiny-sdxl"])
@pytest.mark.parametrize("feather", [0, 5])
def test_inpainting_touches_nothing_outside_the_mask(backend, blobs, picture, model, feather):
    mask = rectangle(picture.size, (30, 20, 97, 71))
    request = InpaintRequest(
        model=model, prompt=(Span(text="snow"),), seed=1, steps=3, guidance=2.0,
        image=blobs.add_image(picture), mask=blobs.add_image(mask), feather=feather,
    )  # fmt: skip
    result = image_of(run(backend, request, blobs).products[0])
    assert result.size == picture.size
    assert changed_outside(picture, result, mask) == 0
    inside = (np.asarray(result) != np.asarray(picture)).any(axis=-1) & (np.asarray(mask) > 0)
    assert inside.sum() > 0.9 * (67 * 51)


def test_inpainting_keeps_transparency_outside(backend, blobs, picture):
    clear = picture.convert("RGBA")
    clear.putalpha(77)
    mask = rectangle(picture.size, (0, 0, 50, 50))
    request = InpaintRequest(prompt=(Span(text="snow"),), seed=1, steps=2, image=blobs.add_image(clear), mask=blobs.add_image(mask))
    result = image_of(run(backend, request, blobs).products[0])
    assert result.mode == "RGBA" and changed_outside(clear, result, mask) == 0
    assert result.getpixel((10, 10))[3] == 255


def test_inpainting_sees_its_surroundings(backend, blobs, picture):
    """What is drawn inside depends on what lies outside: the picture is part of the run, not just pasted over."""
    mask = rectangle(picture.size, (60, 30, 140, 90))
    other = Image.fromarray(255 - np.asarray(picture))
    inside = []
    for image in (picture, other):
        request = InpaintRequest(prompt=(Span(text="snow"),), seed=1, steps=4, image=blobs.add_image(image), mask=blobs.add_image(mask))
        inside.append(pixels(run(backend, request, blobs))[40:80, 70:130])
    assert np.abs(inside[0] - inside[1]).mean() > 1


def test_a_sketch_is_followed_and_given_back(backend, blobs):
    plain = run(backend, generate(), blobs)
    drawn = run(backend, generate(sketch=FOX), blobs)
    faint = run(backend, generate(sketch=FOX, sketch_scale=0.2), blobs)
    off = run(backend, generate(sketch=FOX, sketch_scale=0.0), blobs)
    assert drawn.facts["pipeline"] == "StableDiffusionControlNetPipeline"
    assert [product.role for product in drawn.products] == ["picture", "sketch"]
    assert image_of(drawn.products[1]).getpixel((32, 32)) == (255, 120, 0)
    far, near = np.abs(pixels(drawn) - pixels(plain)).mean(), np.abs(pixels(faint) - pixels(plain)).mean()
    assert far > near > 0
    assert off.products[0].data == plain.products[0].data


def test_a_thing_without_a_drawing_is_told(backend, blobs):
    request = generate(sketch=Sketch(boxes=(*FOX.boxes, SketchBox(name="tax form", x=0.2, y=0.2, width=0.2, height=0.2))))
    assert any("tax form" in note and "fox" not in note for note in run(backend, request, blobs).notes)


def test_a_sketch_a_model_cannot_follow_is_told(backend, blobs):
    assert any("layout sketch" in note for note in run(backend, generate(model="tiny-sd", sketch=FOX), blobs).notes)


def test_weights_reach_the_picture(backend, blobs):
    """The larger the weight, the further the picture moves away from the neutral one."""
    pictures = {
        weight: pixels(run(backend, generate(prompt=(Span(text="a red "), Span(text="fox", weight=weight)), steps=2), blobs))
        for weight in (1.0, 1.5, 3.0)
    }
    near, far = (np.abs(pictures[weight] - pictures[1.0]).mean() for weight in (1.5, 3.0))
    assert far > near > 0


def test_negative_prompt_and_guidance_count(backend, blobs):
    plain = run(backend, generate(), blobs)
    assert run(backend, generate(negative=(Span(text="snow"),)), blobs).products[0].data != plain.products[0].data
    assert run(backend, generate(guidance=6.0), blobs).products[0].data != plain.products[0].data
    unguided = run(backend, generate(guidance=1.0, negative=(Span(text="snow"),)), blobs)
    assert any("negative" in note for note in unguided.notes)


def test_embeddings_are_kept(backend, blobs):
    request = generate(prompt=(Span(text="a fox in the night"),))
    assert [run(backend, request.evolve(seed=seed), blobs).facts["prompt_cached"] for seed in (1, 2)] == [False, True]


@pytest.mark.parametrize(
    ("changes", "size", "base"),
    [
        ({"width": 256, "height": 256}, (256, 256), (64, 64)),
        ({"width": 384, "height": 256}, (384, 256), (96, 64)),
        ({"width": 120, "height": 200}, (120, 200), (64, 104)),
        ({"width": 64, "height": 64, "upscale": 3}, (192, 192), (64, 64)),
        ({"width": None, "height": None}, (256, 256), (64, 64)),
        ({"model": "tiny-sd", "width": 96, "height": 64}, (96, 64), (96, 64)),
        ({"model": "tiny-sd", "width": 64, "height": 64, "upscale": 2}, (128, 128), (64, 64)),
    ],
)
def test_sizes(backend, blobs, changes, size, base):
    done = run(backend, generate(steps=1, **changes), blobs)
    assert image_of(done.products[0]).size == size
    assert (done.facts["base_width"], done.facts["base_height"]) == base
    assert ("base" in [product.role for product in done.products]) == (size != base)


def test_an_edit_keeps_the_size_and_says_what_it_could_not_do(backend, blobs, picture):
    odd = picture.crop((0, 0, 131, 77))
    request = EditRequest(
        model="tiny-sdxl", prompt=(Span(text="fox"),), seed=1, steps=2, image=blobs.add_image(odd.convert("RGBA")), strength=0.1, width=512,
    )  # fmt: skip
    done_events = list(backend.run(request, RunContext(blobs)))
    done = done_events[-1]
    assert image_of(done.products[0]).size == (131, 77)
    assert done.facts["model_calls"] == 1, "a little strength still means one step"
    assert "upscale" not in stages(done_events), "eight pixels more or less are no matter for Real-ESRGAN"
    assert any("131 x 77" in note for note in done.notes)
    assert any("transparency" in note for note in done.notes)


def test_less_strength_stays_closer(backend, blobs, picture):
    off = []
    for strength in (0.2, 1.0):
        request = EditRequest(prompt=(Span(text="fox"),), seed=1, steps=10, image=blobs.add_image(picture), strength=strength)
        off.append(pixels(run(backend, request, blobs)))
    # Random weights decode to noise, so nearness is measured between results: the picture shows through at little strength.
    other = EditRequest(prompt=(Span(text="fox"),), seed=2, steps=10, image=blobs.add_image(picture), strength=0.2)
    assert np.abs(off[0] - pixels(run(backend, other, blobs))).mean() < np.abs(off[0] - off[1]).mean()


def test_an_empty_mask_is_refused_before_loading(backend, blobs, picture):
    nothing = blobs.add_image(Image.new("L", picture.size))
    request = InpaintRequest(prompt=(Span(text="fox"),), seed=1, steps=2, image=blobs.add_image(picture), mask=nothing)
    with pytest.raises(InputError, match="mask is empty"):
        run(backend, request, blobs)


def test_a_mask_of_another_size_is_scaled_and_told(backend, blobs, picture):
    mask = rectangle((100, 60), (0, 0, 50, 60))
    request = InpaintRequest(prompt=(Span(text="fox"),), seed=1, steps=1, image=blobs.add_image(picture), mask=blobs.add_image(mask))
    done = run(backend, request, blobs)
    assert any("mask" in note for note in done.notes)
    assert changed_outside(picture, image_of(done.products[0]), read_mask(mask, *picture.size)) == 0


@pytest.mark.parametrize(
    ("model", "sampler", "scheduler"),
    [
        ("", "Euler", "DPMSolverMultistepScheduler"),
        ("", "UniPC", "UniPCMultistepScheduler"),
        ("tiny-sd", "DPM++ 2M Karras", "DPMSolverMultistepScheduler"),
        ("tiny-sd", "euler_ancestral", "EulerAncestralDiscreteScheduler"),
        ("tiny-sd", "Heun", "HeunDiscreteScheduler"),
        ("tiny-sd", "DDIM", "DDIMScheduler"),
        ("tiny-sdxl", "LCM", "LCMScheduler"),
    ],
)
def test_samplers_by_name(backend, blobs, model, sampler, scheduler):
    request = generate(model=model, sampler=sampler)
    first, second = (list(backend.run(request, RunContext(blobs))) for _ in range(2))
    assert first[-1].facts["scheduler"] == scheduler
    assert first[-1].products[0].data == second[-1].products[0].data
    assert any(isinstance(event, Preview) for event in first)
    own = run(backend, generate(model=model), blobs)
    assert (own.facts["sampler"] == "" and own.facts["scheduler"] != scheduler) or model == "", "a sampler lasts for one run"


def test_registry_refuses_before_work(backend):
    registry = Registry([backend])
    with pytest.raises(Unsupported, match="no sampler") as refusal:
        registry.check(generate(sampler="Karras Turbo"))
    assert "DPM++ 2M" in refusal.value.hint
    with pytest.raises(Unsupported, match="million pixels"):
        registry.check(generate(width=4096, height=4096, upscale=4))
    with pytest.raises(UnknownName):
        registry.check(generate(model="nobody/nothing-of-the-kind"))
    assert registry.check(generate(sampler="euler")) is backend


def test_facts_are_json_and_name_what_ran(backend, blobs):
    facts = run(backend, generate(), blobs).facts
    json.dumps(facts)
    assert len(facts["weights_sha256"]) == 64
    assert facts["device"] == "cpu" and facts["dtype"] == "float32" and facts["threads"] >= 1
    assert {"load", "encode", "denoise", "decode", "upscale"} <= set(facts["seconds"])


def test_loading_is_a_stage_only_the_first_time(models, blobs):
    registry = standard_registry(models, DeviceChoice(threads=1))
    try:
        backend = registry.check(generate())
        stages = [
            [event.stage for event in backend.run(generate(seed=seed), RunContext(blobs)) if isinstance(event, Progress)] for seed in (1, 2)
        ]
        assert "load" in stages[0] and "load" not in stages[1]
        backend.preload("tiny-sd")
        ready = [event.stage for event in backend.run(generate(model="tiny-sd"), RunContext(blobs)) if isinstance(event, Progress)]
        assert "load" not in ready
        assert [info.name for info in registry.list_models()][:3] == ["embedded", "tiny-sd", "tiny-sdxl"]
    finally:
        registry.close()


def test_what_does_not_fit_is_refused_before_it_is_loaded(models):
    cache = PipelineCache(models, DeviceChoice(), free=lambda device: 1_000_000)
    with pytest.raises(DoesNotFit) as refusal:
        cache.get("")
    assert "needs about" in refusal.value.message and refusal.value.hint
    roomy = PipelineCache(models, DeviceChoice(), free=lambda device: 2_000_000_000)
    with pytest.raises(DoesNotFit, match="tiny") as refusal:
        PipelineCache(models, DeviceChoice(), free=lambda device: 1).get("tiny-sd")
    assert roomy.get("tiny-sd") is roomy.get("tiny-sd")


def test_the_least_used_model_makes_room(models):
    room = 315_300_000
    cache = PipelineCache(models, DeviceChoice(), free=lambda device: room - sum(m.bytes_in_memory for m in cache._loaded.values()))
    cache.get("")
    cache.get("tiny-sd")
    assert not cache.has("") and cache.has("tiny-sd")
    cache.close()
    assert not cache.has("tiny-sd")


def test_numbers_that_are_no_picture_are_told(backend, blobs):
    import torch

    run(backend, generate(model="tiny-sdxl"), blobs)
    unet = backend._cache.get("tiny-sdxl").pipeline.unet
    before = unet.conv_out.weight.detach().clone()
    try:
        with torch.no_grad():
            unet.conv_out.weight.fill_(float("nan"))
        with pytest.raises(InputError, match="no picture"):
            run(backend, generate(model="tiny-sdxl"), blobs)
    finally:
        with torch.no_grad():
            unet.conv_out.weight.copy_(before)


def test_damaged_weights_are_an_input_error(models, blobs, tmp_path):
    import shutil

    from codirector.tools.diffusers_backend import DiffusersBackend

    shutil.copytree(models / "tiny-sd", tmp_path / "broken")
    weights = next((tmp_path / "broken" / "unet").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1000])
    backend = DiffusersBackend(tmp_path, DeviceChoice())
    try:
        with pytest.raises(InputError, match="broken"):
            run(backend, generate(model=str(tmp_path / "broken")), blobs)
    finally:
        backend.close()
