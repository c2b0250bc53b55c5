"""The library: ask it a question, get an answer with sources, or hear that it does not know.

Nothing is read before the first question. One library serves many threads.
"""

import time
from functools import cached_property
from pathlib import Path
from threading import Lock

from codirector.errors import InputError
from codirector.knowledge.answer import Answer, Writer, extract
from codirector.knowledge.audience import Audience, explain
from codirector.knowledge.encoder import Encoder
from codirector.knowledge.index import ARTICLES, Hit, Index, check_folder, files_in, read_folder
from codirector.knowledge.scope import Scope
from codirector.knowledge.summary import summarise
from codirector.knowledge.vectors import Progress

SURE = 0.5
"""`Library.certainty` from which an answer is given."""

LONGEST_QUESTION = 2000


class Library:
    """The packaged articles, and the Markdown and PDF files of the folders in `extra`.

    `cache` is where vectors of `extra` are kept; it is made when needed. `progress` is told while those are built.
    Raises InputError at once for an extra folder that does not exist, or has no Markdown or PDF in it.
    """

    def __init__(self, cache: Path, extra: tuple[Path, ...] = (), writer: Writer = extract, progress: Progress | None = None) -> None:
        for folder in extra:
            check_folder(folder)
        self._cache, self._extra, self._writer, self._progress = cache, extra, writer, progress
        self._lock = Lock()
        self._index: Index | None = None
        self._state: tuple = ()

    def answer(self, question: str, progress: Progress | None = None) -> Answer:
        """Answers from the passages that fit best. The first call reads everything, and `progress` is told while vectors are made. Raises
        InputError: no question, one too long, or an article that cannot be read."""
        started = time.perf_counter()
        self.index(progress)
        hits = self.search(question)
        if not hits or self.certainty(question, hits[0]) < SURE:
            return Answer(text=self._not_known(), seconds=time.perf_counter() - started)
        draft = self._writer(question.strip(), hits)
        return Answer(text=draft.text, sources=draft.sources, confident=True, seconds=time.perf_counter() - started)

    def explain(self, question: str, audience: Audience) -> Answer:
        """The same, for somebody new or for an engineer. Raises InputError as `answer` does."""
        started = time.perf_counter()
        hits = self.search(question)
        if not hits or self.certainty(question, hits[0]) < SURE:
            return Answer(text=self._not_known(), seconds=time.perf_counter() - started)
        draft = explain(hits, audience)
        return Answer(text=draft.text, sources=draft.sources, confident=True, seconds=time.perf_counter() - started)

    def summarise(self, text: str) -> tuple[str, ...]:
        """The most central sentences of a text. Raises InputError for one that is too short or too long."""
        return summarise(text, self.index().encoder)

    def search(self, question: str, count: int = 5) -> list[Hit]:
        """The passages that fit best, best first. Raises InputError as `answer` does."""
        if not question.strip():
            raise InputError("There is no question.", "Ask one, for example: what does CFG do?")
        if len(question) > LONGEST_QUESTION:
            raise InputError(f"The question is longer than {LONGEST_QUESTION} characters.", "Ask a shorter one.")
        return self.index().search(question.strip(), count)

    def certainty(self, question: str, hit: Hit) -> float:
        """0 to 1: how sure one may be that the best passage answers. Raises InputError as `index` does."""
        if Path(hit.passage.file).parent != ARTICLES:
            return nearness(hit)
        index = self.index()
        return self._scope.certainty(index.vector(question.strip()), hit, index.unknown(question.strip()))

    @cached_property
    def _scope(self) -> Scope:
        return Scope()

    def topics(self) -> tuple[str, ...]:
        """The titles of all articles, each once."""
        return tuple(dict.fromkeys(passage.title for passage in self.index().passages))

    def index(self, progress: Progress | None = None) -> Index:
        """The index: built on the first call, and again when a file of an extra folder has changed, come or gone."""
        with self._lock:
            state = tuple((file, *_version(file)) for folder in self._extra for file in files_in(folder))
            if self._index is None or state != self._state:
                others = [article for folder in self._extra for article in read_folder(folder)]
                encoder = self._index.encoder if self._index else Encoder()
                store = self._cache / "knowledge-vectors.npz"
                self._index = Index(read_folder(ARTICLES), others, encoder, store, progress or self._progress)
                self._state = state
            return self._index

    def _not_known(self) -> str:
        titles = self.topics()
        named = "; ".join(titles[:: max(1, len(titles) // 8)][:8])
        return f"I do not know that: none of my articles fits. I can talk about making pictures and videos with AI, for example: {named}."


def nearness(hit: Hit) -> float:
    """How sure one may be that a passage of unknown subject answers, from nearness in meaning and from the question's words that it has.
    The weights are a logistic fit to the tuning part of benchmarks/knowledge."""
    return 0.75 * hit.near + 0.25 * hit.covered


def _version(file: Path) -> tuple[int, int]:
    try:
        stat = file.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size
