"""The plan of one participant, put together from the protocol, the content and the own record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from modules.course import contraindications, levels, plan, prescription
from modules.course.curriculum import Curriculum, Module
from modules.course.levels import Ladder, Step
from modules.course.plan import Plan, Standing
from modules.course.progression import ModuleState
from modules.records.queries import CourseRecord
from modules.study import days
from modules.study.protocol import ModulePlan, Protocol


@dataclass(frozen=True)
class ParticipantPlan:
    """Where a participant stands, today's list, and every change of level with its reason."""

    here: Standing
    today: Plan
    steps: Mapping[str, Sequence[Step]]
    """Module key -> changes of level, oldest first."""
    shown: tuple[str, ...]
    """Exercises whose pages this participant may open."""

    def newest_step(self, today: date) -> Step | None:
        """Return the last change of level of the past week; None without any."""
        recent = [
            found[-1]
            for found in self.steps.values()
            if found and today - found[-1].day < timedelta(days=7)
        ]
        return max(recent, key=lambda step: step.day, default=None)


def plan_of(
    curriculum: Curriculum,
    protocol: Protocol,
    record: CourseRecord,
    states: Sequence[ModuleState],
    today: date,
    week: int | None = None,
) -> ParticipantPlan:
    """Return the plan of a participant; `week` for a week that is still to come (on paper)."""
    first = record.participant.day_one
    # Before day 1 nothing is given, not even what comes ahead of its module.
    now = min(days.week_of(today, first), protocol.duration_weeks) if first else 0
    open_ones = {state.key for state in states if state.is_open}
    if week is not None:
        open_ones |= {each.key for each in protocol.modules if each.unlock.week <= week}
    found = _steps(curriculum, protocol, record, today)
    here = Standing(
        week or now,
        frozenset(open_ones),
        record.care.in_force,
        {key: levels.reached(steps) for key, steps in found.items()},
        contraindications_of(record),
    )
    return ParticipantPlan(
        here,
        plan.of_day(curriculum, protocol.modules, here),
        found,
        plan.may_be_shown(curriculum, protocol.modules, here),
    )


def contraindications_of(record: CourseRecord) -> frozenset[str]:
    """Return the contraindications that count for a participant now, as codes."""
    covariates = record.participant.covariates
    return contraindications.known(
        record.care.prescription, covariates.comorbidities if covariates else ()
    )


def _steps(
    curriculum: Curriculum, protocol: Protocol, record: CourseRecord, today: date
) -> dict[str, list[Step]]:
    """Return the changes of level in each module that has levels."""
    held, trainings = record.care.in_force, record.trainings()
    planned = {each.key: each for each in protocol.modules}
    with_levels = [key for key in prescription.levelled(curriculum) if key in planned]
    found = {}
    for key in with_levels:
        ladder = ladder_of(curriculum, planned[key], held, record.participant.day_one)
        found[key] = levels.steps(ladder, trainings, protocol.levels, today, held.levels.get(key))
    return found


def ladder_of(
    curriculum: Curriculum,
    plan_of_module: ModulePlan,
    held: prescription.Prescription,
    day_one: date | None,
) -> Ladder:
    """Return the levels of a module for one participant, and from which day each is open."""
    module = curriculum.module(plan_of_module.key)
    mine = prescription.of_module(module, held)
    own = {each: curriculum.exercise(each).level for each in mine if each not in held.paused}
    weeks = _weeks(curriculum, module, plan_of_module)
    opens = {level: day_one + timedelta(weeks=week - 1) for level, week in weeks.items() if day_one}
    return Ladder({key: level for key, level in own.items() if level is not None}, opens)


def _weeks(curriculum: Curriculum, module: Module, planned: ModulePlan) -> dict[int, int]:
    """Return level -> the first week in which the protocol lets it be reached."""
    weeks: dict[int, int] = {}
    for group in module.groups:
        for each in group.exercises if group.key in planned.groups else ():
            level, week = curriculum.exercise(each).level, planned.groups[group.key]
            if level is not None:
                weeks[level] = min(week, weeks.get(level, week))
    return weeks
