"""The command line: every sub-command with its options, and what its end says.

Exit codes: 0 done, 1 found trouble, 2 wrong use or settings. What goes wrong is said in one sentence, never in a traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import bodies
from bot.arguments import days, port, some
from bot.epilogs import FAULTS, POSTS
from bot.wrong_use import WrongUse
from mat.errors import MatError

DONE, TROUBLE, WRONG_USE = 0, 1, 2
INTERRUPTED, READER_GONE = 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one sub-command and gives its exit code."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    body: Callable[[argparse.Namespace], int] = options.body
    try:
        code = body(options)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has seen enough, and Python must not say so when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except MatError as problem:
        print(f"matbot: {problem.sentence}", file=sys.stderr)
        return WRONG_USE if isinstance(problem, WrongUse) else TROUBLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as broken:  # noqa: BLE001 - a traceback could quote what a person wrote
        if isinstance(broken, OSError) and broken.filename and broken.strerror:
            print(f"matbot: {broken.strerror}: {broken.filename}", file=sys.stderr)
            return TROUBLE
        print(f"matbot: something went wrong that I did not expect ({_place(broken)}).", file=sys.stderr)
        return TROUBLE
    else:
        return code


def _place(broken: Exception) -> str:
    """Type and place of an error: enough to report it, and nothing of anybody's words."""
    frames = traceback.extract_tb(broken.__traceback__)
    return f"{type(broken).__name__} at {Path(frames[-1].filename).name}:{frames[-1].lineno}"


def make_parser() -> argparse.ArgumentParser:
    """Every sub-command with its options, in the order that `--help` shows."""
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="matbot helps clinic teams improve opioid care, in Slack. Settings come from the environment and .env; "
        ".env.example lists them.",
        epilog="All commands but `run`, `demo` and `db restore` also work beside a running bot.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
    _add(commands, "run", "run the bot in your workspace", bodies.run)
    demo = _add(commands, "demo", "try it on this machine, with made-up clinics and no Slack account", bodies.demo)
    demo.add_argument("--port", type=port, default=0, help="the page's port; any free one if not given")
    _add(commands, "check", "check tokens, permissions, channels, clock, stores and keys", bodies.check)
    plan = _add(commands, "plan", "show what will be posted when", bodies.plan)
    plan.add_argument("--days", type=days, default=7, metavar="N", help="how many days ahead, 1 to 366; 7 if not given")
    for name, words, body in (
        ("run-now", "send an extra copy of a post now, marked as such; the planned one still comes", bodies.run_now),
        ("preview", "print a post as it would read now, without sending it", bodies.preview),
    ):
        post = _add(commands, name, words, body, epilog=POSTS)
        post.add_argument("post", metavar="POST", help="which post, for example digest; see below")
        post.add_argument("--clinic", default="", help="the clinic's name or id; needed where there are several")
    _add_posts(commands)
    _add_db(commands)
    export = _add(
        commands,
        "export",
        "write milestones, changes, huddles and asks to files; no concerns, no people",
        bodies.export,
    )
    export.add_argument("folder", metavar="FOLDER", type=Path, help="where to write; made if it is not there")
    export.add_argument("--format", choices=("csv", "json"), default="csv", help="csv if not given")
    export.add_argument("--clinic", default="", help="only this clinic, by name or id")
    _add_workspace(commands)
    _add_forget(commands)
    _add_concerns(commands)
    _add_occurrences(commands)
    _add(
        commands,
        "guard",
        "say of each line of standard input whether it looks like patient detail, as JSON",
        bodies.guard,
    )
    _add_simulate(commands)
    return parser


Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it
Body = Callable[[argparse.Namespace], int]


def _add(
    commands: Commands[argparse.ArgumentParser], name: str, words: str, body: Body, *, epilog: str | None = None
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=words,
        description=f"{words[0].upper()}{words[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(body=body)
    return parser


def _add_posts(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _add(
        commands, "posts", "list posts that wait and that were given up; send one again, or drop it", bodies.posts
    )
    parser.add_argument("--dead", action="store_true", help="only those that were given up")
    parts = parser.add_subparsers(metavar="COMMAND", title="commands")
    retry = _add(
        parts, "retry", "send a post that was given up again, with the running bot or the next start", bodies.retry
    )
    drop = _add(parts, "drop", "never send a post that was given up", bodies.drop)
    for one in (retry, drop):
        one.add_argument("id", metavar="ID", help="its id, or the beginning of it, as `posts` lists it")


def _add_db(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("db", help="upgrade, check, back up or restore both stores")
    parts = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
    _add(parts, "upgrade", "bring both stores to this version, after a copy of the main one", bodies.db_upgrade)
    _add(parts, "check", "check the schema and the health of both stores", bodies.db_check)
    backup = _add(
        parts, "backup", "write both stores to a new folder; concerns as of their last release", bodies.db_backup
    )
    backup.add_argument("folder", metavar="FOLDER", type=Path, help="where the backup's own new folder is made")
    backup.add_argument(
        "--keys", metavar="FOLDER", type=Path, help="also copy the concern keys here: somewhere apart from the backup"
    )
    restore = _add(parts, "restore", "put a backup back, while no bot runs", bodies.db_restore)
    restore.add_argument("folder", metavar="FOLDER", type=Path, help="the backup's own folder")
    restore.add_argument("--keys", metavar="FOLDER", type=Path, help="also put the concern keys back from here")
    restore.add_argument("--replace", action="store_true", help="give up what the stores hold now")


def _add_workspace(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("workspace", help="be in further workspaces: add, list or remove one")
    parts = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
    added = _add(
        parts, "add", "add a workspace; its tokens are asked for, or read from standard input", bodies.workspace_add
    )
    added.add_argument("--admins", nargs="*", default=[], metavar="ID", help="Slack ids of those who look after it")
    _add(parts, "list", "list the workspaces that were added, without their tokens", bodies.workspace_list)
    removed = _add(
        parts, "remove", "leave a workspace and delete everything held about it, for good", bodies.workspace_remove
    )
    removed.add_argument("workspace", metavar="ID", help="its id, like T012AB3CD")
    removed.add_argument("--yes", action="store_true", help="do not ask first")


def _add_forget(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _add(commands, "forget", "delete what is held about a person or a clinic, for good", bodies.forget)
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("--user", metavar="ID", help="a person's Slack id, like U012AB3CD")
    whom.add_argument("--clinic", metavar="CLINIC", help="a clinic's name or id")
    parser.add_argument("--yes", action="store_true", help="do not ask first")


def _add_concerns(commands: Commands[argparse.ArgumentParser]) -> None:
    concerns = commands.add_parser("concerns", help="look after the keys of concerns")
    parts = concerns.add_subparsers(metavar="COMMAND", required=True, title="commands")
    keys = parts.add_parser("keys", help="see, rotate or destroy the keys that open concerns")
    verbs = keys.add_subparsers(metavar="COMMAND", required=True, title="commands")
    _add(
        verbs,
        "status",
        "list each month's key: here or destroyed, until when, and where copies are",
        bodies.keys_status,
    )
    _add(verbs, "rotate", "make fresh keys, seal everything stored anew, destroy the old keys", bodies.keys_rotate)
    destroy = _add(
        verbs, "destroy", "destroy a month's key for good, and list the copies that must go too", bodies.keys_destroy
    )
    destroy.add_argument("month", metavar="MONTH", help="which month, like 2026-11")
    destroy.add_argument("--yes", action="store_true", help="do not ask first")


def _add_occurrences(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _add(
        commands, "occurrences", "print when a recurrence rule comes round, without any store", bodies.occurrences
    )
    parser.add_argument("--rule", default="", help="an RFC 5545 rule, like FREQ=WEEKLY;BYDAY=MO,WE")
    parser.add_argument("--start", metavar="LOCAL", default="", help="local time to count from, like 2027-01-04T09:00")
    parser.add_argument("--zone", metavar="TZ", default="", help="time zone, like America/Chicago")
    parser.add_argument("--count", metavar="N", default="10", help="at most so many; 10 if not given")
    parser.add_argument("--after", metavar="LOCAL", default="", help="only later ones than this local time")
    parser.add_argument(
        "--json-lines",
        action="store_true",
        help="read a JSON object with rule, start, zone, count and after from each line of standard input instead",
    )


def _add_simulate(commands: Commands[argparse.ArgumentParser]) -> None:
    words = "live through days of made-up teams in minutes, with faults, and judge every post"
    parser = _add(commands, "simulate", words, bodies.simulate, epilog=FAULTS)
    for name, default, meaning in (("days", 30, "how many days"), ("teams", 3, "how many teams")):
        parser.add_argument(
            f"--{name}", type=some, default=default, metavar="N", help=f"{meaning}; {default} if not given"
        )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="what decides every chance; 1 if not given")
    parser.add_argument("--faults", default="all", metavar="LIST", help="what goes wrong; all if not given, see below")
