"""What the tagger marked -> a `Reading`: each intent's slots become one change or plan, in the wording the vocabulary and the rules know.

Values go through the same code as everywhere (`nouns`, `terms`, `rules`), so that 'a bit scarier' means the same from either side.
It does not decide whether the tagger is to be believed (see `hearing`).
"""

from collections.abc import Callable, Mapping

from codirector.assistant.plan import Ask, Branch, Clarify, Read, Redo, Save, Undo
from codirector.assistant.planner import frame_finish as finish
from codirector.assistant.planner import frame_lettering as letters
from codirector.assistant.planner import frame_plans as plans
from codirector.assistant.planner import frame_scene as scenes
from codirector.assistant.planner import frame_things as things
from codirector.assistant.planner.frame_parts import Heard
from codirector.assistant.planner.reading import Facts, Reading
from codirector.assistant.planner.tagger import Frame
from codirector.assistant.planner.text import trim, unquoted


def reading_of(frame: Frame, text: str, facts: Facts) -> Reading | Clarify | None:
    """The reading of one wish, or None where its slots make no change. Needs a scene, except for plans and new pictures."""
    build = _BUILDERS.get(frame.intent)
    if build is None or (facts.scene is None and frame.intent not in _WITHOUT_SCENE):
        return None
    return build(Heard(frame, text, facts))


_WITHOUT_SCENE = frozenset({"create", "newscene", "talk", "ask", "read", "how", "undo", "redo", "goto", "compare", "save"})
_BUILDERS: Mapping[str, Callable[[Heard], Reading | Clarify | None]] = {
    "add": things.add,
    "remove": things.remove,
    "replace": things.replace,
    "colour": things.colour,
    "material": things.material,
    "count": things.count,
    "placement": things.placement,
    "pose": things.pose,
    "give": things.give,
    "part": things.part,
    "size": things.size,
    "text": letters.text,
    "setting": scenes.setting,
    "light": scenes.light,
    "weather": scenes.weather,
    "mood": scenes.mood,
    "style": scenes.style,
    "camera": scenes.camera,
    "composition": scenes.field("composition"),
    "detail": scenes.plain_detail,
    "more": scenes.weigh(1),
    "less": scenes.weigh(-1),
    "avoid": scenes.avoid,
    "allow": scenes.allow,
    "retouch": finish.retouch,
    "post": finish.post,
    "rotate": finish.rotate,
    "steps": finish.render,
    "guidance": finish.render,
    "canvas": finish.render,
    "sampler": finish.render,
    "model": finish.render,
    "upscale": finish.upscale,
    "animate": plans.animate,
    "lock": plans.lock(False),
    "unlock": plans.lock(True),
    "undo": plans.plan(lambda heard: Undo(steps=plans.steps_back(heard))),
    "redo": plans.plan(lambda heard: Redo()),
    "goto": plans.plan(plans.goto),
    "branch": plans.plan(lambda heard: Branch(name=unquoted(heard.slot("V")))),
    "compare": plans.plan(plans.compare),
    "save": plans.plan(lambda heard: Save(name=unquoted(heard.slot("V")))),
    "read": plans.plan(lambda heard: Read(question=trim(heard.text)[:2000])),
    "how": plans.plan(lambda heard: Read(question=trim(heard.text)[:2000], how=True)),
    "ask": plans.plan(lambda heard: Ask(question=trim(heard.text)[:200])),
    "talk": plans.plan(plans.talk),
    "newscene": plans.plan(plans.new_scene),
    "create": plans.plan(plans.new_scene),
    "next": plans.plan(plans.kept_wish),
    "vague": plans.vague,
    **dict.fromkeys(finish.PLAIN, finish.plain),
}
