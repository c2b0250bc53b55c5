import json

import pytest
from safetensors.numpy import save_file

from codirector.errors import InputError, UnknownName
from codirector.tools.sources import Fingerprints, find_source, list_sources, read_nature, safetensors_header, weight_files


def test_names_of_the_embedded_model(models):
    assert find_source("", models) == find_source("embedded", models)
    assert find_source("", models).embedded and find_source("illustrator", models).embedded
    assert find_source("tiny-sd", models).path == models / "tiny-sd"
    assert find_source(str(models / "tiny-sd"), models / "elsewhere").path == models / "tiny-sd"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("stabilityai/sdxl-turbo", "hf download stabilityai/sdxl-turbo"),
        ("magic", "There is no model called 'magic'"),
        ("nowhere/model.safetensors", "no file"),
        ("/no/such/folder/at/all", "no model called"),
        ("a b/c d", "not a model's name"),
    ],
)
def test_unknown_names_say_how_to_get_it(models, name, says):
    with pytest.raises(UnknownName) as refusal:
        find_source(name, models)
    assert says in str(refusal.value) and refusal.value.hint


def test_a_missing_embedded_model_and_other_files_are_told(tmp_path):
    with pytest.raises(UnknownName, match="embedded model is not there"):
        find_source("", tmp_path)
    with pytest.raises(UnknownName, match="model_index"):
        find_source(str(tmp_path), tmp_path)
    (tmp_path / "old.ckpt").write_bytes(b"x")
    with pytest.raises(UnknownName, match="run code"):
        find_source(str(tmp_path / "old.ckpt"), tmp_path)


def test_a_model_in_the_hub_cache_is_found_without_a_network(models, tmp_path, monkeypatch):
    import huggingface_hub.constants
    import huggingface_hub.file_download

    commit = "a" * 40
    snapshot = tmp_path / "models--someone--tiny" / "snapshots" / commit
    snapshot.parent.mkdir(parents=True)
    snapshot.symlink_to(models / "tiny-sd")
    (tmp_path / "models--someone--tiny" / "refs").mkdir()
    (tmp_path / "models--someone--tiny" / "refs" / "main").write_text(commit)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(huggingface_hub.file_download, "HF_HUB_CACHE", str(tmp_path), raising=False)
    source = find_source("someone/tiny", models)
    assert source.revision == commit and read_nature(source).pipeline == "StableDiffusionPipeline"
    assert "someone/tiny" in [found.name for found in list_sources(models)]


def test_nature_is_read_from_small_files(models):
    embedded = read_nature(find_source("", models))
    assert (embedded.family, embedded.flow, embedded.sketch, embedded.native, embedded.enlarges) == ("sd", True, True, 64, True)
    assert (embedded.latent_channels, embedded.unet_channels, embedded.token_limit) == (16, 16, 62)
    sd = read_nature(find_source("tiny-sd", models))
    assert (sd.family, sd.flow, sd.sketch, sd.native, sd.enlarges, sd.steps, sd.guidance) == ("sd", False, False, 512, False, 4, 3.0)
    assert read_nature(find_source("tiny-sdxl", models)).family == "sdxl"


def test_parameters_are_counted_from_headers(models):
    from diffusers import StableDiffusionPipeline

    pipeline = StableDiffusionPipeline.from_pretrained(models / "tiny-sd")
    held = sum(
        tensor.numel() for part in (pipeline.unet, pipeline.vae, pipeline.text_encoder) for tensor in part.state_dict().values()
    )  # fmt: skip
    assert read_nature(find_source("tiny-sd", models)).parameters == held


def test_a_text_encoder_left_to_the_wheel_is_counted_and_hashed(models, tmp_path):
    import shutil

    shutil.copytree(models / "illustrator", tmp_path / "illustrator")
    for weights in (tmp_path / "illustrator" / "text_encoder").glob("*.safetensors"):
        weights.unlink()
    source = find_source("", tmp_path)
    nature = read_nature(source)
    assert nature.parameters > 20_000_000 and nature.token_limit == 62
    assert len(Fingerprints().of(source)) == 64


def test_single_files_are_told_apart(tmp_path):
    import numpy as np

    one = np.zeros((3, 2), np.float32)
    conv = np.zeros((8, 9, 3, 3), np.float32)
    kinds = {
        "sd": {"cond_stage_model.transformer.x": one, "model.diffusion_model.input_blocks.0.0.weight": conv},
        "sdxl": {"conditioner.embedders.0.x": one},
        "other": {"double_blocks.0.x": one},
    }
    for family, tensors in kinds.items():
        save_file(tensors, tmp_path / f"{family}.safetensors")
        nature = read_nature(find_source(str(tmp_path / f"{family}.safetensors"), tmp_path))
        assert nature.family == family
        assert nature.parameters == sum(tensor.size for tensor in tensors.values())
    assert read_nature(find_source(str(tmp_path / "sd.safetensors"), tmp_path)).unet_channels == 9


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 8 + b"{}", b"\x02\0\0\0\0\0\0\0{]"])
def test_damaged_files_are_input_errors(tmp_path, content):
    file = tmp_path / "bad.safetensors"
    file.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        read_nature(find_source(str(file), tmp_path))
    with pytest.raises(ValueError):
        safetensors_header(file)


def test_damaged_folders_are_listed_as_not_present(tmp_path):
    from codirector.tools.diffusers_backend import DiffusersBackend

    folder = tmp_path / "illustrator"
    folder.mkdir()
    (folder / "model_index.json").write_text("[]")
    backend = DiffusersBackend(tmp_path)
    info = backend.models()[0]
    backend.close()
    assert not info.present and "cannot be read" in info.description


def test_half_precision_variants_are_not_counted_twice(tmp_path):
    import numpy as np

    (tmp_path / "unet").mkdir()
    for name in ("model.safetensors", "model.fp16.safetensors"):
        save_file({"x": np.zeros(4, np.float32)}, tmp_path / "unet" / name)
    assert [file.name for file in weight_files(tmp_path)] == ["model.safetensors"]


def test_fingerprint_follows_content_not_place(models, tmp_path):
    import shutil

    prints = Fingerprints()
    first = prints.of(find_source("tiny-sd", models))
    shutil.copytree(models / "tiny-sd", tmp_path / "copy")
    copy = find_source(str(tmp_path / "copy"), models)
    assert prints.of(copy) == first
    weights = next((tmp_path / "copy" / "unet").glob("*.safetensors"))
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert prints.of(copy) != first


def test_defaults_of_a_folder_can_be_written_beside_it(models, tmp_path):
    import shutil

    shutil.copytree(models / "illustrator", tmp_path / "illustrator")
    (tmp_path / "illustrator" / "world.json").write_text(
        json.dumps({"steps": 12, "guidance": 2.5, "sketch_scale": 0.7, "sampler": "UniPC"})
    )
    nature = read_nature(find_source("", tmp_path))
    assert (nature.steps, nature.guidance, nature.sketch_scale, nature.sampler) == (12, 2.5, 0.7, "UniPC")
