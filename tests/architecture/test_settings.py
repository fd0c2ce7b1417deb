"""`.env.example` names every setting with a line of why, and gives each the value it has without."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.settings import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def names() -> dict[str, str]:
    """The name in the environment of each setting, and its field."""
    return {str(field.validation_alias or name).upper(): name for name, field in Settings.model_fields.items()}


def test_every_setting_is_in_the_example_and_nothing_else_is() -> None:
    assert set(dotenv_values(EXAMPLE)) == set(names())


def test_every_setting_has_a_line_of_why_above_it() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    without = [line for above, line in pairwise(lines) if "=" in line and not above.startswith("# ")]
    assert [line for line in without if not line.startswith("#")] == []


def test_the_example_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in names():
        monkeypatch.delenv(name, raising=False)
    given: dict[str, object] = {"_env_file": EXAMPLE}
    nothing: dict[str, object] = {"_env_file": None}
    assert Settings(**given) == Settings(**nothing)  # type: ignore[arg-type]
