"""Whether a request over HTTP comes from Slack, is of now, and comes for the first time. Nothing of a request is ever logged here.

Slack signs time stamp and body with a secret that only it and we know:
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hmac
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median

from bot.wrong_use import WrongUse
from mat.ports import Clock

WINDOW_SECONDS = 300
"""How far a request's time stamp may lie from our clock, either way; Slack's own figure."""

SKEW_SECONDS = 120
"""From here on a clock is off: a request takes seconds to come, not minutes."""

SKEWED_IN_A_ROW = 5

TIMESTAMP_HEADER, SIGNATURE_HEADER = b"x-slack-request-timestamp", b"x-slack-signature"
TIMESTAMP = re.compile(rb"[0-9]{1,12}")
SIGNATURE = re.compile(rb"v0=([0-9a-f]{64})")

Headers = Iterable[tuple[bytes, bytes]]


class SigningSecretMissing(WrongUse):
    """SLACK_SIGNING_SECRET is empty. Over HTTP it is the only proof that a request comes from Slack: copy it from your app's page,
    “Basic Information”.
    """


class Refusal(StrEnum):
    """Why a request was refused. Whoever sent it is not told."""

    MALFORMED = "malformed"
    FORGED = "forged"
    STALE = "stale"
    REPLAYED = "replayed"


@dataclass(frozen=True, slots=True)
class Stamp:
    """The two headers of a request. `timestamp`: seconds since 1970, as they were written and signed."""

    timestamp: bytes
    signature: bytes


def stamp_of(headers: Headers) -> Stamp | None:
    """The stamp, from names in lower case and values; None where a header is missing, there twice, or not as Slack writes it."""
    timestamps, signatures = list[bytes](), list[bytes]()
    for name, value in headers:
        if name == TIMESTAMP_HEADER:
            timestamps.append(value)
        elif name == SIGNATURE_HEADER:
            signatures.append(value)
    if len(timestamps) != 1 or len(signatures) != 1:
        return None
    signature = SIGNATURE.fullmatch(signatures[0])
    if signature is None or not TIMESTAMP.fullmatch(timestamps[0]):
        return None
    return Stamp(timestamps[0], bytes.fromhex(signature[1].decode()))


class SkewWatch:
    """Learns from signed requests whether our clock agrees with Slack's. `alarm` is called once for each spell of disagreement.

    One late request is a slow network, and one old request may be somebody's copy. Several in a row, all off the same way, are a
    clock.
    """

    def __init__(self, alarm: Callable[[int], None]) -> None:
        self._alarm = alarm
        self._off: deque[tuple[bytes, float]] = deque(maxlen=SKEWED_IN_A_ROW)
        self.seconds = 0
        """How far our clock is ahead of Slack's (negative: behind); 0 while the two agree."""

    def saw(self, signature: bytes, ahead: float) -> None:
        """A request with a valid signature, `ahead` seconds old by our clock. The same one again tells nothing new."""
        if abs(ahead) < SKEW_SECONDS:
            self._off.clear()
            self.seconds = 0
            return
        if any(signature == seen for seen, _ in self._off):
            return
        if self._off and (self._off[-1][1] > 0) != (ahead > 0):
            self._off.clear()
        self._off.append((signature, ahead))
        if len(self._off) == SKEWED_IN_A_ROW:
            began = self.seconds == 0
            self.seconds = round(median(seconds for _, seconds in self._off))
            if began:
                self._alarm(self.seconds)


class Verifier:
    """Checks requests against a signing secret. Raises `SigningSecretMissing` where that is empty: then anybody could sign.

    Signatures already seen are kept in memory for as long as they would be accepted, and nowhere else: on disk they would be a diary
    of everything people do, concerns included. Only signed requests get in, so nobody else can fill it.
    """

    def __init__(self, secret: str, clock: Clock, skew: SkewWatch) -> None:
        if not secret.strip():
            raise SigningSecretMissing
        self._secret = secret.strip().encode()
        self._clock = clock
        self._skew = skew
        self._seen: dict[bytes, int] = {}
        self._tidied_at = 0

    def refusal(self, stamp: Stamp, body: bytes) -> Refusal | None:
        """Why not to answer this request; None where it may be answered, which from then on it may not again."""
        signed = b"v0:%b:%b" % (stamp.timestamp, body)
        if not hmac.compare_digest(hmac.digest(self._secret, signed, "sha256"), stamp.signature):
            return Refusal.FORGED
        now, at = self._now(), int(stamp.timestamp)
        if stamp.signature in self._seen:
            return Refusal.REPLAYED
        self._skew.saw(stamp.signature, now - at)
        if abs(now - at) > WINDOW_SECONDS:
            return Refusal.STALE
        self._tidy(int(now))
        self._seen[stamp.signature] = at
        return None

    def forget(self, stamp: Stamp) -> None:
        """The request failed on our side: when Slack sends it again, even within the same second, it is welcome."""
        self._seen.pop(stamp.signature, None)

    def _now(self) -> float:
        now: datetime = self._clock()
        return now.timestamp()

    def _tidy(self, now: int) -> None:
        """Once a window, drops what would be stale by now."""
        if abs(now - self._tidied_at) < WINDOW_SECONDS:
            return
        self._tidied_at = now
        self._seen = {signature: at for signature, at in self._seen.items() if now - at <= WINDOW_SECONDS}
