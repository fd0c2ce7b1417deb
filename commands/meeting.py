"""The buttons of one huddle: *I'm here*, *Not today*, *It's on again*, *Held* and *Not held*."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from commands.agenda_posts import About, agenda_message, posted, refreshing
from commands.asking import Ask, Handler, Reply, Surface
from commands.desk import Desk
from commands.once import only_once
from commands.place import Place, place
from mat.agenda import comes_round, meeting_of
from mat.delivery import PostKind
from mat.errors import HuddleAhead, HuddleCalledOff, HuddleLongAgo, HuddleNotPlanned, HuddleStopped, NoSuchHuddle
from mat.huddles import HuddleSeries, Meeting, MeetingState
from mat.meetings import RECORD_FOR, is_over
from mat.message import Message
from mat.permissions import Action
from mat.ports import Books, OutcomeUnknown, PostFailed
from messages import block_kit as kit
from messages import huddle_words as words
from messages import meeting as wording
from messages import trouble
from messages.left_out import postable


@dataclass(frozen=True, slots=True)
class Huddle:
    """The huddle a button means, in the unit of work that reads it."""

    here: Place
    series: HuddleSeries
    meeting: Meeting
    now: datetime

    @property
    def about(self) -> About:
        return About(self.here.clinic, self.series.id, self.meeting.local_at)

    @property
    def over(self) -> bool:
        return is_over(self.series, self.meeting, self.now)


async def huddle_meant(desk: Desk, books: Books, ask: Ask) -> Huddle:
    """The huddle a button means, for a member of the improvement team.

    It counts where the series comes round then, or somebody has touched it, or its agenda or question was posted: a series may have
    changed since. Raises `NoSuchHuddle`, `HuddleNotPlanned`, or a refusal.
    """
    here = await place(desk, books, ask, Action.JOIN_HUDDLE)
    series = await here.books.huddles.one(ask.value.get("series", ""))
    if series is None:
        raise NoSuchHuddle
    local_at = _local_at(ask)
    known = (
        comes_round(series, local_at)
        or await here.books.huddles.meeting(series.id, local_at) is not None
        or await posted(books, About(here.clinic, series.id, local_at))
    )
    if not known:
        raise HuddleNotPlanned
    return Huddle(here, series, await meeting_of(here.books, series, local_at), desk.clock())


def _local_at(ask: Ask) -> datetime:
    try:
        local_at = datetime.fromisoformat(ask.value.get("at", ""))
    except ValueError:
        raise HuddleNotPlanned from None
    if local_at.tzinfo is not None:
        raise HuddleNotPlanned
    return local_at


async def here(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        huddle = await huddle_meant(desk, books, ask)
        clinic, series, meeting, now = huddle.here.clinic, huddle.series, huddle.meeting, huddle.now
        if ask.user in meeting.here:
            return Reply(message=wording.here_already(series, meeting, now), fresh=True)
        if huddle.over:
            return Reply(message=wording.over(clinic, series, meeting, now), fresh=True)
        _goes_on(huddle)
        await huddle.here.books.huddles.save_meeting(replace(meeting, here=(*meeting.here, ask.user)))
        await books.commit()
    return _done(
        desk, ask, huddle, Reply(message=wording.here(series, meeting, now), fresh=True), PostKind.HUDDLE_AGENDA
    )


def _goes_on(huddle: Huddle) -> None:
    """Raises `HuddleStopped` or `HuddleCalledOff`."""
    if not huddle.series.active:
        raise HuddleStopped(title=huddle.series.title)
    if huddle.meeting.state is MeetingState.CALLED_OFF:
        raise HuddleCalledOff


def _done(desk: Desk, ask: Ask, huddle: Huddle, reply: Reply, pressed: PostKind) -> Reply:
    """Renders the huddle's posts anew for everybody. Pressed on one of them, that is the answer; else `reply` is private."""
    later = refreshing(desk, ask, huddle.about, pressed)
    if ask.surface is Surface.MESSAGE:
        return Reply(later=later)
    return replace(reply, later=later)


# -- called off -----------------------------------------------------------------------------------------------------


async def call_off(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        huddle = await huddle_meant(desk, books, ask)
        clinic, series, meeting, now = huddle.here.clinic, huddle.series, huddle.meeting, huddle.now
        if huddle.over:
            return Reply(message=wording.over(clinic, series, meeting, now), fresh=True)
        if meeting.state is MeetingState.CALLED_OFF:
            return Reply(message=wording.called_off_already(clinic, series, meeting, now), fresh=True)
        _goes_on(huddle)
        off = replace(meeting, state=MeetingState.CALLED_OFF, by=ask.user)
        await huddle.here.books.huddles.save_meeting(off)
        await books.commit()
        stands = await posted(books, huddle.about)
    message = wording.called_off(clinic, series, off, now, posted=stands)
    return _done(desk, ask, huddle, Reply(message=message), PostKind.HUDDLE_AGENDA)


async def tell(desk: Desk, ask: Ask) -> Reply:
    """Posts how things stand in the team's channel: that the huddle is called off, or its agenda where it is on again."""
    async with desk.work.reading() as books:
        huddle = await huddle_meant(desk, books, ask)
    if huddle.over:
        return Reply(message=wording.over(huddle.here.clinic, huddle.series, huddle.meeting, huddle.now), fresh=True)
    about = huddle.about
    what = ("huddle", about.clinic.id, about.series, about.local_at.isoformat(), huddle.meeting.state.value)
    if not desk.recent.first(*what, now=desk.clock()):
        return Reply(message=wording.told(about.clinic), fresh=True)
    await only_once(desk)
    return Reply(later=(partial(_tell, desk, ask, huddle, what),))


async def _tell(desk: Desk, ask: Ask, huddle: Huddle, what: tuple[str, ...]) -> None:
    clinic = huddle.here.clinic
    async with desk.work.reading() as books:
        message = await agenda_message(desk, books.at(clinic), huddle.about, huddle.series)
    try:
        await desk.poster.post(clinic.channel, postable(message), key=desk.new_id())
    except OutcomeUnknown:
        desk.recent.failed(*what)
        await _answer(desk, ask, trouble.shared_perhaps())
    except PostFailed as problem:
        desk.recent.failed(*what)
        await _answer(desk, ask, wording.could_not_tell(clinic, problem.code))
    else:
        await _answer(desk, ask, wording.told(clinic))


async def _answer(desk: Desk, ask: Ask, message: Message) -> None:
    """In place of what was pressed: a private answer, or the modal."""
    if ask.response_url:
        await desk.surfaces.answer(ask.response_url, message, replace=ask.surface is Surface.PRIVATE)
    elif ask.view_id:
        await desk.surfaces.update_view(ask.view_id, kit.modal("Huddle", "mat:told:closed", message.blocks))


async def call_on(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        huddle = await huddle_meant(desk, books, ask)
        clinic, series, meeting, now = huddle.here.clinic, huddle.series, huddle.meeting, huddle.now
        if huddle.over:
            return Reply(message=wording.over(clinic, series, meeting, now), fresh=True)
        if meeting.state is not MeetingState.CALLED_OFF:
            return Reply(message=wording.on_already(series, meeting, now), fresh=True)
        on = replace(meeting, state=MeetingState.PLANNED, by="")
        await huddle.here.books.huddles.save_meeting(on)
        await books.commit()
        stands = await posted(books, huddle.about)
    message = wording.on_again(clinic, series, on, now, posted=stands)
    return _done(desk, ask, huddle, Reply(message=message), PostKind.HUDDLE_AGENDA)


# -- held or not ----------------------------------------------------------------------------------------------------


def record(state: MeetingState) -> Handler:
    """*Held* or *Not held*, from the huddle's beginning to seven days later; what is recorded changes only when asked again."""

    async def handle(desk: Desk, ask: Ask) -> Reply:
        async with desk.work.writing() as books:
            huddle = await huddle_meant(desk, books, ask)
            clinic, series, meeting, now = huddle.here.clinic, huddle.series, huddle.meeting, huddle.now
            asked_again = ask.value.get("change") == "yes"
            if meeting.state is state or (meeting.state is not MeetingState.PLANNED and not asked_again):
                return Reply(message=wording.recorded_already(clinic, series, meeting, now, state), fresh=True)
            _can_be_recorded(huddle)
            after = replace(meeting, state=state, by=ask.user)
            await _record(huddle, after)
            await books.commit()
        return _done(
            desk, ask, huddle, Reply(message=wording.recorded(clinic, series, after, now)), PostKind.HUDDLE_CHECK
        )

    return handle


def _can_be_recorded(huddle: Huddle) -> None:
    """Raises `HuddleAhead` or `HuddleLongAgo`."""
    if huddle.now < huddle.meeting.at:
        raise HuddleAhead(when=words.when(huddle.meeting, huddle.series.zone, huddle.now))
    if huddle.now > huddle.meeting.at + RECORD_FOR:
        raise HuddleLongAgo(days=RECORD_FOR.days)


async def _record(huddle: Huddle, after: Meeting) -> None:
    """What was added before a held huddle ended has been talked about; it comes back where the huddle was not held after all."""
    book, series, before = huddle.here.books.huddles, huddle.series, huddle.meeting
    await book.save_meeting(after)
    if after.state is MeetingState.HELD:
        await book.close_items(series.id, before.at, before.ends_at(series.minutes))
    elif before.state is MeetingState.HELD:
        await book.reopen_items(series.id, before.at)


ACTIONS: dict[str, Handler] = {
    "huddle:here": here,
    "huddle:calloff": call_off,
    "huddle:calledon": call_on,
    "huddle:tell": tell,
    "huddle:held": record(MeetingState.HELD),
    "huddle:notheld": record(MeetingState.NOT_HELD),
}
