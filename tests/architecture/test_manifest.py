"""`manifest.json` is what Slack would take, and says exactly what the code registers, calls and asks for."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.slack_app import LEAVING_EVENTS, PEOPLE_EVENTS
from commands.everything import SHORTCUTS
from commands.register import EVENTS
from commands.slash_door import COMMAND
from messages.privacy import SCOPES as EXPLAINED

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
FEATURES = MANIFEST["features"]
SCOPES = MANIFEST["oauth_config"]["scopes"]

# Each method of Slack's Web API that slack_sdk's client may be asked for here, and the scopes it can need (Slack's reference,
# 2026-05): a conversation needs the scope of its own kind.
NEEDED: dict[str, set[str]] = {
    "apps_connections_open": set(),
    "auth_test": set(),
    "views_open": set(),
    "views_push": set(),
    "views_update": set(),
    "views_publish": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_delete": {"chat:write"},
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "usergroups_list": {"usergroups:read"},
    "usergroups_users_list": {"usergroups:read"},
}
EVENTS_NEED = {
    "app_home_opened": set(),
    "app_uninstalled": set(),
    "tokens_revoked": set(),
    "user_change": {"users:read"},
    "team_join": {"users:read"},
}
FAMILIES = {name.partition("_")[0] for name in NEEDED} | {
    "files",
    "reactions",
    "team",
    "bots",
    "dnd",
    "pins",
    "canvases",
}


def string(least: int, most: int, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def record(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def several(item: Any, least: int, most: int) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": least, "maxItems": most, "uniqueItems": True}


FLAG = {"type": "boolean"}
NAMES = several(string(1, 50), 0, 255)
# What Slack's manifest schema (github.com/slackapi/manifest-schema, version 1) asks of the parts that we use; parts we do not
# use are not here, so that a new one is looked up before it is added.
SCHEMA = record(
    "display_information",
    "features",
    "oauth_config",
    "settings",
    _metadata=record(major_version={"type": "integer"}, minor_version={"type": "integer"}),
    display_information=record(
        "name",
        name=string(1, 35),
        description=string(1, 140),
        long_description=string(175, 4000),
        background_color=string(4, 7, pattern="^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"),
    ),
    features=record(
        app_home=record(home_tab_enabled=FLAG, messages_tab_enabled=FLAG, messages_tab_read_only_enabled=FLAG),
        bot_user=record("display_name", display_name=string(1, 80), always_online=FLAG),
        shortcuts=several(
            record(
                "name",
                "type",
                "callback_id",
                "description",
                name=string(1, 24),
                type={"enum": ["message", "global"]},
                callback_id=string(1, 255),
                description=string(1, 150),
            ),
            1,
            10,
        ),
        slash_commands=several(
            record(
                "command",
                "description",
                command=string(2, 32, pattern="^/"),
                description=string(1, 2000),
                usage_hint=string(1, 1000),
                should_escape=FLAG,
            ),
            1,
            50,
        ),
    ),
    oauth_config=record("scopes", scopes=record("bot", bot=NAMES, bot_optional=NAMES)),
    settings=record(
        event_subscriptions=record(bot_events=several(string(1, 50), 0, 100)),
        interactivity=record("is_enabled", is_enabled=FLAG),
        org_deploy_enabled=FLAG,
        socket_mode_enabled=FLAG,
        token_rotation_enabled=FLAG,
    ),
)
CHECK = Draft202012Validator(SCHEMA)


def test_slack_would_take_it() -> None:
    assert [error.message for error in CHECK.iter_errors(MANIFEST)] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("display_information", "name"), "x" * 36),
        (("display_information", "description"), "x" * 141),
        (("display_information", "long_description"), "too short"),
        (("features", "shortcuts", 0, "name"), "x" * 25),
        (("features", "shortcuts", 0, "type"), "local"),
        (("features", "slash_commands", 0, "command"), "mat"),
        (("oauth_config", "scopes", "bot"), "chat:write"),
        (("settings", "interactivity"), {}),
        (("settings", "unknown"), True),
    ],
)
def test_the_check_would_notice(path: tuple[str | int, ...], value: object) -> None:
    broken: Any = deepcopy(MANIFEST)
    inner = broken
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert list(CHECK.iter_errors(broken))


# -- what the code registers ------------------------------------------------------------------------------------------------


def test_the_command_is_the_one_that_is_registered() -> None:
    assert [command["command"] for command in FEATURES["slash_commands"]] == [COMMAND]


def test_shortcuts_are_those_that_are_registered() -> None:
    shortcuts = [shortcut["callback_id"] for shortcut in FEATURES["shortcuts"]]
    assert sorted(shortcuts) == sorted(f"mat:{name}" for name in SHORTCUTS)
    assert all(callback.startswith("mat:") for callback in shortcuts)


def test_events_are_those_that_are_registered() -> None:
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert sorted(events) == sorted({*EVENTS, *PEOPLE_EVENTS, *LEAVING_EVENTS})
    assert set(events) == set(EVENTS_NEED)


def test_what_the_bot_stands_on_is_switched_on() -> None:
    assert MANIFEST["settings"]["socket_mode_enabled"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]
    assert FEATURES["app_home"]["home_tab_enabled"]
    assert FEATURES["app_home"]["messages_tab_enabled"]


# -- scopes -------------------------------------------------------------------------------------------------------------------


def calls() -> Iterator[tuple[str, str]]:
    """(method, file) for each method of Slack that the program names: `client.users_list`, `api_call("chat.postMessage")`."""
    for folder in ("bot", "commands", "scheduler"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and _of_slack(node):
                    yield node.attr, path.name
                elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "api_call" and node.args:
                    named = getattr(node.args[0], "value", None)
                    if isinstance(named, str):
                        yield named.replace(".", "_"), path.name


def _of_slack(node: ast.Attribute) -> bool:
    """An attribute of something called client whose name is a family of Slack's methods: `self._client.users_list`."""
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return "client" in owner and node.attr.partition("_")[0] in FAMILIES and "_" in node.attr


def test_no_call_without_its_scope() -> None:
    asked = set(SCOPES["bot"])
    called = dict(calls())
    assert {"chat_postMessage", "users_list", "views_open", "conversations_info"} <= called.keys()
    assert sorted(called.keys() - NEEDED.keys()) == [], "look the method's scopes up and add it to NEEDED"
    assert [(name, NEEDED[name] - asked) for name in called if NEEDED[name] - asked] == []


def test_no_scope_without_a_use() -> None:
    used = {"commands"}.union(*(NEEDED[name] for name, _ in calls()), *EVENTS_NEED.values())
    assert sorted(set(SCOPES["bot"]) - used) == []


def test_optional_scopes_are_among_the_scopes_as_slack_wants_it() -> None:
    assert set(SCOPES["bot_optional"]) < set(SCOPES["bot"])


def test_every_scope_is_explained_to_people_and_no_other() -> None:
    assert [scope.name for scope in EXPLAINED] == SCOPES["bot"]
    assert [scope.name for scope in EXPLAINED if scope.optional] == SCOPES["bot_optional"]
