"""What the reader of descriptions leaves for its caller: sizes and viewpoints among the details, light said in a clause of its own, the
person's own word for a mood, and the picture inside a commission ('we need a hero image for a bakery: croissants ...').

Pure: a scene in, a scene out. It does not split descriptions (see `codirector.prompts.split`).
"""

import re

from codirector.assistant.planner.rules.values import weather_of
from codirector.prompts import vocabulary
from codirector.prompts.a1111 import NUMBERS
from codirector.prompts.scene import Element, Scene

_KINDS = (
    r"(?:picture|image|photo|photograph|drawing|painting|illustration|render|scene|artwork|sketch|portrait|pic|poster|cover|card"
    r"|postcard|logo|banner"
    r"|wallpaper|icon|visual|thumbnail|header|background|hero|mural|print|sticker|motif|cover art|album cover|book cover|something"
    r"|flyer|leaflet|t-?shirt|shirt|design|invitation|menu|avatar|profile picture)"
)
_COMMISSION = re.compile(
    rf"^(?:[^:]{{0,60}}?\b)?(?:i|we|my \w+|our \w+)(?:'m|'re|'d| am| are| would| have| has)?(?: (?:also|really|just|still))? (?:need"
    rf"|needs|want|wants"
    rf"|like|looking for|love|after|wish for|working on|making|doing|to make|designing|preparing)(?: to (?:have|see|make|get))? (?:an?"
    rf"|some|the|one)"
    rf" [^:]{{0,40}}?{_KINDS}s?\b[^:]{{0,90}}:\s+(?P<v>.+)$"
    rf"|^(?:an? |the )?[\w -]{{0,25}}{_KINDS} for (?:my|our|a|an|the|his|her)\b[^:]{{0,60}}:\s+(?P<w>.+)$",
    re.I | re.S,
)
_SIZE = re.compile(r"^(?P<w>\d{2,4}) ?(?:x|×|by) ?(?P<h>\d{2,4})(?: ?(?:px|pixels?))?$", re.I)
_VIEW = re.compile(
    r"^(?:(?:shot|seen|viewed|taken|filmed|photographed|captured|looking|view|looked at) (?:straight )?(?:from|through|with|on|down|up"
    r"|at)\b.+"
    r"|(?:from|through) (?:above|below|behind|the (?:side|front|back|air|ground|sky|window|rooftop)|a (?:drone|helicopter|distance|low"
    r"|high|keyhole).*)"
    r"|isometric(?: view)?|[\w -]+ (?:shot|angle|view|lens|framing|perspective)|\d+ ?mm(?: lens)?|(?:shallow|deep) depth of field"
    r"|out of focus background)$",
    re.I,
)
_LIGHT = re.compile(
    r"^(?!.*\b(?:lighthouse|light blue|light green|light bulb)\b)(?:.*\b(?:light|lights|lighting|lit|sunlight|moonlight|candlelight"
    r"|lamplight|spotlights?|backlit|backlight"
    r"|glow|sunbeams?|sun ?rays?|god rays|shadows|overcast|sunshine|sun)\b(?: (?:from|through|on|in|over|coming|streaming|falling|of)\b.*)?"
    r"|(?:early |late )?(?:sunny|cloudy|stormy|rainy|foggy|misty|snowy|bright|dark|grey|golden|cold|warm|clear|summer|winter|autumn"
    r"|spring|hot|late|early|lazy|quiet) (?:morning|afternoon|evening|day|night|noon|dusk|dawn))$",
    re.I,
)
_TAIL = re.compile(
    r"^(?P<n>.+?) (?P<p>overgrown|covered|surrounded|filled|wrapped|draped|lit|dressed|buried|decorated|stacked|painted|crossing"
    r"|hanging|flying)(?P<r>(?: .+)?)$",
    re.I,
)
_RATIO = re.compile(r"^(?:aspect ratio |ratio )?(?P<w>\d{1,2}) ?: ?(?P<h>\d{1,2})(?: (?:aspect )?(?:ratio|format))?$", re.I)
_SETTING = re.compile(r"^(?P<s>seed|steps|cfg|guidance)[ :=]*(?P<n>\d{1,9})$", re.I)
_ONE_SETTING = re.compile(r"(?:seed|steps|cfg|guidance)[ :=]*\d{1,9}|\d{1,3} steps", re.I)
_SETTINGS = re.compile(rf"^(?:{_ONE_SETTING.pattern}|[ ,;]|\b(?:and|with|at)\b)+$", re.I)
_NAMES = {"seed": "seed", "steps": "steps", "cfg": "guidance", "guidance": "guidance"}
_SEEN = re.compile(r" (?:seen|viewed|shot|photographed|pictured|shown|depicted)$", re.I)
_OWN = ("mood", "camera", "lighting")


def commissioned(text: str) -> str:
    """The description inside a commission, else the text as it is."""
    match = _COMMISSION.match(text.strip())
    return (match["v"] or match["w"]) if match is not None else text


def refined(scene: Scene, text: str) -> tuple[Scene, tuple[str, ...]]:
    """The scene with every detail in the field it belongs to, and moods, views and lights in the person's own words; and notes on numbers
    that were not taken as they stand."""
    notes: list[str] = []

    def sized(detail: str, width: float, height: float, exact: bool) -> dict[str, object]:
        wide, high = _multiple(width), _multiple(height)
        if exact and (wide, high) != (width, height):
            notes.append(f"{detail}: drawn as {wide} x {high}, the nearest size that works.")
        return {"width": wide, "height": high}

    values: dict[str, object] = {}
    fields = {"camera": scene.camera, "lighting": scene.lighting}
    details: list[str] = []
    render = scene.render
    for detail in (part for whole in scene.details for part in _settings_apart(whole)):
        if (size := _SIZE.match(detail)) is not None and render.width is None:
            render = render.evolve(**sized(detail, int(size["w"]), int(size["h"]), True))
        elif (shape := _RATIO.match(detail)) is not None and render.width is None and 0 not in (int(shape["w"]), int(shape["h"])):
            side = (int(shape["w"]) / int(shape["h"])) ** 0.5
            render = render.evolve(**sized(detail, 512 * side, 512 / side, False))
        elif (setting := _SETTING.match(re.sub(r"^(\d+) steps$", r"steps \1", detail, flags=re.I))) is not None:
            name, asked = _NAMES[setting["s"].lower()], int(setting["n"])
            words, least, most = NUMBERS[name]
            value = int(min(max(asked, least), most))
            if value != asked:
                notes.append(f"{name} {asked} cannot be: it is {words}. {value} was taken.")
            render = render.evolve(**{name: value})
        elif _VIEW.match(detail):
            fields["camera"] = f"{fields['camera']}, {detail}" if fields["camera"] else detail
        elif _LIGHT.match(detail):
            fields["lighting"] = f"{fields['lighting']}, {detail}" if fields["lighting"] else detail
        else:
            details.append(detail)
    mood = scene.mood
    if mood and (weather := weather_of(mood)):
        mood, details = "", [*details, weather]  # 'fog' among the moods is weather
    style = scene.style
    if (parts := style.split(" + ")) and len(parts) > 1 and "isometric" in parts:
        style = " + ".join(part for part in parts if part != "isometric")
        fields["camera"] = f"{fields['camera']}, isometric view" if fields["camera"] else "isometric view"
    values |= {"details": tuple(details), "render": render, "style": style, "mood": mood, **fields}
    for name in _OWN:
        values[name] = _own_words(str(values[name]), name, text)
    values["elements"] = tuple(_element(element) for element in scene.elements)
    return scene.evolve(**values), tuple(notes)


def _settings_apart(detail: str) -> list[str]:
    """'steps 30 cfg 8' as two settings; any other detail as it is."""
    return [match[0] for match in _ONE_SETTING.finditer(detail)] if _SETTINGS.match(detail) else [detail]


def _multiple(pixels: float) -> int:
    return max(64, min(4096, round(pixels / 8) * 8))


def _own_words(value: str, field: str, text: str) -> str:
    """A term of the list in the words it was said in ('quiet', where the list says 'calm')."""
    if not value or value.lower() in text.lower():
        return value
    said = [found for found in vocabulary.find_terms(text, (field,)) if found.term == value]  # type: ignore[arg-type]
    if len(said) != 1:
        return value
    own = re.sub(r"^(?:an?|the|at|in|with|during) ", "", text[said[0].start : said[0].end].strip(), flags=re.I)
    own = re.sub(r" (?:mood|atmosphere|feeling|vibes?)$", "", own, flags=re.I)
    return own.lower() if 0 < len(own.split()) <= 4 else value


def _element(element: Element) -> Element:
    """A participle goes from the name to the pose, a place from the pose to the placement."""
    name, pose, placement = _SEEN.sub("", element.name), element.pose, element.placement
    if (match := _TAIL.match(name)) is not None:
        name, pose = match["n"], f"{match['p']}{match['r']} {pose}".strip()
    if not placement and re.match(
        r"(?:over|above|under|beneath|near|beside|behind|across|along|amid|among|between|next to|in front of|on top of) \S", pose, re.I
    ):
        placement, pose = pose, ""
    return element.evolve(name=name, pose=pose[:200], placement=placement)
