"""Gets a model's files: with progress, resumed where it was interrupted, checked against its published hash, never a pickle unasked.

A file grows beside its place as `NAME.part` and takes its name only when size and hash are right. No connection is opened before a
call. Sources: RFC 9110 (ranges, If-Range), the hub's `resolve` addresses and its `X-Linked-ETag` header, which is a file's SHA-256.
"""

import hashlib
import re
import shutil
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from codirector.errors import Cancelled, InputError, RetryableError, StorageFull, UnknownName
from codirector.tools.catalogue.entries import Entry
from codirector.tools.device import human_bytes
from codirector.tools.sources import safetensors_header

HUB = "https://huggingface.co"
PICKLES = frozenset({".ckpt", ".pt", ".pth", ".bin", ".pkl", ".pickle"})
BASES = {"sd15": "stable-diffusion-v1-5/stable-diffusion-v1-5", "sdxl": "stabilityai/stable-diffusion-xl-base-1.0"}
"""By dialect: whose small files say how a single file of that kind is built, where its own repository does not."""
WEIGHTS = PICKLES | {".safetensors"}
_VARIANT = re.compile(r"\.(?:fp16|bf16|non_ema)\.")
SPARE = 200 * 1024**2
"""Bytes of disk that are left free."""
Progress = Callable[[str, int, int], None]
"""Called with (file, bytes done, bytes in all; 0 where the server does not say)."""


class Remote(NamedTuple):
    """A file to get. `sha256` and `size` '' and 0 where they are not known beforehand."""

    url: str
    name: str
    sha256: str = ""
    size: int = 0


def files_of(entry: Entry, endpoint: str = HUB, allow_pickle: bool = False) -> tuple[Remote, ...]:
    """What makes up a model. One that opens from a single file: that file, and beside it, in a folder of its name, the small files that
    say how it is built. Any other: its diffusers folder, with one set of weights a component. Raises UnknownName for the embedded model,
    InputError where its weights are pickles only, RetryableError where the host does not answer."""
    if not entry.hub.value:
        raise UnknownName(f"{entry.title} is not downloaded: it belongs to this repository.", "Clone the repository completely.")
    if single(entry):
        file = Path(entry.file.value)
        if file.suffix in PICKLES and not allow_pickle:
            raise _refused(file.name)
        known = entry.sha256.value if entry.sha256 else ""
        whole = Remote(_address(endpoint, entry.hub.value, file.name), file.name, known)
        hub, listed = _built_as(entry, endpoint)
        small = [item for item in listed if _belongs(item["path"]) and Path(item["path"]).suffix not in WEIGHTS]
        return (whole, *(_remote(endpoint, hub, item, f"{file.stem}/") for item in small))
    listed = _listing(endpoint, entry.hub.value)
    wanted = [item for item in listed if _belongs(item["path"])]
    chosen = [item for item in wanted if Path(item["path"]).suffix not in WEIGHTS]
    for folder in sorted({Path(item["path"]).parent for item in wanted if Path(item["path"]).suffix in WEIGHTS}):
        here = [item for item in wanted if Path(item["path"]).parent == folder]
        safe = [item for item in here if item["path"].endswith(".safetensors")]
        plain = [item for item in safe if not _VARIANT.search(item["path"])]
        pickled = [item for item in here if Path(item["path"]).suffix in PICKLES and not _VARIANT.search(item["path"])]
        if not safe and pickled and not allow_pickle:
            raise _refused(pickled[0]["path"])
        chosen += plain or safe or pickled
    if not _has_index(chosen):
        raise InputError(f"{entry.hub.value} holds no model in diffusers format.", "Look for its single file on its page.")
    return tuple(_remote(endpoint, entry.hub.value, item) for item in chosen)


def single(entry: Entry) -> bool:
    """Whether the model is got as one file: the families whose files `pipelines` opens."""
    return bool(entry.file.value) and entry.dialect.value in BASES


def _built_as(entry: Entry, endpoint: str) -> tuple[str, list[dict[str, Any]]]:
    """The hub id with the small files of the model's kind, and its listing: its own where it has them, else its base's."""
    for hub in (entry.hub.value, BASES[entry.dialect.value]):
        listed = _listing(endpoint, hub)
        if _has_index(listed):
            return hub, listed
    raise RetryableError(f"The host has no configuration for {entry.title}.", "Try another --host.")


def _listing(endpoint: str, hub: str) -> list[dict[str, Any]]:
    with _client() as client:
        listed = _json(client, f"{endpoint.rstrip('/')}/api/models/{hub}/tree/main?recursive=true")
    return [item for item in listed if item.get("type") == "file"]


def _has_index(listed: Iterable[dict[str, Any]]) -> bool:
    return any(item["path"] == "model_index.json" for item in listed)


def _address(endpoint: str, hub: str, path: str) -> str:
    return f"{endpoint.rstrip('/')}/{hub}/resolve/main/{path}"


def _remote(endpoint: str, hub: str, item: dict[str, Any], folder: str = "") -> Remote:
    return Remote(_address(endpoint, hub, item["path"]), f"{folder}{item['path']}", _oid(item), int(item.get("size") or 0))


def _oid(item: dict[str, Any]) -> str:
    """The SHA-256 of a large file; small ones have none."""
    return str((item.get("lfs") or {}).get("oid", ""))


def get_model(
    entry: Entry, folder: Path, endpoint: str = HUB, allow_pickle: bool = False, progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Path:  # fmt: skip
    """Gets a model into `folder` and returns its file, or the folder of its name. Files that are there already and whole are not got
    again. Raises as `files_of` and `get`."""
    files = files_of(entry, endpoint, allow_pickle)
    home = folder if single(entry) else folder / entry.name
    for remote in files:
        if ".." in Path(remote.name).parts or Path(remote.name).is_absolute():
            raise InputError(f"The host names a file outside of the model's folder: {remote.name}.", "Do not use this host.")
        get(remote, home / remote.name, allow_pickle, progress, cancel)
    return home / files[0].name if single(entry) else home


def get(
    remote: Remote, target: Path, allow_pickle: bool = False, progress: Progress | None = None, cancel: threading.Event | None = None
) -> Path:
    """Gets one file. Raises InputError for a pickle that was not asked for, or content that is not what its name says; RetryableError
    where the connection breaks (what came is kept) or the hash does not match (it is thrown away); UnknownName where there is no
    such file; StorageFull; Cancelled."""
    if target.suffix.lower() in PICKLES and not allow_pickle:
        raise _refused(target.name)
    if target.is_file() and (not remote.size or target.stat().st_size == remote.size) and remote.sha256 in ("", _sha256(target)):
        return target
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        expected = _fetch(remote, part, progress, cancel)
    except OSError as error:
        raise StorageFull(f"{target} could not be written: {error.strerror}.", "Free some space, or choose another --into.") from error
    _check(part, target.name, expected)
    part.replace(target)
    part.with_name(f"{part.name}.tag").unlink(missing_ok=True)
    return target


def _fetch(remote: Remote, part: Path, progress: Progress | None, cancel: threading.Event | None) -> str:
    """Appends to `part` what is missing of the file. Returns the SHA-256 it must have, or ''."""
    import httpx

    tag = part.with_name(f"{part.name}.tag")
    known = tag.read_text(encoding="utf-8") if tag.is_file() else ""
    # Without the tag nobody knows whether the rest belongs to the same file.
    have = part.stat().st_size if part.is_file() and known else 0
    headers = {"Range": f"bytes={have}-", "If-Range": known} if have else {}
    try:
        with _client() as client, client.stream("GET", remote.url, headers=headers) as answer:
            linked = next((old.headers["x-linked-etag"] for old in [*answer.history, answer] if "x-linked-etag" in old.headers), "")
            published = linked.strip('W/"').lower()
            expected = remote.sha256 or (published if re.fullmatch(r"[0-9a-f]{64}", published) else "")
            if answer.status_code == 416 and have:
                return expected  # all of it came before; the hash decides
            if answer.status_code == 404:
                raise UnknownName(f"There is no file at {remote.url}.", "The model may have moved; look at its page.")
            if answer.status_code in (401, 403):
                raise InputError(
                    f"{remote.url} is not given to everybody.",
                    "Accept its licence on its page, get it there, and name the file with --model.",
                )
            if answer.status_code >= 400:
                raise RetryableError(f"The host answered {answer.status_code} for {remote.name}.", "Try again later; what came is kept.")
            resumed = answer.status_code == 206
            have = have if resumed else 0
            length = int(answer.headers.get("content-length") or 0)
            size = have + length if length else remote.size
            free = shutil.disk_usage(part.parent).free
            if length + SPARE > free:
                raise StorageFull(f"{remote.name} needs {human_bytes(length)}; {human_bytes(free)} are free.", "Free some space.")
            tag.write_text(answer.headers.get("etag", ""), encoding="utf-8")
            with part.open("ab" if resumed else "wb") as out:
                # As they come: a larger piece would be lost with the connection.
                for chunk in answer.iter_raw():
                    if cancel is not None and cancel.is_set():
                        raise Cancelled("Stopped; what came is kept, and the next try goes on from there.")
                    out.write(chunk)
                    have += len(chunk)
                    if progress:
                        progress(remote.name, have, size)
    except httpx.HTTPError as error:
        raise RetryableError(
            f"The connection for {remote.name} broke ({type(error).__name__}).", "Try again; what came is kept, and it goes on from there."
        ) from error
    if size and have < size:
        raise RetryableError(f"{remote.name} ended at {human_bytes(have)} of {human_bytes(size)}.", "Try again; it goes on from there.")
    return expected


def _check(part: Path, name: str, expected: str) -> None:
    if expected and _sha256(part) != expected:
        part.unlink()
        raise RetryableError(
            f"{name} does not have the published hash, so it was thrown away.", "Try again; if it stays so, do not use this host."
        )
    if name.endswith(".safetensors"):
        try:
            safetensors_header(part)
        except ValueError as error:
            part.unlink()
            raise InputError(f"{name} is no safetensors file, so it was thrown away.", "Do not use this host.") from error


def _refused(name: str) -> InputError:
    return InputError(
        f"{name} is pickled: opening it can run code that its maker put in.",
        "Look for a .safetensors of it, or ask for it with --allow-pickle; it is then converted without running anything.",
    )


def _belongs(path: str) -> bool:
    """The index of a diffusers folder, and its components' configurations, vocabularies and weights, one level down."""
    return path == "model_index.json" or (len(Path(path).parts) == 2 and Path(path).suffix in WEIGHTS | {".json", ".txt", ".model"})


def _client() -> Any:
    import httpx

    return httpx.Client(
        follow_redirects=True, timeout=httpx.Timeout(30.0), headers={"User-Agent": "codirector", "Accept-Encoding": "identity"}
    )


def _json(client: Any, url: str) -> Any:
    import httpx

    try:
        answer = client.get(url)
        if answer.status_code == 404:
            raise UnknownName(f"There is no model at {url}.", "It may have moved; look at its page.")
        answer.raise_for_status()
        return answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise RetryableError(f"The host did not answer for {url} ({type(error).__name__}).", "Check the network and try again.") from error


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
