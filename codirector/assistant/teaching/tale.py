"""An illustrated story told in turns, and each choice makes the next picture by one change of the scene. Pure.

What it is about is the person's: the hero, who else comes, what is looked for, the place, the style and the number of pages are taken
from the message; in what order things happen, and with which of several sentences, hangs on its words, too. A chapter is an ordinary
turn (the first creates, the others refine), so seed, undo and branches work as always; which chapter it is stands in the turn's reply,
and the story itself in the message that began it. The sentences are templates (see `beats`); it writes none of its own.
"""

import re
import zlib
from collections.abc import Sequence
from typing import NamedTuple

from codirector.assistant.plan import Create, Plan, Refine
from codirector.assistant.session.record import SessionView, StoredTurn
from codirector.assistant.teaching.beats import BEATS, EXPECTED, HERO, OPENINGS, PATTERNS, QUESTS, SOUGHT, Option, find, meet
from codirector.assistant.turn.reply import offer
from codirector.errors import InputError
from codirector.prompts.change import AddElement, AlterElement, Change, SetField
from codirector.prompts.scene import Scene

CHAPTERS, FEWEST, MOST = 8, 3, 12
"""Pages of a story where the person names no number, and the numbers they may name."""
CHOICES = 3
CAST = 3
"""Companions of the hero who are remembered."""
SAY = "story: "
"""How a choice begins, as a message."""
_HEADING = re.compile(r"^\*\*Chapter (\d+) of (\d+)\.\*\*", re.M)
_NUMBERS = {word: number for number, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), start=2)}  # noqa: SIM905
_PAGE = r"(?P<{0}>\d+|{1})[ -](?:pages?|chapters?|parts?|turns?|pictures?)"
_COUNT = "|".join(_NUMBERS)
TALE = re.compile(
    r"^(?:please |can you |could you |would you |i(?:'d| would) like (?:you to |to )?|let'?s )?"
    rf"(?:tell|make|write|draw)(?: me| us)? (?:a |an )?(?:{_PAGE.format('before', _COUNT)}[ -])?"
    r"(?:new |short |little |long |picture |illustrated |interactive )*story"
    rf"(?: (?:in|of|with) {_PAGE.format('within', _COUNT)})?(?: (?:about|of|with) (?P<topic>[^?!]+?))[.!?]*$",
    re.I,
)
_PAGES = re.compile(rf",?\s*(?:in|of|with|on)?\s*\b{_PAGE.format('after', _COUNT)}(?: long)?\b", re.I)
_QUEST = re.compile(
    r",?\s*(?:\bthat |\bwhich |\bwho |\band )?\b(?:is |are |was |were )?"
    r"(?:look(?:s|ing)? for|search(?:es|ing)? for|in search of|(?:wants?|sets? out|tries|try) to find|has lost|lost|finds?)"
    r" (?:a|an|the|his|her|its|their) (?:lost |missing |hidden |stolen )?(?P<quest>[a-z]+(?:[ -][a-z]+)?)"
    r"(?=$|[,.;]| (?:in|on|at|by|under|and|with|for)\b)",
    re.I,
)


_WHERE = frozenset("in on at by near under above below inside beside behind between among along".split())  # noqa: SIM905
_BARE = frozenset({"a", "an", "the", "snow", "space"})


class Story(NamedTuple):
    """What the person asked for: `scene` with the hero alone, who else is named, what is looked for ('' nothing), and the pages.
    `seed` comes from the words, so that another story goes another way, and the same one the same way."""

    scene: Scene
    companions: tuple[str, ...] = ()
    quest: str = ""
    pages: int = CHAPTERS
    seed: int = 0

    @property
    def hero(self) -> str:
        return self.scene.elements[0].name


class Told(NamedTuple):
    """Understood without a planner. Same fields as a planner's answer."""

    plan: Plan
    notes: tuple[str, ...] = ()
    source: str = "story"


def wanted(message: str) -> Story | None:
    """The story that a message asks for; None for every other message. Raises InputError without a hero, or for too few or many pages."""
    found = TALE.match(message.strip())
    return None if found is None else outline(found["topic"], found["before"] or found["within"] or "")


def outline(topic: str, pages: str = "") -> Story:
    """The story of a topic in words. Raises InputError as `wanted` does."""
    from codirector.assistant.planner.rules.creation import scene_of

    rest = topic
    if (counted := _PAGES.search(rest)) is not None:
        pages, rest = counted["after"], rest[: counted.start()] + rest[counted.end() :]
    number = CHAPTERS if not pages else _NUMBERS.get(pages.casefold()) or int(pages)
    if not FEWEST <= number <= MOST:
        raise InputError(f"A story has {FEWEST} to {MOST} pages.", f"For example: tell me a story about {topic.split(',')[0]}, six pages")
    quest = ""
    if (sought := _QUEST.search(rest)) is not None:
        quest, rest = sought["quest"].casefold(), rest[: sought.start()] + rest[sought.end() :]
    scene = scene_of(rest.strip(" ,"))[0]
    if not scene.elements:
        raise InputError("A story needs somebody it is about.", "For example: tell me a story about a fox in the snow")
    alone = scene.evolve(setting=scene.setting or "meadow", style=scene.style or "cartoon", elements=scene.elements[:1], action="")
    companions = tuple(dict.fromkeys(one.name for one in scene.elements[1:] if one.name != quest))[:CAST]
    return Story(alone, companions, quest, number, zlib.crc32(" ".join(topic.casefold().split()).encode()))


def begin(story: Story) -> Told:
    """The first chapter."""
    return Told(Create(scene=story.scene), (_page(1, _opening(story), story, story.scene),))


def choose(label: str, view: SessionView) -> Told:
    """The next chapter. Raises InputError where no story is being told here, or nothing of the kind is offered now."""
    number, story = chapter_of(view.history), story_of(view.history)
    if not number or story is None or view.scene is None:
        raise InputError("No story is being told here.", "Begin one: tell me a story about a fox in the snow")
    if number >= story.pages:
        raise InputError("This story is told to its end.", "Undo takes its last chapter back; or: tell me a story about a robot")
    options = offered(view.scene, story, number)
    said = label.strip().rstrip(".!").casefold()
    option = next((one for one in options if one.label.casefold() == said), None)
    if option is None:
        raise InputError(f"“{label.strip()}” is not offered now.", f"Choose one: {'; '.join(SAY + one.label for one in options)}.")
    after = _after(view.scene, option.change)
    told = _filled(_one(option.told, story, number), story)
    return Told(Refine(change=option.change, later=(), taken=False), (_page(number + 1, told, story, after),))


def chapter_of(history: Sequence[StoredTurn]) -> int:
    """The chapter that stands at the end of the way to the tip, or 0. Talk in between does not end a story; another picture does."""
    for stored in reversed(history):
        if stored.turn.outcome in ("done", "planned") and stored.turn.action in ("create", "refine"):
            found = _HEADING.search(stored.turn.reply)
            return int(found[1]) if found else 0
    return 0


def story_of(history: Sequence[StoredTurn]) -> Story | None:
    """The story being told, from the message that began it; None where none is."""
    for stored in reversed(history):
        found = _HEADING.search(stored.turn.reply)
        if found and found[1] == "1" and stored.turn.action == "create":
            return wanted(stored.turn.message)
    return None


def kinds(story: Story) -> tuple[str, ...]:
    """What kind of turn each choice is, the last one the end. Whom and what the person named gets a turn, if there are turns enough."""
    middle = story.pages - 2
    pattern = PATTERNS[story.seed % len(PATTERNS)]
    found = [pattern[place % len(pattern)] for place in range(middle)]
    need = {"find": int(bool(story.quest)), "meet": len(story.companions)}
    for kind, least in need.items():
        while found.count(kind) < least:
            spare = [place for place, one in enumerate(found) if one != kind and found.count(one) > need.get(one, 0)]
            if not spare:
                break
            found[spare[len(spare) // 2]] = kind
    return (*found, "end")


def offered(scene: Scene, story: Story, chapter: int) -> tuple[Option, ...]:
    """Three ways on from a chapter: those that change the scene, whom or what the person named first, the others in an order that
    differs from story to story."""
    kind = kinds(story)[chapter - 1]
    fresh = [_for(option, story) for option in BEATS[kind].options]
    start = zlib.crc32(f"{story.seed} {chapter}".encode()) % len(fresh)
    named = {
        "meet": [meet(name, *(told.replace("{name}", name) for told in EXPECTED)) for name in story.companions],
        "find": [find(story.quest, *(told.replace("{name}", story.quest) for told in SOUGHT))] if story.quest else [],
    }.get(kind, [])
    ways = [option for option in (*named, *fresh[start:], *fresh[:start]) if not _same(option.change, scene)]
    return tuple({option.label: option for option in reversed(ways)}[label] for label in dict.fromkeys(way.label for way in ways))[:CHOICES]


def _page(number: int, told: str, story: Story, scene: Scene) -> str:
    heading = f"**Chapter {number} of {story.pages}.** {told}"
    if number == story.pages:
        return f"{heading}{_farewell(story, scene)}\n\n*The end.*\n\n{offer(('tell me a story about a robot', 'animate it: slow zoom in'))}"
    ways = offer(f"{SAY}{option.label}" for option in offered(scene, story, number))
    asks = _filled(_one(BEATS[kinds(story)[number - 1]].asks, story, number), story)
    return f"{heading}\n\n**{asks}**\n\n{ways}"


def _opening(story: Story) -> str:
    scene, hero = story.scene, story.hero
    words = scene.setting.split()
    place = scene.setting if words[0] in _WHERE else f"in {scene.setting}" if words[0] in _BARE else f"in the {scene.setting}"
    begins = _one(QUESTS if story.quest else OPENINGS, story, 0)
    return f"Once there was {'an' if hero[0] in 'aeiou' else 'a'} {hero} who lived {place}. {_filled(begins, story)}"


def _farewell(story: Story, scene: Scene) -> str:
    """What became of the quest and the friends, if anything did."""
    there = {one.name for one in scene.elements}
    parts = []
    if story.quest:
        parts.append(f"The {story.quest} was with them." if story.quest in there else f"And the {story.quest}? That is another story.")
    if friends := [name for name in story.companions if name in there]:
        parts.append(f"The {story.hero} and {' and '.join(f'the {name}' for name in friends)} stayed friends.")
    return "".join(f" {part}" for part in parts)


def _for(option: Option, story: Story) -> Option:
    change = option.change
    return option._replace(change=change.evolve(name=story.hero)) if isinstance(change, AlterElement) and change.name == HERO else option


def _same(change: Change, scene: Scene) -> bool:
    """Whether the change would change nothing, or what the story has already."""
    match change:
        case SetField(field=field, value=value):
            return value.casefold() in str(getattr(scene, field)).casefold().split()
        case AddElement(element=element):
            return any(one.name == element.name for one in scene.elements)
        case AlterElement(value=value):
            return scene.elements[0].colour == value
        case _:
            return False


def _one(words: Sequence[str], story: Story, chapter: int) -> str:
    return words[zlib.crc32(f"{chapter} {story.seed}".encode()) % len(words)]


def _after(scene: Scene, change: Change) -> Scene:
    from codirector.prompts.apply import apply

    return apply(scene, change)


def _filled(text: str, story: Story) -> str:
    hero = f"the {story.hero}"
    return text.replace("{hero}", hero).replace("{Hero}", hero[:1].upper() + hero[1:]).replace("{quest}", story.quest)
