"""A script, an article or notes as a storyboard: scenes, shots, what each shows, how long, with which caption. Pure.

A scene begins at a heading ('INT. FOREST - NIGHT', '# The river', 'Scene 2: ...') or at a blank line; a shot is a sentence, or short ones
together. Things, places and times are carried on from shot to shot until the text names others, and one style holds for all. It reads
nouns it knows; it does not understand stories.
"""

import re

from pydantic import Field

from codirector.prompts.scene import Element, Motion, Render, Scene
from codirector.prompts.split import scene_from_text
from codirector.prompts.vocabulary import find_terms, thing
from codirector.prompts.words import parse_number, singular
from codirector.values import Text, Value, Word

WORDS_A_SECOND = 2.6
"""How fast captions are read; people read 3 to 4, but must look at the picture, too."""
SHORTEST, LONGEST = 2.0, 7.0
MOST_SHOTS = 60
_HEADING = re.compile(
    r"^\s*(?:#{1,6}\s*(?P<mark>.+)|(?P<slug>(?:INT|EXT|I/E|INT/EXT)[./ ].+)|(?P<scene>scene\s+\w+\s*[:.\-–]?.*)"
    r"|(?P<cut>CUT TO:?|FADE IN:?|FADE OUT\.?))\s*$",
    re.I | re.M,
)
_SECONDS = re.compile(r"[(\[]\s*(\d+(?:\.\d+)?)\s*(?:s|sec|seconds)\s*[)\]]", re.I)
_CAMERA = re.compile(
    r"\b(?:the camera [\w ]+|(?:slow |quick )?(?:zoom|pan|tilt|dolly|truck|crane|orbit)(?:s|ming|ning|ing)? (?:in|out|left|right|up|down)"
    r"|handheld|close[ -]up|wide shot|bird's[ -]eye view)\b",
    re.I,
)
_CAMERA_ONLY = re.compile(
    r"(?:^|(?<=[.!?] ))(?:slow |quick )?(?:zoom|pan|tilt|dolly|truck|crane|orbit)(?:s|ming|ning|ing)? "
    r"(?:in|out|left|right|up|down)\b[^.!?]*[.!?]?\s*",
    re.I,
)
"""Whole sentences that are directions to the camera: done, not read out."""
_MOVES = (
    "slow zoom in", "pan right", "zoom out", "truck left", "slow zoom in", "tilt up", "orbit right", "pan left", "dolly in",
    "slow zoom out",
)  # fmt: skip
"""What the camera does where the text does not say, one after the other: no two neighbours alike."""
_PRONOUNS = frozenset({"he", "she", "it", "who", "that", "which"})
_DROPPED = frozenset({
    "fall", "spring", "ball", "light", "ground", "top", "back", "head", "hand", "eye", "side", "face", "day", "night", "time", "way",
    "word", "line", "part", "point", "wind", "tail", "track", "string", "end", "street",
})  # fmt: skip
"""Nouns that mean something else more often than a thing to be seen."""


class BoardShot(Value):
    """One shot. `words` is the text it was read from; `scene` has no seed yet."""

    number: int = Field(ge=1)
    part: int = Field(ge=1)
    heading: Text = ""
    words: Text
    caption: Text = ""
    scene: Scene
    cut: bool = True


class Storyboard(Value):
    """`title` is the first heading or the first words; `notes` are sentences about what could not be read."""

    title: Word
    shots: tuple[BoardShot, ...]
    notes: tuple[Text, ...] = ()

    @property
    def seconds(self) -> float:
        """The whole, without what transitions take."""
        return sum(shot.scene.motion.seconds for shot in self.shots if shot.scene.motion)


def storyboard(text: str, style: str = "", most: int = 10, seconds: float | None = None, fps: int = 24) -> Storyboard:
    """At most `most` shots (1 to 60), together `seconds` long where that is given. An empty text gives no shots."""
    most = min(max(most, 1), MOST_SHOTS)
    pieces = _pieces(text)
    merged = _merged(pieces, most)
    notes: list[str] = []
    if len(merged) < len(pieces):
        notes.append(f"{len(pieces)} sentences became {len(merged)} shots; say more shots to keep them apart.")
    before = Scene(style=style or "3d render")
    shots: list[BoardShot] = []
    for number, (part, heading, words) in enumerate(merged, start=1):
        scene = _scene(words, heading, before)
        if not scene.elements:
            notes.append(f"Shot {number} names nothing that can be drawn for certain: “{_short(words, 60)}”.")
        motion = _motion(words, number, fps)
        caption = _short(_CAMERA_ONLY.sub("", _SECONDS.sub("", words)).replace(" .", "."), 600)
        cut = not shots or shots[-1].part == part
        shots.append(
            BoardShot(number=number, part=part, heading=heading, words=words, caption=caption, scene=scene.evolve(motion=motion), cut=cut)
        )
        before = scene
    if seconds is not None and shots:
        factor = seconds / sum(shot.scene.motion.seconds for shot in shots if shot.scene.motion)
        shots = [_stretched(shot, factor) for shot in shots]
    first = next((heading for _, heading, _ in merged if heading), "") or _short(merged[0][2], 60) if merged else "Untitled"
    return Storyboard(title=first or "Untitled", shots=tuple(shots), notes=tuple(notes))


def _pieces(text: str) -> list[tuple[int, str, str]]:
    """(number of the scene, its heading, a sentence), in order."""
    found: list[tuple[int, str, str]] = []
    part, heading, filled = 1, "", False
    for block in re.split(r"\n\s*\n|(?=^\s*#)|(?=^\s*(?:INT|EXT)[./ ])|(?=^\s*scene\s+\w+\s*[:.])", text.strip(), flags=re.M | re.I):
        lines = block.strip().splitlines()
        if not lines:
            continue
        if filled:
            part, filled = part + 1, False
        match = _HEADING.match(lines[0])
        if match is not None:
            named = (match["mark"] or match["slug"] or match["scene"] or "").strip(" #*:")
            heading = _short(named, 80) if named else heading
            lines = lines[1:]
        body = " ".join(re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", line).strip() for line in lines)
        body = re.sub(r"[*_`]+|\[([^\]]*)\]\([^)]*\)", r"\1", body)
        for sentence in re.split(r"(?<=[.!?…])[\"”']?\s+(?=[\"“'A-Z0-9])", body):
            if re.search(r"\w", sentence):
                found.append((part, heading, " ".join(sentence.split())[:1500]))
                filled = True
    return found


def _merged(pieces: list[tuple[int, str, str]], most: int) -> list[tuple[int, str, str]]:
    """Neighbours put together until there are at most `most`, the shortest pair first, within a scene as long as there is one."""
    shots = list(pieces)
    while len(shots) > most:
        pairs = [(shots[at][0] != shots[at + 1][0], len(shots[at][2]) + len(shots[at + 1][2]), at) for at in range(len(shots) - 1)]
        at = min(pairs)[2]
        shots[at : at + 2] = [(shots[at][0], shots[at][1], f"{shots[at][2]} {shots[at + 1][2]}"[:1900])]
    return shots


def _scene(words: str, heading: str, before: Scene) -> Scene:
    """What the shot shows: what its words name, and what the shot before goes on with."""
    text = f"{heading}. {words}" if heading else words
    terms = find_terms(text, ("setting", "lighting", "mood"))
    named = {kind: next((found.term for found in terms if found.kind == kind), "") for kind in ("setting", "lighting", "mood")}
    elements = _things(words, before)
    framing = _CAMERA.search(words)
    camera = ""
    if framing and re.search(r"close|wide|bird", framing[0], re.I):
        camera = scene_from_text(framing[0]).scene.camera
    return Scene(
        elements=elements, style=before.style, setting=named["setting"] or before.setting, lighting=named["lighting"] or before.lighting,
        mood=named["mood"], camera=camera, render=Render(),
    )  # fmt: skip


def _things(words: str, before: Scene) -> tuple[Element, ...]:
    """The first two things the words name; those of the shot before where they only say 'it' or name none."""
    places = {word for found in find_terms(words, ("setting", "lighting")) for word in range(found.start, found.end)}
    elements: list[Element] = []
    tokens = list(re.finditer(r"[A-Za-z][A-Za-z'-]*", words))
    for index, token in enumerate(tokens):
        word = token[0].lower()
        if token.start() in places or word in _DROPPED:
            continue
        earlier = tokens[index - 1][0].lower() if index else ""
        if word.endswith("s") and (earlier in _PRONOUNS or (earlier and not earlier.endswith("s") and thing(earlier) is not None)):
            # 'The fox watches', 'it flies': what follows a thing or a pronoun and ends in s is what it does.
            continue
        known = thing(word) or thing(singular(word))
        if known is None or len(word) < 3:
            continue
        name = singular(word)
        if any(element.name == name for element in elements):
            continue
        number = parse_number(tokens[index - 1][0].lower()) if index else None
        count = int(number) if number and 1 <= number <= 9 and number == int(number) else 1
        colour = _colour(tokens, index)
        elements.append(Element(name=name, count=count, colour=colour))
        if len(elements) == 2:
            break
    if not elements:
        return before.elements[:2]
    if re.match(r"\W*(?:it|he|she|they)\b", words, re.I) and before.elements and before.elements[0].name not in [e.name for e in elements]:
        elements = [before.elements[0], elements[0]]
    return tuple(elements)


def _colour(tokens: list[re.Match[str]], index: int) -> str:
    from codirector.prompts.vocabulary import lookup

    for token in reversed(tokens[max(0, index - 2) : index]):
        found = lookup(token[0].lower(), "colour")
        if found is not None:
            return found.term
    return ""


def _motion(words: str, number: int, fps: int) -> Motion:
    said = _CAMERA.search(words)
    camera = said[0] if said and not re.search(r"close|wide|bird", said[0], re.I) else _MOVES[(number - 1) % len(_MOVES)]
    given = _SECONDS.search(words)
    length = float(given[1]) if given else 0.8 + len(words.split()) / WORDS_A_SECOND
    return Motion(camera=camera, seconds=round(min(max(length, SHORTEST), max(LONGEST, length if given else 0.0), 600.0), 2), fps=fps)


def _stretched(shot: BoardShot, factor: float) -> BoardShot:
    motion = shot.scene.motion
    assert motion is not None
    seconds = min(600.0, max(0.5, round(motion.seconds * factor, 2)))
    return shot.evolve(scene=shot.scene.evolve(motion=motion.evolve(seconds=seconds)))


def _short(text: str, most: int) -> str:
    """The text, cut at a word where it is too long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
