import hashlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codirector.assistant.session.hashing import canonical_json, turn_id, turn_json
from codirector.assistant.session.record import Turn
from codirector.errors import InputError
from codirector.prompts.scene import Element, Render, Scene

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
MESSAGES = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)


def a_turn(**fields) -> Turn:
    return Turn(**({"message": "a fox", "action": "create", "scene": Scene(elements=(Element(name="fox", weight=1),))} | fields))


@given(message=MESSAGES, request=st.dictionaries(st.text(max_size=8), JSON, max_size=4), guidance=st.floats(0, 50))
def test_a_turn_read_back_has_the_same_id(message, request, guidance):
    turn = a_turn(message=message, request=request, scene=Scene(render=Render(guidance=guidance)))
    again = Turn.model_validate_json(turn_json(turn))
    assert turn_id(again) == turn_id(turn)
    assert turn_json(again) == turn_json(turn)


def test_the_id_is_the_hash_of_the_canonical_bytes():
    turn = a_turn(message="ein Fuchs im Schnee ❄")
    assert turn_id(turn) == hashlib.sha256(turn_json(turn).encode()).hexdigest()
    assert "❄" in turn_json(turn)
    assert ": " not in turn_json(turn).replace("❄", "")


def test_the_id_stays_what_it_was_in_the_first_version():
    """Ids are stored and pointed at: a change of canonical form is a new version of the format, not an accident."""
    core = {"b": [1, 1.0, True, None], "a": "ü\n", "é": {"z": 1e22, "y": -0.5}}
    assert canonical_json(core) == '{"a":"ü\\n","b":[1,1.0,true,null],"é":{"y":-0.5,"z":1e+22}}'


def test_parent_message_and_scene_all_count():
    parent = turn_id(a_turn())
    ids = {turn_id(a_turn()), turn_id(a_turn(parent=parent)), turn_id(a_turn(message="a fix")), turn_id(a_turn(scene=Scene(mood="calm")))}
    assert len(ids) == 4


def test_whole_numbers_and_floats_given_to_a_float_field_are_one_turn():
    assert turn_id(a_turn(scene=Scene(elements=(Element(name="fox", weight=1),)))) == turn_id(
        a_turn(scene=Scene(elements=(Element(name="fox", weight=1.0),)))
    )


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, "\ud800", b"bytes", {1, 2}, object()])
def test_what_json_cannot_hold_is_refused(bad):
    with pytest.raises(InputError):
        canonical_json({"value": bad})
