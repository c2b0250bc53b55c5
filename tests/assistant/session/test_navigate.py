import pytest
from hypothesis import given
from hypothesis import strategies as st

from codirector.assistant.session import navigate
from codirector.assistant.session.navigate import Node
from codirector.errors import InputError, RefusedChange, UnknownName


@st.composite
def trees(draw):
    """A tree of turns with ids t0, t1, ...; each hangs below an earlier one or is a first turn."""
    tree: dict[str, Node] = {}
    for index in range(draw(st.integers(1, 14))):
        parent = draw(st.sampled_from([None, *tree]))
        number = tree[parent].number + 1 if parent else 1
        tree[f"t{index}"] = Node(f"t{index}", parent, number, draw(st.booleans()))
    return tree


@given(trees(), st.data())
def test_redo_is_the_inverse_of_undo_however_many_steps(tree, data):
    tip = data.draw(st.sampled_from(list(tree)))
    effects = sum(node.effect for node in navigate.line(tree, tip))
    if not effects:
        with pytest.raises(RefusedChange, match="Nothing to undo"):
            navigate.undo(tree, tip, None)
        return
    places, where, ahead = [tip], tip, None
    for _ in range(effects):
        step = navigate.undo(tree, where, ahead)
        where, ahead = step.target, step.ahead
        assert len(step.turns) == 1 and step.turns[0].effect
        places.append(where)
    at_once = navigate.undo(tree, tip, None, effects)
    assert (at_once.target, at_once.ahead) == (where, ahead)
    assert not any(node.effect for node in navigate.line(tree, where))
    with pytest.raises(RefusedChange):
        navigate.undo(tree, where, ahead)
    back = [where]
    while ahead is not None:
        step = navigate.redo(tree, where, ahead)
        where, ahead = step.target, step.ahead
        back.append(where)
    assert back == places[::-1]
    with pytest.raises(RefusedChange, match="Nothing to redo"):
        navigate.redo(tree, where, ahead)


@given(trees(), st.data())
def test_going_back_by_number_leaves_the_way_forward_open(tree, data):
    tip = data.draw(st.sampled_from(list(tree)))
    line = navigate.line(tree, tip)
    number = data.draw(st.integers(0, len(line)))
    target = navigate.by_number(tree, [tip], number)
    assert target == (line[number - 1].id if number else None)
    step = navigate.goto(tree, tip, None, target)
    passed = [node for node in line[number:] if node.effect]
    assert step.ahead == (tip if passed else None)
    if passed:
        again = navigate.redo(tree, step.target, step.ahead, len(passed))
        assert (again.target, again.ahead) == (tip, None)


def story() -> dict[str, Node]:
    """create - talk - night - (talk | rain), as in a conversation."""
    nodes = [
        Node("aaaa1", None, 1, True),
        Node("bbbb1", "aaaa1", 2, False),
        Node("cccc1", "bbbb1", 3, True),
        Node("dddd1", "cccc1", 4, False),
        Node("cccc2", "cccc1", 4, True),
    ]
    return {node.id: node for node in nodes}


def test_undo_passes_over_talk_and_stops_before_the_effect():
    step = navigate.undo(story(), "dddd1", None)
    assert step.target == "bbbb1"
    assert [node.id for node in step.turns] == ["cccc1"]
    assert navigate.undo(story(), "bbbb1", None).target is None


def test_a_question_in_between_keeps_the_way_forward():
    tree = story()
    undone = navigate.undo(tree, "cccc2", None)
    assert (undone.target, undone.ahead) == ("cccc1", "cccc2")
    assert navigate.redo(tree, "dddd1", "cccc2").target == "cccc2"


def test_a_jump_elsewhere_closes_the_way_forward():
    tree = story() | {"eeee1": Node("eeee1", None, 1, True)}
    assert navigate.goto(tree, "aaaa1", "cccc2", "eeee1").ahead is None
    assert navigate.goto(tree, "aaaa1", "cccc2", "cccc1").ahead == "cccc2"
    assert navigate.goto(tree, "aaaa1", "cccc2", "cccc2").ahead is None


def test_too_many_steps_are_refused_and_the_number_there_is_told():
    with pytest.raises(RefusedChange, match="only 2 steps to undo"):
        navigate.undo(story(), "dddd1", None, 3)
    with pytest.raises(RefusedChange, match="only 1 step to redo"):
        navigate.redo(story(), "cccc1", "cccc2", 2)
    with pytest.raises(InputError):
        navigate.undo(story(), "dddd1", None, 0)


def test_turns_by_number_and_by_id():
    tree = story()
    assert navigate.by_number(tree, ["aaaa1", "dddd1", "cccc2"], 4) == "dddd1"
    assert navigate.by_number(tree, ["aaaa1"], 0) is None
    with pytest.raises(UnknownName, match="no turn 9"):
        navigate.by_number(tree, ["aaaa1", "dddd1"], 9)
    with pytest.raises(UnknownName):
        navigate.by_number(tree, [], 1)
    assert navigate.by_prefix(tree, " AAAA ") == "aaaa1"
    with pytest.raises(InputError, match="2 turns"):
        navigate.by_prefix(tree, "cccc")
    with pytest.raises(InputError, match="four digits"):
        navigate.by_prefix(tree, "a")
    with pytest.raises(UnknownName):
        navigate.by_prefix(tree, "9999")
