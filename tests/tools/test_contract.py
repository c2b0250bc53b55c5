"""What every backend must do, whatever it is made of. A new backend joins by one more entry in CASES."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from codirector.errors import Cancelled, InternalError, UnknownName, Unsupported
from codirector.tools.backend import Backend, RunContext
from codirector.tools.device import DeviceChoice
from codirector.tools.diffusers_backend import DiffusersBackend
from codirector.tools.events import Done, Preview, Progress
from codirector.tools.pictures import open_picture
from codirector.tools.registry import Registry
from codirector.tools.requests import EditRequest, GenerateRequest, InpaintRequest, UpscaleRequest
from codirector.tools.upscale import UpscaleBackend
from codirector.values import Span

PROMPT = (Span(text="a red "), Span(text="fox", weight=1.2))


def picture(width=72, height=64):
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(np.stack([x * 3 % 256, y * 4 % 256, (x + y) % 256], axis=-1).astype(np.uint8))


def mask(width=72, height=64):
    image = Image.new("L", (width, height))
    image.paste(255, (8, 8, 40, 40))
    return image


def generate(blobs, model=""):
    return GenerateRequest(model=model, prompt=PROMPT, seed=7, steps=4, guidance=3.0, width=64, height=64)


def edit(blobs, model=""):
    return EditRequest(model=model, prompt=PROMPT, seed=7, steps=4, guidance=3.0, image=blobs.add_image(picture()), strength=0.75)


def inpaint(blobs, model=""):
    return InpaintRequest(
        model=model, prompt=PROMPT, seed=7, steps=4, guidance=3.0, image=blobs.add_image(picture()), mask=blobs.add_image(mask())
    )


def upscale(blobs, model=""):
    return UpscaleRequest(model=model, image=blobs.add_image(picture(300, 40)), factor=2)


@dataclass(frozen=True)
class Case:
    make: Callable[..., Backend]
    request: Callable
    model: str = ""
    refused: Callable = upscale
    stage: str = "denoise"


def diffusers(models):
    return DiffusersBackend(models, DeviceChoice())


def upscaler(models):
    return UpscaleBackend()


CASES = {
    "embedded-generate": Case(diffusers, generate),
    "embedded-edit": Case(diffusers, edit),
    "embedded-inpaint": Case(diffusers, inpaint),
    "sd-generate": Case(diffusers, generate, "tiny-sd"),
    "sd-inpaint": Case(diffusers, inpaint, "tiny-sd"),
    "sdxl-edit": Case(diffusers, edit, "tiny-sdxl"),
    "upscale": Case(upscaler, upscale, refused=generate, stage="upscale"),
}


@pytest.fixture(scope="module")
def open_backends(models):
    """One open backend of each kind, shared by the cases."""
    made = {}
    for case in CASES.values():
        if case.make not in made:
            made[case.make] = case.make(models)
    yield made
    for backend in made.values():
        backend.close()


@pytest.fixture(params=CASES, ids=str)
def case(request):
    return CASES[request.param]


@pytest.fixture
def backend(case, open_backends):
    return open_backends[case.make]


@pytest.fixture
def request_(case, blobs):
    return case.request(blobs, case.model)


def test_ends_with_exactly_one_done(backend, request_, blobs):
    events = list(backend.run(request_, RunContext(blobs)))
    assert [event for event in events if isinstance(event, Done)] == [events[-1]]
    product = events[-1].products[0]
    assert product.role == "picture"
    opened = open_picture(product.data, "x.png")
    assert (opened.width, opened.height) == (product.width, product.height)
    assert events[-1].facts["seconds"] and events[-1].facts["versions"]


def test_events_come_in_order(backend, request_, case, blobs):
    events = list(backend.run(request_, RunContext(blobs)))
    stages = [event for event in events if isinstance(event, Progress)]
    order = [stage for stage, _ in itertools.groupby(event.stage for event in stages)]
    assert len(order) == len(set(order)), "a stage came back after another had begun"
    assert case.stage in order
    for stage in order:
        steps = [event.step for event in stages if event.stage == stage]
        assert steps == list(range(steps[-1] + 1)) and steps[-1] == stages[[e.stage for e in stages].index(stage)].steps


def test_previews_only_where_wanted(backend, request_, case, blobs):
    shown = [event for event in backend.run(request_, RunContext(blobs)) if isinstance(event, Preview)]
    hidden = [event for event in backend.run(request_, RunContext(blobs, previews=False)) if isinstance(event, Preview)]
    assert not hidden
    if case.stage == "denoise":
        assert shown[0].step == 1
        assert open_picture(shown[0].data, "preview.jpg").width == shown[0].width


def test_same_request_same_bytes_with_and_without_previews(backend, request_, blobs):
    first = list(backend.run(request_, RunContext(blobs)))[-1]
    second = list(backend.run(request_, RunContext(blobs, previews=False)))[-1]
    assert [product.data for product in first.products] == [product.data for product in second.products]


def test_stop_before_the_start_does_no_work(backend, request_, blobs):
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        list(backend.run(request_, RunContext(blobs, cancel)))


def test_stop_is_heard_within_a_step(backend, request_, case, blobs):
    cancel = threading.Event()
    seen = []
    with pytest.raises(Cancelled):
        for event in backend.run(request_, RunContext(blobs, cancel)):
            if isinstance(event, Progress) and event.stage == case.stage:
                seen.append(event)
                cancel.set()
    # The run may be a step ahead of its listener, and notices at the end of the step after the one it was told in.
    assert len(seen) <= 3
    after = list(backend.run(request_, RunContext(blobs)))
    assert isinstance(after[-1], Done), "a stopped run must not spoil the next"


def test_closing_the_generator_stops_the_run(backend, request_, case, blobs):
    run = backend.run(request_, RunContext(blobs))
    for event in run:
        if isinstance(event, Progress) and event.stage == case.stage:
            break
    run.close()
    assert isinstance(list(backend.run(request_, RunContext(blobs)))[-1], Done)


def test_refuses_what_it_cannot_before_any_work(backend, case, blobs):
    with pytest.raises(Unsupported) as refusal:
        Registry([backend]).check(case.refused(blobs))
    assert refusal.value.hint
    with pytest.raises(Unsupported):
        next(iter(backend.run(case.refused(blobs), RunContext(blobs))))


def test_unknown_model_is_an_unknown_name(backend):
    with pytest.raises(UnknownName) as refusal:
        backend.capabilities("no such model")
    assert refusal.value.hint


def test_missing_picture_is_told(backend, request_, blobs):
    if not hasattr(request_, "image"):
        pytest.skip("works on no picture")
    with pytest.raises(UnknownName):
        list(backend.run(request_.evolve(image="0" * 64), RunContext(blobs)))


def test_close_twice_then_refuse(case, models, blobs):
    backend = case.make(models)
    backend.close()
    backend.close()
    with pytest.raises(InternalError):
        list(backend.run(case.request(blobs, case.model), RunContext(blobs)))


def test_same_bytes_after_a_restart(case, backend, models, request_, blobs):
    before = list(backend.run(request_, RunContext(blobs)))[-1]
    fresh = case.make(models)
    try:
        after = list(fresh.run(request_, RunContext(blobs)))[-1]
    finally:
        fresh.close()
    assert before.products[0].data == after.products[0].data
