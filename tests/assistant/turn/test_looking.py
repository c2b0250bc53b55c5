"""What is said of pictures in a session: metadata of three tools, scenes read from readings, sheets on the page."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from codirector.assistant.session.metadata import carried
from codirector.assistant.session.record import ArtifactRef
from codirector.assistant.turn.explaining import HOW_MADE, content_words
from codirector.assistant.turn.likeness import LIKE_THIS, from_file, from_reading
from codirector.assistant.web.report_cards import headings, is_report
from codirector.tools.reader.reading import Box, Guess, Reading, SeenThing


def png(**texts: str) -> bytes:
    info = PngInfo()
    for name, text in texts.items():
        info.add_text(name, text)
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


GRAPH = {
    "3": {"class_type": "KSampler", "inputs": {
        "seed": 42, "steps": 25, "cfg": 6.5, "sampler_name": "euler", "positive": ["6", 0], "negative": ["7", 0],
        "latent_image": ["5", 0]}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sdxl.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 768, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox in the snow, watercolor", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
}  # fmt: skip
A1111 = "a fox in the snow, watercolor\nNegative prompt: blurry\nSteps: 25, Sampler: Euler a, CFG scale: 6.5, Seed: 42, Size: 512x768"


@pytest.mark.parametrize(("data", "source"), [(png(prompt=json.dumps(GRAPH)), "comfyui"), (png(parameters=A1111), "a1111")])
def test_the_exact_request_is_read_from_other_tools_files(data, source):
    found = carried(data)
    assert found is not None and found.source == source
    assert found.parameters.prompt == "a fox in the snow, watercolor" and found.parameters.negative == "blurry"
    settings = found.parameters.settings
    assert (settings.seed, settings.steps, settings.guidance, settings.width, settings.height) == (42, 25, 6.5, 512, 768)
    read = from_file(found)
    assert read.scene.elements[0].name == "fox" and read.scene.style == "watercolor" and read.scene.avoid == ("blurry",)
    assert read.scene.render.seed == 42 and set(read.confidence.values()) == {1.0}


def test_jpeg_carries_its_request_in_exif():
    picture, exif = Image.new("RGB", (8, 8)), Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + A1111.encode("utf-16-be")
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    found = carried(out.getvalue())
    assert found is not None and found.parameters.settings.seed == 42


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: png(prompt=text)))
def test_odd_files_carry_nothing_and_raise_nothing(data):
    found = carried(data)
    assert found is None or found.source in ("a1111", "codirector", "comfyui")


def test_a_reading_becomes_a_scene_and_unsure_fields_stay_open():
    thing = SeenThing(
        name="fox", score=0.9, box=Box(x=0.2, y=0.6, width=0.3, height=0.3), colour=Guess(value="blue", score=0.9), recoloured=0.8
    )
    unsure = thing.evolve(name="cat", score=0.35)
    sure = Guess(value="snow", score=0.95)
    reading = Reading(
        width=512, height=512, world=1.0, things=(thing, unsure), style=Guess(value="flat", score=0.4), setting=sure,
        background=Guess(value="", score=0.9), time=Guess(value="night", score=0.9), framing=Guess(value="wide", score=0.8),
    )  # fmt: skip
    found = from_reading(reading)
    (element,) = found.scene.elements
    assert (element.name, element.colour, element.placement) == ("fox", "blue", "on the left")
    assert (found.scene.setting, found.scene.lighting, found.scene.camera, found.scene.style) == ("in the snow", "night", "wide shot", "")
    assert found.confidence["setting"] == 0.95 and any("cat" in words for words in found.left_out) and len(found.left_out) == 2


@pytest.mark.parametrize(
    "words", ["make one like this", "Create another one just like that!", "use this as a prompt", "draw something similar to it"]
)
def test_wishes_for_a_likeness_are_heard(words):
    assert LIKE_THIS.match(words)


@pytest.mark.parametrize("words", ["make it night", "a fox like a dog", "make one", "I like this"])
def test_other_messages_are_not(words):
    assert not LIKE_THIS.match(words)


def test_how_it_was_made_is_told_from_how_it_was_read():
    assert HOW_MADE.search("how was this picture made?") and HOW_MADE.search("which words mattered?")
    assert not HOW_MADE.search("how did you read it?")


def test_content_words_are_the_things_of_a_question():
    assert content_words("How did you read the red balloon?", None) == ("red", "balloon")


def test_sheets_have_headings_and_alternative_texts():
    refs = [ArtifactRef(role="explained", sha256="0" * 64, width=8, height=8)] * 2
    text = "Read by **us**.\n\n**1. A grid of pixels.** Numbers.\n- row 3\n\n**2. Layers find features.** Filters."
    assert is_report(refs) and not is_report([refs[0].evolve(role="picture")])
    assert headings(text, 3) == [
        ("1. A grid of pixels", "Numbers. row 3"), ("2. Layers find features", "Filters."), ("Sheet 3", "Sheet 3 of the report"),
    ]  # fmt: skip
