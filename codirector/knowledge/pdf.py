"""PDF files as articles: one passage a page, so that a source can be looked up by its page number.

It reads text that the file holds. It does not read scans (pictures of text), tables keep their words and lose their columns, and
nothing in a PDF is run or followed.
"""

import re
from pathlib import Path

from codirector.errors import InputError
from codirector.knowledge.articles import Article, Passage, Sentence, cut, plain, split_sentences

LONGEST_FILE = 100_000_000
MOST_PAGES = 3000


def read_pdf(file: Path) -> Article:
    """Reads a PDF with pypdf. Pages without text make no passage. Raises InputError: unreadable, locked, too large, or no text in it."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    if file.stat().st_size > LONGEST_FILE:
        raise InputError(f"{file} is longer than 100 MB.", "Split it into several files.")
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(f"{file} is locked with a password.", "Save a copy without one.")
        if len(reader.pages) > MOST_PAGES:
            raise InputError(f"{file} has {len(reader.pages)} pages; up to {MOST_PAGES} are read.", "Split it into several files.")
        texts = [page.extract_text() for page in reader.pages]
        title = str((reader.metadata.title if reader.metadata else "") or "").strip()
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        # pypdf meets damaged files with all of these.
        raise InputError(f"{file} cannot be read as a PDF: {str(error) or type(error).__name__}.", "Open and save it again.") from error
    title = plain(title)[:200] or file.stem.replace("-", " ").replace("_", " ")
    passages = []
    for number, text in enumerate(texts, start=1):
        for part in cut(sentences_of(text)):
            heading = f"Page {number}"
            passages.append(Passage(article=file.stem, title=title, heading=heading, sentences=part, file=str(file)))
    if not passages:
        raise InputError(f"{file} has no text in it; it may be a scan.", "Make a PDF with text of it, or take it away.")
    return Article(name=file.stem, title=title, passages=tuple(passages))


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a page's text: words divided at a line's end are joined, lines of a paragraph too."""
    text = re.sub(r"(?<=[a-z])[-\u00ad]\n(?=[a-z])", "", text.replace("\r\n", "\n"))
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        for sentence in split_sentences(" ".join(paragraph.split())):
            words = plain(sentence)
            if re.search(r"\w", words):
                found.append(Sentence(text=words))
    return tuple(found)
