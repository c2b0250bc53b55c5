"""SIGKILL in the middle of a render: no earlier turn is lost, the interrupted one is shown as such and can be repeated."""

import importlib.util
import signal
import subprocess
import sys
from pathlib import Path

from codirector.assistant.director import Director
from codirector.assistant.plan import Create, Refine
from codirector.assistant.settings import Settings
from codirector.prompts.change import SetField
from codirector.prompts.scene import Element, Scene
from codirector.tools.registry import Registry

TOY = Path(__file__).with_name("toy.py")
PLANS = {
    "a fox": Create(scene=Scene(elements=(Element(name="fox"),), setting="in the snow")),
    "make it night": Refine(change=SetField(field="lighting", value="night")),
}
VICTIM = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("killed", sys.argv[1])
killed = importlib.util.module_from_spec(spec); spec.loader.exec_module(killed)
director, backend = killed.make(Path(sys.argv[2]))
director.store.create("s")
director.submit("s", "a fox").result()
backend.gate.clear(); backend.at_gate.clear()
job = director.submit("s", "make it night")
backend.at_gate.wait(20)
print("drawing", flush=True)
job.result()
"""


def make(home: Path):
    spec = importlib.util.spec_from_file_location("toy", TOY)
    assert spec is not None and spec.loader is not None
    toy = importlib.util.module_from_spec(spec)
    sys.modules["toy"] = toy
    spec.loader.exec_module(toy)
    backend = toy.PaintBackend()
    return Director(Settings(home=home), registry=Registry([backend]), planner=toy.TablePlanner(PLANS)), backend


def test_a_killed_render_loses_nothing_and_can_be_repeated(tmp_path):
    victim = subprocess.Popen([sys.executable, "-c", VICTIM, __file__, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert victim.stdout is not None and victim.stdout.readline() == "drawing\n"
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    director, _ = make(tmp_path)
    try:
        (interrupted,) = director.store.recover("s")
        assert interrupted.turn.outcome == "interrupted" and interrupted.turn.message == "make it night"
        view = director.store.view("s")
        first = view.history[0]
        assert first.turn.message == "a fox" and view.scene == first.turn.scene and view.picture == first.turn.artifacts[0]
        assert director.store.artifacts.read(first.turn.artifacts[0].sha256)
        assert director.store.verify("s").ok
        again = director.submit("s", interrupted.turn.message).result()
        assert again.reply.outcome == "done" and again.reply.scene == first.turn.scene.evolve(lighting="night")
        assert director.store.undo("s").view.scene == first.turn.scene
        assert director.store.recover("s") == ()
    finally:
        director.close()
