"""The studio under the newest picture, in a real browser: a region is painted by pointer, by touch-sized strokes and by keys, sent, and
only it changes; before and after are compared; the strip leads back. A small painter that in-paints stands in for the model.

Screenshots go to the folder named by CODIRECTOR_SCREENSHOTS, if it is set.
"""

import importlib.util
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

spec = importlib.util.spec_from_file_location("browser_tests", Path(__file__).with_name("test_browser.py"))
assert spec is not None and spec.loader is not None
shared = importlib.util.module_from_spec(spec)
sys.modules["browser_tests"] = shared
spec.loader.exec_module(shared)

FOX = shared.FOX
pytestmark = pytest.mark.skipif(not shared.CHROMIUM.exists(), reason="the browser is not installed: apt-get install -y chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(shared.CHROMIUM), args=shared.FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    home = tmp_path_factory.mktemp("painter")
    command = [sys.executable, str(Path(__file__).with_name("paint_server.py")), str(home)]
    started = shared.Server(home, command).start()
    yield started
    started.stop()


@pytest.fixture
def anna(browser, server) -> Iterator:
    context = browser.new_context(viewport={"width": 1180, "height": 900}, has_touch=True)
    page = shared.Page(context.new_page()).open(server.address)
    yield page
    assert page.problems == []
    context.close()


def picture_of(anna, server, address: str) -> np.ndarray:
    answer = anna.page.request.get(server.address + address)
    assert answer.status == 200
    return np.asarray(Image.open(io.BytesIO(answer.body())).convert("RGB")).astype(int)


def painted_share(anna) -> float:
    return anna.page.evaluate(
        """() => { const c = document.querySelector('.cd-sheet canvas');
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 127; return n / (c.width * c.height); }"""
    )


def drag(anna, points: list[tuple[float, float]]) -> None:
    box = anna.page.locator(".cd-sheet").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    anna.page.mouse.move(*places[0])
    anna.page.mouse.down()
    for place in places[1:]:
        anna.page.mouse.move(*place, steps=4)
    anna.page.mouse.up()


def test_a_painted_region_changes_and_nothing_else_does(anna, server) -> None:
    first = anna.say(FOX)
    anna.page.locator(".cd-studio [data-action=paint]").click()
    anna.page.wait_for_selector(".cd-sheet canvas")
    go = anna.page.locator(".cd-go")
    assert go.is_disabled(), "nothing is painted and nothing is said yet"

    drag(anna, [(0.2, 0.2), (0.4, 0.2)])
    brushed = painted_share(anna)
    assert 0.01 < brushed < 0.2
    anna.page.locator("[data-tool=lasso]").click()
    drag(anna, [(0.6, 0.6), (0.9, 0.6), (0.9, 0.9), (0.6, 0.9)])
    lassoed = painted_share(anna)
    assert lassoed == pytest.approx(brushed + 0.09, abs=0.01)
    anna.page.locator("[data-do=undo]").click()
    assert painted_share(anna) == brushed
    anna.page.locator("[data-do=clear]").click()
    assert painted_share(anna) == 0
    anna.page.locator("[data-tool=box]").click()
    drag(anna, [(0.1, 0.1), (0.4, 0.35)])
    assert painted_share(anna) == pytest.approx(0.075, abs=0.006)
    anna.page.locator("[data-tool=eraser]").click()
    drag(anna, [(0.1, 0.1), (0.12, 0.1)])
    boxed = painted_share(anna)
    assert boxed < 0.075
    anna.page.locator("[data-do=invert]").click()
    assert painted_share(anna) == pytest.approx(1 - boxed, abs=0.01)
    anna.page.locator("[data-do=undo]").click()
    anna.page.locator("[data-do=larger]").click()
    assert anna.page.locator(".cd-tools output").inner_text() == "125 %"
    anna.page.locator("[data-do=smaller]").click()
    assert go.is_disabled(), "what it should become is not said yet"
    anna.page.fill(".cd-wish-form input", "a night sky here")
    anna.shoot("painter")
    go.click()
    second = anna.settled(2)
    assert second["status"] == "done", second["text"]
    assert "0 pixels changed outside the region" in second["text"]
    before, after = picture_of(anna, server, first["picture"]), picture_of(anna, server, second["picture"])
    changed = (before != after).any(axis=2)
    height, width = changed.shape
    assert changed[int(0.15 * height) : int(0.3 * height), int(0.2 * width) : int(0.38 * width)].any()
    assert not changed[int(0.42 * height) :].any() and not changed[:, int(0.46 * width) :].any()


def test_the_pen_can_be_led_by_keys_alone(anna) -> None:
    anna.say(FOX)
    anna.page.locator(".cd-studio [data-action=paint]").focus()
    anna.page.keyboard.press("Enter")
    anna.page.wait_for_selector(".cd-sheet canvas")
    anna.page.locator(".cd-sheet").focus()
    anna.page.keyboard.press("]")
    anna.page.keyboard.press("Space")
    for _ in range(4):
        anna.page.keyboard.press("ArrowRight")
    anna.page.keyboard.press("Space")
    stroke = painted_share(anna)
    assert stroke > 0.01
    anna.page.keyboard.press("r")
    assert anna.page.locator("[data-tool=box]").get_attribute("aria-pressed") == "true"
    anna.page.keyboard.press("ArrowDown")
    anna.page.keyboard.press("Space")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowLeft"):
        anna.page.keyboard.press(key)
    anna.page.keyboard.press("Space")
    assert painted_share(anna) > stroke
    anna.page.keyboard.press("Control+z")
    assert painted_share(anna) == stroke
    anna.page.keyboard.press("Escape")
    anna.page.wait_for_selector(".cd-sheet", state="detached")


def test_a_finger_paints_too(anna) -> None:
    anna.say(FOX)
    anna.page.locator(".cd-studio [data-action=paint]").click()
    anna.page.wait_for_selector(".cd-sheet canvas")
    box = anna.page.locator(".cd-sheet").bounding_box()
    anna.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    anna.page.wait_for_function("!document.querySelector('[data-do=clear]').disabled")
    assert 0.001 < painted_share(anna) < 0.1


def test_before_and_after_and_the_strip(anna) -> None:
    first = anna.say(FOX)
    assert anna.page.locator(".cd-studio [data-action=compare]").count() == 0, "a first picture has no before"
    anna.say("make it night")
    anna.page.locator(".cd-studio [data-action=compare]").click()
    line = anna.page.locator(".cd-compare-line")
    frame = anna.page.locator(".cd-compare-frame").bounding_box()
    assert line.get_attribute("style") == "left: 50%;"
    anna.shoot("before-and-after")
    anna.page.mouse.move(frame["x"] + frame["width"] * 0.5, frame["y"] + 20)
    anna.page.mouse.down()
    anna.page.mouse.move(frame["x"] + frame["width"] * 0.25, frame["y"] + 20, steps=3)
    anna.page.mouse.up()
    assert line.get_attribute("style") == "left: 25%;"
    anna.page.locator(".cd-compare-range input").focus()
    anna.page.keyboard.press("ArrowRight")
    assert line.get_attribute("style") == "left: 26%;"
    shots = anna.page.locator(".cd-strip button")
    assert shots.count() == 2 and shots.nth(1).is_disabled()
    shots.nth(0).click()
    back = anna.settled(3)
    assert back["picture"] == first["picture"]
    assert anna.page.locator(".cd-strip [data-here=true] span").inner_text() == "1"
    anna.page.reload()
    anna.page.wait_for_selector(".cd-strip")
    assert anna.page.locator(".cd-strip button").count() == 2 and anna.page.locator(".cd-studio").count() == 1
    narrow = anna.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert narrow


def test_a_mask_is_taken_from_its_owner_only_and_only_if_it_is_one(anna, browser, server) -> None:
    anna.say(FOX)
    chat = anna.page.url.rsplit("/", 1)[-1]
    send = "async ([chat, bytes]) => (await fetch(`/codirector/mask/${chat}`, { method: 'POST', body: new Uint8Array(bytes) })).status"
    out = io.BytesIO()
    Image.new("L", (8, 8), 255).save(out, "PNG")
    assert anna.page.evaluate(send, [chat, list(out.getvalue())]) == 200
    assert anna.page.evaluate(send, [chat, list(b"no picture")]) == 400
    black = io.BytesIO()
    Image.new("L", (8, 8), 0).save(black, "PNG")
    assert anna.page.evaluate(send, [chat, list(black.getvalue())]) == 400
    context = browser.new_context()
    ben = shared.Page(context.new_page()).open(server.address)
    assert ben.page.evaluate(send, [chat, list(out.getvalue())]) == 404
    context.close()
