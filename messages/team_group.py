"""The form that takes everybody of a user group into a role, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from mat.clinic import Clinic, Duty
from mat.message import Message, View
from mat.playbook import Playbook, Role
from mat.ports import UserGroup
from messages import block_kit as kit
from messages.setup_review import people

TITLE = "Add a user group"
READERS = Duty.READS_CONCERNS.value


def group_form(clinic: Clinic, groups: Sequence[UserGroup], playbook: Playbook) -> View:
    """Which group into which role; where there is no group to choose, why, and what to do instead."""
    if not groups:
        nothing = (
            "I see no user group here. Either this workspace has none, or I was not given the optional permission "
            "`usergroups:read`. A lead can pick people one by one with *Change roles* and *Recipients*."
        )
        return kit.modal(TITLE, "mat:told:closed", [kit.section(nothing)])
    offered = [kit.option(f"@{g.handle} · {g.name}", g.id, f"{len(g.people)} in it") for g in groups]
    roles = [kit.option(role.title, role.id) for role in playbook.roles.values()]
    roles.append(kit.option("Reads concerns", READERS, "Staff are told who reads from now on"))
    blocks = [
        kit.field(
            "User group",
            kit.choice("static_select", "mat:group", offered, placeholder="Choose a user group"),
            block_id="group",
        ),
        kit.field(
            "Role",
            kit.choice("static_select", "mat:role", roles, placeholder="Choose a role"),
            block_id="role",
            hint="Whoever holds the role now keeps it. People who join or leave the group later change nothing here.",
        ),
    ]
    metadata = kit.pack(clinic=clinic.id)
    return kit.modal(TITLE, "mat:team:group", blocks, submit="Add", metadata=metadata)


def readers_added(group: UserGroup, new: Sequence[str], left_out: int) -> Message:
    """The same for those who read concerns; staff were told when there are new ones."""
    if new:
        text = (
            f"Saved. {people(new)} from @{kit.escape(group.handle)} now read concerns. I have told the team's channel."
        )
    else:
        text = f"Everybody in @{kit.escape(group.handle)} who can read concerns did so already."
    if left_out:
        text += f" Left out: {left_out}, because guests, apps and people who have left read none."
    return kit.message(text, [kit.section(text)])


def added(group: UserGroup, role: Role, new: Sequence[str], left_out: int) -> Message:
    """`new`: people who did not hold the role before; `left_out`: how many of the group cannot hold it."""
    if new:
        text = f"Saved. {people(new)} from @{kit.escape(group.handle)} now hold the role *{kit.escape(role.title)}*."
    else:
        text = f"Everybody in @{kit.escape(group.handle)} who can hold *{kit.escape(role.title)}* held it already."
    if left_out:
        text += f" Left out: {left_out}, because guests, apps and people who have left hold no role."
    return kit.message(text, [kit.section(text)])
