"""Small real sessions to test with: tiny pictures, real scenes, real changes."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from codirector.assistant.plan import Create, Plan, Refine, Talk
from codirector.assistant.session.record import Outcome, Run, StoredTurn, Turn
from codirector.assistant.session.store import SessionStore
from codirector.prompts.apply import apply
from codirector.prompts.change import Change, SetField
from codirector.prompts.scene import Element, Render, Scene
from codirector.tools.events import Product

FOX = Scene(elements=(Element(name="fox"),), setting="in the snow", style="watercolor")
REQUEST = {"kind": "generate", "prompt": [{"text": "a "}, {"text": "fox", "weight": 1.3}], "negative": [{"text": "blurry"}], "seed": 7}
FACTS = {"device": "cpu", "steps": 8, "model": "/somewhere/models/tiny"}


def make_png(colour: str, size: int = 16) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(out, format="PNG")
    return out.getvalue()


class Story:
    """Says things to one session, as the turn graph would: claim, work out the scene, commit."""

    def __init__(self, store: SessionStore, name: str = "fox tale") -> None:
        self.store, self.name = store, name
        if not store.exists(name):
            store.create(name)

    def _commit(self, message: str, plan: Plan, scene: Scene | None, change: Change | None, colour: str, outcome: Outcome) -> StoredTurn:
        pending = self.store.begin(self.name, None, message)
        view = self.store.view(self.name, pending.thread, last=1)
        before = view.scene or Scene()
        if outcome not in ("done", "planned"):
            scene = before
        turn = Turn(
            parent=pending.parent,
            message=message,
            plan=plan,
            action=plan.action,
            change=change,
            scene=before if scene is None else scene,
            prompt="a fox" if colour else "",
            request=REQUEST | {"colour": colour} if colour else None,
            reply="Here you are." if colour else "",
            outcome=outcome,
        )
        products = [Product(data=make_png(colour), width=16, height=16)] if colour else []
        return self.store.commit(pending, turn, Run(started_at="2026-11-21T12:00:00+00:00", facts=FACTS), products)

    def create(self, colour: str = "orange", message: str = "a fox in the snow") -> StoredTurn:
        scene = FOX.evolve(render=Render(seed=7))
        return self._commit(message, Create(scene=FOX), scene, None, colour, "done")

    def refine(self, value: str, colour: str = "navy", outcome: Outcome = "done") -> StoredTurn:
        change = SetField(field="lighting", value=value)
        scene = apply(self.store.view(self.name, last=1).scene or Scene(), change)
        return self._commit(f"make it {value}", Refine(change=change), scene, change, colour if outcome == "done" else "", outcome)

    def talk(self, message: str = "thank you") -> StoredTurn:
        return self._commit(message, Talk(reply="You are welcome."), None, None, "", "done")

    @property
    def tip(self) -> str | None:
        return self.store.view(self.name, last=1).tip


@pytest.fixture
def png() -> Callable[..., bytes]:
    """make_png(colour, size=16)"""
    return make_png


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SessionStore]:
    with SessionStore(tmp_path / "home") as store:
        yield store


@pytest.fixture
def story(store: SessionStore) -> Story:
    return Story(store)


@pytest.fixture
def tell() -> Callable[..., Story]:
    """tell(store, name='fox tale') -> Story"""
    return Story
