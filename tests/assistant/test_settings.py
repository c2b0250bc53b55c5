"""Where settings come from, and which source wins."""

import pytest

from codirector.assistant.settings import load
from codirector.errors import InputError


def test_flags_beat_environment_beat_file_beat_defaults(tmp_path):
    (tmp_path / "codirector.toml").write_text('port = 1\nplanner = "rules"\nhost = "file"\n')
    environ = {"CODIRECTOR_PORT": "2", "CODIRECTOR_HOST": "environment", "CODIRECTOR_HOME": str(tmp_path)}
    settings = load({"port": 3, "host": None}, environ, tmp_path)
    assert (settings.port, settings.host, settings.planner, settings.device) == (3, "environment", "rules", "auto")
    assert settings.home == tmp_path


@pytest.mark.parametrize(
    ("toml", "environ", "flags", "named"),
    [
        ("port = 'many'", {}, {}, "codirector.toml"),
        ("prot = 3", {}, {}, "prot"),
        ("port = = 3", {}, {}, "TOML"),
        ("", {"CODIRECTOR_PORT": "99999"}, {}, "CODIRECTOR_PORT"),
        ("", {}, {"threads": -1}, "--threads"),
    ],
)
def test_a_bad_value_names_its_source(tmp_path, toml, environ, flags, named):
    (tmp_path / "codirector.toml").write_text(toml)
    with pytest.raises(InputError, match=named):
        load(flags, environ, tmp_path)
