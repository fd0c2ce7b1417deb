"""The self-audit on constructed gaps: found, counted, told once, and silent where all is well."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, update

from mat.clinic import Duty
from mat.closures import Closure
from mat.delivery import PostKind, PostState
from mat.errors import StoreIsFull
from mat.ports import NotPosted, OutcomeUnknown, SlowDown, Work
from mat.schedules import schedule_id
from scheduler.alarms import Alarms
from scheduler.audit import Audit, Check
from scheduler.keeper import PAGE
from store.tables import metadata
from tests.fakes.broken_work import FullWork
from tests.fakes.memory_poster import Trouble
from tests.integration.delivery.house import ADMIN, AGENDA_DUE, CHANNEL, CLINIC, DAILY, LEAD, READER, House

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EIGHT = AGENDA_DUE - 50 * MINUTE
NOON = AGENDA_DUE + 190 * MINUTE


class Signs:
    """Counts signs of life."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> None:
        self.count += 1


def audit_of(house: House, *checks: Check, signs: Signs | None = None) -> Audit:
    """An audit that has run since long ago."""
    alarms = Alarms(
        house.work, house.poster, clock=house.clock, new_id=house.ids, admins=lambda _workspace: house.admins
    )
    made = Audit(
        house.work,
        alarms,
        clock=house.clock,
        new_id=house.ids,
        admins=lambda _workspace: house.admins,
        checks=checks,
        alive=signs,
    )
    made._started = house.clock() - DAY
    return made


async def morning(house: House) -> None:
    """A whole Monday morning, as it should be."""
    await house.furnish(DAILY)
    for moment in (EIGHT, AGENDA_DUE, AGENDA_DUE + 10 * MINUTE, AGENDA_DUE + 35 * MINUTE):
        await house.at(moment)
    house.clock.jump_to(NOON)


async def lose(house: House, kind: PostKind, *, occurrence: bool) -> None:
    """Takes posts of a kind out of the records, and their occurrences."""
    async with house.work.writing() as books:
        for name in ("post", *(["occurrence"] if occurrence else [])):
            table = metadata.tables[name]
            await books._unit.run(delete(table).where(table.c.kind == kind.value), {})  # type: ignore[attr-defined]
        await books.commit()


async def test_a_morning_as_it_should_be_is_clean_and_gives_a_sign_of_life(any_house: House) -> None:
    house = any_house
    await morning(house)
    signs, before = Signs(), len(house.poster.attempts)
    report = await audit_of(house, signs=signs).look(NOON)
    assert (report.gaps, report.alarms, report.clean, signs.count) == (0, (), True, 1)
    await house.pulse(4)
    assert len(house.poster.attempts) == before


async def test_what_was_never_planned_is_told_once_and_recorded(any_house: House) -> None:
    house = any_house
    house.admins = (ADMIN,)
    house.start()
    await morning(house)
    await lose(house, PostKind.HUDDLE_AGENDA, occurrence=True)
    signs, audit = Signs(), audit_of(house)
    audit._alive = signs
    assert (await audit.look(NOON)).gaps == 1
    assert signs.count == 0
    assert (await audit.look(NOON + HOUR)).clean
    await house.pulse(4)
    for user in (ADMIN, LEAD):
        (told,) = [text for text in house.poster.texts(user) if "every hour" in text]
        assert "The huddle agenda for “Daily huddle” of Mon, January 4, 9:00 AM was never planned." in told
    await house.planner.tick()
    assert not any(post.kind is PostKind.HUDDLE_AGENDA for post in await house.waiting())


async def test_an_occurrence_whose_posts_are_gone_is_told_once(house: House) -> None:
    await morning(house)
    await lose(house, PostKind.DIGEST, occurrence=False)
    audit = audit_of(house)
    assert [(await audit.look(NOON + n * HOUR)).gaps for n in range(3)] == [1, 0, 0]
    await house.pulse(4)
    (told,) = [text for text in house.poster.texts(LEAD) if "every hour" in text]
    assert "The weekly digest of Mon, January 4, 8:00 AM was planned and has not been sent." in told


async def test_the_gap_of_the_last_of_many_clinics_is_found(house: House) -> None:
    """More clinics than are read at a time."""
    many = [replace(CLINIC, id=f"north-{number:03}", channel=f"C0{number:07}") for number in range(PAGE + 3)]
    for clinic in many:
        await house.furnish(clinic=clinic)
    for moment in (EIGHT, EIGHT + HOUR):
        house.clock.jump_to(moment)
        await house.planner.tick()
    table, last = metadata.tables["occurrence"], many[-1]
    async with house.work.writing() as books:
        sent = update(metadata.tables["post"]).values(state=PostState.SENT.value)
        lost = delete(table).where(table.c.clinic == last.id, table.c.kind == PostKind.DIGEST.value)
        for statement in (sent, lost):
            await books._unit.run(statement, {})  # type: ignore[attr-defined]
        await books.commit()
    assert (await audit_of(house).look(NOON)).gaps == 1
    async with house.work.reading() as books:
        traced = await books.at(last).schedules.trace(datetime(2027, 1, 4))
    assert (schedule_id(last, PostKind.DIGEST), datetime(2027, 1, 4, 8)) in traced


async def test_a_post_that_does_not_move_counts_until_it_has_gone_and_is_told_once(house: House) -> None:
    await house.furnish(DAILY)
    house.clock.jump_to(EIGHT)
    await house.planner.tick()
    await house.at(AGENDA_DUE)
    stuck = replace(house.note(READER), id="stuck", kind=PostKind.DIGEST, local_at=None, due_at=EIGHT)
    await house.add(replace(stuck, state=PostState.PENDING, not_before=NOON + DAY))
    for moment in (AGENDA_DUE + 10 * MINUTE, AGENDA_DUE + 35 * MINUTE):
        await house.at(moment)
    audit = audit_of(house)
    assert [(await audit.look(NOON + n * HOUR)).gaps for n in range(2)] == [1, 1]
    house.clock.jump_to(NOON + HOUR)
    await house.pulse(4)
    assert len([text for text in house.poster.texts(LEAD) if "has not been sent" in text]) == 1
    async with house.work.writing() as books:
        await books.outbox.save(replace(stuck, state=PostState.SENT))
        await books.commit()
    assert (await audit.look(NOON + 2 * HOUR)).clean


async def test_posts_that_wait_since_before_the_start_get_their_time(house: House) -> None:
    await house.furnish(DAILY)
    await house.add(house.note(READER, kind=PostKind.DIGEST, due_at=house.clock() - DAY))
    audit = Audit(house.work, _alarms(house), clock=house.clock, new_id=house.ids)
    counted = []
    for _ in range(6):
        await audit.tick()
        counted.append(audit.last and audit.last.gaps)
        house.clock.jump_to(house.clock() + 15 * MINUTE)
    assert counted == [None, 0, 0, 0, 0, 1]


async def test_it_looks_a_quarter_of_an_hour_after_the_start_and_then_each_hour(house: House) -> None:
    await morning(house)
    audit = Audit(house.work, _alarms(house), clock=house.clock, new_id=house.ids)
    looks = []
    for minutes in range(200):
        house.clock.jump_to(NOON + minutes * MINUTE)
        await audit.tick()
        if audit.last and audit.last.at == house.clock():
            looks.append(minutes)
    assert looks == [15, 75, 135, 195]


async def test_a_clock_set_back_does_not_put_the_audit_off(house: House) -> None:
    await morning(house)
    audit = Audit(house.work, _alarms(house), clock=house.clock, new_id=house.ids)
    await audit.tick()
    house.clock.jump_to(NOON - 30 * DAY)
    await audit.tick()
    assert audit.last is not None


async def test_a_clinic_set_up_a_moment_ago_has_no_gaps(house: House) -> None:
    house.clock.jump_to(NOON)
    await house.furnish(DAILY)
    assert (await audit_of(house).look(NOON + 30 * MINUTE)).clean


async def test_a_changed_huddle_and_closed_days_make_no_gaps(house: House) -> None:
    await morning(house)
    await house.change(replace(DAILY, rule="FREQ=DAILY", local_start=DAILY.local_start.replace(hour=7)))
    async with house.work.writing() as books:
        await books.at(CLINIC).closures.save(Closure("x", NOON.date() + DAY, NOON.date() + DAY, "flood"))
        await books.commit()
    for _ in range(22):
        await house.after(hours=1)
    assert (await audit_of(house).look(house.clock())).clean


async def test_a_digest_that_waited_for_friday_is_no_gap(house: House) -> None:
    """The audit reads the traces of some days; what closed days have moved further is looked at once more."""
    await house.furnish(DAILY)
    async with house.work.writing() as books:
        await books.at(CLINIC).closures.save(Closure("x", NOON.date(), NOON.date() + 3 * DAY, "flood"))
        await books.commit()
    house.clock.jump_to(EIGHT)
    for _ in range(4 * 24 + 5):
        await house.pulse()
        house.clock.jump_to(house.clock() + HOUR)
    (digest,) = [post for post in await house.sent() if post.kind is PostKind.DIGEST]
    assert (digest.local_at, digest.due_at) == (datetime(2027, 1, 4, 8), EIGHT + 4 * DAY)
    assert (await audit_of(house).look(house.clock())).clean
    await lose(house, PostKind.DIGEST, occurrence=True)
    assert (await audit_of(house).look(house.clock())).gaps == 1


async def test_after_a_weekend_without_power_everything_has_an_outcome(house: House) -> None:
    await morning(house)
    await house.at(NOON + 4 * DAY)
    await house.after(pulses=30, minutes=20)
    assert (await audit_of(house).look(house.clock())).clean


async def test_forgetting_a_person_makes_no_gap(any_house: House) -> None:
    house = any_house
    await morning(house)
    async with house.work.writing() as books:
        await books.clinics.forget_person(CLINIC.workspace, LEAD)
        await books.commit()
    assert (await audit_of(house).look(NOON)).clean


async def test_a_concern_released_at_once_moves_no_figure(house: House) -> None:
    await morning(house)
    await house.add(house.note(READER, kind=PostKind.CONCERN_NOW, due_at=EIGHT, not_before=NOON + DAY))
    assert (await audit_of(house).look(NOON)).clean


# -- alarms ----------------------------------------------------------------------------------------------------------


async def test_a_channel_that_is_gone_is_told_to_the_admins_once_a_day(house: House) -> None:
    sentence = f"Northside: I can't post in <#{CHANNEL}> any more. The channel is archived"
    house.admins = (ADMIN,)
    house.start()
    await house.furnish(DAILY)
    house.poster.refusing[CHANNEL] = "is_archived"
    for moment in (EIGHT, AGENDA_DUE, AGENDA_DUE + 35 * MINUTE):
        await house.at(moment)
    audit = audit_of(house)
    for hours in range(3):
        house.clock.jump_to(NOON + hours * HOUR)
        report = await audit.look(house.clock())
        assert f"channel:{CLINIC.workspace}:{CHANNEL}" in report.alarms
        await house.pulse(3)
        audit = audit_of(house)  # as after a restart
    assert len([text for text in house.poster.texts(ADMIN) if text.startswith(sentence)]) == 1


async def test_without_admins_the_leads_are_told(house: House) -> None:
    await morning(house)
    report = await audit_of(house, lambda: ("disk", "The disk is nearly full.")).look(NOON)
    assert not report.clean
    await house.pulse(3)
    assert house.poster.texts(LEAD).count("The disk is nearly full.") == 1
    house.clock.jump_to(NOON + DAY)
    await _alarms(house).tell("disk", "The disk is nearly full.")
    await house.pulse(3)
    assert house.poster.texts(LEAD).count("The disk is nearly full.") == 2, "again on the next day"


async def test_an_alarm_comes_through_although_nothing_can_be_written(house: House) -> None:
    await morning(house)
    house.admins = (ADMIN,)
    alarms = Alarms(
        FullWork(house.work), house.poster, clock=house.clock, new_id=house.ids, admins=lambda _workspace: (ADMIN,)
    )
    for _ in range(2):
        await alarms.tell("disk", "The disk is nearly full.")
    assert house.poster.texts(ADMIN) == ["The disk is nearly full."]
    await Alarms(FullWork(house.work), house.poster, clock=house.clock, new_id=house.ids).tell("disk", "Full.")


async def test_an_alarm_past_the_outbox_is_told_as_soon_as_slack_takes_it(house: House) -> None:
    await morning(house)
    alarms = _alarms(house, FullWork(house.work), ADMIN)
    house.poster.order(Trouble(SlowDown(3600)), Trouble(NotPosted("service_unavailable")))
    await alarms.tell("disk", "Full.")
    assert house.poster.texts(ADMIN) == []
    for moment in (NOON + HOUR - SECOND, NOON + HOUR, NOON + HOUR + 30 * SECOND, NOON + HOUR + MINUTE, NOON + 2 * HOUR):
        house.clock.jump_to(moment)
        await alarms.tick()
    assert house.poster.texts(ADMIN) == ["Full."]
    assert [(one.at - NOON) / HOUR for one in house.poster.attempts if one.target == ADMIN][1] == 1, (
        "not before its time"
    )


async def test_an_alarm_whose_answer_was_lost_goes_once_more_and_says_so(house: House) -> None:
    await morning(house)
    alarms = _alarms(house, FullWork(house.work), ADMIN)
    house.poster.order(*[Trouble(OutcomeUnknown("lost"), stored=True)] * 2)
    await alarms.tell("disk", "Full.")
    for minutes in range(1, 9):
        house.clock.jump_to(NOON + minutes * MINUTE)
        await alarms.tick()
    assert house.poster.texts(ADMIN) == ["Full.", "(may be a repeat) Full."]


async def test_an_alarm_that_slack_never_takes_is_given_up(house: House) -> None:
    alarms = _alarms(house, FullWork(house.work), ADMIN)
    house.poster.order(*[Trouble(NotPosted("service_unavailable"))] * 40)
    await alarms.tell("disk", "Full.")
    for _ in range(50):
        house.clock.jump_to(house.clock() + MINUTE)
        await alarms.tick()
    assert len(house.poster.attempts) == 30


async def test_without_a_clinic_an_alarm_needs_no_outbox(house: House) -> None:
    await _alarms(house, house.work, ADMIN).tell("disk", "Full.")
    assert house.poster.texts(ADMIN) == ["Full."]
    await _alarms(house, house.work, ADMIN).tell("disk", "Full.")
    assert house.poster.texts(ADMIN) == ["Full."], "once a day, also over a restart"


async def test_an_admin_who_cannot_be_told_stops_nobody_else(house: House) -> None:
    await morning(house)
    house.admins = ("U0GONE001", ADMIN)
    house.poster.refusing["U0GONE001"] = "cannot_dm_bot"
    for work in (house.work, FullWork(house.work)):
        await _alarms(house, work, "U0GONE001", ADMIN).tell("disk", "Full.")
        await house.pulse(3)
    assert house.poster.texts(ADMIN) == ["Full.", "Full."]


async def test_alarms_come_before_what_cannot_be_noted(house: House) -> None:
    await morning(house)
    await lose(house, PostKind.HUDDLE_AGENDA, occurrence=True)
    full = FullWork(house.work)
    audit = Audit(
        full, _alarms(house, full, ADMIN), clock=house.clock, new_id=house.ids, checks=[lambda: ("disk", "Full.")]
    )
    with pytest.raises(StoreIsFull):
        await audit.look(NOON)
    assert house.poster.texts(ADMIN) == ["Full."]


async def test_leads_stay_leads_when_they_are_admins_too_and_are_told_once(house: House) -> None:
    house.admins = (LEAD,)
    house.start()
    await morning(house)
    async with house.work.writing() as books:
        await books.at(CLINIC).roster.set_duty(Duty.LEAD, [LEAD, READER])
        await books.commit()
    await lose(house, PostKind.WEEKLY_REMINDER, occurrence=True)
    await audit_of(house).look(NOON)
    notices = [post.target for post in await house.waiting() if post.kind is PostKind.NOTICE]
    assert notices == [LEAD, READER]


def _alarms(house: House, work: Work | None = None, *admins: str) -> Alarms:
    whom = admins or house.admins
    return Alarms(work or house.work, house.poster, clock=house.clock, new_id=house.ids, admins=lambda _workspace: whom)
