"""The turn of a storyboard: its shots drawn and cut to one film, each shot on a branch of its own; later, the film anew from what became of
the shots there. One film request at most, so one generating call a turn.

It does not read messages (see `story`) nor make frames (see `codirector.tools.film`).
"""

from collections.abc import Sequence

from codirector.assistant.plan import Create, Plan, Storyboard, StoryShot
from codirector.assistant.session.record import Run, SessionView, Turn, shown
from codirector.assistant.session.store import Beginning, SessionStore
from codirector.assistant.turn import story
from codirector.assistant.turn.board import film_of_story, on_beats
from codirector.assistant.turn.dispatch import compiled
from codirector.assistant.turn.events import Understood
from codirector.assistant.turn.exact import Exact
from codirector.assistant.turn.film import FILM_ROLES, summary
from codirector.assistant.turn.render import run_request
from codirector.assistant.turn.reply import describe
from codirector.assistant.turn.state import Known, Tools, TurnState
from codirector.errors import InputError
from codirector.tools.events import Done, Product
from codirector.tools.film.sound import find_beats
from codirector.tools.requests import Shot


def address(message: str, store: SessionStore, session: str, thread: str) -> tuple[story.Told, Known | None]:
    """To which branch a message goes and what is said there, and the storyboard it may be about. Raises UnknownName."""
    if not story.concerns(message):
        return story.Told(thread, message), None
    known = find_story(store, session, thread)
    return (story.Told(thread, message) if known is None else story.addressed(message, known, thread)), known


def find_story(store: SessionStore, session: str, thread: str) -> Known | None:
    """The storyboard that stands on the way to where the person is, else the newest of the session that was not taken back."""
    made = [entry.thread for entry in reversed(store.transcript(session)) if entry.turn and entry.turn.turn.action == "storyboard"]
    for name in dict.fromkeys((thread, *made)):
        for stored in reversed(store.view(session, name).history):
            if isinstance(stored.turn.plan, Storyboard) and stored.turn.outcome in ("done", "planned"):
                return Known(stored.turn.plan, name)
    return None


def check_not_whole(plan: Plan, view: SessionView) -> None:
    """Raises InputError for a change of one picture where what is seen is the film of a storyboard: it would change another one."""
    seen = next((stored.turn.plan for stored in reversed(view.history) if shown(stored.turn.artifacts)), None)
    if isinstance(seen, Storyboard) and plan.action in ("refine", "animate"):
        raise InputError(
            "This film is made of shots, and each is changed alone.",
            f"Say for example “shot {min(2, len(seen.shots))}: make it night”, then “make the film”.",
        )


def draw_story(state: TurnState, tools: Tools) -> TurnState:
    """The film of a storyboard. Shots with a branch already are taken as they are there now. Raises CodirectorError."""
    began = tools.clock()
    plan = state["planned"].plan
    assert isinstance(plan, Storyboard)
    known = set(state["view"].threads)
    now = plan.evolve(shots=tuple(_now(shot, known, state["session"], tools) for shot in plan.shots))
    new = tuple(shot.thread not in known for shot in now.shots)
    cut, heard = now, ()
    if now.sound and now.beats:
        beats = find_beats(tools.store.artifacts.read(now.sound))
        cut, heard = on_beats(now, beats), (f"The sound has {beats.tempo:g} beats a minute; every cut is on one.",)
    request, notes = film_of_story(cut, sound=now.sound, stills=True)
    tools.emit(Understood(plan=now, source=state["planned"].source, scene=now.shots[0].scene, seconds=state["seconds"]["plan"]))
    done = Done(products=())
    if tools.render:
        tools.check(request)
        done = run_request(request, state["owner"], tools)
    pictures = _pictures(now.shots, done)
    beginnings = tuple(
        _beginning(shot, number, len(new), request.shots[number], pictures.get(number), done, tools)
        for number, shot in enumerate(now.shots)
        if new[number]
    )
    made = [summary(done.facts)] if tools.render else []
    changed = [_unlike(before, after) for before, after in zip(plan.shots, now.shots, strict=True)]
    title = now.title.rstrip(".!?")
    told = [
        f"**{title}**: {len(new)} shots." if any(new) else f"**{title}**, put together from its {len(new)} shots.",
        story.table(now, [] if any(new) else changed),
        *made, *state["planned"].notes, *dict.fromkeys((*heard, *notes, *done.notes)),
        "Say **shot 2** to work on that shot alone, or **shot 2: make it night**; then **make the film** puts all together again.",
    ]  # fmt: skip
    return {
        # As it is now: the next film tells what is new against this one.
        "planned": Exact(now, state["planned"].notes, state["planned"].source), "request": request, "done": done,
        "beginnings": beginnings,
        "products": tuple(product for product in done.products if product.role in FILM_ROLES),
        "reply_text": "\n\n".join(told), "alt": f"Storyboard: {title}",
        "suggestions": ("shot 1", "make the film", "without captions" if now.captions else "with captions"),
        "seconds": state["seconds"] | {"render": tools.clock() - began},
    }  # fmt: skip


def _now(shot: StoryShot, threads: set[str], session: str, tools: Tools) -> StoryShot:
    """The shot as it is on its branch; one without a branch gets the usual model."""
    if shot.thread not in threads:
        render = shot.scene.render
        return shot.evolve(scene=shot.scene.evolve(render=render.evolve(model=render.model or tools.default_model)))
    view = tools.store.view(session, shot.thread, last=1)
    if view.scene is None or not (view.scene.elements or view.scene.setting or view.scene.action or view.scene.base):
        return shot
    scene = view.scene if view.scene.motion is not None else view.scene.evolve(motion=shot.scene.motion)
    return shot.evolve(scene=scene, picture=view.picture.sha256 if view.picture else None)


def _unlike(before: StoryShot, after: StoryShot) -> bool:
    """Does the shot show or do something else than before? Which model is the usual one does not count."""
    render = before.scene.render.evolve(model=after.scene.render.model)
    return before.scene.evolve(render=render) != after.scene


def _pictures(shots: Sequence[StoryShot], done: Done) -> dict[int, Product]:
    """The stills that were drawn, by the index of their shot."""
    wanted = [index for index, shot in enumerate(shots) if shot.picture is None]
    return dict(zip(wanted, (product for product in done.products if product.role == "variant"), strict=False))


def _beginning(shot: StoryShot, index: int, count: int, made: Shot, picture: Product | None, done: Done, tools: Tools) -> Beginning:
    """The first turn of the shot's branch: its scene with its still, as if it had been asked for there."""
    words = compiled(shot.scene)
    facts = done.facts.get("stills", ())
    turn = Turn(
        message="", plan=Create(scene=shot.scene), action="create", scene=shot.scene, prompt=words.text, negative=words.negative_text,
        tool="generate", request=made.still.model_dump(mode="json") if made.still else None,
        outcome="done" if tools.render else "planned",
        reply=f"Shot {index + 1} of {count}: **{describe(shot.scene)}**. Say **{shot.thread}** to go on with it.",
    )  # fmt: skip
    run = Run(facts=facts[index] if index < len(facts) else {})
    return Beginning(shot.thread, turn, run, (picture.evolve(role="picture"),) if picture else ())
