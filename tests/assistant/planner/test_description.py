"""A description as the tagger marked it, beside the reading of the rules."""

import re

import pytest

from codirector.assistant.planner.description import better_scene, misfits
from codirector.assistant.planner.frame_create import marked_scene, unmarked_words
from codirector.assistant.planner.rules.creation import scene_of
from codirector.assistant.planner.tagger import Frame, Slot
from codirector.prompts.scene import Scene


def marks(marked: str) -> tuple[str, tuple[Slot, ...]]:
    """'[EL:a fox] runs' as the text and its slots."""
    text, slots, end = "", [], 0
    for found in re.finditer(r"\[(\w+):([^\]]*)\]", marked):
        text += marked[end : found.start()]
        slots.append(Slot(found[1], found[2], len(text), len(text) + len(found[2])))
        text += found[2]
        end = found.end()
    return text + marked[end:], tuple(slots)


def scene(marked: str) -> Scene:
    return marked_scene(*marks(marked))[0]


def test_every_mark_goes_to_its_field() -> None:
    made = scene(
        "[EL:old fisherman] [ACT:mending a net], [SET:in a harbour], [LIG:soft window light], [CAM:85mm], [STY:documentary photo], "
        "[MOO:hushed], [COM:lots of negative space], [DET:low mist], no [AVO:text]"
    )
    assert [thing.name for thing in made.elements] == ["old fisherman"]
    assert (made.action, made.lighting, made.camera, made.style) == (
        "mending a net",
        "soft window light",
        "85mm",
        "documentary photography",
    )
    assert (made.mood, made.composition, made.details, made.avoid) == ("hushed", "negative space", ("low mist",), ("text",))
    assert "harbour" in made.setting


def test_several_things_each_have_their_own_pose_and_place() -> None:
    made = scene("[EL:three kids] [ACT:building a sandcastle] [SET:on the beach] and like [EL:a dog] [P:next to them] [ACT:asleep]")
    kids, dog = made.elements
    assert (kids.count, kids.pose) == (3, "building a sandcastle")
    assert (dog.placement, dog.pose) == ("next to the kid", "asleep")
    assert made.action == ""


def test_a_place_said_before_its_thing_belongs_to_that_thing() -> None:
    made = scene("[P:on the left] [EL:a red fox], [P:on the right] [EL:an owl]")
    assert [(thing.name, thing.colour, thing.placement) for thing in made.elements] == [
        ("fox", "red", "on the left"),
        ("owl", "", "on the right"),
    ]


def test_words_nobody_marked_are_kept_or_named() -> None:
    text, slots = marks("I should like a picture of [EL:two hedgehogs] [ACT:drinking tea], for my granddaughter, golden hour")
    made, notes = marked_scene(text, slots)
    assert made.lighting == "golden hour"
    assert made.details == ()
    assert notes == ("“for my granddaughter” says whom or what the picture is for; it is not drawn.",)
    assert unmarked_words(text, slots) == ("golden", "hour")


def test_lettering_goes_on_the_thing() -> None:
    made = scene("[EL:a wooden sign] [DET:with the words 'Summer Fair' at the top]")
    assert [(thing.name, thing.text, thing.placement) for thing in made.elements] == [
        ("sign", "", ""),
        ("lettering", "Summer Fair", "at the top"),
    ]


def test_a_known_term_goes_where_it_belongs_whatever_it_was_marked_as() -> None:
    assert "forest" in scene("[EL:a wolf], [STY:forest]").setting
    assert scene("[EL:a wolf], [LIG:in autumn]").setting == "in autumn"
    assert scene("[EL:a wolf], [LIG:steam rising]").details == ("steam rising",)


@pytest.mark.parametrize(
    ("marked", "marks_win"),
    [
        ("Would you be so good as to draw me [EL:a grey tabby cat] [ACT:asleep] [P:upon a pile of old atlases]?", True),
        ("[EL:a white wolf] [ACT:howling], [STY:forest], [LIG:night], [CAM:low angle]", False),
        ("would you be so good as to draw me [EL:a cat] --seed 7", False),
    ],
)
def test_the_marks_win_where_the_rules_read_a_sentence_as_a_thing(marked: str, marks_win: bool) -> None:
    text, slots = marks(marked)
    frame = Frame((("create", 0.9),), slots, (0,), (-1, 0.9))
    assert (better_scene(scene_of(text)[0], text, frame) is not None) == marks_win


def test_half_marked_sentences_lose_to_tidy_rules() -> None:
    text, slots = marks("portrait of a young woman with freckles, [STY:soft window light], 85mm lens")
    assert better_scene(scene_of(text)[0], text, Frame((("create", 0.9),), slots, (0,), (-1, 0.9))) is None
    assert misfits(scene_of("a fox in the snow, golden hour")[0]) == 0


def test_leave_taken_of_another_picture_is_not_drawn() -> None:
    text, slots = marks(
        "Let us leave the fox now and begin afresh: [EL:a stone bridge] [P:over a river], in the style of [STY:an etching]."
    )
    better = better_scene(scene_of(text)[0], text, Frame((("newscene", 0.9),), slots, (0,), (-1, 0.9)))
    assert better is not None
    assert (better[0].details, better[0].elements[0].name, better[0].style) == ((), "bridge", "etching")
