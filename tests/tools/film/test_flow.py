"""In-betweens, stabilisation and finishing against clips whose every frame is known."""

import cv2
import numpy as np
import pytest

from codirector.errors import DoesNotFit, InputError
from codirector.tools.film.clips import Edit, FramesClip
from codirector.tools.film.finish import MotionBlurred, Ramped, caption_cards, captioned, denoised, faded, ramp_places, text_layer, titled
from codirector.tools.film.flow import Between, flow_between, occluded, splat_flow
from codirector.tools.film.grade import Grader, identity, read_cube, table_from_words, table_to_match, write_cube
from codirector.tools.film.interpolate import find_interpolator
from codirector.tools.film.stabilise import Stabilised, camera_path
from codirector.tools.film.values import Transition


def psnr(one, two):
    return 10 * np.log10(255**2 / max(1e-9, np.mean((one.astype(float) - two.astype(float)) ** 2)))


def test_flow_finds_a_known_shift(moving):
    frames = moving(3)
    flow = flow_between(frames[0], frames[1])
    assert np.median(flow[:15, 10:-10, 0]) == pytest.approx(-1.5, abs=0.3)


def test_in_betweens_beat_blending(moving):
    frames = moving(9)
    gains = []
    for at in (0, 4):
        truth, between = frames[at + 2], Between(frames[at], frames[at + 4]).at(0.5)
        blend = cv2.addWeighted(frames[at], 0.5, frames[at + 4], 0.5, 0)
        gains.append(psnr(between, truth) - psnr(blend, truth))
    assert min(gains) > 2.0


def test_in_betweens_meet_their_ends(moving):
    one, two = moving(2)
    between = Between(one, two)
    assert between.at(0.0) is one and between.at(1.0) is two
    assert psnr(between.at(0.02), one) > psnr(between.at(0.5), one)


def test_splatting_still_and_shifted():
    still = np.zeros((8, 8, 2), np.float32)
    found, cover = splat_flow(still, 0.5, np.ones((8, 8), np.float32))
    assert (found == 0).all() and cover == pytest.approx(np.ones((8, 8)))
    right = np.full((8, 8, 2), (4.0, 0.0), np.float32)
    found, cover = splat_flow(right, 0.5, np.ones((8, 8), np.float32))
    assert found[..., 0] == pytest.approx(np.full((8, 8), 4.0)) and (cover[:, :2] == 0).all()


def test_what_is_covered_is_found(moving):
    frames = moving(5)
    forward, backward = flow_between(frames[0], frames[4]), flow_between(frames[4], frames[0])
    hidden = occluded(forward, backward)
    assert 0.005 < hidden.mean() < 0.4


def shaken(paint, frames=40):
    """A still under a shaking frame, and the shake in pixels."""
    picture, rng = paint(3, 240, 240, thing=False), np.random.default_rng(0)
    jitter = rng.normal(0, 3.0, (frames, 2))
    views = [cv2.warpAffine(picture, np.float32([[1, 0, -30 + x], [0, 1, -30 + y]]), (180, 180), flags=cv2.INTER_LINEAR) for x, y in jitter]
    return FramesClip(views, 24), jitter


def test_the_path_of_a_shaken_clip_is_found_and_taken_out(paint):
    clip, jitter = shaken(paint)
    path = camera_path(clip)[:, :2] * 180
    assert np.abs((path - path[0]) - (jitter - jitter[0])).max() < 0.5
    steady = Stabilised(clip)
    frames = FramesClip([steady.frame(index) for index in range(clip.frames)], 24)
    left, before = np.diff(camera_path(frames)[:, :2], axis=0).std(), np.diff(camera_path(clip)[:, :2], axis=0).std()
    assert left < 0.2 * before and 1.0 < steady.crop <= 1.25


def test_a_meant_pan_survives_stabilisation(paint):
    picture = paint(4, 400, 160, thing=False)
    views = [picture[:, 2 * index : 160 + 2 * index] for index in range(40)]
    steady = Stabilised(FramesClip(views, 24))
    frames = FramesClip([steady.frame(index) for index in range(40)], 24)
    assert camera_path(frames)[-1, 0] * 160 == pytest.approx(-78, abs=6)


def test_motion_blur_smears_what_moves_by_the_shutter(moving):
    frames = moving(9)[::3]
    wide = MotionBlurred(FramesClip([cv2.resize(f, None, fx=3, fy=3) for f in frames], 24), 360)
    narrow = MotionBlurred(FramesClip([cv2.resize(f, None, fx=3, fy=3) for f in frames], 24), 20)
    edges = [np.abs(np.diff(clip.frame(1)[:36].astype(float), axis=1)).mean() for clip in (narrow, wide)]
    assert edges[1] < 0.8 * edges[0]


def test_a_still_clip_is_not_blurred(paint):
    clip = FramesClip([paint()] * 3, 24)
    assert (MotionBlurred(clip).frame(1) == clip.frame(1)).all()


def test_grades_do_what_their_words_say(paint):
    frame = paint()
    table, notes = table_from_words("black and white")
    grey = Grader(table)(frame)
    assert not notes and np.ptp(grey.astype(int), axis=-1).max() <= 2
    warm, cool = (Grader(table_from_words(words)[0])(frame).astype(float) for words in ("warm", "cool"))
    assert warm[..., 0].mean() > frame[..., 0].mean() > cool[..., 0].mean()
    assert warm[..., 2].mean() < frame[..., 2].mean() < cool[..., 2].mean()
    assert np.abs(Grader(identity())(frame).astype(int) - frame).max() <= 1
    assert "frobnicated" in table_from_words("frobnicated")[1][0]


def test_a_grade_matched_to_a_picture_takes_its_colours(paint):
    frame = paint()
    reference = np.clip(paint(5).astype(int) * (0.6, 0.8, 1.2), 0, 255).astype(np.uint8)
    matched = Grader(table_to_match(frame, reference))(frame)
    before = np.abs(frame.mean((0, 1)) - reference.mean((0, 1))).sum()
    assert np.abs(matched.mean((0, 1)) - reference.mean((0, 1))).sum() < 0.35 * before


def test_cube_files_are_read_as_written():
    table = table_from_words("teal and orange")[0]
    assert read_cube(write_cube(table)) == pytest.approx(table, abs=1e-5)
    small = "TITLE x\nLUT_3D_SIZE 2\n" + "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    assert read_cube(small) == pytest.approx(identity(), abs=1e-9)


@pytest.mark.parametrize(
    "text", ["", "LUT_3D_SIZE 33\n0 0 0", "LUT_1D_SIZE 4", "LUT_3D_SIZE 999", "LUT_3D_SIZE 2\n1.2.3 0 0\n" + "0 0 0\n" * 7]
)
def test_cube_files_that_are_none_are_refused(text):
    with pytest.raises(InputError):
        read_cube(text)


def test_fades_titles_and_captions(paint):
    clip = FramesClip([paint()] * 24, 24)
    fade = faded(clip, "fade out over 0.5 s")
    assert (fade.frame(0) == clip.frame(0)).all() and fade.frame(23).max() == 0
    white = faded(clip, "fade in from white, 0.2 s")
    assert white.frame(0).min() == 255
    title = titled(clip, "The fox", last=23, place="title")
    assert (title.frame(12) != clip.frame(12)).any() and np.abs(title.frame(12).astype(int) - clip.frame(12))[:20].max() == 0
    long = text_layer("many words " * 40, 96, 96, "bottom")
    assert 0 < (long[..., 3] > 0).mean() < 0.9


def test_captions_leave_nothing_out(paint):
    text = "A fox wakes up under a tree, looks at the moon for a very long time, and wonders why nobody else is awake. It is cold. " * 2
    cards = caption_cards(text)
    assert " ".join(cards) == " ".join(text.split()) and max(map(len, cards)) <= 90 and len(cards) > 2
    assert caption_cards("x" * 300) == ["x" * 300] and caption_cards("") == []
    clip = FramesClip([paint()] * 60, 24)
    written = captioned(clip, text)
    seen = [(written.frame(index) != clip.frame(index)).any() for index in range(60)]
    assert np.mean(seen) > 0.9 and (written.frame(10) != written.frame(50)).any()


def test_ramps_keep_or_change_the_length_as_said(moving):
    places = ramp_places("slow in the middle", 48)
    pace = np.diff(places)
    assert len(places) == 48 and places[-1] == pytest.approx(47) and pace[24] < 0.6 * pace[2]
    assert len(ramp_places("half speed", 10)) == 20 and len(ramp_places("2x", 10)) == 5
    clip = Ramped(FramesClip(moving(6), 24), ramp_places("half speed", 6))
    truth = moving(6)
    assert psnr(clip.frame(11), truth[5]) > 40 and clip.frames == 12
    for words in ("purple", "0.001", "99x"):
        with pytest.raises(InputError):
            ramp_places(words, 10)


def test_denoising_takes_grain_and_leaves_the_picture(paint):
    rng = np.random.default_rng(1)
    clean = cv2.GaussianBlur(paint(thing=False), (0, 0), 3)
    noisy = [np.clip(clean + rng.normal(0, 6, clean.shape), 0, 255).astype(np.uint8) for _ in range(3)]
    assert psnr(denoised(FramesClip(noisy, 24)).frame(1), clean) > psnr(noisy[1], clean) + 1.0


@pytest.mark.parametrize("kind", ["crossfade", "fade", "wipe", "slide"])
def test_transitions_take_their_time_from_both_shots(paint, kind):
    one, two = FramesClip([paint(1)] * 24, 24), FramesClip([paint(2)] * 24, 24)
    edit = Edit([one, two], [Transition(), Transition(kind=kind, seconds=0.5)])
    assert edit.frames == 36 and edit.starts == (0, 12)
    assert (edit.frame(5) == one.frame(0)).all() and (edit.frame(30) == two.frame(0)).all()
    middle = edit.frame(18)
    assert (middle != one.frame(0)).any() and (middle != two.frame(0)).any()


def test_a_cut_takes_no_time(paint):
    edit = Edit([FramesClip([paint(1)] * 4, 24), FramesClip([paint(2)] * 4, 24)], [Transition(), Transition()])
    assert edit.frames == 8 and (edit.frame(3) == paint(1)).all() and (edit.frame(4) == paint(2)).all()


def test_a_networks_file_takes_the_place_of_flow(tmp_path, moving):
    """A network of FILM's signature, here one that only blends: that it is called rightly is what is seen."""
    import torch

    class Blend(torch.nn.Module):
        def forward(self, first: torch.Tensor, second: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
            assert first.shape[2] % 64 == 0 and first.shape[3] % 64 == 0
            return first * (1.0 - share[0, 0]) + second * share[0, 0]

    assert find_interpolator(tmp_path) == ("flow", Between)
    (tmp_path / "interpolation").mkdir()
    torch.jit.script(Blend()).save(str(tmp_path / "interpolation" / "film.pt"))
    name, between = find_interpolator(tmp_path)
    one, two = moving(2, size=80)
    made = between(one, two)
    truth = cv2.addWeighted(one, 0.75, two, 0.25, 0)
    assert name == "film" and made.at(0.25).shape == one.shape and np.abs(made.at(0.25).astype(int) - truth).max() <= 1
    assert made.at(0.0) is one and made.at(1.0) is two
    ramp = Ramped(FramesClip([one, two], 24), np.array([0.0, 0.5, 1.0]), between)
    assert np.abs(ramp.frame(1).astype(int) - cv2.addWeighted(one, 0.5, two, 0.5, 0)).max() <= 1
    (tmp_path / "interpolation" / "film.pt").write_bytes(b"no network")
    with pytest.raises(InputError):
        find_interpolator(tmp_path)


def test_a_network_that_does_not_fit_or_gives_no_frame_is_told(tmp_path, moving, monkeypatch):
    import torch

    from codirector.tools.film import interpolate

    class Flow(torch.nn.Module):
        def forward(self, first: torch.Tensor, second: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
            return first[:, :2]

    class Two(torch.nn.Module):
        def forward(self, both: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
            return both

    (tmp_path / "interpolation").mkdir()
    one, two = moving(2, size=64)
    for network, said in ((Flow(), "made something of the shape"), (Two(), "made no frame")):
        torch.jit.script(network).save(str(tmp_path / "interpolation" / "rife.pt"))
        with pytest.raises(InputError, match=f"rife.pt {said}"):
            find_interpolator(tmp_path)[1](one, two).at(0.5)
    monkeypatch.setattr(interpolate, "free_on", lambda device: 5_000_000)
    with pytest.raises(DoesNotFit, match=r"rife.pt needs about .* 5 MB are free on cpu"):
        find_interpolator(tmp_path)


def test_our_own_network_changes_nothing_before_it_has_learned(tmp_path, moving):
    from safetensors.torch import save_file

    from codirector.tools.film.interpolate import OWN
    from codirector.tools.film.mend_network import MendNetwork

    (tmp_path / "interpolation").mkdir()
    network = MendNetwork((8, 8, 8))
    save_file(network.state_dict(), tmp_path / "interpolation" / OWN)
    frames = moving(5, size=68)
    name, between = find_interpolator(tmp_path)
    flow, mended = Between(frames[0], frames[4]), between(frames[0], frames[4])
    assert name == "mended flow" and np.abs(mended.at(0.5).astype(int) - flow.at(0.5)).max() <= 1
    assert mended.at(0.0) is frames[0] and mended.at(1.0) is frames[4]
    (tmp_path / "interpolation" / OWN).write_bytes(b"no weights")
    with pytest.raises(InputError, match="damaged"):
        find_interpolator(tmp_path)
