"""Starts the web page. Effects live here: the folder Chainlit may write to, the secret, the port, the browser.

Chainlit reads where it may write when it is imported, so nothing here imports it before `serve` has said so.
"""

import os
import secrets
import shutil
import signal
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from codirector.assistant.web.guard import COOKIE, LOCAL_HOSTS
from codirector.errors import InputError, InternalError

if TYPE_CHECKING:
    from codirector.assistant.settings import Settings
    from codirector.assistant.web.engine import Engine

PAGE = Path(__file__).parent / "page"
"""Our configuration, looks and custom elements, as shipped."""
WILDCARDS = frozenset({"0.0.0.0", "::", ""})


def serve(home: Path, host: str, port: int, settings: "Settings", open_browser: bool = True) -> None:
    """Serves the page on `host`:`port` (0: any free port) until it is stopped, with sessions in `home`. Loopback by default; on any
    other address everyone who can reach it can use it, each browser with its own chats.
    Raises InputError if the port is taken or the address is not this machine's."""
    from codirector.assistant.director import Director

    listening = listen(host, port)
    run(Director(settings), home, listening, open_browser)


def run(engine: "Engine", home: Path, listening: socket.socket, open_browser: bool) -> None:
    """Serves the page with any engine on a socket that already listens. Returns when the server is stopped; closes both."""
    import uvicorn

    host, port = listening.getsockname()[:2]
    app = build(engine, home, host)
    address = f"http://{'127.0.0.1' if host in WILDCARDS else f'[{host}]' if ':' in host else host}:{port}"
    print(f"Codirector is at {address} (Ctrl+C stops it)", flush=True)
    if host not in ("127.0.0.1", "::1"):
        print("Everyone who can reach this address can use it; put a login in front if that is too many.", file=sys.stderr, flush=True)
    if open_browser:
        threading.Timer(1.0, webbrowser.open, (address,)).start()
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2, ws_max_size=4 * 1024 * 1024, server_header=False)
    if threading.current_thread() is threading.main_thread():
        # uvicorn ends in an orderly way on SIGTERM and then lets the signal have its old effect; without this, that is dying here.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        print("Stopping…", flush=True)
    finally:
        engine.close()
        listening.close()


def build(engine: "Engine", home: Path, host: str):
    """The whole ASGI application: Chainlit's page, our handlers, history and pictures, behind the guard. Once per process: Chainlit
    keeps its configuration in module globals. Raises InternalError otherwise."""
    if "chainlit" in sys.modules and os.environ.get("CHAINLIT_APP_ROOT") != str(root_of(home)):
        raise InternalError("The web page was already started in this process, with another folder.", "Start it in a process of its own.")
    root = prepare(home)
    os.environ["CHAINLIT_APP_ROOT"] = str(root)
    os.environ["CHAINLIT_AUTH_SECRET"] = secret(home)
    os.environ["CHAINLIT_ENV_FILE"] = os.devnull
    os.environ["CHAINLIT_CUSTOM_AUTH"] = "1"
    os.environ["CHAINLIT_AUTH_COOKIE_NAME"] = COOKIE
    page_without_other_hosts(root)

    from codirector.assistant.web import app

    return app.build(engine, hosts_of(host))


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Bound before anything is loaded, so a taken port is told at once. Raises InputError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(128)
    except OSError as error:
        found.close()
        if isinstance(error, PermissionError):
            raise InputError(
                f"Port {port} needs rights this user does not have.", "Choose one above 1023, for example --port 8000."
            ) from error
        if isinstance(error, socket.gaierror) or error.errno in (99, 49):
            raise InputError(
                f"'{host}' is not an address of this machine.", "Use 127.0.0.1 (this machine only) or 0.0.0.0 (all networks)."
            ) from error
        raise InputError(f"Port {port} is taken by another program.", f"Try --port {free_port(host, port)}.") from error
    return found


def free_port(host: str, taken: int) -> int:
    """The next port above `taken` that can be had."""
    for port in range(taken + 1, min(taken + 200, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    return 0


def hosts_of(host: str) -> frozenset[str]:
    """The names a browser may call us by. On loopback only loopback names, so that no other site's name can be pointed at us;
    elsewhere any, since a machine has names we do not know."""
    if host == "::1":
        return frozenset({"localhost", "[::1]"})
    return LOCAL_HOSTS if host == "127.0.0.1" else frozenset()


def root_of(home: Path) -> Path:
    return (home / "web").resolve()


def prepare(home: Path) -> Path:
    """Lays the page's folder out inside `home`, from what is shipped, and returns it. Old uploads of a server that died are removed."""
    root = root_of(home)
    shutil.rmtree(root / ".files", ignore_errors=True)
    for name, source in {".chainlit/config.toml": "config.toml", ".chainlit/translations": "translations", "public": "public"}.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (PAGE / source).is_dir():
            shutil.copytree(PAGE / source, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(PAGE / source, target)
    for empty in ("chainlit.md", "chainlit_en-US.md"):  # an empty one means: no readme page
        (root / empty).write_text("", encoding="utf-8")
    return root


def page_without_other_hosts(root: Path) -> None:
    """Puts Chainlit's built page into `root`/build: its assets by link, its index without what it fetches from other hosts (fonts and
    formula styles), so that the page opens on a machine without a network and tells nobody that it was opened."""
    import importlib.util
    import re

    found = importlib.util.find_spec("chainlit")
    if found is None or not found.submodule_search_locations:
        raise InputError("The web page needs the package chainlit, which is not installed.", "Run: pip install -r requirements.lock")
    dist = Path(found.submodule_search_locations[0]) / "frontend" / "dist"
    build = root / "build"
    build.mkdir(parents=True, exist_ok=True)
    assets = build / "assets"
    if assets.is_symlink():
        assets.unlink()
    elif assets.exists():
        shutil.rmtree(assets)
    try:
        assets.symlink_to(dist / "assets", target_is_directory=True)
    except OSError:  # a file system without links
        shutil.copytree(dist / "assets", assets, ignore=shutil.ignore_patterns("*.map"))
    index = (dist / "index.html").read_text(encoding="utf-8")
    index = re.sub(r"<link\b[^>]*?href=\"https?://[^>]*?>", "", index)
    (build / "index.html").write_text(index, encoding="utf-8")


def secret(home: Path) -> str:
    """The key that signs the browsers' identities: made once, readable by this user only. Losing it makes every browser a new one."""
    path = home / "web.secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        kept = path.read_text(encoding="ascii").strip()
        if len(kept) < 32:
            raise InputError(f"{path} is damaged.", "Remove it; browsers will then be new to Codirector and start without chats.") from None
        return kept
    with os.fdopen(handle, "w", encoding="ascii") as file:
        made = secrets.token_hex(32)
        file.write(made)
    return made
