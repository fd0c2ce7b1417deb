from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product

import pytest

from mat.concerns.digest import TOO_FEW, DigestSection, DigestState, check_group_size, next_state
from mat.concerns.weeks import IsoWeek
from mat.errors import GroupSizeOutOfRange

FIRST = IsoWeek(2026, 40)


def run(weeks: Sequence[dict[str, int]], k: int = 5, late: bool = False) -> list[DigestSection]:
    """The digests of a whole history, one a week."""
    state: DigestState | None = None
    sections = []
    for number in range(len(weeks)):
        released = {FIRST.plus(i): topics for i, topics in enumerate(weeks[: number + 1]) if topics}
        state = next_state(state, FIRST.plus(number), released, late=late, k=k)
        sections.append(state.section)
    return sections


def test_zero_and_few_look_the_same() -> None:
    assert run([{}, {"safety": 4}], late=True) == [TOO_FEW, TOO_FEW]


def test_at_k_the_bucket_shows_and_a_new_period_starts() -> None:
    shown = DigestSection("5–9", ("safety",), late=True)
    assert run([{"safety": 4}, {"safety": 1}, {"safety": 4}], late=True) == [TOO_FEW, shown, TOO_FEW]


def test_topics_below_k_are_not_named_and_the_names_carry_no_order_of_size() -> None:
    assert run([{"workflow": 9, "caseload": 5, "safety": 4}]) == [
        DigestSection("10+", ("caseload", "workflow"), late=False)
    ]


@pytest.mark.parametrize(
    ("k", "total", "bucket"), [(3, 3, "3–9"), (8, 9, "8–9"), (9, 9, "9"), (10, 10, "10+"), (5, 10, "10+")]
)
def test_buckets(k: int, total: int, bucket: str) -> None:
    assert run([{"other": total}], k=k)[0].bucket == bucket


def test_a_week_is_computed_once() -> None:
    first = next_state(None, FIRST, {FIRST: {"other": 5}}, late=False)
    again = next_state(first, FIRST, {FIRST: {"other": 12}}, late=True)
    assert again is first


def test_weeks_that_were_missed_are_merged() -> None:
    first = next_state(None, FIRST, {FIRST: {"other": 2}}, late=False)
    released = {FIRST: {"other": 2}, FIRST.plus(1): {"other": 2}, FIRST.plus(2): {"other": 1}}
    assert next_state(first, FIRST.plus(2), released, late=False).section.bucket == "5–9"


def test_the_running_week_is_left_out() -> None:
    state = next_state(None, FIRST, {FIRST: {"other": 4}, FIRST.plus(1): {"other": 4}}, late=False)
    assert state.section == TOO_FEW


@pytest.mark.parametrize("k", [0, 2, 11])
def test_k_stays_between_3_and_10(k: int) -> None:
    with pytest.raises(GroupSizeOutOfRange):
        check_group_size(k)
    with pytest.raises(GroupSizeOutOfRange):
        next_state(None, FIRST, {}, late=False, k=k)


def undetermined(histories: Iterable[tuple[dict[str, int], ...]], k: int) -> None:
    """Asserts that each weekly cell of 1 to k - 1 has another value in some history with the same digests."""
    alike: dict[tuple[DigestSection, ...], list[tuple[dict[str, int], ...]]] = defaultdict(list)
    for history in histories:
        alike[tuple(run(history, k))].append(history)
    for digests, group in alike.items():
        for number in range(len(group[0])):
            for topic in ("a", "b"):
                values = {history[number].get(topic, 0) for history in group}
                assert len(values) > 1 or not values & set(range(1, k)), (digests, number, topic, values)


@pytest.mark.parametrize("k", [3, 5, 9, 10])
def test_no_small_weekly_cell_of_two_topics_can_be_worked_out(k: int) -> None:
    """All histories of two weeks and two topics with up to eleven concerns a cell."""
    weeks = [{t: n for t, n in (("a", a), ("b", b)) if n} for a, b in product(range(12), repeat=2)]
    undetermined(product(weeks, repeat=2), k)


@pytest.mark.parametrize("k", [3, 5, 10])
def test_no_small_weekly_cell_of_four_weeks_can_be_worked_out(k: int) -> None:
    """All histories of four weeks and one topic with up to eleven concerns a week."""
    weeks = [{"a": n} if n else {} for n in range(12)]
    undetermined(product(weeks, repeat=4), k)
