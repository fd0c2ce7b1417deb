"""The Dockerfile: what it must and must not say, and its commands run on a folder that holds nothing but what it copies."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.integration.containers.recipe import ROOT, Image, all_of, ignored, instructions, last_of

PINNED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[.*?\])?==([^\s;\\]+)", re.MULTILINE)


@pytest.fixture
def image(tmp_path: Path) -> Image:
    made = Image(tmp_path / "image")
    made.copy()
    return made


def test_images_are_plain_names_with_a_version() -> None:
    for one in all_of("FROM"):
        name = one.words.split()[0]
        assert re.fullmatch(r"[a-z]+:[0-9]+(\.[0-9]+)*(-[a-z]+)?", name), name


def test_no_host_is_named() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert set(re.findall(r"https?://([^/{\"]+)", text)) == {"127.0.0.1:"}
    assert "index-url" not in text


def test_it_runs_as_a_user_without_rights_who_owns_nothing_but_the_records() -> None:
    user = last_of("USER").words
    assert user.isdigit()
    assert int(user) > 0
    after = instructions().index(last_of("USER"))
    assert [one.name for one in instructions()[after:] if one.name in {"RUN", "COPY", "ADD", "USER"}] == ["USER"]
    made, volumes = all_of("RUN")[-1].words.split(), last_of("VOLUME").argv
    assert made[:7] == ["install", "-d", "-m", "0700", "-o", user, "-g"]
    assert made[8:] == volumes
    kept = [word.split("=")[1] for word in last_of("ENV").words.split() if word.startswith("MAT_")]
    assert kept == volumes


def test_it_installs_what_is_locked_with_hashes_and_nothing_else() -> None:
    (install,) = [one.words for one in all_of("RUN") if "pip" in one.words]
    assert {"--require-hashes", "--only-binary=:all:"} <= set(install.split())
    locked = (ROOT / install.split("-r ")[1]).read_text()
    pins = PINNED.findall(locked)
    assert len(pins) == len(re.findall(r"^[A-Za-z0-9]", locked, re.MULTILINE))
    assert locked.count("--hash=sha256:") >= len(pins)
    # The tests run with the same locked versions, so what passes here is what the image has.
    needed = [(name, wanted) for name, wanted in pins if name in {"slack-bolt", "sqlalchemy", "psycopg", "aiohttp"}]
    assert [(name, version(name)) for name, _ in needed] == needed


def test_nothing_secret_and_nothing_needless_goes_into_the_image(image: Image) -> None:
    for path in (
        ".env",
        "data/matbot.db",
        "data-keys/site.key",
        ".git/config",
        "tests/cli.py",
        "bot/__pycache__/x.pyc",
    ):
        assert ignored(path), path
    inside = {path.relative_to(image.workdir).parts[0] for path in image.workdir.rglob("*") if path.is_file()}
    copied = {one.words.split()[0].split("/")[0] for one in all_of("COPY") if not one.words.startswith("--")}
    assert inside == copied


def test_what_it_runs_on_the_copied_files_works_for_every_user(image: Image) -> None:
    commands = [
        one.words
        for one in all_of("RUN")
        if one.stage == 0 and "pip" not in one.words and "venv" not in one.words.split("&&")[0]
    ]
    assert len(commands) == 1
    (image.workdir / "bot" / "cli.py").chmod(0o600)
    here = commands[0].replace("/opt/venv/bin/python", sys.executable)
    assert subprocess.run(["sh", "-c", here], cwd=image.workdir, check=False).returncode == 0
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in image.workdir.rglob("*"))


def test_the_entrypoint_hides_files_forbids_core_dumps_and_is_the_bot_itself(image: Image) -> None:
    spy = image.folder / "spy"
    spy.mkdir()
    (spy / "python").write_text('#!/bin/sh\numask\nulimit -c\necho $$ "$@"\n')
    (spy / "python").chmod(0o755)
    command = image.argv(["db", "restore", "a b"])
    started = subprocess.Popen(command, env={"PATH": f"{spy}:/usr/bin:/bin"}, stdout=subprocess.PIPE, text=True)
    said, _ = started.communicate()
    assert said.split("\n")[:2] == ["0077", "0"]
    assert said.split("\n")[2] == f"{started.pid} -m bot db restore a b", "no shell stands between it and a signal"
