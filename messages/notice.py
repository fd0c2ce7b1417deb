"""What the leads are told when a scheduled post did not come as planned.

The sentences are kept with the post as markup of ours, people's words in them already escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mat.message import Message
from messages import block_kit as kit

WHY = {
    "not_in_channel": "I am not in that channel: type `/invite @matbot` there",
    "channel_not_found": "I cannot see that channel: type `/invite @matbot` there, or choose another with `/mat team`",
    "is_archived": "the channel is archived: choose another with `/mat team`",
    "missing_scope": "a permission is missing: ask whoever runs me to run `python -m bot check`",
    "restricted_action": "posting there is restricted: ask a workspace admin to let me post",
    "invalid_auth": "Slack no longer takes my token: ask whoever runs me to run `python -m bot check`",
    "token_revoked": "Slack no longer takes my token: ask whoever runs me to run `python -m bot check`",
    "account_inactive": "Slack no longer takes my token: ask whoever runs me to run `python -m bot check`",
    "too-late": "it could not be sent in time",
    "no-outcome": "Slack's answer was lost and I cannot look it up, so I stopped before sending it a third time",
}


def notice(note: str) -> Message:
    """A notice by direct message; `note` is one of the sentences below."""
    return kit.message(note, [kit.section(note)])


def missed(what: str, times: Sequence[datetime], coming: datetime | None, zone: str) -> str:
    """Posts that were skipped as too late. `times`: naive local times in `zone`, in order; `coming`: the next one."""
    first, last = _moment(times[0], zone), _moment(times[-1], zone)
    span = first if len(times) == 1 else f"{len(times)}, from {first} to {last}"
    following = f" The next one is for {_moment(coming, zone)}." if coming else ""
    return f"I was not running, so I skipped the {kit.escape(what)} ({span}).{following}"


def failed(what: str, local_at: datetime | None, zone: str, target: str, code: str) -> str:
    """A post that Slack did not take. `local_at`: naive, in `zone`; `code`: Slack's error code or one of ours."""
    why = WHY.get(code, f"Slack said “{kit.escape(code)}”")
    moment = f" of {_moment(local_at, zone)}" if local_at else ""
    return f"I could not send the {kit.escape(what)}{moment} to {_place(target)}: {why}."


def repeated(what: str, target: str) -> str:
    """A post that was sent again without knowing about the first."""
    return (
        f"Slack's answer to the {kit.escape(what)} for {_place(target)} was lost, and without the history permission I "
        "cannot look whether it came. I sent it again, marked “(may be a repeat)”."
    )


def clock_off(ahead: int) -> str:
    """For those who run the bot. `ahead`: seconds our clock is ahead of Slack's, negative where it is behind."""
    way = "ahead of" if ahead > 0 else "behind"
    return (
        f"My machine's clock is {abs(ahead):,} seconds {way} Slack's, and what I post comes off by as much. Over HTTP I must refuse "
        "everything people do from 300 seconds on, because it could be somebody's old copy. Please set the clock by NTP; nothing "
        "else is needed."
    )


def is_person(target: str) -> bool:
    """Whether a target is a person's id, so a direct message, and not a channel's."""
    return target[:1] in {"U", "W"}


def _place(target: str) -> str:
    return f"<@{target}>" if is_person(target) else f"<#{target}>"


def _moment(local: datetime, zone: str) -> str:
    return f"{kit.day(local)}, {kit.clock_time(local)} {local.replace(tzinfo=ZoneInfo(zone)).tzname()}"
