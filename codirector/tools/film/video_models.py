"""Text-to-video and image-to-video checkpoints through stock diffusers pipelines, as a source of frames for films.

A checkpoint makes few frames at its own pace and size; the film's pace comes from optical flow, its size from scaling. Whether a model
fits into memory is known before a weight is read. It does not know sessions; it never downloads.
"""

import contextlib
import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from codirector.errors import DoesNotFit, InputError, UnknownName, Unsupported
from codirector.tools.backend import RunContext
from codirector.tools.blocking import Listener
from codirector.tools.composite import flatten
from codirector.tools.device import DeviceChoice, choose_device, free_on, human_bytes
from codirector.tools.events import Progress
from codirector.tools.film.container import told
from codirector.tools.pictures import open_picture
from codirector.tools.requests import FilmRequest, Shot
from codirector.tools.sources import Nature, Source, find_source, read_nature

if TYPE_CHECKING:
    import numpy as np

HEADROOM = 2 * 1024**3
"""Bytes for activations: a clip's are many times a picture's."""


class Kind(NamedTuple):
    """What a pipeline class makes: `fps` frames a second, `1 + step * k` frames and at most `most`, sides that are multiples of `side`;
    `image`: it starts from a picture, `words`: it is told what to show."""

    fps: int
    step: int
    most: int
    side: int
    image: bool = False
    words: bool = True


KINDS: dict[str, Kind] = {
    "WanPipeline": Kind(16, 4, 81, 16),
    "WanImageToVideoPipeline": Kind(16, 4, 81, 16, image=True),
    "LTXPipeline": Kind(24, 8, 161, 32),
    "LTXImageToVideoPipeline": Kind(24, 8, 161, 32, image=True),
    "CogVideoXPipeline": Kind(8, 4, 49, 16),
    "CogVideoXImageToVideoPipeline": Kind(8, 4, 49, 16, image=True),
    "HunyuanVideoPipeline": Kind(15, 4, 129, 16),
    "HunyuanVideoImageToVideoPipeline": Kind(15, 4, 129, 16, image=True),
    "StableVideoDiffusionPipeline": Kind(7, 1, 25, 64, image=True, words=False),
    "AnimateDiffPipeline": Kind(8, 1, 16, 8),
}
"""From the models' cards: what each was trained at."""


class VideoModel(NamedTuple):
    """A checkpoint on this machine."""

    source: Source
    nature: Nature
    kind: Kind

    def frames_for(self, seconds: float) -> int:
        """The least number of frames it can make that lasts `seconds`, or the most it can make."""
        wanted = max(2, round(seconds * self.kind.fps))
        whole = 1 + -(-(wanted - 1) // self.kind.step) * self.kind.step
        return min(whole, self.kind.most)

    def size_for(self, width: int, height: int) -> tuple[int, int]:
        """The nearest size it takes."""
        side = self.kind.side
        return max(side, round(width / side) * side), max(side, round(height / side) * side)


def find_video_model(name: str, models: Path) -> VideoModel:
    """Raises UnknownName where it is not here or makes no films."""
    source = find_source(name, models)
    nature = read_nature(source)
    kind = KINDS.get(nature.pipeline)
    if kind is None:
        raise UnknownName(
            f"The model {name} makes no films.", f"Pipelines that do: {', '.join(KINDS)}. Leave the model out to move a still."
        )
    return VideoModel(source, nature, kind)


def is_video_model(name: str, models: Path) -> bool:
    """Whether `name` is a checkpoint here that makes films by itself."""
    if not name or name == "embedded":
        return False
    with contextlib.suppress(UnknownName, InputError):
        find_video_model(name, models)
        return True
    return False


class VideoMaker:
    """Loads one checkpoint at a time and runs it. Not for two threads at once."""

    def __init__(self, models: Path, device: DeviceChoice | None = None) -> None:
        self._models, self._device = models, device
        self._loaded: tuple[str, Any] | None = None

    def make(
        self, name: str, words: str, negative: str, image: "np.ndarray | None", seconds: float, size: tuple[int, int], seed: int,
        steps: int | None, guidance: float | None, listener: Listener,
    ) -> "tuple[list[np.ndarray], VideoModel, list[str]]":  # fmt: skip
        """Frames (RGB bytes) that last `seconds`, as many as the model can make, and notes. Raises DoesNotFit, Unsupported, Cancelled."""
        import numpy as np
        import torch
        from PIL import Image

        model = find_video_model(name, self._models)
        if model.kind.image and image is None:
            raise Unsupported(f"The model {name} sets a picture in motion, and there is none.", "Give a picture, or another model.")
        if not model.kind.image and image is not None:
            raise Unsupported(f"The model {name} makes films from words only.", "Use its image-to-video sibling, or give a prompt.")
        pipeline = self._pipeline(model)
        width, height = model.size_for(*size)
        wanted: dict[str, Any] = {
            "num_frames": model.frames_for(seconds), "width": width, "height": height, "output_type": "np",
            "generator": torch.Generator().manual_seed(seed), "callback_on_step_end": _Watch(listener, pipeline),
        }  # fmt: skip
        wanted |= {"num_inference_steps": steps} if steps else {}
        wanted |= {"prompt": words, "negative_prompt": negative or None} if model.kind.words else {}
        if guidance is not None:
            wanted["max_guidance_scale" if not model.kind.words else "guidance_scale"] = guidance
        if image is not None:
            wanted["image"] = Image.fromarray(image).resize((width, height))
        known = inspect.signature(pipeline.__call__).parameters
        notes = [f"This model has no setting for {key}, so it was left out." for key in wanted if key not in known]
        listener.check()
        with torch.no_grad():
            result = pipeline(**{key: value for key, value in wanted.items() if key in known})
        frames = np.asarray(result.frames[0])
        if not np.isfinite(frames).all():
            raise InputError("The model produced numbers that are no pictures.", "Try a lower guidance, or other steps.")
        made = [(frame.clip(0, 1) * 255 + 0.5).astype(np.uint8) for frame in frames]
        lasts = len(made) / model.kind.fps
        if lasts < 0.95 * seconds:
            notes.append(
                f"The model makes at most {lasts:.1f} s at once; the film is slowed down {seconds / lasts:.1f} times to last {seconds:g} s."
            )
        if (width, height) != size:
            notes.append(f"The model worked at {width} x {height} pixels; the film was scaled.")
        return made, model, notes

    def _pipeline(self, model: VideoModel) -> Any:
        key = str(model.source.path)
        if self._loaded is None or self._loaded[0] != key:
            self.close()
            choice = self._device or choose_device()
            check_memory(model, choice)
            import torch
            from diffusers import DiffusionPipeline

            from codirector.tools.pipelines import _quieten

            _quieten()
            dtype = torch.float32 if choice.device == "cpu" else torch.bfloat16
            try:
                pipeline: Any = DiffusionPipeline.from_pretrained(model.source.path, dtype=dtype, local_files_only=True)
            except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
                first = (str(error).strip() or type(error).__name__).split("\n")[0][:300]
                raise InputError(f"The model {model.source.name} could not be loaded: {first}", "Get its files again.") from error
            pipeline.set_progress_bar_config(disable=True)
            self._loaded = (key, pipeline.to(choice.device))
        return self._loaded[1]

    def close(self) -> None:
        """Gives the model back."""
        self._loaded = None


def check_memory(model: VideoModel, choice: DeviceChoice) -> None:
    """Raises DoesNotFit, with the numbers, where weights and activations exceed what is free."""
    each = 4 if choice.device == "cpu" else 2
    needed, free = int(model.nature.parameters * each * 1.05) + HEADROOM, free_on(choice.device)
    if needed > free:
        where = "this machine" if choice.device == "cpu" else choice.device
        raise DoesNotFit(
            f"The model {model.source.name} needs about {human_bytes(needed)} of memory; {human_bytes(free)} are free on {where}.",
            "Leave the model out: stills set in motion need less than 1 GB.",
        )


def video_frames(
    maker: VideoMaker, request: FilmRequest, shot: Shot, size: tuple[int, int], context: RunContext, listener: Listener, folder: Path
) -> "tuple[Sequence[np.ndarray], float, list[str]]":
    """One shot's frames, their pace and notes; from `folder` where they were made before. Raises CodirectorError."""
    import hashlib
    import json

    import numpy as np

    name = hashlib.sha256(f"{request.model} {request.seed} {size} {shot.model_dump_json()}".encode()).hexdigest()[:24]
    stored, told_before = folder / f"clip-{name}.npy", folder / f"clip-{name}.json"
    if told_before.exists() and stored.exists():
        about = json.loads(told_before.read_text(encoding="utf-8"))
        return np.load(stored, mmap_mode="r"), about["fps"], about["notes"]
    still, image = shot.still, None
    if shot.image is not None:
        picture = open_picture(context.blobs.read(shot.image), "the still").image
        image = np.asarray(flatten(picture))
    words = "".join(span.text for span in still.prompt if span.weight) if still else shot.words
    negative = "".join(span.text for span in still.negative if span.weight) if still else ""
    frames, model, notes = maker.make(
        request.model, words, negative, image, shot.seconds, size, still.seed if still else request.seed,
        still.steps if still else None, still.guidance if still else None, listener,
    )  # fmt: skip
    with told(stored):
        folder.mkdir(parents=True, exist_ok=True)
        with stored.with_suffix(".draft").open("wb") as file:
            np.save(file, np.stack(frames))
        stored.with_suffix(".draft").replace(stored)
        told_before.write_text(json.dumps({"fps": model.kind.fps, "notes": notes}), encoding="utf-8")
    return np.load(stored, mmap_mode="r"), float(model.kind.fps), notes


class _Watch:
    """Called by the pipeline after each step: progress, and Stop."""

    def __init__(self, listener: Listener, pipeline: Any) -> None:
        self._listener, self._pipeline = listener, pipeline

    def __call__(self, pipeline: Any, index: int, timestep: Any, inputs: dict[str, Any]) -> dict[str, Any]:
        self._listener.check()
        steps = getattr(pipeline, "num_timesteps", index + 1)
        self._listener.send(Progress(stage="generate", step=index + 1, steps=max(steps, index + 1)))
        return inputs
