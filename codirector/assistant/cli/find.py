"""`codirector find`: pictures of the sessions by words, or by likeness to a picture file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from codirector.assistant.cli.common import read_file, settings_from
from codirector.assistant.cli.output import print_json
from codirector.assistant.session.store import SessionStore
from codirector.assistant.turn.finding import pictures_in, traits_of
from codirector.errors import InputError


def run(flags: argparse.Namespace) -> int:
    """One line (or JSON object) a picture, the best first. Raises InputError, UnknownName for the session."""
    if not flags.what.strip():
        raise InputError("There is nothing to look for.", "Name what the picture shows, or a picture file.")
    if flags.number < 1:
        raise InputError("--number has to be at least 1.", "Leave it out for 8.")
    with SessionStore(settings_from(flags).home) as store:
        infos = [store.info(flags.session)] if flags.session else [info for info in store.list() if not info.problem]
        kept = pictures_in(store, infos)
        if not kept:
            print("There are no pictures yet.", file=sys.stderr)
            return 0
        from codirector.tools.reader import load_reader
        from codirector.tools.reader.finding import by_picture, by_words, look_closely
        from codirector.tools.reader.look import use_threads

        use_threads(settings_from(flags).threads or 1)
        reader, seen = load_reader(), traits_of(store, kept)
        traits = [found for _, found in seen]
        file = Path(flags.what).expanduser()
        if len(flags.what) < 1000 and file.is_file():
            from codirector.tools.pictures import open_picture
            from codirector.tools.reader.reader import as_array

            matches = by_picture(traits, look_closely(reader, as_array(open_picture(read_file(flags.what), file.name).image)))
        else:
            matches = by_words(reader, traits, flags.what)
        for match in matches[: flags.number]:
            each = seen[match.at][0]
            path = str(store.artifacts.find(each.ref.sha256))
            if flags.json:
                sure = {name: round(share, 3) for name, share in match.sure}
                print_json(
                    {"path": path, "session": each.session, "turn": each.number, "sha256": each.ref.sha256, "shows": match.shows,
                     "sure": sure, "score": round(match.score, 3)}, sys.stdout,
                )  # fmt: skip
            else:
                how = ", ".join(f"{name} {100 * share:.0f} %" for name, share in match.sure) or f"alike {match.score:.2f}"
                print(f"{'*' if match.shows else ' '} {each.session}, turn {each.number} ({how})\n  {path}")
    return 0
