"""Every error a person may see. The docstring of the class is the sentence that is shown.

Raise with keyword arguments where the sentence has `{names}` to fill in.
"""

from __future__ import annotations

import inspect


class MatError(Exception):
    """Something went wrong."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(type(self).__name__)

    @property
    def sentence(self) -> str:
        """The sentence for the person, in plain words; `facts` filled in. Callers escape it before it goes to Slack."""
        return inspect.cleandoc(type(self).__doc__ or "").replace("\n", " ").format(**self.facts)


class NotAllowed(MatError):
    """Only {who} can do that. Nothing was changed."""


class NotForGuests(MatError):
    """I work with members of this workspace's clinic teams, and I can't see you as one. If you should be, ask the person who set me up."""


class NotKnownYet(MatError):
    """I could not check who you are just now. Please try again in a few seconds."""


class NoClinicHere(MatError):
    """No clinic is set up here yet. A workspace admin can type `/mat setup` to start; it takes about ten minutes."""


class NoSuchClinic(MatError):
    """That clinic is no longer here. Nothing was changed."""


class NothingMatches(MatError):
    """No milestone matches “{words}”. Type `/mat status` to see them all."""


class UnknownBlock(MatError):
    """I know no building block called “{words}”. Try one of: {choices}."""


class NothingToUndo(MatError):
    """There is nothing to undo: the milestone has changed since, or seven days have passed."""


class ReasonNeeded(MatError):
    """Please say {what} in a few words."""


class TextTooLong(MatError):
    """That is {length:,} characters; I can keep {limit:,}. Nothing was saved."""


class TextNamesAPatient(MatError):
    """This looks like {kind}: “{found}”. I hold no patient details, so nothing was saved. Please take it out and try again."""


class UnknownZone(MatError):
    """I know no time zone called “{zone}”. Try a city, for example America/Chicago."""


class DateInThePast(MatError):
    """{date} is in the past. Please choose a day from today on."""


class UnreadableDate(MatError):
    """I can't read “{words}” as a date. Try `fri`, `6/14`, `2 weeks` or 2027-01-31."""


class StoreIsBusy(MatError):
    """My records are busy. Nothing was changed; please try again in a moment."""


class StoreIsReadOnly(MatError):
    """I can't write to my records, so nothing was changed. Please tell whoever runs me; `python -m bot check` says more."""


class StoreIsBehind(MatError):
    """My records need an upgrade before I can work: run `python -m bot db upgrade`."""


class RuleRefused(MatError):
    """I can't use the rule “{rule}”: {why}."""
