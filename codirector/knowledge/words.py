"""Words of a text as search terms, and Okapi BM25 over them.

Stemming only takes common English endings off, the same way on both sides. Abbreviations of the field are spelled out; it knows no
other synonyms and no other language.
Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

STOP = frozenset(
    "a about above actually after again ain all also am an and any anyway are aren as at basically be because been before being "  # noqa: SIM905
    "below between both but by called can cannot could couldn d did didn difference do does doesn doing don down during each else "
    "ever exactly explain few for from further get give go goes going got had hadn happen happens has hasn have haven having he "
    "her here hers him his how i if in into is isn it its itself just know let like ll m make many may me mean means mine more "
    "most much must my need no nor not now of off on once one only or other our out over own please put question re really s same "
    "see shall she should shouldn so some such t take tell than that the their them then there these they thing things this those "
    "through to too under until up use used using ve very want was wasn way we were weren what whats when where which while who "
    "whom whose why will with won word words work would wouldn yet you your ".split()
)
ABBREVIATIONS = {
    "cfg": "guidance scale", "sd": "stable diffusion", "sd1": "stable diffusion 1", "sd1.5": "stable diffusion 1.5",
    "sd15": "stable diffusion 1.5", "sd2": "stable diffusion 2", "sd2.1": "stable diffusion 2.1", "sd3": "stable diffusion 3",
    "sd3.5": "stable diffusion 3.5", "vram": "graphics memory", "oom": "out of memory", "img2img": "image-to-image",
    "i2i": "image-to-image", "t2i": "text-to-image", "t2v": "text-to-video", "txt2img": "text-to-image", "i2v": "image-to-video",
    "fps": "frames a second", "neg": "negative prompt", "bg": "background", "pic": "picture", "pics": "pictures", "vid": "video",
    "vids": "videos", "upscaler": "upscaling", "eps": "noise prediction", "epsilon": "noise prediction",
    "v-prediction": "velocity prediction", "v-pred": "velocity prediction", "commercially": "commercial use", "ram": "memory",
    "gpu": "graphics card",
}  # fmt: skip
"""What people write for short, as the articles write it."""

_TERM = re.compile(r"[a-z0-9]+(?:[.+'-][a-z0-9]+)*\+*")
_SHORT_FORM = re.compile(r"'(?:s|t|re|ve|ll|d|m)$")
_PREFIXED = re.compile(r"[a-z]{1,4}-[a-z]+")
_ENDINGS = (
    ("ations", 5), ("ation", 5), ("ings", 3), ("ing", 3), ("ers", 4), ("ies", 3), ("ied", 3), ("ed", 3), ("es", 3), ("er", 4), ("ly", 4),
    ("s", 3), ("e", 3), ("y", 3),
)  # fmt: skip
"""Ending, and the letters that must remain."""


def spelled_out(question: str) -> str:
    """The question with abbreviations spelled out in brackets: 'what does CFG do' gives 'what does CFG (classifier-free guidance) do'."""

    def longer(match: re.Match[str]) -> str:
        meaning = ABBREVIATIONS.get(match.group().lower().rstrip("."))
        return f"{match.group()} ({meaning})" if meaning else match.group()

    return re.sub(r"[A-Za-z][A-Za-z0-9.-]*", longer, question)


def terms(text: str) -> list[str]:
    """Search terms in order: lower case, no stop words, endings off. 'DPM++ 2M' gives 'dpm++', '2m'; 'in-painting' 'inpaint'."""
    found = []
    for word in _TERM.findall(text.lower().replace("’", "'")):
        if "'" in word:
            word = _SHORT_FORM.sub("", word)
        pieces = [word]
        if "-" in word or "'" in word:
            pieces = [word.replace("-", "")] if _PREFIXED.fullmatch(word) else re.split(r"[-']", word)
        found += [stem(piece) for piece in pieces if piece and piece not in STOP]
    return found


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """'diffused', 'diffusing' and 'diffuses' become 'diffus'; numbers and words of up to three letters stay."""
    if len(word) < 4 or not word.isalpha():
        return word
    word = word.replace("colour", "color").replace("grey", "gray")
    for ending, least in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least and not (ending == "s" and word.endswith(("ss", "us", "is"))):
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeious" else word


class Bm25:
    """BM25 over documents given as term lists. Immutable after construction. `k1` and `b` are the usual defaults."""

    def __init__(self, documents: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.6) -> None:
        self._counts = [Counter(document) for document in documents]
        self._size = len(documents)
        mean = sum(len(document) for document in documents) / max(self._size, 1) or 1.0
        self._norms = [k1 * (1 - b + b * len(document) / mean) for document in documents]
        self._k1 = k1
        self._in_documents = Counter(term for counts in self._counts for term in counts)

    def weight(self, term: str) -> float:
        """How much a term tells: the inverse document frequency, highest for a term no document has."""
        frequency = self._in_documents.get(term, 0)
        return math.log(1 + (self._size - frequency + 0.5) / (frequency + 0.5))

    def has(self, term: str) -> bool:
        """Whether any document has the term."""
        return term in self._in_documents

    def scores(self, query: Sequence[str]) -> list[float]:
        """One score a document, 0 where no term is shared."""
        weights = {term: self.weight(term) for term in set(query)}
        return [
            sum(weight * counts[term] * (self._k1 + 1) / (counts[term] + norm) for term, weight in weights.items() if term in counts)
            for counts, norm in zip(self._counts, self._norms, strict=True)
        ]

    def coverage(self, query: Sequence[str]) -> list[float]:
        """0 to 1 a document: the share of the query's weight that the document's terms hold. A term nobody has counts against all."""
        weights = {term: self.weight(term) for term in set(query)}
        total = sum(weights.values())
        if not total:
            return [0.0] * self._size
        return [sum(weight for term, weight in weights.items() if term in counts) / total for counts in self._counts]

    def most(self, query: Sequence[str]) -> float:
        """A score that no document exceeds for this query."""
        return (self._k1 + 1) * sum(self.weight(term) for term in set(query))
