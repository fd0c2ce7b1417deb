"""What a Postgres server would write down beside the rows, by its own settings."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from store.concerns.engines import migration_engine
from store.trouble import in_our_words

_TELLTALE: dict[str, Callable[[str], bool]] = {
    "log_statement": lambda value: value in {"mod", "all"},
    "log_min_duration_statement": lambda value: value != "-1",
    "log_min_duration_sample": lambda value: value != "-1",
    "log_transaction_sample_rate": lambda value: float(value) > 0,
    "log_duration": lambda value: value == "on",
    "track_commit_timestamp": lambda value: value == "on",
}


def telltale_settings(url: str) -> tuple[str, ...]:
    """Settings by which the server keeps the hour of every write to the concern store, as they stand there: `log_statement = mod`.

    Raises what `store.trouble` makes of a server that does not answer.
    """
    engine = migration_engine(url)
    query = text("SELECT name, setting FROM pg_settings WHERE name = ANY(:names) ORDER BY name")
    try:
        with engine.connect() as connection:
            rows = connection.execute(query, {"names": list(_TELLTALE)}).all()
    except SQLAlchemyError as error:
        raise (in_our_words(error) or error) from None
    finally:
        engine.dispose()
    return tuple(f"{row.name} = {row.setting}" for row in rows if _TELLTALE[row.name](row.setting))
