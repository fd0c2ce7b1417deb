"""The local Slack: a third-party program that speaks Slack's protocol and shows a Slack-like page. Demo and tests only.

It keeps everything in memory and checks no token. What it does and does not do like Slack: tests/acceptance/README.md.
"""

from __future__ import annotations

import json
import platform
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mat.errors import LocalSlackFailed, LocalSlackMissing, NoLocalSlackHere

# `make local-slack` fetches this package from npm, checks the sum and puts the one file where BINARY says.
PACKAGE = "local-slack-linux-x64"
VERSION = "0.1.8"
SHA256 = "3332007b797969d835f694b463ac526f7ef1fc66afac93f950f585105fe4815f"
BINARY = Path(__file__).parent.parent / ".cache" / f"local-slack-{VERSION}"
SHIM = Path(__file__).with_name("local_slack_shim.js")
SECONDS_TO_START = 20.0
LOOK_EVERY = 0.02
SECONDS_TO_STOP = 5.0


@dataclass(frozen=True, slots=True)
class Workspace:
    team_id: str = "T0CLINICS"
    name: str = "Demo clinics"
    domain: str = "demo-clinics"


@dataclass(frozen=True, slots=True)
class App:
    """The bot as the workspace knows it. With a `request_url` payloads come as signed HTTP, else by Socket Mode."""

    app_id: str = "A0MATBOT"
    bot_user_id: str = "U0MATBOT"
    name: str = "matbot"
    bot_token: str = "xoxb-made-up"  # noqa: S105 - made up
    app_token: str = "xapp-made-up"  # noqa: S105 - made up
    signing_secret: str = "made-up-secret"  # noqa: S105 - made up
    request_url: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    user_id: str
    name: str
    real_name: str
    email: str = ""
    zone: str = "America/New_York"


@dataclass(frozen=True, slots=True)
class Channel:
    channel_id: str
    name: str
    members: tuple[str, ...]
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """Everything the local Slack knows when it starts. All of it is made up."""

    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    workspace: Workspace = Workspace()
    app: App = App()

    def as_config(self) -> dict[str, Any]:
        """The same in the words of the program's configuration file."""
        app = self.app
        return {
            "workspace": {
                "name": self.workspace.name,
                "domain": self.workspace.domain,
                "teamId": self.workspace.team_id,
            },
            "app": {
                "appId": app.app_id,
                "botUserId": app.bot_user_id,
                "botName": app.name,
                "botToken": app.bot_token,
                "appToken": app.app_token,
                "signingSecret": app.signing_secret,
                "mode": "events" if app.request_url else "socket",
                **({"requestUrl": app.request_url} if app.request_url else {}),
            },
            "users": [
                {"id": p.user_id, "name": p.name, "real_name": p.real_name, "email": p.email, "tz": p.zone}
                for p in self.people
            ],
            "channels": [
                {"id": c.channel_id, "name": c.name, "is_private": c.is_private, "members": list(c.members)}
                for c in self.channels
            ],
        }


@dataclass(frozen=True, slots=True)
class LocalSlack:
    """A local Slack that is up. `page` is for a browser, `api_url` for `SLACK_API_URL`, both on loopback."""

    page: str
    pid: int

    @property
    def api_url(self) -> str:
        return f"{self.page}/api/"

    @property
    def control_url(self) -> str:
        return f"{self.page}/_control"


def supported() -> bool:
    return (platform.system(), platform.machine()) == ("Linux", "x86_64")


@contextmanager
def local_slack(world: World, *, port: int = 0, binary: Path = BINARY) -> Iterator[LocalSlack]:
    """A local Slack with this world in it, for as long as the block runs. Port 0 takes a free one.

    It listens on loopback only and ends with this process, however that ends.
    Raises NoLocalSlackHere, LocalSlackMissing or LocalSlackFailed.
    """
    if not supported():
        raise NoLocalSlackHere(system=f"{platform.system()} on {platform.machine()}")
    if not binary.exists():
        raise LocalSlackMissing
    with tempfile.TemporaryDirectory(prefix="matbot-local-slack-") as name:
        folder = Path(name)
        process = _launch(folder, world, port, binary)
        try:
            yield LocalSlack(page=_address(process, folder / "log"), pid=process.pid)
        finally:
            _stop(process)


def _launch(folder: Path, world: World, port: int, binary: Path) -> subprocess.Popen[bytes]:
    (folder / "config.json").write_text(json.dumps(world.as_config()), encoding="utf-8")
    (folder / "shim.js").write_bytes(SHIM.read_bytes())
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - a program of known content
            [
                binary,
                "--config",
                "config.json",
                "--port",
                str(port),
                "--base-host",
                "127.0.0.1",
                "--files-dir",
                "files",
            ],
            cwd=folder,
            env={"BUN_OPTIONS": "--preload=./shim.js"},  # nothing else: it has no business with our tokens
            stdin=subprocess.PIPE,  # the shim ends the program when this closes
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the bot; the local Slack goes after it
        )


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(int(SECONDS_TO_START / LOOK_EVERY)):
        said = log.read_text(encoding="utf-8")
        found = re.search(r"Web UI:\s+(http://127\.0\.0\.1:\d+)\n", said)
        if found:
            return found[1]
        if process.poll() is not None:
            break
        time.sleep(LOOK_EVERY)
    raise LocalSlackFailed(said=" ".join(log.read_text(encoding="utf-8").split()) or "nothing")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
