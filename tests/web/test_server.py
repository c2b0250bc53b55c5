"""Starting up: the port, the secret, the page's folder. No server runs here."""

import socket
from pathlib import Path

import pytest

from codirector.assistant.web import server
from codirector.errors import InputError


def test_a_taken_port_is_told_with_one_that_is_free() -> None:
    with server.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"Port {port} is taken") as told:
            server.listen("127.0.0.1", port)
    suggested = int(told.value.hint.split("--port ")[1].rstrip("."))
    assert suggested > port and told.value.exit_code == 2
    server.listen("127.0.0.1", suggested).close()


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(InputError, match="not an address of this machine"):
        server.listen("192.0.2.1", 0)


def test_port_zero_is_any_free_port_and_listens_at_once() -> None:
    with server.listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()[:2], timeout=5):
        assert listening.getsockname()[1] > 0


def test_the_secret_is_made_once_for_this_user_only_and_kept(tmp_path: Path) -> None:
    made = server.secret(tmp_path)
    assert len(made) == 64 and server.secret(tmp_path) == made
    path = tmp_path / "web.secret"
    path.chmod(0o644)
    assert server.secret(tmp_path) == made and path.stat().st_mode & 0o777 == 0o600
    path.write_text("short")
    with pytest.raises(InputError, match="damaged"):
        server.secret(tmp_path)


def test_the_folder_is_laid_out_again_at_every_start(tmp_path: Path) -> None:
    root = server.prepare(tmp_path)
    (root / ".files" / "someone").mkdir(parents=True)
    (root / "public" / "codirector.css").write_text("an old version")
    assert server.prepare(tmp_path) == root == tmp_path.resolve() / "web"
    assert not (root / ".files").exists()
    for shipped in ("public/codirector.css", "public/elements/Turn.jsx", "public/theme.json"):
        assert (root / shipped).read_bytes() == (server.PAGE / shipped).read_bytes()
    assert (root / ".chainlit" / "config.toml").read_bytes() == (server.PAGE / "config.toml").read_bytes()
    assert (root / "chainlit.md").read_text() == ""


def test_the_page_is_built_without_addresses_of_other_hosts(tmp_path: Path) -> None:
    for _ in range(2):
        server.page_without_other_hosts(tmp_path)
    index = (tmp_path / "build" / "index.html").read_text()
    assert "http://" not in index and "https://" not in index and '<div id="root">' in index
    assert list((tmp_path / "build" / "assets").glob("index-*.js"))


def test_names_are_narrow_on_loopback_and_open_elsewhere() -> None:
    assert "127.0.0.1" in server.hosts_of("127.0.0.1") and "127.0.0.1" not in server.hosts_of("::1")
    assert server.hosts_of("0.0.0.0") == frozenset()
