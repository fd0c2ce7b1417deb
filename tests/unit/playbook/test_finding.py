"""The words people type after `/mat status`."""

import pytest

from mat.playbook import Block, Playbook, Track, load_playbook


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return load_playbook()


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("policies", "policies"),
        ("policy", "policies"),
        ("Policies", "policies"),
        ("  POLICY  ", "policies"),
        ("the policies block", "policies"),
        ("patient agreements", "policies"),
        ("pol", "policies"),
        ("leadership", "leadership"),
        ("leadership & consensus", "leadership"),
        ("consensus", "leadership"),
        ("tracking", "tracking"),
        ("visits", "visits"),
        ("planned visits", "visits"),
        ("complex", "complex"),
        ("complex needs", "complex"),
        ("measuring", "measuring"),
        ("plan", "moud-plan"),
        ("moud plan", "moud-plan"),
        ("moud-plan", "moud-plan"),
        ("care", "moud-care"),
        ("workflow", "moud-care"),
        ("workflows", "policies"),
        ("staff", "moud-staff"),
        ("quality", "moud-quality"),
        ("moud", "moud"),
        ("MAT", "moud"),
        ("MOUD start-up", "moud"),
        ("6bb", "sixbb"),
        ("six building blocks", "sixbb"),
        ("Six Blocks", "sixbb"),
        ("opioid management", "sixbb"),
    ],
)
def test_finds_what_is_meant(playbook: Playbook, words: str, meant: str) -> None:
    found = playbook.find_block(words)
    assert found is not None
    assert found.id == meant


@pytest.mark.parametrize(
    "words", ["", "   ", "&", "the", "building blocks", "xyzzy", "pa", "patient", "opioid", "policies visits"]
)
def test_finds_nothing_where_nothing_or_more_than_one_thing_fits(playbook: Playbook, words: str) -> None:
    assert playbook.find_block(words) is None


def test_every_block_and_track_is_found_by_all_its_names(playbook: Playbook) -> None:
    for target in playbook.targets():
        for name in (target.id, target.title, target.short, *target.aliases):
            assert playbook.find_block(name) == target, name


def test_says_whether_it_is_a_block_or_a_track(playbook: Playbook) -> None:
    assert isinstance(playbook.find_block("care"), Block)
    assert isinstance(playbook.find_block("moud"), Track)
