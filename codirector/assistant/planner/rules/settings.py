"""Render settings in words, and locks."""

import re

from codirector.assistant.planner.reading import EXACT, SURE, Facts, Reading
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.text import trim
from codirector.prompts.change import Lock, SetRender
from codirector.prompts.scene import Scene

USUAL = {"steps": 24, "guidance": 5.0, "side": 512, "layout": 0.6}
"""What 'more' and 'less' are counted from while a scene leaves a setting to the model."""
_SEED = re.compile(
    r"^(?:use |set |try |with |take |go with |change |make )?(?:the )?seed(?: number)?(?: to| of| as| is| =|:|=)? ?(?P<n>\d{1,10})$", re.I
)
_OTHER_SEED = re.compile(
    r"^(?:(?:the )?same(?: (?:thing|picture|image|prompt|scene|one|again))?,? (?:but |with |but with )+)?(?:(?:use|try|with"
    r"|take|give me|pick|roll|get|change|generate|choose|let's see) )?(?:an? |the )?(?:another|different|new|other|random"
    r"|fresh|next) (?:seed|variation|variant|version of (?:it|this|the same)|take|roll)(?: number)?(?: of (?:it|this))?$"
    r"|^(?:re-?roll|reroll it|vary(?: it| this)?|try again|do it again|once more|again|another one|one more time|another try"
    r"|change the seed|randomi[sz]e(?: the seed)?|new seed|give it another (?:go|try|shot)|shuffle|regenerate(?: it)?"
    r"|re-?generate|redraw(?: it)?|re-?do it|make (?:a|another) variation|next seed|roll again|(?:get |make |show "
    r"|give me )?(?:(?:\d|two|three|four|a few|some|more|several) )?(?:other |different |more )?variations?(?: of (?:it"
    r"|this))?|(?:don'?t|do not|stop) us(?:e|ing) (?:that|this|the same) seed)$",
    re.I,
)
_STEPS = re.compile(
    r"^(?:use |set |try |with |do |run |render |make |go )?(?:the )?(?:(?:number of )?(?:sampling |inference "
    r"|diffusion )?steps?(?: to| =|:| at)? ?(?P<n>\d{1,3})|(?P<m>\d{1,3}) (?:sampling |inference |diffusion )?steps?)$",
    re.I,
)
_MORE_STEPS = re.compile(
    r"^(?:use |with |do |run |try |add |take |a few |some )*(?P<w>more|fewer|less|double the|twice the"
    r"|half the) (?:number of )?(?:sampling |inference |diffusion )?steps?$",
    re.I,
)
_GUIDANCE = re.compile(
    r"^(?:use |set |try |with |make )?(?:the )?(?:cfg|guidance|cfg scale|guidance scale|prompt strength)(?: scale"
    r"| value)?(?: to| of| =|:| at)? ?(?P<n>\d{1,2}(?:\.\d+)?)$",
    re.I,
)
_MORE_GUIDANCE = re.compile(
    r"^(?:(?P<up>(?:follow|stick(?: closer| more closely)? to|obey|respect|adhere to|listen to|keep closer to|stay closer to"
    r"|be closer to|closer to)(?: more closely to)? (?:the |my )?(?:prompt|text|words|description|instructions?)(?: (?:more"
    r"|better|more closely|more strictly|closely|harder))?|(?:more|stronger|higher|increase|raise)(?: the)? (?:cfg|guidance"
    r"|prompt (?:strength|adherence|weight)))"
    r"|(?P<down>(?:be |get )?(?:more (?:creative|free|freedom)|less (?:literal|strict))(?: with (?:it|the prompt))?"
    r"|follow (?:the |my )?prompt less(?: strictly)?|(?:less|lower|weaker|decrease|reduce)(?: the)? (?:cfg|guidance"
    r"|prompt (?:strength|adherence))|(?:more|give it more) freedom))$",
    re.I,
)
_SIZE = re.compile(
    r"^(?:make it |use |set |render |resize |generate |in |at |change )?(?:it )?(?:the )?(?:size|resolution|dimensions?"
    r"|format|canvas)?(?: to| of| =|:| at)? ?(?P<w>\d{2,4}) ?(?:x|×|by|\*) ?(?P<h>\d{2,4})(?: ?(?:px|pixels?))?$",
    re.I,
)
_ASPECT = re.compile(
    r"^(?:make it |use |set |render |change |in |a |give me |switch |have )*(?:it )?(?:the |an? )?(?:(?:aspect )?ratio"
    r"|format)?(?: to| of| =|:| as)? ?(?P<a>\d{1,2}) ?[:/] ?(?P<b>\d{1,2})(?: (?:aspect )?(?:ratio|format))?$",
    re.I,
)
_FORMAT = re.compile(
    r"^(?:make it |use |turn it |render it |switch |change |in |a |an |give me |have |want |put it |it |set |to |into |with "
    r"|the )*(?P<f>portrait|landscape|square|vertical|horizontal|widescreen|wide-screen|upright|cinema(?:scope)?|panorama"
    r"|banner|story|phone wallpaper)(?: (?:format|orientation|mode|aspect(?: ratio)?|size|canvas|picture|image"
    r"|frame))(?: please)?$|^(?:make it |turn it |it should be |in )(?P<g>square|vertical|horizontal|widescreen|upright)$",
    re.I,
)
_WIDER = re.compile(
    r"^(?:make |render |have )?(?:it |the (?:picture|image|canvas|format|frame) )?(?:should be |to be |be )?(?:a bit "
    r"|a little |much |slightly |even )?(?P<d>wider|taller|narrower|higher|shorter)(?: (?:picture|image|format|canvas|frame"
    r"|aspect))?$",
    re.I,
)
_SAMPLER = re.compile(
    r"^(?:use |set |try |with |switch to |change (?:to )?|take )?(?:the )?(?:(?:sampler|scheduler)(?: to| =|:"
    r"| as)? ?(?P<a>[\w+. -]{2,40})|(?P<b>(?:dpm|euler|ddim|heun|lms|unipc|uni-pc|lcm|plms|deis|pndm"
    r"|ddpm)[\w+. -]{0,30}?)(?: (?:sampler|scheduler|sampling))?)$",
    re.I,
)
_MODEL = re.compile(
    r"^(?:use |switch to |change to |try |with |set |go to |render (?:it )?with |draw (?:it )?with |make it with "
    r"|run (?:it )?(?:on|with) )+(?:the )?(?:model(?: to| =|:)? ?(?P<a>[\w./:-]+)|(?P<b>[\w./:-]+(?: [\w.-]+)?) (?:model"
    r"|checkpoint)|(?P<c>(?:sd ?xl|sdxl|flux|sd ?1\.5|sd15|sd ?3(?:\.5)?|stable diffusion(?: xl| 1\.5| 3)?|qwen-image"
    r"|qwen image|pixart|kandinsky|dreamshaper|juggernaut)[\w./:-]*))$",
    re.I,
)
_LAYOUT = re.compile(
    r"^(?:(?P<up>(?:follow|keep to|stick to) the (?:layout|sketch|placement)(?: (?:more|closely|more closely))?"
    r"|(?:more faithful|stronger) (?:layout|sketch))|(?P<down>(?:ignore|drop|forget) the (?:layout|sketch)|(?:looser|freer"
    r"|weaker) (?:layout|sketch)|without (?:the )?(?:layout|sketch)))$",
    re.I,
)
_KEEP = re.compile(
    r"^(?:(?:lock|freeze|pin|protect|fix|preserve|hold) (?P<a>.+?)(?: (?:in place|down|as (?:it|they) (?:is|are)"
    r"|for (?:everything|now|all)))?"
    r"|(?:keep|leave) (?P<b>.+?) (?:as (?:it|they|he|she) (?:is|are|was|looks?)|as is|the same|unchanged|untouched|alone"
    r"|fixed|locked|like (?:that|this|it is)|as-is|exactly as (?:it|they|he|she) (?:is|are)|in place)(?: (?:from now on"
    r"|for everything|throughout|always|for the rest|every time))?"
    r"|(?:keep|use) (?:the |this )?same (?P<c>.+?)(?: (?:for (?:everything|all(?: of them)?|the rest)|from now on|throughout"
    r"|always|every time))?"
    r"|(?:don't|do not|never) (?:touch|change|alter|move|modify|mess with) (?P<d>.+?)(?: (?:from now on|any ?more|again"
    r"|at all|ever|please))?"
    r"|(?P<e>.+?) (?:should|must|has to|needs to) (?:stay|remain|be kept)(?: (?:as (?:it|they|he|she) (?:is|are)|the same"
    r"|unchanged|fixed|exactly as (?:it|he|she) is|like that))?"
    r"|keep (?P<f>the (?:fox|seed|style|[\w -]+?)|this seed))$",
    re.I,
)
_LET_GO = re.compile(
    r"^(?:un-?lock|unfreeze|unpin|release|free up|let go of|stop (?:locking|keeping|protecting)|you (?:can|may) (?:change"
    r"|touch|alter|move)) (?P<t>.+?)(?: again| now)?$",
    re.I,
)


def seed(text: str, facts: Facts) -> Reading | None:
    if (match := _SEED.match(text)) is not None:
        return _set("seed", match["n"])
    return _set("seed", str(facts.fresh_seed)) if _OTHER_SEED.match(text) and facts.scene is not None else None


def amounts(text: str, facts: Facts) -> Reading | None:
    """Steps and guidance, by number or by 'more'."""
    render = (facts.scene or Scene()).render
    if (match := _STEPS.match(text)) is not None:
        return _set("steps", match["n"] or match["m"])
    if (match := _MORE_STEPS.match(text)) is not None:
        now = render.steps or int(USUAL["steps"])
        up = match["w"].lower() in ("more", "double the", "twice the")
        exact = {"double the": now * 2, "twice the": now * 2, "half the": now // 2}.get(match["w"].lower())
        return _set("steps", str(max(1, min(200, exact or round(now * (1.5 if up else 0.66))))))
    if (match := _GUIDANCE.match(text)) is not None:
        return _set("guidance", match["n"])
    if (match := _MORE_GUIDANCE.match(text)) is not None:
        now = render.guidance if render.guidance is not None else USUAL["guidance"]
        return _set("guidance", f"{max(1.0, min(20.0, now + (2.0 if match['up'] else -2.0))):g}")
    if (match := _LAYOUT.match(text)) is not None:
        now = render.layout if render.layout is not None else USUAL["layout"]
        value = min(1.0, now + 0.2) if match["up"] else 0.0 if re.search(r"ignore|drop|forget|without", text, re.I) else max(0.0, now - 0.3)
        return _set("layout", f"{value:g}")
    return None


def size(text: str, facts: Facts) -> Reading | None:
    """Sizes in pixels, ratios, formats, 'wider'. The area is kept where only the shape is named; multiples of 64."""
    if (match := _SIZE.match(text)) is not None:
        return _set("size", f"{match['w']}x{match['h']}")
    width, height = _now(facts)
    if (match := _ASPECT.match(text)) is not None and int(match["a"]) and int(match["b"]):
        return _set("size", shaped(width * height, int(match["a"]) / int(match["b"])))
    if (match := _FORMAT.match(text)) is not None:
        name = (match["f"] or match["g"]).lower()
        ratio = {
            "portrait": 2 / 3,
            "vertical": 2 / 3,
            "upright": 2 / 3,
            "story": 9 / 16,
            "phone wallpaper": 9 / 16,
            "square": 1.0,
            "landscape": 3 / 2,
            "horizontal": 3 / 2,
        }.get(name, 16 / 9)
        return _set("size", shaped(width * height, 3.0 if name == "banner" else ratio))
    if (match := _WIDER.match(text)) is not None:
        direction = match["d"].lower()
        factor = {"wider": (1.25, 1), "taller": (1, 1.25), "higher": (1, 1.25), "narrower": (0.75, 1), "shorter": (1, 0.75)}[direction]
        return _set("size", f"{_eight(width * factor[0])}x{_eight(height * factor[1])}", SURE + 0.03)
    return None


def shaped(area: float, ratio: float) -> str:
    """'WxH' with about that area and ratio."""
    width = (area * ratio) ** 0.5
    return f"{_eight(width)}x{_eight(width / ratio)}"


def _eight(pixels: float) -> int:
    return max(64, min(4096, round(pixels / 64) * 64))


def _now(facts: Facts) -> tuple[int, int]:
    render = (facts.scene or Scene()).render
    side = int(USUAL["side"])
    if render.width and render.height:
        return render.width, render.height
    if facts.view.picture is not None and facts.view.picture.width and facts.view.picture.height:
        return facts.view.picture.width, facts.view.picture.height
    return render.width or side, render.height or side


def named(text: str, facts: Facts) -> Reading | None:
    """Sampler and model by name."""
    if (match := _SAMPLER.match(text)) is not None:
        return _set("sampler", trim(match["a"] or match["b"]))
    if (match := _MODEL.match(text)) is not None:
        name = trim(match["a"] or match["b"] or match["c"])
        return (
            None
            if name.lower() in ("another", "a different", "different", "other", "a", "this", "better", "a better")
            else _set("model", name)
        )
    return None


def keep(text: str, facts: Facts) -> Reading | None:
    """Locks: an element, a field, a detail's field or the seed stays; 'unlock' lets it go."""
    if (match := _LET_GO.match(text)) is not None:
        name = _lockable(match["t"], facts)
        return Reading(EXACT, Lock(target=name, undo=True), rule="unlock") if name else None
    match = _KEEP.match(text)
    if match is None or facts.scene is None:
        return None
    name = _lockable(next(part for part in match.groups() if part), facts)
    return Reading(EXACT - 0.01, Lock(target=name), focus=name if facts.element(name) else "", rule="lock") if name else None


def _lockable(text: str, facts: Facts) -> str:
    target = resolve(text, facts)
    if target.kind in ("element", "field", "seed"):
        return target.name
    locked = facts.scene.locked if facts.scene else ()
    return next((name for name in locked if name.lower() == trim(text).lower().removeprefix("the ")), "")


def _set(setting: str, value: str, certainty: float = EXACT) -> Reading:
    return Reading(certainty, SetRender(setting=setting, value=value), rule=f"set {setting}")  # type: ignore[arg-type]


RULES = (seed, amounts, size, named, keep)
