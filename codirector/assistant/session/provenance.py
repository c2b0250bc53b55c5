"""How a picture says where it came from: text inside the PNG, and a JSON file beside it. Pure: bytes and values in, bytes and values out.

Inside the PNG stand `parameters` (the text that A1111-style tools and Civitai read) and `codirector` (the full request as JSON and a
hash of the picture data). Both follow from the request alone: no time, no session, no machine, so the same picture is the same file
everywhere. What depends on the occasion stands in the sidecar.

Source: PNG specification, third edition (chunks 5.3, text 11.3.3); `parameters` as AUTOMATIC1111's stable-diffusion-webui writes it.
"""

import hashlib
import io
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import ValidationError

from codirector.assistant.session.hashing import canonical_json
from codirector.errors import InputError
from codirector.values import Sha256, Value

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PARAMETERS = "parameters"
REQUEST = "codirector"
FORMAT = 1
MAX_TEXT = 1 << 20
"""Bytes of one text we are willing to read, unpacked: an uploaded picture can claim any size."""
MAX_CHUNKS = 20_000
PICTURE_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT"})
TEXT_CHUNKS = frozenset({b"tEXt", b"zTXt", b"iTXt"})


class Provenance(Value):
    """What a PNG says about itself. `request` is ours (None: not made by us), `finish` what was done to the drawn picture afterwards
    (adjustments, upscaling; None: nothing). `data` is the hash of the picture data as sealed, `intact` whether it still is that
    (None: nothing was sealed). `parameters` may come from any tool."""

    parameters: str = ""
    request: dict[str, Any] | None = None
    finish: dict[str, Any] | None = None
    data: Sha256 | None = None
    intact: bool | None = None


def embed_in_png(png: bytes, parameters: str, request: dict[str, Any], finish: dict[str, Any] | None = None) -> bytes:
    """The PNG with `parameters` (left out when empty), the request and the finishing steps in it; earlier ones, and the time stamp,
    are taken out. The picture data is not touched. The same input gives the same bytes. Raises InputError when `png` is no PNG."""
    chunks = list(_chunks(png))
    if not chunks or chunks[0].kind != b"IHDR" or chunks[-1].kind != b"IEND":
        raise InputError("This is not a complete PNG file.", "Save it as PNG again.")
    header, *rest = [chunk.whole for chunk in chunks if chunk.kind != b"tIME" and not _is_ours(chunk)]
    content = {"format": FORMAT, "data": _picture_hash(chunks), "request": request}
    ours = canonical_json(content | ({"finish": finish} if finish else {}))
    texts = ([_text_chunk(PARAMETERS, parameters)] if parameters else []) + [_international_chunk(REQUEST, ours)]
    return b"".join([SIGNATURE, header, *(_pack(kind, data) for kind, data in texts), *rest])


def read_from_png(data: bytes) -> Provenance | None:
    """What the PNG says about itself; None where it says nothing we know, or is no PNG. Never raises: uploads are read with it."""
    found: dict[str, str] = {}
    chunks: list[_Chunk] = []
    try:
        for chunk in _chunks(data):
            chunks.append(chunk)
            if _is_ours(chunk) and (keyword := _keyword(chunk)) not in found:
                text = _read_text(chunk.kind, bytes(chunk.data))
                if text is not None:
                    found[keyword] = text
    except InputError:
        # A file cut short still tells what stood before the cut.
        pass
    if not found:
        return None
    ours = _read_ours(found.get(REQUEST, ""))
    intact = None if ours.get("data") is None else ours["data"] == _picture_hash(chunks)
    try:
        return Provenance(parameters=found.get(PARAMETERS, ""), intact=intact, **ours)
    except ValidationError:
        return Provenance(parameters=found[PARAMETERS]) if PARAMETERS in found else None


def pixels_hash(data: bytes) -> str:
    """SHA-256 over size and RGBA pixels: equal for two files that show exactly the same, however they are compressed and whatever
    text is in them. Raises InputError when it is no picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as picture:
            pixels = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise InputError("This is not a picture that can be read.", "PNG, JPEG and WebP can.") from error
    return hashlib.sha256(struct.pack(">II", *pixels.size) + pixels.tobytes()).hexdigest()


def png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels from the header of a PNG; None where it is none."""
    if len(data) < 24 or not data.startswith(SIGNATURE) or data[12:16] != b"IHDR":
        return None
    return struct.unpack_from(">II", data, 16)


def seal(
    data: bytes, media_type: str, role: str, parameters: str, request: dict[str, Any] | None, finish: dict[str, Any] | None = None
) -> bytes:
    """The bytes as they are stored: a PNG picture gets its provenance, everything else stays as it is. `finish` belongs to the
    finished picture only; the picture as drawn (role `base`) is what the request alone makes."""
    if request is None or media_type != "image/png" or role not in ("picture", "base"):
        return data
    return embed_in_png(data, parameters, request, finish if role == "picture" else None)


class _Chunk(NamedTuple):
    """A part of a PNG: its type, its data, and all of it as it stands in the file."""

    kind: bytes
    data: memoryview
    whole: memoryview


def _chunks(png: bytes) -> Iterator[_Chunk]:
    """Each chunk up to IEND. Raises InputError where the file is cut short or a checksum is wrong."""
    if not png.startswith(SIGNATURE):
        raise InputError("This is not a PNG file.")
    at, file = len(SIGNATURE), memoryview(png)
    for _ in range(MAX_CHUNKS):
        if at + 12 > len(png):
            raise InputError("This PNG file is cut short.")
        length, kind = struct.unpack_from(">I4s", png, at)
        end = at + 8 + length
        if end + 4 > len(png):
            raise InputError("This PNG file is cut short.")
        body = file[at + 8 : end]
        if struct.unpack_from(">I", png, end)[0] != zlib.crc32(body, zlib.crc32(kind)):
            raise InputError("This PNG file is damaged.")
        yield _Chunk(kind, body, file[at : end + 4])
        if kind == b"IEND":
            return
        at = end + 4
    raise InputError("This PNG file has too many parts.")


def _pack(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def _picture_hash(chunks: list[_Chunk]) -> str:
    digest = hashlib.sha256()
    for kind, data, _ in chunks:
        if kind in PICTURE_CHUNKS:
            digest.update(struct.pack(">I4s", len(data), kind))
            digest.update(data)
    return digest.hexdigest()


def _is_ours(chunk: _Chunk) -> bool:
    return chunk.kind in TEXT_CHUNKS and _keyword(chunk) in (PARAMETERS, REQUEST)


def _keyword(chunk: _Chunk) -> str:
    return bytes(chunk.data[:80]).split(b"\0", 1)[0].decode("latin-1")


def _text_chunk(keyword: str, text: str) -> tuple[bytes, bytes]:
    """tEXt where Latin-1 can hold the text, as every reader understands that; iTXt otherwise."""
    try:
        return b"tEXt", keyword.encode("latin-1") + b"\0" + text.replace("\0", " ").encode("latin-1")
    except UnicodeEncodeError:
        return _international_chunk(keyword, text)


def _international_chunk(keyword: str, text: str) -> tuple[bytes, bytes]:
    # Keyword, NUL, not compressed, method 0, no language, no translated keyword, text.
    # Compressed, the bytes would depend on zlib's version.
    return b"iTXt", keyword.encode("latin-1") + b"\0\0\0\0\0" + text.replace("\0", " ").encode("utf-8")


def _read_text(kind: bytes, data: bytes) -> str | None:
    """The text of a chunk, or None where it is malformed or larger than MAX_TEXT."""
    _, _, rest = data.partition(b"\0")
    if kind == b"tEXt":
        return rest.decode("latin-1") if len(rest) <= MAX_TEXT else None
    if kind == b"zTXt":
        unpacked = _inflate(rest[1:])
        return None if unpacked is None else unpacked.decode("latin-1")
    compressed, rest = rest[:1], rest[2:]
    parts = rest.split(b"\0", 2)
    if len(parts) < 3:
        return None
    raw = _inflate(parts[2]) if compressed == b"\1" else parts[2]
    if raw is None or len(raw) > MAX_TEXT:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _inflate(data: bytes) -> bytes | None:
    """Unpacked data, or None where it is broken or would be larger than MAX_TEXT."""
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(data, MAX_TEXT + 1)
    except zlib.error:
        return None
    return raw if unpacker.eof and len(raw) <= MAX_TEXT else None


def _read_ours(text: str) -> dict[str, Any]:
    """The fields of Provenance that our own text holds; nothing where it is not ours."""
    try:
        ours = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(ours, dict) or not isinstance(ours.get("request"), dict):
        return {}
    return {key: ours[key] for key in ("request", "finish", "data") if ours.get(key) is not None}
