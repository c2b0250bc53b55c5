"""Questions and courtesies: about the picture (Read), about generative visuals (Ask), greetings and thanks (Talk).

A Talk reply is made from facts: what the session has and what can be said next. It pretends no understanding.
"""

import re

from codirector.assistant.plan import Ask, Read, Talk
from codirector.assistant.planner.reading import EXACT, LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.text import article, trim

_HOW_READ = re.compile(
    r"\b(?:which|what) (?:parts?|bits?|areas?|regions?|things?|pixels)\b.{0,40}\b(?:from|belongs? to|due to|because of|caused by|made by)"
    r" (?:which|what|my) words?\b|\b(?:which|what) (?:words?|parts? of (?:my|the) (?:prompt|message|text|sentence))\b.{0,30}\b(?:caused"
    r"|made|led"
    r"|produced|became|gave|did what|decided|shaped|influenced)\b|"
    r"\bhow (?:did|do|does|was|is|were|have)(?: (?:you|it|the model|my prompt|this|that|my (?:message|words|text)"
    r"|the prompt))?.{0,40}\b(?:read|interpret(?:ed)?|understand|understood|pars(?:e|ed)|see it|take it|took)\b"
    r"|\bwhat did you (?:understand|make of|read|parse|get from)\b|\bwhich (?:words|parts) (?:mattered|counted|did (?:it|you"
    r"|the model) (?:use|look at|attend))|\b(?:attention|heat) ?maps?\b|\bexplain (?:the|this|my|how) (?:picture|result"
    r"|reading|prompt was|it (?:was|is) read)",
    re.I,
)
_QUESTION = re.compile(
    r"^(?:what(?:'s| is| are| was| were| does| do| did| can| kind| sort| colou?r| would| should)?|how|why|when|where|which"
    r"|who|whose|is|are|was|were|does|do|did|can|could|should|would|will|has|have|am|explain|tell me|describe|define"
    r"|any (?:tips|advice|ideas)|(?:the )?(?:difference|differences) between|(?:the )?meaning of)\b",
    re.I,
)
_PICTURE = re.compile(
    r"\b(?:(?:this|the|that|my|current|attached|uploaded|last|in) (?:picture|image|photo|scene|drawing|render|result"
    r"|painting|screenshot|upload)|in (?:it|there|here)|on (?:it|the left|the right)|do you see|can you see|you see|visible"
    r"|shown|depicted|going on|happening|look like|look at|is (?:this|that|it|he|she)|are (?:there|they|these|those)"
    r"|is there)\b",
    re.I,
)
_DESCRIBE = re.compile(
    r"^(?:describe|caption|analy[sz]e|look at|read|inspect|examine)(?: (?:it|this|that|the (?:picture|image|photo|scene)"
    r"|what you see|my (?:picture|image|photo|upload)|for me))*$|^(?:what (?:do|can) you see|what(?:'s| is) (?:in )?(?:it"
    r"|this|that|the (?:picture|image|photo|scene))|what(?:'s| is) (?:going on|happening|shown|depicted|there)"
    r"|what am i looking at)\b",
    re.I,
)
_SUBJECTS = re.compile(
    r"\b(?:cfg|guidance(?: scale)?|samplers?|schedulers?|steps?|seeds?|latents?|diffusion|vae|clip|lora|loras|controlnet"
    r"|checkpoints?|sdxl|sd ?1\.5|flux|stable diffusion|midjourney|dall-?e|comfyui|a1111|automatic1111|prompts?|prompting"
    r"|negative prompts?|weights?|embeddings?|in-?painting|out-?painting|img2img|text2img|txt2img|denois\w*|upscal\w+"
    r"|upscalers?|hires|resolution|aspect ratio|tokens?|break|u-?net|transformers?|dit|fine-?tun\w+|dreambooth"
    r"|textual inversion|euler|dpm\+?\+?\w*|ddim|unipc|noise|attention|flow matching|rectified flow|turbo|lightning|lcm"
    r"|distill\w*|models?|safetensors|gguf|quanti[sz]\w+|vram|gpu|ip-?adapter|t2i|ai art|generative|image generation"
    r"|rule of thirds|golden ratio|composition|depth of field|bokeh|focal length|aperture|lens|golden hour|rim light\w*"
    r"|chiaroscuro|art styles?|medium|colou?r grading|colou?r theory|fps|frame ?rate|motion|animat\w+|video models?"
    r"|watermark|copyright|licen[sc]e)\b",
    re.I,
)
_EXPLAIN = re.compile(
    r"^(?:explain|tell me (?:more )?about|define|describe|teach me(?: about)?|what does|what is|what's|what are"
    r"|how do(?:es)?|how can|how to|how should|why do(?:es)?|when should|which|who|(?:the )?differences? between|(?:the )?meaning of"
    r"|tips (?:for|on)"
    r"|advice (?:for|on))\b",
    re.I,
)
_WORLD = re.compile(
    r"^(?:what|who|whom|when|where|why|which|how)(?:'s| (?:many |much |long |far |old |often )?"
    r"(?:is|are|was|were|do|does|did|has|have|can|should))\b",
    re.I,
)
_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|howdy|(?:a very )?good (?:morning|evening|afternoon|day)|yo|greetings|hallo|what'?s up|sup)"
    r"(?: (?:to )?(?:there|everyone|all|codirector|again|you|friend))?[\s!.,]*)+$",
    re.I,
)
_ADJECTIVE = (
    r"(?:gorgeous|great|perfect|nice|good|lovely|beautiful|amazing|awesome|cool|wonderful|stunning|excellent|fantastic|brilliant|superb"
    r"|super"
    r"|sweet|neat|marvell?ous|fabulous|adorable|cute|better|incredible|impressive|pretty good|fine|delightful|splendid)"
)
_PRAISE = (
    rf"(?:ok(?:ay)?|wow|yes+|yeah|yay|haha+|lol|oh+|ah+|nice one|not bad|exactly(?: (?:right|that|what i wanted|like that))?"
    rf"|(?:so |very |really |just |simply |absolutely |how |much |way )?{_ADJECTIVE}(?: (?:job|work|one|stuff|touch|result|picture|image))?"
    rf"|well done|bravo|(?:i'?m )?(?:so )?happy with (?:it|this|that)|(?:this|it|that)(?:'s| is| looks?| turned out| came out)?"
    rf"(?: so| really| very| just| absolutely| much| simply)* (?:{_ADJECTIVE}|it|all|enough|exactly (?:it|right|what i wanted))"
    rf"|looks? (?:so |really |very )?{_ADJECTIVE}(?: (?:now|already))?|(?:i )?(?:really |just |absolutely )?(?:love"
    rf"|like|adore) (?:it|this|that)"
    r"(?: so much| a lot| very much)?(?: (?:now|already))?|(?:many |big )?thanks?(?: you)?(?: so much| a lot| very much| a bunch)?"
    r"|much appreciated|thx|ty|tysm|cheers|bye|goodbye|see you|good night|that works|works for me|so much|a lot"
    r"|you'?re (?:great|awesome|the best)"
    r"|you rock|codirector|for (?:that|this|now|the help)|now)"
)
_THANKS = re.compile(rf"^(?!(?:now|better|for|a lot|so much)\b){_PRAISE}(?:[\s!.,;:-]+(?:and )?{_PRAISE})*[\s!.:)]*$", re.I)
_HESITATION = re.compile(
    r"^(?:h+m+|u+h*m+|u+h+|e+r+m*|o+h+|a+h+|ok(?:ay)?|well|wait|no,? wait|wait,? no|hold on|hang on|actually(?: no)?"
    r"|no|nah|nope|yes|yeah|yep"
    r"|right|alright|so|sorry|please|anyway|let'?s see|let me (?:see|think))(?:[\s,.!]+(?:h+m+|no|wait|actually"
    r"|ok(?:ay)?|so|well))*[\s.,!]*$",
    re.I,
)
_ABILITIES = re.compile(
    r"^(?:what (?:can|could) (?:you|i|we) (?:do|ask|say|make|change)(?: (?:here|now|next|with (?:this|it)))?"
    r"|help(?: me)?(?: please)?|how does this work|what are you|who are you|how do i use (?:this|you|it)|what now|what next"
    r"|(?:who|what) are you,? (?:and|&) what (?:can|do) you do|what(?: all)? (?:can|do) you do|what are you (?:able to do|good at|for)"
    r"|are you (?:a |an )?(?:robot|human|person|ai|bot|real person|machine)|what'?s your name"
    r"|commands|what is this|how do i (?:start|begin)|show (?:me )?(?:the )?(?:help|commands|examples)|/?help|usage"
    r"|instructions)[?\s]*$",
    re.I,
)


def looks(text: str, facts: Facts) -> Reading | None:
    """Questions that the picture answers. `text` keeps its question mark."""
    plain = trim(text)
    if _HOW_READ.search(plain):
        return Reading(EXACT, plan=Read(question=plain, how=True), rule="how was it read")
    seen = facts.view.picture is not None or facts.scene is not None or bool(facts.attachments)
    if not seen:
        return None
    if _DESCRIBE.match(plain):
        return Reading(EXACT - 0.01, plan=Read(question=plain), rule="describe")
    asks = text.rstrip().endswith("?") or re.match(
        r"^(?:what|how many|how much|where|who|which|is|are|does|do|why|describe|tell me|whose|was|were|has)\b", plain, re.I
    )
    if (
        not asks
        or not _QUESTION.match(plain)
        or (
            re.match(r"^(?:can|could|would|will|should|do you think|would it) ?(?:you|we|i)?\b(?! see)", plain, re.I)
            and not re.match(r"^(?:can|do) you (?:see|recogni[sz]e|spot|tell|count|read)\b", plain, re.I)
        )
    ):
        return None
    if re.match(
        r"^(?:what|how) (?:would|will) (?:it|this|that) look(?: like)? (?:if|as|in|at|with|under|by|from)\b|^what (?:if|about)\b"
        r"|^how about\b|^why (?:don't|not)\b",
        plain,
        re.I,
    ):
        return None
    about_scene = any(
        resolve(word, facts).kind == "element"
        for word in re.findall(r"\b(?:the|he|she|it|him|her|they)? ?[\w-]+\b", plain)
        if len(word) > 1 and word.strip().lower() not in ("a", "an")
    )
    general = _SUBJECTS.search(plain) is not None and not re.search(
        r"\b(?:this|the|my|current) (?:picture|image|photo|scene|render|result)\b", plain, re.I
    )
    if _PICTURE.search(plain) and not (general and _EXPLAIN.match(plain)):
        return Reading(SURE + 0.02, plan=Read(question=plain), rule="question about the picture")
    if (
        about_scene
        and not general
        and re.match(r"^(?:how many|what colou?r|where|who|is|are|does|what (?:is|are|does)|which|has|why)\b", plain, re.I)
    ):
        return Reading(SURE, plan=Read(question=plain), rule="question about a thing")
    return None


def knowledge(text: str, facts: Facts) -> Reading | None:
    """Questions about how generative visuals work."""
    plain = trim(text)
    if re.match(
        r"^(?:what (?:if|about)|how about|what would|could|can|would|will|should|shall|may)\b(?! (?:i use|i choose|i pick|i set"
        r"|one|controlnet|lora))",
        plain,
        re.I,
    ) and not re.match(r"^(?:can|could|would|should) (?:i|a model|diffusion|it) (?:use|train|run|sell)", plain, re.I):
        return None
    if facts.scene is None and _WORLD.match(plain):
        # Nothing is there that it could be about, and nobody describes a picture like this; the articles know or say that they do not.
        return Reading(SURE, plan=Ask(question=plain[:200]), rule="question about anything")
    asks = text.rstrip().endswith("?") or _EXPLAIN.match(plain)
    if not asks or not _QUESTION.match(plain):
        return None
    if _SUBJECTS.search(plain):
        return Reading(SURE + 0.01, plan=Ask(question=plain[:200]), rule="question about the craft")
    if (
        _EXPLAIN.match(plain)
        and re.search(r"\b(?:style|light|lighting|prompt|picture|image|photo|painting|art|camera|movement|technique)s?\b", plain, re.I)
        and re.match(r"^(?:what(?:'s| is| are| does)|how (?:do|does|can|to)|explain|define|tell me|why)\b", plain, re.I)
        and not re.search(r"\b(?:this|the|my) (?:picture|image|photo)\b", plain, re.I)
    ):
        return Reading(LIKELY, plan=Ask(question=plain[:200]), rule="question about the craft")
    return None


def courtesy(text: str, facts: Facts) -> Reading | None:
    """Greetings, thanks, 'what can you do?'."""
    plain = text.strip()
    if _ABILITIES.match(plain):
        return Reading(EXACT + 0.0, plan=Talk(reply=abilities(facts)), rule="abilities")
    if _GREETING.match(plain):
        return Reading(EXACT - 0.01, plan=Talk(reply=greeting(facts)), rule="greeting")
    if len(plain) <= 160 and _THANKS.match(plain):
        return Reading(EXACT - 0.01, plan=Talk(reply=thanks(facts)), rule="thanks")
    return None


def hesitation(text: str) -> bool:
    """Whether the words wish for nothing at all: 'hmm', 'no wait', 'ok so'."""
    return len(text) <= 60 and _HESITATION.match(text.strip()) is not None


IDEAS = ("a fox in the snow at sunset, watercolor", "two cats sleeping on a red sofa", "portrait of an old sailor, oil painting")


def examples(facts: Facts) -> tuple[str, ...]:
    """Messages that fit the scene as it is now and are certain to be understood."""
    scene = facts.scene
    if scene is None:
        return IDEAS
    main = scene.elements[0].name if scene.elements else ""
    options = [
        "make it night" if "night" not in scene.lighting else "make it sunrise",
        f"make the {main} blue" if main else "add a red balloon",
        "add a red balloon" if main and "balloon" not in facts.names else "zoom in",
        "as an oil painting" if "oil" not in scene.style + scene.medium else "make it cartoon",
    ]
    return tuple(options)


def greeting(facts: Facts) -> str:
    if facts.scene is None:
        return f"Hello. Describe a picture and it will be drawn, for example: {examples(facts)[0]}."
    return f"Hello. The picture has {_things(facts)}. One change at a time, for example: {examples(facts)[0]}."


def thanks(facts: Facts) -> str:
    if facts.view.later:
        return f"Still kept for later: {facts.view.later[0].text}. Say next to take it, or save to keep the picture as it is."
    if facts.scene is None:
        return f"Describe a picture whenever you like, for example: {examples(facts)[0]}."
    return "The picture stays as it is. Say save to get the file, or name the next change."


def abilities(facts: Facts) -> str:
    if facts.scene is None:
        return (
            "Describe a picture in your own words and it is drawn: things, place, light, style. Then say one change at a time. To begin: "
            + "; ".join(examples(facts))
            + ". To learn: teach me the basics, quiz me, or tell me a story about a fox."
        )
    kept = f" Kept for later: {facts.view.later[0].text} (say next)." if facts.view.later else ""
    return (
        f"The picture has {_things(facts)}. You can add, remove, replace or recolour things, set place, light, mood, style, camera, "
        "weights and settings, retouch a region, upscale, undo, redo, branch, save. Now for example: "
        + "; ".join(examples(facts))
        + "."
        + kept
    )


def _things(facts: Facts) -> str:
    names = [f"{e.count} {e.name}" if e.count > 1 else article(e.name) for e in facts.elements[:4]]
    return ", ".join(names) if names else "no named things yet"


RULES = (courtesy, looks, knowledge)
