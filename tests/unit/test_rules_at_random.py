"""Rules that nobody would think of, as `python -m bot occurrences` reads them, against days asked one by one."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from bot.occurrences_command import instants
from mat.errors import RuleRefused
from tests.calendar_oracle import CODES, expected
from tests.proof_table import Proof

ZONES = (
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "America/Havana",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Europe/Dublin",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Antarctica/Troll",
    "UTC",
)
YEARS = 14
BOTH_WAYS = (*range(1, 32), *range(-31, 0))
IN_YEAR, WEEKS, PLACES = (1, 59, 60, 61, 366, -1, -306, -366), (1, 2, 20, 52, 53, -1, -52, -53), (1, 2, 3, -1, -2, 5)


def some(chance: Random, of: tuple[object, ...], most: int) -> str:
    return ",".join(str(one) for one in chance.sample(of, chance.randint(1, most)))


def a_rule(chance: Random) -> str:
    """Any rule of the standard, of those that say something and of those that nobody means."""
    freq = chance.choice(("DAILY", "WEEKLY", "MONTHLY", "YEARLY"))
    yearly, weekly = freq == "YEARLY", freq == "WEEKLY"
    nths = tuple(
        f"{n}{day}" for n in ((1, 2, 3, 4, 5, -1, -2, -5, 6) if chance.random() < 0.8 else WEEKS) for day in CODES
    )
    numbered = freq in {"MONTHLY", "YEARLY"} and chance.random() < 0.6
    likely = (
        (0.4, f"INTERVAL={chance.choice((1, 2, 3, 4, 5, 7, 13, 52))}"),
        (0.3, f"WKST={chance.choice(CODES)}"),
        (0.35, f"BYMONTH={some(chance, tuple(range(1, 13)), 4)}"),
        (0 if weekly else 0.35, f"BYMONTHDAY={some(chance, BOTH_WAYS, 4)}"),
        (0.5, f"BYDAY={some(chance, nths if numbered else CODES, 4)}"),
        (0.3 if yearly else 0, f"BYYEARDAY={some(chance, IN_YEAR, 4)}"),
        (0.3 if yearly else 0, f"BYWEEKNO={some(chance, WEEKS, 3)}"),
        (0.2, f"BYHOUR={some(chance, (0, 1, 2, 3, 9, 23), 3)}"),
        (0.1, f"BYMINUTE={some(chance, (0, 15, 30, 59), 2)}"),
        (0.05, f"BYSECOND={some(chance, (0, 30, 59), 2)}"),
        (0 if weekly else 0.2, f"BYSETPOS={some(chance, PLACES, 3)}"),
    )
    parts = [f"FREQ={freq}", *(part for chances, part in likely if chance.random() < chances)]
    chance.shuffle(parts)
    return ";".join(parts)


def a_request(chance: Random) -> tuple[str, datetime, str, int, datetime | None]:
    start = datetime(chance.choice((2011, 2024, 2026, 2027)), 1, 1) + timedelta(days=chance.randrange(366))
    start = start.replace(hour=chance.choice((0, 1, 2, 2, 3, 9, 23)), minute=chance.choice((0, 15, 30, 45)))
    rule, ends = a_rule(chance), chance.random()
    if ends < 0.2:
        rule += f";COUNT={chance.choice((1, 2, 5, 30, 400))}"
    elif ends < 0.4:
        rule += f";UNTIL={start + timedelta(days=chance.randint(-3, 3000)):%Y%m%dT%H%M%S}"
    after = start + timedelta(days=chance.randint(-400, 3000), minutes=chance.choice((0, 0, 30, -90)))
    return rule, start, chance.choice(ZONES), chance.randint(1, 12), chance.choice((None, after))


def differences(seed: int, rules: int) -> tuple[int, int, list[str]]:
    """How many rules were compared, how many refused, and where the bot and the oracle differ."""
    chance, compared, refused, found = Random(seed), 0, 0, []
    while compared < rules:
        rule, start, zone, count, after = request = a_request(chance)
        try:
            got = instants(
                rule=rule, start=str(start), zone=zone, count=str(count), after="" if after is None else str(after)
            )
        except RuleRefused:
            refused += 1
            continue
        compared += 1
        wanted = expected(rule, start, zone, count, after, YEARS)
        # What comes in a later year the oracle has not looked at.
        seen = [one for one in got if int(one[:4]) <= start.year + YEARS]
        if seen != wanted:
            found.append(f"{request}: {got} is not {wanted}")
    return compared, refused, found


def test_rules_made_at_random_come_round_when_the_oracle_says() -> None:
    compared, refused, found = differences(seed=7, rules=120)
    assert found == []
    assert 0 < refused < compared


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        # The examples of RFC 5545 that are about DAILY to YEARLY and come round more than once, from section 3.8.5.3.
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYDAY=SU;BYHOUR=8,9;BYMINUTE=30", "1999-01-03 1999-01-03 1999-01-10"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28 1997-10-29 1997-11-28"),
        ("FREQ=YEARLY;INTERVAL=3;BYYEARDAY=1,100,200", "2000-01-01 2000-04-09 2000-07-18"),
        ("FREQ=YEARLY;BYDAY=20MO", "1998-05-18 1999-05-17 2000-05-15"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1998-05-11 1999-05-17 2000-05-15"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998-02-13 1998-03-13 1998-11-13"),
        ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997-09-13 1997-10-11 1997-11-08"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1997-11-04 2001-11-06 2005-11-08"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29 1997-10-30 1997-11-27"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-09-02 1997-09-14 1997-09-16"),
    ],
)
def test_the_oracle_knows_the_examples_of_the_standard(rule: str, shown: str) -> None:
    found = expected(rule, datetime(1997, 9, 2, 9), "America/New_York", 3, None, 12)
    assert [one[:10] for one in found] == shown.split()


@pytest.mark.proof
def test_many_rules_made_at_random(proof: Proof) -> None:
    compared, refused, found = differences(seed=8, rules=4000)
    words = f"of {compared:,} rules made at random ({refused:,} more were refused), at other instants than the oracle's"
    proof(words, len(found), "0")
    assert found == []
