"""The readers' inbox: a modal, never a message. What staff wrote is plain text here, never markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mat.clinic import Clinic
from mat.concerns import Concern, InboxPage, Note, Status
from mat.concerns.records import SENTENCE_LIMIT, TEXT_LIMIT
from mat.message import Block, View
from mat.playbook import Playbook
from messages import block_kit as kit
from messages import concern_words as words

TITLE = "Concerns"
PREVIEW = 240
NOTES_SHOWN = 30
BLACKED_OUT_WORDS = 200
ALL = "all"
DELETED = "*Deleted.*"
KEY_GONE = "The key to this was destroyed or lost, and nobody can read it any more."


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a reader is in the inbox; travels in buttons. `status` and `topic` are ids or `all`."""

    clinic: Clinic
    playbook: Playbook
    status: str = ALL
    topic: str = ALL
    page: int = 0

    def pack(self, **more: str) -> str:
        """The place as a button's value; `more` replaces parts of it."""
        place = {"clinic": self.clinic.id, "status": self.status, "topic": self.topic, "page": str(self.page)}
        return kit.pack(**(place | more))

    def topic_label(self, topic: str) -> str:
        found = self.playbook.topics.get(topic)
        return found.label if found else topic


def inbox(shown: Shown, found: InboxPage, *, done: str = "") -> View:
    """One page of released concerns, newest batch first. `done`: a sentence about what was just done."""
    blocks: list[Block] = [*([kit.section(done)] if done else []), _filters(shown)]
    if not found.concerns:
        blocks.append(kit.section("Nothing here. New concerns come with the batch, on working days."))
    for number, concern in enumerate(found.concerns):
        open_it = kit.button("Open", f"mat:concern:open#{number}", shown.pack(concern=concern.id))
        preview = kit.plain_section(kit.cut(concern.text or KEY_GONE, PREVIEW))
        blocks += [kit.context(_facts(shown, concern)), {**preview, "accessory": open_it}]
    if found.pages > 1:
        blocks += [kit.divider(), _pages(shown, found)]
    said = kit.button("You said, we did", "mat:concern:said", kit.pack(clinic=shown.clinic.id))
    blocks += [kit.divider(), kit.section("What everybody is told, once a month:", accessory=said)]
    return kit.modal(TITLE, "mat:concern:inbox", blocks, metadata=kit.pack(clinic=shown.clinic.id))


def _filters(shown: Shown) -> Block:
    statuses = [("Every status", ALL), *((text, status.value) for status, text in words.STATUS.items())]
    topics = [("Every topic", ALL), *((topic.label, topic.id) for topic in shown.playbook.topics.values())]
    by_status = [kit.option(text, shown.pack(status=value, page="0")) for text, value in statuses]
    by_topic = [kit.option(text, shown.pack(topic=value, page="0")) for text, value in topics]
    return kit.actions(
        kit.choice("static_select", "mat:concern:inbox#status", by_status, initial=shown.pack(page="0")),
        kit.choice("static_select", "mat:concern:inbox#topic", by_topic, initial=shown.pack(page="0")),
        block_id="filters",
    )


def _pages(shown: Shown, found: InboxPage) -> Block:
    buttons: list[Block] = []
    if found.page > 0:
        buttons.append(kit.button("Newer", "mat:concern:inbox#newer", shown.pack(page=str(found.page - 1))))
    if found.page + 1 < found.pages:
        buttons.append(kit.button("Older", "mat:concern:inbox#older", shown.pack(page=str(found.page + 1))))
    return kit.actions(*buttons)


def _facts(shown: Shown, concern: Concern) -> str:
    batch = kit.day(date.fromisoformat(concern.batch))
    parts = [words.STATUS[concern.status], kit.escape(shown.topic_label(concern.topic)), f"batch of {batch}"]
    parts += ["words blacked out"] if concern.redacted else []
    return " · ".join(parts)


def concern_view(shown: Shown, concern: Concern) -> View:
    """One concern with its conversation and everything a reader can do about it."""
    value = shown.pack(concern=concern.id)
    blocks: list[Block] = [
        kit.context(_facts(shown, concern)),
        kit.plain_section(concern.text or KEY_GONE),
    ]
    if concern.sentence:
        blocks += [kit.context("*For everybody:*"), kit.plain_section(concern.sentence)]
    for note in concern.notes[-NOTES_SHOWN:]:
        blocks += _note(note)
    sure = kit.confirm(
        "Delete for good?", "The concern, its replies and its receipt stop working.", "Delete", "Keep it"
    )
    blocks.append(
        kit.actions(
            kit.button("Reply", "mat:concern:reply", value, style="primary"),
            kit.button("Set status", "mat:concern:status", value),
            kit.button("Black out words", "mat:concern:blackout", value),
            kit.button("Delete", "mat:concern:purge", value, style="danger", confirm=sure),
            kit.button("Back", "mat:concern:inbox", shown.pack()),
        )
    )
    return kit.modal(TITLE, "mat:concern:open", blocks, metadata=kit.pack(clinic=shown.clinic.id))


def _note(note: Note) -> list[Block]:
    who = "A reader replied:" if note.from_reader else "The person who raised it answered:"
    return [kit.context(who), kit.plain_section(note.text or KEY_GONE)]


def reply_form(shown: Shown, concern: Concern) -> View:
    text = kit.text_field("mat:text", multiline=True, max_length=TEXT_LIMIT)
    hint = "Whoever raised it sees this when they look up their receipt. Don't try to find out who it is."
    return _form(
        shown, concern, "Reply", "mat:concern:reply", [kit.field("Your reply", text, block_id="text", hint=hint)]
    )


def status_form(shown: Shown, concern: Concern) -> View:
    """Status, topic and the public sentence; a field that nobody touches keeps what is stored."""
    statuses = [kit.option(text, status.value) for status, text in words.STATUS.items() if status is not Status.WAITING]
    topics = [kit.option(topic.label, topic.id) for topic in shown.playbook.topics.values()]
    status = kit.choice("radio_buttons", "mat:status", statuses, initial=concern.status.value)
    topic = kit.choice("static_select", "mat:topic", topics, initial=concern.topic)
    sentence = kit.text_field("mat:sentence", initial=concern.sentence, max_length=SENTENCE_LIMIT)
    hint = (
        "Whoever raised it reads it with their receipt; everybody, once it goes out under “You said, we did”. "
        "Say nothing that shows who raised it."
    )
    fields = [
        kit.field("What becomes of it?", status, block_id="status"),
        kit.field("What is it about?", topic, block_id="topic"),
        kit.field("One sentence for everybody", sentence, block_id="sentence", optional=True, hint=hint),
    ]
    if concern.sentence:
        back = kit.choice(
            "checkboxes", "mat:back", [kit.option("Take the sentence back", "yes", "Home stops showing it")]
        )
        fields.append(kit.field("Or", back, block_id="back", optional=True))
    return _form(shown, concern, "Set status", "mat:concern:status", fields)


def black_out_form(shown: Shown, concern: Concern) -> View:
    text = kit.text_field("mat:words", max_length=BLACKED_OUT_WORDS)
    hint = "Copy them as they stand. They go from the concern, its replies and its sentence for everybody, for good."
    fields = [kit.field("Words to black out", text, block_id="words", hint=hint)]
    return _form(shown, concern, "Black out words", "mat:concern:blackout", fields)


def _form(shown: Shown, concern: Concern, verb: str, callback: str, fields: list[Block]) -> View:
    value = shown.pack(concern=concern.id)
    preview = kit.plain_section(kit.cut(concern.text or KEY_GONE, PREVIEW))
    back = kit.actions(kit.button("Back", "mat:concern:open", value))
    return kit.modal(TITLE, callback, [preview, *fields, back], submit=verb, metadata=value)
