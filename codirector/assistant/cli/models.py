"""`codirector models`: what is here, what the catalogue knows and fits, which suit a scene and why; and getting one."""

import argparse
import sys
from pathlib import Path
from typing import Any

from codirector.assistant.backends import make_registry
from codirector.assistant.cli.common import settings_from
from codirector.assistant.cli.output import print_json
from codirector.assistant.settings import Settings
from codirector.errors import InputError
from codirector.tools.catalogue.download import HUB, PICKLES, get_model
from codirector.tools.catalogue.entries import BYTES, Entry, Source, catalogue, find
from codirector.tools.catalogue.fit import Fit, fit, where
from codirector.tools.catalogue.recommend import recommend, select
from codirector.tools.device import human_bytes, look

BEST = 3
"""Recommendations given."""


def run(flags: argparse.Namespace) -> int:
    """Raises InputError, UnknownName, RetryableError."""
    settings = settings_from(flags)
    if flags.get:
        return _get(find(flags.get), settings, flags)
    if flags.show:
        return _show(find(flags.show), settings, flags)
    if flags.scene:
        return _recommend(settings, flags)
    return _list(settings, flags)


def downloads(settings: Settings) -> Path:
    """Where models that were got lie unless a person says otherwise."""
    return settings.home / "models"


def _list(settings: Settings, flags: argparse.Namespace) -> int:
    registry = make_registry(settings)
    try:
        here = [model for model in registry.list_models() if model.present]
    finally:
        registry.close()
    machine = look()
    entries = _selected(flags)
    filtered = len(entries) < len(catalogue())
    rows = [_row(entry, fit(entry, machine), where(entry, settings.models, downloads(settings))) for entry in entries]
    if flags.json:
        for model in [] if filtered else here:
            print_json(model.model_dump(mode="json"), sys.stdout)
        for row in rows if flags.all or filtered else []:
            print_json(row, sys.stdout)
        return 0
    if not filtered:
        for model in here:
            print(f"✓ {model.name:<28} {human_bytes(model.needs_bytes):>9}  {model.description}")
    if flags.all or filtered:
        print("" if filtered else "\nThe catalogue (✓ here, + fits this machine, – does not):")
        for row in rows:
            mark = "✓" if row["path"] else "+" if row["fits"] else "–"
            runs = f"{row['fits']} on {row['device']}" + (", slowly" if row["slow"] else "") if row["fits"] else "too large"
            print(f"{mark} {row['name']:<26} {row['base']:<22} {row['licence'][:34]:<35} {runs}")
    if not rows:
        print("Nothing in the catalogue is like that. See it all: codirector models --all")
    print(
        "\nAny diffusers folder or .safetensors file works by its path (--model). More: models --all, --for 'a movie poster', --show NAME,"
    )
    print("--get NAME.")
    return 0


def _selected(flags: argparse.Namespace) -> tuple[Entry, ...]:
    memory = None
    if flags.memory is not None:
        if flags.memory <= 0:
            raise InputError("--memory is in gigabytes, more than 0.", "For example: --memory 8")
        memory = int(flags.memory * 1e9)
    return select(catalogue(), flags.kind, flags.base, flags.commercial, memory)


def _row(entry: Entry, fits: Fit, path: Path | None) -> dict[str, Any]:
    return {
        "name": entry.name, "title": entry.title, "kind": entry.kind, "hub": entry.hub.value, "base": entry.base.value,
        "licence": entry.licence.value, "best": list(entry.best.value), "fits": fits.precision, "device": fits.device, "slow": fits.slow,
        "memory": {precision: entry.needs(precision) for precision in BYTES}, "path": str(path) if path else "",
    }  # fmt: skip


def _recommend(settings: Settings, flags: argparse.Namespace) -> int:
    from codirector.assistant.model_needs import needs_of
    from codirector.assistant.planner.rules.creation import scene_of

    needs = needs_of(scene_of(flags.scene)[0], flags.scene)
    kind = flags.kind or ("film" if "film" in needs else "picture")
    machine = look()
    places = {entry.name: where(entry, settings.models, downloads(settings)) for entry in catalogue()}
    choices = recommend(
        needs, _selected(flags), lambda entry: fit(entry, machine), lambda entry: places[entry.name] is not None, kind
    )[:BEST]  # fmt: skip
    if flags.json:
        for choice in choices:
            row = _row(choice.entry, fit(choice.entry, machine), places[choice.entry.name])
            print_json(row | {"needs": list(needs), "reasons": list(choice.reasons), "doubts": list(choice.doubts)}, sys.stdout)
        return 0
    print(f"Called for: {', '.join(needs)}." if needs else "Nothing in it calls for a special model.")
    for number, choice in enumerate(choices, start=1):
        print(f"{number}. {choice.entry.title} ({choice.entry.name}): {'; '.join(choice.reasons) or 'nothing speaks for it'}.")
        if choice.doubts:
            print(f"   But: {'; '.join(choice.doubts)}.")
    if not choices:
        print("Nothing in the catalogue is left with these limits.")
    return 0


def _show(entry: Entry, settings: Settings, flags: argparse.Namespace) -> int:
    path, fits = where(entry, settings.models, downloads(settings)), fit(entry, look())
    if flags.json:
        facts = {name: {"value": fact.value, "computed": fact.computed, **fact.source.model_dump()} for name, fact in entry.facts().items()}
        sources = [source.model_dump() for source in entry.memory_sources]
        print_json(_row(entry, fits, path) | {"facts": facts, "memory_sources": sources}, sys.stdout)
        return 0
    print(f"{entry.title}\n")
    for name, fact in entry.facts().items():
        value = ", ".join(fact.value) if isinstance(fact.value, tuple) else fact.value
        unit = {"denoiser": " million parameters", "text": " million parameters", "vae": " million parameters", "side": " px"}.get(name, "")
        nothing = "none: it is got as a folder" if name == "file" else "–"
        print(f"  {name:<11} {str(value) + unit if value != '' else nothing}")
        print(f"{'':14}{f'{fact.computed}: ' if fact.computed else ''}{_cited(fact.source)}")
    memory = ", ".join(f"{human_bytes(entry.needs(precision))} in {precision}" for precision in BYTES)
    print(f"  memory      {memory}\n{'':14}computed from the parameters of denoiser, text and vae, and room to work in:")
    for source in entry.memory_sources:
        print(f"{'':14}{_cited(source)}")
    print(f"  here        {path or 'no'}")
    print(f"  fits        {fits.precision or 'no'} on {fits.device}, {human_bytes(fits.free)} free")
    return 0


def _cited(source: Source) -> str:
    return f"{source.title} <{source.url}>, {source.date}"


def _get(entry: Entry, settings: Settings, flags: argparse.Namespace) -> int:
    folder = Path(flags.into).expanduser() if flags.into else downloads(settings)
    told = not flags.json and sys.stderr.isatty()

    def progress(name: str, done: int, size: int) -> None:
        share = f"{100 * done // size:3d} %" if size else ""
        print(f"\r  {name}: {human_bytes(done)} of {human_bytes(size) if size else '?'} {share} ", end="", file=sys.stderr, flush=True)

    def lines(name: str, done: int, size: int) -> None:
        if flags.json:
            print_json({"file": name, "done": done, "size": size}, sys.stdout)

    if not flags.json:
        print(f"{entry.title}: {entry.licence.value} ({entry.licence.source.url})")
    path = get_model(entry, folder, flags.host or HUB, flags.allow_pickle, progress if told else lines)
    if path.suffix in PICKLES:
        from codirector.tools.catalogue.unpickle import to_safetensors

        path = to_safetensors(path)
    if flags.json:
        print_json({"name": entry.name, "path": str(path)}, sys.stdout)
    else:
        print(f"{'' if not told else chr(10)}It is in {path}. Draw with it: codirector web --model {path}")
    return 0
