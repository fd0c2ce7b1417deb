"""Reading one table of a playbook file, field by field. What is wrong is noted in a sentence, never raised."""

from __future__ import annotations

from collections.abc import Mapping


class Entry:
    """A table such as one `[[milestone]]`. A missing or mistyped field comes back empty, and `problems` says so."""

    def __init__(self, table: object, place: str, problems: list[str]) -> None:
        self._table: Mapping[str, object] = table if isinstance(table, dict) else {}
        self._read: set[str] = set()
        self._problems = problems
        self.place = place
        if not isinstance(table, dict):
            self.note("is not a table of fields")
        elif isinstance(table.get("id"), str):
            self.place = f"{place} {table['id']}"

    def note(self, what: str) -> None:
        self._problems.append(f"{self.place} {what}.")

    def text(self, field: str) -> str:
        """A text that must be there and must not be blank."""
        value = self._get(field)
        if isinstance(value, str) and value.strip() == value and value:
            return value
        self._complain(field, value, "must be a text without blanks around it")
        return ""

    def optional_text(self, field: str) -> str:
        return self.text(field) if field in self._table else ""

    def number(self, field: str) -> int:
        value = self._get(field)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._complain(field, value, "must be a whole number")
        return 0

    def texts(self, field: str) -> tuple[str, ...]:
        """One text or more."""
        value = self._get(field)
        if isinstance(value, list) and value and all(isinstance(item, str) and item for item in value):
            return tuple(value)
        self._complain(field, value, "must be a list of texts")
        return ()

    def optional_texts(self, field: str) -> tuple[str, ...]:
        return self.texts(field) if field in self._table else ()

    def weeks(self) -> tuple[int, int]:
        """The field `weeks`: the first week and the last."""
        value = self._get("weeks")
        match value:
            case [int() as first, int() as last]:
                return first, last
        self._complain("weeks", value, "must be two whole numbers, the first week and the last")
        return 0, 0

    def entries(self, field: str) -> tuple[Entry, ...]:
        """Tables inside this one."""
        value = self._get(field)
        if isinstance(value, list) and value:
            return tuple(Entry(table, f"{self.place}, {field}", self._problems) for table in value)
        self._complain(field, value, "must be a list of tables")
        return ()

    def finish(self) -> None:
        """Notes every field that was never asked for: most often a misspelling."""
        for field in self._table.keys() - self._read:
            self.note(f"has a field I do not know: {field}")

    def _get(self, field: str) -> object:
        self._read.add(field)
        return self._table.get(field)

    def _complain(self, field: str, value: object, rule: str) -> None:
        self.note(f"has no field {field}" if value is None else f"has a wrong {field}: it {rule}")
