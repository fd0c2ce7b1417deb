"""`/mat privacy`: what the bot holds, what it never holds, its scopes, and deleting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mat.clinic import Clinic
from mat.message import Block, Message, View
from messages import block_kit as kit

CLINICS_SHOWN = 5
TYPED_NAME = 200


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission in Slack and what it is for. `without`: what is lost without it, for optional ones only."""

    name: str
    why: str
    without: str = ""

    @property
    def optional(self) -> bool:
        return bool(self.without)


SCOPES = (
    Scope("commands", "to hear `/mat` and the shortcuts"),
    Scope("chat:write", "to post agendas, reminders, digests and answers"),
    Scope("users:read", "to tell members from guests and apps, and to know your time zone"),
    Scope("channels:read", "to check that the team's channel is there and that I'm in it"),
    Scope("groups:read", "the same for a private channel"),
    Scope(
        "channels:history",
        "to look whether a post of mine stands in the team's channel when Slack's answer was lost",
        "I send such a post once more, marked “(may be a repeat)”",
    ),
    Scope(
        "groups:history",
        "the same for a private channel",
        "such a post comes once more there, marked “(may be a repeat)”",
    ),
    Scope(
        "im:history", "the same for my direct messages", "such a message comes once more, marked “(may be a repeat)”"
    ),
    Scope(
        "usergroups:read",
        "to take everybody of a user group, such as @front-desk, into a role or among those who read concerns",
        "a lead picks those people one by one",
    ),
)

HOLD = (
    "Your clinic: its name, the team's channel, the plan, huddles and whether they were held, closed days, agenda items, asks.",
    "People: Slack IDs, with roles and duties, milestones they own or changed, “I'm here”, agenda items and asks.",
    "Posts to come and where the ones I sent stand.",
    "Concerns: topic, sealed text and week, in a store of their own. They hold no person, so none can be deleted by person.",
    "In memory only, never stored: names, time zones, and who is an admin or a guest, as Slack tells me.",
)
NEVER = (
    "Anything about a patient. I stop common details before they are kept, but not all: please leave them out.",
    "Your messages. Where I may read a channel at all, I look for posts of my own and nothing else.",
    "Who raised a concern, who looked one up, who opened what, or who did not do something.",
    "E-mail addresses, phone numbers, passwords.",
)


def privacy(clinics: Sequence[Clinic]) -> Message:
    """The whole page. `clinics`: those this person may delete, one button each."""
    parts = {
        "What I hold": HOLD,
        "What I never hold": NEVER,
        "What Slack lets me do, and why": [_needed(s) for s in SCOPES if not s.optional],
        "What you may leave out, and what is lost then": [_optional(s) for s in SCOPES if s.optional],
        "How to delete": _deleting(clinics),
    }
    blocks: list[Block] = [kit.header("Privacy")]
    blocks += [kit.section("\n• ".join([f"*{head}*", *lines])) for head, lines in parts.items()]
    blocks.append(kit.actions(*_buttons(clinics)))
    spoken = " ".join(f"{head}: {' '.join(lines)}" for head, lines in parts.items())
    return kit.message(spoken, blocks)


def _needed(scope: Scope) -> str:
    return f"`{scope.name}` {scope.why}."


def _optional(scope: Scope) -> str:
    return f"`{scope.name}` {scope.why}. Without it {scope.without}."


def _deleting(clinics: Sequence[Clinic]) -> list[str]:
    lines = [
        "The button below deletes what I hold about you, at once and for good.",
        "What others wrote stays; where it mentions you, it then says “someone”.",
        "A lead can delete a whole clinic here, its concerns included.",
        "Slack keeps the messages that I posted, and backups keep what they had until they are replaced.",
    ]
    if len(clinics) > CLINICS_SHOWN:
        lines.append("For a clinic that has no button here, type `/mat privacy` in its team's channel.")
    return lines


def _buttons(clinics: Sequence[Clinic]) -> list[Block]:
    sure = kit.confirm(
        "Delete what I hold about you?",
        "Your roles and duties end, your milestones go back to their role, and your name leaves everything else. "
        "This can't be undone.",
        "Delete",
        "Keep",
    )
    buttons = [
        kit.button("Delete what you hold about me", "mat:privacy:forget", "me", style="danger", confirm=sure),
    ]
    for n, clinic in enumerate(clinics[:CLINICS_SHOWN]):
        label = "Delete this clinic" if len(clinics) == 1 else f"Delete {clinic.name}"
        value = kit.pack(clinic=clinic.id)
        buttons.append(kit.button(label, f"mat:privacy:delete#{n}", value, spoken=f"Delete {clinic.name}"))
    return buttons


def forgotten() -> Message:
    text = (
        "Done. I no longer hold anything about you: no role, no duty, no name behind anything. "
        "If you use me again, I start to hold what you do from then on."
    )
    return kit.message(text, [kit.section(text)])


def delete_form(clinic: Clinic) -> View:
    """Deleting a clinic takes its name, typed."""
    name = kit.escape(clinic.name)
    text = (
        f"This deletes everything I hold about *{name}*: the plan, the team, huddles, asks, posts to come, and every "
        "concern. It can't be undone, and receipts of concerns no longer find anything."
    )
    field = kit.field(
        "Type the clinic's name to confirm",
        kit.text_field("mat:confirm", max_length=TYPED_NAME, placeholder=clinic.name),
        block_id="confirm",
    )
    metadata = kit.pack(clinic=clinic.id)
    return kit.modal(
        "Delete this clinic",
        "mat:privacy:delete",
        [kit.section(text), field],
        submit="Delete for good",
        close="Keep it",
        metadata=metadata,
    )


def deleted(name: str) -> Message:
    text = f"Everything I held about *{kit.escape(name)}* is deleted. Slack keeps the messages I posted."
    return kit.message(text, [kit.section(text)])


def told_team(name: str, user: str) -> Message:
    """For the team's channel, the last thing said there. `user`: who deleted the clinic."""
    text = (
        f"<@{user}> has deleted everything I held about {kit.escape(name)}, so nothing more will come from me here. "
        "The buttons on older messages no longer do anything."
    )
    return kit.message(text, [kit.section(text)])
