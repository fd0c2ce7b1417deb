"""A user group taken into a role, or among those who read concerns: `/mat team`, *Add a user group*.

Slack offers no picker for groups, so they come as a list.
"""

from __future__ import annotations

from dataclasses import replace

from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.form import Form
from commands.place import Place, place
from mat.errors import GroupGone, GroupTooLarge, MatError, NobodyInGroup, TooManyReaders
from mat.notices import notice_of
from mat.permissions import Action
from mat.ports import Books, UserGroup
from mat.setup import person_problem, save_team, team_of
from messages import team_group as wording
from messages.team import readers_now

MOST_AT_ONCE = 50
MOST_READERS = 20


async def open_form(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.CHANGE_TEAM)
    return Reply(view=wording.group_form(here.clinic, desk.directory.groups(), desk.playbook))


async def add_group(desk: Desk, ask: Ask) -> Reply:
    """Adds the group's people to the role; nobody loses it."""
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_TEAM)
        form = Form(ask.values)
        group = next((one for one in desk.directory.groups() if one.id == form.option("group")), None)
        role = desk.playbook.roles.get(form.option("role"))
        if group is not None and form.option("role") == wording.READERS:
            return await _add_readers(desk, books, here, group)
        if group is None or role is None:
            return _wrong(GroupGone())
        able = [user for user in group.people if person_problem(desk.directory.person(user), role=role.id) is None]
        if not able:
            return _wrong(NobodyInGroup(group=group.handle))
        if len(able) > MOST_AT_ONCE:
            return _wrong(GroupTooLarge(group=group.handle, count=len(able), limit=MOST_AT_ONCE))
        team = team_of(await here.books.roster.all())
        held = team.roles.get(role.id, ())
        new = tuple(user for user in able if user not in held)
        await save_team(here.books, replace(team, roles={**team.roles, role.id: (*held, *new)}), desk.playbook)
        await books.commit()
    return Reply(message=wording.added(group, role, new, len(group.people) - len(able)), home=True)


async def _add_readers(desk: Desk, books: Books, here: Place, group: UserGroup) -> Reply:
    """Its people of this moment, by name: whoever may edit a Slack group must not choose, unseen, who reads concerns."""
    able = [user for user in group.people if person_problem(desk.directory.person(user)) is None]
    if not able:
        return _wrong(NobodyInGroup(group=group.handle))
    team = team_of(await here.books.roster.all())
    new = tuple(user for user in able if user not in team.readers)
    readers = (*team.readers, *new)
    if len(readers) > MOST_READERS:
        return _wrong(TooManyReaders(group=group.handle, count=len(readers), limit=MOST_READERS))
    if new:
        await save_team(here.books, replace(team, readers=readers), desk.playbook)
        note = readers_now(here.clinic, readers)
        await books.outbox.add(notice_of(here.clinic, here.clinic.channel, note, desk.clock(), desk.new_id))
        await books.commit()
        desk.wake()
    return Reply(message=wording.readers_added(group, new, len(group.people) - len(able)), home=True)


def _wrong(problem: MatError) -> Reply:
    return Reply(errors={"group": problem.sentence})


ACTIONS: dict[str, Handler] = {"team:group": open_form}
VIEWS: dict[str, Handler] = {"team:group": add_group}
