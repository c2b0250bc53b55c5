"""Camera words, Deforum schedules, subject movements and the settings of a film as a person says them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codirector.errors import InputError, RefusedChange
from codirector.prompts.apply import apply
from codirector.prompts.change import SetMotion
from codirector.prompts.motion import LIMITS, camera_plan, reads_camera
from codirector.prompts.motion_subject import subject_plan
from codirector.prompts.scene import Element, Motion, Scene
from codirector.prompts.schedule import evaluate, is_schedule, parse_schedule

FOX = Scene(elements=(Element(name="fox"), Element(name="balloon", colour="red")))


def moves(text, **more):
    return [(move.kind, move.amount) for move in camera_plan(Motion(camera=text, **more)).moves]


@pytest.mark.parametrize(
    ("words", "kind", "sign"),
    [
        ("slow zoom in", "zoom", 1),
        ("zoom out", "zoom", -1),
        ("zooming in gently", "zoom", 1),
        ("closer", "zoom", 1),
        ("wider", "zoom", -1),
        ("pan left", "pan", -1),
        ("pan to the right", "pan", 1),
        ("look up", "tilt", 1),
        ("tilt down", "tilt", -1),
        ("pan up", "tilt", 1),
        ("dolly in", "dolly", 1),
        ("pull back", "dolly", -1),
        ("push in slowly", "dolly", 1),
        ("fly through the forest", "dolly", 1),
        ("truck right", "truck", 1),
        ("slide left", "truck", -1),
        ("dolly left", "truck", -1),
        ("tracking shot", "truck", 1),
        ("crane up", "pedestal", 1),
        ("rise up", "pedestal", 1),
        ("descend", "pedestal", -1),
        ("orbit left", "orbit", -1),
        ("circle around the fox clockwise", "orbit", -1),
        ("orbit to the right", "orbit", 1),
        ("roll clockwise", "roll", 1),
        ("rotate counterclockwise", "roll", -1),
        ("handheld", "handheld", 1),
        ("camera shake", "shake", 1),
    ],
)
def test_words_give_a_kind_and_a_direction(words, kind, sign):
    ((found, amount),) = moves(words)
    assert found == kind
    assert (math.log(amount) if kind == "zoom" else amount) * sign > 0
    assert reads_camera(words)


def test_pace_length_and_speed_say_how_far():
    normal, slow, fast = (moves(text)[0][1] for text in ("zoom in", "slow zoom in", "fast zoom in"))
    assert 1 < slow < normal < fast
    assert moves("zoom in", seconds=6)[0][1] > normal > moves("zoom in", seconds=1)[0][1]
    assert 1 < moves("zoom in", speed=0.5)[0][1] < normal


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("zoom in 20%", 1.2),
        ("zoom in 2x", 2.0),
        ("zoom out 2x", 0.5),
        ("pan left by a quarter", -0.25),
        ("pan right 30 %", 0.3),
        ("orbit 10 degrees", 10.0),
        ("roll left 45°", -45.0),
        ("zoom out by 25%", 0.8),
    ],
)
def test_said_sizes_are_taken(words, amount):
    assert moves(words) == [(moves(words)[0][0], pytest.approx(amount, abs=1e-4))]


def test_moves_together_and_one_after_the_other():
    together = camera_plan(Motion(camera="tilt up and zoom in")).moves
    assert {(move.kind, move.begin, move.end) for move in together} == {("tilt", 0.0, 1.0), ("zoom", 0.0, 1.0)}
    one, two = camera_plan(Motion(camera="zoom in, then pan left")).moves
    assert (one.kind, one.end, two.kind, two.begin) == ("zoom", 0.5, "pan", 0.5)
    assert [kind for kind, _ in moves("pan left and up")] == ["pan", "tilt"]
    assert [kind for kind, _ in moves("dolly zoom")] == ["dolly", "zoom"]


def test_nothing_is_dropped_silently():
    plan = camera_plan(Motion(camera="frobnicate wildly and zoom in"))
    assert [move.kind for move in plan.moves] == ["zoom"] and "frobnicate" in plan.notes[0]
    assert "30" in camera_plan(Motion(camera="orbit 90 degrees")).notes[0]
    assert not reads_camera("frobnicate") and reads_camera("static") and camera_plan(Motion(camera="static")).still


def test_a_schedule_counts_frame_by_frame_as_deforum_does():
    plan = camera_plan(Motion(camera="zoom: 0:(1.002); translation_x: 0:(2.56); angle: 0:(0), 71:(1)", seconds=3, fps=24))
    samples = dict(plan.samples)
    assert samples["zoom"][-1] == pytest.approx(1.002**71, rel=1e-4)
    assert (
        samples["pan"][-1] == pytest.approx(-71 * 2.56 / 512, rel=1e-4) and samples["pan"][0] == 0
    )  # the picture goes right: we look left
    assert samples["roll"][-1] == pytest.approx(sum(frame / 71 for frame in range(1, 72)), rel=1e-3)
    assert plan.samples and not plan.moves


def test_a_schedule_too_far_for_a_still_is_read_as_positions_and_says_so():
    plan = camera_plan(Motion(camera="zoom: 0:(1.0), 30:(1.2)"))
    ((kind, values),) = plan.samples
    assert (kind, values[0], values[-1]) == ("zoom", 1.0, 1.2) and values[15] == pytest.approx(1.1)
    assert "positions" in plan.notes[0]


def test_schedule_expressions():
    (track,) = parse_schedule("zoom: 0:(1+0.1*sin(2*pi*t/24)), 48:(max(1, t/40))")
    assert track.at(6, 72) == pytest.approx(1.1 + (1.2 - 1.1) * 6 / 48, abs=0.05)
    assert evaluate("-2**2 + abs(-3)", {}) == -1.0


@pytest.mark.parametrize(
    "text",
    [
        "zoom: 0:(1.0",
        "zoom: 0:(__import__('os'))",
        "zoom: 0:(1), 0:(2)",
        "zoom: 0:(1); zoom: 0:(2)",
        "zoom: 0:(1/0)",
        "zoom: 0:(9**9**9)",
        "zoom: 0:(foo)",
        "zoom: 0:(1) 30-(2)",
        "first zoom: 0:(1)",
        "zoom: 0:(1); fov: 0:(40)",
        "zoom: 0:(" + "1+" * 400 + "1)",
    ],
)
def test_a_wrong_schedule_is_refused_in_words(text):
    with pytest.raises(InputError) as refusal:
        parse_schedule(text)
    assert refusal.value.hint
    if is_schedule(text):
        with pytest.raises(RefusedChange):
            apply(FOX, SetMotion(setting="camera", value=text))


@given(st.text(max_size=80))
def test_any_words_give_a_plan_within_limits(text):
    try:
        plan = camera_plan(Motion(camera=text))
    except InputError:
        assert is_schedule(text)
        return
    for move in plan.moves:
        low, high = LIMITS[move.kind]
        assert low <= move.amount <= high and 0 <= move.begin < move.end <= 1


@given(st.text(max_size=60))
def test_any_words_give_a_subject_plan(text):
    subject_plan(FOX, Motion(subject=text))


@pytest.mark.parametrize(
    ("text", "name", "kind", "x"),
    [
        ("the fox jumps", "fox", "jump", 0),
        ("red balloon floating away", "balloon", "float", 0.5),
        ("fox walking to the left", "fox", "walk", -1),
        ("fox runs", "fox", "run", 1),
        ("the balloon rises", "balloon", "drift", 0),
        ("it spins", "", "spin", 0),
    ],
)
def test_subject_words(text, name, kind, x):
    (move,) = subject_plan(FOX, Motion(subject=text)).moves
    assert (move.kind, move.x) == (kind, x) and move.name == (name or "fox")


def test_what_no_still_can_show_is_noted():
    plan = subject_plan(FOX, Motion(subject="the fox sings opera"))
    assert plan.moves[0].kind == "sway" and "sings opera" in plan.notes[0]


@pytest.mark.parametrize(
    ("setting", "words", "value"),
    [
        ("speed", "slower", 0.66),
        ("speed", "twice as fast", 2.0),
        ("speed", "50%", 0.5),
        ("start", "wider", 1.3),
        ("start", "closer", 0.77),
        ("loop", "on", True),
        ("easing", "linear", "linear"),
        ("easing", "ease out", "ease out"),
        ("start", "much wider", 1.6),
    ],
)
def test_one_setting_changes_and_nothing_else(setting, words, value):
    moving = FOX.evolve(motion=Motion(camera="zoom in"))
    after = apply(moving, SetMotion(setting=setting, value=words))
    assert after.motion is not None and getattr(after.motion, setting) == value
    assert after == moving.evolve(motion=moving.motion.evolve(**{setting: value}))


def test_slower_twice_is_slower_still_and_ends_somewhere():
    scene = FOX.evolve(motion=Motion(camera="zoom in"))
    for _ in range(6):
        scene = apply(scene, SetMotion(setting="speed", value="slower"))
    assert scene.motion is not None and scene.motion.speed < 0.1
    with pytest.raises(RefusedChange):
        for _ in range(6):
            scene = apply(scene, SetMotion(setting="speed", value="slower"))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("loop", "perhaps"),
        ("easing", "bumpy"),
        ("speed", "purple"),
        ("start", "99"),
        ("speed", "0"),
        ("seconds", "0"),
        ("seconds", "601"),
        ("fps", "0"),
    ],
)
def test_settings_that_are_none_are_refused(setting, words):
    with pytest.raises(RefusedChange) as refusal:
        apply(FOX.evolve(motion=Motion(camera="zoom in")), SetMotion(setting=setting, value=words))
    assert refusal.value.hint
