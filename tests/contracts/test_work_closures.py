"""The book of closed days, on every store."""

from __future__ import annotations

from datetime import date

from mat.closures import Closure, Closures
from mat.ports import Work
from tests.stores import BIRCH, MAPLE, keep

BREAK = Closure("x1", date(2027, 12, 20), date(2028, 1, 2), "winter “break” & 50% 🙂")
BRIDGE = Closure("x2", date(2027, 11, 26), date(2027, 11, 26), "bridge day")


async def found(work: Work) -> Closures:
    async with work.reading() as books:
        return await books.at(MAPLE).closures.all()


async def test_closed_days_come_back_soonest_first_and_go_one_by_one(work: Work) -> None:
    await keep(work, MAPLE, BIRCH)
    assert await found(work) == Closures()
    async with work.writing() as books:
        for closure in (BREAK, BRIDGE, BREAK):
            await books.at(MAPLE).closures.save(closure)
        await books.commit()
    assert await found(work) == Closures((BRIDGE, BREAK))
    async with work.writing() as books:
        await books.at(BIRCH).closures.remove("x1")
        await books.at(MAPLE).closures.remove("x2")
        await books.at(MAPLE).closures.remove("x2")
        await books.commit()
    assert await found(work) == Closures((BREAK,))


async def test_the_holidays_kept_are_those_chosen_last(work: Work) -> None:
    await keep(work, MAPLE)
    async with work.writing() as books:
        closures = books.at(MAPLE).closures
        await closures.save(BREAK)
        await closures.keep_holidays(["Juneteenth", "Labor Day", "Juneteenth"])
        await books.commit()
    assert await found(work) == Closures((BREAK,), frozenset({"Juneteenth", "Labor Day"}))
    async with work.writing() as books:
        await books.at(MAPLE).closures.keep_holidays(["Labor Day"])
        await books.at(MAPLE).closures.remove("Labor Day")
        await books.commit()
    assert await found(work) == Closures((BREAK,), frozenset({"Labor Day"})), "a holiday is no range to remove"
    async with work.writing() as books:
        await books.at(MAPLE).closures.keep_holidays([])
        await books.commit()
    assert await found(work) == Closures((BREAK,))
