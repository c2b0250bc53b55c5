"""A real browser plays the page. A painter stands in for the diffusion model (see paint_server), everything else is the real thing;
one test, the last, runs `codirector web` as a person would.

Screenshots go to the folder named by CODIRECTOR_SCREENSHOTS, if it is set.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
FOX = "a fox in the snow at sunset, watercolor"
PATIENCE = 90_000
"""Milliseconds a page may take; a bound against hanging, not a measurement."""

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="the browser is not installed: apt-get install -y chromium")


class Server:
    """The page in a process of its own, which can be stopped, killed and started again on the same port."""

    def __init__(self, home: Path, command: list[str] | None = None) -> None:
        self.home = home
        self.command = command or [sys.executable, str(Path(__file__).with_name("paint_server.py")), str(home)]
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> "Server":
        port = ["--port", str(self.port)] if "web" in self.command else [str(self.port)]
        self.log = (self.home / "server.log").open("a", encoding="utf-8")
        environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1", "HF_HUB_OFFLINE": "1"}
        self.process = subprocess.Popen(
            [*self.command, *port], stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment, cwd=self.home
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found.group(1))
                return self
        raise AssertionError(f"the server did not start:\n{(self.home / 'server.log').read_text()}")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ends it and returns its exit status (negative: the signal)."""
        assert self.process is not None
        self.process.send_signal(how)
        status = self.process.wait(timeout=180)
        self.log.close()
        return status

    def hold(self, step: int) -> None:
        """The painter stays at this step until it is told otherwise."""
        draft = self.home / "hold.new"
        draft.write_text(str(step))
        draft.replace(self.home / "hold")

    def go_on(self) -> None:
        (self.home / "hold").unlink(missing_ok=True)


class Page:
    """A browser page with the words this test needs."""

    def __init__(self, page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", lambda request: self._watch(request.url))

    def _watch(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.problems.append(f"asked another host: {url}")

    def open(self, address: str) -> "Page":
        self.page.goto(address)
        self.page.wait_for_selector("#chat-input")
        self.page.wait_for_selector("#starters button:not([disabled]), .cd-turn")
        return self

    def send(self, message: str) -> None:
        self.page.click("#chat-input")
        self.page.keyboard.type(message)
        self.page.keyboard.press("Enter")

    def say(self, message: str) -> dict:
        """Sends a message and waits until its turn is over. Returns its card."""
        count = self.page.locator(".cd-turn").count()
        self.send(message)
        return self.settled(count + 1)

    def settled(self, count: int) -> dict:
        """Waits until there are `count` cards, nothing is under way and the last picture is there. Returns the last card."""
        self.page.wait_for_function(
            """(count) => {
                const cards = [...document.querySelectorAll('.cd-turn')];
                const last = cards[cards.length - 1];
                const still = cards.every(card => card.dataset.busy === 'false') && !document.querySelector('#stop-button');
                const drawn = image => image.complete && image.naturalWidth > 0 && image.dataset.loaded === 'true';
                if (cards.length !== count || !still || !last.querySelector('.cd-button')) return false;
                return [...last.querySelectorAll('.cd-final')].every(drawn);
            }""",
            arg=count,
        )
        return self.cards()[-1]

    def cards(self) -> list[dict]:
        return self.page.evaluate(
            """() => [...document.querySelectorAll('.cd-turn')].map(card => ({ card, all: find => [...card.querySelectorAll(find)] }))
            .map(({ card, all }) => ({
                status: card.dataset.status,
                text: card.closest('.message-content').innerText,
                picture: card.querySelector('.cd-final')?.getAttribute('src') ?? '',
                alts: all('img').map(image => image.getAttribute('alt')),
                rows: Object.fromEntries(all('.cd-row').map(row => [row.querySelector('dt').innerText, row.querySelector('dd').innerText])),
                changed: all('.cd-row:not([data-state=same]) dt').map(label => label.innerText),
                seed: card.querySelector('.cd-settings b')?.innerText ?? '',
                buttons: all('button.cd-button, a.cd-button').filter(b => !b.disabled).map(button => button.innerText.trim()),
            }))"""
        )

    def said(self) -> list[str]:
        """What the person said, from the first message on."""
        return self.page.locator("[data-step-type=user_message]").all_inner_texts()

    def press(self, name: str) -> None:
        self.page.locator(".cd-turn").last.get_by_role("button", name=name, exact=True).click()

    def shoot(self, name: str) -> None:
        if folder := os.environ.get("CODIRECTOR_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.wait_for_timeout(600)  # what fades in has faded in
            self.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture(scope="module")
def browser() -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def person(browser) -> Iterator[Callable[..., Page]]:
    """A new person each time: a browser profile of their own. What their pages complained of fails the test."""
    opened, pages = [], []

    def make(width: int = 1280, height: int = 800, scheme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, accept_downloads=True)
        opened.append(context)
        pages.append(Page(context.new_page()))
        return pages[-1]

    yield make
    for context in opened:
        context.close()
    assert [problem for page in pages for problem in page.problems] == []


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("home")).start()
    yield made
    made.go_on()
    if made.process and made.process.poll() is None:
        made.stop()


@pytest.fixture(autouse=True)
def released(request: pytest.FixtureRequest) -> None:
    """Whatever a test before left held."""
    if "server" in request.fixturenames:
        request.getfixturevalue("server").go_on()


def test_three_turns_a_reload_and_a_restart(server: Server, person) -> None:
    anna = person().open(server.address)
    assert anna.page.locator("#starters button").count() >= 4
    anna.shoot("empty-light")
    first = anna.say(FOX)
    assert first["status"] == "done", first["text"]
    assert first["picture"].startswith("/codirector/picture/") and first["changed"] == []
    assert "fox" in first["alts"][-1] and all(alt is not None for alt in first["alts"])
    assert {"Undo", "Vary", "Branch", "Download"} <= set(first["buttons"]) and "Redo" not in first["buttons"]

    night = anna.say("make it night")
    assert night["changed"] == ["Lighting"] and "night" in night["rows"]["Lighting"]
    assert night["seed"] == first["seed"] and night["picture"] != first["picture"]
    assert {k: v for k, v in night["rows"].items() if k != "Lighting"} == {k: v for k, v in first["rows"].items() if k != "Lighting"}
    anna.shoot("night-light")

    anna.press("Undo")
    undone = anna.settled(3)
    assert undone["picture"] == first["picture"] and undone["changed"] == ["Lighting"] and "Redo" in undone["buttons"]
    assert "Back to this" in anna.cards()[0]["buttons"] and "Undo" not in anna.cards()[0]["buttons"], "only the newest card acts on now"
    assert [text.strip() for text in anna.said()] == [FOX, "make it night", "undo"]
    chat, before = anna.page.url, anna.cards()
    assert "/thread/" in chat

    anna.page.reload()
    anna.settled(3)
    assert [(card["picture"], card["rows"]) for card in anna.cards()] == [(card["picture"], card["rows"]) for card in before]
    assert [text.strip() for text in anna.said()] == [FOX, "make it night", "undo"]

    assert server.stop() == 0
    server.start()
    anna.page.goto(chat)
    anna.settled(3)
    anna.press("Redo")
    again = anna.settled(4)
    assert again["picture"] == night["picture"], again["text"]
    assert anna.page.locator("#thread-history").get_by_text("a fox in the snow").count() == 1
    with anna.page.expect_download() as download:
        anna.page.locator(".cd-turn").last.get_by_role("link", name="Download").click()
    assert "fox" in download.value.suggested_filename and Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_wishes_are_kept_and_taken_by_a_button(server: Server, person) -> None:
    anna = person(scheme="dark").open(server.address)
    anna.shoot("empty-dark")
    anna.say(FOX)
    card = anna.say("add a red balloon and make it cartoon and zoom out")
    assert card["changed"] == ["With"], card["text"]
    assert "red balloon" in card["rows"]["With"]
    wishes = anna.page.locator(".cd-turn").last.locator(".cd-wish").all_inner_texts()
    assert len(wishes) == 2 and "cartoon" in wishes[0] and wishes[0].strip().startswith("Next:") and "zoom out" in wishes[1]
    anna.shoot("wishes-dark")
    anna.page.locator(".cd-wish").first.click()
    taken = anna.settled(3)
    assert taken["changed"] == ["Style"] and "cartoon" in taken["rows"]["Style"]
    assert len(anna.page.locator(".cd-turn").last.locator(".cd-wish").all_inner_texts()) == 1
    assert anna.page.evaluate("document.documentElement.classList.contains('dark')")


def test_stop_ends_the_turn_and_repeat_begins_it_again(server: Server, person) -> None:
    anna = person().open(server.address)
    anna.say(FOX)
    server.hold(2)
    anna.send("make it night")
    anna.page.wait_for_selector(".cd-turn[data-busy=true] .cd-preview")
    frame = anna.page.locator(".cd-turn[data-busy=true] .cd-frame").bounding_box()
    blur = anna.page.locator(".cd-turn[data-busy=true] .cd-preview").get_attribute("style")
    anna.page.evaluate("window.kept = document.querySelector('.cd-turn[data-busy=true] .cd-preview')")
    server.hold(5)
    preview = "document.querySelector('.cd-turn[data-busy=true] .cd-preview')"
    anna.page.wait_for_function(f"blur => {preview}.getAttribute('style') !== blur", arg=blur)
    assert anna.page.evaluate("window.kept.isConnected"), "the preview sharpens in place: the same element throughout"
    now = anna.page.locator(".cd-turn[data-busy=true] .cd-frame").bounding_box()
    assert (now["width"], now["height"]) == (frame["width"], frame["height"]), "no jump while it sharpens"
    anna.shoot("sharpening-light")
    anna.page.click("#stop-button")
    stopped = anna.settled(2)
    assert stopped["status"] == "cancelled" and "Stopped" in stopped["text"] and stopped["picture"] == ""
    assert anna.page.get_by_text("Task manually stopped").count() == 0
    server.go_on()
    anna.press("Repeat")
    assert anna.settled(3)["changed"] == ["Lighting"]


def test_a_reload_in_the_middle_attaches_to_the_turn(server: Server, person) -> None:
    anna = person().open(server.address)
    anna.say(FOX)
    server.hold(3)
    anna.send("make it night")
    anna.page.wait_for_selector(".cd-turn[data-busy=true] .cd-preview")
    anna.page.reload()
    anna.page.wait_for_selector(".cd-turn[data-busy=true] .cd-preview")
    assert anna.page.locator("#stop-button").count() == 1
    server.go_on()
    card = anna.settled(2)
    assert card["changed"] == ["Lighting"] and [text.strip() for text in anna.said()] == [FOX, "make it night"]
    assert anna.say("undo")["status"] == "done"


def test_killed_in_the_middle_it_is_interrupted_and_can_be_repeated(server: Server, person) -> None:
    anna = person().open(server.address)
    first = anna.say(FOX)
    server.hold(3)
    anna.send("make it night")
    anna.page.wait_for_selector(".cd-turn[data-busy=true] .cd-preview")
    chat = anna.page.url
    assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    server.go_on()
    server.start()
    anna.page.goto(chat)
    interrupted = anna.settled(2)
    assert interrupted["status"] == "interrupted" and "interrupted" in interrupted["text"] and interrupted["buttons"] == ["Repeat"]
    assert anna.cards()[0]["picture"] == first["picture"]
    anna.shoot("interrupted-light")
    anna.press("Repeat")
    assert anna.settled(3)["changed"] == ["Lighting"]


def test_two_people_do_not_see_each_others_chats(server: Server, person) -> None:
    anna, ben = person().open(server.address), person(scheme="dark").open(server.address)
    card = anna.say(FOX)
    ben.say("a lighthouse by the sea at night")
    assert ben.page.locator("#thread-history").get_by_text("fox").count() == 0
    assert anna.page.locator("#thread-history").get_by_text("lighthouse").count() == 0
    assert ben.page.request.get(server.address + card["picture"]).status == 404
    assert anna.page.request.get(server.address + card["picture"]).status == 200
    ben.page.goto(anna.page.url)
    ben.page.wait_for_function("window.location.pathname === '/'")
    ben.page.wait_for_selector("#starters button")
    assert ben.said() == [] and ben.cards() == []
    assert anna.say("make it night")["status"] == "done"


def test_bad_messages_are_answered_with_what_to_do(server: Server, person, tmp_path: Path) -> None:
    anna = person().open(server.address)
    (tmp_path / "poem.png").write_text("this is not a picture")
    anna.page.set_input_files("#upload-button-input", tmp_path / "poem.png")
    anna.page.wait_for_selector("#chat-submit")
    anna.page.wait_for_timeout(500)
    anna.send("make it night")
    anna.page.wait_for_selector(".cd-turn[data-status=failed] .cd-notice")
    assert "poem.png" in anna.cards()[-1]["text"]
    anna.page.click("#chat-input")
    anna.page.keyboard.insert_text("x" * 20_000)
    anna.page.keyboard.press("Enter")
    anna.page.wait_for_function("document.querySelectorAll('.cd-turn[data-status=failed]').length === 2")
    assert "10,000" in anna.cards()[-1]["text"]
    assert anna.say(FOX)["status"] == "done"


def test_everything_can_be_reached_and_read_without_a_mouse(server: Server, person) -> None:
    anna = person(390, 844).open(server.address)
    anna.say(FOX)
    anna.shoot("phone-light")
    anna.page.locator("#chat-input").focus()
    reached: list[str] = []
    for _ in range(40):
        anna.page.keyboard.press("Shift+Tab")
        reached.append(anna.page.evaluate("(document.activeElement.innerText ?? '').trim() || document.activeElement.ariaLabel || ''"))
    assert {"Undo", "Vary", "Branch", "Download", "Prompt"} <= set(reached)
    assert any("fox" in name and "large" in name for name in reached), "the picture can be opened from the keyboard"
    unnamed = anna.page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], input:not([type=file])')]
            .filter(thing => thing.offsetParent && !thing.innerText?.trim() && !thing.ariaLabel)
            .filter(thing => !thing.title && !thing.querySelector('.sr-only'))
            .map(thing => thing.outerHTML.slice(0, 120))"""
    )
    assert unnamed == []
    assert anna.page.evaluate("[...document.querySelectorAll('img')].every(image => image.hasAttribute('alt'))")
    assert anna.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing is wider than the phone"
    anna.page.reload()
    assert anna.settled(1)["status"] == "done", "a reload on a phone comes back to the chat"


@pytest.mark.slow
def test_the_real_thing_from_the_command_line(person, tmp_path: Path) -> None:
    real = Server(tmp_path, [str(Path(sys.executable).with_name("codirector")), "web", "--home", str(tmp_path), "--no-browser"]).start()
    try:
        anna = person().open(real.address)
        anna.page.set_default_timeout(4 * PATIENCE)
        began = time.monotonic()
        first = anna.say(FOX)
        assert first["status"] == "done", first["text"]
        night = anna.say("make it night")
        assert night["changed"] == ["Lighting"] and night["seed"] == first["seed"] and night["picture"] != first["picture"]
        anna.shoot("real-night-light")
        undone = anna.say("undo")
        assert undone["picture"] == first["picture"]
        anna.shoot("real-light")
        print(f"three turns in {time.monotonic() - began:.1f} s")
        assert real.stop() == 0
        real.start()
        anna.page.reload()
        anna.settled(3)
        assert anna.say("make it night")["picture"] == night["picture"]
    finally:
        if real.process and real.process.poll() is None:
            real.stop()
