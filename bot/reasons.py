"""Why a post is not wanted any more, in words for whoever runs the bot."""

from __future__ import annotations

from collections.abc import Mapping

from mat.huddles import MeetingState

REASONS: Mapping[str, str] = {
    "settled": "what it was about is settled",
    "nothing-due": "nothing is due or late",
    "for-readers-only": "only the people who read concerns may see it",
    "decided": "one of the readers has decided already",
    "nothing-to-tell": "no sentence waits to be told",
    "taken-back": "its sentences were taken back",
    "series-stopped": "that huddle was stopped",
    "moved": "that huddle is at another time now",
    "open-again": "the clinic is open on that day after all",
    "clinic-gone": "the clinic is no longer here",
    "clinic-not-ready": "the clinic is not fully set up yet",
    "no-longer-a-recipient": "that person is no longer chosen to get it",
    MeetingState.CALLED_OFF.value: "that huddle was called off",
    MeetingState.HELD.value: "that huddle was held already",
    MeetingState.NOT_HELD.value: "that huddle was not held",
}


def in_words(reason: str) -> str:
    """The words for a reason as the records hold it; a reason that is words already stays."""
    return REASONS.get(reason, reason)
