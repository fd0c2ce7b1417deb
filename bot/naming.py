"""What a person means on the command line: which clinic, and which post."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wrong_use import NoClinicYet, NoSuchClinicHere, NoSuchPost, NoSuchSeries, SayWhichClinic
from mat.clinic import Clinic
from mat.delivery import Post, PostKind
from mat.huddles import HuddleSeries
from scheduler.ahead import UNPLANNED

# The others belong to one moment and cannot be asked for.
POSTS = tuple(kind for kind in PostKind if kind not in UNPLANNED)


def clinic_meant(clinics: Sequence[Clinic], name: str) -> Clinic:
    """The clinic with this id or name, or the only one where `name` is empty. Raises `WrongUse` otherwise."""
    if not clinics:
        raise NoClinicYet
    if name:
        wanted = name.casefold()
        found = [c for c in clinics if c.id == name] or [c for c in clinics if c.name.casefold() == wanted]
    else:
        found = list(clinics)
    if not found:
        raise NoSuchClinicHere(name=name, choices=_choices(clinics))
    if len(found) > 1:
        raise SayWhichClinic(choices=_choices(found))
    return found[0]


def _choices(clinics: Sequence[Clinic]) -> str:
    return ", ".join(f"{clinic.id} ({clinic.name})" for clinic in clinics)


def post_meant(words: str) -> tuple[PostKind, str]:
    """`huddle-agenda:Daily huddle` → the kind and the series' title, empty where none is given. Raises `NoSuchPost`."""
    name, _, title = words.partition(":")
    for kind in POSTS:
        if kind.value == name.strip().casefold():
            return kind, title.strip()
    raise NoSuchPost(post=words, choices=", ".join(kind.value for kind in POSTS))


def of_series(posts: Sequence[Post], title: str, series: Sequence[HuddleSeries], clinic: Clinic) -> tuple[Post, ...]:
    """Those of the series with this title; all where it is empty. Raises `NoSuchSeries`."""
    if not title:
        return tuple(posts)
    wanted = {one.id for one in series if title.casefold() in (one.title.casefold(), one.id.casefold())}
    found = tuple(post for post in posts if post.subject in wanted)
    if not found:
        choices = ", ".join(one.title for one in series) or "none yet"
        raise NoSuchSeries(clinic=clinic.name, title=title, choices=choices)
    return found
