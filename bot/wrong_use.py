"""What is wrong with how the program was called: said in a sentence, with exit code 2."""

from __future__ import annotations

from mat.errors import MatError


class WrongUse(MatError):
    """That cannot be done like this. `python -m bot --help` shows how."""


class SettingWrong(WrongUse):
    """I can't use what {names} says. .env.example shows what each setting may hold."""


class TokensMissing(WrongUse):
    """{names} must be set, in the environment or in .env. README.md shows where to copy tokens from, docs/operations.md where
    the signing secret; `python -m bot demo` needs none.
    """


class OtherToken(WrongUse):
    """What {name} holds is not {kind}: that begins with {beginning}. README.md says where to copy it from. Are two tokens swapped?"""


class TokenEmpty(WrongUse):
    """I got no {what}. Type it when I ask, or give one line each on standard input."""


class TokenNotTaken(WrongUse):
    """Slack does not accept the {what} ({code}), so nothing was added."""


class WorkspaceOfSettings(WrongUse):
    """That is the workspace of SLACK_BOT_TOKEN, which I am in already."""


class NotAnId(WrongUse):
    """“{words}” is not a person's Slack id, which looks like U012AB3CD. In Slack: their profile, the three dots, *Copy member ID*."""


class NoSuchWorkspace(WrongUse):
    """I hold nothing of a workspace {workspace}. `python -m bot workspace list` shows those that were added."""


class NoSuchPost(WrongUse):
    """There is no post called “{post}”. Try one of: {choices}."""


class NoPostWithId(WrongUse):
    """There is no post whose id begins with “{id}”. `python -m bot posts` lists them."""


class SeveralPostsWithId(WrongUse):
    """Several ids begin with “{id}”. Please give more of it."""


class NoSuchSeries(WrongUse):
    """{clinic} has no huddle called “{title}”. Try one of: {choices}."""


class NoClinicYet(WrongUse):
    """No clinic is set up yet. A workspace admin types `/mat setup` in Slack to start."""


class NoSuchClinicHere(WrongUse):
    """There is no clinic called “{name}”. Try one of: {choices}."""


class SayWhichClinic(WrongUse):
    """There are several clinics, so say which: --clinic with one of: {choices}."""


class NotConfirmed(WrongUse):
    """Nothing was deleted. Answer “yes” when asked, or add --yes."""


class FolderNotEmpty(WrongUse):
    """{folder} is not empty. Name a folder that is new or empty."""


class KeysBesideStores(WrongUse):
    """Keys and stores must not lie in one folder: whoever has both can read every concern. Name two folders apart."""


class KeysOfAnother(WrongUse):
    """{path} is another key than mine of that name. Name a folder that holds copies of my keys only, or a new one."""


class NotAMonth(WrongUse):
    """“{words}” is not a month. Write it as in 2026-11; `python -m bot concerns keys status` lists those that have a key."""


class NoKeyOfMonth(WrongUse):
    """I have no key of {month}. Months with a key here: {choices}."""


class NotABackup(WrongUse):
    """{folder} is not a backup that I can put back: {why}."""


class StoresHoldSomething(WrongUse):
    """The stores hold {clinics} already. Add --replace to give that up for the backup; `python -m bot db backup` keeps it."""


class RecordsOfAnother(WrongUse):
    """{path} belongs to {owner}, and what I would write beside it could lock {owner} out. Run me as {owner}: `sudo -u {owner} …`."""
