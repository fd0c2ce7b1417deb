"""What a person can type: every sub-command with one line and an example, and which five matter most to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from mat.clinic import Duty
from mat.permissions import Action, Caller

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Topic:
    """One sub-command. `does` is one line; `more` are further lines for `/mat help <thing>`; `needs`: who may use it at all."""

    word: str
    does: str
    example: str
    more: tuple[str, ...] = ()
    needs: Action = Action.SEE


TOPICS: Mapping[str, Topic] = {
    topic.word: topic
    for topic in (
        Topic(
            "",
            "what needs you today",
            "/mat",
            ("Your own milestones that are late, stuck or due, and the next huddle.",),
        ),
        Topic(
            "status",
            "where the clinic stands",
            "/mat status policies",
            (
                "Only you see it until you press *Share*.",
                "A building block behind it narrows it down: `/mat status tracking`.",
                "Moving without any change for 28 days shows as stuck.",
            ),
        ),
        Topic(
            "start",
            "mark a milestone as moving",
            "/mat start policies revised",
            ("A few words of its name are enough. Where several match, I show a button for each.",),
            Action.CHANGE_MILESTONE,
        ),
        Topic(
            "done",
            "mark a milestone as done",
            "/mat done pdmp",
            (
                "A few words of its name are enough. Where several match, I show a button for each.",
                "*Undo* takes it back for seven days.",
            ),
            Action.CHANGE_MILESTONE,
        ),
        Topic(
            "stuck",
            "say what a milestone waits for",
            "/mat stuck dashboard: access from IT",
            ("Without the part behind the colon I ask for it.",),
            Action.CHANGE_MILESTONE,
        ),
        Topic(
            "drop",
            "leave out what is not for your clinic, with a reason",
            "/mat drop case conferences: we join the county's",
            ("It no longer counts; *Undo* or `/mat start` brings it back.",),
            Action.CHANGE_MILESTONE,
        ),
        Topic(
            "undo",
            "take your last change back",
            "/mat undo",
            ("Until the milestone's next change, at most seven days. `/mat undo pdmp` names one.",),
            Action.CHANGE_MILESTONE,
        ),
        Topic(
            "huddle",
            "see, make, change and stop huddles",
            "/mat huddle",
            ("The agenda comes by itself before each huddle, at your clinic's time.",),
            Action.SEE,
        ),
        Topic(
            "agenda",
            "see the next agenda and add to it",
            "/mat agenda add new phone tree",
            ("Items stay until a huddle is held.",),
            Action.SEE,
        ),
        Topic(
            "plan",
            "see every milestone; move, give, add, hide and reword them",
            "/mat plan",
            (
                "*Open* shows one building block. `/mat plan tracking` does too.",
                "What ships with me is never changed; your clinic's wording lies over it.",
            ),
            Action.SEE,
        ),
        Topic(
            "concern",
            "raise a concern without your name, or look one up",
            "/mat concern",
            (
                "A form opens; nothing typed behind the command is read.",
                "Keep the receipt: it is the only way back to the answer.",
            ),
            Action.RAISE_CONCERN,
        ),
        Topic(
            "inbox",
            "read and answer concerns, if you are named for it",
            "/mat inbox",
            ("Once a month I show you “You said, we did”, and post it when one of you says yes.",),
            Action.READ_CONCERNS,
        ),
        Topic(
            "asks",
            "ask leadership for a decision, time or money",
            "/mat asks add half a day for training",
            (),
            Action.SEE,
        ),
        Topic(
            "digest",
            "look ahead at the weekly digest",
            "/mat digest",
            ("Leaders get it on Mondays.",),
            Action.SEE_DIGEST,
        ),
        Topic(
            "team",
            "who does what, who reads concerns, who gets the digest, when you are closed",
            "/mat team",
            (),
            Action.SEE,
        ),
        Topic(
            "setup",
            "set up a clinic (workspace admins), about ten minutes",
            "/mat setup",
            ("You can stop and come back; I keep what you entered.",),
        ),
        Topic("privacy", "what I hold, what I never hold, how to delete it", "/mat privacy"),
        Topic("help", "five commands for you; a word behind it says more", "/mat help status"),
    )
}

EVERYDAY_WORDS: Mapping[str, str] = {
    word: command
    for command, words in {
        "plan": "milestone milestones add hide show reword move due give assign pace task tasks measure measures",
        "status": "progress where",
        "done": "finish finished complete completed",
        "start": "begin begun moving",
        "stuck": "blocked waiting wait",
        "drop": "skip",
        "undo": "back revert oops",
        "huddle": "meeting meetings schedule cancel stop",
        "agenda": "item items topic topics",
        "concern": "complaint complain speak anonymous problem issue receipt receipts",
        "inbox": "reader readers replies",
        "asks": "request requests need needs money",
        "digest": "report reports summary weekly",
        "team": "role roles people person members member lead leads settings channel zone timezone time hours holiday "
        "holidays closed",
        "setup": "install",
        "privacy": "forget delete remove data gdpr hipaa",
    }.items()
    for word in words.split()
}
"""What people type for a command whose name they do not know. It is offered, never run."""
NEAR_ENOUGH = 0.65

_LEADS_FIRST = ("status", "team", "digest", "huddle", "asks")
_MEMBERS_FIRST = ("", "status", "done", "huddle", "concern")
_COLLEAGUES_FIRST = ("status", "concern", "huddle", "agenda", "privacy")
_BEFORE_SETUP = ("setup", "privacy", "help")


def five_for(caller: Caller | None) -> tuple[Topic, ...]:
    """The five commands that matter most to a person; None where no clinic is set up yet."""
    if caller is None:
        words: tuple[str, ...] = _BEFORE_SETUP
    elif caller.may(Action.CHANGE_TEAM) or Duty.GETS_DIGEST in caller.duties:
        words = tuple(w for w in (*_LEADS_FIRST, *_COLLEAGUES_FIRST) if caller.may(TOPICS[w].needs))
    elif caller.may(Action.CHANGE_MILESTONE):
        words = _MEMBERS_FIRST
    else:
        words = _COLLEAGUES_FIRST
    return tuple(TOPICS[w] for w in dict.fromkeys(words))[:SHOWN]


def all_for(caller: Caller | None) -> tuple[Topic, ...]:
    """Every command the person may use."""
    return tuple(t for t in TOPICS.values() if caller is None or caller.may(t.needs))


def nearest(word: str) -> str:
    """The command that an unknown word most likely means, `help` where none comes near. `word` is lower case."""
    if word in EVERYDAY_WORDS:
        return EVERYDAY_WORDS[word]
    near = get_close_matches(word, [known for known in TOPICS if known], n=1, cutoff=NEAR_ENOUGH)
    return near[0] if near else "help"
