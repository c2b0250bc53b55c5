import hashlib
import json

import pytest

from codirector.assistant.plan import Refine
from codirector.assistant.session.provenance import pixels_hash, read_from_png
from codirector.assistant.session.record import ArtifactRef, Run, Turn
from codirector.assistant.session.store import SessionStore
from codirector.errors import InputError, UnknownName
from codirector.prompts.change import Adjust
from codirector.prompts.scene import Adjustment, Scene
from codirector.tools.backend import RunContext
from codirector.tools.events import Product


def test_the_same_bytes_are_one_file(store, png):
    one = store.artifacts.write(png("red"), "image/png", "upload")
    two = store.artifacts.write(png("red"), "image/png", "picture")
    assert one.sha256 == two.sha256 == hashlib.sha256(png("red")).hexdigest() and (one.width, one.height) == (16, 16)
    path = store.artifacts.path(one)
    assert path.read_bytes() == png("red") and path.name == f"{one.sha256}.png" and path.parent.name == one.sha256[:2]
    assert [sha256 for sha256, _ in store.artifacts.all()] == [one.sha256]


def test_backends_read_from_it(store, png):
    ref = store.artifacts.write(png("red"), "image/png")
    assert RunContext(blobs=store.artifacts).blobs.read(ref.sha256) == png("red")


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "abc", "A" * 64, "0" * 63 + "/"])
def test_a_file_that_is_not_there(store, name):
    with pytest.raises(UnknownName):
        store.artifacts.read(name)


def test_other_kinds_of_file(store):
    video = store.artifacts.write(b"not really a film", "video/mp4", "video", 640, 480)
    other = store.artifacts.write(b"{}", "application/json", "facts", 1, 1)
    assert store.artifacts.path(video).suffix == ".mp4" and store.artifacts.path(other).suffix == ".bin"
    assert store.artifacts.read(other.sha256) == b"{}"
    with pytest.raises(InputError):
        store.artifacts.write(b"no picture", "image/jpeg")


def test_a_committed_picture_carries_its_request_and_has_a_sidecar(store, story, png):
    made = story.create("orange")
    ref = made.turn.artifacts[0]
    data = store.artifacts.read(ref.sha256)
    found = read_from_png(data)
    assert found is not None and found.request == made.turn.request and found.intact and found.finish is None
    assert pixels_hash(data) == pixels_hash(png("orange"))
    told = json.loads(store.artifacts.sidecar(ref.sha256).read_text())
    assert (told["sha256"], told["session"], told["turn"], told["seed"], told["prompt"]) == (ref.sha256, "fox tale", made.id, 7, "a fox")
    assert told["facts"]["device"] == "cpu" and told["request"] == made.turn.request and told["licence"]


def test_the_parameters_text_is_what_a1111_readers_expect(store, story):
    from codirector.prompts.parameters import parse_parameters

    found = read_from_png(store.artifacts.read(story.create("orange").turn.artifacts[0].sha256))
    assert found is not None
    told = parse_parameters(found.parameters)
    assert (told.prompt, told.negative, told.settings.seed, told.settings.steps) == ("a (fox:1.3)", "blurry", 7, 8)
    assert told.settings.model == "tiny" and "/" not in found.parameters


def test_the_same_request_gives_the_same_file_in_any_session_and_after_a_restart(store, tell, tmp_path):
    one = tell(store, "one").create("orange").turn.artifacts
    with SessionStore(tmp_path / "elsewhere", clock=lambda: "2031-01-01T00:00:00+00:00") as elsewhere:
        assert tell(elsewhere, "two").create("orange", "other words").turn.artifacts == one


def test_an_adjusted_picture_hands_on_the_request_it_was_drawn_from(store, story, png):
    first = story.create("orange")
    drawn = store.artifacts.read(first.turn.artifacts[0].sha256)
    change = Adjust(adjustment=Adjustment(kind="brightness", amount=0.5))
    scene = first.turn.scene.evolve(adjustments=(change.adjustment,))
    pending = store.begin("fox tale", None, "brighter")
    turn = Turn(parent=first.id, message="brighter", plan=Refine(change=change), action="refine", change=change, scene=scene)
    products = [Product(data=png("yellow"), width=16, height=16), Product(role="base", data=drawn, width=16, height=16)]
    picture, base = store.commit(pending, turn, Run(), products).turn.artifacts
    assert base.sha256 == first.turn.artifacts[0].sha256 and base.role == "base"
    found = read_from_png(store.artifacts.read(picture.sha256))
    assert found is not None and found.request == first.turn.request
    assert found.finish == {"adjustments": [{"kind": "brightness", "amount": 0.5}]}
    assert store.verify("fox tale").ok


def test_a_session_knows_which_files_it_refers_to(store, tell, png):
    made = tell(store, "one").create("orange").turn.artifacts[0]
    upload = store.artifacts.write(png("red"), "image/png", "upload")
    assert store.refers("one", made.sha256) and not store.refers("one", upload.sha256)
    store.begin("one", None, "look", [upload])
    store.create("two")
    assert store.refers("one", upload.sha256) and not store.refers("two", upload.sha256)


def test_deleting_a_session_takes_only_the_files_nobody_else_needs(store, tell):
    one, two = tell(store, "one"), tell(store, "two")
    shared = one.create("orange").turn.artifacts[0]
    own = one.refine("night", "navy").turn.artifacts[0]
    assert two.create("orange").turn.artifacts[0] == shared
    store.delete("one")
    assert not store.exists("one") and not store.artifacts.path(own).exists() and not store.artifacts.sidecar(own.sha256).exists()
    assert store.artifacts.path(shared).exists() and store.verify("two").ok
    store.delete("two")
    assert list(store.artifacts.all()) == []


def test_deleting_keeps_what_a_running_turn_or_a_fresh_upload_needs(store, tell, png):
    tell(store, "one"), tell(store, "two")
    uploads = [store.artifacts.write(png(colour), "image/png", "upload") for colour in ("red", "green", "blue")]
    for upload in uploads:
        pending = store.begin("one", None, "look", [upload])
        store.commit(pending, Turn(parent=pending.parent, message="look", attachments=(upload,), action="read", scene=Scene()), Run())
    running = store.begin("two", None, "look", [uploads[0]])
    assert store.artifacts.write(png("green"), "image/png", "upload") == uploads[1]
    store.delete("one")
    assert [store.artifacts.path(upload).exists() for upload in uploads] == [True, True, False]
    store.abandon(running)


def test_collect_removes_old_orphans_and_drafts_only(store, story, png):
    kept = story.create("orange").turn.artifacts[0]
    orphan = store.artifacts.write(png("red"), "image/png", "upload")
    draft = store.artifacts.path(kept).parent / ".abc.part"
    draft.write_bytes(b"half")
    assert store.collect().files == 0
    cleared = store.collect(older_than=-1)
    assert cleared.files == 2 and cleared.bytes == len(png("red")) + 4
    assert not store.artifacts.path(orphan).exists() and not draft.exists() and store.artifacts.path(kept).exists()
    assert store.verify("fox tale").ok


def test_a_reference_of_a_wrong_kind_is_no_reference():
    with pytest.raises(ValueError, match="sha256"):
        ArtifactRef(sha256="nonsense", width=1, height=1)
