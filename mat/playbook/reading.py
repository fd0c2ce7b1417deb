"""The playbook's TOML files as tables, and tables as records. What is wrong is noted in a sentence, never raised."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar

from mat.playbook.entries import Entry


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Record = TypeVar("Record")
Named = TypeVar("Named", bound=HasId)


class Reader:
    """Reads each file of `folder` at most once; `problems` grows with everything that is wrong in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []
        self._files: dict[str, Mapping[str, object]] = {}

    def named(self, file: str, kind: str, build: Callable[[Entry], Named]) -> Mapping[str, Named]:
        """The records of every `[[kind]]` in `file` by id, in the file's order."""
        records: dict[str, Named] = {}
        for record in self.all(file, kind, build):
            if record.id in records:
                self.problems.append(f"{file}: {kind} {record.id} is there twice.")
            records.setdefault(record.id, record)
        return MappingProxyType(records)

    def all(self, file: str, kind: str, build: Callable[[Entry], Record]) -> tuple[Record, ...]:
        """The records of every `[[kind]]` in `file`."""
        tables = self._tables(file).get(kind)
        if isinstance(tables, list):
            return tuple(self._built(table, file, kind, build) for table in tables)
        self._miss(file, f"[[{kind}]]")
        return ()

    def one(self, file: str, kind: str, build: Callable[[Entry], Record], missing: Record) -> Record:
        """The record of the one `[kind]` in `file`, or `missing`."""
        table = self._tables(file).get(kind)
        if isinstance(table, dict):
            return self._built(table, file, kind, build)
        self._miss(file, f"[{kind}]")
        return missing

    def _built(self, table: object, file: str, kind: str, build: Callable[[Entry], Record]) -> Record:
        entry = Entry(table, f"{file}: {kind}", self.problems)
        record = build(entry)
        entry.finish()
        return record

    def _miss(self, file: str, what: str) -> None:
        if self._tables(file):
            self.problems.append(f"{file} has no {what}.")

    def _tables(self, file: str) -> Mapping[str, object]:
        if file not in self._files:
            self._files[file] = self._parsed(file)
        return self._files[file]

    def _parsed(self, file: str) -> Mapping[str, object]:
        try:
            tables = tomllib.loads((self.folder / file).read_text(encoding="utf-8"))
        except OSError as error:
            self.problems.append(f"{file} cannot be opened: {error.strerror}.")
        except UnicodeDecodeError:
            self.problems.append(f"{file} is not UTF-8 text.")
        except tomllib.TOMLDecodeError as error:
            self.problems.append(f"{file} is not valid TOML: {error}.")
        else:
            if not tables:
                self.problems.append(f"{file} is empty.")
            return tables
        return {}
