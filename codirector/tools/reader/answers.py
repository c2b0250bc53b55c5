"""Answers to questions from a `Reading`: only what the reading holds, each with how sure. Pure.

It does not look at pixels. Outside of the reader's world it says so.
"""

from __future__ import annotations

from pydantic import Field

from codirector.tools.reader.questions import Kind, Question, Relation
from codirector.tools.reader.reading import SETTING_PHRASES, TIME_PHRASES, Reading, SeenThing, article, number_word
from codirector.values import Value

_OPPOSITE: dict[str, str] = {"left": "to the left of", "right": "to the right of", "above": "above", "below": "below"}
_INDOORS = {"room"}
_NO_PLACE = {"plain", "space", "underwater"}


class Answered(Value):
    """An answer in a sentence, the bare fact in it (for comparing), how sure 0..1, and which reader spoke."""

    text: str
    fact: str
    sure: float = Field(ge=0.0, le=1.0)
    kind: Kind
    reader: str = "our own reader"
    understood: bool = True


def percent(sure: float) -> str:
    return f"{100 * min(sure, 0.99):.0f} %"


def where_words(thing: SeenThing) -> str:
    across = {"left": "on the left", "right": "on the right", "centre": "in the middle"}[thing.placement]
    return across if thing.height == "middle" else f"{across}, towards the {thing.height}"


def answer(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered | None:
    """None for questions that a reading alone cannot answer (text, palette, sharpness, composition, unknown)."""
    maker = _ANSWERS.get(question.kind)
    if maker is None:
        return None
    if not question.known and question.kind not in ("what",):
        return _unknown_thing(question)
    return maker(question, reading, plurals)


def _unknown_thing(question: Question) -> Answered:
    word = question.thing or question.other
    return Answered(
        text=f"“{word}” is not among the 164 things I know, so I cannot tell.",
        fact="unknown",
        sure=0.0,
        kind=question.kind,
        understood=False,
    )


def _no_such(question: Question, name: str, reading: Reading) -> Answered:
    seen = _list(reading) or "nothing I know"
    near = max((guess.score for thing in reading.things for guess in thing.others if guess.value == name), default=0.0)
    return Answered(text=f"I see no {name} in it; I see {seen}.", fact="none", sure=max(0.0, 0.9 - near), kind=question.kind)


def _list(reading: Reading) -> str:
    parts = [f"{article(name)} {name}" if count == 1 else f"{number_word(count)} times {name}" for name, count in reading.counts.items()]
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""


def _what(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    return Answered(text=reading.caption, fact=reading.caption, sure=reading.sure, kind=question.kind)


def _presence(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    things = reading.named(question.thing)
    if not things:
        return _no_such(question, question.thing, reading).evolve(
            fact="no", text=f"No, I see no {question.thing}; I see {_list(reading) or 'nothing I know'}."
        )
    best = max(thing.score for thing in things)
    return Answered(text=f"Yes, {where_words(things[0])} ({percent(best)}).", fact="yes", sure=best, kind=question.kind)


def _count(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    things = reading.named(question.thing) if question.thing else reading.things
    sure = min((thing.score for thing in things), default=0.8)
    name = question.thing or "thing"
    word = name if len(things) == 1 else plurals.get(name, name + "s")
    listed = f": {_list(reading)}" if not question.thing and things else ""
    return Answered(
        text=f"I see {number_word(len(things))} {word}{listed} ({percent(sure)}).", fact=str(len(things)), sure=sure, kind=question.kind
    )


def _is_count(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    counted = _count(question, reading, plurals)
    yes = counted.fact == question.value
    return counted.evolve(text=f"{'Yes' if yes else 'No'}: {counted.text}", fact="yes" if yes else "no")


def _colour(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    things = reading.named(question.thing)
    if not things:
        return _no_such(question, question.thing, reading)
    thing = things[0]
    second = [guess.value for guess in thing.colours[1:3] if guess.score > 0.2]
    more = f", with {' and '.join(second)}" if second else ""
    sure = min(1.0, thing.score * sum(guess.score for guess in thing.colours[:2]))
    return Answered(
        text=f"The {thing.name} is mostly {thing.colour.value}{more} ({percent(sure)}).",
        fact=thing.colour.value,
        sure=sure,
        kind=question.kind,
    )


def _is_colour(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    things = reading.named(question.thing)
    if not things:
        return _no_such(question, question.thing, reading)
    share = max((guess.score for guess in things[0].colours if guess.value == question.value), default=0.0)
    yes = share >= 0.3
    main = things[0].colour.value
    text = f"Yes, {'mostly' if main == question.value else 'in part; mostly it is ' + main}." if yes else f"No, it looks {main} to me."
    return Answered(text=text, fact="yes" if yes else "no", sure=things[0].score * (share if yes else 1 - share), kind=question.kind)


def _place(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    things = reading.named(question.thing)
    if not things:
        return _no_such(question, question.thing, reading)
    first = things[0]
    places = [where_words(thing) for thing in things]
    many = f"I see {number_word(len(things))}: " if len(things) > 1 else f"The {first.name} is "
    return Answered(text=f"{many}{'; '.join(places)} ({percent(first.score)}).", fact=first.placement, sure=first.score, kind=question.kind)


def _is_place(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    things = reading.named(question.thing)
    if not things:
        return _no_such(question, question.thing, reading)
    yes = any(question.value in (thing.placement, thing.height) for thing in things)
    return Answered(
        text=f"{'Yes' if yes else 'No'}, it is {where_words(things[0])}.",
        fact="yes" if yes else "no",
        sure=things[0].score,
        kind=question.kind,
    )


def _stands(one: SeenThing, relation: Relation | None, other: SeenThing) -> bool:
    """Whether `one` stands in `relation` to `other`, by the middles of their boxes."""
    gap = 0.05
    return {
        "left": one.box.x < other.box.x - gap, "right": one.box.x > other.box.x + gap,
        "above": one.box.y < other.box.y - gap, "below": one.box.y > other.box.y + gap,
    }[relation or "left"]  # fmt: skip


def _neighbour(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    anchors = reading.named(question.other)
    if not anchors:
        return _no_such(question, question.other, reading)
    beside = [thing for thing in reading.things if thing not in anchors and _stands(thing, question.relation, anchors[0])]
    beside.sort(key=lambda thing: abs(thing.box.x - anchors[0].box.x) + abs(thing.box.y - anchors[0].box.y))
    side = _OPPOSITE[question.relation or "left"]
    if not beside:
        return Answered(
            text=f"Nothing that I know is {side} the {question.other}.", fact="none", sure=anchors[0].score * 0.9, kind=question.kind
        )
    names = list(dict.fromkeys(thing.name for thing in beside))
    listed = " and ".join(f"{article(name)} {name}" for name in names)
    sure = anchors[0].score * beside[0].score
    return Answered(text=f"{listed[0].upper()}{listed[1:]} ({percent(sure)}).", fact=names[0], sure=sure, kind=question.kind)


def _is_neighbour(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    ones, others = reading.named(question.thing), reading.named(question.other)
    for name, found in ((question.thing, ones), (question.other, others)):
        if not found:
            return _no_such(question, name, reading)
    yes = _stands(ones[0], question.relation, others[0])
    sure = ones[0].score * others[0].score
    return Answered(text=f"{'Yes' if yes else 'No'} ({percent(sure)}).", fact="yes" if yes else "no", sure=sure, kind=question.kind)


def _at(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    there = [thing for thing in reading.things if question.value in (thing.placement, thing.height)]
    if not there:
        return Answered(text="Nothing that I know is there.", fact="none", sure=0.8, kind=question.kind)
    listed = " and ".join(f"{article(thing.name)} {thing.name}" for thing in there)
    return Answered(
        text=f"{listed[0].upper()}{listed[1:]} ({percent(there[0].score)}).", fact=there[0].name, sure=there[0].score, kind=question.kind
    )


def _time(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    if not reading.time.value:
        return Answered(text="It is in space, where there is no time of day.", fact="none", sure=reading.setting.score, kind=question.kind)
    asked = question.kind == "is_time"
    yes = reading.time.value == question.value
    words = {"day": "It is day", "sunset": "It is sunset", "night": "It is night"}[reading.time.value]
    text = f"{'Yes. ' if yes else 'No. '}{words} ({percent(reading.time.score)})." if asked else f"{words} ({percent(reading.time.score)})."
    return Answered(text=text, fact=("yes" if yes else "no") if asked else reading.time.value, sure=reading.time.score, kind=question.kind)


def _setting(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    here = reading.setting.value
    words = f"on a plain {reading.background.value} background" if here == "plain" else SETTING_PHRASES.get(here, here)
    sure = reading.setting.score
    if question.kind == "setting":
        light = TIME_PHRASES.get(reading.time.value, "")
        return Answered(
            text=f"{words[0].upper()}{words[1:]} {light} ({percent(sure)}).".replace("  ", " ").replace(" (", " (", 1),
            fact=here,
            sure=sure,
            kind=question.kind,
        )
    yes = question.value == here or (question.value == "outdoors" and here not in _INDOORS | _NO_PLACE)
    return Answered(
        text=f"{'Yes' if yes else 'No'}, it is {words} ({percent(sure)}).", fact="yes" if yes else "no", sure=sure, kind=question.kind
    )


def _background(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    if reading.setting.value != "plain":
        return _setting(question.evolve(kind="setting"), reading, plurals)
    return Answered(
        text=f"The background is {reading.background.value} ({percent(reading.background.score)}).",
        fact=reading.background.value,
        sure=reading.background.score,
        kind=question.kind,
    )


def _style(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    here, sure = reading.style.value, reading.style.score
    if question.kind == "style":
        return Answered(text=f"It is in the style {here} ({percent(sure)}).", fact=here, sure=sure, kind=question.kind)
    yes = question.value == here or question.value == "drawing" or (question.value == "painting" and here == "watercolor")
    if question.value == "photograph":
        yes, sure = not reading.in_world, max(reading.world, 1 - reading.world)
    return Answered(
        text=f"{'Yes' if yes else 'No'}, it looks like {here} ({percent(sure)}).",
        fact="yes" if yes else "no",
        sure=sure,
        kind=question.kind,
    )


def _framing(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    here, sure = reading.framing.value, reading.framing.score
    words = {"close-up": "a close-up", "medium": "a medium shot", "wide": "a wide shot"}[here]
    if question.kind == "framing":
        return Answered(text=f"It is {words} ({percent(sure)}).", fact=here, sure=sure, kind=question.kind)
    yes = question.value == here
    return Answered(
        text=f"{'Yes' if yes else 'No'}, it is {words} ({percent(sure)}).", fact="yes" if yes else "no", sure=sure, kind=question.kind
    )


def _largest(question: Question, reading: Reading, plurals: dict[str, str]) -> Answered:
    del plurals
    if not reading.things:
        return Answered(text="I see nothing that I know in it.", fact="none", sure=0.7, kind=question.kind)
    first = reading.things[0]
    return Answered(
        text=f"The {first.name}, {where_words(first)} ({percent(first.score)}).", fact=first.name, sure=first.score, kind=question.kind
    )


_ANSWERS = {
    "what": _what, "presence": _presence, "count": _count, "is_count": _is_count, "colour": _colour, "is_colour": _is_colour,
    "place": _place, "is_place": _is_place,
    "neighbour": _neighbour, "is_neighbour": _is_neighbour, "at": _at, "time": _time, "is_time": _time, "setting": _setting,
    "is_setting": _setting, "style": _style, "is_style": _style, "framing": _framing, "is_framing": _framing, "largest": _largest,
    "background": _background,
}  # fmt: skip
