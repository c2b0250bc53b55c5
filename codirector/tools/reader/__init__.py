"""Reading pictures. `Reading` is what our own small reader saw: things with boxes and colours, style, setting, time, framing, caption.

    reader = load_reader()
    reading = reader.read(picture)          # PIL picture or RGB array, any size
    reading.counts, reading.style.value, reading.things[0].box, reader.presence(picture, "fox")

Nothing heavy is imported before a reader reads.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from codirector.tools.reader.reading import Box, Guess, Reading, SeenThing

if TYPE_CHECKING:
    from codirector.tools.reader.reader import OwnReader

__all__ = ["Box", "Guess", "Reading", "SeenThing", "load_reader"]


def load_reader(folder: Path | None = None) -> OwnReader:
    """Our own reader, one a process and folder; the weights are read when it first reads. Raises InternalError where they are missing."""
    from codirector.tools.reader.reader import FOLDER

    return _reader(folder or FOLDER)


@functools.cache
def _reader(folder: Path) -> OwnReader:
    from codirector.tools.reader.reader import OwnReader

    return OwnReader(folder)
