"""“Show me on my picture”: for what an answer is about, messages that show it on the scene as it is. Pure.

Every message is one a person could type; pressing one is an ordinary turn that can be undone.
"""

from collections.abc import Callable

from codirector.assistant.turn.reply import offer
from codirector.knowledge.answer import Answer
from codirector.prompts.scene import Scene

_WALK, _DRAG, _READ = "walk through the denoising steps", "drag the guidance scale", "how did you read it?"


def _light(scene: Scene) -> str:
    return "make it sunset" if "night" in scene.lighting else "make it night"


def _style(scene: Scene) -> str:
    return "compare watercolor and cartoon" if "flat" in scene.style else "compare flat and cartoon"


def _weight(scene: Scene) -> str:
    return f"({scene.elements[0].name}:1.4)" if scene.elements else ""


def _camera(scene: Scene) -> str:
    return "zoom out" if scene.camera == "close-up" else "zoom in"


def _place(scene: Scene) -> str:
    if not scene.elements:
        return ""
    return f"move the {scene.elements[0].name} to the {'right' if 'left' in scene.elements[0].placement else 'left'}"


def _remove(scene: Scene) -> str:
    return f"remove the {scene.elements[-1].name}" if len(scene.elements) > 1 else ""


SHOWS: dict[str, tuple[str | Callable[[Scene], str], ...]] = {
    "guidance": (_DRAG,),
    "negative-prompts": (_DRAG,),
    "trouble-pictures": (_DRAG,),
    "samplers": (_WALK, "another seed"),
    "diffusion": (_WALK,),
    "flow-matching": (_WALK,),
    "distillation": (_WALK,),
    "text-encoders": (_READ,),
    "transformers": (_READ,),
    "reading-pictures": (_READ, "what is in the picture?"),
    "prompt-structure": (_READ,),
    "prompt-weights": (_weight,),
    "styles": (_style,),
    "light": (_light,),
    "camera": (_camera,),
    "composition": (_place,),
    "inpainting": (_remove,),
    "finishing": ("make it sharper", "upscale it"),
    "interpolation": ("animate it: slow zoom in",),
    "video": ("animate it: slow zoom in",),
}
"""By the name of the article an answer begins with."""


def on_picture(answer: Answer, scene: Scene | None) -> str:
    """What to add to an answer, or ''."""
    if scene is None or not answer.confident or not answer.sources:
        return ""
    shows = (one if isinstance(one, str) else one(scene) for one in SHOWS.get(answer.sources[0].article, ()))
    messages = tuple(message for message in shows if message)
    return f"See it on your picture:\n\n{offer(messages)}" if messages else ""
