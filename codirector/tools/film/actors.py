"""What a cut-out thing does over time, as an affine transform of its layer. Pure NumPy.

A thing moves as a whole: it hops, sways about its feet, drifts off. It does not know pixels or cameras.
"""

from typing import TYPE_CHECKING, NamedTuple

from codirector.tools.film.values import Actor

if TYPE_CHECKING:
    import numpy as np


class Stand(NamedTuple):
    """Where a thing is in the still, in shares of the width from the middle (y down): its middle, its feet, its size."""

    x: float
    y: float
    feet: float
    width: float
    height: float


def actor_matrix(actor: Actor, stand: Stand, time: float, seconds: float, loop: bool = False) -> "np.ndarray":
    """3 x 3 from the thing's place in the still to its place `time` seconds into a shot of `seconds`. With `loop` every movement
    comes back to where it began."""
    import numpy as np

    share = time / seconds if seconds > 0 else 0.0
    if loop:
        share = 1.0 - abs(2.0 * share - 1.0)
    rate = max(1, round(actor.rate * seconds)) / seconds if loop and seconds > 0 else actor.rate
    beat, size = 2.0 * np.pi * rate * time, actor.strength
    dx = dy = turn = 0.0
    wide = tall = 1.0
    match actor.kind:
        case "jump":
            height = abs(np.sin(beat / 2))
            dy = -0.45 * size * stand.height * height
            # Squash at the ground, stretch in the air.
            tall = 1.0 + 0.06 * (height - 0.5)
            wide = 1.0 / tall
            dx = actor.x * 0.25 * size * share
        case "bounce":
            dy = -0.08 * size * stand.height * abs(np.sin(beat))
            turn = 3.0 * size * np.sin(beat)
        case "walk" | "run":
            pace = 2.0 if actor.kind == "walk" else 3.0
            dx = actor.x * size * share * (0.3 if actor.kind == "walk" else 0.5)
            dy = -actor.y * size * share * 0.15 - 0.03 * stand.height * abs(np.sin(beat * pace))
            turn = 2.0 * np.sin(beat * pace)
        case "drift" | "float":
            dx, dy = actor.x * 0.4 * size * share, -actor.y * 0.4 * size * share
            dy -= (0.05 if actor.kind == "float" else 0.015) * size * stand.height * np.sin(beat)
            turn = 2.5 * size * np.sin(beat + 1.0) if actor.kind == "float" else 0.0
        case "fall":
            dx, dy = actor.x * 0.3 * size * share, 0.6 * size * share * share
            turn = 8.0 * size * np.sin(beat)
        case "sway":
            turn = 5.0 * size * np.sin(beat)
        case "spin":
            turn = 360.0 * size * share
        case "shake":
            dx = 0.02 * size * stand.width * np.sin(beat * 9.0)
            turn = 1.5 * size * np.sin(beat * 7.0 + 0.5)
        case "breathe":
            tall = 1.0 + 0.025 * size * np.sin(beat)
        case "grow":
            tall = wide = (1.0 + 0.5 * size) ** (-share if actor.y < 0 else share)
    # Things that stand turn and stretch about their feet, things in the air about their middle.
    pivot = stand.y if actor.kind in ("drift", "float", "fall", "spin") else stand.feet
    angle = np.deg2rad(turn)
    cos, sin = np.cos(angle), np.sin(angle)
    about = np.array([[cos * wide, -sin * tall, 0.0], [sin * wide, cos * tall, 0.0], [0.0, 0.0, 1.0]])
    there = np.array([[1.0, 0.0, stand.x + dx], [0.0, 1.0, pivot + dy], [0.0, 0.0, 1.0]])
    back = np.array([[1.0, 0.0, -stand.x], [0.0, 1.0, -pivot], [0.0, 0.0, 1.0]])
    return there @ about @ back
