"""The request a picture file carries, whoever wrote it: ours, A1111's `parameters` (PNG text, or EXIF of JPEG and WebP), ComfyUI's graph.

Pure: bytes in, values out. Never raises: what cannot be read is not there. It does not look at pixels.
Sources: stable-diffusion-webui, modules/images.py (save_image_with_geninfo: EXIF UserComment); ComfyUI, nodes.py (SaveImage: PNG text
`prompt` holds the executed graph as JSON, `workflow` the drawn one).
"""

from __future__ import annotations

import io
import json
from typing import Any, Literal

from codirector.assistant.session.provenance import MAX_TEXT, read_from_png
from codirector.prompts.parameters import Parameters, parse_parameters
from codirector.prompts.scene import Render
from codirector.values import Value

_USER_COMMENT, _EXIF = 0x9286, 0x8769
_SAMPLERS = ("KSampler", "KSamplerAdvanced", "SamplerCustom", "SamplerCustomAdvanced")
_DEPTH = 40


class Carried(Value):
    """What a file says it was made from. `request` is ours where we made it, else None; `parameters` are the words and settings."""

    source: Literal["codirector", "a1111", "comfyui"]
    parameters: Parameters
    request: dict[str, Any] | None = None
    text: str = ""


def carried(data: bytes) -> Carried | None:
    """The request in a PNG, JPEG or WebP file; None where there is none."""
    own = read_from_png(data)
    if own is not None and (own.request is not None or own.parameters):
        source = "codirector" if own.request is not None else "a1111"
        return Carried(source=source, parameters=parse_parameters(own.parameters), request=own.request, text=own.parameters)
    info, comment = _texts(data)
    graph = info.get("prompt", "")
    if graph.startswith("{") and (found := _comfy(graph)) is not None:
        return Carried(source="comfyui", parameters=found, text=graph[:4000])
    text = info.get("parameters") or comment
    if text and ("Steps:" in text or "Negative prompt:" in text):
        return Carried(source="a1111", parameters=parse_parameters(text), text=text)
    return None


def _texts(data: bytes) -> tuple[dict[str, str], str]:
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data)) as picture:
            warnings.simplefilter("ignore")
            info = {str(key): value for key, value in picture.info.items() if isinstance(value, str) and len(value) <= MAX_TEXT}
            comment = picture.getexif().get_ifd(_EXIF).get(_USER_COMMENT, b"")
    except Exception:  # every decoder has errors of its own, and a file without readable metadata is an ordinary file
        return {}, ""
    return info, _comment(comment)


def _comment(raw: bytes | str) -> str:
    """EXIF UserComment: eight bytes name the coding (EXIF 2.32, 4.6.5)."""
    if isinstance(raw, str):
        return raw
    if len(raw) > MAX_TEXT:
        return ""
    coding, body = raw[:8], raw[8:]
    if coding.startswith(b"UNICODE"):
        wide = "utf-16-le" if body[1:2] == b"\0" else "utf-16-be"
        return body.decode(wide, errors="ignore").strip("\0 ")
    return (body if coding.startswith(b"ASCII") else raw).decode("utf-8", errors="ignore").strip("\0 ")


def _comfy(text: str) -> Parameters | None:
    """The first sampler of a ComfyUI graph, with the words that lead to it."""
    try:
        graph = json.loads(text)
    except (ValueError, RecursionError):
        return None
    nodes = {str(key): node for key, node in graph.items() if isinstance(node, dict) and isinstance(node.get("inputs"), dict)}
    sampler = next((node for node in nodes.values() if node.get("class_type") in _SAMPLERS), None)
    if sampler is None:
        return None
    inputs = sampler["inputs"]
    guider = _follow(nodes, inputs.get("guider"))
    positive = inputs.get("positive") or guider.get("positive") or guider.get("conditioning")
    noise, schedule = _follow(nodes, inputs.get("noise")), _follow(nodes, inputs.get("sigmas"))
    chosen = _follow(nodes, inputs.get("sampler"))
    settings: dict[str, Any] = {
        "seed": inputs.get("seed", inputs.get("noise_seed", noise.get("noise_seed"))), "steps": inputs.get("steps", schedule.get("steps")),
        "guidance": inputs.get("cfg", guider.get("cfg")), "sampler": inputs.get("sampler_name", chosen.get("sampler_name")),
    }  # fmt: skip
    for node in nodes.values():
        given = node["inputs"]
        if "Latent" in str(node.get("class_type")) and isinstance(given.get("width"), int) and "width" not in settings:
            settings |= {"width": given.get("width"), "height": given.get("height")}
        for name in ("ckpt_name", "unet_name"):
            if isinstance(given.get(name), str):
                settings.setdefault("model", given[name])
    notes: list[str] = []
    return Parameters(
        prompt=_words(nodes, positive), negative=_words(nodes, inputs.get("negative") or guider.get("negative")),
        settings=_render(settings, notes), notes=tuple(notes),
    )  # fmt: skip


def _follow(nodes: dict[str, Any], link: Any) -> dict[str, Any]:
    """The inputs of the node a link points at."""
    return nodes[str(link[0])]["inputs"] if isinstance(link, list) and link and str(link[0]) in nodes else {}


def _words(nodes: dict[str, Any], link: Any, depth: int = 0) -> str:
    """The text of the encoder that a conditioning link comes from, through nodes that pass it on."""
    given = _follow(nodes, link)
    if not given or depth > _DEPTH:
        return ""
    for name in ("text", "text_g", "clip_l", "t5xxl"):
        value = given.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, list):
            linked = _follow(nodes, value)
            found = next((each for each in linked.values() if isinstance(each, str) and each.strip()), "")
            if found:
                return found.strip()
    for name in ("conditioning", "conditioning_1", "conditioning_to", "positive", "base_positive"):
        if name in given and (found := _words(nodes, given[name], depth + 1)):
            return found
    return ""


def _render(settings: dict[str, Any], notes: list[str]) -> Render:
    """Those settings that are possible; the others are named."""
    known = Render()
    for name, value in settings.items():
        if value is None or isinstance(value, list | dict):
            continue
        try:
            known = known.evolve(**{name: value})
        except ValueError:
            notes.append(f"Its {name} ({value}) cannot be used here.")
    return known
