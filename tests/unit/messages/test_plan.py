"""What `/mat plan` shows: fits into Slack at any size, says the same to the eye and the ear, shows words as words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from mat.clinic import Clinic, Pace
from mat.message import Message
from mat.plan import MilestoneRow, State
from mat.plan_editing import DESCRIPTION, LABEL, OWN_MILESTONES, BlockPlan, blocks_of
from mat.playbook import load_playbook
from messages import pace as pace_wording
from messages import plan as wording
from messages import plan_forms as forms
from tests.fakes.slack_limits import elements, message_faults, texts, view_faults

PLAYBOOK = load_playbook()
CLINIC = Clinic("T1", "c" * 32, "Northside", "America/New_York", date(2027, 1, 4), ("sixbb", "moud"), pace=Pace.FULL)
LOOK = wording.Shown(CLINIC, datetime(2027, 1, 4, 14, 0, tzinfo=UTC), may_change=True)
OWN = {
    f"x-{n}": MilestoneRow(
        f"x-{n}", short=f"{n:02}".ljust(LABEL, "&"), description="<" * DESCRIPTION, track="sixbb", block="visits"
    )
    for n in range(OWN_MILESTONES)
}


def blocks(rows: dict[str, MilestoneRow] | None = None) -> tuple[BlockPlan, ...]:
    return blocks_of(CLINIC, PLAYBOOK, rows or {})


def block(name: str, rows: dict[str, MilestoneRow] | None = None) -> BlockPlan:
    return next(b for b in blocks(rows) if b.block.id == name)


def shown(message: Message) -> str:
    return "\n".join(texts(message.blocks))


def actions(message: Message) -> list[str]:
    return [str(thing["action_id"]) for _, thing in elements(message.blocks) if "action_id" in thing]


def test_the_largest_plan_fits() -> None:
    message = wording.overview(LOOK, blocks(OWN))
    assert message_faults(message.text, message.blocks) == []
    for one in blocks(OWN):
        for page in range(6):
            for build in (wording.block_page, wording.hidden_page):
                built = build(LOOK, one, page)
                assert message_faults(built.text, built.blocks) == []


def test_every_milestone_of_a_long_block_has_its_place_on_a_page() -> None:
    long = block("visits", OWN)
    pages = -(-len(long.shown) // wording.ROWS_ON_PAGE)
    seen = [a for page in range(pages) for a in actions(wording.block_page(LOOK, long, page)) if a == "mat:plan:hide"]
    assert len(seen) == len(long.shown)
    assert "mat:plan:block#after" not in actions(wording.block_page(LOOK, long, pages - 1))
    assert wording.block_page(LOOK, long, 999) == wording.block_page(LOOK, long, pages - 1)


def test_words_of_people_are_shown_as_words() -> None:
    row = MilestoneRow("x-a", short="<!channel> *hi*", description="<@U1> & co", track="sixbb", block="visits")
    message = wording.block_page(LOOK, block("visits", {"x-a": row}), 9)
    for text in (shown(message), message.text):
        assert "<!channel>" not in text
        assert "&lt;!channel&gt;" in text


def test_the_overview_says_how_much_is_done_and_what_is_open() -> None:
    rows = {"pl-leadership-team": MilestoneRow("pl-leadership-team", state=State.DONE)}
    message = wording.overview(LOOK, blocks(rows))
    of_leadership = shown(message).split("Leadership &amp; consensus")[1].split("Open")[0]
    assert "1 of 14 done" in of_leadership
    assert "Improvement team named" not in of_leadership
    assert "Leadership &amp; consensus: 1 of 14 done." in message.text


def test_somebody_who_may_not_change_the_plan_gets_no_button_that_would() -> None:
    look = replace(LOOK, may_change=False)
    hidden = {"pl-leadership-team": MilestoneRow("pl-leadership-team", shown=False)}
    for message in (
        wording.overview(look, blocks()),
        wording.block_page(look, block("leadership", hidden)),
        wording.hidden_page(look, block("leadership", hidden)),
        pace_wording.paces(look, dict.fromkeys(Pace, 1)),
    ):
        changing = {"mat:plan:add", "mat:plan:hide", "mat:plan:show", "mat:plan:reword", "mat:plan:paces"}
        assert not changing & set(actions(message))
        assert not any(a.startswith("mat:plan:pace#") for a in actions(message))


def test_hidden_ones_say_why_and_can_be_shown_again() -> None:
    light = replace(LOOK, clinic=replace(CLINIC, pace=Pace.LIGHT))
    rows = {"pl-leadership-team": MilestoneRow("pl-leadership-team", shown=False)}
    leadership = next(b for b in blocks_of(light.clinic, PLAYBOOK, rows) if b.block.id == "leadership")
    message = wording.hidden_page(light, leadership)
    assert "·  hidden" in shown(message)
    assert "beyond the pace you chose (light)" in shown(message)
    assert actions(message).count("mat:plan:show") == min(len(leadership.hidden), wording.ROWS_ON_PAGE)


def test_what_is_open_can_be_moved_and_given_and_says_when_it_is_late_and_who_has_it() -> None:
    rows = {
        "pl-leadership-team": MilestoneRow("pl-leadership-team", state=State.DONE),
        "pl-leadership-commitment": MilestoneRow("pl-leadership-commitment", owner="U1", due=date(2027, 1, 1)),
    }
    message = wording.block_page(LOOK, block("leadership", rows))
    assert "*Leadership commitment signed*  ·  late since Fri, January 1, with <@U1>" in shown(message)
    given = actions(message).count("mat:milestone:give")
    assert given == actions(message).count("mat:milestone:move") == wording.ROWS_ON_PAGE - 1


def test_what_matches_only_beyond_the_plan_can_be_put_there() -> None:
    light = replace(LOOK, clinic=replace(CLINIC, pace=Pace.LIGHT))
    hidden = [m for b in blocks_of(light.clinic, PLAYBOOK, {}) for m in b.hidden]
    message = wording.off_plan(light, hidden)
    assert actions(message).count("mat:plan:show") == wording.ROWS_ON_PAGE
    assert f"and {len(hidden) - wording.ROWS_ON_PAGE} more" in shown(message)
    assert message_faults(message.text, message.blocks) == []


def test_an_empty_plan_says_what_to_do_next() -> None:
    rows = {m: MilestoneRow(m, shown=False) for m in PLAYBOOK.milestones}
    message = wording.overview(LOOK, blocks(rows))
    assert "Nothing is on the plan yet." in shown(message)
    assert "mat:plan:add" in actions(message)
    assert "Nothing of this building block" in shown(wording.block_page(LOOK, block("visits", rows)))
    assert "Nothing is hidden here." in shown(wording.hidden_page(LOOK, block("visits")))


def test_what_was_done_stands_above_the_page_with_its_undo() -> None:
    milestone = block("leadership").shown[0]
    notice = wording.hidden_notice(CLINIC, milestone)
    message = wording.block_page(LOOK, block("leadership"), notice=notice)
    assert message.blocks[0] == notice
    assert message.text.startswith("Hidden:")
    assert actions(message)[0] == "mat:plan:show"
    assert message_faults(message.text, message.blocks) == []


def test_only_a_reworded_shipped_milestone_offers_the_playbooks_words() -> None:
    shipped = block("leadership").shown[0]
    changed = shipped._replace(row=replace(shipped.row, short="Other words"))
    own = next(m for m in block("visits", OWN).shown if m.id == "x-1")
    assert "mat:plan:original" in actions(wording.reworded(CLINIC, changed))
    assert "mat:plan:original" not in actions(wording.reworded(CLINIC, shipped))
    assert "mat:plan:original" not in actions(wording.reworded(CLINIC, own))


def test_the_pace_of_today_has_no_button() -> None:
    message = pace_wording.paces(LOOK, {Pace.LIGHT: 16, Pace.STANDARD: 60, Pace.FULL: 89})
    assert actions(message) == ["mat:plan:pace#light", "mat:plan:pace#standard"]
    assert "89 milestones (now)" in shown(message)
    told = pace_wording.pace_changed(CLINIC, Pace.LIGHT, was=16, now=89, kept=1)
    assert told.text == (
        "Pace: now full, with 89 milestones on the plan (it was 16). 1 milestone you have begun stays on it."
    )


def test_the_forms_fit_and_keep_what_was_typed() -> None:
    chosen = [b for b in PLAYBOOK.blocks.values() if b.track in CLINIC.tracks]
    add = forms.add_form(CLINIC, chosen, date(2027, 2, 1), block="visits", label="Wound care " * 20)
    reword = forms.reword_form(CLINIC, block("visits", OWN).shown[-1])
    assert view_faults(add) == []
    assert view_faults(reword) == []
    assert add["blocks"][0]["element"]["initial_option"]["value"] == "visits"
    assert (
        "initial_option" not in forms.add_form(CLINIC, chosen, date(2027, 2, 1), block="forged")["blocks"][0]["element"]
    )
