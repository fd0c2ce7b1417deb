"""The proofs of `docs/privacy.md`: in full with `make proof`, a short form of each in every run."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import sqlite3
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import permutations
from math import sqrt
from pathlib import Path
from statistics import fmean
from string import ascii_lowercase
from typing import Any

import pytest
from starlette.requests import Request
from starlette.routing import Route

from bot.backup_command import backed_up
from bot.stores import make_new
from bot.web import make_web
from mat.concerns import ClinicKey, Draft, Status
from mat.schedules import keep_schedules
from store.concerns.box import ConcernStore
from tests.bot_under_test import HERE, BotUnderTest, bot_under_test, settings_for, with_clinic
from tests.concern_store import CLINIC, NOW, every_byte, open_box, scrubbed
from tests.fakes.clock import MONDAY_MORNING, HandClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import ADMIN, LEAD, MEMBER, TEAM, Person
from tests.hidden import Hidden
from tests.logged import logged
from tests.postgres import Postgres
from tests.proof_table import Proof
from tests.stores import open_work

KEY = ClinicKey(HERE.workspace, HERE.id)
DAYS = 5
FEW = 2
# The batch goes at 8:00 in New York.
UNTIL_THE_BATCH = timedelta(hours=23, minutes=1)


def kind_of(url: str) -> str:
    return url.partition(":")[0].partition("+")[0]


def short_and_full(short: int, full: int) -> list[Any]:
    return [pytest.param(short, id="short"), pytest.param(full, id="full", marks=pytest.mark.proof)]


@asynccontextmanager
async def whole_bot(folder: Path, *people: Person, url: str = "sqlite://") -> AsyncIterator[BotUnderTest]:
    """A bot with a clinic whose posts are planned, in a workspace with these people beside the usual ones; it is Sunday, 9:00.

    `url`: of an empty Postgres database, where it shall not be the files of the folder. The bot works on it alone.
    """
    async with AsyncExitStack() as opened:
        slack = await opened.enter_async_context(FakeSlack(HandClock(MONDAY_MORNING - timedelta(days=1))))
        slack.world.people |= {person.id: person for person in people}
        at: dict[str, Any] = {}
        if url != "sqlite://":
            at["MAT_DATABASE_URL"] = url
            await asyncio.to_thread(make_new, settings_for(folder, slack, **at))
            at["work"] = await opened.enter_async_context(open_work(url))
        bot = await opened.enter_async_context(bot_under_test(folder, slack=slack, **at))
        await with_clinic(bot)
        async with bot.bot.desk.work.writing() as books:
            await keep_schedules(books.at(HERE), HERE, bot.clock())
            await books.commit()
        yield bot


async def tick(bot: BotUnderTest) -> None:
    """One turn of the clockwork."""
    delivery = bot.bot.delivery
    for part in (delivery.planner, delivery.rounds, delivery.heartbeat, delivery.courier):
        await part.tick()


def words() -> str:
    """A text that nobody else has written; letters only, because the guard stops long numbers."""
    first, second = ("".join(random.choices(ascii_lowercase, k=10)) for _ in range(2))
    return f"Nobody answers {first} when {second} rings."


# -- who ------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Staff(BotUnderTest):
    """A bot whose Slack tells more of people than Slack does; `told`: all that it told, by what it is."""

    told: dict[str, str] = field(default_factory=dict)

    async def dispatch(self, payload: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        user = payload["user"] if "user" in payload else {"id": payload["user_id"], "name": payload["user_name"]}
        mail = f"{user['name']}@clinic.example"
        number = len(self.told)
        self.told |= {f"trigger {number}": payload["trigger_id"], f"mail of {user['id']}": mail}
        if payload.get("response_url"):
            self.told[f"response URL {number}"] = payload["response_url"]
        if "view" in payload:
            self.told[f"view {payload['view']['id']}"] = payload["view"]["id"]
        return await BotUnderTest.dispatch(self, {**payload, "user_email": mail, "user_profile": {"email": mail}})


def somebody() -> Person:
    token = secrets.token_hex(4)
    return Person(f"U{token.upper()}Q", f"jordan.{token[::-1]}")


async def raised(bot: BotUnderTest, person: Person, text: str) -> str:
    """The receipt of a concern that this person raised, with other words behind the command."""
    view = (await bot.slash(f"concern {text[::-1]}", user=person)).view
    assert view is not None
    answer = await bot.submit(view, {"topic": "other", "text": text}, user=person)
    shown = answer.body["view"]["blocks"][1]["text"]["text"].strip("`")
    assert len(shown) == len("AAAAA-AAAAA-AAAAA-AAAAA")
    return str(shown)


async def looked_up(bot: BotUnderTest, person: Person, receipt: str) -> None:
    form = (await bot.slash("concern", user=person)).view
    assert form is not None
    await bot.press("mat:concern:lookup", form, user=person)
    answer = await bot.submit(bot.slack.world.views[form["id"]], {"receipt": receipt}, user=person)
    assert "response_action" in answer.body


@pytest.mark.parametrize("each_day", short_and_full(FEW, 100))
async def test_five_days_of_submissions_leave_nobody_in_any_file(
    bot_folder: Path,
    each_day: int,
    proof: Proof,
    monkeypatch: pytest.MonkeyPatch,
    database_url: str,
    postgres: Postgres,
) -> None:
    """40 people, five days with a release and a backup each; then every file of data, keys, logs, backups and temp."""
    folders = {name: bot_folder / name for name in ("data", "keys", "logs", "backups", "backups-of-keys", "tmp")}
    for folder in folders.values():
        folder.mkdir(mode=0o700, exist_ok=True)
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(folders["tmp"]))
    staff = [somebody() for _ in range(40)]
    told: dict[str, str] = {}
    with logged("INFO") as log:
        async with whole_bot(bot_folder, *staff, url=database_url) as plain:
            bot = Staff(plain.bot, plain.slack, plain.clock, plain.folder)
            for _ in range(DAYS):
                # Three a day for each at the most.
                for person in random.sample(staff * 3, each_day):
                    text, n = words(), len(told)
                    told |= {f"text {n}": text, f"typed {n}": text[::-1]}
                    told[f"receipt {n}"] = await raised(bot, person, text)
                    if n % 15 == 0:
                        await looked_up(bot, random.choice(staff), told[f"receipt {n}"])
                await tick(bot)
                bot.clock.jump_to(bot.clock() + UNTIL_THE_BATCH)
                await tick(bot)
                settings, now = bot.bot.settings, bot.clock()
                copies = folders["backups"], folders["backups-of-keys"]
                await asyncio.to_thread(backed_up, settings, *copies, now)
                bot.clock.jump_to(now + timedelta(minutes=59))
            inbox = await bot.bot.concerns.listed(KEY)
            told |= bot.told
    (folders["logs"] / "matbot.log").write_text(log.lines)
    assert inbox.pages == -(-DAYS * each_day // 8), "everything was raised, released and can be read"
    people = {f"id of {p.name}": p.id for p in staff} | {f"name of {p.name}": p.name for p in staff}
    hidden = [Hidden(people, [TEAM]), Hidden(told)]
    found = [one for each in hidden for one in each.in_folder(bot_folder)]
    size = len(every_byte(bot_folder))
    if database_url != "sqlite://":
        # The log of writes is that of every test's database, and large.
        for file in [*postgres.tables(database_url), *(postgres.writes() if each_day > FEW else ())]:
            written, size = file.read_bytes(), size + file.stat().st_size
            found += [one for each in hidden for one in each.within(written)]
    ways = f"{len(people) + len(told):,} secrets in {hidden[1].ways} ways or more each, {size / 1e6:.0f} MB"
    claim = (
        f"{DAYS * each_day} submissions by 40 people in five days, {kind_of(database_url)}: traces in any file ({ways})"
    )
    proof(claim, len(found), "0")
    assert found == []
    assert min(each.ways for each in hidden) >= 40
    assert Hidden({"lead": LEAD.id, "batch": "2027-01-04"}).in_folder(bot_folder), "and what is stored is found"


# -- in which order ---------------------------------------------------------------------------------------------------------


def ranks(values: list[int]) -> list[float]:
    """Ranks from 0, the mean for those that are equal."""
    ordered = sorted(values)
    first, count = {v: ordered.index(v) for v in set(values)}, Counter(values)
    return [first[v] + (count[v] - 1) / 2 for v in values]


def spearman(values: list[int]) -> float:
    """The rank correlation of values with their order of arrival; 0 where they are all equal."""
    placed, arrived = ranks(values), list(range(len(values)))
    middle = (len(values) - 1) / 2
    top = sum((a - middle) * (b - middle) for a, b in zip(arrived, placed, strict=True))
    bottom = sqrt(sum((a - middle) ** 2 for a in arrived) * sum((b - middle) ** 2 for b in placed))
    return top / bottom if bottom else 0.0


def selected(connection: sqlite3.Connection, columns: str = "id", rest: str = "") -> list[Any]:
    return connection.execute(f"SELECT {columns} FROM concern {rest}").fetchall()


def places(file: Path, ids: list[bytes]) -> dict[str, list[int]]:
    """For each concern in its order of arrival: where it stands, by every way to look at the file."""
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("PRAGMA page_size").fetchone()
        order = [row[0] for row in selected(connection)]
        sealed = {row[0]: row[1] for row in selected(connection, "id, sealed")}
    data = file.read_bytes()
    assert sorted(order) == sorted(ids)
    offsets = [data.index(one) for one in ids]
    return {
        "SELECT": [order.index(one) for one in ids],
        "place in the file": offsets,
        "place in its page": [offset % page for offset in offsets],
        "place of the sealed bytes": [data.index(sealed[one][-64:]) for one in ids],
    }


async def one_file(folder: Path, n: int) -> dict[str, float]:
    """The rank correlation with the order of arrival of each way to look at one store of `n` concerns and its backup."""
    async with open_box(folder) as box:
        receipts = [await box.raise_concern(Draft("other", f"text {number}"), CLINIC, NOW) for number in range(n)]
        ids = [box._keys.receipt_keys(receipt).id for receipt in receipts]
        await scrubbed(box)
        assert (folder / "data" / "concerns.db-wal").stat().st_size == 0
        found = places(folder / "data" / "concerns.db", ids)
        await box.release(CLINIC, NOW.date())
        listed = await released_ids(box)
        found["listed to readers"] = [listed.index(one.hex()) for one in ids]
        await scrubbed(box)
    found |= {f"{way}, released": where for way, where in places(folder / "data" / "concerns.db", ids).items()}
    return {way: spearman(where) for way, where in found.items()}


async def test_the_measure_sees_an_order_where_there_is_one(file_box: ConcernStore, tmp_path: Path) -> None:
    """In the journal, before the scrub, which an open reader keeps away."""
    came, file = list[bytes](), tmp_path / "data" / "concerns.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        selected(reader)
        for number in range(10):
            await file_box.raise_concern(Draft("other", f"text {number}"), CLINIC, NOW)
            with closing(sqlite3.connect(file)) as connection:
                came += [sealed for (sealed,) in selected(connection, "sealed") if sealed not in came]
    journal = (tmp_path / "data" / "concerns.db-wal").read_bytes()
    assert spearman([journal.index(sealed[-64:]) for sealed in came]) > 0.9


async def released_ids(box: ConcernStore) -> list[str]:
    first = await box.listed(CLINIC)
    pages = [first, *[await box.listed(CLINIC, page=page) for page in range(1, first.pages)]]
    return [concern.id for page in pages for concern in page.concerns]


@pytest.mark.parametrize(
    ("files", "n"), [(3, 30), *(pytest.param(20, n, marks=pytest.mark.proof) for n in (3, 6, 60, 200))]
)
async def test_no_file_keeps_the_order_of_arrival(tmp_path: Path, files: int, n: int, proof: Proof) -> None:
    found = [await one_file(tmp_path / str(number), n) for number in range(files)]
    means = {way: fmean(one[way] for one in found) for way in found[0]}
    # The mean of so many correlations by chance has this spread; beyond five of it lies one run in 1,700,000.
    bound = 5 / sqrt(files * (n - 1))
    worst = max(means, key=lambda way: abs(means[way]))
    proof(
        f"order of {n} concerns in {files} files: worst mean rank correlation ({worst})",
        f"{means[worst]:+.3f}",
        f"±{bound:.3f}",
    )
    assert len(means) == 9
    assert all(abs(mean) < bound for mean in means.values()), means


@pytest.mark.proof
async def test_every_order_of_release_is_equally_likely(file_box: ConcernStore, proof: Proof) -> None:
    seen: Counter[tuple[str, ...]] = Counter()
    for batch in range(240):
        for text in "abc":
            await file_box.raise_concern(Draft("other", text), CLINIC, NOW)
        await file_box.release(CLINIC, NOW.date() + timedelta(days=batch))
        newest = (await file_box.listed(CLINIC)).concerns[:3]
        seen[tuple(str(concern.text) for concern in newest)] += 1
    assert set(seen) <= set(permutations("abc"))
    chi = sum((seen[order] - 40) ** 2 / 40 for order in permutations("abc"))
    # Five degrees of freedom: beyond 36 lies one run in 1,000,000.
    proof("orders of three concerns in 240 batches: chi-squared against all six alike", f"{chi:.1f}", "< 36")
    assert chi < 36


# -- what can be seen before the release -----------------------------------------------------------------------------------


async def everything_shown(bot: BotUnderTest) -> str:
    """All that readers, leaders and colleagues can look at, and how much was ever posted."""
    shown: dict[str, object] = {"posted": len(bot.slack.world.messages)}
    for person in (LEAD, MEMBER, ADMIN):
        shown[f"Home of {person.name}"] = (await bot.open_home(person))["blocks"]
        for line in ("", "status", "digest", "asks", "help", "team", "plan", "huddle", "agenda", "privacy"):
            shown[f"{line} for {person.name}"] = (await bot.slash(line, user=person)).body
        inbox = await bot.slash("inbox", user=person)
        shown[f"inbox of {person.name}"] = inbox.view["blocks"] if inbox.view else inbox.body
        form = (await bot.slash("concern", user=person)).view
        shown[f"form of {person.name}"] = form["blocks"] if form else None
    return json.dumps(shown, sort_keys=True)


@asynccontextmanager
async def pages_of(bot: BotUnderTest) -> AsyncIterator[Callable[[], Awaitable[str]]]:
    """A look at every page that the bot serves to machines, metrics included."""
    web = make_web(bot.bot)

    async def look() -> str:
        routes = [route for route in web.app.routes if isinstance(route, Route)]
        shown = [(await route.endpoint(Request({"type": "http"}))).body.decode() for route in routes]
        assert len(shown) == 3
        return "\n".join(shown)

    try:
        yield look
    finally:
        await web.line.close()


@pytest.mark.parametrize("n", short_and_full(12, 120))
async def test_between_submission_and_release_nobody_sees_anything(
    bot_folder: Path, n: int, proof: Proof, database_url: str
) -> None:
    """More than any threshold of the digest needs, and until the batch of the next morning."""
    staff = [somebody() for _ in range(-(-n // 3))]
    async with whole_bot(bot_folder, *staff, url=database_url) as bot, pages_of(bot) as pages:
        await tick(bot)
        before, calls = await everything_shown(bot), bot.slack.calls
        changed, noticed = 0, 0
        for number in range(n):
            at, page = len(calls), await pages()
            receipt = await raised(bot, staff[number % len(staff)], words())
            await looked_up(bot, staff[number % len(staff)], receipt)
            await tick(bot)
            changed += await pages() != page
            noticed += sum(call.method not in {"views.open", "views.update"} for call in calls[at:])
            if number % 10 == 0:
                changed += await everything_shown(bot) != before
        changed += await everything_shown(bot) != before
        inbox = await bot.slash("inbox", user=LEAD)
        assert inbox.view is not None
        assert "Nothing here" in str(inbox.view["blocks"])
        bot.clock.jump_to(bot.clock() + UNTIL_THE_BATCH)
        await tick(bot)
        inbox = await bot.slash("inbox", user=LEAD)
        assert inbox.view is not None
        assert "Nobody" in str(inbox.view["blocks"]), "and with the release they do"
    proof(
        f"{n} submissions, {kind_of(database_url)}: calls to Slack besides forms, and changes in what anybody sees",
        f"{noticed} and {changed}",
        "0 and 0",
    )
    assert (noticed, changed) == (0, 0)


# -- what can be read -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def watched(folder: Path, hidden: Callable[[], Hidden]) -> AsyncIterator[list[str]]:
    """Reads every file over and over in a thread of its own; what was found, and last how often it looked."""
    over, found, looks = threading.Event(), list[str](), 0

    def look() -> None:
        nonlocal looks
        while not over.is_set():
            try:
                found.extend(hidden().in_folder(folder))
                looks += 1
            except FileNotFoundError:
                continue

    watching = asyncio.create_task(asyncio.to_thread(look))
    try:
        yield found
    finally:
        over.set()
        await watching
    assert looks > 3


@pytest.mark.parametrize("n", short_and_full(3, 40))
async def test_plain_text_is_in_no_file_at_any_moment(
    file_box: ConcernStore, tmp_path: Path, n: int, proof: Proof
) -> None:
    """A watcher reads every file while concerns are raised, answered, blacked out and purged."""
    texts = [words() for _ in range(4 * n)]
    hidden = Hidden({f"text {number}": text for number, text in enumerate(texts)})
    async with watched(tmp_path, lambda: hidden) as found:
        for number in range(n):
            text, reply, answer, sentence = texts[4 * number : 4 * number + 4]
            receipt = await file_box.raise_concern(Draft("other", text), CLINIC, NOW)
            found.extend(hidden.in_folder(tmp_path))
            concern = file_box._keys.receipt_keys(receipt).id.hex()
            await file_box.release(CLINIC, NOW.date() + timedelta(days=number))
            await file_box.reply(CLINIC, concern, reply, NOW)
            await file_box.answer(receipt, answer)
            await file_box.set_status(CLINIC, concern, status=Status.DONE, sentence=sentence, topic="other", now=NOW)
            await file_box.redact(CLINIC, concern, text.split()[2])
            if number % 2:
                await file_box.purge(CLINIC, concern)
            found.extend(hidden.in_folder(tmp_path))
    proof(
        f"{4 * n} texts in and out of the store: found in a file while watching, in {hidden.ways} ways or more",
        len(found),
        "0",
    )
    assert found == []


@pytest.mark.parametrize("n", short_and_full(4, 60))
async def test_purged_concerns_leave_no_sealed_byte_and_others_stay(
    file_box: ConcernStore, tmp_path: Path, n: int, proof: Proof
) -> None:
    receipts = [await file_box.raise_concern(Draft("other", words()), CLINIC, NOW) for _ in range(n)]
    await file_box.release(CLINIC, NOW.date())
    ids = [file_box._keys.receipt_keys(receipt).id for receipt in receipts]
    with closing(sqlite3.connect(tmp_path / "data" / "concerns.db")) as connection:
        sealed = dict(selected(connection, "id, CAST(sealed || answer_key || id AS BLOB)"))
    for one in ids[::2]:
        await file_box.purge(CLINIC, one.hex())
    await scrubbed(file_box)
    left = every_byte(tmp_path)

    def pieces(of: list[bytes]) -> int:
        # Sixteen bytes at a time: none of them is there by chance, and none is cut by the end of a page throughout.
        return sum(sealed[one][at : at + 16] in left for one in of for at in range(0, len(sealed[one]) - 15, 16))

    gone = pieces(ids[::2])
    proof(f"pieces of 16 sealed bytes left of {len(ids[::2])} purged concerns after the scrub", gone, "0")
    assert gone == 0
    assert pieces(ids[1::2]) > 60 * len(ids[1::2])


async def test_a_destroyed_key_takes_its_month_out_of_the_oldest_backup_too(bot_folder: Path) -> None:
    """And leaves the other months readable there."""
    old, new = words(), words()
    async with whole_bot(bot_folder) as bot:
        box, clock, settings = bot.bot.concerns, bot.clock, bot.bot.settings
        await box.raise_concern(Draft("other", old), KEY, clock())
        later = clock() + timedelta(days=40)
        await box.keep(later)
        await box.raise_concern(Draft("other", new), KEY, later)
        await box.release(KEY, later.date())
        await asyncio.to_thread(backed_up, settings, bot_folder / "backups", bot_folder / "backup-of-keys", later)
        assert (bot_folder / "backup-of-keys" / "concerns-2026-12.key").exists()
    for folder in ("keys", "backup-of-keys"):
        (bot_folder / folder / "concerns-2026-12.key").unlink()
    (backup,) = (bot_folder / "backups").iterdir()
    async with open_box(restored_in(bot_folder, backup), now=later) as box:
        texts = {concern.text for concern in (await box.listed(KEY)).concerns}
    assert texts == {None, new}


def restored_in(folder: Path, backup: Path) -> Path:
    place = folder / "restored"
    (place / "data").mkdir(parents=True)
    (backup / "concerns.db").rename(place / "data" / "concerns.db")
    (folder / "backup-of-keys").rename(place / "keys")
    return place
