"""The verifier: what Slack signed a moment ago, once; nothing else, and whatever is wrong, quietly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.verifier import (
    SKEWED_IN_A_ROW,
    WINDOW_SECONDS,
    Refusal,
    SigningSecretMissing,
    SkewWatch,
    Stamp,
    Verifier,
    stamp_of,
)
from tests.fakes.asgi import raw
from tests.fakes.clock import HandClock
from tests.fakes.payloads import SIGNING_SECRET, signed_request, slash_command

NUMBER = b"x-slack-request-timestamp"
NAME = b"x-slack-signature"
GOOD_SIGNATURE = b"v0=" + b"0a" * 32


class House:
    """A verifier with a clock moved by hand; `alarms`: what the skew watch raised."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.alarms: list[int] = []
        self.skew = SkewWatch(self.alarms.append)
        self.verifier = Verifier(SIGNING_SECRET, self.clock, self.skew)
        self._number = 0

    def request(self, *, ago: float = 0, secret: str = SIGNING_SECRET) -> tuple[Stamp, bytes]:
        """A request signed so many seconds before our clock; no two alike."""
        self._number += 1
        payload = slash_command("status", trigger=f"t{self._number}")
        headers, body = signed_request(payload, now=self.clock() - timedelta(seconds=ago), secret=secret)
        stamp = stamp_of(raw(headers))
        assert stamp is not None
        return stamp, body

    def sends(self, *, ago: float = 0) -> Refusal | None:
        return self.verifier.refusal(*self.request(ago=ago))


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize("secret", ["", " ", "\n"])
def test_an_empty_secret_is_refused_at_the_start(secret: str) -> None:
    with pytest.raises(SigningSecretMissing):
        Verifier(secret, HandClock(), SkewWatch(print))


def test_slacks_own_example_is_accepted() -> None:
    """From https://docs.slack.dev/authentication/verifying-requests-from-slack, word for word."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
        b"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = bytes.fromhex("a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")
    clock = HandClock(HandClock().now.fromtimestamp(1531420618, HandClock().now.tzinfo))
    verifier = Verifier("8f742231b10e8888abcd99yyyzzz85a5", clock, SkewWatch(print))
    assert verifier.refusal(Stamp(b"1531420618", signature), body) is None


@pytest.mark.parametrize("ago", [-WINDOW_SECONDS, -1, 0, 1, WINDOW_SECONDS])
def test_within_the_window_it_is_accepted(ago: int, house: House) -> None:
    assert house.sends(ago=ago) is None


@pytest.mark.parametrize("ago", [-WINDOW_SECONDS - 1, WINDOW_SECONDS + 1, 86_400 * 400])
def test_outside_it_is_stale(ago: int, house: House) -> None:
    assert house.sends(ago=ago) is Refusal.STALE


def test_another_secret_is_forged(house: House) -> None:
    assert house.verifier.refusal(*house.request(secret="wrong")) is Refusal.FORGED


@given(position=st.integers(0, 10_000), change=st.integers(1, 255))
def test_any_changed_byte_is_forged(position: int, change: int) -> None:
    house = House()
    stamp, body = house.request()
    changed = bytearray(body)
    changed[position % len(body)] ^= change
    assert house.verifier.refusal(stamp, bytes(changed)) is Refusal.FORGED
    assert house.verifier.refusal(stamp, body) is None, "and a forger uses nothing up"


def test_a_changed_time_is_forged(house: House) -> None:
    stamp, body = house.request()
    later = str(int(stamp.timestamp) + 1).encode()
    assert house.verifier.refusal(Stamp(later, stamp.signature), body) is Refusal.FORGED


def test_the_same_request_again_is_replayed_for_as_long_as_it_would_be_accepted(house: House) -> None:
    stamp, body = house.request(ago=-WINDOW_SECONDS)
    assert house.verifier.refusal(stamp, body) is None
    for _ in range(2 * WINDOW_SECONDS // 10):
        assert house.verifier.refusal(stamp, body) is Refusal.REPLAYED
        assert house.sends() is None
        house.clock.now += timedelta(seconds=10)
    house.clock.now += timedelta(seconds=1)
    assert house.verifier.refusal(stamp, body) in {Refusal.REPLAYED, Refusal.STALE}


def test_what_is_young_is_still_known_when_the_old_is_dropped(house: House) -> None:
    house.sends()
    house.clock.now += timedelta(seconds=200)
    young = house.request()
    assert house.verifier.refusal(*young) is None
    house.clock.now += timedelta(seconds=100)
    house.sends()
    assert house.verifier.refusal(*young) is Refusal.REPLAYED


def test_what_is_remembered_does_not_grow_for_ever(house: House) -> None:
    for _ in range(100):
        assert house.sends() is None
        house.clock.now += timedelta(seconds=30)
    assert len(house.verifier._seen) <= 2 * WINDOW_SECONDS / 30 + 1


def test_what_failed_on_our_side_may_come_again(house: House) -> None:
    stamp, body = house.request()
    assert house.verifier.refusal(stamp, body) is None
    house.verifier.forget(stamp)
    assert house.verifier.refusal(stamp, body) is None
    assert house.verifier.refusal(stamp, body) is Refusal.REPLAYED


# -- headers --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(NUMBER, b"1531420618")],
        [(NAME, GOOD_SIGNATURE)],
        [(NUMBER, b"1531420618"), (NUMBER, b"1531420618"), (NAME, GOOD_SIGNATURE)],
        [(NUMBER, b"1531420618"), (NAME, GOOD_SIGNATURE), (NAME, GOOD_SIGNATURE)],
        *(
            [(NUMBER, wrong), (NAME, GOOD_SIGNATURE)]
            for wrong in (b"", b"-1", b"1.5", b" 1", b"1\n", b"abc", b"9" * 13)
        ),
        [(NUMBER, "١٥٣١٤٢٠٦١٨".encode()), (NAME, GOOD_SIGNATURE)],
        *(
            [(NUMBER, b"1531420618"), (NAME, wrong)]
            for wrong in (
                b"",
                b"v0=",
                b"v0=" + b"0" * 63,
                b"v0=" + b"0" * 65,
                b"v1=" + b"0" * 64,
                b"v0=" + b"G" * 64,
                b"v0=" + b"0A" * 32,
                GOOD_SIGNATURE + b"\n",
                b"v0=" + b" 0" * 32,
                b"\xff" * 67,
            )
        ),
    ],
)
def test_headers_not_as_slack_writes_them_are_no_stamp(headers: list[tuple[bytes, bytes]]) -> None:
    assert stamp_of(headers) is None


# -- clocks ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ago", [150, -150, 4_000, -4_000])
def test_a_clock_that_is_off_is_told_once_with_how_far(ago: int, house: House) -> None:
    """Also when every single request is refused for it: that is when it matters."""
    for _ in range(SKEWED_IN_A_ROW - 1):
        house.sends(ago=ago)
    assert house.alarms == []
    for _ in range(10):
        house.sends(ago=ago)
    assert house.alarms == [ago]
    assert house.skew.seconds == ago


def test_it_is_over_with_the_first_request_that_agrees_and_told_anew(house: House) -> None:
    for _ in range(2):
        for _ in range(SKEWED_IN_A_ROW):
            house.sends(ago=200)
        assert house.skew.seconds == 200
        house.sends(ago=2)
        assert house.skew.seconds == 0
    assert house.alarms == [200, 200]


def test_one_old_copy_sent_again_and_again_is_no_clock(house: House) -> None:
    copy = house.request(ago=1_000)
    for _ in range(10):
        assert house.verifier.refusal(*copy) is Refusal.STALE
    assert house.alarms == []


def test_a_few_late_requests_are_no_clock(house: House) -> None:
    for _ in range(10):
        for _ in range(SKEWED_IN_A_ROW - 1):
            house.sends(ago=200)
        house.sends()
    for ago in [200, -200] * 5:
        house.sends(ago=ago)
    assert house.alarms == []


def test_forged_requests_say_nothing_about_clocks(house: House) -> None:
    for _ in range(10):
        assert house.verifier.refusal(*house.request(ago=1_000, secret="wrong")) is Refusal.FORGED
    assert house.alarms == []
