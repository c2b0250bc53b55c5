"""Writes a saved session of the present version into this folder: `python tests/assistant/session/corpus/make.py` once for a new version.

Files of earlier versions are never made again: they are what people have on their disks.
"""

import io
import sqlite3
from pathlib import Path

from PIL import Image

from codirector.assistant.plan import Animate, Ask, Clarify, Create, Plan, Refine, Talk, Wish
from codirector.assistant.session.record import SCHEMA, Outcome, Run, StoredTurn, Turn
from codirector.assistant.session.store import SessionStore
from codirector.prompts.apply import apply
from codirector.prompts.change import CHANGE, Change
from codirector.prompts.scene import Element, Motion, Render, Scene
from codirector.tools.events import Product

HERE = Path(__file__).parent
CHANGES: tuple[tuple[str, dict], ...] = (
    ("make it night", {"kind": "set_field", "field": "lighting", "value": "night"}),
    ("add a red balloon", {"kind": "add_element", "element": {"name": "balloon", "colour": "red"}}),
    ("two balloons", {"kind": "alter_element", "name": "balloon", "attribute": "count", "value": "2"}),
    ("the fox should be an owl", {"kind": "replace_element", "name": "fox", "element": {"name": "owl"}}),
    ("no balloon", {"kind": "remove_element", "name": "balloon"}),
    ("with falling snowflakes", {"kind": "add_detail", "detail": "falling snowflakes"}),
    ("more of the owl", {"kind": "weigh", "target": "owl", "weight": 1.3}),
    ("no text", {"kind": "avoid", "term": "text"}),
    ("12 steps", {"kind": "set_render", "setting": "steps", "value": "12"}),
    ("keep the seed", {"kind": "lock", "target": "seed"}),
    ("a bit brighter", {"kind": "adjust", "adjustment": {"kind": "brightness", "amount": 0.2}}),
    ("twice as large", {"kind": "upscale", "factor": 2}),
)


def picture(colour: str) -> Product:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, format="PNG")
    return Product(data=out.getvalue(), width=8, height=8)


def main() -> None:
    folder = HERE / f"v{SCHEMA}"
    if folder.exists():
        raise SystemExit(f"{folder} is there already, and is not made again")
    ticks = iter(range(1000))
    with SessionStore(folder, clock=lambda: f"2026-11-21T12:{(tick := next(ticks)) // 60:02}:{tick % 60:02}.000+00:00") as store:
        store.create("Fuchs im Schnee ❄")
        number = iter(range(1000))

        def say(
            message: str, plan: Plan, scene: Scene, change: Change | None = None, outcome: Outcome = "done", later: tuple[Wish, ...] = ()
        ) -> StoredTurn:
            pending = store.begin("Fuchs im Schnee ❄", None, message)
            draws = outcome == "done" and plan.action in ("create", "refine")
            request = {"kind": "generate", "prompt": [{"text": message, "weight": 1.0}], "seed": 7} if draws else None
            turn = Turn(
                parent=pending.parent, message=message, plan=plan, action=plan.action, change=change, scene=scene, outcome=outcome,
                later=later, request=request, prompt=message if draws else "", error="Stopped." if outcome == "cancelled" else "",
            )  # fmt: skip
            run = Run(started_at=pending.started_at, facts={"device": "cpu", "steps": 8}, seconds={"total": 0.5})
            return store.commit(pending, turn, run, [picture(f"hsl({next(number) * 20}, 80%, 50%)")] if draws else [])

        drawn = Scene(elements=(Element(name="fox"),), setting="in the snow", style="watercolor")
        scene = drawn.evolve(render=Render(seed=7))
        later = (Wish(text="zoom out"), Wish(text="make it night", change=CHANGE.validate_python(CHANGES[0][1])))
        say("hello", Talk(reply="Hello."), Scene())
        say("a fox in the snow, watercolor", Create(scene=drawn, later=later), scene, later=later)
        for message, change in CHANGES:
            value = CHANGE.validate_python(change)
            scene = apply(scene, value)
            say(message, Refine(change=value), scene, value)
        say("what is bokeh?", Ask(question="what is bokeh?"), scene)
        say("a bat", Clarify(question="Which bat?", options=("the animal", "the sports kind")), scene)
        say("make it day", Refine(change=value), scene, value, outcome="cancelled")
        moving = scene.evolve(motion=Motion(camera="slow zoom in"))
        say("let it move", Animate(motion=Motion(camera="slow zoom in")), moving, outcome="planned")
        store.undo("Fuchs im Schnee ❄", steps=3, message="undo 3")
        store.redo("Fuchs im Schnee ❄", message="redo")
        store.branch("Fuchs im Schnee ❄", new_name="calm", message="branch calm")
        store.goto("Fuchs im Schnee ❄", number=2, message="go to 2")
        value = CHANGE.validate_python(CHANGES[0][1])
        say("make it night", Refine(change=value), apply(scene_at(store), value), value)
        store.begin("Fuchs im Schnee ❄", "main", "this was never finished")
    (path,) = (folder / "sessions").glob("*.db")
    with sqlite3.connect(path) as db:
        header = [f"PRAGMA {name} = {db.execute(f'PRAGMA {name}').fetchone()[0]};" for name in ("application_id", "user_version")]
        (folder / "session.sql").write_text("\n".join([*header, *db.iterdump(), ""]), encoding="utf-8")
    db.close()
    for leftover in [*(folder / "sessions" / ".alive").glob("*"), *(folder / "sessions").glob("*.*"), folder / "sessions" / ".names"]:
        if leftover.is_file():
            leftover.unlink()
    (folder / "sessions" / ".alive").rmdir()
    (folder / "sessions").rmdir()
    (folder / "artifacts" / ".lock").unlink()


def scene_at(store: SessionStore) -> Scene:
    return store.view("Fuchs im Schnee ❄", last=1).scene or Scene()


if __name__ == "__main__":
    main()
