"""Poses, planes and layers: what the camera was asked for is what a point in the picture does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codirector.tools.film.actors import Stand, actor_matrix
from codirector.tools.film.camera import Pose, ease, homography, overscan, pose_at
from codirector.tools.film.clips import ShotClip, unplayed
from codirector.tools.film.layers import fill_hidden, take_apart
from codirector.tools.film.values import Actor, Camera, Move
from codirector.tools.sketch import SketchBox

DISC = SketchBox(name="disc", x=0.5, y=0.57, width=0.42, height=0.42)
SUBJECT, FAR = (1.0, 0.0), (0.3, 0.0)


def place(pose, plane, x=0.0, y=0.0):
    u, v, w = homography(pose, plane, 1.0) @ (x, y, 1.0)
    return u / w, v / w


def test_zoom_scales_all_depths_alike_and_dolly_the_near_more():
    assert place(Pose(zoom=1.5), SUBJECT, 0.2)[0] == pytest.approx(0.3) == place(Pose(zoom=1.5), FAR, 0.2)[0]
    near, far = place(Pose(dolly=0.2), SUBJECT, 0.2)[0], place(Pose(dolly=0.2), FAR, 0.2)[0]
    assert near == pytest.approx(0.25) and 0.2 < far < near


def test_pan_shifts_all_depths_alike_and_truck_the_near_more():
    assert place(Pose(pan=0.1), SUBJECT)[0] == pytest.approx(-0.1) == place(Pose(pan=0.1), FAR)[0]
    assert place(Pose(truck=0.1), SUBJECT)[0] == pytest.approx(-0.1)
    assert place(Pose(truck=0.1), FAR)[0] == pytest.approx(-0.03)
    assert place(Pose(tilt=0.1), FAR)[1] == pytest.approx(0.1) and place(Pose(pedestal=0.1), SUBJECT)[1] == pytest.approx(0.1)


def test_orbit_keeps_the_subject_and_moves_what_is_behind():
    assert place(Pose(orbit=10), SUBJECT)[0] == pytest.approx(0.0, abs=1e-9)
    assert place(Pose(orbit=10), FAR)[0] > 0.05 and place(Pose(orbit=-10), FAR)[0] < -0.05


def test_roll_turns_clockwise():
    x, y = place(Pose(roll=90), SUBJECT, 0.2, 0.0)
    assert (x, y) == (pytest.approx(0.0, abs=1e-9), pytest.approx(0.2))


@given(st.floats(0, 1), st.sampled_from(["linear", "ease in", "ease out", "ease in and out"]))
def test_easing_stays_within_and_never_turns_back(share, easing):
    assert 0 <= ease(share, easing) <= 1 and ease(0, easing) == 0 and ease(1, easing) == 1
    assert ease(min(1, share + 0.01), easing) >= ease(share, easing)


def test_moves_begin_and_end_where_asked():
    camera = Camera(moves=(Move(kind="zoom", amount=2.0, end=0.5), Move(kind="pan", amount=0.2, begin=0.5)))
    assert pose_at(camera, 0, 3) == Pose() and pose_at(camera, 1.5, 3) == Pose(zoom=2.0)
    assert pose_at(camera, 3, 3) == Pose(zoom=2.0, pan=0.2)


def test_a_loop_comes_back_and_a_wider_start_ends_alike():
    move = Camera(moves=(Move(kind="zoom", amount=2.0),))
    loop = move.evolve(loop=True)
    assert pose_at(loop, 0, 4) == pose_at(loop, 4, 4) and pose_at(loop, 2, 4).zoom == pytest.approx(2.0)
    wider = move.evolve(start=1.5)
    assert pose_at(wider, 4, 4).zoom == pytest.approx(2.0) and pose_at(wider, 0, 4).zoom == pytest.approx(1 / 1.5)


def test_shake_follows_the_seed_and_stays_small():
    camera = Camera(moves=(Move(kind="shake", amount=0.01),))
    path = np.array([pose_at(camera, index / 24, 3, seed=5)[2] for index in range(72)])
    assert 0.002 < path.std() < 0.01 and path[10] == pose_at(camera, 10 / 24, 3, seed=5)[2] != pose_at(camera, 10 / 24, 3, seed=6)[2]


def test_a_zoom_to_a_thing_keeps_that_thing_in_its_place():
    pose = pose_at(Camera(moves=(Move(kind="zoom", amount=2.0),), focus=(0.8, 0.3)), 3, 3)
    assert place(pose, FAR, 0.3, -0.2) == (pytest.approx(0.3), pytest.approx(-0.2))


def test_overscan_is_none_for_a_zoom_in_and_enough_for_a_pan():
    assert overscan([Pose(), Pose(zoom=1.3)], FAR, 1.0) == 1.0
    needed = overscan([Pose(), Pose(pan=0.2)], FAR, 1.0)
    assert 1.2 < needed < 1.5


def test_the_thing_is_cut_out_and_what_it_hid_is_filled(paint):
    picture = paint()
    scenery = take_apart(picture, [DISC])
    back, disc = scenery.layers
    alpha = disc.pixels[..., 3] / 255
    truth = np.hypot(*(np.mgrid[0:96, 0:96] - np.array([55, 48])[:, None, None])) <= 19
    assert (alpha > 0.5)[truth].mean() > 0.95 and (alpha > 0.5)[~truth].mean() < 0.03
    orange = (np.abs(back.pixels[..., :3].astype(int) - (250, 120, 20)).sum(-1) < 60).mean()
    assert orange < 0.01 and disc.plane[0] == pytest.approx(1.0)
    assert not scenery.notes


def test_what_cannot_be_cut_out_is_said(paint):
    scenery = take_apart(paint(thing=False), [SketchBox(name="ghost", x=0.5, y=0.5, width=0.02, height=0.02)])
    assert len(scenery.layers) == 1 and "ghost" in scenery.notes[0]
    assert unplayed(scenery, [Actor(name="ghost", kind="jump")]) == ("ghost",)


def test_filling_without_a_mask_changes_nothing(paint):
    picture = paint()
    assert (fill_hidden(picture, np.zeros((96, 96), bool)) == picture).mean() > 0.99


def test_a_still_camera_gives_the_still(paint):
    picture = paint()
    clip = ShotClip(take_apart(picture, [DISC]), Camera(), (), 3, 24, 96, 96)
    assert np.abs(clip.frame(1).astype(int) - picture).mean() < 1.5 and (clip.frame(0) == clip.frame(2)).all()


def test_frames_do_not_depend_on_their_order(paint):
    scenery = take_apart(paint(), [DISC])
    camera = Camera(moves=(Move(kind="orbit", amount=8), Move(kind="handheld", amount=0.01)))
    one = ShotClip(scenery, camera, (Actor(name="disc", kind="jump"),), 12, 24, 96, 96, seed=3)
    two = ShotClip(scenery, camera, (Actor(name="disc", kind="jump"),), 12, 24, 96, 96, seed=3)
    backwards = [two.frame(index) for index in reversed(range(12))][::-1]
    assert all((one.frame(index) == frame).all() for index, frame in enumerate(backwards))


def test_an_actor_moves_its_thing_and_nothing_else(paint):
    scenery = take_apart(paint(), [DISC])
    clip = ShotClip(scenery, Camera(), (Actor(name="disc", kind="drift", x=1.0),), 24, 24, 96, 96)
    first, last = clip.frame(0).astype(int), clip.frame(23).astype(int)
    orange = [np.argwhere(np.abs(frame - (250, 120, 20)).sum(-1) < 60).mean(0) for frame in (first, last)]
    assert orange[1][1] - orange[0][1] > 25 and np.abs(first - last)[:20].max() == 0


@pytest.mark.parametrize("kind", ["jump", "bounce", "walk", "run", "drift", "float", "sway", "spin", "breathe", "shake", "grow", "fall"])
def test_every_movement_loops_where_asked(kind):
    actor, stand = Actor(kind=kind, x=0.5, y=0.5), Stand(0.1, 0.1, 0.3, 0.3, 0.4)
    start, end = (actor_matrix(actor, stand, time, 2.0, loop=True) for time in (0.0, 2.0))
    assert np.allclose(start, end, atol=1e-9)
    middle = actor_matrix(actor, stand, 0.37, 2.0)
    assert not np.allclose(middle, np.eye(3), atol=1e-4)
