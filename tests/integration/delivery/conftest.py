"""A clinic to deliver to: on SQLite for most tests, on every database where the statements matter."""

from __future__ import annotations

import pytest

from store.work import SqlWork
from tests.integration.delivery.house import House


@pytest.fixture
async def house(work_on_sqlite: SqlWork) -> House:
    return House(work_on_sqlite)


@pytest.fixture
async def any_house(work: SqlWork) -> House:
    """On SQLite and on Postgres."""
    return House(work)
