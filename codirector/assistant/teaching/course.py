"""A course: which question is open, how hard the next one is, and how the learner has done. Pure; its state is a value of the plan.

Difficulty follows the learner: two right answers in a row make the next question one level harder, a wrong one makes it one level easier.
It does not read messages (see `understand`) nor keep anything (the session's turns do).
"""

from collections.abc import Sequence
from typing import NamedTuple

from codirector.assistant.plan import Course
from codirector.assistant.turn.reply import offer
from codirector.errors import InputError
from codirector.knowledge.quiz import LEVELS, Question, about, known, lesson, questions

LENGTH = 10
"""Questions of a lesson or a quiz."""
UP = 2
"""Right answers in a row that make the next question harder."""
LETTERS = "ABCD"
HARDNESS = {1: "for a start", 2: "a bit harder", 3: "hard"}


class Step(NamedTuple):
    """The course after a turn, and what is said."""

    course: Course
    text: str


def begin(kind: str, topic: str = "") -> Step:
    """The first question of a lesson or quiz. Raises InputError for a subject the articles have nothing about."""
    pool = _pool(kind, topic)
    if not pool:
        raise InputError(f"There is nothing to ask about “{topic}” in the articles.", "For example: quiz me on samplers, or: quiz me")
    course = Course(kind="lesson" if kind == "lesson" else "quiz", topic=topic, length=min(LENGTH, len({_place(one) for one in pool})))
    intro = (
        f"A lesson in {course.length} steps. Each begins with what is to be known, from the articles, and ends with a question."
        if kind == "lesson"
        else f"{course.length} questions{f' on {topic}' if topic else ''}; they get harder as you get better."
    )
    course, text = _ask(course)
    return Step(course, f"{intro} Press an answer or say its letter; “stop the {course.kind}” ends it.\n\n{text}")


def answered(course: Course, choice: int) -> Step:
    """Judges an answer to the open question, explains it with its source, and asks the next or says how it went."""
    question = _open(course)
    right = choice == question.right
    streak = course.streak + 1 if right else 0
    level = max(LEVELS[0], course.level - 1) if not right else min(LEVELS[-1], course.level + 1) if streak >= UP else course.level
    course = course.evolve(
        right=course.right + right, missed=course.missed if right else (*course.missed, question.id),
        streak=0 if streak >= UP else streak, level=level, open="",
    )  # fmt: skip
    said = "**Right.**" if right else f"**Not quite.** It is {LETTERS[question.right]}: {question.choices[question.right]}."
    url = f"]({question.source.url})" if question.source.url else "]"
    told = f"{said} {question.explanation} [1]\n\n[1] [{question.source.title}: {question.source.heading}{url}"
    told += f"\n\n{course.right} of {len(course.asked)} right so far."
    if len(course.asked) >= course.length:
        return Step(course, f"{told}\n\n{_over(course)}")
    course, text = _ask(course)
    return Step(course, f"{told}\n\n{text}")


def ended(course: Course) -> Step:
    """Stops it before its end."""
    return Step(course.evolve(open=""), f"The {course.kind} ends here: {course.right} of {max(len(course.asked) - 1, 0)} right.")


def choice_of(course: Course, message: str) -> int | None:
    """The place of the answer that a message gives: a letter, a letter and its text, or the text. None: it gives none."""
    question = _open(course)
    plain = message.strip().rstrip(".!").strip()
    letter = plain[:1].upper()
    if letter and letter in LETTERS and (len(plain) == 1 or plain[1] in ".):"):
        rest = plain[2:].strip().casefold()
        place = LETTERS.index(letter)
        if place < len(question.choices) and rest in ("", question.choices[place].casefold().rstrip(".")):
            return place
    return next((place for place, choice in enumerate(question.choices) if choice.casefold().rstrip(".") == plain.casefold()), None)


def _ask(course: Course) -> Step:
    question = _next(course)
    course = course.evolve(asked=(*course.asked, question.id), open=question.id)
    number = f"**{'Step' if course.kind == 'lesson' else 'Question'} {len(course.asked)} of {course.length}**"
    taught = f"{number} · {question.source.heading}\n\n{question.explanation} [{question.source.title}]" if course.kind == "lesson" else ""
    asked = f"**{question.ask}**" if taught else f"{number} ({HARDNESS[question.level]}): **{question.ask}**"
    choices = offer(f"{letter}. {choice}" for letter, choice in zip(LETTERS, question.choices, strict=False))
    return Step(course, "\n\n".join(part for part in (taught, asked, choices) if part))


def _next(course: Course) -> Question:
    """A lesson's next step; in a quiz a question not asked yet, of a passage not asked about if there is one, nearest to the level."""
    pool = _pool(course.kind, course.topic)
    if course.kind == "lesson":
        return pool[len(course.asked)]
    before = [one for name in course.asked if (one := known(name)) is not None]
    seen = {_place(one) for one in before}
    fresh = [one for one in pool if one.id not in course.asked]
    ranked = sorted(fresh, key=lambda one: (_place(one) in seen, abs(one.level - course.level), one.id.startswith("made:")))
    return ranked[0]


def _over(course: Course) -> str:
    lines = [f"**Done: {course.right} of {course.length} right.**"]
    missed = [one for name in course.missed if (one := known(name)) is not None]
    if missed:
        read = dict.fromkeys(f"- {one.source.title}: {one.source.heading}" for one in missed)
        lines.append("Worth reading again:\n" + "\n".join(read))
    elif course.kind == "quiz":
        lines.append("Nothing to read again.")
    if course.kind == "lesson":
        lines.append("Now try it yourself:\n\n" + offer(("a fox in the snow at sunset, watercolor", "quiz me")))
    else:
        lines.append(offer(("quiz me", "teach me the basics")))
    return "\n\n".join(lines)


def _pool(kind: str, topic: str) -> Sequence[Question]:
    if kind == "lesson":
        return lesson()
    return about(topic) if topic else questions()


def _open(course: Course) -> Question:
    question = known(course.open)
    if question is None:
        raise InputError("That question is no longer asked.", "Start again: quiz me")
    return question


def _place(question: Question) -> tuple[str, str]:
    return question.source.article, question.source.heading
