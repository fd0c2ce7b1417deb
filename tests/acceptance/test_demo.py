"""The demo as a person meets it: started from the command line, tried on its page, stopped with Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser

from bot.demo_world import ANA, CAM, DEE, IN_BOTH, JUNIPER_TEAM, LARKSPUR_TEAM
from bot.local_slack import Person
from tests.acceptance.page import Page

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 20
SECONDS_TO_STOP = 10


@dataclass(frozen=True, slots=True)
class Demo:
    process: Process
    said: str
    browser: Browser
    folder: Path

    @property
    def address(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", self.said)
        assert found
        return found[0]

    async def page_of(self, person: Person, channel: str = LARKSPUR_TEAM.name) -> Page:
        page = await Page.open(self.browser, self.address, person.real_name, channel=channel)
        await page.wait_for_bot()
        return page


@pytest_asyncio.fixture(loop_scope="session")
async def demo(chromium: Browser, tmp_path: Path) -> AsyncIterator[Demo]:
    """A running demo. Its environment names a store that it must not touch."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(tmp_path),
        "MAT_DATABASE_URL": f"sqlite:///{tmp_path / 'real.db'}",
        "MAT_DATA_DIR": str(tmp_path / "real"),
        "SLACK_API_URL": "http://127.0.0.1:1/api/",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo"), cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(SECONDS_TO_START):
            said = (await process.stdout.readuntil(b"Ctrl-C stops the demo.\n")).decode()
        yield Demo(process, said, chromium, tmp_path)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_it_says_where_it_is_what_it_holds_and_what_to_try(demo: Demo) -> None:
    assert "listens on all interfaces" in demo.said
    assert "made-up data only" in demo.said
    assert re.findall(r"^  (\d)\. ", demo.said, re.MULTILINE) == ["1", "2", "3", "4", "5"]


async def test_the_five_things_to_try_work(demo: Demo) -> None:
    page, other = await demo.page_of(ANA), await demo.page_of(CAM)
    await page.say("/mat status")
    assert "Everyone enrolled in PDMP" in await page.read("where we stand")
    assert await page.is_for_me_only("where we stand")
    await page.press("Share")
    await other.read("where we stand")

    assert "Who restocks the naloxone kits this week?" in await other.read("Morning huddle, today")
    await other.press("I'm here")
    await page.read(f"Here: @{CAM.real_name}")

    await page.say("/mat done naloxone")
    await page.read("Done: Naloxone workflow")
    await page.press("Undo")
    await page.read("Undone:")

    await page.say("/mat digest")
    assert "2 more done than last week" in await page.read("weekly digest")
    home = await page.go_home()
    assert "The printer is replaced." in await home.inner_text()
    await page.close()
    await other.close()


async def test_a_concern_gets_a_receipt(demo: Demo) -> None:
    page = await demo.page_of(DEE)
    await page.say("/mat concern")
    await page.form_titled("Raise a concern")
    await page.choose("What is it about?", "Caseload")
    await page.fill("What gets in the way?", "The afternoons are too full")
    await page.submit()
    shown = await (await page.form_titled("Your receipt")).inner_text()
    assert re.search(r"([0-9A-Z]{5}-){3}[0-9A-Z]{5}", shown)
    await page.close()


async def test_a_person_in_two_clinics_gets_the_one_of_the_channel(demo: Demo) -> None:
    page = await demo.page_of(IN_BOTH, JUNIPER_TEAM.name)
    await page.say("/mat status")
    assert "Juniper Street Clinic" in await page.read("where we stand")
    await page.go_to(LARKSPUR_TEAM.name)
    await page.say("/mat status")
    assert "Larkspur Family Health" in await page.read("where we stand")
    await page.close()


async def test_ctrl_c_stops_everything_and_leaves_nothing(demo: Demo) -> None:
    children = children_of(demo.process.pid)
    assert children
    assert any(demo.folder.iterdir())
    demo.process.send_signal(signal.SIGINT)
    out, _ = await asyncio.wait_for(demo.process.communicate(), SECONDS_TO_STOP)
    assert demo.process.returncode == 0
    assert out.decode() == "The demo has stopped, and everything in it is gone.\n"
    assert [child for child in children if is_there(child)] == []
    assert list(demo.folder.iterdir()) == []
