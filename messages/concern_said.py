"""“You said, we did”: the monthly post, its preview for the readers, and what each press is answered with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mat.clinic import Clinic
from mat.concerns import PublicLine
from mat.concerns.records import SENTENCE_LIMIT
from mat.concerns.said import fingerprint
from mat.message import Block, Message, View
from messages import block_kit as kit
from messages import concern_words as words

TITLE = "You said, we did"
FIELD = "line-{number}"
NOTHING = "*Nothing waits to be told.* When you set a status with a sentence for everybody, it comes here."
ALL_WAIT = (
    "*Nothing can be told yet.* So few concerns came in lately that with your sentences everybody could count them. They follow "
    "when more have come."
)
SOME_WAIT = "Some sentences wait: so few concerns came in lately that everybody could count them. They follow when more have come."
CHANGED = "The sentences have changed since. This is how they read now."
WAS_PUT_OFF = "A reader chose *Not this month*. Please talk to each other before you post it after all."
ALREADY = "*This month's “You said, we did” has gone out already.* What came since waits for the next one."
MONTH_OVER = "*That month is over.* Its sentences are in the next preview."
PUT_OFF = "*Not this month.* Nothing goes out, and the sentences come back with the next preview."
NO_LINES = "*Nothing was posted:* you left every sentence out. They come back with the next preview."


@dataclass(frozen=True, slots=True)
class Preview:
    """The lines that wait for a yes. `month`: `2026-11`; `more`: whether others wait for the next month; `held`: whether others wait
    for more concerns to come.

    `again`: nobody has said anything the first time. `anyway`: a reader said no, so that a yes comes after a second look.
    """

    clinic: Clinic
    month: str
    lines: Sequence[PublicLine]
    more: bool = False
    held: bool = False
    again: bool = False
    anyway: bool = False

    def pack(self) -> str:
        """What the buttons carry: names and a fingerprint, never words."""
        fields = {"clinic": self.clinic.id, "month": self.month, "lines": fingerprint(self.lines)}
        return kit.pack(**fields, **({"anyway": "yes"} if self.anyway else {}))


def month_words(month: str) -> str:
    """`2026-11` → `November 2026`."""
    year, number = month.split("-")
    return f"{kit.MONTHS[int(number) - 1]} {year}"


def told(clinic: Clinic, month: str, lines: Sequence[PublicLine]) -> Message:
    """The post itself. No topic, no count, no date but the month."""
    head = f"*You said, we did* at {kit.escape(clinic.name)}, {month_words(month)}"
    speak_up = "Anybody can raise a concern. Your name is not kept."
    button = kit.button("Raise a concern", "mat:concern:raise", kit.pack(clinic=clinic.id))
    blocks: list[Block] = [kit.section(head), *line_blocks(lines), kit.context(speak_up), kit.actions(button)]
    return kit.message(f"{head}. {_spoken(lines)} {speak_up}", blocks)


def line_blocks(lines: Sequence[PublicLine]) -> list[Block]:
    return [kit.section(_line(line)) for line in lines]


def home_lines(lines: Sequence[PublicLine]) -> Block:
    """For Home; without lines, what will stand there one day."""
    listed = "\n".join(f"• {_line(line)}" for line in lines)
    return kit.section(f"*You said, we did*\n{listed or 'Nothing yet. What became of concerns is told here.'}")


def _line(line: PublicLine) -> str:
    return f"*{words.STATUS[line.status]}:* {kit.escape(line.sentence)}"


def _spoken(lines: Sequence[PublicLine]) -> str:
    return " ".join(_line(line) for line in lines)


# -- the preview -----------------------------------------------------------------------------------------------------


def preview(shown: Preview, note: str = "") -> Message:
    """To each reader on the planned day, and once more a week later. `note`: what comes before, for example what changed."""
    clinic, month = shown.clinic, month_words(shown.month)
    name, channel = kit.escape(clinic.name), f"<#{clinic.channel}>"
    if shown.again:
        head = (
            f"*{name}:* “You said, we did” for {month} still waits for a yes. Without one, nothing goes out this month."
        )
    else:
        head = f"*{name}:* “You said, we did” for {month} is ready to look at. It goes to {channel} once one of you says yes."
    check = (
        "Everybody will read these sentences. Does any of them show who raised a concern, or anything about a patient?"
    )
    blocks: list[Block] = [
        *([kit.context(note)] if note else []),
        kit.section(head),
        kit.divider(),
        *line_blocks(shown.lines),
        kit.divider(),
        kit.context(check),
        *([kit.context("There are more; they come next month.")] if shown.more else []),
        *([kit.context(SOME_WAIT)] if shown.held else []),
        _buttons(shown),
    ]
    return kit.message(
        " ".join(filter(None, [note, head, _spoken(shown.lines), check, SOME_WAIT if shown.held else ""])), blocks
    )


def _buttons(shown: Preview) -> Block:
    value = shown.pack()
    sure = kit.confirm(
        "Post it?", "Everybody in the team's channel reads it. I can't take it back.", "Post it", "Not yet"
    )
    return kit.actions(
        kit.button("Post it", "mat:concern:said-post", value, style="primary", confirm=sure),
        kit.button("Edit", "mat:concern:said-edit", value),
        kit.button("Not this month", "mat:concern:said-later", value),
    )


def edit_form(shown: Preview, note: str = "") -> View:
    """Each line in a field of its own, and which to leave out this month. `note`: what comes before."""
    fields = [
        kit.field(
            words.STATUS[line.status],
            kit.text_field(f"mat:{FIELD.format(number=number)}", initial=line.sentence, max_length=SENTENCE_LIMIT),
            block_id=FIELD.format(number=number),
            optional=True,
        )
        for number, line in enumerate(shown.lines)
    ]
    leave_out = [
        kit.option(kit.cut(line.sentence, kit.OPTION_TEXT), str(number)) for number, line in enumerate(shown.lines)
    ]
    out = kit.choice("checkboxes", "mat:out", leave_out)
    blocks: list[Block] = [
        *([kit.context(note)] if note else []),
        kit.section(f"It goes to <#{shown.clinic.channel}> as it stands here. I can't take it back."),
        *fields,
        kit.field(
            "Leave out this month", out, block_id="out", optional=True, hint="They come back with the next preview."
        ),
    ]
    return kit.modal(TITLE, "mat:concern:said-post", blocks, submit="Post it", close="Cancel", metadata=shown.pack())


# -- answers ---------------------------------------------------------------------------------------------------------


def on_its_way(clinic: Clinic) -> Message:
    return answer(f"*On its way to <#{clinic.channel}>.* Home shows it too.")


def put_off(shown: Preview) -> Message:
    """With the way back, for a press that was a mistake."""
    again = kit.button("Show it again", "mat:concern:said", kit.pack(clinic=shown.clinic.id))
    return kit.message(PUT_OFF, [kit.section(PUT_OFF), kit.actions(again)])


def answer(text: str) -> Message:
    return kit.message(text, [kit.section(text)])


def in_modal(told_there: Message) -> View:
    return kit.modal(TITLE, "mat:told:closed", list(told_there.blocks))
