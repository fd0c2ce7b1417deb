"""Nobody who has all digests, all public sentences and a solver works out how many concerns a week brought, if it were fewer than k."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from mat.concerns.digest import GROUP_SIZE, LARGEST_GROUP, SMALLEST_GROUP, DigestState, group_size, may_tell, next_state
from mat.playbook import load_playbook
from tests.digest_attack import MANY, History, Raised, Rules, a_history, determined, published, small_cells
from tests.proof_table import Proof

TOPICS = len(load_playbook().topics)


def silent(week: int, topic: int = 0) -> Raised:
    return Raised(week, week, topic, week, told=False)


def told(week: int) -> Raised:
    return Raised(week, week, 0, week, told=True)


@pytest.mark.parametrize(
    "histories", [pytest.param(60, id="short"), pytest.param(1000, id="full", marks=pytest.mark.proof)]
)
def test_no_small_weekly_cell_of_random_histories_is_determined(histories: int, proof: Proof) -> None:
    """Up to twelve weeks; the group size is changed, digests are missed, weeks are known to be empty, sentences are told, answers late."""
    found, cells, shown = [], 0, 0
    for seed in range(histories):
        chance = random.Random(seed)
        history = a_history(chance)
        looks = list(published(history))
        cells += len(small_cells(history, looks))
        shown += sum(bool(look.section.bucket) for look in looks)
        found += [(seed, *cell) for cell in determined(history, chance)]
    proof(
        f"weekly cells of 1 to k - 1 that {histories:,} histories' digests give away, of {cells:,} ({shown:,} digests with figures)",
        len(found),
        "0",
    )
    assert found == []
    assert cells > 5 * histories
    assert shown > histories


# -- what would be found if the rule were another one ------------------------------------------------------------------------


def test_a_smaller_group_size_in_a_running_period_would_give_a_week_away() -> None:
    """Three came while four were promised; then nobody, as everybody knows, because the clinic was closed."""
    history = History(2, TOPICS, [4, 3], frozenset({0, 1}), frozenset({1}), [silent(0)] * 3)
    assert determined(history, random.Random(1)) == []

    def at_once(last: DigestState | None, *figures: Any, **more: Any) -> DigestState:
        return next_state(replace(last, k=SMALLEST_GROUP) if last else None, *figures, **more)

    assert (0, None, 3) in determined(history, random.Random(1), Rules(next_state=at_once))


def test_public_sentences_on_all_but_one_would_give_a_week_away() -> None:
    history = History(1, TOPICS, [5], frozenset({0}), frozenset(), [told(0)] * 4)
    assert determined(history, random.Random(1)) == []
    always = Rules(may_tell=lambda *_figures: True)
    assert determined(history, random.Random(1), always) == [(0, None, 4)]


def test_five_topics_would_give_a_week_away_and_the_playbook_has_another_number() -> None:
    """Ten or more, on no topic three or more: with five topics that is two on each."""
    history = History(1, 5, [3], frozenset({0}), frozenset(), [silent(0, topic) for topic in range(5)] * 2)
    assert len(determined(history, random.Random(1))) == 5
    assert all(TOPICS * (k - 1) != MANY for k in range(SMALLEST_GROUP, LARGEST_GROUP + 1))


# -- the two rules ----------------------------------------------------------------------------------------------------------


def test_a_larger_group_size_counts_at_once_and_a_smaller_one_from_the_next_period_on() -> None:
    history = History(4, TOPICS, [4, 6, 3, 3], frozenset(range(4)), frozenset(), [silent(0)] * 3 + [silent(2)] * 3)
    looks = list(published(replace(history, concerns=[*history.concerns, *[silent(3)] * 3])))
    assert [(look.size, look.section.bucket) for look in looks] == [(4, ""), (6, ""), (6, "6–9"), (3, "3–9")]
    assert group_size(None, 4) == 4


@pytest.mark.parametrize(
    ("released", "already", "may"), [(4, 2, True), (4, 3, False), (5, 3, True), (9, 8, True), (0, 0, True)]
)
def test_sentences_of_a_running_period_stay_two_short_of_the_group_size(released: int, already: int, may: bool) -> None:
    assert may_tell(released, already, GROUP_SIZE) is may
