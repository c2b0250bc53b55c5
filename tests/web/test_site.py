"""The whole application over HTTP: identities, whose chats and pictures are whose, and that nothing is fetched from elsewhere.

Chainlit keeps its configuration in module globals, so there is one site for all these tests, with a store of its own.
"""

import re
import uuid
from pathlib import Path

import httpx
import pytest

from codirector.assistant.web.guard import COOKIE


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, make_desk):
    from codirector.assistant.web import server

    home = tmp_path_factory.mktemp("home")
    desk = make_desk(home)
    app = server.build(desk, home, "127.0.0.1")
    assert not [path for path in (Path(".files"), Path(".chainlit"), Path("chainlit.md")) if path.exists()], "all it writes is in its home"
    yield app, desk, home
    desk.close()


class Browser:
    """A person's browser: keeps its cookies, begins by opening the page."""

    def __init__(self, app) -> None:
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000")

    async def open(self) -> "Browser":
        page = await self.http.get("/")
        assert page.status_code == 200
        self.page = page.text
        self.name = (await self.http.get("/user")).json()["identifier"]
        return self

    async def chats(self, search: str | None = None, first: int = 20, cursor: str | None = None) -> dict:
        asked = {"pagination": {"first": first, "cursor": cursor}, "filter": {"search": search}}
        answer = await self.http.post("/project/threads", json=asked)
        assert answer.status_code == 200
        return answer.json()


async def two(site) -> tuple[Browser, Browser, str, str]:
    """Anna with a chat that holds a picture, and Ben; the chat's id and the picture's address."""
    app, desk, _ = site
    anna, ben = await Browser(app).open(), await Browser(app).open()
    session = str(uuid.uuid4())
    desk.store.create(session, owner=anna.name)
    turn = desk.create(session, "a fox in the snow")
    return anna, ben, session, f"/codirector/picture/{session}/{turn.turn.artifacts[0].sha256}"


async def test_every_browser_is_somebody_and_stays_it(site) -> None:
    anna, ben, *_ = await two(site)
    assert anna.name != ben.name
    await anna.http.get("/thread/whatever")
    assert (await anna.http.get("/user")).json()["identifier"] == anna.name


async def test_without_an_identity_or_with_a_forged_one_nothing_is_told(site) -> None:
    app, *_ = site
    _, _, session, picture = await two(site)
    stranger = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000")
    for address in ("/user", "/project/settings", f"/project/thread/{session}", picture):
        assert (await stranger.get(address)).status_code == 401, address
    header, body, _ = (await Browser(app).open()).http.cookies[COOKIE].split(".")
    stranger.cookies.set(COOKIE, f"{header}.{body}.AAAA")
    assert (await stranger.get(f"/project/thread/{session}")).status_code == 401


async def test_a_chat_is_its_owners_alone(site) -> None:
    anna, ben, session, _ = await two(site)
    assert [chat["id"] for chat in (await anna.chats())["data"]] == [session]
    assert (await ben.chats())["data"] == []
    assert (await anna.http.get(f"/project/thread/{session}")).json()["steps"][0]["output"] == "a fox in the snow"
    assert (await ben.http.get(f"/project/thread/{session}")).status_code == 401
    assert (await ben.http.put("/project/thread", json={"threadId": session, "name": "mine"})).status_code == 401
    assert (await ben.http.request("DELETE", "/project/thread", json={"threadId": session})).status_code == 401
    assert (await ben.http.get(f"/project/share/{session}")).status_code == 404
    assert (await anna.http.put("/project/thread/share", json={"threadId": session, "isShared": True})).status_code == 404
    assert (await anna.http.get(f"/project/thread/{session}")).status_code == 200


async def test_a_picture_is_served_to_its_owner_only(site) -> None:
    _, desk, home = site
    anna, ben, session, picture = await two(site)
    got = await anna.http.get(picture)
    assert got.status_code == 200 and got.headers["content-type"] == "image/png" and got.content.startswith(b"\x89PNG")
    assert "private" in got.headers["cache-control"] and got.headers["x-content-type-options"] == "nosniff"
    saved = await anna.http.get(picture, params={"download": 'a-fox.png"; x=\r\n../y'})
    assert saved.headers["content-disposition"] == 'attachment; filename="a-fox.png-x-..-y"'
    assert (await ben.http.get(picture)).status_code == 404
    mine = str(uuid.uuid4())
    desk.store.create(mine, owner=ben.name)
    sha256 = picture.rsplit("/", 1)[1]
    assert (await ben.http.get(f"/codirector/picture/{mine}/{sha256}")).status_code == 404, "knowing the hash is not owning the picture"
    assert (await anna.http.get(f"/codirector/picture/{session}/{'0' * 64}")).status_code == 404
    outside = await anna.http.get(f"/codirector/picture/{session}/..%2f..%2f..%2fweb.secret")
    assert (home / "web.secret").read_text() not in outside.text


async def test_renaming_searching_paging_and_deleting(site) -> None:
    _, desk, _ = site
    anna, _, session, _ = await two(site)
    for number in range(3):
        other = str(uuid.uuid4())
        desk.store.create(other, owner=anna.name)
        desk.create(other, f"owl number {number}")
    assert [chat["name"] for chat in (await anna.chats())["data"]][-1] == "a fox in the snow"
    page = await anna.chats(first=3)
    assert page["pageInfo"]["hasNextPage"] and len(page["data"]) == 3
    rest = await anna.chats(first=3, cursor=page["pageInfo"]["endCursor"])
    assert [chat["id"] for chat in rest["data"]] == [session] and not rest["pageInfo"]["hasNextPage"]
    assert (await anna.http.put("/project/thread", json={"threadId": session, "name": "Winter"})).status_code == 200
    assert [chat["id"] for chat in (await anna.chats("winter"))["data"]] == [session]
    assert len((await anna.chats("OWL number"))["data"]) == 3
    assert (await anna.chats("nothing like it"))["data"] == []
    assert (await anna.http.request("DELETE", "/project/thread", json={"threadId": session})).status_code == 200
    assert not desk.store.exists(session)
    assert (await anna.http.get(f"/project/thread/{session}")).status_code == 404


async def test_a_new_chat_is_made_for_its_browser_and_taken_from_nobody(site) -> None:
    from codirector.assistant.web.history import History
    from codirector.errors import UnknownName

    _, desk, _ = site
    _, ben, session, _ = await two(site)
    history, fresh = History(desk), str(uuid.uuid4())
    await history.update_thread(fresh, name="a first message", user_id=ben.name)
    await history.update_thread(fresh, name="a first message", user_id=ben.name)
    assert await history.get_thread_author(fresh) == ben.name
    with pytest.raises(UnknownName):
        await history.update_thread(session, name="taken", user_id=ben.name)
    with pytest.raises(UnknownName):
        await history.update_thread("2026-11-21", name="a command line session's name", user_id=ben.name)
    await history.update_thread(session, metadata={"is_shared": True})
    assert (await history.get_thread(session))["metadata"] == {}
    assert await history.get_thread_author(str(uuid.uuid4())) == "" and await history.get_thread(str(uuid.uuid4())) is None


async def test_the_page_loads_nothing_from_other_hosts_and_opens_on_ours_alone(site) -> None:
    app, _, home = site
    anna = await Browser(app).open()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', anna.page)
    assert len(loaded) >= 5 and not [address for address in loaded if address.startswith(("http", "//"))]
    for address in loaded:
        assert (await anna.http.get(address)).status_code == 200, address
    settings = (await anna.http.get("/project/settings")).json()
    assert settings["ui"]["name"] == "Codirector" and len(settings["starters"]) >= 4
    features = settings["features"]
    assert not features["unsafe_allow_html"] and not features["mcp"]["enabled"] and not features["edit_message"]
    assert features["spontaneous_file_upload"]["max_size_mb"] == 20
    wanted = {"image/png", "image/jpeg", "image/webp", "image/gif", "text/plain", "audio/*"}
    assert set(features["spontaneous_file_upload"]["accept"]) == wanted
    assert (await anna.http.get("/public/elements/Turn.jsx")).status_code == 200
    assert (home / "web.secret").stat().st_mode & 0o777 == 0o600


async def test_uploads_of_other_kinds_and_to_other_peoples_pages_are_refused(site) -> None:
    app, *_ = site
    anna = await Browser(app).open()
    answer = await anna.http.post("/project/file?session_id=somebody", files={"file": ("a.png", b"x", "image/png")})
    assert answer.status_code == 404
