"""`python -m benchmarks.session_store`: what the session store costs a turn. One JSON line a measurement.

A turn is begin, view (20 turns of history) and commit with a real PNG of some 300 KB and a request of the usual size. It writes
into a temporary folder (`--folder` picks the disk) and knows no model and no turn graph.
"""

import argparse
import io
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from codirector.assistant.plan import Refine
from codirector.assistant.session.hashing import turn_json
from codirector.assistant.session.record import Check, Run, Turn
from codirector.assistant.session.store import SessionStore
from codirector.prompts.apply import apply
from codirector.prompts.change import SetField
from codirector.prompts.scene import Element, Render, Scene
from codirector.tools.events import Product

TARGET_MS = 10.0
HISTORY = 20


def pictures(count: int, kilobytes: int) -> list[bytes]:
    """Different PNGs of about that size: noise, which does not compress."""
    from PIL import Image

    side = int((kilobytes * 1024 / 3) ** 0.5)
    made = []
    for _ in range(count):
        out = io.BytesIO()
        Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(out, format="PNG", compress_level=1)
        made.append(out.getvalue())
    return made


def a_turn(parent: str | None, before: Scene, number: int) -> Turn:
    """A refinement of a scene with eight things: a message, a change, a request with a sketch."""
    change = SetField(field="lighting", value=f"light number {number}")
    boxes = [{"name": f"thing {n}", "x": 0.5, "y": 0.5, "width": 0.2, "height": 0.2, "colour": "red"} for n in range(8)]
    spans = [{"text": f"thing {n}, ", "weight": 1.0 + n / 100} for n in range(12)]
    return Turn(
        parent=parent,
        message=f"make it light number {number}",
        plan=Refine(change=change),
        action="refine",
        change=change,
        scene=apply(before, change),
        diff=(f"lighting: light number {number}",),
        prompt=", ".join(f"thing {n}" for n in range(12)),
        request={"kind": "generate", "prompt": spans, "seed": 7, "steps": 8, "sketch": {"boxes": boxes, "style": "watercolor"}},
        checks=(Check(name="scene parts changed", value=1.0, passed=True),),
        reply="The light is different now. " * 4,
    )


def report(name: str, seconds: list[float], target: float | None = None, **more: object) -> None:
    ordered = sorted(seconds)
    p50, p95 = (round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 2) for share in (0.5, 0.95))
    line = {"measurement": name, "p50_ms": p50, "p95_ms": p95, "n": len(ordered), **more}
    print(json.dumps(line | ({"target_ms": target, "met": p50 <= target} if target else {})), flush=True)


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    into.append(time.perf_counter() - began)


def repeat(what: Callable[[], object], times: int) -> list[float]:
    seconds: list[float] = []
    for _ in range(times):
        with timed(seconds):
            what()
    return seconds


def turns(store: SessionStore, name: str, count: int, made: list[bytes]) -> None:
    """Measures `count` turns at the end of the session, with a picture each (none: without)."""
    parts: dict[str, list[float]] = {"begin": [], "view": [], "commit": [], "turn": []}
    size, cpu = 0, 0.0
    for number in range(count):
        with timed(parts["turn"]):
            with timed(parts["begin"]):
                pending = store.begin(name, None, f"make it light number {number}")
            with timed(parts["view"]):
                view = store.view(name, pending.thread, last=HISTORY)
            before = view.scene or Scene(elements=tuple(Element(name=f"thing {n}", colour="red") for n in range(8)), render=Render(seed=7))
            turn = a_turn(view.tip, before, store.info(name).turns)
            products = [Product(data=made[number], width=320, height=320)] if made else []
            began = time.process_time()
            with timed(parts["commit"]):
                stored = store.commit(pending, turn, Run(facts={"device": "cpu", "steps": 8}), products)
            cpu += time.process_time() - began
            size = len(turn_json(stored.turn))
    kind = f"{len(made[0]) // 1024} KB PNG" if made else "no picture"
    for part, seconds in parts.items():
        if part != "turn":
            report(f"{part} ({kind})", seconds)
    together = [sum(times) for times in zip(parts["begin"], parts["view"], parts["commit"], strict=True)]
    report(f"begin + view + commit ({kind})", together, TARGET_MS, turn_json_bytes=size, commit_cpu_ms=round(cpu / count * 1000, 2))


def bare_write(folder: Path, made: list[bytes]) -> None:
    """What the disk itself takes for such a file: the part of a commit that no code can save while pictures are to survive a power cut."""
    number = iter(range(len(made)))

    def write() -> None:
        at = next(number)
        with (folder / f"bare-{at}").open("wb") as file:
            file.write(made[at])
            file.flush()
            os.fsync(file.fileno())

    report(f"bare write + fsync ({len(made[0]) // 1024} KB)", repeat(write, len(made)))


def full_synchronous(folder: Path, count: int) -> None:
    """What the same transaction would cost if every one were flushed to the disk (synchronous=FULL instead of NORMAL)."""
    for mode in ("NORMAL", "FULL"):
        db = sqlite3.connect(folder / f"{mode}.db", isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {mode}")
        db.execute("CREATE TABLE turns (body)")

        def write(db: sqlite3.Connection = db) -> None:
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO turns VALUES (?)", ("x" * 6000,))
            db.execute("COMMIT")

        report(f"bare transaction, synchronous={mode}", repeat(write, count))
        db.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=60, help="turns measured with a picture")
    parser.add_argument("--long", type=int, default=500, help="turns of the long session")
    parser.add_argument("--kilobytes", type=int, default=300, help="size of a picture")
    parser.add_argument("--folder", default=None, help="where to write (default: the system's temporary folder)")
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=flags.folder) as folder, SessionStore(Path(folder)) as store:
        store.create("short")
        made = pictures(flags.turns, flags.kilobytes)
        turns(store, "short", flags.turns, made)
        bare_write(Path(folder), made)
        store.create("long")
        turns(store, "long", flags.long, [])
        report(f"view, last {HISTORY} of {flags.long} turns", repeat(lambda: store.view("long", last=HISTORY), 50))
        report(f"view, all {flags.long} turns", repeat(lambda: store.view("long"), 5))
        report(f"transcript, last {HISTORY} of {flags.long} turns", repeat(lambda: store.transcript("long", last=HISTORY), 50))
        report(f"transcript, all {flags.long} turns", repeat(lambda: store.transcript("long"), 5))
        report(f"undo + redo in {flags.long} turns", repeat(lambda: (store.undo("long"), store.redo("long")), 30))
        report(f"verify {flags.long} turns", repeat(lambda: store.verify("long"), 2))
        report("list (2 sessions)", repeat(store.list, 50))
        full_synchronous(Path(folder), 100)


if __name__ == "__main__":
    main()
