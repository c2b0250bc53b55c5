"""A chat rebuilt from the store: what was said, in order, with the pictures and the marks of what changed."""

import uuid

from codirector.assistant.plan import Clarify, Wish
from codirector.assistant.web.transcript import thread_of
from codirector.prompts.scene import Scene


def rebuilt(desk, session: str):
    """(steps, cards, elements) of the session's thread."""
    steps, elements = thread_of(session, desk.store.transcript(session), desk.store.view(session).can_redo)
    # The studio under the newest picture has tests of its own.
    elements = [element for element in elements if element["name"] != "Studio"]
    return steps, [element["props"] for element in elements if element["type"] == "custom"], elements


def started(desk) -> str:
    session = str(uuid.uuid4())
    desk.store.create(session, owner="anna")
    return session


def test_messages_and_cards_come_back_in_order_with_their_pictures(desk, fox) -> None:
    session = started(desk)
    first = desk.create(session, "a fox in the snow")
    second = desk.refine(session, "make it night", fox.evolve(lighting="night"))
    steps, cards, elements = rebuilt(desk, session)
    assert [(step["type"], step["output"]) for step in steps] == [
        ("user_message", "a fox in the snow"),
        ("assistant_message", ""),
        ("user_message", "make it night"),
        ("assistant_message", ""),
    ]
    assert [element["forId"] for element in elements] == [steps[1]["id"], steps[3]["id"]]
    assert [card["text"] for card in cards] == ["Here is **a fox in the snow**.", "Changed."]
    for card, turn in zip(cards, (first, second), strict=True):
        assert card["pictures"][0]["url"] == f"/codirector/picture/{session}/{turn.turn.artifacts[0].sha256}"
        assert (card["pictures"][0]["width"], card["pictures"][0]["height"]) == (64, 48)
        assert "fox" in card["alt"]
    assert {row["key"]: row["state"] for row in cards[1]["rows"]}["lighting"] == "changed"
    assert all(row["state"] == "same" for row in cards[0]["rows"])


def test_ids_are_the_same_at_every_visit_and_different_within(desk) -> None:
    session = started(desk)
    desk.create(session, "a fox")
    once, again = rebuilt(desk, session)[0], rebuilt(desk, session)[0]
    assert [step["id"] for step in once] == [step["id"] for step in again]
    assert len({step["id"] for step in once}) == len(once)


def test_an_undo_shows_the_picture_it_led_to_and_what_went(desk, fox) -> None:
    session = started(desk)
    first = desk.create(session, "a fox")
    desk.refine(session, "make it night", fox.evolve(lighting="night"))
    desk.store.undo(session, message="undo")
    steps, cards, _ = rebuilt(desk, session)
    assert steps[-2]["output"] == "undo" and "Undid" in cards[-1]["text"]
    assert cards[-1]["pictures"][0]["url"].endswith(first.turn.artifacts[0].sha256)
    marked = [row for row in cards[-1]["rows"] if row["state"] != "same"]
    assert [(row["key"], row["before"], row["value"]) for row in marked] == [("lighting", "night", "sunset")]
    assert next(action for action in cards[-1]["actions"] if action["id"] == "redo")["off"] is False
    assert all(action["off"] for card in cards[:-1] for action in card["actions"] if action["id"] == "redo")


def test_undone_to_the_empty_start_redo_is_offered(desk) -> None:
    session = started(desk)
    desk.create(session, "a fox")
    desk.store.undo(session, message="undo")
    steps, cards, _ = rebuilt(desk, session)
    assert steps[-1]["output"] and not cards[-1]["framed"]
    assert [(action["id"], action["off"]) for action in cards[-1]["actions"]] == [("redo", False)]


def test_an_interrupted_turn_is_shown_as_such_and_can_be_repeated(desk, fox) -> None:
    session = started(desk)
    desk.create(session, "a fox")
    desk.refine(session, "make it night", fox, outcome="interrupted")
    _, cards, _ = rebuilt(desk, session)
    assert cards[-1]["status"] == "interrupted" and cards[-1]["notice"] and not cards[-1]["framed"]
    assert [(action["id"], action["message"]) for action in cards[-1]["actions"]] == [("repeat", "make it night")]


def test_kept_wishes_and_open_questions_come_back_as_buttons(desk, fox) -> None:
    session = started(desk)
    desk.create(session, "a fox", later=(Wish(text="make it cartoon"), Wish(text="zoom out")))
    assert [wish["label"] for wish in rebuilt(desk, session)[1][-1]["wishes"]] == ["Next: make it cartoon", "zoom out"]
    plan = Clarify(question="Which one?", options=("the fox", "the whole picture"))
    desk.write(session, "bigger", plan, fox, "", reply="Which one?")
    steps, cards, _ = rebuilt(desk, session)
    assert steps[-1]["output"] == "Which one?", "a reply without a picture is an ordinary message"
    assert cards[-1]["suggestions"] == ["the fox", "the whole picture"]
    assert cards[-2]["suggestions"] == [], "suggestions are for now"


def test_an_upload_is_shown_under_its_message(desk) -> None:
    session = started(desk)
    ref = desk.store.artifacts.write(b"not looked at here", "image/png", "upload", 64, 48)
    claim = desk.store.begin(session, None, "", (ref,))
    from codirector.assistant.plan import Talk
    from codirector.assistant.session.record import Run, Turn

    turn = Turn(parent=None, message="", attachments=(ref,), plan=Talk(reply="Seen."), action="talk", scene=Scene(), reply="Seen.")
    desk.store.commit(claim, turn, Run())
    steps, _, elements = rebuilt(desk, session)
    assert [element["type"] for element in elements] == ["image", "custom"]
    assert elements[0]["forId"] == steps[0]["id"] and elements[0]["url"].endswith(ref.sha256) and "64 by 48" in elements[0]["name"]
