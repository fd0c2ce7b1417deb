"""`check`: one sentence for everything that must hold, and exit code 1 if one of them does not."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.check_command import checked
from bot.database import downgrade
from bot.settings import Settings, Transport
from bot.startup_checks import Verdict, clock_skew
from bot.store_checks import scrub
from bot.stores import both_stores, open_work
from mat.delivery import Post, PostKind, PostState
from store.running import only_running
from tests.bot_under_test import settings_for
from tests.cli import WEDNESDAY, filled
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import (
    ARCHIVED_CHANNEL,
    OTHER_CHANNEL,
    RESET_BEFORE,
    TEAM,
    TEAM_CHANNEL,
    refuses,
)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        yield slack


@pytest.fixture
async def settings(tmp_path: Path, slack: FakeSlack) -> Settings:
    """A store with one clinic of the fake Slack's workspace, in a channel the bot is in."""
    settings = settings_for(tmp_path, slack)
    await filled(settings)
    await in_channel(settings, TEAM_CHANNEL)
    return settings


async def in_channel(settings: Settings, channel: str) -> None:
    async with open_work(settings) as work, work.writing() as books:
        for clinic in await books.clinics.all():
            await books.clinics.forget_clinic(clinic.workspace, clinic.id)
            if clinic.id == "larkspur":
                await books.clinics.save(replace(clinic, workspace=TEAM, channel=channel))
        await books.commit()


async def slack_time(slack: FakeSlack) -> datetime:
    """The time as the fake Slack's `Date` header says it."""
    async with aiohttp.ClientSession() as session, session.post(f"{slack.url}auth.test") as answer:
        return parsedate_to_datetime(answer.headers["Date"])


class Checking:
    """Runs `check` and keeps the lines by verdict."""

    def __init__(self, capsys: pytest.CaptureFixture[str], slack: FakeSlack) -> None:
        self._capsys = capsys
        self._slack = slack

    async def __call__(self, settings: Settings, *, off: float = 0) -> tuple[int, list[str]]:
        """The exit code, and the sentences of trouble; the clock is `off` by so many seconds."""
        now = await slack_time(self._slack) + timedelta(seconds=off)
        code = await checked(settings, lambda: now)
        self.lines = self._capsys.readouterr().out.splitlines()
        return code, self.of(Verdict.TROUBLE)

    def of(self, verdict: Verdict) -> list[str]:
        head = f"{verdict.value}: "
        return [line.removeprefix(head) for line in self.lines if line.startswith(head)]


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str], slack: FakeSlack) -> Checking:
    return Checking(capsys, slack)


async def test_all_is_well(check: Checking, settings: Settings) -> None:
    assert await check(settings) == (0, [])
    assert check.lines[-1] == "All is well."
    said = check.of(Verdict.OK)
    assert "Main store: up to date." in said
    assert "Slack takes SLACK_APP_TOKEN." in said
    assert "Larkspur Family Health: I can post in #mat-team." in said
    assert check.of(Verdict.NOTE) == ["No bot is running."]


async def test_it_works_beside_a_running_bot(check: Checking, settings: Settings) -> None:
    with only_running(settings.database_url):
        assert (await check(settings))[0] == 0
    assert check.of(Verdict.NOTE) == ["A bot is running on these records."]


async def test_swapped_tokens_are_said_before_slack_is_asked(
    check: Checking, settings: Settings, slack: FakeSlack
) -> None:
    swapped = settings.model_copy(
        update={"slack_bot_token": settings.slack_app_token, "slack_app_token": settings.slack_bot_token}
    )
    before = len(slack.calls)
    code, troubles = await check(swapped)
    assert code == 1
    assert [sentence.split(":")[0] for sentence in troubles] == [
        "What SLACK_BOT_TOKEN holds is not a bot token",
        "What SLACK_APP_TOKEN holds is not an app-level token",
    ]
    assert len(slack.calls) == before + 1, "that one asked for the time, for this test"


async def test_a_key_folder_that_is_not_mounted_is_trouble_once_concerns_need_it(
    check: Checking, settings: Settings
) -> None:
    settings.key_dir.rename(settings.key_dir.with_name("elsewhere"))
    code, troubles = await check(settings)
    assert code == 1
    assert f"The key folder {settings.key_dir} is not there. Is its disk mounted?" in troubles


async def test_a_name_in_the_place_of_an_admins_id_is_trouble(check: Checking, settings: Settings) -> None:
    code, troubles = await check(settings.model_copy(update={"admins": frozenset({"U012AB3CD", "@ana"})}))
    assert code == 1
    assert [sentence.split(" which")[0] for sentence in troubles] == ["MAT_ADMINS: “@ana” is not a person's Slack id,"]


async def test_a_missing_permission_is_trouble_and_a_missing_optional_one_is_not(
    check: Checking, settings: Settings, slack: FakeSlack
) -> None:
    slack.world.scopes -= {"groups:read", "usergroups:read"}
    code, trouble = await check(settings)
    assert code == 1
    assert [line for line in trouble if "permission" in line] == [
        "The permission groups:read is missing (the same for a private channel). Add it and install the app again."
    ]
    assert any("optional permission usergroups:read is not given" in line for line in check.of(Verdict.NOTE))


@pytest.mark.parametrize(
    ("channel", "sentence"),
    [
        (OTHER_CHANNEL, "I am not in #general. Type `/invite @matbot` there."),
        (ARCHIVED_CHANNEL, "#old-team is archived. Choose another channel in `/mat team`."),
        ("C0NOWHERE", "I can't see the team's channel (C0NOWHERE). Type `/invite @matbot` there."),
    ],
)
async def test_a_channel_the_bot_cannot_post_in(
    channel: str, sentence: str, check: Checking, settings: Settings
) -> None:
    await in_channel(settings, channel)
    assert await check(settings) == (1, [f"Larkspur Family Health: {sentence}"])


@pytest.mark.parametrize(("off", "code"), [(100, 0), (-100, 0), (130, 1), (-130, 1)])
async def test_a_clock_that_is_off(off: float, code: int, check: Checking, settings: Settings) -> None:
    found, trouble = await check(settings, off=off)
    assert found == code
    assert any("seconds off Slack's" in line for line in trouble) == bool(code)


def test_a_slack_without_a_date_is_no_trouble() -> None:
    assert clock_skew("", WEDNESDAY).verdict is Verdict.NOTE


async def test_tokens_that_are_wrong_or_missing(check: Checking, settings: Settings, slack: FakeSlack) -> None:
    slack.order("apps.connections.open", refuses("invalid_auth"))
    slack.order("auth.test", *[refuses("account_inactive")] * 2)
    code, trouble = await check(settings)
    assert code == 1
    assert "SLACK_APP_TOKEN: Slack refuses it (invalid_auth)." in trouble[0]
    assert trouble[1] == "SLACK_BOT_TOKEN: Slack refuses it (account_inactive)."
    without = Settings(
        _env_file=None,
        MAT_DATA_DIR=settings.data_dir,
        MAT_KEY_DIR=settings.key_dir,
        slack_bot_token="",
        slack_app_token="",
    )
    assert await check(without) == (1, ["SLACK_APP_TOKEN is not set.", "SLACK_BOT_TOKEN is not set."])


async def test_slack_that_is_away(check: Checking, settings: Settings, slack: FakeSlack) -> None:
    slack.order("apps.connections.open", RESET_BEFORE)
    slack.order("auth.test", RESET_BEFORE)
    now = WEDNESDAY
    assert await checked(settings, lambda: now) == 1


async def test_stores_that_are_not_there_or_behind(tmp_path: Path, check: Checking, slack: FakeSlack) -> None:
    settings = settings_for(tmp_path / "elsewhere", slack)
    code, trouble = await check(settings)
    assert code == 1
    assert [line.split(":")[0] for line in trouble] == ["Main store", "Concern store"]
    assert not (tmp_path / "elsewhere").exists()

    await filled(settings)
    await asyncio.to_thread(downgrade, both_stores(settings)[1].url, "concerns", to="base")
    code, trouble = await check(settings)
    assert code == 1
    assert trouble[0].startswith("Concern store: I have no records yet.")
    assert "I could not read which clinics there are, so I looked at no channel." in check.of(Verdict.NOTE)
    assert not [line for line in check.lines if "No clinic" in line], "nobody knows"


async def test_keys_that_others_can_read(check: Checking, settings: Settings) -> None:
    settings.key_dir.chmod(0o750)
    code, trouble = await check(settings)
    assert code == 1
    assert f"chmod 0700 {settings.key_dir}" in trouble[0]
    settings.key_dir.chmod(0o700)
    next(settings.key_dir.glob("*.key")).chmod(0o444)
    assert "chmod 0400" in (await check(settings))[1][0]
    shutil.rmtree(settings.key_dir)
    await check(settings)
    assert not settings.key_dir.exists()


async def test_a_journal_that_could_not_be_emptied(settings: Settings) -> None:
    url = both_stores(settings)[1].url
    assert (await scrub(url, wait=0)).verdict is Verdict.OK
    with closing(sqlite3.connect(settings.data_dir / "concerns.db")) as reader:
        reader.execute("CREATE TABLE left_over (id)")
        reader.commit()
        found = await scrub(url, wait=0)
    assert found.verdict is Verdict.TROUBLE
    assert "scrub could not finish" in found.sentence


async def test_posts_that_were_given_up(check: Checking, settings: Settings, slack: FakeSlack) -> None:
    now = await slack_time(slack)
    post = Post(
        id="a" * 32,
        workspace=TEAM,
        clinic="larkspur",
        kind=PostKind.DIGEST,
        subject="",
        target="U0LEAD001",
        due_at=now - timedelta(days=1),
        not_before=now,
        lane=0,
        state=PostState.DEAD,
        error="user_not_found",
    )
    async with open_work(settings) as work, work.writing() as books:
        await books.outbox.add(post)
        await books.outbox.add(replace(post, id="b" * 32, due_at=now - timedelta(days=8)))
        await books.commit()
    code, trouble = await check(settings)
    assert code == 1
    assert len(trouble) == 1
    assert trouble[0].startswith("Larkspur Family Health: the weekly digest due ")
    assert trouble[0].endswith(" to U0LEAD001 was given up (user_not_found).")


async def test_a_clinic_of_another_workspace(check: Checking, settings: Settings) -> None:
    async with open_work(settings) as work, work.writing() as books:
        (clinic,) = await books.clinics.all()
        await books.clinics.save(replace(clinic, workspace="T0OTHER", name="Elsewhere Clinic"))
        await books.commit()
    code, trouble = await check(settings)
    assert code == 1
    assert trouble == ["Elsewhere Clinic belongs to another workspace (T0OTHER) than this token."]


@pytest.mark.parametrize(("secret", "code"), [("s-1", 0), ("", 1)])
async def test_over_http_the_signing_secret_is_asked_for_and_the_app_token_is_not(
    secret: str, code: int, check: Checking, settings: Settings, slack: FakeSlack
) -> None:
    over_http = {
        "transport": Transport.HTTP,
        "slack_signing_secret": SecretStr(secret),
        "slack_app_token": SecretStr(""),
    }
    found, trouble = await check(settings.model_copy(update=over_http))
    assert found == code
    assert trouble == ["SLACK_SIGNING_SECRET is not set, and MAT_TRANSPORT=http needs it."] * code
    assert not slack.called("apps.connections.open")
