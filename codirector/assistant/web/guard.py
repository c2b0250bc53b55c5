"""What stands between the network and the page: who is asking (a signed cookie per browser, no login), from where (only our own
pages), how much (a limit on bodies), and what the browser may load (nothing from other hosts).

Plain ASGI; it does not know Chainlit, only how to make and check a token. It also answers the lifespan, so that stopping the server
closes what `on_stop` closes and returns, instead of leaving the process in the middle.
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "codirector_browser"
"""Where Chainlit is told to look for its user. Cookies do not know ports, so a name of our own keeps other local servers' out."""
REMEMBERED = 400 * 24 * 3600
"""Seconds; the longest a browser keeps a cookie. Renewed at every visit."""
BODY_LIMIT = 21 * 1024 * 1024
"""Bytes of a request's body: a 20 MB picture and its form around it."""
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""The page evaluates its custom elements ('unsafe-eval') and styles inline; everything it loads comes from here."""
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
ASSETS = ("/public/", "/assets/", "/favicon", "/logo", "/avatars/", "/ws/", "/project/", "/auth/", "/codirector/")
"""Paths that are not pages: they need an identity but never give one."""
CLOSED = frozenset({"/logout", "/login", "/auth/jwt", "/mcp", "/project/thread/share"})
"""Requests that change who one is, open connections to elsewhere, or publish chats: none of them is part of this app."""


class Guard:
    """Wraps `app`. `mint()` makes a token for a new browser, `renew(token)` makes a fresh one for the same browser or returns None if
    the token is not ours. `hosts`: names the server answers to (empty: any), which stops pages that rebind their name to us."""

    def __init__(
        self,
        app: App,
        mint: Callable[[], str],
        renew: Callable[[str], str | None],
        hosts: Iterable[str] = (),
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        self.app = app
        self.mint = mint
        self.renew = renew
        self.hosts = frozenset(host.lower() for host in hosts)
        self.on_stop = on_stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live(receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        reason = refusal(scope, headers, self.hosts)
        if reason:
            await refuse(scope, send, *reason)
            return
        if "127.0.0.1" in self.hosts and scope["type"] == "http" and is_page(scope) and (elsewhere := one_name(scope, headers)):
            await redirect(send, elsewhere)
            return
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        limited = limit(receive, BODY_LIMIT)
        await self.app(scope, limited, self.dressed(scope, headers, send))

    def dressed(self, scope: Scope, headers: dict[str, str], send: Send) -> Send:
        """`send` with our headers on every answer, and the identity on pages."""
        cookie = self.identity(headers) if is_page(scope) else None

        async def send_dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = list(HEADERS)
                if cookie:
                    extra += [(b"set-cookie", cookie), (b"cache-control", b"no-store")]
                elif scope["path"].startswith("/public/"):
                    extra.append((b"cache-control", b"public, max-age=300"))
                message["headers"] = [*message.get("headers", []), *extra]
            await send(message)

        return send_dressed

    def identity(self, headers: dict[str, str]) -> bytes:
        """The cookie a page is sent with: the same browser's, renewed, or a new one's."""
        token = token_of(headers)
        fresh = (self.renew(token) if token else None) or self.mint()
        secure = "; Secure" if headers.get("x-forwarded-proto") == "https" else ""
        return f"{COOKIE}={fresh}; Path=/; Max-Age={REMEMBERED}; HttpOnly; SameSite=Lax{secure}".encode("latin-1")

    async def live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self.on_stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def is_page(scope: Scope) -> bool:
    """Whether the request is for the page itself (any address that is no asset and no call)."""
    return scope["method"] == "GET" and not scope["path"].startswith(ASSETS) and scope["path"] not in ("/user", "/health")


def token_of(headers: dict[str, str]) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return found.value if found else None


def refusal(scope: Scope, headers: dict[str, str], hosts: frozenset[str]) -> tuple[int, str] | None:
    """Why a request is not served: (status, reason), or None."""
    host = headers.get("host", "")
    name = host.rsplit(":", 1)[0].lower() if not host.endswith("]") else host.lower()
    if hosts and name not in hosts:
        return 421, f"This server does not answer to the name '{name}'."
    origin = headers.get("origin")
    if origin is not None and origin.split("://", 1)[-1].lower() != host.lower():
        return 403, "Requests from other sites are not served."
    if scope["type"] == "http":
        if scope["method"] != "GET" and scope["path"].rstrip("/") in CLOSED:
            return 404, "There is nothing here."
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > BODY_LIMIT:
            return 413, "That is more than 20 MB."
    return None


def one_name(scope: Scope, headers: dict[str, str]) -> str | None:
    """Where a page asked for as 'localhost' is: a browser keeps other cookies for 127.0.0.1, and would find other chats there."""
    host, colon, port = headers.get("host", "").partition(":")
    if host.lower() != "localhost":
        return None
    query = scope.get("query_string", b"").decode("latin-1")
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").split("?")[0]
    return f"http://127.0.0.1{colon}{port}{path}" + (f"?{query}" if query else "")


async def redirect(send: Send, address: str) -> None:
    await send(
        {"type": "http.response.start", "status": 307, "headers": [(b"location", address.encode("latin-1")), (b"content-length", b"0")]}
    )
    await send({"type": "http.response.body", "body": b""})


async def refuse(scope: Scope, send: Send, status: int, reason: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": reason})
        return
    body = reason.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def limit(receive: Receive, most: int) -> Receive:
    """`receive`, ending the body (as a connection that broke off) once more than `most` bytes came: a sender need not say how much."""
    got = 0

    async def receive_limited() -> Message:
        nonlocal got
        message = await receive()
        if message["type"] == "http.request":
            got += len(message.get("body", b""))
            if got > most:
                return {"type": "http.disconnect"}
        return message

    return receive_limited
