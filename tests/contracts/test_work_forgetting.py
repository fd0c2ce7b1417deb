"""Forgetting a person, on every store."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from mat.asks import Ask, AskState
from mat.clinic import Clinic, Duty, Member
from mat.delivery import Post, PostKind, PostState
from mat.huddles import AgendaItem, Meeting, MeetingState
from mat.plan import Change, MilestoneRow, State
from mat.ports import Books
from store.engine import open_engines
from store.tables import metadata
from store.work import SqlWork
from tests.contracts.test_work_huddles import AT
from tests.stores import BIRCH, MAPLE, NOW, keep, open_work

GONE, STAYS = "U12", "U123"
LABELS = {GONE: "gone", STAYS: "stays"}
ELSEWHERE = replace(MAPLE, workspace="T2")


async def _work_of(books: Books, clinic: Clinic, user: str) -> None:
    """Everything one person can leave behind in a clinic."""
    at, label = books.at(clinic), LABELS[user]
    mark = f"{clinic.workspace}-{clinic.id}-{label}"
    await at.roster.set_role(f"role-{label}", [user])
    await at.roster.set_duty(Duty.LEAD, [m.user for m in await at.roster.all()])
    before = MilestoneRow(f"m-{label}", owner=user)
    after = MilestoneRow(f"m-{label}", State.STUCK, f"ask <@{user}> or <@{user}|ann>", owner=user)
    await at.milestones.record(Change(f"c-{mark}", f"m-{label}", NOW, user, before, after))
    await at.huddles.say_here("s1", AT, user)
    await at.huddles.add_item(AgendaItem(f"i-{mark}", "s1", f"Thank <@{user}>", user, NOW))
    answer = f"<@{user}> will see"
    await at.asks.save(Ask(f"a-{mark}", "A room", user, NOW, AskState.OPEN, answer, answered_by=user, answered_at=NOW))
    await books.outbox.add(Post(f"p-{mark}", clinic.workspace, clinic.id, PostKind.DIGEST, "", user, NOW, NOW, 1))


async def _fill(work: SqlWork) -> None:
    await keep(work, MAPLE, BIRCH, ELSEWHERE)
    async with work.writing() as books:
        for clinic in (MAPLE, BIRCH, ELSEWHERE):
            await books.at(clinic).huddles.save_meeting(Meeting("s1", AT, NOW, MeetingState.HELD, GONE))
            for user in (GONE, STAYS):
                await _work_of(books, clinic, user)
                await books.clinics.remember(clinic.workspace, user, clinic.id)
        await books.commit()


async def test_a_person_is_gone_from_every_row_of_their_workspace_and_from_no_other(main_url: str) -> None:
    named = re.compile(rf"\b{GONE}\b")
    async with open_work(main_url) as work:
        await _fill(work)
        before = await _rows(main_url)
        async with work.writing() as books:
            await books.clinics.forget_person("T1", GONE)
            await books.commit()
        after = await _rows(main_url)
    assert {table for table, row in before["T1"] if named.search(row)} == {
        "agenda_item", "ask", "attendance", "meeting", "milestone", "milestone_change", "post", "remembered_clinic", "roster",
    }  # fmt: skip
    assert [row for row in after["T1"] if named.search(row[1])] == []
    assert after["T2"] == before["T2"]
    untouched = [row for row in before["T1"] if not named.search(row[1])]
    assert [row for row in after["T1"] if row in untouched] == untouched


async def test_what_the_team_decided_stays_without_the_name(work: SqlWork) -> None:
    await _fill(work)
    async with work.writing() as books:
        await books.clinics.forget_person("T1", GONE)
        await books.commit()
    async with work.reading() as books:
        at = books.at(MAPLE)
        row = await at.milestones.row("m-gone")
        assert (row.state, row.owner, row.note) == (State.STUCK, "", "ask someone or someone")
        change = await at.milestones.latest_change("m-gone")
        assert change is not None
        assert (change.by, change.before.owner, change.after) == ("", "", row)
        assert await at.roster.all() == (Member(STAYS, ("role-stays",), frozenset({Duty.LEAD})),)
        assert await at.huddles.last_held() == Meeting("s1", AT, NOW, MeetingState.HELD, "", (STAYS,))
        items = {item.by: item.text for item in await at.huddles.items("s1")}
        assert items == {"": "Thank someone", STAYS: f"Thank <@{STAYS}>"}
        ask = await at.asks.get("a-T1-maple-gone")
        assert ask == Ask(ask.id, "A room", "", NOW, AskState.OPEN, "someone will see", "", NOW) if ask else False
        assert [post.target for post in await books.outbox.ready(NOW, 9)] == [STAYS, STAYS, GONE, STAYS]
        assert await books.clinics.remembered("T1", GONE) is None
        assert await books.clinics.of_person("T1", GONE) == ()
        assert await books.clinics.of_person("T2", GONE) == (ELSEWHERE,)


async def test_a_notice_that_names_somebody_forgotten_names_someone(work: SqlWork) -> None:
    """A notice belongs to no occurrence, so its row has a text that is NULL."""
    await keep(work, MAPLE)
    note = f"<@{GONE}> will do it, with <@{STAYS}>."
    async with work.writing() as books:
        await books.outbox.add(Post("p1", "T1", "maple", PostKind.NOTICE, "", STAYS, NOW, NOW, 1, note=note))
        await books.clinics.forget_person("T1", GONE)
        kept = await books.outbox.get("p1")
    assert kept is not None
    assert kept.note == f"someone will do it, with <@{STAYS}>."


async def test_a_post_on_its_way_to_someone_forgotten_does_not_come_back(work: SqlWork) -> None:
    await keep(work, MAPLE)
    post = Post("p1", "T1", "maple", PostKind.DIGEST, "", GONE, NOW, NOW, 1, state=PostState.SENDING)
    async with work.writing() as books:
        await books.outbox.add(post)
        await books.clinics.forget_person("T1", GONE)
        assert await books.outbox.save(replace(post, state=PostState.SENT, sent_at=NOW + timedelta(1))) is False
        assert await books.outbox.get("p1") is None


async def _rows(url: str) -> dict[str, list[tuple[str, str]]]:
    """Every row as text beside its table's name, by workspace."""
    engines = open_engines(url)
    found: dict[str, list[tuple[str, str]]] = {"T1": [], "T2": []}
    async with engines.reader.connect() as connection:
        for table in metadata.sorted_tables:
            for row in await connection.execute(select(table).order_by(*table.primary_key.columns)):
                found[row.workspace].append((table.name, repr(tuple(row))))
    await engines.close()
    return found
