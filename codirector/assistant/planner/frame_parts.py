"""One wish as the tagger marked it, and what its slots point at: shared by the builders of frames."""

import re
from dataclasses import dataclass

from codirector.assistant.planner.frame_values import part_and_owner
from codirector.assistant.planner.reading import LIKELY, SURE, TRUSTED, Facts, Reading
from codirector.assistant.planner.references import NOTHING, PRONOUNS, Target, focus, resolve
from codirector.assistant.planner.rules import readings
from codirector.assistant.planner.rules.values import give_inside
from codirector.assistant.planner.tagger import Frame
from codirector.assistant.planner.text import bare, key, trim
from codirector.prompts.change import AddDetail, AddElement, Change
from codirector.prompts.companions import seen_elements

POINTS = 0.5
"""Below this probability the thing pointed at is not believed."""
LONGEST_VALUE = 200
DETERMINERS = frozenset({"the", "my", "our", "your", "a", "an", "those", "these"})


SIGNS = re.compile(
    r"\b(?:sign|banner|poster|title|label|card|board|chalkboard|blackboard|billboard|plaque|flag|logo|headline|caption|nameplate"
    r"|badge|scroll|note"
    r"|letter|menu|marquee|placard|signpost|speech bubble|cover)$",
    re.I,
)
"""Things that are there to be read."""


@dataclass(frozen=True)
class Heard:
    """One wish as the tagger marked it, in its own words."""

    frame: Frame
    text: str
    facts: Facts

    def slot(self, *tags: str) -> str:
        return next((trim(found) for tag in tags if (found := self.frame.first(tag))), "")

    @property
    def certainty(self) -> float:
        return SURE if self.frame.sure > 0.8 else LIKELY


_NOT = re.compile(
    r"\b(?:shouldn't|should not|mustn't|must not|isn't supposed|not supposed|don't want|doesn't)\b(?P<between>[^,.;:!?]*)", re.I
)


def negated(heard: Heard) -> bool:
    """'he shouldn't be so close': what is said is what is not wanted. Not where the wish follows in a clause of its own ('he shouldn't
    stand, sitting') or as a question ('shouldn't the bird sit on his shoulder')."""
    match = _NOT.search(heard.text)
    if match is None or re.match(r"\W*(?:should|must)n't\b", heard.text, re.I):
        return False
    value = heard.slot("V", "P")
    return not value or value.lower() in match["between"].lower() or match.start() > heard.text.lower().find(value.lower())


def target_of(heard: Heard, text: str | None = None) -> Target:
    """The thing meant: by its name, else what the tagger points at, else what a pronoun means."""
    facts, named = heard.facts, heard.slot("T") if text is None else text
    if (
        named.lower() in ("one", "two", "some")
        and (more := re.search(rf"\b{named} of (?:the|those|these|my) [\w'-]+", heard.text, re.I)) is not None
    ):
        named = more[0]
    if named.lower() in DETERMINERS and (more := re.search(rf"\b{re.escape(named)} ([\w'-]+)", heard.text)) is not None:
        named = f"{named} {more[1]}"  # the tagger left the noun outside
    if not named and len(spoken := _spoken_of(heard)) == 1:
        return Target("element", spoken[0])  # 'who asked for curtains, get rid of them' with nothing marked
    index, share = heard.frame.points
    pointed = Target("element", facts.names[index]) if 0 <= index < len(facts.names) and share >= POINTS else NOTHING
    found = resolve(named, facts) if named else NOTHING
    if found.kind == "element" and not found.pronoun:
        return found
    pronoun = named.lower() in PRONOUNS or not named
    if (
        named.lower() in ("they", "them", "these", "those")
        and found.kind == "element"
        and (seen := facts.element(found.name))
        and seen.count > 1
    ):
        return found
    if pronoun and pointed.kind == "element" and (len(facts.names) > 1 and not facts.focus):
        return pointed
    if pronoun:
        return found if found.kind == "element" else focus(facts)
    if found.kind == "picture":
        return focus(facts)
    return found if found.kind != "nothing" else pointed


def _spoken_of(heard: Heard) -> list[str]:
    """The scene's things whose noun the wish says."""
    said = set(key(heard.text))
    return [name for name in heard.facts.names if key(name) and key(name)[-1] in said]


def said_as(heard: Heard, text: str, *kinds: str) -> Reading | None:
    """How the rules read the same wish in its plain wording, where that gives one of these kinds of change."""
    found = readings(text, heard.facts)
    best = found[0] if found and found[0].certainty >= TRUSTED else None
    if best is None or (kinds and (best.change is None or best.change.kind not in kinds)):
        return None
    return best


def change_reading(heard: Heard, change: Change, focus: str = "", note: str = "") -> Reading:
    return Reading(heard.certainty, change, focus=focus, note=note, rule=f"heard {heard.frame.intent}")


def detail_reading(heard: Heard, words: str, focus: str = "") -> Reading | None:
    words = trim(words)[:LONGEST_VALUE]
    return change_reading(heard, AddDetail(detail=words), focus) if words else None


def of_its_own(heard: Heard, attribute: str, value: str) -> Reading | None:
    """A value for what is only named in what another does ('fighting a dragon'): it becomes a thing of its own. None where the wish names
    no such thing."""
    named = key(heard.slot("T"))
    if heard.facts.scene is None or not named:
        return None
    others = seen_elements(heard.facts.scene)[len(heard.facts.scene.elements) :]
    thing = next((other for other in others if key(other.name)[-1:] == named[-1:]), None)
    if thing is None:
        return None
    found = resolve(heard.slot("T"), heard.facts)
    if found.noun and attribute in ("colour", "material") and (inside := give_inside(found, value, "make", heard.facts)) is not None:
        return inside  # 'sleeping on a blue sofa'
    made = thing.evolve(**{attribute: int(value) if attribute == "count" else value})
    return change_reading(heard, AddElement(element=made), made.name, note=f"The {made.name} is a thing of its own now.")


def given(heard: Heard, target: Target, value: str) -> Reading | None:
    """A value for what is no thing of the scene: by the rules, else as a detail that names it ('purple sky')."""
    named = heard.slot("T")
    if not named:
        return None
    if target.kind == "region":  # 'one of the boats'
        return said_as(heard, heard.text, "retouch") or said_as(heard, f"make the {target.name} {value}", "retouch")
    plain = re.sub(r"^(?:the|a|an|his|her|its|their|that|this) (?=\S)", "", named, flags=re.I)
    part, owner = part_and_owner(named)
    if owner and re.match(r"(?:his|her|its|their)\b|.+'s? ", named, re.I) and (whose := resolve(owner, heard.facts)).kind == "element":
        return detail_reading(heard, f"{value} {part}", whose.name)  # 'strawberry blonde hair'
    thing = next((slot for slot in heard.frame.slots if slot.tag == "T"), None)
    said_so = next((slot for slot in heard.frame.slots if slot.tag == "V"), None)
    if thing is not None and said_so is not None and thing.end < said_so.start:
        joint = trim(heard.text[thing.end : said_so.start]).lower()
        if joint in ("in", "on", "with", "of", "at", "under", "covered in", "full of"):
            return detail_reading(heard, f"{plain} {joint} {value}")  # 'the castle in flames'
    if (said := said_as(heard, f"make the {plain} {value}")) is not None:
        return said
    return detail_reading(heard, f"{value} {plain}")


def bare_text(heard: Heard) -> str:
    """The wish without its courtesies."""
    return bare(heard.text)


def lettering(new: str) -> bool:
    """'Sold Out', '"Cold Call"': words to be read rather than a thing."""
    quoted = re.fullmatch(r"[\"'“‘].+[\"'”’]", new.strip()) is not None
    return quoted or re.fullmatch(r"(?:[A-Z0-9][\w'!&.-]*)(?: (?:[A-Z0-9&][\w'!&.-]*|of|the|and|for|to))*", new.strip()) is not None
