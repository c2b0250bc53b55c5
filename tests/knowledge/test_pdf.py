"""PDF files as articles, made by hand: pages become passages, what cannot be read is said."""

from pathlib import Path

import pytest

from codirector.errors import InputError
from codirector.knowledge.library import Library
from codirector.knowledge.pdf import read_pdf, sentences_of

PAGES = (
    "The reading room of the observatory opens at nine.",
    "The dome of the observatory weighs eighteen tonnes. It turns on forty rollers that are greased with graphite every March.",
)


def write_pdf(file: Path, pages: tuple[str, ...], title: str = "") -> None:
    """A PDF 1.4 with one line of Helvetica a page (ISO 32000-1, annex H.2)."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 40 700 Td ({text}) Tj ET" if text else ""
        here = f"/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R"
        objects += [f"<< {here} >>", f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream"]
    info = ""
    if title:
        objects.append(f"<< /Title ({title}) >>")
        info = f" /Info {len(objects)} 0 R"
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{info} >>\n"
    file.write_bytes(f"{out}{end}startxref\n{len(out)}\n%%EOF\n".encode("latin-1"))


def test_a_page_is_a_passage(tmp_path: Path):
    write_pdf(tmp_path / "dome.pdf", PAGES, title="The dome")
    article = read_pdf(tmp_path / "dome.pdf")
    assert (article.title, [passage.heading for passage in article.passages]) == ("The dome", ["Page 1", "Page 2"])
    assert [sentence.text for sentence in article.passages[1].sentences] == PAGES[1].replace(". ", ".|").split("|")


def test_a_question_is_answered_from_a_pdf_with_its_page(tmp_path: Path):
    notes = tmp_path / "notes"
    notes.mkdir()
    write_pdf(notes / "observatory_dome.pdf", PAGES)
    answer = Library(tmp_path / "cache", (notes,)).answer("how heavy is the dome of the observatory?")
    assert answer.confident and "eighteen tonnes" in answer.text
    source = answer.sources[0]
    assert (source.title, source.heading, source.file) == ("observatory dome", "Page 2", str(notes / "observatory_dome.pdf"))


def test_what_cannot_be_read_is_said(tmp_path: Path):
    write_pdf(tmp_path / "scan.pdf", ("", ""))
    with pytest.raises(InputError, match="no text in it") as caught:
        read_pdf(tmp_path / "scan.pdf")
    assert caught.value.hint
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 and then nothing of the kind")
    with pytest.raises(InputError, match="cannot be read as a PDF"):
        read_pdf(tmp_path / "broken.pdf")


def test_divided_words_and_lines_are_joined():
    assert [one.text for one in sentences_of("It is green-\nish in\nthe dark. Yes.\n\n  \n\nNew part")] == [
        "It is greenish in the dark.",
        "Yes.",
        "New part",
    ]
