"""A scene as phrases: which words say what, before any dialect's syntax. Pure.

A setting is written with its preposition ('in the snow'); one given without gets it here ('snow', 'forest').
"""

from typing import NamedTuple

from codirector.prompts.dialects import Dialect, Part
from codirector.prompts.find import describe
from codirector.prompts.scene import Element, Scene
from codirector.prompts.vocabulary import is_preposition, is_time, lookup
from codirector.prompts.words import is_plural, join_with_and, with_article
from codirector.values import Span


class Phrase(NamedTuple):
    """A stretch of prompt: the part of the scene it says, its words, its weight, and whether it is the main subject."""

    part: Part
    text: str
    weight: float
    position: int
    main: bool = False


def phrases_of(scene: Scene, dialect: Dialect) -> list[Phrase]:
    """Every phrase of the scene in the dialect's order."""
    weights = {item.target: item.weight for item in scene.emphasis}
    phrases: list[Phrase] = []
    for part in dialect.order:
        if part == "elements":
            said = [(_element_phrase(element, dialect), element.weight) for element in scene.elements]
        elif part == "details":
            said = [(detail, weights.get(detail, 1.0)) for detail in scene.details]
        elif part == "style":
            whole = weights.get("style", 1.0)
            said = [(text, weights.get(text, 1.0) * whole) for text in style_parts(scene.style)]
        else:
            value = getattr(scene, part)
            text = setting_phrase(value) if part == "setting" else value
            said = [(text, weights.get(part, weights.get(value, 1.0)))] if value else []
        for text, weight in said:
            main = part == "elements" and not any(phrase.main for phrase in phrases)
            phrases.append(Phrase(part, text, min(weight, 10.0), len(phrases), main))
    return phrases


def style_parts(style: str) -> tuple[str, ...]:
    """The parts of a style blend ('studio ghibli + photorealistic'), or the one style; empty for ''."""
    return tuple(part.strip() for part in style.split("+") if part.strip())


def setting_phrase(setting: str) -> str:
    """The setting with a preposition: as given, else the vocabulary's ('beach' gives 'on a beach'), else 'in'."""
    words = setting.split()
    if not words or is_preposition(words[0]) or words[0].casefold() in {"outdoors", "indoors", "underwater", "outside", "inside"}:
        return setting
    known = lookup(setting, "setting")
    return known.term if known else f"in {with_article(setting)}"


def natural_phrases(phrases: list[Phrase], dialect: Dialect) -> list[Span]:
    """The phrases as one or two sentences: who does what, where, when and in what style; then light, mood, framing and the rest."""
    by_part: dict[str, list[str]] = {}
    for phrase in phrases:
        by_part.setdefault(phrase.part, []).append(phrase.text)
    elements, action = by_part.get("elements", []), " ".join(by_part.get("action", []))
    if elements and action:
        elements = [f"{elements[0]} {action}", *elements[1:]]
    lighting = [light.strip() for text in by_part.get("lighting", []) for light in text.split(",") if light.strip()]
    times = [light for light in lighting if is_time(light)]
    lights = [light for light in lighting if not is_time(light)]
    who = join_with_and(elements) or action
    first = " ".join(text for text in (who, *by_part.get("setting", []), *(_at_time(time) for time in times)) if text)
    styles = by_part.get("style", [])
    if styles:
        manner = f"in {with_article(styles[0])} style" if len(styles) == 1 else f"in a blend of {join_with_and(styles)} styles"
        first = f"{first}, {manner}" if first else manner
    moods = [mood if mood.endswith("mood") else f"{mood} mood" for mood in by_part.get("mood", [])]
    others = [text for part in ("camera", "composition", "medium", "details") for text in by_part.get(part, [])]
    second = ", ".join([*lights, *moods, *others, *dialect.suffix])
    return [Span(text=" ".join(_sentence(text) for text in (first, second) if text))] if first or second else []


def _element_phrase(element: Element, dialect: Dialect) -> str:
    # 'a glass teapot', but 'a sandwich made of lego bricks'
    plain = " " not in element.material and not is_plural(element.material)
    label = describe(element if plain else element.evolve(material=""))
    made = "" if plain else f"made of {element.material}"
    if dialect.wording != "tags" and element.count == 1:
        label = with_article(label)
    lettering = f'with the text "{element.text}"' if element.text else ""
    return " ".join(part for part in (label, made, element.pose, lettering, element.placement) if part)


def _at_time(time: str) -> str:
    if time in ("morning", "afternoon", "evening"):
        return f"in the {time}"
    return "by day" if time == "day" else f"at {time}"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
