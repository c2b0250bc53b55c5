"""Text handling that every reading shares: tidying, politeness, typos, inflection, quotes. Pure functions.

It does not know scenes or changes.
"""

import re
from functools import lru_cache

from codirector.assistant.planner.lexicon import (
    BACK_FILLERS,
    BARE_POSES,
    COMMAND_WORDS,
    COMMON_TYPOS,
    FILLERS_FRONT,
    NEVER_TYPOS,
    REQUESTS,
    word_set,
)
from codirector.assistant.planner.spelling import mended, slip

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "`": "'", "–": "-", "—": ", ", "…": " "})
_FRONT = re.compile(rf"^(?:{FILLERS_FRONT})\b[\s,!.:]*(?=\S)", re.I)
_REQUEST = tuple(re.compile(rf"^(?:{pattern})\b[\s,]*(?=\S)", re.I) for pattern in REQUESTS)
_BACK = re.compile(
    rf"[\s,]+(?:{BACK_FILLERS})$|\s*,\s*(?:dear|love|darling|honey|sweetie|buddy|pal|bro|man|friend|my friend|boss|sir|everyone|guys"
    rf"|computer"
    r"|robot)$",
    re.I,
)
_ENDS = re.compile(r"[\s.!?,;:]+$")
_CAN_BE = re.compile(
    r"^(?:can|could|may|might|would|will|should) (?P<t>(?:the|his|her|its|their|that|this) [\w' -]+?|it|he|she"
    rf"|they)(?: please| maybe)? (?=(?:be|have|become|look|wear|say|{'|'.join(sorted(BARE_POSES))})\b)",
    re.I,
)
_TROUBLE = re.compile(
    r",? ?\bif (?:it'?s|it is|that'?s|that is) (?:not too much trouble|not too hard|possible|ok(?:ay)?|alright|no trouble" r"|easy),?", re.I
)
_HOW_LOOKS = re.compile(
    r"^(?:what|how) would (?:it|this|that) look(?: like)? (?=(?:as|in|at|with|under|by|from)\b(?!.*\bmodels?\b))"
    r"|^make it so(?: that)? |^(?:let'?s )?see (?:what happens|how it looks|what it looks like)(?: if)?(?: we| you)? ",
    re.I,
)
_PASSIVE = re.compile(
    r"^(?P<t>.{2,60}?) (?:should|must|needs to|has to) be (?P<v>replaced|swapped|exchanged|moved|painted|recolou?red|turned"
    r"|removed|deleted|erased|written)\b(?P<rest>.*)$",
    re.I,
)
_ACTIVE = {
    "replaced": "replace",
    "swapped": "swap",
    "exchanged": "exchange",
    "moved": "move",
    "painted": "paint",
    "recoloured": "recolour",
    "recolored": "recolor",
    "turned": "turn",
    "removed": "remove",
    "deleted": "delete",
    "erased": "erase",
    "written": "write",
}
_NICE = re.compile(
    r" (?:would|might) (?:be|look) (?:nice|great|good|lovely|cool|perfect|awesome|fun|better)(?: (?:here|too|there|in it))?$", re.I
)
_WANTS = re.compile(
    rf"^(?:(?:{FILLERS_FRONT})\b[\s,!.:]*)*(?:(?:(?:i|we)(?:'d| would)? (?:really |also |still )*(?:want|like|love"
    r"|need)(?: to (?:see|have))?)|gimme|give (?:me|us)|(?:can|could|may) (?:we|i|you)(?: please| also| maybe)* (?:have|get"
    r"|see|add|give me)|let'?s (?:have|add|get)|how about|what about|there (?:is|are)|maybe|perhaps"
    r"|i think) (?:also )?(?:an?|some|two|three|four|five|six|several|a few|more|another|\d+|lots of|many) \w",
    re.I,
)
_TO_BE = re.compile(r"^(?P<t>the [\w' -]+?|him|her|them) to (?=(?:be|have|look|wear|hold|carry)\b)", re.I)
_WORD = re.compile(r"[A-Za-z][A-Za-z'&]*")
_QUOTED = re.compile(r'"([^"]{1,300})"|(?<!\w)\'([^\']{1,300})\'(?!\w)')
_IRREGULAR = {
    "children": "child",
    "mice": "mouse",
    "geese": "goose",
    "men": "man",
    "women": "woman",
    "wolves": "wolf",
    "knives": "knife",
    "leaves": "leaf",
    "feet": "foot",
    "teeth": "tooth",
    "people": "person",
    "oxen": "ox",
    "shelves": "shelf",
    "loaves": "loaf",
    "elves": "elf",
    "dwarves": "dwarf",
    "lives": "life",
    "fishes": "fish",
    "thieves": "thief",
    "calves": "calf",
    "scarves": "scarf",
    "fireflies": "firefly",
}
_SPELLINGS = {
    "armour": "armor",
    "colour": "color",
    "grey": "gray",
    "watercolour": "watercolor",
    "centre": "center",
    "jewellery": "jewelry",
    "moustache": "mustache",
    "harbour": "harbor",
    "axe": "ax",
    "aeroplane": "airplane",
    "tyre": "tire",
}
_SAME = word_set(
    "fish sheep deer moose swans-down series species bass glass grass moss dress bus gas canvas compass chess cross lens "
    "this his is as us yes"
)


_HESITATES = re.compile(
    r"^(?:(?:h+m+|u+h*m+|u+h+|e+r+m*|o+h+|a+h+|a+w+|ooh+|wow|yeah|yep|ok(?:ay)?(?: so)?|no,? wait|wait,? no|oh no"
    r"|hold on|hang on|never ?mind that"
    r"|you know what|on second thought|anyways?|wait(?: a (?:sec|second|minute|moment))?|actually|haha+|lol|sorry)\b(?:[\s,.!:;-]|\.{2,})*"
    r"|(?:well|so|right|alright|look|listen|hey|yes|good|fine|honestly|please)\b\s*[,.!:;-]+\s*)(?=\w)",
    re.I,
)
_TRAILS = re.compile(
    r"[\s,]+(?:h+m+|i (?:think|guess|suppose)|or something(?: like that)?|or so|haha+|lol|you know|if you will"
    r"|[:;]-?[)D(P])(?P<e>[\s.!?]*)$",
    re.I,
)


def peel(text: str) -> str:
    """The message without hesitation, interjections and second thoughts at its ends: 'hmm, no wait, go back' -> 'go back'. What is
    nothing else stays as it is."""
    for _ in range(8):
        shorter = _TRAILS.sub(r"\g<e>", _HESITATES.sub("", text, count=1), count=1).strip()
        if shorter == text or not key(shorter):
            break
        text = shorter
    return text


_NO_FIRST = re.compile(
    r"^(?:no+|nope|nah)\b(?:\s*[,.!;:-]+\s*|\s+(?=(?:make|go|put|take|undo|use|change|turn|give|let|add|remove|lose|i)\b))(?=\w)", re.I
)


def after_no(text: str) -> str:
    """'no, lose the signs' -> 'lose the signs'; 'no people' stays."""
    return peel(_NO_FIRST.sub("", text, count=1))


def tidy(message: str) -> str:
    """Straight quotes, one space between words, no outer spaces, no 'if it is not too much trouble'. Case is kept."""
    return re.sub(r"\s+", " ", _TROUBLE.sub(" ", message.translate(_QUOTES))).strip()


def trim(text: str) -> str:
    """Without closing punctuation and outer spaces."""
    return _ENDS.sub("", text).strip(" ,;:")


def bare(text: str) -> str:
    """The request without its courtesies: 'could you please add a cat?' -> 'add a cat', 'can the fox be asleep?' -> 'the fox should be
    asleep'. Never empties a text that has content."""
    text = _CAN_BE.sub(r"\g<t> should ", trim(text), count=1)
    text = _HOW_LOOKS.sub("", _NICE.sub("", _TRAILS.sub("", text)))
    if (passive := _PASSIVE.match(text)) is not None:
        text = f"{_ACTIVE[passive['v'].lower()]} {passive['t']}{passive['rest']}"
    for _ in range(6):
        before = text
        text = _FRONT.sub("", text, count=1)
        for pattern in _REQUEST:
            text = pattern.sub("", text, count=1)
        shorter = trim(_BACK.sub("", text))
        text = shorter or text
        if text == before:
            break
    text = _TO_BE.sub(r"\g<t> should ", text, count=1)
    return re.sub(r"^(?:try |do |have |see )?(?:it|this|that) (?=without\b)", "", text, flags=re.I)


def wants_a_thing(text: str) -> bool:
    """Whether the courtesy in front asks for a thing ('gimme some mushrooms', 'can we have a sledge', 'I'd like a moon')."""
    return _WANTS.match(trim(text)) is not None


def correct(text: str) -> str:
    """Mends typing slips towards command words; quoted text is left alone."""
    pieces, end = [], 0
    for quoted in _QUOTED.finditer(text):
        pieces += [_correct_words(text[end : quoted.start()]), quoted[0]]
        end = quoted.end()
    return "".join([*pieces, _correct_words(text[end:])])


def _correct_words(text: str) -> str:
    # A capital inside a sentence begins a name, and names are spelt as their owners like.
    return _WORD.sub(lambda match: match[0] if match.start() and match[0] != match[0].lower() else _corrected(match[0]), text)


@lru_cache(maxsize=4096)
def _corrected(word: str) -> str:
    low = word.lower()
    if low in COMMON_TYPOS:
        return COMMON_TYPOS[low]
    if low in COMMAND_WORDS or low in NEVER_TYPOS:
        return word
    near = [known for known in COMMAND_WORDS if one_slip(low, known)] if len(low) >= 6 else []
    return near[0] if len(near) == 1 else mended(word)


def one_slip(typed: str, meant: str) -> bool:
    """Whether one of two words, both of which may be real ones, is a `slip` of the other: plurals and other endings are none, nor is a
    wrong letter at the end or in a word of less than seven. Both in lower case."""
    if not slip(typed, meant):
        return False
    if len(typed) == len(meant):
        wrong = [place for place, (one, other) in enumerate(zip(typed, meant, strict=True)) if one != other]
        return len(wrong) == 2 or (len(typed) >= 7 and wrong[0] < len(typed) - 1)
    longer, shorter = (typed, meant) if len(typed) > len(meant) else (meant, typed)
    return not (longer[-1] in "sdry" and longer[:-1] == shorter)


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """'foxes' -> 'fox', 'children' -> 'child'; words that are no plural come back as they are. Lower case."""
    word = word.lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word in _SAME or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes", "oes")):
        return word[:-2]
    return word[:-1]


def is_plural(word: str) -> bool:
    return singular(word) != word.lower()


def key(text: str) -> tuple[str, ...]:
    """The words of `text` in lower case and singular, without articles and possessive endings: what two names are compared by."""
    words = [_SPELLINGS.get(word, word) for word in re.findall(r"[\w&-]+", re.sub(r"'s\b|s'(?=\s|$)", "", text.lower()))]
    return tuple(
        singular(word)
        for word in words
        if word not in ("the", "a", "an", "my", "our", "your", "his", "her", "its", "their", "that", "this", "those", "these")
    )


def quoted(text: str) -> str | None:
    """The first quoted stretch, or None."""
    match = _QUOTED.search(text)
    return (match[1] or match[2]) if match else None


def unquoted(text: str) -> str:
    """`text` without the quotation marks around the whole of it."""
    return text.strip().strip('"').strip("'").strip() if text.strip()[:1] in "\"'" else text.strip()


def article(noun: str) -> str:
    """'an owl', 'a fox'."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
