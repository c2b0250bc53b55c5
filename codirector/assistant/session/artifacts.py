"""Stored files, named by the SHA-256 of their bytes: `artifacts/ab/<sha256>.png` and beside it `<sha256>.json`.

The same bytes are one file, whoever made them. A file appears whole or not at all (written under another name, flushed to the disk,
renamed). It does not know sessions; who refers to what is `collect`'s business.
"""

import contextlib
import hashlib
import io
import os
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from codirector.assistant.session.database import translated
from codirector.assistant.session.hashing import canonical_json
from codirector.assistant.session.presence import file_lock
from codirector.assistant.session.provenance import png_size
from codirector.assistant.session.record import ArtifactRef
from codirector.errors import InputError, UnknownName

EXTENSIONS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "audio/wav": ".wav",
    "audio/mpeg": ".mp3",
    "audio/flac": ".flac",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
}
OTHER = ".bin"
"""What a media type without an entry is stored under."""


class ArtifactStore:
    """The artifacts of one home folder. Safe across threads and processes. Reads as `codirector.tools.backend.Blobs`."""

    def __init__(self, home: Path) -> None:
        self.folder = Path(home) / "artifacts"

    def write(self, data: bytes, media_type: str, role: str = "picture", width: int = 0, height: int = 0) -> ArtifactRef:
        """Stores `data` (once, however often it is written) and says how to refer to it. `width`, `height` in pixels; 0: read from
        the picture itself. Raises StorageFull, InputError (the folder cannot be written, or no size can be read)."""
        if not (width and height):
            width, height = _size(data)
        sha256 = hashlib.sha256(data).hexdigest()
        ref = ArtifactRef(role=role, sha256=sha256, media_type=media_type, width=width, height=height)
        path = self.path(ref)
        with translated(path):
            if path.exists() and path.stat().st_size == len(data):
                # `collect` keeps what was touched after its last use, so a file about to be used again must look so.
                # To the nanosecond, as the system's own idea of now may be some milliseconds old.
                now = time.time_ns()
                os.utime(path, ns=(now, now))
            else:
                _write_whole(path, data, durable=True)
        return ref

    def read(self, sha256: str) -> bytes:
        """The bytes with that hash, as stored (`verify` re-hashes them). Raises UnknownName."""
        path = self.find(sha256)
        with translated(path):
            return path.read_bytes()

    def find(self, sha256: str) -> Path:
        """Where the bytes with that hash are, whatever their media type. Raises UnknownName."""
        if re.fullmatch(r"[0-9a-f]{64}", sha256):
            folder = self.folder / sha256[:2]
            for extension in (*EXTENSIONS.values(), OTHER):
                path = folder / f"{sha256}{extension}"
                if path.is_file():
                    return path
        raise UnknownName(f"There is no stored file {sha256[:64]}.", "It may have been deleted together with its session.")

    def path(self, ref: ArtifactRef) -> Path:
        """Where the file of `ref` belongs (it need not exist)."""
        return self.folder / ref.sha256[:2] / f"{ref.sha256}{EXTENSIONS.get(ref.media_type, OTHER)}"

    def sidecar(self, sha256: str) -> Path:
        """Where the sidecar of that file belongs (an upload has none)."""
        return self.folder / sha256[:2] / f"{sha256}.json"

    def write_sidecar(self, ref: ArtifactRef, content: dict[str, Any]) -> None:
        """Writes the sidecar unless there is one: it tells how the file first came about. Not flushed to the disk by itself, as all
        of it can be had from the turn. Raises StorageFull, InputError."""
        path = self.sidecar(ref.sha256)
        with translated(path):
            if not path.exists():
                _write_whole(path, canonical_json(content).encode("utf-8"), durable=False)

    def hold(self) -> AbstractContextManager[None]:
        """Between writing a file and recording who refers to it: nothing is cleared away meanwhile."""
        return self._locked(shared=True)

    def alone(self) -> AbstractContextManager[None]:
        """While clearing away: nobody is between writing a file and recording it."""
        return self._locked(shared=False)

    @contextlib.contextmanager
    def _locked(self, shared: bool) -> Iterator[None]:
        with translated(self.folder / ".lock"), file_lock(self.folder / ".lock", shared):
            yield

    def all(self) -> Iterator[tuple[str, Path]]:
        """Hash and path of every stored file, without sidecars."""
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
            if path.suffix in (*EXTENSIONS.values(), OTHER) and re.fullmatch(r"[0-9a-f]{64}", path.stem):
                yield path.stem, path

    def remove(self, sha256: str) -> None:
        """Takes the file and its sidecar away, if they are there. Only under `alone`."""
        with translated(self.folder):
            self.sidecar(sha256).unlink(missing_ok=True)
            with contextlib.suppress(UnknownName):
                self.find(sha256).unlink(missing_ok=True)


def _size(data: bytes) -> tuple[int, int]:
    from_header = png_size(data)
    if from_header is not None:
        return from_header
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise InputError("This is not a picture that can be read.", "PNG, JPEG and WebP can.") from error


def _write_whole(path: Path, data: bytes, durable: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.parent / f".{uuid.uuid4().hex}.part"
    try:
        with draft.open("wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
