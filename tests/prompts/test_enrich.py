"""Enrichment adds and says so; it never changes what was said."""

from hypothesis import given, settings
from hypothesis import strategies as st

from codirector.prompts.enrich import enrich, family
from codirector.prompts.scene import SCENE_FIELDS, Element, Scene

FOX = Scene(elements=(Element(name="fox"),), style="watercolor", lighting="sunset")


def test_off_adds_nothing() -> None:
    assert enrich(FOX, "off").scene == FOX and enrich(FOX, "off").added == ()


def test_what_was_added_is_named() -> None:
    made = enrich(FOX, "full")
    assert made.scene.lighting == "sunset" and made.scene.style == "watercolor"
    assert made.scene.composition and f"composition: {made.scene.composition}" in made.added
    assert set(made.added) >= {f"detail: {detail}" for detail in made.scene.details}


def test_subtle_adds_less_than_full() -> None:
    plain = FOX.evolve(lighting="")
    assert 0 < len(enrich(plain, "subtle").added) < len(enrich(plain, "full").added)


def test_what_is_avoided_or_locked_stays_out() -> None:
    told = FOX.evolve(avoid=("visible brush strokes",), locked=("composition",))
    made = enrich(told, "full")
    assert "visible brush strokes" not in made.scene.details and made.scene.composition == ""


def test_an_empty_scene_is_not_enriched() -> None:
    assert enrich(Scene(), "full").added == ()


@given(
    st.fixed_dictionaries({name: st.sampled_from(("", "pixel art", "photograph", "night")) for name in SCENE_FIELDS}),
    st.sampled_from(("subtle", "full")),
)
@settings(max_examples=60, deadline=None)
def test_nothing_said_is_overwritten_and_twice_is_once(fields: dict[str, str], level: str) -> None:
    scene = Scene(elements=(Element(name="owl"),), details=("moss",), **fields)
    made = enrich(scene, level)  # type: ignore[arg-type]
    for name in SCENE_FIELDS:
        assert getattr(scene, name) in ("", getattr(made.scene, name))
    assert made.scene.elements == scene.elements and made.scene.details[:1] == ("moss",) and made.scene.avoid == scene.avoid
    assert enrich(made.scene, level).scene == made.scene  # type: ignore[arg-type]


def test_blends_take_the_family_of_a_part() -> None:
    assert family("studio ghibli + photorealistic") in ("photo", "drawn") and family("") == "any"
