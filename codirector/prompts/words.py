"""Small English: numbers in words, singular and plural, articles. Pure functions over strings, good enough for nouns in prompts.

It knows no prompt vocabulary (see `vocabulary`) and no scene.
"""

import re
from functools import lru_cache

NUMBER_WORDS: dict[str, int] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "dozen": 12, "hundred": 100,
}  # fmt: skip
_BY_NUMBER = {value: word for word, value in reversed(NUMBER_WORDS.items()) if word not in {"dozen", "hundred"}}
ORDINALS: dict[str, int] = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6,
    "last": -1,
}  # fmt: skip
ARTICLES = frozenset({"a", "an", "the", "some", "my", "your", "our", "his", "her", "its", "their", "this", "that", "these", "those"})

_IRREGULAR = {
    "mouse": "mice", "goose": "geese", "man": "men", "woman": "women", "child": "children", "person": "people", "foot": "feet",
    "tooth": "teeth", "ox": "oxen", "wolf": "wolves", "leaf": "leaves", "knife": "knives", "life": "lives", "wife": "wives",
    "half": "halves", "shelf": "shelves", "elf": "elves", "loaf": "loaves", "thief": "thieves", "calf": "calves", "scarf": "scarves",
    "dwarf": "dwarves", "hero": "heroes", "potato": "potatoes", "tomato": "tomatoes", "volcano": "volcanoes", "cactus": "cacti",
    "octopus": "octopuses", "bus": "buses", "gas": "gases", "lens": "lenses", "iris": "irises", "walrus": "walruses",
    "platypus": "platypuses", "hippopotamus": "hippopotamuses", "virus": "viruses", "crocus": "crocuses", "lotus": "lotuses",
    "movie": "movies", "cookie": "cookies", "zombie": "zombies", "pie": "pies", "tie": "ties", "axe": "axes", "horse": "horses",
    "house": "houses", "rose": "roses", "vase": "vases", "nose": "noses", "eye": "eyes", "shoe": "shoes", "canoe": "canoes",
    "torpedo": "torpedoes", "mosquito": "mosquitoes", "echo": "echoes", "buffalo": "buffaloes", "cache": "caches", "bee": "bees",
}  # fmt: skip
_SINGULAR = {plural: singular for singular, plural in _IRREGULAR.items()}
_UNCHANGED = frozenset(
    re.findall(
        r"\S+",
        "sheep deer fish moose bison salmon trout shrimp squid aircraft spacecraft hovercraft series species jeans trousers pants "
        "scissors glasses sunglasses goggles binoculars headphones koi jellyfish starfish goldfish swordfish catfish "
        "christmas atlas canvas chaos cosmos rhinoceros thermos",
    )
)
_NO_PLURAL_S = ("ss", "us", "is", "ous")
MASS = frozenset(
    re.findall(
        r"\S+",
        "snow water rain grass sand smoke fog mist ice fire lava mud dust armor armour hair fur light lightning sunlight moonlight "
        "food coffee tea milk bread cheese rice pasta sushi ramen furniture jewelry money gold silver glitter confetti foliage ivy "
        "moss coral seaweed graffiti music nature space scenery architecture fashion steam foam wood metal stone text laundry luggage",
    )
)

LEADING = frozenset(
    re.findall(
        r"\S+",
        "small big tiny large little huge giant tall short long old young ancient new cute happy sad angry fat thin round "
        "fluffy shiny wise beautiful pretty ugly quick slow lazy lone lonely single friendly majestic elegant cosy cozy "
        "vintage antique rusty broken wild smiling",
    )
)
"""Adjectives that stand before colour and material: 'a small red boat'."""


def plural(noun: str) -> str:
    """The plural of a noun phrase: its head noun (before ' of ', ' with ', ' in ') is inflected. 'fox' gives 'foxes'."""
    head, joint, rest = _split_head(noun)
    words = head.split(" ")
    if _singular_word(words[-1]) == words[-1]:
        words[-1] = _plural_word(words[-1])
    return " ".join(words) + joint + rest


def singular(noun: str) -> str:
    """The singular of a noun phrase, by the same rule as `plural`. A word that is no plural comes back unchanged."""
    head, joint, rest = _split_head(noun)
    words = head.split(" ")
    words[-1] = _singular_word(words[-1])
    return " ".join(words) + joint + rest


def is_plural(noun: str) -> bool:
    """Whether the head noun looks like a plural ('penguins', 'mice'); 'glasses' counts, 'sheep' and 'grass' do not."""
    word = _split_head(noun)[0].split(" ")[-1].casefold()
    return _singular_word(word) != word or word in {
        "jeans",
        "trousers",
        "pants",
        "scissors",
        "glasses",
        "sunglasses",
        "goggles",
        "headphones",
    }


def article(noun: str) -> str:
    """'a', 'an' or '' (mass nouns, plurals, proper names, anything that starts with a digit or an article of its own)."""
    words = noun.split()
    if not words or not words[0][0].isalpha():
        return ""
    first, head = words[0], _split_head(noun)[0].split(" ")[-1].casefold()
    if first.casefold() in ARTICLES or first.casefold() in NUMBER_WORDS or is_plural(noun) or head in MASS:
        return ""
    if first[0].isupper() and not first.isupper():
        return ""
    return "an" if _vowel_sound(first.casefold()) else "a"


def with_article(noun: str) -> str:
    """'fox' gives 'a fox', 'old owl' gives 'an old owl', 'snow' stays 'snow'."""
    before = article(noun)
    return f"{before} {noun}" if before else noun


def without_article(phrase: str) -> str:
    """The phrase without leading articles and possessives ('the red fox' gives 'red fox'); never empty unless it was."""
    words = phrase.split()
    while len(words) > 1 and words[0].casefold() in ARTICLES:
        words = words[1:]
    return " ".join(words)


def number_in_words(number: int) -> str:
    """'two' for 2; figures from 21 on."""
    return _BY_NUMBER.get(number, str(number)) if number <= 20 else str(number)


def parse_number(text: str) -> float | None:
    """A number as a person writes it: '7', '7.5', '1,000', 'three', 'twenty-five', 'a dozen'. None where it is none."""
    plain = text.strip().casefold()
    if re.fullmatch(r"[+-]?\d{1,15}", plain, re.ASCII):
        return float(int(plain))
    if re.fullmatch(r"[+-]?(\d{1,15}\.\d{0,15}|\.\d{1,15})", plain, re.ASCII):
        return float(plain)
    if re.fullmatch(r"\d{1,3}(,\d{3}){1,4}", plain, re.ASCII):
        return float(plain.replace(",", ""))
    sign = -1 if plain.startswith("minus ") else 1
    words = [word for word in re.split(r"[\s-]+", plain.removeprefix("minus ")) if word not in {"a", "an", "and", ""}]
    if not words or len(words) > 4 or any(word not in NUMBER_WORDS for word in words):
        return None
    total = 0
    for word in words:
        value = NUMBER_WORDS[word]
        total = max(total, 1) * value if word in {"dozen", "hundred"} else total + value
    return float(sign * total)


def join_with_and(parts: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""


def _split_head(noun: str) -> tuple[str, str, str]:
    match = re.search(r" (?:of|with|in|on|wearing|made|holding|that|who) ", noun)
    return (noun[: match.start()], match.group(), noun[match.end() :]) if match and match.start() else (noun, "", "")


@lru_cache(maxsize=4096)
def _plural_word(word: str) -> str:
    plain = word.casefold()
    if not plain or not plain[-1].isalpha() or plain in _UNCHANGED or plain in MASS:
        return word
    if plain in _IRREGULAR:
        return _IRREGULAR[plain] if word == plain else word[0] + _IRREGULAR[plain][1:]
    for end in ("woman", "man", "child", "mouse", "goose", "person", "wolf", "leaf"):
        if plain.endswith(end) and plain not in {"human", "shaman", "talisman", "ottoman"}:
            return word[: -len(end)] + _IRREGULAR[end]
    if plain.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if plain.endswith("y") and len(plain) > 1 and plain[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


@lru_cache(maxsize=4096)
def _singular_word(word: str) -> str:
    plain = word.casefold()
    if plain in _SINGULAR:
        return _SINGULAR[plain] if word == plain else word[0] + _SINGULAR[plain][1:]
    if (
        plain in _UNCHANGED
        or plain in _IRREGULAR
        or len(plain) < 4
        or not plain.endswith(("s", "men", "children", "people", "mice", "geese"))
    ):
        return word
    for end, single in (("women", "woman"), ("men", "man"), ("children", "child"), ("wolves", "wolf"), ("leaves", "leaf")):
        if plain.endswith(end):
            return word[: -len(end)] + single
    if plain.endswith("ies") and len(plain) > 4:
        return word[:-3] + "y"
    if plain.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    if plain.endswith(_NO_PLURAL_S) or not plain.endswith("s"):
        return word
    return word[:-1]


def _vowel_sound(word: str) -> bool:
    if word.startswith(("uni", "use", "usu", "eu", "one", "once", "ufo", "uk", "ukulele")) and not word.startswith(
        ("unin", "unim", "unid")
    ):
        return False
    return word.startswith(("a", "e", "i", "o", "u", "hour", "honest", "heir", "honor", "honour"))
