"""Depth by a depth model: what is near moves more, what does not fit is said, and without a model depth is guessed as before."""

import json
from itertools import pairwise

import cv2
import numpy as np
import pytest

from codirector.errors import DoesNotFit
from codirector.tools.backend import RunContext
from codirector.tools.film import relief
from codirector.tools.film.backend import FilmBackend
from codirector.tools.film.clips import ShotClip
from codirector.tools.film.flow import flow_between
from codirector.tools.film.layers import take_apart
from codirector.tools.film.relief import find_nearness, slabs
from codirector.tools.film.values import Camera, Move
from codirector.tools.requests import FilmRequest, Shot
from codirector.tools.sketch import SketchBox

TRUCK = Camera(moves=(Move(kind="truck", amount=0.12),), easing="linear")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder with a tiny Depth Anything of the real class in `depth/`."""
    import torch
    from transformers import DepthAnythingConfig, DepthAnythingForDepthEstimation, Dinov2Config, DPTImageProcessorPil

    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    backbone = Dinov2Config(
        hidden_size=16, num_hidden_layers=4, num_attention_heads=2, intermediate_size=16, image_size=28, patch_size=14,
        out_indices=[1, 2, 3, 4], reshape_hidden_states=False, apply_layernorm=True,
    )  # fmt: skip
    config = DepthAnythingConfig(
        backbone_config=backbone, reassemble_hidden_size=16, patch_size=14, neck_hidden_sizes=[8, 8, 8, 8], fusion_hidden_size=8,
        reassemble_factors=[4, 2, 1, 0.5], head_hidden_size=4,
    )  # fmt: skip
    DepthAnythingForDepthEstimation(config).save_pretrained(folder / "depth")
    DPTImageProcessorPil(size={"height": 28, "width": 28}).save_pretrained(folder / "depth")
    return folder


def halves(picture):
    """The left half is near."""
    near = np.zeros(picture.shape[:2], np.float32)
    near[:, : near.shape[1] // 2] = 1.0
    return near


def test_what_is_near_moves_more(paint):
    picture = paint(4, 160, 96, thing=False)
    clip = ShotClip(take_apart(picture, guess=False, nearness=halves), TRUCK, (), 12, 12, 160, 96)
    flow = flow_between(clip.frame(0), clip.frame(6))[10:-10, :, 0]
    near, far = np.median(flow[:, 15:60]), np.median(flow[:, 100:150])
    assert near < 2 * far < 0, "the camera goes to the right: all moves to the left, the near half more than twice as far"
    plain = ShotClip(take_apart(picture, guess=False), TRUCK, (), 12, 12, 160, 96)
    guessed = flow_between(plain.frame(0), plain.frame(6))[10:-10, :, 0]
    assert np.median(guessed[:, 15:60]) == pytest.approx(np.median(guessed[:, 100:150]), abs=0.5)


def test_the_first_frame_is_the_still(paint):
    picture = paint(4, 160, 96, thing=False)
    clip = ShotClip(take_apart(picture, guess=False, nearness=halves), Camera(), (), 3, 12, 160, 96)
    assert np.abs(clip.frame(0).astype(int) - picture).mean() < 1.5


def test_a_thing_stands_before_the_ground_it_stands_on(paint):
    picture = paint()
    slope = np.linspace(0, 1, 96, dtype=np.float32)[:, None].repeat(96, axis=1)
    scenery = take_apart(picture, [SketchBox(name="disc", x=0.5, y=0.57, width=0.42, height=0.42)], nearness=lambda _: slope)
    assert [layer.name for layer in scenery.layers][-1] == "disc"
    clip = ShotClip(scenery, Camera(), (), 3, 12, 96, 96)
    assert np.abs(clip.frame(0).astype(int) - picture).mean() < 2.5


def test_slabs_are_cut_between_the_hills_of_depth():
    near = np.zeros((60, 90), np.float32)
    near[20:, :], near[40:, 60:] = 0.4, 0.9
    near += np.random.default_rng(0).normal(0, 0.01, near.shape).astype(np.float32)
    found = slabs(near.clip(0, 1))
    assert 2 <= len(found) <= relief.SLABS and (found[0].alpha == 1).all()
    assert all(after.alpha.sum() < before.alpha.sum() for before, after in pairwise(found))
    assert found[-1].alpha[50, 80] == 1 and found[-1].alpha[5, 5] == 0
    assert len(slabs(np.full((20, 20), 0.5, np.float32))) == 1


def test_a_level_ramp_is_one_tilted_ground():
    slope = np.linspace(0, 1, 96, dtype=np.float32)[:, None].repeat(96, axis=1)
    a, b = slabs(slope, most=1)[0].plane
    assert a == pytest.approx(0.5, abs=0.02) and b == pytest.approx(1.0, abs=0.05)
    assert slabs(slope[::-1], most=1)[0].plane[1] == 0.0, "no ground comes nearer towards the top"


def test_a_depth_model_here_is_used_and_told(models, blobs, paint, encoded, tmp_path):
    still = blobs.add(encoded(paint()))
    request = FilmRequest(shots=(Shot(image=still, seconds=0.25, camera=TRUCK),), fps=8)
    facts = {}
    for folder in (models, tmp_path / "none"):
        backend = FilmBackend(None, folder, tmp_path / "work")
        done = list(backend.run(request, RunContext(blobs)))[-1]
        backend.close()
        facts[done.facts["depth"]] = done
    assert set(facts) == {"model", "guessed"} and not facts["guessed"].notes
    assert facts["model"].products[0].data != facts["guessed"].products[0].data


def test_a_depth_model_that_does_not_fit_is_left_out_and_said(models, monkeypatch):
    monkeypatch.setattr(relief, "free_on", lambda device: 10_000_000)
    with pytest.raises(DoesNotFit, match=r"depth model .* needs about .* 10 MB are free"):
        relief.check_memory(models / "depth")
    nearness, note = find_nearness(models)
    assert nearness is None and "guessed" in note


def test_the_model_says_how_near_each_place_is(models, paint):
    nearness, note = find_nearness(models)
    assert not note and json.loads((models / "depth" / "config.json").read_text())["model_type"] == "depth_anything"
    near = nearness(cv2.resize(paint(), (80, 64)))
    assert near.shape == (64, 80) and near.dtype == np.float32 and 0 <= near.min() < near.max() <= 1
