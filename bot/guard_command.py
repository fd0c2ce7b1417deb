"""`guard`: what the patient-detail guard says of each line of standard input, for whoever wants to try or measure it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator

from mat.patient_detail import examine


def guard() -> int:
    """Answers each line of standard input with one JSON object a line, at once. The text itself is never printed."""
    try:
        for answer in answered(iter(sys.stdin.buffer.readline, b"")):
            sys.stdout.write(f"{answer}\n")
            sys.stdout.flush()
    except BrokenPipeError:  # whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def answered(lines: Iterable[bytes]) -> Iterator[str]:
    """`{"verdict": "ok|warn|block", "found": [{"kind", "start", "end"}]}` for each line of UTF-8.

    `start` and `end` (exclusive) count the code points of the line; bytes that are no UTF-8 count as `decode` replaces them.
    """
    for line in lines:
        verdict = examine(line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "replace"))
        found = [{"kind": one.kind, "start": one.start, "end": one.end} for one in verdict.found]
        yield json.dumps({"verdict": verdict.verdict, "found": found})
