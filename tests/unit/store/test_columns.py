"""Instants mean the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from store.columns import Instant

CHICAGO = timezone(timedelta(hours=-6))
NOON = datetime(2027, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgres"])
def test_an_instant_goes_in_as_utc_and_comes_back_aware(dialect: object) -> None:
    column = Instant()
    stored = column.process_bind_param(NOON.astimezone(CHICAGO), dialect)  # type: ignore[arg-type]
    assert stored is not None
    assert (stored.hour, stored.tzinfo) in ((12, None), (12, UTC))
    assert column.process_result_value(stored, dialect) == NOON  # type: ignore[arg-type]
    assert column.process_result_value(NOON.astimezone(CHICAGO), dialect).tzinfo is UTC  # type: ignore[arg-type, union-attr]


def test_none_stays_none_and_a_time_without_a_zone_is_refused() -> None:
    column, dialect = Instant(), sqlite.dialect()
    assert column.process_bind_param(None, dialect) is None
    assert column.process_result_value(None, dialect) is None
    with pytest.raises(ValueError, match="zone"):
        column.process_bind_param(NOON.replace(tzinfo=None), dialect)
