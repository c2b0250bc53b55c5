"""Making a film again from its stored request and comparing it: the file's bytes first, where they differ the frames."""

import threading
from typing import Any

from codirector.assistant.director import Director
from codirector.assistant.session.provenance import pixels_hash
from codirector.assistant.session.record import StoredTurn
from codirector.assistant.turn.film import request_of_film
from codirector.assistant.turn.render import PLAIN
from codirector.tools.requests import REQUEST, FilmRequest, Request


def is_film(data: bytes) -> bool:
    """Whether the content is a film rather than a picture."""
    from codirector.tools.pictures import sniff

    return sniff(data).startswith("video/")


def replay_file(director: Director, name: str, data: bytes) -> dict[str, Any]:
    """From the request inside the film. A still that came by its hash is looked for in this home. Raises UnknownName."""
    return compare_films(director, name, request_of_film(data), data)


def replay_turn(director: Director, stored: StoredTurn) -> dict[str, Any]:
    """The turn's film; and where its still was drawn in the same turn, that picture, too."""
    refs = {ref.role: ref for ref in stored.turn.artifacts}
    request = REQUEST.validate_python(stored.turn.request)
    assert isinstance(request, FilmRequest)
    result = compare_films(director, f"turn {stored.number}", request, director.store.artifacts.read(refs["film"].sha256))
    if request.origin is not None:
        still = director.run(REQUEST.validate_python(request.origin), "local", threading.Event(), lambda event: None).picture
        original = director.store.artifacts.read((refs.get(PLAIN) or refs["picture"]).sha256)
        if pixels_hash(still.data) != pixels_hash(original):
            difference = "; ".join(part for part in (result["difference"], "its still comes out differently") if part)
            result |= {"same": False, "difference": difference}
    return result


def compare_films(director: Director, name: str, request: Request, original: bytes) -> dict[str, Any]:
    """`same` is that the bytes are equal, or all frames are."""
    done = director.run(request, "local", threading.Event(), lambda event: None)
    again = next(product.data for product in done.products if product.role == "film")
    difference = "" if again == original else _frames_differ(original, again)
    return {"name": name, "same": not difference, "difference": difference, "facts": done.facts}


def _frames_differ(one: bytes, two: bytes) -> str:
    import numpy as np

    from codirector.tools.film.container import frames_of

    total, count = 0.0, 0
    first, second = frames_of(one), frames_of(two)
    for left, right in zip(first, second, strict=False):
        if left.shape != right.shape:
            return "the frames have another size"
        total, count = total + float(np.abs(left.astype(np.int16) - right).mean()), count + 1
    if next(first, None) is not None or next(second, None) is not None:
        return "the number of frames differs"
    return f"the frames differ by {total / count:.3f} of 255 on average" if total else ""
