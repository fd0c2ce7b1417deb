"""Concerns: raised without a name, released in batches, answered by receipt.

Nothing in this package knows Slack, a store or a person: what crosses into it is a `Draft` and nothing else. The one
exception is `limits`, which turns people into keyed hashes that live in memory for a day.
"""

from mat.concerns.box import ConcernBox, ConcernClock, ConcernInbox, ConcernIntake
from mat.concerns.digest import DigestSection
from mat.concerns.limits import ConcernMemory
from mat.concerns.opened import OpenedForm
from mat.concerns.receipt import Receipt
from mat.concerns.records import ClinicKey, Concern, Draft, InboxPage, LookUp, Note, PublicLine, Release, Status
from mat.concerns.said import ConcernPublisher
from mat.concerns.weeks import IsoWeek

__all__ = [
    "ClinicKey",
    "Concern",
    "ConcernBox",
    "ConcernClock",
    "ConcernInbox",
    "ConcernIntake",
    "ConcernMemory",
    "ConcernPublisher",
    "DigestSection",
    "Draft",
    "InboxPage",
    "IsoWeek",
    "LookUp",
    "Note",
    "OpenedForm",
    "PublicLine",
    "Receipt",
    "Release",
    "Status",
]
