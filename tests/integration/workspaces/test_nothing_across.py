"""Two workspaces with two clinics each, the same ids everywhere: whatever anybody does in one clinic, they read nothing of another.

Every clinic has a word of its own. It stands in all that is written there, and may be shown only there: in no answer, no modal, no Home,
no post, and in no row that carries another clinic's key.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mat.clinic import Clinic, Duty
from mat.concerns import ClinicKey, Draft, Release
from mat.schedules import keep_schedules
from store.tables import metadata
from tests.fakes import payloads
from tests.fakes.slack_world import ADMIN, LEAD, MEMBER, PRIVATE_CHANNEL, TEAM, Person
from tests.integration.test_huddle_agenda import DAILY
from tests.integration.workspaces.two import CEDAR, HERE, Two, two_workspaces
from tests.proof_table import Proof

MAPLE_THERE = replace(HERE, workspace=CEDAR, name="Maple in cedar")
BIRCH = replace(HERE, id="birch", name="Birch in pine", channel=PRIVATE_CHANNEL)
CLINICS = (
    replace(HERE, name="Maple in pine"),
    BIRCH,
    MAPLE_THERE,
    replace(BIRCH, workspace=CEDAR, name="Birch in cedar"),
)
WORDS = {
    (TEAM, "maple"): "wombat",
    (TEAM, "birch"): "quokka",
    (CEDAR, "maple"): "numbat",
    (CEDAR, "birch"): "bandicoot",
}
LEADS: Mapping[str, Person] = {"maple": LEAD, "birch": ADMIN}
WRITES = (
    "asks add more {word} chairs",
    "agenda add the {word} form",
    "stuck pdmp: access from {word}",
    "stuck naloxone: the {word} shelf",
    "done policies",
    "undo pdmp",
)
READS = ("", "status", "status policies", "asks", "agenda", "plan", "plan policies", "huddle", "digest", "team", "help")
PRESSES = (
    "ask:take",
    "ask:takeback",
    "ask:undo",
    "ask:notnow",
    "agenda:takeoff",
    "milestone:done",
    "milestone:undo",
    "go:run",
    "huddle:edit",
)

at_any = st.sampled_from(CLINICS)


def word_of(clinic: Clinic) -> str:
    return WORDS[clinic.workspace, clinic.id]


def words_in(text: str) -> set[str]:
    return {word for word in WORDS.values() if word in text}


class Houses(RuleBasedStateMachine):
    """One bot, and everybody in it. `template`: migrated stores without rows; `reads`: how many looks found only their own words."""

    template: ClassVar[Path]
    reads: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.opened = AsyncExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="matbot-houses-"))
        shutil.copytree(self.template, self.folder, dirs_exist_ok=True)
        self.two: Two = self.run(self.opened.enter_async_context(two_workspaces(self.folder, *CLINICS)))

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(what)

    @initialize()
    def furnish(self) -> None:
        self.run(self._furnish())

    async def _furnish(self) -> None:
        async with self.two.under_test.bot.desk.work.writing() as books:
            for clinic in CLINICS:
                at, lead = books.at(clinic), LEADS[clinic.id]
                for role, people in (("champion", [lead.id]), ("project-manager", [MEMBER.id])):
                    await at.roster.set_role(role, people)
                for duty in Duty:
                    await at.roster.set_duty(duty, [lead.id])
                series = replace(DAILY, id=f"s-{clinic.workspace}-{clinic.id}", title=f"The {word_of(clinic)} huddle")
                await at.huddles.save_series(series)
                await keep_schedules(at, clinic, self.two.under_test.clock())
            await books.commit()

    # -- what people do -------------------------------------------------------------------------------------------------

    @rule(clinic=at_any, line=st.sampled_from(WRITES))
    def writes(self, clinic: Clinic, line: str) -> None:
        self._typed(clinic, line.format(word=word_of(clinic)), LEADS[clinic.id])

    @rule(clinic=at_any, line=st.sampled_from(READS), member=st.booleans())
    def reads_something(self, clinic: Clinic, line: str, member: bool) -> None:
        self._typed(clinic, line, MEMBER if member else LEADS[clinic.id])

    def _typed(self, clinic: Clinic, line: str, user: Person) -> None:
        calls = len(self.two.under_test.slack.calls)
        shown = self.run(self.two.slash(line, clinic.workspace, user=user, channel=clinic.channel))
        self._only(clinic, shown, calls)

    @rule(clinic=at_any)
    def opens_home(self, clinic: Clinic) -> None:
        calls = len(self.two.under_test.slack.calls)
        self.run(self.two.send(payloads.home_opened(LEADS[clinic.id]), clinic.workspace))
        self._only(clinic, "", calls)

    @rule(clinic=at_any, other=at_any, name=st.sampled_from(PRESSES), data=st.data())
    def presses_with_an_id_of_another_clinic(
        self, clinic: Clinic, other: Clinic, name: str, data: st.DataObject
    ) -> None:
        """A button's value may be forged: it names its own clinic and a thing of any other."""
        ids = [f"s-{other.workspace}-{other.id}", "pdmp", *self._ids_of(other)]
        chosen = data.draw(st.sampled_from(ids))
        value = {"clinic": clinic.id, "line": "status"} | dict.fromkeys(
            ("ask", "item", "series", "change", "milestone"), chosen
        )
        slack, world = self.two.under_test.slack, self.two.world_of(clinic.workspace)
        lead, calls, url = LEADS[clinic.id], len(slack.calls), slack.response_url()
        button = {
            "type": "button",
            "action_id": f"mat:{name}",
            "value": json.dumps(value),
            "text": {"type": "plain_text", "text": "x"},
        }
        blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
        pressed = payloads.press(
            f"mat:{name}",
            ephemeral=blocks,
            user=lead,
            channel=clinic.channel,
            trigger=world.trigger(lead.id),
            response_url=url,
        )
        body = self.run(self.two.send(pressed, clinic.workspace))
        self._only(clinic, json.dumps([body, slack.answers_at(url)]), calls)

    @rule(clinic=at_any)
    def raises_a_concern_and_reads_it(self, clinic: Clinic) -> None:
        self.run(self._concern(clinic))

    async def _concern(self, clinic: Clinic) -> None:
        box, now = self.two.under_test.bot.concerns, self.two.under_test.clock()
        key = ClinicKey(clinic.workspace, clinic.id)
        await box.raise_concern(Draft("caseload", f"The {word_of(clinic)} room is loud", Release.NEXT_BATCH), key, now)
        await box.release(key, now.date())
        listed = await box.listed(key)
        assert words_in(str(listed)) <= {word_of(clinic)}
        Houses.reads += 1

    # -- what the clock does --------------------------------------------------------------------------------------------

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        bot = self.two.under_test
        before = {team: len(self.two.world_of(team).messages) for team in (TEAM, CEDAR)}
        bot.clock.jump_to(bot.clock() + timedelta(hours=hours))
        self.run(bot.bot.clockwork.turn(keep=True))
        channels = {(clinic.workspace, clinic.channel): word_of(clinic) for clinic in CLINICS}
        for team, count in before.items():
            for posted in self.two.world_of(team).messages[count:]:
                own = {word for (workspace, _), word in WORDS.items() if workspace == team}
                allowed = {channels[team, posted.channel]} if (team, posted.channel) in channels else own
                found = words_in(json.dumps([posted.text, posted.blocks]))
                assert found <= allowed, f"{team} {posted.channel}: {found}"
                Houses.reads += 1

    @rule()
    def the_records_are_looked_at(self) -> None:
        self.run(self.two.look())

    # -- what has to hold -----------------------------------------------------------------------------------------------

    def _only(self, clinic: Clinic, shown: str, calls: int) -> None:
        told = json.dumps([call.arguments for call in self.two.under_test.slack.calls[calls:]], default=str)
        found = words_in(shown + told)
        assert found <= {word_of(clinic)}, f"in {clinic.name}: {found}"
        Houses.reads += 1

    def _ids_of(self, clinic: Clinic) -> list[str]:
        with closing(sqlite3.connect(self.folder / "data" / "matbot.db")) as store:
            return [
                str(id_)
                for table in ("ask", "agenda_item", "milestone_change", "post")
                for (id_,) in store.execute(
                    f"SELECT id FROM {table} WHERE workspace = ? AND clinic = ? ORDER BY rowid",
                    (clinic.workspace, clinic.id),
                )
            ]

    @invariant()
    def every_word_stands_in_rows_of_its_own_clinic(self) -> None:
        with closing(sqlite3.connect(self.folder / "data" / "matbot.db")) as store:
            store.row_factory = sqlite3.Row
            for table in metadata.sorted_tables:
                if "clinic" not in table.columns:
                    continue
                for row in store.execute(f'SELECT * FROM "{table.name}"'):
                    found = words_in(" ".join(str(value) for value in row))
                    assert not found or found == {WORDS[row["workspace"], row["clinic"]]}, table.name

    def teardown(self) -> None:
        self.run(self.opened.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)


def lived_through(template: Path, examples: int, steps: int) -> int:
    """How many looks found only their own clinic's words; fails at the first that did not."""
    Houses.template, Houses.reads = template, 0
    run_state_machine_as_test(
        Houses,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Houses.reads


def test_a_few_days_in_two_workspaces(bot_folder: Path) -> None:
    assert lived_through(bot_folder, examples=4, steps=25) > 30


@pytest.mark.proof
def test_two_workspaces_and_two_clinics_read_nothing_across(bot_folder: Path, proof: Proof) -> None:
    reads = lived_through(bot_folder, examples=200, steps=50)
    proof(f"reads across, in {reads:,} looks at two workspaces with two clinics each (200 × 50 steps)", 0, "0")
    assert reads > 4_000
