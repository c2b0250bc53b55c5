"""Sixty scripted camera moves, each filmed and measured from the film: direction and size as asked?

Measured by tracking corners through all frames of the decoded file (pyramidal Lucas-Kanade, checked backwards), separately where the
subject stands and elsewhere, and fitting similarities. Sizes may be off by a fifth (an angle by two degrees, a shift by 1.2 % of the
frame); an orbit's background by what its depth, which is guessed, allows.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np

from benchmarks.motion.scenes import PROMPTS, Memory, run, scene_of
from codirector.assistant.turn.film import film_request
from codirector.prompts.scene import Motion
from codirector.tools.film.container import frames_of
from codirector.tools.registry import Registry

SIDE = 320
MOVES: tuple[tuple[str, dict[str, float]], ...] = (
    ("zoom in 20%", {"zoom": 1.2}),
    ("zoom out by 20%", {"zoom": 1 / 1.2}),
    ("zoom in 1.5x", {"zoom": 1.5}),
    ("zoom out 1.4x", {"zoom": 1 / 1.4}),
    ("the camera zooms in by 30%", {"zoom": 1.3}),
    ("slow zoom in", {"zoom": 1.04**2}),
    ("zoom in", {"zoom": 1.08**2}),
    ("slow zoom out", {"zoom": 1.04**-2}),
    ("closer", {"zoom": 1.08**2}),
    ("wider", {"zoom": 1.08**-2}),
    ("zooming in gently", {"zoom": 1.04**2}),
    ("pan left", {"pan": -0.12}),
    ("pan right", {"pan": 0.12}),
    ("pan left by a quarter", {"pan": -0.25}),
    ("slow pan right", {"pan": 0.06}),
    ("pan to the left 10%", {"pan": -0.1}),
    ("pan right 20%", {"pan": 0.2}),
    ("look left", {"pan": -0.12}),
    ("look to the right", {"pan": 0.12}),
    ("sweep right by 15%", {"pan": 0.15}),
    ("a slow pan to the left", {"pan": -0.06}),
    ("tilt up", {"tilt": 0.12}),
    ("tilt down", {"tilt": -0.12}),
    ("tilt up 10%", {"tilt": 0.1}),
    ("tilt down by 15%", {"tilt": -0.15}),
    ("look up", {"tilt": 0.12}),
    ("look down", {"tilt": -0.12}),
    ("pan up", {"tilt": 0.12}),
    ("slow tilt down", {"tilt": -0.06}),
    ("roll clockwise", {"roll": 10}),
    ("rotate counterclockwise 20 degrees", {"roll": -20}),
    ("roll left 10°", {"roll": -10}),
    ("spin clockwise 30 degrees", {"roll": 30}),
    ("dutch angle right 8 degrees", {"roll": 8}),
    ("dolly in", {"dolly": 0.16}),
    ("dolly out", {"dolly": -0.16}),
    ("push in slowly", {"dolly": 0.08}),
    ("pull back", {"dolly": -0.16}),
    ("fly forward", {"dolly": 0.16}),
    ("move forward 20%", {"dolly": 0.2}),
    ("dolly in 30%", {"dolly": 0.3}),
    ("pull out slowly", {"dolly": -0.08}),
    ("truck left", {"truck": -0.12}),
    ("truck right", {"truck": 0.12}),
    ("slide left 10%", {"truck": -0.1}),
    ("dolly right", {"truck": 0.12}),
    ("move left", {"truck": -0.12}),
    ("tracking shot", {"truck": 0.12}),
    ("pedestal up", {"pedestal": 0.12}),
    ("rise up", {"pedestal": 0.12}),
    ("pedestal down 10%", {"pedestal": -0.1}),
    ("descend", {"pedestal": -0.12}),
    ("orbit left", {"orbit": -7}),
    ("orbit right 10 degrees", {"orbit": 10}),
    ("circle around it clockwise", {"orbit": -7}),
    ("handheld", {"handheld": 0.006}),
    ("camera shake", {"shake": 0.012}),
    ("static", {}),
    ("zoom in 20% and pan left 10%", {"zoom": 1.2, "pan": -0.1}),
    ("tilt up 10% then zoom in 20%", {"tilt": 0.1, "zoom": 1.2}),
)


class Seen(NamedTuple):
    """A similarity in the frame's terms: shifts right and down in shares of the side, degrees clockwise, factor."""

    x: float
    y: float
    turn: float
    size: float


def measure(registry: Registry, stills: dict[str, bytes], seconds: float = 2.0) -> dict[str, Any]:
    """Films every move over one of the stills and compares."""
    blobs = Memory()
    names = {prompt: blobs.add(data) for prompt, data in stills.items()}
    wrong = []
    for number, (words, asked) in enumerate(MOVES):
        prompt = PROMPTS[number % len(PROMPTS)]
        scene = scene_of(prompt).evolve(motion=Motion(camera=words, seconds=seconds, fps=12))
        request, notes = film_request(scene, names[prompt])
        request = request.evolve(width=SIDE, height=SIDE)
        frames = list(frames_of(run(registry, request, blobs).products[0].data))
        box = request.shots[0].sketch.boxes[-1] if request.shots[0].sketch else None
        problem = "; ".join(notes) or judge(asked, frames, box)
        if problem:
            wrong.append(f"{words} ({prompt}): {problem}")
    right = len(MOVES) - len(wrong)
    return {"moves": len(MOVES), "right": right, "share": round(right / len(MOVES), 4), "wrong": wrong}


def judge(asked: dict[str, float], frames: list[np.ndarray], box: Any) -> str:
    """Empty where the film does what was asked, else what is wrong."""
    if "shake" in asked or "handheld" in asked:
        path = np.array([[seen.x, seen.y] for seen in follow(frames, None, "all")])
        spread, wanted = float(path.std(axis=0).mean()), next(iter(asked.values()))
        return "" if 0.25 * wanted <= spread <= 1.5 * wanted else f"amplitude {spread:.4f}, asked {wanted:.4f}"
    if {"dolly", "orbit", "truck", "pedestal"} & set(asked):
        back, subject = follow(frames, box, "behind")[-1], follow(frames, box, "subject")[-1]
    else:
        back = subject = follow(frames, box, "around")[-1]
    if not asked:
        return "" if abs(back.x) + abs(back.y) + abs(back.size - 1) < 0.004 else f"it moves: {back}"
    if "dolly" in asked:
        wanted = 1 / (1 - asked["dolly"])
        near, far = np.log(subject.size) / np.log(wanted), np.log(back.size) / np.log(wanted)
        return (
            ""
            if abs(near - 1) < 0.2 and -0.05 < far < near
            else f"subject x {subject.size:.3f} (asked {wanted:.3f}), behind x {back.size:.3f}"
        )
    if "orbit" in asked:
        apart, reach = back.x - subject.x, np.tan(np.deg2rad(asked["orbit"]))
        return (
            "" if abs(subject.x) < 0.03 and 0.1 < apart / reach < 1.0 else f"subject {subject.x:.3f}, behind {back.x:.3f}, tan {reach:.3f}"
        )
    if "truck" in asked or "pedestal" in asked:
        kind = "truck" if "truck" in asked else "pedestal"
        near, far = (subject.x, back.x) if kind == "truck" else (subject.y, back.y)
        wanted = -asked[kind] if kind == "truck" else asked[kind]
        right = abs(near - wanted) < max(0.2 * abs(wanted), 0.012) and 0 < far / wanted < near / wanted
        return "" if right else f"subject {near:.3f} (asked {wanted:.3f}), behind {far:.3f}"
    wrong = []
    if abs(np.log(back.size) - np.log(asked.get("zoom", 1.0))) > max(0.2 * abs(np.log(asked.get("zoom", 1.0))), 0.012):
        wrong.append(f"x {back.size:.3f}, asked {asked.get('zoom', 1.0):.3f}")
    # A zoom after a shift enlarges the shift, too: both orders of speaking are allowed for.
    slack = max(1.0, asked.get("zoom", 1.0))
    for name, seen, wanted in (("pan", back.x, -asked.get("pan", 0.0)), ("tilt", back.y, asked.get("tilt", 0.0))):
        low, high = sorted((wanted, wanted * slack))
        if not low - max(0.2 * abs(wanted), 0.012) <= seen <= high + max(0.2 * abs(wanted), 0.012):
            wrong.append(f"{name} {seen:.3f}, asked {wanted:.3f}")
    if abs(back.turn - asked.get("roll", 0.0)) > max(0.1 * abs(asked.get("roll", 0.0)), 2.0):
        wrong.append(f"turned {back.turn:.1f}, asked {asked.get('roll', 0.0):.1f}")
    return "; ".join(wrong)


def follow(frames: list[np.ndarray], box: Any, where: str) -> list[Seen]:
    """Where the corners of the first frame have gone, frame by frame, as similarities about the middle: those on the subject, around it,
    or behind it (above its middle: the ground at its feet is as near as it is, and nearer below)."""
    grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames]
    side = grey[0].shape[0]
    mask = np.full(grey[0].shape, 0 if where == "subject" else 255, np.uint8)
    if box is not None and where != "all":
        reach, lower = (0.22, 0.12) if where == "subject" else (0.62, 0.0)
        half = (round(reach * box.width * side), round(reach * box.height * side))
        middle = (round(box.x * side), round((box.y + lower * box.height) * side))
        cv2.ellipse(mask, middle, half, 0, 0, 360, 255 if where == "subject" else 0, -1)
        if where == "behind":
            mask[round(box.y * side) :] = 0
    corners = cv2.goodFeaturesToTrack(grey[0], 500, 0.004, 4, mask=mask)
    assert corners is not None
    start = points = corners.reshape(-1, 2)
    found = [Seen(0.0, 0.0, 0.0, 1.0)]
    for before, after in pairwise(grey):
        moved, good, _ = cv2.calcOpticalFlowPyrLK(before, after, points, None, winSize=(21, 21), maxLevel=3)  # pyright: ignore
        again, back, _ = cv2.calcOpticalFlowPyrLK(after, before, moved, None, winSize=(21, 21), maxLevel=3)  # pyright: ignore
        kept = (good.ravel() == 1) & (back.ravel() == 1) & (np.linalg.norm(again - points, axis=1) < 0.5)
        kept &= (moved > 2).all(axis=1) & (moved < side - 3).all(axis=1)
        start, points = start[kept], moved[kept]
        if len(points) < 4:
            break
        middle = side / 2 - 0.5
        cv2.setRNGSeed(0)
        matrix, _ = cv2.estimateAffinePartial2D(start - middle, points - middle, method=cv2.RANSAC, ransacReprojThreshold=2.0)
        if matrix is None:
            break
        size = float(np.hypot(matrix[0, 0], matrix[1, 0]))
        turn = float(np.rad2deg(np.arctan2(matrix[1, 0], matrix[0, 0])))
        found.append(Seen(float(matrix[0, 2]) / side, float(matrix[1, 2]) / side, turn, size))
    if box is not None and where == "subject":
        # A subject below the middle is shifted by growing alone; what counts is where its own middle goes.
        x, y = box.x - 0.5, box.y - 0.5
        found = [Seen(seen.x + x * (seen.size - 1), seen.y + y * (seen.size - 1), seen.turn, seen.size) for seen in found]
    return found
