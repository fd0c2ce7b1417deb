"""The rules of the patient-detail guard: what names a patient for certain (`HARD`), and what may (`SOFT`).

Where two rules find the same place, the earlier one names it.
"""

from __future__ import annotations

from mat.patient_rules.dates import birth_dates
from mat.patient_rules.match import Rule
from mat.patient_rules.numbers import phones, records, runs, single_digits, social_security
from mat.patient_rules.people import descriptions, event_dates, names, rooms
from mat.patient_rules.places import addresses, e_mails

HARD: tuple[Rule, ...] = (e_mails, single_digits, birth_dates, social_security, phones, records, runs, addresses)
SOFT: tuple[Rule, ...] = (names, event_dates, rooms, descriptions)
