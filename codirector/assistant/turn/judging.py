"""Whether the asked-for change is in the picture: asked of our own reader, which looks at pixels only. 'not judged' where it cannot say.

It does not know how the picture was made, so it cannot be talked into a yes.
"""

import io
from typing import Any

from codirector.assistant.session.record import Check
from codirector.assistant.turn.checks import ASKED
from codirector.assistant.turn.dispatch import Resolved
from codirector.errors import CodirectorError
from codirector.prompts.change import AddElement, AlterElement, Change, RemoveElement, ReplaceElement, SetField
from codirector.prompts.find import find_element
from codirector.prompts.scene import Scene
from codirector.prompts.words import singular
from codirector.tools.sketch import plain_colour

SURE = 0.5
NOT_JUDGED = Check(name=ASKED, value="not judged")
KINDS = (AddElement, AlterElement, RemoveElement, ReplaceElement, SetField)


def asked_for(before: Scene, resolved: Resolved, old: bytes, new: bytes) -> Check:
    """The check of this turn. `old` and `new` are the pictures before and after, as drawn."""
    if not isinstance(resolved.change, KINDS):
        return NOT_JUDGED
    reader = the_reader()
    if reader is None:
        return NOT_JUDGED
    answer = there(reader, before, resolved.scene, resolved.change, picture_from(old), picture_from(new))
    return NOT_JUDGED if answer is None else Check(name=ASKED, value="there" if answer else "not seen", passed=answer)


def the_reader() -> Any:
    """Our reader, or None where its weights are not here."""
    try:
        from codirector.tools.reader import load_reader

        return load_reader()
    except (ImportError, CodirectorError):
        return None


def picture_from(data: bytes) -> Any:
    from PIL import Image

    return Image.open(io.BytesIO(data)).convert("RGB")


def there(reader: Any, before: Scene, after: Scene, change: Change, old: Any, new: Any) -> bool | None:
    """Yes, no, or None for what the reader does not know (a thing, a colour, a word outside its world)."""
    reading = reader.read(new)
    if not reading.in_world:
        return None
    match change:
        case AddElement(element=element):
            return _shows(reader, reading, new, element)
        case RemoveElement(name=name):
            return _gone(reader, reading, old, new, before.elements[find_element(before, name)].name)
        case ReplaceElement(name=name, element=element):
            gone = _gone(reader, reading, old, new, before.elements[find_element(before, name)].name)
            come = _shows(reader, reading, new, element)
            return None if gone is None or come is None else gone and come
        case AlterElement(name=name, attribute="colour" | "count"):
            element = after.elements[find_element(before, name)]
            known = _known(reader, element.name)
            if known is None or reader.presence(old, known) < SURE:
                return None  # it was not recognised before either, so not seeing it now says nothing
            return _shows(reader, reading, new, element)
        case SetField(field=field, value=value):
            return _field(reader, reading, field, value)
        case _:
            return None


def _known(reader: Any, name: str) -> str | None:
    plain = singular(name.lower())
    return plain if plain in reader.things else None


def _shows(reader: Any, reading: Any, picture: Any, element: Any) -> bool | None:
    name = _known(reader, element.name)
    if name is None:
        return None
    seen = [thing for thing in reading.things if thing.name == name]
    if element.count > 1 and len(seen) != element.count:
        return False
    if not seen and reader.presence(picture, name) < SURE:
        return False
    colour = plain_colour(element.colour)
    if not colour:
        return True
    return any(colour in (thing.colour.value, *(other.value for other in thing.colours[:2])) for thing in seen)


def _gone(reader: Any, reading: Any, old: Any, new: Any, name: str) -> bool | None:
    known = _known(reader, name)
    if known is None:
        return None
    before = sum(thing.name == known for thing in reader.read(old).things)
    after = sum(thing.name == known for thing in reading.things)
    if before:
        return after < before
    # It was never seen, so its absence proves nothing.
    return None if reader.presence(old, known) < SURE else reader.presence(new, known) < SURE


def _field(reader: Any, reading: Any, field: str, value: str) -> bool | None:
    plain = value.lower()
    if field == "style":
        return reading.style.value == plain if plain in reader.fields.get("style", ()) else None
    if field == "lighting":
        known = next((word for word in ("night", "sunset", "day") if word in plain), None)
        # The reader says no time of day where there is none to see: in space.
        return reading.time.value == known if known and reading.time.value else None
    if field == "setting":
        known = next((word for word in reader.fields.get("setting", ()) if word in plain), None)
        return reading.setting.value == known if known else None
    return None
