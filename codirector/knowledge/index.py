"""The index: every passage with its search terms and vectors, and a search that mixes both.

It finds and ranks passages and says how well the best one fits; it does not word an answer (see `answer`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from codirector.errors import InputError
from codirector.knowledge import vectors
from codirector.knowledge.articles import Article, Passage, read_article
from codirector.knowledge.encoder import Encoder
from codirector.knowledge.words import Bm25, spelled_out, terms

ARTICLES = Path(__file__).parent / "articles"
PACKAGED = ARTICLES / "vectors.npz"
MARKDOWN = frozenset({".md", ".markdown"})
READ = MARKDOWN | {".pdf"}

NAME, WHOLE, BEST, WORDS, NAMED = 0.2, 0.4, 0.2, 0.4, 0.1
"""What counts in a passage's rank: cosine with its name, with all of its text, with its nearest sentence; BM25 of its text and of its
name, each as a share of the most that the question could reach. Tuned on a third of benchmarks/knowledge."""


class Hit(NamedTuple):
    """A passage found. `score` orders hits of one question; `near` is the best cosine (-1 to 1) of the question with the passage's
    heading, text or a sentence; `covered` (0 to 1) the share of the question's telling words it has; `sentences` one score each."""

    passage: Passage
    score: float
    near: float
    covered: float
    sentences: tuple[float, ...]


def files_in(folder: Path) -> list[Path]:
    """Every Markdown and PDF file below a folder, in the order of its path; links are not followed."""
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in READ and file.is_file() and not file.is_symlink())


def read_folder(folder: Path) -> list[Article]:
    """The articles of a folder. Raises InputError."""
    return [read_article(file) if file.suffix.lower() in MARKDOWN else _pdf(file) for file in files_in(folder)]


def _pdf(file: Path) -> Article:
    from codirector.knowledge.pdf import read_pdf

    return read_pdf(file)


def check_folder(folder: Path) -> None:
    """Raises InputError unless the folder exists and holds Markdown or PDF files."""
    if folder.is_file() or not folder.exists():
        what = "is a file, not a folder" if folder.is_file() else "does not exist"
        raise InputError(f"{folder} {what}.", "Name a folder with Markdown (.md) or PDF files.")
    if not files_in(folder):
        raise InputError(f"{folder} has no Markdown or PDF files.", "Name a folder with files that end in .md or .pdf.")


def name_of(passage: Passage) -> str:
    """Title and heading as one short text, which is often what a question looks like."""
    return passage.heading if passage.title.casefold() in passage.heading.casefold() else f"{passage.title}: {passage.heading}"


def texts_of(passage: Passage, sentences: bool) -> list[str]:
    """The texts of a passage that get vectors: its name, all of it, and each sentence where `sentences` is set."""
    return [name_of(passage), f"{name_of(passage)}. {passage.text}", *((one.text for one in passage.sentences) if sentences else ())]


class Index:
    """Passages, ready to be searched. Immutable after construction; may be shared by threads.

    `store` is the file for vectors that are not packaged. Making them takes some 0.1 s a passage; `progress` is told.
    Passages of `own` articles have vectors for every sentence, those of others only for name and text.
    """

    def __init__(
        self, own: Sequence[Article], others: Sequence[Article], encoder: Encoder, store: Path, progress: vectors.Progress | None = None
    ) -> None:
        import numpy as np

        self.passages = tuple(passage for article in [*own, *others] for passage in article.passages)
        self.encoder = encoder
        own_size = sum(len(article.passages) for article in own)
        texts = [texts_of(passage, sentences=place < own_size) for place, passage in enumerate(self.passages)]
        packaged = vectors.read(PACKAGED)
        known = packaged | vectors.read(store)
        missing = [text for group in texts for text in group if vectors.key(text) not in known]
        self.unsaved = ""
        if missing:
            made = vectors.make(missing, encoder, progress)
            known |= made
            wanted = {vectors.key(text) for group in texts for text in group} - set(packaged)
            try:
                vectors.write(store, {name: known[name] for name in wanted})
            except OSError as error:
                self.unsaved = f"The index could not be stored in {store.parent} ({error.strerror}); it will be built again next time."
        rows = [known[vectors.key(text)] for group in texts for text in group]
        self._vectors: Any = np.array(rows, dtype=np.float32) if rows else np.zeros((0, 384), dtype=np.float32)
        ends = np.cumsum([len(group) for group in texts]).tolist()
        self._rows = [(end - len(group), end) for end, group in zip(ends, texts, strict=True)]
        self._bm25 = Bm25([terms(" ".join([passage.heading, passage.heading, passage.title, passage.text])) for passage in self.passages])
        self._names = Bm25([terms(name_of(passage)) for passage in self.passages])

    def vector(self, question: str) -> Any:
        """The question's unit vector, float32 (384,)."""
        return self.encoder.encode([spelled_out(question)])[0]

    def unknown(self, question: str) -> float:
        """0 to 1: the share of the question's telling words that no passage has."""
        query = set(terms(spelled_out(question)))
        return sum(not self._bm25.has(term) for term in query) / max(len(query), 1)

    def search(self, question: str, count: int = 5, vector: Any = None) -> list[Hit]:
        """The best passages, best first. An index without passages finds none. `vector` is the question's, where it is known already."""
        if not self.passages:
            return []
        query = terms(spelled_out(question))
        cosines = self._vectors @ (self.vector(question) if vector is None else vector)
        lexical, named, covered = self._bm25.scores(query), self._names.scores(query), self._bm25.coverage(query)
        most = self._bm25.most(query) or 1.0
        hits = []
        for place, (passage, (start, end)) in enumerate(zip(self.passages, self._rows, strict=True)):
            name, whole, *single = cosines[start:end].tolist()
            best = max(single, default=whole)
            score = NAME * name + WHOLE * whole + BEST * best + (WORDS * lexical[place] + NAMED * named[place]) / most
            hits.append(Hit(passage, score, max(name, whole, best), covered[place], tuple(single)))
        return sorted(hits, key=lambda hit: -hit.score)[:count]
