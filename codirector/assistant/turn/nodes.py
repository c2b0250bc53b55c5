"""The steps of a turn, one function each: state in, changed part of the state out. What they use comes in as `Tools`.

They do not know their order (see `graph`) nor who listens to what they emit.
"""

from codirector.assistant.plan import Ask, Branch, Clarify, Create, GoTo, Plan, Read, Redo, Refine, Save, Talk, Teach, Undo
from codirector.assistant.session.record import ArtifactRef, Run, StoredTurn, Turn, shown, variants_of
from codirector.assistant.teaching import understand as teaching
from codirector.assistant.teaching.answering import teach
from codirector.assistant.teaching.on_picture import on_picture
from codirector.assistant.turn import exact, film, looking, render, reply, shots, story
from codirector.assistant.turn.answer import cited, save_shown
from codirector.assistant.turn.dispatch import compiled, merged, resolve
from codirector.assistant.turn.events import Finished, Reply, Understood
from codirector.assistant.turn.state import Tools, TurnState
from codirector.assistant.turn.uploads import take_in
from codirector.errors import Cancelled, InputError
from codirector.prompts.diff import diff
from codirector.prompts.scene import Scene
from codirector.tools.events import Product

LONGEST_MESSAGE = 10_000
HISTORY = 30
"""Turns the planner may look back on."""


def arrive(state: TurnState, tools: Tools) -> TurnState:
    """Checks the message and the uploads before anything is stored. Raises InputError."""
    message = state["message"].strip()
    if not message and not state["uploads"]:
        raise InputError("The message is empty.", "Say what you would like to see, for example: a fox in the snow at sunset, watercolor")
    _check_length(message)
    taken = take_in(state["uploads"], tools.store)
    if taken.text:
        # A text says nothing of what is to become of it; a film is what texts are made into here.
        message = f"{message.rstrip(':') or 'storyboard'}:\n{taken.text}"
        _check_length(message)
    kept = (*taken.pictures, *((taken.sound,) if taken.sound else ()))
    pending = tools.store.begin(state["session"], state["thread"], message, kept)
    view = tools.store.view(state["session"], state["thread"], last=HISTORY)
    if view.scene == Scene():
        # Only talk so far: there is nothing to change yet.
        view = view.evolve(scene=None)
    said = message if taken.text else state.get("said") or message
    return {"message": message, "said": said, "attachments": taken.pictures, "sound": taken.sound, "view": view, "pending": pending}


def _check_length(message: str) -> None:
    if len(message) > LONGEST_MESSAGE:
        raise InputError(
            f"The message has {len(message):,} characters; {LONGEST_MESSAGE:,} are read at most.",
            "Say it in fewer words, or in several messages.",
        )


def understand(state: TurnState, tools: Tools) -> TurnState:
    """What is meant. Raises CannotUnderstand."""
    began = tools.clock()
    sound = state.get("sound")
    if sound is not None:
        planned = story.with_sound(state["said"], sound.sha256, state.get("story"), state["view"])
    elif not state["message"]:
        planned = _UploadOnly(Create(scene=Scene(base=state["attachments"][0].sha256)))
    else:
        said = state["said"]
        planned = exact.read(said) or story.read(said, state.get("story"), state["thread"], state["view"].threads)
        planned = planned or teaching.read(said, state["view"])
        planned = planned or looking.like_this(said, state["view"], state["attachments"], tools)
        planned = planned or tools.planner.plan(state["view"], said, state["attachments"])
    if planned.plan.action in ("create", "refine", "animate", "storyboard"):
        tools.store.note_plan(state["pending"], planned.plan)
    return {"planned": planned, "seconds": {"plan": tools.clock() - began}}


def apply_plan(state: TurnState, tools: Tools) -> TurnState:
    """The scene after the turn. Raises RefusedChange and InputError."""
    plan = state["planned"].plan
    if state["planned"].source != looking.SOURCE:  # a scene read from a picture is drawn afresh, not over that picture
        plan = _with_upload(plan, state["attachments"])
    shots.check_not_whole(plan, state["view"])
    resolved = resolve(plan, state["view"], tools.choose_seed(), tools.default_model)
    tools.emit(
        Understood(
            plan=plan, source=state["planned"].source, change=resolved.change, later=resolved.later, scene=resolved.scene,
            diff=resolved.diff, seconds=state["seconds"]["plan"],
        )
    )  # fmt: skip
    return {"resolved": resolved, "compiled": compiled(resolved.scene)}


def draw(state: TurnState, tools: Tools) -> TurnState:
    """Makes the picture. Raises CodirectorError."""
    began = tools.clock()
    resolved, view = state["resolved"], state["view"]
    request = None if film.only_moves(resolved.scene, view) else render.choose_request(resolved, view, tools)
    if not tools.render:
        # Asking the backends what they can do loads a framework; planning alone stays light.
        return {"request": request, "products": (), "seconds": state["seconds"]}
    done = render.run_request(request, state["owner"], tools) if request is not None else None
    if done is not None:
        drawn = done.picture.data
    else:
        kept = render.plain_picture(view, tools)
        drawn = tools.store.artifacts.read(kept.sha256 if kept else resolved.scene.base or "")
    checks = render.measure(resolved, view, request, drawn, tools)
    if (second := render.second_try(resolved, view, state["owner"], request, checks, tools)) is not None:
        request, done, checks = second
        drawn = done.picture.data
    products = render.finished_products(drawn, resolved.scene, state["owner"], tools, request, view)
    extra = tuple(p for p in done.products if p.role not in ("picture", render.PLAIN)) if done else ()
    extra += render.mask_product(request, tools)
    result: TurnState = {
        "request": request, "done": done, "checks": checks, "products": products + extra,
        "seconds": state["seconds"] | {"render": tools.clock() - began},
    }  # fmt: skip
    return film.add_film(result, state, tools)


def move(state: TurnState, tools: Tools) -> TurnState:
    """Undo, redo, go to, branch: only the thread's tip moves, and the move is journalled. Raises RefusedChange, UnknownName."""
    store, session, thread = tools.store, state["session"], state["thread"]
    before, message = state["view"], state["message"]
    store.abandon(state["pending"])
    match state["planned"].plan:
        case Undo(steps=steps):
            moved, verb = store.undo(session, thread, steps=steps, message=message), "Undone."
        case Redo(steps=steps):
            moved, verb = store.redo(session, thread, steps=steps, message=message), "Done again."
        case GoTo(turn=number, branch=branch) if branch:
            moved, verb = store.switch(session, branch, message=message), f"On branch {branch}."
        case GoTo(turn=number):
            moved, verb = store.goto(session, thread, number=number or 0, message=message), "There you are."
        case Branch(name=name):
            moved = store.branch(session, thread, name, message=message)
            verb = f"New branch “{moved.view.thread}”; the old one stays as it is."
        case other:
            raise AssertionError(f"{other.action} moves nothing")
    after = moved.view
    lines = diff(before.scene or Scene(), after.scene) if after.scene else ()
    tip = after.history[-1] if after.history else None
    there = tip.turn.reply if tip and reply.offered(tip.turn.reply) else ""
    wishes = tuple(wish.text for wish in getattr(state["planned"].plan, "later", ()))
    said = Reply(
        text="\n\n".join((
            reply.moved(verb, lines, tip.number if tip else 0, after.tip is None), *reply.afterwards(wishes), *state["planned"].notes,
            *((there,) if there else ()),
        )),
        pictures=film.standing(after), alt=reply.describe(after.scene) if after.scene else "",
        scene=after.scene, diff=lines, later=after.later,
        suggestions=(*wishes, *reply.suggestions(after.scene, after.later, there)),
    )  # fmt: skip
    finished = Finished(
        action=state["planned"].plan.action, id=after.tip, parent=tip.turn.parent if tip else None, number=tip.number if tip else 0,
        message=message, prompt=tip.turn.prompt if tip else "", negative=tip.turn.negative if tip else "", reply=said,
        seconds=_total(state, tools),
    )  # fmt: skip
    return {"finished": finished}


def answer(state: TurnState, tools: Tools) -> TurnState:
    """Turns that make no picture: they are said and remembered. Raises Unsupported for what this version cannot do."""
    options: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    match state["planned"].plan:
        case Talk(reply=text):
            said = text
        case Clarify(question=said, options=options):
            pass
        case Save(name=name):
            said = save_shown(state["view"], name, tools)
        case Read() as asked:
            seen = looking.answer(asked, state["view"], state["attachments"], tools)
            said, products, options = seen.text, seen.products, seen.suggestions
        case Ask(question=question):
            answer = tools.ask(question)
            said = "\n\n".join(part for part in (cited(answer), on_picture(answer, state["view"].scene)) if part)
        case Teach() as asked:
            said, plan, products = teach(asked, state["view"], tools, state["owner"])
            return {"reply_text": said, "products": products, "taught": plan}
        case other:
            raise AssertionError(f"{other.action} is answered elsewhere")
    return {"reply_text": "\n\n".join((said, *state["planned"].notes)), "suggestions": options, "products": products}


def commit(state: TurnState, tools: Tools) -> TurnState:
    """Writes the turn, good or bad: files first, then one transaction. A failed turn keeps its parent's scene."""
    view, error = state["view"], state.get("error")
    planned, resolved, done = state.get("planned"), state.get("resolved"), state.get("done")
    plan: Plan | None = state.get("taught") or (planned.plan if planned else None)
    scene = view.scene or Scene()
    fields: dict = {"parent": view.tip, "message": state["message"], "attachments": state["pending"].attachments, "plan": plan}
    fields |= {"action": plan.action if plan else "clarify", "scene": scene, "later": view.later, "reply": state.get("reply_text", "")}
    wished = getattr(plan, "later", ()) if error is None and resolved is None else ()
    if wished:  # of an answer: what the same message wished for besides
        fields |= {"later": merged(view.later, wished)}
        fields |= {"reply": "\n\n".join((fields["reply"], *reply.kept_wishes(fields["later"]))).strip()}
    products = state.get("products", ()) if error is None else ()
    if error is not None:
        fields |= {"outcome": "cancelled" if isinstance(error, Cancelled) else "failed", "error": str(error), "reply": reply.failed(error)}
        if isinstance(plan, Refine):
            fields |= {"change": plan.change}
    elif resolved is not None:
        request, prompt = state.get("request"), state["compiled"]
        notes = [*prompt.dropped, *(planned.notes if planned else ()), *resolved.notes, *(done.notes if done else ())]
        notes += reply.measured(state.get("checks", ()))
        fields |= {
            "change": resolved.change, "scene": resolved.scene, "diff": resolved.diff, "later": resolved.later,
            "prompt": prompt.text, "negative": prompt.negative_text, "checks": state.get("checks", ()),
            "tool": request.kind if request else "", "request": request.model_dump(mode="json") if request else None,
            "outcome": "done" if tools.render else "planned",
            "reply": reply.made(fields["action"], resolved.diff, resolved.scene, resolved.later, notes, tools.render),
        }  # fmt: skip
    elif (request := state.get("request")) is not None:
        fields |= {"tool": request.kind, "request": request.model_dump(mode="json"), "outcome": "done" if tools.render else "planned"}
    run = Run(
        started_at=state["started_at"], facts=done.facts if done else {}, notes=done.notes if done else (), seconds=_total(state, tools)
    )
    beginnings = state.get("beginnings", ()) if error is None else ()
    stored = tools.store.commit(state["pending"], Turn.model_validate(fields), run, products, beginnings)
    return {"stored": stored, "finished": _finished(stored, state, tools)}


def _finished(stored: StoredTurn, state: TurnState, tools: Tools) -> Finished:
    turn, error = stored.turn, state.get("error")
    scene = turn.scene if turn.scene != Scene() else None
    pictures = shown(turn.artifacts)
    said = Reply(
        text=turn.reply, pictures=pictures, variants=variants_of(turn.artifacts),
        alt=state.get("alt") or (reply.describe(turn.scene) if scene else ""), scene=scene,
        diff=turn.diff,
        later=turn.later, suggestions=state.get("suggestions") or reply.suggestions(scene, turn.later, turn.reply), checks=turn.checks,
        outcome=turn.outcome, error=turn.error,
    )  # fmt: skip
    return Finished(
        action=turn.action, id=stored.id, parent=turn.parent, number=stored.number, message=turn.message, change=turn.change,
        prompt=turn.prompt, negative=turn.negative, tool=turn.tool, reply=said, seconds=_total(state, tools),
        error_kind=type(error).__name__ if error else "",
    )  # fmt: skip


def _total(state: TurnState, tools: Tools) -> dict[str, float]:
    seconds = {"plan": 0.0, "render": 0.0} | state.get("seconds", {})
    return {name: round(value, 4) for name, value in (seconds | {"total": tools.clock() - state["started"]}).items()}


def _with_upload(plan: Plan, attachments: tuple[ArtifactRef, ...]) -> Plan:
    """An uploaded picture is what a new scene starts from."""
    if attachments and isinstance(plan, Create) and plan.scene.base is None:
        return plan.evolve(scene=plan.scene.evolve(base=attachments[0].sha256))
    return plan


class _UploadOnly:
    """A picture came without a word: it becomes the scene's base, nothing is drawn."""

    source = "syntax"
    notes: tuple[str, ...] = ("Your picture is here. Say what to change, or ask what it holds.",)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
