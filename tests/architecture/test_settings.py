"""`.env.example` names every setting with a line of why, and gives each the value it has without.

Two folders stand behind a #: a copy of the file must not take those of a container or of the service unit away.
"""

from __future__ import annotations

from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.settings import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def names() -> dict[str, str]:
    """The name in the environment of each setting, and its field."""
    return {str(field.validation_alias or name).upper(): name for name, field in Settings.model_fields.items()}


def whole() -> str:
    return EXAMPLE.read_text(encoding="utf-8").replace("\n#MAT_", "\nMAT_")


def test_every_setting_is_in_the_example_and_nothing_else_is() -> None:
    assert set(dotenv_values(stream=StringIO(whole()))) == set(names())
    assert set(names()) - set(dotenv_values(EXAMPLE)) == {"MAT_DATA_DIR", "MAT_KEY_DIR"}


def test_every_setting_has_a_line_of_why_above_it() -> None:
    lines = whole().splitlines()
    without = [line for above, line in pairwise(lines) if "=" in line and not above.startswith("# ")]
    assert [line for line in without if not line.startswith("#")] == []


def test_the_example_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in names():
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "whole").write_text(whole(), encoding="utf-8")
    settings = []
    for file in (None, EXAMPLE, tmp_path / "whole"):
        given: dict[str, object] = {"_env_file": file}
        settings.append(Settings(**given))  # type: ignore[arg-type]
    without, example, everything = settings
    assert example == without
    assert everything.key_dir == without.key_dir
    assert everything.model_copy(update={"key_dir_setting": None}) == without
