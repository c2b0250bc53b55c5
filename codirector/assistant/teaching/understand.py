"""Messages that ask for teaching, read by code before any planner: lessons, quizzes and their answers, stories and their choices,
explanations for an audience, summaries, the workflow as a diagram, a walk through the denoising, a comparison that shows what a
setting does. Pure.

What it does not know for certain it leaves to the planner.
"""

import re
from typing import Literal, NamedTuple

from codirector.assistant.plan import Compare, Course, Plan, Teach
from codirector.assistant.session.record import SessionView
from codirector.assistant.teaching import tale
from codirector.assistant.teaching.course import LETTERS, choice_of

SOURCE = "teaching"
_PLEASE = r"^(?:please |can you |could you |would you |i(?:'d| would) like (?:you to |to )?|let'?s )?"
_END = r"[.!?]*$"
_LESSON = re.compile(
    rf"{_PLEASE}(?:(?:teach|show) me(?: (?:the basics|how (?:this|it) (?:all )?works|about (?:ai|generated) (?:pictures|images|art)))?"
    r"|(?:start |begin |give me |have |do )?(?:a |the )?(?:beginner'?s? |newcomer'?s? |first |basic )?lesson"
    rf"(?: for (?:beginners|newcomers))?|i(?:'m| am) new (?:here|to (?:this|it|all this))){_END}",
    re.I,
)
_QUIZ = re.compile(
    rf"{_PLEASE}(?:quiz(?: me)?|test me|(?:start |give me |do |have )?a quiz)(?: (?:on|about) (?P<topic>[^?!]+?))?{_END}", re.I
)
_STOP = re.compile(rf"^(?:stop|end|quit|leave|finish)(?: (?:the |this )?(?:quiz|lesson|course))?{_END}", re.I)
_I_AM = r"(?:i(?:'m| am|’m| were)? ?(?:new(?: to (?:this|it))?|a (?:beginner|child|newcomer)|five|5|ten)|i know nothing)"
_TO = rf"{_PLEASE}(?:explain|tell me about) (?P<topic>.+?)"
_EXPLAIN: tuple[tuple[re.Pattern[str], Literal["new", "engineer"]], ...] = (
    (re.compile(rf"{_TO}(?: to me)? (?:like|as if|as though|as) {_I_AM}{_END}", re.I), "new"),
    (re.compile(rf"{_TO} (?:for (?:a )?(?:beginner|newcomer|child)s?|simply|in simple words){_END}", re.I), "new"),
    (re.compile(rf"^(?:eli ?5)[:,]? (?P<topic>.+?){_END}", re.I), "new"),
    (
        re.compile(
            rf"{_TO}(?: to me)? (?:like|as if|as though|as|for) (?:i(?:'m| am|’m| were) )?(?:an? )?"
            rf"(?:engineer|expert|researcher|mathematician)s?{_END}",
            re.I,
        ),
        "engineer",
    ),
)
_SUMMARY = re.compile(
    r"^(?:please )?(?:summari[sz]e|sum up|summary of|give me a summary of)(?: (?:this|these|the following|my|the))?"
    r"(?: (?:notes?|text|article|page))?\s*[:\n]\s*(?P<text>.+)$",
    re.I | re.S,
)
_DIAGRAM = re.compile(
    rf"{_PLEASE}(?:(?:draw|show|make|give)(?: me)? (?:my |the |our |a )?(?:workflow|work ?flow|steps|way here|history)"
    r"(?: as)?(?: a)?(?: diagram)?|(?:draw|show|make|give)(?: me)? (?:a |the )?diagram of (?:my |the |our )?"
    rf"(?:workflow|steps|picture|work|history)|workflow diagram){_END}",
    re.I,
)
_CHOICE = re.compile(r"^story\s*[:–-]\s*(?P<label>.+)$", re.I)
_DRAG = re.compile(
    rf"{_PLEASE}(?:(?:show|let) me (?:what )?(?P<a>guidance|cfg|steps|sampling steps|denoising)(?: scale)? (?:does|do|on my picture)"
    rf"|(?:a )?lesson (?:on|about) (?P<b>guidance|cfg|steps|denoising)(?: scale)?"
    r"|(?:drag|try) the (?P<c>guidance|cfg|steps)(?: scale| slider)?"
    rf"|walk (?:me )?(?:through )?the (?P<d>denoising|steps)(?: steps)?){_END}",
    re.I,
)
GUIDANCES, STEPS = (1.0, 2.0, 4.0, 7.0), (1, 2, 4, 8)
"""What the two lessons that draw put side by side: with the same seed, only this differs."""


class Understood(NamedTuple):
    """Understood without a planner. Same fields as a planner's answer."""

    plan: Plan
    notes: tuple[str, ...] = ()
    source: str = SOURCE


def course_of(view: SessionView) -> Course | None:
    """The lesson or quiz that stands at the end of the way to the tip; None where none is or its last question is answered."""
    for stored in reversed(view.history):
        if isinstance(stored.turn.plan, Teach) and stored.turn.plan.course is not None and stored.turn.outcome in ("done", "planned"):
            return stored.turn.plan.course if stored.turn.plan.course.open else None
    return None


def read(message: str, view: SessionView) -> Understood | tale.Told | None:
    """The plan of a message that asks for teaching; None for every other. Raises InputError for a choice that is not offered."""
    said = message.strip()
    if (course := course_of(view)) is not None:
        if choice_of(course, said) is not None:
            return Understood(Teach(what="answer", text=said))
        if _STOP.match(said):
            return Understood(Teach(what="stop"))
    if (choice := _CHOICE.match(said)) is not None:
        return tale.choose(choice["label"], view)
    if course is None and len(said) == 1 and said.upper() in LETTERS and view.scene is not None:
        chapter, story = tale.chapter_of(view.history), tale.story_of(view.history)
        ways = tale.offered(view.scene, story, chapter) if story is not None and 0 < chapter < story.pages else ()
        if (place := LETTERS.index(said.upper())) < len(ways):
            return tale.choose(ways[place].label, view)
    return _new(said)


def _new(said: str) -> Understood | tale.Told | None:
    if (story := tale.wanted(said)) is not None:
        return tale.begin(story)
    if (found := _DRAG.match(said)) is not None:
        wanted = next(value for value in found.groups() if value).casefold()
        if wanted == "denoising" or found["d"]:
            return Understood(Teach(what="walk"))
        if wanted in ("guidance", "cfg"):
            return Understood(Compare(guidances=GUIDANCES))
        return Understood(Compare(steps=STEPS))
    if _LESSON.match(said):
        return Understood(Teach(what="lesson"))
    if (found := _QUIZ.match(said)) is not None:
        return Understood(Teach(what="quiz", text=(found["topic"] or "").strip()))
    for pattern, audience in _EXPLAIN:
        if (found := pattern.match(said)) is not None:
            return Understood(Teach(what="explain", text=found["topic"], audience=audience))
    if (found := _SUMMARY.match(said)) is not None:
        return Understood(Teach(what="summary", text=found["text"]))
    if _DIAGRAM.match(said):
        return Understood(Teach(what="diagram"))
    return None
