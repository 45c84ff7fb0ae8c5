"""The plans of three simulated people, week by week, for a physiotherapist to read and sign.

Run `python -m plugin.sample_plans > docs/sample-plans.md` after a change of exercises or rules.
"""

import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from modules.course import content, progression
from modules.course.curriculum import Curriculum
from modules.course.levels import Step
from modules.course.prescription import Prescription
from modules.records.care_queries import CareFacts
from modules.records.models import ParticipantStatus
from modules.records.queries import CourseRecord, DiaryFacts, ParticipantFacts
from modules.study import protocol as protocols
from modules.study.protocol import Protocol
from modules.study.zones import Zones
from plugin.plans import ParticipantPlan, plan_of

FIRST_DAY = date(2026, 1, 5)
TRAINED = (0, 2, 4)
"""Days of a week, from its first one, on which somebody trains."""
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Sample:
    """A simulated person: what they are called here, their direction, how a session goes.

    `answer`: week -> (pain before, pain after in mm, effort CR10), None where nothing is written.
    """

    title: str
    direction: str | None
    answer: Callable[[int], tuple[int, int, int] | None]


def _good(_week: int) -> tuple[int, int, int]:
    return 20, 20, 3


def _good_and_bad(week: int) -> tuple[int, int, int]:
    return (30, 70, 6) if week == 6 else (30, 30, 3)


SAMPLES = (
    Sample("Flexion, and every session is good", "flexion", _good),
    Sample("Extension, good sessions and a bad last week", "extension", _good_and_bad),
    Sample(
        "No direction was chosen, and nothing is written in the diary", None, lambda _week: None
    ),
)


def as_markdown() -> str:
    """Return the page: each person's list at the beginning and the end of every week."""
    curriculum = content.load()
    protocol = protocols.load()["imss-nct07248813"]
    lines = [
        "# Sample plans",
        "",
        "Made by `python -m plugin.sample_plans` from the rules and the exercises as they are; a"
        " test keeps the page current. Three sessions a week. To be read and signed by a"
        " physiotherapist: **not signed yet**.",
        "",
        f"Protocol: `{protocol.key}`, {protocol.duration_weeks} weeks.",
    ]
    for each in SAMPLES:
        lines += ["", f"## {each.title}", ""]
        lines += _weeks(curriculum, protocol, each)
    return "\n".join(lines) + "\n"


def _weeks(curriculum: Curriculum, protocol: Protocol, sample: Sample) -> Iterator[str]:
    """Yield the table of one person; lessons are read on the first day, so modules open on time."""
    yield "| week | level of strength, direction | minutes | list | changes of level |"
    yield "|---|---|---|---|---|"
    diary: list[DiaryFacts] = []
    told: set[tuple[str, Step]] = set()
    for week in range(1, protocol.duration_weeks + 1):
        first = FIRST_DAY + (week - 1) * WEEK
        for day in (first + timedelta(days=each) for each in TRAINED):
            made = _plan(curriculum, protocol, sample, diary, day)
            answer = sample.answer(week)
            if answer is not None:
                diary.append(_entry(made, day, answer))
        made = _plan(curriculum, protocol, sample, diary, first + timedelta(days=6))
        new = [(key, s) for key, found in made.steps.items() for s in found if (key, s) not in told]
        told |= set(new)
        yield _row(week, made, new)


def _row(week: int, made: ParticipantPlan, new: list[tuple[str, Step]]) -> str:
    levels = made.here.levels
    shown = "; ".join(f"{e.staff_name.en}, {e.dose.summary('en')}" for e in made.today.exercises)
    steps = "; ".join(
        f"{key} to {step.level} on day {(step.day - FIRST_DAY).days + 1}: {step.reason.label.en}"
        for key, step in new
    )
    reached = f"{levels.get('core', 1)}, {levels.get('directional', 1)}"
    return f"| {week} | {reached} | {made.today.minutes} | {shown} | {steps or '–'} |"


def _plan(
    curriculum: Curriculum, protocol: Protocol, sample: Sample, diary: list[DiaryFacts], day: date
) -> ParticipantPlan:
    directions = {"directional": sample.direction} if sample.direction else {}
    record = CourseRecord(
        _participant(),
        {m.key: dict.fromkeys((e.key for e in m.lessons), FIRST_DAY) for m in curriculum},
        tuple(diary),
        (),
        frozenset(),
        CareFacts(prescription=Prescription(directions=directions)),
    )
    lessons = {
        each.key: [e.key for e in curriculum.module(each.key).lessons] for each in protocol.modules
    }
    states = progression.states_of(
        protocol.modules, lessons, record.lessons, FIRST_DAY, day, {}, record.pains(), None
    )
    return plan_of(curriculum, protocol, record, states, day)


def _participant() -> ParticipantFacts:
    zones = Zones("America/Mexico_City")
    key = uuid.UUID(int=0)
    return ParticipantFacts(key, key, "–", ParticipantStatus.ACTIVE, FIRST_DAY, FIRST_DAY, zones)


def _entry(made: ParticipantPlan, day: date, answer: tuple[int, int, int]) -> DiaryFacts:
    before, after, effort = answer
    return DiaryFacts(
        day,
        made.today.ids,
        made.today.minutes,
        effort,
        before,
        after,
        None,
        datetime.combine(day, time(18), UTC),
        (),
        listed=made.today.ids,
    )


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
