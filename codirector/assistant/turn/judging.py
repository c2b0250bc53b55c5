"""Whether the asked-for change is in the picture: asked of our own reader, which looks at pixels only. 'not judged' where it cannot say.

It does not know how the picture was made, so it cannot be talked into a yes.
"""

import functools
import hashlib
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
KEPT_PIXELS = 1_100_000
KINDS = (AddElement, AlterElement, RemoveElement, ReplaceElement, SetField)


def asked_for(before: Scene, resolved: Resolved, old: Any, new: Any) -> Check:
    """The check of this turn. `old` and `new` are the pictures (RGB) before and after, as drawn."""
    if not isinstance(resolved.change, KINDS):
        return NOT_JUDGED
    reader = the_reader()
    if reader is None:
        return NOT_JUDGED
    answer = there(reader, before, resolved.scene, resolved.change, old, new)
    return NOT_JUDGED if answer is None else Check(name=ASKED, value="there" if answer else "not seen", passed=answer)


def the_reader() -> Any:
    """Our reader, or None where its weights are not here."""
    try:
        from codirector.tools.reader import load_reader

        return load_reader()
    except (ImportError, CodirectorError):
        return None


def there(reader: Any, before: Scene, after: Scene, change: Change, old: Any, new: Any) -> bool | None:
    """Yes, no, or None for what the reader does not know (a thing, a colour, a word outside its world)."""
    now, was = seen(reader, new), seen(reader, old)
    if not now.reading.in_world:
        return None
    match change:
        case AddElement(element=element):
            return _shows(now, element)
        case RemoveElement(name=name):
            return _gone(was, now, before.elements[find_element(before, name)].name)
        case ReplaceElement(name=name, element=element):
            gone = _gone(was, now, before.elements[find_element(before, name)].name)
            come = _shows(now, element)
            return None if gone is None or come is None else gone and come
        case AlterElement(name=name, attribute="colour" | "count"):
            element = after.elements[find_element(before, name)]
            known = _known(reader, element.name)
            if known is None or was.presence(known) < SURE:
                return None  # it was not recognised before either, so not seeing it now says nothing
            return _shows(now, element)
        case SetField(field=field, value=value):
            return _field(reader, now.reading, field, value)
        case _:
            return None


def seen(reader: Any, picture: Any) -> "_Seen":
    """`picture` (RGB) through the eyes of `reader`. The last few are kept: what one turn draws is what the next one starts from."""
    if picture.width * picture.height > KEPT_PIXELS:
        return _Seen(reader, picture)
    return _kept(reader, _Same(picture))


@functools.lru_cache(maxsize=4)
def _kept(reader: Any, same: "_Same") -> "_Seen":
    return _Seen(reader, same.picture)


class _Same:
    """Equal for equal pixels."""

    def __init__(self, picture: Any) -> None:
        self.picture = picture
        self._key = (picture.size, hashlib.sha256(picture.tobytes()).digest())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


class _Seen:
    """A picture through the reader's eyes: looked at once, and only where something is asked about it."""

    def __init__(self, reader: Any, picture: Any) -> None:
        self.reader = reader
        self._picture = picture

    @functools.cached_property
    def _looked(self) -> Any:
        return self.reader.look(self._picture)

    @functools.cached_property
    def reading(self) -> Any:
        return self.reader.reading_of(self._looked, self._picture.width, self._picture.height)

    def presence(self, name: str) -> float:
        return self.reader.presence(self._looked, name)

    def things(self, name: str) -> tuple[Any, ...]:
        return self.reading.named(name)


def _known(reader: Any, name: str) -> str | None:
    plain = singular(name.lower())
    return plain if plain in reader.things else None


def _shows(now: _Seen, element: Any) -> bool | None:
    name = _known(now.reader, element.name)
    if name is None:
        return None
    seen = now.things(name)
    if element.count > 1 and len(seen) != element.count:
        return False
    if not seen and now.presence(name) < SURE:
        return False
    colour = plain_colour(element.colour)
    if not colour:
        return True
    return any(colour in (thing.colour.value, *(other.value for other in thing.colours[:2])) for thing in seen)


def _gone(was: _Seen, now: _Seen, name: str) -> bool | None:
    known = _known(now.reader, name)
    if known is None:
        return None
    before, after = len(was.things(known)), len(now.things(known))
    if before:
        return after < before
    # It was never seen, so its absence proves nothing.
    return None if was.presence(known) < SURE else now.presence(known) < SURE


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
