"""What the programme needs from the world outside: rows, Slack, the clock. `store` and `bot` implement these.

Books return frozen records. `None` means "there is none"; a broken store raises (`StoreIsBusy`, `StoreIsReadOnly`), so that
"not found" and "broken" never look the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mat.asks import Ask
from mat.clinic import Clinic, Duty, Member, PersonFacts
from mat.closures import Closure, Closures
from mat.delivery import Occurrence, Post, PostKind, Schedule
from mat.due import DueSchedule
from mat.gathered import ClinicKey, Gathered, Load, Standing, Traces
from mat.huddles import AgendaItem, HeldCount, HuddleSeries, Meeting
from mat.installations import Installation
from mat.message import Message, View
from mat.plan import Change, MilestoneRow

Clock = Callable[[], datetime]
"""The time now, as an aware instant in UTC."""

NewId = Callable[[], str]
"""A new random id, 32 hexadecimal digits."""

AdminsOf = Callable[[str], Sequence[str]]
"""The ids of those who look after a workspace; of an empty one, of those who run the bot as a whole."""


def nobody(_workspace: str) -> Sequence[str]:
    """An `AdminsOf` of a bot for which no admins are named."""
    return ()


# -- rows -----------------------------------------------------------------------------------------------------------


class ClinicBook(Protocol):
    """Clinics of a workspace, and which of them a person means."""

    async def get(self, workspace: str, clinic: str) -> Clinic | None: ...
    async def all(self, workspace: str | None = None) -> tuple[Clinic, ...]: ...
    async def at_channel(self, workspace: str, channel: str) -> Clinic | None: ...
    async def of_person(self, workspace: str, user: str) -> tuple[Clinic, ...]: ...
    async def remembered(self, workspace: str, user: str) -> Clinic | None: ...
    async def remember(self, workspace: str, user: str, clinic: str) -> None: ...
    async def save(self, clinic: Clinic) -> None: ...
    async def forget_clinic(self, workspace: str, clinic: str) -> None: ...
    async def forget_person(self, workspace: str, user: str) -> None: ...


class RosterBook(Protocol):
    """Who is in the improvement team and who looks after what, of one clinic."""

    async def all(self) -> tuple[Member, ...]: ...
    async def member(self, user: str) -> Member | None: ...
    async def people_with(self, duty: Duty) -> tuple[str, ...]: ...
    async def set_role(self, role: str, users: Sequence[str]) -> None: ...
    async def set_duty(self, duty: Duty, users: Sequence[str]) -> None: ...


class MilestoneBook(Protocol):
    """What one clinic has decided about milestones."""

    async def rows(self) -> Mapping[str, MilestoneRow]: ...
    async def row(self, milestone: str) -> MilestoneRow: ...
    async def save(self, row: MilestoneRow) -> None: ...
    async def record(self, change: Change) -> None:
        """Saves `change.after` and keeps the change for undo and the digest."""

    async def change(self, change: str) -> Change | None: ...
    async def latest_change(self, milestone: str) -> Change | None: ...
    async def changes_since(self, since: datetime) -> tuple[Change, ...]: ...


class HuddleBook(Protocol):
    """Huddle series, meetings and agenda items of one clinic."""

    async def series(self, *, active_only: bool = True) -> tuple[HuddleSeries, ...]: ...
    async def one(self, series: str) -> HuddleSeries | None: ...
    async def save_series(self, series: HuddleSeries) -> None: ...
    async def meeting(self, series: str, local_at: datetime) -> Meeting | None: ...
    async def save_meeting(self, meeting: Meeting) -> None:
        """Adds or replaces it. People in `here` are added; nobody who said so before is taken out."""

    async def say_here(self, series: str, local_at: datetime, user: str) -> None: ...
    async def last_held(self) -> Meeting | None: ...
    async def held_count(self, since: datetime, until: datetime) -> HeldCount:
        """Meetings with `since` <= at < `until`; called-off ones are not planned."""

    async def items(self, series: str) -> tuple[AgendaItem, ...]: ...
    async def add_item(self, item: AgendaItem) -> None: ...
    async def close_items(self, series: str, began_at: datetime, added_until: datetime) -> None:
        """Takes off the agenda what was added until then: the huddle that began at `began_at` has talked about it."""

    async def reopen_items(self, series: str, began_at: datetime) -> None:
        """Puts back what was taken off for the huddle that began at `began_at`."""

    async def remove_item(self, item: str) -> None: ...


class AskBook(Protocol):
    """What one clinic's team has asked of leadership."""

    async def open(self) -> tuple[Ask, ...]: ...
    async def all(self) -> tuple[Ask, ...]:
        """Every ask, oldest first."""

    async def get(self, ask: str) -> Ask | None: ...
    async def save(self, ask: Ask) -> None: ...


class ClosureBook(Protocol):
    """The days on which one clinic is closed."""

    async def all(self) -> Closures: ...
    async def save(self, closure: Closure) -> None: ...
    async def remove(self, closure: str) -> None:
        """Takes back a range of days. A holiday is taken back by keeping the others."""

    async def keep_holidays(self, names: Collection[str]) -> None:
        """The federal holidays that the clinic keeps from now on."""


class ScheduleBook(Protocol):
    """The schedules of one clinic."""

    async def all(self) -> tuple[Schedule, ...]: ...
    async def put(self, schedule: Schedule) -> None:
        """Adds or replaces by id. Posts of it that are planned and not yet on their way are taken back in the same transaction."""

    async def remove(self, kind: PostKind, subject: str) -> None:
        """Stops it and takes back what is planned and not yet on its way."""

    async def trace(self, since: datetime) -> Mapping[tuple[str, datetime], bool]:
        """Schedule and local time of every occurrence from a naive local time on → whether it was skipped or has posts."""


class ClinicBooks(Protocol):
    """The books of one clinic: every query is bound to its workspace and clinic."""

    @property
    def roster(self) -> RosterBook: ...
    @property
    def milestones(self) -> MilestoneBook: ...
    @property
    def huddles(self) -> HuddleBook: ...
    @property
    def asks(self) -> AskBook: ...
    @property
    def closures(self) -> ClosureBook: ...
    @property
    def schedules(self) -> ScheduleBook: ...


class Outbox(Protocol):
    """Schedules, occurrences and posts of all clinics, for the planner, the courier and the keeper only."""

    async def next_due(self) -> datetime | None:
        """When the next schedule is due; posts that wait are not counted."""

    async def advance(self, schedule: Schedule) -> None:
        """Stores `next_local`, `next_at` and `since` of a schedule, as after planning it."""

    async def plan(self, occurrence: Occurrence, posts: Sequence[Post]) -> bool:
        """Adds an occurrence with its posts; False, and nothing added, where the occurrence exists."""

    async def add(self, post: Post) -> None: ...
    async def ready(self, now: datetime, limit: int, *, without: Collection[str] = ()) -> tuple[Post, ...]:
        """Pending posts whose `not_before` has come, oldest due first, and none of some workspaces."""

    async def waiting_after(self, errors: Collection[str]) -> frozenset[str]:
        """Workspaces in which a pending post's last try ended with one of these errors."""

    async def in_doubt(self, lane: int | None = None) -> tuple[Post, ...]:
        """Posts in state sending, of one lane or of all: found at a start, their outcome is unknown."""

    async def lanes_with_work(self, now: datetime) -> tuple[int, ...]:
        """Lanes that hold a post which may go, or one in state sending."""

    async def ready_in(
        self, lane: int, now: datetime, limit: int, *, after: Post | None = None, without: Collection[str] = ()
    ) -> tuple[Post, ...]:
        """Posts of one lane that may go: those of the soonest turn behind a post's, and none of some workspaces.

        The order in a channel is kept: right before each comes whatever is due earlier in its channel, even beyond `limit`.
        """

    async def put_off_in(self, lane: int, now: datetime) -> tuple[Post, ...]:
        """Pending posts of a lane that wait for a later time because of an error."""

    async def fenced(self, epochs: Mapping[int, int]) -> Collection[int]:
        """Of lanes with the epoch in which each was taken, those that nobody has taken over; until this unit ends nobody does."""

    async def intend(self, posts: Sequence[Post], now: datetime) -> Mapping[str, int]:
        """Turns posts that are still pending and may go to state sending, each to its target of now.

        Gives the ids of those it turned, with how often each has been tried now.
        """

    async def settle(self, posts: Sequence[Post]) -> None:
        """Stores outcomes of posts that are pending or sending still; what somebody else has settled stays."""

    async def get(self, post: str) -> Post | None: ...
    async def save(self, post: Post) -> bool:
        """Stores a post that is there; False where it was taken back or forgotten in the meantime."""

    async def sent_for(self, kind: PostKind, subject: str, local_at: datetime, clinic: Clinic) -> Post | None:
        """The post for an occurrence that stands in Slack; never an extra copy."""

    async def unsettled(self, before: datetime) -> tuple[Post, ...]:
        """Posts that wait or are being sent and were due before an instant, oldest first."""

    async def troubled(self) -> tuple[Post, ...]:
        """Dead posts and posts of unknown outcome, newest first."""

    async def last_sent(self, clinic: Clinic, kind: PostKind, *, before: datetime) -> Post | None:
        """The latest post of a kind that was sent and had been due before an instant; never an extra copy."""

    async def dm_channel(self, workspace: str, user: str) -> str:
        """The channel of our direct messages with a person, as Slack named it for an earlier post; empty where there was none."""


class Planning(Protocol):
    """Rows of many clinics in a few statements: what the planner works with, in a writing unit, and what the courier reads ahead."""

    async def due(self, now: datetime, limit: int, to_people: Collection[PostKind]) -> tuple[DueSchedule, ...]:
        """Those due longest first. What another process is planning, or whose clinic somebody is changing, is left out.

        `to_people`: kinds for which the people of the clinic are read too.
        """

    async def plan(self, planned: Sequence[tuple[Occurrence, Sequence[Post]]]) -> Collection[str]:
        """Adds occurrences that are not there yet, each with its posts, which nobody has tried yet; the ids of those added."""

    async def open_meetings(self, meetings: Sequence[tuple[Clinic, Meeting]]) -> None:
        """Adds huddles that nobody has touched yet; one that is stored stays as it is."""

    async def advance(self, moved: Sequence[Schedule]) -> None:
        """Stores `next_local`, `next_at` and `since` of each."""

    async def standing(self, after: ClinicKey | None, limit: int) -> Sequence[Standing]:
        """Clinics whose set-up is finished, in the order of their keys, those behind `after`. It holds no clinic."""

    async def traces(self, clinics: Sequence[ClinicKey], since: datetime) -> Mapping[ClinicKey, Traces]:
        """`ScheduleBook.trace` of many clinics; one without any occurrence may be missing."""

    async def load(self, workspace: str) -> tuple[Load, ...]:
        """Everything that a workspace has on its schedules."""

    async def crowds(self, at_least: int) -> tuple[str, ...]:
        """Workspaces with so many schedules."""

    async def gather(self, posts: Sequence[Post], to_people: Collection[PostKind]) -> Gathered:
        """What composing these posts asks for most. It holds no clinic. `to_people`: kinds for which people are read too."""


class InstallationBook(Protocol):
    """Workspaces that were added beside the one of the settings, and those of both kinds that are to be deleted."""

    async def all(self) -> tuple[Installation, ...]: ...
    async def save(self, installation: Installation) -> None:
        """Adds or replaces it."""

    async def leave(self, workspace: str, now: datetime) -> None:
        """Takes its tokens away and marks it, so that every process lets go of it before everything of it is deleted."""

    async def forget(self, workspace: str) -> None:
        """Deletes every row of a workspace, the mark too. Nothing of its concerns, which are kept elsewhere."""


class HandledBook(Protocol):
    """What Slack sent and was done: Slack may send anything again, to this process or to the next."""

    async def first(self, workspace: str, what: str, now: datetime) -> bool:
        """Notes that `what` (Slack's own name for one thing it sent) is done with this unit; False where it was done before."""

    async def stale(self, before: datetime) -> bool: ...
    async def forget(self, before: datetime) -> None:
        """Forgets what was done before an instant. Slack gives up after minutes."""


class Books(Protocol):
    """One unit of work. Leaving it without `commit()` rolls back."""

    @property
    def clinics(self) -> ClinicBook: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def planning(self) -> Planning: ...
    @property
    def installations(self) -> InstallationBook: ...
    @property
    def handled(self) -> HandledBook: ...
    def at(self, clinic: Clinic) -> ClinicBooks: ...
    async def commit(self) -> None: ...


class Work(Protocol):
    """Opens units of work on the main store."""

    def reading(self) -> AbstractAsyncContextManager[Books]: ...
    def writing(self) -> AbstractAsyncContextManager[Books]: ...


# -- Slack ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a post landed: the channel Slack answered with (a DM's own id for a user) and the message's time stamp."""

    channel: str
    ts: str


class PostFailed(Exception):
    """A post that did not get through. `code` is Slack's error code or a word of ours; never a text of a person."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class OutcomeUnknown(PostFailed):
    """The answer was lost: the post may or may not stand in the channel."""


class NotPosted(PostFailed):
    """It certainly does not stand there and trying again later may help."""


class SlowDown(NotPosted):
    """Slack asked to wait. `seconds` is Slack's word for how long, or None where it gave none that can be read."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        super().__init__("ratelimited")


class Refused(PostFailed):
    """It certainly does not stand there and trying again cannot help (channel gone, bot not in it, scope missing)."""


class Poster(Protocol):
    """Puts messages into Slack. Three bodies under one contract test: real, console, in memory."""

    async def post(self, target: str, message: Message, *, key: str, name: str = "", thread_ts: str = "") -> Posted:
        """Posts once; `key` and `name` go into the metadata, where `find` knows it by either.

        Raises `OutcomeUnknown`, `NotPosted`, `SlowDown` or `Refused`.
        """

    async def update(self, channel: str, ts: str, message: Message) -> None:
        """Replaces a message of ours; safe to repeat. Raises like `post`."""

    async def find(self, channel: str, key: str, since: datetime) -> Posted | None:
        """The message with this key or name, looked for in a channel's history. Raises `Refused` without the scope."""

    def of(self, workspace: str, /) -> Poster:
        """The same for one workspace; empty for the one that the settings name. One that is not there refuses every call."""


class Surfaces(Protocol):
    """What only one person sees: modals, Home, and private answers after the first."""

    async def open_view(self, trigger: str, view: View) -> str:
        """Opens a modal and returns its id. Raises `PostFailed`."""

    async def update_view(self, view_id: str, view: View) -> None: ...
    async def publish_home(self, user: str, view: View) -> None: ...
    async def answer(self, response_url: str, message: Message | None, *, replace: bool) -> None:
        """A private answer behind a command or button; `replace` swaps the message the button sits on; None deletes it."""


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What Slack says about a channel: whether the bot is in it, it is archived, or it is shared with another organisation."""

    id: str
    name: str = ""
    member: bool = False
    archived: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group of the workspace, such as @front-desk (`handle` without the @), and the user ids in it."""

    id: str
    handle: str
    name: str
    people: tuple[str, ...]


class Directory(Protocol):
    """People and channels as Slack knows them. People are kept in memory only and answered at once."""

    def person(self, user: str) -> PersonFacts | None:
        """Facts read earlier; None for somebody not read yet, who is then looked up in the background."""

    def known(self, user: str) -> PersonFacts | None:
        """The same, but nobody is looked up: such a call to Slack would name who was there, and when."""

    async def channel(self, channel: str) -> ChannelFacts | None:
        """None where there is none that we can see. Raises `ScopeMissing` or `SlackSilent`."""

    def groups(self) -> tuple[UserGroup, ...]:
        """User groups read earlier, by handle; none where the optional scope was not given."""


Later = Callable[[], Awaitable[None]]
"""Work that runs after Slack has its answer; the running bot owns it and drains it on shutdown."""
