"""Finding words that are not person-first."""

import pytest

from mat.playbook import LanguageRule, Wording, load_playbook


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording(load_playbook().language)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Two addicts came.", ["addicts"]),
        ("A Former Addict leads.", ["Former Addict"]),
        ("drug\nabuser, drug-abuser", ["drug\nabuser", "drug-abuser"]),
        ("non compliant or noncompliant", ["non compliant", "noncompliant"]),
        ("MAT is the old word", ["MAT"]),
        ("opioid abuse and abuse", ["opioid abuse", "abuse"]),
        ("He failed UDS twice", ["failed UDS"]),
    ],
)
def test_finds_whole_words_longest_first(wording: Wording, text: str, found: list[str]) -> None:
    assert [avoided.found for avoided in wording.avoided_in(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "addiction medicine",
        "the user pressed a button",
        "type /mat status",
        "a yoga mat",
        "MAT_DATA_DIR",
        "the MAT Act",
        "National Institute on Drug Abuse",
        "",
    ],
)
def test_leaves_other_words_and_names_alone(wording: Wording, text: str) -> None:
    assert wording.avoided_in(text) == ()


def test_says_which_rule_was_broken(wording: Wording) -> None:
    [avoided] = wording.avoided_in("a frequent flyer")
    assert avoided.rule.severity == "block"
    assert avoided.rule.use == "person who comes often"


def test_no_rules_find_nothing() -> None:
    assert Wording(()).avoided_in("addict") == ()


def test_an_allowed_name_hides_only_itself() -> None:
    wording = Wording((LanguageRule(("bad word",), "good word", "warn", allow=("Bad Word Act",)),))
    assert [avoided.found for avoided in wording.avoided_in("the Bad Word Act and a bad word")] == ["bad word"]
