"""What holds the house up: which room may import what, that importing does nothing, and that files stay readable."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "codirector"
FILES = sorted(PACKAGE.rglob("*.py"))
ONLY_IN = {
    "chainlit": ("assistant/web",),
    "langgraph": ("assistant/turn",),
    "langchain": ("assistant/planner",),
    "langchain_core": ("assistant/planner",),
    "langchain_openai": ("assistant/planner",),
    "xllamacpp": ("assistant/planner",),
    "torch": ("tools", "knowledge"),
    "diffusers": ("tools",),
    "transformers": ("tools", "knowledge"),
    "ncnn": ("tools",),
    "sqlite3": ("assistant/session", "knowledge"),
}


def imports(path: Path) -> set[str]:
    """Top-level names of every module a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_there_is_something_to_check():
    assert len(FILES) > 80
    assert sum("torch" in imports(path) for path in FILES) >= 4
    assert sum("chainlit" in imports(path) for path in FILES) >= 1


@pytest.mark.parametrize("library", sorted(ONLY_IN))
def test_a_library_stays_in_its_room(library):
    strangers = [
        str(path.relative_to(PACKAGE))
        for path in FILES
        if library in imports(path) and not str(path.relative_to(PACKAGE)).startswith(ONLY_IN[library])
    ]
    assert strangers == []


def test_importing_does_nothing(tmp_path):
    """No file, no socket, no environment read, and nothing heavy, from importing the rooms."""
    rooms = ("prompts.scene", "prompts.apply", "prompts.compile", "tools.requests", "tools.registry", "assistant.director",
             "assistant.session.store", "assistant.cli")  # fmt: skip
    modules = [f"codirector.{room}" for room in rooms]
    heavy = ("torch", "diffusers", "transformers", "chainlit", "langgraph", "langchain", "xllamacpp", "cv2", "ncnn")
    script = f"""
import json, os, socket, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(event) if event in ("socket.connect", "socket.bind") else None)
for name in {modules!r}:
    __import__(name)
heavy = [name for name in {heavy!r} if name in sys.modules]
print(json.dumps([opened, heavy, os.listdir(".")]))
"""
    run = subprocess.run([sys.executable, "-B", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [[], [], []]


def test_help_needs_no_heavy_library():
    script = "import sys; from codirector.assistant.cli import main; main(['--help'])"
    run = subprocess.run([sys.executable, "-X", "importtime", "-c", script], capture_output=True, text=True)
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in run.stderr.splitlines() if "|" in line}
    assert "argparse" in loaded
    assert loaded.isdisjoint({"pydantic", "torch", "numpy", "PIL", "langchain", "chainlit", "sqlite3"})


def test_modules_say_what_they_are():
    silent = [str(path.relative_to(ROOT)) for path in FILES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


def test_files_are_read_in_one_sitting():
    long = {str(path.relative_to(ROOT)): lines for path in FILES if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 420}
    assert long == {}
