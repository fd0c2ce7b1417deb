"""Tokens at rest: sealed by a key in the key folder, of one workspace, and readable by nobody else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mat.errors import KeysOpenToOthers, KeysUnusable
from mat.installations import Tokens
from store.token_seal import NAME, TokenSeal

TOKENS = Tokens(bot="xoxb-made-up-1", app="xapp-made-up-2", signing="made-up-3")


def test_what_was_sealed_is_opened_again_by_the_same_key_folder(tmp_path: Path) -> None:
    sealed = TokenSeal(tmp_path / "keys").seal("T1", TOKENS)
    assert TokenSeal(tmp_path / "keys").open("T1", sealed) == TOKENS


def test_nothing_of_a_token_stands_in_what_is_sealed_or_in_a_representation(tmp_path: Path) -> None:
    sealed = TokenSeal(tmp_path / "keys").seal("T1", TOKENS)
    assert b"made-up" not in sealed
    assert "made-up" not in repr(TOKENS)
    assert TokenSeal(tmp_path / "keys").seal("T1", TOKENS) != sealed


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    TokenSeal(tmp_path / "keys").seal("T1", TOKENS)
    assert stat.S_IMODE((tmp_path / "keys" / NAME).stat().st_mode) == 0o400
    (tmp_path / "keys" / NAME).chmod(0o440)
    with pytest.raises(KeysOpenToOthers):
        TokenSeal(tmp_path / "keys")


def test_another_workspaces_row_does_not_open(tmp_path: Path) -> None:
    seal = TokenSeal(tmp_path / "keys")
    with pytest.raises(KeysUnusable):
        seal.open("T2", seal.seal("T1", TOKENS))


@pytest.mark.parametrize("key", [None, bytes(32), b"short"])
def test_with_a_key_that_is_gone_another_or_cut_off_it_is_said_so(tmp_path: Path, key: bytes | None) -> None:
    seal = TokenSeal(tmp_path / "keys")
    sealed = seal.seal("T1", TOKENS)
    file = tmp_path / "keys" / NAME
    file.unlink()
    if key is not None:
        file.write_bytes(key)
        file.chmod(0o400)
    with pytest.raises(KeysUnusable) as said:
        seal.open("T1", sealed)
    assert NAME in said.value.sentence


def test_a_byte_that_was_changed_is_noticed(tmp_path: Path) -> None:
    seal = TokenSeal(tmp_path / "keys")
    sealed = bytearray(seal.seal("T1", TOKENS))
    sealed[-1] ^= 1
    with pytest.raises(KeysUnusable):
        seal.open("T1", bytes(sealed))
