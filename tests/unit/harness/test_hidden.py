"""The search for secrets finds each form it knows, in the middle of other bytes."""

from __future__ import annotations

import base64
import os
import zlib
from pathlib import Path

import pytest

from tests.hidden import Hidden, forms

SECRET = "U0CANARYANA"
NAMES = list(forms(SECRET, ["T0CLINIC1"]))


def test_there_are_many_ways() -> None:
    assert len(NAMES) > 150
    assert Hidden({"id": SECRET}).ways >= 40


@pytest.mark.parametrize("name", NAMES)
def test_each_form_is_found_in_the_middle_of_noise(name: str) -> None:
    data = os.urandom(500) + forms(SECRET, ["T0CLINIC1"])[name] + os.urandom(500)
    assert any(name in found for found in Hidden({"id": SECRET}, ["T0CLINIC1"]).within(data))


@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "abcd", "abcde"])
def test_a_secret_inside_a_longer_encoded_text_is_found(before: str) -> None:
    around = f"{before}{SECRET} and more".encode()
    hidden = Hidden({"id": SECRET})
    for encoded in (base64.b64encode(around), base64.b32encode(around), around.hex().encode(), around[::-1]):
        assert hidden.within(encoded), encoded


def test_noise_and_other_texts_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(os.urandom(1_000_000) + b"U0CANARYBEN" + zlib.compress(b"U0CANARYBEN"))
    assert Hidden({"id": SECRET}, ["T0CLINIC1"]).in_folder(tmp_path) == []


def test_names_of_files_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / f"for-{SECRET}.txt").touch()
    assert "as the name of" in Hidden({"id": SECRET}).in_folder(tmp_path)[0]
