"""The table role × action, cell by cell, against what is written down here by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mat.clinic import Duty, Member, PersonFacts
from mat.errors import NotAllowed, NotForGuests, NotKnownForConcerns, NotKnownYet
from mat.permissions import (
    ALLOWED,
    OPENED_BY_DUTY,
    STAFF,
    Action,
    Caller,
    Standing,
    caller,
    require_setup,
    standings_of,
)

COLUMNS = (
    Standing.ADMIN,
    Standing.LEAD,
    Standing.MEMBER,
    Standing.COLLEAGUE,
    Standing.GUEST,
    Standing.OUTSIDER,
    Standing.BOT,
    Standing.STRANGER,
)

# y = may, by this standing alone; one letter a column: admin, lead, member, colleague, guest, outsider, bot, stranger.
EXPECTED: Mapping[Action, str] = {
    Action.SEE: "yyyy----",
    Action.RAISE_CONCERN: "---y----",
    Action.READ_CONCERNS: "--------",
    Action.CHANGE_MILESTONE: "-yy-----",
    Action.CHANGE_PLAN: "-yy-----",
    Action.CHANGE_HUDDLE: "-yy-----",
    Action.JOIN_HUDDLE: "-yy-----",
    Action.ADD_ASK: "-yy-----",
    Action.ANSWER_ASK: "-y------",
    Action.SEE_DIGEST: "-y------",
    Action.CHANGE_TEAM: "yy------",
    Action.HANDLE_POSTS: "yy------",
    Action.DELETE_CLINIC: "yy------",
    Action.START_SETUP: "y-------",
}

# Which duty opens an action to a full member of the workspace, whatever else they are.
EXPECTED_DUTIES: Mapping[Action, frozenset[Duty]] = {
    Action.READ_CONCERNS: frozenset({Duty.READS_CONCERNS}),
    Action.SEE_DIGEST: frozenset({Duty.GETS_DIGEST}),
    Action.ANSWER_ASK: frozenset({Duty.GETS_DIGEST}),
}

CELLS = [
    (action, standing, letter == "y")
    for action, row in EXPECTED.items()
    for standing, letter in zip(COLUMNS, row, strict=True)
]


def test_every_action_and_standing_is_in_the_table() -> None:
    assert set(EXPECTED) == set(ALLOWED) == set(Action)
    assert set(COLUMNS) == set(Standing)


@pytest.mark.parametrize(("action", "standing", "may"), CELLS)
def test_cell(action: Action, standing: Standing, may: bool) -> None:
    who = Caller("U1", frozenset({standing}))
    assert who.may(action) is may
    if may:
        who.require(action)
        return
    unknown = NotKnownForConcerns if action is Action.RAISE_CONCERN else NotKnownYet
    refusal = unknown if standing is Standing.STRANGER else NotAllowed if standing in STAFF else NotForGuests
    with pytest.raises(refusal) as refused:
        who.require(action)
    assert "{" not in refused.value.sentence


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("duty", Duty)
def test_duties_open_only_what_they_are_for(action: Action, duty: Duty) -> None:
    opened = duty in EXPECTED_DUTIES.get(action, frozenset())
    assert OPENED_BY_DUTY.get(action, frozenset()) == EXPECTED_DUTIES.get(action, frozenset())
    for standing in COLUMNS:
        by_standing = Caller("U1", frozenset({standing})).may(action)
        with_duty = Caller("U1", frozenset({standing}), frozenset({duty})).may(action)
        assert with_duty is (by_standing or (opened and standing is Standing.COLLEAGUE))


@pytest.mark.parametrize(
    ("facts", "member", "named", "standings"),
    [
        (None, None, True, {Standing.STRANGER}),
        (PersonFacts("U1", gone=True, admin=True), Member("U1", ("champion",)), True, {Standing.STRANGER}),
        (PersonFacts("U1", bot=True, admin=True), Member("U1", ("champion",)), True, {Standing.BOT}),
        (PersonFacts("U1", guest=True), None, True, {Standing.GUEST}),
        (PersonFacts("U1", outsider=True), None, False, {Standing.OUTSIDER}),
        (PersonFacts("U1", guest=True), Member("U1", ("facilitator",)), False, {Standing.MEMBER}),
        (PersonFacts("U1", outsider=True), Member("U1", ("facilitator",)), False, {Standing.MEMBER}),
        (
            PersonFacts("U1", guest=True),
            Member("U1", (), frozenset({Duty.LEAD, Duty.READS_CONCERNS})),
            False,
            {Standing.GUEST},
        ),
        (PersonFacts("U1"), None, False, {Standing.COLLEAGUE}),
        (PersonFacts("U1"), None, True, {Standing.COLLEAGUE, Standing.ADMIN}),
        (PersonFacts("U1", admin=True), None, False, {Standing.COLLEAGUE, Standing.ADMIN}),
        (PersonFacts("U1"), Member("U1", ("peer",)), False, {Standing.COLLEAGUE, Standing.MEMBER}),
        (PersonFacts("U1"), Member("U1", (), frozenset({Duty.LEAD})), False, {Standing.COLLEAGUE, Standing.LEAD}),
    ],
)
def test_what_a_person_is_to_a_clinic(
    facts: PersonFacts | None, member: Member | None, named: bool, standings: set[Standing]
) -> None:
    assert standings_of(facts, member, named_admin=named) == standings


@pytest.mark.parametrize("facts", [PersonFacts("U1", guest=True), PersonFacts("U1", outsider=True)])
def test_a_duty_opens_nothing_to_somebody_from_outside(facts: PersonFacts) -> None:
    member = Member("U1", ("facilitator",), frozenset(Duty))
    who = caller("U1", facts, member, named_admin=False)
    assert not any(who.may(action) for action in EXPECTED_DUTIES if action is not Action.SEE)
    assert not who.may(Action.RAISE_CONCERN)


@pytest.mark.parametrize(
    ("facts", "named", "refusal"),
    [
        (PersonFacts("U1", admin=True), False, None),
        (PersonFacts("U1"), True, None),
        (PersonFacts("U1"), False, NotAllowed),
        (PersonFacts("U1", guest=True), True, NotForGuests),
        (PersonFacts("U1", bot=True), True, NotForGuests),
        (None, True, NotKnownYet),
    ],
)
def test_who_may_start_set_up(facts: PersonFacts | None, named: bool, refusal: type[Exception] | None) -> None:
    if refusal is None:
        require_setup("U1", facts, named_admin=named)
        return
    with pytest.raises(refusal):
        require_setup("U1", facts, named_admin=named)
