"""`codirector ask`: a question answered from the articles, with sources, or honestly not at all."""

import argparse
import sys

from codirector.assistant.cli.common import settings_from
from codirector.assistant.cli.output import plain, print_json
from codirector.assistant.turn.answer import cited
from codirector.knowledge.library import Library


def run(flags: argparse.Namespace) -> int:
    """0: answered; 1: nothing in the articles fits."""
    answer = Library(settings_from(flags).home / "cache").answer(flags.question)
    if flags.json:
        print_json(answer.model_dump(mode="json"), sys.stdout)
    else:
        print(plain(cited(answer)))
    return 0 if answer.confident else 1
