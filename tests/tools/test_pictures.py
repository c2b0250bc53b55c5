import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from codirector.errors import InputError
from codirector.tools.pictures import MAX_PIXELS, open_picture, sniff, to_png


def encoded(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


GREY = Image.new("RGB", (40, 30), (90, 100, 110))
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40


STARTS = [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"BM", b"II*\0"]


def png_header(width, height):
    """A PNG that says it is that large and holds nothing."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    body = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", body) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "name", "media_type"),
    [
        ("PNG", "a.png", "image/png"),
        ("JPEG", "a.JPEG", "image/jpeg"),
        ("WEBP", "a.webp", "image/webp"),
        ("GIF", "a.gif", "image/gif"),
        ("BMP", "a.bmp", "image/bmp"),
        ("TIFF", "a.tif", "image/tiff"),
        ("PNG", "no ending", "image/png"),
    ],
)
def test_known_kinds_open(kind, name, media_type):
    picture = open_picture(encoded(GREY, kind), name)
    assert (picture.media_type, picture.width, picture.height, picture.image.mode) == (media_type, 40, 30, "RGB")
    assert picture.notes == ()


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.png", "empty"),
        (encoded(GREY, "JPEG"), "a.png", "it is a JPEG picture"),
        (encoded(GREY), "a.jpg", "it is a PNG picture"),
        (encoded(GREY), "report.pdf", "it is a PNG picture"),
        (b"%PDF-1.7 ...", "a.png", "it is a PDF document"),
        (b"PK\x03\x04" + b"\0" * 50, "a.png", "it is a ZIP archive"),
        (b"hello there", "a.png", "it is a text file"),
        (b"\0\1\2\3" * 20, "a.png", "no picture I know"),
        (b"<!doctype html><html>", "a.png", "it is a web page"),
        (b'<?xml version="1.0"?><svg xmlns="x"/>', "a.svg", "an SVG drawing, which I cannot open"),
        (b'<?xml version="1.0"?><svg xmlns="x"/>', "a.png", "it is an SVG drawing"),
        (HEIC, "a.heic", "damaged"),
        (b"\0\0\0\x18ftypavif", "a.avif", "damaged"),
        (b"\0\0\0\x18ftypisom", "film.mp4", "a video"),
        (encoded(GREY)[:60], "a.png", "damaged"),
        (encoded(Image.effect_noise((80, 80), 50).convert("RGB"), "JPEG")[:900], "a.jpg", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "a.png", "damaged"),
        (b"GIF89a" + b"\0" * 4, "a.gif", "damaged"),
    ],
)
def test_refused_with_one_sentence(data, name, says):
    with pytest.raises(InputError) as refusal:
        open_picture(data, name)
    assert says in refusal.value.message and name in refusal.value.message
    assert refusal.value.hint and "\n" not in str(refusal.value)


@pytest.mark.parametrize(("width", "height"), [(20_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_far_too_many_pixels_are_refused_from_the_header(width, height):
    with pytest.raises(InputError, match="million are taken") as refusal:
        open_picture(png_header(width, height), "huge.png")
    assert f"{width} x {height}" in refusal.value.message


def test_limits_are_exact():
    assert open_picture(encoded(GREY), "a.png", max_pixels=1200).width == 40
    with pytest.raises(InputError, match="40 x 30"):
        open_picture(encoded(GREY), "a.png", max_pixels=1199)
    data = encoded(GREY)
    assert open_picture(data, "a.png", max_bytes=len(data)).width == 40
    with pytest.raises(InputError, match="MB"):
        open_picture(data, "a.png", max_bytes=len(data) - 1)
    assert MAX_PIXELS < 200_000_000


def test_exif_orientation_is_applied():
    image = Image.new("RGB", (40, 30))
    image.paste((255, 0, 0), (0, 0, 10, 10))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = open_picture(encoded(image, "JPEG", exif=exif, quality=95), "a.jpg")
    assert (turned.width, turned.height) == (30, 40)
    assert turned.image.getpixel((27, 3))[0] > 200 and turned.image.getpixel((3, 3))[0] < 60


def test_transparency_is_kept():
    clear = Image.new("RGBA", (4, 4), (1, 2, 3, 50))
    assert open_picture(encoded(clear), "a.png").image.getpixel((0, 0)) == (1, 2, 3, 50)
    palette = Image.new("P", (4, 4), 0)
    palette.putpalette([9, 8, 7] + [0] * 765)
    assert open_picture(encoded(palette, "PNG", transparency=0), "a.png").image.getpixel((0, 0)) == (9, 8, 7, 0)


def test_sixteen_bits_are_scaled_not_clipped():
    ramp = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    picture = open_picture(encoded(Image.fromarray(ramp)), "a.png")
    values = np.asarray(picture.image)[..., 0].flatten()
    assert values[0] == 0 and values[-1] == 255 and abs(int(values[32]) - 129) <= 2
    assert "8" in picture.notes[0]


def test_cmyk_and_animation_are_told():
    assert "CMYK" in open_picture(encoded(Image.new("CMYK", (8, 8), (0, 200, 200, 0)), "JPEG"), "a.jpg").notes[0]
    frames = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in (250, 10)]
    film = open_picture(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]), "a.gif")
    assert "first frame" in film.notes[0] and film.image.getpixel((0, 0))[0] > 200


def test_grey_and_one_bit_become_rgb():
    for mode in ("L", "1", "P"):
        assert open_picture(encoded(Image.new(mode, (5, 5))), "a.png").image.mode == "RGB"


def test_png_bytes_depend_on_pixels_only():
    first, second = GREY.copy(), GREY.copy()
    second.info["comment"] = "x"
    second.info["dpi"] = (72, 72)
    assert to_png(first) == to_png(second)
    assert np.array_equal(np.asarray(open_picture(to_png(first), "x.png").image), np.asarray(GREY))


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(STARTS),
)
def test_any_bytes_give_a_picture_or_an_input_error(data, start):
    try:
        open_picture(start + data, "a.png")
    except InputError as error:
        assert error.hint


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2000), st.integers(0, 255), st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"]))
def test_a_flipped_byte_gives_a_picture_or_an_input_error(place, value, kind):
    data = bytearray(encoded(Image.effect_noise((24, 24), 60).convert("RGB"), kind))
    data[place % len(data)] = value
    try:
        open_picture(bytes(data), "upload")
    except InputError as error:
        assert error.hint


def test_sniff_knows_nothing_by_name():
    assert sniff(b"") == "" and sniff(b"\xef\xbb\xbf<svg") == "image/svg+xml"
