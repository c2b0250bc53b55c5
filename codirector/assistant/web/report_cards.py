"""A report on the page: its sheets as pictures with a heading and an alternative text each. Pure; knows no chainlit.

The reply's text is the report in words (tools.reader.report.make.report_words): one paragraph a step, which begins with its number
and title in bold. What stands in it is also what a screen reader says of the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codirector.assistant.session.record import ArtifactRef

SHEET, PAGE = "explained", "report"
_STEP = re.compile(r"^\*\*(\d)\. ([^*]+)\.\*\* ?(.*?)(?=^\*\*\d\. |\Z)", re.M | re.S)


def is_report(refs: Sequence[ArtifactRef]) -> bool:
    """Whether a reply's files are the sheets of a report."""
    return any(ref.role == SHEET for ref in refs)


def headings(text: str, number: int) -> list[tuple[str, str]]:
    """(title, alternative text) of `number` sheets, in their order; where the text does not tell, the sheet is only numbered."""
    found = [(f"{step}. {title}", plain(body)) for step, title, body in _STEP.findall(text)]
    return [found[at] if at < len(found) else (f"Sheet {at + 1}", f"Sheet {at + 1} of the report") for at in range(number)]


def plain(markdown: str) -> str:
    """One line without Markdown, at most 900 characters: a screen reader reads it to its end."""
    words = " ".join(re.sub(r"[*_`]|^- ", "", markdown, flags=re.M).split())
    return words if len(words) <= 900 else words[:899].rsplit(" ", 1)[0] + "…"
