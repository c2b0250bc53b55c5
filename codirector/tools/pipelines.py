"""Loads models into diffusers pipelines, keeps them, and refuses those that do not fit before reading a weight.

One set of weights serves every task: text to image, image to image and in-painting share their components (`from_pipe`), with
or without the ControlNet that lies in the model's folder. Not for use by two threads at once.
"""

import contextlib
import gc
import warnings
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from codirector.errors import DoesNotFit, InputError, UnknownName, Unsupported
from codirector.tools.device import MIB, DeviceChoice, free_on, human_bytes
from codirector.tools.previews import LatentDecoder
from codirector.tools.prompt_weights import PromptEmbeds, encode_prompt
from codirector.tools.samplers import Sampler
from codirector.tools.sources import Fingerprints, Nature, Source, borrows_text_encoder, find_source, fp16_only, read_nature
from codirector.tools.structure import find_control
from codirector.values import Span

Task = Literal["text", "image", "inpaint"]
ControlKind = Literal["", "sketch", "canny", "depth"]
HEADROOM = 300 * MIB
"""Room for activations and the libraries themselves, on top of the weights."""
SMALL_MODEL = 500_000_000
"""Models below this many parameters run in float32 on a GPU too: nothing is gained by less."""
KEPT_EMBEDS = 64
PREVIEWED = ("AutoencoderTiny", "AutoencoderKL")
"""Autoencoders whose latents previews can be made from."""
_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}


class LoadedModel:
    """A model in memory: its base pipeline, the pipelines made from it, and what is known about it."""

    def __init__(self, source: Source, nature: Nature, pipeline: Any, controlnet: Any, device: str, dtype: str, fingerprint: str) -> None:
        self.source = source
        self.nature = nature
        self.pipeline = pipeline
        self.device = device
        self.dtype = dtype
        self.fingerprint = fingerprint
        self.engine = "torch"
        self.reusing: Callable[[int], Any] = lambda every: contextlib.nullcontext()
        """Opens a run in which deep features are computed at every so-manieth step only, where the engine can; see `Engine.reusing`."""
        self.bytes_in_memory = nature.parameters * _BYTES[dtype]
        vae = getattr(pipeline, "vae", None)
        self.decoder = LatentDecoder(vae) if type(vae).__name__ in PREVIEWED else None
        self.atlas: Any = None
        self._embeds: OrderedDict[tuple[Any, ...], PromptEmbeds] = OrderedDict()
        self._controlnet = controlnet
        self._scheduler = pipeline.scheduler
        self._schedulers: dict[tuple[type, str], Any] = {}
        self._made: dict[tuple[Task, ControlKind], Any] = {}

    def pipeline_for(self, task: Task, control: ControlKind) -> Any:
        """The pipeline for a task, with the model's own scheduler as it was loaded, and with the ControlNet of that kind. Raises
        Unsupported where diffusers or this machine has none."""
        key: tuple[Task, ControlKind] = (task, control)
        if key not in self._made:
            self._made[key] = self._make(task, control)
        pipeline = self._made[key]
        pipeline.scheduler = self._scheduler
        return pipeline

    def _control(self, kind: ControlKind) -> Any:
        """The ControlNet of a kind; that of the sketch was loaded with the model."""
        if kind in ("", "sketch"):
            return self._controlnet
        import torch
        from diffusers.models.controlnets.controlnet import ControlNetModel

        folder = find_control(self.source.path, self.nature.control_family, kind)
        if folder is None:
            raise Unsupported(f"The model {self.source.name} has no ControlNet for {kind}.", "Choose another model for this.")
        loaded: Any = ControlNetModel.from_pretrained(folder, dtype=getattr(torch, self.dtype), local_files_only=True)
        return loaded.to(self.device)

    def _make(self, task: Task, control: ControlKind) -> Any:
        from diffusers.pipelines.auto_pipeline import AutoPipelineForImage2Image, AutoPipelineForInpainting, AutoPipelineForText2Image

        auto = {"text": AutoPipelineForText2Image, "image": AutoPipelineForImage2Image, "inpaint": AutoPipelineForInpainting}[task]
        if self.nature.instructed and task != "text":
            return self.pipeline
        extra = {"controlnet": self._control(control)} if control else {}
        try:
            pipeline = auto.from_pipe(self.pipeline, **extra)
        except ValueError as error:
            what = {"text": "make pictures from text", "image": "work on a picture", "inpaint": "change a region"}[task]
            raise Unsupported(f"The model {self.source.name} cannot {what}.", "Choose another model for this.") from error
        pipeline.set_progress_bar_config(disable=True)
        return standing_on(pipeline, self.device)

    def fresh_scheduler(self, pipeline: Any, sampler: Sampler | None) -> Any:
        """The scheduler of a run before its first step, to be copied: making one from its configuration takes longer than a copy."""
        import diffusers

        own = pipeline.scheduler
        key = (type(own), sampler.name if sampler else "")
        if key not in self._schedulers:
            kind = type(own) if sampler is None else getattr(diffusers, sampler.scheduler)
            self._schedulers[key] = kind.from_config(own.config, **({} if sampler is None else sampler.settings))
        return self._schedulers[key]

    def embed(self, prompt: tuple[Span, ...], negative: tuple[Span, ...], guided: bool) -> tuple[PromptEmbeds, bool]:
        """The prompt's embeddings, and whether they were known already."""
        key = (prompt, negative, guided)
        if key in self._embeds:
            self._embeds.move_to_end(key)
            return self._embeds[key], True
        self._embeds[key] = encode_prompt(self.pipeline, prompt, negative, guided)
        if len(self._embeds) > KEPT_EMBEDS:
            self._embeds.popitem(last=False)
        return self._embeds[key], False

    def drawings(self) -> Any:
        """The model's drawings (a `sketch.Atlas`), or None where it has none."""
        from codirector.tools.sketch import Atlas

        if self.atlas is None and self.nature.sketch:
            self.atlas = Atlas.load(self.source.path / "atlas")
        return self.atlas

    def draw_sketch(self, sketch: Any, width: int, height: int) -> Any:
        """The sketch as a picture for the ControlNet; names without a drawing are left out."""
        from codirector.tools.sketch import draw_sketch

        return draw_sketch(sketch, self.drawings(), width, height)


class PipelineCache:
    """The models in memory, the least used given back first. `models` is the folder of the models this project trained;
    `free` says how many bytes a device has left."""

    def __init__(self, models: Path, choice: DeviceChoice, free: Callable[[str], int] = free_on) -> None:
        self._models = models
        self.choice = choice
        self._loaded: OrderedDict[str, LoadedModel] = OrderedDict()
        self._fingerprints = Fingerprints()
        self._free = free
        _quieten()

    def has(self, name: str) -> bool:
        """Whether the model is in memory already."""
        return str(find_source(name, self._models).path) in self._loaded

    def find(self, source: Source) -> LoadedModel | None:
        """The model if it is in memory. May be called from any thread."""
        return self._loaded.get(str(source.path))

    def get(self, name: str) -> LoadedModel:
        """The model, loaded where it is not yet.

        Raises UnknownName, DoesNotFit (before anything is read), Unsupported, or InputError where its files are damaged.
        """
        source = find_source(name, self._models)
        key = str(source.path)
        if key in self._loaded:
            self._loaded.move_to_end(key)
            return self._loaded[key]
        nature = read_nature(source)
        dtype = self._dtype(nature)
        self._make_room(source, nature.parameters * _BYTES[dtype])
        model = self._load(source, nature, dtype)
        self._loaded[key] = model
        return model

    def _dtype(self, nature: Nature) -> str:
        if self.choice.dtype != "auto":
            return self.choice.dtype
        if self.choice.device == "cpu" or nature.parameters < SMALL_MODEL:
            return "float32"
        return "bfloat16" if nature.family == "other" else "float16"

    def _make_room(self, source: Source, weights: int) -> None:
        """Gives back the least used models until `weights` bytes and some headroom fit; refuses where even that is not enough."""
        needed = int(weights * 1.05) + HEADROOM
        could_free = sum(model.bytes_in_memory for model in self._loaded.values())
        free = self._free(self.choice.device)
        if needed > free + could_free:
            raise DoesNotFit(
                f"The model {source.name} needs about {human_bytes(needed)} of memory; {human_bytes(free + could_free)} are free"
                f" on {'this machine' if self.choice.device == 'cpu' else self.choice.device}.",
                what_would_fit(free + could_free, _BYTES["float32" if self.choice.device == "cpu" else "float16"]),
            )
        while needed > self._free(self.choice.device) and self._loaded:
            self._drop(next(iter(self._loaded)))

    def _load(self, source: Source, nature: Nature, dtype: str) -> LoadedModel:
        import torch

        torch_dtype = getattr(torch, dtype)
        try:
            with warnings.catch_warnings():
                # Advice to the model's makers about old configurations; nothing a person in a chat could follow.
                warnings.simplefilter("ignore", FutureWarning)
                if source.kind == "file":
                    pipeline, controlnet = _open_file(source, nature, torch_dtype), None
                else:
                    pipeline, controlnet = _open_folder(source, nature, torch_dtype)
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            if is_out_of_memory(error):
                raise out_of_memory(self.choice.device) from error
            raise InputError(f"The model {source.name} could not be loaded: {_first_line(error)}", "Get its files again.") from error
        pipeline.set_progress_bar_config(disable=True)
        pipeline.to(self.choice.device)
        if controlnet is not None:
            controlnet.to(self.choice.device)
        model = LoadedModel(source, nature, pipeline, controlnet, self.choice.device, dtype, self._fingerprints.of(source))
        if self.choice.device == "cpu" and dtype == "float32" and self.choice.engine == "auto":
            model.engine = _compile(model, controlnet, self.choice)
        return model

    def _drop(self, key: str) -> None:
        del self._loaded[key]
        gc.collect()
        if self.choice.device != "cpu":
            import torch

            torch.cuda.empty_cache()

    def close(self) -> None:
        """Gives all models back."""
        for key in list(self._loaded):
            self._drop(key)


def standing_on(pipeline: Any, device: str) -> Any:
    """`pipeline`, told once and for all where it stands. Asked for it, diffusers walks through all modules of all components in search
    of off-loading, which is never set up here: at every call, for as long as a step of a small model takes."""
    import torch

    kind = type(pipeline)
    pipeline.__class__ = type(kind.__name__, (kind,), {"_execution_device": torch.device(device), "__module__": kind.__module__})
    return pipeline


def _compile(model: LoadedModel, controlnet: Any, choice: DeviceChoice) -> str:
    """Lets OpenVINO answer for the networks of a model that brings graphs for it. Says which engine the model runs in."""
    from codirector.tools.openvino_engine import GRAPHS, Engine, reads_no_text, version

    graphs = model.source.path / GRAPHS
    if not version() or not (graphs / "unet.xml.gz").is_file():
        return model.engine
    followed = controlnet if controlnet is not None and (graphs / "control.xml.gz").is_file() and reads_no_text(controlnet) else None
    kept = Path(choice.kept) if choice.kept else None
    engine = Engine(model.pipeline.unet, followed, graphs, kept, model.fingerprint, choice.threads or 1)
    engine.attach()
    model.reusing = engine.reusing
    return engine.name


def _quieten() -> None:
    """diffusers and transformers report their loading to the terminal, where it would land in the middle of a conversation."""
    from transformers.utils import logging as transformers_logging

    # In this order: importing diffusers makes transformers talk.
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    from diffusers.utils import logging as diffusers_logging

    diffusers_logging.set_verbosity_error()
    diffusers_logging.disable_progress_bar()


def _open_folder(source: Source, nature: Nature, dtype: Any) -> tuple[Any, Any]:
    import diffusers
    from diffusers.models.controlnets.controlnet import ControlNetModel
    from diffusers.pipelines.auto_pipeline import AutoPipelineForText2Image

    from codirector.tools.patch_decoder import load_patch_decoder
    from codirector.tools.patch_encoder import as_one_convolution

    extra: dict[str, Any] = {"variant": "fp16"} if fp16_only(source.path) else {}
    if borrows_text_encoder(source.path):
        from codirector.tools.embedded import embedded_components

        extra |= embedded_components(source.path)
    # There is no automatic class for models that edit by instruction: their own is named in the folder.
    kind: Any = getattr(diffusers, nature.pipeline) if nature.instructed else AutoPipelineForText2Image
    pipeline = kind.from_pretrained(source.path, dtype=dtype, local_files_only=True, **extra)
    decoder = load_patch_decoder(source.path / "vae")
    if decoder is not None:
        pipeline.vae.decoder = decoder.to(dtype)
        pipeline.vae.encoder = as_one_convolution(pipeline.vae.encoder) or pipeline.vae.encoder
    controlnet = None
    if nature.sketch:
        controlnet = ControlNetModel.from_pretrained(source.path / "controlnet", dtype=dtype, local_files_only=True)
    return pipeline, controlnet


def _open_file(source: Source, nature: Nature, dtype: Any) -> Any:
    """A single checkpoint file. Its family's small files (tokenizer, configurations) come from a folder of the same name beside
    it, or from the hub cache."""
    import diffusers

    if not nature.pipeline:
        raise Unsupported(
            f"{source.path.name} is of a kind that cannot be opened as a single file here.",
            "Stable Diffusion 1.5, 2 and SDXL checkpoints can be; for others take the diffusers folder.",
        )
    beside = source.path.with_suffix("")
    extra: dict[str, Any] = {"config": str(beside)} if (beside / "model_index.json").is_file() else {}
    try:
        return getattr(diffusers, nature.pipeline).from_single_file(str(source.path), dtype=dtype, local_files_only=True, **extra)
    except (OSError, ValueError) as error:
        if extra:
            raise
        family = "stabilityai/stable-diffusion-xl-base-1.0" if nature.family == "sdxl" else "stable-diffusion-v1-5/stable-diffusion-v1-5"
        raise UnknownName(
            f"{source.path.name} needs the small files of its family (tokenizer and configurations), which are not on this machine.",
            f"With a network, get them once with: hf download {family} --include '*.json' '*.txt'. Or put them into {beside}.",
        ) from error


def what_would_fit(free: int, bytes_each: int) -> str:
    """A sentence about the models that fit into `free` bytes."""
    known = (
        ("FLUX.1", 17_000_000_000),
        ("SDXL", 3_500_000_000),
        ("Stable Diffusion 1.5", 1_070_000_000),
        ("the embedded model", 80_000_000),
    )
    fitting = [name for name, parameters in known if parameters * bytes_each * 1.05 + HEADROOM <= free]
    return f"What would fit: {', '.join(fitting)}." if fitting else "Close other programs; not even the embedded model fits."


def is_out_of_memory(error: BaseException) -> bool:
    """Whether torch (or Python) ran out of memory."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in text or "can't allocate memory" in text or "not enough memory" in text


def out_of_memory(device: str) -> DoesNotFit:
    """The error for a run that met the end of memory."""
    where = "this machine" if device == "cpu" else f"the GPU ({device})"
    return DoesNotFit(f"There was not enough memory on {where}.", "Choose a smaller size, or a smaller model such as the embedded one.")


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).split("\n")[0][:300]
