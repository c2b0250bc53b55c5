"""`codirector web`: opens the web page. Everything it does is in the web room."""

import argparse

from codirector.assistant.cli.common import settings_from


def run(flags: argparse.Namespace) -> int:
    settings = settings_from(flags)
    from codirector.assistant.web.server import serve

    serve(settings.home, settings.host, settings.port, settings, open_browser=not flags.no_browser)
    return 0
