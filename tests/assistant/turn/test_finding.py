"""Pictures found in this and in other sessions of the same person, and another reader asked in the chat."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from codirector.assistant.cli import main
from codirector.assistant.director import Director
from codirector.assistant.plan import Read, Talk
from codirector.assistant.settings import Settings
from codirector.assistant.turn.events import Attachment, Finished
from codirector.assistant.turn.finding import asks_to_find
from codirector.errors import CannotUnderstand
from codirector.tools.backend import Capabilities, RunContext
from codirector.tools.events import Done, Event
from codirector.tools.registry import Registry
from codirector.tools.requests import ReadRequest, Request
from codirector.tools.sketch import Atlas, SketchBox
from training.illustrator.art import ATLAS
from training.illustrator.scenes import Item, SceneSpec, compose


class Greeter:
    """Understands nothing but questions about pictures; everything else is small talk."""

    def plan(self, view, message, attachments=()):
        del view, attachments
        if message == "?":
            raise CannotUnderstand("I did not understand.")
        self.plan_ = Read(question=message) if message.endswith("?") else Talk(reply="Nice.")
        return type("Planned", (), {"plan": self.plan_, "notes": (), "source": "table"})()

    def close(self) -> None:
        pass


class Echo:
    """A reader that says what it was asked, and how large the picture was."""

    name = "echo"

    def capabilities(self, model: str) -> Capabilities:
        assert model == "echo"
        return Capabilities(requests=("read",))

    def run(self, request: Request, context: RunContext) -> Iterator[Event]:
        assert isinstance(request, ReadRequest)
        size = Image.open(io.BytesIO(context.blobs.read(request.image))).size
        yield Done(products=(), facts={"text": f"{request.question} {size[0]}", "sure": 0.25, "reader": "echo"})

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def painted() -> dict[str, bytes]:
    atlas, made = Atlas.load(ATLAS), {}
    for seed, (name, setting) in enumerate([("penguin", "snow"), ("rocket", "plain"), ("penguin", "plain")]):
        spec = SceneSpec((Item(name, 1, None, ""),), setting, "white", "cartoon", "day", "medium")
        picture = compose(spec, atlas, np.random.default_rng(seed), (SketchBox(name=name, x=0.5, y=0.6, width=0.6, height=0.6),))[0]
        out = io.BytesIO()
        Image.fromarray(picture).save(out, "PNG")
        made[f"{name} {setting}"] = out.getvalue()
    return made


@pytest.fixture
def director(tmp_path: Path):
    made = Director(Settings(home=tmp_path, reader="echo"), registry=Registry([Echo()]), planner=Greeter())
    for name, owner in (("here", "local"), ("there", "local"), ("stranger", "somebody")):
        made.store.create(name, owner)
    yield made
    made.close()


def say(director: Director, session: str, message: str, *pictures: bytes) -> Finished:
    return director.submit(session, message, [Attachment(name="picture.png", data=data) for data in pictures]).result()


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ("find the fox pictures", "fox pictures"), ("find all pictures with a fox", "fox"), ("show me my fox pictures", "fox pictures"),
        ("Which picture shows a red balloon?", "a red balloon"), ("find pictures like this", "this"),
        ("search for cats in all sessions", "cats in all sessions"),
        ("make it night", None), ("a fox in the snow", None), ("show me a fox", None), ("find", None),
    ],
)  # fmt: skip
def test_wishes_to_find_are_heard(message, what):
    found = asks_to_find(message)
    assert found == what or (found is not None and what is not None and found.removeprefix("a ") == what.removeprefix("a "))


def test_found_in_all_own_sessions_and_in_nobody_elses(director, painted):
    assert "no pictures yet" in say(director, "here", "find the penguin pictures").reply.text
    say(director, "here", "look", painted["rocket plain"])
    say(director, "there", "look", painted["penguin snow"])
    say(director, "stranger", "look", painted["penguin plain"])
    said = say(director, "here", "find the penguin pictures").reply
    assert "Found “penguin” in 1 of 2 pictures" in said.text and "of “look”" in said.text and "(penguin " in said.text
    assert [ref.role for ref in said.pictures] == ["explained"]
    assert "in none of 1 picture; these are nearest" in say(director, "here", "find the penguin pictures in this session").reply.text
    like = say(director, "there", "find pictures like this", painted["penguin snow"]).reply
    assert "The nearest of 1 picture to this one" in like.text


def test_the_command_line_finds_the_same(director, painted, monkeypatch, capsys):
    say(director, "here", "look", painted["rocket plain"])
    say(director, "there", "look", painted["penguin snow"])
    monkeypatch.setenv("CODIRECTOR_HOME", str(director.settings.home))
    assert main(["find", "penguin", "--number", "1"]) == 0
    line, path = capsys.readouterr().out.splitlines()
    assert line.startswith("* there, turn 1") and Path(path.strip()).read_bytes() == painted["penguin snow"]
    assert main(["find", "penguin", "--session", "nowhere"]) == 2


def test_another_reader_speaks_in_the_chat_but_does_not_measure(director, painted):
    said = say(director, "here", "is there a penguin?", painted["penguin snow"]).reply.text
    assert said.startswith("is there a penguin? 128") and "Said by echo, about 25 % sure" in said
    assert "measured" in say(director, "here", "what are its main colours?", painted["penguin snow"]).reply.text
