"""What `/mat huddle`, its form and the answers behind its buttons say, at their longest and in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from mat.agenda import AgendaReport
from mat.clinic import Clinic
from mat.huddle_editing import SERIES, TITLE, HuddleDraft, draft_of, usual
from mat.huddles import AgendaItem, HuddleSeries, Meeting, MeetingState, Template
from mat.meetings import ITEM_TEXT, ITEMS, SeriesReport
from mat.message import Message
from mat.playbook import load_playbook
from mat.rhythm import MonthlyByDate, Weekly
from messages import agenda_items as items_wording
from messages import huddle as wording
from messages import huddle_saved as saved_wording
from messages import meeting as told
from messages.huddle_form import huddle_form
from tests.fakes.slack_limits import elements, message_faults, texts, view_faults

PLAYBOOK = load_playbook()
NOW = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)  # Monday, 9:00 AM in New York
CLINIC = Clinic(
    "T0CLINIC1",
    "c" * 32,
    "Northside",
    "America/New_York",
    date(2027, 1, 4),
    ("sixbb",),
    channel="C0TEAM001",
    ready=True,
)
LOOK = wording.Shown(CLINIC, NOW, may_change=True)
DAILY = HuddleSeries(
    id="s" * 32,
    template=Template.DAILY,
    title="Daily huddle",
    rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    local_start=datetime(2027, 1, 4, 9, 30),
    zone="America/New_York",
    minutes=10,
    minutes_before=10,
)
LONGEST = replace(DAILY, title="&" * TITLE, rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR,SA")


def meeting(series: HuddleSeries = DAILY, *, days: int = 0, state: MeetingState = MeetingState.PLANNED) -> Meeting:
    by = "" if state is MeetingState.PLANNED else "U0LEAD001"
    at = NOW + timedelta(days=days, minutes=30)
    return Meeting(series.id, series.local_start + timedelta(days=days), at, state, by)


def report(
    series: HuddleSeries = DAILY, *, coming: tuple[Meeting, ...] = (), missed: Meeting | None = None
) -> SeriesReport:
    agenda = PLAYBOOK.agendas[series.template.value]
    return SeriesReport(series, agenda, PLAYBOOK.roles[agenda.leader].title, 2, coming, missed)


def shown(message: Message) -> str:
    return "\n".join(texts(message.blocks))


def actions(message: Message) -> list[str]:
    return [str(thing["action_id"]) for _, thing in elements(message.blocks) if "action_id" in thing]


def sound(message: Message) -> Message:
    assert message_faults(message.text, message.blocks) == []
    return message


def test_the_longest_list_fits() -> None:
    coming = (meeting(LONGEST, state=MeetingState.CALLED_OFF), meeting(LONGEST, days=1))
    going = [report(LONGEST, coming=coming, missed=meeting(LONGEST, days=-3))] * SERIES
    sound(wording.huddles(LOOK, going, [LONGEST] * 20))


def test_a_series_says_when_how_long_by_whom_and_what() -> None:
    text = shown(sound(wording.huddles(LOOK, [report(coming=(meeting(),))], [])))
    assert "*Daily huddle*  ·  Every working day at 9:30 AM Eastern time (New York), 10 minutes" in text
    assert "Next: today at 9:30 AM EST. I post the agenda 10 minutes before in <#C0TEAM001>." in text
    assert "Led by: Clinic manager. 7 topics, 2 items added." in text
    assert "Not today" in text


def test_a_huddle_under_way_is_not_called_the_next_one() -> None:
    running = meeting()
    look = replace(LOOK, now=running.at + timedelta(minutes=4))
    assert "On now: it began today at 9:30 AM EST." in shown(wording.huddles(look, [report(coming=(running,))], []))


def test_a_huddle_on_another_day_is_not_called_today() -> None:
    message = wording.huddles(LOOK, [report(coming=(meeting(days=1),))], [])
    assert "Not on Tue, January 5" in shown(message)


def test_called_off_shows_who_and_the_one_after() -> None:
    coming = (meeting(state=MeetingState.CALLED_OFF), meeting(days=1))
    message = sound(wording.huddles(LOOK, [report(coming=coming)], []))
    assert "today at 9:30 AM EST is called off by <@U0LEAD001>. Then: Tue, January 5, 9:30 AM EST." in shown(message)
    assert "mat:huddle:calledon" in actions(message)
    assert "mat:huddle:calloff" not in actions(message)


def test_a_series_that_has_ended_says_so() -> None:
    message = sound(wording.huddles(LOOK, [report()], []))
    assert "No more huddles are planned." in message.text
    assert "mat:huddle:calloff" not in actions(message)


def test_a_reader_who_may_not_change_anything_gets_no_button() -> None:
    look = replace(LOOK, may_change=False)
    going = [report(coming=(meeting(),), missed=meeting(days=-3))]
    assert actions(sound(wording.huddles(look, going, [DAILY]))) == []


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "1 minute"),
        (10, "10 minutes"),
        (60, "1 hour"),
        (90, "90 minutes"),
        (1440, "1 day"),
        (2880, "2 days"),
        (10080, "1 week"),
    ],
)
def test_minutes_in_words(minutes: int, words: str) -> None:
    assert wording.minutes_words(minutes) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Chicago", "Central time (Chicago)"),
        ("America/Boise", "Boise time"),
        ("America/Indiana/Tell_City", "Tell City time"),
    ],
)
def test_zones_in_words(zone: str, words: str) -> None:
    assert wording.zone_words(zone) == words


def test_a_rule_no_form_can_make_is_still_said() -> None:
    odd = replace(DAILY, rule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=1")
    assert wording.rhythm(odd) == "At 9:30 AM Eastern time (New York), on days of its own"


# -- saved ------------------------------------------------------------------------------------------------------------


def saved(**of: object) -> saved_wording.Saved:
    done = saved_wording.Saved(DAILY, NOW + timedelta(minutes=30), NOW + timedelta(minutes=20), None)
    return replace(done, **of)  # type: ignore[arg-type]  # field names are the record's


def test_saved_says_when_the_agenda_comes() -> None:
    look = replace(LOOK, now=NOW)
    assert "the next one Mon, January 4, 2027, 9:20 AM EST" in sound(saved_wording.saved(look, saved())).text
    assert "the next one right away" in saved_wording.saved(look, saved(agenda_at=NOW)).text
    unready = saved_wording.saved(look, saved(agenda_at=None))
    assert "Its agendas come to <#C0TEAM001> once set-up is finished." in unready.text
    nowhere = replace(look, clinic=replace(CLINIC, channel=""))
    assert "in the team's channel" in saved_wording.saved(nowhere, saved()).text


def test_the_longest_undo_fits_its_button() -> None:
    sound(saved_wording.saved(LOOK, saved(series=LONGEST, before=replace(LONGEST, title="\\" * TITLE))))


@pytest.mark.parametrize(
    "message",
    [
        saved_wording.stopped(CLINIC, LONGEST),
        saved_wording.stopped_already(CLINIC, LONGEST),
        saved_wording.goes_on_already(LONGEST),
    ],
)
def test_stopped_and_started_fit(message: Message) -> None:
    sound(message)


# -- the form ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "draft",
    [
        *(usual(template, PLAYBOOK, date(2027, 1, 4)) for template in Template),
        draft_of(LONGEST, NOW),
        replace(draft_of(DAILY, NOW), rhythm=MonthlyByDate(-1), minutes=12, minutes_before=7),
        HuddleDraft(Template.MONTHLY, "x", Weekly(()), time(23, 59), 60, 2880, date(2027, 1, 4)),
    ],
)
@pytest.mark.parametrize("new", [True, False])
def test_the_form_fits_whatever_stands_in_it(draft: HuddleDraft, new: bool) -> None:
    assert view_faults(huddle_form(CLINIC, PLAYBOOK, draft, series="s1", new=new)) == []


def test_only_the_form_for_a_new_huddle_fills_itself_anew() -> None:
    draft = draft_of(DAILY, NOW)
    kinds = [huddle_form(CLINIC, PLAYBOOK, draft, series="s1", new=new)["blocks"][0] for new in (True, False)]
    assert [kind.get("dispatch_action") for kind in kinds] == [True, None]


# -- answers behind buttons -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        told.here(LONGEST, meeting(), NOW),
        told.here_already(LONGEST, meeting(), NOW),
        told.over(CLINIC, LONGEST, meeting(), NOW),
        told.over(CLINIC, replace(LONGEST, active=False), meeting(state=MeetingState.HELD), NOW),
        told.called_off(CLINIC, LONGEST, meeting(), NOW, posted=False),
        told.called_off(CLINIC, LONGEST, meeting(), NOW, posted=True),
        told.called_off_already(CLINIC, LONGEST, meeting(state=MeetingState.CALLED_OFF), NOW),
        told.told(CLINIC),
        told.could_not_tell(CLINIC, "is_archived"),
        told.on_again(CLINIC, LONGEST, meeting(), NOW, posted=False),
        told.on_again(CLINIC, LONGEST, meeting(), NOW, posted=True),
        told.on_already(LONGEST, meeting(), NOW),
        told.recorded(CLINIC, LONGEST, meeting(state=MeetingState.HELD), NOW),
        told.recorded(CLINIC, LONGEST, meeting(state=MeetingState.NOT_HELD), NOW),
        told.recorded_already(CLINIC, LONGEST, meeting(state=MeetingState.HELD), NOW, MeetingState.HELD),
        told.recorded_already(CLINIC, LONGEST, meeting(state=MeetingState.CALLED_OFF), NOW, MeetingState.HELD),
    ],
)
def test_every_answer_fits_and_escapes(message: Message) -> None:
    sound(message)
    assert "&&" not in message.text


def test_who_recorded_what_and_the_other_answer() -> None:
    message = told.recorded_already(CLINIC, DAILY, meeting(state=MeetingState.HELD), NOW, MeetingState.NOT_HELD)
    assert message.text == "Daily huddle, today at 9:30 AM EST: Held, recorded by <@U0LEAD001>."
    assert actions(message) == ["mat:huddle:notheld"]
    same = told.recorded_already(CLINIC, DAILY, meeting(state=MeetingState.HELD), NOW, MeetingState.HELD)
    assert actions(same) == []


# -- the agenda for one person ----------------------------------------------------------------------------------------


def full_agenda(template: Template) -> AgendaReport:
    added = tuple(AgendaItem(f"{n}", DAILY.id, "&" * ITEM_TEXT, "U0MEMBER1", NOW) for n in range(ITEMS))
    series = replace(LONGEST, template=template)
    return AgendaReport(CLINIC, series, meeting(series), PLAYBOOK.agendas[template.value], NOW, added)


@pytest.mark.parametrize("template", list(Template))
def test_a_full_agenda_fits_with_every_button(template: Template) -> None:
    agenda = full_agenda(template)
    others = [items_wording.Coming(replace(LONGEST, id=f"{n}"), meeting(LONGEST)) for n in range(SERIES - 1)]
    removable = [item.id for item in agenda.added]
    message = sound(items_wording.next_agenda(agenda, may_join=True, removable=removable, others=others))
    assert actions(message).count("mat:agenda:takeoff") == ITEMS
    assert actions(items_wording.next_agenda(agenda, may_join=False, removable=removable, others=[])) == [
        "mat:go:run#huddle"
    ]


def test_the_form_and_the_answer_to_it_fit() -> None:
    coming = [items_wording.Coming(replace(LONGEST, id=f"{n}"), meeting(LONGEST)) for n in range(SERIES)]
    assert view_faults(items_wording.add_form(CLINIC, coming, NOW, item="i" * 32, text='"' * 5_000)) == []
    assert view_faults(items_wording.add_form(CLINIC, coming[:1], NOW, item="i" * 32)) == []
    item = AgendaItem("i" * 32, coming[0].series.id, "<!channel>" * 25, "U0MEMBER1", NOW)
    message = sound(items_wording.added(CLINIC, item, coming[0], NOW, coming[1:]))
    assert "<!channel>" not in message.text
    sound(items_wording.taken_off(item, LONGEST))
    sound(items_wording.which(CLINIC, "<!here>" * 50, coming))
    sound(items_wording.no_huddle(CLINIC, may_change=True))
    sound(items_wording.no_huddle(CLINIC, may_change=False))
