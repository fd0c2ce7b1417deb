"""`/healthz`, `/readyz` and `/metrics`: what is wrong shows where it should, and a concern shows nowhere."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from shutil import copy
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.database import CONCERNS, downgrade
from bot.metrics import Kind
from bot.stores import both_stores
from bot.verifier import SkewWatch
from bot.web import GAUGES, Web, make_web
from bot.web_ready import LONGEST_COURIER_LAG, LONGEST_PLANNER_LAG, LONGEST_TURN, Readiness
from bot.web_server import WebServer
from mat.clinic import Clinic
from mat.concerns import ClinicKey
from mat.delivery import Post, PostKind, Schedule
from mat.notices import notice_of
from tests.bot_under_test import BotUnderTest, bot_under_test, with_clinic
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import LEAD

Report = Mapping[str, Any]
HANDBOOK = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
WELL: Report = {
    "ok": True,
    "line": {"ok": True},
    "database": {"ok": True},
    "migrations": {"ok": True},
    "clockwork": {"ok": True, "seconds_since_turn": 0},
    "planner": {"ok": True, "lag_seconds": 0},
    "courier": {"ok": True, "lag_seconds": 0},
    "tokens": {"ok": True, "refused": 0},
    "audit": {"ok": True, "gaps": None, "alarms": None, "seconds_since": None},
    "concerns": {"ok": True, "answered_here": True},
    "clock": {"ok": True, "seconds_ahead": 0},
}


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a bot on a socket, whose parts a test moves by hand."""

    under_test: BotUnderTest
    clinic: Clinic
    web: Web
    browser: aiohttp.ClientSession
    address: str

    async def read(self, page: str) -> tuple[int, str]:
        async with self.browser.get(f"{self.address}{page}") as answer:
            return answer.status, await answer.text()

    async def look(self, page: str = "/readyz") -> tuple[int, Report]:
        """A second later than any look before, so that nothing kept is shown."""
        await self.under_test.clock.move(seconds=2)
        await self.under_test.bot.delivery.heartbeat.tick()
        status, text = await self.read(page)
        report = json.loads(text)
        if "line" in report:
            quiet = report["line"].pop("quiet_seconds")  # a socket's pulse is real, whatever the hand clock says
            assert quiet is None or 0 <= quiet < 60
        return status, report

    async def figures(self) -> dict[str, float]:
        """Every sample of /metrics."""
        status, text = await self.read("/metrics")
        assert status == 200
        samples = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in samples if "line_quiet" not in name}

    async def add_post(self, post: Post) -> None:
        async with self.under_test.bot.desk.work.writing() as books:
            await books.outbox.add(post)
            await books.commit()

    def note(self, *, waits: timedelta) -> Post:
        """A notice that has waited so long already."""
        bot = self.under_test
        return notice_of(self.clinic, LEAD.id, "Made up.", bot.clock() - waits, bot.bot.desk.new_id)


@pytest.fixture
async def pages(bot_folder: Path) -> AsyncIterator[Pages]:
    async with FakeSlack() as slack, bot_under_test(bot_folder, slack=slack) as bot:
        clinic = await with_clinic(bot)
        web = make_web(bot.bot)
        server = WebServer(web.app)
        await server.open(web.host, 0)
        await web.line.open()
        await bot.bot.delivery.heartbeat.tick()
        async with aiohttp.ClientSession() as browser:
            yield Pages(bot, clinic, web, browser, f"http://127.0.0.1:{server.port}")
        await web.line.close()
        await server.close()


async def test_all_is_well(pages: Pages) -> None:
    assert await pages.look("/healthz") == (200, {"ok": True, "seconds_since_turn": 0})
    assert await pages.look() == (200, WELL)


async def test_what_the_audit_counted_is_shown_and_takes_nobody_out_of_service(pages: Pages) -> None:
    bot = pages.under_test
    held_back = bot.clock() + timedelta(days=1)
    stuck = pages.note(waits=timedelta(minutes=30))
    await pages.add_post(replace(stuck, kind=PostKind.DIGEST, not_before=held_back))
    audit = bot.bot.delivery.audit
    await audit.tick()
    await bot.clock.move(minutes=45)
    await audit.look(bot.clock())
    status, report = await pages.look()
    assert (status, report["audit"]) == (200, {"ok": True, "gaps": 0, "alarms": 0, "seconds_since": 2})
    await bot.clock.move(minutes=16)
    await audit.look(bot.clock())
    assert (await pages.look())[1]["audit"]["gaps"] == 1
    figures = await pages.figures()
    assert (figures["matbot_audit_gaps"], figures["matbot_audit_alarms"]) == (1, 0)


async def test_what_the_guard_stopped_shows_a_day_later_and_no_sooner(pages: Pages) -> None:
    bot, names = pages.under_test, ("matbot_guard_refused_yesterday", "matbot_guard_asked_yesterday")
    for blocked in (True, True, False):
        bot.bot.desk.stopped.count(bot.clock(), blocked=blocked)
    figures = await pages.figures()
    assert [figures[name] for name in names] == [0, 0]
    bot.clock.now += timedelta(days=1)
    figures = await pages.figures()
    assert [figures[name] for name in names] == [2, 1]


async def test_a_line_that_is_down_is_not_ready_and_no_reason_to_restart(pages: Pages) -> None:
    await pages.web.line.close()
    assert await pages.look() == (503, {**WELL, "ok": False, "line": {"ok": False}})
    assert (await pages.look("/healthz"))[0] == 200


async def test_a_clockwork_that_stands_still_is_neither_ready_nor_healthy(pages: Pages) -> None:
    stood = round(LONGEST_TURN.total_seconds()) + 1
    await pages.under_test.clock.move(seconds=stood)
    assert (await pages.read("/healthz"))[0] == 503
    status, report = await pages.read("/readyz")
    assert (status, json.loads(report)["clockwork"]) == (503, {"ok": False, "seconds_since_turn": stood})


async def test_before_slack_is_met_it_is_healthy(pages: Pages) -> None:
    pages.under_test.bot.delivery.heartbeat.beat_at = None
    assert await pages.read("/healthz") == (200, '{"ok": true, "seconds_since_turn": null}')


@pytest.mark.parametrize("which", [0, 1])
async def test_a_store_that_is_behind_is_told(pages: Pages, which: int) -> None:
    store = both_stores(pages.under_test.bot.settings)[which]
    tree = {"tree": CONCERNS} if which else {}
    downgrade(store.url, **tree, to="base")
    status, report = await pages.look()
    assert (status, report["database"]["ok"], report["migrations"]["ok"]) == (503, True, False)


async def test_a_store_that_does_not_answer_is_told(pages: Pages) -> None:
    main = pages.under_test.folder / "data" / "matbot.db"
    main.write_bytes(b"no store at all " * 1_000)
    status, report = await pages.look()
    assert status == 503
    assert not report["database"]["ok"]
    assert not report["migrations"]["ok"]


async def test_a_store_that_cannot_be_written_is_told_and_well_again_afterwards(pages: Pages) -> None:
    main = pages.under_test.folder / "data" / "matbot.db"
    holder = sqlite3.connect(main, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    status, report = await pages.look()
    assert (status, report["database"]) == (503, {"ok": False, "problem": "StoreIsBusy"})
    assert report["migrations"]["ok"]
    holder.execute("ROLLBACK")
    holder.close()
    assert (await pages.look())[0] == 200
    main.rename(main.with_name("elsewhere.db"))
    copy(main.with_name("elsewhere.db"), main)
    status, report = await pages.look()
    assert (status, report["database"]) == (503, {"ok": False, "problem": "StoreWasReplaced"})
    main.with_name("elsewhere.db").replace(main)
    assert (await pages.look())[0] == 200


async def test_a_database_that_takes_a_call_and_says_nothing_is_told_too(pages: Pages) -> None:
    held: list[asyncio.StreamWriter] = []

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    bot = pages.under_test.bot
    url = SecretStr(f"postgresql://nobody@127.0.0.1:{port}/nothing?sslmode=disable&gssencmode=disable")
    elsewhere = replace(bot, settings=bot.settings.model_copy(update={"database_url_setting": url}))
    report = await Readiness(elsewhere, pages.web.line, SkewWatch(print), patience=0.2).report()
    assert report["database"] == {"ok": False, "problem": "TimeoutError"}
    assert held
    for writer in held:
        writer.close()
        await writer.wait_closed()
    silent.close()
    await silent.wait_closed()


async def test_what_waits_shows_and_too_long_a_wait_is_not_ready(pages: Pages) -> None:
    await pages.add_post(pages.note(waits=timedelta(minutes=10)))
    status, report = await pages.look()
    assert (status, report["courier"]) == (200, {"ok": True, "lag_seconds": 602})
    await pages.add_post(pages.note(waits=LONGEST_COURIER_LAG))
    status, report = await pages.look()
    assert (status, report["courier"]["ok"]) == (503, False)


async def test_a_token_that_is_refused_shows_and_one_of_another_workspace_takes_nobody_off_the_air(
    pages: Pages,
) -> None:
    elsewhere = replace(pages.note(waits=LONGEST_COURIER_LAG * 2), workspace="T0ELSE001", error="token_revoked")
    await pages.add_post(elsewhere)
    status, report = await pages.look()
    assert (status, report["courier"]["lag_seconds"], report["tokens"]) == (200, 0, {"ok": True, "refused": 1})
    await pages.add_post(replace(pages.note(waits=timedelta()), error="invalid_auth"))
    status, report = await pages.look()
    assert (status, report["courier"]["ok"], report["tokens"]) == (503, True, {"ok": False, "refused": 2})


async def test_a_schedule_that_is_not_planned_shows(pages: Pages) -> None:
    due = pages.under_test.clock() - LONGEST_PLANNER_LAG
    local, clinic = due.replace(tzinfo=None), pages.clinic
    late = Schedule(
        "s1",
        clinic.workspace,
        clinic.id,
        PostKind.DIGEST,
        "",
        "FREQ=DAILY",
        local,
        "UTC",
        0,
        next_local=local,
        next_at=due,
    )
    async with pages.under_test.bot.desk.work.writing() as books:
        await books.at(clinic).schedules.put(late)
        await books.commit()
    status, report = await pages.look()
    assert (status, report["planner"]) == (503, {"ok": False, "lag_seconds": 302})


async def test_asking_again_within_a_second_does_not_look_again(pages: Pages) -> None:
    assert (await pages.look())[0] == 200
    await pages.add_post(pages.note(waits=LONGEST_COURIER_LAG * 2))
    assert (await pages.read("/readyz"))[0] == 200
    assert (await pages.look())[0] == 503


async def test_the_pages_are_on_loopback_and_nothing_else_is_there(pages: Pages) -> None:
    assert pages.web.host == "127.0.0.1"
    assert [(await pages.read(page))[0] for page in ("/", "/slack/events", "/docs")] == [404, 404, 404]


async def test_what_people_do_is_counted(pages: Pages) -> None:
    before = await pages.figures()
    await pages.under_test.slash("status")
    after = await pages.figures()
    moved = {name for name in after if after[name] != before.get(name) and "seconds" not in name}
    assert moved == {f'matbot_requests_total{{kind="{Kind.COMMAND}"}}'}
    assert after['matbot_answer_seconds_count{kind="command"}'] == 1
    assert after["matbot_ready"] == 1


async def test_every_figure_is_explained(pages: Pages) -> None:
    """Also those that are not there yet, because nothing was known so far."""
    shown = {
        name.partition("{")[0] for name in await pages.figures() if not name.partition("{")[0].endswith("_created")
    }
    families = {re.sub(r"_(bucket|count|sum)$", "", name) for name in shown} | {f"matbot_{name}" for name in GAUGES}
    assert set(re.findall(r"`(matbot_\w+)`", HANDBOOK)) == families


async def test_no_figure_is_of_the_process_or_the_platform(pages: Pages) -> None:
    assert {name.partition("_")[0] for name in await pages.figures()} == {"matbot"}


async def test_a_concern_moves_no_figure_and_no_report(pages: Pages) -> None:
    """Raised, looked up, refused, closed, released at once: whatever a person can do with one."""
    bot = pages.under_test
    before, report = await pages.figures(), (await pages.look())[1]
    form = (await bot.slash("concern Something that nobody must count")).view
    assert form is not None
    await bot.slash("concerns")
    await bot.slash("concrn my words")
    await bot.submit(form, {"topic": "other", "text": "Nobody answers the phone at noon.", "release": "now"})
    await bot.press("mat:concern:raise", await _home(bot, before, pages))
    await bot.press("mat:concern:lookup", form)
    now = replace(pages.note(waits=timedelta(hours=3)), kind=PostKind.CONCERN_NOW)
    await pages.add_post(now)
    await bot.bot.concerns.release(ClinicKey(pages.clinic.workspace, pages.clinic.id), bot.clock().date())
    assert (await pages.look())[1] == report
    assert await pages.figures() == before


async def _home(bot: BotUnderTest, before: dict[str, float], pages: Pages) -> Mapping[str, Any]:
    """Home, opened without counting: opening it is no concern's, and is counted."""
    await bot.open_home()
    opened = await pages.figures()
    name = 'matbot_requests_total{kind="event"}'
    assert opened[name] == before[name] + 1
    before.update({key: value for key, value in opened.items() if "event" in key})
    return bot.slack.world.homes[next(iter(bot.slack.world.homes))]
