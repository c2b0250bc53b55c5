"""What was promised is measured: fields that were not asked for stay, pixels outside a region stay, the seed stays. Pure."""

import io

from codirector.assistant.session.record import Check
from codirector.prompts.diff import changed_fields
from codirector.prompts.scene import Scene


def one_change(before: Scene, after: Scene) -> Check:
    """How many parts of the scene differ. Exactly one is promised; `size` counts as one though it is width and height."""
    fields = {"size" if field in {"render.width", "render.height"} else field for field in changed_fields(before, after)}
    return Check(name="scene parts changed", value=float(len(fields)), passed=len(fields) == 1)


def seed_kept(before: Scene, after: Scene) -> Check:
    """Whether the seed is the one before."""
    return Check(name="seed kept", value=str(after.render.seed), passed=before.render.seed == after.render.seed)


def changed_outside(before: bytes, after: bytes, mask: bytes) -> Check:
    """Share of the pixels outside the mask (where it is black) that differ at all; 0 is promised for a regional edit."""
    import numpy as np
    from PIL import Image

    old = np.asarray(Image.open(io.BytesIO(before)).convert("RGB"))
    new = np.asarray(Image.open(io.BytesIO(after)).convert("RGB"))
    if old.shape != new.shape:
        return Check(
            name="pixels changed outside the region", value=f"the size changed from {old.shape[1::-1]} to {new.shape[1::-1]}", passed=False
        )
    outside = np.asarray(Image.open(io.BytesIO(mask)).convert("L").resize(old.shape[1::-1], Image.Resampling.NEAREST)) == 0
    share = float((old != new).any(axis=2)[outside].mean()) if outside.any() else 0.0
    return Check(name="pixels changed outside the region", value=share, passed=share == 0.0)


def changed_share(before: bytes, after: bytes) -> Check:
    """Share of pixels that differ visibly (by more than 8 of 255 in a channel) from the picture before. Nothing is promised."""
    import numpy as np
    from PIL import Image

    old, new = Image.open(io.BytesIO(before)).convert("RGB"), Image.open(io.BytesIO(after)).convert("RGB")
    if old.size != new.size:
        old = old.resize(new.size)
    difference = np.abs(np.asarray(old, dtype=np.int16) - np.asarray(new, dtype=np.int16)).max(axis=2)
    return Check(name="pixels visibly changed", value=round(float((difference > 8).mean()), 4))
