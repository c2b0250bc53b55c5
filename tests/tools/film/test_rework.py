"""Frames gone over by a picture model: noise that goes along, changes carried from key frame to key frame, resumed after a crash, told."""

import json

import numpy as np
import pytest

from codirector.errors import Unsupported
from codirector.tools.backend import RunContext
from codirector.tools.events import Done, Product, Progress
from codirector.tools.film.backend import FilmBackend
from codirector.tools.film.clips import FramesClip, ShotClip
from codirector.tools.film.layers import take_apart
from codirector.tools.film.rework import Rework, Reworked
from codirector.tools.film.values import Actor, Camera, Finish, Move
from codirector.tools.noise import gathered, unpacked
from codirector.tools.pictures import open_picture
from codirector.tools.requests import EditRequest, FilmRequest, GenerateRequest, Shot
from codirector.tools.sketch import Sketch, SketchBox
from codirector.values import Span

BOX = SketchBox(name="disc", x=0.5, y=0.57, width=0.42, height=0.42)


def shot_clip(paint, camera, actors=(), frames=12):
    return ShotClip(take_apart(paint(), [BOX]), camera, actors, frames, 12, 96, 96)


def test_places_stay_with_what_they_show(paint):
    pan = Camera(moves=(Move(kind="pan", amount=0.25),), easing="linear")
    clip = shot_clip(paint, pan, frames=5)
    first, last = clip.places(0, 96), clip.places(4, 96)
    assert first.shape == (96, 96)
    shift = 24
    behind = (first[:8, shift:] == last[:8, :-shift]).mean()
    assert behind > 0.95 and (first == last).mean() < 0.05
    assert (clip.places(2, 96) == clip.places(2, 96)).all()


def test_a_thing_takes_its_noise_with_it(paint):
    clip = shot_clip(paint, Camera(), (Actor(name="disc", kind="drift", x=1.0),))
    first, last = clip.places(0, 96), clip.places(11, 96)
    inside, outside = (first[50:60, 44:52], first[:10, :10])
    assert set(inside.ravel()) <= set(last.ravel()), "the thing's numbers are seen elsewhere now"
    assert (first[50:60, 44:52] != last[50:60, 44:52]).all() and (outside == last[:10, :10]).all()


def grain(frame, places):
    """A model of its own making: adds the noise it is given, enlarged, or that of a seed."""
    noise = np.random.default_rng(1).normal(0, 1, (1, 16, 16)) if places is None else gathered(places, 1, 16, 16, 1)
    added = 12 * noise[0].repeat(6, axis=0).repeat(6, axis=1)[..., None]
    return np.clip(frame + added, 0, 255).astype(np.uint8)


def error(clip, film):
    from itertools import pairwise

    from codirector.tools.film.flow import flow_between, warp

    pairs = zip(pairwise(clip), pairwise(film), strict=True)
    return np.mean([((warp(two, flow_between(a, b)).astype(float) - one)[12:-12, 12:-12] ** 2).mean() for (one, two), (a, b) in pairs])


def test_moving_noise_and_carried_changes_hold_frames_together(paint):
    # By a cell of the noise a frame: noise that stands still is another at each place of the picture.
    clip = shot_clip(paint, Camera(moves=(Move(kind="pan", amount=0.5),), easing="linear"), frames=9)
    film = [clip.frame(index) for index in range(9)]

    def made(**how):
        reworked = Reworked(clip, clip.places, Rework(grain, **how))
        return [reworked.frame(index) for index in range(9)]

    still, moving, keys = made(every=1), made(every=1, moving=True), made(every=4)
    assert error(moving, film) < 0.7 * error(still, film)
    assert error(keys, film) < 0.5 * error(still, film)
    assert np.abs(keys[2].astype(int) - film[2]).mean() > 3, "frames between key frames are changed, too"


def test_any_frame_may_be_asked_for_first(paint):
    clip = shot_clip(paint, Camera(moves=(Move(kind="pan", amount=0.1),)), frames=40)
    forward = Reworked(clip, clip.places, Rework(grain, every=4))
    wanted = [forward.frame(index) for index in range(40)]
    backward = Reworked(clip, clip.places, Rework(grain, every=4))
    assert all((backward.frame(index) == wanted[index]).all() for index in (39, 17, 3))
    plain = Reworked(FramesClip([clip.frame(index) for index in range(6)], 12), None, Rework(grain, every=4))
    assert (plain.frame(5) != clip.frame(5)).any()


class Model:
    """A picture backend that lightens what it is given and remembers what it was asked."""

    name = "model"

    def __init__(self, encoded, paint):
        self.encoded, self.paint, self.asked, self.crash_at = encoded, paint, [], None

    def run(self, request, context):
        yield Progress(stage="denoise", step=1, steps=1)
        if isinstance(request, GenerateRequest):
            picture = self.paint(request.seed)
        else:
            if self.crash_at == len(self.asked):
                raise RuntimeError("the power went")
            assert isinstance(request, EditRequest) and request.sketch is None
            picture = np.asarray(open_picture(context.blobs.read(request.image), "it").image.convert("RGB"))
            self.asked.append((request, unpacked(context.blobs.read(request.places)).shape if request.places else None))
            picture = np.clip(picture.astype(int) + 30, 0, 255).astype(np.uint8)
        yield Done(products=(Product(data=self.encoded(picture), width=96, height=96),), facts={})

    def close(self):
        pass


@pytest.fixture
def model(encoded, paint):
    return Model(encoded, paint)


@pytest.fixture
def backend(model, tmp_path):
    made = FilmBackend(model, tmp_path / "models", tmp_path / "work")
    yield made
    made.close()


def request_of(**more):
    words = GenerateRequest(prompt=(Span(text="a disc"),), seed=4)
    shot = Shot(still=words, seconds=1.0, camera=Camera(moves=(Move(kind="zoom", amount=1.2),)), sketch=Sketch(boxes=(BOX,)))
    return FilmRequest(**({"shots": (shot,), "fps": 12, "finish": (Finish(kind="rework", value="0.3"),), "seed": 9} | more))


def test_a_film_is_gone_over_with_the_words_of_its_still(backend, model, blobs):
    from codirector.tools.film.container import frames_of

    done = list(backend.run(request_of(), RunContext(blobs)))[-1]
    asked = [request for request, _ in model.asked]
    assert len(asked) == 2 and {request.strength for request in asked} == {0.3} and {request.seed for request in asked} == {9}
    assert asked[0].prompt[0].text == "a disc" and {shape for _, shape in model.asked} == {None}
    plain = list(backend.run(request_of(finish=()), RunContext(blobs)))[-1]
    light = [np.mean([frame.mean() for frame in frames_of(made.products[0].data)]) for made in (done, plain)]
    assert light[0] - light[1] > 15


def test_noise_goes_along_where_it_is_asked_to(backend, model, blobs):
    list(backend.run(request_of(finish=(Finish(kind="rework", value="strongly, with moving noise"),)), RunContext(blobs)))
    assert {(request.strength, shape) for request, shape in model.asked} == {(0.595, (256, 256))}
    assert len({request.places for request, _ in model.asked}) == 2, "the camera zooms, so each key frame has places of its own"


def test_what_was_gone_over_before_a_crash_is_not_gone_over_again(backend, model, blobs):
    model.crash_at = 1
    with pytest.raises(RuntimeError):
        list(backend.run(request_of(), RunContext(blobs)))
    model.crash_at = None
    list(backend.run(request_of(), RunContext(blobs)))
    assert len(model.asked) == 2


def test_a_picture_by_its_hash_is_gone_over_in_the_words_of_its_origin(backend, model, blobs, paint, encoded):
    still = blobs.add(encoded(paint()))
    shot = Shot(image=still, seconds=0.5)
    origin = json.loads(GenerateRequest(prompt=(Span(text="an orange disc"),), seed=4, width=512, height=512).model_dump_json())
    list(backend.run(request_of(shots=(shot,), origin=origin), RunContext(blobs)))
    assert model.asked[-1][0].prompt[0].text == "an orange disc"
    list(backend.run(request_of(shots=(shot.evolve(words="a sun"),)), RunContext(blobs)))
    assert model.asked[-1][0].prompt[0].text == "a sun"
    with pytest.raises(Unsupported, match="Nobody knows"):
        list(backend.run(request_of(shots=(shot,)), RunContext(blobs)))
