"""Going about in what was made: undo, redo, go to, branch, compare, save, in plain words."""

import re
from collections.abc import Sequence

from codirector.assistant.plan import Branch, Compare, GoTo, Redo, Save, Undo
from codirector.assistant.planner.lexicon import NUMBERS, ORDINALS, word_set
from codirector.assistant.planner.nouns import count_of
from codirector.assistant.planner.reading import EXACT, SURE, Facts, Reading
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.text import key, trim, unquoted
from codirector.prompts.scene import SCENE_FIELDS, Scene
from codirector.prompts.words import parse_number

_THING = r"(?:pictures?|images?|versions?|turns?|steps?|photos?|ones?|results?|iterations?|renders?|drafts?|changes?|edits?|moves?)"
_NUMBER = (
    r"(?P<n>\d{1,4}|"
    + "|".join(sorted((word for word in NUMBERS if " " not in word and word not in ("both", "single")), key=len, reverse=True))
    + ")"
)
_UNDO = re.compile(
    r"^(?:undo|revert|roll ?back|rollback|scrap|forget|discard|cancel|reverse|reject|drop|take|scratch|nope|no|never mind"
    r"|nevermind|oops|whoops)[,.! ]*(?:(?:it|that|this)(?: (?:one|last one|change|edit|back|please|again|out))?|(?:the "
    r"|my )?(?:last|latest|previous|recent) (?:change|edit|step|one|thing|turn|move|modification)|the change|please|back"
    r"|that back|undo(?: (?:it|that|this))?)?$"
    r"|^(?:go|step|get|turn|put it|change it|bring it|switch|take it|take that|set it|make it)(?: (?:it|that"
    r"|things))? back(?: (?:one|a step|one step|once|please|to (?:how|what|the way) (?:it|that|things) (?:was|were"
    r"|looked)(?: before| like)?|to (?:the )?(?:previous|last|earlier|prior|old|one before)(?: (?:one|version|picture|image"
    r"|step|state|turn))?|to before(?: that)?))?$"
    r"|^(?:(?:i )?(?:liked|preferred|like|prefer)(?:ed)? (?:it|that|the (?:old|previous|last|earlier|one before)(?: (?:one"
    r"|version|picture))?)(?: better| more)?(?: (?:before|earlier|the way it was|how it was|as it was"
    r"|like it was))?(?: better| more)?|(?:it |that )?(?:was|looked) better before|(?:back|revert|return"
    r"|go)(?: back)? to (?:the )?(?:previous|last|earlier|prior|old|one before)(?: (?:one|version|picture|image|step|state"
    r"|turn))?|(?:the )?previous (?:one|version|picture)|(?:not|wasn't) what i (?:wanted|meant)|i changed my mind"
    r"|(?:i )?(?:much )?(?:liked|preferred|like|prefer)(?:ed)? (?:it|that|this|the (?:look|view|picture|scene|image|version|one"
    r"|colou?rs?|style))"
    r" (?:much |way |a lot )?(?:(?:better|more)(?: \w+)? )?(?:without (?:that|it|this)(?: one)?|(?:that |which )?(?:we|i"
    r"|you) had(?: before)?"
    r"|from before|as it was|like before|of before)"
    r"|(?:it|that) (?:was|looked) (?:much |way |a lot )?(?:better|nicer|good|fine) without (?:that|it|this)"
    r"|(?:give me|i want|bring|get me) (?:back )?(?:the )?(?:look|view|picture|scene|image|version|one) (?:we|i"
    r"|you) had(?: before)?(?: back)?"
    r"|the [\w-]+ (?:from )?(?:before|earlier|we had)(?: before)? (?:was|looked|were) (?:much |a lot |way )?(?:better|nicer|right|good)"
    r"|don'?t (?:do|like) that|i don'?t like (?:it|that|this)|(?:no,? )?not like (?:that|this)|(?:no,? )?(?:that'?s|this is"
    r"|that is|it'?s) (?:not right|wrong|worse|not it|not what i (?:wanted|meant))|previous|as it was(?: before)?"
    r"|(?:the )?(?:way|how) it was(?: before)?|before that|undo please|back)$",
    re.I,
)
_UNDO_N = re.compile(
    r"^(?:undo|go back|step back|revert|roll ?back|take back|back|back up|scrap|cancel|undo the last|go)(?: the)?(?: last"
    rf"| by)? {_NUMBER}(?: (?:more )?{_THING}| times)?(?: back)?$|^(?:undo|back|go back) (?P<tw>twice|thrice)$"
    rf"|^{_NUMBER.replace('?P<n>', '?P<m>')} {_THING} (?:back|ago)$",
    re.I,
)
_REDO = re.compile(
    r"^(?:redo|re-?apply|restore|undo (?:the|that|my) undo|undo undo|un-?undo|bring (?:it|that|this|the change) back"
    r"|put (?:it|that|this|the change) back(?: (?:in|again|on))?|(?:go |step )?forwards?(?: again| one(?: step)?)?|do (?:it"
    r"|that) (?:again )?after all|(?:actually )?(?:i )?(?:did )?(?:like|want)(?:ed)? (?:it|that) after all|no,? keep it"
    r"|reinstate (?:it|that))(?: (?:it|that|this|please|the (?:last )?(?:change|step)|again|one(?: step)?|after all))*$",
    re.I,
)
_AMBIGUOUS = re.compile(r"^(?:bring|put) (?:it|that|this|the change) back(?: again| in)?$", re.I)
"""Undo, or redo where something was just undone."""
_REDO_N = re.compile(rf"^(?:redo|go forward|forward|step forward|re-?apply)(?: the)?(?: last| next)? {_NUMBER}(?: {_THING}| times)?$", re.I)
_GOTO = re.compile(
    r"^(?:go(?: back)?|return|jump(?: back)?|switch(?: back)?|back|show(?: me)?|take me|revert|restore|open"
    r"|bring(?: me)? back|get(?: me)?|move|let me see|see|display|rewind|use|want|continue (?:from|with)"
    rf"|start (?:again )?from)(?: back)?(?: to)?(?: the)?(?: very)? (?:{_THING} ?(?:number |no\.? ?|nr\.? ?"
    rf"|#)?(?P<a>\d{{1,4}}|one|two|three|four|five|six|seven|eight|nine|ten)"
    rf"|(?P<b>{'|'.join(sorted(ORDINALS, key=len, reverse=True))})(?: (?:ever )?{_THING})?(?: (?:of all|we (?:made|had)"
    rf"|you made))?|(?P<c>#? ?\d{{1,4}})|(?:the )?(?P<d>start|beginning|original))(?: again| please| of all)?$"
    rf"|^(?:{_THING} (?:number |no\.? ?|#)?(?P<e>\d{{1,4}}|one|two|three|four|five|six|seven|eight|nine|ten)"
    rf"|#(?P<g>\d{{1,4}})|the (?P<h>{'|'.join(sorted(ORDINALS, key=len, reverse=True))}) (?:picture|version|image|turn"
    r"|photo))$",
    re.I,
)
_BRANCH = re.compile(
    r"^(?:(?:(?:this|it|that) (?:on|in|as)|(?:let'?s )?(?:make|create|start|open|fork|begin|try (?:this|it|that) (?:on|in"
    r"|as)|do (?:this|it|that) (?:on|in)"
    r"|continue (?:on|in)|put (?:this|it) (?:on|in)|save (?:this|it) as))(?: it| this)?(?: into| to)? (?:an?|the)? ?(?:new "
    r"|separate |different |second |another )?(?:branch|thread|copy|fork|variant line)|branch(?: off| here| out| it| this)?"
    r"|fork(?: it| this| here)?|new branch|another branch)(?:,? ?(?:called|named|as|with (?:the )?name|:)? (?P<n>.+))?$",
    re.I,
)
_SWITCH = re.compile(
    r"^(?:(?:go|switch|change|jump|move|return)(?: over| back)?(?: to)?|open|checkout|use|show)(?: the| my)? (?:branch"
    r"|thread) (?:called |named )?(?P<a>.+)$|^(?:(?:go|switch|change|jump|move|return)(?: over| back)?(?: to)?|open"
    r"|checkout)(?: the| my)? (?P<b>.+?) (?:branch|thread)$",
    re.I,
)
_OTHER = re.compile(
    r"^(?:(?:let'?s |please )?(?:go|switch|jump|hop|move|return|change|get|take me|back)(?: back)?(?: over)?(?: to)? )?"
    r"(?:the )?other (?:one|version|branch|thread|copy|variant)(?: again| please| now)*$",
    re.I,
)
_COMPARE = re.compile(
    r"^(?:compare|contrast)(?: (?:it|this|the (?:picture|scene|result)))?(?: (?:across|over|in|on|between|with|using|the|all"
    r"|other|different))*(?: (?P<a>.+))?$"
    r"|^(?:how (?:would|does|will) (?:this|it|that) look(?: like)? (?:in|with|on|under) (?:the |all (?:the )?)?(?:other"
    r"|different|another) models?)$"
    r"|^(?:(?:try|run|render|show|make|do|see)(?: (?:it|this|that|me))*|it|this) (?:with|on|in|over|across"
    r"|using|as) (?P<b>.+?),? (?:side by side|next to each other|in comparison|and compare(?: (?:them|it|the results))?)$"
    r"|^(?:try|show|run|render)(?: (?:it|this|that|me))? (?:with|on|in|over|across) (?:all|every|different"
    r"|several)(?: the)? models?$|^(?:side by side|show (?:them|both) side by side|which model (?:does|makes|draws) (?:this"
    r"|it) best)$",
    re.I,
)
_SAVE = re.compile(
    r"^(?:save|export|download|store|keep a copy of|write out|get me the file(?: of)?)(?: (?:it|this|that"
    r"|the (?:current )?(?:picture|image|photo|result|video|film|one)|me|a copy|this (?:picture|image"
    r"|one)))*(?: (?:to (?:disk|file|my (?:computer|disk|desktop|downloads))|as a (?:file|png|picture)|now"
    r"|please))?(?:,? (?:as|to|under|into|in|called|named"
    r"|with (?:the )?name) (?:(?:the )?(?:file |name )?name |the file )?(?P<n>[^ ].*))?$",
    re.I,
)


def undo(text: str, facts: Facts) -> Reading | None:
    match = _UNDO_N.match(text)
    if match is not None:
        steps = {"twice": 2, "thrice": 3}.get((match["tw"] or "").lower()) or count_of(match["n"] or match["m"] or "") or 1
        return Reading(EXACT, plan=Undo(steps=min(max(steps, 1), 1000)), rule="undo n")
    if facts.view.can_redo and _AMBIGUOUS.match(text):
        return None
    if _UNDO.match(text) and not re.fullmatch(
        r"(?:no|nope|take|drop|forget|cancel|reject|put it|go|step|get|make it|set it|switch|turn)", text, re.I
    ):
        return Reading(EXACT, plan=Undo(), rule="undo")
    return None


def redo(text: str, facts: Facts) -> Reading | None:
    if (match := _REDO_N.match(text)) is not None:
        return Reading(EXACT, plan=Redo(steps=max(count_of(match["n"]) or 1, 1)), rule="redo n")
    if _REDO.match(text):
        if (_AMBIGUOUS.match(text) or re.fullmatch(r"redo it", text, re.I)) and not facts.view.can_redo:
            return None
        return Reading(EXACT, plan=Redo(), rule="redo")
    return None


_WHEN = re.compile(
    r"^(?:go|get|return|bring|take|switch|jump|revert|back|want|show|see)(?: (?:it|me|us))?(?: back)? (?:to )?(?:when|where"
    r"|(?:the )?(?:version|picture|one|time|image|step|state|turn)(?: (?:with|where|when|that had|in which|from when"
    r"|that was|before|of))) (?P<v>.+)$",
    re.I,
)
_IDLE = word_set(
    "it was were had has with in at on there still we you i when where is be scene picture version one image the that which how looked"
)


def goto_when(text: str, facts: Facts) -> Reading | None:
    """'go back to when it was night': the newest earlier turn whose scene or change says so."""
    match = _WHEN.match(text)
    number = turn_with(match["v"], facts) if match is not None else None
    return Reading(SURE, plan=GoTo(turn=number), note=f"That was turn {number}.", rule="go to when") if number else None


def turn_with(words: str, facts: Facts) -> int | None:
    """'the softbox version': the number of the newest earlier turn whose message, change or scene says all of that. None: there is none."""
    wanted = set(key(words)) - _IDLE
    for stored in reversed(facts.view.history[:-1]):
        turn = stored.turn
        said = key(f"{turn.message} {' '.join(map(str, turn.change.model_dump().values())) if turn.change else ''} {_words(turn.scene)}")
        if wanted and wanted <= set(said):
            return stored.number
    return None


def _words(scene: Scene) -> str:
    return " ".join([*(getattr(scene, name) for name in SCENE_FIELDS), *(f"{e.colour} {e.name}" for e in scene.elements), *scene.details])


def goto(text: str, facts: Facts) -> Reading | None:
    """A turn by number or ordinal. 'first' is turn 1; 'the last one' is where we are, so it is no go-to."""
    if (match := _SWITCH.match(text)) is not None:
        name = unquoted(trim(match["a"] or match["b"]))
        if not re.fullmatch(r"(?:an?|new|another|a new|separate|the)", name, re.I):
            known = next((thread for thread in facts.view.threads if thread.lower() == name.lower()), name)
            return Reading(EXACT, plan=GoTo(branch=known), rule="switch branch")
    if _OTHER.match(text) and (other := thread_named("the other one", facts)) is not None:
        return Reading(EXACT, plan=GoTo(branch=other), rule="the other branch")
    match = _GOTO.match(text)
    if match is None:
        return None
    if match["d"] or (match["b"] or "").lower() in ("original", "initial", "very first"):
        return Reading(EXACT, plan=GoTo(turn=1), rule="go to the start")
    said = (match["a"] or match["b"] or match["c"] or match["e"] or match["g"] or match["h"]).lower().strip("# ")
    number = ORDINALS.get(said) or count_of(said)
    return Reading(EXACT, plan=GoTo(turn=number), rule="go to") if number is not None else None


def thread_named(words: str, facts: Facts) -> str | None:
    """The branch that `words` name ('warm', 'the warm version'); 'the other one' is the other of two. None: no such branch."""
    plain = set(key(words)) - {"version", "branch", "thread", "one", "copy", "variant"}
    threads = facts.view.threads
    named = [thread for thread in threads if plain and plain == set(key(thread))]
    others = [thread for thread in threads if thread != facts.view.thread]
    if not named and re.search(r"\bother (?:one|version|branch|thread|copy|variant)\b|^(?:the )?other$", words, re.I) and len(others) == 1:
        named = others
    return named[0] if len(named) == 1 and named[0] != facts.view.thread else None


def turn_before(words: str, facts: Facts) -> int | None:
    """'before the balloon': the number of the turn right before the newest one whose change says that. None: there is none."""
    match = re.search(r"\bbefore (?P<v>.+)$", words, re.I)
    wanted = set(key(match["v"])) - _IDLE if match is not None else set()
    best, most = None, 0
    for stored in reversed(facts.view.history):
        turn = stored.turn
        said = set(key(" ".join(map(str, turn.change.model_dump().values())))) if turn.change is not None else set()
        if stored.number > 1 and len(wanted & said) > most:  # 'before the balloon changed colour' fits its recolouring best
            best, most = stored.number - 1, len(wanted & said)
    return best


def branch(text: str, facts: Facts) -> Reading | None:
    match = _BRANCH.match(text)
    if match is None:
        return None
    name = re.sub(r"^(?:and (?:call|name) it|called|named|for|with the name|name[:=]?) ", "", trim(match["n"] or ""), flags=re.I)
    return Reading(EXACT, plan=Branch(name=unquoted(name)), rule="branch")


def compare(text: str, facts: Facts) -> Reading | None:
    match = _COMPARE.match(text)
    if match is None:
        return None
    named = trim(match["a"] or match["b"] or "")
    named = re.sub(r"^(?:it |this )?(?:with |in |on |across |between |the |models? |as )*", "", named, flags=re.I)
    values = [
        trim(re.sub(r"^(?:with|in|on|the|as|an?) ", "", part, flags=re.I))
        for part in re.split(r",(?: and)?| and (?:with |in |on |as )?| vs\.? | versus | with | or ", named, flags=re.I)
    ]
    values = [
        value
        for value in values
        if value
        and not re.fullmatch(
            r"(?:all |the |other |different |available )*(?:models?|ones?)|them|all|results?|both|side by side", value, re.I
        )
    ]
    if len(values) > 1 and any(resolve(value, facts).kind in ("element", "picture") or len(value.split()) > 4 for value in values):
        return None
    plan = comparison(values, text)
    known = plan is not None and (not values or len(values) > 1 or (bool(plan.models) and all(_MODEL.search(value) for value in values)))
    return Reading(EXACT - 0.01, plan=plan, rule="compare") if known else None


_MODEL = re.compile(
    r"flux|sd|xl|diffusion|qwen|model|pixart|kandinsky|embedded|dream|illustrator|checkpoint|turbo|lightning|/|\.safetensors", re.I
)


def comparison(values: Sequence[str], text: str) -> Compare | None:
    """What is compared, by axis: numbers are steps or guidance where `text` says so; names of samplers and models by their look; all
    others are styles. None where the values belong to no one axis."""
    values = [trim(value) for value in values]
    numbers = [
        re.findall(r"\d+(?:\.\d+)?", value) or [count for word in value.split() if (count := parse_number(word))] for value in values
    ]
    if values and all(numbers) and re.search(r"\b(?:steps?|cfg|guidance|scale)\b", text, re.I):
        said = [float(number) for found in numbers for number in found]
        if re.search(r"\bsteps?\b", text, re.I):
            return Compare(steps=tuple(int(number) for number in said))
        return Compare(guidances=tuple(said))
    if values and all(find_sampler(value) for value in values):
        return Compare(samplers=tuple(values))
    if not values or all(_MODEL.search(value) for value in values) or re.search(r"\bmodels?\b", text, re.I):
        return Compare(models=tuple(values))
    return Compare(styles=tuple(re.sub(r" (?:styles?|versions?|looks?)$", "", value, flags=re.I) for value in values))


def find_sampler(text: str) -> bool:
    """Whether a sampler is named."""
    return (
        re.fullmatch(
            r"(?:euler(?: a| ancestral)?|ddim|ddpm|dpm\S*(?: \S+){0,2}|uni-?pc|heun|lms|lcm|pndm|plms|k_\w+)(?: karras)?", trim(text), re.I
        )
        is not None
    )


def save(text: str, facts: Facts) -> Reading | None:
    match = _SAVE.match(text)
    if match is None or re.match(r"save (?:the |a )?(?:day|world)", text, re.I):
        return None
    name = unquoted(trim(match["n"] or ""))
    name = "" if re.fullmatch(r"(?:an? )?(?:png|jpe?g|webp|file|picture|image)", name, re.I) else name
    return Reading(SURE + 0.07, plan=Save(name=name), rule="save")


RULES = (undo, redo, goto, goto_when, branch, compare, save)
