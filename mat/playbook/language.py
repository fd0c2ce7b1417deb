"""Finding words that are not person-first. The rules themselves are data: `language.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mat.playbook.records import LanguageRule


@dataclass(frozen=True, slots=True)
class AvoidedWords:
    """Words found in a text, as they stand there, and the rule they break."""

    found: str
    rule: LanguageRule


class Wording:
    """The language rules, ready to read texts with: whole words and their plain plural, longest first, any case.

    A phrase all in capitals is an abbreviation and is found only in capitals.
    """

    def __init__(self, rules: Iterable[LanguageRule]) -> None:
        self._rules: dict[str, LanguageRule | None] = {}
        self._abbreviations: set[str] = set()
        for rule in rules:
            self._rules |= {_plain(phrase): rule for phrase in rule.avoid} | {_plain(name): None for name in rule.allow}
            self._abbreviations.update(phrase for phrase in rule.avoid if phrase.isupper())
        longest_first = sorted(self._rules, key=len, reverse=True)
        phrases = "|".join(re.escape(phrase).replace(r"\ ", r"[\s-]+") for phrase in longest_first) or r"(?!)"
        self._pattern = re.compile(rf"\b(?=[{self._initials()}])({phrases})s?\b", re.IGNORECASE)

    def avoided_in(self, text: str) -> tuple[AvoidedWords, ...]:
        """What `text` should say differently, in the order it stands there. Allowed names are passed over."""
        found = []
        for match in self._pattern.finditer(text):
            rule = self._rules[_plain(match[1])]
            if rule and (match[0] in self._abbreviations or match[1].upper() not in self._abbreviations):
                found.append(AvoidedWords(match[0], rule))
        return tuple(found)

    def _initials(self) -> str:
        return "".join(sorted({re.escape(phrase[0]) for phrase in self._rules})) or "a"


def _plain(words: str) -> str:
    return re.sub(r"[\s-]+", " ", words.casefold())
