"""The catalogue as data, what fits and suits, and downloads from a server on loopback."""

import hashlib
import json
import struct
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from codirector.assistant.cli import main
from codirector.assistant.model_needs import needs_of
from codirector.errors import InputError, RetryableError, UnknownName
from codirector.prompts.dialects import DIALECTS, dialect_for
from codirector.prompts.scene import Element, Motion, Scene
from codirector.tools.catalogue.download import Remote, files_of, get, get_model
from codirector.tools.catalogue.entries import Entry, catalogue, find
from codirector.tools.catalogue.fit import Fit, fit, where
from codirector.tools.catalogue.recommend import recommend, select
from codirector.tools.device import Accelerator, Machine

GB = 10**9
LAPTOP = Machine(cores=2, memory_bytes=8 * GB, free_bytes=6 * GB)
CARD = Accelerator(device="cuda:0", name="A GPU", memory_bytes=12 * GB, free_bytes=11 * GB)
DESKTOP = Machine(cores=16, memory_bytes=64 * GB, free_bytes=50 * GB, accelerators=(CARD,))


def weights(size: int = 300_000) -> bytes:
    """A safetensors file of one float32 tensor."""
    header = json.dumps({"w": {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(range(250)) * (size // 250)


class Hub:
    """A hub on loopback: files by path, ranges, hashes as the real one says them, and a connection that breaks on request."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.hashes: dict[str, str] = {}
        self.break_at: int | None = None
        self.asked: list[tuple[str, str]] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                hub.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, call: BaseHTTPRequestHandler) -> None:
        path = call.path.split("?")[0]
        self.asked.append((path, call.headers.get("Range", "")))
        if path not in self.files:
            call.send_error(404)
            return
        body = self.files[path]
        digest = self.hashes.get(path, hashlib.sha256(body).hexdigest())
        start = 0
        if (wanted := call.headers.get("Range")) and call.headers.get("If-Range") == f'"{digest}"':
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        call.send_response(206 if start else 200)
        if start:
            call.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        call.send_header("Content-Length", str(len(body) - start))
        call.send_header("ETag", f'"{digest}"')
        call.send_header("X-Linked-ETag", f'"{digest}"')
        call.end_headers()
        end = len(body) if self.break_at is None else self.break_at
        call.wfile.write(body[start:end])

    def put(self, hub: str, name: str, body: bytes) -> None:
        self.files[f"/{hub}/resolve/main/{name}"] = body


@pytest.fixture
def hub() -> Iterator[Hub]:
    made = Hub()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_every_entry_is_complete_and_every_fact_has_a_source_and_a_day():
    entries = catalogue()
    assert len(entries) >= 20 and len({entry.name for entry in entries}) == len(entries)
    for name in ("realistic-vision-5.1", "dreamshaper-8", "juggernaut-xl-9", "anything-v5", "absolute-reality-1.8.1"):
        assert find(name).best.value
    required = set(Entry.model_fields) - {"name", "title", "kind", "size", "sha256"}
    for entry in entries:
        assert set(entry.facts()) >= required
        for fact in entry.facts().values():
            assert fact.source.title and fact.source.url
            # A page that could not be opened has no day on which it was read.
            assert date.fromisoformat(fact.source.date) <= date(2100, 1, 1) if fact.source.date else "huggingface.co" in fact.source.url
        assert entry.dialect.value in DIALECTS and entry.needs("float32") > entry.needs("float16") > entry.needs("int4") > 0
        if entry.hub.value:
            assert dialect_for(entry.hub.value).name == entry.dialect.value, entry.name
        assert entry.sha256 is None or len(entry.sha256.value) == 64


def test_a_model_is_found_by_any_of_its_names():
    assert find("SG161222/Realistic_Vision_V5.1_noVAE") is find("realistic-vision-5.1") is find("Realistic Vision V5.1")
    with pytest.raises(UnknownName, match="no model") as caught:
        find("juggernaut")
    assert "juggernaut-xl-9" in caught.value.hint


def test_what_fits_depends_on_the_machine():
    assert fit(find("sd-1.5"), LAPTOP) == Fit(precision="float32", device="cpu", free=6 * GB)
    assert fit(find("sdxl-1.0"), LAPTOP).precision is None
    assert fit(find("sdxl-1.0"), DESKTOP) == Fit(precision="float16", device="A GPU", free=11 * GB)
    assert fit(find("flux-1-schnell"), DESKTOP).precision == "int4"


def test_lists_are_narrowed():
    bases = {entry.base.value for entry in select(catalogue(), base="sdxl")}
    assert bases == {"SDXL"}
    assert all(entry.commercial.value != "no" for entry in select(catalogue(), commercial=True))
    assert all(entry.kind == "film" for entry in select(catalogue(), kind="film"))
    assert {entry.name for entry in select(catalogue(), memory=GB)} == {"embedded"}


@pytest.mark.parametrize(
    ("scene", "words", "needs", "best"),
    [
        (Scene(elements=(Element(name="sailor"),), style="photorealistic"), "photo of a sailor", {"photo", "people"}, "photo"),
        (Scene(elements=(Element(name="girl"),), style="anime"), "", {"anime", "people"}, "anime"),
        (Scene(elements=(Element(name="wizard"),), style="oil painting"), "", {"painting", "fantasy"}, "fantasy"),
        (Scene(elements=(Element(name="sign", text="OPEN"),), style="photorealistic"), "", {"photo", "lettering"}, "lettering"),
        (Scene(elements=(Element(name="fox"),), motion=Motion(camera="zoom in")), "", {"film"}, "film"),
    ],
)
def test_a_scene_gets_models_made_for_it_with_reasons(scene: Scene, words: str, needs: set[str], best: str):
    found = needs_of(scene, words)
    assert set(found) == needs
    roomy = Fit(precision="float16", device="A GPU", free=100 * GB)
    choices = recommend(found, catalogue(), lambda entry: roomy, lambda entry: False, "film" if "film" in needs else "picture")
    first = choices[0]
    assert best in first.entry.best.value and any(reason.startswith("made for") for reason in first.reasons)
    assert [choice.points for choice in choices] == sorted((choice.points for choice in choices), reverse=True)


def test_what_does_not_run_here_comes_after_what_does_and_says_so():
    choices = recommend(("photo", "lettering"), catalogue(), lambda entry: fit(entry, LAPTOP), lambda entry: entry.name == "sd-1.5")
    runs = [fit(choice.entry, LAPTOP).precision is not None for choice in choices]
    assert runs == sorted(runs, reverse=True) and runs[0] and not runs[-1]
    assert any("does not fit" in doubt for doubt in choices[-1].doubts)


SMALL = {"model_index.json": b"{}", "unet/config.json": b"{}", "unet/diffusion_pytorch_model.safetensors": b"large"}


def test_a_file_is_got_with_progress_and_its_hash(hub: Hub, tmp_path: Path):
    body = weights()
    hub.put("Lykon/AbsoluteReality", "AbsoluteReality_1.8.1_pruned.safetensors", body)
    listing(hub, "Lykon/AbsoluteReality", {"README.md": b"#"})
    listing(hub, "stable-diffusion-v1-5/stable-diffusion-v1-5", SMALL)
    told: dict[str, tuple[int, int]] = {}
    entry = find("absolute-reality-1.8.1")
    path = get_model(entry, tmp_path, hub.address, progress=lambda name, done, size: told.update({name: (done, size)}))
    assert path == tmp_path / entry.file.value and path.read_bytes() == body
    small = path.with_suffix("")
    assert sorted(str(file.relative_to(small)) for file in small.rglob("*.*")) == ["model_index.json", "unet/config.json"]
    assert told[entry.file.value] == (len(body), len(body)) and not list(tmp_path.glob("*.part*"))
    assert where(entry, tmp_path / "none", tmp_path) == path


def test_an_interrupted_download_goes_on_where_it_was(hub: Hub, tmp_path: Path):
    body = weights()
    remote = Remote(f"{hub.address}/a/b/resolve/main/w.safetensors", "w.safetensors", hashlib.sha256(body).hexdigest())
    hub.put("a/b", "w.safetensors", body)
    hub.break_at = 100_000
    with pytest.raises(RetryableError, match=r"broke|ended"):
        get(remote, tmp_path / "w.safetensors")
    assert (tmp_path / "w.safetensors.part").stat().st_size == 100_000 and not (tmp_path / "w.safetensors").exists()
    hub.break_at = None
    assert get(remote, tmp_path / "w.safetensors").read_bytes() == body
    assert hub.asked[-1][1] == "bytes=100000-"
    asked = len(hub.asked)
    get(remote, tmp_path / "w.safetensors")
    assert len(hub.asked) == asked


def test_another_version_at_the_host_is_got_from_its_start(hub: Hub, tmp_path: Path):
    remote = Remote(f"{hub.address}/a/b/resolve/main/w.safetensors", "w.safetensors")
    hub.put("a/b", "w.safetensors", weights(200_000))
    hub.break_at = 50_000
    with pytest.raises(RetryableError):
        get(remote, tmp_path / "w.safetensors")
    hub.break_at = None
    hub.put("a/b", "w.safetensors", weights(100_000))
    assert get(remote, tmp_path / "w.safetensors").read_bytes() == weights(100_000)


def test_a_wrong_hash_is_thrown_away(hub: Hub, tmp_path: Path):
    hub.put("a/b", "w.safetensors", weights())
    hub.hashes["/a/b/resolve/main/w.safetensors"] = "0" * 64
    with pytest.raises(RetryableError, match="published hash"):
        get(Remote(f"{hub.address}/a/b/resolve/main/w.safetensors", "w.safetensors"), tmp_path / "w.safetensors")
    assert [file.name for file in tmp_path.iterdir() if file.suffix != ".tag"] == []


def test_pickles_are_refused_and_what_only_calls_itself_safe(hub: Hub, tmp_path: Path):
    hub.put("a/b", "w.ckpt", b"\x80\x04pickle")
    hub.put("a/b", "w.safetensors", b"\x80\x04" + b"a pickle under another name" * 9)
    address = f"{hub.address}/a/b/resolve/main/"
    with pytest.raises(InputError, match="pickled") as caught:
        get(Remote(f"{address}w.ckpt", "w.ckpt"), tmp_path / "w.ckpt")
    assert "--allow-pickle" in caught.value.hint and hub.asked == []
    with pytest.raises(InputError, match="no safetensors file"):
        get(Remote(f"{address}w.safetensors", "w.safetensors"), tmp_path / "w.safetensors")
    with pytest.raises(UnknownName, match="no file"):
        get(Remote(f"{address}gone.safetensors", "gone.safetensors"), tmp_path / "gone.safetensors")


def listing(hub: Hub, name: str, files: dict[str, bytes]) -> None:
    tree = []
    for path, body in files.items():
        hub.put(name, path, body)
        tree.append({"type": "file", "path": path, "size": len(body), "lfs": {"oid": hashlib.sha256(body).hexdigest()}})
    hub.files[f"/api/models/{name}/tree/main"] = json.dumps(tree).encode()


def test_a_folder_is_got_with_one_set_of_weights_a_component(hub: Hub, tmp_path: Path):
    files = {
        "model_index.json": b"{}", "unet/config.json": b"{}", "unet/diffusion_pytorch_model.safetensors": weights(1000),
        "unet/diffusion_pytorch_model.fp16.safetensors": weights(500), "unet/diffusion_pytorch_model.bin": b"pickle", "README.md": b"#",
        "vae/diffusion_pytorch_model.fp16.safetensors": weights(750), "a/deep/file.json": b"{}", "notes.pdf": b"",
    }  # fmt: skip
    entry = find("anything-v5")
    listing(hub, entry.hub.value, files)
    path = get_model(entry, tmp_path, hub.address)
    assert sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()) == [
        "model_index.json", "unet/config.json", "unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.fp16.safetensors",
    ]  # fmt: skip
    assert where(entry, tmp_path / "none", tmp_path) == path


def test_a_folder_of_pickles_is_refused_before_anything_is_got(hub: Hub, tmp_path: Path):
    entry = find("anything-v5")
    listing(hub, entry.hub.value, {"model_index.json": b"{}", "unet/diffusion_pytorch_model.bin": b"pickle"})
    with pytest.raises(InputError, match="pickled"):
        get_model(entry, tmp_path, hub.address)
    assert list(tmp_path.iterdir()) == []
    assert [remote.name for remote in files_of(entry, hub.address, allow_pickle=True)] == [
        "model_index.json",
        "unet/diffusion_pytorch_model.bin",
    ]


def test_a_host_cannot_write_outside_of_the_folder(hub: Hub, tmp_path: Path):
    entry = find("anything-v5")
    listing(hub, entry.hub.value, {"model_index.json": b"{}", "../evil.json": b"{}"})
    with pytest.raises(InputError, match="outside"):
        get_model(entry, tmp_path / "in", hub.address)
    assert not (tmp_path / "evil.json").exists()


def test_the_command_lists_recommends_shows_and_gets(hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    home = ["--home", str(tmp_path / "home"), "--device", "cpu"]
    hub.put("Lykon/AbsoluteReality", "AbsoluteReality_1.8.1_pruned.safetensors", weights())
    listing(hub, "Lykon/AbsoluteReality", SMALL)
    assert main(["models", "--get", "absolute-reality-1.8.1", "--host", hub.address, "--json", *home]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["path"] == str(tmp_path / "home" / "models" / "AbsoluteReality_1.8.1_pruned.safetensors")
    assert main(["models", "--for", "photo of a king", "--json", *home]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (
        found[0]["name"] == "absolute-reality-1.8.1"
        and "already here" in found[0]["reasons"]
        and set(found[0]["needs"]) == {"photo", "people"}
    )
    assert main(["models", "--show", "sdxl-1.0", "--json", *home]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["facts"]["licence"]["url"].startswith("https://") and shown["facts"]["licence"]["date"] == ""  # a card not opened here
    assert main(["models", "--base", "sd15", "--memory", "3", "--json", *home]) == 0
    assert {json.loads(line)["base"] for line in capsys.readouterr().out.splitlines()} == {"Stable Diffusion 1.5"}
    for wrong in (["--get", "embedded"], ["--show", "x"], ["--memory", "-1"]):
        assert main(["models", *wrong, *home]) == 2
        assert capsys.readouterr().err.count("codirector:") == 1


@pytest.mark.parametrize("evil", [False, True])
def test_an_allowed_pickle_is_converted_without_running_it(tmp_path: Path, evil: bool):
    import torch

    from codirector.tools.catalogue.unpickle import to_safetensors
    from codirector.tools.sources import safetensors_header

    class Evil:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "ran",))

    torch.save({"state_dict": {"w": torch.ones(3)}, **({"x": Evil()} if evil else {})}, tmp_path / "w.ckpt")
    if evil:
        with pytest.raises(InputError, match="more than weights"):
            to_safetensors(tmp_path / "w.ckpt")
        assert not (tmp_path / "ran").exists()
    else:
        assert safetensors_header(to_safetensors(tmp_path / "w.ckpt"))["w"]["shape"] == [3]
