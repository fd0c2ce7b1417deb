"""The disk that is looked at, and the sign of life that goes to an address outside."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.wellbeing import disk_check, sign_of_life
from tests.bot_under_test import bot_under_test, with_clinic


@dataclass
class Watch:
    """A dead man's switch that answers `status`."""

    server: TestServer | None = None
    status: int = 200
    seen: list[tuple[str, str, bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        assert self.server is not None
        return str(self.server.make_url("/ping/secret-word"))

    async def answer(self, request: web.Request) -> web.Response:
        self.seen.append((request.method, request.path_qs, await request.read()))
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    found = Watch()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", found.answer)
    async with TestServer(app) as found.server:
        yield found


@dataclass
class Left:
    free: int


def test_a_disk_with_room_is_no_trouble_and_a_full_one_says_how_much_is_left() -> None:
    left = Left(500_000_000)
    check = disk_check(Path("/srv/data"), 500, lambda _: left)
    assert check() is None
    left.free -= 1
    found = check()
    assert found is not None
    assert found[0] == "disk"
    assert found[1].startswith("The disk of data has 499 MB left, less than the 500 MB of MAT_DISK_FREE_MB.")


def test_a_disk_that_cannot_be_looked_at_counts_as_full(tmp_path: Path) -> None:
    assert disk_check(tmp_path, 0)() is None
    assert disk_check(tmp_path / "gone", 1)() is not None
    assert shutil.disk_usage(tmp_path).free >= 0


@pytest.mark.parametrize("status", [200, 204, 302, 404, 500])
async def test_a_sign_of_life_carries_nothing_and_minds_no_answer(watch: Watch, status: int) -> None:
    watch.status = status
    async with aiohttp.ClientSession() as session:
        await sign_of_life(watch.url, session)()
    assert watch.seen == [("GET", "/ping/secret-word", b"")]


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:9/", "no address at all"])
async def test_a_watch_that_cannot_be_reached_is_no_trouble(url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with aiohttp.ClientSession() as session:
        await sign_of_life(url, session)()
    assert len(caplog.records) == bool(url)


async def test_the_bot_gives_its_sign_after_a_clean_audit_only(bot_folder: Path, watch: Watch) -> None:
    for least, signs in ((0, 1), (10**12, 1)):
        settings = {"MAT_ALIVE_URL": watch.url, "MAT_DISK_FREE_MB": least, "MAT_ADMINS": "U0ADMIN01"}
        async with bot_under_test(bot_folder, **settings) as running:
            await with_clinic(running)
            report = await running.bot.delivery.audit.look(running.clock.now)
            assert report.alarms == (() if least == 0 else ("disk",))
        assert len(watch.seen) == signs
