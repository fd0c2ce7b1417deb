"""What `/mat status`, `/mat`, Home and the digest look like: complete, within Slack's limits, and safe with any text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mat.asks import Ask
from mat.clinic import Clinic, Pace, Word
from mat.concerns import DigestSection
from mat.digest import DigestReport, TrackProgress
from mat.huddles import HeldCount, HuddleSeries, Meeting, Template
from mat.message import Message
from mat.plan import Milestone, MilestoneRow, State, due_within, late, plan_of, set_state
from mat.playbook import load_playbook
from mat.status import StatusReport, status_report
from mat.today import NextHuddle, TodayReport
from messages import asks as asks_wording
from messages import block_kit as kit
from messages import digest as digest_wording
from messages import home as home_wording
from messages import milestone as milestone_wording
from messages import status as status_wording
from messages import today as today_wording
from tests.fakes.slack_limits import message_faults, view_faults

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
PLAYBOOK = load_playbook()
CLINIC = Clinic("T1", "maple", "Maple Street", "America/Chicago", date(2027, 1, 4), ("sixbb", "moud"), pace=Pace.FULL)
NASTY = "<!channel> <@U0ANA> & *bold* \u202e `x` " + "🎉" * 40 + "\x00"
ESCAPED = "&lt;!channel&gt; &lt;@U0ANA&gt; &amp;"


def row(milestone: str, state: State, *, days: int = 1, note: str = "") -> MilestoneRow:
    return set_state(
        MilestoneRow(milestone), state, note, now=NOW - timedelta(days=days), by="U1", new_id=f"c-{milestone}"
    ).after


ROWS = {
    r.milestone: r
    for r in (
        row("pl-leadership-team", State.DONE),
        row("pl-leadership-kickoff", State.MOVING),
        row("di-tracking-pdmp", State.STUCK, days=34, note="tickets at IT"),
        row("di-policies-revised", State.MOVING, days=30),
        row("moud-pl-team", State.DONE),
        row("moud-pl-privacy", State.NOT_FOR_US, note="no SUD unit"),
    )
}
HELD = Meeting("s1", datetime(2027, 2, 26, 9, 0), datetime(2027, 2, 26, 15, 0, tzinfo=UTC))


def report(
    rows: dict[str, MilestoneRow] | None = None, clinic: Clinic = CLINIC, held: Meeting | None = HELD
) -> StatusReport:
    return status_report(clinic, PLAYBOOK, ROWS if rows is None else rows, held, now=NOW)


def words(message: Message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


def fits(message: Message) -> None:
    assert not message_faults(message.text, list(message.blocks))
    assert message.text.strip()


def worst_rows() -> dict[str, MilestoneRow]:
    """Every milestone stuck, each with the longest and nastiest words."""
    note = (NASTY * 9)[: milestone_wording.NOTE]
    return {m: replace(row(m, State.STUCK, note=note), short=NASTY[:60]) for m in PLAYBOOK.milestones}


@pytest.mark.parametrize("rows", [{}, ROWS, worst_rows()], ids=["fresh", "usual", "worst"])
@pytest.mark.parametrize("shared", ["", "U1"])
def test_status_fits_into_slack_whatever_the_plan_holds(rows: dict[str, MilestoneRow], shared: str) -> None:
    fits(status_wording.status(report(rows), may_change=True, other_clinics=True, shared_by=shared))


def test_status_says_everything_the_eye_needs_and_the_text_says_it_too() -> None:
    message = status_wording.status(report(), may_change=True)
    for said in (
        "Six Building Blocks",
        "MOUD start-up",
        "waiting for tickets at IT",
        "34 days",
        "30 days",
        "Fri, February 26",
    ):
        assert said in words(message), said
        assert said in message.text, said
    assert "Leadership" in words(message)
    assert "no change, so I count it as stuck" in words(message)
    assert "CST" in message.text, "a time is shown with its zone"


def test_the_two_tracks_are_never_one_number() -> None:
    tracks = {t.track.id: t.tally for t in report().tracks}
    assert tracks["sixbb"].done == 1
    assert tracks["moud"].done == 1
    total = sum(t.total for t in tracks.values())
    assert str(total) not in words(status_wording.status(report(), may_change=False))


def test_a_clinic_that_says_mat_reads_mat() -> None:
    message = status_wording.status(report(clinic=replace(CLINIC, word=Word.MAT)), may_change=False)
    assert "MAT start-up" in message.text
    assert "MOUD" not in words(message)


def test_peoples_words_come_out_as_characters_everywhere() -> None:
    rows = {"di-tracking-pdmp": replace(row("di-tracking-pdmp", State.STUCK, note=NASTY), short=NASTY[:40])}
    message = status_wording.status(report(rows, replace(CLINIC, name=NASTY)), may_change=True)
    assert ESCAPED in message.text
    for text in (message.text, *_mrkdwn(message)):
        assert "<!channel>" not in text
        assert "<@U0ANA>" not in text
    assert "\\u0000" not in json.dumps(message.blocks)


def _mrkdwn(message: Message) -> list[str]:
    found: list[str] = []

    def walk(thing: object) -> None:
        if isinstance(thing, dict):
            if thing.get("type") == "mrkdwn":
                found.append(thing["text"])
            for value in thing.values():
                walk(value)
        elif isinstance(thing, list | tuple):
            for value in thing:
                walk(value)

    walk(message.blocks)
    return found


def test_who_may_not_change_sees_no_button_to_change() -> None:
    assert "mat:milestone:" not in words(status_wording.status(report(), may_change=False))
    assert "mat:milestone:" in words(status_wording.status(report(), may_change=True))


def test_the_shared_copy_names_who_shared_it_and_has_no_buttons() -> None:
    message = status_wording.status(report(), may_change=True, shared_by="U1")
    assert "<@U1>" in words(message)
    assert "button" not in words(message)


# -- one milestone ------------------------------------------------------------------------------------------------------


def milestones() -> tuple[Milestone, ...]:
    return plan_of(CLINIC, PLAYBOOK, worst_rows())


def test_every_answer_and_form_about_a_milestone_fits() -> None:
    everything = milestones()
    one = everything[0]
    for state in State:
        of_state = one._replace(row=replace(one.row, state=state))
        fits(
            milestone_wording.changed(
                CLINIC, of_state, "Leadership", report().tracks[0].tally, one.due, change="c" * 32
            )
        )
    for verb in ("start", "stuck", "done", "drop", "undo"):
        fits(milestone_wording.choose(CLINIC, verb, everything, words=NASTY))
        fits(milestone_wording.nothing_to_choose(verb))
    fits(milestone_wording.moved(CLINIC, one, change="c" * 32))
    fits(milestone_wording.given(CLINIC, one._replace(row=replace(one.row, owner="U1")), change="c" * 32))
    fits(milestone_wording.undone(CLINIC, one, State.DONE, one.due + timedelta(days=1)))
    fits(milestone_wording.already(one))
    for view in (
        milestone_wording.reason_form(CLINIC, one, "stuck"),
        milestone_wording.reason_form(CLINIC, one, "drop"),
        milestone_wording.move_form(CLINIC, one, date(2027, 3, 1)),
        milestone_wording.give_form(CLINIC, one),
    ):
        assert not view_faults(view)


# -- today, Home, digest, asks ----------------------------------------------------------------------------------------------

SERIES = HuddleSeries("s1", Template.DAILY, NASTY, "FREQ=DAILY", datetime(2027, 1, 4, 9, 0), "America/Chicago", 10, 10)
NEXT = NextHuddle(SERIES, datetime(2027, 3, 2, 9, 0), datetime(2027, 3, 2, 15, 0, tzinfo=UTC))
ASKS = tuple(Ask(f"a{n}", NASTY * 3, "U1", NOW - timedelta(days=n)) for n in range(12))


def today(**changed: object) -> TodayReport:
    base = TodayReport(CLINIC, NOW, "Ana", milestones()[:3], 5, 2, NEXT)
    return replace(base, **changed)  # type: ignore[arg-type]


def test_today_greets_names_what_needs_you_and_the_next_huddle() -> None:
    mine = plan_of(CLINIC, PLAYBOOK, ROWS)[:2]
    message = today_wording.today(today(needs=mine, more=0, open_asks=0))
    fits(message)
    assert message.text.startswith("Good morning, Ana. 2 milestones need you at Maple Street:")
    assert all(m.short.replace("&", "&amp;") in message.text for m in mine)
    assert "Tue, March 2, 9:00 AM CST" in message.text


def test_today_with_nothing_to_do_says_so_and_how_to_plan_a_huddle() -> None:
    message = today_wording.today(today(needs=(), more=0, open_asks=0, next_huddle=None))
    fits(message)
    assert "Nothing in the plan needs you today." in message.text
    assert "/mat huddle" in message.text


def test_today_and_home_fit_with_the_worst_words() -> None:
    fits(today_wording.today(today(name=NASTY)))
    others = [replace(CLINIC, id=f"c{n}", name=NASTY) for n in range(30)]
    view = home_wording.home(today(), report(worst_rows()), (), others, leads=True)
    assert not view_faults(view)


def digest_report(**changed: object) -> DigestReport:
    status = report()
    everything = plan_of(CLINIC, PLAYBOOK, ROWS)
    base = DigestReport(
        status=status,
        since=NOW - timedelta(days=7),
        until=NOW,
        progress=tuple(TrackProgress(t, 2) for t in status.tracks),
        late=late(everything, date(2027, 3, 1)),
        due=due_within(everything, date(2027, 3, 1)),
        held=HeldCount(planned=5, held=4),
        concerns=DigestSection(),
        asks=ASKS[:1],
    )
    return replace(base, **changed)  # type: ignore[arg-type]


def test_the_digest_says_progress_stuck_huddles_concerns_and_asks() -> None:
    message = digest_wording.digest(digest_report(), PLAYBOOK)
    fits(message)
    for said in ("2 more done than last week", "4 of 5 planned were held", "too few to show yet", "tickets at IT"):
        assert said in words(message), said
        assert said in message.text, said
    assert "mat:ask:take" in words(message)


@pytest.mark.parametrize(
    ("change", "days", "said"),
    [
        (2, 7, "2 more done than last week"),
        (-1, 8, "1 fewer done than last week"),
        (0, 7, "as many done as last week"),
        (3, 22, "3 more done than on Sun, February 7"),
    ],
)
def test_the_digest_compares_what_is_done_with_the_day_it_looks_back_to(change: int, days: int, said: str) -> None:
    progress = tuple(TrackProgress(track, change) for track in report().tracks)
    message = digest_wording.digest(digest_report(progress=progress, since=NOW - timedelta(days=days)), PLAYBOOK)
    assert said in message.text
    assert said[1:] in words(message)


def test_the_digest_names_roles_never_persons() -> None:
    owned = {m: replace(r, owner="U0OWNER") for m, r in ROWS.items()}
    everything = plan_of(CLINIC, PLAYBOOK, owned)
    changed = digest_report(
        status=report(owned), late=late(everything, date(2027, 3, 1)), due=due_within(everything, date(2027, 3, 1))
    )
    assert "U0OWNER" not in words(digest_wording.digest(changed, PLAYBOOK))


@pytest.mark.parametrize(
    "section", [DigestSection(), DigestSection("5–9", ("workflow", "staffing"), True), DigestSection("10+", (), False)]
)
def test_the_concern_section_never_changes_the_number_of_blocks(section: DigestSection) -> None:
    silent = digest_wording.digest(digest_report(), PLAYBOOK)
    assert len(digest_wording.digest(digest_report(concerns=section), PLAYBOOK).blocks) == len(silent.blocks)


def test_the_digest_fits_with_the_worst_words() -> None:
    rows = worst_rows()
    everything = plan_of(CLINIC, PLAYBOOK, rows)
    worst = digest_report(status=report(rows), late=everything, due=everything, asks=ASKS)
    fits(digest_wording.digest(worst, PLAYBOOK, preview=True))


def test_asks_fit_and_an_empty_list_says_how_to_add_one() -> None:
    fits(asks_wording.asks(CLINIC, ASKS, NOW, may_add=True, may_answer=True))
    read_only = asks_wording.asks(CLINIC, ASKS, NOW, may_add=True, may_answer=False)
    assert not any("ask:take" in str(block) for block in read_only.blocks)
    empty = asks_wording.asks(CLINIC, (), NOW, may_add=True, may_answer=True)
    fits(empty)
    assert "/mat asks add" in words(empty)
    assert not view_faults(asks_wording.add_form(CLINIC, "a" * 32))
    assert not view_faults(asks_wording.not_now_form(CLINIC, ASKS[0]))


def test_open_asks_are_counted_and_one_press_away() -> None:
    one = today_wording.today(today(open_asks=1))
    assert "1 ask of the team waits for an answer." in one.text
    assert "2 asks of the team wait for an answer." in today_wording.today(today(open_asks=2)).text
    assert "mat:go:run#asks" in str(one.blocks)
    assert "mat:go:run#asks" not in str(today_wording.today(today(open_asks=0)).blocks)


def test_a_date_that_has_passed_is_called_late() -> None:
    message = status_wording.status(report({}), may_change=False)
    assert "late since Mon, January 18" in words(message)
    on_time = status_wording.status(report({}, replace(CLINIC, start=date(2027, 2, 22))), may_change=False)
    assert "due Mon, March 8" in words(on_time)
    assert "late" not in words(on_time).replace("later", "")


@pytest.mark.parametrize(
    ("done", "total", "bar"),
    [(0, 0, "▱▱▱▱"), (0, 9, "▱▱▱▱"), (1, 99, "▰▱▱▱"), (98, 99, "▰▰▰▱"), (99, 99, "▰▰▰▰"), (2, 4, "▰▰▱▱")],
)
def test_a_bar_is_never_empty_once_begun_nor_full_before_the_end(done: int, total: int, bar: str) -> None:
    assert kit.text_bar(done, total, 4) == bar
