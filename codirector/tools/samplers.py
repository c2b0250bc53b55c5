"""Samplers by the names people know (AUTOMATIC1111's, ComfyUI's) and the diffusers scheduler behind each.

Pure data and functions; the scheduler's class is named, not imported. Source of the pairs: the table "k-diffusion" in the
diffusers documentation of schedulers. For rectified-flow models first-order DPM-Solver++, DDIM and Euler are the same step.
"""

import re
from typing import Any

from pydantic import Field

from codirector.errors import Unsupported
from codirector.values import Text, Value

_MULTI = "DPMSolverMultistepScheduler"
_SINGLE = "DPMSolverSinglestepScheduler"
_PLUS = {"algorithm_type": "dpmsolver++", "solver_order": 2}
_SDE = {"algorithm_type": "sde-dpmsolver++", "solver_order": 2}
_SDE3 = {"algorithm_type": "sde-dpmsolver++", "solver_order": 3}
_KARRAS = {"use_karras_sigmas": True}


class Sampler(Value):
    """A diffusers scheduler class and what to set in its configuration on top of the model's own."""

    name: Text
    scheduler: Text = ""
    settings: dict[str, Any] = Field(default={})


def _table(*rows: tuple[str, str, dict[str, Any]]) -> dict[str, Sampler]:
    return {name: Sampler(name=name, scheduler=scheduler, settings=settings) for name, scheduler, settings in rows}


NOISE_SAMPLERS = _table(
    ("DPM++ 2M", _MULTI, _PLUS),
    ("DPM++ 2M Karras", _MULTI, _PLUS | _KARRAS),
    ("DPM++ 2M SDE", _MULTI, _SDE),
    ("DPM++ 2M SDE Karras", _MULTI, _SDE | _KARRAS),
    ("DPM++ 3M SDE", _MULTI, _SDE3),
    ("DPM++ 3M SDE Karras", _MULTI, _SDE3 | _KARRAS),
    ("DPM++ SDE", _SINGLE, _PLUS | {"lower_order_final": True}),
    ("DPM++ SDE Karras", _SINGLE, _PLUS | _KARRAS | {"lower_order_final": True}),
    ("Euler", "EulerDiscreteScheduler", {}),
    ("Euler a", "EulerAncestralDiscreteScheduler", {}),
    ("Heun", "HeunDiscreteScheduler", {}),
    ("DPM2", "KDPM2DiscreteScheduler", {}),
    ("DPM2 a", "KDPM2AncestralDiscreteScheduler", {}),
    ("DDIM", "DDIMScheduler", {"clip_sample": False}),
    ("DDPM", "DDPMScheduler", {"clip_sample": False}),
    ("PLMS", "PNDMScheduler", {"skip_prk_steps": True}),
    ("UniPC", "UniPCMultistepScheduler", {}),
    ("DEIS", "DEISMultistepScheduler", {"algorithm_type": "deis", "solver_type": "logrho"}),
    ("LCM", "LCMScheduler", {}),
)
"""For models that predict noise or velocity."""

FLOW_SAMPLERS = _table(
    ("DPM++ 2M", _MULTI, _PLUS),
    ("DPM++ 2M SDE", _MULTI, _SDE),
    ("Euler", _MULTI, {"algorithm_type": "dpmsolver++", "solver_order": 1}),
    ("DDIM", _MULTI, {"algorithm_type": "dpmsolver++", "solver_order": 1}),
    ("UniPC", "UniPCMultistepScheduler", {}),
)
"""For rectified-flow models that run with DPM-Solver (the embedded one)."""

_ALIASES = {
    "eulerancestral": "Euler a",
    "keuler": "Euler",
    "keulera": "Euler a",
    "dpm2ancestral": "DPM2 a",
    "unipcbh2": "UniPC",
    "pndm": "PLMS",
}


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower().replace("++", "pp"))


def find_sampler(name: str, known: dict[str, Sampler]) -> Sampler:
    """The sampler people call `name` (any case, spacing and spelling as in A1111 or ComfyUI). Raises Unsupported with those known."""
    key = _key(name)
    wanted = _ALIASES.get(key)
    for sampler in known.values():
        if sampler.name == wanted or _key(sampler.name) == key:
            return sampler
    if not known:
        raise Unsupported(f"The sampler of this model cannot be chosen, so not '{name}'.", "Leave the sampler out.")
    raise Unsupported(f"This model has no sampler '{name}'.", f"It has: {', '.join(known)}.")


def samplers_for(family: str, flow: bool) -> dict[str, Sampler]:
    """The samplers a model can use: `family` as in sources.Nature."""
    if family == "other":
        return {}
    return FLOW_SAMPLERS if flow else NOISE_SAMPLERS
