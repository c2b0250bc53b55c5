"""What of the catalogue fits this machine, and what is here already. It only looks: at memory figures and at file names.

It does not load anything, so “fits” means that the weights and the usual room do; a very large picture may still not.
"""

from pathlib import Path

from codirector.errors import CodirectorError
from codirector.tools.catalogue.entries import Entry, Precision
from codirector.tools.device import Machine
from codirector.tools.sources import find_source
from codirector.values import Value

ON_CPU: tuple[Precision, ...] = ("float32",)
ON_GPU: tuple[Precision, ...] = ("float32", "float16", "int8", "int4")
SLOW_ON_CPU = 3_000_000_000
"""From so many parameters on, a CPU takes many minutes for a picture."""


class Fit(Value):
    """`precision` is the best one that fits, None: none does. `device` is 'cpu' or a GPU's name; `free` its bytes. `slow`: it would run on
    the CPU, and take minutes for a picture."""

    precision: Precision | None
    device: str
    free: int
    slow: bool = False


def fit(entry: Entry, machine: Machine) -> Fit:
    """Where and how precisely `entry` would run here. A GPU is taken where it fits at all; ours loads 8 and 4 bits nowhere yet, so on a
    CPU only full precision counts (half is slower there)."""
    best = max(machine.accelerators, key=lambda gpu: gpu.free_bytes, default=None)
    if best is not None:
        for precision in ON_GPU:
            if entry.needs(precision) <= best.free_bytes:
                return Fit(precision=precision, device=best.name, free=best.free_bytes)
    for precision in ON_CPU:
        if entry.needs(precision) <= machine.free_bytes:
            return Fit(precision=precision, device="cpu", free=machine.free_bytes, slow=entry.parameters > SLOW_ON_CPU)
    free = best.free_bytes if best is not None else machine.free_bytes
    return Fit(precision=None, device=best.name if best is not None else "cpu", free=free)


def where(entry: Entry, models: Path, *folders: Path) -> Path | None:
    """Where its weights lie on this machine: embedded, in `models`, in one of `folders` (as a folder of its name, or its file), or in
    the hub's cache. None: they do not."""
    for folder in (models, *folders):
        for place in (folder / entry.name / "model_index.json", *([folder / entry.file.value] if entry.file.value else [])):
            if place.is_file():
                return place.parent if place.name == "model_index.json" else place
    try:
        return find_source("embedded" if not entry.hub.value else entry.hub.value, models).path
    except CodirectorError:
        return None
