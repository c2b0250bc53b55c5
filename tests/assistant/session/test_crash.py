"""Processes that die in the middle, and processes that work on the same session at the same time."""

import json
import subprocess
import sys

import pytest

from codirector.assistant.session.store import SessionStore
from codirector.errors import RetryableError

DIES = """
import os, signal, sys
from pathlib import Path
from codirector.assistant.plan import Talk
from codirector.assistant.session import artifacts, turns
from codirector.assistant.session.record import Run, Turn
from codirector.assistant.session.store import SessionStore
from codirector.prompts.scene import Scene
from codirector.tools.events import Product

home, picture, point = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes(), sys.argv[3]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

store = SessionStore(home)
pending = store.begin("fox tale", None, "make it night")
store.note_plan(pending, Talk(reply="on my way"))
if point == "while drawing":
    die()
if point == "half a picture written":
    artifacts.os.fsync = die
if point == "between picture and turn":
    turns.commit = die
if point == "in the transaction":
    inner = turns.move
    def move(db, *rest):
        inner(db, *rest)
        die()
    turns.move = move
turn = Turn(parent=pending.parent, message="make it night", action="refine", scene=Scene(lighting="night"))
store.commit(pending, turn, Run(), [Product(data=picture, width=16, height=16)])
print("not killed")
"""


@pytest.mark.parametrize("point", ["while drawing", "half a picture written", "between picture and turn", "in the transaction"])
def test_killed_in_the_middle_of_a_turn(store, story, png, tmp_path, point):
    """SIGKILL: no earlier turn is lost, the interrupted one is shown as such, and it can be said again."""
    before = (story.create("orange"), story.refine("dawn", "pink"))
    (tmp_path / "picture.png").write_bytes(png("red"))
    ran = subprocess.run(
        [sys.executable, "-c", DIES, str(store.home), str(tmp_path / "picture.png"), point], capture_output=True, text=True
    )
    assert ran.returncode == -9, ran.stderr
    if point == "half a picture written":
        assert list((store.home / "artifacts").glob("*/.*.part"))
    with SessionStore(store.home) as later:
        (waiting,) = later.in_flight("fox tale")
        assert (waiting.message, waiting.alive) == ("make it night", False)
        assert later.view("fox tale").history == before
        (left,) = later.recover("fox tale")
        assert (left.turn.outcome, left.turn.message, left.turn.scene) == ("interrupted", "make it night", before[-1].turn.scene)
        assert left.turn.plan is not None and left.turn.plan.action == "talk"
        assert later.transcript("fox tale")[-1].outcome == "interrupted" and later.recover("fox tale") == ()
        assert later.verify("fox tale").ok
        again = type(story)(later).refine("night")
        assert again.turn.outcome == "done" and again.number == 4
        assert later.undo("fox tale", steps=2).view.tip == before[0].id
        later.collect(older_than=-1)
        assert len(list((store.home / "sessions" / ".alive").iterdir())) == 2, "only the two living stores are registered"
        assert not list((store.home / "artifacts").glob("*/.*.part")) and later.verify("fox tale").ok


SPEAKS = """
import json, sys, time
from pathlib import Path
from codirector.assistant.session.record import Run, Turn
from codirector.assistant.session.store import SessionStore
from codirector.errors import RetryableError
from codirector.prompts.scene import Scene
from codirector.tools.events import Product

store, who, picture = SessionStore(Path(sys.argv[1])), sys.argv[2], Path(sys.argv[3]).read_bytes()
(Path(sys.argv[1]) / f"ready-{who}").touch()
while not (Path(sys.argv[1]) / "go").exists():
    time.sleep(0.005)
refused, said = 0, []
while len(said) < 15:
    try:
        pending = store.begin("fox tale", None, f"{who} {len(said)}")
    except RetryableError:
        refused += 1
        time.sleep(0.001)
        continue
    view = store.view("fox tale", pending.thread, last=1)
    assert view.tip == pending.parent
    turn = Turn(parent=view.tip, message=pending.message, action="refine", scene=view.scene or Scene())
    said.append(store.commit(pending, turn.evolve(action="talk"), Run(), [Product(data=picture, width=16, height=16)]).id)
print(json.dumps({"refused": refused, "said": said}))
"""


def test_two_processes_on_one_session(store, png, tmp_path):
    """The loser of a race is told to try again; the chain has every turn of both, once."""
    store.create("fox tale")
    (tmp_path / "picture.png").write_bytes(png("red"))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SPEAKS, str(store.home), who, str(tmp_path / "picture.png")], stdout=subprocess.PIPE, text=True
        )
        for who in ("ada", "bob")
    ]
    while not all((store.home / f"ready-{who}").exists() for who in ("ada", "bob")):
        assert all(process.poll() is None for process in running)
    (store.home / "go").touch()
    outputs = [json.loads(process.communicate(timeout=60)[0]) for process in running]
    history = store.view("fox tale").history
    assert [turn.number for turn in history] == list(range(1, 31))
    assert {turn.id for turn in history} == {id for output in outputs for id in output["said"]}
    assert store.verify("fox tale").ok and len(list(store.artifacts.all())) == 1


WAITS = """
import sys
from pathlib import Path
from codirector.assistant.session.store import SessionStore

store = SessionStore(Path(sys.argv[1]))
store.begin("fox tale", None, "a long render")
print("begun", flush=True)
sys.stdin.read()
"""


def test_a_claim_of_a_living_process_is_respected(store, story, tmp_path):
    story.create()
    process = subprocess.Popen([sys.executable, "-c", WAITS, str(store.home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "begun\n"
    assert store.recover("fox tale") == () and store.in_flight("fox tale")[0].alive and store.in_flight("fox tale")[0].pid == process.pid
    with pytest.raises(RetryableError, match="a long render"):
        story.talk()
    process.kill()
    process.wait()
    assert [turn.turn.message for turn in store.recover("fox tale")] == ["a long render"]
    assert story.talk().number == 3
