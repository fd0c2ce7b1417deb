from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.workspaces.two import Two, two_workspaces


@pytest.fixture
async def two(bot_folder: Path) -> AsyncIterator[Two]:
    async with two_workspaces(bot_folder) as both:
        yield both
