"""Frames that are whole plans: animate, lock, undo, go to, compare, save, questions, talk, new pictures."""

import re
from collections.abc import Callable
from itertools import pairwise

from codirector.assistant.plan import Animate, Clarify, Create, GoTo, Plan, Refine, Talk
from codirector.assistant.planner.ask import question_for
from codirector.assistant.planner.decide import MOST_OPTIONS
from codirector.assistant.planner.frame_parts import Heard, bare_text, change_reading, said_as, target_of
from codirector.assistant.planner.frame_values import part_and_owner
from codirector.assistant.planner.kept import meant
from codirector.assistant.planner.lexicon import ORDINALS
from codirector.assistant.planner.nouns import count_of
from codirector.assistant.planner.reading import Reading
from codirector.assistant.planner.references import PRONOUNS, resolve
from codirector.assistant.planner.rules import film, navigation, questions
from codirector.assistant.planner.rules.creation import scene_of
from codirector.prompts.change import Lock, SetMotion
from codirector.prompts.scene import Motion, Scene
from codirector.prompts.words import parse_number


def animate(heard: Heard) -> Reading | None:
    camera, subject, keep = _to_its_end(heard.slot("CM"), heard.text), heard.slot("SM"), heard.slot("K")
    said = film.animate(heard.text, heard.facts) or film.animate(bare_text(heard), heard.facts)
    motion = said.plan.motion if said is not None and isinstance(said.plan, Animate) else Motion()
    timing = film.timing(heard.text)
    if (number := parse_number(heard.slot("V"))) is not None and re.search(r"\bfps\b|\bframes\b", heard.text, re.I):
        timing = {**timing, "fps": int(number)}  # '24 fps feels choppy, bump it to 60'
    values: dict[str, object] = dict(timing)
    camera = re.sub(r"^(?:with )?(?:an?|the) (?=\S)", "", camera, flags=re.I) or motion.camera
    if heard.facts.film and not re.search(r"animat|gif|life|(?<!the )(?<!this )\b(?:video|film|clip)", heard.text, re.I):
        for name, value in (("camera", camera), ("subject", subject), ("continuity", keep), *((n, f"{v:g}") for n, v in timing.items())):
            if value:
                return change_reading(heard, SetMotion(setting=name, value=value))  # type: ignore[arg-type]
        if re.search(r"\bloop", heard.text, re.I) and not subject:
            return change_reading(heard, SetMotion(setting="loop", value="on"))
    if (told := re.match(r"(?:the )?camera (?P<m>.+)$", subject, re.I)) is not None:
        camera, subject = camera or told["m"], ""
    values |= {"camera": camera, "subject": _subject(subject, heard) or motion.subject, "continuity": keep or motion.continuity}
    return Reading(heard.certainty, plan=Animate(motion=Motion.model_validate(values)), rule="heard animate")


def _to_its_end(move: str, text: str) -> str:
    """A camera move that the tagger cut at its preposition ('drift towards' + 'him slowly')."""
    if not re.search(r"\b(?:towards?|to|around|over|on|past|behind|of|in|from)$", move, re.I):
        return move
    rest = re.match(r"(?: (?!for\b|while\b|and\b|over \d)[\w'-]+){1,4}", text[text.find(move) + len(move) :])
    return f"{move}{rest[0]}" if rest else move


def _subject(text: str, heard: Heard) -> str:
    """'him slowly turns' with the pronoun's name."""
    words = text.split(" ", 1)
    if len(words) == 2 and words[0].lower() in PRONOUNS and (meant := target_of(heard, words[0])).kind == "element":
        return f"{meant.name} {words[1]}"
    return re.sub(r"^(?:the|a|an) (?=\S)", "", text, flags=re.I)


def lock(undo: bool) -> Callable[[Heard], Reading | None]:
    def build(heard: Heard) -> Reading | None:
        target = target_of(heard) if heard.slot("T") else resolve(heard.slot("V"), heard.facts)
        if target.kind not in ("element", "field", "seed"):  # a face is no field of its own: whose it is is kept
            target = resolve(part_and_owner(heard.slot("T", "V"))[1], heard.facts)
        if target.kind in ("element", "field", "seed"):
            return change_reading(heard, Lock(target=target.name, undo=undo))
        return said_as(heard, heard.text, "lock")

    return build


def steps_back(heard: Heard) -> int:
    words = re.findall(r"[a-z]+|\d+", (heard.slot("V") or heard.text).lower())
    near = words if heard.slot("V") else [b for a, b in pairwise(words) if a in ("last", "back", "by")]
    number = next((n for word in near if word not in ("a", "an", "one") and (n := count_of(word))), None)
    return min(max(number or 1, 1), 1000)


def plan(make: Callable[[Heard], Plan | None]) -> Callable[[Heard], Reading | None]:
    def build(heard: Heard) -> Reading | None:
        plan = make(heard)
        return Reading(heard.certainty, plan=plan, rule=f"heard {heard.frame.intent}") if plan is not None else None

    return build


def goto(heard: Heard) -> Plan | None:
    said = said_as(heard, heard.text)
    if said is not None and isinstance(said.plan, GoTo):
        return said.plan
    words = heard.slot("V").lower().lstrip("#")
    if (thread := navigation.thread_named(words or heard.text, heard.facts)) is not None:
        return GoTo(branch=thread)
    if (before := navigation.turn_before(words, heard.facts)) is not None:
        return GoTo(turn=before)
    if not re.search(r"\d", words) and (like := navigation.turn_with(words, heard.facts)) is not None:
        return GoTo(turn=like)
    number = next((ORDINALS[word] for word in words.split() if word in ORDINALS), None) or next(
        (n for word in words.split() if (n := count_of(word))), None
    )
    if re.search(r"\b(?:start|beginning|original)\b", words):
        number = 1
    if number:
        return GoTo(turn=number)
    if re.search(r"\bbranch\b", heard.text, re.I) and words:
        return GoTo(branch=words)
    turns = [stored.number for stored in heard.facts.view.history[:-1]][-MOST_OPTIONS:]
    if not words or len(turns) < 2:
        return None
    return Clarify(question=f"Which picture is “{words}”? They have numbers.", options=tuple(f"go to turn {turn}" for turn in turns))


def kept_wish(heard: Heard) -> Plan | None:
    """A wish kept for later is taken up. One that nobody has read yet is no plan here: the planner reads those anew."""
    later = heard.facts.view.later
    number = meant(heard.slot("V", "T", "O") or heard.text, later)
    if number is None or later[number].change is None:
        return None
    rest = (*later[:number], *later[number + 1 :])
    return Refine(change=later[number].change, later=rest, taken=True)  # type: ignore[arg-type]


def compare(heard: Heard) -> Plan | None:
    said = navigation.compare(bare_text(heard), heard.facts)
    if said is not None:
        return said.plan
    return navigation.comparison(heard.frame.all("V"), heard.text)


def talk(heard: Heard) -> Plan | None:
    said = questions.courtesy(heard.text, heard.facts)
    if said is not None:
        return said.plan
    hello = re.match(r"\W*(?:hi|hey|hello|good (?:morning|evening|day)|how are|who are|are you)\b", heard.text, re.I)
    return Talk(reply=questions.greeting(heard.facts) if hello else questions.thanks(heard.facts))


def new_scene(heard: Heard) -> Plan | None:
    tags = {"EL", "ACT", "SET", "STY", "LIG", "MOO", "CAM", "COM", "DET", "AVO", "P"}
    begins = [slot.start for slot in heard.frame.slots if slot.tag in tags]
    text = heard.text[min(begins) :] if begins and heard.frame.intent == "newscene" else bare_text(heard)
    scene, _ = scene_of(text)
    return Create(scene=scene) if scene != Scene() else None


def vague(heard: Heard) -> Clarify | None:
    return question_for(bare_text(heard), heard.facts) or Clarify(
        question="Better in which way?", options=("highly detailed", "more contrast", "dramatic lighting")
    )
