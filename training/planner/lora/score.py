"""A reader alone, without the rules beside it, on the benchmark's messages: what tagger and decoder are compared by."""

import time
from collections.abc import Sequence

from benchmarks.planner.run import Item
from benchmarks.planner.score import score
from benchmarks.planner.views import views
from codirector.assistant.planner.decide import Decision
from codirector.assistant.planner.hearing import Reader, heard
from codirector.assistant.planner.reading import facts_of


def alone(reader: Reader, items: Sequence[Item]) -> str:
    """Action, kind and arguments of what a reader makes of each message by itself, and the middle of its seconds."""
    known = views()
    action, kind, arguments, seconds = [], [], [], []
    for item in items:
        began = time.perf_counter()
        decided, _ = heard(reader, item.message, facts_of(known[item.view]))
        seconds.append(time.perf_counter() - began)
        found = score(item.expect, decided.plan) if isinstance(decided, Decision) else None
        action.append(bool(found and found.action))
        if item.expect["action"] == "refine":
            kind.append(bool(found and found.kind))
            arguments.append(bool(found and found.arguments))
    shares = [f"{100 * sum(values) / max(1, len(values)):.1f} %" for values in (action, kind, arguments)]
    return f"action {shares[0]}, kind {shares[1]}, arguments {shares[2]} of {len(items)}; p50 {sorted(seconds)[len(seconds) // 2]:.2f} s"
