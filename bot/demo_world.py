"""The made-up workspace of the demo: two clinics, the people in them, and a channel for a third. Nobody here exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.local_slack import App, Channel, Person, Workspace, World
from mat.clinic import Clinic, Duty, Pace

WORKSPACE = Workspace()
APP = App()

ANA = Person("U0ANA", "Ana", "Ana Lopez", "ana@example.org")
BEN = Person("U0BEN", "Ben", "Ben Carter", "ben@example.org")
CAM = Person("U0CAM", "Cam", "Cam Ortiz", "cam@example.org")
DEE = Person("U0DEE", "Dee", "Dee Park", "dee@example.org")
ROSA = Person("U0ROSA", "Rosa", "Rosa Delgado", "rosa@example.org")
ELI = Person("U0ELI", "Eli", "Eli Novak", "eli@example.org", "America/Chicago")
FAY = Person("U0FAY", "Fay", "Fay Osei", "fay@example.org", "America/Chicago")
PEOPLE = (ANA, BEN, CAM, DEE, ROSA, ELI, FAY)
IN_BOTH = ROSA


def _channel(channel_id: str, name: str, *people: Person) -> Channel:
    return Channel(channel_id, name, (*(person.user_id for person in people), APP.bot_user_id))


LARKSPUR_TEAM = _channel("C0LARKSPUR", "larkspur-team", ANA, BEN, CAM, DEE, ROSA)
JUNIPER_TEAM = _channel("C0JUNIPER", "juniper-team", ELI, FAY, ROSA)
NEW_CLINIC = _channel("C0NEWCLINIC", "new-clinic", *PEOPLE)

WORLD = World(people=PEOPLE, channels=(LARKSPUR_TEAM, JUNIPER_TEAM, NEW_CLINIC), workspace=WORKSPACE, app=APP)


@dataclass(frozen=True, slots=True)
class DemoTeam:
    """Who holds which role (playbook ids) and duty in a clinic."""

    roles: Mapping[str, tuple[Person, ...]]
    duties: Mapping[Duty, tuple[Person, ...]]


LARKSPUR_PEOPLE = DemoTeam(
    roles={
        "sponsor": (ROSA,),
        "champion": (ANA,),
        "clinical-lead": (ROSA,),
        "project-manager": (BEN,),
        "care-manager": (BEN,),
        "behavioral-health": (CAM,),
        "front-desk": (DEE,),
    },
    duties={Duty.LEAD: (ANA, ROSA), Duty.GETS_DIGEST: (ANA, ROSA), Duty.READS_CONCERNS: (ANA, CAM)},
)
JUNIPER_PEOPLE = DemoTeam(
    roles={"sponsor": (ROSA,), "champion": (ELI,), "project-manager": (FAY,), "data-lead": (FAY,)},
    duties={Duty.LEAD: (ELI, ROSA), Duty.GETS_DIGEST: (ROSA,), Duty.READS_CONCERNS: (ELI, FAY)},
)

WEEKS_OF_LARKSPUR = 20
WEEKS_OF_JUNIPER = 6


def clinics(today: date) -> tuple[Clinic, Clinic]:
    """Both clinics, with plans that began so many Mondays before `today`."""
    monday = today - timedelta(days=today.weekday())
    larkspur = Clinic(
        workspace=WORKSPACE.team_id,
        id="larkspur",
        name="Larkspur Family Health",
        zone="America/New_York",
        start=monday - timedelta(weeks=WEEKS_OF_LARKSPUR),
        tracks=("sixbb", "moud"),
        channel=LARKSPUR_TEAM.channel_id,
        ready=True,
    )
    juniper = Clinic(
        workspace=WORKSPACE.team_id,
        id="juniper",
        name="Juniper Street Clinic",
        zone="America/Chicago",
        start=monday - timedelta(weeks=WEEKS_OF_JUNIPER),
        tracks=("sixbb", "moud"),
        pace=Pace.LIGHT,
        channel=JUNIPER_TEAM.channel_id,
        ready=True,
    )
    return larkspur, juniper
