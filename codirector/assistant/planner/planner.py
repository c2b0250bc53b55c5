"""`Planner`: a message and the session's view -> one `Plan`. Explicit syntax first, then rules and a tagger that arbitrate between each
other, then a language model if there is one, then an honest question. Only the person's own message is read: attachments count, their
names and contents do not.

It does not carry plans out.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from codirector.assistant.plan import Clarify, Create, Plan, Refine
from codirector.assistant.planner.absent import absent, sentences
from codirector.assistant.planner.arbitration import arbitrate
from codirector.assistant.planner.decide import Decision, Undecided, decide
from codirector.assistant.planner.hearing import Reader
from codirector.assistant.planner.judge import Judged, judge
from codirector.assistant.planner.kept import unread_wish
from codirector.assistant.planner.model import Model
from codirector.assistant.planner.reading import Facts, facts_of
from codirector.assistant.planner.rules.questions import examples
from codirector.assistant.session.record import ArtifactRef, SessionView
from codirector.errors import CannotUnderstand, InputError
from codirector.prompts.enrich import Level, enrich

MAX_CHARACTERS = 4000
"""A longer message is refused: nobody can be sure what became of each part of it."""


@dataclass(frozen=True)
class Planned:
    """What the planner answers. `source` says which layer decided: 'syntax', 'rules', 'tagger' or 'model'; `tokens` counts the model's
    prompt and answer tokens (0 without one); `seconds` is wall time; `notes` are sentences for the person."""

    plan: Plan
    notes: tuple[str, ...] = ()
    source: str = "rules"
    seconds: float = 0.0
    tokens: int = 0


class Planner:
    """`model` None: no language model; `reader` gives the tagger when first needed, None: none is used. `choose_seed` gives the seed for
    'another seed'; `enrich` says how far new pictures are filled in with what goes with their style, always shown. May be
    used from several threads at once."""

    def __init__(
        self,
        model: Model | None = None,
        choose_seed: Callable[[], int] = lambda: secrets.randbelow(2**32),
        reader: Callable[[], Reader] | None = None,
        enrich: Level = "off",
    ) -> None:
        self.model = model
        self.choose_seed = choose_seed
        self.reader = reader
        self.enrich: Level = enrich

    def plan(self, view: SessionView, message: str, attachments: Sequence[ArtifactRef] = ()) -> Planned:
        """What `message` means in this view. Raises InputError (empty or far too long, unknown command or setting) and
        CannotUnderstand with examples that fit the scene."""
        began = time.perf_counter()
        if not message.strip():
            raise InputError("The message is empty.", "Describe a picture, or say what should change.")
        if len(message) > MAX_CHARACTERS:
            raise InputError(
                f"The message has {len(message):,} characters; at most {MAX_CHARACTERS:,} can be read.",
                "Say it shorter, or in several messages.",
            )
        if (number := unread_wish(message, view.later)) is not None:
            return self._taken(view, number, attachments)
        facts = facts_of(view, tuple(ref.media_type.split("/")[0] for ref in attachments), self.choose_seed())
        decided = decide(message, facts)
        if self.reader is not None and not (isinstance(decided, Decision) and decided.source == "syntax"):
            decided = arbitrate(decided, message, facts, self.reader())
        if isinstance(decided, Decision):
            plan, added = self._enriched(_one_question(decided.plan, facts))
            return Planned(plan, (*decided.notes, *added), decided.source, time.perf_counter() - began)
        unread = decided.wishes[next((n for n, reading in enumerate(decided.read) if reading is None), 0)]
        trusted = self.model is not None and self.model.trusted
        if decided.ask is None and not trusted and (name := absent(unread, facts)):
            raise CannotUnderstand(*sentences(name, facts))
        asked = time.perf_counter()
        judged = judge(self.model, message, decided, facts) if self.model is not None else Judged(None, (), 0, "")
        cost = () if self.model is None or not judged.answers else (_cost(self.model.name, judged.tokens, time.perf_counter() - asked),)
        seconds = time.perf_counter() - began
        if judged.decision is not None:
            made = judged.decision
            return Planned(_one_question(made.plan, facts), (*made.notes, *cost), made.source, seconds, judged.tokens)
        if decided.ask is not None and not view.pending_question:
            return Planned(decided.ask, cost, "rules", seconds, judged.tokens)
        raise not_understood(decided, facts, " ".join((judged.why, *cost)).strip())

    def _taken(self, view: SessionView, number: int, attachments: Sequence[ArtifactRef]) -> Planned:
        """A kept wish that nobody could read when it was kept: read now, as if it were said alone, by every layer there is."""
        rest = (*view.later[:number], *view.later[number + 1 :])
        planned = self.plan(view.evolve(later=()), view.later[number].text, attachments)
        if not isinstance(planned.plan, Refine):
            return planned
        return replace(planned, plan=planned.plan.evolve(later=(*planned.plan.later, *rest), taken=True))

    def _enriched(self, plan: Plan) -> tuple[Plan, tuple[str, ...]]:
        """A new picture with what was left open filled in, and a sentence that names each addition."""
        if not isinstance(plan, Create) or self.enrich == "off":
            return plan, ()
        made = enrich(plan.scene, self.enrich)
        said = (f"Added to go with it: {'; '.join(made.added)}. Say remove and its name to take one away.",) if made.added else ()
        return plan.evolve(scene=made.scene), said

    def close(self) -> None:
        """Stops the model, if one was started. May be called twice."""
        if self.model is not None:
            self.model.close()


def _cost(name: str, tokens: int, seconds: float) -> str:
    """What asking a language model took: whoever pays for it wants to see that, answered or not."""
    return f"Asked {name}: {tokens:,} tokens, {seconds:.1f} s."


def _one_question(plan: Plan, facts: Facts) -> Plan:
    """Never two questions in a row."""
    if isinstance(plan, Clarify) and facts.view.pending_question:
        raise CannotUnderstand(
            "I still do not know what is meant, so nothing was changed.", f"Say it in other words, or choose: {'; '.join(plan.options)}."
        )
    return plan


def not_understood(undecided: Undecided, facts: Facts, why: str = "") -> CannotUnderstand:
    """Says so honestly, with messages that would be understood. Nothing was changed."""
    part = undecided.wishes[0] if len(undecided.wishes) > 1 else ""
    message = f"I did not understand “{part}”, so nothing was changed." if part else "I did not understand that, so nothing was changed."
    return CannotUnderstand(
        f"{message} {why}".strip(), "Here is what I can do, for example: " + "; ".join(f"“{example}”" for example in examples(facts)) + "."
    )
