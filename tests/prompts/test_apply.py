"""apply: every kind of change succeeds and refuses; nothing but what it names is touched."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codirector.errors import RefusedChange
from codirector.prompts.apply import apply
from codirector.prompts.change import (
    CHANGE,
    AddDetail,
    AddElement,
    Adjust,
    AlterElement,
    ApplyPost,
    Avoid,
    Change,
    Lock,
    RemoveDetail,
    RemoveElement,
    ReplaceElement,
    Retouch,
    SetField,
    SetMotion,
    SetRender,
    Upscale,
    Weigh,
)
from codirector.prompts.diff import changed_fields, diff
from codirector.prompts.scene import SCENE_FIELDS, Adjustment, Element, Emphasis, Motion, Post, Render, Retouching, Scene

FOX = Scene(
    elements=(
        Element(name="fox", colour="red"),
        Element(name="cat", placement="next to the fox"),
        Element(name="cat", colour="black", count=2),
    ),
    setting="in the snow",
    style="watercolor",
    lighting="sunset",
    details=("fine fur", "soft edges"),
    avoid=("text",),
    emphasis=(Emphasis(target="fine fur", weight=1.2),),
    render=Render(seed=7, steps=20, width=512, height=512, sampler="ddim", layout=0.5),
    motion=Motion(camera="pan left", seconds=4),
    post=(Post(kind="stabilise"),),
    locked=("composition",),
)

SUCCEEDS: list[tuple[Change, set[str], str]] = [
    (AddElement(element=Element(name="balloon", colour="red")), {"elements.balloon"}, "added red balloon"),
    (RemoveElement(name="the fox"), {"elements.fox", "elements.cat.placement"}, "removed red fox"),
    (ReplaceElement(name="it", element=Element(name="wolf")), {"elements.fox", "elements.wolf", "elements.cat.placement"},
     "replaced red fox with wolf"),
    (AlterElement(name="Fox", attribute="colour", value="blue"), {"elements.fox.colour"}, "fox colour: red → blue"),
    (AlterElement(name="the second cat", attribute="count", value="three"), {"elements.cat#2.count"}, "cat count: 2 → 3"),
    (AlterElement(name="the subject", attribute="placement", value="on the left"), {"elements.fox.placement"},
     "fox placement: on the left"),
    (AlterElement(name="foxes", attribute="material", value="glass"), {"elements.fox.material"}, "fox material: glass"),
    (AlterElement(name="red fox", attribute="pose", value="asleep"), {"elements.fox.pose"}, "fox pose: asleep"),
    (AlterElement(name="fox", attribute="text", value="HI"), {"elements.fox.text"}, "fox text: HI"),
    (AlterElement(name="fox", attribute="colour", value=""), {"elements.fox.colour"}, "fox colour: red → none"),
    (SetField(field="lighting", value="night"), {"lighting"}, "lighting: sunset → night"),
    (SetField(field="mood", value="calm"), {"mood"}, "mood: calm"),
    (SetField(field="style", value=""), {"style"}, "style: watercolor → none"),
    (AddDetail(detail="snowflakes"), {"details"}, "detail: snowflakes"),
    (RemoveDetail(detail="fine fur"), {"details", "emphasis"}, "no longer detail: fine fur"),
    (RemoveDetail(detail="edges"), {"details"}, "no longer detail: soft edges"),
    (Weigh(target="fox", weight=1.3), {"elements.fox.weight"}, "fox weight: 1.0 → 1.3"),
    (Weigh(target="style", weight=1.4), {"emphasis"}, "weight of style: 1 → 1.4"),
    (Weigh(target="sunset", weight=0.5), {"emphasis"}, "weight of lighting: 1 → 0.5"),
    (Weigh(target="fine fur", weight=1.0), {"emphasis"}, "weight of fine fur: 1.2 → 1"),
    (Avoid(term="people"), {"avoid"}, "avoided: people"),
    (Avoid(term="Text", undo=True), {"avoid"}, "no longer avoided: text"),
    (SetRender(setting="seed", value="42"), {"render.seed"}, "seed: 7 → 42"),
    (SetRender(setting="steps", value="thirty"), {"render.steps"}, "steps: 20 → 30"),
    (SetRender(setting="steps", value="default"), {"render.steps"}, "steps: 20 → default"),
    (SetRender(setting="guidance", value="7.5"), {"render.guidance"}, "guidance: default → 7.5"),
    (SetRender(setting="size", value="512 x 768"), {"render.height"}, "height: 512 → 768"),
    (SetRender(setting="size", value="640 by 768"), {"render.width", "render.height"}, "width: 512 → 640"),
    (SetRender(setting="size", value="256"), {"render.width", "render.height"}, "width: 512 → 256"),
    (SetRender(setting="sampler", value="euler a"), {"render.sampler"}, "sampler: ddim → euler a"),
    (SetRender(setting="model", value="sdxl"), {"render.model"}, "model: default → sdxl"),
    (SetRender(setting="layout", value="faithful"), {"render.layout"}, "layout: 0.5 → 1.0"),
    (SetRender(setting="layout", value="25%"), {"render.layout"}, "layout: 0.5 → 0.25"),
    (Retouch(retouching=Retouching(region="the sky", content="a rainbow")), {"retouches"}, "retouched: the sky filled with a rainbow"),
    (Retouch(retouching=Retouching(mode="remove", mask="a" * 64)), {"retouches"}, "retouched: mask aaaaaaaaaaaa removed"),
    (Adjust(adjustment=Adjustment(kind="brightness", amount=0.2)), {"adjustments"}, "adjusted: brightness +0.2"),
    (Adjust(adjustment=Adjustment(kind="rotate", amount=-90)), {"adjustments"}, "adjusted: rotate -90"),
    (Upscale(factor=4), {"upscale"}, "upscale: 1x → 4x"),
    (SetMotion(setting="camera", value="slow zoom in"), {"motion.camera"}, "motion camera: pan left → slow zoom in"),
    (SetMotion(setting="seconds", value="5 seconds"), {"motion.seconds"}, "motion seconds: 4.0 → 5.0"),
    (SetMotion(setting="fps", value="30 fps"), {"motion.fps"}, "motion fps: 24 → 30"),
    (ApplyPost(post=Post(kind="grade", value="warm")), {"post"}, "finish: grade warm"),
    (Lock(target="light"), {"locked"}, "locked: lighting"),
    (Lock(target="the fox"), {"locked"}, "locked: fox"),
    (Lock(target="seed"), {"locked"}, "locked: seed"),
    (Lock(target="composition", undo=True), {"locked"}, "no longer locked: composition"),
]  # fmt: skip

REFUSED: list[tuple[Change, str]] = [
    (RemoveElement(name="dog"), "no 'dog'"),
    (RemoveElement(name="cat"), "could mean 2"),
    (RemoveElement(name="the third cat"), "no 'the third cat'"),
    (ReplaceElement(name="dog", element=Element(name="wolf")), "no 'dog'"),
    (ReplaceElement(name="fox", element=Element(name="fox", colour="red")), "already a red fox"),
    (AlterElement(name="fox", attribute="colour", value="Red"), "already red"),
    (AlterElement(name="fox", attribute="count", value="0"), "None of 'fox'"),
    (AlterElement(name="fox", attribute="count", value="many"), "not a number"),
    (AlterElement(name="fox", attribute="count", value="-2"), "cannot be -2"),
    (AlterElement(name="fox", attribute="count", value="2.5"), "whole number"),
    (AlterElement(name="fox", attribute="pose", value=""), "no pose to take away"),
    (AlterElement(name="fox", attribute="placement", value="next to the fox"), "cannot stand"),
    (SetField(field="lighting", value="at sunset"), "already 'sunset'"),
    (SetField(field="mood", value=""), "no mood to take away"),
    (SetField(field="composition", value="rule of thirds"), "'composition' is locked"),
    (AddDetail(detail="Fine fur"), "already there"),
    (AddElement(element=Element(name="text")), "list of things to avoid"),
    (RemoveDetail(detail="glitter"), "no detail 'glitter'"),
    (Weigh(target="mood", weight=1.2), "no mood to weigh"),
    (Weigh(target="fox", weight=1.0), "already 1"),
    (Weigh(target="fine fur", weight=1.2), "already 1.2"),
    (Weigh(target="unicorn", weight=1.2), "no 'unicorn'"),
    (Avoid(term="text"), "already avoided"),
    (Avoid(term="a fox"), "is in the scene"),
    (Avoid(term="people", undo=True), "not on the list"),
    (SetRender(setting="seed", value="-1"), "cannot be -1"),
    (SetRender(setting="seed", value="4294967296"), "cannot be"),
    (SetRender(setting="seed", value=""), "always has a seed"),
    (SetRender(setting="seed", value="7"), "already 7"),
    (SetRender(setting="steps", value="-5"), "cannot be -5"),
    (SetRender(setting="steps", value="0"), "cannot be 0"),
    (SetRender(setting="steps", value="lots"), "not a number"),
    (SetRender(setting="guidance", value="51"), "cannot be 51"),
    (SetRender(setting="size", value="510x512"), "not a multiple of 8"),
    (SetRender(setting="size", value="512x512"), "already 512 x 512"),
    (SetRender(setting="size", value="1x2x3"), "not a size"),
    (SetRender(setting="size", value="8000"), "cannot be 8000"),
    (SetRender(setting="layout", value="150%"), "cannot be"),
    (SetRender(setting="sampler", value="ddim"), "already ddim"),
    (Retouch(retouching=Retouching(content="a hat")), "where"),
    (Retouch(retouching=Retouching(region="the sky")), "what to put there"),
    (Retouch(retouching=Retouching(mode="remove", region="the sky", content="x")), "puts nothing"),
    (Adjust(adjustment=Adjustment(kind="contrast", amount=0)), "changes nothing"),
    (Adjust(adjustment=Adjustment(kind="contrast", amount=3)), "out of range"),
    (Adjust(adjustment=Adjustment(kind="crop", amount=-0.5)), "out of range"),
    (Upscale(factor=1), "already not upscaled"),
    (SetMotion(setting="camera", value="pan left"), "already pan left"),
    (SetMotion(setting="seconds", value="-1"), "cannot be -1"),
    (SetMotion(setting="fps", value="fast"), "not a number"),
    (SetMotion(setting="subject", value=""), "no subject motion"),
    (ApplyPost(post=Post(kind="stabilise")), "already applied"),
    (Lock(target="composition"), "already locked"),
    (Lock(target="dragon"), "no 'dragon'"),
    (Lock(target="lighting", undo=True), "is not locked"),
]


@pytest.mark.parametrize(("change", "fields", "line"), SUCCEEDS, ids=lambda value: repr(value)[:60])
def test_succeeds_and_touches_only_what_it_names(change: Change, fields: set[str], line: str) -> None:
    after = apply(FOX, change)
    assert changed_fields(FOX, after) == fields
    assert line in diff(FOX, after)
    assert apply(FOX, change) == after


@pytest.mark.parametrize(("change", "words"), REFUSED, ids=lambda value: repr(value)[:60])
def test_refuses_with_a_reason(change: Change, words: str) -> None:
    with pytest.raises(RefusedChange) as refusal:
        apply(FOX, change)
    assert words in refusal.value.message


def test_every_kind_is_tried_both_ways() -> None:
    kinds = set(CHANGE.json_schema()["discriminator"]["mapping"])
    assert {change.kind for change, _, _ in SUCCEEDS} == kinds
    assert {change.kind for change, _ in REFUSED} == kinds
    assert len(kinds) == 16


@pytest.mark.parametrize(
    ("locked", "change"),
    [
        ("fox", RemoveElement(name="fox")),
        ("fox", ReplaceElement(name="it", element=Element(name="wolf"))),
        ("fox", AlterElement(name="red fox", attribute="colour", value="blue")),
        ("fox", Weigh(target="fox", weight=2)),
        ("elements", AddElement(element=Element(name="owl"))),
        ("elements", RemoveElement(name="fox")),
        ("lighting", SetField(field="lighting", value="night")),
        ("lighting", Weigh(target="lighting", weight=2)),
        ("lighting", Weigh(target="sunset", weight=2)),
        ("details", AddDetail(detail="stars")),
        ("details", RemoveDetail(detail="soft edges")),
        ("avoid", Avoid(term="people")),
        ("seed", SetRender(setting="seed", value="8")),
        ("size", SetRender(setting="size", value="256")),
        ("motion", SetMotion(setting="camera", value="orbit")),
    ],
)
def test_what_is_locked_stays(locked: str, change: Change) -> None:
    scene = FOX.evolve(locked=(locked,))
    assert apply(FOX, change) != FOX
    with pytest.raises(RefusedChange, match="is locked"):
        apply(scene, change)
    assert apply(apply(scene, Lock(target=locked, undo=True)), change) == apply(FOX.evolve(locked=()), change)


def test_a_locked_neighbour_keeps_its_placement() -> None:
    scene = FOX.evolve(locked=("cat",))
    assert apply(scene, RemoveElement(name="fox")).elements[0].placement == "next to the fox"


def test_replacing_keeps_place_and_count() -> None:
    scene = Scene(elements=(Element(name="penguin", count=2, placement="on the left"),))
    assert apply(scene, ReplaceElement(name="penguins", element=Element(name="owl"))).elements[0] == Element(
        name="owl", count=2, placement="on the left"
    )


def test_an_empty_picture_is_refused() -> None:
    with pytest.raises(RefusedChange, match="empty picture"):
        apply(Scene(elements=(Element(name="fox"),), style="watercolor"), RemoveElement(name="fox"))
    assert apply(Scene(elements=(Element(name="fox"),), setting="in the snow"), RemoveElement(name="fox")).elements == ()


def test_full_lists_are_refused() -> None:
    many = Scene(
        elements=tuple(Element(name=f"thing{n}") for n in range(40)),
        details=tuple(f"d{n}" for n in range(60)),
        avoid=tuple(f"a{n}" for n in range(60)),
    )
    for change in (AddElement(element=Element(name="fox")), AddDetail(detail="fur"), Avoid(term="text")):
        with pytest.raises(RefusedChange, match="the most"):
            apply(many, change)


def test_hints_name_what_there_is() -> None:
    with pytest.raises(RefusedChange) as refusal:
        apply(FOX, RemoveElement(name="dog"))
    assert "a red fox" in refusal.value.hint
    with pytest.raises(RefusedChange) as refusal:
        apply(FOX, RemoveElement(name="cat"))
    assert "'the first cat' or 'the second cat'" in refusal.value.hint
    with pytest.raises(RefusedChange) as refusal:
        apply(FOX, SetRender(setting="size", value="510x770"))
    assert "512x768" in refusal.value.hint


NAMES = st.sampled_from(["fox", "cat", "red balloon", "penguin", "old owl", "it", "the second cat", "house"])
WORDS = st.sampled_from(
    [
        "sunset",
        "night",
        "watercolor",
        "calm",
        "on the left",
        "7",
        "512x768",
        "three",
        "",
        "red",
        "next to the fox",
        "-1",
        "default",
        "0.5",
        "in the snow",
    ]
)
ELEMENTS = st.builds(
    Element,
    name=st.sampled_from(["fox", "cat", "balloon", "penguin", "owl"]),
    count=st.integers(1, 5),
    colour=st.sampled_from(["", "red", "blue"]),
    placement=st.sampled_from(["", "on the left", "next to the fox"]),
    weight=st.sampled_from([1.0, 1.3]),
)
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(AddElement, element=ELEMENTS),
    st.builds(RemoveElement, name=NAMES),
    st.builds(ReplaceElement, name=NAMES, element=ELEMENTS),
    st.builds(AlterElement, name=NAMES, value=WORDS,
              attribute=st.sampled_from(["colour", "material", "count", "placement", "pose", "text"])),
    st.builds(SetField, field=st.sampled_from(SCENE_FIELDS), value=WORDS),
    st.builds(AddDetail, detail=NAMES),
    st.builds(RemoveDetail, detail=NAMES),
    st.builds(Weigh, target=st.one_of(NAMES, st.sampled_from(SCENE_FIELDS)), weight=st.sampled_from([0.0, 0.5, 1.0, 1.5])),
    st.builds(Avoid, term=NAMES, undo=st.booleans()),
    st.builds(SetRender, setting=st.sampled_from(["seed", "steps", "guidance", "size", "sampler", "model", "layout"]), value=WORDS),
    st.builds(Retouch, retouching=st.builds(Retouching, mode=st.sampled_from(["fill", "remove"]), region=WORDS, content=WORDS)),
    st.builds(Adjust, adjustment=st.builds(
        Adjustment, kind=st.sampled_from(["brightness", "crop", "rotate"]), amount=st.sampled_from([-2.0, -0.5, 0.0, 0.5, 90.0]))),
    st.builds(Upscale, factor=st.integers(1, 4)),
    st.builds(SetMotion, setting=st.sampled_from(["camera", "subject", "seconds", "fps", "continuity", "framing"]), value=WORDS),
    st.builds(ApplyPost, post=st.builds(Post, kind=st.sampled_from(["stabilise", "grade", "motion_blur"]))),
    st.builds(Lock, target=st.one_of(NAMES, st.sampled_from(SCENE_FIELDS)), undo=st.booleans()),
)  # fmt: skip
SCENES = st.builds(
    Scene,
    elements=st.lists(ELEMENTS, max_size=4).map(tuple),
    lighting=st.sampled_from(["", "sunset"]),
    style=st.sampled_from(["", "watercolor"]),
    setting=st.sampled_from(["", "in the snow"]),
    details=st.lists(NAMES, max_size=2, unique=True).map(tuple),
    avoid=st.lists(st.sampled_from(["text", "people"]), max_size=2, unique=True).map(tuple),
    locked=st.lists(st.sampled_from(["lighting", "fox", "details"]), max_size=1).map(tuple),
    motion=st.sampled_from([None, Motion(camera="pan")]),
)

MAY_TOUCH: dict[str, tuple[str, ...]] = {
    "add_element": ("elements",), "remove_element": ("elements",), "replace_element": ("elements",), "alter_element": ("elements",),
    "add_detail": ("details",), "remove_detail": ("details", "emphasis"), "weigh": ("elements", "emphasis"),
    "avoid": ("avoid", "emphasis"), "set_render": ("render",), "retouch": ("retouches",), "adjust": ("adjustments",),
    "upscale": ("upscale",), "set_motion": ("motion",), "post": ("post",), "lock": ("locked",),
}  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(SCENES, CHANGES)
def test_a_change_touches_only_what_its_kind_may(scene: Scene, change: Change) -> None:
    before = scene.model_dump_json()
    try:
        after = apply(scene, change)
    except RefusedChange as refusal:
        assert refusal.message
        return
    touched = changed_fields(scene, after)
    allowed = (change.field, "emphasis") if isinstance(change, SetField) else MAY_TOUCH[change.kind]
    assert touched
    assert {path.split(".")[0] for path in touched} <= set(allowed)
    assert diff(scene, after)
    assert apply(scene, change) == after
    assert scene.model_dump_json() == before


@settings(max_examples=40, deadline=None)
@given(SCENES, SCENES)
def test_diff_is_empty_exactly_for_equal_scenes(one: Scene, other: Scene) -> None:
    assert bool(diff(one, other)) == bool(changed_fields(one, other)) == (one != other)
    assert diff(one, one) == ()
