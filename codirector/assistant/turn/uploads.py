"""What comes with a message: pictures to work on, a sound track for a film, a text that is the message's longer half.

A file is what its content says; the name counts for texts alone, which have no mark of their own. It does not know what becomes of them.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from codirector.assistant.session.record import ArtifactRef
from codirector.assistant.session.store import SessionStore
from codirector.assistant.turn.events import Attachment
from codirector.errors import InputError
from codirector.tools.pictures import open_picture, to_png

SOUNDS = (
    (re.compile(rb"RIFF....WAVE", re.S), "audio/wav"), (re.compile(rb"ID3|\xff[\xfb\xf3\xf2]"), "audio/mpeg"),
    (re.compile(rb"fLaC"), "audio/flac"), (re.compile(rb"OggS"), "audio/ogg"), (re.compile(rb"....ftypM4A", re.S), "audio/mp4"),
)  # fmt: skip
"""How sound files begin."""
TEXTS = (".txt", ".md", ".fountain")
LONGEST_SOUND = 40 * 1024**2


class TakenIn(NamedTuple):
    """`pictures` and the last `sound` as stored; `text` is all texts, below each other."""

    pictures: tuple[ArtifactRef, ...] = ()
    sound: ArtifactRef | None = None
    text: str = ""


def take_in(uploads: Sequence[Attachment], store: SessionStore) -> TakenIn:
    """Checks every file, then stores it. Raises InputError."""
    pictures, texts, sound = [], [], None
    for upload in uploads:
        kind = next((kind for mark, kind in SOUNDS if mark.match(upload.data)), None)
        if kind is not None:
            sound = _sound(upload, kind, store)
        elif upload.name.lower().endswith(TEXTS):
            texts.append(_text(upload))
        else:
            picture = open_picture(upload.data, upload.name)
            # A plain PNG is kept byte for byte: it may carry the request it was made from.
            data = upload.data if picture.media_type == "image/png" and not picture.notes else to_png(picture.image)
            pictures.append(store.artifacts.write(data, "image/png", "upload", picture.width, picture.height))
    return TakenIn(tuple(pictures), sound, "\n\n".join(texts))


def _sound(upload: Attachment, kind: str, store: SessionStore) -> ArtifactRef:
    from codirector.tools.film.container import check_sound

    if len(upload.data) > LONGEST_SOUND:
        raise InputError(f"{upload.name} has {len(upload.data) / 1024**2:.0f} MB.", "Sound tracks up to 40 MB are taken; cut it first.")
    check_sound(upload.data)
    return store.artifacts.write(upload.data, kind, "sound", 1, 1)


def _text(upload: Attachment) -> str:
    try:
        text = upload.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{upload.name} is no text.", "Save it as plain text in UTF-8.") from error
    if "\0" in text:
        raise InputError(f"{upload.name} is no text.", "Save it as plain text in UTF-8.")
    return text.strip()
