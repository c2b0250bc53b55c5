"""Articles: Markdown files with front matter, cut into passages by heading and into sentences.

Front matter is YAML between two `---` lines. `title`, `licence`, `date` and `sources` (key: [title, url]) are read, the rest is
ignored; a person's own notes may have none of it. A sentence cites a source as `[@key]`, which is taken out of the text and kept
beside it. What a page could make a viewer fetch or run (HTML, pictures, link targets) is taken out as well: a passage is words.

It does not know how passages are searched (see `index`), and it never follows a link.
"""

import re
from pathlib import Path

from codirector.errors import InputError
from codirector.values import Text, Value

LONGEST_FILE = 2_000_000
LONGEST_PASSAGE = 260
"""Words. A longer section of a person's own notes is cut at paragraphs: the encoder reads no more than 256 tokens."""

_CITATION = re.compile(r"\s*\[@([\w.-]+)\]")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?P<cites>(?:\s*\[@[\w.-]+\])*)\s+(?=[\"“(\[`$*]*[A-Z0-9])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|cf|vs|al|Fig|Eq|No|Dr|Mr|Ms|St|v)|\b[A-Z])\.$")


class Reference(Value):
    """A work or page that an article rests on."""

    title: Text
    url: Text = ""


class Sentence(Value):
    """One sentence or list item, word for word without its citation marks, and the references it cites."""

    text: str
    cites: tuple[Reference, ...] = ()
    item: bool = False


class Passage(Value):
    """The text under one heading: what an answer is made of and what a source opens."""

    article: str
    title: str
    heading: str
    sentences: tuple[Sentence, ...]
    file: str = ""
    licence: str = ""
    date: str = ""

    @property
    def text(self) -> str:
        """The passage as one paragraph; list items on lines of their own."""
        parts = [("\n- " if sentence.item else " ") + sentence.text for sentence in self.sentences]
        return "".join(parts).strip()

    @property
    def references(self) -> tuple[Reference, ...]:
        """The references its sentences cite, in order, each once."""
        return tuple(dict.fromkeys(reference for sentence in self.sentences for reference in sentence.cites))


class Article(Value):
    """One file. `name` is its name without the ending; `references` by the key that sentences cite them with."""

    name: str
    title: str
    passages: tuple[Passage, ...]
    licence: str = ""
    date: str = ""
    references: dict[str, Reference] = {}


def read_article(file: Path) -> Article:
    """Reads and cuts one Markdown file. Raises InputError: unreadable, not UTF-8, or longer than 2 MB."""
    try:
        if file.stat().st_size > LONGEST_FILE:
            raise InputError(f"{file} is longer than 2 MB.", "Split it into several files.")
        source = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text.", "Save it as UTF-8 Markdown.") from error
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.", "Check the path and its permissions.") from error
    return parse_article(source, file.stem, str(file))


def parse_article(source: str, name: str, file: str = "") -> Article:
    """Cuts Markdown text. A heading without text below it makes no passage. Raises InputError on front matter that is not YAML."""
    matter, body = _front_matter(source.replace("\r\n", "\n"), file or name)
    references = _references(matter.get("sources"))
    title = str(matter.get("title") or "").strip()
    sections = _sections(body)
    if not title:
        title = next((heading for level, heading, _ in sections if level == 1 and heading), name.replace("-", " ").replace("_", " "))
    licence, date = str(matter.get("licence") or matter.get("license") or ""), str(matter.get("date") or "")
    passages = []
    for _, heading, lines in sections:
        for part in cut(_sentences(lines, references)):
            passages.append(
                Passage(article=name, title=title, heading=heading or title, sentences=part, file=file, licence=licence, date=date)
            )
    return Article(name=name, title=title, passages=tuple(passages), licence=licence, date=date, references=references)


def _front_matter(source: str, where: str) -> tuple[dict, str]:
    match = re.match(r"---\s*\n(.*?)\n---\s*(?:\n|$)", source, re.DOTALL)
    if not match:
        return {}, source
    import yaml

    try:
        matter = yaml.load(match.group(1), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise InputError(f"The front matter of {where} is not valid YAML.", "Mend or remove the lines between the two '---'.") from error
    return (matter if isinstance(matter, dict) else {}), source[match.end() :]


def _references(sources: object) -> dict[str, Reference]:
    if not isinstance(sources, dict):
        return {}
    found = {}
    for key, value in sources.items():
        title, url = [*value, ""][:2] if isinstance(value, list) and value else (value, "")
        found[str(key)] = Reference(title=str(title), url=str(url))
    return found


def _sections(body: str) -> list[tuple[int, str, list[str]]]:
    """(level, heading, lines) in order; the text before the first heading has level 0 and no heading. Fences hide headings."""
    sections: list[tuple[int, str, list[str]]] = [(0, "", [])]
    fenced = False
    for line in body.split("\n"):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading:
            sections.append((len(heading.group(1)), plain(heading.group(2)), []))
        else:
            sections[-1][2].append(line)
    return sections


def _sentences(lines: list[str], references: dict[str, Reference]) -> tuple[Sentence, ...]:
    blocks: list[tuple[bool, str]] = []
    fenced, open_block = False, False
    for line in lines:
        if line.lstrip().startswith(("```", "~~~")):
            fenced, open_block = not fenced, False
            continue
        if not line.strip():
            open_block = False
        elif fenced or _ITEM.match(line) or not open_block:
            blocks.append((not fenced and bool(_ITEM.match(line)), _ITEM.sub("", line.strip()) if not fenced else line.strip()))
            open_block = not fenced
        else:
            blocks[-1] = (blocks[-1][0], f"{blocks[-1][1]} {line.strip()}")
    found = []
    for item, block in blocks:
        for text in [block] if item else split_sentences(block):
            cites = tuple(dict.fromkeys(references[key] for key in _CITATION.findall(text) if key in references))
            words = plain(_CITATION.sub("", text))
            if re.search(r"\w", words):
                found.append(Sentence(text=words, cites=cites, item=item))
    return tuple(found)


def cut(sentences: tuple[Sentence, ...]) -> list[tuple[Sentence, ...]]:
    """Portions of at most `LONGEST_PASSAGE` words; none of no sentences."""
    parts: list[tuple[Sentence, ...]] = []
    current: list[Sentence] = []
    words = 0
    for sentence in sentences:
        length = len(sentence.text.split())
        if current and words + length > LONGEST_PASSAGE:
            parts.append(tuple(current))
            current, words = [], 0
        current.append(sentence)
        words += length
    return [*parts, tuple(current)] if current else parts


def split_sentences(paragraph: str) -> list[str]:
    """Sentences of a paragraph; a citation mark stays with the sentence before it. 'e.g.', 'et al.' and initials do not end one."""
    pieces: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(paragraph):
        before = paragraph[start : match.start()]
        if _ABBREVIATION.search(before) or before.count("$") % 2 or before.count("`") % 2:
            continue
        pieces.append((before + match.group("cites")).strip())
        start = match.end()
    return [*pieces, paragraph[start:].strip()] if paragraph[start:].strip() else pieces


def plain(markdown: str) -> str:
    """The words of Markdown: no HTML, no pictures, no link targets, one blank between words. Emphasis, formulae and code in backticks
    stay; a backtick without its partner goes, or it would turn the next code span inside out."""
    parts = re.split(r"(`[^`]+`)", re.sub(r"<!--.*?-->", " ", markdown, flags=re.DOTALL))
    text = "".join(part if place % 2 else _without_markup(part) for place, part in enumerate(parts))
    return re.sub(r"\s+", " ", text).strip()


def _without_markup(text: str) -> str:
    text = re.sub(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])", " ", text.replace("`", ""))
    text = re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", text)
    text = re.sub(r"</?[A-Za-z!][^>]*>", " ", text)
    return re.sub(r"\b(?:javascript:\S+|vbscript:\S+|data:\w+/\S+)", " ", text, flags=re.IGNORECASE)
