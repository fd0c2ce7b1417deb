"""The rules of the patient-detail guard: what names a patient for certain (`HARD`), and what may (`SOFT`).

Where two rules find the same place, the earlier one names it.
"""

from __future__ import annotations

from mat.patient_rules.dates import birth_dates
from mat.patient_rules.full_names import full_names
from mat.patient_rules.match import Rule
from mat.patient_rules.names import names
from mat.patient_rules.numbers import runs, social_security
from mat.patient_rules.phones import phones
from mat.patient_rules.places import addresses, e_mails
from mat.patient_rules.plain_names import plain_names
from mat.patient_rules.records import records
from mat.patient_rules.situations import descriptions, event_dates, other_marks, rooms

HARD: tuple[Rule, ...] = (e_mails, birth_dates, social_security, phones, records, runs, addresses)
SOFT: tuple[Rule, ...] = (full_names, names, plain_names, event_dates, rooms, descriptions, other_marks)
