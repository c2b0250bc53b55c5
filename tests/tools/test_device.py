import pytest

from codirector.errors import InputError, Unsupported
from codirector.tools.device import (
    DeviceChoice,
    cgroup_limit,
    choose_device,
    find_accelerators,
    free_memory,
    free_on,
    human_bytes,
    look,
    reclaimable,
    usable_cores,
)


def test_looks_at_this_machine():
    machine = look()
    assert machine.cores == usable_cores() >= 1
    assert 0 < machine.free_bytes <= machine.memory_bytes
    assert machine.accelerators == find_accelerators()
    assert free_on("cpu") > 0 and free_memory()[0] == machine.memory_bytes
    assert look(accelerators=False).accelerators == ()


def test_container_limits_of_both_versions(tmp_path):
    assert cgroup_limit(tmp_path) is None
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("9223372036854771712\n")
    (tmp_path / "memory" / "memory.usage_in_bytes").write_text("5\n")
    assert cgroup_limit(tmp_path) is None, "version 1 writes no limit as a huge number"
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("1000\n")
    assert cgroup_limit(tmp_path) == (1000, 5)
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("7\n")
    assert cgroup_limit(tmp_path) == (1000, 5)
    (tmp_path / "memory.max").write_text("2000\n")
    assert cgroup_limit(tmp_path) == (2000, 7)
    (tmp_path / "memory.stat").write_text("anon 3\ninactive_file 40\n")
    assert reclaimable(tmp_path) == 40 and reclaimable(tmp_path / "nowhere") == 0


def test_choosing():
    assert choose_device("cpu", threads=2) == DeviceChoice(device="cpu", dtype="auto", threads=2)
    accelerators = find_accelerators()
    assert choose_device().device == (accelerators[0].device if accelerators else "cpu")
    with pytest.raises(InputError):
        choose_device("toaster")
    with pytest.raises(Unsupported, match="cuda:99"):
        choose_device("cuda:99")


def test_sizes_are_readable():
    assert [human_bytes(count) for count in (310_000_000, 3_400_000_000)] == ["310 MB", "3.4 GB"]
