"""`plan`, `preview` and `run-now`: what comes when, what it will say, and a copy by hand."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.build import Bot, build_bot
from bot.plan_command import planned
from bot.preview_command import previewed
from bot.reasons import REASONS
from bot.run_now_command import ran_now
from bot.stores import make_new
from bot.wrong_use import NoClinicYet, NoSuchClinicHere, NoSuchPost, NoSuchSeries, SayWhichClinic, WrongUse
from mat.clinic import Clinic
from mat.concerns import ClinicKey, Draft
from mat.delivery import PostKind
from mat.huddles import Meeting, MeetingState
from mat.zones import instant
from store.running import only_running
from tests.bot_under_test import settings_for
from tests.cli import WEDNESDAY, CommandLine, filled, here
from tests.fakes.clock import HandClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import RESET_BEFORE, TEAM_CHANNEL, refuses

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(HandClock(WEDNESDAY)) as slack:
        yield slack


@pytest.fixture
async def bot(tmp_path: Path, slack: FakeSlack) -> AsyncIterator[Bot]:
    """A bot that is built and does not run, with the demo's clinics; Larkspur posts where the fake Slack has a channel."""
    settings = settings_for(tmp_path, slack)
    await filled(settings)
    async with build_bot(settings, clock=slack.clock) as bot:
        async with bot.desk.work.writing() as books:
            for clinic in await books.clinics.all():
                if clinic.id == "larkspur":
                    await books.clinics.save(replace(clinic, channel=TEAM_CHANNEL))
            await books.commit()
        yield bot


async def larkspur(bot: Bot) -> Clinic:
    async with bot.desk.work.reading() as books:
        clinic = await books.clinics.get("T0CLINICS", "larkspur")
    assert clinic is not None
    return clinic


# -- plan -------------------------------------------------------------------------------------------------------------


async def test_the_plan_shows_every_post_in_local_time(bot: Bot) -> None:
    lines = await planned(bot.settings, 7, lambda: WEDNESDAY)
    assert lines[0] == "Juniper Street Clinic (America/Chicago)"
    of_larkspur = lines[lines.index("Larkspur Family Health (America/New_York)") + 1 :]
    assert [[part.strip() for part in line.strip().split("  ", 1)] for line in of_larkspur[:4]] == [
        ["Wed Jan 6, 2027 9:59 AM EST", "Huddle agenda for “Morning huddle”, in the team's channel (C0TEAM001)"],
        [
            "Wed Jan 6, 2027 10:29 AM EST",
            "Question “Held or not held?” for “Morning huddle”, in the team's channel (C0TEAM001)",
        ],
        ["Thu Jan 7, 2027 8:00 AM EST", "Batch of concerns, by direct message to U0ANA, U0CAM"],
        ["Thu Jan 7, 2027 9:59 AM EST", "Huddle agenda for “Morning huddle”, in the team's channel (C0TEAM001)"],
    ]
    monday = [line for line in of_larkspur if "Mon Jan 11" in line]
    assert any("8:00 AM EST" in line and "Weekly digest, by direct message to U0ANA, U0ROSA" in line for line in monday)
    assert any("9:00 AM EST" in line and "Weekly reminder" in line for line in monday)
    assert not any("Jan 14" in line for line in lines)


async def test_a_huddle_that_is_called_off_is_not_in_the_plan(bot: Bot) -> None:
    clinic = await larkspur(bot)
    async with bot.desk.work.writing() as books:
        at = books.at(clinic)
        (series,) = await at.huddles.series()
        local = next(s.next_local for s in await at.schedules.all() if s.kind is PostKind.HUDDLE_AGENDA)
        assert local is not None
        off = Meeting(series.id, local, instant(local, series.zone), MeetingState.CALLED_OFF)
        await at.huddles.save_meeting(off)
        await books.commit()
    lines = await planned(bot.settings, 1, lambda: WEDNESDAY)
    assert not any("Wed Jan 6" in line and "Morning huddle" in line for line in lines)
    assert any("Thu Jan 7" in line and "Morning huddle" in line for line in lines)


def test_a_plan_without_clinics_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here(tmp_path, monkeypatch)
    call = CommandLine(capsys)
    code, _, said = call("plan")
    assert (code, "no records yet" in said) == (1, True)
    call("db", "upgrade")
    assert call("plan", "--days", "3") == (0, "No clinic is set up yet, so nothing will be posted.\n", "")
    assert call("plan", "--days", "400")[0] == 2
    assert call("plan", "--days", "soon")[0] == 2


async def test_a_clinic_that_is_not_set_up_to_the_end_says_how_to_go_on(bot: Bot) -> None:
    clinic = await larkspur(bot)
    async with bot.desk.work.writing() as books:
        await books.clinics.save(replace(clinic, ready=False))
        await books.commit()
    lines = await planned(bot.settings, 7, lambda: WEDNESDAY)
    assert lines[lines.index("Larkspur Family Health (America/New_York)") + 1 :] == [
        "  Set-up is not finished, so nothing is posted: `/mat setup` in Slack goes on with it."
    ]


# -- preview ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("post", "to", "words"),
    [
        ("digest", "To U0ANA, U0ROSA", "Larkspur Family Health: weekly digest"),
        ("weekly-reminder", f"To {TEAM_CHANNEL}", "All-staff orientation held"),
        ("huddle-agenda", f"To {TEAM_CHANNEL}", "Who restocks the naloxone kits this week?"),
        ("huddle-agenda:morning huddle", f"To {TEAM_CHANNEL}", "[I'm here]"),
        ("concern-batch", "To U0ANA, U0CAM", "concern"),
    ],
)
async def test_a_preview_shows_the_post_and_sends_and_changes_nothing(
    post: str, to: str, words: str, bot: Bot, slack: FakeSlack
) -> None:
    lines: list[str] = []
    await previewed(bot, post, "larkspur", lines.append)
    assert lines[0] == to
    assert any(words in line for line in lines[1:])
    assert lines[-1].startswith("  Read aloud: ")
    assert "&amp;" not in "".join(lines), "a terminal knows no entities"
    assert "Extra copy" not in "".join(lines)
    assert slack.calls == []
    async with bot.desk.work.reading() as books:
        assert await books.outbox.ready(WEDNESDAY, 99) == ()


async def test_why_a_post_would_not_be_sent_is_said_in_words(bot: Bot) -> None:
    told: list[str] = []
    await previewed(bot, "said-preview", "larkspur", told.append)
    assert told == [
        "The preview of “You said, we did” would not be sent now: only the people who read concerns may see it."
    ]


def test_every_reason_not_to_send_has_words() -> None:
    given = "".join(file.read_text() for file in (ROOT / "scheduler").rglob("*.py"))
    assert set(re.findall(r'NotWanted\("([^"]+)"\)', given)) <= set(REASONS)
    assert {state.value for state in MeetingState} - {"planned"} <= set(REASONS)


@pytest.mark.parametrize(
    ("post", "clinic", "refusal"),
    [
        ("digests", "larkspur", NoSuchPost),
        ("notice", "larkspur", NoSuchPost),
        ("digest", "", SayWhichClinic),
        ("digest", "maple", NoSuchClinicHere),
        ("huddle-agenda:evening huddle", "larkspur", NoSuchSeries),
    ],
)
async def test_what_is_not_clear_is_asked_back(post: str, clinic: str, refusal: type[WrongUse], bot: Bot) -> None:
    with pytest.raises(refusal) as asked:
        await previewed(bot, post, clinic, print)
    assert "{" not in asked.value.sentence


async def test_without_a_clinic_there_is_no_post(tmp_path: Path, slack: FakeSlack) -> None:
    settings = settings_for(tmp_path, slack)
    await asyncio.to_thread(make_new, settings)
    async with build_bot(settings, clock=slack.clock) as bot:
        with pytest.raises(NoClinicYet):
            await previewed(bot, "digest", "", print)


# -- run-now ----------------------------------------------------------------------------------------------------------


async def test_a_copy_is_sent_by_the_command_where_no_bot_runs(
    bot: Bot, slack: FakeSlack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await ran_now(bot, "huddle-agenda", "Larkspur Family Health") == 0
    (message,) = slack.world.messages_in(TEAM_CHANNEL)
    assert "Extra copy, sent by hand; the planned one still comes." in message.text
    assert "Morning huddle" in message.text
    assert capsys.readouterr().out == f"Sent to {TEAM_CHANNEL}, marked as an extra copy. The planned one still comes.\n"

    slack.clock.jump_to(WEDNESDAY.replace(minute=2))  # type: ignore[attr-defined]
    await bot.delivery.planner.tick()
    await bot.delivery.courier.tick()
    first, second = slack.world.messages_in(TEAM_CHANNEL)
    assert first is message
    assert "Extra copy" not in second.text


async def test_a_running_bot_sends_the_copy(bot: Bot, slack: FakeSlack, capsys: pytest.CaptureFixture[str]) -> None:
    with only_running(bot.settings.database_url):
        command = asyncio.create_task(ran_now(bot, "weekly-reminder", "larkspur"))
        while not slack.called("chat.postMessage"):
            await bot.delivery.courier.tick()
            await asyncio.sleep(0.01)
        assert await command == 0
    assert len(slack.world.messages_in(TEAM_CHANNEL)) == 1
    assert capsys.readouterr().out.startswith("Sent to ")


async def test_what_slack_refuses_is_said(bot: Bot, slack: FakeSlack, capsys: pytest.CaptureFixture[str]) -> None:
    slack.order("chat.postMessage", refuses("is_archived"))
    assert await ran_now(bot, "weekly-reminder", "larkspur") == 1
    assert f"Slack did not take it for {TEAM_CHANNEL}: is_archived." in capsys.readouterr().out


async def test_what_was_lost_on_the_way_is_left_to_the_courier(
    bot: Bot, slack: FakeSlack, capsys: pytest.CaptureFixture[str]
) -> None:
    slack.order("chat.postMessage", RESET_BEFORE)
    assert await ran_now(bot, "weekly-reminder", "larkspur") == 1
    assert "Not sent" in capsys.readouterr().out
    async with bot.desk.work.reading() as books:
        assert len(await books.outbox.in_doubt()) == 1


async def test_a_copy_of_the_notice_about_concerns_releases_nothing(
    bot: Bot, slack: FakeSlack, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = ClinicKey("T0CLINICS", "larkspur")
    await bot.concerns.raise_concern(Draft("safety", "The back door does not lock."), clinic, WEDNESDAY)
    await ran_now(bot, "concern-batch", "larkspur")
    assert len(slack.called("chat.postMessage")) == 2
    assert all(concern.topic != "safety" for concern in (await bot.concerns.listed(clinic)).concerns)
