"""What the documents point to is there: files, headings, and the commands and settings they name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot import cli
from commands.everything import COMMANDS

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"
DOCUMENTS = sorted(path for pattern in ("*.md", "docs/**/*.md", "tests/**/*.md") for path in ROOT.glob(pattern))
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")


def slug(heading: str) -> str:
    """The anchor a heading gets on a page."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def anchors(path: Path) -> set[str]:
    return {slug(line.lstrip("# ")) for line in path.read_text().splitlines() if line.startswith("#")}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in LINK.findall(document.read_text()):
        name, _, anchor = link.partition("#")
        target = (document.parent / name) if name else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_and_setting_it_names_exists(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = document.read_text()
    assert set(re.findall(r"`/mat ([a-z]+)", text)) <= set(COMMANDS)
    assert set(re.findall(r"\bMAT_[A-Z_]+", text)) <= set(re.findall(r"MAT_[A-Z_]+", EXAMPLE.read_text()))
    for words in sorted(set(re.findall(r"python -m bot ((?:db )?[a-z][a-z-]*)", text))):
        with pytest.raises(SystemExit) as ended:
            cli.main([*words.split(), "--help"])
        assert ended.value.code == 0, f"{words}: {capsys.readouterr().err}"
