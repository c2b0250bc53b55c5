import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from codirector.tools.backend import RunContext
from codirector.tools.composite import changed_outside
from codirector.tools.detail import MOST_LOOKS, SMALL, Detailed, close_looks, put_back, put_in
from codirector.tools.events import Progress
from codirector.tools.requests import GenerateRequest, InpaintRequest
from codirector.tools.sketch import Sketch, SketchBox
from codirector.values import Span

SIDES = st.floats(0.05, 0.95)
BOXES = st.lists(
    st.builds(lambda x, y, side: SketchBox(name="fox", x=x, y=y, width=side, height=side), st.floats(0, 1), st.floats(0, 1), SIDES),
    max_size=12,
)
SIZES = st.sampled_from([(128, 128), (128, 224), (192, 128), (64, 64)])


def small_fox(x=0.5, y=0.6, side=0.25):
    return SketchBox(name="fox", x=x, y=y, width=side, height=side)


def request(**changes):
    boxes = (small_fox(),)
    given = {"prompt": (Span(text="a red fox"),), "seed": 3, "steps": 4, "guidance": 1.0, "width": 64, "height": 64}
    return GenerateRequest(**(given | {"sketch": Sketch(boxes=boxes)} | changes))


def run(backend, blobs, wanted):
    return list(backend.run(wanted, RunContext(blobs)))


def pixels(product):
    return np.asarray(Image.open(io.BytesIO(product.data)).convert("RGB")).astype(int)


@given(BOXES, SIZES)
def test_looks_stay_inside_and_show_only_small_things(boxes, size):
    looks = close_looks(boxes, lambda name: True, *size)
    assert len(looks) <= MOST_LOOKS
    shown = [box for look in looks for box in look.boxes]
    assert len(shown) == len(set(map(id, shown))) and all(min(b.width * size[0], b.height * size[1]) < SMALL * min(size) for b in shown)
    for (left, top, side), _ in looks:
        assert left >= 0 and top >= 0 and left + side <= size[0] + 1e-6 and top + side <= size[1] + 1e-6


def test_near_things_share_a_look_and_far_ones_do_not():
    near = [small_fox(0.45, side=0.12), small_fox(0.58, side=0.12)]
    far = [small_fox(0.15, side=0.12), small_fox(0.85, side=0.12)]
    assert [len(look.boxes) for look in close_looks(near, lambda name: True, 128, 128)] == [2]
    assert [len(look.boxes) for look in close_looks(far, lambda name: True, 128, 128)] == [1, 1]
    assert close_looks(far, lambda name: False, 128, 128) == ()
    assert close_looks([small_fox(side=0.6)], lambda name: True, 128, 128) == ()


def test_what_is_put_back_lies_in_its_place_and_nowhere_else():
    base = Image.new("RGB", (128, 128), "white")
    mask = Image.new("L", (128, 128))
    mask.paste(255, (32, 32, 96, 96))
    made = [Detailed(Image.new("RGB", (128, 128), "red"), mask, (40.0, 60.0, 32.0))]
    small = np.asarray(put_back(base, made))
    assert (small[68:84, 48:64] == (255, 0, 0)).all()
    small = small.copy()
    small[68:84, 48:64] = 255
    assert (small == 255).all()
    large = np.asarray(put_in(base.resize((512, 512)), made, 4.0, lambda image, width, height: image.resize((width, height))))
    assert (large[274:334, 194:254] == (255, 0, 0)).all()
    assert (large[:268] == 255).all() and (large[:, :188] == 255).all() and (large[:, 260:] == 255).all()


def test_a_small_thing_is_drawn_again_and_the_rest_is_left(backend, blobs):
    plain = run(backend, blobs, request(details=False))[-1]
    events = run(backend, blobs, request())
    done = events[-1]
    assert [event.step for event in events if isinstance(event, Progress) and event.stage == "detail"] == [0, 1]
    assert done.facts["detail"] == 1 and "detail" not in plain.facts
    before, after = pixels(plain.picture), pixels(done.picture)
    differs = (before != after).any(axis=2)
    assert differs.any() and not differs[:16].any() and not differs[:, :14].any() and not differs[:, 50:].any()
    assert run(backend, blobs, request())[-1].picture.data == done.picture.data


def test_a_large_thing_and_pixel_art_are_drawn_once(backend, blobs):
    for sketch in (Sketch(boxes=(small_fox(side=0.8),)), Sketch(boxes=(small_fox(),), style="pixel art")):
        assert not run(backend, blobs, request(sketch=sketch))[-1].facts.get("detail")


def test_a_regional_change_draws_its_small_thing_again_inside_the_mask(backend, blobs):
    picture = Image.effect_noise((64, 64), 40).convert("RGB")
    mask = Image.new("L", (64, 64))
    mask.paste(255, (20, 24, 46, 52))
    fields = request().model_dump(exclude={"kind", "width", "height"})
    wanted = InpaintRequest(
        **fields, image=blobs.add_image(picture), mask=blobs.add_image(mask), window=True,
        draft={"boxes": [small_fox().model_dump()]},
    )  # fmt: skip
    done = run(backend, blobs, wanted)[-1]
    assert done.facts["detail"] == 1
    assert changed_outside(picture, Image.open(io.BytesIO(done.picture.data)), mask) == 0
