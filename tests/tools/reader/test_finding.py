"""Finding pictures by words and by likeness, on pictures painted on the spot."""

import numpy as np
import pytest

from codirector.tools.reader import load_reader
from codirector.tools.reader.finding import Index, by_picture, by_words, look_closely, wanted
from codirector.tools.sketch import Atlas, SketchBox
from training.illustrator.art import ATLAS
from training.illustrator.scenes import Item, SceneSpec, compose


@pytest.fixture(scope="module")
def painted() -> list[np.ndarray]:
    atlas, pictures = Atlas.load(ATLAS), []
    for seed, (name, colour, setting, time) in enumerate(
        [
            ("penguin", None, "snow", "night"),
            ("rocket", "blue", "plain", "day"),
            ("penguin", None, "plain", "day"),
            ("rocket", None, "snow", "day"),
        ]
    ):
        spec = SceneSpec((Item(name, 1, colour, ""),), setting, "white", "cartoon", time, "medium")
        box = SketchBox(name=name, x=0.5, y=0.6, width=0.6, height=0.6, colour=colour)
        pictures.append(compose(spec, atlas, np.random.default_rng(seed), (box,))[0])
    return pictures


def test_words_are_things_with_colours_and_fields():
    found = wanted("a red balloon and a fox in the snow at night")
    assert found.things == (("balloon", "red"), ("fox", "")) and set(found.fields) == {("setting", "snow"), ("time", "night")}
    assert wanted("happiness").things == () == wanted("happiness").fields


def test_what_shows_all_that_was_asked_comes_first(painted):
    reader = load_reader()
    traits = [look_closely(reader, picture) for picture in painted]
    assert [match.at for match in by_words(reader, traits, "penguin") if match.shows] in ([0, 2], [2, 0])
    assert [match.at for match in by_words(reader, traits, "a penguin in the snow") if match.shows] == [0]
    assert by_words(reader, traits, "a blue rocket")[0].at == 1
    assert not any(match.shows for match in by_words(reader, traits, "banana"))
    assert len(by_words(reader, traits, "something nobody knows")) == 4


def test_a_picture_is_nearest_to_its_darker_enlargement(painted):
    reader = load_reader()
    traits = [look_closely(reader, picture) for picture in painted]
    like = look_closely(reader, (np.kron(painted[1], np.ones((3, 3, 1))) * 0.9).astype(np.uint8))
    first = by_picture(traits, like)[0]
    assert first.at == 1 and first.score > 0.8


def test_photographs_are_found_by_their_labels():
    reader = load_reader()
    data = pytest.importorskip("skimage.data")
    traits = [look_closely(reader, data.chelsea()), look_closely(reader, data.coffee())]
    assert not bool(traits[0].world) and traits[0].vector.shape == (1280,)
    first = by_words(reader, traits, "a cat")[0]
    assert first.at == 0 and first.shows


def test_traits_are_kept_and_a_damaged_file_is_looked_at_again(painted, tmp_path):
    index, asked = Index(tmp_path, load_reader()), []

    def pixels() -> np.ndarray:
        asked.append(1)
        return painted[0]

    first = index.traits("ab" * 32, pixels)
    assert np.array_equal(index.traits("ab" * 32, pixels).presence, first.presence) and len(asked) == 1
    (file,) = tmp_path.rglob("*.npz")
    file.write_bytes(b"not a file of arrays")
    index.traits("ab" * 32, pixels)
    assert len(asked) == 2
