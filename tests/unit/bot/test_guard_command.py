"""`python -m bot guard`: one answer a line, and never the text."""

from __future__ import annotations

import json
import subprocess
import sys

from bot.guard_command import answered

SECRET = "call Zebedee at 206-555-0142"


def said(*lines: bytes) -> list[dict[str, object]]:
    return [json.loads(answer) for answer in answered(lines)]


def test_each_line_gets_a_verdict_and_the_places_in_code_points() -> None:
    blocked, warned, fine = said("é 🔹 ring 206-555-0142\n".encode(), b"the 34 yo male\r\n", b"8 mg at 9:30\n")
    assert blocked == {"verdict": "block", "found": [{"kind": "phone", "start": 9, "end": 21}]}
    assert warned == {"verdict": "warn", "found": [{"kind": "age", "start": 4, "end": 9}]}
    assert fine == {"verdict": "ok", "found": []}


def test_odd_lines_are_answered_too() -> None:
    odd = [b"\n", b"", b"\r\n", b"\xff\xfe\x00\n", b"\xf0\x9f mrn 4471882\n", b"x" * 1_000_000 + b"\n", b"\xc3\n"]
    answers = said(*odd)
    assert [answer["verdict"] for answer in answers] == ["ok", "ok", "ok", "ok", "block", "ok", "ok"]
    assert answers[4]["found"] == [{"kind": "record-number", "start": 6, "end": 13}]


def test_it_answers_line_by_line_and_prints_no_text() -> None:
    command = [sys.executable, "-m", "bot", "guard"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as guard:
        assert guard.stdin is not None
        assert guard.stdout is not None
        assert guard.stderr is not None
        for _ in range(2):  # the second is asked once the first is answered
            guard.stdin.write(f"{SECRET}\n".encode())
            guard.stdin.flush()
            answer = guard.stdout.readline()
            assert json.loads(answer)["verdict"] == "block"
            assert b"Zebedee" not in answer
        guard.stdin.write(b"no newline at the end")
        guard.stdin.close()
        assert json.loads(guard.stdout.read()) == {"verdict": "ok", "found": []}
        assert guard.stderr.read() == b""
    assert guard.returncode == 0


def test_it_ends_quietly_when_nobody_reads_on() -> None:
    lines = f"{SECRET}\n" * 20_000
    piped = f"{sys.executable} -m bot guard | head -n 1"
    run = subprocess.run(piped, shell=True, input=lines.encode(), capture_output=True, check=False)
    assert run.stderr == b""
    assert json.loads(run.stdout)["verdict"] == "block"
