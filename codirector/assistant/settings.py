"""Settings: flags, then `CODIRECTOR_*` environment variables, then `codirector.toml`, then the defaults here.

The environment and the file are read by `load`, once, at the edge; nothing else in the project reads them.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from codirector.errors import InputError
from codirector.prompts.enrich import Level
from codirector.tools.device import EngineName
from codirector.values import Text, Value

MODELS = Path(__file__).resolve().parents[2] / "models"


class Settings(Value):
    """Everything a person may set. Each field is a flag, `CODIRECTOR_<FIELD>`, and a key of `codirector.toml`."""

    home: Path = Field(description="Folder for sessions and pictures")
    models: Path = Field(default=MODELS, description="Folder with the embedded models")
    planner: Text = Field(
        default="embedded", description="'embedded', 'rules', or any model init_chat_model takes: 'openai:…', 'ollama:…', 'anthropic:…'"
    )
    enrich: Level = Field(
        default="off", description="How far new pictures are filled in with what goes with their style: 'off', 'subtle' or 'full'"
    )
    model: Text = Field(
        default="", description="Default picture model: empty is the embedded one; a hub id, a folder or a .safetensors file"
    )
    reader: Text = Field(
        default="reader", description="Who reads pictures: 'reader' (our own), a vision-language model's folder or hub id, or 'openai:…'"
    )
    notes: Path | None = Field(default=None, description="Folder with your own notes (Markdown, PDF) that answers may draw on")
    host: Text = Field(default="127.0.0.1", description="Address the web page listens on")
    port: int = Field(default=8000, ge=0, le=65535, description="Port of the web page")
    device: Text = Field(default="auto", description="'auto', 'cpu' or 'cuda'")
    engine: EngineName = Field(
        default="auto", description="'auto' (on a CPU the embedded model runs in OpenVINO, twice as fast) or 'torch'"
    )
    threads: int = Field(default=0, ge=0, le=256, description="CPU threads for pictures; 0 is one less than there are cores")


def default_home() -> Path:
    """The platform's user data folder."""
    import platformdirs

    return Path(platformdirs.user_data_dir("codirector", appauthor=False))


def load(flags: Mapping[str, Any], environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Merges the four sources. `flags` with value None count as not given. Raises InputError naming the source and the field."""
    environ = os.environ if environ is None else environ
    file = (folder or Path.cwd()) / "codirector.toml"
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    if file.is_file():
        try:
            from_file = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{file} is not valid TOML: {error}.", "Mend that line or remove the file.") from error
        unknown = sorted(set(from_file) - set(Settings.model_fields))
        if unknown:
            raise InputError(f"{file} has an unknown setting '{unknown[0]}'.", f"Known: {', '.join(Settings.model_fields)}.")
        values |= from_file
        sources |= dict.fromkeys(from_file, str(file))
    for name in Settings.model_fields:
        variable = f"CODIRECTOR_{name.upper()}"
        if environ.get(variable):
            values[name], sources[name] = environ[variable], variable
        if flags.get(name) is not None:
            values[name], sources[name] = flags[name], f"--{name}"
    values.setdefault("home", default_home())
    for name in ("home", "models", "notes"):
        if values.get(name):
            values[name] = Path(values[name]).expanduser().resolve()
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise InputError(
            f"{sources.get(name, name)} is not usable: {first['msg']}.", f"It should be: {Settings.model_fields[name].description}."
        ) from error
