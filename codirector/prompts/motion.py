"""Camera words as moves: "slow zoom in, then pan left by a quarter" becomes `CameraPlan`. Pure.

The terms are a cinematographer's: pan and tilt turn the camera where it stands (near and far shift alike); truck and pedestal carry it
sideways and up (near things shift more: parallax); zoom changes the lens, dolly carries the camera forward; orbit goes around the
subject. Sizes that are not said follow from the pace and the length of the film, up to what a single still can show.

It does not know pictures; `codirector.tools.film` turns the moves into frames.
"""

import re
from typing import Literal, get_args

from pydantic import Field

from codirector.prompts.scene import Motion
from codirector.prompts.schedule import NAMES as SCHEDULE_NAMES
from codirector.prompts.schedule import NEUTRAL, is_schedule, parse_schedule
from codirector.prompts.words import parse_number
from codirector.values import Text, Value

MoveKind = Literal["zoom", "dolly", "pan", "tilt", "truck", "pedestal", "orbit", "roll", "shake", "handheld"]
_RATE: dict[str, float] = {
    "zoom": 0.08, "dolly": 0.08, "pan": 0.06, "tilt": 0.06, "truck": 0.06, "pedestal": 0.06, "orbit": 3.5, "roll": 5.0,
}  # fmt: skip
"""A second, at an ordinary pace: zoom and dolly as growth, shifts in shares of the picture, angles in degrees."""
LIMITS: dict[str, tuple[float, float]] = {
    "zoom": (0.33, 3.0), "dolly": (-0.6, 0.45), "pan": (-0.5, 0.5), "tilt": (-0.5, 0.5), "truck": (-0.4, 0.4), "pedestal": (-0.4, 0.4),
    "orbit": (-30.0, 30.0), "roll": (-360.0, 360.0), "shake": (0.0, 0.1), "handheld": (0.0, 0.1),
}  # fmt: skip
"""What a single still can show without tearing; more is cut down, and that is noted."""
_COMFORT: dict[str, float] = {
    "zoom": 1.9, "dolly": 0.38, "pan": 0.3, "tilt": 0.3, "truck": 0.25, "pedestal": 0.22, "orbit": 14.0, "roll": 45.0,
}  # fmt: skip
"""How far a move goes at most when nobody said how far."""
_PACES: tuple[tuple[str, float], ...] = (
    (r"very slow(?:ly)?|extremely slow(?:ly)?|barely|ever so slight(?:ly)?|imperceptibl[ey]", 0.33),
    (r"very fast|very quick(?:ly)?|whip|crash|rapid(?:ly)?|snap", 3.5),
    (r"slow(?:ly)?|gentl[ey]|subtl[ey]|slight(?:ly)?|soft(?:ly)?|a (?:little|bit|touch|tad)|calm(?:ly)?|lazy|small", 0.5),
    (r"fast|quick(?:ly)?|dramatic(?:ally)?|a lot|strong(?:ly)?|sudden(?:ly)?|swift(?:ly)?|big|wide(?= (?:pan|orbit|arc))", 2.2),
)
_SHAKES = {"shake": 0.012, "handheld": 0.006}
"""Amplitude as a share of the picture's width, at an ordinary pace."""
_SIDE = r"(?:to(?:wards?)? the |to(?:wards?)? )?"
_TURN = r"counter[ -]?clockwise|anti[ -]?clockwise|clockwise|left|right"
_MOVES: tuple[tuple[str, str], ...] = (
    (r"dolly[ -]?zoom|vertigo(?: effect)?|zolly|contra[ -]?zoom", "vertigo"),
    (r"ken[ -]?burns", "ken burns"),
    (
        r"static|still|locked[ -]?off|fixed|tripod|no (?:camera )?(?:move(?:ment)?|motion)|(?:does not|doesn't) move|stays?|hold",
        "static",
    ),
    (r"hand[ -]?held", "handheld"),
    (r"shak\w*|trembl\w*|earthquake|jitter\w*|wobbl\w*", "shake"),
    (
        rf"(?:doll\w*|track\w*|truck\w*|slid\w*|strafe\w*|travel\w*|mov\w*|fl(?:y|ies|ying)|glid\w*) (?:shot )?{_SIDE}(?P<d>left|right)",
        "truck",
    ),
    (r"parallax", "parallax"),
    (r"(?:crane|pedestal|boom|jib|lift|elevator|drone)(?: shot)? (?:goes |going |moves? |moving )?(?P<d>up|down)\w*", "pedestal"),
    (r"ris(?:e|es|ing)|ascend\w*|(?P<down>sink\w*|descend\w*|lower\w*)", "pedestal"),
    (r"(?:crane|jib|boom) shot|crane|jib", "crane"),
    (r"zoom\w*(?: shot)?(?: \w+ly)? ?(?P<d>in|out|back)?", "zoom"),
    (r"clos(?:er|e in|ing in)|(?P<out>wider|widen\w*|further (?:away|out|back)|farther (?:away|out|back))", "closer"),
    (r"(?:track|follow)(?:ing|s)?(?: shot)?$", "follow"),
    (
        r"(?:orbit\w*|circl\w*|arc\w*|revolv\w*|go(?:es|ing)? a?round|(?:rotat|turn|mov|fl)\w* a?round|360)"
        rf"(?:.*?\b(?P<d>{_TURN}))?",
        "orbit",
    ),
    (
        r"(?:doll\w*|push\w*|pull\w*|track\w*|truck\w*|mov\w*|fl(?:y|ies|ying)|drone|glid\w*|travel\w*)(?: shot)?(?: \w+ly)?[ -]?"
        r"(?:the camera )?(?P<d>in|out|back(?:wards?)?|forwards?|through|over|away|towards?|into)",
        "dolly",
    ),
    (rf"(?:roll\w*|rotat\w*|spin\w*|twist\w*|dutch(?: angle)?|barrel)(?:.*?\b(?P<d>{_TURN}))?", "roll"),
    (
        rf"(?:pan\w*|turn\w*|look\w*|sweep\w*|swivel\w*)(?: shot)?(?: across| the camera| \w+ly)? ?{_SIDE}(?P<d>left|right|up|down)?",
        "pan",
    ),
    (rf"tilt\w*(?: shot)?(?: the camera| \w+ly)? ?{_SIDE}(?P<d>up|down|left|right)?", "tilt"),
    (r"(?:track\w*|follow\w*)(?: shot)?", "follow"),
    (r"doll\w*|push", "dolly"),
    (rf"^{_SIDE}(?P<d>left|right|up|down|in|out)$", "bare"),
)
_AMOUNT = re.compile(
    r"(?:by |of )?(?:(?P<n>\d+(?:\.\d+)?) ?(?P<u>%|percent|per cent|degrees?|deg|°|x\b|times)|(?P<w>a (?:quarter|third|half|tenth)|half a|"
    r"(?:a )?full (?:circle|turn)|twice|double)(?: (?:of )?(?:the )?(?:frame|picture|width|height|screen|turn|circle))?)",
    re.I,
)
_SHARES = {"a quarter": 0.25, "a third": 1 / 3, "a half": 0.5, "half a": 0.5, "a tenth": 0.1, "twice": 2.0, "double": 2.0}
_NEGATIVE = ("left", "down", "out", "back", "backward", "backwards", "away", "counter", "anti")


class CameraMove(Value):
    """One move between the shares `begin` and `end` of the film (0..1). `amount`: zoom a factor (above 1 is in); dolly the share of the
    way to the subject (positive is nearer); pan, truck (positive is right), tilt, pedestal (positive is up) shares of the picture's
    width or height; orbit (positive: the camera goes right) and roll (positive: clockwise as the picture turns) degrees;
    shake and handheld the amplitude as a share of the width."""

    kind: MoveKind
    amount: float
    begin: float = Field(default=0.0, ge=0.0, le=1.0)
    end: float = Field(default=1.0, ge=0.0, le=1.0)


class CameraPlan(Value):
    """All moves of a film; none is a camera that stands still. `samples` instead, where a Deforum schedule gives a pose for every
    frame: (parameter, values), parameters as the kinds above. `notes` are sentences about what could not be read or was cut down."""

    moves: tuple[CameraMove, ...] = ()
    samples: tuple[tuple[MoveKind, tuple[float, ...]], ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def still(self) -> bool:
        """Whether the camera does not move at all."""
        return not self.moves and not self.samples


def camera_plan(motion: Motion) -> CameraPlan:
    """What the camera does in a film of that motion. Never raises for words: what is not understood is noted.
    Raises InputError for a schedule that is wrong."""
    if is_schedule(motion.camera):
        return _scheduled(motion)
    segments = re.split(r"\s*(?:,\s*)?\b(?:and then|then|followed by|afterwards)\b\s*|\s*(?:→|->|;)\s*", motion.camera.strip().casefold())
    segments = [segment for segment in segments if segment.strip(" ,.")]
    notes: list[str] = []
    moves: list[CameraMove] = []
    for index, segment in enumerate(segments):
        share = (index / len(segments), (index + 1) / len(segments))
        seconds = motion.seconds * (share[1] - share[0])
        moves += _segment(segment, share, seconds, motion.speed, notes)
    return CameraPlan(moves=tuple(moves), notes=tuple(dict.fromkeys(notes)))


def reads_camera(text: str) -> bool:
    """Whether the words name a camera move (or a camera that stands still), so that nothing of them is lost."""
    return is_schedule(text) or (bool(text.strip()) and not camera_plan(Motion(camera=text)).notes)


def _segment(text: str, share: tuple[float, float], seconds: float, speed: float, notes: list[str]) -> list[CameraMove]:
    """Moves of one stretch of time, separated by commas, 'and' or 'while'."""
    parts = [part.strip(" .!") for part in re.split(r",|\band\b|\bwhile\b|\bwith\b|&|\+", text) if part.strip(" .!")]
    general = _pace(text) if len(parts) > 1 else 1.0
    found: list[CameraMove] = []
    previous = ""
    for part in parts:
        plain = re.sub(r"^(?:the |a |an )?(?:camera|shot)\b ?(?:is |does |should )?|^(?:a|an|the|some|do|make|it) ", "", part).strip()
        kind, direction = _kind(plain)
        if kind == "bare":
            kind = "tilt" if direction in ("up", "down") else previous or ("zoom" if direction in ("in", "out") else "pan")
        if not kind:
            if not _is_only_pace(plain):
                notes.append(f"I do not know the camera move “{part}”, so it was left out.")
            continue
        previous = kind
        own = _pace(part)
        pace = (own if own != 1.0 else general) * speed
        found += [move.evolve(begin=share[0], end=share[1]) for move in _moves(kind, direction, part, pace, seconds, notes)]
    return found


def _kind(text: str) -> tuple[str, str]:
    """The kind of move and its direction word ('' where none is said)."""
    for pattern, kind in _MOVES:
        match = re.search(pattern if pattern.startswith("^") else rf"\b(?:{pattern})", text)
        if match is None:
            continue
        groups = match.groupdict()
        direction = groups.get("d") or ""
        if groups.get("down"):
            direction = "down"
        if kind == "closer":
            return "zoom", "out" if groups.get("out") else "in"
        if kind == "orbit" and "clockwise" in direction:
            # Seen from above: going clockwise around the subject, a camera in front of it moves to its own left.
            direction = "right" if direction.startswith(("counter", "anti")) else "left"
        if kind in ("pan", "tilt") and direction:
            kind = "tilt" if direction in ("up", "down") else "pan"
        return kind, direction
    return "", ""


def _moves(kind: str, direction: str, text: str, pace: float, seconds: float, notes: list[str]) -> list[CameraMove]:
    sign = -1.0 if direction.startswith(_NEGATIVE) else 1.0
    match kind:
        case "static":
            return []
        case "shake" | "handheld":
            size = _said(text, kind) or _SHAKES[kind] * max(0.3, min(pace, 3.0))
            return [_move(kind, size, notes)]
        case "ken burns":
            return [_move("zoom", _grown(pace * 0.6, seconds, 1.0), notes), _move("pan", 0.5 * _travel("pan", pace * 0.6, seconds), notes)]
        case "vertigo":
            way = _said(text, "dolly") or _travel("dolly", pace, seconds)
            # The lens opens by as much as the subject would grow, so that the subject keeps its size.
            return [_move("dolly", sign * way, notes), _move("zoom", 1.0 - sign * way, notes)]
        case "parallax" | "follow":
            return [_move("truck", sign * _travel("truck", pace * (1.0 if kind == "follow" else 0.7), seconds), notes)]
        case "crane":
            rise = _travel("pedestal", pace, seconds)
            return [_move("pedestal", sign * rise, notes), _move("tilt", -sign * 0.5 * rise, notes)]
        case "zoom":
            factor = _said(text, "zoom")
            if factor is not None:
                return [_move("zoom", factor if sign > 0 else 1.0 / factor, notes)]
            return [_move("zoom", _grown(pace, seconds, sign), notes)]
        case _:
            size = _said(text, kind)
            return [_move(kind, sign * (size if size is not None else _travel(kind, pace, seconds)), notes)]


def _move(kind: str, amount: float, notes: list[str]) -> CameraMove:
    low, high = LIMITS[kind]
    if not low <= amount <= high:
        limit = min(max(amount, low), high)
        unit = "°" if kind in ("orbit", "roll") else ""
        notes.append(f"The {kind} was cut down from {amount:.3g}{unit} to {limit:.3g}{unit}: a single still cannot show more.")
        amount = limit
    return CameraMove(kind=kind, amount=round(amount, 5))  # type: ignore[arg-type]


def _pace(text: str) -> float:
    return next((factor for pattern, factor in _PACES if re.search(rf"\b(?:{pattern})\b", text)), 1.0)


def _is_only_pace(text: str) -> bool:
    rest = text
    for pattern, _ in _PACES:
        rest = re.sub(rf"\b(?:{pattern})\b", "", rest)
    filler = r"\b(?:very|smooth(?:ly)?|steady|steadily|cinematic|camera|movement|motion|move|shot|please|it|effect|dreamy)\b"
    return not re.sub(filler, "", rest).strip(" .")


def _said(text: str, kind: str) -> float | None:
    """How far, where the words say it: a factor for zoom, else a share or degrees."""
    match = _AMOUNT.search(text)
    if match is None:
        return 360.0 if kind == "orbit" and "360" in text else None
    if match["w"]:
        words = match["w"]
        share = 360.0 if "full" in words else _SHARES[words] * (360.0 if kind in ("orbit", "roll") and "turn" in match[0] else 1.0)
        if kind == "zoom":
            return share if share >= 1 else 1.0 + share
        return share
    number = parse_number(match["n"]) or 0.0
    unit = match["u"].lower()
    if unit in ("%", "percent", "per cent"):
        return 1.0 + number / 100 if kind == "zoom" else number / 100
    if unit in ("x", "times"):
        return max(number, 0.01) if kind == "zoom" else number
    # Degrees of a pan or tilt: the lens takes in 53 degrees over the picture's width.
    return number / 53.13 if kind in ("pan", "tilt") else number


def _grown(pace: float, seconds: float, sign: float) -> float:
    factor = min((1.0 + _RATE["zoom"] * pace) ** seconds, max(_COMFORT["zoom"], 1.0 + 0.1 * pace))
    return factor if sign > 0 else 1.0 / factor


def _travel(kind: str, pace: float, seconds: float) -> float:
    return min(_RATE[kind] * pace * seconds, _COMFORT[kind] * max(1.0, min(pace, 1.5)))


def _scheduled(motion: Motion) -> CameraPlan:
    """A Deforum schedule as a pose for every frame. What would leave a still altogether is read as positions instead of increments."""
    frames = frame_count(motion)
    notes: list[str] = []
    samples: dict[MoveKind, tuple[float, ...]] = {}
    kinds: dict[str, tuple[MoveKind, float]] = {
        "zoom": ("zoom", 1.0), "angle": ("roll", 1.0), "translation_x": ("pan", -1 / 512), "translation_y": ("tilt", 1 / 512),
        "translation_z": ("dolly", 1 / 200), "rotation_3d_x": ("tilt", 1 / 53.13), "rotation_3d_y": ("pan", 1 / 53.13),
        "rotation_3d_z": ("roll", 1.0),
    }  # fmt: skip
    assert set(kinds) == set(SCHEDULE_NAMES)
    for track in parse_schedule(motion.camera):
        kind, unit = kinds[track.name]
        steps = [track.at(frame, frames) for frame in range(frames)]
        low, high = LIMITS[kind]
        path: list[float] = []
        now = NEUTRAL.get(track.name, 0.0)
        for index, step in enumerate(steps):
            # Deforum applies a frame's increment on the way to it; the first frame is the still itself.
            if index:
                now = now * max(step, 1e-3) if track.name == "zoom" else now + step * unit * motion.speed
            path.append(now)
        if not all(low <= value <= high for value in path):
            path = [step if track.name == "zoom" else step * unit for step in steps]
            notes.append(
                f"Frame by frame, {track.name} would go further than a single still can show; its values were read as positions instead."
            )
        if not all(low <= value <= high for value in path):
            path = [min(max(value, low), high) for value in path]
            notes.append(f"{track.name} was cut down to between {low:g} and {high:g}.")
        before = samples.get(kind)
        samples[kind] = tuple(round(value + (before[index] if before else 0.0), 6) for index, value in enumerate(path))
    return CameraPlan(samples=tuple(samples.items()), notes=tuple(notes))


def frame_count(motion: Motion) -> int:
    """How many frames the film has, at least two."""
    return max(2, round(motion.seconds * motion.fps))


MOVE_KINDS: tuple[MoveKind, ...] = get_args(MoveKind)
