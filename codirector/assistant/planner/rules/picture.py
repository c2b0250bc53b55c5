"""What is done to the finished picture: tones, crop, rotation, upscaling; and retouching one region of it."""

import re

from codirector.assistant.planner.nouns import colour_of, place_of
from codirector.assistant.planner.reading import EXACT, LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.text import key, trim
from codirector.prompts.change import Adjust, Retouch, Upscale
from codirector.prompts.scene import Adjustment, Retouching

_FRAME = (
    r"^(?:(?:make|turn|get|have|render|give|bump|boost|increase|raise|reduce|lower|decrease|add|use|want|need|push|bring"
    r"|pull|put|crank|dial|cut|drop|up|down|turn up|turn down|set|apply|do)\b ?(?:up|down|in)? ?)?(?:(?:it|this|that"
    r"|everything|the (?:whole )?(?:picture|image|scene|photo|thing)|its|him|her) ?)?(?:(?:should|could|must|needs to"
    r"|to) (?:be )?)?(?:look |be |feel )?"
)
_TONES: tuple[tuple[str, str, int], ...] = (
    (
        r"bright(?:er|en)(?: (?:it|this|up|everything|the (?:picture|image|photo|whole thing|scene)))*(?: up)?|(?:more "
        r"|higher )?brightness|lighter|more light|less dark|lighten(?: (?:it|the (?:picture|image)))?(?: up)?|more exposure"
        r"|overexposed more",
        "brightness",
        1,
    ),
    (
        r"dark(?:er|en)(?: (?:it|this|everything|the (?:picture|image|photo|whole thing|scene)))*(?: down)?|dim(?:mer)?(?: it)?"
        r"|less bright(?:ness)?|dimmed|less light|less exposure",
        "brightness",
        -1,
    ),
    (r"(?:more |higher |stronger |greater |the )?contrast(?:y|ier)?", "contrast", 1),
    (r"(?:less|lower|softer) contrast|flatter|contrast down", "contrast", -1),
    (
        r"(?:more )?(?:saturat(?:ed|ion|e(?: it)?)|vivid|vibran(?:t|ce|cy)|colou?rful|intense colou?rs?)|(?:more|stronger|richer"
        r"|bolder|brighter|livelier|vivid|vibrant) colou?rs?|pop(?: more)?|(?:the )?colou?rs? (?:pop|stronger|more vivid"
        r"|brighter|more vibrant|richer|more saturated|more intense)(?: more)?",
        "saturation",
        1,
    ),
    (
        r"(?:less |lower )(?:saturat(?:ed|ion)|vivid|vibrant|colou?rful|colou?r)|desaturat(?:e|ed)(?: (?:it|the (?:picture"
        r"|image)))?|(?:more )?(?:muted|duller|faded)(?: colou?rs?)?|(?:weaker|paler|softer) colou?rs?",
        "saturation",
        -1,
    ),
    (
        r"warmer(?: (?:colou?rs?|tones?|look|hues?|palette|temperature|tint|light))?|more warmth|(?:the )?(?:colou?rs?"
        r"|tones?) warmer|warm(?:th)?(?: it)? up|warmth|less cold",
        "warmth",
        1,
    ),
    (
        r"(?:cooler|colder)(?: (?:colou?rs?|tones?|look|hues?|palette|temperature|tint))?|less warm(?:th)?|(?:the )?(?:colou?rs?"
        r"|tones?) (?:cooler|colder)|cool(?: it)? down",
        "warmth",
        -1,
    ),
    (
        r"sharp(?:er|en)(?: (?:it|this|the (?:picture|image|photo|whole thing)|up))*|crisper|more (?:sharpness|crisp|sharp)"
        r"|sharpness|less soft",
        "sharpness",
        1,
    ),
    (r"(?:less sharp(?:ness)?|softer(?: (?:look|image|picture))?|soften(?: (?:it|the (?:picture|image)))?|smoother)", "sharpness", -1),
)
_DEGREES = (
    r"(?:(?P<d>a (?:tiny |little )?bit|a little(?: bit)?|slightly|somewhat|a touch|a tad|just a (?:bit|little)|much|a lot"
    r"|way|far|even|considerably|significantly|really|very|lots|so much)(?: of)? )?"
)
_ADJUST = tuple(
    (
        re.compile(
            f"{_FRAME}{_DEGREES}(?:more (?=\\w+er\\b))?(?:the |some |a )?(?P<x>{pattern})(?: (?P<e>a (?:tiny |little )?bit"
            f"|a little(?: bit)?|slightly|somewhat|a touch|a tad|a lot|much|up|down|more|by (?P<n>\\d{{1,3}}) ?(?:%|percent)))*$",
            re.I,
        ),
        kind,
        sign,
    )
    for pattern, kind, sign in _TONES
)
_TOO = re.compile(
    r"^(?:it(?:'s| is| looks| seems| feels| comes out)?|this is|that's|the (?:picture|image|photo|whole thing|scene"
    r"|colou?rs?)(?: is| are| look)?)? ?(?:(?:way |far |much |a bit |a little |slightly |just )?too|not (?:so|too|as|that)"
    r"|less) (?P<w>dark|bright|light|dim|pale|colou?rful|saturated|dull|vivid|warm|cold|cool|yellow|blue|soft|sharp|harsh"
    r"|flat|contrasty|overexposed|underexposed|washed out|faded)(?:[,;.] .*|$| (?:for me|now|here))",
    re.I,
)
_TOO_MEANS = {
    "dark": ("brightness", 0.2),
    "dim": ("brightness", 0.2),
    "underexposed": ("brightness", 0.25),
    "bright": ("brightness", -0.2),
    "light": ("brightness", -0.2),
    "overexposed": ("brightness", -0.25),
    "pale": ("saturation", 0.2),
    "dull": ("saturation", 0.2),
    "faded": ("saturation", 0.2),
    "washed out": ("contrast", 0.2),
    "colorful": ("saturation", -0.2),
    "colourful": ("saturation", -0.2),
    "saturated": ("saturation", -0.2),
    "vivid": ("saturation", -0.2),
    "warm": ("warmth", -0.2),
    "yellow": ("warmth", -0.2),
    "cold": ("warmth", 0.2),
    "cool": ("warmth", 0.2),
    "blue": ("warmth", 0.2),
    "soft": ("sharpness", 0.2),
    "sharp": ("sharpness", -0.2),
    "harsh": ("contrast", -0.2),
    "contrasty": ("contrast", -0.2),
    "flat": ("contrast", 0.2),
}
_CROP = re.compile(
    r"^(?:crop|trim|cut)(?: (?:it|this|the (?:picture|image|photo|edges|sides|borders)))?(?: (?P<how>(?:down )?(?:to|around"
    r"|on|in|into|by|closer|tighter|a bit|a little|a lot|off|away|slightly).*|in|down))?$|^(?:a )?tighter crop$",
    re.I,
)
_ROTATE = re.compile(
    r"^(?:rotate|turn|tilt|spin|flip)(?: (?:it|this|the (?:picture|image|photo|whole thing)))? ?(?:by )?(?P<how>.*)$", re.I
)
_UPSCALE = re.compile(
    r"^(?:(?:up-?scale|up-?size|enlarge|upres|up-?sample|super-?resolution|magnify|upscaling)(?: (?:it|this|that"
    r"|the (?:picture|image|photo|result)|to|by|at|a bit|more|please))*(?: ?(?P<n>\d(?:\.\d)?|two|three|four|twice|double"
    r"|\d{1,2}k)(?: ?x| ?times|-fold)?(?: (?:as big|bigger|larger|the size|resolution))?)?"
    r"|(?:make|get|render|want|give me|have)? ?(?:it|this|the (?:picture|image|photo))? ?(?:(?:a |much |even |a bit "
    r"|a lot )?(?:bigger|larger|huge)|(?P<n2>\d|two|three|four|twice|double) ?(?:x|times) (?:as )?(?:bigger|larger|big|large"
    r"|the size|the resolution)|twice as (?:big|large)|double the (?:size|resolution))(?: (?:picture|image|version|one))?"
    r"|(?:give me |make |want |need |get |have |in |show )*(?:it |this )?(?:(?:in|a|at|to) )*(?:a )?(?:higher|more|better"
    r"|high|full|double|print|greater|max(?:imum)?)[ -]?(?:res(?:olution)?|def(?:inition)?|quality print)(?: (?:version|one"
    r"|picture|image|of (?:it|this)))*"
    r"|(?:need |want |give me |make |have |get |render )?(?:it |this |a |the )*(?:in |to |at "
    r"|as )?(?P<k>[248])k(?: (?:resolution|version|uhd|quality))?(?: of it)?|(?P<n3>[234]) ?x(?: upscale| bigger| larger"
    r"| size)?|more pixels)$",
    re.I,
)
_ONLY = re.compile(
    r"^(?:change|edit|retouch|alter|recolou?r|paint|redo|repaint|redraw|modify|fix|make|turn|in-?paint|update|touch up"
    r"|improve|fill)(?: (?:in|up))? (?:only|just|nothing but|solely) (?P<r>.+?)(?: (?:(?:in)?to|into|with|as|be"
    r"|look like) (?P<v>.+))?$|^(?:only|just) (?:change|edit|make|turn|recolou?r|paint|redo|fix|retouch|touch"
    r"|repaint) (?P<r2>.+?)(?: (?:(?:in)?to|into|with|as) (?P<v2>.+))?$|^(?:change|make|turn|recolou?r"
    r"|paint) (?P<r3>.+?) (?:only|alone|and nothing else)(?: (?:(?:in)?to|into|with|as|be))? ?(?P<v3>.+)?$",
    re.I,
)
_IN_REGION = re.compile(
    r"^(?P<verb>in-?paint|retouch|touch up|fill(?: in)?|patch|repaint|redo|fix|redraw|repair) (?P<r>.+?)(?: (?:with|to|as"
    r"|into|by adding) (?P<v>.+))?$",
    re.I,
)
_REGION_REST = re.compile(r"^(?:only|just) (?P<r>the [\w -]+?)(?: (?:should be|to be|to|in|as|into) |[:,] )(?P<v>.+)$", re.I)


def tone(text: str, facts: Facts) -> Reading | None:
    """Brightness, contrast, saturation, warmth, sharpness; one step is 0.2, 'a bit' 0.1, 'much' 0.4."""
    if facts.scene is None:
        return None
    if (match := _TOO.match(text)) is not None:
        kind, amount = _TOO_MEANS[match["w"].lower()]
        return _adjust(kind, amount)
    for pattern, kind, sign in _ADJUST:
        match = pattern.match(text)
        if match is None:
            continue
        said = match["x"].lower()
        down = (
            re.match(
                r"^(?:reduce|lower|decrease|less|turn down|dial down|bring down|pull down|cut|drop|down|tone down"
                r"|turn (?:the )?\w+ down)\b|\bdown$",
                text,
                re.I,
            )
            is not None
        )
        if (
            said
            in (
                "contrast",
                "the contrast",
                "brightness",
                "saturation",
                "warmth",
                "sharpness",
                "vivid",
                "vibrant",
                "colorful",
                "colourful",
                "saturated",
                "flatter",
                "smoother",
                "muted",
                "faded",
            )
            and text.lower() == said
        ):
            return None
        if (
            said in ("saturate", "saturated", "vivid", "vibrant", "colorful", "colourful")
            and re.match(r"^(?:more|make|a bit|even|much|way|less|give|add|want)\b", text, re.I) is None
            and said != "saturate"
        ):
            return None
        degree = " ".join(part for part in (match["d"], match["e"]) if part).lower()
        amount = 0.2
        if re.search(r"a (?:tiny |little )?bit|a little|slightly|somewhat|touch|tad", degree):
            amount = 0.1
        elif re.search(r"much|a lot|way|far|considerably|significantly|really|very|lots", degree):
            amount = 0.4
        if match["n"]:
            amount = min(int(match["n"]), 100) / 100
        return _adjust(kind, amount * (-sign if down and sign > 0 else sign))
    return None


def _adjust(kind: str, amount: float) -> Reading:
    return Reading(EXACT - 0.01, Adjust(adjustment=Adjustment(kind=kind, amount=round(amount, 2))), rule=f"adjust {kind}")  # type: ignore[arg-type]


def shape(text: str, facts: Facts) -> Reading | None:
    """Crop (the centred share that stays) and rotation (degrees clockwise)."""
    if facts.scene is None:
        return None
    if (match := _CROP.match(text)) is not None:
        how = (match["how"] or "").lower()
        share = 0.8 if re.search(r"bit|little|slightly", how) else 0.5 if re.search(r"a lot|half|much", how) else 0.7
        if number := re.search(r"(\d{1,2}) ?(?:%|percent)", how):
            share = int(number[1]) / 100 if "to" in how else 1 - int(number[1]) / 100
        note = (
            ""
            if re.search(r"middle|cent(?:re|er)", how) or not how
            else f"A crop keeps the middle: {share:.0%} of the width and height stay."
        )
        return Reading(EXACT - 0.01, Adjust(adjustment=Adjustment(kind="crop", amount=share)), note=note, rule="crop")
    if (match := _ROTATE.match(text)) is not None:
        how = match["how"].lower()
        degrees = (
            float(number[1])
            if (number := re.search(r"(\d{1,3})(?: ?°| ?deg(?:rees)?)?", how))
            else 90.0
            if re.search(r"sideways|quarter|left|right|clockwise", how)
            else 180.0
            if "upside" in how
            else None
        )
        if degrees is None or degrees > 180 or (number is None and not re.match(r"rotate|tilt|flip|turn", text, re.I)):
            return None
        if number is None and re.match(r"^turn\b", text, re.I) and "upside" not in how and "sideways" not in how:
            return None
        counter = re.search(r"counter|anti|left", how) is not None
        return Reading(EXACT - 0.01, Adjust(adjustment=Adjustment(kind="rotate", amount=-degrees if counter else degrees)), rule="rotate")
    return None


def upscale(text: str, facts: Facts) -> Reading | None:
    """2 unless a number is said; 4 where it is 2 already."""
    match = _UPSCALE.match(text)
    if match is None or facts.scene is None:
        return None
    if facts.focus and re.match(r"^(?:make|get|have) (?:it|this) (?:a bit |a lot |much |even )?(?:bigger|larger|huge)$", text, re.I):
        return None  # a thing was just spoken of, so 'it' is that thing and not the picture
    said = (match["n"] or match["n2"] or match["n3"] or "").lower()
    factor = {"two": 2, "twice": 2, "double": 2, "three": 3, "four": 4, "4k": 4, "8k": 4, "2k": 2}.get(said)
    if factor is None:
        factor = int(float(said)) if re.fullmatch(r"\d(?:\.\d)?", said) else 4 if match["k"] in ("4", "8") else 2
    if not said and not match["k"] and facts.scene.upscale >= 2:
        factor = 4
    note = f"The most is 4 times, so it is {min(4, max(2, factor))} times." if factor not in (2, 3, 4) else ""
    return Reading(
        EXACT - 0.01 if said or match["k"] or re.match(r"up|enlarge", text, re.I) else SURE + 0.03,
        Upscale(factor=min(4, max(2, factor))),
        note=note,
        rule="upscale",
    )


def retouch(text: str, facts: Facts) -> Reading | None:
    """One region in words: 'change only the sky to pink', 'fix just the eyes', 'inpaint the corner with flowers'."""
    match = _ONLY.match(text)
    if match is not None:
        region = match["r"] or match["r2"] or match["r3"]
        value = match["v"] or match["v2"] or match["v3"]
        if value is None:
            region, value = _tail(region, facts)
        return _region(region, value, text, facts)
    if (match := _REGION_REST.match(text)) is not None and resolve(match["r"], facts).kind in ("nothing", "element", "region"):
        return _region(match["r"], match["v"], text, facts)
    if (match := _IN_REGION.match(text)) is not None:
        region = trim(match["r"])
        if resolve(region, facts).kind in ("field", "picture") or re.search(
            r"\b(?:seed|blur|noise|grain|artifacts?|perspective|lighting|it)\b", region, re.I
        ):
            return None
        return _region(region, match["v"], text, facts)
    return None


def _tail(region: str, facts: Facts) -> tuple[str, str | None]:
    """'the sky pink' -> ('the sky', 'pink')."""
    words = region.split()
    for size in (2, 1):
        if len(words) > size + (words[0].lower() == "the") and colour_of(" ".join(words[-size:])):
            return " ".join(words[:-size]), " ".join(words[-size:])
    return region, None


def _region(region: str, value: str | None, text: str, facts: Facts) -> Reading | None:
    name = re.sub(r"^(?:the|a|an|that|this) (?=\S)", "", trim(region), flags=re.I)
    if not key(name):
        return None
    target = resolve(region, facts)
    if target.kind == "region":
        name = target.name
    if target.kind == "seed":
        return None
    if value is None:
        content = (
            f"{name}, clean and well drawn"
            if re.search(r"\b(?:fix|repair|redo|redraw|improve|touch up|retouch|repaint)\b", text, re.I)
            else ""
        )
        if not content:
            return None
    else:
        colour = colour_of(value)
        content = f"{colour} {name.split()[-1]}" if colour else re.sub(r"^(?:an?|the|some) (?=\S)", "", trim(value), flags=re.I)
    return Reading(EXACT, Retouch(retouching=Retouching(region=name, content=content)), rule="retouch")


_ORDINARY = re.compile(
    r"the (?:\w+ )?(?:sky|ground|grass|floor|wall|water|sea|ocean|river|lake|road|street|path|tree|cloud|roof|eye"
    r"|hair|face|dress|shirt|door"
    r"|window|curtain|carpet|ceiling|snow|sand|hill|mountain|sun|moon|star|leaf|leave|flower|field|building|house|skin|fur|feather|beard|coat"
    r"|jacket|trouser|shoe|lip|nose|mouth|ear|hand|arm|leg|tail|wing|horizon|shadow)s?\b",
    re.I,
)
"""What a picture may well show though nobody mentioned it: places have skies, people have hair."""


def region_value(text: str, facts: Facts) -> Reading | None:
    """'make the sky pink' where no sky is in the scene's description: only that region is painted anew."""
    match = re.match(
        r"^(?:make|turn|paint|colou?r|recolou?r|change|dye"
        r"|tint) (?P<r>the [\w-]+(?: (?!(?:in)?to\b)[\w-]+)?) (?P<to>(?:in)?to )?(?P<v>.+)$",
        text,
        re.I,
    ) or re.match(r"^(?P<r>the [\w-]+) should be (?P<v>.+)$", text, re.I)
    if match is None or facts.scene is None or resolve(match["r"], facts).kind != "nothing" or place_of(match["v"]):
        return None
    name = re.sub(r"^the ", "", match["r"], flags=re.I)
    if (
        re.search(r"\b(?:picture|image|whole|colou?rs?|left|right|\w+er)\b", match["r"], re.I)
        or len(match["v"].split()) > 6
        or re.match(r"(?:more|less)\b", match["v"], re.I)
    ):
        return None
    colour = colour_of(match["v"])
    content = (
        f"{colour} {name.split()[-1]}"
        if colour
        else f"{trim(match['v'])} {name.split()[-1]}"
        if not re.match(r"(?:an?|some) ", match["v"], re.I) and not match.groupdict().get("to")
        else trim(match["v"])
    )
    certainty = LIKELY + 0.05 if _ORDINARY.match(match["r"]) or (colour and facts.scene.base is not None) else 0.5
    return Reading(
        certainty,
        Retouch(retouching=Retouching(region=name, content=content)),
        note=f"There is no {name} in the scene's description, so only that region of the picture is painted anew.",
        rule="value of a region",
    )


RULES = (tone, shape, upscale, retouch, region_value)
