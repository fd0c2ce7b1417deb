"""The table that `make proof` ends with: each claim, what was found, what had to hold, and whether it did.

A pytest plugin. A proof is a test marked `proof`; it reports with the fixture of the same name:

    @pytest.mark.proof
    def test_no_post_is_lost(proof):
        …
        proof("posts lost in 10,000 crashes", lost, "0")
        assert lost == 0
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

Proof = Callable[[str, object, str], None]
IS_PROOF = ("is a proof", True)
HEADINGS = ("Claim", "Found", "Must be", "Held")


@pytest.fixture
def proof(record_property: Callable[[str, object], None]) -> Proof:
    """`proof(claim, found, bound)` adds a row to the table. It asserts nothing: say it before the assert."""

    def add(claim: str, found: object, bound: str) -> None:
        record_property("proof", [claim, str(found), bound])

    return add


def rows_of(report: pytest.TestReport) -> Iterator[tuple[str, str, str, str]]:
    """The rows one finished test adds; a proof that reported nothing gets a row with its name."""
    held = "yes" if report.passed else "NO"
    told = [value for key, value in report.user_properties if key == "proof" and isinstance(value, list)]
    for claim, found, bound in told or [[report.nodeid.rpartition("::")[2], "", ""]]:
        yield str(claim), str(found), str(bound), held


def lines(rows: list[tuple[str, str, str, str]]) -> Iterator[str]:
    """The rows under their headings, in columns."""
    table = [HEADINGS, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADINGS))]
    for row in [HEADINGS, tuple("-" * width for width in widths), *rows]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets the report of a proof say that it is one; the mark itself stays behind in the process that ran it."""
    for item in items:
        if item.get_closest_marker("proof"):
            item.user_properties.append(IS_PROOF)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if isinstance(report, pytest.TestReport) and IS_PROOF in map(tuple, report.user_properties)
    ]
    finished = [report for report in reports if report.when == "call" or report.failed]
    if finished:
        terminalreporter.section("proofs")
        for line in lines([row for report in finished for row in rows_of(report)]):
            terminalreporter.write_line(line)
