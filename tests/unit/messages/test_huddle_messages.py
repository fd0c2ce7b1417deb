"""The agenda, the question after a huddle, the weekly reminder and the notices: what is said, to the eye and to the ear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mat.agenda import AgendaReport, ReminderReport
from mat.clinic import Clinic, Pace, Word
from mat.huddles import AgendaItem, HuddleSeries, Meeting, MeetingState, Template
from mat.message import Message
from mat.occurrences import instant
from mat.plan import MilestoneRow, State, plan_of
from mat.playbook import Wording, load_playbook
from messages import marks, notice
from messages.agenda import agenda
from messages.block_kit import unpack
from messages.huddle_check import check
from messages.reminder import reminder
from tests.fakes.slack_limits import elements, message_faults, texts

NEW_YORK = "America/New_York"
PLAYBOOK = load_playbook()
CLINIC = Clinic("T1", "c" * 32, "Northside", NEW_YORK, date(2027, 1, 4), ("sixbb", "moud"), pace=Pace.FULL)
NOW = datetime(2027, 1, 4, 13, 50, tzinfo=UTC)
NINE = datetime(2027, 1, 4, 9)
NASTY = "<!channel> & <@U1> *hi* \x00 🙂 " + "م" * 40 + "x" * 40_000


def series(template: Template = Template.DAILY, title: str = "Daily huddle") -> HuddleSeries:
    return HuddleSeries("h" * 32, template, title, "FREQ=DAILY", NINE, NEW_YORK, 10, 10)


def report(
    template: Template = Template.DAILY, *, title: str = "Daily huddle", local_at: datetime = NINE
) -> AgendaReport:
    one = series(template, title)
    meeting = Meeting(one.id, local_at, instant(local_at, NEW_YORK))
    return AgendaReport(CLINIC, one, meeting, PLAYBOOK.agendas[template.value], NOW)


def item(text: str, n: int = 0) -> AgendaItem:
    return AgendaItem(f"i{n}", "h" * 32, text, f"U{n}", NOW)


def buttons(message: Message) -> dict[str, str]:
    return {str(e["action_id"]): str(e["text"]["text"]) for _, e in elements(message.blocks) if e["type"] == "button"}


def markup(thing: object) -> str:
    """Everything that Slack would read as markup."""
    if isinstance(thing, Mapping):
        own = str(thing["text"]) if thing.get("type") == "mrkdwn" else ""
        return own + "".join(markup(part) for part in thing.values())
    return "".join(markup(part) for part in thing) if isinstance(thing, (list, tuple)) else ""


def eye(message: Message) -> str:
    return "\n".join(texts(message.blocks))


@pytest.mark.parametrize("template", list(Template))
def test_an_agenda_says_when_in_the_huddles_zone_and_what(template: Template) -> None:
    message = agenda(report(template))
    assert message_faults(message.text, message.blocks) == []
    for said in (eye(message), message.text):
        assert "today at 9:00 AM EST" in said
        assert PLAYBOOK.agendas[template.value].header in said
        for prompt in PLAYBOOK.agendas[template.value].items:
            assert prompt.label in said
            assert (prompt.prompt in said) is (prompt.where == "slack")


def test_what_is_looked_up_in_the_ehr_is_only_named() -> None:
    message = agenda(report(Template.PRE_GROUP))
    for said in (eye(message).replace("*", ""), message.text):
        assert "3. Drug screens (3 min), in the EHR." in said


def test_an_agenda_for_another_day_names_the_day() -> None:
    message = agenda(report(local_at=datetime(2027, 6, 14, 9)))
    assert "Mon, June 14, 9:00 AM EDT" in eye(message)
    assert "Mon, June 14, 9:00 AM EDT" in message.text


def test_a_time_that_the_spring_change_skips_is_shown_as_the_clock_shows_it() -> None:
    assert "3:30 AM EDT" in agenda(report(local_at=datetime(2027, 3, 14, 2, 30))).text


def test_the_three_buttons_carry_names_and_ids_only() -> None:
    message = agenda(report())
    assert buttons(message) == {
        "mat:huddle:here": "I'm here",
        "mat:agenda:add": "Add an item",
        "mat:huddle:calloff": "Not today",
    }
    found = {e["action_id"]: e for _, e in elements(message.blocks) if e["type"] == "button"}
    for button in found.values():
        assert unpack(button["value"]) == {"clinic": CLINIC.id, "series": "h" * 32, "at": "2027-01-04T09:00:00"}
    assert found["mat:huddle:calloff"]["confirm"]["confirm"]["text"] == "Call it off"


def test_what_people_added_is_shown_as_words() -> None:
    message = agenda(replace(report(), added=(item("<!channel> and\n\n<@U1> & co", 7),)))
    for said in (eye(message), message.text):
        assert "&lt;!channel&gt; and &lt;@U1&gt; &amp; co (<@U7>)" in said


def test_the_worst_words_fit() -> None:
    plan = plan_of(CLINIC, PLAYBOOK, {})
    awful = replace(
        report(Template.MONTHLY, title=NASTY),
        added=tuple(item(NASTY, n) for n in range(60)),
        due=tuple(m._replace(row=replace(m.row, short=NASTY[:200])) for m in plan),
        stuck=tuple(m._replace(row=replace(m.row, short=NASTY[:200], note=NASTY[:300])) for m in plan),
    )
    awful = replace(awful, meeting=replace(awful.meeting, here=tuple(f"U{n:010}" for n in range(300))))
    for message in (agenda(awful), check(CLINIC, awful.series, awful.meeting, NOW)):
        assert message_faults(message.text, message.blocks) == []
        assert "<!channel>" not in markup(message.blocks) + message.text


def test_long_lists_say_how_many_more() -> None:
    said = eye(agenda(replace(report(), added=tuple(item(f"thing {n}", n) for n in range(20)))))
    assert "thing 11 " in said
    assert "thing 12 " not in said
    assert "and 8 more" in said


def test_the_monthly_meeting_lists_what_is_due_and_what_is_stuck() -> None:
    rows = {"pl-leadership-team": MilestoneRow("pl-leadership-team", state=State.STUCK, note="a date")}
    milestone = next(m for m in plan_of(CLINIC, PLAYBOOK, rows) if m.id == "pl-leadership-team")
    message = agenda(replace(report(Template.MONTHLY), due=(milestone,), stuck=(milestone,)))
    for said in (eye(message), message.text):
        assert "Due in the next 30 days" in said
        assert f"{milestone.short}, waiting for a date, 0 days" in said


def test_the_clinic_reads_its_own_word() -> None:
    assert "same-day MOUD start" in agenda(report()).text
    assert "same-day MAT start" in agenda(replace(report(), clinic=replace(CLINIC, word=Word.MAT))).text


def test_who_is_here_is_shown() -> None:
    base = report()
    message = agenda(replace(base, meeting=replace(base.meeting, here=("U1", "U2"))))
    assert "Here: <@U1>, <@U2>." in eye(message)
    assert "Here: <@U1>, <@U2>." in message.text


@pytest.mark.parametrize(
    ("state", "said", "left"),
    [
        (MeetingState.CALLED_OFF, "Called off by <@U9>.", {"mat:huddle:calledon": "It's on again"}),
        (MeetingState.HELD, "Held, recorded by <@U9>.", {}),
        (MeetingState.NOT_HELD, "Not held, recorded by <@U9>.", {}),
    ],
)
def test_afterwards_the_agenda_is_one_line(state: MeetingState, said: str, left: dict[str, str]) -> None:
    base = report()
    message = agenda(replace(base, meeting=replace(base.meeting, state=state, by="U9", here=("U1",))))
    assert said in eye(message)
    assert message.text == f"Daily huddle, today at 9:00 AM EST: {said} Here: <@U1>."
    assert buttons(message) == left


def test_the_question_after_a_huddle() -> None:
    message = check(CLINIC, series(), report().meeting, NOW)
    assert message.text == "Did the 9:00 AM EST daily huddle happen? Held or not held?"
    assert buttons(message) == {"mat:huddle:held": "Held", "mat:huddle:notheld": "Not held"}
    assert "9:00 AM EST MOUD huddle happen" in check(CLINIC, series(title="MOUD huddle"), report().meeting, NOW).text
    later = check(CLINIC, series(), report().meeting, NOW + timedelta(days=1))
    assert "daily huddle of Mon, January 4 happen?" in later.text


def test_an_answer_can_be_corrected() -> None:
    held = replace(report().meeting, state=MeetingState.HELD, by="U9")
    message = check(CLINIC, series(), held, NOW)
    assert message.text == "Daily huddle, today at 9:00 AM EST: Held, recorded by <@U9>."
    assert buttons(message) == {"mat:huddle:notheld": "Not held"}
    not_held = replace(held, state=MeetingState.NOT_HELD)
    assert buttons(check(CLINIC, series(), not_held, NOW)) == {"mat:huddle:held": "Held"}
    assert buttons(check(CLINIC, series(), replace(held, state=MeetingState.CALLED_OFF), NOW)) == {}


def reminding(late: int, due: int) -> ReminderReport:
    plan = plan_of(CLINIC, PLAYBOOK, {})
    return ReminderReport(CLINIC, PLAYBOOK, NOW, plan[:late], plan[late : late + due])


def test_the_reminder_has_a_row_of_three_buttons_a_milestone_late_ones_first() -> None:
    message = reminder(reminding(1, 1))
    assert message_faults(message.text, message.blocks) == []
    assert message.text.startswith("1 late and 1 due in the next 14 days for Northside. ")
    first, second = plan_of(CLINIC, PLAYBOOK, {})[:2]
    assert message.text.index(first.short) < message.text.index(second.short)
    found = [e for _, e in elements(message.blocks) if e["type"] == "button"]
    assert [e["action_id"] for e in found] == ["mat:milestone:done", "mat:milestone:move", "mat:milestone:give"] * 2
    assert unpack(found[0]["value"]) == {"clinic": CLINIC.id, "milestone": first.id}
    assert found[0]["accessibility_label"].startswith("Done: ")


def test_a_long_reminder_shows_fifteen_and_says_where_the_rest_is() -> None:
    message = reminder(reminding(40, 40))
    assert message_faults(message.text, message.blocks) == []
    assert len([e for _, e in elements(message.blocks) if e["type"] == "button"]) == 45
    assert "and 65 more: `/mat plan` shows them all" in eye(message)
    assert "and 65 more" in message.text


def test_the_reminder_names_the_person_who_has_it_else_the_role() -> None:
    plan = plan_of(CLINIC, PLAYBOOK, {})
    given = plan[0]._replace(row=replace(plan[0].row, owner="U5"))
    message = reminder(ReminderReport(CLINIC, PLAYBOOK, NOW, (), (given, plan[1])))
    assert "with <@U5>" in message.text
    assert f"({PLAYBOOK.roles[plan[1].role].title})" in message.text


def test_a_reminder_whose_rows_are_all_done_says_so() -> None:
    assert reminder(reminding(0, 0)).text == "Nothing is late, and nothing is due in the next 14 days."


def test_a_reminder_shown_anew_names_what_was_done_since() -> None:
    done = plan_of(CLINIC, PLAYBOOK, {})[:12]
    for fresh in (reminding(1, 1), reminding(0, 0)):
        message = reminder(replace(fresh, done=done))
        assert message_faults(message.text, message.blocks) == []
        assert f"Done this week: {done[0].short}; " in message.text
        assert message.text.endswith("; and 2 more.")
        assert f":white_check_mark: Done this week: {done[0].short}" in eye(message)


def test_marks_stand_first_for_the_eye_and_the_ear() -> None:
    message = marks.marked(agenda(report()), marks.LATE, marks.REPEAT)
    assert message.text.startswith("Sorry, this is late. (may be a repeat) Agenda for")
    assert next(texts(message.blocks)) == "Sorry, this is late. (may be a repeat)"
    assert marks.marked(message) is message


def test_notices_say_what_happened_and_what_comes_next() -> None:
    monday, friday = datetime(2027, 1, 4, 9), datetime(2027, 1, 8, 9)
    assert notice.missed("weekly reminder", [monday], None, NEW_YORK) == (
        "I was not running, so I skipped the weekly reminder (Mon, January 4, 9:00 AM EST)."
    )
    assert notice.missed("huddle agenda for “<A & B>”", [monday, friday], monday, NEW_YORK) == (
        "I was not running, so I skipped the huddle agenda for “&lt;A &amp; B&gt;” "
        "(2, from Mon, January 4, 9:00 AM EST to Fri, January 8, 9:00 AM EST). "
        "The next one is for Mon, January 4, 9:00 AM EST."
    )
    assert notice.failed("weekly digest", None, NEW_YORK, "U1", "a_code") == (
        "I could not send the weekly digest to <@U1>: Slack said “a_code”."
    )
    assert "of Mon, January 4, 9:00 AM EST to <#C1>: the channel is archived" in notice.failed(
        "huddle agenda", monday, NEW_YORK, "C1", "is_archived"
    )
    assert "marked “(may be a repeat)”" in notice.repeated("huddle agenda", "C1")


def test_our_own_words_are_the_ones_we_promised() -> None:
    wording = Wording(PLAYBOOK.language)
    said = [agenda(report(template)).text for template in Template]
    said += [reminder(reminding(3, 3)).text, *notice.WHY.values(), check(CLINIC, series(), report().meeting, NOW).text]
    for text in said:
        assert not wording.avoided_in(text), text
