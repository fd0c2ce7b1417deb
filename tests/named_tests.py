"""Whether tests that a document or a table names are there."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def tests_in(path: str) -> frozenset[str]:
    """The names of the tests in a file, given from the repository's root; none where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


def missing(names: Iterable[str]) -> list[str]:
    """Those of `path::name` that do not exist."""
    return [name for name in names if name.partition("::")[2] not in tests_in(name.partition("::")[0])]
