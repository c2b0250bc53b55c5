"""Uploaded pictures: decoded safely, or refused with one clear sentence. And how pictures become bytes again.

What a file is gets decided by its first bytes, never by its name. Nothing is decoded before the header has shown that it is
small enough. It does not know where uploads are kept.
"""

import io
import re
import struct
from typing import TYPE_CHECKING, NamedTuple

from codirector.errors import InputError

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 50 * 1024**2
MAX_PIXELS = 64_000_000

_ENDINGS = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/webp": ("webp",),
    "image/gif": ("gif",),
    "image/bmp": ("bmp", "dib"),
    "image/tiff": ("tif", "tiff"),
    "image/avif": ("avif", "avifs"),
    "image/heic": ("heic", "heif", "hif"),
    "image/jp2": ("jp2", "j2k", "jpx"),
    "image/x-portable-anymap": ("ppm", "pgm", "pbm", "pnm"),
    "image/vnd.microsoft.icon": ("ico",),
}
_PILLOW_FORMATS = {media_type: media_type.removeprefix("image/").upper() for media_type in _ENDINGS} | {
    "image/jp2": "JPEG2000",
    "image/x-portable-anymap": "PPM",
    "image/vnd.microsoft.icon": "ICO",
}
_NAMES = {
    "image/png": "a PNG picture",
    "image/jpeg": "a JPEG picture",
    "image/webp": "a WebP picture",
    "image/gif": "a GIF picture",
    "image/bmp": "a BMP picture",
    "image/tiff": "a TIFF picture",
    "image/svg+xml": "an SVG drawing",
    "image/heic": "a HEIC photograph",
    "image/avif": "an AVIF picture",
    "image/jp2": "a JPEG 2000 picture",
    "image/x-portable-anymap": "a PPM picture",
    "image/vnd.microsoft.icon": "an icon",
    "application/pdf": "a PDF document",
    "application/zip": "a ZIP archive (or a document that is one inside)",
    "video/mp4": "a video",
    "video/webm": "a video",
    "text/html": "a web page",
    "text/plain": "a text file",
    "": "no picture I know",
}
_TAKEN = "Pictures that work: PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC, AVIF, JPEG 2000, PPM, ICO."


class Picture(NamedTuple):
    """A decoded upload: `image` is RGB or RGBA with 8 bits a channel, upright. `media_type` is what the file really is.
    `notes` are sentences about what the decoding had to change or leave out."""

    image: "Image"
    media_type: str
    width: int
    height: int
    notes: tuple[str, ...] = ()


def sniff(data: bytes) -> str:
    """The media type by content; '' where the content is unknown."""
    head = data[:64]
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if head[:2] == b"BM":
        return "image/bmp"
    if head[:4] in (b"II*\0", b"MM\0*"):
        return "image/tiff"
    if head.startswith((b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")):
        return "image/jp2"
    if re.match(rb"P[1-6]\s+[#\d]", head):
        return "image/x-portable-anymap"
    if head[:4] == b"\0\0\1\0" and 0 < head[4] < 100 and head[5] == 0:
        return "image/vnd.microsoft.icon"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in (b"avif", b"avis"):
            return "image/avif"
        return "image/heic" if brand in (b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"heim", b"heis") else "video/mp4"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm"
    if head[:5] == b"%PDF-":
        return "application/pdf"
    if head[:4] in (b"PK\3\4", b"PK\5\6"):
        return "application/zip"
    return _sniff_text(data[:4096])


def _sniff_text(start: bytes) -> str:
    if b"\0" in start:
        return ""
    try:
        text = start.decode("utf-8-sig", errors="strict" if len(start) < 4096 else "ignore").lstrip().lower()
    except UnicodeDecodeError:
        return ""
    if "<svg" in text:
        return "image/svg+xml"
    if text.startswith(("<!doctype html", "<html")):
        return "text/html"
    return "text/plain" if text else ""


def open_picture(data: bytes, name: str, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decodes an upload called `name`.

    Raises InputError: nothing in it, more than `max_bytes`, more than `max_pixels` (known from the header, before decoding),
    not a picture, not what its name says, or damaged. The sentence says which, and the hint what to do.
    """
    if not data:
        raise InputError(f"{name} is empty.", "Send the file again.")
    if len(data) > max_bytes:
        raise InputError(f"{name} has {len(data) / 1e6:.0f} MB; at most {max_bytes / 1e6:.0f} MB are taken.", "Send a smaller one.")
    media_type = sniff(data)
    _refuse_wrong_type(media_type, name)
    return _decode(data, name, media_type, max_pixels)


def _refuse_wrong_type(media_type: str, name: str) -> None:
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    what = _NAMES[media_type]
    claims_picture = any(ending in endings for endings in _ENDINGS.values())
    if media_type not in _ENDINGS:
        if claims_picture:
            raise InputError(f"{name} is not what its name says: it is {what}.", _TAKEN)
        converted = " Export it as PNG first." if media_type in ("image/svg+xml", "application/pdf") else ""
        raise InputError(f"{name} is {what}, which I cannot open.", f"{_TAKEN}{converted}")
    if ending and ending not in _ENDINGS[media_type]:
        right = f".{_ENDINGS[media_type][0]}"
        raise InputError(f"{name} is not what its name says: it is {what}.", f"Rename it to end in {right} and send it again.")


def _decode(data: bytes, name: str, media_type: str, max_pixels: int) -> Picture:
    import warnings

    from PIL import Image, ImageOps, UnidentifiedImageError

    notes: list[str] = []
    try:
        with warnings.catch_warnings():
            # Pillow warns at its own limit of pixels (ours is checked before anything is decoded) and about odd metadata.
            warnings.simplefilter("ignore")
            image = (
                _open_heic(data, name)
                if media_type == "image/heic"
                else Image.open(io.BytesIO(data), formats=[_PILLOW_FORMATS[media_type]])
            )
            if image.width * image.height > max_pixels:
                raise _too_large(name, image.width, image.height, max_pixels)
            if getattr(image, "n_frames", 1) > 1:
                notes.append(f"{name} is animated; only its first frame is used.")
                image.seek(0)
            image.load()
            converted = to_eight_bits(ImageOps.exif_transpose(image), notes, name)
    except InputError:
        raise
    except Image.DecompressionBombError as error:
        width, height = _header_size(data, media_type)
        raise _too_large(name, width, height, max_pixels) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError, KeyError, TypeError) as error:
        raise InputError(f"{name} is damaged: it could not be read to its end.", "Send the original file again.") from error
    return Picture(converted, media_type, converted.width, converted.height, tuple(notes))


def _open_heic(data: bytes, name: str) -> "Image":
    """A HEIC photograph, not decoded before its pixels are asked for. Raises InputError without the package, OSError or ValueError
    for a damaged file."""
    import importlib.util

    if importlib.util.find_spec("pillow_heif") is None:
        raise InputError(
            f"{name} is a HEIC photograph, which needs the package pillow-heif.", "Install it, or export the photograph as JPEG."
        )
    from pillow_heif.as_plugin import HeifImageFile

    return HeifImageFile(io.BytesIO(data))


def _too_large(name: str, width: int, height: int, max_pixels: int) -> InputError:
    size = f"{width} x {height} pixels" if width else "far more pixels than that"
    return InputError(
        f"{name} has {size}; at most {max_pixels / 1e6:.0f} million are taken.",
        "Scale it down first: the models work at about one million.",
    )


def _header_size(data: bytes, media_type: str) -> tuple[int, int]:
    """Width and height of a PNG too large for Pillow to open at all; (0, 0) for other types."""
    if media_type == "image/png" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    return 0, 0


def picture_size(data: bytes, name: str) -> tuple[int, int]:
    """Width and height of what `open_picture` gives. From the header alone where that says it: a PNG that is not turned. Raises
    InputError."""
    if sniff(data) == "image/png" and b"eXIf" not in data and (size := _header_size(data, "image/png")) != (0, 0):
        return size
    opened = open_picture(data, name)
    return opened.width, opened.height


def to_eight_bits(image: "Image", notes: list[str], name: str) -> "Image":
    """RGB, or RGBA where the picture has transparency. 16-bit and float pictures are scaled down, not clipped."""
    import numpy as np
    from PIL import Image

    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, dtype=np.float64)
        # PNG and TIFF keep 16 bits in modes "I;16" and "I"; a float picture has no fixed range, so its own is taken.
        top = 65535.0 if image.mode != "F" else max(float(values.max(initial=0.0)), 1e-12)
        image = Image.fromarray((values.clip(0, top) / top * 255.0 + 0.5).astype(np.uint8))
        notes.append(f"{name} has more than 8 bits a channel; it was reduced to 8.")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode == "CMYK":
        notes.append(f"{name} is in CMYK (for print); its colours were turned into RGB and may look a little different.")
    return image.convert("RGB")


def to_png(image: "Image") -> bytes:
    """`image` as PNG. The same pixels give the same bytes: no time, no metadata, fixed compression. Colour pictures are filtered
    by averages and coded by runs: half the time of zlib's level 1 with a filter chosen for every row, and files a fifth smaller."""
    from PIL import Image

    if image.mode in ("RGB", "RGBA"):
        import cv2
        import numpy as np

        swapped = cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR if image.mode == "RGB" else cv2.COLOR_RGBA2BGRA)
        how = (cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_AVG, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE)
        return cv2.imencode(".png", swapped, (cv2.IMWRITE_PNG_COMPRESSION, 1, *how))[1].tobytes()
    buffer = io.BytesIO()
    clean = Image.frombytes(image.mode, image.size, image.tobytes())
    clean.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def to_jpeg(image: "Image", quality: int = 80) -> bytes:
    """`image` as JPEG, for previews only."""
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
