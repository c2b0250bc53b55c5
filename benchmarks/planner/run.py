"""Plans every message of a set and reports how well it was understood."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

from benchmarks.planner.score import Scored, score
from benchmarks.planner.views import view
from codirector.assistant.plan import Plan
from codirector.assistant.planner import Planner
from codirector.assistant.session.record import SessionView
from codirector.errors import CannotUnderstand, CodirectorError
from codirector.prompts.scene import Scene


class Item(NamedTuple):
    """One message: in which view it is said (a name from `views.py`, or the JSON of a scene of its own), what is expected, and how it is
    filed."""

    category: str
    view: str
    message: str
    expect: Mapping[str, Any]


class Outcome(NamedTuple):
    item: Item
    plan: Plan | None
    scored: Scored | None
    source: str
    seconds: float
    cpu: float
    tokens: int
    error: str


def load(path: Path) -> list[Item]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Item(line["category"], _view_name(line["view"]), line["message"], line["expect"]) for line in lines]


def _view_name(view: str | Mapping[str, Any]) -> str:
    return view if isinstance(view, str) else json.dumps(view, sort_keys=True)


def with_own_scenes(items: Sequence[Item], known: Mapping[str, SessionView]) -> dict[str, SessionView]:
    """The known views and those of the scenes that items bring with them."""
    own = {item.view for item in items if item.view not in known}
    return {**known, **{name: view(Scene.model_validate_json(name)) for name in own}}


def run(planner: Planner, items: Sequence[Item], views: Mapping[str, SessionView]) -> list[Outcome]:
    outcomes = []
    for item in items:
        began, busy = time.perf_counter(), time.process_time()
        plan, scored, source, tokens, said = None, None, "", 0, ""
        try:
            planned = planner.plan(views[item.view], item.message)
        except CodirectorError as error:
            source, said = "not understood" if isinstance(error, CannotUnderstand) else "refused", str(error)
        else:
            plan, source, tokens = planned.plan, planned.source, planned.tokens
        seconds, cpu = time.perf_counter() - began, time.process_time() - busy
        if plan is not None:
            scored = score(item.expect, plan, lambda text, view=views[item.view]: _action(planner, view, text))
        outcomes.append(Outcome(item, plan, scored, source, seconds, cpu, tokens, said))
    return outcomes


def _action(planner: Planner, view: SessionView, text: str) -> str:
    try:
        return planner.plan(view, text).plan.action
    except CodirectorError:
        return ""


def share(values: Sequence[float | bool]) -> str:
    return f"{100 * sum(values) / len(values):5.1f} % of {len(values)}" if values else "    - "


def report(name: str, outcomes: Sequence[Outcome], wrong: bool = True) -> str:
    """The figures as text. A message that led to no plan counts as wrong everywhere it is tested."""
    lines = [f"== {name}: {len(outcomes)} messages"]
    scored = [o.scored for o in outcomes]
    tested_kind = [o for o in outcomes if o.item.expect["action"] == "refine"]
    tested_args = [o for o in outcomes if o.item.expect["action"] == "refine" or "slots" in o.item.expect]
    tested_later = [o for o in outcomes if "later" in o.item.expect or "later_count" in o.item.expect]
    scenes = [(o.scored.scene if o.scored else (0, len(o.item.expect["scene"]), 0)) for o in outcomes if "scene" in o.item.expect]
    found, wanted, given = (sum(c[i] for c in scenes if c) for i in range(3))
    shared = [(o.scored.shared if o.scored else (0, len(o.item.expect["scene"]), 0)) for o in outcomes if "scene" in o.item.expect]
    hits, asked, said = (sum(c[i] for c in shared if c) for i in range(3))
    no_plan = [o for o in outcomes if o.plan is None]
    silent = [o for o in outcomes if o.plan is not None and o.scored and not o.scored.action and o.plan.action != "clarify"]
    wrong_done = [o for o in outcomes if o.plan is not None and o.plan.action != "clarify" and o.scored and not _right(o.scored)]
    lines += [
        f"action             {share([bool(s and s.action) for s in scored])}",
        f"change kind        {share([bool(o.scored and o.scored.kind) for o in tested_kind])}",
        f"all arguments      {share([bool(o.scored and o.scored.arguments) for o in tested_args])}",
        f"later recall       {share([float(o.scored.later or 0) if o.scored else 0.0 for o in tested_later])}",
        f"scene fields       F1 {2 * found / max(1, wanted + given):.3f} of {len(scenes)}"
        f" (precision {found / max(1, given):.3f}, recall {found / max(1, wanted):.3f});"
        f" a value answering several: {2 * hits / max(1, asked + said):.3f}",
        f"wholly right       {share([bool(s and _right(s)) for s in scored])}",
        f"no plan (told so)  {share([o.plan is None for o in outcomes])}",
        f"asked back         {share([o.plan is not None and o.plan.action == 'clarify' for o in outcomes])}",
        f"did something else {share([o in wrong_done for o in outcomes])} (wrong action {len(silent)})",
        f"sources            {dict(Counter(o.source for o in outcomes))}, model tokens {sum(o.tokens for o in outcomes)}",
    ]
    seconds = sorted(o.seconds for o in outcomes)
    cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [seconds[0]] * 99
    busy = sorted(o.cpu for o in outcomes)
    lines.append(f"CPU seconds        p50 {busy[len(busy) // 2]:.4f}  p95 {busy[int(len(busy) * 0.95)]:.4f}")
    lines.append(f"seconds            p50 {cuts[49]:.4f}  p95 {cuts[94]:.4f}  max {seconds[-1]:.4f}")
    lines += ["", "category       action   kind     arguments"]
    grouped: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        grouped[outcome.item.category].append(outcome)
    for category, group in grouped.items():
        kinds = [bool(o.scored and o.scored.kind) for o in group if o.item.expect["action"] == "refine"]
        arguments = [
            bool(o.scored and o.scored.arguments) for o in group if o.item.expect["action"] == "refine" or "slots" in o.item.expect
        ]
        cells = [_ratio([bool(o.scored and o.scored.action) for o in group]), _ratio(kinds), _ratio(arguments)]
        lines.append(f"{category:14} {cells[0]:8} {cells[1]:8} {cells[2]:8}")
    lines += ["", "confusions (expected -> got)"]
    for (expected, got), count in Counter(_confusion(o) for o in outcomes if _confusion(o)[0] != _confusion(o)[1]).most_common():
        lines.append(f"  {expected:16} -> {got:18} {count}")
    if not no_plan and not wrong_done:
        lines.append("  none")
    if wrong:
        lines += ["", "not right:"]
        for outcome in outcomes:
            if outcome.scored is None or not _right(outcome.scored):
                got = outcome.scored.got if outcome.scored else f"[{outcome.source}]"
                lines.append(
                    f"  [{outcome.item.category}/{_short(outcome.item.view)}] {outcome.item.message!r}\n      {got}\n      wanted "
                    f"{json.dumps(outcome.item.expect, ensure_ascii=False)}"
                )
    return "\n".join(lines)


def _right(scored: Scored) -> bool:
    whole = scored.scene is None or scored.scene[0] == scored.scene[1] == scored.scene[2]
    return scored.action and scored.kind is not False and scored.arguments is not False and scored.later in (None, 1.0) and whole


def _short(view: str) -> str:
    if not view.startswith("{"):
        return view
    scene = json.loads(view)
    return " + ".join(f"{e.get('count', 1)} {e['name']}" for e in scene.get("elements", ()))


def _ratio(values: Sequence[bool]) -> str:
    return f"{sum(values)}/{len(values)}" if values else "-"


def _confusion(outcome: Outcome) -> tuple[str, str]:
    expect = outcome.item.expect
    kinds = [a.get("kind", "") for a in expect.get("change", ())]
    plan = outcome.plan
    got = outcome.source if plan is None else plan.change.kind if plan.action == "refine" else plan.action
    wanted = expect["action"] if expect["action"] != "refine" else (got if got in kinds or "" in kinds else kinds[0] if kinds else "refine")
    return wanted, got
