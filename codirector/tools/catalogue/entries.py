"""`Entry`: one model of the catalogue, every fact with its source and the day it was read there. The facts lie in `models.json`.

It does not know what is on this machine (see `fit`), gets no file (see `download`), and asks no network whether a fact still holds.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from pydantic import Field

from codirector.errors import UnknownName
from codirector.tools.pipelines import HEADROOM
from codirector.values import Value, Word

FILE = Path(__file__).parent / "models.json"
Precision = Literal["float32", "float16", "int8", "int4"]
BYTES: dict[Precision, float] = {"float32": 4.0, "float16": 2.0, "int8": 1.0, "int4": 0.5}
"""Bytes a parameter."""
Kind = TypeVar("Kind")
Commercial = Literal["yes", "with conditions", "no"]


class Source(Value):
    """Where a fact was read, and the day (ISO 8601) it was: a page, a file of a public repository at a commit, or a file of this one. Of
    model cards that are not open to everybody it is a public copy, and the title says so."""

    title: Word
    url: Word
    date: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")


class Fact(Value, Generic[Kind]):
    """One thing known about a model. `computed` says how, where the source gives what it follows from and not the value itself."""

    value: Kind
    source: Source
    computed: str = ""


class Entry(Value):
    """A model. `hub` is its id at huggingface.co and `file` its single file there, each '' where there is none: a `file` of '' is got as a
    diffusers folder. `sha256` is that file's, where it is known. `denoiser`, `text` and `vae` are millions of parameters; `side` is in
    pixels; `best` are the words `recommend` looks for; `dialect` is a name of `prompts.dialects`."""

    name: str
    title: str
    kind: Literal["picture", "film"]
    hub: Fact[str]
    file: Fact[str]
    sha256: Fact[str] | None = None
    base: Fact[str]
    denoiser: Fact[int]
    text: Fact[int]
    vae: Fact[int]
    side: Fact[int]
    licence: Fact[str]
    commercial: Fact[Commercial]
    best: Fact[tuple[str, ...]]
    weak: Fact[str]
    dialect: Fact[str]
    steps: Fact[int]
    guidance: Fact[float]
    sampler: Fact[str] | None = None
    negative: Fact[str]

    @property
    def parameters(self) -> int:
        """All weights' numbers."""
        return (self.denoiser.value + self.text.value + self.vae.value) * 1_000_000

    def needs(self, precision: Precision) -> int:
        """Bytes of memory to draw with it: all its weights at that precision, and the room every pipeline wants."""
        return int(self.parameters * BYTES[precision]) + HEADROOM

    @property
    def memory_sources(self) -> tuple[Source, ...]:
        """What `needs` is computed from, each once."""
        return tuple(dict.fromkeys(fact.source for fact in (self.denoiser, self.text, self.vae)))

    def facts(self) -> dict[str, Fact[Any]]:
        """Every fact by its name."""
        return {name: value for name in type(self).model_fields if isinstance(value := getattr(self, name), Fact)}


@cache
def catalogue() -> tuple[Entry, ...]:
    """All entries, in the order of the file: the embedded model first, then by base."""
    whole = json.loads(FILE.read_text(encoding="utf-8"))
    sources = {key: Source(title=title, url=url, date=date) for key, (title, url, date) in whole["sources"].items()}
    found = []
    for model in whole["models"]:
        facts = {
            name: {"value": value, "source": sources[key], "computed": "".join(computed)}
            for name, (value, key, *computed) in model.pop("facts").items()
        }
        found.append(Entry.model_validate(model | facts))
    return tuple(found)


def find(name: str) -> Entry:
    """The entry called `name`: by its name, hub id, file name or title, in any case. Raises UnknownName with those that are like it."""
    wanted = name.strip().casefold()
    for entry in catalogue():
        if wanted in {other.casefold() for other in (entry.name, entry.hub.value, entry.file.value, entry.title) if other}:
            return entry
    word = next((part for part in wanted.replace("-", " ").split() if len(part) > 2), wanted)
    like = [entry.name for entry in catalogue() if word in f"{entry.name} {entry.title} {entry.hub.value}".casefold()]
    hint = f"Did you mean {', '.join(like)}?" if like else "See them all: codirector models --all"
    raise UnknownName(f"The catalogue has no model '{name}'.", hint)
