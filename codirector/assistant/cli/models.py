"""`codirector models`: which models can be named, and which of them are here."""

import argparse
import sys

from codirector.assistant.backends import make_registry
from codirector.assistant.cli.common import settings_from
from codirector.assistant.cli.output import print_json
from codirector.tools.device import human_bytes


def run(flags: argparse.Namespace) -> int:
    registry = make_registry(settings_from(flags))
    try:
        found = [model for model in registry.list_models() if model.present or flags.all]
    finally:
        registry.close()
    for model in found:
        if flags.json:
            print_json(model.model_dump(mode="json"), sys.stdout)
        else:
            print(f"{'✓' if model.present else '–'} {model.name:<28} {human_bytes(model.needs_bytes):>9}  {model.description}")
    if not flags.json:
        print("Any diffusers folder or .safetensors file works by its path; a hub id works once its files are in the hub cache.")
    return 0
