from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.concerns.box import ConcernStore
from tests.concern_store import open_box


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    return "sqlite://" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def box(tmp_path: Path, database_url: str) -> AsyncIterator[ConcernStore]:
    """A concern store on each database."""
    async with open_box(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
async def file_box(tmp_path: Path) -> AsyncIterator[ConcernStore]:
    """A concern store in a file: `data/concerns.db` and `keys` under the test's folder."""
    async with open_box(tmp_path) as opened:
        yield opened
