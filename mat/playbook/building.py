"""One table of the playbook's files → one record."""

from __future__ import annotations

from collections.abc import Mapping

from mat.playbook.entries import Entry
from mat.playbook.records import (
    About,
    Agenda,
    AgendaItem,
    Block,
    HelpRoute,
    LanguageRule,
    PlaybookMilestone,
    Role,
    Source,
    Stage,
    Topic,
    Track,
)


def about(entry: Entry) -> About:
    return About(entry.text("content_as_of"), entry.text("disclaimer"), entry.text("no_patients"))


def source(entry: Entry) -> Source:
    return Source(entry.text("id"), entry.text("title"), entry.optional_text("url"))


def role(entry: Entry) -> Role:
    return Role(entry.text("id"), entry.text("title"), entry.text("does"), entry.text("source"))


def track(entry: Entry) -> Track:
    return Track(entry.text("id"), entry.text("title"), entry.text("short"), entry.optional_texts("aliases"))


def stage(entry: Entry) -> Stage:
    return Stage(entry.text("id"), entry.text("title"), *entry.weeks())


def block(entry: Entry) -> Block:
    return Block(
        id=entry.text("id"),
        track=entry.text("track"),
        title=entry.text("title"),
        short=entry.text("short"),
        aliases=entry.optional_texts("aliases"),
    )


def milestone(entry: Entry, blocks: Mapping[str, Block]) -> PlaybookMilestone:
    """A milestone belongs to the track of its block; with an unknown block the track stays empty."""
    start_week, due_week = entry.weeks()
    block_id = entry.text("block")
    return PlaybookMilestone(
        id=entry.text("id"),
        track=blocks[block_id].track if block_id in blocks else "",
        stage=entry.text("stage"),
        block=block_id,
        short=entry.text("short"),
        description=entry.text("description"),
        role=entry.text("role"),
        start_week=start_week,
        due_week=due_week,
        source=entry.text("source"),
        evidence=entry.text("evidence"),
        recurs=entry.optional_text("recurs"),
    )


def agenda_item(entry: Entry) -> AgendaItem:
    item = AgendaItem(
        id=entry.text("id"),
        label=entry.text("label"),
        minutes=entry.number("minutes"),
        owner=entry.text("owner"),
        where=entry.text("where"),
        prompt=entry.text("prompt"),
    )
    entry.finish()
    return item


def agenda(entry: Entry) -> Agenda:
    return Agenda(
        id=entry.text("id"),
        title=entry.text("title"),
        minutes=entry.number("minutes"),
        minutes_before=entry.number("minutes_before"),
        cadence=entry.text("cadence"),
        leader=entry.text("leader"),
        attendees=entry.texts("attendees"),
        header=entry.text("header"),
        items=tuple(agenda_item(item) for item in entry.entries("item")),
        sources=entry.texts("sources"),
    )


def topic(entry: Entry) -> Topic:
    return Topic(entry.text("id"), entry.text("label"), entry.text("hint"))


def help_route(entry: Entry) -> HelpRoute:
    return HelpRoute(entry.text("id"), entry.text("title"), entry.text("how"), entry.text("url"))


def language_rule(entry: Entry) -> LanguageRule:
    return LanguageRule(entry.texts("avoid"), entry.text("use"), entry.text("severity"), entry.optional_texts("allow"))
