"""How quickly a receipt comes while many raise a concern at once, and what a flood from a few people does to everybody else.

    python -m bench.concerns [ROUNDS]

The whole bot, `python -m bot run` in a process of its own, over HTTP with signed requests, on a store that holds 1,000 concerns. The
load is this process. Every answer is looked into: a receipt, or the sentence that refuses.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.start import MEGABYTE, ROOT, resident
from bench.status import free_port
from bench.stores import CLINIC, fill, main_url
from bot.web_events import PATH
from mat.concerns import ClinicKey, Draft
from mat.playbook import load_playbook
from messages.concern_form import FormReport, raise_form
from store.concerns import open_concern_box
from tests.fakes.payloads import SIGNING_SECRET, signed_request, submit
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import BOT_TOKEN, Person

STORED = 1000
AT_ONCE = 100
FLOODERS, FLOOD, ALLOWED = 10, 500, 3
FLOOD_SECONDS = 60.0
OTHERS = 20
SETTLING_SECONDS = 3.0
TEXT = "Nobody has time to call people back before noon. " * 10


@dataclass(frozen=True, slots=True)
class Sent:
    """One answer: how long it took, and whether it is a receipt or a polite refusal."""

    seconds: float
    receipt: bool
    refused: bool


@dataclass(frozen=True, slots=True)
class Server:
    """A running bot, its process, its door, and the form as it opens it."""

    process: int
    port: int
    folder: Path
    form: dict[str, object]

    def request(self, person: Person, number: int) -> bytes:
        """One form sent by one person; `number` tells its view from all others."""
        payload = submit(
            {**self.form, "id": f"V{number}", "hash": f"{number}.made-up"},
            {"topic": "other", "text": TEXT},
            user=person,
        )
        headers, body = signed_request(payload, now=datetime.now(UTC))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        return head.encode() + body

    async def send(self, person: Person, number: int) -> Sent:
        request = self.request(person, number)
        started = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        answer = await reader.read()
        took = time.perf_counter() - started
        writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"not answered 200: {head[:80]!r}")
        said = json.loads(body)
        sentence = str(said.get("errors", ""))
        return Sent(took, "Your receipt" in str(said.get("view", "")), f"{ALLOWED} concerns a day" in sentence)

    def stored(self) -> int:
        with closing(sqlite3.connect(self.folder / "data" / "concerns.db")) as store:
            count: int = store.execute("SELECT count(*) FROM concern").fetchone()[0]
            return count


def people(name: str, count: int) -> list[Person]:
    return [Person(f"U0{name.upper()}{number:04}", f"{name}.{number}") for number in range(count)]


@asynccontextmanager
async def running(everybody: Iterable[Person]) -> AsyncIterator[Server]:
    """The bot on made-up stores, once it listens."""
    with tempfile.TemporaryDirectory() as made:
        folder, port, now = Path(made), free_port(), datetime.now(UTC)
        await fill(folder, months=1)
        key = ClinicKey(CLINIC.workspace, CLINIC.id)
        async with open_concern_box(main_url(folder), folder / "data", folder / "keys", now) as box:
            for _ in range(STORED):
                await box.raise_concern(Draft("other", TEXT), key, now)
            await box.release(key, now.date())
        async with FakeSlack(clock=lambda: datetime.now(UTC)) as slack:
            slack.world.people |= {person.id: person for person in everybody}
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=folder,
                env=environment(folder, slack, port),
                stdout=asyncio.subprocess.PIPE,
            )
            try:
                assert process.stdout is not None
                if b"listens for" not in await process.stdout.readline():
                    raise SystemExit("the bot did not start")
                form = raise_form(FormReport(CLINIC, load_playbook(), [], len(list(everybody)), now))
                yield Server(process.pid, port, folder, dict(form))
            finally:
                process.terminate()
                await process.wait()


def environment(folder: Path, slack: FakeSlack, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.url,
        "MAT_TRANSPORT": "http",
        "MAT_PORT": str(port),
        "MAT_DATA_DIR": str(folder / "data"),
        "MAT_KEY_DIR": str(folder / "keys"),
    }


def percentile(seconds: Sequence[float], part: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * part))]


async def all_at_once(server: Server, rounds: Sequence[Sequence[Person]]) -> None:
    """Each round: a hundred people press Send in the same moment."""
    before, sent = server.stored(), list[Sent]()
    for number, everybody in enumerate(rounds):
        requests = (server.send(person, 1000 * number + n) for n, person in enumerate(everybody))
        sent += await asyncio.gather(*requests)
        await asyncio.sleep(SETTLING_SECONDS)
    seconds = [one.seconds for one in sent]
    receipts, kept = sum(one.receipt for one in sent), server.stored() - before
    print(f"{AT_ONCE} at once, {len(rounds)} times, at {STORED:,} stored concerns")
    print(f"  submit to receipt: median {median(seconds):.2f} s, p99 {percentile(seconds, 0.99):.2f} s   (at most 1.5)")
    print(f"  slowest acknowledgement: {max(seconds):.2f} s   (less than 3)")
    print(f"  receipts {receipts} of {len(sent)}, stored {kept}")


async def flood(server: Server, flooders: Sequence[Person], others: Sequence[Person]) -> None:
    """Ten people send five hundred forms in a minute; twenty others raise a concern meanwhile."""
    idle, highest = resident(server.process), 0
    pause = FLOOD_SECONDS / FLOOD

    async def one_of(senders: Sequence[Person], number: int, at: float) -> Sent:
        await asyncio.sleep(at)
        nonlocal highest
        answer = await server.send(senders[number % len(senders)], 10**6 + number + 10**6 * (senders is others))
        highest = max(highest, resident(server.process))
        return answer

    first = (one_of(flooders, number, number * pause) for number in range(FLOOD))
    second = (one_of(others, number, number * FLOOD_SECONDS / OTHERS) for number in range(OTHERS))
    sent = await asyncio.gather(*first, *second)
    flooded, heard = sent[:FLOOD], sent[FLOOD:]
    refused, receipts = sum(one.refused for one in flooded), sum(one.receipt for one in flooded)
    expected = FLOOD - ALLOWED * FLOODERS
    print(f"{FLOOD} forms in {FLOOD_SECONDS:.0f} s from {FLOODERS} people")
    print(f"  refused politely {refused}   ({expected}), receipts {receipts}   ({ALLOWED * FLOODERS})")
    print(f"  other people's receipts meanwhile {sum(one.receipt for one in heard)} of {OTHERS}")
    print(f"  slowest answer {max(one.seconds for one in sent):.2f} s   (less than 3)")
    print(f"  memory above idle {(highest - idle) / MEGABYTE:.0f} MB   (at most 50; idle {idle / MEGABYTE:.0f} MB)")


async def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    crowd, flooders, others = people("crowd", AT_ONCE * rounds), people("flood", FLOODERS), people("other", OTHERS)
    async with running([*crowd, *flooders, *others]) as server:
        await asyncio.sleep(SETTLING_SECONDS)
        await flood(server, flooders, others)
        await all_at_once(server, [crowd[at : at + AT_ONCE] for at in range(0, len(crowd), AT_ONCE)])


if __name__ == "__main__":
    asyncio.run(main())
