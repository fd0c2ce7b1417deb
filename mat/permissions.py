"""Who may do what. The table is the whole truth; one test walks every cell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mat.clinic import Duty, Member, PersonFacts
from mat.errors import NotAllowed, NotForGuests, NotKnownForConcerns, NotKnownYet


class Standing(StrEnum):
    """What a person can be to one clinic; a person can be several at once."""

    ADMIN = "workspace admin"
    LEAD = "lead"
    MEMBER = "member of the improvement team"
    COLLEAGUE = "colleague in the workspace"
    GUEST = "guest"
    OUTSIDER = "person of another organisation"
    BOT = "bot"
    STRANGER = "person Slack does not know"


class Action(StrEnum):
    SEE = "see status, help and privacy"
    RAISE_CONCERN = "raise a concern or look up a receipt"
    READ_CONCERNS = "read concerns"
    CHANGE_MILESTONE = "change a milestone"
    CHANGE_PLAN = "add, hide and reword milestones"
    CHANGE_HUDDLE = "make, change and stop huddles"
    JOIN_HUDDLE = "say I'm here, add to an agenda, mark held"
    ADD_ASK = "ask leadership for something"
    ANSWER_ASK = "answer an ask"
    SEE_DIGEST = "preview the digest"
    CHANGE_TEAM = "change roles, channel and recipients"
    HANDLE_POSTS = "send again or drop what was given up"
    DELETE_CLINIC = "delete what is held about the clinic"
    START_SETUP = "set up a clinic"


_TEAM = frozenset({Standing.LEAD, Standing.MEMBER})
_LEADS = frozenset({Standing.LEAD})
STAFF = frozenset({Standing.ADMIN, Standing.LEAD, Standing.MEMBER, Standing.COLLEAGUE})

# READ_CONCERNS is nobody's by standing: it belongs to the people named for it, whatever else they are.
ALLOWED: Mapping[Action, frozenset[Standing]] = {
    Action.SEE: STAFF,
    Action.RAISE_CONCERN: frozenset({Standing.COLLEAGUE}),
    Action.READ_CONCERNS: frozenset(),
    Action.CHANGE_MILESTONE: _TEAM,
    Action.CHANGE_PLAN: _TEAM,
    Action.CHANGE_HUDDLE: _TEAM,
    Action.JOIN_HUDDLE: _TEAM,
    Action.ADD_ASK: _TEAM,
    Action.ANSWER_ASK: _LEADS,
    Action.SEE_DIGEST: _LEADS,
    Action.CHANGE_TEAM: _LEADS | {Standing.ADMIN},
    Action.HANDLE_POSTS: _LEADS | {Standing.ADMIN},
    Action.DELETE_CLINIC: _LEADS | {Standing.ADMIN},
    Action.START_SETUP: frozenset({Standing.ADMIN}),
}

# A duty opens these whatever the standing, for staff only.
OPENED_BY_DUTY: Mapping[Action, frozenset[Duty]] = {
    Action.READ_CONCERNS: frozenset({Duty.READS_CONCERNS}),
    Action.SEE_DIGEST: frozenset({Duty.GETS_DIGEST}),
    Action.ANSWER_ASK: frozenset({Duty.GETS_DIGEST}),
}

_WHO: Mapping[Action, str] = {
    Action.RAISE_CONCERN: "full members of this workspace",
    Action.READ_CONCERNS: "the people named to read concerns",
    Action.CHANGE_MILESTONE: "members of the improvement team",
    Action.CHANGE_PLAN: "members of the improvement team",
    Action.CHANGE_HUDDLE: "members of the improvement team",
    Action.JOIN_HUDDLE: "members of the improvement team",
    Action.ADD_ASK: "members of the improvement team",
    Action.ANSWER_ASK: "leads and the people who get the digest",
    Action.SEE_DIGEST: "leads and the people who get the digest",
    Action.CHANGE_TEAM: "a lead of this clinic",
    Action.HANDLE_POSTS: "a lead of this clinic",
    Action.DELETE_CLINIC: "a lead of this clinic",
    Action.START_SETUP: "a workspace admin or owner",
}
_UNCHANGED = "Nothing was changed; `/mat team` shows who they are."
_THEN: Mapping[Action, str] = {
    Action.RAISE_CONCERN: "You can always talk to your supervisor instead.",
    Action.READ_CONCERNS: "`/mat team` shows who they are.",
    Action.SEE_DIGEST: "`/mat team` shows who they are.",
    Action.CHANGE_TEAM: "Nothing was changed; `/mat team` shows who leads it.",
    Action.DELETE_CLINIC: "Nothing was changed; `/mat team` shows who leads it.",
    Action.START_SETUP: "Please ask one of them to type `/mat setup`.",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """A person at one clinic: everything they are to it, and what they look after there."""

    user: str
    standings: frozenset[Standing]
    duties: frozenset[Duty] = frozenset()

    def may(self, action: Action) -> bool:
        if self.standings & ALLOWED[action]:
            return True
        return Standing.COLLEAGUE in self.standings and bool(self.duties & OPENED_BY_DUTY.get(action, frozenset()))

    def require(self, action: Action) -> None:
        """Raises `NotForGuests`, `NotKnownYet`, `NotKnownForConcerns` or `NotAllowed`, each with its one polite sentence."""
        if self.may(action):
            return
        if Standing.STRANGER in self.standings:
            raise NotKnownForConcerns if action is Action.RAISE_CONCERN else NotKnownYet
        if not self.standings & STAFF:
            raise NotForGuests
        raise NotAllowed(who=_WHO[action], then=_THEN.get(action, _UNCHANGED))


def standings_of(facts: PersonFacts | None, member: Member | None, *, named_admin: bool) -> frozenset[Standing]:
    """What a person is to a clinic.

    `facts` is None where Slack does not know the person (yet); `member` is None off the roster; `named_admin`: in MAT_ADMINS.
    A guest or a person of another organisation counts as a member once a lead has put them on the roster, and as nothing more.
    """
    if facts is None or facts.gone:
        return frozenset({Standing.STRANGER})
    if facts.bot:
        return frozenset({Standing.BOT})
    on_team = frozenset({Standing.MEMBER}) if member is not None and member.roles else frozenset[Standing]()
    if facts.guest or facts.outsider:
        return on_team or frozenset({Standing.OUTSIDER if facts.outsider else Standing.GUEST})
    standings = {Standing.COLLEAGUE, *on_team}
    if member is not None and Duty.LEAD in member.duties:
        standings |= {Standing.LEAD}
    if facts.admin or named_admin:
        standings |= {Standing.ADMIN}
    return frozenset(standings)


def caller(user: str, facts: PersonFacts | None, member: Member | None, *, named_admin: bool) -> Caller:
    standings = standings_of(facts, member, named_admin=named_admin)
    return Caller(user, standings, member.duties if member else frozenset())


def require_setup(user: str, facts: PersonFacts | None, *, named_admin: bool) -> None:
    """Raises a refusal unless the person may set up clinics, which takes no clinic: an admin, an owner, or one of MAT_ADMINS."""
    caller(user, facts, None, named_admin=named_admin).require(Action.START_SETUP)
