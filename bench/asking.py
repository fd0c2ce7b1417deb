"""`/mat status` typed twenty times a second at a running bot, over its own way in for HTTP, from the hour on."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import aiohttp

from bench.loopback_slack import HOME
from bot.web_events import PATH
from tests.fakes.payloads import signed_request, slash_command

EVERY_SECONDS = 0.05


async def ask(port: int, since: datetime, seconds: float) -> list[float]:
    """How long each answer took, in seconds. Raises `SystemExit` for one that is no answer."""
    await asyncio.sleep((since - datetime.now(UTC)).total_seconds())
    async with aiohttp.ClientSession() as session:
        asking = []
        for number in range(int(seconds / EVERY_SECONDS)):
            asking.append(asyncio.create_task(_one(session, port, number)))
            await asyncio.sleep(EVERY_SECONDS)
        return await asyncio.gather(*asking)


async def _one(session: aiohttp.ClientSession, port: int, number: int) -> float:
    typed = slash_command("status", channel="C00000000", trigger=f"{number}.2.3")
    typed |= {"team_id": HOME, "user_id": "U00000000"}
    headers, body = signed_request(typed, now=datetime.now(UTC))
    began = time.perf_counter()
    async with session.post(f"http://127.0.0.1:{port}{PATH}", data=body, headers=headers) as answer:
        said = await answer.text()
    if answer.status != 200 or "Clinic 0" not in said:
        raise SystemExit(f"no status: {answer.status} {said[:300]}")
    return time.perf_counter() - began
