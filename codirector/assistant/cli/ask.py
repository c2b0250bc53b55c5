"""`codirector ask`: a question answered from the articles, with sources, or honestly not at all."""

import argparse
import sys

from codirector.assistant.cli.common import settings_from
from codirector.assistant.cli.output import plain, print_json
from codirector.assistant.library import make_library
from codirector.assistant.turn.answer import cited


def run(flags: argparse.Namespace) -> int:
    """0: answered; 1: nothing in the articles fits."""
    settings = settings_from(flags)
    library = make_library(settings, None if flags.json else _told)
    answer = library.answer(flags.question)
    if library.index().unsaved:
        print(library.index().unsaved, file=sys.stderr)
    if flags.json:
        print_json(answer.model_dump(mode="json"), sys.stdout)
    else:
        print(plain(cited(answer)))
    return 0 if answer.confident else 1


def _told(done: int, of: int) -> None:
    print(f"\r  reading your notes: {done} of {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)
