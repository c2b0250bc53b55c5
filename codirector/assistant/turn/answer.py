"""What is said without drawing: answers from the articles, what a file holds, and where a picture was saved.

It measures pixels and reads metadata; what a picture shows is told by `looking`.
"""

import io
import re
from collections import Counter

from codirector.assistant.plan import Storyboard
from codirector.assistant.session.provenance import read_from_png
from codirector.assistant.session.record import SessionView
from codirector.assistant.turn.film import standing
from codirector.assistant.turn.reply import describe, unoffered
from codirector.assistant.turn.state import Tools
from codirector.errors import InputError, StorageFull
from codirector.knowledge.answer import Answer

_ENDING = re.compile(r"\.(png|jpe?g|webp|gif|mp4|webm|mov|zip)$")


def cited(answer: Answer) -> str:
    """An answer from the articles with its numbered sources below."""
    lines = [unoffered(answer.text)]
    for source in answer.sources:
        where = f"[{source.title}: {source.heading}]({source.url})" if source.url else f"{source.title}: {source.heading}"
        lines.append(f"[{source.number}] {where}")
    return "\n\n".join(lines)


def palette_line(data: bytes, colours: int = 4) -> str:
    """The picture's main colours with their shares, measured on a 64 px copy by median cut."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        small = picture.convert("RGB").resize((64, 64)).quantize(colours).convert("RGB").tobytes()
    counts = Counter(small[at : at + 3].hex() for at in range(0, len(small), 3))
    parts = [f"#{colour} {round(100 * count / 4096)} %" for colour, count in counts.most_common()]
    return "Main colours: " + ", ".join(parts) + "."


def file_facts(data: bytes) -> dict:
    """Width, height, format, main colours and, for a PNG that carries it, the request it was made from."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        facts = {"width": picture.width, "height": picture.height, "format": picture.format, "mode": picture.mode}
    facts["colours"] = palette_line(data)
    provenance = read_from_png(data) if facts["format"] == "PNG" else None
    if provenance is not None:
        facts["parameters"] = provenance.parameters
        facts["request"] = provenance.request
    return facts


def save_shown(view: SessionView, name: str, tools: Tools) -> str:
    """Writes what is shown now, the film where the scene moves, else the picture, to the home's `saved` folder, never over another
    file. A name with another ending than the file's is told so. Raises InputError, StorageFull."""
    found = standing(view)
    if not found:
        raise InputError("There is no picture to save yet.", "Describe one first.")
    folder = tools.store.home / "saved"
    board = next((turn.plan for stored in reversed(view.history) if found[0] in (turn := stored.turn).artifacts), None)
    what = board.title if isinstance(board, Storyboard) else describe(view.scene) if view.scene else ""
    stem = safe_stem(name) or safe_stem(what) or found[0].role
    source = tools.store.artifacts.find(found[0].sha256)
    data = tools.store.artifacts.read(found[0].sha256)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{stem}{source.suffix}"
        number = 2
        while target.exists() and target.read_bytes() != data:
            target = folder / f"{stem}-{number}{source.suffix}"
            number += 1
        target.write_bytes(data)
    except OSError as error:
        raise StorageFull(
            f"The {found[0].role} could not be written to {folder}: {error.strerror}.", "Free some space, or choose another --home."
        ) from error
    ending = _ENDING.search(name.strip().lower())
    other = ending is not None and ending[0] != source.suffix
    return f"Saved as `{target}`." + (f" What is made here is kept as {source.suffix[1:].upper()}, so it ends in that." if other else "")


def safe_stem(name: str) -> str:
    """A file name from a person's words: letters, digits and dashes, at most 60 characters, no path and no ending."""
    stem = _ENDING.sub("", name.strip().lower())
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:60].strip("-")
