"""Fetch the local Slack from npm, check its SHA-256 and put it where bot.local_slack looks. Quick when it is there."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.local_slack import BINARY, PACKAGE, SHA256, VERSION, supported

ROOT = Path(__file__).parent.parent
OLDEST_NPM = 9


def search_path() -> str:
    """PATH with an npm on it: the machine's from version 9 on, or else Node's wheel, which this puts into .venv."""
    path = os.environ.get("PATH", os.defpath)
    npm = shutil.which("npm", path=path)
    if npm:
        answer = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False).stdout
        if answer.split(".")[0].isdecimal() and int(answer.split(".")[0]) >= OLDEST_NPM:
            return path
    subprocess.run([ROOT / "tools" / "venv.sh", "node"], check=True)
    return f"{ROOT / '.venv' / 'bin'}{os.pathsep}{path}"


def download(folder: Path) -> Path:
    """The program as npm delivers it into `folder`."""
    path = search_path()
    quiet = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    command: list[str | Path] = [
        shutil.which("npm", path=path) or "npm",
        "install",
        "--prefix",
        folder,
        *quiet,
        f"{PACKAGE}@{VERSION}",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "PATH": path})
    return folder / "node_modules" / PACKAGE / "bin" / "local-slack"


def install(program: Path, binary: Path, sha256: str) -> None:
    """Move `program` to `binary` in one step if its sum is right. Raises SystemExit with a sentence if it is not."""
    found = hashlib.sha256(program.read_bytes()).hexdigest()
    if found != sha256:
        sys.exit(f"matbot: {PACKAGE}@{VERSION} is not the file we know (SHA-256 {found}). Nothing was installed.")
    program.chmod(0o755)
    program.replace(binary)


def main() -> None:
    if not supported() or BINARY.exists():
        return
    print(f"matbot: fetching the local Slack ({PACKAGE} {VERSION})", file=sys.stderr)
    BINARY.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BINARY.parent) as name:
        try:
            program = download(Path(name))
        except (OSError, subprocess.CalledProcessError):
            sys.exit("matbot: the local Slack could not be fetched; what npm said stands above.")
        install(program, BINARY, SHA256)


if __name__ == "__main__":
    main()
