"""Asks the language model about a wish the rules could not read, at most twice, and believes it only as far as code can check."""

from dataclasses import dataclass

from codirector.assistant.planner.decide import Decision, Undecided, assemble
from codirector.assistant.planner.model import Model
from codirector.assistant.planner.reading import Facts, Reading
from codirector.assistant.planner.slots import SCHEMA, doubt_of, messages, reading_of
from codirector.errors import RefusedChange
from codirector.prompts.apply import apply


@dataclass(frozen=True)
class Judged:
    """A decision if the model's answer was valid and believable; else None and, in a sentence, why not. `answers` are its raw texts."""

    decision: Decision | None
    answers: tuple[str, ...]
    tokens: int
    why: str


def judge(model: Model, message: str, undecided: Undecided, facts: Facts) -> Judged:
    """The first unread wish is put to the model; an answer that is not valid is sent back once with what is wrong with it.
    A question that code can put (`undecided.ask`) is better than a small model's guess, so then it is not asked at all."""
    if undecided.ask is not None and not model.trusted and not facts.view.pending_question:
        return Judged(None, (), 0, "")
    index = next(i for i, reading in enumerate(undecided.read) if reading is None)
    wish = undecided.wishes[index] if len(undecided.wishes) > 1 else message
    problem, tokens, texts = "", 0, []
    for _ in range(2):
        answer = model.fill(messages(wish, facts, problem), SCHEMA)
        tokens += answer.tokens
        texts.append(answer.text)
        if answer.slots is not None and not model.trusted and doubt_of(answer.slots, wish, facts):
            break  # valid, but not what was said: asking again would only cost time
        found = reading_of(answer.slots, wish, facts, model.trusted) if answer.slots is not None else "That was no valid JSON."
        if isinstance(found, Reading) and not (problem := _refused(found, facts)):
            read = (*undecided.read[:index], found, *undecided.read[index + 1 :])
            decision = assemble(undecided.wishes, read, facts, undecided.extra, (), "model")
            return Judged(decision, tuple(texts), tokens, "")
        problem = found if isinstance(found, str) else problem
        if problem == "The message is unclear.":
            break
    return Judged(None, tuple(texts), tokens, "")


def _refused(reading: Reading, facts: Facts) -> str:
    """Why the change does not apply to the scene, or ''."""
    if reading.change is None or facts.scene is None:
        return ""
    try:
        apply(facts.scene, reading.change)
    except RefusedChange as error:
        return error.message
    return ""
