"""People and channels as Slack knows them. People live in memory only: a look-up leaves no trace of who asked for what."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_surfaces import error_code
from bot.tasks import Tasks
from mat.clinic import PersonFacts
from mat.errors import ScopeMissing, SlackSilent
from mat.ports import ChannelFacts, UserGroup

log = logging.getLogger("mat.directory")

# What slack_sdk trips over where an answer is no JSON object stands here too.
LOST = (aiohttp.ClientError, TimeoutError, OSError, AttributeError, TypeError, ValueError)
NO_SUCH_CHANNEL = frozenset({"channel_not_found", "not_in_channel", "invalid_arguments"})

PAGE = 200
PAGES_AT_MOST = 500


class SlackDirectory:
    """Filled once at the start by `load`, kept fresh by Slack's events and by `load` every ten minutes."""

    def __init__(self, client: AsyncWebClient, tasks: Tasks) -> None:
        self._client = client
        self._tasks = tasks
        self._people: dict[str, PersonFacts] = {}
        self._asked: set[str] = set()
        self._groups: tuple[UserGroup, ...] = ()
        self._workspace = ""

    def of_workspace(self, workspace: str) -> None:
        """Tells which workspace is ours: everybody of another one is an outsider."""
        self._workspace = workspace

    def person(self, user: str) -> PersonFacts | None:
        facts = self._people.get(user)
        if facts is None and user and user not in self._asked:
            self._asked.add(user)
            self._tasks.own(self._look_up(user))
        return facts

    def known(self, user: str) -> PersonFacts | None:
        return self._people.get(user)

    async def channel(self, channel: str) -> ChannelFacts | None:
        """None where there is no such channel for us. Raises `ScopeMissing`, or `SlackSilent` where Slack does not say."""
        try:
            answer = await self._client.conversations_info(channel=channel)
        except SlackApiError as refused:
            log.info("channel_not_read", extra={"code": (code := error_code(refused))})
            if code in NO_SUCH_CHANNEL:
                return None
            raise (ScopeMissing(scope=_needed(refused)) if code == "missing_scope" else SlackSilent()) from None
        except LOST as lost:
            log.info("channel_not_read", extra={"code": type(lost).__name__})
            raise SlackSilent from None
        found = answer.get("channel")
        if not isinstance(found, Mapping):
            raise SlackSilent
        return ChannelFacts(
            id=channel,
            name=str(found.get("name") or ""),
            member=bool(found.get("is_member")),
            archived=bool(found.get("is_archived")),
            shared=bool(found.get("is_ext_shared")),
        )

    def groups(self) -> tuple[UserGroup, ...]:
        return self._groups

    async def load(self) -> None:
        """Reads everybody, then the user groups. What does not come leaves what is known as it is; the next load tries again."""
        await self._load_people()
        await self._load_groups()

    async def _load_people(self) -> None:
        cursor = ""
        for _ in range(PAGES_AT_MOST):
            try:
                answer = await self._client.users_list(limit=PAGE, cursor=cursor)
            except (SlackApiError, *LOST) as lost:
                log.warning("people_not_read", extra={"type": type(lost).__name__})
                return
            for member in answer.get("members") or []:
                self.heard_of(member)
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        self._asked.clear()

    async def _load_groups(self) -> None:
        try:
            answer = await self._client.usergroups_list(include_users=True)
        except SlackApiError as refused:
            log.info("groups_not_read", extra={"code": error_code(refused)})
        except LOST as lost:
            log.warning("groups_not_read", extra={"type": type(lost).__name__})
        else:
            groups = [group_of(found) for found in answer.get("usergroups") or []]
            self._groups = tuple(sorted(groups, key=lambda group: group.handle))

    def heard_of(self, member: object) -> None:
        """Takes in a user object as Slack sends it in lists, answers and the events user_change and team_join.

        Anything else is passed over.
        """
        if isinstance(member, Mapping) and member.get("id"):
            self._people[str(member["id"])] = facts_of(member, self._workspace)

    async def _look_up(self, user: str) -> None:
        try:
            answer = await self._client.users_info(user=user)
        except (SlackApiError, *LOST):
            return
        finally:
            self._asked.discard(user)
        self.heard_of(answer.get("user"))


def _needed(refused: SlackApiError) -> str:
    """The scope that Slack missed, as its answer says."""
    data = getattr(refused.response, "data", None)
    return str(data.get("needed") or "channels:read") if isinstance(data, Mapping) else "channels:read"


def facts_of(member: Mapping[str, Any], workspace: str) -> PersonFacts:
    """What decides about a person. `is_stranger` and a foreign team are Slack's marks for people of other organisations."""
    found = member.get("profile")
    profile = found if isinstance(found, Mapping) else {}
    foreign = bool(workspace and member.get("team_id") and member["team_id"] != workspace)
    return PersonFacts(
        user=str(member["id"]),
        name=str(profile.get("display_name") or member.get("real_name") or member.get("name") or ""),
        bot=bool(member.get("is_bot")) or member["id"] == "USLACKBOT",
        guest=bool(member.get("is_restricted") or member.get("is_ultra_restricted")),
        outsider=bool(member.get("is_stranger")) or foreign,
        admin=bool(member.get("is_admin") or member.get("is_owner")),
        gone=bool(member.get("deleted")),
        zone=str(member.get("tz") or ""),
    )


def group_of(found: Mapping[str, Any]) -> UserGroup:
    """A user group as `usergroups.list` tells it."""
    users = tuple(str(user) for user in found.get("users") or ())
    return UserGroup(str(found["id"]), str(found.get("handle") or ""), str(found.get("name") or ""), users)
