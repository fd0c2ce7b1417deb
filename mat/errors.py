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
    """Only {who} can do that. {then}"""


class NotForGuests(MatError):
    """I work with members of this workspace's clinic teams, and I can't see you as one. If you should be, ask the person who set me up."""


class NotKnownYet(MatError):
    """I could not check who you are just now. Please try again in a few seconds."""


class NotKnownForConcerns(MatError):
    """You are not on my list of this workspace's members, which I read every ten minutes, and I ask Slack about nobody who comes to raise a
    concern. If you are new here, please try again then. You can always talk to your supervisor instead.
    """


class NoClinicHere(MatError):
    """No clinic is set up here yet. A workspace admin can type `/mat setup` to start; it takes about ten minutes."""


class NoSuchClinic(MatError):
    """That clinic is no longer here. Nothing was changed."""


class NothingMatches(MatError):
    """No milestone matches “{words}”. Type `/mat plan` to see them all."""


class NothingToUndo(MatError):
    """There is nothing to undo: the milestone has changed since, or seven days have passed."""


class YouChangedNothing(MatError):
    """There is nothing to undo: you changed no milestone in the last seven days, or somebody has changed it since."""


class ReasonNeeded(MatError):
    """Please say {what} in a few words."""


class PersonNeeded(MatError):
    """Please choose a person."""


class TextTooLong(MatError):
    """That is {length:,} characters; I can keep {limit:,}. Nothing was saved."""


class TextNamesAPatient(MatError):
    """This looks like {kind}: “{found}”. I hold no patient details, so nothing was saved. Please take it out and try again."""


class UnknownZone(MatError):
    """I know no time zone called “{zone}”. Try a city, for example America/Chicago."""


class DateInThePast(MatError):
    """{date} is in the past. Please choose a day from today on."""


class DateTooFar(MatError):
    """{date} is too far ahead. Please choose a day within the next {years} years."""


class NoSuchPostHere(MatError):
    """That post is no longer in my records. Nothing was changed."""


class LastDayFirst(MatError):
    """The last day is before the first. Please choose it again, or leave it empty for one day."""


class ClosedTooLong(MatError):
    """That is longer than a year. Please choose an earlier last day."""


class EnoughClosedDays(MatError):
    """I can keep {limit} entries of closed days ahead, and you have them all. Take one off first."""


class StoreIsBusy(MatError):
    """My records are busy. Nothing was changed; please try again in a moment."""


class StoreIsReadOnly(MatError):
    """I can't write to my records, so nothing was changed. Please tell whoever runs me; `python -m bot check` says more."""


class StoreIsFull(MatError):
    """The disk my records are on is full, so nothing was changed. Please tell whoever runs me."""


class StoreIsDamaged(MatError):
    """My records are damaged, so nothing was changed. Please tell whoever runs me: `python -m bot db restore` puts a backup back."""


class StoreIsAway(MatError):
    """I can't reach my records just now, so nothing was changed. Please try again in a moment."""


class StoreIsInUse(MatError):
    """Another bot is already running on these records. Stop it first; one bot at a time keeps every post to one copy."""


class BackupUnreadable(MatError):
    """“{file}” is no backup of these records, or it is damaged. Nothing was changed."""


class StoreIsBehind(MatError):
    """My records need an upgrade before I can work: run `python -m bot db upgrade`."""


class RuleRefused(MatError):
    """I can't use the rule “{rule}”: {why}."""


class ReceiptUnreadable(MatError):
    """A receipt has 20 letters and digits, like 7K2MQ-0A9ZT-W4XHB-PD61C. I count {count} in this one; please
    compare it once more.
    """


class ReceiptHasOtherSymbol(MatError):
    """No receipt has “{symbol}” in it. Please compare it with what you wrote down."""


class TooManyWrongReceipts(MatError):
    """That is more than {limit} receipts today that I could not find, so I stop here until tomorrow. A right one
    still works.
    """


class AnotherAnswers(MatError):
    """Nothing was kept: another copy of me answers this form just now. Your words are still here; please press the button again in a moment."""


class EnoughConcernsToday(MatError):
    """I take {limit} concerns a day from one person, and that was reached. Please come back tomorrow, or talk to
    your supervisor.
    """


class ConcernNeedsTopic(MatError):
    """Please choose what it is about."""


class ConcernNeedsStatus(MatError):
    """Please choose what becomes of it."""


class ConcernNotKept(MatError):
    """I could not keep your concern, so there is no receipt. Your words are still in the form: press Send again in
    a moment.
    """


class NothingToAnswer(MatError):
    """There is nothing to answer for this receipt."""


class EnoughAnswers(MatError):
    """You have answered {limit} times here, and that is all I can keep for one concern. You can raise a new one."""


class NoSuchConcern(MatError):
    """That concern is no longer here. Somebody may have deleted it for good."""


class ConcernTooOld(MatError):
    """The key to this concern was destroyed, so nobody can read or answer it now."""


class ConcernKeyMissing(ConcernTooOld):
    """The key to this concern is not in my key folder, so nobody can read or answer it. Please tell whoever runs me."""


class WordsNotFound(MatError):
    """Those words are not in the concern. Please copy them exactly as they stand."""


class SentenceNeeded(MatError):
    """Please say why in one sentence that everybody may read."""


class SaidChanged(MatError):
    """The sentences have changed since you opened this, so nothing was posted. Please close it and look at the preview once more."""


class GroupSizeOutOfRange(MatError):
    """The smallest group that may be shown is between {least} and {most}."""


class KeysOpenToOthers(MatError):
    """Others on this machine can read {path} (mode {mode}). Run `chmod {wanted} {path}` and start me again."""


class KeysUnusable(MatError):
    """{path} is not a key that I wrote. Put the right file back from your backup of the key folder, then start me
    again.
    """


class KeysBusy(MatError):
    """Another command is changing the keys of concerns just now. Please try again in a moment."""


class RotationUnfinished(MatError):
    """Every month has a fresh key, but not everything stored could be sealed to it. The old keys stay, and nothing is lost: run this
    again. What was in the way: {why}
    """


class SiteKeyMissing(MatError):
    """{path} is missing, and without it no receipt finds its concern. Is the key folder the right one? Put the file back from your
    backup of the key folder. If it is lost for good, `python -m bot concerns keys rotate` starts afresh.
    """


class SiteKeyOfAnother(MatError):
    """{path} is another key than the one that the stored receipts were made with: with it, none of them would find its concern. Is the
    key folder the right one? Put the file back from your backup of the key folder. If it is lost for good, delete this one and run
    `python -m bot concerns keys rotate`.
    """


class ConcernStoreUnsafe(MatError):
    """The concern store did not accept the setting {setting}, so I do not start: deleted words could stay on the
    disk.
    """


class OneTokenMissing(MatError):
    """{found} is set, but {missing} is not. Set both to run in your workspace (README.md says where to copy them from),
    or neither to see the demo.
    """


class NoLocalSlackHere(MatError):
    """The demo needs Linux on x86-64, and this is {system}. README.md shows how to try matbot in a real workspace in
    ten minutes.
    """


class LocalSlackMissing(MatError):
    """The local Slack is not set up yet. Run `make run`, which fetches it."""


class LocalSlackFailed(MatError):
    """The local Slack did not start. It said: {said}"""


class PlaybookError(MatError):
    """The playbook can't be used until this is put right: {problems}"""


class NoSuchAsk(MatError):
    """That ask is no longer here. `/mat asks` shows what is open."""


class NoSuchMilestone(MatError):
    """That milestone is no longer on the plan. `/mat plan` shows what is."""


class NoSuchBlock(MatError):
    """Please choose one of the building blocks in the list."""


class LabelTaken(MatError):
    """There is already a milestone called “{label}”, perhaps a hidden one. Please call this one something else."""


class EnoughOwnMilestones(MatError):
    """I can keep {limit} milestones of your own, and you have them all. Reword one you no longer need instead."""


class NoSuchHuddle(MatError):
    """That huddle is no longer here. `/mat huddle` shows what is planned."""


class HuddleNotPlanned(MatError):
    """No huddle is planned at that time now. `/mat huddle` shows what is."""


class HuddleStopped(MatError):
    """“{title}” has been stopped. `/mat huddle` can start it again."""


class HuddleAhead(MatError):
    """That huddle has not begun: it is {when}. Press this again once it has."""


class HuddleLongAgo(MatError):
    """That huddle was more than {days} days ago, so its record stays as it is."""


class HuddleCalledOff(MatError):
    """This huddle is called off. Press *It's on again* first, if it takes place after all."""


class UnknownTemplate(MatError):
    """Please choose one of the kinds of huddle in the list."""


class NoDayChosen(MatError):
    """Please choose at least one day."""


class OneDayOnly(MatError):
    """For a huddle once a month, please choose exactly one day."""


class NoTimeChosen(MatError):
    """Please choose a time."""


class NotInTheList(MatError):
    """Please choose one from the list."""


class AgendaTooEarly(MatError):
    """That is as long as the time between two of these huddles, or longer. Please choose less than {gap}."""


class EnoughHuddles(MatError):
    """I can keep {limit} huddles going, and you have them all. Stop one first."""


class AgendaFull(MatError):
    """This agenda has {limit} added items, and that is all it can hold. Take one off first."""


class NotYourItem(MatError):
    """Only the person who added it, or a lead, can take that off."""


class ItemGone(MatError):
    """That is no longer on the agenda."""


class SetupUnfinished(MatError):
    """{clinic} is not fully set up yet. A workspace admin can go on with `/mat setup`."""


class AlreadySetUp(MatError):
    """{clinic} is set up already. `/mat team` changes its people, channel, hours and time zone."""


class ClinicNameNeeded(MatError):
    """Please give your clinic a name."""


class ClinicNameTaken(MatError):
    """There is a clinic called “{name}” already. Please choose another name."""


class TrackNeeded(MatError):
    """Please choose at least one program."""


class ChannelNeeded(MatError):
    """Please choose the team's channel."""


class ChannelNotFound(MatError):
    """I can't see that channel. If it is private, type `/invite @matbot` there, then press *Try again*."""


class ScopeMissing(MatError):
    """I'm missing the permission {scope}, so I can't look at that channel. Please ask whoever runs me to add it and to
    install me again. Nothing was changed.
    """


class SlackSilent(MatError):
    """Slack did not answer me just now. Nothing was changed; please try again in a moment."""


class BotNotInChannel(MatError):
    """I'm not in #{channel} yet. Type `/invite @matbot` there, then press *Try again*."""


class ChannelArchived(MatError):
    """#{channel} is archived, so nobody would see what I post there. Please choose another channel."""


class ChannelShared(MatError):
    """#{channel} is shared with another organization, and my posts are for your team. Please choose another channel."""


class ChannelTaken(MatError):
    """That channel belongs to {clinic} already. Each clinic needs a channel of its own."""


class LeadNeeded(MatError):
    """Please choose at least one lead."""


class TwoReadersNeeded(MatError):
    """Please choose at least two people who read concerns, so that no single person decides what is heard."""


class DigestNeedsSomebody(MatError):
    """Please choose at least one person who gets the digest."""


class PersonNotKnownYet(MatError):
    """I am still asking Slack who that is. Please press the button again in a few seconds."""


class PersonLeft(MatError):
    """{who} is no longer active in this workspace. Please choose somebody else."""


class BotsHaveNoRole(MatError):
    """{who} is an app, and only people can be part of the team."""


class GuestsOnlyFacilitate(MatError):
    """{who} is a guest or from another organization, and so can only be the practice facilitator."""


class DoneAlready(MatError):
    """I have done that already: Slack sent it to me twice."""


class OtherName(MatError):
    """That is not the clinic's name, so nothing was deleted. Please type it as it stands above."""


class OnlyAtItsHour(MatError):
    """I send the {what} at its own hour only, never by hand."""


class NothingToSend(MatError):
    """There is no {what} to send: nobody is chosen to get it, or none is planned."""


class HuddleChangedSince(MatError):
    """This huddle has been changed since, so I can't undo that. `/mat huddle` shows how it is now."""


class GroupGone(MatError):
    """I no longer see that user group. Choose another one, or pick the people one by one."""


class NobodyInGroup(MatError):
    """Nobody in @{group} can hold a role: only guests, apps or people who have left are in it."""


class TooManyReaders(MatError):
    """With @{group}, {count} people would read concerns, and {limit} is the most: who speaks up has to know who reads it."""


class GroupTooLarge(MatError):
    """@{group} has {count} people, and I put at most {limit} into a role at once. Please pick them one by one."""
