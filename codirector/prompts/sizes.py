"""How big a thing is drawn: a size word on the thing, and what 'bigger', 'half the size' or 'HUGE' make of it. Pure.

It does not know where boxes are (see `layout`), nor how large a thing of this kind usually is (see `vocabulary`).
"""

import math
import re

_STEPS = {"tiny": 0.36, "small": 0.65, "slightly smaller": 0.83, "": 1.0, "slightly bigger": 1.2, "big": 1.5, "huge": 2.1, "gigantic": 2.8}
"""What is kept on a thing, and how many times its usual height it is drawn then."""
_WORDS = {
    **dict.fromkeys("tiny mini miniature minuscule minute teeny wee itty-bitty microscopic toy-sized doll-sized ant-sized".split(), "tiny"),  # noqa: SIM905
    **dict.fromkeys("small little smol smallish petite compact".split(), "small"),  # noqa: SIM905
    **dict.fromkeys("big large biggish sizeable sizable oversized outsized bulky".split(), "big"),  # noqa: SIM905
    **dict.fromkeys("huge enormous giant massive immense towering mighty humongous".split(), "huge"),  # noqa: SIM905
    **dict.fromkeys("gigantic colossal titanic monstrous ginormous gargantuan monumental".split(), "gigantic"),  # noqa: SIM905
    **dict.fromkeys("building-sized house-sized mountain-sized skyscraper-sized tower-sized".split(), "gigantic"),  # noqa: SIM905
}  # fmt: skip
_PLAIN = {
    "tiny", "mini", "miniature", "minuscule", "small", "little", "big", "large", "oversized", "huge", "enormous", "giant", "massive",
    "immense", "towering", "gigantic", "colossal",
}  # fmt: skip
"""Words that may stand in a prompt as a person said them; another is kept as the step it means."""
_USUAL = re.compile(
    r"^(?:(?:back )?(?:to|at|in|of) )?(?:its |their |the |a )?(?:normal|usual|natural|original|ordinary|regular)(?:-| )?sized?$", re.I
)
_BY_LENGTH = "|".join(sorted(_WORDS, key=len, reverse=True))
_ABSOLUTE = re.compile(
    rf"^(?:(?:very|really|so|quite|rather|absolutely|truly|just|be|an?|more|super|extremely) )*(?P<w>{_BY_LENGTH})\b", re.I
)
_LIKE = re.compile(r"^(?:be )?(?:like|(?:as|so) (?:big|large|small|tiny) as|the size of|as) an? (?P<w>\w+)$", re.I)
_MUCH = re.compile(r"\b(?:much|way|far|a lot|lots|considerably|significantly|substantially|vastly|far more|a good deal)\b", re.I)
_LITTLE = re.compile(r"\b(?:a (?:little |tiny )?bit|a little|slightly|somewhat|a touch|a tad|a shade|a smidge|marginally)\b", re.I)
_TURNED = re.compile(r"\b(?:(?:too|overly)(?: \w+)? (?=\w)|not (?:so|as|that|this|quite so) |less )", re.I)
_GROWS = re.compile(
    r"\b(?:bigger|larger|taller|more (?:big|large)|enlarge\w*|(?:scal|siz)(?:e|ed|ing) (?:\w+ )?up|blow\w* (?:\w+ )?up|supersize\w*"
    r"|increas\w*|grow\w*|magnif\w*|expand\w*)\b",
    re.I,
)
_SHRINKS = re.compile(
    r"\b(?:smaller|littler|tinier|more (?:small|little)|shr[iau]nk\w*|(?:scal|siz)(?:e|ed|ing) (?:\w+ )?down|reduc\w*|decreas\w*"
    r"|down(?:size|scale)\w*)\b",
    re.I,
)
_FACTORS = (
    (r"\bhalf\b|\bhalve\w*", 0.5),
    (r"\b(?:a )?third (?:of )?(?:the|that|its|as)\b", 1 / 3),
    (r"\b(?:a )?quarter (?:of )?(?:the|that|its|as)\b", 0.25),
    (r"\btwice\b|\bdoubl\w+|\btwo times\b|\b2 ?(?:x|times)", 2.0),
    (r"\bthree times\b|\btripl\w+|\b3 ?(?:x|times)", 3.0),
)
_PERCENT = re.compile(r"\b(?P<n>\d{1,3}) ?(?:%|per ?cent) (?P<w>bigger|larger|smaller)", re.I)


def scale_of(size: str) -> float:
    """How many times its usual height a thing with this size word is drawn. 1.0 for none, and for a word that is no size."""
    return _STEPS.get(size.casefold(), _STEPS.get(_WORDS.get(size.casefold(), ""), 1.0))


def sized(now: str, said: str) -> str | None:
    """The size word a thing gets that has `now` and is wished `said` ('bigger', 'twice as big', 'enormous', 'too big', 'its normal size').
    '' is the usual size. What is relative is taken from `now` on; the largest and the smallest are as far as it goes. None: not a size."""
    plain = re.sub(r" (?=sized\b)", "-", " ".join(said.split()))
    if not plain or _USUAL.match(plain):
        return ""
    if (like := _LIKE.match(plain)) and (size := _WORDS.get(f"{like['w'].casefold()}-sized")):
        return size
    if (factor := growth(plain)) is not None:
        return _nearest(scale_of(now), factor)
    found = _ABSOLUTE.match(plain)
    if found is None:
        return None
    word = found["w"].casefold()
    return _WORDS[word] if "-" in word or word not in _PLAIN else word


def growth(said: str) -> float | None:
    """How many times as high as now a thing is to be, for what is said in relation to that; None for what is not."""
    plain = " ".join(said.split())
    if percent := _PERCENT.search(plain):
        share = int(percent["n"]) / 100
        return max(0.1, 1 - share) if percent["w"].lower() == "smaller" else 1 + share
    turned = _TURNED.search(plain)
    if turned and (size := _ABSOLUTE.match(plain[turned.end() :])):
        return 1.5 if scale_of(size["w"]) < 1 else 1 / 1.5
    for pattern, times in _FACTORS:
        if re.search(pattern, plain, re.I):
            return 1 / times if _SHRINKS.search(plain) and times > 1 else times
    step = 2.1 if _MUCH.search(plain) else 1.2 if _LITTLE.search(plain) else 1.5
    if _GROWS.search(plain) or _SHRINKS.search(plain):
        grows = bool(_GROWS.search(plain)) != bool(turned)
        return step if grows else 1 / step
    if _LITTLE.match(plain) and (size := _ABSOLUTE.match(_LITTLE.sub("", plain, count=1).strip())):
        return 1 / 1.2 if scale_of(size["w"]) > 1 else 1.2  # 'a bit big' is said of what should shrink
    return None


def wish_of(said: str) -> str | None:
    """The wish in plain words: 'too large' is 'smaller', 'scale it up a bit' 'slightly bigger', 'HUGE' 'huge'. None: not a size."""
    size, times = sized("", said), growth(said)
    if size is None or times is None:
        return size if size != "" else "its usual size"
    if _PERCENT.search(said) or any(re.search(pattern, said, re.I) for pattern, _ in _FACTORS):
        return said.lower() if re.search(r"\b(?:big|large|small|size|bigger|larger|smaller)\b", said, re.I) else f"{said.lower()} the size"
    how = "much " if max(times, 1 / times) > 2 else "slightly " if max(times, 1 / times) < 1.3 else ""
    return f"{how}{'bigger' if times > 1 else 'smaller'}"


def without_size(words: list[str]) -> list[str]:
    """A name's words without a size said in it ('huge dragon'), which would contradict another one."""
    return [word for word in words if word.casefold() not in _WORDS] or words


def _nearest(now: float, factor: float) -> str:
    """The step nearest to `factor` times `now` on that side of it; at the end of the steps the last one."""
    beyond = [step for step, scale in _STEPS.items() if (scale - now) * (factor - 1) > 0.01 * abs(factor - 1)]
    return min(beyond or _STEPS, key=lambda step: abs(math.log(_STEPS[step] / (now * factor))))
