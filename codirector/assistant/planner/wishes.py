"""Splits a message into single wishes, in the order they were said. Pure.

'add a red balloon and make it cartoon and zoom out' is three wishes; 'a cat and a dog' is one noun phrase, 'black and white' one
colour. Verbs and targets left out in later wishes are put back: 'make the fox blue and the balloon green' is two, the second
'make the balloon green'.
"""

import re

from codirector.assistant.planner.lexicon import BARE_POSES
from codirector.assistant.planner.nouns import colour_of, material_of
from codirector.assistant.planner.reading import Facts
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.rules.values import is_size, weather_of
from codirector.assistant.planner.terms import field_of
from codirector.assistant.planner.text import bare, is_plural, key, trim

_VERBS = (
    "add|put|place|include|insert|throw|bring|drop|remove|delete|erase|lose|ditch|get rid|take|replace|swap|exchange"
    "|substitute|make|turn|change|set|switch|move|shift|"
    "paint|colou?r|recolou?r|give|use|zoom|crop|rotate|upscale|enlarge|brighten|darken|sharpen|increase|decrease|reduce"
    "|raise|lower|emphasi[sz]e|tone|write|undo|redo|go|"
    "save|export|download|animate|lock|unlock|keep|freeze|avoid|allow|try|render|draw|show|apply|mix|blend|centre|center"
    "|tilt|pan|have|let|convert|transform|fix|retouch|compare|"
    "stabili[sz]e|grade|shoot|light|hide|scale|stretch|boost|bump|soften|saturate|desaturate|follow|stick|leave|don'?t"
    "|do not|scrap|dye|want|need|get|see|branch|describe|tell"
)
_STARTER = re.compile(
    r"^(?:please |then |also |now |maybe |finally |next |lastly |just |i(?:'d)?(?: would)? (?:want|like|also like|also want"
    rf"|love) (?:to |you to )?|could you |can you |instead )*(?:(?:{_VERBS})\b|(?:a bit |a little |much |slightly "
    r"|even )?(?:more|less|fewer|closer|wider|brighter|darker|warmer|cooler|sharper|softer|bigger|smaller|larger|lighter)\b|"
    r"(?:(?:cfg|guidance|seed|steps|sampler|size) [\w.]|\d+ steps\b|(?:style|mood|lighting|camera|setting|background"
    r"|composition|medium|colou?r): ?|no|without|another seed|different seed|same seed|undo"
    r"|redo|as an? |in the style|seen from|from (?:above|below|behind|the (?:side|front|back))|at (?:night|dawn|dusk|noon"
    r"|sunset|sunrise|midnight)|half )|(?:the|her|his|its|their|all the|that|this|it|he|she|they"
    r"|there) (?:[\w'-]+ ){0,3}(?:should|must|could|needs?|has to|have to|ought|looks?|would)\b|--\w|with (?:an?|more|less"
    r"|some)\b)",
    re.I,
)
_HARD = re.compile(
    r"\s*(?:;|(?<=[^\d])\.(?=\s)|(?<=\w)[!?]+(?=\s)|\n|,? (?:and )?(?:then|after that|afterwards|and also"
    r"|and then)\b,?(?= \w)|(?:,| and) (?:next|finally|lastly)\b,?(?= (?!to\b)\w))\s*",
    re.I,
)
_SOFT = re.compile(
    r",? (?:and|but|plus|&|and also|while also|yet) (?:(?:also|then|please|now|maybe|perhaps) )*|, (?:(?:also|then|please|now"
    r"|maybe|perhaps|and) )*| \+ (?=(?:more|less|add|make|zoom)\b)",
    re.I,
)
_DISTRIBUTES = re.compile(
    r"^(?P<v>add(?: in)?|put in|include|insert|throw in|bring in|remove|delete|erase|lose|ditch|get rid of|take out|drop"
    r"|avoid|no|without|lock|keep|emphasi[sz]e|draw in|hide|place) (?P<rest>.+)$",
    re.I,
)
_GIVES = re.compile(r"^(?P<v>give (?:the [\w-]+|him|her|it|them)) (?P<rest>(?:an?|some|two|three|\d+) .+)$", re.I)
_MAKES = re.compile(
    r"^(?P<v>make|turn|paint|colou?r|render|change|set|get|let|have|recolou?r) (?P<t>it|this|everything"
    r"|the (?:whole )?(?:picture|image|scene|thing)|him|her|them|the [\w-]+)(?: (?:into|to|look|be|feel))? (?P<rest>.+)$",
    re.I,
)
_DETERMINED = re.compile(
    r"^(?:an?|the|some|two|three|four|five|six|seven|several|many|a few|\d+|another|one|his|her|its|their|my|any)\b", re.I
)
_PHRASAL_PAIRS = re.compile(
    r"\b(?:horse and (?:carriage|cart|buggy)|fish and chips|hammer and sickle|knife and fork|needle and thread|ball and chain|hide and seek"
    r"|tic tac toe|cat and mouse|bed and breakfast|top and tails|hat and coat|shirt and tie|suit and tie|skull and crossbones|rain and snow"
    r"|thunder and lightning|wind and rain|milk and cookies|bacon and eggs|husband and wife|bride and groom|king and queen"
    r"|black and white|white and black|red and white|pen and ink|ink and wash|salt and pepper|day and night"
    r"|night and day|back and forth|up and down|left and right|rock and roll|head and shoulders|light and shadow"
    r"|light and dark|arts and crafts|teal and orange|orange and teal|bread and butter|sword and shield|bow and arrow"
    r"|warm and cos?zy|warm and cosy|cup and saucer|more and more|bed and breakfast|beauty and the beast|mother and child"
    r"|stars and stripes|half [\w ]+?(?:,? and |, )half|between [\w -]+? and|blend [\w -]+? and|mix [\w -]+? and"
    r"|combine [\w -]+? and|compare [\w .-]+? and|with [\w .-]+? and (?:with )?[\w .-]+? side|same (?:but|and)"
    r"|keep [\w ]+? and [\w ]+? the same|both [\w -]+? and)\b",
    re.I,
)
_SHELTER = re.compile(r'"[^"]*"|(?<!\w)\'[^\']*\'(?!\w)|\([^()]*\)')


_ALL_BUT = re.compile(
    r"^(?P<v>remove|delete|erase|lose|drop|get rid of|take out|hide) (?:everything|all|everyone|everybody|all (?:the )?(?:things"
    r"|others)|the rest)(?: else)?"
    r" (?:but|except|besides|other than|apart from)(?: for)? (?P<t>[\w' -]+)$",
    re.I,
)
_BOTH_OF = re.compile(
    r"^(?P<v>(?:please )?(?:remove|delete|erase|lose|drop|get rid of|take out|hide|add|lock|keep|make|turn|paint) )both (?=the |an? )", re.I
)


def split(message: str, facts: Facts) -> tuple[str, ...]:
    """The wishes of a message about the scene at hand. One that needs no splitting comes back whole."""
    if (match := _ALL_BUT.match(bare(message))) is not None and (left := resolve(match["t"], facts)).kind == "element":
        others = tuple(f"remove the {name}" for name in facts.names if name != left.name)
        return others or (message,)
    message = _BOTH_OF.sub(lambda match: match["v"], message)
    hidden, kept = sheltered(message)
    wishes: list[str] = []
    for sentence in _HARD.split(hidden):
        sentence = trim(sentence)
        if sentence and key(sentence):
            wishes += _soft(sentence, facts)
    whole = [trim(re.sub(r"[\s,]+(?:and|but|or|plus|then|also)$", "", trim(restored(wish, kept)), flags=re.I)) for wish in wishes]
    return tuple(wish for wish in whole if wish and key(bare(wish))) or (message,)


def starts_wish(text: str) -> bool:
    """Whether a text begins as a wish of its own does: with a verb, a comparison, 'no', 'the ... should'."""
    return _STARTER.match(trim(text)) is not None


def steps(message: str) -> tuple[str, ...]:
    """The parts of a message that asks for a new picture: only 'then ...' and '... and make it ...' separate there."""
    hidden, kept = sheltered(message)
    parts: list[str] = []
    for piece in re.split(
        r"\s*;\s*|(?<=\w)[.!]+\s+(?=[a-z]+ (?:it|the|this)\b|then\b)|,? (?:and )?(?:then|after that|afterwards) (?=\w)"
        r"|,? and (?=(?:make|turn|set|give|save|upscale|animate|zoom|render|paint) (?:it|him|her|them|the picture|the image"
        r"|everything|in|out)\b)",
        hidden,
        flags=re.I,
    ):
        if piece and trim(piece):
            parts.append(trim(restored(piece, kept)))
    return tuple(parts) or (message,)


def sheltered(text: str) -> tuple[str, list[str]]:
    """Quoted text and fixed pairs are hidden from the splitter."""
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x00{len(kept) - 1}\x00"

    for pattern in (_SHELTER, _PHRASAL_PAIRS):
        text = pattern.sub(hide, text)
    return text, kept


def restored(text: str, kept: list[str]) -> str:
    for _ in range(3):
        text = re.sub("\x00(\\d+)\x00", lambda match: kept[int(match[1])], text)
    return text


def _soft(sentence: str, facts: Facts) -> list[str]:
    """Cuts at 'and' and commas where what follows is a wish of its own."""
    if (shared := _shared(sentence, facts)) is not None:
        return shared
    if (match := re.match(r"^(?P<l>.+?) with (?P<r>(?:an?|some|two|three|several|many)? ?[\w-]+.*)$", sentence, re.I)) is not None:
        term = field_of(bare(match["l"]))
        if term is not None and term.field in ("lighting", "setting", "mood") and field_of(bare(sentence)) is None:
            return [trim(match["l"]), *_soft(f"add {match['r']}", facts)]
    cuts = list(_SOFT.finditer(sentence))
    if not cuts:
        return [sentence]
    pieces: list[str] = []
    joints: list[str] = []
    start = 0
    for cut in cuts:
        pieces.append(sentence[start : cut.start()])
        joints.append(cut[0])
        start = cut.end()
    pieces.append(sentence[start:])
    if all(_is_value(piece, facts) for piece in pieces) and not _one_field(pieces):
        return [trim(piece) for piece in pieces]
    wishes = [pieces[0]]
    for joint, piece in zip(joints, pieces[1:], strict=True):
        whole = _own_wish(piece, wishes[-1], facts, joint)
        if whole is None:
            wishes[-1] = f"{wishes[-1]}{joint}{piece}"
        else:
            wishes.append(whole)
    return wishes


_SHARED = re.compile(
    r"^(?P<v>make|turn|paint|colou?r|have|let|get) (?P<a>(?:the"
    r"|both) [\w -]+?) and (?P<b>(?:the )?[\w-]+(?: [\w-]+)??) (?P<r>(?:to )?[\w-]+(?: [\w-]+){0,4})$"
    r"|^(?P<a2>the [\w -]+?) and (?P<b2>the [\w-]+) should (?:both )?(?:be )?(?P<r2>.+)$",
    re.I,
)
_BOTH = re.compile(
    r"^(?:(?:make|turn|paint|colou?r|have|let) )?(?:both(?: of them)?|all(?: of them)?|all things|they both|them both"
    r"|everything)(?: should)?(?: be)? (?P<r>[\w -]+)$",
    re.I,
)


def _shared(sentence: str, facts: Facts) -> list[str] | None:
    """'make the balloon and the fox blue', 'both should be blue': the same wish for each."""
    plain = bare(sentence)
    if (match := _SHARED.match(plain)) is not None:
        names = [resolve(match[group], facts) for group in (("a", "b") if match["a"] else ("a2", "b2"))]
        rest = match["r"] or match["r2"]
        if all(name.kind == "element" and not name.pronoun for name in names) and names[0] != names[1]:
            return [f"make the {name.name} {rest}" for name in names]
    if (match := _BOTH.match(plain)) is not None and 2 <= len(facts.names) <= 4 and colour_of(match["r"]):
        return [f"make the {name} {match['r']}" for name in facts.names]
    return None


_CHAIN = re.compile(
    r"^(?P<p>(?:the [\w-]+(?: [\w-]+)?|he|she|it|they) (?:should|must|could|needs to|has to|can)|(?:let|make|have) (?:the [\w-]+|him"
    r"|her|it|them)) \w+",
    re.I,
)


def _own_wish(piece: str, before: str, facts: Facts, joint: str) -> str | None:
    """`piece` as a wish that stands alone, with what it left out put back, or None where it belongs to the wish before."""
    piece, plain = trim(piece), bare(before)
    if not key(piece):
        return None
    if (chain := _CHAIN.match(plain)) is not None and piece.split()[0].lower() in BARE_POSES:
        return f"{chain['p']} {piece}"  # 'the girl should wear a hat' + 'hold a cup'
    if (
        re.match(r"^(?:no|without)\b", plain, re.I)
        and "," in joint
        and re.match(r"(?:an?|some|two|three|four|five|several|\d+) ", piece, re.I)
    ):
        return piece  # 'no tractor, 5 cows': the five are not unwanted
    if _STARTER.match(piece):
        if re.match(r"^(?:no|with|without)\b", piece, re.I) and _DISTRIBUTES.match(plain) and "," not in joint and "but" not in joint:
            return None
        return piece
    if re.match(r"^(?:write|add the words?|put the words?)\b", plain, re.I) and "\x00" not in plain:
        return None
    if (target := _quality_beside(plain, piece, facts)) is not None:
        return f"make {target} {piece}"
    if (match := _MAKES.match(plain)) is not None:
        target, rest = match["t"], match["rest"]
        named = _target_and_value(piece, facts)
        if named:
            return f"{match['v']} {piece}"
        colours = colour_of(rest) and colour_of(piece)
        left, right = _field(rest), _field(piece)
        if not colours and right and left and left != right:
            return f"{match['v']} {target} {piece}"
        if not colours and bool(left) != bool(right) and (colour_of(piece) or weather_of(piece) or right) and (left or colour_of(rest)):
            return f"{match['v']} {target} {piece}"
        return None
    if (
        re.match(r"^(?:no|without|remove|delete|lose)\b", plain, re.I)
        and re.search(r"\bbut\b", joint)
        and re.match(r"^(?:an?|some|two|three|\d)\b", piece, re.I)
    ):
        return f"add {piece}"
    for pattern in (_DISTRIBUTES, _GIVES):
        match = pattern.match(plain)
        if match is None:
            continue
        rest = match["rest"]
        if pattern is _DISTRIBUTES and re.match(r"^(?:no|without|keep|lock|avoid)$", match["v"], re.I) and len(piece.split()) > 3:
            return None
        if re.search(r"\b(?:with|of|between|wearing|holding|made)\b", rest, re.I) and not re.match(
            r"^(?:the|some|two|three|several|many|\d+)\b", piece, re.I
        ):
            return None
        both_bare = not _DETERMINED.match(rest) and not _DETERMINED.match(piece)
        if _DETERMINED.match(piece) or (
            both_bare
            and len(piece.split()) <= 3
            and (
                is_plural(piece.split()[-1])
                or re.match(r"^(?:no|without|avoid|remove|delete|erase|get rid of|ditch|lose)$", match["v"], re.I)
            )
        ):
            return f"{match['v']} {piece}"
        if field_of(piece) is not None and "," in joint:
            return piece
        return None
    if _target_and_value(piece, facts) and (_target_and_value(plain, facts) or re.match(r"^(?:the|her|his|its)\b", plain, re.I)):
        return piece
    if ("," in joint or "but" in joint) and _is_value(piece, facts) and (_STARTER.match(plain) or _is_value(plain, facts)):
        return piece
    if _is_value(piece, facts) and _is_value(plain, facts) and not _one_field([plain, piece]):
        return piece
    return None


_SAID_OF = re.compile(
    r"^(?:make|turn|paint|have|let|get|render) (?P<a>(?:the [\w-]+|it|him|her|them)\b.*)$"
    r"|^(?P<b>the [\w' -]+?|it|he|she|they) (?:should|must|could|needs to|has to|ought to) (?:be|look) (?P<v>.+)$",
    re.I,
)


def _quality_beside(plain: str, piece: str, facts: Facts) -> str | None:
    """The thing that 'make the robot red' + 'rusty' both speak of: two qualities of different sorts are two wishes."""
    match = _SAID_OF.match(plain)
    if match is None:
        return None
    words = match["a"].split() if match["a"] else []
    cuts = [(match["b"], match["v"])] if match["b"] else [(" ".join(words[:-n]), " ".join(words[-n:])) for n in (1, 2) if len(words) > n]
    for target, value in cuts:
        before, after = _sort(value), _sort(piece)
        if before and after and before != after and (resolve(target, facts).kind != "nothing" or re.match(r"the [\w-]+$", target, re.I)):
            return target
    return None


def _sort(text: str) -> str:
    """What sort of quality the whole of `text` is: '' where it is none."""
    if colour_of(text):
        return "colour"
    if is_size(text):
        return "size"
    if field_of(text) is not None:
        return ""
    if material_of(text):
        return "material"
    return "quality" if re.fullmatch(r"(?:very )?\w{2,}(?:y|ed|ic|ful|ous|ish|less|ant|ent|ive)", text, re.I) else ""


def _target_and_value(piece: str, facts: Facts) -> bool:
    """'the balloon green': a known thing and something said of it."""
    words = piece.split()
    for size in range(min(len(words) - 1, 4), 0, -1):
        head = " ".join(words[:size])
        if re.match(r"^(?:an?|some|two|three|\d+)\b", head, re.I):
            return False
        target = resolve(head, facts)
        if target.kind in ("element", "region") and (not target.pronoun or head.lower() in ("it", "him", "her", "them")):
            return True
        if target.kind == "field" and re.match(r"^(?:the|its)\b", head, re.I):
            return True
        if size <= 2 and re.match(r"^the [\w-]+$", head, re.I) and colour_of(" ".join(words[size:])):
            return True
    return False


def _field(text: str) -> str:
    term = field_of(text)
    return term.field if term is not None else "weather" if weather_of(text) else ""


def _is_value(piece: str, facts: Facts) -> bool:
    """A fragment that stands for a value by itself ('night', 'neon lights', 'closer')."""
    plain = bare(piece)
    return field_of(plain) is not None or bool(weather_of(plain)) or _STARTER.match(plain) is not None


def _one_field(pieces: list[str]) -> bool:
    fields = {_field(bare(piece)) for piece in pieces}
    return len(fields) == 1 and "" not in fields
