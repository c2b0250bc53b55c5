import io
import json
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from codirector.assistant.session import provenance
from codirector.assistant.session.provenance import embed_in_png, pixels_hash, png_size, read_from_png, seal
from codirector.errors import InputError

REQUEST = {"kind": "generate", "seed": 7, "prompt": [{"text": "a fox ❄", "weight": 1.2}]}
PARAMETERS = "a fox, (snow:1.2)\nNegative prompt: blurry\nSteps: 8, Sampler: DPM++ 2M, CFG scale: 5, Seed: 7, Size: 16x16"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    """The PNG with one more chunk right after the header."""
    return png[:33] + chunk(kind, data) + png[33:]


def test_what_is_embedded_is_read_back_and_the_picture_is_the_same(png):
    sealed = embed_in_png(png("orange"), PARAMETERS, REQUEST, {"upscale": 4})
    found = read_from_png(sealed)
    assert found is not None
    assert (found.parameters, found.request, found.finish, found.intact) == (PARAMETERS, REQUEST, {"upscale": 4}, True)
    assert pixels_hash(sealed) == pixels_hash(png("orange")) != pixels_hash(png("red"))


@pytest.mark.parametrize("parameters", [PARAMETERS, "狐狸, ❄\nSteps: 8, Seed: 7", "café, naïve\nSteps: 1"])
def test_the_ecosystem_s_readers_see_the_parameters(png, parameters):
    with Image.open(io.BytesIO(embed_in_png(png("orange"), parameters, REQUEST))) as picture:
        picture.load()
        assert picture.info["parameters"] == parameters
        assert json.loads(picture.info["codirector"])["request"] == REQUEST


def test_the_same_picture_of_the_same_request_is_the_same_file(png):
    once = embed_in_png(png("orange"), PARAMETERS, REQUEST)
    assert embed_in_png(png("orange"), PARAMETERS, dict(reversed(REQUEST.items()))) == once
    assert embed_in_png(once, PARAMETERS, REQUEST) == once
    assert embed_in_png(with_chunk(png("orange"), b"tIME", b"\x07\xea\x0b\x15\x0c\0\0"), PARAMETERS, REQUEST) == once
    assert embed_in_png(once, PARAMETERS, REQUEST | {"seed": 8}) != once


def test_other_texts_in_the_file_are_kept(png):
    info = PngInfo()
    info.add_text("Author", "someone")
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, format="PNG", pnginfo=info)
    with Image.open(io.BytesIO(embed_in_png(out.getvalue(), PARAMETERS, REQUEST))) as picture:
        assert picture.info["Author"] == "someone"


def test_parameters_of_other_tools_are_read(png):
    for compress in (False, True):
        info = PngInfo()
        info.add_text("parameters", PARAMETERS, zip=compress)
        out = io.BytesIO()
        Image.new("RGB", (4, 4)).save(out, format="PNG", pnginfo=info)
        found = read_from_png(out.getvalue())
        assert found is not None and (found.parameters, found.request, found.intact) == (PARAMETERS, None, None)


def test_an_edited_picture_is_not_intact(png):
    sealed, other = embed_in_png(png("orange"), PARAMETERS, REQUEST), png("red")
    start = sealed.index(b"IDAT") - 4
    found = read_from_png(sealed[:start] + other[other.index(b"IDAT") - 4 :])
    assert found is not None and found.request == REQUEST and found.intact is False


def test_a_text_that_unpacks_to_very_much_is_not_unpacked(png, monkeypatch):
    """Two gigabytes of zeros in two megabytes: what is unpacked is bounded, whatever is claimed."""
    unpacked = []
    original = zlib.decompressobj

    class Watching:
        def __init__(self):
            self._inner = original()

        def decompress(self, data, limit):
            raw = self._inner.decompress(data, limit)
            unpacked.append(len(raw))
            return raw

        @property
        def eof(self):
            return self._inner.eof

    monkeypatch.setattr(provenance.zlib, "decompressobj", Watching)
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    for kind, head in ((b"zTXt", b"parameters\0\0"), (b"iTXt", b"codirector\0\1\0\0\0")):
        assert read_from_png(with_chunk(png("orange"), kind, head + bomb)) is None
    assert len(unpacked) == 2 and max(unpacked) <= provenance.MAX_TEXT + 1


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"no json",
        b"[1]",
        b'{"request": 3}',
        b"[" * 100_000,
        b'{"request": {}, "data": 7}',
        b'{"request": {}, "data": "zz"}',
        b"\xff\xfe",
    ],
)
def test_a_strange_text_under_our_key_is_no_request(png, text):
    found = read_from_png(with_chunk(png("orange"), b"iTXt", b"codirector\0\0\0\0\0" + text))
    assert found is None or found.intact is not True


@given(st.binary(max_size=400))
def test_any_bytes_can_be_asked(data):
    assert read_from_png(data) is None
    assert read_from_png(provenance.SIGNATURE + data) is None


@given(at=st.integers(0, 2000), value=st.integers(0, 255), cut=st.integers(0, 2000))
def test_a_damaged_file_never_passes_for_intact_with_another_request(at, value, cut):
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "orange").save(out, format="PNG")
    sealed = bytearray(embed_in_png(out.getvalue(), PARAMETERS, REQUEST))
    sealed[at % len(sealed)] = value
    found = read_from_png(bytes(sealed[: len(sealed) - cut % 50]))
    assert found is None or found.request in (None, REQUEST)


@pytest.mark.parametrize("bad", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b"")])
def test_only_a_whole_png_can_be_embedded_in(bad):
    with pytest.raises(InputError):
        embed_in_png(bad, PARAMETERS, REQUEST)


def test_a_cut_off_png_cannot_be_embedded_in(png):
    with pytest.raises(InputError):
        embed_in_png(png("orange")[:-6], PARAMETERS, REQUEST)


def test_only_pictures_are_sealed_and_only_the_finished_one_tells_of_finishing(png):
    data = png("orange")
    assert seal(data, "image/png", "mask", PARAMETERS, REQUEST) == data
    assert seal(data, "image/png", "picture", PARAMETERS, None) == data
    assert seal(b"mp4", "video/mp4", "video", PARAMETERS, REQUEST) == b"mp4"
    base = read_from_png(seal(data, "image/png", "base", PARAMETERS, REQUEST, {"upscale": 2}))
    assert base is not None and base.finish is None


def test_size_and_pixels_of_what_is_no_picture(png):
    assert png_size(png("orange", 24)) == (24, 24)
    assert png_size(b"short") is None
    with pytest.raises(InputError):
        pixels_hash(b"no picture")
