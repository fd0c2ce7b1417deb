"""Killed by the system, at any statement and at any moment: no receipt without its concern, none twice, no words beside the sealed ones."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from mat.concerns import Receipt
from tests.concern_store import open_box
from tests.fakes.clock import MONDAY_MORNING
from tests.fakes.slack_world import TEAM
from tests.hidden import Hidden
from tests.integration.concerns.one_concern import ANA, HASH, TEXT, VIEW
from tests.proof_table import Proof

ROOT = Path(__file__).parents[3]
# From the start of the process on; it takes one to three seconds.
SOMEWHERE = (0.8, 3.0)


async def one_process(folder: Path, step: int, seconds: float = 60) -> tuple[int, list[str]]:
    """How a process ended that raised one concern, and the lines it printed. It is killed after `seconds`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.concerns.one_concern", str(folder), str(step)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await process.wait()
    if process.returncode is None:
        process.kill()
    assert process.stdout is not None
    said = (await process.stdout.read()).decode().splitlines()
    return await process.wait(), said


async def judge(folder: Path, said: list[str]) -> int:
    """How many concerns are stored, once everything that must hold was looked at; then the bot opens its store again."""
    receipts = [line for line in said if "-" in line]
    with closing(sqlite3.connect(folder / "data" / "concerns.db")) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (stored,) = store.execute("SELECT count(*) FROM concern").fetchone()
    assert len(receipts) <= stored <= 1
    hidden = Hidden(
        {"text": TEXT, "words": "giraffes", "id": ANA.id, "name": ANA.name, "form": VIEW, "hash": HASH}, [TEAM]
    )
    assert hidden.in_folder(folder) == []
    async with open_box(folder, now=MONDAY_MORNING) as box:
        assert box.scrubbed
        for receipt in receipts:
            assert await box.look_up(Receipt.parse(receipt)) is not None
            assert Hidden({"receipt": receipt, "symbols": receipt.replace("-", "")}).in_folder(folder) == []
    return int(stored)


@pytest.fixture
def fresh(bot_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to copy for each process: migrated stores without rows."""
    return Path(shutil.copytree(bot_folder, tmp_path_factory.mktemp("fresh") / "bot"))


async def killed_at(fresh: Path, folder: Path, step: int, seconds: float = 60) -> tuple[int, int, list[str]]:
    shutil.copytree(fresh, folder)
    code, said = await one_process(folder, step, seconds)
    return code, await judge(folder, said), said


@pytest.mark.parametrize(
    "full", [pytest.param(False, id="short"), pytest.param(True, id="full", marks=pytest.mark.proof)]
)
async def test_killed_at_any_statement_there_is_no_receipt_without_its_concern(
    fresh: Path, tmp_path: Path, full: bool, proof: Proof
) -> None:
    code, stored, said = await killed_at(fresh, tmp_path / "whole", 0)
    assert (code, stored, len(said)) == (0, 1, 2), said
    steps = int(said[-1])
    assert steps > 12
    kept = []
    # Whoever runs all of them sees both sides of the commit; the short form looks at its neighbourhood.
    for step in range(1, steps + 1) if full else (1, steps - 2, steps - 1):
        code, stored, _ = await killed_at(fresh, tmp_path / f"step {step}", step)
        assert code == -signal.SIGKILL
        kept.append(stored)
    proof(
        f"killed at each of {len(kept)} steps of storing a concern: stored twice or torn, receipts without a concern",
        0,
        "0",
    )
    assert kept == sorted(kept), "once it is stored it stays"
    assert 0 in kept
    assert 1 in kept


@pytest.mark.parametrize(
    "full", [pytest.param(False, id="short"), pytest.param(True, id="full", marks=pytest.mark.proof)]
)
async def test_killed_at_any_statement_the_same_form_sent_again_is_stored_once_and_gets_its_receipt(
    fresh: Path, tmp_path: Path, full: bool, proof: Proof
) -> None:
    """Slack keeps the form open with its words; the person presses *Send* once more when the bot is back."""
    code, _, said = await killed_at(fresh, tmp_path / "whole", 0)
    assert code == 0
    steps = int(said[-1])
    lost, again = 0, []
    for step in range(1, steps + 1) if full else (2, steps - 2, steps - 1):
        folder = tmp_path / f"step {step}"
        code, stored, shown = await killed_at(fresh, folder, step)
        assert code == -signal.SIGKILL
        lost += stored and not shown
        code, said = await one_process(folder, 0)
        assert code == 0
        assert await judge(folder, said) == 1
        assert [line for line in shown if "-" in line] in ([], said[:1])
        again.append(said[0])
    proof(
        f"killed at each of {len(again)} steps ({lost} times stored without an answer) and sent again: concerns stored twice",
        0,
        "0",
    )
    assert lost, "and it was killed between the commit and the answer"
    assert all(Receipt.parse(receipt) for receipt in again)


@pytest.mark.proof
async def test_killed_at_any_moment_there_is_no_receipt_without_its_concern(
    fresh: Path, tmp_path: Path, proof: Proof
) -> None:
    ends = []
    for number in range(20):
        seconds = random.uniform(*SOMEWHERE)
        code, stored, said = await killed_at(fresh, tmp_path / str(number), 0, seconds)
        assert code in {0, -signal.SIGKILL}
        ends.append((stored, len(said)))
    told = f"{sum(stored for stored, _ in ends)} stored, {sum(bool(said) for _, said in ends)} receipts"
    proof(f"killed 20 times at a random moment ({told}): receipts without a concern, or traces of who", 0, "0")
