"""Slack's clock, heard from the `Date` of each of its answers: how a bot on a socket learns that its own clock is off."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp
from yarl import URL

from bot.verifier import SkewWatch
from mat.ports import Clock


class SlackDates:
    """Goes between a session of aiohttp and its answers: once told to, hears the dates of those that are of Slack's API.

    A middleware, because tracing makes an object for each of a request's events. `api`: where Slack's API is.
    """

    def __init__(self, api: str) -> None:
        self._host = URL(api).host
        self._heard = ""
        self._told: tuple[SkewWatch, Clock] | None = None

    def tell(self, skew: SkewWatch, clock: Clock) -> None:
        """From now on each new date tells `skew` how far our clock is ahead of it."""
        self._told = (skew, clock)

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        response = await handler(request)
        date = response.headers.get("Date", "")
        # The same second tells nothing new.
        if self._told and date != self._heard and request.url.host == self._host:
            self._heard = date
            skew, clock = self._told
            if (slacks := _read(date)) is not None:
                skew.saw(f"date:{date}".encode(), (clock() - slacks).total_seconds())
        return response


def _read(date: str) -> datetime | None:
    """An aware instant; None for what is no date, or one without a zone."""
    try:
        found = parsedate_to_datetime(date)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
