"""What is said of an hour at which a workspace has more to post than Slack takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from mat.delivery import PostKind
from mat.load import Crowded, lateness
from mat.zones import in_zone
from messages import block_kit as kit

WHAT = {
    PostKind.HUDDLE_AGENDA: "agenda",
    PostKind.HUDDLE_CHECK: "question “Held or not held?”",
    PostKind.WEEKLY_REMINDER: "weekly reminder",
    PostKind.DIGEST: "digest",
    PostKind.CONCERN_BATCH: "batch of concerns",
    PostKind.SAID_PREVIEW: "preview of “You said, we did”",
}
MINUTE = timedelta(minutes=1)
SHOWN = 3


def warnings(crowds: Sequence[Crowded]) -> list[str]:
    """For whoever has just chosen hours: the worst of them, each in a line. What they chose stands."""
    worst = sorted(crowds, key=lateness, reverse=True)[:SHOWN]
    more = len(crowds) - len(worst)
    return [*map(_warning, worst), *([f"The same holds for {more} more of your hours."] if more else [])]


def _warning(one: Crowded) -> str:
    due, by = (in_zone(at, one.demand.zone) for at in (one.demand.due_at, one.by))
    late = f"that the {WHAT[one.demand.kind]} may come only at {_clock(by)}{_which_is(one)}"
    return f"*A busy hour:* on {kit.day(due)} so much is due in this workspace around {_clock(due)} {late}. {_instead(one)}"


def _which_is(one: Crowded) -> str:
    if one.demand.kind is PostKind.CONCERN_BATCH:
        return ", or on the next working day"
    before_its_huddle = one.demand.kind is PostKind.HUDDLE_AGENDA and one.demand.goes_first
    return ", when its huddle has begun" if before_its_huddle else ""


def _instead(one: Crowded) -> str:
    if one.instead is None:
        return "No hour near it is better. It is saved as you chose it."
    if one.demand.kind is not PostKind.HUDDLE_AGENDA:
        return f"At {_clock(in_zone(one.instead, one.demand.zone))} it would be in time. It is saved as you chose it."
    minutes = round((one.instead - one.demand.due_at) / MINUTE)
    moved = f"{abs(minutes)} minutes {'later' if minutes > 0 else 'earlier'}"
    return (
        f"With the huddle {moved} it would be in time, or with its agenda posted earlier. It is saved as you chose it."
    )


def _clock(at: datetime) -> str:
    return f"{kit.clock_time(at)} {at.tzname()}"


def for_the_operator(workspace: str, crowds: Sequence[Crowded], a_minute: int) -> str:
    """One sentence or two on a workspace, for those who look after it. `crowds`: of the days to come, at least one."""
    worst = max(crowds, key=lateness)
    due, by = (in_zone(at, worst.demand.zone) for at in (worst.demand.due_at, worst.by))
    kinds = (
        "agendas" if worst.demand.kind is PostKind.HUDDLE_AGENDA else f"posts of the kind “{WHAT[worst.demand.kind]}”"
    )
    more = len(crowds) - 1
    others = f" {more:,} more {'hour is' if more == 1 else 'hours are'} like it." if more else ""
    takes = f"it takes at {a_minute:,} posts a minute (MAT_POSTS_A_MINUTE)"
    last = f"the last of {worst.demand.posts:,} {kinds} may come only at {_clock(by)}, which is late"
    return (
        f"In the workspace {workspace} more is due around {kit.day(due)}, {_clock(due)}, than {takes}: {last}.{others} Let "
        "huddles begin at different minutes there, or spread the hours with `/mat team`."
    )
