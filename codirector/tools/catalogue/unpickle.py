"""A pickled checkpoint as safetensors, without running what is in it: torch's `weights_only` reader knows tensors and nothing else.

It does not make a bad model good, and leaves the pickle where it is.
"""

from pathlib import Path
from typing import Any

from codirector.errors import InputError


def to_safetensors(file: Path) -> Path:
    """Writes `file` again beside itself as .safetensors, and returns that. Raises InputError for a pickle that wants more than tensors."""
    import pickle

    import torch
    from safetensors.torch import save_file

    try:
        loaded: Any = torch.load(file, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, AttributeError) as error:
        raise InputError(
            f"{file.name} holds more than weights, so it was not opened.", "Look for a .safetensors of it; do not use this file."
        ) from error
    state = loaded.get("state_dict", loaded) if isinstance(loaded, dict) else {}
    tensors = {name: value.contiguous().clone() for name, value in state.items() if isinstance(value, torch.Tensor)}
    if not tensors:
        raise InputError(f"{file.name} holds no weights.", "Get its file again.")
    target = file.with_suffix(".safetensors")
    save_file(tensors, target)
    return target
