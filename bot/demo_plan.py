"""What the two made-up clinics have done so far: milestones, asks, agenda items, and concerns that were answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.demo_world import ANA, BEN, CAM, ELI, FAY, ROSA
from bot.local_slack import Person
from mat.concerns import Status
from mat.plan import State


@dataclass(frozen=True, slots=True)
class Step:
    """Where a milestone stands since `days_ago`; `note`: what it waits for, or why it is not for this clinic."""

    days_ago: int
    by: Person
    state: State = State.DONE
    note: str = ""
    owner: Person | None = None


@dataclass(frozen=True, slots=True)
class DemoAsk:
    text: str
    by: Person
    days_ago: int


@dataclass(frozen=True, slots=True)
class DemoItem:
    """Something on the agenda of the clinic's huddle."""

    text: str
    by: Person
    hours_ago: int


@dataclass(frozen=True, slots=True)
class DemoConcern:
    """A concern raised three weeks ago; `sentence`: what everybody reads about it."""

    topic: str
    text: str = field(repr=False)
    status: Status = Status.DONE
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class DemoPlan:
    steps: Mapping[str, Step]
    asks: tuple[DemoAsk, ...]
    items: tuple[DemoItem, ...]
    concerns: tuple[DemoConcern, ...] = ()


LARKSPUR_PLAN = DemoPlan(
    steps={
        "pl-leadership-commitment": Step(131, ROSA),
        "pl-leadership-team": Step(126, ANA),
        "pl-leadership-protected-time": Step(112, ROSA),
        "pl-leadership-kickoff": Step(61, ANA),
        "pl-policies-locate": Step(92, BEN),
        "pl-tracking-resources": Step(95, BEN),
        "pl-tracking-baseline": Step(83, BEN),
        "pl-visits-education-resources": Step(80, BEN),
        "pl-visits-current-practice": Step(78, BEN),
        "pl-visits-training-resources": Step(74, BEN),
        "pl-complex-resources": Step(72, CAM),
        "pl-measuring-self-assessment": Step(101, BEN),
        "pl-measuring-aims": Step(66, ANA),
        "pl-measuring-simple-measure": Step(70, BEN),
        "pl-measuring-action-plan": Step(52, BEN),
        "di-leadership-emphasis": Step(5, ROSA),
        "di-leadership-time": Step(24, ROSA),
        "di-leadership-consensus": Step(9, ANA, State.MOVING),
        "di-policies-revised": Step(16, ROSA, State.MOVING, owner=ROSA),
        "di-policies-agreement": Step(33, ROSA, State.MOVING),
        "di-tracking-identified": Step(11, BEN, State.MOVING, owner=BEN),
        "di-tracking-pdmp": Step(34, BEN, State.STUCK, "IT to add delegate accounts for the medical assistants"),
        "di-visits-prep": Step(4, BEN, State.MOVING),
        "di-complex-tools": Step(8, CAM, State.MOVING, owner=CAM),
        "di-measuring-metrics": Step(3, ANA),
        "moud-pl-champion": Step(133, ROSA),
        "moud-pl-team": Step(118, ANA),
        "moud-pl-leaders": Step(109, ANA),
        "moud-pl-readiness": Step(99, ANA),
        "moud-pl-questions": Step(71, BEN),
        "moud-pl-process": Step(63, BEN),
        "moud-pl-prescribers": Step(75, ROSA),
        "moud-pl-privacy": Step(12, BEN, State.STUCK, "an answer from the lawyer about the consent form"),
        "moud-pl-orientation": Step(6, ANA, State.MOVING, owner=ANA),
        "moud-pl-consult": Step(57, ROSA),
        "moud-di-adhoc": Step(2, ROSA),
        "moud-di-concerns": Step(19, ANA),
        "moud-di-huddle": Step(13, BEN, State.MOVING),
        "moud-di-naloxone": Step(7, CAM, State.MOVING),
        "moud-di-cases": Step(21, ROSA, State.NOT_FOR_US, "We join the case conferences of Juniper Street Clinic"),
    },
    asks=(
        DemoAsk("A half day for the whole team to train on the new workflow", BEN, 9),
        DemoAsk("A second computer at check-in for the screening form", CAM, 3),
    ),
    items=(
        DemoItem("Who restocks the naloxone kits this week?", BEN, 20),
        DemoItem("Refill calls before the long weekend", CAM, 3),
    ),
    concerns=(
        DemoConcern(
            "staffing",
            "Nobody covers the front desk over lunch, so refill calls pile up until two o'clock.",
            Status.DOING,
            "From next month two people share the lunch hour, so calls are answered all day.",
        ),
        DemoConcern(
            "supplies-and-it",
            "The printer for the patient materials has been broken for weeks.",
            Status.DONE,
            "The printer is replaced.",
        ),
    ),
)

JUNIPER_PLAN = DemoPlan(
    steps={
        "pl-leadership-commitment": Step(38, ROSA),
        "pl-leadership-team": Step(30, ELI),
        "pl-leadership-protected-time": Step(26, ROSA, State.STUCK, "a room that is free on Tuesdays at noon"),
        "pl-policies-locate": Step(6, FAY, State.MOVING),
        "pl-measuring-self-assessment": Step(4, FAY),
        "moud-pl-champion": Step(36, ROSA),
        "moud-pl-team": Step(10, ELI, State.MOVING, owner=ELI),
        "moud-pl-leaders": Step(15, ELI),
        "moud-pl-readiness": Step(2, FAY, State.MOVING),
    },
    asks=(DemoAsk("Two hours a month for Fay to build the first report", ELI, 5),),
    items=(DemoItem("Pick two dates for the readiness talk", FAY, 5),),
)
