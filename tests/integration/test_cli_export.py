"""`export` and `forget`."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo_world import LARKSPUR_TEAM, PEOPLE
from bot.export_command import as_csv, collected
from bot.settings import Settings
from bot.stores import open_work
from mat.asks import Ask
from mat.concerns import ClinicKey
from store.concerns import open_concern_box
from tests.cli import WEDNESDAY, CommandLine, fill, here

LARKSPUR = ClinicKey("T0CLINICS", "larkspur")
FORMULA = '=HYPERLINK("https://example.org","press me")'
MENTIONING = "<@U0CAM|cam> and <@U0BEN> need an hour together"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = here(tmp_path, monkeypatch)
    fill(settings)
    return settings


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


def read(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))


# -- export -----------------------------------------------------------------------------------------------------------


def test_an_export_has_four_tables(settings: Settings, call: CommandLine, tmp_path: Path) -> None:
    code, said, _ = call("export", "out")
    assert code == 0
    assert said.split() == ["out/milestones.csv", "out/changes.csv", "out/huddles.csv", "out/asks.csv"]
    milestones = read(tmp_path / "out" / "milestones.csv")
    assert {row["clinic"] for row in milestones} == {"Larkspur Family Health", "Juniper Street Clinic"}
    (pdmp,) = (row for row in milestones if row["milestone"] == "di-tracking-pdmp")
    assert (pdmp["state"], pdmp["waits_for_or_why_not"]) == (
        "stuck",
        "IT to add delegate accounts for the medical assistants",
    )
    changes = read(tmp_path / "out" / "changes.csv")
    of_metrics = [(row["from"], row["to"]) for row in changes if row["milestone"] == "di-measuring-metrics"]
    assert of_metrics == [("later", "moving"), ("moving", "done")]
    assert len(read(tmp_path / "out" / "asks.csv")) == 3


def test_huddles_are_counted_by_week(settings: Settings) -> None:
    huddles = asyncio.run(collected(settings, "larkspur", lambda: WEDNESDAY))["huddles"]
    assert [row["week_of"] for row in huddles][:: len(huddles) - 1] == ["2026-08-17", "2027-01-04"]
    assert [(row["planned"], row["held"]) for row in huddles][-4:] == [(3, 3), (4, 4), (5, 4), (2, 2)]


def test_one_clinic_as_json(settings: Settings, call: CommandLine, tmp_path: Path) -> None:
    assert call("export", "out", "--format", "json", "--clinic", "juniper street clinic")[0] == 0
    asks = json.loads((tmp_path / "out" / "asks.json").read_text())
    assert [ask["text"] for ask in asks] == ["Two hours a month for Fay to build the first report"]
    milestones = json.loads((tmp_path / "out" / "milestones.json").read_text())
    assert {row["clinic"] for row in milestones} == {"Juniper Street Clinic"}


@pytest.mark.parametrize("form", ["csv", "json"])
def test_no_person_and_no_concern_is_in_it(form: str, settings: Settings, call: CommandLine, tmp_path: Path) -> None:
    assert call("export", "out", "--format", form)[0] == 0
    everything = "".join(file.read_text() for file in (tmp_path / "out").iterdir())
    assert not [person.user_id for person in PEOPLE if person.user_id in everything]
    assert "printer" not in everything
    assert "U0" not in everything


@pytest.mark.parametrize(
    ("asked", "exported"), [(FORMULA, f"'{FORMULA}"), (MENTIONING, "someone and someone need an hour together")]
)
def test_what_people_wrote_is_neither_a_formula_nor_a_mention(
    asked: str, exported: str, settings: Settings, call: CommandLine, tmp_path: Path
) -> None:
    async def ask_for_it() -> None:
        async with open_work(settings) as work, work.writing() as books:
            clinic = await books.clinics.get(LARKSPUR.workspace, LARKSPUR.clinic)
            assert clinic is not None
            await books.at(clinic).asks.save(Ask("a", asked, "U0BEN", WEDNESDAY))
            await books.commit()

    asyncio.run(ask_for_it())
    assert call("export", "out")[0] == 0
    assert [row["text"] for row in read(tmp_path / "out" / "asks.csv")].count(exported) == 1


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_every_beginning_of_a_formula_is_made_harmless(begin: str) -> None:
    (row,) = csv.DictReader(io.StringIO(as_csv([{"text": f"{begin}1+1"}]), newline=""))
    assert row["text"] == f"'{begin}1+1"


def test_no_file_is_written_over(settings: Settings, call: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    code, _, said = call("export", "out")
    assert (code, said) == (2, "matbot: out is not empty. Name a folder that is new or empty.\n")
    code, _, said = call("export", "new", "--clinic", "maple")
    assert code == 2
    assert "Try one of: juniper (Juniper Street Clinic), larkspur (Larkspur Family Health)." in said
    assert not (tmp_path / "new").exists()


# -- forget -----------------------------------------------------------------------------------------------------------


def bytes_of_stores(settings: Settings) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(settings.data_dir.iterdir()))


def test_a_person_is_forgotten(settings: Settings, call: CommandLine) -> None:
    assert b"U0BEN" in bytes_of_stores(settings)
    code, said, _ = call("forget", "--user", "U0BEN", "--yes")
    assert code == 0
    assert said.startswith("Nothing here is about U0BEN any more.")
    assert b"U0BEN" not in bytes_of_stores(settings)
    assert b"U0CAM" in bytes_of_stores(settings)


def test_staff_hear_that_a_reader_was_forgotten(settings: Settings, call: CommandLine) -> None:
    assert call("forget", "--user", "U0CAM", "--yes")[0] == 0

    async def waiting() -> list[tuple[str, str]]:
        async with open_work(settings) as work, work.reading() as books:
            return [(post.target, post.note) for post in await books.outbox.ready(datetime.now(UTC), 9)]

    ((channel, note),) = asyncio.run(waiting())
    assert channel == LARKSPUR_TEAM.channel_id
    assert note.startswith("Who reads concerns at Larkspur Family Health has changed. From now on: <@U0ANA>.")


def test_a_clinic_is_forgotten_with_its_concerns(settings: Settings, call: CommandLine) -> None:
    code, said, _ = call("forget", "--clinic", "Larkspur Family Health", "--yes")
    assert code == 0
    assert "Nothing about Larkspur Family Health is left" in said
    left = bytes_of_stores(settings)
    assert b"Larkspur" not in left
    assert b"larkspur" not in left
    assert b"Juniper" in left

    async def concerns() -> int:
        async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, WEDNESDAY) as box:
            return len((await box.listed(LARKSPUR)).concerns)

    assert asyncio.run(concerns()) == 0


@pytest.mark.parametrize("answer", ["", "no\n", "y\n"])
def test_nothing_is_forgotten_without_a_yes(
    answer: str, settings: Settings, call: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    code, _, said = call("forget", "--clinic", "juniper")
    assert (code, said) == (2, "matbot: Nothing was deleted. Answer “yes” when asked, or add --yes.\n")
    assert b"Juniper" in bytes_of_stores(settings)


def test_a_yes_at_the_terminal_is_enough(
    settings: Settings, call: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Yes\n"))
    code, said, _ = call("forget", "--clinic", "juniper")
    assert code == 0
    assert said.startswith(
        "This deletes everything about Juniper Street Clinic, its concerns too, for good. Type “yes”"
    )


@pytest.mark.parametrize(
    "arguments",
    [(), ("--user", "U1", "--clinic", "juniper"), ("--clinic", "maple", "--yes"), ("--user", "@ben", "--yes")],
)
def test_whom_to_forget_must_be_clear(arguments: tuple[str, ...], settings: Settings, call: CommandLine) -> None:
    assert call("forget", *arguments)[0] == 2
