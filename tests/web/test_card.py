"""The card and its rows: what changed is marked, what did not is not, nothing the scene holds is left out."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from codirector.assistant.plan import Create, Refine, Wish
from codirector.assistant.session.record import ArtifactRef, Check, Run, StoredTurn, Turn
from codirector.assistant.turn.events import Finished, Previewed, Queued, Reply, Understood, Working
from codirector.assistant.web import card as cards
from codirector.assistant.web.rows import scene_rows, setting_rows
from codirector.prompts.change import SetField
from codirector.prompts.scene import Adjustment, Element, Emphasis, Motion, Post, Render, Retouching, Scene
from codirector.tools.events import Preview, Progress

FOX = Scene(
    elements=(Element(name="fox"),), setting="snow", lighting="sunset", style="watercolor", render=Render(seed=7, width=256, height=192)
)
NIGHT = FOX.evolve(lighting="night")
PICTURE = ArtifactRef(sha256="ab" * 32, width=256, height=192)


def address(ref: ArtifactRef) -> str:
    return f"/codirector/picture/s/{ref.sha256}"


def reply(**changes) -> Reply:
    return Reply(text="Here it is.", pictures=(PICTURE,), alt="a fox in the snow", scene=NIGHT).evolve(**changes)


def finished(said: Reply) -> Finished:
    return Finished(
        action="refine", id="cd" * 32, parent=None, number=2, message="make it night", prompt="a fox", negative="blurry", reply=said
    )


def states(rows) -> dict[str, str]:
    return {row.key: row.state for row in rows}


def test_only_the_changed_field_is_marked_and_says_what_it_was() -> None:
    rows = {row.key: row for row in scene_rows(NIGHT, FOX)}
    assert [key for key, row in rows.items() if row.state != "same"] == ["lighting"]
    assert (rows["lighting"].before, rows["lighting"].value, rows["lighting"].state) == ("sunset", "night", "changed")
    assert states(scene_rows(FOX, None)) == dict.fromkeys(("element:0:fox", "setting", "style", "lighting"), "same")


def test_things_that_come_go_and_take_anothers_place() -> None:
    ball, owl = Element(name="balloon", colour="red", count=3), Element(name="owl")
    both = FOX.evolve(elements=(*FOX.elements, ball))
    added = {row.key: row for row in scene_rows(both, FOX)}["element:1:balloon"]
    assert (added.value, added.state, added.label) == ("3 red balloon", "added", "With")
    gone = [row for row in scene_rows(FOX, both) if row.state != "same"]
    assert [(row.label, row.before, row.value, row.state) for row in gone] == [("Removed", "3 red balloon", "", "removed")]
    swapped = [row for row in scene_rows(both.evolve(elements=(owl, ball)), both) if row.state != "same"]
    assert [(row.label, row.before, row.value, row.state) for row in swapped] == [("Subject", "fox", "owl", "changed")]


def test_nothing_a_scene_holds_is_left_out() -> None:
    fox = Element(
        name="fox", count=2, colour="red", material="paper", placement="left", pose="sitting", text="hello", weight=1.3
    )  # fmt: skip
    full = Scene(
        elements=(fox,), action="waiting", setting="snow", style="watercolor", lighting="night", mood="calm", camera="close-up",
        composition="centred", medium="print", details=("stars",), avoid=("blur",),
        emphasis=(Emphasis(target="style", weight=1.5), Emphasis(target="stars", weight=0.5)),
        render=Render(seed=0, steps=9, guidance=4.5, width=64, height=128, sampler="euler", model="tiny", layout=0.5),
        motion=Motion(camera="zoom in", seconds=2), adjustments=(Adjustment(kind="brightness", amount=0.2),),
        retouches=(Retouching(region="tail", content="a flag"),), upscale=2, post=(Post(kind="grade", value="warm"),),
        locked=("style",), base="ab" * 32,
    )  # fmt: skip
    text = " | ".join(f"{row.label} {row.value}" for row in (*scene_rows(full, None), *setting_rows(full, None)))
    for part in (
        "2 red paper fox, sitting, left, saying “hello” (× 1.3)", "waiting", "snow", "watercolor (× 1.5)", "night", "calm",
        "close-up", "centred", "print", "stars (× 0.5)", "blur", "Seed 0", "Steps 9", "Guidance 4.5", "64 × 128", "euler", "tiny",
        "Layout 0.5", "zoom in, 2 s", "brightness +0.2", "fill tail a flag", "2 times", "grade warm", "your picture", "Locked style",
    ):  # fmt: skip
        assert part in text, part


words = st.text("abc ", max_size=4).map(str.strip)
things = st.builds(Element, name=st.sampled_from(["fox", "owl", "tree"]), colour=words)
some_things = st.lists(things, max_size=3, unique_by=lambda thing: thing.name).map(tuple)
scenes = st.builds(Scene, elements=some_things, setting=words, style=words, lighting=words)


@given(before=scenes, after=scenes)
def test_a_row_is_marked_exactly_when_it_differs(before: Scene, after: Scene) -> None:
    for row in scene_rows(after, before):
        assert row.state == (
            "same" if not row.before and row.state == "same" else "added" if not row.before else "changed" if row.value else "removed"
        )
        if row.state == "same":
            assert row.value
    marked = {row.key for row in scene_rows(after, before) if row.state != "same"}
    assert ({"setting", "style", "lighting"} & marked) == {
        f for f in ("setting", "style", "lighting") if getattr(before, f) != getattr(after, f)
    }
    assert all(row.state == "same" for row in scene_rows(after, after))


def test_a_turn_from_the_first_word_to_the_picture() -> None:
    card = cards.begin("k")
    assert card.busy and not card.framed
    card = cards.advance(card, Queued(position=2), FOX, address)
    assert card.status == "waiting" and "2 turns" in card.status_text
    card = cards.advance(card, Understood(plan=Refine(change=SetField(field="lighting", value="night")), scene=NIGHT), FOX, address)
    assert card.framed and (card.pictures[0].width, card.pictures[0].height, card.pictures[0].url) == (256, 192, "")
    assert states(card.rows)["lighting"] == "changed"
    card = cards.advance(card, Working(progress=Progress(stage="denoise", step=3, steps=12)), FOX, address)
    assert card.status_text == "Drawing · step 3 of 12"
    card = cards.advance(card, Previewed(preview=Preview(step=3, steps=12, data=b"jpeg", width=64, height=48)), FOX, address)
    assert card.preview == "data:image/jpeg;base64," + base64.b64encode(b"jpeg").decode() and card.sharp == 0.25
    said = reply(later=(Wish(text="make it cartoon"), Wish(text="zoom out")), suggestions=("next", "zoom in", "another seed"))
    card = cards.advance(card, finished(said), FOX, address, can_redo=False)
    assert not card.busy and card.status == "done" and card.preview, "the preview stays under the picture until it is loaded"
    assert card.pictures[0].url == address(PICTURE) and card.alt == "a fox in the snow"
    assert [(w.label, w.message) for w in card.wishes] == [("Next: make it cartoon", "next"), ("zoom out", "zoom out")]
    assert card.suggestions == ("zoom in",), "what has a button of its own is not suggested twice"
    assert {a.id: (a.message, a.off, a.when) for a in card.actions} == {
        "undo": ("undo", False, "now"), "redo": ("redo", True, "now"), "vary": ("another seed", False, "now"),
        "branch": ("branch", False, "now"), "goto": ("go to 2", False, "past"),
    }  # fmt: skip
    assert card.downloads[0].name == "a-fox-in-the-snow-abababab.png" and card.downloads[0].url.endswith(
        f"?download={card.downloads[0].name}"
    )


def test_a_stopped_turn_says_so_and_can_be_repeated() -> None:
    card = cards.advance(cards.begin("k"), Understood(plan=Create(scene=FOX), scene=FOX), None, address)
    card = cards.advance(card, finished(reply(outcome="cancelled", text="Stopped.", pictures=())), None, address)
    assert (card.status, card.framed, card.busy, card.notice, card.text) == ("cancelled", False, False, "Stopped.", "")
    assert [(a.id, a.message) for a in card.actions] == [("repeat", "make it night")]


def test_an_interrupted_turn_read_back_can_be_repeated() -> None:
    turn = Turn(message="make it night", action="refine", scene=FOX, outcome="interrupted")
    card = cards.recall(
        "k", StoredTurn(id="ab" * 32, number=3, turn=turn, run=Run()), FOX, Reply(text="", scene=FOX, outcome="interrupted"), address, False
    )
    assert card.status == "interrupted" and "interrupted" in card.notice
    assert [(a.id, a.message) for a in card.actions] == [("repeat", "make it night")]


def test_a_talk_reply_has_no_frame_and_offers_its_answers() -> None:
    card = cards.advance(
        cards.begin("k"), finished(Reply(text="Which one?", scene=FOX, suggestions=("the fox", "the owl"))), FOX, address, can_redo=True
    )
    assert not card.framed and card.text == "Which one?" and card.suggestions == ("the fox", "the owl")
    assert [a.id for a in card.actions] == ["redo"]


def test_checks_and_refusals_are_told() -> None:
    checks = (
        Check(name="seed kept", value="7", passed=True),
        Check(name="pixels visibly changed", value=0.25),
        Check(name="parts", value=2.0, passed=False),
    )
    card = cards.advance(cards.begin("k"), finished(reply(checks=checks)), FOX, address)
    assert card.checks == ("✓ seed kept: 7", "pixels visibly changed: 0.25", "✗ parts: 2")
    assert cards.refused("k", "The message is empty.", "  ").actions == ()
    assert cards.refused("k", "Too long.", "word").actions[0].message == "word"
