"""Reads `Dockerfile` and `compose.yaml`, and gives what they run in a form that runs here, in a folder in place of an image."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
INTO_IMAGE = re.compile(r"^(\w+)\s+(.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a Dockerfile; `stage`: how many images came before."""

    stage: int
    name: str
    words: str

    @property
    def argv(self) -> list[str]:
        """The words in exec form."""
        found: list[str] = json.loads(self.words)
        return found


def instructions() -> list[Instruction]:
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    found: list[Instruction] = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, words = INTO_IMAGE.match(line.strip()).groups()  # type: ignore[union-attr]  # every line is an instruction
            stage = sum(one.name == "FROM" for one in found) - (name != "FROM")
            found.append(Instruction(stage, name.upper(), words))
    return found


def all_of(name: str) -> list[Instruction]:
    return [one for one in instructions() if one.name == name]


def last_of(name: str) -> Instruction:
    return all_of(name)[-1]


def health_argv() -> list[str]:
    words = last_of("HEALTHCHECK").words
    found: list[str] = json.loads(words[words.index("CMD") + len("CMD") :])
    return found


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def ignored(path: str) -> bool:
    """Whether `.dockerignore` keeps a path out: the last line that fits decides, as in Docker. Knows the patterns used here."""
    out = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        fits = pattern in {"*", path} or path.startswith(f"{pattern}/")
        fits = fits or (pattern.startswith("**/") and pattern.removeprefix("**/") in path.split("/"))
        if line and not line.startswith("#") and fits:
            out = not line.startswith("!")
    return out


@dataclass(frozen=True, slots=True)
class Image:
    """A folder that holds what the image would hold, and nothing else of the project."""

    folder: Path

    @property
    def workdir(self) -> Path:
        return self.inside(last_of("WORKDIR").words)

    def inside(self, path: str) -> Path:
        return self.folder / path.lstrip("/")

    def copy(self) -> None:
        """Every COPY from the project, of what `.dockerignore` lets through."""
        self.workdir.mkdir(parents=True)
        for copied in all_of("COPY"):
            if not copied.words.startswith("--"):
                source, target = copied.words.split()
                to = self.workdir / target / (Path(source).name if target.endswith("/") else "")
                to.parent.mkdir(parents=True, exist_ok=True)
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, to, ignore=_as_docker)
                elif not ignored(source):
                    shutil.copyfile(ROOT / source, to)

    def argv(self, command: Sequence[str]) -> list[str]:
        """What a container with this command runs."""
        return [*last_of("ENTRYPOINT").argv, *command]

    def environ(self, **more: str) -> dict[str, str]:
        """The image's environment, with its folders and its Python where they are here, and what a container adds."""
        pairs = (pair.partition("=") for pair in shlex.split(last_of("ENV").words))
        made = {name: str(self.inside(value)) if name.startswith("MAT_") else value for name, _, value in pairs}
        made["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), made["PATH"]])
        return made | more


def _as_docker(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if ignored(str((Path(folder) / name).relative_to(ROOT)))]


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """A value of the compose file with its variables; raises `KeyError` for one without a value."""
    return re.sub(r"\$\{(\w+)(?::\?[^}]*)?\}", lambda found: values[found[1]], text)
