"""The judges can find fault: a ledger that is right passes, and each doctored one breaks the invariant that is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.simulation.invariants import JUDGES, verdicts
from bot.simulation.records import Copy, Ledger, Wanted
from mat.delivery import Occurrence, OccurrenceState, Post, PostKind, PostState

DUE = datetime(2027, 1, 4, 13, tzinfo=UTC)
LOCAL = datetime(2027, 1, 4, 8)
LATER = DUE + timedelta(days=1)
CHANNEL = "C1"
WANTED = Wanted(DUE, DUE + timedelta(days=7), DUE + timedelta(hours=2), closed=False, to=frozenset({CHANNEL}))
OCCURRENCE = Occurrence("o1", "T1", "north", "s1", PostKind.WEEKLY_REMINDER, "", LOCAL, DUE)
POST = Post("p1", "T1", "north", PostKind.WEEKLY_REMINDER, "", CHANNEL, DUE, DUE, 1, "o1", LOCAL, state=PostState.SENT)
NOTICE = replace(POST, id="p0", kind=PostKind.NOTICE, occurrence="", due_at=DUE - timedelta(hours=1))
COPY = Copy("p1", CHANNEL, DUE, marked=False)
AGAIN = replace(COPY, at=DUE + timedelta(minutes=1))
SAID = Occurrence("o9", "T1", "north", "s9", PostKind.SAID, "", datetime(2027, 1, 1), DUE)
SAID_POST = replace(POST, id="p9", kind=PostKind.SAID, target="C9", occurrence="o9", local_at=SAID.local_at)
SAID_COPY = Copy("p9", "C9", DUE, marked=False)
YES = {("s9", SAID.local_at): DUE}
RIGHT = Ledger(
    LATER,
    {("s1", LOCAL): WANTED},
    [OCCURRENCE],
    {"p1": POST, "p9": SAID_POST},
    [COPY, SAID_COPY],
    [DUE],
    approved=YES,
    told=[SAID],
)
SKIPPED = replace(OCCURRENCE, state=OccurrenceState.SKIPPED, reason="too-late")


def broken(ledger: Ledger) -> list[str]:
    return [verdict.invariant for verdict in verdicts(ledger) if not verdict.held]


def post(**fields: object) -> dict[str, Post]:
    return {"p1": replace(POST, **fields), "p9": SAID_POST}  # type: ignore[arg-type]  # any field


def copies(*of_the_post: Copy) -> list[Copy]:
    return [*of_the_post, SAID_COPY]


DOCTORED: dict[str, tuple[str, Ledger]] = {
    "no occurrence": ("lost", replace(RIGHT, occurrences=[], posts={"p9": SAID_POST}, copies=copies())),
    "no post": ("lost", replace(RIGHT, posts={"p9": SAID_POST}, copies=copies())),
    "a post for somebody else": ("lost", replace(RIGHT, posts=post(target="C2"))),
    "still waiting": ("lost", replace(RIGHT, posts=post(state=PostState.PENDING), copies=copies())),
    "still on its way": ("lost", replace(RIGHT, posts=post(state=PostState.SENDING))),
    "said to be sent": ("lost", replace(RIGHT, copies=copies())),
    "skipped while up": (
        "skipped without cause",
        replace(RIGHT, occurrences=[SKIPPED], posts={"p9": SAID_POST}, copies=copies()),
    ),
    "skipped as closed": (
        "skipped without cause",
        replace(
            RIGHT, occurrences=[replace(SKIPPED, reason="closed: Made up")], posts={"p9": SAID_POST}, copies=copies()
        ),
    ),
    "planned on a closed day": (
        "skipped without cause",
        replace(RIGHT, wanted={("s1", LOCAL): replace(WANTED, closed=True)}),
    ),
    "given up as nobody said": (
        "given up without cause",
        replace(RIGHT, posts=post(state=PostState.DEAD, error="is_archived"), copies=copies()),
    ),
    "given up in calm": (
        "given up without cause",
        replace(RIGHT, posts=post(state=PostState.DEAD, error="too-late"), copies=copies(), calm=True),
    ),
    "twice": ("silently doubled", replace(RIGHT, copies=copies(COPY, AGAIN))),
    "marked without a lost answer": (
        "more than one marked repeat for an unknown outcome",
        replace(RIGHT, copies=copies(COPY, replace(AGAIN, marked=True))),
    ),
    "marked twice": (
        "more than one marked repeat for an unknown outcome",
        replace(RIGHT, copies=copies(COPY, *[replace(AGAIN, marked=True)] * 2), unknown={"p1": 5}),
    ),
    "early": ("before its time", replace(RIGHT, copies=copies(replace(COPY, at=DUE - timedelta(seconds=1))))),
    "within Retry-After": ("before its time", replace(RIGHT, hasty=1)),
    "an hour off": (
        "at the wrong local hour",
        replace(RIGHT, occurrences=[replace(OCCURRENCE, due_at=DUE + timedelta(hours=1))]),
    ),
    "a time nobody asked for": (
        "at the wrong local hour",
        replace(RIGHT, occurrences=[OCCURRENCE, replace(OCCURRENCE, id="o2", local_at=LOCAL + timedelta(days=1))]),
    ),
    "after its use": (
        "at the wrong local hour",
        replace(RIGHT, copies=copies(replace(COPY, at=DUE + timedelta(hours=3)))),
    ),
    "late in calm": ("at the wrong local hour", replace(RIGHT, copies=copies(replace(COPY, at=LATER)), calm=True)),
    "overtaken": (
        "out of order in a channel",
        replace(
            RIGHT,
            posts={"p1": POST, "p0": NOTICE, "p9": SAID_POST},
            copies=copies(COPY, Copy("p0", CHANNEL, DUE, marked=False)),
        ),
    ),
    "an item twice": ("done as often as asked", replace(RIGHT, asked=1, items=2)),
    "said without a yes": ("concerns told of after a yes", replace(RIGHT, approved={})),
    "said before the yes": ("concerns told of after a yes", replace(RIGHT, approved={("s9", SAID.local_at): LATER})),
    "a yes without a word": (
        "concerns told of after a yes",
        replace(RIGHT, told=[], posts={"p1": POST}, copies=[COPY]),
    ),
    "a yes without a post": (
        "concerns told of after a yes",
        replace(RIGHT, posts={"p1": POST, "p9": replace(SAID_POST, state=PostState.DROPPED)}),
    ),
    "said twice": (
        "concerns told of after a yes",
        replace(
            RIGHT,
            told=[SAID, replace(SAID, id="o8")],
            posts={**RIGHT.posts, "p8": replace(SAID_POST, id="p8", occurrence="o8")},
            copies=[*RIGHT.copies, replace(SAID_COPY, key="p8")],
        ),
    ),
    "a failed tick": ("failed ticks", replace(RIGHT, failed=1)),
}


def test_a_ledger_that_is_right_passes() -> None:
    assert broken(RIGHT) == []


@pytest.mark.parametrize(("invariant", "ledger"), DOCTORED.values(), ids=list(DOCTORED))
def test_a_doctored_ledger_breaks_the_invariant_that_is_meant(invariant: str, ledger: Ledger) -> None:
    assert broken(ledger) == [invariant]


def test_every_invariant_can_break() -> None:
    assert {invariant for invariant, _ in DOCTORED.values()} == set(JUDGES)


ALLOWED: dict[str, Ledger] = {
    "skipped while down": replace(
        RIGHT, occurrences=[SKIPPED], posts={"p9": SAID_POST}, copies=copies(), turns=[LATER]
    ),
    "repeated once, marked, after a lost answer": replace(
        RIGHT, copies=copies(COPY, replace(AGAIN, marked=True)), unknown={"p1": 1}
    ),
    "given up as Slack said": replace(
        RIGHT, posts=post(state=PostState.DEAD, error="is_archived"), copies=copies(), refused={"p1": ["is_archived"]}
    ),
    "due after the end": replace(
        RIGHT,
        posts={
            **RIGHT.posts,
            "p2": replace(NOTICE, id="p2", due_at=LATER + timedelta(days=1), state=PostState.PENDING),
        },
    ),
}


@pytest.mark.parametrize("ledger", ALLOWED.values(), ids=list(ALLOWED))
def test_what_policy_allows_is_no_fault(ledger: Ledger) -> None:
    assert broken(ledger) == []
