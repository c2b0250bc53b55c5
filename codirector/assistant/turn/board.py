"""A storyboard as one film request: every shot a still of its own and a camera, all with one seed and one style. Pure.

It does not draw or cut; the film backend does, shot by shot, and goes on where it was interrupted.
"""

from collections.abc import Sequence

from codirector.assistant.turn.dispatch import request_for
from codirector.assistant.turn.film import shot_of
from codirector.errors import InputError
from codirector.prompts.scene import Render
from codirector.prompts.storyboard import Storyboard
from codirector.tools.film.values import FilmFormat, Finish, Transition
from codirector.tools.requests import FilmRequest, GenerateRequest, Shot
from codirector.values import Sha256

WITHIN, ACROSS = Transition(kind="crossfade", seconds=0.4), Transition(kind="fade", seconds=0.8)
"""How shots of one scene, and how scenes, follow each other."""


def film_of_board(
    board: Storyboard, render: Render, lengths: Sequence[float] | None = None, finish: Sequence[Finish] = (), captions: bool = True,
    format: FilmFormat = "mp4", sound: Sha256 | None = None,
) -> tuple[FilmRequest, tuple[str, ...]]:  # fmt: skip
    """The film, and notes. `render` holds the seed and the model of all stills. With `lengths` (cuts on beats) shots are cut hard.
    Raises InputError for a storyboard without shots."""
    if not board.shots:
        raise InputError("There is nothing in the text to make shots of.", "Write a few sentences: each becomes a shot.")
    shots: list[Shot] = []
    notes: list[str] = list(board.notes)
    for index, part in enumerate(board.shots):
        motion = part.scene.motion
        assert motion is not None
        change = Transition() if lengths is not None or not index else WITHIN if part.cut else ACROSS
        # A transition takes its time from both its shots; the film is to last as long as its shots together.
        seconds = lengths[index] if lengths is not None else motion.seconds + (0.0 if change.kind == "cut" else change.seconds)
        motion = motion.evolve(seconds=round(seconds, 4))
        scene = part.scene.evolve(render=render, motion=motion)
        still = request_for(scene, None, None)
        assert isinstance(still, GenerateRequest)
        shot, more = shot_of(scene, motion, "0" * 64)
        notes += [f"Shot {part.number}: {note}" for note in more]
        caption = part.caption if captions else ""
        shots.append(shot.evolve(image=None, still=still, caption=caption, transition=change))
    fps = board.shots[0].scene.motion.fps if board.shots[0].scene.motion else 24
    request = FilmRequest(
        shots=tuple(shots), fps=fps, finish=tuple(finish), sound=sound, format=format, title=board.title, seed=render.seed or 0
    )
    return request, tuple(dict.fromkeys(notes))
