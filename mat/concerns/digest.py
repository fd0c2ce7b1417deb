"""What leadership may see of concerns: nothing until k were released, then a bucket and the larger topics' names.

An attacker who has every digest must not be able to work out any week's count of 1 to k - 1: a period's sum is only
ever bounded (below k, k to 9, 10 or more), and a period that was shown is never part of another sum. What could narrow such
a bound to one value is kept away from it: a smaller k counts from the next period on only, and public sentences of a
running period stay at least two short of k (docs/decisions/0014-what-the-digests-of-concerns-give-away.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from mat.concerns.weeks import IsoWeek
from mat.errors import GroupSizeOutOfRange

GROUP_SIZE = 5
SMALLEST_GROUP = 3
LARGEST_GROUP = 10
_MANY = 10


@dataclass(frozen=True, slots=True)
class DigestSection:
    """One digest's section on concerns. While there are too few, `bucket` is "", `topics` empty and `late` None."""

    bucket: str = ""
    topics: tuple[str, ...] = ()
    late: bool | None = None


TOO_FEW = DigestSection()


@dataclass(frozen=True, slots=True)
class DigestState:
    """The last section with the whole ISO week it reaches to, and the first week of the period that runs since.

    `k`: the largest group size that was in force in the running period, or in the one that `section` shows.
    """

    since: IsoWeek
    through: IsoWeek
    section: DigestSection
    k: int = GROUP_SIZE


def check_group_size(k: int) -> int:
    """`k` itself. Raises GroupSizeOutOfRange outside 3 to 10."""
    if not SMALLEST_GROUP <= k <= LARGEST_GROUP:
        raise GroupSizeOutOfRange(least=SMALLEST_GROUP, most=LARGEST_GROUP)
    return k


def next_state(
    last: DigestState | None,
    through: IsoWeek,
    released: Mapping[IsoWeek, Mapping[str, int]],
    *,
    late: bool,
    k: int = GROUP_SIZE,
) -> DigestState:
    """The digest for all whole weeks up to `through`; `last` unchanged when that week was already computed.

    `released`: per week of release the number of concerns per topic. `late`: whether a released one waits too long.
    """
    if last is not None and through <= last.through:
        return last
    k = group_size(last, k)
    since = last.since if last else min([*released, through])
    by_topic: Counter[str] = Counter()
    for week, topics in released.items():
        if since <= week <= through:
            by_topic.update(topics)
    total = by_topic.total()
    if total < k:
        return DigestState(since, through, TOO_FEW, k)
    bucket = f"{_MANY}+" if total >= _MANY else f"{k}–9" if k < _MANY - 1 else "9"
    large = tuple(sorted(topic for topic, count in by_topic.items() if count >= k))
    return DigestState(through.plus(1), through, DigestSection(bucket, large, late), k)


def group_size(last: DigestState | None, k: int) -> int:
    """What holds for the running period: `k`, or more where more was promised to those who raised a concern in it.

    "Fewer than 5", then "3 or more" after a week in which the clinic was closed, would be one number.
    """
    running = last is not None and not last.section.bucket
    return max(check_group_size(k), last.k) if last is not None and running else check_group_size(k)


def may_tell(released: int, told: int, k: int) -> bool:
    """Whether everybody may read one more public sentence on a concern of the running period.

    `released`: how many concerns were released in that period; `told`: on how many of them a sentence is public. Each
    sentence shows that there was a concern; k - 1 of them, while the digest says "too few", would be one number.
    """
    return released >= k or told < k - 2
