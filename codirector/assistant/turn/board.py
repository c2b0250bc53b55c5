"""A storyboard as one film request: every shot a still and a camera, all with one seed and one style. Pure.

It does not draw or cut; the film backend does, shot by shot, and goes on where it was interrupted. It does not know sessions either: the
branch on which a shot is refined is a name to it.
"""

from collections.abc import Sequence

from codirector.assistant.plan import Storyboard, StoryShot
from codirector.assistant.turn.dispatch import request_for
from codirector.assistant.turn.film import shot_of
from codirector.errors import InputError
from codirector.prompts.scene import Render
from codirector.prompts.storyboard import Storyboard as Script
from codirector.tools.film.sound import Beats, cut_on_beats
from codirector.tools.film.values import FilmFormat, Finish, Transition
from codirector.tools.requests import FilmRequest, GenerateRequest, Shot
from codirector.values import Sha256

WITHIN, ACROSS = Transition(kind="crossfade", seconds=0.4), Transition(kind="fade", seconds=0.8)
"""How shots of one scene, and how scenes, follow each other."""


def story_of(
    script: Script, render: Render, threads: Sequence[str] = (), lengths: Sequence[float] | None = None, captions: bool = True
) -> Storyboard:
    """What was read from a text, as a plan. `render` holds the seed and the model of all stills; `threads` are the names of the shots'
    branches. With `lengths` (cuts on beats, seconds) shots are cut hard. Raises InputError for a text without shots."""
    if not script.shots:
        raise InputError("There is nothing in the text to make shots of.", "Write a few sentences: each becomes a shot.")
    shots: list[StoryShot] = []
    for index, part in enumerate(script.shots):
        motion = part.scene.motion
        assert motion is not None
        if lengths is not None:
            motion = motion.evolve(seconds=round(lengths[index], 4))
        change = Transition() if lengths is not None or not index else WITHIN if part.cut else ACROSS
        name = threads[index] if threads else f"shot {part.number}"
        shots.append(StoryShot(thread=name, scene=part.scene.evolve(render=render, motion=motion), caption=part.caption, transition=change))
    return Storyboard(title=script.title, shots=tuple(shots), captions=captions)


def on_beats(story: Storyboard, beats: Beats) -> Storyboard:
    """The same shots, cut hard, every cut on a beat as near to the shot's own length as the beats allow."""
    lengths = cut_on_beats([shot.scene.motion.seconds for shot in story.shots if shot.scene.motion], beats)
    shots = []
    for shot, length in zip(story.shots, lengths, strict=True):
        assert shot.scene.motion is not None
        scene = shot.scene.evolve(motion=shot.scene.motion.evolve(seconds=round(length, 4)))
        shots.append(shot.evolve(scene=scene, transition=Transition()))
    return story.evolve(shots=tuple(shots))


def film_of_story(
    story: Storyboard, finish: Sequence[Finish] = (), format: FilmFormat = "mp4", sound: Sha256 | None = None, stills: bool = False
) -> tuple[FilmRequest, tuple[str, ...]]:
    """The whole as one film, and notes. Shots that have their still are not drawn."""
    shots: list[Shot] = []
    notes: list[str] = []
    for number, part in enumerate(story.shots, start=1):
        motion = part.scene.motion
        assert motion is not None
        # A transition takes its time from both its shots; the film is to last as long as its shots together.
        change = part.transition if number > 1 else Transition()
        before = story.shots[number - 2].scene.motion
        if change.kind != "cut" and before is not None:
            most = round(min(motion.seconds, before.seconds) / 2, 4)
            if change.seconds > most:
                notes.append(f"Shot {number}: the {change.kind} takes {most:g} s, half of the shorter shot.")
                change = change.evolve(seconds=most)
        motion = motion.evolve(seconds=round(motion.seconds + (0.0 if change.kind == "cut" else change.seconds), 4))
        scene = part.scene.evolve(motion=motion)
        shot, more = shot_of(scene, motion, part.picture or "0" * 64)
        notes += [f"Shot {number}: {note}" for note in more]
        if part.scene.post or motion.transition:
            notes.append(f"Shot {number}: its own finishing is in its own film only; the whole is finished as a whole.")
        if part.picture is None:
            still = request_for(scene, None, None)
            assert isinstance(still, GenerateRequest)
            shot = shot.evolve(image=None, still=still)
        shots.append(shot.evolve(caption=part.caption if story.captions else "", transition=change))
    first = story.shots[0].scene
    request = FilmRequest(
        shots=tuple(shots), fps=first.motion.fps if first.motion else 24, finish=tuple(finish), sound=sound, format=format,
        title=story.title, seed=first.render.seed or 0, stills=stills,
    )  # fmt: skip
    return request, tuple(dict.fromkeys(notes))
