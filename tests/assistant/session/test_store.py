import threading

import pytest

from codirector.assistant.plan import Clarify, Talk
from codirector.assistant.session.hashing import turn_id
from codirector.assistant.session.record import Run, Turn
from codirector.assistant.session.store import SessionStore
from codirector.errors import InputError, RefusedChange, RetryableError, UnknownName
from codirector.prompts.scene import Scene
from codirector.tools.events import Product


def test_nothing_is_written_before_something_is_asked_for(tmp_path):
    with SessionStore(tmp_path / "home") as store:
        assert store.list() == ()
        assert not store.exists("x")
        with pytest.raises(UnknownName):
            store.view("x")
    assert not (tmp_path / "home").exists()


def test_a_new_session_is_empty(store):
    view = store.create("my first")
    assert (view.session, view.thread, view.tip, view.scene, view.picture, view.history) == ("my first", "main", None, None, None, ())
    assert view.threads == ("main",) and not view.can_redo
    assert store.exists("my first") and store.exists("  my first ")


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * 81, "a/b", "..", "../up", ".hidden", "a\\b", "line\nbreak", "nul\0", "-rf", "~", "\ud800"]
)
def test_bad_names_are_refused(store, name):
    with pytest.raises(InputError):
        store.create(name)
    assert store.list() == ()


@pytest.mark.parametrize("name", ["Füchse im Schnee", "狐", "a.db", "CON", "x" * 80, "what? *yes*", "0b7a9d3e-3a4c-4f0e-9d53-0a2f6f0d7c11"])
def test_any_other_name_can_be_used_and_found_again(store, tell, name):
    tell(store, name).create()
    assert [about.name for about in store.list()] == [name]
    with SessionStore(store.home) as later:
        assert later.view(name).session == name


def test_names_that_look_alike_as_file_names_are_different_sessions(store):
    for name in ("Fox!", "fox", "fox?", "FOX"):
        store.create(name)
    assert sorted(about.name for about in store.list()) == ["FOX", "Fox!", "fox", "fox?"]
    with pytest.raises(InputError, match="already"):
        store.create("fox")


def test_a_turn_is_read_back_as_it_was_written(store, story):
    made = story.create("orange")
    view = store.view("fox tale")
    assert view.history == (made,) and view.tip == made.id == turn_id(made.turn) and made.number == 1
    assert view.scene == made.turn.scene and view.picture == made.turn.artifacts[0]
    with SessionStore(store.home) as later:
        assert later.view("fox tale") == view
        assert later.turn("fox tale", made.id[:8]) == made


def test_the_list_tells_what_is_in_each(store, tell):
    tell(store, "empty")
    first = tell(store, "foxes")
    first.create()
    made = first.refine("night")
    store.create("hers", owner="ada")
    listed = {about.name: about for about in store.list("local")}
    assert set(listed) == {"empty", "foxes"}
    assert listed["foxes"].turns == 2 and listed["foxes"].title == "a fox in the snow"
    assert listed["foxes"].thumbnail == made.turn.artifacts[0] and listed["empty"].thumbnail is None
    assert [about.name for about in store.list("ada")] == ["hers"] and store.info("hers").owner == "ada"
    assert store.retitle("foxes", "Winter").title == "Winter" and store.retitle("foxes", "").title == "a fox in the snow"


def test_the_list_shows_the_last_used_first(tmp_path, tell):
    ticks = iter(range(10_000))
    with SessionStore(tmp_path, clock=lambda: f"2026-11-21T12:{next(ticks) // 60:02}:00.000+00:00") as store:
        one, two = tell(store, "one"), tell(store, "two")
        for _ in range(70):
            store.retitle("one", "x")
        two.talk()
        for _ in range(120):
            store._clock()
        one.talk()
        assert [about.name for about in store.list()] == ["one", "two"]


def test_rename(store, tell, story):
    story.create()
    tell(store, "other")
    with pytest.raises(InputError, match="already"):
        store.rename("fox tale", "other")
    assert store.rename("fox tale", "vixen").name == "vixen"
    assert store.view("vixen").history and not store.exists("fox tale")
    store.create("fox tale")
    assert store.view("fox tale").history == ()


def test_a_rename_or_deletion_elsewhere_is_noticed(store, story):
    story.create()
    with SessionStore(store.home) as other:
        other.rename("fox tale", "vixen")
        with pytest.raises(UnknownName):
            store.view("fox tale")
        assert len(store.view("vixen").history) == 1
        other.delete("vixen")
        other.create("vixen")
        assert store.view("vixen").history == ()


def test_undo_redo_walk(store, story):
    first = story.create("orange")
    story.talk()
    night = story.refine("night", "navy")
    undone = store.undo("fox tale", message="undo")
    assert undone.turns == (night,) and undone.came_from == night.id
    assert undone.view.picture == first.turn.artifacts[0] and undone.view.scene == first.turn.scene and undone.view.can_redo
    empty = store.undo("fox tale").view
    assert (empty.tip, empty.scene, empty.picture, empty.history) == (None, None, None, ())
    with pytest.raises(RefusedChange, match="Nothing to undo"):
        store.undo("fox tale")
    again = store.redo("fox tale", steps=2)
    assert again.view.tip == night.id and [turn.id for turn in again.turns] == [first.id, night.id] and not again.view.can_redo
    with pytest.raises(RefusedChange, match="Nothing to redo"):
        store.redo("fox tale")


def test_undo_passes_over_what_had_no_effect(store, story):
    story.create()
    story.refine("night")
    for outcome in ("failed", "cancelled"):
        story.refine("dawn", outcome=outcome)
    story.talk()
    assert store.undo("fox tale").view.history[-1].turn.message == "a fox in the snow"


def test_a_repeat_that_makes_the_same_picture_is_nothing_to_undo(store, story):
    first = story.create("orange")
    pending = store.begin("fox tale", None, "again")
    again = first.turn.evolve(parent=first.id, message="again", plan=None, action="refine", artifacts=())
    data = store.artifacts.read(first.turn.artifacts[0].sha256)
    store.commit(pending, again, first.run, [Product(data=data, width=16, height=16)])
    assert store.undo("fox tale").view.tip is None


def test_after_a_new_turn_the_redo_is_gone_but_not_after_talk(store, story):
    story.create()
    night = story.refine("night")
    store.undo("fox tale")
    story.talk()
    assert store.view("fox tale").can_redo
    assert store.redo("fox tale").view.tip == night.id
    store.undo("fox tale")
    story.refine("dawn", "pink")
    assert not store.view("fox tale").can_redo
    with pytest.raises(RefusedChange, match="Nothing to redo"):
        store.redo("fox tale")


def test_doing_the_same_again_from_the_same_place_is_the_same_turn(store, story):
    story.create()
    night = story.refine("night")
    store.undo("fox tale")
    assert story.refine("night") == night
    assert store.info("fox tale").turns == 2
    assert [entry.kind for entry in store.transcript("fox tale")] == ["turn", "turn", "undo", "turn"]
    assert store.verify("fox tale").ok


def test_the_same_words_twice_in_a_row_are_two_turns(store, story):
    one, two = story.talk("hello"), story.talk("hello")
    assert one.id != two.id and two.turn.parent == one.id and two.number == 2


def test_goto_by_number_and_id(store, story):
    first, night, dawn = story.create(), story.refine("night"), story.refine("dawn", "pink")
    assert store.goto("fox tale", number=1, message="go to 1").view.tip == first.id
    assert store.goto("fox tale", number=3).view.tip == dawn.id
    assert store.goto("fox tale", prefix=night.id[:10]).view.tip == night.id
    assert store.redo("fox tale").view.tip == dawn.id
    assert store.goto("fox tale", number=0).view.tip is None
    for bad in ({"number": 4}, {"prefix": "ffffffff"}):
        with pytest.raises(UnknownName):
            store.goto("fox tale", **bad)
    for bad in ({}, {"number": 1, "prefix": "abcd"}):
        with pytest.raises(InputError):
            store.goto("fox tale", **bad)
    assert store.transcript("fox tale")[3].message == "go to 1"


def test_branches_go_their_own_ways(store, story):
    first, night = story.create(), story.refine("night")
    made = store.branch("fox tale", message="try something")
    assert made.view.thread == "branch 2" and made.view.tip == night.id
    store.undo("fox tale")
    rain = story.refine("rain", "grey")
    assert rain.turn.parent == first.id
    assert store.view("fox tale", "main").tip == night.id
    assert store.switch("fox tale", "main").view.tip == night.id
    assert store.view("fox tale").thread == "main"
    assert store.branch("fox tale", new_name="calm").view.threads == ("main", "branch 2", "calm")
    assert store.branch("fox tale").view.thread == "branch 4" or store.view("fox tale").thread == "branch 3"
    with pytest.raises(InputError, match="already"):
        store.branch("fox tale", new_name="calm")
    with pytest.raises(InputError):
        store.branch("fox tale", new_name="a/b")
    with pytest.raises(UnknownName, match="nowhere"):
        store.switch("fox tale", "nowhere")
    with pytest.raises(UnknownName):
        store.view("fox tale", "nowhere")
    assert store.verify("fox tale").ok


def test_the_transcript_tells_the_whole_conversation(store, story):
    first = story.create()
    story.refine("night", outcome="failed")
    store.undo("fox tale", message="take it back")
    store.redo("fox tale")
    entries = store.transcript("fox tale")
    assert [(entry.kind, entry.message) for entry in entries] == [
        ("turn", "a fox in the snow"), ("turn", "make it night"), ("undo", "take it back"), ("redo", ""),
    ]  # fmt: skip
    assert entries[0].turn == first and entries[0].artifacts == first.turn.artifacts and entries[0].reply == "Here you are."
    assert entries[1].outcome == "failed" and entries[1].artifacts == ()
    assert entries[2].turn is None and entries[2].reply == "Undid “a fox in the snow”. Now at the empty start."
    assert store.transcript("fox tale", last=1) == entries[-1:]
    assert list(entries) == sorted(entries, key=lambda entry: entry.at)


def test_a_view_can_be_limited_to_the_last_turns(store, story):
    story.create()
    made = [story.talk(f"and {number}") for number in range(5)]
    view = store.view("fox tale", last=2)
    assert view.history == tuple(made[-2:]) and view.history[0].number == 5
    assert store.view("fox tale", last=0).tip == made[-1].id and store.view("fox tale", last=0).scene == made[-1].turn.scene
    assert view.picture == store.view("fox tale").picture is not None


def test_a_question_with_options_is_pending_until_something_else_is_said(store, story):
    pending = store.begin("fox tale", None, "a bat")
    plan = Clarify(question="Which bat?", options=("the animal", "the sports kind"))
    store.commit(pending, Turn(message="a bat", plan=plan, action="clarify", scene=Scene()), Run())
    assert store.view("fox tale").pending_question
    story.talk("the animal")
    assert not store.view("fox tale").pending_question


def test_one_turn_at_a_time_in_a_thread(store, story):
    story.create()
    pending = store.begin("fox tale", None, "a long render")
    for attempt in (
        lambda: store.begin("fox tale", None, "me too"),
        lambda: store.undo("fox tale"),
        lambda: store.goto("fox tale", number=0),
        lambda: store.rename("fox tale", "x"),
        lambda: store.delete("fox tale"),
    ):
        with pytest.raises(RetryableError, match="a long render"):
            attempt()
    store.branch("fox tale")
    other = story.talk("meanwhile, in another branch")
    assert store.view("fox tale").tip == other.id
    assert [(waiting.message, waiting.alive, waiting.thread) for waiting in store.in_flight("fox tale")] == [
        ("a long render", True, "main")
    ]
    store.abandon(pending)
    store.abandon(pending)
    assert store.in_flight("fox tale") == ()
    assert store.undo("fox tale", "main").view.tip is None


def test_a_claim_is_used_once_and_for_its_place(store, story):
    pending = store.begin("fox tale", None, "hi")
    turn = Turn(message="hi", action="talk", scene=Scene())
    stored = store.commit(pending, turn, Run())
    with pytest.raises(RetryableError):
        store.commit(pending, turn, Run())
    assert [turn.id for turn in store.view("fox tale").history] == [stored.id]


def test_what_dead_processes_left_becomes_an_interrupted_turn(store, story):
    first = story.create()
    with SessionStore(store.home) as dying:
        pending = dying.begin("fox tale", None, "make it night")
        dying.note_plan(pending, Talk(reply="so far"))
        assert store.recover("fox tale") == ()
    (left,) = store.recover("fox tale")
    assert (left.turn.outcome, left.turn.message, left.turn.parent) == ("interrupted", "make it night", first.id)
    assert left.turn.scene == first.turn.scene and left.turn.plan == Talk(reply="so far")
    view = store.open("fox tale")
    assert view.tip == left.id and view.picture == first.turn.artifacts[0] and store.in_flight("fox tale") == ()
    assert store.undo("fox tale").view.tip is None
    assert store.verify("fox tale").ok
    with pytest.raises(RetryableError):
        store.commit(pending, Turn(parent=first.id, message="make it night", action="talk", scene=first.turn.scene), Run())


def test_the_next_turn_settles_what_was_left(store, story):
    with SessionStore(store.home) as dying:
        dying.create("other")
        dying.begin("fox tale", None, "lost")
    story.talk("hello")
    assert [turn.turn.outcome for turn in store.view("fox tale").history] == ["interrupted", "done"]


def test_threads_share_a_store(store, tell):
    """Many threads, several sessions, one of them shared: every turn is there and the chain holds."""
    names = ["one", "two", "shared"]
    stories = {name: tell(store, name) for name in names}
    retries = []

    def speak(name: str, count: int) -> None:
        done = 0
        while done < count:
            try:
                stories[name].talk(f"{threading.get_ident()} {done}")
                done += 1
            except RetryableError:
                retries.append(name)

    workers = [threading.Thread(target=speak, args=(name, 8)) for name in [*names, "shared"]]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert {name: store.info(name).turns for name in names} == {"one": 8, "two": 8, "shared": 16}
    assert len(store.view("shared").history) == 16
    assert set(retries) <= {"shared"}
    assert all(store.verify(name).ok for name in names)


def test_more_sessions_than_files_kept_open(store, tell):
    for number in range(40):
        store.create(f"s{number}")
    for number in range(40):
        tell(store, f"s{number}").talk()
    assert all(about.turns == 1 for about in store.list()) and len(store.list()) == 40


@pytest.mark.parametrize("message", ["x" * 20_001, "lone \ud800 surrogate"])
def test_unusable_messages_are_refused_before_anything_is_written(store, story, message):
    with pytest.raises(InputError):
        store.begin("fox tale", None, message)
    assert store.in_flight("fox tale") == ()
