"""The Postgres of the tests is real, quick to hand out, and keeps tests apart."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.postgres import Postgres


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        answer = connection.execute(statement.encode())
        return answer.fetchall() if answer.description else []


async def test_an_engine_of_ours_can_use_the_url(postgres_url: str) -> None:
    engine = create_async_engine(postgres_url)
    async with engine.connect() as connection:
        (found,) = (await connection.execute(text("select current_setting('server_version_num')::int"))).one()
    await engine.dispose()
    assert found >= 160000


def test_a_copy_of_a_template_has_its_rows_and_is_apart_from_other_copies(postgres: Postgres) -> None:
    built: list[str] = []

    def build(url: str) -> None:
        built.append(url)
        rows(url, "create table clinic (name text)")
        rows(url, "insert into clinic values ('Larkspur')")

    first, second = (postgres.fresh(postgres.template("larkspur", build)) for _ in range(2))
    rows(first, "insert into clinic values ('Juniper')")
    assert rows(first, "select name from clinic") == [("Larkspur",), ("Juniper",)]
    assert rows(second, "select name from clinic") == [("Larkspur",)]
    assert len(built) == 1
    postgres.drop(first)
    postgres.drop(second)


def test_a_database_goes_even_when_somebody_is_still_connected(postgres: Postgres) -> None:
    url = postgres.fresh()
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        postgres.drop(url)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        rows(url, "select 1")
