"""What each sub-command does. A body is imported when it is called, so that `--help` loads neither Slack nor the store."""

from __future__ import annotations

import argparse


def run(_options: argparse.Namespace) -> int:
    from bot.run_command import run as body

    return body()


def demo(options: argparse.Namespace) -> int:
    from bot.demo import demo as body

    return body(port=options.port)


def check(_options: argparse.Namespace) -> int:
    from bot.check_command import check as body

    return body()


def plan(options: argparse.Namespace) -> int:
    from bot.plan_command import plan as body

    return body(days=options.days)


def run_now(options: argparse.Namespace) -> int:
    from bot.run_now_command import run_now as body

    return body(options.post, clinic=options.clinic)


def preview(options: argparse.Namespace) -> int:
    from bot.preview_command import preview as body

    return body(options.post, clinic=options.clinic)


def posts(options: argparse.Namespace) -> int:
    from bot.posts_command import posts as body

    return body(dead=options.dead)


def retry(options: argparse.Namespace) -> int:
    from bot.posts_command import decide

    return decide(options.id, send=True)


def drop(options: argparse.Namespace) -> int:
    from bot.posts_command import decide

    return decide(options.id, send=False)


def db_upgrade(_options: argparse.Namespace) -> int:
    from bot.upgrade_command import upgrade

    return upgrade()


def db_check(_options: argparse.Namespace) -> int:
    from bot.upgrade_command import check

    return check()


def db_backup(options: argparse.Namespace) -> int:
    from bot.backup_command import backup

    return backup(options.folder, keys=options.keys)


def db_restore(options: argparse.Namespace) -> int:
    from bot.restore_command import restore

    return restore(options.folder, keys=options.keys, replace=options.replace)


def export(options: argparse.Namespace) -> int:
    from bot.export_command import export as body

    return body(options.folder, form=options.format, clinic=options.clinic)


def workspace_add(options: argparse.Namespace) -> int:
    from bot.workspace_command import add

    return add(options.admins)


def workspace_list(_options: argparse.Namespace) -> int:
    from bot.workspace_command import listed

    return listed()


def workspace_remove(options: argparse.Namespace) -> int:
    from bot.workspace_command import remove

    return remove(options.workspace, sure=options.yes)


def forget(options: argparse.Namespace) -> int:
    from bot.forget_command import forget as body

    return body(user=options.user or "", clinic=options.clinic or "", sure=options.yes)


def keys_status(_options: argparse.Namespace) -> int:
    from bot.keys_command import status

    return status()


def keys_rotate(_options: argparse.Namespace) -> int:
    from bot.keys_command import rotate

    return rotate()


def keys_destroy(options: argparse.Namespace) -> int:
    from bot.keys_command import destroy

    return destroy(options.month, sure=options.yes)


def occurrences(options: argparse.Namespace) -> int:
    from bot.occurrences_command import json_lines, occurrences

    if options.json_lines:
        return json_lines()
    return occurrences(
        rule=options.rule, start=options.start, zone=options.zone, count=options.count, after=options.after
    )


def guard(_options: argparse.Namespace) -> int:
    from bot.guard_command import guard as body

    return body()


def simulate(options: argparse.Namespace) -> int:
    from bot.simulate_command import simulate as body

    return body(days=options.days, teams=options.teams, seed=options.seed, faults=options.faults)
