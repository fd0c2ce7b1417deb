"""What goes wrong with Slack, decided by a seeded chance: for one call, and for hours or days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bot.simulation.faults import Fault

A_CALL = 0.03
"""How likely a call meets a fault of one kind."""

RETRY_AFTER = ("1", "30", "3600", "", "abc")
REFUSALS = (
    "access_denied",
    "accesslimited",
    "account_inactive",
    "as_user_not_supported",
    "attachment_payload_limit_exceeded",
    "cannot_dm_bot",
    "cannot_reply_to_message",
    "channel_not_found",
    "deprecated_endpoint",
    "duplicate_channel_not_found",
    "duplicate_message_not_found",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "fatal_error",
    "internal_error",
    "invalid_arg_name",
    "invalid_arguments",
    "invalid_array_arg",
    "invalid_auth",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_charset",
    "invalid_form_data",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "invalid_post_type",
    "is_archived",
    "markdown_text_conflict",
    "message_limit_exceeded",
    "messages_tab_disabled",
    "metadata_must_be_sent_from_app",
    "metadata_too_large",
    "method_deprecated",
    "missing_post_type",
    "missing_scope",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_permission",
    "no_text",
    "not_allowed_token_type",
    "not_authed",
    "not_in_channel",
    "org_login_required",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "restricted_action_thread_only_channel",
    "service_unavailable",
    "team_access_not_granted",
    "team_added_to_org",
    "team_not_found",
    "token_expired",
    "token_revoked",
    "too_many_attachments",
    "too_many_contact_cards",
    "two_factor_setup_required",
    "user_disabled",
)
"""Every error that Slack documents for `chat.postMessage`, but for those about files and shared channels."""

BODIES = ((500, "text"), (503, "html"), (200, "broken"))
EACH_CALL = (Fault.RATE_LIMIT, Fault.SERVER, Fault.RESET, Fault.SLOW, Fault.REFUSED)
ARCHIVED_A_DAY, REVOKED_A_DAY, OUTAGE_A_DAY = 1 / 45, 1 / 60, 1 / 20


@dataclass(frozen=True, slots=True)
class Trouble:
    """One call that goes wrong. `stored`: whether the message comes to stand; `detail`: which of its kind; `seconds` pass."""

    fault: Fault
    detail: str = ""
    stored: bool = False
    seconds: float = 0.0


@dataclass(slots=True)
class Weather:
    """`faults` may be emptied: from then on the sky is clear."""

    faults: frozenset[Fault]
    chance: Random
    archived: dict[str, datetime] = field(default_factory=dict)
    revoked: dict[str, datetime] = field(default_factory=dict)
    out_until: datetime | None = None

    def clear(self) -> None:
        self.faults = frozenset()
        self.archived.clear()
        self.revoked.clear()
        self.out_until = None

    def new_day(self, now: datetime, channels: list[str], workspaces: list[str]) -> None:
        """Decides what begins today, and when it ends."""
        if Fault.OUTAGE in self.faults and self.chance.random() < OUTAGE_A_DAY:
            self.out_until = now + timedelta(minutes=self.chance.choice((3, 20, 90)))
        if Fault.ARCHIVE in self.faults:
            for channel in channels:
                if self.chance.random() < ARCHIVED_A_DAY:
                    self.archived[channel] = now + timedelta(hours=self.chance.choice((1, 20, 70)))
        if Fault.REVOKE in self.faults:
            for workspace in workspaces:
                if self.chance.random() < REVOKED_A_DAY:
                    self.revoked[workspace] = now + timedelta(hours=self.chance.choice((1, 6, 30)))

    def lasting(self, workspace: str, channel: str, now: datetime) -> Trouble | None:
        """What has gone wrong for longer than this call."""
        if self.out_until is not None and now < self.out_until:
            return Trouble(Fault.SERVER, "html")
        if workspace in self.revoked and now < self.revoked[workspace]:
            return Trouble(Fault.REFUSED, "token_revoked")
        if channel in self.archived and now < self.archived[channel]:
            return Trouble(Fault.REFUSED, "is_archived")
        return None

    def of_a_call(self) -> Trouble | None:
        """What goes wrong with one call, None where nothing does."""
        for fault in EACH_CALL:
            if fault in self.faults and self.chance.random() < A_CALL:
                return self._one(fault)
        return None

    def _one(self, fault: Fault) -> Trouble:
        stored = self.chance.random() < 0.5  # noqa: PLR2004 - as often as not
        if fault is Fault.RATE_LIMIT:
            return Trouble(fault, self.chance.choice(RETRY_AFTER))
        if fault is Fault.SERVER:
            return Trouble(fault, self.chance.choice(BODIES)[1], stored)
        if fault is Fault.RESET:
            never_made = not stored and self.chance.random() < 0.5  # noqa: PLR2004 - as often as not
            return Trouble(fault, "never-made" if never_made else "broken-off", stored)
        if fault is Fault.SLOW:
            too_late = self.chance.random() < 0.5  # noqa: PLR2004 - as often as not
            return Trouble(fault, "timed-out" if too_late else "", stored or not too_late, 10 if too_late else 4)
        return Trouble(fault, self.chance.choice(REFUSALS))
