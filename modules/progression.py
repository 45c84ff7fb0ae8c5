"""Which module is open for a participant today, and when the next one opens. Pure.

A module opens when its week has come and the module before it is done, at the latest
`longest_wait_days` after its week began, so that nobody is shut out of the course.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from modules.protocol import ModulePlan


class ModuleStatus(enum.StrEnum):
    """Where a participant stands with one module."""

    LOCKED = "locked"
    OPEN = "open"
    DONE = "done"


class LockReason(enum.StrEnum):
    """Why a module is still shut."""

    NOT_STARTED = "not_started"
    WEEK = "week"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class ModuleState:
    """One module as the participant finds it today."""

    key: str
    status: ModuleStatus
    lessons_done: int
    lessons_total: int
    done_on: date | None = None
    reason: LockReason | None = None
    waits_for: str | None = None
    """Key of the module to finish first."""
    opens_on: date | None = None
    """Day on which a locked module opens at the latest."""

    @property
    def is_open(self) -> bool:
        """Whether its pages may be shown."""
        return self.status is not ModuleStatus.LOCKED


def states_of(
    plans: Sequence[ModulePlan],
    lessons: Mapping[str, Sequence[str]],
    done: Mapping[str, Mapping[str, date]],
    day_one: date | None,
    today: date,
) -> list[ModuleState]:
    """Return the state of every module of a protocol, in its order.

    `lessons`: module key -> lesson keys; `done`: module key -> lesson key -> day it was done.
    """
    states: list[ModuleState] = []
    finished: dict[str, date] = {}
    for plan in plans:
        ticked = {k: d for k, d in done.get(plan.key, {}).items() if k in lessons[plan.key]}
        total = len(lessons[plan.key])
        if total and len(ticked) == total:
            finished[plan.key] = max(ticked.values())
        states.append(_state(plan, len(ticked), total, finished, day_one, today))
    return states


def _state(
    plan: ModulePlan,
    ticked: int,
    total: int,
    finished: Mapping[str, date],
    day_one: date | None,
    today: date,
) -> ModuleState:
    if day_one is None:
        return ModuleState(
            plan.key, ModuleStatus.LOCKED, ticked, total, reason=LockReason.NOT_STARTED
        )
    week_begins = day_one + timedelta(days=7 * (plan.unlock.week - 1))
    after = plan.unlock.after
    waits_for = after if after is not None and after not in finished else None
    if waits_for is None:
        opens_on = week_begins
    else:
        opens_on = week_begins + timedelta(days=plan.unlock.longest_wait_days)
    if plan.key in finished and today >= week_begins:
        return ModuleState(plan.key, ModuleStatus.DONE, ticked, total, done_on=finished[plan.key])
    if today >= opens_on:
        return ModuleState(plan.key, ModuleStatus.OPEN, ticked, total)
    if today < week_begins:
        return ModuleState(
            plan.key,
            ModuleStatus.LOCKED,
            ticked,
            total,
            reason=LockReason.WEEK,
            waits_for=waits_for,
            opens_on=week_begins,
        )
    return ModuleState(
        plan.key,
        ModuleStatus.LOCKED,
        ticked,
        total,
        reason=LockReason.PREVIOUS,
        waits_for=waits_for,
        opens_on=opens_on,
    )


def current(states: Sequence[ModuleState]) -> ModuleState | None:
    """Return the first module that is open and not done: where the participant goes on."""
    return next((state for state in states if state.status is ModuleStatus.OPEN), None)
