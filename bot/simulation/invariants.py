"""The judges: what must hold of every simulation, whatever went wrong in it. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.simulation.records import Copy, Ledger, ScheduleTime
from mat.delivery import Occurrence, OccurrenceState, Post, PostState
from scheduler.missed import MERGED, TOO_LATE
from scheduler.outcomes import NO_OUTCOME

AT_ONCE = timedelta(minutes=1)
ON_THE_WIRE = timedelta(minutes=1)
CLOSED = "closed: "
OWN_CODES = frozenset({TOO_LATE, NO_OUTCOME})
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """How often an invariant was broken, and the first cases: ids and times only."""

    invariant: str
    broken: int
    cases: tuple[str, ...] = ()

    @property
    def held(self) -> bool:
        return self.broken == 0


def verdicts(ledger: Ledger) -> tuple[Verdict, ...]:
    """One for each invariant, in a fixed order."""
    return tuple(_verdict(words, judge(ledger)) for words, judge in JUDGES.items())


def _verdict(words: str, cases: Iterable[str]) -> Verdict:
    found = sorted(cases)
    return Verdict(words, len(found), tuple(found[:SHOWN]))


def _lost(ledger: Ledger) -> Iterable[str]:
    """Times without an occurrence, occurrences without all their posts, posts without an end, and posts only said to be sent."""
    by_time = _by_time(ledger)
    targets = defaultdict(set)
    for post in ledger.posts.values():
        targets[post.occurrence].add(post.target)
    for time, wanted in ledger.wanted.items():
        occurrence = by_time.get(time)
        if occurrence is None:
            yield f"{_named(time)} was never planned"
        elif occurrence.state is OccurrenceState.PLANNED and targets[occurrence.id] != wanted.to:
            yield f"{_named(time)} has no post for some of its readers"
    standing = {copy.key for copy in ledger.copies}
    for post in _judged(ledger):
        if post.state in {PostState.PENDING, PostState.SENDING}:
            yield f"post {post.id} is still {post.state}"
        elif post.state is PostState.SENT and post.id not in standing:
            yield f"post {post.id} is said to be sent and stands nowhere"


def _skipped_without_cause(ledger: Ledger) -> Iterable[str]:
    """Closed days that are none, and times skipped as too late though the bot was up to plan them."""
    by_time = _by_time(ledger)
    for time, wanted in ledger.wanted.items():
        occurrence = by_time.get(time)
        if occurrence is None or occurrence.state is OccurrenceState.PLANNED:
            if occurrence is not None and wanted.closed:
                yield f"{_named(time)} was planned on a closed day"
            continue
        if occurrence.reason in {TOO_LATE, MERGED}:
            last = min(wanted.useful_until, wanted.next_at - timedelta(microseconds=1))
            if _was_up(ledger, wanted.due_at, last):
                yield f"{_named(time)} was skipped as {occurrence.reason} though I was up"
        elif not (wanted.closed and occurrence.reason.startswith(CLOSED)):
            yield f"{_named(time)} was skipped as {occurrence.reason}"


def _given_up_without_cause(ledger: Ledger) -> Iterable[str]:
    for post in _judged(ledger):
        if post.state is PostState.DEAD and post.error not in OWN_CODES:
            if post.error not in ledger.refused.get(post.id, ()):
                yield f"post {post.id} was given up as {post.error}, which Slack never said of it"
        elif post.state in {PostState.DEAD, PostState.UNKNOWN} and ledger.calm:
            yield f"post {post.id} was given up as {post.error} though nothing was wrong"


def _silently_doubled(ledger: Ledger) -> Iterable[str]:
    for key, copies in _copies_of(ledger).items():
        if any(not copy.marked for copy in copies[1:]):
            yield f"post {key} stands {len(copies)} times"


def _too_many_repeats(ledger: Ledger) -> Iterable[str]:
    for key, copies in _copies_of(ledger).items():
        marked = sum(copy.marked for copy in copies)
        if marked > min(1, ledger.unknown.get(key, 0)):
            yield f"post {key} has {marked} marked repeats of {ledger.unknown.get(key, 0)} lost answers"


def _before_its_time(ledger: Ledger) -> Iterable[str]:
    yield from ("a call came before Retry-After was over" for _ in range(ledger.hasty))
    for copy in ledger.copies:
        post = ledger.posts.get(copy.key)
        if post is not None and copy.at < post.due_at:
            yield f"post {copy.key} stood {post.due_at - copy.at} early"


def _at_the_wrong_hour(ledger: Ledger) -> Iterable[str]:
    """Times that nobody asked for, other instants than the clinic's wall clock means, and posts after their use."""
    theirs = {schedule for schedule, _ in ledger.wanted}
    by_id = {}
    for occurrence in ledger.occurrences:
        time = occurrence.schedule, occurrence.local_at
        if occurrence.schedule not in theirs or occurrence.due_at > ledger.until:
            continue
        wanted = ledger.wanted.get(time)
        if wanted is None or occurrence.due_at != wanted.due_at:
            yield f"{_named(time)} was due at {occurrence.due_at}, not {wanted.due_at if wanted else 'at all'}"
        else:
            by_id[occurrence.id] = wanted
    for copy in ledger.copies:
        post = ledger.posts.get(copy.key)
        wanted = by_id.get(post.occurrence) if post else None
        if wanted is not None and copy.at > wanted.useful_until + ON_THE_WIRE:
            yield f"post {copy.key} came after its use"
        elif wanted is not None and ledger.calm and copy.at > wanted.due_at + AT_ONCE:
            yield f"post {copy.key} was late though nothing was wrong"


def _out_of_order(ledger: Ledger) -> Iterable[str]:
    """In a channel, and in the messages with one person, what was due first stands first."""
    latest: dict[str, datetime] = {}
    seen = set()
    for copy in ledger.copies:
        post = ledger.posts.get(copy.key)
        if post is None or copy.key in seen:
            continue
        seen.add(copy.key)
        if post.due_at < latest.get(copy.target, post.due_at):
            yield f"post {copy.key} was overtaken in {copy.target}"
        latest[copy.target] = max(post.due_at, latest.get(copy.target, post.due_at))


def _done_otherwise(ledger: Ledger) -> Iterable[str]:
    more = ledger.items - ledger.asked
    return (f"{ledger.asked} items were put on agendas and {ledger.items} stand there" for _ in range(abs(more)))


def _told_otherwise(ledger: Ledger) -> Iterable[str]:
    """“You said, we did” without a reader's yes or before it, twice for one, or not at all."""
    posts = defaultdict(list)
    for post in ledger.posts.values():
        posts[post.occurrence].append(post)
    told = defaultdict(list)
    for occurrence in ledger.told:
        told[occurrence.schedule, occurrence.local_at].append(occurrence)
        if not [post for post in posts[occurrence.id] if post.state is not PostState.DROPPED]:
            yield f"{_named((occurrence.schedule, occurrence.local_at))} was said yes to and has no post"
    for time in told.keys() | ledger.approved.keys():
        if len(told[time]) != (time in ledger.approved):
            yield f"{_named(time)} came {len(told[time])} times"
        elif told[time][0].due_at < ledger.approved[time]:
            yield f"{_named(time)} came before the yes"


def _failed_ticks(ledger: Ledger) -> Iterable[str]:
    return ("a tick failed" for _ in range(ledger.failed))


JUDGES: dict[str, Callable[[Ledger], Iterable[str]]] = {
    "lost": _lost,
    "skipped without cause": _skipped_without_cause,
    "given up without cause": _given_up_without_cause,
    "silently doubled": _silently_doubled,
    "more than one marked repeat for an unknown outcome": _too_many_repeats,
    "before its time": _before_its_time,
    "at the wrong local hour": _at_the_wrong_hour,
    "out of order in a channel": _out_of_order,
    "done as often as asked": _done_otherwise,
    "concerns told of after a yes": _told_otherwise,
    "failed ticks": _failed_ticks,
}


def _by_time(ledger: Ledger) -> dict[ScheduleTime, Occurrence]:
    return {(one.schedule, one.local_at): one for one in ledger.occurrences}


def _judged(ledger: Ledger) -> Iterable[Post]:
    return (post for post in ledger.posts.values() if post.due_at <= ledger.until)


def _copies_of(ledger: Ledger) -> dict[str, list[Copy]]:
    found: dict[str, list[Copy]] = defaultdict(list)
    for copy in ledger.copies:
        found[copy.key].append(copy)
    return found


def _was_up(ledger: Ledger, first: datetime, last: datetime) -> bool:
    place = bisect_left(ledger.turns, first)
    return place < len(ledger.turns) and ledger.turns[place] <= last


def _named(time: ScheduleTime) -> str:
    schedule, local = time
    return f"{schedule} of {local:%Y-%m-%d %H:%M}"
