"""What several commands share: settings from flags, files in and out. Effects only at the person's files."""

import argparse
import io
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from codirector.assistant.settings import Settings, load
from codirector.errors import InputError, StorageFull, UnknownName

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
CHUNK_LIMIT = 512 * 1024**2


def settings_from(flags: argparse.Namespace) -> Settings:
    """Flags, environment, file, defaults (see `settings.load`)."""
    return load({name: getattr(flags, name, None) for name in Settings.model_fields})


def read_file(name: str) -> bytes:
    """Raises UnknownName, InputError."""
    path = Path(name).expanduser()
    if not path.exists():
        raise UnknownName(f"There is no file {path}.", "Check the name and the folder.")
    if path.is_dir():
        raise InputError(f"{path} is a folder.", "Name a file in it.")
    if path.stat().st_size > CHUNK_LIMIT:
        raise InputError(f"{path} has {path.stat().st_size / 1024**2:.0f} MB.", "Files up to 512 MB are read.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from error


def output_path(name: str, endings: Collection[str] = FORMATS, what: str = "picture") -> Path:
    """Where a file with one of `endings` may be written; by default a picture. Raises InputError before any work is done."""
    path = Path(name).expanduser()
    if path.suffix.lower() not in endings:
        raise InputError(f"{path.name} has an ending I cannot write a {what} to.", f"Use one of: {', '.join(endings)}.")
    if not path.parent.exists():
        raise InputError(f"There is no folder {path.parent}.", "Make it first, or write somewhere else.")
    if path.is_dir():
        raise InputError(f"{path} is a folder.", "Name a file in it.")
    return path


def write_picture(path: Path, png: bytes) -> None:
    """PNG bytes go out as they are, with what they carry; other formats are encoded (quality 95) and carry no request.
    Raises StorageFull."""
    data = png
    if FORMATS[path.suffix.lower()] != "PNG":
        from PIL import Image

        out = io.BytesIO()
        Image.open(io.BytesIO(png)).convert("RGB").save(out, format=FORMATS[path.suffix.lower()], quality=95)
        data = out.getvalue()
    write_file(path, data)


def write_file(path: Path, data: bytes) -> None:
    """All of it or nothing: a temporary file beside it is renamed. Raises StorageFull."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise StorageFull(f"{path} could not be written: {error.strerror}.", "Free some space, or write somewhere else.") from error
