"""Problems of a form stand at their own fields; what is not for people is not swallowed."""

from __future__ import annotations

import pytest

from commands.problems import Problems, one_line
from mat.errors import NoDayChosen, NoTimeChosen, TextTooLong


def test_each_problem_is_noted_at_its_field_and_the_first_one_stays() -> None:
    problems = Problems()
    with problems.at("days"):
        raise NoDayChosen
    with problems.at("days"):
        raise NoTimeChosen
    with problems.at("time"):
        raise NoTimeChosen
    with problems.at("title"):
        pass
    assert problems.reply().errors == {"days": NoDayChosen().sentence, "time": NoTimeChosen().sentence}


def test_a_mistake_of_ours_goes_on() -> None:
    problems = Problems()
    with pytest.raises(KeyError), problems.at("days"):
        raise KeyError
    assert problems.found == {}


def test_words_come_on_one_line_before_they_are_measured() -> None:
    assert one_line(" Wound \n\t care ", limit=10, what="x") == "Wound care"
    with pytest.raises(TextTooLong):
        one_line("Wound care!", limit=10, what="x")
