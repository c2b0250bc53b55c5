"""What the page's tests share: an engine that only remembers, and turns written into its store as the real engine would."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from codirector.assistant.plan import Create, Refine, Wish
from codirector.assistant.session.record import Outcome, Run, StoredTurn, Turn
from codirector.assistant.session.store import SessionStore
from codirector.prompts.change import SetField
from codirector.prompts.scene import Element, Render, Scene
from codirector.tools.events import Product

FOX = Scene(elements=(Element(name="fox"),), setting="snow", lighting="sunset", style="watercolor", render=Render(seed=7))


class Desk:
    """An engine that makes nothing: the store, and jobs a test lays on it."""

    def __init__(self, home: Path) -> None:
        self.store = SessionStore(home)
        self.jobs: dict = {}

    def submit(self, session: str, text: str, attachments: Sequence = (), owner: str = "local", thread: str | None = None):
        raise AssertionError("these tests send nothing")

    def running(self, session: str):
        return self.jobs.get(session)

    def close(self) -> None:
        self.store.close()

    def create(self, session: str, message: str, scene: Scene = FOX, colour: str = "orange", later: tuple[Wish, ...] = ()) -> StoredTurn:
        plan = Create(scene=scene, later=later)
        return self.write(session, message, plan, scene, colour, later=later, reply=f"Here is **{message}**.")

    def refine(self, session: str, message: str, scene: Scene, colour: str = "navy", outcome: Outcome = "done") -> StoredTurn:
        plan = Refine(change=SetField(field="lighting", value=scene.lighting))
        return self.write(session, message, plan, scene, colour if outcome == "done" else "", outcome=outcome, reply="Changed.")

    def write(self, session: str, message: str, plan, scene: Scene, colour: str, **fields) -> StoredTurn:
        claim = self.store.begin(session, None, message)
        products = (Product(data=png(colour), width=64, height=48),) if colour else ()
        turn = Turn(parent=claim.parent, message=message, plan=plan, action=plan.action, scene=scene, **fields)
        return self.store.commit(claim, turn, Run(), products)


def png(colour: str, size: tuple[int, int] = (64, 48)) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, format="PNG")
    return out.getvalue()


@pytest.fixture
def desk(tmp_path: Path):
    made = Desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def fox() -> Scene:
    return FOX


@pytest.fixture(scope="session")
def make_desk():
    return Desk
