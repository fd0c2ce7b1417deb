"""What people read of concerns: within Slack's limits, the same bytes for everybody, and nothing that counts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mat.clinic import Clinic
from mat.concerns import Concern, InboxPage, IsoWeek, LookUp, Note, Receipt, Release, Status
from mat.playbook import load_playbook
from messages import concern_form, concern_inbox, concern_notice
from messages.concern_form import FormReport
from messages.concern_inbox import Shown
from tests.fakes.slack_limits import message_faults, texts, view_faults

PLAYBOOK = load_playbook()
CLINIC = Clinic(
    "T1", "0123456789abcdef" * 2, "Maple <!here>", "America/Chicago", date(2027, 1, 11), ("sixbb",), ready=True
)
RELEASE = datetime(2026, 11, 23, 8, 0, tzinfo=ZoneInfo("America/Chicago"))
REPORT = FormReport(CLINIC, PLAYBOOK, ("U1", "U2"), 7, RELEASE)
RECEIPT = Receipt("7K2MQ0A9ZTW4XHBPD61C")
HOSTILE = "<!channel> <@U1> *bold* & 🌱\u202e" + "x" * 2970
CONCERN = Concern(
    "ab" * 16,
    "supplies-and-it",
    Status.CANNOT,
    IsoWeek(2026, 47),
    "2026-11-23",
    redacted=True,
    text=HOSTILE,
    sentence=HOSTILE[:300],
    notes=tuple(Note(n % 2 == 0, HOSTILE) for n in range(60)),
)
SHOWN = Shown(CLINIC, PLAYBOOK, status="waiting", topic="stigma-or-language", page=99)


def forms() -> dict[str, concern_form.View]:
    busy = LookUp(Status.DOING, HOSTILE[:300], (HOSTILE,) * 60)
    page = InboxPage((CONCERN,) * 8, 1, 3)
    return {
        "raise": concern_form.raise_form(REPORT),
        "raise without readers": concern_form.raise_form(replace(REPORT, readers=())),
        "raise with many readers": concern_form.raise_form(replace(REPORT, readers=("U0123456789",) * 20)),
        "receipt": concern_form.receipt_view(RECEIPT, Release.NEXT_BATCH, RELEASE),
        "look up": concern_form.look_up_form(CLINIC),
        "nothing yet": concern_form.look_up_form(CLINIC, nothing_yet=True),
        "outcome": concern_form.outcome_view(CLINIC, busy),
        "answered": concern_form.answered_view(RELEASE),
        "which": concern_form.which_clinic([CLINIC] * 30),
        "inbox": concern_inbox.inbox(SHOWN, page),
        "empty inbox": concern_inbox.inbox(SHOWN, InboxPage((), 0, 1)),
        "concern": concern_inbox.concern_view(SHOWN, CONCERN),
        "unreadable": concern_inbox.concern_view(SHOWN, replace(CONCERN, text=None)),
        "reply": concern_inbox.reply_form(SHOWN, CONCERN),
        "status": concern_inbox.status_form(SHOWN, CONCERN),
        "black out": concern_inbox.black_out_form(SHOWN, CONCERN),
    }


@pytest.mark.parametrize("name", list(forms()))
def test_every_form_holds_slacks_limits(name: str) -> None:
    assert view_faults(forms()[name]) == []


def test_notices_hold_slacks_limits_and_have_no_number() -> None:
    for notice in (concern_notice.batch_notice(CLINIC), concern_notice.released_now(CLINIC)):
        assert message_faults(notice.text, notice.blocks) == []
        assert not any(character.isdigit() for character in notice.text)
        assert "<!here>" not in notice.text


def test_what_people_wrote_is_never_markup() -> None:
    """Every text of a person stands in a plain_text object."""

    def marked_up(thing: object) -> list[str]:
        if isinstance(thing, dict):
            own = [thing["text"]] if thing.get("type") == "mrkdwn" else []
            return own + [text for value in thing.values() for text in marked_up(value)]
        return [text for value in thing for text in marked_up(value)] if isinstance(thing, list | tuple) else []

    for name in ("outcome", "inbox", "concern", "reply", "status", "black out"):
        assert not any("<!channel>" in text or "*bold*" in text for text in marked_up(forms()[name])), name


def test_the_form_says_what_a_person_must_know_before_sending() -> None:
    said = " ".join(texts(concern_form.raise_form(REPORT)["blocks"]))
    for needed in (
        "<@U1>, <@U2>",
        "Mon, November 23, 8:00 AM CST",
        "three a day at most",
        "988",
        "supervisor",
        "Nobody watches this live",
        "this one has 7 people",
        "Slack itself sees this form",
        "a court can ask Slack",
        "Whoever runs the server",
        "everything about a patient",
        "Narrows down who it can be",
    ):
        assert needed in said, needed


def test_a_larger_team_is_not_counted() -> None:
    said = " ".join(texts(concern_form.raise_form(replace(REPORT, team_size=25))["blocks"]))
    assert "25" not in said


def test_the_submitters_forms_carry_constants_and_the_clinic_only() -> None:
    for name in ("raise", "look up", "nothing yet", "outcome"):
        assert json.loads(forms()[name]["private_metadata"]) == {"clinic": CLINIC.id}, name


def test_an_unknown_and_an_unanswered_receipt_are_one_view() -> None:
    """There is only one function for both, and it is not told which."""
    assert concern_form.look_up_form(CLINIC, nothing_yet=True) == concern_form.look_up_form(CLINIC, nothing_yet=True)
    assert "Nothing to show" not in str(concern_form.look_up_form(CLINIC))


@pytest.mark.parametrize(
    ("release", "goes"), [(Release.NOW, "within minutes"), (Release.NEXT_BATCH, "Mon, November 23")]
)
def test_the_receipt_is_shown_with_when_it_goes(release: Release, goes: str) -> None:
    said = " ".join(texts(concern_form.receipt_view(RECEIPT, release, RELEASE)["blocks"]))
    assert "7K2MQ-0A9ZT-W4XHB-PD61C" in said
    assert goes in said


def test_the_outcome_shows_replies_and_keeps_the_receipts_field() -> None:
    view = concern_form.outcome_view(CLINIC, LookUp(Status.DONE, "New chairs.", ("Thank you.",)))
    said = " ".join(texts(view["blocks"]))
    assert "Done" in said
    assert "New chairs." in said
    assert "Thank you." in said
    ids = {block.get("block_id") for block in view["blocks"]}
    assert {"receipt", "answer"} <= ids
    receipt = next(block for block in view["blocks"] if block.get("block_id") == "receipt")
    asked = next(b for b in concern_form.look_up_form(CLINIC)["blocks"] if b.get("block_id") == "receipt")
    assert receipt == asked


def test_the_status_form_starts_with_what_is_stored() -> None:
    view = concern_inbox.status_form(SHOWN, replace(CONCERN, sentence="Not this year."))
    elements = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
    assert elements["status"]["initial_option"]["value"] == "cannot"
    assert elements["topic"]["initial_option"]["value"] == "supplies-and-it"
    assert elements["sentence"]["initial_value"] == "Not this year."


def test_a_moment_names_its_zone() -> None:
    assert RELEASE.astimezone(UTC).hour == 14
    assert "CST" in str(concern_form.answered_view(RELEASE))
