"""Every sentence that a reader of concerns is shown: with the tests that hold it true, or with the reason why it needs none.

As in test_concern_promises.py for the submitter: change a sentence, and this fails until its proof was looked at again.
"""

from __future__ import annotations

from dataclasses import replace

from mat.concerns import Concern, InboxPage, IsoWeek, Note, PublicLine, Status
from messages import concern_inbox, concern_notice, concern_said
from tests.fakes.slack_limits import texts
from tests.named_tests import missing
from tests.unit.messages.test_concern_messages import CLINIC, PLAYBOOK

BOX = "tests/integration/concerns/test_box.py::"
COMMANDS = "tests/integration/concerns/test_commands.py::"
RETENTION = "tests/integration/concerns/test_retention.py::"
ROUNDS = "tests/integration/test_concern_rounds.py::"
SAID = "tests/integration/concerns/test_said.py::"
PROOFS = "tests/integration/concerns/test_proofs.py::"

PROVED: dict[str, tuple[str, ...]] = {
    "*Deleted.*": (
        BOX + "test_a_purged_concern_is_gone_for_readers_and_for_its_receipt",
        PROOFS + "test_purged_concerns_leave_no_sealed_byte_and_others_stay",
    ),
    "The concern, its replies and its receipt stop working.": (
        BOX + "test_a_purged_concern_is_gone_for_readers_and_for_its_receipt",
    ),
    "Nothing here. New concerns come with the batch, on working days.": (
        BOX + "test_a_concern_reaches_its_readers_with_the_batch_and_not_before",
    ),
    "The key to this was destroyed or lost, and nobody can read it any more.": (
        PROOFS + "test_a_destroyed_key_takes_its_month_out_of_the_oldest_backup_too",
    ),
    "Copy them as they stand. They go from the concern, its replies and its sentence for everybody, for good.": (
        BOX + "test_blacking_out_reaches_text_and_notes_and_what_the_submitter_reads",
        SAID + "test_blacked_out_words_go_from_home_too_and_are_not_told_anew",
    ),
    "Whoever raised it sees this when they look up their receipt. Don't try to find out who it is.": (
        COMMANDS + "test_a_reply_is_read_and_answered_with_the_receipt",
    ),
    "Whoever raised it reads it with their receipt; everybody, once it goes out under “You said, we did”. Say nothing that "
    "shows who raised it.": (SAID + "test_home_shows_a_sentence_after_a_yes_and_not_before",),
    "Home stops showing it": (SAID + "test_a_sentence_taken_back_leaves_home_and_the_preview",),
    "*Maple &lt;!here&gt;:* today's batch of concerns is in the inbox. It may be empty; I don't say here.": (
        ROUNDS + "test_the_batch_is_released_when_its_notice_is_written",
    ),
    "*Maple &lt;!here&gt;:* somebody chose not to wait for the batch. It is in the inbox now.": (
        ROUNDS + "test_asked_at_once_tells_each_reader_once_and_releases",
    ),
    "What everybody is told, once a month:": (SAID + "test_a_month_is_approved_once_and_handed_over_once",),
    "*Maple &lt;!here&gt;:* “You said, we did” for December 2026 is ready to look at. It goes to <#> once one of you says yes.": (
        SAID + "test_home_shows_a_sentence_after_a_yes_and_not_before",
    ),
    "Some sentences wait: so few concerns came in lately that everybody could count them. They follow when more have come.": (
        SAID + "test_what_is_told_stays_two_short_of_the_digests_group_until_that_is_full",
    ),
    "There are more; they come next month.": (SAID + "test_a_line_left_out_comes_back_the_next_month",),
}
# Buttons, titles and questions, which promise nothing.
LABELS = {
    *("Back", "Black out words", "Delete", "Delete for good?", "Keep it", "Newer", "Older", "Open", "Open the inbox"),
    *(
        "Reply",
        "Set status",
        "Your reply",
        "You said, we did",
        "Words to black out",
        "Every status",
        "Every topic",
        "Or",
    ),
    *("What becomes of it?", "What is it about?", "One sentence for everybody", "Take the sentence back"),
    *(
        "A reader replied:",
        "The person who raised it answered:",
        "*For everybody:*",
        "Cannot, and why",
        "Doing",
        "Done",
        "Heard",
    ),
    *("Waiting for an answer", "Done · Safety · batch of Fri, November 20 · words blacked out"),
    *("Edit", "Not this month", "Not yet", "Post it", "Post it?"),
    # A question to the reader, and advice.
    "Everybody will read these sentences. Does any of them show who raised a concern, or anything about a patient?",
    "Everybody in the team's channel reads it. I can't take it back.",
}
WRITTEN_BY_PEOPLE = {"A concern.", "A reply.", "New chairs.", "*Done:* New chairs."}


def shown() -> set[str]:
    here = concern_inbox.Shown(CLINIC, PLAYBOOK)
    concern = Concern(
        *("00", "safety", Status.DONE, IsoWeek(2026, 47), "2026-11-20"),
        redacted=True,
        text="A concern.",
        sentence="New chairs.",
        notes=(Note(from_reader=True, text="A reply."), Note(from_reader=False, text=None)),
    )
    lines = (PublicLine(Status.DONE, "New chairs."),)
    blocks = [
        concern_inbox.inbox(here, InboxPage((), 0, 1))["blocks"],
        concern_inbox.inbox(here, InboxPage((concern,), 1, 3), done=concern_inbox.DELETED)["blocks"],
        concern_inbox.concern_view(here, concern)["blocks"],
        concern_inbox.concern_view(here, replace(concern, text=None))["blocks"],
        concern_inbox.reply_form(here, concern)["blocks"],
        concern_inbox.status_form(here, concern)["blocks"],
        concern_inbox.black_out_form(here, concern)["blocks"],
        concern_notice.batch_notice(CLINIC).blocks,
        concern_notice.released_now(CLINIC).blocks,
        concern_said.preview(concern_said.Preview(CLINIC, "2026-12", lines, more=True, held=True)).blocks,
    ]
    topics = {text for topic in PLAYBOOK.topics.values() for text in (topic.label, topic.hint)}
    return {text for each in blocks for text in texts(each)} - topics - WRITTEN_BY_PEOPLE


def test_every_sentence_of_the_inbox_has_its_proof_or_is_a_label() -> None:
    assert shown() == PROVED.keys() | LABELS


def test_every_proof_exists() -> None:
    assert missing(name for names in PROVED.values() for name in names) == []
    assert all(PROVED.values())
