"""What was built to stay is set aside; what comes later is still collected."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.memory import NEW_OBJECTS, settle_memory


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


class Ring:
    """Points at itself: only the collector gets rid of it."""

    def __init__(self) -> None:
        self.me = self


def test_what_stands_is_set_aside_and_looked_through_no_more() -> None:
    lasting = Ring()
    settle_memory()
    assert gc.get_freeze_count() > 0
    assert not any(one is lasting for one in gc.get_objects())
    assert gc.get_threshold()[0] == NEW_OBJECTS


def test_rubbish_from_before_is_not_kept_and_rubbish_from_later_is_collected() -> None:
    before = weakref.ref(Ring())
    settle_memory()
    assert before() is None
    later = weakref.ref(Ring())
    gc.collect()
    assert later() is None
