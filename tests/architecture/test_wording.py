"""The bot's own words are person-first: the playbook's language rules, read over everything it says and everything we write.

Left alone: the rules themselves, titles of sources (other people's words), and the clinic's choice between MOUD and MAT.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mat.playbook import Wording, load_playbook

ROOT = Path(__file__).parents[2]
SPEAKING = ("bot", "commands", "mat", "messages", "scheduler")
DOCUMENTS = ("*.md", "docs/**/*.md", "manifest.json", ".env.example")
Spoken = tuple[int, str]


class _Literals(ast.NodeVisitor):
    """String literals with their lines; an f-string is one literal, with `…` for what is filled in."""

    def __init__(self) -> None:
        self.found: list[Spoken] = []

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.found.append((node.lineno, node.value))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = [str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values]
        self.found.append((node.lineno, "".join(parts)))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)


def literals(code: str) -> list[Spoken]:
    visitor = _Literals()
    visitor.visit(ast.parse(code))
    return visitor.found


def paragraphs(document: str) -> Iterator[Spoken]:
    for match in re.finditer(r"(?:.*\S.*\n?)+", document):
        yield document.count("\n", 0, match.start()) + 1, match.group()


def values(table: object) -> Iterator[str]:
    if isinstance(table, str):
        yield table
    elif isinstance(table, dict | list):
        for value in table.values() if isinstance(table, dict) else table:
            yield from values(value)


def offences(text: str, wording: Wording) -> list[str]:
    names_the_choice = text.strip() == "MAT" or re.search(r"\bMOUD\b", text)
    found = [avoided.found for avoided in wording.avoided_in(text)]
    return [words for words in found if not (words == "MAT" and names_the_choice)]


def complaints(name: str, spoken: list[Spoken], wording: Wording) -> list[str]:
    return [f"{name}:{line} says “{words}”" for line, text in spoken for words in offences(text, wording)]


LISTENING = "patient_rules"
"""The guard has to know the words that others use; it says none of them."""


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording(load_playbook().language)


@pytest.mark.parametrize("floor", SPEAKING)
def test_the_program_speaks_person_first(floor: str, wording: Wording) -> None:
    files = sorted(file for file in (ROOT / floor).rglob("*.py") if LISTENING not in file.parts)
    assert files
    found = [
        c for file in files for c in complaints(str(file.relative_to(ROOT)), literals(file.read_text("utf-8")), wording)
    ]
    assert found == []


def test_the_playbook_speaks_person_first(wording: Wording) -> None:
    found = []
    for file in sorted((ROOT / "mat/playbook").glob("*.toml")):
        tables = tomllib.loads(file.read_text("utf-8"))
        if file.name == "language.toml":
            continue
        if file.name == "sources.toml":
            tables = {"source": [{"id": source["id"]} for source in tables["source"]]}
        found += complaints(file.name, [(0, text) for text in values(tables)], wording)
    assert found == []


def test_the_documents_speak_person_first(wording: Wording) -> None:
    files = sorted(file for pattern in DOCUMENTS for file in ROOT.glob(pattern))
    assert files
    found = [c for file in files for c in complaints(file.name, list(paragraphs(file.read_text("utf-8"))), wording)]
    assert found == []


def test_literals_are_read_whole() -> None:
    code = 'def f(x):\n    """A drug\n    abuser."""\n    return f"two {x!r} add" f"icts {g("a junkie")}" + "drunk"\n'
    assert literals(code.replace('g("a junkie")', "g('a junkie')")) == [
        (2, "A drug\n    abuser."),
        (4, "two … addicts …"),
        (4, "a junkie"),
        (4, "drunk"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A drug\n    abuser.", ["drug\n    abuser"]),
        ("MAT", []),
        ("MAT is given", ["MAT"]),
        ("Say MOUD or MAT", []),
        ("type `/mat status`", []),
        ("no more detox", ["detox"]),
    ],
)
def test_the_clinics_choice_of_word_is_the_only_exception(text: str, expected: list[str], wording: Wording) -> None:
    assert offences(text, wording) == expected


def test_a_document_is_read_by_paragraph() -> None:
    assert list(paragraphs("# One\n\nTwo\nlines\n\n\nThree")) == [(1, "# One\n"), (3, "Two\nlines\n"), (7, "Three")]
