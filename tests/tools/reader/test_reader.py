"""The trained reader on pictures painted on the spot: it sees what is there, says how sure, and its reports come from real numbers."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from codirector.errors import InternalError
from codirector.tools.reader import Reading, load_reader
from codirector.tools.reader.look import look, reply
from codirector.tools.reader.reader import OwnReader, platt, to_input
from codirector.tools.reader.report.html import to_html, write_report
from codirector.tools.reader.report.make import make_report, report_words, step_sheet
from codirector.tools.reader.report.occlusion import check, hidden, hottest
from codirector.tools.reader.segments import segment
from codirector.tools.reader.world import load_world, shape_of
from codirector.tools.sketch import Atlas, SketchBox
from training.illustrator.art import ATLAS
from training.illustrator.scenes import Item, SceneSpec, compose


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    spec = SceneSpec((Item("penguin", 1, None, "left"), Item("rocket", 1, None, "right")), "snow", "white", "cartoon", "night", "medium")
    boxes = (
        SketchBox(name="penguin", x=0.27, y=0.62, width=0.45, height=0.45),
        SketchBox(name="rocket", x=0.74, y=0.45, width=0.45, height=0.45, z=1),
    )
    return compose(spec, Atlas.load(ATLAS), np.random.default_rng(3), boxes)[0]


@pytest.fixture(scope="module")
def reading(picture) -> Reading:
    return load_reader().read(picture)


def test_it_sees_the_things_where_they_are(reading):
    assert reading.counts == {"penguin": 1, "rocket": 1}
    (penguin,), (rocket,) = reading.named("penguin"), reading.named("rocket")
    assert penguin.placement == "left" and rocket.placement == "right"
    assert abs(penguin.box.x - 0.27) < 0.06 and abs(rocket.box.y - 0.45) < 0.08
    assert (reading.setting.value, reading.time.value) == ("snow", "night")
    assert "penguin on the left" in reading.caption and "at night" in reading.caption


def test_enlarging_a_picture_does_not_change_what_is_seen(picture, reading):
    large = np.asarray(Image.fromarray(picture).resize((512, 512), Image.Resampling.LANCZOS))
    assert load_reader().read(large).counts == reading.counts


def test_presence_tells_what_is_there_from_what_is_not(picture):
    reader = load_reader()
    assert reader.presence(picture, "penguin") > 0.5 > 0.2 > reader.presence(picture, "banana")
    with pytest.raises(KeyError):
        reader.presence(picture, "bagpipe")


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (2000, 16), (129, 131)])
def test_any_size_is_read(size):
    image = np.zeros((*size, 3), np.uint8)
    small = to_input(image)
    assert small.shape[0] % 16 == 0 == small.shape[1] % 16 and max(small.shape) <= 384
    assert 0.0 <= load_reader().read(image).world <= 1.0


def test_missing_weights_are_said_plainly(tmp_path):
    with pytest.raises(InternalError, match="weights"):
        OwnReader(tmp_path)


def test_answers_say_who_spoke(picture):
    looked = look(picture)
    if looked.in_world:
        assert reply(picture, "where is the penguin?", looked).fact == "left"
        assert reply(picture, "where is the penguin?", looked).reader == "our own reader"
    assert reply(picture, "is it sharp?", looked).reader == "measured"
    assert not reply(picture, "colourless green ideas?", looked).understood


def test_noise_is_not_taken_for_a_scene():
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3)).astype(np.uint8)
    assert not look(noise).in_world


def test_report_has_five_steps_whose_figures_are_pictures(picture, tmp_path):
    report = make_report(picture, ("penguin",), [("turn 1", picture[:, ::-1].copy())])
    assert [step.number for step in report.steps] == [1, 2, 3, 4, 5]
    for figure in report.figures:
        with Image.open(io.BytesIO(figure.png)) as opened:
            assert opened.size == (figure.width, figure.height) and figure.alt
    page = to_html(report)
    assert page.count("<img ") == len(report.figures) == page.count("data:image/png;base64,")
    assert "http" not in page.replace("http-equiv", "") and "<script" not in page
    written = write_report(report, tmp_path / "out")
    assert written[0].name == "report.html" and len(written) == len(report.figures) + 1
    assert step_sheet(report.steps[1]).width > 300
    assert report_words(report).count("**") >= 10


def test_occlusion_check_can_fail():
    image = np.zeros((64, 64, 3), np.uint8)
    image[8:24, 8:24] = 255
    values = np.zeros((8, 8))
    values[1:3, 1:3] = 1

    def bright(shown: np.ndarray) -> float:
        return float(shown[8:24, 8:24].mean() / 255)

    assert check("square", image, values, bright, 0.0625).holds
    assert not check("square", image, values[::-1, ::-1], bright, 0.0625).holds


def test_hidden_part_is_as_large_as_asked_and_filled_from_around():
    image = np.full((64, 64, 3), 100, np.uint8)
    image[20:40, 20:40] = 255
    values = np.zeros((64, 64))
    values[20:40, 20:40] = 1
    mask = hottest(values, (64, 64), 400 / 4096)
    assert mask.sum() == 400 and mask[30, 30]
    assert hidden(image, mask)[30, 30].max() < 160


def test_calibration_keeps_the_order_and_the_likeliest_answer(picture):
    calibrated, plain = load_reader(), OwnReader(load_reader().folder)
    plain._calibration = {}
    one, other = calibrated.read(picture), plain.read(picture)
    assert [thing.name for thing in one.things] == [thing.name for thing in other.things]
    assert (one.style.value, one.setting.value, one.time.value) == (other.style.value, other.setting.value, other.time.value)
    assert one.world == other.world and one.things[0].score != other.things[0].score
    shares = [platt(share, 2.5, 0.6) for share in (0.0, 0.2, 0.5, 0.9, 1.0)]
    assert shares == sorted(shares) and 0.0 <= shares[0] < shares[-1] <= 1.0


def test_the_gate_tells_far_from_near():
    rng = np.random.default_rng(0)
    near = rng.normal(size=(400, 6)) * (3, 1, 1, 1, 1, 0.1)
    shape = shape_of(near, directions=3)
    along, outside = shape.distances(np.array([30.0, 0, 0, 0, 0, 0]))
    assert along > shape.distances(near[0])[0] + 1 and shape.distances(np.array([0, 0, 0, 0, 0, 9.0]))[1] > outside


def test_a_missing_gate_is_said_plainly(tmp_path):
    with pytest.raises(InternalError, match="gate"):
        load_world(tmp_path)


def test_an_outline_fits_better_than_its_box(picture):
    reader = load_reader()
    looked = reader.look(picture)
    (penguin,) = reader.reading_of(looked, 128, 128).named("penguin")
    mask = segment(reader, looked, penguin, picture)
    left, top, right, bottom = (round(128 * edge) for edge in penguin.box.edges)
    assert mask.shape == (128, 128) and 0.3 < mask[top:bottom, left:right].mean() < 0.95
    assert mask[round(penguin.box.y * 128), round(penguin.box.x * 128)] and mask.sum() < 1.2 * (right - left) * (bottom - top)


def test_configuration_names_what_the_network_has():
    reader = load_reader()
    kept = json.loads((reader.folder / "config.json").read_text(encoding="utf-8"))
    assert reader.network.thing.out_features == len(kept["things"]) == 164
    assert (reader.folder / "model.safetensors").stat().st_size < 15 * 1024**2
