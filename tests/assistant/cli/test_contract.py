"""The contract of the command line: objects, exit codes, clear errors. In this process, planning by rules, drawing nothing."""

import io
import json
import sys
from pathlib import Path

import pytest

from codirector.assistant.cli import COMMANDS, main

KEYS = ["turn", "id", "parent", "message", "action", "change", "later", "scene", "diff", "prompt", "negative", "tool", "artifacts",
        "checks", "reply", "seconds", "error"]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("CODIRECTOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CODIRECTOR_PLANNER", "rules")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def chat(home, monkeypatch, capsys):
    def run(text: str, *flags: str) -> tuple[int, list[dict]]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        code = main(["chat", "--json", "--plan-only", *flags])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_the_four_line_conversation(chat):
    code, turns = chat(
        "a fox in the snow at sunset, watercolor\nmake it night\nundo\nadd a red balloon and make it cartoon and zoom out\nnext\n", "--new"
    )
    create, night, undone, balloon, taken = turns
    assert code == 0
    assert all(list(turn) == KEYS for turn in turns)
    assert [turn["action"] for turn in turns] == ["create", "refine", "undo", "refine", "refine"]
    assert night["change"] == {"kind": "set_field", "field": "lighting", "value": "night"}
    assert night["scene"] == create["scene"] | {"lighting": "night"}
    assert undone["scene"] == create["scene"] and undone["id"] == create["id"]
    assert balloon["change"]["kind"] == "add_element" and balloon["change"]["element"]["colour"] == "red"
    assert [wish["text"] for wish in balloon["later"]] == ["make it cartoon", "zoom out"]
    assert balloon["scene"] == create["scene"] | {"elements": balloon["scene"]["elements"]}
    assert len({turn["scene"]["render"]["seed"] for turn in turns}) == 1
    assert taken["scene"] == balloon["scene"] | {"style": "cartoon"} and len(taken["later"]) == 1
    assert (balloon["parent"], taken["parent"]) == (create["id"], balloon["id"])


def test_what_the_scene_does_not_name_is_kept_out_and_said(chat):
    """The model may have drawn it all the same, so it goes to the negative prompt, and the reply says that it was not in the scene."""
    _, (before, turn) = chat("a fox in the snow\nremove the elephant\n", "--new")
    assert turn["scene"] == before["scene"] | {"avoid": ["elephant"]}
    assert "elephant" in turn["reply"]


def test_a_session_goes_on_where_it_was(chat):
    chat("a fox in the snow\n", "--session", "foxes", "--new")
    _, turns = chat("make it night\n", "--session", "foxes")
    assert turns[0]["turn"] == 2 and turns[0]["scene"]["lighting"] == "night"
    _, newest = chat("undo\n")
    assert newest[0]["action"] == "undo" and newest[0]["turn"] == 1


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("", "empty"),
        ("x" * 20_000, "20,000 characters"),
        ("--size 500x333", "multiple of 8"),
        ("--steps -3", "steps"),
        ("--seed -1", "seed"),
        ("--colour red", "--colour"),
    ],
)
def test_bad_messages_are_said_and_lose_nothing(chat, message, words):
    code, turns = chat(f"a fox in the snow\n{message}\nmake it night\n", "--new")
    assert code == 2
    assert words in turns[1]["error"] and words in turns[1]["reply"]
    assert turns[2]["scene"] == turns[0]["scene"] | {"lighting": "night"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "example:" in shown and f"codirector {command}" in shown and "--json" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["generate", "", "--out", "a.png"], "prompt is empty"),
        (["generate", "a fox", "--out", "a.png", "--size", "100x101"], "multiple of 8"),
        (["generate", "a fox", "--out", "a.png", "--steps", "-1"], "steps"),
        (["generate", "a fox", "--out", "a.png", "--model", "nobody/nothing"], "nobody/nothing"),
        (["generate", "a fox", "--out", "a.xyz"], "ending"),
        (["generate", "a fox", "--out", "nowhere/a.png"], "no folder"),
        (["generate", "a fox --frobnicate 3", "--out", "a.png"], "--frobnicate"),
        (["chat", "--session", "nobody"], "nobody"),
        (["chat", "--session", "../../etc"], "session"),
        (["read", "missing.png"], "no file"),
        (["read", "text.png"], "text"),
        (["upscale", "text.png", "--out", "b.png"], "text"),
        (["verify"], "what to verify"),
        (["verify", "--session", "nobody"], "nobody"),
        (["replay", "--session", "nobody"], "nobody"),
        (["replay", "plain.png"], "no request"),
        (["compare", "a fox", "--models", "embedded", "--out", "a.png"], "two models"),
        (["frobnicate"], "frobnicate"),
        (["web", "--port", "99999"], "port"),
    ],
)
def test_bad_calls_end_with_two_and_a_clear_sentence(home, capsys, arguments, words):
    from PIL import Image

    Path("text.png").write_text("I am not a picture")
    Image.new("RGB", (16, 16)).save("plain.png")
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert words in said.lower() or words in said
    assert "Traceback" not in said


def test_a_bad_setting_names_its_source(home, capsys, monkeypatch):
    monkeypatch.setenv("CODIRECTOR_PORT", "many")
    assert main(["doctor"]) == 2
    assert "CODIRECTOR_PORT" in capsys.readouterr().err
    monkeypatch.delenv("CODIRECTOR_PORT")
    Path("codirector.toml").write_text("prot = 3\n")
    assert main(["doctor"]) == 2
    assert "prot" in capsys.readouterr().err


def test_a_corrupted_session_is_said_and_others_go_on(chat, home):
    chat("a fox in the snow\n", "--session", "good", "--new")
    chat("a cat\n", "--session", "bad", "--new")
    file = next(path for path in (home / "sessions").glob("*.db") if "bad" in path.name)
    for leftover in (home / "sessions").glob(f"{file.name}-*"):
        leftover.unlink()
    file.write_bytes(b"not a database" * 100)
    code, turns = chat("make it night\n", "--session", "bad")
    assert code != 0
    code, turns = chat("make it night\n", "--session", "good")
    assert code == 0 and turns[0]["scene"]["lighting"] == "night"


def test_actions_stay_within_the_contract(chat):
    _, turns = chat("a fox in the snow\nquiz me on samplers\n", "--new")
    assert [turn["action"] for turn in turns] == ["create", "ask"]
