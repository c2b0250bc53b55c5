"""`Registry`: which backend serves a request, and whether it can do what is asked, known before any work begins.

An explicit object; there is no global one. It knows the protocol only: `standard_registry` at the end puts the usual backends in.
"""

from collections.abc import Iterable
from pathlib import Path

from codirector.errors import UnknownName, Unsupported
from codirector.tools.backend import Backend, Capabilities, ListsModels, ModelInfo
from codirector.tools.device import DeviceChoice
from codirector.tools.requests import RenderRequest, Request, RequestKind
from codirector.tools.samplers import Sampler, find_sampler

_WHAT = {
    "generate": "make a picture from words",
    "edit": "rework a picture",
    "inpaint": "change a region of a picture",
    "upscale": "enlarge a picture",
    "film": "make a film",
    "region": "find a region of a picture",
    "read": "say what a picture shows",
    "repair": "take something out of a picture",
}

_STRUCTURES = {"canny": "edges", "depth": "depths"}


class Registry:
    """The backends of this process, in order of preference."""

    def __init__(self, backends: Iterable[Backend]) -> None:
        self._backends = tuple(backends)

    def find(self, model: str, kind: RequestKind) -> tuple[Backend, Capabilities]:
        """The first backend that knows `model` and does `kind`. Raises UnknownName where none knows the model, Unsupported
        where it is known but does something else."""
        unknown: UnknownName | None = None
        others: list[str] = []
        for backend in self._backends:
            try:
                capabilities = backend.capabilities(model)
            except UnknownName as error:
                unknown = unknown or error
                continue
            if kind in capabilities.requests:
                return backend, capabilities
            others += capabilities.requests
        if others or unknown is None:
            can = " and ".join(dict.fromkeys(_WHAT[other] for other in others)) or "nothing yet"
            raise Unsupported(
                f"The model {model or 'embedded'} cannot {_WHAT[kind]}.", f"It can: {can}. Leave the model out for the usual one."
            )
        raise unknown

    def check(self, request: Request) -> Backend:
        """The backend that will run `request`, compared with what it can. Raises UnknownName or Unsupported, with what can."""
        backend, can = self.find(request.model, request.kind)
        if isinstance(request, RenderRequest):
            _check_render(request, can)
        return backend

    def list_models(self) -> tuple[ModelInfo, ...]:
        """Every model the backends know of."""
        return tuple(info for backend in self._backends if isinstance(backend, ListsModels) for info in backend.models())

    def close(self) -> None:
        """Closes all backends. May be called twice."""
        for backend in self._backends:
            backend.close()


def _check_render(request: RenderRequest, can: Capabilities) -> None:
    name = request.model or "embedded"
    if request.negative and not can.negative_prompt:
        raise Unsupported(f"The model {name} takes no negative prompt.", "Say what should be there instead of what should not.")
    pixels = (request.width or 0) * (request.height or 0) * (request.upscale or 1) ** 2
    if pixels > can.max_pixels:
        side = int(can.max_pixels**0.5) // 8 * 8
        raise Unsupported(f"The model {name} cannot make {pixels / 1e6:.0f} million pixels.", f"Up to {side} x {side} work.")
    structure = getattr(request, "structure", "")
    if structure and structure not in can.structures:
        raise Unsupported(
            f"The model {name} cannot be held to a picture's {_STRUCTURES[structure]}.",
            "It needs a ControlNet of that kind on this machine.",
        )
    if request.sampler:
        find_sampler(request.sampler, {sampler: Sampler(name=sampler) for sampler in can.samplers})


def standard_registry(models: Path, device: DeviceChoice | None = None, work: Path | None = None, more: Iterable[Backend] = ()) -> Registry:
    """The usual backends, then `more`. `models` is the folder with `illustrator/` in it; `device` None: the best here; `work` keeps
    half-finished films. Nothing heavy is imported until something runs."""
    from codirector.tools.diffusers_backend import DiffusersBackend
    from codirector.tools.editing import EditingBackend
    from codirector.tools.film.backend import FilmBackend
    from codirector.tools.reader.backend import VisionBackend
    from codirector.tools.upscale import UpscaleBackend

    pictures = DiffusersBackend(models, device)
    films = FilmBackend(pictures, models, work, device=device)
    return Registry([pictures, UpscaleBackend(), EditingBackend(models / "illustrator" / "atlas"), films, VisionBackend(device), *more])
