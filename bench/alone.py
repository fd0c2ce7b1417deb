"""What posting costs without the bot, in a process of its own.

Prints {"rate": posts a second, "cpu": milliseconds of its processor time a post}.

python -m bench.alone sdk API_URL POSTS               slack_sdk's client in a loop, nothing kept anywhere
python -m bench.alone queue API_URL POSTS DATABASE    Procrastinate with one job a message, on an empty Postgres database
python -m bench.alone outbox API_URL POSTS DATABASE   the same; a job commits that it will post, posts, and commits what came of it
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


async def alone(client: AsyncWebClient, posts: int) -> float:
    numbers = iter(range(posts))

    async def worker() -> None:
        for number in numbers:
            await post(client, number)

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return posts / (time.perf_counter() - began)


async def by_queue(client: AsyncWebClient, posts: int, database: str, *, outbox: bool) -> float:
    connector = PsycopgConnector(conninfo=database.replace("+psycopg", ""))
    app = App(connector=connector)

    @app.task(name="post")
    async def job(number: int) -> None:
        if outbox:
            await connector.execute_query_async(NOTE, number=number, state="sending")
        await post(client, number)
        if outbox:
            await connector.execute_query_async(NOTE, number=number, state="sent")

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await connector.execute_query_async(OUTBOX)
        await connector.execute_query_async(FILL, posts=posts)
        await job.batch_defer_async(*({"number": number} for number in range(posts)))
        began = time.perf_counter()
        await app.run_worker_async(concurrency=AT_ONCE, wait=False, install_signal_handlers=False)
        return posts / (time.perf_counter() - began)


async def measure(how: str, url: str, posts: int, *database: str) -> float:
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:
        client = AsyncWebClient(token="xoxb-made-up", base_url=url, session=session, retry_handlers=[])
        if how == "sdk":
            return await alone(client, posts)
        return await by_queue(client, posts, *database, outbox=how == "outbox")


if __name__ == "__main__":
    posts = int(sys.argv[3])
    rate = asyncio.run(measure(sys.argv[1], sys.argv[2], posts, *sys.argv[4:]))
    print(json.dumps({"rate": rate, "cpu": (time.process_time() - STARTED) / posts * 1e3}))
