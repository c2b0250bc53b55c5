"""`codirector chat`: one message a line from standard input, a reply (or one JSON object) a turn on standard output."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from codirector.assistant.cli.common import settings_from
from codirector.assistant.cli.output import error_object, plain, print_json, turn_object
from codirector.assistant.director import Director, session_name
from codirector.assistant.turn.events import Finished, Working
from codirector.errors import CodirectorError, InputError

GREETING = "Say what you would like to see, for example: a fox in the snow at sunset, watercolor. Ctrl-D ends; everything is kept."


def run(flags: argparse.Namespace) -> int:
    """The exit code is that of the worst turn: 0, 2 where a message could not be used, 1 for a fault of ours."""
    director = Director(settings_from(flags))
    try:
        session = session_name(flags.session, director.store, flags.new)
        for interrupted in director.store.recover(session):
            print(f"The turn “{interrupted.turn.message}” was interrupted; send it again to repeat it.", file=sys.stderr)
        interactive = sys.stdin.isatty() and not flags.json
        if interactive:
            print(f"Session {session}. {GREETING}")
            if not flags.plan_only:
                director.warm_up()
        worst = 0
        for message in _messages(sys.stdin, interactive):
            worst = max(worst, _turn(director, session, message, flags, sys.stdout))
        return worst
    finally:
        director.close()


def _turn(director: Director, session: str, message: str, flags: argparse.Namespace, out: TextIO) -> int:
    try:
        finished = _follow(director.submit(session, message, render=not flags.plan_only).events, show=not flags.json and out.isatty())
    except InputError as error:
        if flags.json:
            print_json(error_object(message, str(error)), out)
        else:
            print(f"! {error}", file=out, flush=True)
        return error.exit_code
    except CodirectorError as error:
        if flags.json:
            print_json(error_object(message, str(error)), out)
        print(f"codirector: {error}", file=sys.stderr)
        return error.exit_code
    if flags.json:
        print_json(turn_object(finished, director.store.artifacts), out)
    else:
        print(plain(finished.reply.text), file=out)
        for ref in finished.reply.pictures:
            print(f"  {director.store.artifacts.path(ref)}", file=out, flush=True)
    return exit_code(finished)


def exit_code(finished: Finished) -> int:
    """The exit code a finished turn deserves."""
    if not finished.reply.error:
        return 0
    from codirector import errors

    kind = getattr(errors, finished.error_kind, CodirectorError)
    return kind.exit_code


def _follow(events, show: bool) -> Finished:
    finished = None
    for event in events():
        if show and isinstance(event, Working):
            print(f"\r  {event.progress.stage} {event.progress.step}/{event.progress.steps} ", end="", flush=True)
        if isinstance(event, Finished):
            finished = event
    if show:
        print("\r" + " " * 40 + "\r", end="")
    assert finished is not None
    return finished


def _messages(stream: Iterable[str], interactive: bool) -> Iterator[str]:
    if not interactive:
        for line in stream:
            yield line.rstrip("\n")
        return
    while True:
        try:
            line = input("> ")
        except EOFError:
            print()
            return
        if line.strip():
            yield line
