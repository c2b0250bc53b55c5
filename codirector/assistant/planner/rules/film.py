"""Motion and finishing: the first wish for movement is `Animate`; once the scene has motion, one setting at a time."""

import re

from codirector.assistant.plan import Animate
from codirector.assistant.planner.nouns import gerund, pose_of
from codirector.assistant.planner.reading import EXACT, Facts, Reading
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.text import key, trim, unquoted
from codirector.prompts.change import ApplyPost, SetMotion
from codirector.prompts.scene import Motion, Post
from codirector.prompts.words import parse_number

_NUMBER = r"(?P<n>\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|a couple of|half a)"
_SECONDS = re.compile(
    rf"(?:,? ?(?:for|in|over|during|lasting|of|about|around|and|make it|exactly) )?\b(?:a )?{_NUMBER}[ -]?(?:s|secs?"
    r"|seconds?)\b(?: long| clip| video)?",
    re.I,
)
_FPS = re.compile(r"(?:,? ?(?:at|with|in) )?\b(?P<n>\d{1,3}) ?(?:fps|frames (?:per|a) second)\b", re.I)
_CAMERA_MOVE = re.compile(
    r"\b(?:(?:slow(?:ly)?|fast|quick(?:ly)?|gentle|gently|smooth(?:ly)?|subtle|dramatic|steady|long) )?(?:zoom(?:ing"
    r"|s)?(?: slowly| gently)? (?:in|out)(?: (?:on|to|towards|from) (?:the )?[\w-]+)?|pan(?:ning|s)?(?: (?:slowly|gently"
    r"|quickly))?(?: (?:to the )?(?:left|right|up|down|across|around))?(?: shot)?|tilt(?:ing|s)? (?:up|down)|doll(?:y"
    r"|ying) (?:in|out|zoom|left|right|forward|back)|track(?:ing)? (?:shot|in|left|right|forward)|orbit(?:s"
    r"|ing)?(?: (?:around|round) (?:it|him|her|them|the [\w-]+))?|circl(?:e|es|ing) (?:around )?(?:it|him|her|them"
    r"|the [\w-]+)|crane (?:shot|up|down)|fly(?:-| )?(?:through|over|in)|push(?:es|ing)? in|pull(?:s|ing)? (?:out|back)"
    r"|rotat(?:e|es|ing) around (?:it|him|her|them|the [\w-]+)|handheld(?: camera)?|parallax|360(?:[ -]degree)?(?: (?:turn"
    r"|spin|rotation))?)(?: slowly| gently| smoothly| quickly)?",
    re.I,
)
_ANIMATE = re.compile(
    r"^(?:animate|make (?:an? )?(?:animation|video|movie|film|clip|gif)|create an? (?:video|animation|clip|film|gif)"
    r"|turn (?:it|this|that|the (?:picture|image|scene)) in(?:to)? an? (?:[\w -]+ )?(?:video|clip|film|movie|animation|gif)"
    r"|bring (?:it|this|him|her|them|the [\w -]+) to life|make (?:it|this|the (?:picture|image|scene)) (?:move|come alive"
    r"|a (?:video|film|movie|clip|gif)|into a (?:video|film|movie|clip|gif))|set (?:it|this) in motion|want (?:a"
    r"|an) (?:video|animation|clip|film)|an? (?:[\w-]+ )*(?:video|animation|clip|film|gif)\b|film it|make (?:the [\w-]+|it"
    r"|him|her) move)\b(?P<rest>.*)$",
    re.I,
)
_SUBJECT = re.compile(r"^(?:make|let|have|animate|show|get) (?P<t>the [\w -]+?|it|him|her|them) (?P<v>(?:to )?[a-z]+(?:ing)?\b.*)$", re.I)
_POST: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"stabili[sz]|shak[ey]|steady (?:it|the)|smooth out the (?:camera|motion)|less (?:jitter|wobbl)|jitter|wobbl", re.I),
        "stabilise",
    ),
    (re.compile(r"motion[ -]blur", re.I), "motion_blur"),
)
_GRADE = re.compile(
    r"^(?:(?:colou?r[ -]?)?grade|apply (?:a|an|some)? ?(?:(?P<a>[\w &-]+?) )?(?:colou?r[ -]?)?(?:grading|grade|lut)|(?:add"
    r"|use|with|give it) (?:a|an|some)? ?(?:(?P<b>[\w &-]+?) )?(?:colou?r[ -]?)?(?:grading|grade|lut))(?: (?:it|this"
    r"|the (?:film|video|clip|picture|footage)))?(?: (?:in|to|with|as|like|for))?(?: (?P<v>.+))?$",
    re.I,
)
_CONTINUITY = re.compile(
    r"^(?:keep|make sure|ensure)(?: (?:that )?)?(?: ?the)? (?P<v>(?:character|subject|face|identity|background|clothes"
    r"|outfit|colou?rs|scene|person|[\w-]+)(?: (?:stays?|remains?|is))? (?:consistent|the same|identical|unchanged"
    r"|recogni[sz]able|stable)(?: (?:throughout|across frames|in every frame|all the time|the whole time|between frames))?)$"
    r"|^keep the (?P<w>character|subject|face|identity)$",
    re.I,
)
_FRAMING = re.compile(
    r"^(?:keep|frame|hold)(?: the)? (?P<v>(?:subject|character|it|him|her|them|[\w-]+) (?:in (?:the )?(?:frame|cent(?:re|er)"
    r"|shot|view|middle)|cent(?:re|er)ed|framed)(?: .+)?)$",
    re.I,
)


_TITLE = re.compile(
    r"^(?:add|put|show|give it|include|insert|with|have)(?: in)? (?:an?|the) (?:opening |main )?title(?: card"
    r"| screen)?(?: at the (?:start|beginning|end))?"
    r"(?: (?:saying|that says|reading|of|with(?: the (?:text|words))?))?:? (?P<v>.+)$|^title(?: it)?:? (?P<w>.+)$",
    re.I,
)


def post(text: str, facts: Facts) -> Reading | None:
    """Stabilise, colour grade, motion blur."""
    negative = re.match(r"^(?:no|without|remove|less|avoid)\b", text, re.I) is not None
    for pattern, kind in _POST:
        if (
            pattern.search(text)
            and not (negative and kind == "motion_blur")
            and re.search(
                r"\b(?:add|apply|with|use|give|some|stabili[sz]\w*|steady|shak\w+|jitter\w*|wobbl\w*|smooth|motion blur)\b", text, re.I
            )
        ):
            if kind == "stabilise" and not facts.film and not re.search(r"stabili[sz]|steady", text, re.I):
                continue
            if kind == "stabilise" and re.match(r"^(?:add|with|make it) .*shak", text, re.I):
                return None
            return Reading(EXACT, ApplyPost(post=Post(kind=kind)), rule="post")  # type: ignore[arg-type]
    if facts.film and (match := _TITLE.match(text)) is not None:
        return Reading(EXACT, ApplyPost(post=Post(kind="title", value=unquoted(match["v"] or match["w"]))), rule="title")
    if (match := _GRADE.match(text)) is not None:
        value = trim(match["v"] or match["a"] or match["b"] or "")
        return Reading(EXACT, ApplyPost(post=Post(kind="grade", value=value)), rule="grade")
    return None


def setting(text: str, facts: Facts) -> Reading | None:
    """One motion setting of a scene that moves already."""
    if (match := _CONTINUITY.match(text)) is not None and (facts.film or re.search(r"throughout|frame|consistent", text, re.I)):
        return _set("continuity", match["v"] or f"keep the {match['w']}")
    if not facts.film:
        return None
    if (match := _FRAMING.match(text)) is not None:
        return _set("framing", match["v"])
    if (match := _FPS.search(text)) is not None and len(text.split()) <= 7:
        return _set("fps", match["n"])
    if (match := _SECONDS.search(text)) is not None and len(text.split()) <= 8 and not _CAMERA_MOVE.search(text):
        return _set("seconds", f"{_number(match['n']):g}")
    now = facts.scene.motion.camera if facts.scene and facts.scene.motion else ""
    if (
        match := re.match(
            r"^(?:make (?:it|the (?:camera|zoom|pan|move|movement)) |move |a bit |much |a little |go |zoom |pan |(?:it|the \w+|\w+)"
            r"(?:'s| is| moves?| goes) (?:a bit |way |much |far )?)*(?P<w>slower|faster|more slowly|quicker|too (?:fast|slow|quick|hasty)"
            r"|slow(?: (?:it|that|this|the \w+))? down|speed (?:it|that|this|the \w+) up|speed up)$",
            text,
            re.I,
        )
    ) is not None and now:
        pace = "fast" if re.match(r"faster|quicker|too slow|speed", match["w"], re.I) else "very slow" if now.startswith("slow") else "slow"
        return _set("camera", f"{pace} {re.sub(r'^(?:very )?(?:slow|fast)(?:ly)? ', '', now)}")
    if re.match(
        r"^(?:(?:make|have|let|turn)(?: it| this)?(?: into)?(?: an?)? )?(?:(?:seamless|endless|perfect) )?loop(?:ing|s|ed)?(?: (?:it"
        r"|this|video|clip))?$",
        text,
        re.I,
    ):
        return _set("loop", "on")
    if re.match(r"^(?:stop|no|without|remove|end)(?: the)? (?:zoom|pan|camera|orbit|tilt|dolly)\w*(?: mov\w+)?$", text, re.I):
        return _set("camera", "static")
    if re.match(r"^(?:make it |a bit |much |a little )*(?:longer|shorter)$", text, re.I) and facts.scene and facts.scene.motion:
        factor = 1.5 if "longer" in text.lower() else 0.66
        return _set("seconds", f"{round(facts.scene.motion.seconds * factor, 1):g}")
    if (match := _CAMERA_MOVE.search(text)) is not None and len(text.split()) <= 10:
        return _set("camera", trim(match[0]))
    return None


def animate(text: str, facts: Facts) -> Reading | None:
    """From a still to a film: what moves, how the camera moves, how long."""
    if facts.scene is None:
        return None
    seconds, move = _SECONDS.search(text), _CAMERA_MOVE.search(text)
    asked = _ANIMATE.match(text)
    camera_word = re.search(r"\bcamera\b|\bshot\b", text, re.I)
    timed = (
        seconds is not None
        or re.search(
            r"\b(?:slow(?:ly)?|gently|smoothly) (?:zoom|pan)|(?:zoom|pan)\w* (?:slowly|gently)|\borbit|\bpan\b|\bpanning\b|\bdolly"
            r"|\btracking shot\b|\bzooming\b|\bcrane shot",
            text,
            re.I,
        )
        is not None
    )
    if (
        asked is None
        and not (move and (timed or (camera_word and re.match(r"^(?:let|have|make|move) the camera", text, re.I))))
        and not (seconds and _moving_subject(text, facts))
    ):
        return None
    if facts.film and asked is None:
        return None
    motion: dict[str, object] = dict(timing(text))
    if move:
        motion["camera"] = trim(move[0])
    subject = _moving_subject(text, facts) or _subject_in(asked["rest"] if asked else "", facts)
    if (told := re.match(r"(?:the )?camera (?P<m>.+)$", subject, re.I)) is not None and not move:
        motion["camera"] = trim(told["m"])  # 'where the camera circles around him'
    elif subject and told is None:
        motion["subject"] = subject
    if keep := re.search(r"\bkeep(?:ing)? the (?P<w>[\w -]+?)(?: (?:the same|consistent|stable))?$", text, re.I):
        motion["continuity"] = f"keep the {keep['w']}"
    return Reading(EXACT - 0.005, plan=Animate(motion=Motion.model_validate(motion)), rule="animate")


def timing(text: str) -> dict[str, float]:
    """'for three seconds at 12 fps' as settings of a motion; empty where nothing is said."""
    seconds, fps = _SECONDS.search(text), _FPS.search(text)
    said: dict[str, float] = {"seconds": _number(seconds["n"])} if seconds else {}
    return said | ({"fps": int(fps["n"])} if fps else {})


def _moving_subject(text: str, facts: Facts) -> str:
    rest = trim(_SECONDS.sub("", _FPS.sub("", text)))
    match = _SUBJECT.match(rest)
    if match is None or re.match(r"the camera\b", match["t"], re.I):
        return ""
    target = resolve(match["t"], facts)
    if target.kind != "element" or re.match(r"(?:into|to life|move$|an?\b|with\b|in\b|for\b|and\b|as\b)", match["v"], re.I):
        return f"{target.name} moving" if target.kind == "element" and re.match(r"move$", match["v"], re.I) else ""
    words = re.sub(r"^to ", "", trim(match["v"]), flags=re.I)
    first = words.split()[0].lower()
    doing = words if first.endswith("ing") else f"{gerund(first)}{words[len(first) :]}"
    return f"{target.name} {doing}"


def _subject_in(rest: str, facts: Facts) -> str:
    """'... of the fox jumping', 'with the balloon floating away', '..., the boats rocking slowly'."""
    rest = trim(_SECONDS.sub("", _CAMERA_MOVE.sub("", rest)))
    for match in re.finditer(r"(?:\b(?:of|with|where|so that|in which|as|it with)|,) (?:the |an? )?(?P<v>[\w -]+)(?=,|$)", rest, re.I):
        words = trim(match["v"])
        pieces = words.split()
        if len(key(words)) > 1 and any(pose_of(piece) or piece.endswith(("ing", "s")) for piece in pieces[1:]):
            return words
    return ""


def _number(text: str) -> float:
    low = text.lower()
    return {"a couple of": 2.0, "half a": 0.5}.get(low) or parse_number(low) or 3.0


def _set(name: str, value: str) -> Reading:
    return Reading(EXACT - 0.01 if name != "camera" else EXACT - 0.02, SetMotion(setting=name, value=value), rule=f"motion {name}")  # type: ignore[arg-type]


RULES = (post, setting, animate)
