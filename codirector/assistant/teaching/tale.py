"""An illustrated story told in turns: eight chapters, and each choice makes the next picture by one change of the scene. Pure.

A chapter is an ordinary turn (the first creates, the others refine), so seed, undo and branches work as always; which chapter it is
stands in the turn's reply. The words come from templates over the scene; it invents no plot beyond them.
"""

import re
import zlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from codirector.assistant.plan import Create, Plan, Refine
from codirector.assistant.session.record import SessionView, StoredTurn
from codirector.assistant.turn.reply import offer
from codirector.errors import InputError
from codirector.prompts.change import AddElement, AlterElement, Change, SetField
from codirector.prompts.scene import Element, Scene

CHAPTERS = 8
CHOICES = 3
SAY = "story: "
"""How a choice begins, as a message."""
_HEADING = re.compile(r"^\*\*Chapter (\d) of \d\.\*\*", re.M)


class Option(NamedTuple):
    """A way on: what a person says for it, the one change it makes, and the sentence that tells it ({hero} is filled in)."""

    label: str
    change: Change
    told: str


class Chapter(NamedTuple):
    """What leads to the choice of the next chapter, and all the options for it; some of them are offered."""

    asks: str
    options: tuple[Option, ...]


def _go(label: str, setting: str, told: str) -> Option:
    return Option(label, SetField(field="setting", value=setting), told)


def _light(label: str, lighting: str, told: str) -> Option:
    return Option(label, SetField(field="lighting", value=lighting), told)


def _meet(name: str, told: str, placement: str = "on the right") -> Option:
    article = "an" if name[0] in "aeiou" else "a"
    return Option(f"meet {article} {name}", AddElement(element=Element(name=name, placement=placement)), told)


def _find(name: str, told: str) -> Option:
    article = "an" if name[0] in "aeiou" else "a"
    return Option(f"pick up {article} {name}", AddElement(element=Element(name=name, placement="on the left")), told)


def _turn(colour: str, told: str) -> Option:
    return Option(f"be turned {colour}", AlterElement(name="{hero}", attribute="colour", value=colour), told)


PLOT: tuple[Chapter, ...] = (
    Chapter("Where does the map lead?", (
        _go("into the forest", "forest", "Under the old trees it was cool and green, and {hero} counted the steps by the mushrooms."),
        _go("down to the beach", "beach", "The path ended in sand. {Hero} heard the waves long before seeing them."),
        _go("up into the mountains", "mountains", "The higher {hero} climbed, the smaller the village grew behind."),
        _go("across the desert", "desert", "Sand, and more sand. {Hero} followed the only track there was."),
        _go("to the city", "city", "So many windows! {Hero} had never seen so many at once."),
        _go("through the snow", "snow", "Every footprint was the first. {Hero} looked back to see the line of them."),
    )),
    Chapter("Somebody is waiting there. Who?", (
        _meet("owl", "“You are late,” said an owl, “but not too late,” and from then on they were two."),
        _meet("robot", "A robot stood there and blinked. It had waited for a hundred years and was glad of the company."),
        _meet("dragon", "It was a very small dragon, and it was afraid of the dark. So it came along."),
        _meet("mouse", "“I know the way,” said a mouse, who did not, but meant well."),
        _meet("turtle", "A turtle had just arrived. It had set out in spring."),
    )),
    Chapter("Time passes while they walk. What comes?", (
        _light("the night falls", "night", "Night came, and with it a quiet in which one could hear the stars."),
        _light("the sun goes down", "sunset", "The sun went down as slowly as it could, to see what they would do."),
        _light("the morning comes", "sunrise", "They walked until the morning found them."),
    )),
    Chapter("Something glints on the ground. What is it?", (
        _find("key", "It was a key, warm as if somebody had just let go of it."),
        _find("lamp", "It was a lamp, and it was lit."),
        _find("crown", "It was a crown, a little too large for everybody."),
        _find("book", "It was a book, and its last pages were empty."),
    )),
    Chapter("The map has a second page. Where does it lead?", (
        _go("out to the sea", "sea", "They borrowed a boat that nobody missed, and the land went down behind them."),
        _go("to the stars", "space", "“Further up,” said the map. So they went further up, past the last cloud."),
        _go("under the water", "underwater", "They took a deep breath. It turned out that they did not need it."),
        _go("into the mountains", "mountains", "Behind the hill was another hill, and behind that the mountains began."),
        _go("into a quiet room", "room", "There was a door, and behind the door a room that was larger than the house."),
    )),
    Chapter("An old spell is still at work there. What does it do to {hero}?", (
        _turn("blue", "First the ears, then all of {hero} turned blue. It did not hurt, and it suited {hero} well."),
        _turn("golden", "{Hero} began to shine like gold, so that nobody needed a light any more."),
        _turn("red", "{Hero} turned as red as a berry and laughed about it."),
    )),
    Chapter("How does it end?", (
        _light("with a sunset for everybody", "sunset", "They sat down together and watched the sun set, and nobody spoke of the end."),
        _light("under the stars", "night", "They put out the light and looked up. One of the stars was looking back."),
        _go("at home in the meadow", "meadow", "The way home was shorter, as it always is. The meadow had kept their places free."),
        Option(
            "with a star of their own", AddElement(element=Element(name="star", placement="at the top")),
            "One star came down to see who they were, and it stayed.",
        ),
    )),
)  # fmt: skip
"""After chapter n comes the choice PLOT[n - 1], which makes chapter n + 1."""


class Told(NamedTuple):
    """Understood without a planner. Same fields as a planner's answer."""

    plan: Plan
    notes: tuple[str, ...] = ()
    source: str = "story"


def begin(scene: Scene) -> Told:
    """The first chapter: the scene's main subject is the hero. What the person left open is chosen. Raises InputError without a hero."""
    if not scene.elements:
        raise InputError("A story needs somebody it is about.", "For example: tell me a story about a fox in the snow")
    scene = scene.evolve(setting=scene.setting or "meadow", style=scene.style or "cartoon", elements=scene.elements[:1], action="")
    hero = _hero(scene)
    place = f"in {scene.setting}" if scene.setting.split()[0] in ("a", "an", "the", "snow", "space") else f"in the {scene.setting}"
    told = f"Once there was {'an' if hero[0] in 'aeiou' else 'a'} {hero} who lived {place}. One day there was a map in front of the door."
    return Told(Create(scene=scene), (_page(1, told, scene),))


def choose(label: str, view: SessionView) -> Told:
    """The next chapter. Raises InputError where no story is being told here, or nothing of the kind is offered now."""
    number = chapter_of(view.history)
    if not number or view.scene is None:
        raise InputError("No story is being told here.", "Begin one: tell me a story about a fox in the snow")
    if number >= CHAPTERS:
        raise InputError("This story is told to its end.", "Undo takes its last chapter back; or: tell me a story about a robot")
    options = offered(view.scene, number)
    wanted = label.strip().rstrip(".!").casefold()
    option = next((one for one in options if one.label.casefold() == wanted), None)
    if option is None:
        raise InputError(f"“{label.strip()}” is not offered now.", f"Choose one: {'; '.join(SAY + one.label for one in options)}.")
    after = _after(view.scene, option.change)
    return Told(Refine(change=option.change, later=(), taken=False), (_page(number + 1, _filled(option.told, view.scene), after),))


def chapter_of(history: Sequence[StoredTurn]) -> int:
    """The chapter that stands at the end of the way to the tip, or 0. Talk in between does not end a story; another picture does."""
    for stored in reversed(history):
        if stored.turn.outcome in ("done", "planned") and stored.turn.action in ("create", "refine"):
            found = _HEADING.search(stored.turn.reply)
            return int(found[1]) if found else 0
    return 0


def offered(scene: Scene, chapter: int) -> tuple[Option, ...]:
    """Three ways on from a chapter: those that change the scene, in an order that differs from story to story."""
    fresh = [_for(option, scene) for option in PLOT[chapter - 1].options]
    fresh = [option for option in fresh if not _same(option.change, scene)]
    # Not from the seed: the first chapter's is chosen after its page is written.
    start = zlib.crc32(f"{_hero(scene)} {scene.style} {chapter}".encode()) % len(fresh)
    return tuple((fresh[start:] + fresh[:start])[:CHOICES])


def _page(number: int, told: str, scene: Scene) -> str:
    heading = f"**Chapter {number} of {CHAPTERS}.** {told}"
    if number == CHAPTERS:
        return f"{heading}\n\n*The end.*\n\n{offer(('tell me a story about a robot', 'animate it: slow zoom in'))}"
    ways = offer(f"{SAY}{option.label}" for option in offered(scene, number))
    return f"{heading}\n\n**{_filled(PLOT[number - 1].asks, scene)}**\n\n{ways}"


def _for(option: Option, scene: Scene) -> Option:
    change = option.change
    if isinstance(change, AlterElement):
        return option._replace(change=change.evolve(name=_hero(scene)))
    return option


def _same(change: Change, scene: Scene) -> bool:
    """Whether the change would change nothing, or what the story has already."""
    checks: dict[str, Callable[[], bool]] = {
        "set_field": lambda: str(getattr(scene, change.field)).casefold() == change.value.casefold(),  # type: ignore[union-attr]
        "add_element": lambda: any(one.name == change.element.name for one in scene.elements),  # type: ignore[union-attr]
        "alter_element": lambda: scene.elements[0].colour == change.value,  # type: ignore[union-attr]
    }
    return checks[change.kind]()


def _after(scene: Scene, change: Change) -> Scene:
    from codirector.prompts.apply import apply

    return apply(scene, change)


def _hero(scene: Scene) -> str:
    return scene.elements[0].name if scene.elements else "traveller"


def _filled(text: str, scene: Scene) -> str:
    hero = f"the {_hero(scene)}"
    return text.replace("{hero}", hero).replace("{Hero}", hero[:1].upper() + hero[1:])
