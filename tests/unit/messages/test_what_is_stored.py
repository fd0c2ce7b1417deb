"""What the store of concerns holds, column by column, beside the sentence of the form that says so.

Add a column, or change its kind, and this fails until somebody has said what it is; change a sentence, and it fails too.
"""

from __future__ import annotations

import hashlib

from messages import concern_form, concern_words
from store.concerns.tables import metadata
from tests.fakes.slack_limits import texts
from tests.unit.messages.test_concern_messages import REPORT

WORDS = (
    "Your words, sealed so that the file alone cannot be read; the topic; the week they came; the batch they went with."
)
ANSWERS = "The answers, and what became of it. Your receipt is stored nowhere but with you."
WHEN = "When may the readers see it?"
NOT_KEPT = "Your name is not kept, nor your user ID, the hour, or the order in which concerns came."
# Of no concern and no person: the clinic's own, whoever raised what.
OF_THE_CLINIC = ""

SAID: dict[str, str] = {
    "concern.id BLOB": ANSWERS,
    "concern.workspace VARCHAR": OF_THE_CLINIC,
    "concern.clinic VARCHAR": OF_THE_CLINIC,
    "concern.topic VARCHAR": WORDS,
    "concern.status VARCHAR": ANSWERS,
    "concern.week VARCHAR": WORDS,
    "concern.batch VARCHAR": WORDS,
    "concern.at_once BOOLEAN": WHEN,
    "concern.redacted BOOLEAN": ANSWERS,
    "concern.sealed BLOB": WORDS,
    "concern.sentence BLOB": ANSWERS,
    "concern.changed_week VARCHAR": ANSWERS,
    "concern.answer_key BLOB": ANSWERS,
    "concern.said BLOB": ANSWERS,
    "concern.said_status VARCHAR": ANSWERS,
    "concern.said_month VARCHAR": ANSWERS,
    "concern_note.concern BLOB": ANSWERS,
    "concern_note.number INTEGER": ANSWERS,
    "concern_note.from_reader BOOLEAN": ANSWERS,
    "concern_note.released BOOLEAN": WHEN,
    "concern_note.sealed BLOB": ANSWERS,
    "concern_note.sealed_back BLOB": ANSWERS,
}
# The same whatever comes: by what the key of receipts is known.
OF_THE_KEYS = {"concern_key.name VARCHAR", "concern_key.mark BLOB"}
CLINICS_OWN = ("concern_digest", "concern_batch", "concern_group", "concern_said")
FINGERPRINT = "18f1f7c2769e"


def columns() -> list[str]:
    return sorted(
        f"{table.name}.{column.name} {column.type}" for table in metadata.tables.values() for column in table.columns
    )


def of_a_clinic(column: str) -> bool:
    return column.partition(".")[0] in CLINICS_OWN


def test_the_form_says_every_thing_that_is_kept_of_a_concern() -> None:
    assert {column for column in columns() if not of_a_clinic(column)} == set(SAID) | OF_THE_KEYS
    parts = {part for text in texts(concern_form.raise_form(REPORT)["blocks"]) for part in text.split("\n• ")}
    assert set(SAID.values()) - {OF_THE_CLINIC} <= parts
    assert {NOT_KEPT, *concern_words.KEPT} <= parts


def test_what_is_kept_of_the_clinic_names_no_concern() -> None:
    """Keys of a clinic, its digest, its last batch and its month's post: nothing that could point at one concern."""
    kept = {column.partition(" ")[0].partition(".")[2] for column in columns() if of_a_clinic(column)}
    assert kept == {
        "workspace",
        "clinic",
        "since",
        "through",
        "bucket",
        "topics",
        "late",
        "k",
        "batch",
        "month",
        "state",
    }


def test_whoever_changes_the_store_reads_the_form_again() -> None:
    """Of the tables and of the sentences on what is kept, both: look at each before you put in the new one."""
    both = [*columns(), *concern_words.KEPT, concern_words.NAME_NOT_KEPT]
    assert hashlib.sha256("\n".join(both).encode()).hexdigest()[:12] == FINGERPRINT
