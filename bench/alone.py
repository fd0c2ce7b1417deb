"""What posting costs without the bot, in a process of its own.

python -m bench.alone sdk API_URL POSTS        slack_sdk's client in a loop, nothing kept anywhere
python -m bench.alone fill POSTS DATABASE      a job a message for Procrastinate, on an empty Postgres database
python -m bench.alone queue API_URL DATABASE   a worker of Procrastinate until no job is left
python -m bench.alone outbox API_URL DATABASE  the same; a job commits that it will post, posts, and commits what came of it

Prints {"posts": how many, "seconds": what they took, "cpu": seconds of its processor time}.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time

import aiohttp
from procrastinate import App, PsycopgConnector
from slack_sdk.web.async_client import AsyncWebClient

from messages import block_kit as kit

AT_ONCE = 120
OUTBOX = "CREATE TABLE outbox (number int PRIMARY KEY, state text NOT NULL)"
FILL = "INSERT INTO outbox SELECT number, 'pending' FROM generate_series(0, %(posts)s - 1) AS number"
NOTE = "UPDATE outbox SET state = %(state)s WHERE number = %(number)s"
STARTED = time.process_time()
TEXT = "Daily huddle, today at 8:10 AM EST"
BLOCKS = [
    kit.header(TEXT),
    *(kit.section(f"*{n}.* Who is new, and who has a question about a refill?") for n in range(6)),
]


async def post(client: AsyncWebClient, number: int) -> None:
    metadata = {"event_type": "mat_post", "event_payload": {"key": f"{number:032x}"}}
    await client.chat_postMessage(
        channel=f"C{number:08}", text=TEXT, blocks=BLOCKS, metadata=metadata, unfurl_links=False, unfurl_media=False
    )


async def alone(client: AsyncWebClient, posts: int) -> int:
    numbers = iter(range(posts))

    async def worker() -> None:
        for number in numbers:
            await post(client, number)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return posts


class Queue:
    """One job a message. `outbox`: a job keeps what it is about to do and what came of it, as the bot does."""

    def __init__(self, database: str, client: AsyncWebClient | None = None, *, outbox: bool = False) -> None:
        self._connector = PsycopgConnector(conninfo=database.replace("+psycopg", ""))
        self._app = App(connector=self._connector)
        self._job = self._app.task(name="post")(self._post)
        self._client = client
        self._outbox = outbox
        self._done = 0

    async def fill(self, posts: int) -> int:
        async with self._app.open_async():
            await self._app.schema_manager.apply_schema_async()
            await self._connector.execute_query_async(OUTBOX)
            await self._connector.execute_query_async(FILL, posts=posts)
            await self._job.batch_defer_async(*({"number": number} for number in range(posts)))
        return posts

    async def work(self) -> int:
        async with self._app.open_async():
            await self._app.run_worker_async(concurrency=AT_ONCE, wait=False, install_signal_handlers=False)
        return self._done

    async def _post(self, number: int) -> None:
        assert self._client is not None
        if self._outbox:
            await self._connector.execute_query_async(NOTE, number=number, state="sending")
        await post(self._client, number)
        if self._outbox:
            await self._connector.execute_query_async(NOTE, number=number, state="sent")
        self._done += 1


async def measure(how: str, *words: str) -> int:
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    if how == "fill":
        return await Queue(words[1]).fill(int(words[0]))
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:
        client = AsyncWebClient(token="xoxb-made-up", base_url=words[0], session=session, retry_handlers=[])
        if how == "sdk":
            return await alone(client, int(words[1]))
        return await Queue(words[1], client, outbox=how == "outbox").work()


if __name__ == "__main__":
    began = time.perf_counter()
    posts = asyncio.run(measure(*sys.argv[1:]))
    took = time.perf_counter() - began
    print(json.dumps({"posts": posts, "seconds": took, "cpu": time.process_time() - STARTED}))
