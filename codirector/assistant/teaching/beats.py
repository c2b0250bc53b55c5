"""What can happen in a story: the kinds of turns it takes, the ways each can go, and their words. Data, and how it is put together.

{hero} and {quest} are filled in by `tale`; a way with several tellings is told differently from story to story.
"""

from typing import NamedTuple

from codirector.prompts.change import AddElement, AlterElement, Change, SetField
from codirector.prompts.scene import Element

HERO = "{hero}"
"""Stands for the hero's name in a change until it is known."""


class Option(NamedTuple):
    """A way on: what a person says for it, the one change it makes, and sentences that tell it, one of which is taken."""

    label: str
    change: Change
    told: tuple[str, ...]


class Beat(NamedTuple):
    """A kind of turn: questions that lead to it, one of which is asked, and the ways it can go."""

    asks: tuple[str, ...]
    options: tuple[Option, ...]


def with_article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _go(label: str, setting: str, *told: str) -> Option:
    return Option(label, SetField(field="setting", value=setting), told)


def _light(label: str, lighting: str, *told: str) -> Option:
    return Option(label, SetField(field="lighting", value=lighting), told)


def meet(name: str, *told: str) -> Option:
    return Option(f"meet {with_article(name)}", AddElement(element=Element(name=name, placement="on the right")), told)


def find(name: str, *told: str) -> Option:
    return Option(f"pick up {with_article(name)}", AddElement(element=Element(name=name, placement="on the left")), told)


def _turn(colour: str, *told: str) -> Option:
    return Option(f"be turned {colour}", AlterElement(name=HERO, attribute="colour", value=colour), told)


EXPECTED = (
    "And there the {name} was. {Hero} had hoped for it all along, and from then on they went together.",
    "“You took your time,” said the {name}, and came along as if that had been agreed long ago.",
    "The {name} had followed the footprints of {hero} for a whole day. Now they made the same ones side by side.",
)
"""Tellings of a meeting with somebody whom the person named."""
SOUGHT = (
    "It was the {name}, no doubt about it. {Hero} turned it over three times to be sure.",
    "There lay the {name}, in the one place nobody had looked. {Hero} laughed out loud.",
)
"""Tellings of a find that the person named."""

BEATS: dict[str, Beat] = {
    "go": Beat(("Where does the way lead now?", "Two paths part here. Which one?", "Where shall {hero} go?"), (
        _go("into the forest", "forest", "Under the old trees it was cool and green, and {hero} counted the steps by the mushrooms.",
            "The forest closed behind {hero} like a door, softly."),
        _go("down to the beach", "beach", "The path ended in sand. {Hero} heard the waves long before seeing them.",
            "At the beach the wind had rubbed out every footprint but one."),
        _go("up into the mountains", "mountains", "The higher {hero} climbed, the smaller the village grew behind.",
            "Above the last tree the air was thin and tasted of stone."),
        _go("across the desert", "desert", "Sand, and more sand. {Hero} followed the only track there was.",
            "The desert was so still that {hero} could hear it cool down."),
        _go("to the city", "city", "So many windows! {Hero} had never seen so many at once.",
            "In the city nobody looked up, except for {hero}."),
        _go("through the snow", "snow", "Every footprint was the first. {Hero} looked back to see the line of them.",
            "It had snowed over night, and the whole land had no edges any more."),
        _go("out to the sea", "sea", "They borrowed a boat that nobody missed, and the land went down behind them.",
            "The sea was in a good mood and carried them where they wanted."),
        _go("to the stars", "space", "“Further up,” said the signpost. So they went further up, past the last cloud.",
            "Up there it was quiet, and down there was a small blue ball."),
        _go("under the water", "underwater", "They took a deep breath. It turned out that they did not need it.",
            "Below the waves a second sky began, and it had fish in it."),
    )),
    "meet": Beat(("Somebody is waiting there. Who?", "Who comes along the way?", "A voice! Whose?"), (
        meet("owl", "“You are late,” said an owl, “but not too late,” and from then on there was one more of them."),
        meet("robot", "A robot stood there and blinked. It had waited for a hundred years and was glad of the company."),
        meet("dragon", "It was a very small dragon, and it was afraid of the dark. So it came along."),
        meet("mouse", "“I know the way,” said a mouse, who did not, but meant well."),
        meet("turtle", "A turtle had just arrived. It had set out in spring."),
        meet("cat", "A cat sat on the wall and pretended not to wait. Then it jumped down and went ahead."),
    )),
    "light": Beat(("Time passes on the way. What comes?", "The sky changes. How?"), (
        _light("the night falls", "night", "Night came, and with it a quiet in which one could hear the stars."),
        _light("the sun goes down", "sunset", "The sun went down as slowly as it could, to see what they would do."),
        _light("the morning comes", "sunrise", "They walked until the morning found them."),
    )),
    "find": Beat(("Something glints on the ground. What is it?", "Something lies in the way. What?"), (
        find("key", "It was a key, warm as if somebody had just let go of it."),
        find("lamp", "It was a lamp, and it was lit."),
        find("crown", "It was a crown, a little too large for everybody."),
        find("book", "It was a book, and its last pages were empty."),
        find("balloon", "It was a balloon, and it wanted to go up as much as {hero} did."),
    )),
    "spell": Beat(("An old spell is still at work there. What does it do to {hero}?", "{Hero} sneezes, and something happens. What?"), (
        _turn("blue", "First the ears, then all of {hero} turned blue. It did not hurt, and it suited {hero} well."),
        _turn("golden", "{Hero} began to shine like gold, so that nobody needed a light any more."),
        _turn("red", "{Hero} turned as red as a berry and laughed about it."),
        _turn("green", "{Hero} turned green as a leaf, and for a while nobody could find {hero} in the grass."),
    )),
    "end": Beat(("How does it end?", "And then? How does the story close?"), (
        _light("with a sunset for everybody", "sunset", "They sat down together and watched the sun set, and nobody spoke of the end."),
        _light("under the stars", "night", "They put out the light and looked up. One of the stars was looking back."),
        _go("at home in the meadow", "meadow", "The way home was shorter, as it always is. The meadow had kept their places free."),
        Option("with a star of their own", AddElement(element=Element(name="star", placement="at the top")),
               ("One star came down to see who they were, and it stayed.",)),
    )),
}  # fmt: skip

PATTERNS: tuple[tuple[str, ...], ...] = (
    ("go", "meet", "light", "find", "go", "spell"),
    ("meet", "go", "find", "light", "spell", "go"),
    ("light", "go", "meet", "spell", "go", "find"),
    ("find", "go", "light", "meet", "go", "spell"),
    ("go", "find", "meet", "light", "spell", "go"),
)
"""In what order kinds of turns follow each other; which one a story takes hangs on its words."""

OPENINGS = (
    "One day there was a map in front of the door.",
    "One evening a letter came, and it had no sender.",
    "One morning all the birds flew the same way, and {hero} wondered why.",
    "Every night there was a small light on the hill, and today {hero} would see what it was.",
)
QUESTS = (
    "But the {quest} was gone, and {hero} set out to find it.",
    "Everybody spoke of the {quest}, and nobody had seen it. {Hero} wanted to be the first.",
)
