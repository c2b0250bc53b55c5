"""What goes into a picture's file and beside it when a turn is committed: the one place where provenance is written. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from pydantic import ValidationError

from codirector import __version__
from codirector.assistant.session.provenance import read_from_png, seal
from codirector.assistant.session.record import ArtifactRef, Run, Turn
from codirector.errors import InputError, InternalError
from codirector.prompts.scene import Render
from codirector.tools.events import Product
from codirector.values import Span

LICENCE = "Made with a generative model. What you may do with it follows from the licence of the model named here."


def sealed(turn: Turn, run: Run, products: Sequence[Product]) -> Iterator[tuple[Product, bytes]]:
    """Each product with its bytes as they are to be stored. A turn that draws nothing anew (an adjustment) hands on the request of
    the picture it started from, which stands in that picture. Raises InternalError for a PNG that is none."""
    finish = finishing(turn)
    if turn.request is not None and turn.request.get("kind") == "film":
        # The film carries its own request already; its still gets the one by which it was made, if that was in this turn.
        turn = turn.evolve(request=turn.request.get("origin"))
    handed_on, told = None, [None] * len(products)
    if turn.request is None:
        told = [read_from_png(product.data) for product in products]
        drawn_first = sorted(zip(products, told, strict=True), key=lambda pair: pair[0].role != "base")
        handed_on = next((provenance for _, provenance in drawn_first if provenance is not None and provenance.request is not None), None)
    for product, earlier in zip(products, told, strict=True):
        try:
            if turn.request is not None:
                text = parameters_text(turn, run.facts, product.width, product.height)
                yield product, seal(product.data, product.media_type, product.role, text, turn.request, finish)
            elif handed_on is not None and product.role == "picture" and earlier is None:
                yield product, seal(product.data, product.media_type, product.role, handed_on.parameters, handed_on.request, finish)
            else:
                yield product, product.data
        except InputError as error:
            raise InternalError("The picture that was made is not the PNG it claims to be.", "Please report this.") from error


def finishing(turn: Turn) -> dict[str, Any] | None:
    """What was done to the drawn picture afterwards, or None."""
    steps = {
        "adjustments": [adjustment.model_dump(mode="json", exclude_none=True) for adjustment in turn.scene.adjustments],
        "upscale": turn.scene.upscale if turn.scene.upscale > 1 else None,
    }
    return {name: value for name, value in steps.items() if value} or None


def sidecar(ref: ArtifactRef, turn: Turn, id: str, run: Run, session: str) -> dict[str, Any]:
    """The JSON beside a stored file: what it is, what it was made from, and on which occasion it was first made."""
    request = turn.request or {}
    return {
        "format": 1,
        **ref.model_dump(mode="json"),
        "software": f"Codirector {__version__}",
        "prompt": turn.prompt,
        "negative": turn.negative,
        "seed": request.get("seed", turn.scene.render.seed),
        "model": request.get("model") or run.facts.get("model", ""),
        "request": turn.request,
        "finish": finishing(turn),
        "facts": run.facts,
        "made_at": run.started_at,
        "session": session,
        "turn": id,
        "licence": run.facts.get("licence") or LICENCE,
    }


def parameters_text(turn: Turn, facts: Mapping[str, Any], width: int, height: int) -> str:
    """The A1111 text of a picture of `width` x `height` pixels. What the request leaves to the model is told as it really was."""
    from codirector.prompts.parameters import Parameters, write_parameters

    told = dict(facts) | {name: value for name, value in (turn.request or {}).items() if value not in (None, "")}
    settings: dict[str, Any] = {"width": width, "height": height}
    for name in ("seed", "steps", "guidance", "sampler"):
        if told.get(name) is not None:
            settings[name] = told[name]
    # A folder on this machine is nobody else's business, and would make the same picture another file elsewhere.
    settings["model"] = PurePath(str(told.get("model", ""))).name
    prompt, negative = (_written(told.get(name)) for name in ("prompt", "negative"))
    return write_parameters(Parameters(prompt=prompt or turn.prompt, negative=negative or turn.negative, settings=_render(settings)))


def _written(spans: Any) -> str:
    """A request's spans with weights in A1111 syntax, whatever the model's own is; empty where they are none."""
    from codirector.prompts.weights import write_spans

    try:
        return write_spans(Span.model_validate(span) for span in spans or ())
    except (ValidationError, TypeError):
        return ""


def _render(settings: Mapping[str, Any]) -> Render:
    """Those of the settings that can be told; a size no multiple of 8 (a crop) cannot be a render setting and is left out."""
    known = Render()
    for name, value in settings.items():
        try:
            known = known.evolve(**{name: value})
        except ValidationError:
            continue
    return known
