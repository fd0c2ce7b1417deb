"""Somebody who has every digest of a clinic and a solver, and wants to know how many concerns one week brought.

They know the rule, the group size of each week, in which weeks the clinic was closed, and whatever was published: each digest's
section, and the number of sentences under “You said, we did”. What they look for is a cell, all concerns of a week or those on one
topic, of which only one value fits all of that.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from mat.concerns.digest import DigestSection, DigestState, group_size, may_tell, next_state
from mat.concerns.weeks import IsoWeek

FIRST = IsoWeek(2026, 40)
# More than any history here has in one week, so that the attacker's bounds are those of the digests.
PLENTY = 60
MANY = 10


@dataclass(frozen=True, slots=True)
class Raised:
    """One concern: the weeks of arrival, release and answer (None: never), and whether it was answered with a public sentence."""

    arrived: int
    released: int
    topic: int
    answered: int | None
    told: bool


@dataclass(frozen=True, slots=True)
class History:
    """What happened. `sizes`: the group size in force at each week's digest; `looks`: the weeks whose digest was computed."""

    weeks: int
    topics: int
    sizes: Sequence[int]
    looks: frozenset[int]
    closed: frozenset[int]
    concerns: Sequence[Raised]

    def count(self, week: int, topic: int | None = None) -> int:
        return sum(one.released == week and topic in {None, one.topic} for one in self.concerns)


@dataclass(frozen=True, slots=True)
class Look:
    """One digest as it was published: up to which week, at which group size, and the sentences told until then."""

    through: int
    size: int
    section: DigestSection
    told: int


def a_history(chance: random.Random, *, topics: int | None = None) -> History:
    """Weeks of few and many, a group size that may be changed, digests that were missed, weeks without anybody."""
    weeks, topics = chance.randint(1, 12), topics or chance.choice((1, 3, 4, 6, 9, 9, 9))
    sizes, size = list[int](), chance.choice((3, 3, 4, 5, 5, 6, 7, 8, 9, 10))
    moody = chance.random() < 0.4
    for _ in range(weeks):
        size = chance.randint(3, 10) if moody and chance.random() < 0.5 else size
        sizes.append(size)
    closed = frozenset(week for week in range(weeks) if chance.random() < 0.2)
    looks = frozenset(week for week in range(weeks) if chance.random() < 0.85)
    busy = chance.choice((0.5, 1.5, 4.0, 8.0))
    favourite, told_of = chance.randrange(topics), chance.choice((0.0, 0.2, 0.6, 1.0))
    concerns = []
    for week in (week for week in range(weeks) if week not in closed):
        for _ in range(int(chance.expovariate(1 / busy))):
            told = chance.random() < told_of
            answered = week if told else chance.choice((None, week, week + 1, week + 4))
            arrived = week - (chance.random() < 0.2)
            topic = favourite if chance.random() < 0.4 else chance.randrange(topics)
            concerns.append(Raised(arrived, week, topic, answered, told))
    return History(weeks, topics, sizes, looks, closed, concerns)


def late(history: History, through: int) -> bool:
    """On the Monday after week `through`: that of `is_overdue`, in weeks."""
    return any(
        one.released <= through and one.arrived < through and (one.answered is None or one.answered > through)
        for one in history.concerns
    )


@dataclass(frozen=True, slots=True)
class Rules:
    """The program's own, unless somebody wants to see what others would give away."""

    next_state: Callable[..., DigestState] = next_state
    may_tell: Callable[[int, int, int], bool] = may_tell


OURS = Rules()


def published(history: History, rules: Rules = OURS) -> Iterator[Look]:
    """Every digest of a history, with the number of sentences that everybody could read by then."""
    state: DigestState | None = None
    told = set[int]()
    for week in range(history.weeks):
        released: dict[IsoWeek, Counter[str]] = {}
        for one in (one for one in history.concerns if one.released <= week):
            released.setdefault(FIRST.plus(one.released), Counter())[str(one.topic)] += 1
        size = group_size(state, history.sizes[week])
        since = state.since if state else FIRST
        told = _told(history, week, since, told, lambda *figures, k=size: rules.may_tell(*figures, k))
        if week in history.looks:
            state = rules.next_state(state, FIRST.plus(week), released, late=late(history, week), k=history.sizes[week])
            yield Look(week, state.k, state.section, len(told))


def _told(
    history: History, week: int, since: IsoWeek, told: set[int], may_tell: Callable[[int, int], bool]
) -> set[int]:
    """The concerns, by number, whose sentence everybody can read by the end of a week. `since`: the running period's first."""
    here = {n for n, one in enumerate(history.concerns) if one.released <= week}
    running = {n for n in here if FIRST.plus(history.concerns[n].released) >= since}
    wished = {n for n in here if history.concerns[n].told}
    told = told | (wished - running)
    for n in sorted(wished - told):
        if may_tell(len(running), len(told & running)):
            told = told | {n}
    return told


@dataclass(slots=True)
class Attacker:
    """Unknowns: for each week the concerns of each topic, those that came the week before, and those told of or still waiting."""

    weeks: int
    topics: int
    closed: frozenset[int]
    rows: list[np.ndarray] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    @property
    def size(self) -> int:
        return self.weeks * (self.topics + 3)

    def cell(self, week: int, topic: int | None = None) -> np.ndarray:
        """The released concerns of a week, of one topic or of all."""
        row = np.zeros(self.size)
        start = week * (self.topics + 3)
        row[start + topic if topic is not None else slice(start, start + self.topics)] = 1
        return row

    def extra(self, week: int, which: int) -> np.ndarray:
        """0: came the week before; 1: told of; 2: waits too long."""
        row = np.zeros(self.size)
        row[week * (self.topics + 3) + self.topics + which] = 1
        return row

    def know(self, row: np.ndarray, least: float = -np.inf, most: float = np.inf) -> None:
        self.rows.append(row)
        self.low.append(least)
        self.high.append(most)

    def read(self, looks: Sequence[Look]) -> None:
        """Everything that the digests say, as inequalities."""
        for week in range(self.weeks):
            # Who is told of or waits was released, and nobody is both.
            self.know(self.cell(week) - self.extra(week, 1) - self.extra(week, 2), least=0)
            self.know(self.cell(week) - self.extra(week, 0), least=0)
        since, on_time = 0, -1
        for look in looks:
            weeks, told = range(since, look.through + 1), range(look.through + 1)
            total = sum((self.cell(week) for week in weeks), np.zeros(self.size))
            self.know(sum((self.extra(week, 1) for week in told), np.zeros(self.size)), least=look.told)
            if not look.section.bucket:
                self.know(total, most=look.size - 1)
                continue
            self._shown(look, weeks, total)
            if look.section.late:
                self._waits(on_time, look.through)
            else:
                on_time = look.through
            since = look.through + 1

    def _shown(self, look: Look, weeks: range, total: np.ndarray) -> None:
        many = look.section.bucket == f"{MANY}+"
        self.know(total, least=MANY if many else look.size, most=np.inf if many else MANY - 1)
        for topic in range(self.topics):
            row = sum((self.cell(week, topic) for week in weeks), np.zeros(self.size))
            named = str(topic) in look.section.topics
            self.know(row, least=look.size if named else -np.inf, most=np.inf if named else look.size - 1)

    def _waits(self, on_time: int, through: int) -> None:
        """Some concern waits that did not when all was on time: released since, or fresh then; or in since the week before."""
        since = range(max(on_time, 0), through)
        row = sum((self.extra(week, 2) for week in since), np.zeros(self.size))
        # In the last week only those that had come before it can be late.
        self.know(row + self.extra(through, 0), least=1)

    def solution(self, objective: np.ndarray) -> np.ndarray:
        """What may have happened, with the least of `objective`."""
        most = np.full(self.size, float(PLENTY))
        for week in self.closed:
            most[week * (self.topics + 3) : (week + 1) * (self.topics + 3)] = 0
        constraints = LinearConstraint(np.array(self.rows), np.array(self.low), np.array(self.high))
        found = milp(objective, constraints=constraints, integrality=np.ones(self.size), bounds=Bounds(0, most))
        assert found.x is not None, "what did happen is possible"
        whole: np.ndarray = np.rint(found.x)
        return whole


def small_cells(history: History, looks: Sequence[Look]) -> dict[tuple[int, int | None], int]:
    """Every cell of 1 to k - 1, by the k that was promised for its week: week, topic (None: all) → how many."""
    found = {}
    for week in range(history.weeks):
        size = next((look.size for look in looks if look.through >= week), history.sizes[week])
        for topic in (None, *range(history.topics)):
            if 1 <= history.count(week, topic) < size:
                found[week, topic] = history.count(week, topic)
    return found


def determined(history: History, chance: random.Random, rules: Rules = OURS) -> list[tuple[int, int | None, int]]:
    """Cells of 1 to k - 1 of which the digests leave one value only: week, topic (None: all), the value."""
    looks = list(published(history, rules))
    attacker = Attacker(history.weeks, history.topics, history.closed)
    attacker.read(looks)
    unsure = small_cells(history, looks)
    rows = {cell: attacker.cell(*cell) for cell in unsure}

    def look_for_another(objective: np.ndarray) -> None:
        found = attacker.solution(objective)
        for cell in [cell for cell, count in unsure.items() if round(float(rows[cell] @ found)) != count]:
            del unsure[cell]

    # A few at random first: each tells many cells apart at once.
    for sign in (1, -1):
        look_for_another(sign * np.ones(attacker.size))
        look_for_another(np.array([sign * chance.random() for _ in range(attacker.size)]))
    for cell in list(unsure):
        for sign in (1, -1):
            if cell in unsure:
                look_for_another(sign * rows[cell])
    return [(*cell, count) for cell, count in unsure.items()]
