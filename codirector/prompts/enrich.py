"""`enrich`: fills what a description leaves open with what goes well with its style: light, camera, composition, a few details.

Pure, from `vocabulary/enrichment.json`. Nothing the person said is changed, and everything added is named, so that it can be shown and
taken away again. It does not know plans or models.
"""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from codirector.prompts.apply import is_locked
from codirector.prompts.scene import Scene, SceneField
from codirector.values import Value

Level = Literal["off", "subtle", "full"]
_FIELDS: dict[str, tuple[SceneField, ...]] = {"subtle": ("lighting",), "full": ("lighting", "camera", "composition")}
_DETAILS = {"subtle": 1, "full": 3}


class Enriched(Value):
    """The scene with additions, and each addition in words ('lighting: soft light')."""

    scene: Scene
    added: tuple[str, ...] = ()


def enrich(scene: Scene, level: Level) -> Enriched:
    """'off' adds nothing; 'subtle' light and one detail; 'full' also camera, composition and up to three details. A field that is filled,
    a detail that is there or is to be avoided, and anything locked stay as they are. Twice gives the same as once."""
    if level == "off" or not (scene.elements or scene.action or scene.setting):
        return Enriched(scene=scene)
    chosen = _additions()[family(scene.style or scene.medium)]
    added: list[str] = []
    changes: dict[str, object] = {}
    for field in _FIELDS[level]:
        value = chosen.get(field)
        if isinstance(value, str) and not getattr(scene, field) and not is_locked(scene, field):
            changes[field] = value
            added.append(f"{field}: {value}")
    barred = " ".join((*scene.avoid, *scene.details)).casefold()
    own = chosen.get("details", [])
    wanted = [word for word in own[: _DETAILS[level]] if word.casefold() not in barred]
    if wanted and not is_locked(scene, "details"):
        changes["details"] = (*scene.details, *wanted)
        added += [f"detail: {word}" for word in wanted]
    return Enriched(scene=scene.evolve(**changes), added=tuple(added)) if added else Enriched(scene=scene)


def family(style: str) -> str:
    """Which additions a style takes: 'photo', 'painted', 'drawn', 'flat', 'rendered', or 'any' where it is not known."""
    parts = {part.strip().casefold() for part in style.split("+")}
    return next((name for name, styles in _data()["families"].items() if parts & set(styles)), "any")


def _additions() -> dict[str, dict]:
    return _data()["additions"]


@lru_cache(maxsize=1)
def _data() -> dict:
    return json.loads((files("codirector.prompts") / "vocabulary" / "enrichment.json").read_text(encoding="utf-8"))
