"""Bigger models through `init_chat_model`: a loopback server that speaks the OpenAI protocol stands for the vendor. Same schema, same
benchmark, and what it cost is said in the turn."""

import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from benchmarks.planner.run import Item, report, run
from benchmarks.planner.views import views
from codirector.assistant.director import Director
from codirector.assistant.plan import Refine
from codirector.assistant.planner import Planner, make_planner
from codirector.assistant.planner.slots import SCHEMA, SYSTEM
from codirector.assistant.settings import Settings
from codirector.errors import CannotUnderstand, RetryableError

KNOWN = {
    "honestly the wibble bothers me": {"move": "remove", "target": "balloon", "value": ""},
    "wumph is scarce around these parts": {"move": "mood", "target": "", "value": "melancholic"},
    "one hardly discerns the flurb": {"move": "reword", "target": "", "value": "brighter"},
    "do a florble about it": {"move": "unclear", "target": "", "value": ""},
}
TOKENS = {"prompt_tokens": 700, "completion_tokens": 20, "total_tokens": 720}


class Vendor(ThreadingHTTPServer):
    """Answers chat completions about `KNOWN` messages; keeps what it was asked. `broken`: answers with an error instead."""

    def __init__(self) -> None:
        self.bodies: list[Mapping[str, Any]] = []
        self.broken = False
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Vendor  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.bodies.append(body)
        message = body["messages"][-1]["content"].split("Message: ")[1].split("\n")[0]
        content = json.dumps(KNOWN[message])
        told = {
            "id": "1", "object": "chat.completion", "created": 0, "model": body["model"], "usage": TOKENS,
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
        }  # fmt: skip
        data = json.dumps({"error": {"message": "no"}} if self.server.broken else told).encode()
        self.send_response(400 if self.server.broken else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the test's own output is what is read."""


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    server = Vendor()
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def made() -> Planner:
    return make_planner("openai:some-model")


def test_the_same_benchmark_scores_it_with_its_tokens(vendor: Vendor) -> None:
    refine = "refine"
    items = [
        Item(
            "odd",
            "balloon",
            "honestly the wibble bothers me",
            {"action": refine, "change": [{"kind": "remove_element", "name": "balloon"}]},
        ),
        Item(
            "odd",
            "fox",
            "wumph is scarce around these parts",
            {"action": refine, "change": [{"kind": "set_field", "field": "mood", "value": "*"}]},
        ),
        Item(
            "odd", "fox", "one hardly discerns the flurb", {"action": refine, "change": [{"kind": "adjust", "amount_kind": "brightness"}]}
        ),
        Item("odd", "fox", "do a florble about it", {"action": refine, "change": [{"kind": "clarify"}]}),
        Item("plain", "fox", "make it night", {"action": refine, "change": [{"kind": "set_field", "field": "lighting", "value": "night"}]}),
    ]
    planner = made()
    outcomes = run(planner, items, views())
    planner.close()
    assert [outcome.source for outcome in outcomes] == ["model", "model", "model", "not understood", "rules"]
    assert [bool(o.scored and o.scored.arguments) for o in outcomes] == [True, True, True, False, True]
    assert [outcome.tokens for outcome in outcomes] == [720, 720, 720, 0, 0]
    assert "model tokens 2160" in report("odd", outcomes)


def test_it_gets_our_schema_and_system_prompt(vendor: Vendor) -> None:
    made().plan(views()["balloon"], "honestly the wibble bothers me")
    body = vendor.bodies[0]
    asked = body["response_format"]["json_schema"]["schema"]
    assert asked["properties"] == SCHEMA["properties"] and asked["required"] == SCHEMA["required"]
    assert body["messages"][0] == {"content": SYSTEM, "role": "system"}
    assert body["temperature"] == 0 and body["model"] == "some-model"


def test_what_it_cost_is_said_answered_or_not(vendor: Vendor) -> None:
    planned = made().plan(views()["balloon"], "honestly the wibble bothers me")
    assert isinstance(planned.plan, Refine) and planned.tokens == 720
    assert planned.notes[-1].startswith("Asked openai:some-model: 720 tokens, ") and planned.notes[-1].endswith(" s.")
    with pytest.raises(CannotUnderstand) as caught:
        made().plan(views()["fox"], "do a florble about it")
    assert "Asked openai:some-model: 720 tokens, " in caught.value.message


def test_the_turn_shows_tokens_and_seconds(vendor: Vendor, tmp_path: Path) -> None:
    director = Director(Settings(home=tmp_path, planner="openai:some-model"))
    director.store.create("mine")
    director.submit("mine", "a fox and a balloon in the snow", render=False).result()
    finished = director.submit("mine", "honestly the wibble bothers me", render=False).result()
    director.close()
    assert "Asked openai:some-model: 720 tokens, " in finished.reply.text
    assert finished.action == "refine" and set(finished.seconds) >= {"plan", "total"}


def test_a_server_that_fails_is_said_and_nothing_is_changed(vendor: Vendor) -> None:
    vendor.broken = True
    with pytest.raises(RetryableError) as caught:
        made().plan(views()["balloon"], "honestly the wibble bothers me")
    assert "openai:some-model" in caught.value.message
