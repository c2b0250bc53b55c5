"""The `parameters` text that A1111, Forge and Civitai write into PNG files. Reading and writing, pure, linear in the text's length.

    a red fox in the snow
    Negative prompt: blurry
    Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model hash: abc, Model: name, Version: v1.10

Source: stable-diffusion-webui, modules/infotext_utils.py (parse_generation_parameters, quote, unquote): values that hold a comma,
a colon or a line break are quoted as JSON strings. It does not know where the text is stored.
"""

import json
import re
from collections.abc import Callable

from pydantic import ValidationError

from codirector.prompts.scene import Render
from codirector.values import Value

_NEGATIVE = "Negative prompt:"
_KEY = re.compile(r"\s*(\w[\w \-/]*?)\s*:\s*")
_QUOTED = re.compile(r'"(?:\\.|[^\\"])*"')
_KNOWN = frozenset({"Steps", "Sampler", "CFG scale", "Seed", "Size", "Model", "Model hash", "Version"})


class Parameters(Value):
    """What a parameters text says: the prompt and negative prompt as they were typed, the settings we know, every other pair in
    `extra` (key, value) in order, and notes about what could not be used."""

    prompt: str = ""
    negative: str = ""
    settings: Render = Render()
    extra: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def parse_parameters(text: str) -> Parameters:
    """Reads a parameters text. Never fails: a last line that is no list of settings belongs to the prompt, a setting with an
    impossible value stays in `extra`, with a note."""
    lines = [line.strip() for line in text.strip().split("\n")]
    pairs = _pairs(lines[-1]) if _is_settings(lines[-1]) else None
    if pairs is not None:
        lines = lines[:-1]
    start = next((number for number, line in enumerate(lines) if line.startswith(_NEGATIVE)), len(lines))
    prompt = "\n".join(lines[:start]).strip()
    negative = "\n".join(line.removeprefix(_NEGATIVE).strip() for line in lines[start:]).strip()
    settings, extra, notes = _settings(pairs or [])
    return Parameters(prompt=prompt, negative=negative, settings=settings, extra=extra, notes=notes)


def write_parameters(parameters: Parameters) -> str:
    """The text as A1111 writes it. `parse_parameters` of it gives the same back (notes aside), except for prompts that look like
    the format themselves: a line of theirs that begins with 'Negative prompt:' is joined to the line before it."""
    settings = parameters.settings
    pairs: list[tuple[str, str]] = []
    if settings.steps is not None:
        pairs.append(("Steps", str(settings.steps)))
    if settings.sampler:
        pairs.append(("Sampler", settings.sampler))
    if settings.guidance is not None:
        pairs.append(("CFG scale", _plain(settings.guidance)))
    if settings.seed is not None:
        pairs.append(("Seed", str(settings.seed)))
    if settings.width is not None or settings.height is not None:
        pairs.append(("Size", f"{settings.width or settings.height}x{settings.height or settings.width}"))
    if settings.model:
        pairs.append(("Model", settings.model))
    if settings.layout is not None:
        pairs.append(("Layout guidance", _plain(settings.layout)))
    line = ", ".join(f"{key}: {_quote(value)}" for key, value in (*pairs, *parameters.extra))
    prompt = re.sub(rf"\n\s*(?={re.escape(_NEGATIVE)})", " ", parameters.prompt.strip())
    prompt = f", {prompt}" if prompt.startswith(_NEGATIVE) else prompt
    negative = f"{_NEGATIVE} {parameters.negative.strip()}" if parameters.negative.strip() else ""
    return "\n".join(part for part in (prompt, negative, line) if part)


def parse_settings_line(text: str) -> tuple[str, Render, tuple[str, ...]]:
    """A text whose last line may be A1111 settings: the text before it, the settings, and notes (also for pairs we do not use)."""
    body, _, last = text.rstrip().rpartition("\n")
    if not re.match(r"\s*Steps: ?\d", last) or not _is_settings(last.strip()):
        return text, Render(), ()
    settings, extra, notes = _settings(_pairs(last.strip()) or [])
    unused = [f"'{key}: {value}' in the settings line is not used." for key, value in extra]
    return body, settings, (*notes, *unused)


def _is_settings(line: str) -> bool:
    pairs = _pairs(line)
    if not pairs:
        return False
    return pairs[0][0] == "Steps" or (len(pairs) >= 3 and any(key in _KNOWN for key, _ in pairs))


def _pairs(line: str) -> list[tuple[str, str]] | None:
    """The line as key: value pairs; None where some stretch of it is none."""
    pairs: list[tuple[str, str]] = []
    at = 0
    while at < len(line):
        # Keys are short: looking for the colon in a window keeps long prompts linear.
        key = _KEY.match(line[at : at + 200])
        if key is None:
            return None
        start = at + key.end()
        quoted = _QUOTED.match(line, start)
        end = quoted.end() if quoted else start
        if not quoted or (end < len(line) and line[end] != ","):
            comma = line.find(",", start)
            end = len(line) if comma < 0 else comma
        pairs.append((key[1], _unquote(line[start:end])))
        at = end + 1
    return pairs


def _settings(pairs: list[tuple[str, str]]) -> tuple[Render, tuple[tuple[str, str], ...], tuple[str, ...]]:
    render = Render()
    extra: list[tuple[str, str]] = []
    notes: list[str] = []
    for key, value in pairs:
        try:
            render = render.evolve(**_SETTINGS[key](value)) if key in _SETTINGS else render
            if key not in _SETTINGS:
                extra.append((key, value))
        except (ValueError, ValidationError):
            extra.append((key, value))
            notes.append(f"'{key}: {value[:60]}' cannot be used here.")
    return render, tuple(extra), tuple(notes)


def _size(value: str) -> dict[str, object]:
    match = re.fullmatch(r"(\d{1,6})x(\d{1,6})", value, re.ASCII)
    if not match:
        raise ValueError(value)
    return {"width": int(match[1]), "height": int(match[2])}


_SETTINGS: dict[str, Callable[[str], dict[str, object]]] = {
    "Steps": lambda value: {"steps": int(value[:20])},
    "Sampler": lambda value: {"sampler": value},
    "CFG scale": lambda value: {"guidance": float(value)},
    "Seed": lambda value: {"seed": int(value[:20])},
    "Size": _size,
    "Model": lambda value: {"model": value},
    "Layout guidance": lambda value: {"layout": float(value)},
}


def _quote(value: str) -> str:
    if value == value.strip() and not re.search(r'[,:\n\r"\u0085\u2028\u2029]', value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _unquote(text: str) -> str:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text.strip()
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str) else text


def _plain(number: float) -> str:
    return f"{number:.12f}".rstrip("0").rstrip(".")
