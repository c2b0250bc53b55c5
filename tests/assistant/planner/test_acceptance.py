"""The conversation every version must understand, played through apply as the turn would."""

from benchmarks.planner.views import view
from codirector.assistant.plan import Create, Refine, Undo
from codirector.assistant.planner import make_planner
from codirector.prompts.apply import apply
from codirector.prompts.scene import Scene


def test_the_conversation_of_the_line() -> None:
    planner = make_planner("rules")
    created = planner.plan(view(None), "a fox in the snow at sunset, watercolor").plan
    assert isinstance(created, Create)
    scene = created.scene
    assert [element.name for element in scene.elements] == ["fox"]
    assert (scene.setting, scene.lighting, scene.style) == ("in the snow", "sunset", "watercolor")
    assert scene == Scene(elements=scene.elements, setting=scene.setting, lighting=scene.lighting, style=scene.style)

    night = planner.plan(view(scene), "make it night").plan
    assert isinstance(night, Refine)
    assert night.later == ()
    assert apply(scene, night.change) == scene.evolve(lighting="night")

    assert planner.plan(view(apply(scene, night.change), night.change), "undo").plan == Undo()

    several = planner.plan(view(scene), "add a red balloon and make it cartoon and zoom out")
    plan = several.plan
    assert isinstance(plan, Refine) and several.source == "rules"
    assert plan.change.model_dump()["element"] == {
        "name": "balloon", "count": 1, "colour": "red", "material": "", "placement": "", "pose": "", "text": "", "size": "", "weight": 1.0,
    }  # fmt: skip
    kept = [wish.change for wish in plan.later]
    assert [(c.kind, c.field, c.value) for c in kept if c is not None and c.kind == "set_field"] == [
        ("set_field", "style", "cartoon"), ("set_field", "camera", "wide shot"),
    ]  # fmt: skip

    after = view(apply(scene, plan.change), plan.change, later=plan.later)
    taken = planner.plan(after, "next").plan
    assert taken == Refine(change=plan.later[0].change, later=plan.later[1:], taken=True)  # type: ignore[arg-type]


def test_next_plans_the_words_of_a_wish_without_a_change() -> None:
    planner = make_planner("rules")
    kept = ({"text": "undo"}, {"text": "zoom out"})
    view_with_words = view(Scene.model_validate({"elements": [{"name": "fox"}]}), later=kept[1:])
    plan = planner.plan(view_with_words, "next").plan
    assert isinstance(plan, Refine) and plan.taken and plan.later == ()
    assert plan.change.kind == "set_field" and plan.change.field == "camera"
