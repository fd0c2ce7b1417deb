"""What the bot says when something did not work."""

from __future__ import annotations

from collections.abc import Sequence

from mat.clinic import Clinic
from mat.errors import MatError
from mat.message import Message, View
from messages import block_kit as kit

WORD_SHOWN = 40
LINE_KEPT = 900


def error(problem: MatError) -> Message:
    """The sentence of an error; what a person wrote in it is escaped."""
    sentence = kit.escape(problem.sentence)
    return kit.message(sentence, [kit.section(sentence)])


def no_clinic(problem: MatError) -> Message:
    """For somebody who may set one up."""
    sentence = kit.escape(problem.sentence)
    start = kit.button("Set up a clinic", "mat:go:run#setup", kit.pack(line="setup"), style="primary")
    return kit.message(sentence, [kit.section(sentence), kit.actions(start)])


def unexpected(reference: str) -> Message:
    text = (
        f"Something went wrong on my side, and I have made a note of it (reference {reference}). "
        "Nothing was half-done; please try again."
    )
    return kit.message(text, [kit.section(text)])


def old_button() -> Message:
    text = "That button is from an older version of me. Type `/mat` to see what you can do now."
    return kit.message(text, [kit.section(text)])


def could_not_open() -> Message:
    text = "Slack did not open the form in time. Please try again."
    return kit.message(text, [kit.section(text)])


def refused_form() -> View:
    """In place of a form that Slack would not take."""
    text = "Slack did not take the form, and nothing was sent or kept. Please type `/mat` and try from there."
    return kit.modal("matbot", "mat:told:closed", [kit.section(text)])


def not_shown() -> Message:
    """For what was done after the answer: Slack's side of it failed."""
    text = (
        "Slack did not take what came of that just now. What was saved stays saved, and nothing is half-done: "
        "`/mat` shows how things stand."
    )
    return kit.message(text, [kit.section(text)])


def unknown_word(word: str, nearest: str) -> Message:
    shown = kit.escape(kit.cut(word, WORD_SHOWN))
    text = f"I don't know “{shown}”. Did you mean `/mat {nearest}`?"
    buttons = [kit.button(f"/mat {nearest}", "mat:go:run", kit.pack(line=nearest), style="primary")]
    if nearest != "help":
        buttons.append(kit.button("Help", "mat:go:run#help", kit.pack(line="help")))
    return kit.message(text, [kit.section(text), kit.actions(*buttons)])


def which_clinic(clinics: Sequence[Clinic], line: str) -> Message:
    """One button a clinic; `line` is what is done again once it is known, as `/mat` would read it.

    A line longer than a button can carry is cut: it is longer than anything I would keep.
    """
    line = line[:LINE_KEPT]
    text = "You work with several clinics. Which one do you mean? I'll remember it."
    buttons = [
        kit.button(clinic.name, f"mat:go:clinic#{n}", kit.pack(clinic=clinic.id, line=line))
        for n, clinic in enumerate(clinics[: kit.ACTION_ELEMENTS])
    ]
    return kit.message(text, [kit.section(text), kit.actions(*buttons)])


def shared_already() -> Message:
    text = "That was shared here just now."
    return kit.message(text, [kit.section(text)])


def shared_perhaps() -> Message:
    text = "Slack's answer was lost, so I can't tell whether it was shared. Please look in the channel first."
    return kit.message(text, [kit.section(text)])


def could_not_share(code: str) -> Message:
    """`code` is Slack's error code."""
    if code in {"not_in_channel", "channel_not_found"}:
        text = (
            "I'm not in this channel, so I could not share it. Type `/invite @matbot` here, then press *Share* again."
        )
    elif code == "is_archived":
        text = "This channel is archived, so I could not share it."
    else:
        text = f"Slack did not take the message ({kit.escape(code)}). Nothing was shared; please try again."
    return kit.message(text, [kit.section(text)])
