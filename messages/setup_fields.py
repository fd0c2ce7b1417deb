"""The fields of set-up, which `/mat team` shows again: name and program, channel, people, hours, zone, first huddle.

Block ids are read back by `commands.setup_reading`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from mat.clinic import Clinic, Pace, Word
from mat.huddles import HuddleSeries, Template
from mat.message import Block
from mat.playbook import Playbook
from mat.rhythm import LONG
from mat.setup import FIRST_HUDDLE_AT, Team, days_of
from mat.status import track_title
from mat.zone_names import US_ZONES
from messages import block_kit as kit

NAME = 60
NOT_NOW = "not-now"

WORDS = {Word.MOUD: "medications for opioid use disorder", Word.MAT: "the older name; choose it if your clinic says so"}
PACES = {
    Pace.LIGHT: ("Light", "The first eight milestones of each program"),
    Pace.STANDARD: ("Standard", "The first two stages: get ready, then put it into practice"),
    Pace.FULL: ("Full", "Everything, to the last stage, in about 15 months"),
}
KINDS = {
    Template.DAILY: "Daily clinic huddle",
    Template.PRE_GROUP: "Pre-group huddle",
    Template.MONTHLY: "Monthly improvement-team meeting",
}


def basics(clinic: Clinic, playbook: Playbook) -> list[Block]:
    """Name, word, programs, pace and start."""
    words = [kit.option(word.value, word.value, about) for word, about in WORDS.items()]
    tracks = [kit.option(track_title(track, clinic.word), track.id) for track in playbook.tracks.values()]
    paces = [kit.option(title, pace.value, about) for pace, (title, about) in PACES.items()]
    return [
        kit.field(
            "Name of your clinic", kit.text_field("mat:name", initial=clinic.name, max_length=NAME), block_id="name"
        ),
        kit.field(
            "What do you call the medications?",
            kit.choice("radio_buttons", "mat:word", words, initial=clinic.word.value),
            block_id="word",
        ),
        kit.field(
            "Programs",
            kit.choice("checkboxes", "mat:tracks", tracks, initial=clinic.tracks),
            block_id="tracks",
            hint="Each has milestones of its own and is counted on its own.",
        ),
        kit.field("Pace", kit.choice("radio_buttons", "mat:pace", paces, initial=clinic.pace.value), block_id="pace"),
        kit.field(
            "First day of the plan",
            kit.date_picker("mat:start", initial=clinic.start),
            block_id="start",
            hint="Due dates count from here.",
        ),
    ]


def zone(current: str, own: str = "") -> list[Block]:
    """The zone of a clinic: `current`, the person's `own` zone in Slack, the US zones, and a line for any other."""
    names = dict.fromkeys(name for name in (own, current, *US_ZONES) if name)
    options = [kit.option(f"{US_ZONES[n]} · {n}" if n in US_ZONES else n, n) for n in names]
    return [
        kit.field(
            "Time zone of the clinic",
            kit.choice("static_select", "mat:zone", options, initial=current or own, placeholder="Choose a time zone"),
            block_id="zone",
            hint="Everything I post comes by this clock.",
        ),
        kit.field(
            "Another time zone",
            kit.text_field("mat:zone_other", max_length=NAME, placeholder="for example America/Boise"),
            block_id="zone_other",
            optional=True,
            hint="Only if yours is not in the list. What stands here counts.",
        ),
    ]


def channel(current: str) -> list[Block]:
    return [
        kit.field(
            "The team's channel",
            kit.channel_picker("mat:channel", initial=current),
            block_id="channel",
            hint="Agendas and the weekly list go here, where the whole team sees them.",
        )
    ]


def roles(team: Team, playbook: Playbook) -> list[Block]:
    """Leads, then one picker a role; roles may stay empty."""
    blocks = [
        kit.field(
            "Leads",
            kit.people_picker("mat:leads", initial=team.leads),
            block_id="leads",
            hint="They change roles, the channel, and who gets what.",
        )
    ]
    for role in playbook.roles.values():
        picker = kit.people_picker(f"mat:role-{role.id}", initial=team.roles.get(role.id, ()))
        blocks.append(kit.field(role.title, picker, block_id=f"role-{role.id}", optional=True, hint=f"{role.does}."))
    return blocks


def recipients(team: Team) -> list[Block]:
    return [
        kit.field(
            "Who reads concerns",
            kit.people_picker("mat:readers", initial=team.readers),
            block_id="readers",
            hint="Two or more. Their names stand in the form, so that staff know who will read what they write.",
        ),
        kit.field(
            "Who gets the digest",
            kit.people_picker("mat:digest", initial=team.digest),
            block_id="digest",
            hint="Leaders of the clinic: each gets it by direct message.",
        ),
    ]


def hours(clinic: Clinic) -> list[Block]:
    return [
        kit.field(
            "Digest, on Mondays",
            kit.time_picker("mat:digest_at", initial=clinic.digest_at, zone=clinic.zone),
            block_id="digest_at",
        ),
        kit.field(
            "Concerns, on working days",
            kit.time_picker("mat:concerns_at", initial=clinic.concerns_at, zone=clinic.zone),
            block_id="concerns_at",
            hint="The people who read concerns hear from me at this time, whether or not something came.",
        ),
    ]


def first_huddle(clinic: Clinic, series: HuddleSeries | None) -> list[Block]:
    """The kind, the days and the time of the first huddle; *Not now* leaves it to `/mat huddle`."""
    kinds = [*(kit.option(title, kind.value) for kind, title in KINDS.items()), kit.option("Not now", NOT_NOW)]
    at: time = series.local_start.time() if series else FIRST_HUDDLE_AT
    return [
        kit.field(
            "First huddle",
            kit.choice("static_select", "mat:template", kinds, initial=shown_kind(series)),
            block_id="template",
            hint="You can add more with /mat huddle.",
        ),
        kit.field(
            "Days",
            kit.choice("checkboxes", "mat:days", _weekdays(), initial=[str(d) for d in days_of(series)]),
            block_id="days",
            optional=True,
            hint="For the monthly meeting choose one: it comes on the first such day of each month.",
        ),
        kit.field("Time", kit.time_picker("mat:time", initial=at, zone=clinic.zone), block_id="time"),
    ]


def shown_kind(series: HuddleSeries | None) -> str:
    return series.template.value if series else Template.DAILY.value


def _weekdays() -> Sequence[Block]:
    return [kit.option(name, str(day)) for day, name in enumerate(LONG)]
