"""Where things stand and what is written on them: moving, tying, lettering; and putting the subject into another setting."""

import re

from codirector.assistant.planner.nouns import element_of, place_of, pose_of
from codirector.assistant.planner.reading import EXACT, LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import NOTHING, Target, resolve
from codirector.assistant.planner.rules.values import alter
from codirector.assistant.planner.terms import setting_of
from codirector.assistant.planner.text import quoted, trim, unquoted
from codirector.prompts.change import AddElement, SetField
from codirector.prompts.scene import Element

_WRITE = re.compile(
    r"^(?:write|put|add|letter|inscribe|engrave|paint|print|carve|stamp|place|spell(?: out)?)(?: out)? (?:(?:the )?(?:words?"
    r"|text|name|letters|lettering|message|caption|title|inscription|label|slogan|number|phrase)(?: saying| that says"
    r"| reading)?\s*[:,]? )?(?P<v>\"[^\"]+\"|'[^']+'|.+?) (?P<p>(?:on|onto|to|in|into|across|over|at|above|below|under) .+)$",
    re.I,
)
_WRITE_WORD = re.compile(
    r"^(?:write|letter|inscribe|engrave|spell)\b|\b(?:the )?(?:words?|text|lettering|caption|inscription|slogan|message)\b|\"[^\"]+\"", re.I
)
_SAYS = re.compile(
    r"^(?:make |let |have )?(?P<t>.{2,60}?) (?:should |to |must |shall )?(?:say|says|read|reads|spell|spells)\s*[:,]? (?P<v>.+)$", re.I
)
_TEXT_OF = re.compile(
    r"^(?:change|set|make) (?:the )?(?:text|words?|lettering|label|caption|inscription|writing) (?:on|of) (?P<t>.+?) (?:to"
    r"|say|read|into)(?: say)? (?P<v>.+)$",
    re.I,
)
_MOVE = re.compile(
    r"^(?:move|shift|put|place|bring|set|push|pull|slide|drag|position|take|send|nudge|hang|stick|lay|stand|seat|have|keep"
    r"|raise|lower) (?P<t>.+?) (?P<p>(?:a (?:bit|little) |further |farther |over |more |slightly |way |right |directly "
    r"|just |all the way )*(?:to|towards?|into|in|on|onto|on top|behind|beside|next|above|below|under|beneath|between|near"
    r"|near to|over|across|at|around|against|inside|outside|closer|left|right|up|down|higher|lower|forward|forwards|back"
    r"|backwards?|away|off|out|further|farther)\b.*)$",
    re.I,
)
_TIE = re.compile(r"^(?P<v>tie|attach|glue|pin|chain|fasten|hang|fix) (?P<t>.+?) (?P<p>(?:to|on|onto|from|around) .+)$", re.I)


def write(text: str, facts: Facts) -> Reading | None:
    """Lettering: on a thing that is there, else as a thing of its own where it should stand."""
    if (match := _TEXT_OF.match(text)) is not None:
        target = resolve(match["t"], facts)
        if target.kind == "element":
            return alter(target.name, "text", unquoted(match["v"]), EXACT - 0.01)
    says = _SAYS.match(text)
    if says is not None and not re.match(r"(?:add|put|include|place|draw|insert|write|i|you|it|a|an)\b", says["t"], re.I):
        target = resolve(says["t"], facts)
        if target.kind == "element":
            return alter(target.name, "text", unquoted(says["v"]), EXACT - 0.01)
    match = _WRITE.match(text)
    if match is None or not _WRITE_WORD.search(text) or re.match(r"^(?:an?|the|one)? ?\"[^\"]+\" \w", match["v"], re.I):
        return None
    words = unquoted(quoted(match["v"]) or match["v"])
    place = trim(match["p"])
    target = resolve(re.sub(r"^(?:on top of|on|onto|to|in|into|across|over|at) ", "", place, flags=re.I), facts)
    if target.kind == "element":
        return alter(target.name, "text", words, EXACT - 0.01)
    carrier = re.match(r"^(?:on|onto|to|across|over) (?P<c>an? .+)$", place, re.I)
    element = element_of(carrier["c"]) if carrier else None
    if element is not None:
        return Reading(SURE, AddElement(element=element.evolve(text=words)), focus=element.name, rule="write on a new thing")
    return Reading(
        SURE, AddElement(element=Element(name="lettering", text=words, placement=place)), focus="lettering", rule="write in a place"
    )


def move(text: str, facts: Facts) -> Reading | None:
    """Placement of a thing that is there; a place for the whole scene when the main subject is put somewhere else altogether."""
    match = _MOVE.match(text)
    if match is None:
        return None
    target, place = resolve(match["t"], facts), trim(match["p"])
    if target.kind == "region":
        return None
    verb = text.split()[0].lower()
    whole = target.kind == "picture" or trim(match["t"]).lower() in (
        "the scene",
        "everything",
        "the action",
        "this",
        "it all",
        "the whole thing",
    )
    if whole and (setting := setting_of(re.sub(r"^(?:over |back )?(?:to|into|onto)\b", "in", place, flags=re.I))):
        return Reading(SURE, SetField(field="setting", value=setting), rule="move the scene")
    if target.kind == "element" and not place_of(place) and (state := pose_of(place)):
        return alter(target.name, "pose", state, SURE if target.sure else LIKELY - 0.15)
    if target.kind not in ("element",) or (verb in ("keep", "have") and not place_of(place)):
        return None
    inside = re.match(r"^(?:in|into|inside|on|onto|at|under|through)\b (?P<n>(?:an?|the|some)? ?.+)$", place, re.I)
    if (
        inside
        and verb in ("put", "place", "set", "move", "take", "bring", "have", "send", "stand")
        and (place_reading := _as_setting(target, place, facts)) is not None
    ):
        return place_reading
    place = re.sub(r"^(?:over|all the way|off) (?=to|towards?|in)", "", place, flags=re.I)
    return alter(
        target.name,
        "placement",
        re.sub(r"^to (?=the\b)", "on ", place, flags=re.I)
        if re.fullmatch(r"to the (?:far )?(?:left|right)(?: side)?", place, re.I)
        else place,
        SURE if target.sure else LIKELY - 0.15,
    )


_IN_FRAME = re.compile(
    r"\b(?:foreground|background|middle|cent(?:er|re)|left|right|top|bottom|corner|front|back|side|edge|distance|frame"
    r"|picture|image|air|sky|ground|floor|head|hand|lap|shoulder)s?\b",
    re.I,
)


def _as_setting(target: Target, place: str, facts: Facts) -> Reading | None:
    """'put him in a desert' moves the main subject into another place: the setting, not a spot in the frame."""
    if _IN_FRAME.search(place) or not facts.names or target.name != facts.names[0]:
        return None
    noun = re.sub(r"^(?:in|into|inside|on|onto|at|under|through) ", "", place, flags=re.I)
    if resolve(noun, facts).kind == "element" or (
        re.match(r"(?:into|onto|to)\b", place, re.I) is None
        and not re.match(r"(?:in|on|at|inside|under|through) (?:an?|the|some)?", place, re.I)
    ):
        return None
    if re.match(r"(?:on|onto) an? ", place, re.I) and not re.search(
        r"\b(?:hill|mountain|beach|street|island|road|bridge|rooftop|cliff|stage|ship|boat|planet|lake|field|meadow|farm|moon)\b",
        place,
        re.I,
    ):
        return None
    setting = setting_of(re.sub(r"^(?:into|onto)\b", "in", place, flags=re.I))
    return (
        Reading(SURE + 0.02, SetField(field="setting", value=setting), focus=target.name, rule="put the subject somewhere")
        if setting
        else None
    )


def tie(text: str, facts: Facts) -> Reading | None:
    """'tie the balloon to the fox's tail'."""
    match = _TIE.match(text)
    target = resolve(match["t"], facts) if match is not None else NOTHING
    if match is None or target.kind != "element":
        return None
    past = {"tie": "tied", "glue": "glued", "pin": "pinned", "hang": "hanging", "fix": "fixed"}.get(
        match["v"].lower(), f"{match['v'].lower()}ed"
    )
    return alter(target.name, "placement", f"{past} {match['p']}", SURE)


RULES = (write, tie, move)
