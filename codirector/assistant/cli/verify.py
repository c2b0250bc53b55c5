"""`codirector verify`: is a picture or a session still what it was when it was written?"""

import argparse
import sys
from pathlib import Path

from codirector.assistant.cli.common import read_file, settings_from
from codirector.assistant.cli.output import print_json
from codirector.assistant.session.store import SessionStore
from codirector.assistant.session.verify import verify_file
from codirector.errors import InputError


def run(flags: argparse.Namespace) -> int:
    """0: all is well; 1: something does not match; 2: nothing to verify."""
    if bool(flags.file) == bool(flags.session):
        raise InputError("Say what to verify.", "Either a FILE or --session NAME.")
    if flags.session:
        report = SessionStore(settings_from(flags).home).verify(flags.session)
        subject = f"session {flags.session}: {report.turns} turns"
    else:
        read_file(flags.file)
        report = verify_file(Path(flags.file))
        subject = flags.file
    if flags.json:
        print_json(report.model_dump(mode="json"), sys.stdout)
    else:
        print(f"{subject}, {'all as it was written' if report.ok else 'NOT as it was written'}")
        for problem in report.problems:
            print(f"  {problem}")
    return 0 if report.ok else 1
