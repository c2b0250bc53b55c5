"""The guard alone, driven as a server would: who gets an identity, who is refused, what leaves with every answer."""

from http.cookies import SimpleCookie

import pytest

from codirector.assistant.web.guard import BODY_LIMIT, COOKIE, LOCAL_HOSTS, Guard


class Inner:
    """An application that reads its whole body and answers with its length."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.bodies: list[int] = []

    async def __call__(self, scope, receive, send) -> None:
        self.seen.append(f"{scope['type']} {scope['path']}")
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.bodies.append(-1)
                return
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
        self.bodies.append(size)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(size).encode()})


def guard(inner: Inner, hosts=LOCAL_HOSTS, stopped: list[int] | None = None) -> Guard:
    counter = iter(range(100))
    return Guard(
        inner,
        mint=lambda: f"new{next(counter)}",
        renew=lambda token: f"{token}+" if token.startswith("mine") else None,
        hosts=hosts,
        on_stop=lambda: (stopped if stopped is not None else []).append(1),
    )


async def ask(app: Guard, path: str = "/", method: str = "GET", kind: str = "http", chunks: list[bytes] | None = None, **headers: str):
    """(status, headers, cookie) of the answer; status None when none came."""
    raw = {"host": "127.0.0.1:8000"} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": kind,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(k.encode(), v.encode()) for k, v in raw.items()],
    }
    if kind == "http":
        scope["method"] = method
    pieces = list(chunks or [b""])
    sent: list[dict] = []

    async def receive():
        body = pieces.pop(0) if pieces else b""
        return {"type": "http.request", "body": body, "more_body": bool(pieces)}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    start = next((message for message in sent if message["type"] in ("http.response.start", "websocket.close", "websocket.accept")), {})
    found = {name.decode(): value.decode() for name, value in start.get("headers", [])}
    return start.get("status", start.get("type")), found, SimpleCookie(found.get("set-cookie", "")).get(COOKIE)


async def test_a_new_browser_gets_an_identity_with_its_page() -> None:
    status, headers, cookie = await ask(guard(Inner()))
    assert status == 200
    assert cookie is not None and cookie.value == "new0"
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/" and int(cookie["max-age"]) > 365 * 24 * 3600
    assert headers["cache-control"] == "no-store"


async def test_a_known_browser_stays_who_it_is_and_a_forged_one_becomes_new() -> None:
    app = guard(Inner())
    assert (await ask(app, "/thread/1", cookie=f"{COOKIE}=mine"))[2].value == "mine+"
    assert (await ask(app, "/thread/1", cookie=f"{COOKIE}=forged"))[2].value == "new0"
    assert (await ask(app, "/thread/1", cookie='broken "; ='))[2].value == "new1"


@pytest.mark.parametrize(
    "path", ["/public/theme.json", "/project/settings", "/user", "/assets/index.js", "/codirector/picture/a/b", "/ws/socket.io/"]
)
async def test_calls_and_assets_never_give_an_identity(path: str) -> None:
    status, headers, cookie = await ask(guard(Inner()), path)
    assert status == 200 and cookie is None
    assert "default-src 'self'" in headers["content-security-policy"] and headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:3000", "https://127.0.0.1:8000.evil.example"])
async def test_other_sites_are_refused_over_http_and_websocket(origin: str) -> None:
    inner = Inner()
    assert (await ask(guard(inner), "/project/file", "POST", origin=origin))[0] == 403
    assert (await ask(guard(inner), "/ws/socket.io/", kind="websocket", origin=origin))[0] == "websocket.close"
    assert inner.seen == []


async def test_our_own_page_is_served_over_http_and_websocket() -> None:
    inner = Inner()
    assert (await ask(guard(inner), "/project/file", "POST", origin="http://127.0.0.1:8000"))[0] == 200
    assert (await ask(guard(inner), "/ws/socket.io/", kind="websocket", origin="http://127.0.0.1:8000"))[0] == "websocket.accept"


async def test_a_name_pointed_at_this_machine_is_not_answered_on_loopback() -> None:
    assert (await ask(guard(Inner()), host="rebound.example:8000"))[0] == 421
    assert (await ask(guard(Inner(), hosts=frozenset()), host="workstation:8000"))[0] == 200
    assert (await ask(guard(Inner()), host="[::1]:8000"))[0] == 200


async def test_localhost_is_sent_to_the_one_name_that_has_the_chats() -> None:
    status, headers, _ = await ask(guard(Inner()), "/thread/7", host="localhost:8000")
    assert status == 307 and headers["location"] == "http://127.0.0.1:8000/thread/7"


@pytest.mark.parametrize("path", ["/logout", "/login", "/auth/jwt", "/mcp", "/project/thread/share"])
async def test_what_would_change_the_identity_or_publish_is_closed(path: str) -> None:
    inner = Inner()
    assert (await ask(guard(inner), path, "POST"))[0] == 404
    assert inner.seen == []


async def test_bodies_are_limited_by_what_is_said_and_by_what_comes() -> None:
    inner = Inner()
    app = guard(inner)
    assert (await ask(app, "/project/file", "POST", content_length=str(BODY_LIMIT + 1)))[0] == 413
    assert (await ask(app, "/project/file", "POST", content_length="many"))[0] == 413
    half = b"x" * (BODY_LIMIT // 2 + 1)
    assert (await ask(app, "/project/file", "POST", chunks=[half, half]))[0] is None
    assert inner.bodies == [-1]
    assert (await ask(app, "/project/file", "POST", chunks=[half, b"y"]))[0] == 200
    assert inner.bodies == [-1, len(half) + 1]


async def test_stopping_the_server_closes_what_it_holds() -> None:
    stopped: list[int] = []
    inner = Inner()
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[str] = []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message["type"])

    await guard(inner, stopped=stopped)({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"] and stopped == [1] and inner.seen == []
