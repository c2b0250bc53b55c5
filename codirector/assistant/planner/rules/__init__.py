"""The rules: each reads one wish by its wording, or says nothing. `readings` gathers what they say.

It does not split messages into wishes (see `wishes`) nor decide between readings (see `decide`).
"""

from codirector.assistant.planner.reading import Facts, Reading, Rule
from codirector.assistant.planner.rules import (
    attributes,
    complaints,
    elements,
    fields,
    film,
    navigation,
    picture,
    places,
    removal,
    settings,
    statements,
    strength,
)

WITHOUT_SCENE: tuple[Rule, ...] = navigation.RULES
WITH_SCENE: tuple[Rule, ...] = (
    *navigation.RULES,
    *complaints.RULES,
    *settings.RULES,
    *film.RULES,
    *picture.RULES,
    *strength.RULES,
    *removal.RULES,
    *elements.RULES,
    *places.RULES,
    *attributes.RULES,
    *statements.RULES,
    *fields.RULES,
)


def readings(text: str, facts: Facts) -> list[Reading]:
    """What the rules make of one wish, most certain first; between equals the earlier rule comes first. `text` is without courtesies."""
    if not text:
        return []
    rules = WITH_SCENE if facts.scene is not None else WITHOUT_SCENE
    found = [reading for rule in rules if (reading := rule(text, facts)) is not None]
    return sorted(found, key=lambda reading: -reading.certainty)
