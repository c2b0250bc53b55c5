import inspect

import diffusers
import pytest
import torch

from codirector.errors import Unsupported
from codirector.tools.previews import StepWatcher
from codirector.tools.samplers import FLOW_SAMPLERS, NOISE_SAMPLERS, find_sampler, samplers_for

SD = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
EXPLODING = ("Euler", "Heun", "KDPM2")


def make(sampler, flow):
    base = {"prediction_type": "flow_prediction", "use_flow_sigmas": True} if flow else SD
    config = dict(diffusers.DPMSolverMultistepScheduler(**base).config)
    return getattr(diffusers, sampler.scheduler).from_config(config, **sampler.settings)


def denoise_with_an_oracle(scheduler, flow, steps=30):
    """Runs `scheduler` with a model that always knows the clean sample: the result, the clean sample, and what was predicted on
    the way."""
    generator = torch.Generator().manual_seed(0)
    clean, noise = torch.randn(1, 2, 4, 4, generator=generator), torch.randn(1, 2, 4, 4, generator=generator)
    scheduler.set_timesteps(steps)
    sample, predicted = noise * scheduler.init_noise_sigma, []
    takes_generator = "generator" in inspect.signature(scheduler.step).parameters
    with StepWatcher(scheduler) as watcher:
        for number, time in enumerate(scheduler.timesteps):
            scaled = scheduler.scale_model_input(sample, time)
            if flow:
                output = (sample - clean) / scheduler.sigmas[number]
            elif type(scheduler).__name__.startswith(EXPLODING):
                # These scale their input by 1 / sqrt(sigma^2 + 1), which tells the noise they believe in.
                output = (sample - clean) / ((sample.norm() / scaled.norm()) ** 2 - 1).sqrt()
            else:
                alpha = scheduler.alphas_cumprod[time.long()]
                output = (sample - alpha.sqrt() * clean) / (1 - alpha).sqrt()
            named = {"generator": generator} if takes_generator else {}
            sample = scheduler.step(output, time, sample, return_dict=False, **named)[0]
            predicted.append(watcher.clean(sample))
    return sample, clean, predicted


@pytest.mark.parametrize(
    ("name", "flow"), [*((name, False) for name in NOISE_SAMPLERS), *((name, True) for name in FLOW_SAMPLERS)], ids=str
)
def test_every_sampler_finds_the_clean_sample(name, flow):
    """With a perfect model every solver must end at the clean sample; a wrong class, schedule or prediction type would not."""
    scheduler = make((FLOW_SAMPLERS if flow else NOISE_SAMPLERS)[name], flow)
    result, clean, _ = denoise_with_an_oracle(scheduler, flow)
    assert float((result - clean).abs().mean()) < 0.15


PREDICTING = [(name, False) for name in ("DPM++ 2M", "DPM++ 2M SDE Karras", "UniPC", "Euler", "Euler a", "DDIM", "LCM")]


@pytest.mark.parametrize(("name", "flow"), PREDICTING + [(name, True) for name in FLOW_SAMPLERS])
def test_the_clean_sample_is_predicted_at_every_step(name, flow):
    scheduler = make((FLOW_SAMPLERS if flow else NOISE_SAMPLERS)[name], flow)
    _, clean, predicted = denoise_with_an_oracle(scheduler, flow, steps=8)
    assert len(predicted) == 8
    assert all(torch.allclose(each, clean, atol=0.02) for each in predicted)


def test_the_watcher_leaves_no_trace():
    scheduler = make(NOISE_SAMPLERS["Euler a"], False)
    with StepWatcher(scheduler):
        assert "generator" in inspect.signature(scheduler.step).parameters, "without it, noise would come from a global generator"
    assert scheduler.step.__func__ is type(scheduler).step


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("dpm++ 2m karras", "DPM++ 2M Karras"),
        ("DPMPP_2M", "DPM++ 2M"),
        ("dpmpp_2m_sde", "DPM++ 2M SDE"),
        ("euler_ancestral", "Euler a"),
        ("EULER A", "Euler a"),
        ("k_euler_a", "Euler a"),
        ("uni_pc", "UniPC"),
        ("ddim", "DDIM"),
    ],
)
def test_spellings(spelling, name):
    assert find_sampler(spelling, NOISE_SAMPLERS).name == name


def test_unknown_names_the_known():
    with pytest.raises(Unsupported) as refusal:
        find_sampler("Euler a", FLOW_SAMPLERS)
    assert "UniPC" in refusal.value.hint
    with pytest.raises(Unsupported, match="cannot be chosen"):
        find_sampler("Euler", samplers_for("other", True))
