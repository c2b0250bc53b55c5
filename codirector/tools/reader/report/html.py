"""A report as one self-contained HTML page: pictures inside as data, no script, nothing fetched. And as PNG files.

Knows reports and HTML. Headings, figures and alternative texts come in the order in which they are read aloud.
"""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path

from codirector.errors import StorageFull
from codirector.tools.reader.report.values import Report, Step

_STYLE = """
:root{color-scheme:light dark;--ink:#202124;--soft:#5f6368;--paper:#fff;--card:#f6f7f9;--line:#dadce0;--good:#137333;
--bad:#b3261e}@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#9aa0a6;--paper:#17181a;--card:#232528;--line:#3c4043;
--good:#81c995;--bad:#f28b82}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:880px;margin:0 auto;padding:32px 20px 80px}h1{font-size:1.7rem;line-height:1.2;margin:0 0 4px}
.caption{font-size:1.15rem;margin:.3rem 0 0}.soft{color:var(--soft)}section{background:var(--card);border:1px solid var(--line);
border-radius:14px;padding:20px 22px;margin:22px 0}h2{font-size:1.2rem;margin:0 0 6px}h2 span{color:var(--soft);font-weight:400}
.figures{display:flex;flex-wrap:wrap;gap:16px;margin:14px 0 4px}figure{margin:0;max-width:100%}
img{max-width:100%;height:auto;border-radius:8px;border:1px solid var(--line);display:block;background:#fff}
figcaption{font-size:.88rem;color:var(--soft);margin-top:4px;max-width:52ch}ul{padding-left:1.2em;margin:.6em 0}
details{margin-top:10px}summary{cursor:pointer;color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}
table{border-collapse:collapse;margin:10px 0;font-size:.92rem}td,th{border:1px solid var(--line);padding:4px 10px;text-align:right}
td:first-child,th:first-child{text-align:left}
@media (max-width:480px){main{padding:20px 10px 60px}section{padding:16px 12px}td,th{padding:3px 4px;font-size:.78rem}}
"""


def to_html(report: Report) -> str:
    """The page as text."""
    notes = "".join(f'<p class="bad">{escape(note)}</p>' for note in report.notes)
    body = "".join(_step(step) for step in report.steps)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head><body><main><h1>{escape(report.title)}</h1>"
        f'<p class="caption">{escape(report.caption)}</p>{notes}'
        f'<p class="soft">Reader: {escape(report.reader)}. Every number and map below comes from this reading; it took '
        f"{report.seconds:.1f} s.</p>{body}</main></body></html>"
    )


def _step(step: Step) -> str:
    figures = "".join(
        f'<figure><img src="data:image/png;base64,{base64.b64encode(figure.png).decode()}" alt="{escape(figure.alt, quote=True)}" '
        f'width="{figure.width}" height="{figure.height}"><figcaption>{escape(figure.caption)}</figcaption></figure>'
        for figure in step.figures
    )
    said = {check.words for check in step.checks}
    lines = "".join(f"<li>{escape(line)}</li>" for line in step.lines if line not in said)
    return (
        f'<section aria-labelledby="step{step.number}"><h2 id="step{step.number}"><span>{step.number}</span> {escape(step.title)}</h2>'
        f"<p>{escape(step.plain)}</p>{f'<ul>{lines}</ul>' if lines else ''}{_checks(step)}"
        f'<div class="figures">{figures}</div><details><summary>more</summary><p>{escape(step.more)}</p></details></section>'
    )


def _checks(step: Step) -> str:
    if not step.checks:
        return ""
    rows = "".join(
        f"<tr><td>{escape(check.label)}</td><td>{check.before:.2f}</td><td>{check.hot_hidden:.2f}</td><td>{check.cold_hidden:.2f}</td>"
        f'<td class="{"good" if check.holds else "bad"}">{"holds" if check.holds else "fails"}</td></tr>'
        for check in step.checks
    )
    return (
        "<table><caption class='soft'>The occlusion check of the heat maps</caption><tr><th>word</th><th>score</th>"
        f"<th>hot part hidden</th><th>as much elsewhere hidden</th><th>the map</th></tr>{rows}</table>"
    )


def write_report(report: Report, folder: Path) -> tuple[Path, ...]:
    """`report.html` and one PNG a figure, numbered by step. Files of an older report with the same names are replaced.
    Raises StorageFull."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        page = folder / "report.html"
        page.write_text(to_html(report), encoding="utf-8")
        written = [page]
        for step in report.steps:
            for figure in step.figures:
                path = folder / f"{step.number}-{''.join(each if each.isalnum() or each == '-' else '-' for each in figure.name)}.png"
                path.write_bytes(figure.png)
                written.append(path)
    except OSError as error:
        raise StorageFull(f"The report could not be written to {folder}: {error.strerror}.", "Choose another --report folder.") from error
    return tuple(written)
