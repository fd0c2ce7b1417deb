"""Broken data: each kind gives its sentence, and one error gives them all."""

import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from mat.errors import PlaybookError
from mat.playbook import load_playbook
from mat.playbook.loading import SHIPPED

Change = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped playbook to break."""
    for file in SHIPPED.glob("*.toml"):
        shutil.copy(file, tmp_path)
    return tmp_path


@pytest.fixture
def change(folder: Path) -> Change:
    """Replaces the first `old` in a file by `new`; `old` must be there."""

    def replace(file: str, old: str, new: str) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def problems(folder: Path) -> list[str]:
    with pytest.raises(PlaybookError) as caught:
        load_playbook(folder)
    return [line.removeprefix("• ") for line in caught.value.sentence.splitlines()[1:]]


def test_a_sound_copy_loads(folder: Path) -> None:
    copy, shipped = load_playbook(folder), load_playbook()
    assert all(getattr(copy, field.name) == getattr(shipped, field.name) for field in fields(shipped))


FIRST = "pl-leadership-commitment"
CASES = [
    # file, old, new, sentence
    ("milestones.toml", 'id = "pl-leadership-team"', f'id = "{FIRST}"', f"milestones.toml: milestone {FIRST} is there twice."),
    ("milestones.toml", f'id = "{FIRST}"', 'id = "Commitment!"', "The id of milestone Commitment! must be lower-case words joined by hyphens."),
    ("milestones.toml", f'id = "{FIRST}"', 'id = "x-ours"', "The id of milestone x-ours begins with x-, which is kept for what clinics add."),
    ("milestones.toml", 'stage = "prepare-launch"', 'stage = "someday"', f"Milestone {FIRST} names the stage someday, which the playbook does not have."),
    ("milestones.toml", 'block = "leadership"', 'block = "attic"', f"Milestone {FIRST} names the block attic, which the playbook does not have."),
    ("milestones.toml", 'role = "sponsor"', 'role = "wizard"', f"Milestone {FIRST} names the role wizard, which the playbook does not have."),
    ("milestones.toml", 'source = "uw-stage1-workbook"', 'source = "hearsay"', f"Milestone {FIRST} names the source hearsay, which the playbook does not have."),
    ("milestones.toml", 'source = "uw-stage1-workbook"', 'source = "ihi-huddles"', f"Milestone {FIRST} cites ihi-huddles, which has no link."),
    ("milestones.toml", 'evidence = "found"', 'evidence = "felt"', f"Milestone {FIRST} has the evidence felt; it must be one of source, found, inferred."),
    ("milestones.toml", 'recurs = "quarterly"', 'recurs = "daily"', "Milestone ms-leadership-time recurs daily; it must be one of monthly, quarterly, half-yearly, yearly."),
    ("milestones.toml", "weeks = [0, 2]", "weeks = [2, 2]", f"Milestone {FIRST} must start in week 0 or later and be due after that."),
    ("milestones.toml", "weeks = [0, 2]", "weeks = [-1, 2]", f"Milestone {FIRST} must start in week 0 or later and be due after that."),
    ("milestones.toml", "weeks = [0, 2]", "weeks = [0, 20]", f"Milestone {FIRST} is due in week 20, outside weeks 0 to 13 of its stage."),
    ("milestones.toml", "weeks = [0, 2]", "weeks = [0]", f"milestones.toml: milestone {FIRST} has a wrong weeks: it must be two whole numbers, the first week and the last."),
    ("milestones.toml", 'short = "Leadership commitment signed"', f'short = "{"a" * 41}"', f"Milestone {FIRST} has a text of 41 characters, “{'a' * 20}…”; 40 is the most."),
    ("milestones.toml", 'short = "Improvement team named"', 'short = "leadership COMMITMENT signed"', f"Milestones {FIRST} and pl-leadership-team have the same short label, “leadership COMMITMENT signed”."),
    ("milestones.toml", "time and money it sets aside.", "time and money it sets aside. It is dated.", f"Milestone {FIRST} needs a description of one sentence, from a capital to its only period."),
    ("milestones.toml", "time and money it sets aside.", "time and money it sets aside", f"Milestone {FIRST} needs a description of one sentence, from a capital to its only period."),
    ("milestones.toml", "A senior leader", "a senior leader", f"Milestone {FIRST} needs a description of one sentence, from a capital to its only period."),
    ("milestones.toml", "A senior leader", f"A {'very ' * 30}senior leader", f"Milestone {FIRST} has a text of 264 characters, “A very very very ver…”; 200 is the most."),
    ("milestones.toml", "A senior leader", "A leader and drug abuser", f"Milestone {FIRST} says “drug abuser”; say person with a substance use disorder, person who uses opioids."),
    ("milestones.toml", 'role = "sponsor"', "", f"milestones.toml: milestone {FIRST} has no field role."),
    ("milestones.toml", 'role = "sponsor"', 'role = ""', f"milestones.toml: milestone {FIRST} has a wrong role: it must be a text without blanks around it."),
    ("milestones.toml", 'role = "sponsor"', 'role = "sponsor"\nowner = "me"', f"milestones.toml: milestone {FIRST} has a field I do not know: owner."),
    ("blocks.toml", 'track = "sixbb"', 'track = "east"', "Block leadership names the track east, which the playbook does not have."),
    ("blocks.toml", "weeks = [13, 61]", "weeks = [14, 61]", "Stage design-implement must begin in week 13, where the one before it ends, and end after that."),
    ("blocks.toml", '"referral", "referrals"', '"policy"', "Both policies and complex are called “policy”."),
    ("blocks.toml", '[[block]]\nid = "leadership"', '[[track]]\nid = "third"\ntitle = "Third"\nshort = "Third"\n\n[[block]]\nid = "leadership"', "Track third has no building block."),
    ("roles.toml", 'source = "niatx-10-steps"', 'source = "hearsay"', "Role sponsor names the source hearsay, which the playbook does not have."),
    ("roles.toml", 'does = "Gives direction,', f'does = "Gives {"more " * 12}direction,', "Role sponsor has a text of 122 characters, “Gives more more more…”; 75 is the most."),
    ("sources.toml", 'url = "https://', 'url = "ftp://', "The link of ahrq-implementation-plan must begin with https:// or http://."),
    ("topics.toml", 'label = "Caseload"', f'label = "{"b" * 76}"', f"Topic caseload has a text of 76 characters, “{'b' * 20}…”; 75 is the most."),
    ("help_routes.toml", 'url = "https://', 'url = "www://', "The link of lifeline-988 must begin with https:// or http://."),
    ("agendas.toml", 'leader = "clinic-manager"', 'leader = "boss"', "Agenda daily-huddle names the role boss, which the playbook does not have."),
    ("agendas.toml", 'sources = ["ahrq-huddle-kit"', 'sources = ["hearsay"', "Agenda daily-huddle names the source hearsay, which the playbook does not have."),
    ("agendas.toml", "minutes = 10", "minutes = 12", "Agenda daily-huddle lasts 12 minutes, but its items add up to 10."),
    ("agendas.toml", "minutes_before = 10", "minutes_before = -1", "Agenda daily-huddle has minutes below one."),
    ("agendas.toml", "minutes = 10", 'minutes = "ten"', "agendas.toml: agenda daily-huddle has a wrong minutes: it must be a whole number."),
    ("agendas.toml", 'where = "slack"', 'where = "hallway"', "Agenda daily-huddle puts the item look-back in hallway; it must be one of slack, ehr, spoken."),
    ("agendas.toml", 'id = "staffing"', 'id = "look-back"', "Agenda daily-huddle has the item look-back twice."),
    ("agendas.toml", 'label = "Yesterday", ', "", "agendas.toml: agenda daily-huddle, item look-back has no field label."),
    ("agendas.toml", "What went well, what", "Any frequent flyer, what", "Agenda daily-huddle says “frequent flyer”; say person who comes often."),
    ("agendas.toml", 'attendees = ["prescriber", "ma",', 'attendees = [1, "ma",', "agendas.toml: agenda daily-huddle has a wrong attendees: it must be a list of texts."),
    ("language.toml", 'severity = "block"', 'severity = "never"', "The language rule on addict, junkie, drug user, drug abuser, substance abuser is never; it must be one of block, warn."),
    ("about.toml", "[about]", "[abbout]", "about.toml has no [about]."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "sentence"), CASES, ids=[case[3][:60] for case in CASES])
def test_each_kind_of_broken_data_has_its_sentence(
    folder: Path, change: Change, file: str, old: str, new: str, sentence: str
) -> None:
    change(file, old, new)
    assert sentence in problems(folder)


def test_agenda_items_must_be_tables(folder: Path) -> None:
    (folder / "agendas.toml").write_text('[[agenda]]\nid = "short"\nitem = []\n', encoding="utf-8")
    found = problems(folder)
    assert "agendas.toml: agenda short has a wrong item: it must be a list of tables." in found
    assert "agendas.toml: agenda short has no field title." in found


def test_an_item_that_is_no_table_is_named(folder: Path) -> None:
    (folder / "topics.toml").write_text('topic = ["caseload"]\n', encoding="utf-8")
    assert "topics.toml: topic is not a table of fields." in problems(folder)


def test_a_missing_file_an_empty_one_and_a_kind_that_is_not_there(folder: Path) -> None:
    (folder / "topics.toml").unlink()
    (folder / "about.toml").write_text("", encoding="utf-8")
    (folder / "roles.toml").write_text('[[rolle]]\nid = "sponsor"\n', encoding="utf-8")
    found = problems(folder)
    assert "topics.toml cannot be opened: No such file or directory." in found
    assert "about.toml is empty." in found
    assert "roles.toml has no [[role]]." in found


def test_a_file_that_is_no_toml_says_where(folder: Path, change: Change) -> None:
    change("topics.toml", 'id = "caseload"', "id = caseload")
    [sentence] = [found for found in problems(folder) if "TOML" in found]
    assert sentence.startswith("topics.toml is not valid TOML: ")
    assert "line 4" in sentence


def test_a_file_that_is_no_utf_8(folder: Path) -> None:
    (folder / "topics.toml").write_bytes(b'[[topic]]\nid = "caf\xe9"\n')
    assert "topics.toml is not UTF-8 text." in problems(folder)


def test_one_error_lists_everything_in_plain_sentences(folder: Path, change: Change) -> None:
    change("milestones.toml", 'role = "sponsor"', 'role = "wizard"')
    change("blocks.toml", 'track = "sixbb"', 'track = "east"')
    change("topics.toml", 'hint = "Anything that fits none of these"', "")
    found = problems(folder)
    assert len(found) == 3
    assert all(sentence[0].isalpha() and sentence.endswith(".") for sentence in found)


def test_an_empty_folder_is_one_error_too(tmp_path: Path) -> None:
    assert len(problems(tmp_path)) == 9
