"""Prompts as people write them for A1111, Civitai and Midjourney: weights, a negative prompt, and `--flags` anywhere in the text.

    (golden armor:1.3), castle --steps 40 --size 512x768 --no text
    Negative prompt: blurry, lowres

Weights are read by `weights`, the text inside PNG files by `parameters`. Pure; linear in the text's length. It does not know scenes.
"""

import math
import re

from pydantic import ValidationError

from codirector.errors import InputError
from codirector.prompts.parameters import Parameters, parse_parameters, parse_settings_line, write_parameters
from codirector.prompts.scene import Render
from codirector.prompts.weights import read_weighted, write_spans
from codirector.values import Span, Value

__all__ = ["FLAGS", "Parameters", "ParsedPrompt", "parse_parameters", "parse_prompt", "write_parameters", "write_prompt"]

FLAGS: dict[str, str] = {
    "seed": "seed", "s": "seed", "steps": "steps", "step": "steps", "cfg": "guidance", "cfg-scale": "guidance", "guidance": "guidance",
    "scale": "guidance", "size": "size", "width": "width", "w": "width", "height": "height", "h": "height", "ar": "ar", "aspect": "ar",
    "sampler": "sampler", "scheduler": "sampler", "model": "model", "m": "model", "neg": "negative", "negative": "negative",
    "negative-prompt": "negative", "no": "negative", "layout": "layout",
}  # fmt: skip
"""Every flag and the setting it stands for."""
ASPECT_PIXELS = 512 * 512
"""The area a bare `--ar` is laid out on; sides are rounded to multiples of 8."""

_FLAG = re.compile(r"(?<![^\s,;()\[\]])(?:--|—)(?P<name>[A-Za-z][A-Za-z-]*)(?:=|[^\S\n]*)")
_SAMPLER = re.compile(
    r"(?i)(?:euler a(?:ncestral)?|euler|heun|lms(?: karras)?|dpm\+\+ ?(?:2m|2s|3m|sde)(?: a)?(?: sde)?(?: heun)?(?: karras| exponential)?|"
    r"dpm2?(?: a)?(?: karras)?|dpm (?:fast|adaptive)|unipc|uni_pc|ddim|ddpm|plms|pndm|deis|lcm|restart|dpmsolver\+\+)(?![\w+])"
)
_MARKER = re.compile(r"(?i)(?<![^\s,.;)\]])negative\s+prompt\s*:")
_UNTIL_NEXT = re.compile(r"(?:(?!(?<!\S)(?:--|—)[A-Za-z])[^\n])*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'', re.DOTALL)
_WORD = re.compile(r"[^\s,;]+")
NUMBERS: dict[str, tuple[str, float, float]] = {
    "seed": ("a whole number from 0 to 4294967295", 0, 2**32 - 1), "steps": ("a whole number from 1 to 200", 1, 200),
    "guidance": ("a number from 0 to 50", 0, 50), "width": ("pixels, a multiple of 8 from 64 to 4096", 64, 4096),
    "height": ("pixels, a multiple of 8 from 64 to 4096", 64, 4096), "layout": ("a number from 0 (free) to 1 (faithful)", 0, 1),
}  # fmt: skip
"""What a setting's value is, in words, and the least and the greatest."""


class ParsedPrompt(Value):
    """A prompt as read. `spans` and `negative` are in normal form (see weights.merge_spans); `networks` are extra networks named in
    it (`lora:name:0.8`); `notes` are sentences about what was read and cannot be honoured. They describe the reading, not the
    prompt: text written from this value holds nothing that needs the same notes."""

    spans: tuple[Span, ...] = ()
    negative: tuple[Span, ...] = ()
    settings: Render = Render()
    networks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def parse_prompt(text: str) -> ParsedPrompt:
    """Reads a prompt with weights, flags and a negative part.

    The negative part begins at 'Negative prompt:' and ends at the end (or at a last line of A1111 settings, 'Steps: 20, ...', which
    is read too); `--no` and `--neg` add to it. A flag given twice: the last counts, with a note. Raises InputError for an unknown
    flag, a flag without its value, and numbers that cannot be. No other input fails.
    """
    body, line_settings, notes = parse_settings_line(text)
    body, flags, added, flag_notes = _take_flags(body)
    marker = _MARKER.search(body)
    positive, negative = (body[: marker.start()], body[marker.end() :]) if marker else (body, "")
    negative = _MARKER.sub(" ", negative)
    first, second = read_weighted(positive), read_weighted(", ".join(part.strip() for part in (negative, *added) if part.strip()))
    settings = _settings(line_settings, flags)
    sized = [f"--ar {flags['ar']} is laid out as {settings.width}x{settings.height}."] if "ar" in flags else []
    return ParsedPrompt(
        spans=first.spans,
        negative=second.spans,
        settings=settings,
        networks=first.networks + second.networks,
        notes=tuple(dict.fromkeys((*notes, *flag_notes, *sized, *first.notes, *second.notes))),
    )


def write_prompt(prompt: ParsedPrompt) -> str:
    """The prompt as text. `parse_prompt` of it gives the same spans, negative, settings and networks back."""
    parts = [write_spans(prompt.spans), *(f"<{network}>" for network in prompt.networks), *_written_flags(prompt.settings)]
    text = " ".join(part for part in parts if part)
    negative = write_spans(prompt.negative)
    return f"{text}\nNegative prompt: {negative}" if negative else text


def _take_flags(text: str) -> tuple[str, dict[str, str], list[str], list[str]]:
    """The text without its flags, the settings named, what `--no` and `--neg` said, and notes."""
    kept: list[str] = []
    flags: dict[str, str] = {}
    negative: list[str] = []
    notes: list[str] = []
    at = 0
    while match := _FLAG.search(text, at):
        name = match["name"].casefold()
        if name not in FLAGS:
            if text.startswith("—", match.start()):  # a dash in prose
                kept.append(text[at : match.end()])
                at = match.end()
                continue
            known = ", ".join(f"--{flag}" for flag in FLAGS if len(flag) > 1)
            raise InputError(f"'--{match['name'][:40]}' is not a setting.", f"These are known: {known}.")
        setting = FLAGS[name]
        value, end = _value(text, match.end(), setting)
        if not value.strip():
            raise InputError(f"'--{name}' needs a value.", f"For example: {_example(setting)}.")
        if setting == "negative":
            negative.append(value)
        else:
            if setting in flags and flags[setting] != value:
                notes.append(f"--{name} is given twice; the last one, {value}, counts.")
            flags[setting] = value
        kept.append(text[at : match.start()].rstrip(" \t") + " ")
        at = end
        while at < len(text) and text[at] in " \t":
            at += 1
    kept.append(text[at:])
    return "".join(kept), flags, negative, notes


def _value(text: str, start: int, setting: str) -> tuple[str, int]:
    """A flag's value and where it ends: quoted, else (by setting) a known sampler, everything up to the next flag, or one word."""
    quoted = _QUOTED.match(text, start)
    if quoted:
        inner = re.sub(r'\\(["\\])', r"\1", quoted[1]) if quoted[1] is not None else quoted[2]
        return inner, quoted.end()
    if setting == "negative":
        match = _UNTIL_NEXT.match(text, start)
    elif setting == "sampler":
        match = _SAMPLER.match(text, start) or _WORD.match(text, start)
    else:
        match = _WORD.match(text, start)
    if match is None or match.group().startswith("--"):
        return "", start
    value = match.group()
    if setting not in ("negative", "sampler", "model"):
        value = value.rstrip(".)]!?")
        return value, start + len(value)
    return value, match.end()


def _settings(base: Render, flags: dict[str, str]) -> Render:
    changes: dict[str, object] = {}
    for setting, text in flags.items():
        if setting == "size":
            match = re.fullmatch(r"(\d{1,6})(?:[x×*](\d{1,6}))?", text.casefold())
            if not match:
                raise InputError(f"'--size {text[:40]}' is not a size.", "Write it like --size 512x768 (width x height).")
            changes["width"], changes["height"] = _pixels("size", match[1]), _pixels("size", match[2] or match[1])
        elif setting in ("width", "height"):
            changes[setting] = _pixels(setting, text)
        elif setting in NUMBERS:
            changes[setting] = _number(setting, text)
        elif setting in ("sampler", "model"):
            changes[setting] = text.strip()
    if "ar" in flags:
        changes |= _by_aspect(flags["ar"], changes)
    try:
        return base.evolve(**changes)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"'{first['loc'][0]}' cannot be that: {first['msg']}.", "Give another value.") from error


def _by_aspect(text: str, changes: dict[str, object]) -> dict[str, object]:
    """Width and height for a ratio like 16:9: from the side that is given, else with the area of ASPECT_PIXELS."""
    match = re.fullmatch(r"(\d{1,4}(?:\.\d{1,4})?)[:x/](\d{1,4}(?:\.\d{1,4})?)", text.casefold())
    ratio = float(match[1]) / float(match[2]) if match and float(match[2]) > 0 else 0.0
    if not 1 / 8 <= ratio <= 8:
        raise InputError(f"'--ar {text[:40]}' is not a usable ratio.", "Write it like --ar 16:9, at most 8:1.")
    width, height = changes.get("width"), changes.get("height")
    if isinstance(width, int) and height is None:
        return {"height": _rounded(width / ratio)}
    if isinstance(height, int) and width is None:
        return {"width": _rounded(height * ratio)}
    if width is not None:
        raise InputError("A size and a ratio are given together.", "Give --size, or --ar, or --ar with one side.")
    return {"width": _rounded(math.sqrt(ASPECT_PIXELS * ratio)), "height": _rounded(math.sqrt(ASPECT_PIXELS / ratio))}


def _rounded(pixels: float) -> int:
    return max(64, min(4096, round(pixels / 8) * 8))


def _pixels(flag: str, text: str) -> int:
    number = int(_number("width" if flag == "size" else flag, text))
    if number % 8:
        raise InputError(f"{number} pixels do not work: not a multiple of 8.", f"The nearest that works is {_rounded(number)}.")
    return number


def _number(setting: str, text: str) -> float | int:
    words, low, high = NUMBERS[setting]
    whole = setting not in ("guidance", "layout")
    if not re.fullmatch(r"[+-]?\d{1,12}" if whole else r"[+-]?(\d{1,6}(\.\d{0,12})?|\.\d{1,12})", text, re.ASCII):
        raise InputError(f"'{text[:40]}' is no value for {setting}.", f"It takes {words}.")
    number = int(text) if whole else float(text)
    if not low <= number <= high:
        raise InputError(f"The {setting} cannot be {text}.", f"It takes {words}.")
    return number


def _written_flags(settings: Render) -> list[str]:
    flags = []
    for flag, value in (("seed", settings.seed), ("steps", settings.steps), ("cfg", settings.guidance), ("layout", settings.layout)):
        if value is not None:
            flags.append(f"--{flag} {_exact(value)}")
    if settings.width is not None and settings.height is not None:
        flags.append(f"--size {settings.width}x{settings.height}")
    else:
        flags += [f"--{name} {value}" for name, value in (("width", settings.width), ("height", settings.height)) if value is not None]
    for flag, text in (("sampler", settings.sampler), ("model", settings.model)):
        if text:
            quoted = text.replace("\\", "\\\\").replace('"', '\\"')
            flags.append(
                f"--{flag} {text}" if re.fullmatch(r"[\w./:+-]*\w", text, re.ASCII) and not text.startswith("-") else f'--{flag} "{quoted}"'
            )
    return flags


def _exact(value: float | int) -> str:
    return str(value) if isinstance(value, int) else f"{value:.12f}".rstrip("0").rstrip(".")


def _example(setting: str) -> str:
    return {
        "seed": "--seed 7", "steps": "--steps 30", "guidance": "--cfg 7", "size": "--size 512x768", "width": "--width 512",
        "ar": "--ar 16:9", "height": "--height 512", "sampler": "--sampler ddim", "model": "--model sdxl",
        "negative": "--no text", "layout": "--layout 0.5",
    }[setting]  # fmt: skip
