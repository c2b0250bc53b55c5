"""One pass through a diffusers pipeline, watched step by step: progress, previews, Stop, and the same bytes every time.

What to draw is settled by then (`Drawing`); this module only runs it. It does not know requests, files or sizes of results.
"""

import contextlib
import copy
import inspect
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from codirector.errors import InputError
from codirector.tools.blocking import Listener
from codirector.tools.events import Progress
from codirector.tools.noise import beginning_with
from codirector.tools.pipelines import ControlKind, LoadedModel, Task
from codirector.tools.previews import Previewer, StepWatcher
from codirector.tools.samplers import Sampler
from codirector.tools.window import FramedDecoder, Window, WindowNoise, drawing_from, framed, pixels

if TYPE_CHECKING:
    import numpy as np
    import torch
    from PIL.Image import Image

REUSED = 3
"""An edit begins with a draft of what is to come: its deep features are computed at every third step (see `Engine.reusing`)."""
BLENDING_CHANNELS = (4, 9)
"""UNets whose in-painting the stock pipelines carry out: 4 latent channels, or 9 with mask and masked picture."""


@dataclass(frozen=True)
class Drawing:
    """Everything one pass needs. Pictures and mask have the size `width` x `height`, a multiple of 8. `prompt` holds the
    prompt arguments of the pipeline (embeddings, or texts for models that encode themselves). `start` is what noise is added to
    (None: `image`); `window` is the part to compute, for models whose in-painting is carried out here; `places` is which noise lies
    where (see `noise`). `watched`: a preview after every step."""

    task: Task
    width: int
    height: int
    prompt: dict[str, Any]
    seed: int
    steps: int
    guidance: float
    sampler: Sampler | None = None
    image: "Image | None" = None
    mask: "Image | None" = None
    strength: float = 1.0
    control: "Image | None" = None
    control_scale: float = 1.0
    control_kind: ControlKind = "sketch"
    start: "Image | None" = None
    window: Window | None = None
    places: "np.ndarray | None" = None
    watched: bool = False


@dataclass
class Watched:
    """What a pass reported about itself besides its picture."""

    pipeline: str = ""
    scheduler: str = ""
    calls: int = 0
    whole_calls: int = 0
    """Those of `calls` that were computed in full."""
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def denoise(model: LoadedModel, drawing: Drawing, listener: Listener) -> "tuple[Image, Watched]":
    """Runs the pass. Sends Progress for every step and previews now and then. Raises Cancelled within one step of Stop."""
    own_blend = drawing.task == "inpaint" and model.nature.unet_channels not in BLENDING_CHANNELS and model.nature.family != "other"
    task: Task = "image" if own_blend else drawing.task
    pipeline = model.pipeline_for(task, drawing.control_kind if drawing.control is not None else "")
    _set_sampler(model, pipeline, drawing.sampler)
    if model.nature.instructed:
        drawing = replace(drawing, strength=1.0)  # such a model begins with noise only and sees the picture beside it
    steps = whole_steps(drawing.steps, drawing.strength) if drawing.task != "text" else drawing.steps
    watched = Watched(pipeline=type(pipeline).__name__, scheduler=type(pipeline.scheduler).__name__)
    listener.check()
    listener.send(Progress(stage="denoise", step=0, steps=_count_steps(pipeline, steps, 1.0 if task == "text" else drawing.strength)))
    start = time.perf_counter()
    whole, window = drawing, None
    if own_blend:
        window = drawing.window or (0, 0, drawing.width // 8, drawing.height // 8)
        drawing = cut(drawing, window)
    with deterministic(), StepWatcher(pipeline.scheduler) as watcher, stoppable(pipeline, listener), contextlib.ExitStack() as stack:
        blend: MaskBlend | None = None
        reuse: Any = None
        decoder: Any = model.decoder
        if window is not None:
            assert whole.image is not None
            noise = WindowNoise(drawing.seed, model.nature.unet_channels or 4, whole.width // 8, whole.height // 8, window)
            blend = MaskBlend(pipeline, drawing, noise, model.device)
            stack.enter_context(drawing_from(pipeline, noise, blend.start))
            reuse = stack.enter_context(model.reusing(REUSED))
            decoder = FramedDecoder(decoder, whole.image, window) if decoder else None
        stack.enter_context(beginning_with(pipeline, drawing.places, drawing.seed))
        callback = _Callback(listener, drawing, Previewer(decoder, drawing.watched) if decoder else None, watcher, blend)
        arguments = _arguments(model, pipeline, task, drawing, steps, watched)
        result = pipeline(**arguments, callback_on_step_end=callback, callback_on_step_end_tensor_inputs=["latents"])
    end = time.perf_counter()
    flagged = getattr(result, "nsfw_content_detected", None)
    if flagged and any(flagged):
        watched.notes.append("The model's own safety checker blanked the picture; another seed or wording may pass.")
    image = result.images[0]
    if window is not None and whole.image is not None:
        image = framed(image, whole.image, window)
    watched.calls = callback.steps
    watched.whole_calls = reuse.whole if reuse and reuse.whole else callback.steps
    watched.seconds = {"denoise": (callback.finished_at or end) - start, "decode": end - (callback.finished_at or end)}
    return image, watched


def cut(drawing: Drawing, window: Window) -> Drawing:
    """What lies in `window` of everything `drawing` works on."""
    box = pixels(window)
    part = {name: picture.crop(box) for name in ("image", "mask", "start", "control") if (picture := getattr(drawing, name)) is not None}
    return replace(drawing, width=box[2] - box[0], height=box[3] - box[1], **part)


def whole_steps(steps: int, strength: float) -> int:
    """The least number of steps, at least `steps`, of which `strength` is one whole step or more."""
    while int(steps * strength) < 1:
        steps += 1
    return steps


@contextlib.contextmanager
def stoppable(pipeline: Any, listener: Listener) -> Iterator[None]:
    """Lets Stop be heard inside a step, too: at every block of the denoiser. Raises Cancelled out of the pipeline."""
    network = getattr(pipeline, "unet", None) or getattr(pipeline, "transformer", None)
    blocks = [block for name in ("down_blocks", "up_blocks", "transformer_blocks") for block in getattr(network, name, ())]

    def check(*_: Any) -> None:
        listener.check()

    hooks = [block.register_forward_pre_hook(check) for block in blocks]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


@contextlib.contextmanager
def deterministic() -> Iterator[None]:
    """Only algorithms that give the same result every time, for as long as the block lasts (a process-wide switch of torch's).
    Where torch has none it warns instead of stopping."""
    import torch

    before, warned = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    switch: Any = torch.utils.deterministic
    filled = switch.fill_uninitialized_memory
    torch.use_deterministic_algorithms(True, warn_only=True)
    # Meant for finding reads of unwritten memory: it writes every new tensor once for nothing, some 4 % of a picture on a CPU.
    switch.fill_uninitialized_memory = False
    try:
        with torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True):
            yield
    finally:
        switch.fill_uninitialized_memory = filled
        torch.use_deterministic_algorithms(before, warn_only=warned)


def _count_steps(pipeline: Any, steps: int, strength: float) -> int:
    """How many model calls the run will have: some solvers take more than one a step."""
    kept = min(int(steps * strength), steps)
    try:
        pipeline.scheduler.set_timesteps(steps)
    except (ValueError, TypeError, AssertionError):
        # A schedule shifted by the picture's size cannot be laid out without it; such solvers take one call a step.
        return kept
    return len(pipeline.scheduler.timesteps) - (steps - kept) * getattr(pipeline.scheduler, "order", 1)


def _set_sampler(model: LoadedModel, pipeline: Any, sampler: Sampler | None) -> None:
    """Every run gets a scheduler of its own: solvers carry state from step to step."""
    pipeline.scheduler = copy.deepcopy(model.fresh_scheduler(pipeline, sampler))


def _arguments(model: LoadedModel, pipeline: Any, task: Task, drawing: Drawing, steps: int, watched: Watched) -> dict[str, Any]:
    import torch

    wanted: dict[str, Any] = {
        **drawing.prompt,
        "num_inference_steps": steps,
        "guidance_scale": drawing.guidance,
        # Noise is drawn on the CPU whatever the device: so a seed means the same noise everywhere.
        "generator": torch.Generator().manual_seed(drawing.seed),
        "width": drawing.width,
        "height": drawing.height,
    }
    if task == "text":
        wanted |= {"image": drawing.control} if drawing.control else {}
    else:
        wanted |= {"image": drawing.start or drawing.image, "strength": drawing.strength}
        wanted |= {"control_image": drawing.control} if drawing.control else {}
    if task == "inpaint":
        wanted["mask_image"] = drawing.mask
    if drawing.control:
        wanted["controlnet_conditioning_scale"] = drawing.control_scale
    _place_guidance(wanted, known := inspect.signature(pipeline.__call__).parameters, watched)
    # diffusers only warns about inputs it does not know; here they are told.
    told = {"strength": "how much of the picture to keep", "guidance_scale": "the guidance", "negative_prompt": "the negative prompt"}
    for name in [name for name in wanted if name not in known]:
        if name in told and not (name == "strength" and model.nature.instructed):
            watched.notes.append(f"This model has no setting for {told[name]}, so it was left out.")
        del wanted[name]
    return wanted


def _place_guidance(wanted: dict[str, Any], known: Any, watched: Watched) -> None:
    """Models distilled for guidance tell two scales apart: `guidance_scale` is an input of the network, `true_cfg_scale` is
    classifier-free guidance. Qwen-Image has only the second in use; FLUX the first, and then no negative prompt."""
    if "true_cfg_scale" not in known:
        return
    if known["guidance_scale"].default is None:
        wanted["true_cfg_scale"] = wanted.pop("guidance_scale")
        wanted.setdefault("negative_prompt", " ")
    elif wanted.pop("negative_prompt", None):
        watched.notes.append("This model takes no negative prompt, so it was left out.")


class MaskBlend:
    """In-painting for latents the stock pipelines cannot in-paint: after each step, what lies outside the mask is set back to the
    picture's own latents at the noise of that step (as StableDiffusionInpaintPipeline does for four channels)."""

    def __init__(self, pipeline: Any, drawing: Drawing, noise: WindowNoise, device: str) -> None:
        import numpy as np
        import torch

        vae = pipeline.vae
        # Both at once: what a run starts from, and what it is set back to. Asking the pipeline for its device walks through all modules.
        pictures = [drawing.image, drawing.start or drawing.image]
        pixels = pipeline.image_processor.preprocess(pictures, height=drawing.height, width=drawing.width).to(device, vae.dtype)
        with torch.no_grad():
            encoded = vae.encode(pixels)
        latents = (encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mean) * vae.config.scaling_factor
        self._clean, self.start = latents[:1], latents[1:]
        # Inside and outside share their noise.
        self._noise = noise.start.to(device, vae.dtype)
        mask = torch.from_numpy(np.array(drawing.mask)).to(device)[None, None].float() / 255
        # A latent may change where any of its pixels may.
        self._mask = torch.nn.functional.adaptive_max_pool2d(mask, self._clean.shape[2:]).round().to(vae.dtype)
        self._scheduler = pipeline.scheduler

    def apply(self, latents: "torch.Tensor", last: bool) -> "torch.Tensor":
        """`latents` after a step, with the picture put back outside the mask."""
        outside = self._clean
        if not last:
            following = self._scheduler.timesteps[self._scheduler.step_index]
            outside = self._scheduler.add_noise(self._clean, self._noise, following[None])
        return self.inside(latents, outside)

    def inside(self, latents: "torch.Tensor", outside: "torch.Tensor | None" = None) -> "torch.Tensor":
        """`latents` inside the mask, `outside` (default: the picture's own) elsewhere."""
        return self._mask * latents + (1 - self._mask) * (self._clean if outside is None else outside)


def _as_grid(pipeline: Any, latents: "torch.Tensor", size: tuple[int, int]) -> "torch.Tensor | None":
    """(1, C, h, w). Transformers keep latents as a sequence of patches; None where they cannot be laid out again."""
    if latents.ndim == 3 and hasattr(pipeline, "_unpack_latents"):
        latents = pipeline._unpack_latents(latents, *size, pipeline.vae_scale_factor)
    return latents if latents.ndim == 4 else None


class _Callback:
    """Called by the pipeline after each step."""

    def __init__(
        self, listener: Listener, drawing: Drawing, previewer: Previewer | None, watcher: StepWatcher, blend: MaskBlend | None
    ) -> None:
        self._listener = listener
        self._size = (drawing.height, drawing.width)
        self._previewer = previewer
        self._watcher = watcher
        self._blend = blend
        self.steps = 0
        self.finished_at = 0.0

    def __call__(self, pipeline: Any, index: int, timestep: Any, inputs: dict[str, Any]) -> dict[str, Any]:
        self._listener.check()
        total, step = pipeline.num_timesteps, index + 1
        latents = inputs["latents"]
        if self._blend is not None:
            inputs["latents"] = latents = self._blend.apply(latents, last=step == total)
        self._listener.send(Progress(stage="denoise", step=step, steps=total))
        if self._previewer and self._listener.previews and self._previewer.due(step):
            clean = _as_grid(pipeline, self._watcher.clean(latents), self._size)
            if clean is not None:
                self._listener.send(self._previewer.make(self._blend.inside(clean) if self._blend else clean, step, total))
        self.steps = step
        if step == total:
            if not bool(latents.isfinite().all()):
                raise InputError("The model produced numbers that are no picture.", "Try a lower guidance, other steps, or float32.")
            self.finished_at = time.perf_counter()
        return inputs
