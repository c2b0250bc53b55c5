"""How a plan is scored against what was expected. Pure.

An expectation names the action; for a refine the change (several alternatives where two readings are equally right), with text
patterns (`*` any text, `/` or) and number tests (`>1`); for a create, scene fields. An argument the plan has and the expectation
does not name counts as wrong, except where `kind` alone is given.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, get_args

from codirector.assistant.plan import Action, Create, Plan, Wish
from codirector.assistant.planner.text import key
from codirector.prompts.change import Change
from codirector.prompts.scene import SCENE_FIELDS, Scene

_IGNORED = {"weight"}
_ACTIONS = frozenset(get_args(Action))
"""Alternatives of a change that are whole plans ('clarify', 'undo')."""


@dataclass(frozen=True)
class Scored:
    """What was right. None: the item does not test it. `later` is the share of expected kept wishes that were kept, in order."""

    action: bool
    kind: bool | None
    arguments: bool | None
    later: float | None
    scene: tuple[int, int, int] | None
    got: str
    shared: tuple[int, int, int] | None = None
    """As `scene`, where one value may answer several expectations (see `scene_counts`)."""


def score(expect: Mapping[str, Any], plan: Plan, taken: Callable[[str], str] | None = None) -> Scored:
    """`taken` gives the action that a kept wish leads to when its turn comes: one that is no change ('then save it') is kept in its own
    words and planned anew. None: such wishes count as not kept."""
    action = plan.action == expect["action"] or (
        expect["action"] == "refine" and any(a.get("kind") == plan.action for a in expect.get("change", ()))
    )
    kind = arguments = None
    later = None
    counts = shared = None
    change = getattr(plan, "change", None)
    if expect["action"] == "refine":
        wanted = [a for a in expect.get("change", ()) if a.get("kind") not in _ACTIONS]
        clarified = any(a.get("kind") == plan.action for a in expect.get("change", ()) if a.get("kind") in _ACTIONS)
        kind = clarified or (change is not None and any(not a or a["kind"] == change.kind for a in wanted))
        arguments = clarified or (change is not None and any(fits(a, change) for a in wanted))
    elif "slots" in expect:
        values = _flat(plan.model_dump())
        arguments = action and all(_slot(pattern, values.get(name)) for name, pattern in expect["slots"].items())
    if "later" in expect:
        kept = getattr(plan, "later", ())
        hits = sum(
            any(_kept(alternative, wish, taken) for alternative in wanted) for wanted, wish in zip(expect["later"], kept, strict=False)
        )
        later = hits / len(expect["later"]) if len(kept) <= len(expect["later"]) else 0.0
    if "later_count" in expect:
        later = float(len(getattr(plan, "later", ())) == expect["later_count"])
    if "scene" in expect:
        made = plan.scene if isinstance(plan, Create) else Scene()
        counts, shared = scene_counts(expect["scene"], made), scene_counts(expect["scene"], made, sharing=True)
    return Scored(action, kind, arguments, later, counts, describe(plan), shared)


def _kept(wanted: Mapping[str, str], wish: Wish, taken: Callable[[str], str] | None) -> bool:
    if not wanted:
        return True
    if wanted.get("kind") in _ACTIONS:
        return wish.change is None and taken is not None and taken(wish.text) == wanted["kind"]
    return wish.change is not None and fits(wanted, wish.change)


def fits(wanted: Mapping[str, str], change: Change) -> bool:
    """Whether the change is the one described, argument by argument."""
    if not wanted:
        return True
    got = flat(change)
    if got["kind"] != wanted["kind"]:
        return False
    if set(wanted) == {"kind"}:
        return True
    named = {name: _slot(pattern, got.get(name)) for name, pattern in wanted.items() if name != "kind"}
    open_names = set(wanted) | _IGNORED | {"kind"}
    loose = {"value", "amount", "weight", "factor", "content", "share", "feather"}
    surplus = [
        name
        for name, value in got.items()
        if name not in open_names and name not in loose and value not in ("", None, 1, False) and name != "mode"
    ]
    return all(named.values()) and not surplus


def flat(change: Change) -> dict[str, Any]:
    """The change's arguments by plain names: an element's own, an adjustment's kind as `amount_kind`, a post's as `post_kind`."""
    data = change.model_dump()
    values = {name: value for name, value in data.items() if not isinstance(value, dict)}
    if change.kind == "add_element":
        values |= data["element"]
    elif change.kind == "replace_element":
        values |= {name: value for name, value in data["element"].items() if name != "name"} | {"element": data["element"]["name"]}
    elif change.kind == "retouch":
        values |= data["retouching"]
    elif change.kind == "adjust":
        values |= {"amount_kind": data["adjustment"]["kind"], "amount": data["adjustment"]["amount"]}
    elif change.kind == "post":
        values |= {"post_kind": data["post"]["kind"], "value": data["post"]["value"]}
    return values


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            out |= _flat(value)
        else:
            out[name] = ";".join(map(_in_list, value)) if isinstance(value, list | tuple) else value
    return out


def _in_list(value: Any) -> str:
    """A value as a label writes it: the guidance 4.0 is '4'."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _slot(pattern: str, value: Any) -> bool:
    if pattern[:1] in "<>" and isinstance(value, int | float):
        return value > float(pattern[1:]) if pattern[0] == ">" else value < float(pattern[1:])
    if isinstance(value, bool):
        return str(value).lower() == pattern
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = _plain("" if value is None else str(value))
    return any(fnmatchcase(text, _plain(option)) for option in pattern.split("/"))


def _plain(text: str) -> str:
    words = text.lower().replace("watercolour", "watercolor").split()
    return " ".join(word for word in words if word not in ("the", "a", "an")).strip()


SHORT = {"el": 3}
"""Words of a thing's name that may answer several expectations: a longer one has swallowed what belongs elsewhere."""


def scene_counts(wanted: Sequence[Sequence[str]], scene: Scene, sharing: bool = False) -> tuple[int, int, int]:
    """(found, expected, given) over the scene's filled slots, for F1. `a|b` names a slot that may be either field. Each value answers one
    expectation; with `sharing` 'sleeping in a teacup' may answer both that of the sleep and that of the teacup, if both accept its slot
    and it is no longer than eight words (a thing's name: three)."""
    given: list[tuple[str, str]] = []
    for element in scene.elements:
        given.append(("el", element.name))
        head = key(element.name)[-1:] or ("",)
        for name in ("colour", "material", "placement", "pose", "text"):
            if value := getattr(element, name):
                given.append((f"{head[0]}.{name}", value))
        if element.count > 1:
            given.append((f"{head[0]}.count", str(element.count)))
    given += [(name, value) for name in SCENE_FIELDS if (value := getattr(scene, name))]
    given += [("detail", detail) for detail in scene.details]
    given += [
        (f"render.{name}", str(value))
        for name in ("seed", "steps", "guidance", "width", "height")
        if (value := getattr(scene.render, name)) is not None
    ]
    found = 0
    used: set[int] = set()
    for name, pattern in wanted:
        names = name.split("|")
        optional = pattern.endswith("/") or pattern == ""
        fitting = [i for i, (slot, value) in enumerate(given) if slot in names and _slot(_number(pattern), _number(value))]
        again = [i for i in fitting if sharing and i in used and len(given[i][1].split()) <= SHORT.get(given[i][0], 8)]
        hit = next((i for i in fitting if i not in used), again[0] if again else None)
        if hit is not None:
            used.add(hit)
            found += 1
        elif optional:
            found += 1
            given.append((name, pattern))
            used.add(len(given) - 1)
    return found, len(wanted), len(given) + found - len(used)


def _number(text: str) -> str:
    return text.removesuffix(".0")


def describe(plan: Plan) -> str:
    """A plan in one line."""
    later = f" +{len(plan.later)}" if getattr(plan, "later", ()) else ""  # type: ignore[union-attr]
    if plan.action == "refine":
        values = {
            name: value
            for name, value in flat(plan.change).items()
            if value not in ("", None, False) and name != "kind" and not (name in ("weight", "count") and value == 1)
        }
        return f"{plan.change.kind} {values}{later}"
    if plan.action == "create":
        return f"create {plan.scene.model_dump(exclude_defaults=True)}{later}"
    return f"{plan.model_dump(exclude_defaults=False)}{later}"
