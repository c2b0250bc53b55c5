"""Cheap pictures of a run that is not finished: what the model believes the end will look like.

A tiny autoencoder decodes the predicted clean latents. For a large one (KL), which takes seconds, a linear map from latents to
colours is fitted once from a colour chart that the autoencoder itself encodes. It does not know pipelines or schedulers' names.
"""

import functools
import time
from typing import TYPE_CHECKING, Any

from codirector.tools.events import Preview
from codirector.tools.pictures import to_jpeg

if TYPE_CHECKING:
    import torch

LEAST_SECONDS = 0.15
"""The first step always gives a preview; after that not more than one in this time."""
COST_SHARE = 0.02
"""Previews may take at most this share of the run's time."""
CHART_SIDE = 128
LEAST_SIDE = 64


class Previewer:
    """Makes previews for one run. `decoder` turns latents (1, C, h, w) into a picture; `every`: of every step."""

    def __init__(self, decoder: "LatentDecoder", every: bool = False) -> None:
        self._decoder = decoder
        self._every = every
        self._last = 0.0
        self._cost = 0.0

    def due(self, step: int) -> bool:
        """Whether `step` (from 1) gets a preview."""
        return self._every or step == 1 or time.monotonic() - self._last >= max(LEAST_SECONDS, self._cost / COST_SHARE)

    def make(self, clean: "torch.Tensor", step: int, steps: int) -> Preview:
        """The preview after `step`."""
        began = time.monotonic()
        image = self._decoder.picture(clean)
        data = to_jpeg(image)
        self._last = time.monotonic()
        self._cost = self._last - began
        return Preview(step=step, steps=steps, data=data, width=image.width, height=image.height)


class LatentDecoder:
    """Latents to a rough picture for one autoencoder."""

    def __init__(self, vae: Any, chart_seed: int = 0) -> None:
        self._vae = vae
        self._tiny = type(vae).__name__ == "AutoencoderTiny"
        self._seed = chart_seed
        self._map: torch.Tensor | None = None

    def picture(self, latents: "torch.Tensor") -> Any:
        """A Pillow picture: at full size from a tiny autoencoder, an eighth as wide and high otherwise."""
        import torch
        from PIL import Image

        with torch.no_grad():
            rgb = self._decode(latents) if self._tiny else self._project(latents)
            values = ((rgb[0].float().cpu() / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)
        image = Image.fromarray(values.permute(1, 2, 0).contiguous().numpy())
        if not self._tiny and min(image.size) < LEAST_SIDE:
            image = image.resize((image.width * 4, image.height * 4), Image.Resampling.BICUBIC)
        return image

    def _decode(self, latents: "torch.Tensor") -> "torch.Tensor":
        return self._vae.decode(latents.to(self._vae.dtype) / self._vae.config.scaling_factor, return_dict=False)[0]

    def _project(self, latents: "torch.Tensor") -> "torch.Tensor":
        import torch

        if self._map is None:
            self._map = self._fit()
        flat = latents.float().flatten(2)
        ones = torch.ones_like(flat[:, :1])
        rgb = torch.einsum("bcn,co->bon", torch.cat([flat, ones], dim=1), self._map.to(latents.device))
        return rgb.view(latents.shape[0], 3, *latents.shape[2:])

    def _fit(self) -> "torch.Tensor":
        """(C + 1, 3): least squares from latents (and 1) to colours in -1..1."""
        import torch

        # A generator of its own: the run's noise must not depend on whether anybody looks at previews.
        generator = torch.Generator().manual_seed(self._seed)
        coarse = torch.rand(1, 3, 8, 8, generator=generator) * 2 - 1
        chart = torch.nn.functional.interpolate(coarse, size=(CHART_SIDE, CHART_SIDE), mode="bilinear")
        chart = chart.to(self._vae.device, self._vae.dtype)
        latents = self._vae.encode(chart).latent_dist.mean - (self._vae.config.get("shift_factor") or 0.0)
        latents = latents * self._vae.config.scaling_factor
        small = torch.nn.functional.interpolate(chart.float(), size=latents.shape[2:], mode="area")
        left = torch.cat([latents.float().flatten(2), torch.ones(1, 1, latents.shape[2] * latents.shape[3], device=latents.device)], dim=1)
        return torch.linalg.lstsq(left[0].T.cpu(), small.flatten(2)[0].T.cpu()).solution


class StepWatcher:
    """Stands between a pipeline and its scheduler for one run, and remembers the predicted clean latents of the last step.

    Solvers that keep their data predictions (DPM-Solver++, UniPC) are just read; from others the prediction is worked out
    from the step's inputs (noise, velocity or flow), as in Salimans & Ho 2022, appendix D.
    """

    def __init__(self, scheduler: Any) -> None:
        self._scheduler = scheduler
        self._step = scheduler.step
        self._seen: tuple[Any, Any, Any] | None = None

    def clean(self, latents: "torch.Tensor") -> "torch.Tensor":
        """Predicted clean latents after the last step; `latents` themselves where the scheduler gives no way to tell."""
        kept = getattr(self._scheduler, "model_outputs", None)
        config = self._scheduler.config
        if kept and kept[-1] is not None and (config.get("predict_x0", False) or "++" in str(config.get("algorithm_type", ""))):
            return kept[-1]
        if self._seen is None:
            return latents
        clean = _predict_clean(self._scheduler, *self._seen)
        return latents if clean is None else clean

    def __enter__(self) -> "StepWatcher":
        # The pipelines look at the signature to see whether a step takes their generator, so it must stay visible.
        @functools.wraps(self._step)
        def watched(model_output: Any, timestep: Any, sample: Any, *positional: Any, **named: Any) -> Any:
            result = self._step(model_output, timestep, sample, *positional, **named)
            self._seen = (model_output, timestep, sample)
            return result

        self._scheduler.step = watched
        return self

    def __exit__(self, *error: object) -> None:
        del self._scheduler.step


def _predict_clean(scheduler: Any, output: Any, timestep: Any, sample: Any) -> Any:
    """None where the scheduler is of no kind known here."""
    kind = scheduler.config.get("prediction_type", "epsilon")
    if kind == "sample":
        return output
    if "FlowMatch" in type(scheduler).__name__ and scheduler.step_index:
        return sample - scheduler.sigmas[scheduler.step_index - 1].to(sample.device) * output
    if "Euler" in type(scheduler).__name__ and getattr(scheduler, "step_index", None):
        # Karras' variance-exploding form: sample = clean + sigma * noise. The step has already moved the index on.
        sigma = scheduler.sigmas[scheduler.step_index - 1].to(sample.device)
        if kind == "v_prediction":
            return sample / (sigma**2 + 1) - output * sigma / (sigma**2 + 1).sqrt()
        return sample - sigma * output
    if hasattr(scheduler, "sigmas") or not hasattr(scheduler, "alphas_cumprod"):
        return None
    alpha = scheduler.alphas_cumprod[int(timestep)].to(sample.device)
    if kind == "v_prediction":
        return alpha.sqrt() * sample - (1 - alpha).sqrt() * output
    return (sample - (1 - alpha).sqrt() * output) / alpha.sqrt()
