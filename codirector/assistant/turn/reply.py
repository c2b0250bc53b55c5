"""What the person reads after a turn, made from what is recorded. Pure; knows neither terminal nor page."""

import re
from collections.abc import Callable, Iterable, Sequence

from codirector.assistant.plan import Wish
from codirector.assistant.session.record import Check
from codirector.assistant.turn.checks import in_one_line
from codirector.assistant.turn.dispatch import compiled
from codirector.errors import Cancelled, CodirectorError
from codirector.prompts.scene import Scene

NEXT = "next"
_FILM_IDEAS: tuple[tuple[str, Callable[[Scene], bool]], ...] = (
    ("slower", lambda scene: scene.motion is None or scene.motion.speed < 0.5),
    ("make it night", lambda scene: "night" in scene.lighting),
    ("colour grade it teal and orange", lambda scene: any(post.kind == "grade" for post in scene.post)),
    ("pan left instead", lambda scene: scene.motion is None or "pan" in scene.motion.camera),
)
"""Messages for a scene that moves, and when each makes no sense."""


def made(action: str, diff: Sequence[str], scene: Scene, later: Sequence[Wish], notes: Sequence[str], rendered: bool) -> str:
    """After a create or refine."""
    lines = []
    if action == "create":
        lines.append(f"Here is **{describe(scene)}**." if rendered else f"Understood: **{describe(scene)}**.")
        lines.append(f"Seed {scene.render.seed} stays with it, so that one change is one change.")
    else:
        lines.append("Changed: " + "; ".join(f"**{line}**" for line in diff) + ".")
    lines += kept_wishes(later)
    lines += list(notes)
    return "\n\n".join(lines)


def moved(verb: str, diff: Sequence[str], number: int, empty: bool) -> str:
    """After undo, redo, go to or branch."""
    if empty:
        return f"{verb} The session is empty again; redo brings everything back."
    return f"{verb} " + (
        "; ".join(f"**{line}**" for line in diff) + f". You are at turn {number}." if diff else f"You are at turn {number}."
    )


def kept_wishes(later: Sequence[Wish]) -> list[str]:
    """The wishes still open, with how to take the first."""
    if not later:
        return []
    wishes = ", then ".join(f"“{wish.text}”" for wish in later)
    return [f"One change a turn: kept for later {wishes}. Say **next** to take the first."]


def afterwards(wishes: Sequence[str]) -> list[str]:
    """What a message that moved also wished for. A move keeps no wishes (it makes no turn), so the words are offered to be sent."""
    return [f"Nothing else was done yet. To go on, say: {', then '.join(f'“{wish}”' for wish in wishes)}."] if wishes else []


def failed(error: CodirectorError) -> str:
    """After something went wrong: what, and what to do. Nothing is lost, and that is said."""
    if isinstance(error, Cancelled):
        return "Stopped. The picture before is untouched; send the message again to start over."
    return f"{error.message} {error.hint}".strip()


def describe(scene: Scene) -> str:
    """The scene in one line, as alternative text for its picture."""
    return compiled(scene.evolve(emphasis=(), elements=tuple(e.evolve(weight=1.0) for e in scene.elements))).text or "an uploaded picture"


def suggestions(scene: Scene | None, later: Sequence[Wish], said: str = "") -> tuple[str, ...]:
    """Messages that would make sense now, the first kept wish before all; those that the reply `said` offers itself, if it does."""
    if own := offered(said):
        return own
    if scene is None:
        return ()
    ideas = [NEXT] if later else []
    if scene.motion is not None:
        ideas += [words for words, off in _FILM_IDEAS if not off(scene)]
        return tuple(ideas[:3])
    if "night" not in scene.lighting:
        ideas.append("make it night")
    if scene.camera != "close-up":
        ideas.append("zoom in")
    ideas.append("another seed")
    return tuple(ideas[:3])


def offer(messages: Iterable[str]) -> str:
    """Whole messages to choose from, as a list; `offered` finds them again, so a page opened later has the same buttons."""
    return "\n".join(f"- “{message}”" for message in messages)


def offered(text: str) -> tuple[str, ...]:
    """The messages that a reply offers."""
    return tuple(re.findall(r"^- “([^”]+)”$", text, re.M))


def unoffered(text: str) -> str:
    """Text from elsewhere (an article, pasted notes) in which no list item passes for an offer of ours."""
    return re.sub(r"^- “", '- "', text, flags=re.M)


def measured(checks: Sequence[Check]) -> list[str]:
    """What was measured of a regional edit in one line, then checks that failed; other kept promises need no line."""
    line = in_one_line(checks)
    return [*([line] if line else []), *(f"Check failed: {check.name} is {check.value}." for check in checks if check.passed is False)]
