import itertools
import json
import random
from pathlib import Path

import pytest

from benchmarks.planner.gold import GoldReader
from benchmarks.planner.views import views
from codirector.assistant.planner import Planner
from training.planner import marked
from training.planner.apart import repeated, sentences
from training.planner.intents import INTENTS, TAGS

SCENE = {"elements": [{"name": "dog", "pose": "sitting"}, {"name": "couch", "colour": "grey"}], "setting": "in a living room"}

GIVE = "give [T:the dog] [O:a red hat]|| and could it be [V:evening]"


@pytest.fixture
def folder(tmp_path):
    lines = [
        {"view": SCENE, "marked": GIVE, "intents": ["give", "light"], "means": ["dog", ""]},
        {"view": "fox", "marked": "[T:he] should be [V:asleep]", "intents": ["pose"], "means": ["fox"]},
    ]  # fmt: skip
    (tmp_path / "people.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return tmp_path


def test_marks_become_wishes_with_their_spans(folder):
    first, second = marked.lines(folder)
    assert first.message == "give the dog a red hat and could it be evening"
    assert first.intents == ("give", "light") and first.means == (0, -1) and first.names == ("dog", "grey couch")
    assert [(piece.text, piece.tag) for piece in second.wishes[0]] == [("he", "T"), (" should be ", ""), ("asleep", "V")]


def test_wishes_and_intents_must_go_together(tmp_path):
    line = {"view": "fox", "marked": "[T:he] sleeps|| and snores", "intents": ["pose"], "means": ["fox"]}
    (tmp_path / "people.jsonl").write_text(json.dumps(line), encoding="utf-8")
    with pytest.raises(ValueError, match="2 wishes, 1 intents"):
        marked.lines(tmp_path)


def test_every_example_of_the_people_keeps_its_spans_and_starts():
    assert len(marked.lines()) > 5000
    for example in itertools.islice(marked.examples(random.Random(5)), 600):
        assert example.starts[0] == 0 and list(example.starts) == sorted(example.starts)
        assert (example.intent in INTENTS) == (len(example.starts) == 1)
        assert all(example.message[start:end].strip() and tag in TAGS for start, end, tag in example.spans)
        assert -1 <= example.points < len(example.names)
        for start in example.starts[1:]:
            assert not example.message[start].isspace()


def test_a_thing_gets_another_name_in_scene_and_message(folder):
    line = marked.lines(folder)[0]
    names = {made.names[0] for made in (marked.varied(line, random.Random(seed)) for seed in range(40))}
    assert len(names) > 5
    for seed in range(40):
        made = marked.varied(line, random.Random(seed))
        assert made.names[0] in made.message


def test_the_gold_reader_lets_the_code_behind_the_tagger_be_measured_alone(folder):
    reader = GoldReader(marked.lines(folder)[1])
    plan = Planner(reader=lambda: reader).plan(views()["fox"], reader.message).plan
    assert plan.change.model_dump() == {"kind": "alter_element", "name": "fox", "attribute": "pose", "value": "asleep"}


def test_no_marked_message_stands_in_a_set() -> None:
    sets = Path(__file__).resolve().parents[2] / "benchmarks" / "planner"
    assert repeated(marked.FOLDER, sentences(sets)) == ()
