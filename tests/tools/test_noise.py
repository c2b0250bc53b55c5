"""Noise that moves with a picture is still noise: Gaussian, of variance one, the same where the same place is seen."""

import io

import numpy as np
import pytest
import torch

from codirector.errors import InputError, Unsupported
from codirector.tools.noise import beginning_with, gathered, packed, unpacked


def places(zoom=1.0, shift=0.0, side=256):
    """What a camera of that zoom sees, `shift` places to the side."""
    y, x = np.mgrid[0:side, 0:side].astype(float) - side / 2
    return (np.rint(y / zoom + side) * 2 * side + np.rint(x / zoom + shift + side)).astype(int)


@pytest.mark.parametrize("zoom", [0.6, 1.0, 1.1, 1.7, 4.0])
def test_variance_is_one_at_every_zoom(zoom):
    noise = gathered(places(zoom), 24, 16, 16, seed=3)
    assert noise.shape == (24, 16, 16) and abs(noise.mean()) < 0.05 and noise.std() == pytest.approx(1.0, abs=0.04)
    beside = np.corrcoef(noise[:, :, 1:].ravel(), noise[:, :, :-1].ravel())[0, 1]
    assert abs(beside) < (0.06 if zoom < 2 else 0.2)


def test_noise_goes_along_with_the_picture():
    still = gathered(places(), 24, 16, 16, seed=3)
    assert (gathered(places(), 24, 16, 16, seed=3) == still).all() and (gathered(places(), 24, 16, 16, seed=4) != still).any()
    moved = gathered(places(shift=16), 24, 16, 16, seed=3)  # by one cell
    assert np.allclose(moved[:, :, :-1], still[:, :, 1:]) and not np.allclose(moved, still)
    half = gathered(places(shift=8), 24, 16, 16, seed=3)[:, :, 1:-1]
    for cell in (still[:, :, 1:-1], still[:, :, 2:]):
        assert np.corrcoef(half.ravel(), cell.ravel())[0, 1] == pytest.approx(0.5, abs=0.05)


def test_places_of_any_size_fit_latents_of_any_size():
    assert gathered(places(side=64), 4, 24, 40, seed=1).std() == pytest.approx(1.0, abs=0.08)
    assert gathered(np.zeros((8, 8), int), 4, 4, 4, seed=1).std(axis=(1, 2)).max() == 0, "one place is one number"


@pytest.mark.parametrize("data", [b"", b"no array", packed(np.full((4, 4), -1)), packed(np.zeros(4)), packed(np.full((2, 2), 2**30))])
def test_what_is_no_map_is_refused(data):
    with pytest.raises(InputError):
        unpacked(data)


def test_a_map_of_objects_is_refused():
    out = io.BytesIO()
    np.save(out, np.array([[{}]], dtype=object), allow_pickle=True)
    with pytest.raises(InputError):
        unpacked(out.getvalue())
    assert (unpacked(packed(places(side=16))) == places(side=16)).all()


class Pipeline:
    def __init__(self, scheduler):
        self.scheduler = scheduler


def test_schedulers_of_both_kinds_take_it():
    from diffusers import DPMSolverMultistepScheduler, FlowMatchEulerDiscreteScheduler

    sample, drawn = torch.zeros(1, 24, 16, 16), torch.randn(1, 24, 16, 16, generator=torch.Generator().manual_seed(0))
    solver, flow = DPMSolverMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True), FlowMatchEulerDiscreteScheduler()
    wanted = gathered(places(), 24, 16, 16, seed=5)
    for scheduler in (solver, flow):
        scheduler.set_timesteps(10)
        first = scheduler.timesteps[:1]
        with beginning_with(Pipeline(scheduler), places(), seed=5):
            made = scheduler.add_noise(sample, drawn, first) if scheduler is solver else scheduler.scale_noise(sample, first, drawn)
        assert np.corrcoef(made.numpy().ravel(), wanted.ravel())[0, 1] > 0.999
        after = scheduler.add_noise(sample, drawn, first) if scheduler is solver else scheduler.scale_noise(sample, first, drawn)
        assert np.corrcoef(after.numpy().ravel(), drawn.numpy().ravel())[0, 1] > 0.999
    with beginning_with(Pipeline(solver), places(), seed=5), pytest.raises(Unsupported, match="moved along"):
        solver.add_noise(torch.zeros(1, 64, 24), torch.zeros(1, 64, 24), solver.timesteps[:1])
