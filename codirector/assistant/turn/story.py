"""Messages about a film of several shots, read by code before any planner: a script to a storyboard, the way to a shot, a shot's caption,
transition and place, the whole film again. Pure.

`storyboard in watercolor, 6 shots: TEXT`, `shot 3`, `shot 3: make it night`, `caption of shot 3: TEXT`, `wipe to shot 3`, `drop shot 4`,
`move shot 4 before 2`, `without captions`, `cut on the beat`, `without sound`, `make the film`. What is said of one shot (`shot 3: …`) goes
to that shot's branch and is understood there as every message is.
"""

import re
import zlib
from collections.abc import Sequence
from typing import Literal, NamedTuple

from codirector.assistant.plan import GoTo, Refine, Storyboard, StoryShot
from codirector.assistant.session.record import SessionView
from codirector.assistant.turn.board import story_of
from codirector.assistant.turn.exact import Exact
from codirector.assistant.turn.state import Known
from codirector.errors import InputError, RefusedChange, UnknownName
from codirector.prompts.change import ApplyPost
from codirector.prompts.scene import Post, Render
from codirector.prompts.storyboard import MOST_SHOTS, storyboard
from codirector.prompts.vocabulary import lookup
from codirector.prompts.words import parse_number
from codirector.tools.film.values import Transition
from codirector.values import Sha256

SHOTS = 10
"""Shots made of a text that does not say how many."""
_N = r"(?:number |no\. ?|#)?(?P<n>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)"
_ABOUT = re.compile(
    r"\bshots?\b|\bstory ?board\b|\b(?:film|movie|animatic)\b|\bcaptions?\b|\btogether\b|\bbeats?\b|\bsound|\bmusic\b", re.I
)
_NEW = re.compile(
    r"^(?:please )?(?:/|(?:can you )?(?:make|create|draw|write|turn (?:this|it|the following)(?: [a-z]+)? into|do)(?: me)? )?"
    r"(?:a |an |the )?story ?board\b(?P<options>[^:\n]{0,160})(?::|\n)\s*(?P<text>\S.*)$",
    re.I | re.S,
)
_COUNT = re.compile(r"\b(?:of |in |with |at most )*(\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten) shots?\b", re.I)
_LENGTH = re.compile(r"\b(?:of |for |lasting |in )*(\d+(?:\.\d+)?) ?(s|sec|seconds?|min|minutes?)\b", re.I)
_BARE = re.compile(r"\b(?:without|no)(?: any)? captions\b", re.I)
_FILLER = re.compile(
    r"\b(?:in|as|a|an|the|of|from|for|with|and|out|style|this|my|following|text|script|story|notes?|post|blog|article|about|here|is|it)\b",
    re.I,
)
_FILM = re.compile(
    r"^(?:please )?(?:/film|(?:make|render|show(?: me)?|assemble|play|put together|cut) (?:the |my |our )?"
    r"(?:whole |full |finished |complete |new )?(?:film|movie|animatic)(?: again| anew)?"
    r"|(?:put|cut|join|edit) (?:it|them|everything|(?:all )?(?:of )?(?:the )?shots) (?:all )?together(?: again)?)[.!]?$",
    re.I,
)
_SHOT = re.compile(
    rf"^(?:please )?(?:(?:go (?:back )?to|show(?: me)?|open|work on|take|back to|switch to) )?(?:the )?"
    rf"(?:shot {_N}|(?P<step>next|previous|last|first) shot)[.!]?$",
    re.I,
)
_BOARD = re.compile(
    r"^(?:please )?(?:(?:go (?:back )?to|show(?: me)?|open|back to) )?(?:the )?(?:story ?board|whole film|animatic)[.!]?$", re.I
)
_IN_SHOT = re.compile(rf"^(?:in |on |for )?(?:the )?shot {_N}\s*[:,–-]\s*(?P<said>\S.*)$", re.I | re.S)
_SHOT_LAST = re.compile(rf"^(?P<said>\S.*?),? (?:in|for|of) (?:the )?shot {_N}[.!]?$", re.I | re.S)
_CAPTION = re.compile(
    rf"^(?:please )?(?:(?:set|change|make|let) )?(?:the )?caption (?:of|for|in) (?:the )?shot {_N}\s*(?:to|be|say|is|:)\s*(?P<text>\S.*)$",
    re.I | re.S,
)
_OWN_CAPTION = re.compile(r"^(?:the )?caption\s*(?:to|be|say|is|:)?\s+(?P<text>\S.*)$", re.I | re.S)
_CUT = re.compile(
    r"^(?:please )?(?:use |make )?(?:a |an )?(?:hard )?(?P<kind>cut|crossfade|cross-fade|dissolve|fade|wipe|slide) "
    rf"(?:in)?to (?:the )?shot {_N}(?:,? (?:of |for |over |in )?(?P<seconds>\d+(?:\.\d+)?) ?s(?:ec|econds?)?)?[.!]?$",
    re.I,
)
_DROP = re.compile(rf"^(?:please )?(?:drop|leave out|remove|delete|take out|cut out) (?:the )?shot {_N}[.!]?$", re.I)
_MOVE = re.compile(
    rf"^(?:please )?(?:move|put) (?:the )?shot {_N} (?P<side>before|after|behind) (?:the )?(?:shot )?(?P<other>\d{{1,3}})[.!]?$", re.I
)
_CAPTIONS = re.compile(
    r"^(?:please )?(?:(?P<off>no|without|hide(?: the)?|remove the|drop the)|(?:with|show(?: the)?)) captions[.!]?$", re.I
)

_BEATS = re.compile(r",? ?(?:and )?(?:with )?(?:the )?(?:cuts?|edit|cut it|shots) (?:on|to|along) (?:the |its )?beats?", re.I)
_ON_BEAT = re.compile(r"^(?:please )?(?:cut|edit)(?: it| the film)? (?:on|to|along) (?:the |its )?beats?[.!]?$", re.I)
_OFF_BEAT = re.compile(
    r"^(?:please )?(?:do not|don't|no longer) (?:cut|edit)(?: it| the film)? (?:on|to|along) (?:the |its )?beats?[.!]?$", re.I
)
_SILENT = re.compile(r"^(?:please )?(?:without|no|remove the|drop the|take away the) (?:sound(?: ?track)?|music)[.!]?$", re.I)

_OF_THE_WHOLE = (_FILM, _CAPTION, _CUT, _DROP, _MOVE, _CAPTIONS, _ON_BEAT, _OFF_BEAT, _SILENT)


class Told(NamedTuple):
    """To which branch a message goes, and what is said there."""

    thread: str
    said: str


def concerns(message: str) -> bool:
    """Whether a message could be about a film of several shots; cheap, and often wrong."""
    return _ABOUT.search(message[:400]) is not None or _ABOUT.search(message[-60:]) is not None


def addressed(message: str, known: Known, thread: str) -> Told:
    """Where the message goes: to a shot's branch, to the storyboard's, or where the person is (`thread`), as it does for a shot that there
    is not (`read` says so)."""
    said = message.strip()
    if any(pattern.match(said) for pattern in _OF_THE_WHOLE):
        return Told(known.thread, said)
    if _SHOT.match(said) or _BOARD.match(said) or _NEW.match(said):
        return Told(thread, said)
    found = _IN_SHOT.match(said) or _SHOT_LAST.match(said)
    if found is None:
        return Told(thread, said)
    number = _number(found["n"])
    if not 1 <= number <= len(known.plan.shots):
        return Told(thread, said)
    if own := _OWN_CAPTION.match(found["said"]):
        return Told(known.thread, f"caption of shot {number}: {own['text']}")
    return Told(known.plan.shots[_index(known.plan, number)].thread, found["said"])


def read(message: str, known: Known | None, thread: str, threads: Sequence[str]) -> Exact | None:
    """The plan of a message that is about the whole film or the way to a shot; None for every other. `thread` is where the person is,
    `threads` the names that are taken. Raises InputError and RefusedChange."""
    said = message.strip()
    if found := _NEW.match(said):
        return new_story(found["text"], found["options"], threads)
    if known is None:
        return None
    story = known.plan
    if _FILM.match(said):
        return Exact(story)
    if _BOARD.match(said):
        return Exact(GoTo(branch=known.thread))
    if found := _SHOT.match(said):
        return Exact(GoTo(branch=_way(story, found, thread)))
    if found := _IN_SHOT.match(said):
        _index(story, _number(found["n"]))
    changed = _changed(said, story)
    if changed is not None and changed == story:
        raise RefusedChange("The film is like that already.", "Say what should be different.")
    return None if changed is None else Exact(changed)


def with_sound(message: str, sound: Sha256, known: Known | None, view: SessionView) -> Exact:
    """The plan of a message that came with a sound track: a storyboard with it, else the storyboard that stands, else the film that the
    picture is. Raises InputError where there is no film."""
    said = message.strip()
    beats = _BEATS.search(said) is not None
    if found := _NEW.match(said):
        made = new_story(found["text"], _BEATS.sub(" ", found["options"]), view.threads)
        assert isinstance(made.plan, Storyboard)
        return made._replace(plan=made.plan.evolve(sound=sound, beats=beats))
    shots = {shot.thread for shot in known.plan.shots} if known else set()
    if known is not None and view.thread not in shots and view.thread == known.thread:
        return Exact(known.plan.evolve(sound=sound, beats=beats or known.plan.beats))
    if view.scene is None or view.scene.motion is None:
        raise InputError(
            "A sound track needs a film, and there is none here yet.", "Set the picture in motion first: slow zoom in; then send it again."
        )
    return Exact(Refine(change=ApplyPost(post=Post(kind="sound", value=sound))))


def new_story(text: str, options: str, threads: Sequence[str]) -> Exact:
    """A text as a storyboard. The seed follows from the text, so that the same message goes on where it was interrupted.
    Raises InputError."""
    rest, notes = options, []
    count = _COUNT.search(rest)
    rest = _COUNT.sub(" ", rest)
    length = _LENGTH.search(rest)
    rest = _LENGTH.sub(" ", rest)
    bare = _BARE.search(rest) is not None
    rest = " ".join(re.sub(r"[,;()]+", " ", _FILLER.sub(" ", _BARE.sub(" ", rest))).split())
    named = lookup(rest, "style") if rest else None
    if rest and named is None:
        notes.append(f"“{rest}” is no style I know, so it was left out.")
    shots = _number(count[1]) if count else SHOTS
    if not 1 <= shots <= MOST_SHOTS:
        raise InputError(f"{shots} shots cannot be made.", f"1 to {MOST_SHOTS} can.")
    seconds = float(length[1]) * (60 if length[2].lower().startswith("min") else 1) if length else None
    if seconds is not None and not 1 <= seconds <= 1800:
        raise InputError(f"A film of {seconds:g} seconds cannot be made of a script.", "1 to 1800 seconds can.")
    script = storyboard(text, named.term if named else "", shots, seconds)
    seed = zlib.crc32(text.encode("utf-8", errors="replace"))
    names = _free([f"shot {number}" for number in range(1, len(script.shots) + 1)], threads)
    return Exact(story_of(script, Render(seed=seed), names, captions=not bare), (*notes, *script.notes))


def _free(names: list[str], taken: Sequence[str]) -> list[str]:
    """The names, all with the number of the film before them where one of them is taken."""
    number, found = 1, names
    while set(found) & set(taken):
        number += 1
        found = [f"film {number} {name}" for name in names]
    return found


def _changed(said: str, story: Storyboard) -> Storyboard | None:
    """The storyboard with the one thing changed that is asked for; None where nothing is."""
    shots = list(story.shots)
    if found := _CAPTION.match(said):
        at = _index(story, _number(found["n"]))
        text = found["text"].strip().strip("“”\"'")
        shots[at] = shots[at].evolve(caption="" if text.lower() in ("nothing", "none", "empty") else text)
    elif found := _CUT.match(said):
        at = _index(story, _number(found["n"]))
        if at == 0:
            raise RefusedChange("The first shot follows no other.", "Say for example: fade to shot 2")
        shots[at] = shots[at].evolve(transition=_transition(found["kind"].lower(), found["seconds"]))
    elif found := _DROP.match(said):
        at = _index(story, _number(found["n"]))
        if len(shots) == 1:
            raise RefusedChange("It is the only shot of the film.", "Undo takes the storyboard back.")
        del shots[at]
    elif found := _MOVE.match(said):
        at, other = _index(story, _number(found["n"])), _index(story, int(found["other"]))
        moving, beside = shots[at], shots[other]
        shots.remove(moving)
        shots.insert(shots.index(beside) + (found["side"].lower() != "before") if beside is not moving else at, moving)
    elif _ON_BEAT.match(said):
        if story.sound is None:
            raise InputError("There is no sound track to cut on.", "Send one with the message: a WAV, MP3, FLAC, OGG or M4A file.")
        return story.evolve(beats=True)
    elif _OFF_BEAT.match(said):
        return story.evolve(beats=False)
    elif _SILENT.match(said):
        return story.evolve(sound=None, beats=False)
    elif found := _CAPTIONS.match(said):
        return story.evolve(captions=found["off"] is None)
    else:
        return None
    return story.evolve(shots=tuple(shots))


def _transition(kind: str, seconds: str | None) -> Transition:
    kinds: dict[str, Literal["cut", "crossfade", "fade", "wipe", "slide"]] = {
        "cut": "cut", "fade": "fade", "wipe": "wipe", "slide": "slide",
    }  # fmt: skip
    length = float(seconds) if seconds else 0.5
    if length > 5:
        raise InputError(f"A transition of {length:g} seconds is too long.", "Up to 5 seconds work.")
    return Transition(kind=kinds.get(kind, "crossfade"), seconds=length)


def _way(story: Storyboard, found: re.Match[str], thread: str) -> str:
    """The branch of the shot that is asked for, by its number or as the next one from where the person is."""
    if found["n"]:
        return story.shots[_index(story, _number(found["n"]))].thread
    step = found["step"].lower()
    names = [shot.thread for shot in story.shots]
    if step in ("first", "last"):
        return names[0 if step == "first" else -1]
    here = names.index(thread) if thread in names else (-1 if step == "next" else len(names))
    there = here + (1 if step == "next" else -1)
    if not 0 <= there < len(names):
        raise UnknownName(f"There is no {step} shot.", f"The film has {len(names)}.")
    return names[there]


def _index(story: Storyboard, number: int) -> int:
    if not 1 <= number <= len(story.shots):
        raise UnknownName(f"There is no shot {number}.", f"The film has {len(story.shots)}: shot 1 to shot {len(story.shots)}.")
    return number - 1


def _number(word: str) -> int:
    found = parse_number(word.lower())
    assert found is not None
    return int(found)


def table(story: Storyboard, drawn: Sequence[bool] = ()) -> str:
    """The shots in a Markdown list: what each shows, for how long, with which caption; `drawn`: which are new."""
    lines = []
    for number, shot in enumerate(story.shots, start=1):
        lines.append(f"{number}. {_line(shot)}" + (" · new" if number <= len(drawn) and drawn[number - 1] else ""))
    return "\n".join(lines)


def _line(shot: StoryShot) -> str:
    names = ", ".join(
        " ".join(part for part in (f"{element.count}" if element.count > 1 else "", element.colour, element.name) if part)
        for element in shot.scene.elements
    )
    parts = [part for part in (names, shot.scene.setting, shot.scene.lighting) if part] or ["nothing that can be drawn for certain"]
    motion = shot.scene.motion
    how = f" ({motion.seconds:g} s, {motion.camera})" if motion else ""
    caption = f" – “{shot.caption if len(shot.caption) <= 60 else shot.caption[:59].rsplit(' ', 1)[0] + '…'}”" if shot.caption else ""
    return f"**{', '.join(parts)}**{how}{caption}"
