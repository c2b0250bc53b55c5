"""How people word things in a conversation: interjections, complaints, things inside a longer text, things that are not there."""

import pytest

from benchmarks.planner.score import flat
from benchmarks.planner.views import view
from codirector.assistant.plan import Compare, Create, Refine, Talk
from codirector.assistant.planner import Planner
from codirector.assistant.planner.inside import described, exchanged, noun_in, without
from codirector.assistant.planner.text import peel
from codirector.errors import CannotUnderstand
from codirector.prompts.scene import Element, Scene
from codirector.prompts.split import scene_from_text
from codirector.prompts.words import plural

PLANNER = Planner(choose_seed=lambda: 7)
KEEPER = Scene(elements=(Element(name="keeper"),), action="playing chess with an octopus", setting="in a cosy kitchen")
ROBOT = Scene(elements=(Element(name="robot"),), action="riding a bicycle", setting="on mars")
GIRL = Scene(elements=(Element(name="girl", pose="with a red umbrella"),), style="anime")
KIDS = Scene(elements=(Element(name="kid", count=2, pose="building a snowman"),), setting="in the garden")
FIGHT = Scene(elements=(Element(name="knight"),), action="fighting a dragon")


@pytest.mark.parametrize(
    ("scene", "message", "expected"),
    [
        (KEEPER, "can you make the octopus purple?", {"field": "action", "value": "playing chess with a purple octopus"}),
        (KEEPER, "remove the octopus", {"field": "action", "value": "playing chess"}),
        (KEEPER, "make the kitchen blue", {"field": "setting", "value": "in a cosy blue kitchen"}),
        (ROBOT, "swap the bicycle for a horse", {"field": "action", "value": "riding a horse"}),
        (ROBOT, "two robots", {"name": "robot", "attribute": "count", "value": "2"}),
        (GIRL, "the umbrella should be yellow", {"name": "girl", "attribute": "pose", "value": "with a yellow umbrella"}),
        (KIDS, "give the snowman a carrot nose", {"attribute": "pose", "value": "building a snowman with a carrot nose"}),
        (KIDS, "please make the snowman taller", {"attribute": "pose", "value": "building a tall snowman"}),
        (KIDS, "and the kids should wear red coats", {"attribute": "pose", "value": "building a snowman and wearing red coats"}),
        (KIDS, "hmm, can we try it without the garden?", {"field": "setting", "value": ""}),
        (KEEPER, "hmm, a bit more dramatic please", {"field": "mood", "value": "dramatic"}),
        (KEEPER, "uhm, what about a storm in the background?", {"name": "storm", "placement": "in the background"}),
        (GIRL, "oh wait, I want the girl to be holding a cat", {"name": "cat", "placement": "held by the girl"}),
        (GIRL, "I don't really like the girl anymore", {"name": "girl"}),
        (KEEPER, "I don't like how blurry it is", {"term": "blurry"}),
        (KEEPER, "why is it so dark?", {"amount_kind": "brightness", "amount": 0.2}),
        (KEEPER, "it's too saturated for my taste", {"amount_kind": "saturation", "amount": -0.2}),
        (KEEPER, "it looks a bit flat, more contrast maybe?", {"amount_kind": "contrast", "amount": 0.2}),
        (FIGHT, "the knight looks too friendly", {"term": "friendly knight"}),
    ],
)
def test_one_change_and_nothing_kept(scene: Scene, message: str, expected: dict) -> None:
    plan = PLANNER.plan(view(scene), message).plan
    assert isinstance(plan, Refine), plan
    assert expected.items() <= flat(plan.change).items()
    assert plan.later == ()


def test_two_qualities_of_one_thing_are_two_wishes() -> None:
    plan = PLANNER.plan(view(ROBOT), "the robot should be red and rusty").plan
    assert isinstance(plan, Refine)
    assert flat(plan.change)["value"] == "red"
    assert [wish.text for wish in plan.later] == ["make the robot rusty"]


def test_a_kept_wish_about_a_text_is_read_anew() -> None:
    plan = PLANNER.plan(view(FIGHT), "make the dragon bigger and green").plan
    assert isinstance(plan, Refine)
    assert flat(plan.change)["value"] == "fighting a big dragon"
    big = FIGHT.evolve(action="fighting a big dragon")
    taken = PLANNER.plan(view(big, later=plan.later), "next").plan
    assert isinstance(taken, Refine) and flat(taken.change)["value"] == "fighting a big green dragon"


@pytest.mark.parametrize("message", ["the robot should be red and rusty", "swap the bicycle for a horse", "the castle should be on fire"])
def test_what_is_not_there_is_said(message: str) -> None:
    with pytest.raises(CannotUnderstand) as caught:
        PLANNER.plan(view(KEEPER), message)
    assert "There is no" in caught.value.message and "a keeper" in caught.value.message


@pytest.mark.parametrize("message", ["no wait, go back", "hmm, undo that", "nah, undo that"])
def test_interjections_are_no_wishes(message: str) -> None:
    assert PLANNER.plan(view(KEEPER), message).plan.action == "undo"


def test_no_before_a_command_is_no_wish_but_no_before_a_thing_is() -> None:
    lost = PLANNER.plan(view(KEEPER), "actually no, lose the keeper").plan
    assert isinstance(lost, Refine) and lost.change.kind == "remove_element"
    avoided = PLANNER.plan(view(KEEPER), "no people").plan
    assert isinstance(avoided, Refine) and avoided.change.kind == "avoid"


@pytest.mark.parametrize(
    "message", ["thanks, lovely!", "great", "love it", "nice one", "beautiful, thank you", "well done, that's beautiful!", "haha perfect"]
)
def test_praise_changes_nothing(message: str) -> None:
    assert isinstance(PLANNER.plan(view(KEEPER), message).plan, Talk)


@pytest.mark.parametrize(
    "message",
    [
        "something totally different: a robot riding a bicycle", "something else: a robot on a bicycle",
        "new idea: a robot riding a bicycle",
        "forget that, a robot riding a bicycle", "let's start over with a robot riding a bicycle", "instead draw a robot on a bicycle",
        "next picture: a robot riding a bicycle",
    ],
)  # fmt: skip
def test_a_new_picture(message: str) -> None:
    plan = PLANNER.plan(view(KEEPER), message).plan
    assert isinstance(plan, Create) and plan.scene.elements[0].name == "robot"


def test_forgetting_a_thing_is_no_new_picture() -> None:
    with pytest.raises(CannotUnderstand) as caught:
        PLANNER.plan(view(KEEPER), "never mind the hat, make it night")
    assert "never mind the hat" in caught.value.message


def test_styles_are_compared() -> None:
    plan = PLANNER.plan(view(KEEPER), "compare flat and cartoon").plan
    assert isinstance(plan, Compare) and plan.styles == ("flat", "cartoon") and plan.models == ()


def test_texts_are_rewritten_around_a_noun() -> None:
    assert noun_in("playing chess with an octopus", "the octopus") == "octopus"
    assert noun_in("playing chess with an octopus", "the whale") == "" == noun_in("painting a blue wall", "blue")
    assert described("with a red hat", "hat", "blue", colour=True) == "with a blue hat"
    assert described("riding a horse", "horse", "old") == "riding an old horse"
    assert exchanged("riding an old horse", "horse", "a bicycle") == "riding a bicycle"
    assert without("playing chess with an octopus", "octopus") == "playing chess"
    assert without("fighting a dragon", "dragon") == "" and without("fighting", "dragon") is None


def test_peeling_leaves_a_message_that_is_nothing_else() -> None:
    assert peel("hmm, no wait, go back") == "go back"
    assert peel("hmm") == "hmm" and peel("no text") == "no text"


def test_building_something_is_what_children_do() -> None:
    kids = scene_from_text("two kids building a snowman in the garden").scene.elements[0]
    assert (kids.name, kids.count, kids.pose) == ("kid", 2, "building a snowman")
    assert plural("neon signs") == "neon signs" and plural("bus") == "buses"
