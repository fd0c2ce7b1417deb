"""What the planner reads and writes of many clinics at once, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from mat.clinic import Clinic, Duty
from mat.closures import NEVER_CLOSED, Closure, Closures
from mat.delivery import OccurrenceState, PostKind, Schedule
from mat.due import DueSchedule
from mat.huddles import AgendaItem, Meeting, MeetingState
from mat.ports import Books, Work
from tests.contracts.test_work_huddles import DAILY
from tests.contracts.test_work_schedules import AGENDA, DIGEST, LOCAL, occurrence_of, post_of
from tests.stores import BIRCH, MAPLE, NOW, keep, open_work

OTHER = replace(MAPLE, workspace="T2")
REPAIRS = Closure("x1", date(2027, 3, 8), date(2027, 3, 9), "Repairs “now”")
MEETING = Meeting("s1", datetime(2027, 3, 1, 9), NOW)


@pytest.fixture(autouse=True)
async def clinics(work: Work) -> None:
    await keep(work, MAPLE, BIRCH, OTHER)


def schedule_of(clinic: Clinic, schedule: Schedule = AGENDA) -> Schedule:
    return replace(
        schedule, id=f"{schedule.id}-{clinic.workspace}-{clinic.id}", workspace=clinic.workspace, clinic=clinic.id
    )


async def furnish(books: Books, clinic: Clinic, mark: str) -> None:
    at = books.at(clinic)
    await at.schedules.put(schedule_of(clinic))
    await at.huddles.save_series(replace(DAILY, id="s1", title=mark))
    await at.closures.save(replace(REPAIRS, label=mark))
    await at.closures.keep_holidays(["Thanksgiving"])
    await at.roster.set_role("nurse", [f"U-{mark}"])
    await at.roster.set_duty(Duty.LEAD, [f"U2-{mark}", f"U1-{mark}"])


async def test_each_due_schedule_comes_with_the_rows_of_its_own_clinic(work: Work) -> None:
    async with work.writing() as books:
        for mark, clinic in (("a", MAPLE), ("b", OTHER)):
            await furnish(books, clinic, mark)
        await books.at(BIRCH).schedules.put(schedule_of(BIRCH, replace(DIGEST, next_local=LOCAL, next_at=NOW)))
        await books.commit()
    async with work.writing() as books:
        due = await books.planning.due(NOW, 10, PostKind)
    expected = [
        DueSchedule(
            schedule_of(clinic),
            clinic,
            replace(DAILY, id="s1", title=mark),
            Closures((replace(REPAIRS, label=mark),), frozenset({"Thanksgiving"})),
            {Duty.LEAD: (f"U1-{mark}", f"U2-{mark}")},
        )
        for mark, clinic in (("a", MAPLE), ("b", OTHER))
    ]
    digest = schedule_of(BIRCH, replace(DIGEST, next_local=LOCAL, next_at=NOW))
    assert list(due) == [*expected, DueSchedule(digest, BIRCH, None, NEVER_CLOSED, {})]


async def test_a_batch_adds_what_is_not_there_yet_and_says_which(work: Work) -> None:
    first, second = occurrence_of(AGENDA), occurrence_of(AGENDA, 1)
    skipped = replace(occurrence_of(AGENDA, 2), state=OccurrenceState.SKIPPED, reason="closed: “Räumung” 🙂")
    posts = [
        post_of(second),
        replace(post_of(second, "C2"), subject="line\nline", turn_at=NOW + timedelta(microseconds=5)),
    ]
    async with work.writing() as books:
        await books.at(MAPLE).schedules.put(AGENDA)
        assert await books.planning.plan([(first, [post_of(first)])]) == {first.id}
        again = replace(first, id="again")
        found = await books.planning.plan([(again, [post_of(again, "C9")]), (second, posts), (skipped, [])])
        assert found == {second.id, skipped.id}
        await books.commit()
    async with work.reading() as books:
        assert [post.id for post in await books.outbox.ready(NOW, 10)] == [post_of(first).id]
        assert [await books.outbox.get(post.id) for post in posts] == posts
        trace = await books.at(MAPLE).schedules.trace(LOCAL)
        assert trace == {(AGENDA.id, LOCAL + timedelta(days=n)): True for n in range(3)}


async def test_nothing_to_plan_is_no_trouble(work: Work) -> None:
    async with work.writing() as books:
        assert await books.planning.due(NOW, 10, PostKind) == ()
        assert await books.planning.plan([]) == frozenset()
        await books.planning.open_meetings([])
        await books.planning.advance([])


async def test_a_huddle_that_somebody_has_touched_stays_as_it_is(work: Work) -> None:
    held = replace(MEETING, local_at=MEETING.local_at + timedelta(days=1), state=MeetingState.HELD, by="U1")
    async with work.writing() as books:
        await books.at(MAPLE).huddles.save_meeting(held)
        await books.planning.open_meetings([(MAPLE, MEETING), (MAPLE, replace(MEETING, local_at=held.local_at))])
        await books.commit()
    async with work.reading() as books:
        assert await books.at(MAPLE).huddles.meeting("s1", MEETING.local_at) == MEETING
        assert await books.at(MAPLE).huddles.meeting("s1", held.local_at) == held
        assert await books.at(OTHER).huddles.meeting("s1", MEETING.local_at) is None


async def test_many_schedules_move_on_and_one_of_another_clinic_does_not(work: Work) -> None:
    mine, ended = schedule_of(MAPLE), schedule_of(OTHER)
    async with work.writing() as books:
        await books.at(MAPLE).schedules.put(mine)
        await books.at(OTHER).schedules.put(ended)
        moved = replace(mine, rule="FREQ=YEARLY", next_local=LOCAL + timedelta(days=1), next_at=NOW + timedelta(days=1))
        await books.planning.advance([moved, ended.moved(None, None), replace(ended, workspace="T1", since=NOW)])
        await books.commit()
    async with work.reading() as books:
        assert await books.at(MAPLE).schedules.all() == (replace(moved, rule=mine.rule),)
        assert await books.at(OTHER).schedules.all() == (ended.moved(None, None),)


async def test_an_instant_without_a_zone_is_refused(work: Work) -> None:
    naive = replace(occurrence_of(AGENDA), due_at=LOCAL)
    async with work.writing() as books:
        with pytest.raises(ValueError, match="zone"):
            await books.planning.plan([(naive, [])])


async def test_of_two_planners_on_one_database_none_waits_for_the_other_and_none_takes_its_schedules(
    postgres_main_url: str,
) -> None:
    async with open_work(postgres_main_url) as one, open_work(postgres_main_url) as other:
        await keep(one, *(clinics := [replace(MAPLE, id=f"c{n}") for n in range(4)]))
        async with one.writing() as books:
            for clinic in clinics:
                await books.at(clinic).schedules.put(schedule_of(clinic))
            await books.commit()
        async with one.writing() as mine, other.writing() as theirs:
            taken = [due.clinic.id for due in await mine.planning.due(NOW, 3, PostKind)]
            left = [due.clinic.id for due in await theirs.planning.due(NOW, 3, PostKind)]
        assert (len(taken), len(left)) == (3, 1)
        assert sorted(taken + left) == [clinic.id for clinic in clinics]


async def test_what_is_gathered_for_posts_is_what_the_books_of_their_clinics_say(work: Work) -> None:
    item = AgendaItem("i1", "s1", "Refill “questions”", "U1", NOW)
    held = replace(MEETING, state=MeetingState.HELD, by="U1", here=("U1", "U2"))
    async with work.writing() as books:
        await furnish(books, MAPLE, "a")
        await furnish(books, OTHER, "b")
        await books.at(OTHER).huddles.save_meeting(held)
        await books.at(OTHER).huddles.add_item(item)
        await books.at(OTHER).huddles.add_item(replace(item, id="i2", added_at=NOW - timedelta(days=1)))
        await books.commit()
    occurrences = [replace(occurrence_of(schedule_of(clinic)), local_at=MEETING.local_at) for clinic in (MAPLE, OTHER)]
    posts = [post_of(occurrence) for occurrence in occurrences]
    async with work.reading() as books:
        gone = replace(posts[0], clinic="gone", subject="", local_at=None)
        rows = await books.planning.gather([*posts, gone], PostKind)
        for clinic in (MAPLE, OTHER):
            key, at = (clinic.workspace, clinic.id), books.at(clinic)
            of = (*key, "s1")
            assert rows.clinics[key] == clinic
            assert rows.closures[key] == await at.closures.all()
            assert rows.people[key][Duty.LEAD] == await at.roster.people_with(Duty.LEAD)
            assert rows.series[of] == await at.huddles.one("s1")
            assert rows.meetings.get((of, MEETING.local_at)) == await at.huddles.meeting("s1", MEETING.local_at)
            assert tuple(rows.items.get(of, ())) == await at.huddles.items("s1")
    assert rows.asked == {("T1", "maple"), ("T2", "maple"), ("T1", "gone")}
    assert rows.asked_times == {((*key, "s1"), MEETING.local_at) for key in (("T1", "maple"), ("T2", "maple"))}
    assert ("T1", "gone") not in rows.clinics


async def test_people_are_read_for_the_kinds_that_go_to_them_and_no_other(work: Work) -> None:
    async with work.writing() as books:
        await furnish(books, MAPLE, "a")
        await furnish(books, OTHER, "b")
        for clinic in (MAPLE, OTHER):
            await books.at(clinic).schedules.put(schedule_of(clinic))
        await books.commit()
    agenda = post_of(occurrence_of(schedule_of(MAPLE)))
    digest = replace(post_of(occurrence_of(schedule_of(OTHER))), kind=PostKind.DIGEST)
    async with work.reading() as books:
        rows = await books.planning.gather([agenda, digest], {PostKind.DIGEST})
    assert rows.asked_people == rows.people.keys() == {("T2", "maple")}
    async with work.writing() as books:
        assert [one.people for one in await books.planning.due(NOW, 9, {PostKind.DIGEST})] == [{}, {}]
        assert all(one.people for one in await books.planning.due(NOW, 9, {agenda.kind}))


async def test_clinics_stand_in_pages_with_their_schedules_and_closed_days(work: Work) -> None:
    async with work.writing() as books:
        for mark, clinic in (("a", MAPLE), ("b", OTHER)):
            await furnish(books, clinic, mark)
        await books.clinics.save(replace(BIRCH, id="new", ready=False))
        await books.commit()
    async with work.reading() as books:
        first = await books.planning.standing(None, 2)
        rest = await books.planning.standing(("T1", "maple"), 2)
        assert await books.planning.standing(("T2", "maple"), 2) == []
    assert [one.clinic for one in (*first, *rest)] == [BIRCH, MAPLE, OTHER]
    assert (first[0].schedules, first[0].closures) == ((), NEVER_CLOSED)
    assert [list(one.schedules) for one in (first[1], rest[0])] == [[schedule_of(MAPLE)], [schedule_of(OTHER)]]
    assert [one.closures.spans[0].label for one in (first[1], rest[0])] == ["a", "b"]


async def test_traces_of_many_clinics_are_those_of_their_books(work: Work) -> None:
    skipped = replace(occurrence_of(schedule_of(OTHER), 1), id="o9", state=OccurrenceState.SKIPPED, reason="too-late")
    async with work.writing() as books:
        for mark, clinic in (("a", MAPLE), ("b", OTHER)):
            await furnish(books, clinic, mark)
            bare = replace(occurrence_of(schedule_of(clinic)), id=f"o-{mark}")
            assert await books.outbox.plan(bare, [post_of(bare)] if mark == "a" else [])
        assert await books.outbox.plan(skipped, [])
        await books.commit()
    async with work.reading() as books:
        for since in (LOCAL, LOCAL + timedelta(days=1), LOCAL + timedelta(days=2)):
            found = await books.planning.traces([("T1", "maple"), ("T2", "maple"), ("T1", "birch")], since)
            for clinic in (MAPLE, BIRCH, OTHER):
                expected = await books.at(clinic).schedules.trace(since)
                assert found.get((clinic.workspace, clinic.id), {}) == expected
