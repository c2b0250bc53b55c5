"""Motion settings as a person says them: 'slower', 'start wider', 'loop', 'ease out'. Pure.

Relative words work on the setting as it is: 'slower' twice is slower still. Every function raises RefusedChange for what it cannot use.
"""

import re

from codirector.errors import InputError, RefusedChange
from codirector.prompts.scene import Easing, Motion
from codirector.prompts.schedule import is_schedule, parse_schedule
from codirector.prompts.words import parse_number

_FACTORS: dict[str, tuple[tuple[str, float], ...]] = {
    "speed": (
        (r"\b(?:much|a lot|way|far) slower\b|\bhalf(?: (?:the )?speed| as fast)?\b|\bhalve", 0.5),
        (r"\b(?:a (?:little|bit)|slightly) slower\b", 0.8),
        (r"\bslow(?:er|ly)?\b|\bcalmer\b|\bgentler\b|\bless\b", 0.66),
        (r"\b(?:much|a lot|way|far) (?:faster|quicker)\b|\b(?:double|twice)\b", 2.0),
        (r"\b(?:a (?:little|bit)|slightly) (?:faster|quicker)\b", 1.25),
        (r"\bfast(?:er)?\b|\bquick(?:er|ly)?\b|\bmore\b", 1.5),
    ),
    "start": (
        (r"\b(?:much|a lot|way|far) (?:wider|further|farther)\b", 1.6),
        (r"\b(?:a (?:little|bit)|slightly) (?:wider|further|farther)\b", 1.12),
        (r"\b(?:wider?|further|farther|zoomed out|far away)\b", 1.3),
        (r"\b(?:much|a lot|way|far) (?:closer|tighter|nearer)\b", 0.6),
        (r"\b(?:a (?:little|bit)|slightly) (?:closer|tighter|nearer)\b", 0.88),
        (r"\b(?:close(?:r|-up)?|tight(?:er)?|near(?:er)?|zoomed in)\b", 0.77),
    ),
}
_LIMITS = {"speed": (0.05, 10.0), "start": (0.25, 4.0)}
_NORMAL = re.compile(r"^(?:normal(?:ly)?|default|usual|1(?:\.0+)?|original)(?: speed)?$")
_LOOP_ON = re.compile(r"on|yes|true|1|loop(?:ing|ed)?|(?:a )?(?:seamless|perfect|endless)(?: loop)?|boomerang|make it loop|again")
_LOOP_OFF = re.compile(r"off|no|false|0|once|none|no loop|do not loop|don't loop|stop looping")
_EASINGS: tuple[tuple[str, Easing], ...] = (
    (r"\b(?:in and out|in-?out|in & out|smooth\w*|both)\b", "ease in and out"),
    (r"\b(?:ease[ -]?in|in)\b|\baccelerat", "ease in"),
    (r"\b(?:ease[ -]?out|out)\b|\bdecelerat|\bslow(?:s|ing)? down\b", "ease out"),
    (r"\blinear\b|\bconstant\b|\bsteady\b|\beven\b|\bnone\b|\bno eas", "linear"),
)


def parse_camera_setting(text: str) -> str:
    """The words as they are, or a schedule that was checked. Raises RefusedChange for a schedule that is wrong."""
    if is_schedule(text):
        try:
            parse_schedule(text)
        except InputError as error:
            raise RefusedChange(error.message, error.hint) from error
        return text.strip()
    return " ".join(text.split())


def parse_motion_setting(motion: Motion, setting: str, text: str) -> object:
    """The value of `start`, `speed`, `easing` or `loop` after `text`. Raises RefusedChange."""
    plain = " ".join(text.strip().casefold().split())
    match setting:
        case "loop":
            if _LOOP_ON.fullmatch(plain):
                return True
            if _LOOP_OFF.fullmatch(plain):
                return False
            raise RefusedChange(f"'{text}' does not say whether the film loops.", "Say 'on' or 'off'.")
        case "easing":
            found = next((name for pattern, name in _EASINGS if re.search(pattern, plain)), None)
            if found is None:
                raise RefusedChange(f"'{text}' is no easing.", "There are: linear, ease in, ease out, ease in and out.")
            return found
    return _factor(getattr(motion, setting), setting, plain, text)


def _factor(now: float, setting: str, plain: str, text: str) -> float:
    low, high = _LIMITS[setting]
    if not plain or _NORMAL.match(plain):
        return 1.0
    number = parse_number(re.sub(r"\s*(?:x|times|%|percent)$", "", plain))
    if number is not None:
        value = number / 100 if re.search(r"(?:%|percent)$", plain) else number
    else:
        factor = next((factor for pattern, factor in _FACTORS[setting] if re.search(pattern, plain)), None)
        if factor is None:
            raise RefusedChange(f"'{text}' is no {setting} of a film.", f"Give a number from {low:g} to {high:g} (1 is usual).")
        value = now * factor
        if not low <= value <= high:
            raise RefusedChange(
                f"The film's {setting} cannot go any further that way.", f"It goes from {low:g} to {high:g}; it is {now:g}."
            )
    if not low <= value <= high:
        raise RefusedChange(f"The {setting} cannot be {text.strip()}.", f"Give a number from {low:g} to {high:g} (1 is usual).")
    return round(value, 4)
