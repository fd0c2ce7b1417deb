"""What a person did, and what they get back. Handlers see these two records and nothing of Slack's payloads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from mat.message import Message, View
from mat.ports import Later

if TYPE_CHECKING:
    from commands.desk import Desk


class Surface(StrEnum):
    """Where a person did something."""

    COMMAND = "command"
    MESSAGE = "message"
    PRIVATE = "private"
    MODAL = "modal"
    HOME = "home"
    SHORTCUT = "shortcut"


@dataclass(frozen=True, slots=True)
class Ask:
    """One command, press, choice or submission.

    `line`: what was typed behind `/mat`; `words`: what of it stands behind the sub-command. `value`: fields of the button
    pressed (`messages.block_kit.unpack`) or, for a submission, of the view's private metadata; they may be forged, so look
    everything up again. `chosen`: the value of a picker. `values`: `view.state.values` of the modal. `message_ts`: the
    channel message a button sits on. `view_hash`: Slack's name for the form as it stands, the same until it changes. `once`:
    Slack's own name for what it sent, the same when it comes again; may be empty.
    """

    workspace: str
    user: str
    surface: Surface
    channel: str = ""
    line: str = ""
    words: str = ""
    value: Mapping[str, str] = field(default_factory=dict)
    chosen: str = ""
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    trigger: str = ""
    response_url: str = ""
    view_id: str = ""
    view_hash: str = ""
    message_ts: str = ""
    message_text: str = ""
    once: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer. Set what applies:

    `message`: for this person only; inside a modal it is shown there. `view`: a modal to open, or to show in place of the open one.
    `errors`: block id → sentence, on a submission. `public`: replaces the channel message the button sits on, for everybody.
    `close`: closes the modal. `later`: work for after Slack has its answer. `fresh`: answer beside the message that holds the
    button instead of in its place. `home`: show Home anew.
    """

    message: Message | None = None
    view: View | None = None
    errors: Mapping[str, str] | None = None
    public: Message | None = None
    close: bool = False
    fresh: bool = False
    home: bool = False
    later: tuple[Later, ...] = ()


Handler = Callable[["Desk", Ask], Awaitable[Reply]]
