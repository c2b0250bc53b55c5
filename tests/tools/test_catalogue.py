"""The catalogue as data, what fits and suits, and downloads from a server on loopback."""

import hashlib
import json
import re
import struct
import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import ValidationError

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


ROOT = Path(__file__).parents[2]
COMPLETE = {
    "hub", "file", "base", "denoiser", "text", "vae", "side", "licence", "commercial", "best", "weak", "dialect", "steps", "guidance",
    "negative",
}  # fmt: skip


def test_every_entry_is_complete():
    entries = catalogue()
    assert len(entries) >= 20 and len({entry.name for entry in entries}) == len(entries)
    for name in ("realistic-vision-5.1", "dreamshaper-8", "juggernaut-xl-9", "anything-v5", "absolute-reality-1.8.1"):
        assert find(name).best.value
    for entry in entries:
        assert set(entry.facts()) >= COMPLETE, entry.name
        assert (
            entry.dialect.value in DIALECTS
            and entry.needs("float32") > entry.needs("float16") > entry.needs("int8") > entry.needs("int4") > 0
        )
        if entry.hub.value:
            assert dialect_for(entry.hub.value).name == entry.dialect.value, entry.name
        assert entry.sha256 is None or len(entry.sha256.value) == 64


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.name)
def test_every_fact_was_read_somewhere_on_some_day(entry: Entry):
    for name, fact in entry.facts().items():
        url = fact.source.url
        assert date(2026, 1, 1) <= date.fromisoformat(fact.source.date) <= date.today(), (name, fact.source.date)
        if not url.startswith("https://"):
            assert (ROOT / url).is_file(), f"{name}: there is no {url} here"
        if "github.com" in url:
            # A file may change: a commit or a release does not.
            assert re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+/blob/(?:[0-9a-f]{40}|v\d[\d.]*)/.+", url), f"{name}: {url}"
    assert entry.memory_sources and all(source.date for source in entry.memory_sources)


@pytest.mark.parametrize(
    "source",
    [
        {"title": "A page", "url": "https://a.example"},
        {"title": "A page", "url": "https://a.example", "date": ""},
        {"title": "A page", "url": "", "date": "2026-11-22"},
    ],
)
def test_a_fact_without_a_source_or_a_day_is_no_entry(source: dict[str, str]):
    facts = find("sdxl-1.0").model_dump(mode="json")
    Entry.model_validate(facts)
    facts["licence"]["source"] = source
    with pytest.raises(ValidationError):
        Entry.model_validate(facts)
    del facts["licence"]
    with pytest.raises(ValidationError):
        Entry.model_validate(facts)


@pytest.mark.slow
def test_the_numbers_of_parameters_that_are_counted_are_right():
    import torch
    from diffusers import AutoencoderKL, AutoencoderKLFlux2, AutoencoderKLLTXVideo, LTXVideoTransformer3DModel, WanTransformer3DModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, T5Config, T5EncoderModel

    def millions(*makes: Callable[[], torch.nn.Module]) -> int:
        with torch.device("meta"):
            return round(sum(weight.numel() for make in makes for weight in make().parameters()) / 1e6)

    def kl(latent_channels: int, quantised: bool) -> torch.nn.Module:
        return AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4, block_out_channels=(128, 256, 512, 512),
            layers_per_block=2, latent_channels=latent_channels, use_quant_conv=quantised, use_post_quant_conv=quantised,
        )  # fmt: skip

    def clip(width: int, layers: int, heads: int) -> CLIPTextConfig:
        return CLIPTextConfig(
            hidden_size=width, intermediate_size=4 * width, num_hidden_layers=layers, num_attention_heads=heads, projection_dim=width
        )

    t5 = T5Config(d_model=4096, d_kv=64, d_ff=10240, num_heads=64, num_layers=24, vocab_size=32128, feed_forward_proj="gated-gelu")
    xxl, large = lambda: T5EncoderModel(t5), lambda: CLIPTextModel(clip(768, 12, 12))
    counted = {
        ("sd-1.5", "vae"): millions(lambda: kl(4, True)),
        ("flux-1-dev", "vae"): millions(lambda: kl(16, False)),
        ("flux-1-dev", "text"): millions(xxl, large),
        ("sd-3.5-large", "text"): millions(xxl, large, lambda: CLIPTextModelWithProjection(clip(1280, 32, 20))),
        ("pixart-sigma", "text"): millions(xxl),
        ("flux-2-klein-4b", "vae"): millions(AutoencoderKLFlux2),
        ("ltx-video-2b", "vae"): millions(AutoencoderKLLTXVideo),
        ("ltx-video-2b", "denoiser"): millions(LTXVideoTransformer3DModel),
        ("wan-2.1-1.3b", "denoiser"): millions(lambda: WanTransformer3DModel(num_attention_heads=12, ffn_dim=8960, num_layers=30)),
    }
    for (name, part), number in counted.items():
        fact = find(name).facts()[part]
        assert fact.computed and fact.value == number, (name, part)
    told = {(fact.value, fact.source.url) for entry in catalogue() for fact in entry.facts().values() if fact.computed}
    assert told == {(find(name).facts()[part].value, find(name).facts()[part].source.url) for name, part in counted}


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


RV = "SG161222/Realistic_Vision_V5.1_noVAE"
SMALL = {"model_index.json": b"{}", "unet/config.json": b"{}", "unet/diffusion_pytorch_model.safetensors": b"large"}


def test_a_file_is_got_with_progress_and_its_hash(hub: Hub, tmp_path: Path):
    body = weights()
    hub.put(RV, "Realistic_Vision_V5.1_fp16-no-ema.safetensors", body)
    listing(hub, RV, {"README.md": b"#"})
    listing(hub, "stable-diffusion-v1-5/stable-diffusion-v1-5", SMALL)
    told: dict[str, tuple[int, int]] = {}
    entry = find("realistic-vision-5.1")
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
    hub.put(RV, "Realistic_Vision_V5.1_fp16-no-ema.safetensors", weights())
    listing(hub, RV, SMALL)
    assert main(["models", "--get", "realistic-vision-5.1", "--host", hub.address, "--json", *home]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["path"] == str(tmp_path / "home" / "models" / "Realistic_Vision_V5.1_fp16-no-ema.safetensors")
    assert main(["models", "--for", "photo of a king", "--json", *home]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (
        found[0]["name"] == "realistic-vision-5.1"
        and "already here" in found[0]["reasons"]
        and set(found[0]["needs"]) == {"photo", "people"}
    )
    assert main(["models", "--show", "sdxl-1.0", "--json", *home]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["facts"]["licence"]["url"].startswith("https://") and date.fromisoformat(shown["facts"]["licence"]["date"])
    assert shown["facts"]["vae"]["computed"] and len(shown["memory_sources"]) == 2
    assert main(["models", "--show", "sdxl-1.0", *home]) == 0
    printed = capsys.readouterr().out
    assert "computed from the parameters" in printed and "github.com/Stability-AI/generative-models/blob/" in printed
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
