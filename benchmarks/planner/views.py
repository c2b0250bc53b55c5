"""The sessions the benchmark's messages are said in. Small, named, built by hand."""

from codirector.assistant.plan import Wish
from codirector.assistant.session.record import ArtifactRef, Run, SessionView, StoredTurn, Turn
from codirector.prompts.change import AddElement, AlterElement, Change, SetField
from codirector.prompts.scene import Element, Motion, Render, Scene

_SHA = "a" * 64
_PICTURE = ArtifactRef(sha256=_SHA, width=512, height=512)
FOX = Scene(elements=(Element(name="fox"),), setting="in the snow", style="watercolor", lighting="sunset", render=Render(seed=11))
BALLOON = FOX.evolve(elements=(*FOX.elements, Element(name="balloon", colour="red")))
KNIGHT = Scene(
    elements=(Element(name="knight", pose="standing"), Element(name="sword", material="steel")),
    setting="in a castle courtyard", style="oil painting",
    mood="dramatic", details=("golden armor", "flowing cape"), avoid=("text",), render=Render(seed=12),
)  # fmt: skip
FOXES = Scene(
    elements=(Element(name="fox", count=2), Element(name="bench")),
    setting="in a park",
    lighting="morning",
    style="photograph",
    render=Render(seed=13),
)
SOFA = Scene(
    elements=(Element(name="dog", pose="sitting"), Element(name="couch", colour="grey")), setting="in a living room",
    style="photograph", render=Render(seed=14),
)  # fmt: skip
STREET = Scene(
    elements=(Element(name="man", placement="on the left"), Element(name="woman"), Element(name="car", colour="red")),
    setting="on a city street", lighting="daylight", style="photograph", render=Render(seed=15),
)  # fmt: skip
KITCHEN = Scene(
    elements=(Element(name="table", material="wood"), Element(name="bowl", placement="on the table"), Element(name="apple", count=3)),
    setting="in a kitchen", render=Render(seed=16),
)  # fmt: skip
BEACH = Scene(
    elements=(Element(name="girl"), Element(name="umbrella", colour="yellow"), Element(name="boat")),
    setting="on a beach", lighting="sunny", render=Render(seed=17),
)  # fmt: skip
FARM = Scene(
    elements=(Element(name="cow", count=2), Element(name="barn", colour="red"), Element(name="tractor")),
    setting="in a field", render=Render(seed=18),
)  # fmt: skip
PORTRAIT = Scene(
    elements=(Element(name="woman"),), details=("long brown hair", "round glasses"), camera="close-up", style="photograph",
    render=Render(seed=19),
)  # fmt: skip


def stored(number: int, change: Change | None, scene: Scene, message: str) -> StoredTurn:
    turn = Turn(message=message, action="refine" if change is not None else "create", change=change, scene=scene)
    return StoredTurn(id=f"{number:064x}", number=number, turn=turn, run=Run())


def view(scene: Scene | None, *changes: Change, **more: object) -> SessionView:
    history = () if scene is None else (stored(1, None, scene, "create"), *(stored(n, c, scene, c.kind) for n, c in enumerate(changes, 2)))
    values: dict = {
        "session": "s", "thread": "main", "tip": history[-1].id if history else None, "scene": scene,
        "picture": None if scene is None else _PICTURE, "history": history, "threads": ("main",),
    }  # fmt: skip
    return SessionView.model_validate(values | more)


def views() -> dict[str, SessionView]:
    """Every named view, made anew."""
    red = AddElement(element=Element(name="balloon", colour="red"))
    kept = (
        Wish(text="make it cartoon", change=SetField(field="style", value="cartoon")),
        Wish(text="zoom out", change=SetField(field="camera", value="wide shot")),
    )
    long = [SetField(field="lighting", value=value) for value in ("night", "noon", "dawn", "dusk", "night", "noon", "dawn", "sunset")]
    return {
        "empty": view(None),
        "fox": view(FOX),
        "balloon": view(BALLOON, red),
        "recoloured": view(BALLOON, red, AlterElement(name="balloon", attribute="colour", value="blue")),
        "knight": view(KNIGHT),
        "foxes": view(FOXES),
        "film": view(KNIGHT.evolve(motion=Motion(camera="slow zoom in", seconds=3.0))),
        "later": view(FOX, later=kept),
        "long": view(FOX, *long, can_redo=True),
        "redo": view(FOX, SetField(field="style", value="watercolor"), can_redo=True),
        "sofa": view(SOFA),
        "street": view(STREET),
        "kitchen": view(KITCHEN),
        "beach": view(BEACH),
        "farm": view(FARM),
        "portrait": view(PORTRAIT),
        "branches": view(FOX, threads=("main", "warm")),
        "locked": view(FOX.evolve(locked=("fox",))),
    }
