"""Slack's clock, heard from the `Date` of each of its answers: how a bot on a socket learns that its own clock is off."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.verifier import SkewWatch
from mat.ports import Clock


def hear_dates(client: AsyncWebClient, clock: Clock, skew: SkewWatch) -> None:
    """From now on each answer of Slack's to this client's session tells `skew` how far our clock is ahead of its date."""
    if client.session is None:
        return
    host, heard = URL(client.base_url).host, ""

    async def answered(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        nonlocal heard
        date = end.response.headers.get("Date", "")
        # The same second tells nothing new.
        if date == heard or end.url.host != host:
            return
        heard = date
        if (slacks := _read(date)) is not None:
            skew.saw(f"date:{date}".encode(), (clock() - slacks).total_seconds())

    tracing = aiohttp.TraceConfig()
    tracing.on_request_end.append(answered)
    tracing.freeze()
    client.session.trace_configs.append(tracing)


def _read(date: str) -> datetime | None:
    """An aware instant; None for what is no date, or one without a zone."""
    try:
        found = parsedate_to_datetime(date)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
