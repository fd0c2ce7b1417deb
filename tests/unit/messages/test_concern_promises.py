"""Every sentence that a submitter reads is here: with the tests that hold it true, or with the reason why it needs none.

Change a sentence, and this fails until its proof was looked at again; drop a proof, and it fails too.
"""

from __future__ import annotations

from mat.concerns import LookUp, Release, Status
from messages import concern_form
from tests.fakes.slack_limits import texts
from tests.named_tests import missing
from tests.unit.messages.test_concern_messages import CLINIC, PLAYBOOK, RECEIPT, RELEASE, REPORT

BEHIND = "tests/integration/concerns/test_nothing_left_behind.py::"
COMMANDS = "tests/integration/concerns/test_commands.py::"
BOX = "tests/integration/concerns/test_box.py::"
FIREWALL = "tests/integration/concerns/test_log_firewall.py::"
PROOFS = "tests/integration/concerns/test_proofs.py::"
SCHEMA = "tests/migrations/test_concerns_migrations.py::"
LIMITS = "tests/unit/concerns/test_limits.py::"
RETENTION = "tests/integration/concerns/test_retention.py::"
WORDS = "tests/unit/messages/test_concern_messages.py::"
WHEN = "Mon, November 23, 8:00 AM CST"

PROVED: dict[str, tuple[str, ...]] = {
    "Your name is not kept. Please read what that means, below, before you send.": (
        COMMANDS + "test_no_file_and_no_log_holds_who_raised_it",
        PROOFS + "test_five_days_of_submissions_leave_nobody_in_any_file",
    ),
    "Your name is not kept, nor your user ID, the hour, or the order in which concerns came.": (
        PROOFS + "test_five_days_of_submissions_leave_nobody_in_any_file",
        PROOFS + "test_no_file_keeps_the_order_of_arrival",
        SCHEMA + "test_no_column_names_a_person_or_a_time",
        BEHIND + "test_keys_and_folders_keep_their_times_and_the_store_shows_the_keepers_round",
        FIREWALL + "test_whatever_happens_no_log_and_no_exception_tells_who_or_what",
    ),
    "Whatever you type after `/mat concern` I drop unread.": (
        COMMANDS + "test_words_behind_the_command_are_dropped_unread",
        FIREWALL + "test_whatever_happens_no_log_and_no_exception_tells_who_or_what",
    ),
    "Your words, sealed so that the file alone cannot be read; the topic; the week they came; the batch they went with.": (
        BEHIND + "test_plain_text_and_receipts_are_in_no_file",
        PROOFS + "test_plain_text_is_in_no_file_at_any_moment",
        SCHEMA + "test_no_column_names_a_person_or_a_time",
    ),
    "The answers, and what became of it. Your receipt is stored nowhere but with you.": (
        BEHIND + "test_plain_text_and_receipts_are_in_no_file",
    ),
    "In memory alone: until midnight UTC a scrambled mark that counts what you send, three a day at most; and for ten minutes "
    "your receipt, in case Slack sends the form twice.": (
        LIMITS + "test_a_fourth_concern_on_one_utc_day_is_refused_and_the_next_day_forgives",
        LIMITS + "test_the_memory_holds_no_id_and_each_day_has_a_key_of_its_own",
        COMMANDS + "test_a_sent_form_is_forgotten_after_ten_minutes_also_when_nobody_comes_after",
        COMMANDS + "test_a_fourth_on_one_day_is_refused_and_its_words_stay",
    ),
    "All of that for 180 days after the end of the week it came in. Then I delete it, answered or not.": (
        RETENTION + "test_through_half_a_year_each_concern_and_each_key_stays_its_time_and_no_longer",
        RETENTION + "test_what_still_waits_for_its_release_goes_with_its_week_too",
        RETENTION + "test_the_form_says_for_how_long_as_the_settings_do",
    ),
    "Goes with the others, in no order": (
        BEHIND + "test_the_listing_has_no_order_of_arrival",
        PROOFS + "test_every_order_of_release_is_equally_likely",
    ),
    f"*Who reads it at Maple &lt;!here&gt;:* <@U1>, <@U2>\n*Next batch:* {WHEN}": (
        COMMANDS + "test_an_ex_reader_with_an_old_modal_is_refused_at_every_step",
        BOX + "test_a_concern_reaches_its_readers_with_the_batch_and_not_before",
    ),
    "*Thank you. Your concern is kept.* This is your receipt:": (
        COMMANDS + "test_a_form_becomes_a_receipt_that_finds_the_concern",
        COMMANDS + "test_a_broken_store_gives_no_receipt_and_keeps_the_words",
        (
            "tests/integration/concerns/test_stopped_in_the_middle.py::"
            "test_a_stop_leaves_no_receipt_without_a_concern_and_no_trace"
        ),
    ),
    "Write it down now, somewhere only you look. I show it only once and cannot bring it back.": (
        BEHIND + "test_plain_text_and_receipts_are_in_no_file",
    ),
    f"The readers see your concern with the next batch, {WHEN}. To see what became of it, type `/mat concern` and choose "
    "*Look up a receipt*. I never come to you, because I don't know you.": (
        PROOFS + "test_between_submission_and_release_nobody_sees_anything",
        FIREWALL + "test_to_raise_look_up_and_answer_posts_nothing_and_writes_nothing_to_the_main_store",
    ),
    "The readers see your concern within minutes. To see what became of it, type `/mat concern` and choose "
    "*Look up a receipt*. I never come to you, because I don't know you.": (
        "tests/integration/test_concern_rounds.py::test_asked_at_once_tells_each_reader_once_and_releases",
    ),
    "*Nothing to show for this receipt yet.* Either nobody has answered so far, or there is a typo in it: please compare it "
    "once more. Or the concern was deleted, as all are when their time is over.": (
        COMMANDS + "test_known_unanswered_and_unknown_receipts_get_the_same_bytes",
        RETENTION + "test_a_receipt_of_a_destroyed_month_says_so_and_a_deleted_one_is_unknown",
    ),
    "20 letters and digits. Spaces, dashes and small letters don't matter.": (
        "tests/unit/concerns/test_receipt.py::test_it_is_read_however_it_was_copied",
    ),
    "Your answer reaches the readers with the next batch.": (BOX + "test_an_answer_waits_for_the_next_batch",),
    f"*Your answer is kept.* The readers see it with the next batch, {WHEN}.": (
        BOX + "test_an_answer_waits_for_the_next_batch",
        COMMANDS + "test_a_reply_is_read_and_answered_with_the_receipt",
    ),
    "Please leave out everything about a patient: names, dates, numbers, rooms. I catch common ones; that does not make a text safe.": (
        "tests/unit/patient_detail/test_sentences.py::test_what_points_to_a_patient_is_found",
        "tests/integration/trouble/test_patient_words.py::test_what_is_certain_is_refused_at_its_field",
    ),
    "A small team is easier to guess: this one has 7 people on its list.": (
        WORDS + "test_the_form_says_what_a_person_must_know_before_sending",
    ),
}

WARNING = "a warning, and no promise"
ADVICE = "advice"
LABEL = "a label or a question"
UNPROVED: dict[str, str] = {
    "Slack itself sees this form, and a court can ask Slack for it.": WARNING,
    "Your style, and facts only you know, can give you away. So can somebody at your screen.": WARNING,
    "Whoever runs the server could change this program.": WARNING,
    "Narrows down who it can be: the time shows": WARNING,
    "*In trouble now?* Nobody watches this live. If anyone is in danger now, use the clinic's emergency and incident routes. "
    "988 Suicide &amp; Crisis Lifeline: Call or text 988, day or night; it is for anyone, staff included. You can always talk "
    "to your supervisor instead.": ADVICE,
    "*Say what gets in the way.* Or look up one you raised before:": LABEL,
    "See what became of a concern. Or:": LABEL,
    "Look up a receipt": LABEL,
    "Raise a concern": LABEL,
    "What is it about?": LABEL,
    "What gets in the way?": LABEL,
    "When may the readers see it?": LABEL,
    "With the next batch": LABEL,
    "Now, within minutes": LABEL,
    "*What I keep*": LABEL,
    "*What I don't keep*": LABEL,
    "*What I cannot hide*": LABEL,
    "Your receipt": LABEL,
    "Your answer": LABEL,
    "*Status:* Done": LABEL,
    "A reader replied:": LABEL,
}
WRITTEN_BY_PEOPLE = {"New chairs.", "Thank you.", f"`{RECEIPT.shown}`"}


def shown() -> set[str]:
    """Everything that the submitter's forms say, one entry for each text or each point of a list."""
    forms = (
        concern_form.raise_form(REPORT),
        concern_form.receipt_view(RECEIPT, Release.NEXT_BATCH, RELEASE),
        concern_form.receipt_view(RECEIPT, Release.NOW, RELEASE),
        concern_form.look_up_form(CLINIC),
        concern_form.look_up_form(CLINIC, nothing_yet=True),
        concern_form.outcome_view(CLINIC, LookUp(Status.DONE, "New chairs.", ("Thank you.",))),
        concern_form.answered_view(RELEASE),
    )
    topics = {text for topic in PLAYBOOK.topics.values() for text in (topic.label, topic.hint)}
    parts = {part for form in forms for text in texts(form["blocks"]) for part in text.split("\n• ")}
    return parts - topics - WRITTEN_BY_PEOPLE


def test_every_sentence_has_its_proof_or_its_reason() -> None:
    assert shown() == PROVED.keys() | UNPROVED.keys()


def test_every_proof_exists() -> None:
    assert missing(name for names in PROVED.values() for name in names) == []
    assert all(PROVED.values())
