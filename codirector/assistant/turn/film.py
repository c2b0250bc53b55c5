"""The film of a scene that moves: made after the scene's picture, from that picture, in the same turn.

A film draws nothing anew, so a turn still has one generating call at most; a change of the motion alone has none. It does not know how
frames are made (see `codirector.tools.film`).
"""

from codirector.assistant.session.record import ArtifactRef, Check, SessionView, shown
from codirector.assistant.turn.dispatch import sketch_of
from codirector.assistant.turn.render import run_request
from codirector.assistant.turn.state import Tools, TurnState
from codirector.errors import InputError, UnknownName
from codirector.prompts.layout import layout
from codirector.prompts.motion import camera_plan
from codirector.prompts.motion_subject import subject_plan
from codirector.prompts.scene import Motion, Scene
from codirector.prompts.words import singular
from codirector.tools.events import Done, Product
from codirector.tools.film.values import Actor, Camera, FilmFormat, Finish, Move
from codirector.tools.requests import FilmRequest, Request, Shot
from codirector.values import Sha256

FILM_ROLES = ("film", "strip")


def add_film(result: TurnState, state: TurnState, tools: Tools) -> TurnState:
    """`result` of drawing the picture, with the film of it added where the scene moves. Raises CodirectorError."""
    scene = state["resolved"].scene
    if scene.motion is None or not tools.render:
        return result
    began = tools.clock()
    picture = next(product for product in result.get("products", ()) if product.role == "picture")
    still = _stored(picture, state["view"], tools)
    request, notes = film_request(scene, still)
    if (origin := result.get("request")) is not None:
        request = request.evolve(origin=origin.model_dump(mode="json"))
    film = run_request(request, state["owner"], tools)
    drawn = result.get("done")
    facts = film.facts | ({"still": drawn.facts} if drawn else {})
    whole = Done(products=(), facts=facts, notes=(*(drawn.notes if drawn else ()), *notes, summary(film.facts), *film.notes))
    seconds = dict(result.get("seconds", {}))
    seconds["film"] = tools.clock() - began
    seconds["render"] = seconds.get("render", 0.0) + seconds["film"]
    return {
        **result,
        "request": request,
        "done": whole,
        "products": (*result.get("products", ()), *(product for product in film.products if product.role in FILM_ROLES)),
        "checks": (*result.get("checks", ()), *film_checks(scene.motion, film.facts)),
        "seconds": seconds,
    }


def only_moves(scene: Scene, view: SessionView) -> bool:
    """Whether the turn changes nothing but how an existing picture moves or is finished as a film: then nothing is drawn."""
    if view.scene is None or view.picture is None or scene.motion is None:
        return False
    return scene.evolve(motion=view.scene.motion, post=view.scene.post) == view.scene


def film_request(scene: Scene, still: Sha256, format: FilmFormat = "mp4") -> tuple[FilmRequest, tuple[str, ...]]:
    """What makes `scene`'s film from its finished picture, and notes about motion words that could not be read. Raises InputError."""
    assert scene.motion is not None
    shot, notes = shot_of(scene, scene.motion, still)
    finish, files = finishing(scene)
    return FilmRequest(
        shots=(shot,), fps=scene.motion.fps, finish=finish, sound=files, format=format, seed=scene.render.seed or 0,
        title=", ".join(element.name for element in scene.elements[:3]),
    ), notes  # fmt: skip


def shot_of(scene: Scene, motion: Motion, still: Sha256) -> tuple[Shot, tuple[str, ...]]:
    """The one take of a scene's film. Where the picture was cropped or turned, the layout no longer fits it and is left out."""
    plan, actors = camera_plan(motion), subject_plan(scene, motion)
    moved = any(adjustment.kind in ("crop", "rotate") for adjustment in scene.adjustments)
    camera = Camera(
        moves=tuple(Move(kind=move.kind, amount=move.amount, begin=move.begin, end=move.end) for move in plan.moves),
        samples=plan.samples, easing=motion.easing, loop=motion.loop, start=motion.start, focus=_focus(scene, motion),
    )  # fmt: skip
    cast = tuple(
        Actor(name=singular(move.name), kind=move.kind, x=move.x, y=move.y, strength=move.strength, rate=move.rate) for move in actors.moves
    )
    sketch = None if moved or scene.base is not None else sketch_of(scene)
    shot = Shot(image=still, seconds=motion.seconds, camera=camera, actors=cast, sketch=sketch)
    return shot, (*plan.notes, *actors.notes)


def _focus(scene: Scene, motion: Motion) -> tuple[float, float] | None:
    """The place of a thing that the camera words or the framing name: what a zoom goes to."""
    words = f"{motion.camera} {motion.framing}".casefold()
    for box in layout(scene).boxes:
        if box.name.casefold() in words:
            return (min(max(box.x, 0.1), 0.9), min(max(box.y, 0.1), 0.9))
    return None


def finishing(scene: Scene) -> tuple[tuple[Finish, ...], Sha256 | None]:
    """The scene's finishing steps in their order, then its fades; and the sound track's hash."""
    steps = [Finish(kind=post.kind, value=post.value) for post in scene.post if post.kind != "sound"]
    if scene.motion is not None and scene.motion.transition:
        steps.append(Finish(kind="fade", value=scene.motion.transition))
    sounds = [post.value for post in scene.post if post.kind == "sound"]
    if sounds and not (len(sounds[-1]) == 64 and all(letter in "0123456789abcdef" for letter in sounds[-1])):
        raise InputError("The sound track must be a file.", "On the command line: codirector animate … --sound FILE.")
    return tuple(steps), sounds[-1] if sounds else None


def film_checks(motion: Motion, facts: dict) -> tuple[Check, ...]:
    """The film's length against what was asked for; a speed ramp by a factor changes it on purpose and is not promised."""
    seconds = facts["frames"] / facts["fps"]
    return (Check(name="seconds of film", value=round(seconds, 3), passed=abs(seconds - motion.seconds) <= 1 / facts["fps"] or None),)


def summary(facts: dict) -> str:
    """The film in a sentence."""
    seconds = facts["frames"] / facts["fps"]
    return f"Film: {seconds:g} s, {facts['frames']} frames at {facts['fps']:g} a second, {facts['width']} × {facts['height']} pixels."


def _stored(picture: Product, view: SessionView, tools: Tools) -> Sha256:
    """The hash under which the film finds the picture: the one on the way to the tip if it is that one, else it is stored now."""
    if view.picture is not None and tools.store.artifacts.read(view.picture.sha256) == picture.data:
        return view.picture.sha256
    return tools.store.artifacts.write(picture.data, picture.media_type, "base", picture.width, picture.height).sha256


def standing(view: SessionView) -> tuple[ArtifactRef, ...]:
    """What is shown where a move has led: the film of the last turn that had an effect, if it made one, else the picture."""
    for stored in reversed(view.history):
        found = shown(stored.turn.artifacts)
        if any(ref.role == "film" for ref in found):
            return found
        if any(ref.role == "picture" for ref in found) and stored.turn.outcome in ("done", "planned"):
            break
    return (view.picture,) if view.picture else ()


def still_request(request: dict | None) -> dict | None:
    """The request of a turn's picture: a film's own says how its still was made, if it was made in that turn."""
    return request.get("origin") if request is not None and request.get("kind") == "film" else request


def request_of_film(data: bytes) -> Request:
    """The request inside a film of ours. Raises UnknownName where there is none."""
    import json

    from pydantic import ValidationError

    from codirector.tools.film.container import film_facts
    from codirector.tools.requests import REQUEST

    try:
        return REQUEST.validate_python(json.loads(film_facts(data)["about"].get("comment", "")))
    except (ValueError, ValidationError) as error:
        raise UnknownName("This film carries no request of Codirector.", "Only films that Codirector wrote can be made again.") from error
