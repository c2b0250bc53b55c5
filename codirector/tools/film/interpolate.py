"""Frames between two frames, by whatever does it best here: a large network's file where there is one, else our own small network that
mends what flow made, else flow alone.

A large network is a TorchScript file in `models/interpolation/` (FILM: Reda et al. 2022, RIFE: Huang et al. 2022) that is called as
`network(first, second, share)`: pictures (1, 3, H, W) in 0..1, share (1, 1), as FILM's public export is. DAIN is not among them: its
flow projection needs a compiled kernel of its own. Nothing is downloaded.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from codirector.errors import DoesNotFit, InputError
from codirector.tools.device import DeviceChoice, choose_device, free_on, human_bytes
from codirector.tools.film.flow import Between, Sides

if TYPE_CHECKING:
    import numpy as np

FOLDER = "interpolation"
OWN = "mend.safetensors"
"""Our own network's file there (see `mend_network`)."""
HEADROOM = 2 * 1024**3
"""Bytes for a large network's activations at the size of a film."""
MULTIPLE = 64
"""Sides are padded to a multiple of this: the networks halve a picture up to six times."""


class InBetweens(Protocol):
    """Frames between one pair; see `flow.Between`."""

    def at(self, share: float) -> "np.ndarray": ...


Interpolator = Callable[["np.ndarray", "np.ndarray"], InBetweens]


def find_interpolator(models: Path, device: DeviceChoice | None = None) -> tuple[str, Interpolator]:
    """The name and the way: a network's file, the first by name; 'mended flow' where our own network is; or 'flow'. `device` None: the
    best here. Raises InputError for a file that is no network, DoesNotFit for one that exceeds the memory that is free."""
    files = sorted((models / FOLDER).glob("*.pt"))
    if not files:
        return _find_own(models / FOLDER)
    where = (device or choose_device()).device
    needed, free = 2 * files[0].stat().st_size + HEADROOM, free_on(where)
    if needed > free:
        raise DoesNotFit(
            f"The network {files[0].name} needs about {human_bytes(needed)} of memory; {human_bytes(free)} are free on {where}.",
            f"Take it out of {files[0].parent}, and optical flow is used.",
        )
    import torch

    try:
        network = torch.jit.load(str(files[0]), map_location=where).eval()
    except (RuntimeError, ValueError, OSError) as error:
        raise InputError(f"{files[0].name} is no TorchScript network.", f"Take it out of {files[0].parent}, or get it again.") from error
    return files[0].stem, lambda first, second: NetworkBetween(network, where, first, second, files[0])


def _find_own(folder: Path) -> tuple[str, Interpolator]:
    if not (folder / OWN).is_file():
        return "flow", Between
    from safetensors import SafetensorError

    from codirector.tools.film.mend_network import load_mend_network

    try:
        network = load_mend_network(folder / OWN)
    except (SafetensorError, OSError, ValueError, KeyError, RuntimeError) as error:
        raise InputError(f"{folder / OWN} is damaged.", "Install Codirector's models again.") from error
    return "mended flow", lambda first, second: MendedBetween(network, first, second)


def seen(sides: Sides, share: float) -> "np.ndarray":
    """(16, H, W) float32: what our own network is shown (see `mend_network`)."""
    import numpy as np

    from codirector.tools.film.mend_network import FLOW_SCALE

    pictures = [side.transpose(2, 0, 1) / 255 for side in (sides.one, sides.two, sides.mixed)]
    flows = [flow.transpose(2, 0, 1) / FLOW_SCALE for flow in (sides.flow_one, sides.flow_two)]
    trusts = np.stack([sides.weight_one, sides.weight_two])
    return np.concatenate([*pictures, trusts, *flows, np.full_like(trusts[:1], share)]).astype(np.float32)


class MendedBetween(Between):
    """In-betweens by flow, mended by our own network."""

    def __init__(self, network: Any, first: "np.ndarray", second: "np.ndarray") -> None:
        super().__init__(first, second)
        self._network = network

    def at(self, share: float) -> "np.ndarray":
        """The frame `share` (0..1) of the way."""
        import numpy as np
        import torch

        from codirector.tools.film.mend_network import MULTIPLE

        if share <= 0.0 or share >= 1.0:
            return super().at(share)
        planes = seen(self.sides(share), share)
        height, width = planes.shape[1:]
        padded = np.pad(planes, ((0, 0), (0, -height % MULTIPLE), (0, -width % MULTIPLE)), mode="edge")
        with torch.inference_mode():
            made = self._network(torch.from_numpy(padded)[None])[0]
        frame = made.permute(1, 2, 0).clamp(0, 1).numpy()[:height, :width]
        return (frame * 255 + 0.5).astype(np.uint8)


class NetworkBetween:
    """In-betweens by a network. The ends are the frames themselves."""

    def __init__(self, network: Any, device: str, first: "np.ndarray", second: "np.ndarray", file: Path) -> None:
        self._network, self._device, self._file = network, device, file
        self._first, self._second = first, second

    def at(self, share: float) -> "np.ndarray":
        """The frame `share` (0..1) of the way."""
        import numpy as np
        import torch

        if share <= 0.0 or share >= 1.0:
            return self._first if share <= 0.0 else self._second
        height, width = self._first.shape[:2]
        try:
            with torch.inference_mode():
                made = self._network(self._tensor(self._first), self._tensor(self._second), torch.full((1, 1), share, device=self._device))
            frame = made[0].permute(1, 2, 0).clamp(0, 1).float().cpu().numpy()[:height, :width]
        except (RuntimeError, AttributeError, TypeError) as error:
            first = (str(error).strip() or type(error).__name__).split("\n")[-1][:200]
            raise InputError(
                f"The network {self._file.name} made no frame: {first}",
                f"It must take (first, second, share) and give one picture. Take it out of {self._file.parent}, and optical flow is used.",
            ) from error
        if frame.shape != self._first.shape:
            raise InputError(f"The network {self._file.name} made something of the shape {tuple(made.shape)}.", "It must give one picture.")
        return (frame * 255 + 0.5).astype(np.uint8)

    def _tensor(self, frame: "np.ndarray") -> Any:
        import numpy as np
        import torch

        height, width = frame.shape[:2]
        padded = np.pad(frame, ((0, -height % MULTIPLE), (0, -width % MULTIPLE), (0, 0)), mode="edge")
        return torch.from_numpy(padded).to(self._device).permute(2, 0, 1)[None].float() / 255
