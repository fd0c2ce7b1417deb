"""Which loop the bot runs on."""

from __future__ import annotations

import asyncio

import pytest

from bot import event_loop
from bot.event_loop import run_for_long

ON_POSTGRES, ON_SQLITE = "postgresql://bot@db/bot", "sqlite:///data/main.db"


async def loops_module() -> str:
    return type(asyncio.get_running_loop()).__module__


def test_on_postgres_it_is_the_quick_one_and_else_pythons_own() -> None:
    assert run_for_long(loops_module(), ON_POSTGRES).startswith("uvloop")
    assert run_for_long(loops_module(), ON_SQLITE).startswith("asyncio")


def test_where_the_quick_one_was_not_installed_pythons_own_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "find_spec", lambda _name: None)
    assert run_for_long(loops_module(), ON_POSTGRES).startswith("asyncio")
