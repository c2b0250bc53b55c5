"""The report on how a picture was read, in a real browser: everything is inside, every picture has words, headings come in order, and it
can be read with the keyboard and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from codirector.tools.reader.report.html import write_report
from codirector.tools.reader.report.make import make_report
from codirector.tools.sketch import Atlas, SketchBox
from training.illustrator.art import ATLAS
from training.illustrator.scenes import Item, SceneSpec, compose

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = SceneSpec((Item("penguin", 1, None, "left"),), "snow", "white", "cartoon", "night", "medium")
    box = SketchBox(name="penguin", x=0.35, y=0.6, width=0.5, height=0.5)
    picture = compose(spec, Atlas.load(ATLAS), np.random.default_rng(3), (box,))[0]
    return write_report(make_report(picture, ("penguin",), [("turn 1", picture[:, ::-1].copy())]), tmp_path_factory.mktemp("report"))[0]


@pytest.fixture(scope="module")
def browser() -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser, report: Path) -> Iterator:
    asked: list[str] = []
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    page.asked = asked
    yield page
    page.close()


def test_it_fetches_nothing_and_shows_every_picture(page) -> None:
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    sizes = page.evaluate("[...document.images].map(each => [each.complete, each.naturalWidth, each.alt])")
    assert len(sizes) >= 12 and all(done and width > 0 and len(alt) > 3 for done, width, alt in sizes)


def test_a_screen_reader_meets_it_in_order(page) -> None:
    """The accessibility tree as assistive technology gets it: one main landmark, title first, then the five steps in their order, each a
    named region whose text comes before its pictures, and each picture has a name."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    told = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored")]
    roles = [role for role, _ in told]
    assert roles.count("main") == 1 and page.evaluate("document.documentElement.lang") == "en"
    headings = [(node["name"]["value"], next(p["value"]["value"] for p in node["properties"] if p["name"] == "level"))
                for node in nodes if not node.get("ignored") and node["role"]["value"] == "heading"]  # fmt: skip
    assert headings[0][1] == 1 and [level for _, level in headings[1:]] == [2] * 5
    assert [name[0] for name, _ in headings[1:]] == ["1", "2", "3", "4", "5"]
    regions = [name for role, name in told if role == "region"]
    assert regions == [name for name, _ in headings[1:]]
    assert all(name for role, name in told if role == "image")
    first = {name: at for at, (role, name) in enumerate(told) if role == "heading"}
    order = [at for _, at in sorted(((name, at) for name, at in first.items() if name[:1].isdigit()), key=lambda pair: pair[0])]
    assert order == sorted(order)
    before = "each.querySelector('p').compareDocumentPosition(each.querySelector('img')) & Node.DOCUMENT_POSITION_FOLLOWING"
    inside = page.evaluate(f"[...document.querySelectorAll('section')].every(each => {before})")
    assert inside


def test_more_opens_by_keyboard_and_nothing_runs_over_on_a_phone(page, report: Path) -> None:
    assert not page.locator("details").first.evaluate("each => each.open")
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.evaluate("each => each.open")
    page.screenshot(path=str(report.with_name("wide.png")))
    for width in (360, 768):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    page.screenshot(path=str(report.with_name("phone.png")))


def test_checks_are_said_in_a_table_with_a_caption(page) -> None:
    table = page.locator("table").first
    assert "occlusion" in table.locator("caption").inner_text() and table.locator("th").count() == 5
    assert set(table.locator("td:last-child").all_inner_texts()) <= {"holds", "fails"}
