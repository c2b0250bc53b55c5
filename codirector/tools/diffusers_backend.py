"""The diffusers backend: the embedded model and any other diffusers folder, hub id or single `.safetensors` file, one code path.

A run goes through stages (load, encode, denoise, decode, enlarge), reports each, and gives the same bytes for the same request
on the same machine. What a request asks for and a model cannot do is refused before work or told in `Done.notes`. It does not
know where pictures are kept nor who asked.
"""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from codirector.errors import CodirectorError, InternalError, Unsupported
from codirector.tools.backend import Capabilities, ModelInfo, RunContext
from codirector.tools.blocking import Listener, stream
from codirector.tools.composite import resize
from codirector.tools.device import DeviceChoice, calm_threads, choose_device, human_bytes
from codirector.tools.diffusers_run import DiffusersRun
from codirector.tools.events import Event, Progress
from codirector.tools.pipelines import LoadedModel, PipelineCache, is_out_of_memory, out_of_memory
from codirector.tools.requests import RenderRequest, Request
from codirector.tools.samplers import samplers_for
from codirector.tools.sources import find_source, list_sources, read_nature
from codirector.tools.structure import kinds_for
from codirector.tools.upscale import Upscaler, plan_passes

if TYPE_CHECKING:
    from PIL.Image import Image

SMALL_STEP = 1.1
"""Sizes rounded to what a model takes are put right by interpolation; Real-ESRGAN would gain nothing there."""


class DiffusersBackend:
    """See the module. `models` is the folder of the models this project trained; `device` None: the best one here."""

    name = "diffusers"

    def __init__(self, models: Path, device: DeviceChoice | None = None) -> None:
        calm_threads()
        self._models = models
        self._device = device
        self._cache: PipelineCache | None = None
        self._upscaler = Upscaler(threads=device.threads if device and device.threads else 1)
        self._executor: ThreadPoolExecutor | None = ThreadPoolExecutor(1, thread_name_prefix="diffusers", initializer=self._set_threads)

    def _set_threads(self) -> None:
        if self._device is not None and self._device.threads:
            import torch

            torch.set_num_threads(self._device.threads)

    def capabilities(self, model: str) -> Capabilities:
        """What `model` can do, read from its small files. Raises UnknownName, or InputError where they are damaged."""
        source = find_source(model, self._models)
        # What is in memory is what will run; its files are not read again for every question.
        loaded = self._cache.find(source) if self._cache else None
        nature = loaded.nature if loaded else read_nature(source)
        return Capabilities(
            requests=("generate", "edit", "inpaint") if nature.from_words else ("edit", "inpaint"),
            negative_prompt=not nature.pipeline.startswith("Flux"),
            prompt_weights=nature.family != "other",
            sketch=nature.sketch,
            token_limit=nature.token_limit,
            samplers=tuple(samplers_for(nature.family, nature.flow)),
            instructed=nature.instructed,
            structures=kinds_for(source.path, nature.control_family),
        )

    def models(self) -> tuple[ModelInfo, ...]:
        """The models on this machine. One whose files are damaged is listed as not present, with the reason."""
        found = []
        for source in list_sources(self._models):
            try:
                nature = read_nature(source)
            except CodirectorError as error:
                found.append(ModelInfo(name=source.name, backend=self.name, present=False, path=str(source.path), description=str(error)))
                continue
            what = f"{nature.pipeline or 'single file'}, {nature.parameters / 1e6:.0f} million parameters, {nature.native} px"
            what += f", {human_bytes(nature.stored_bytes)} on disk" + (", layout sketch" if nature.sketch else "")
            found.append(
                ModelInfo(
                    name=source.name,
                    backend=self.name,
                    present=True,
                    path=str(source.path),
                    needs_bytes=nature.parameters * 4,
                    description=what,
                )
            )
        return tuple(found)

    def run(self, request: Request, context: RunContext) -> Iterator[Event]:
        """See `Backend.run`. One run at a time; a second waits for the first."""
        if self._executor is None:
            raise InternalError("The diffusers backend was closed.", "Start Codirector again.")
        if not isinstance(request, RenderRequest):
            raise Unsupported("The diffusers backend only draws.", "The upscaler enlarges, the film backend films.")
        yield from stream(self._executor, lambda listener: self._work(request, context, listener), context)

    def preload(self, model: str = "") -> None:
        """Begins to load `model` and returns at once, so that the first run finds it ready. What goes wrong is told by the run."""
        if self._executor is not None:
            self._executor.submit(self._preload, model)

    def _preload(self, model: str) -> None:
        with contextlib.suppress(CodirectorError):
            self._loaded().get(model)

    def _loaded(self) -> PipelineCache:
        if self._cache is None:
            self._cache = PipelineCache(self._models, self._device or choose_device())
        return self._cache

    def close(self) -> None:
        """Ends the thread and gives all models back."""
        if self._executor is None:
            return
        self._executor.shutdown(wait=True)
        self._executor = None
        self._upscaler.close()
        if self._cache is not None:
            self._cache.close()

    def _work(self, request: RenderRequest, context: RunContext, listener: Listener) -> None:
        try:
            listener.check()
            listener.send(DiffusersRun(self, request, context, listener).go())
        except CodirectorError:
            raise
        except Exception as error:
            if is_out_of_memory(error):
                device = self._cache.choice.device if self._cache else "cpu"
                raise out_of_memory(device) from error
            raise

    def model(self, name: str, listener: Listener) -> LoadedModel:
        """The model in memory; loading is reported as a stage."""
        cache = self._loaded()
        if cache.has(name):
            return cache.get(name)
        listener.send(Progress(stage="load", step=0, steps=1))
        model = cache.get(name)
        listener.send(Progress(stage="load", step=1, steps=1))
        return model

    def enlarge(self, image: "Image", width: int, height: int, listener: Listener) -> "Image":
        """`image` at a larger size, by Real-ESRGAN as often as needed, then scaled down to fit exactly."""
        if max(width / image.width, height / image.height) <= SMALL_STEP:
            return resize(image, width, height)
        passes = plan_passes(image.width, image.height, width, height)
        total = sum(count for _, count in passes)
        before = 0

        def on_tile(done: int, count: int) -> None:
            listener.check()
            if done or not before:
                listener.send(Progress(stage="upscale", step=before + done, steps=total))

        for factor, count in passes:
            image = self._upscaler.enlarge(image, factor, on_tile=on_tile)
            before += count
        return resize(image, width, height)
