"""The film backend: stills through the picture backend, layers, camera, finishing, delivery. One request, one film.

Stills come first, then frames, so that what is being made can be seen early; everything finished is on the disk, under a folder named
by the request, until the film is whole. It does not know prompts or sessions.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codirector.errors import InputError, InternalError, Unsupported
from codirector.tools.adjust import adjust
from codirector.tools.backend import Backend, Capabilities, ModelInfo, RunContext
from codirector.tools.blocking import Listener, stream
from codirector.tools.device import DeviceChoice
from codirector.tools.events import Done, Event, Preview, Product, Progress
from codirector.tools.film.assemble import Film, assemble, join, rework_of, shot_frames
from codirector.tools.film.clips import FramesClip, PerFrame
from codirector.tools.film.container import CODECS, check_sound
from codirector.tools.film.deliver import deliver, forget
from codirector.tools.film.finish import Ramped, captioned
from codirector.tools.film.flow import Between
from codirector.tools.film.interpolate import find_interpolator
from codirector.tools.film.relief import find_nearness
from codirector.tools.film.stills import Still, StillMaker
from codirector.tools.film.strip import film_strip
from codirector.tools.film.video_models import VideoMaker, find_video_model, video_frames
from codirector.tools.pictures import to_jpeg, to_png
from codirector.tools.requests import FilmRequest, Request

if TYPE_CHECKING:
    import numpy as np

KEYFRAMES = "keyframes"
"""The model name of films made from stills, as listed; '' means it too."""
MOST_SECONDS = 1800.0
PREVIEW_SECONDS = 0.4
VERSION = 2
"""Raised when the same request would give other frames: half-finished films of an older version are begun anew."""


class FilmBackend:
    """See the module. `pictures` makes the stills; `work` keeps half-finished films (None: beside the process, gone with it)."""

    name = "film"

    def __init__(
        self, pictures: Backend, models: Path, work: Path | None = None, threads: int = 1, device: DeviceChoice | None = None
    ) -> None:
        self._pictures = pictures
        self._models = models
        self._work = work
        self._threads = threads
        self._device = device
        self._videos = VideoMaker(models, device)
        self._executor: ThreadPoolExecutor | None = ThreadPoolExecutor(1, thread_name_prefix="film", initializer=self._set_threads)

    def _set_threads(self) -> None:
        import cv2

        # OpenCV's pool is the process's; frames are small and the diffusion model wants the cores.
        cv2.setNumThreads(self._threads)

    def capabilities(self, model: str) -> Capabilities:
        """Films only: from stills, or from a video checkpoint that is here."""
        if model not in ("", KEYFRAMES):
            find_video_model(model, self._models)
        return Capabilities(requests=("film",), token_limit=0)

    def models(self) -> tuple[ModelInfo, ...]:
        what = "stills set in motion: layers with parallax, optical flow, finishing; no video model needed"
        return (ModelInfo(name=KEYFRAMES, backend=self.name, present=True, description=what),)

    def run(self, request: Request, context: RunContext) -> Iterator[Event]:
        """Progress of the stills ('draw'), of the frames ('film'), previews, then the film, its strip, and the stills made for it."""
        if self._executor is None:
            raise InternalError("The film backend was closed.", "Start Codirector again.")
        if not isinstance(request, FilmRequest):
            raise Unsupported(f"The film backend cannot do '{request.kind}'.", "It only makes films.")
        check_film(request)
        context.check_cancelled()
        yield from stream(self._executor, lambda listener: self._make(request, context, listener), context)

    def close(self) -> None:
        """Ends the thread. The picture backend is its owner's to close."""
        if self._executor is not None:
            self._executor.shutdown(wait=True)
            self._executor = None
            self._videos.close()

    def _make(self, request: FilmRequest, context: RunContext, listener: Listener) -> None:
        folder = self._folder(request)
        began = time.perf_counter()
        sound = context.blobs.read(request.sound) if request.sound else None
        if sound is not None:
            check_sound(sound)
        film, products, drawn_facts = self._film(request, context, listener, folder)
        drawn = time.perf_counter() - began
        width, height = film.clip.width, film.clip.height
        about = {"title": request.title, "comment": json.dumps(request.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)}
        watch = _Watch(listener, film.clip.frames, film.clip.fps)
        silent = sound is not None and not CODECS[request.format].audio
        data = deliver(film.clip, request.format, folder, watch, {k: v for k, v in about.items() if v}, None if silent else sound)
        strip = film_strip(film.clip)
        notes = list(film.notes)
        if silent:
            notes.append(f"A {request.format.upper()} has no sound, so the sound track was left out.")
        found = [
            Product(role="film", media_type=CODECS[request.format].media_type, data=data, width=width, height=height),
            Product(role="strip", data=_png(strip), width=strip.shape[1], height=strip.shape[0]),
        ]
        facts = {
            "backend": self.name,
            "model": request.model or KEYFRAMES,
            "frames": film.clip.frames,
            "fps": film.clip.fps,
            "width": width,
            "height": height,
            "shots": [{"start": start, "frames": count} for start, count in film.shots],
            "format": request.format,
            "codec": CODECS[request.format].name,
            "threads": self._threads,
            "resumed_frames": watch.found,
            **_versions(),
            **drawn_facts,
            "seconds": {"draw": round(drawn, 3), "film": round(time.perf_counter() - began - drawn, 3)},
        }
        listener.send(Done(products=(*found, *products), facts=facts, notes=tuple(dict.fromkeys(notes))))
        forget(folder)

    def _film(
        self, request: FilmRequest, context: RunContext, listener: Listener, folder: Path
    ) -> tuple[Film, tuple[Product, ...], dict[str, Any]]:
        """The film ready to be asked for its frames, the pictures that came about, and facts of how."""
        if request.model not in ("", KEYFRAMES):
            return self._video(request, context, listener, folder)
        maker = StillMaker(self._pictures, context, listener, folder, self._models, request.origin)
        stills = maker.make(request)
        drawn = tuple(
            Product(role="variant", data=still.data, width=still.width, height=still.height)
            for shot, still in zip(request.shots, stills, strict=True)
            if shot.still is not None and request.stills
        )
        stills = [still.changed(lambda data: adjust(data, request.adjust)) for still in stills]
        ramped = any(step.kind == "speed_ramp" for step in request.finish)
        way, between = find_interpolator(self._models, self._device) if ramped else ("", Between)
        nearness, guessed = find_nearness(self._models)
        film = assemble(request, stills, *film_size(request, stills[0]), context, between, maker.redrawn, nearness)
        film.notes.extend([guessed] if guessed else [])
        film.notes.extend(note for still in stills for note in still.notes)
        products = tuple(product for still in stills for product in still.products)
        return film, (*products, *drawn), {
            "stills": [still.facts for still in stills if still.facts], "interpolation": way, "depth": "model" if nearness else "guessed",
        }  # fmt: skip

    def _video(
        self, request: FilmRequest, context: RunContext, listener: Listener, folder: Path
    ) -> tuple[Film, tuple[Product, ...], dict[str, Any]]:
        """Every shot by the video model, at the film's pace; what was made before a crash is not made again."""
        import numpy as np

        counts, notes = shot_frames(request), []
        width, height = request.width or 512, request.height or 512
        clips, facts = [], []
        way, between = find_interpolator(self._models, self._device)
        if rework_of(request) is not None:
            notes.append("A video model's own frames are not gone over again; 'rework' was left out.")
        for shot, count in zip(request.shots, counts, strict=True):
            frames, fps, more = video_frames(self._videos, request, shot, (width, height), context, listener, folder)
            notes += more
            scaled = PerFrame(FramesClip(frames, fps), lambda frame, _: _fitted(frame, width, height))
            scaled.width, scaled.height = width, height
            clip = Ramped(scaled, np.linspace(0, len(frames) - 1, count), between)
            clip.fps = float(request.fps)
            clips.append(captioned(clip, shot.caption) if shot.caption else clip)
            facts.append({"frames": len(frames), "fps": fps})
        return join(request, clips, counts, context, notes, between), (), {"clips": facts, "interpolation": way}

    def _folder(self, request: FilmRequest) -> Path:
        import tempfile

        text = json.dumps([VERSION, _versions(), request.model_dump(mode="json")], sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:32]
        return (self._work or Path(tempfile.gettempdir()) / "codirector-films") / name


class _Watch:
    """Reports finished frames, with the time that is left, and a preview now and then. Hears Stop at every frame."""

    def __init__(self, listener: Listener, frames: int, fps: float) -> None:
        self._listener, self._frames = listener, frames
        self._began = time.perf_counter()
        self._shown = 0.0
        self._made = 0
        self.found = 0
        listener.send(Progress(stage="film", step=0, steps=frames))

    def __call__(self, index: int, frame: "np.ndarray | None") -> None:
        self._listener.check()
        if frame is None:
            self.found = index + 1
            return
        self._made += 1
        now = time.perf_counter()
        left = (now - self._began) / self._made * (self._frames - index - 1)
        self._listener.send(Progress(stage="film", step=index + 1, steps=self._frames, seconds_left=round(left, 1)))
        if self._listener.previews and (index == 0 or now - self._shown > PREVIEW_SECONDS):
            from PIL import Image

            self._shown = now
            image = Image.fromarray(frame)
            image.thumbnail((384, 384))
            self._listener.send(Preview(step=index + 1, steps=self._frames, data=to_jpeg(image), width=image.width, height=image.height))


def check_film(request: FilmRequest) -> None:
    """Raises InputError for what would be no film, before any work."""
    total = sum(shot.seconds for shot in request.shots)
    if total > MOST_SECONDS:
        raise InputError(f"That film would last {total / 60:.0f} minutes.", f"At most {MOST_SECONDS / 60:.0f} minutes are made at once.")
    if shot_frames(request)[0] < 1 or sum(shot_frames(request)) < 2:
        raise InputError("That film would have no frames.", "Give it more seconds, or more frames a second.")


def film_size(request: FilmRequest, still: Still) -> tuple[int, int]:
    """Width and height in even pixels: as asked for, else the first still's, at most 1920 on the longer side."""
    scale = min(1.0, 1920 / max(still.width, still.height))
    if request.width and not request.height:
        scale = request.width / still.width
    if request.height and not request.width:
        scale = request.height / still.height
    width = request.width or max(16, round(still.width * scale / 2) * 2)
    height = request.height or max(16, round(still.height * scale / 2) * 2)
    return width, height


def _fitted(frame: "np.ndarray", width: int, height: int) -> "np.ndarray":
    import cv2

    if frame.shape[:2] == (height, width):
        return frame
    return cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA if frame.shape[1] > width else cv2.INTER_CUBIC)


def _png(picture: Any) -> bytes:
    from PIL import Image

    return to_png(Image.fromarray(picture))


def _versions() -> dict[str, Any]:
    import av
    import cv2

    return {
        "versions": {"opencv": cv2.__version__, "pyav": av.__version__, "ffmpeg": ".".join(map(str, av.library_versions["libavcodec"]))}
    }
