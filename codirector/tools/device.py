"""What the machine has (cores, memory, accelerator) and what a model will run on.

Numbers come from the operating system and the container's limits. This module does not know any model; see `sources` for
what a model needs.
"""

from pathlib import Path
from typing import Literal

from codirector.errors import InputError, Unsupported
from codirector.values import Text, Value

MIB = 1024**2
Dtype = Literal["auto", "float32", "float16", "bfloat16"]
EngineName = Literal["auto", "torch"]


class Accelerator(Value):
    """A GPU: its name, memory in bytes (all of it, and free at the moment of asking)."""

    device: Text
    name: Text
    memory_bytes: int
    free_bytes: int


class Machine(Value):
    """What this machine has at the moment of asking. `memory_bytes` and `free_bytes` respect the container's limit."""

    cores: int
    memory_bytes: int
    free_bytes: int
    accelerators: tuple[Accelerator, ...] = ()


class DeviceChoice(Value):
    """Where a model runs. `dtype` 'auto': float32 on the CPU and for small models, half precision for large ones on a GPU.
    `threads` None: as many as torch takes on its own (OMP_NUM_THREADS, else the cores). The number of threads is part of what
    makes a result: one and two give pictures that differ in their last bits (two and four did not). `engine` 'auto': a CPU runs models
    that bring a graph for it (`openvino_engine`) twice as fast; 'torch': everything runs in torch. `kept` is a folder for networks
    compiled for this CPU; empty: none is kept."""

    device: Text = "cpu"
    dtype: Dtype = "auto"
    threads: int | None = None
    engine: EngineName = "auto"
    kept: Text = ""


def cgroup_limit(root: Path = Path("/sys/fs/cgroup")) -> tuple[int, int] | None:
    """Memory limit and use in bytes of this process's container, cgroup version 2 then 1; None where there is no limit."""
    for limit_name, use_name in (("memory.max", "memory.current"), ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes")):
        try:
            limit = (root / limit_name).read_text().strip()
            use = int((root / use_name).read_text())
        except (OSError, ValueError):
            continue
        # Version 1 writes "no limit" as a number near 2**63.
        if limit.isdigit() and int(limit) < 2**60:
            return int(limit), use
    return None


def reclaimable(root: Path = Path("/sys/fs/cgroup")) -> int:
    """Bytes of file cache counted in the container's use that the kernel gives back when memory is asked for."""
    try:
        lines = (root / "memory.stat").read_text().split("\n")
        return sum(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))
    except (OSError, ValueError, IndexError):
        return 0


def usable_cores() -> int:
    """Cores this process may use: affinity, and the container's CPU quota (rounded up)."""
    import os

    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:
        cores = os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        if quota != "max":
            cores = min(cores, max(1, -(-int(quota) // int(period))))
    except (OSError, ValueError):
        pass
    return cores


def free_memory() -> tuple[int, int]:
    """(all, free) bytes of main memory this process can still use."""
    import psutil

    memory = psutil.virtual_memory()
    total, free = memory.total, memory.available
    limit = cgroup_limit()
    if limit is not None:
        total = min(total, limit[0])
        free = max(0, min(free, limit[0] - limit[1] + reclaimable()))
    return total, free


def look(accelerators: bool = True) -> Machine:
    """Looks at this machine. `accelerators=False` leaves torch alone (it takes seconds to import)."""
    total, free = free_memory()
    return Machine(cores=usable_cores(), memory_bytes=total, free_bytes=free, accelerators=find_accelerators() if accelerators else ())


def find_accelerators() -> tuple[Accelerator, ...]:
    """The CUDA devices torch can use; empty where there are none."""
    import torch

    if not torch.cuda.is_available():
        return ()
    found = []
    for index in range(torch.cuda.device_count()):
        free, total = torch.cuda.mem_get_info(index)
        found.append(Accelerator(device=f"cuda:{index}", name=torch.cuda.get_device_name(index), memory_bytes=total, free_bytes=free))
    return tuple(found)


def choose_device(wanted: str = "", threads: int | None = None) -> DeviceChoice:
    """The first GPU if there is one, else the CPU; or what `wanted` names ('cpu', 'cuda', 'cuda:1').

    Raises Unsupported where that device is not there, InputError for a name that is none.
    """
    if wanted == "cpu":
        return DeviceChoice(threads=threads)
    if wanted and wanted.split(":")[0] not in ("cuda", "auto"):
        raise InputError(f"'{wanted}' is not a device.", "Devices are: cpu, cuda, cuda:1, ... or auto.")
    accelerators = find_accelerators()
    if wanted in ("", "auto"):
        return DeviceChoice(device=accelerators[0].device if accelerators else "cpu", threads=threads)
    name = "cuda:0" if wanted == "cuda" else wanted
    if name not in [accelerator.device for accelerator in accelerators]:
        there = ", ".join(accelerator.device for accelerator in accelerators) or "only the CPU"
        raise Unsupported(f"There is no device {name} here.", f"This machine has: {there}.")
    return DeviceChoice(device=name, threads=threads)


def calm_threads() -> None:
    """Lets torch's waiting threads sleep instead of spin. Only works before torch is first imported; keeps what was set already.

    Measured on 2 cores shared with other busy processes: 4 steps of the embedded model with 2 threads took 62 s spinning and
    2.4 s sleeping. One thread, or two on a quiet machine, make no such difference.
    """
    import os

    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def free_on(device: str) -> int:
    """Bytes free on `device`."""
    if device == "cpu":
        return free_memory()[1]
    import torch

    return torch.cuda.mem_get_info(torch.device(device))[0]


def human_bytes(count: int) -> str:
    """'3.4 GB', '310 MB': as a person reads sizes."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
