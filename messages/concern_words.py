"""What the forms of concerns promise, sentence by sentence. Each statement of fact names the tests that hold it true."""

from __future__ import annotations

from dataclasses import dataclass

from mat.concerns import Status

STATUS: dict[Status, str] = {
    Status.WAITING: "Waiting for an answer",
    Status.HEARD: "Heard",
    Status.DOING: "Doing",
    Status.DONE: "Done",
    Status.CANNOT: "Cannot, and why",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence and the names of the tests that prove it; none for what is a warning and no promise."""

    text: str
    proofs: tuple[str, ...] = ()


NAME_NOT_KEPT = Fact(
    "Your name is not kept, nor your user ID, the hour, or the order in which concerns came.",
    (
        "test_no_file_and_no_log_holds_who_raised_it",
        "test_no_column_names_a_person_or_a_time",
        "test_after_the_scrub_no_order_of_arrival_is_left",
    ),
)
LINE_UNREAD = Fact(
    "Whatever you type after `/mat concern` I drop unread.", ("test_words_behind_the_command_are_dropped_unread",)
)

KEPT = (
    Fact(
        "Your words, sealed so that the file alone cannot be read; the topic; the week they came; the batch they went with.",
        ("test_plain_text_and_receipts_are_in_no_file", "test_no_column_names_a_person_or_a_time"),
    ),
    Fact(
        "The answers, and what became of it. Your receipt is kept nowhere but with you.",
        ("test_plain_text_and_receipts_are_in_no_file",),
    ),
)
CANNOT_HIDE = (
    Fact("Slack itself sees this form, and a court can ask Slack for it."),
    Fact("Your style, and facts only you know, can give you away. So can somebody at your screen."),
    Fact("Whoever runs the server could change this program."),
)
NOT_WATCHED = Fact(
    "Nobody watches this live. If anyone is in danger now, use the clinic's emergency and incident routes."
)
SUPERVISOR = Fact("You can always talk to your supervisor instead.")
NO_PATIENT = Fact("Please leave out everything about a patient: names, dates, numbers, rooms.")

FACTS = (NAME_NOT_KEPT, LINE_UNREAD, *KEPT, *CANNOT_HIDE, NOT_WATCHED, SUPERVISOR, NO_PATIENT)
