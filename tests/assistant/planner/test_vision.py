"""A chat model that takes pictures, behind the same request as our own readers: a server on loopback speaks OpenAI's protocol."""

import base64
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from codirector.assistant.planner.vision import LONGEST, ChatReader
from codirector.errors import InternalError, RetryableError, UnknownName, Unsupported
from codirector.tools.backend import RunContext
from codirector.tools.events import Done
from codirector.tools.requests import GenerateRequest, ReadRequest
from codirector.values import Span

MODEL = "openai:tiny-vision"


@pytest.fixture
def provider(monkeypatch):
    """Answers with the size and the colour of the picture it was sent, so that only a picture that arrived gives the right answer."""
    asked: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(body)
            parts = {part["type"]: part for part in body["messages"][-1]["content"]}
            data = parts["image_url"]["image_url"]["url"].split(",", 1)[1]
            picture = Image.open(io.BytesIO(base64.b64decode(data)))
            text = f"{picture.width} x {picture.height}, red {picture.getpixel((0, 0))[0]}. {parts['text']['text'][-20:]}"
            message = {"role": "assistant", "content": text}
            answer = {"id": "1", "object": "chat.completion", "created": 0, "model": "tiny-vision",
                      "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                      "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}  # fmt: skip
            out = json.dumps(answer).encode()
            self.send_response(500 if "fail" in text else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(out)))
            self.end_headers()
            self.wfile.write(out)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    yield asked
    server.shutdown()
    server.server_close()


class Blobs:
    def __init__(self, picture: Image.Image) -> None:
        out = io.BytesIO()
        picture.save(out, "PNG")
        self.data = out.getvalue()

    def read(self, sha256: str) -> bytes:
        del sha256
        return self.data


def ask(reader: ChatReader, question: str = "", model: str = MODEL) -> dict:
    context = RunContext(Blobs(Image.new("RGB", (2048, 512), (200, 10, 10))))
    *_, done = reader.run(ReadRequest(model=model, image="0" * 64, question=question), context)
    assert isinstance(done, Done)
    return done.facts


def test_it_gets_the_picture_and_the_question(provider):
    reader = ChatReader()
    facts = ask(reader, "is it red?")
    assert facts["text"].startswith(f"{LONGEST} x {LONGEST // 4}, red 200.") and facts["text"].endswith("is it red?")
    assert facts["reader"] == MODEL and facts["sure"] is None
    assert ask(reader)["text"] and len(provider) == 2
    reader.close()
    with pytest.raises(InternalError):
        ask(reader)


def test_a_provider_that_fails_can_be_asked_again(provider, monkeypatch):
    monkeypatch.setenv("OPENAI_MAX_RETRIES", "0")
    with pytest.raises(RetryableError, match="did not answer"):
        ask(ChatReader(), "please fail")


@pytest.mark.parametrize("name", ["", "reader", "org/model", "C:", ":x", "/tmp/a:b"])
def test_only_names_with_a_provider_are_its_business(name):
    with pytest.raises(UnknownName):
        ChatReader().capabilities(name)


def test_it_draws_nothing():
    with pytest.raises(Unsupported):
        next(
            ChatReader().run(
                GenerateRequest(model=MODEL, prompt=(Span(text="a fox"),), seed=1), RunContext(Blobs(Image.new("RGB", (8, 8))))
            )
        )
