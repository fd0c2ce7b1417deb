"""The submitter's side: one form to raise a concern or look up a receipt, and what it turns into.

Two people of one clinic get the same bytes: nothing here knows who looks at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mat.clinic import Clinic
from mat.concerns import LookUp, Receipt, Release
from mat.concerns.records import TEXT_LIMIT
from mat.concerns.retention import RETENTION_DAYS
from mat.message import Block, View
from mat.playbook import Playbook
from messages import block_kit as kit
from messages import concern_words as words

TITLE = "Raise a concern"
LOOK_UP_TITLE = "Look up a receipt"
SMALL_TEAM = 10
REPLIES_SHOWN = 30
# A receipt with room for any way to write it down.
RECEIPT_TYPED = 80


@dataclass(frozen=True, slots=True)
class FormReport:
    """What the form says of its clinic. `readers`: Slack user ids; `next_release`: aware, in the clinic's zone; `kept_days`: of
    retention.
    """

    clinic: Clinic
    playbook: Playbook
    readers: Sequence[str]
    team_size: int
    next_release: datetime
    kept_days: int = RETENTION_DAYS


def raise_form(report: FormReport) -> View:
    """The form. Its `private_metadata` holds the clinic and nothing else."""
    metadata = kit.pack(clinic=report.clinic.id)
    other = kit.button(LOOK_UP_TITLE, "mat:concern:lookup", metadata)
    blocks: list[Block] = [
        kit.section(
            "*Say what gets in the way.* Or look up one you raised before:", accessory=other, block_id="choice"
        ),
        kit.context("Your name is not kept. Please read what that means, below, before you send."),
        *_questions(report),
        kit.divider(),
        *_before_you_send(report),
    ]
    return kit.modal(TITLE, "mat:concern:raise", blocks, submit="Send", close="Cancel", metadata=metadata)


def _questions(report: FormReport) -> list[Block]:
    topics = [kit.option(topic.label, topic.id, topic.hint) for topic in report.playbook.topics.values()]
    release = [
        kit.option("With the next batch", Release.NEXT_BATCH.value, "Goes with the others, in no order"),
        kit.option("Now, within minutes", Release.NOW.value, "Narrows down who it can be: the time shows"),
    ]
    text = kit.text_field("mat:text", multiline=True, max_length=TEXT_LIMIT)
    when = kit.choice("radio_buttons", "mat:release", release, initial=Release.NEXT_BATCH.value)
    return [
        kit.field("What is it about?", kit.choice("static_select", "mat:topic", topics), block_id="topic"),
        kit.field("What gets in the way?", text, block_id="text", hint=words.NO_PATIENT),
        kit.field("When may the readers see it?", when, block_id="release"),
    ]


def _before_you_send(report: FormReport) -> list[Block]:
    readers = ", ".join(f"<@{user}>" for user in report.readers) or "nobody yet; your clinic has to name readers first"
    crisis = " ".join(kit.escape(f"{route.title}: {route.how}") for route in report.playbook.help_routes.values())
    kept = [*words.KEPT, words.kept_for(report.kept_days), words.IN_MEMORY]
    hidden = [*words.CANNOT_HIDE, _team_size(report.team_size)]
    return [
        kit.section(f"*In trouble now?* {words.NOT_WATCHED} {crisis} {words.SUPERVISOR}"),
        kit.section(
            f"*Who reads it at {kit.escape(report.clinic.name)}:* {readers}\n*Next batch:* {_when(report.next_release)}"
        ),
        kit.section(f"*What I keep*\n{_listed(kept)}"),
        kit.section(f"*What I don't keep*\n{_listed([words.NAME_NOT_KEPT, words.LINE_UNREAD])}"),
        kit.section(f"*What I cannot hide*\n{_listed(hidden)}"),
    ]


def _when(at: datetime) -> str:
    """By the clinic's clock, the zone named: Slack's own dates would be in each reader's zone and name none."""
    return f"{kit.day(at)}, {kit.clock_time(at)} {at.tzname()}"


def _team_size(people: int) -> str:
    if people < SMALL_TEAM:
        listed = "1 person" if people == 1 else f"{people} people"
        return f"A small team is easier to guess: this one has {listed} on its list."
    return "The fewer people know of a thing, the easier it is to guess who wrote it."


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"• {line}" for line in lines)


def receipt_view(receipt: Receipt, release: Release, next_release: datetime) -> View:
    """Shown once, in place of the form."""
    goes = "within minutes" if release is Release.NOW else f"with the next batch, {_when(next_release)}"
    blocks = [
        kit.section("*Thank you. Your concern is kept.* This is your receipt:"),
        kit.section(f"`{receipt.shown}`"),
        kit.section("Write it down now, somewhere only you look. I show it only once and cannot bring it back."),
        kit.section(
            f"The readers see your concern {goes}. To see what became of it, type `/mat concern` and choose "
            f"*{LOOK_UP_TITLE}*. I never come to you, because I don't know you."
        ),
    ]
    return kit.modal("Your receipt", "mat:concern:receipt", blocks)


def look_up_form(clinic: Clinic, *, nothing_yet: bool = False) -> View:
    """Asks for a receipt. `nothing_yet`: shown after one that is unknown or unanswered, with the same bytes for both."""
    metadata = kit.pack(clinic=clinic.id)
    other = kit.button(TITLE, "mat:concern:raise", metadata)
    blocks: list[Block] = [kit.section("See what became of a concern. Or:", accessory=other, block_id="choice")]
    if nothing_yet:
        blocks.append(
            kit.section(
                "*Nothing to show for this receipt yet.* Either nobody has answered so far, or there is a typo in it: "
                "please compare it once more. Or the concern was deleted, as all are when their time is over."
            )
        )
    blocks.append(_receipt_field())
    return kit.modal(LOOK_UP_TITLE, "mat:concern:lookup", blocks, submit="Look up", metadata=metadata)


def _receipt_field() -> Block:
    field = kit.text_field("mat:receipt", max_length=RECEIPT_TYPED)
    hint = "20 letters and digits. Spaces, dashes and small letters don't matter."
    return kit.field("Your receipt", field, block_id="receipt", hint=hint)


def outcome_view(clinic: Clinic, found: LookUp) -> View:
    """Status and replies, with room for an answer. The receipt's field keeps what was typed: Slack does that by its id."""
    blocks: list[Block] = [kit.section(f"*Status:* {words.STATUS[found.status]}")]
    if found.sentence:
        blocks.append(kit.plain_section(found.sentence))
    for reply in found.replies[-REPLIES_SHOWN:]:
        blocks += [kit.context("A reader replied:"), kit.plain_section(reply)]
    answer = kit.text_field("mat:answer", multiline=True, max_length=TEXT_LIMIT)
    blocks += [
        kit.divider(),
        kit.field("Your answer", answer, block_id="answer", hint=words.NO_PATIENT),
        _receipt_field(),
        kit.context("Your answer reaches the readers with the next batch."),
    ]
    metadata = kit.pack(clinic=clinic.id)
    return kit.modal("Your concern", "mat:concern:answer", blocks, submit="Send answer", metadata=metadata)


def answered_view(next_release: datetime) -> View:
    blocks = [kit.section(f"*Your answer is kept.* The readers see it with the next batch, {_when(next_release)}.")]
    return kit.modal("Your concern", "mat:concern:answered", blocks)


def which_clinic(clinics: Sequence[Clinic]) -> View:
    """For somebody who works with several clinics. Chosen here and remembered nowhere."""
    buttons = [
        kit.button(clinic.name, f"mat:concern:raise#{n}", kit.pack(clinic=clinic.id))
        for n, clinic in enumerate(clinics[: kit.ACTION_ELEMENTS])
    ]
    return kit.modal(TITLE, "mat:concern:which", [kit.section("Which clinic is it about?"), kit.actions(*buttons)])
