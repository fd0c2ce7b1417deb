"""The compose file: parsed, and what it runs run here, on a real Postgres: the upgrade, two copies, their health check."""

from __future__ import annotations

import asyncio
import re
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.settings import Settings
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import APP_TOKEN, BOT_TOKEN
from tests.integration.containers.recipe import ROOT, Image, all_of, compose, filled_in, health_argv, last_of
from tests.postgres import Postgres

SERVICES: dict[str, Any] = compose()["services"]
BOTS = ("upgrade", "matbot")


def test_every_service_the_bot_needs_is_there_before_it() -> None:
    assert set(SERVICES) == {"postgres", *BOTS}
    assert SERVICES["upgrade"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["matbot"]["depends_on"] == {"upgrade": {"condition": "service_completed_successfully"}}
    assert SERVICES["matbot"]["deploy"] == {"replicas": 2}
    assert [SERVICES[name]["command"] for name in BOTS] == [["db", "upgrade"], ["run"]]


@pytest.mark.parametrize("name", BOTS)
def test_a_copy_has_no_more_rights_than_it_needs_and_leaves_no_traces(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ulimits"] == {"core": 0}
    assert service["memswap_limit"] == service["mem_limit"]
    assert "ports" not in service
    assert [one.split(":")[1] for one in service["volumes"]] == last_of("VOLUME").argv
    assert service["tmpfs"] == [f"/tmp:mode=0700,uid={last_of('USER').words}"]


def test_volumes_and_images_are_named_plainly() -> None:
    assert "://" not in (ROOT / "compose.yaml").read_text().replace("postgresql://matbot:", "")
    used = {one.split(":")[0] for service in SERVICES.values() for one in service["volumes"]}
    assert used == set(compose()["volumes"])
    assert re.fullmatch(r"postgres:\d+", SERVICES["postgres"]["image"])
    assert {SERVICES[name]["image"] for name in BOTS} == {"matbot"}


def test_the_bot_gets_settings_that_there_are() -> None:
    known = {str(field.validation_alias or name).upper() for name, field in Settings.model_fields.items()}
    given = set(SERVICES["matbot"]["environment"])
    given |= {word.split("=")[0] for word in last_of("ENV").words.split() if word.startswith("MAT_")}
    assert given <= known


def test_an_env_file_cannot_take_the_folders_off_the_volumes() -> None:
    of_image = dict(word.split("=", 1) for word in last_of("ENV").words.split() if word.startswith("MAT_"))
    assert list(of_image.values()) == last_of("VOLUME").argv
    for name in BOTS:
        assert of_image.items() <= SERVICES[name]["environment"].items()


def test_a_stop_gets_longer_than_the_bot_needs() -> None:
    assert int(SERVICES["matbot"]["stop_grace_period"].removesuffix("s")) > 10


def test_the_server_knows_its_options_and_keeps_statements_and_values_out_of_its_log(postgres: Postgres) -> None:
    words = SERVICES["postgres"]["command"]
    assert words[0] == "postgres"
    assert set(words[1::2]) == {"-c"}
    with psycopg.connect(host=postgres.socket_folder, user="postgres", dbname="postgres", autocommit=True) as session:
        for option in words[2::2]:
            session.execute("SELECT set_config(%s, %s, false)", option.split("="))
    # What of a statement, its values or a row may get into the log, by the server's manual, chapter 19.8.
    assert {option.split("=")[0] for option in words[2::2]} == {
        "log_statement",
        "log_min_duration_statement",
        "log_min_error_statement",
        "log_error_verbosity",
        "log_parameter_max_length",
        "log_parameter_max_length_on_error",
    }


@asynccontextmanager
async def container(image: Image, command: list[str], environ: dict[str, str]) -> AsyncIterator[Process]:
    started = await asyncio.create_subprocess_exec(
        *image.argv(command), cwd=image.workdir, env=environ, stdout=PIPE, stderr=PIPE
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


def of_process(pid: int, what: str) -> str:
    return Path(f"/proc/{pid}/{what}").read_text()


async def healthy(image: Image, environ: dict[str, str]) -> int:
    check = await asyncio.create_subprocess_exec(*health_argv(), cwd=image.workdir, env=environ, stderr=PIPE)
    await check.communicate()
    return check.returncode or 0


async def test_the_upgrade_runs_then_two_copies_come_up_well_and_stop(
    tmp_path: Path, postgres_url: str, unused_tcp_port_factory: Any
) -> None:
    image = Image(tmp_path / "image")
    image.copy()
    address = filled_in(SERVICES["matbot"]["environment"]["MAT_DATABASE_URL"], {"POSTGRES_PASSWORD": "letters"})
    assert address == "postgresql://matbot:letters@postgres/matbot"
    for folder in last_of("VOLUME").argv:
        image.inside(folder).mkdir(parents=True, mode=0o700)
    async with FakeSlack() as slack, AsyncExitStack() as running:
        shared = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": slack.url}
        base = image.environ(MAT_DATABASE_URL=postgres_url.replace("+psycopg", ""), **shared)
        async with container(image, SERVICES["upgrade"]["command"], base) as upgrade:
            said, _ = await asyncio.wait_for(upgrade.communicate(), 60)
            assert upgrade.returncode == 0, said
        copies = []
        for _ in range(SERVICES["matbot"]["deploy"]["replicas"]):
            environ = base | {"MAT_PORT": str(unused_tcp_port_factory())}
            assert await healthy(image, environ) != 0, "nobody is there yet"
            copies.append(
                (await running.enter_async_context(container(image, SERVICES["matbot"]["command"], environ)), environ)
            )
        for process, environ in copies:
            assert process.stdout is not None
            ready = await asyncio.wait_for(process.stdout.readline(), 60)
            assert b"matbot is connected" in ready, await process.communicate()
            assert await healthy(image, environ) == 0
            assert "Umask:\t0077" in of_process(process.pid, "status")
            assert re.search(r"Max core file size\s+0\s+0", of_process(process.pid, "limits"))
        for process, _ in copies:
            process.terminate()
        for process, _ in copies:
            await asyncio.wait_for(process.communicate(), 15)
            assert process.returncode == 0
    assert len(all_of("CMD")) == 1
    assert last_of("CMD").argv == SERVICES["matbot"]["command"]
