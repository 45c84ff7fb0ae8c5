"""Which module is open for a participant today, and when the next one opens. Pure.

A module opens when its week has come and the module before it is done, at the latest
`longest_wait_days` after its week began, so that nobody is shut out of the course. A protocol may
let it wait a little longer while pain stays high (`hold_if`, with a longest wait of its own).
An open alert that pain stays above that before day 1 lets the next module wait too, for
`LONGEST_FREEZE_DAYS` at most. Staff may open a module before its time or hold it until a day;
nothing else changes these dates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from modules.study.protocol import HoldIf, ModulePlan
from modules.text import LabelledEnum, Text, label

Pain = tuple[date, int]
"""A day and the pain noted on it, mm (0–100)."""


class ModuleStatus(LabelledEnum):
    """Where a participant stands with one module."""

    LOCKED = "locked", "cerrado", "locked"
    OPEN = "open", "abierto", "open"
    DONE = "done", "terminado", "done"


class LockReason(LabelledEnum):
    """Why a module is still shut."""

    NOT_STARTED = "not_started", "el programa no ha comenzado", "the programme has not begun"
    WEEK = "week", "aún no llega su semana", "its week has not come"
    PREVIOUS = "previous", "falta terminar el módulo anterior", "the module before is not done"
    PAIN = "pain", "dolor alto en el diario", "high pain in the diary"
    HELD = "held", "en espera por decisión del equipo", "held by the team"


class OverrideAction(LabelledEnum):
    """What staff decided about one module."""

    offer: Text
    """What is offered before the decision."""
    detail: Text
    """What follows from it."""

    def __init__(self, code: str, es: str, en: str, offer: Text, detail: Text):
        """Make a member from its code, its label, what is offered and what follows."""
        super().__init__(code, es, en)
        self.offer, self.detail = offer, detail

    OPEN = (
        "open",
        "abierto",
        "opened",
        Text("Abrirlo ahora", "Open it now"),
        Text(
            "Queda abierto, diga lo que diga el plan.",
            "It stays open, whatever the plan says.",
        ),
    )
    HOLD = (
        "hold",
        "en espera",
        "held",
        Text("Dejarlo en espera hasta un día", "Hold it until a day"),
        Text(
            "La persona ve el motivo y hasta cuándo.",
            "The participant is told why and until when.",
        ),
    )
    RELEASE = (
        "release",
        "de vuelta al plan",
        "back to the plan",
        Text("Volver al plan", "Back to the plan"),
        Text(
            "Vuelven a decidir la semana, el módulo anterior y el dolor.",
            "Week, module before and pain decide again.",
        ),
    )


class OpenReason(LabelledEnum):
    """Why staff open a module before its time."""

    READY = "ready", "Está listo antes", "Ready for it earlier"
    AWAY = "away", "No estará en esa semana", "Will be away in its week"
    RETURNED = "returned", "Regresó tras una ausencia", "Came back after an absence"
    TECHNICAL = (
        "technical",
        "Un problema técnico lo mantuvo cerrado",
        "A technical problem kept it shut",
    )


class HoldReason(LabelledEnum):
    """Why staff hold a module; `told` is what the participant reads."""

    told: Text

    def __init__(self, code: str, es: str, en: str, told_es: str, told_en: str):
        """Make a member from its code, its label and what the participant reads."""
        super().__init__(code, es, en)
        self.told = label(told_es, told_en)

    PAIN = (
        "pain",
        "Demasiado dolor ahora",
        "Too much pain now",
        "Tu equipo deja este módulo en espera hasta que tu dolor baje.",
        "Your team lets this module wait until your pain eases.",
    )
    CHECK = (
        "check",
        "Antes hay que revisar algo",
        "Something is to be checked first",
        "Tu equipo quiere revisar algo contigo primero.",
        "Your team wants to check something with you first.",
    )
    OWN_WISH = (
        "own_wish",
        "Deseo de la persona",
        "Wish of the participant",
        "Este módulo espera, como pediste.",
        "This module waits, as you asked.",
    )
    ILLNESS = (
        "illness",
        "Otra enfermedad",
        "Another illness",
        "Este módulo espera hasta que te sientas bien de nuevo.",
        "This module waits until you feel well again.",
    )


OverrideReason = OpenReason | HoldReason


REASONS: Mapping[OverrideAction, tuple[OverrideReason, ...]] = {
    OverrideAction.OPEN: tuple(OpenReason),
    OverrideAction.HOLD: tuple(HoldReason),
    OverrideAction.RELEASE: (),
}


def reason_of(action: OverrideAction, code: str) -> OverrideReason | None:
    """Return why a decision was made; None where none is asked for."""
    return next((reason for reason in REASONS[action] if reason == code), None)


@dataclass(frozen=True, slots=True)
class Override:
    """A decision of staff: from which day it counts, and until which day a hold lasts."""

    action: OverrideAction
    since: date
    until: date | None = None
    reason: OverrideReason | None = None
    """None for a way back to the plan."""


LONGEST_HOLD_DAYS = 28
LONGEST_FREEZE_DAYS = 7
"""So long a module waits for an alert that nobody closes, from the day it was ready."""


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
    """Day on which a locked module opens; where it waits for a module, the earliest (`WEEK`) or
    the latest (`PREVIOUS`) day, high pain aside."""
    latest_on: date | None = None
    """Day on which it opens at the very latest by its plan, whatever is done or felt until then."""
    override: Override | None = None
    """What staff decided, while it counts."""

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
    overrides: Mapping[str, Override] | None = None,
    pains: Sequence[Pain] = (),
    frozen_since: date | None = None,
) -> list[ModuleState]:
    """Return the state of every module of a protocol, in its order.

    `lessons`: module key -> lesson keys; `done`: module key -> lesson key -> day it was done;
    `overrides`: module key -> newest decision of staff; `pains`: what the diary says, any order;
    `frozen_since`: day of an open alert that freezes progression. A module that is open stays open.
    """
    states: list[ModuleState] = []
    finished: dict[str, date] = {}
    known = sorted(pains)
    for plan in plans:
        ticked = {k: d for k, d in done.get(plan.key, {}).items() if k in lessons[plan.key]}
        total = len(lessons[plan.key])
        if total and len(ticked) == total:
            finished[plan.key] = max(ticked.values())
        override = _counting((overrides or {}).get(plan.key), today)
        lock = _lock(plan, finished, day_one, today, known, frozen_since, begun=bool(ticked))
        if plan.key in finished and lock and lock.reason in OVERTAKEN:
            lock = None
        states.append(_state(plan.key, len(ticked), total, finished.get(plan.key), lock, override))
    return states


OVERTAKEN = (LockReason.PREVIOUS, LockReason.PAIN)
"""Locks that mean nothing any more once a module is done."""


@dataclass(frozen=True, slots=True)
class _Lock:
    reason: LockReason
    opens_on: date | None = None
    waits_for: str | None = None
    latest_on: date | None = None


def _counting(override: Override | None, today: date) -> Override | None:
    """Return a decision that counts today: begun, not taken back, a hold not over."""
    if override is None or override.action is OverrideAction.RELEASE or today < override.since:
        return None
    over = override.until is not None and today >= override.until
    return None if override.action is OverrideAction.HOLD and over else override


def _state(
    key: str,
    ticked: int,
    total: int,
    finished: date | None,
    lock: _Lock | None,
    override: Override | None,
) -> ModuleState:
    if override is not None and lock is not None and lock.reason is not LockReason.NOT_STARTED:
        lock = None if override.action is OverrideAction.OPEN else lock
    if finished is not None and lock is None:
        return ModuleState(
            key, ModuleStatus.DONE, ticked, total, done_on=finished, override=override
        )
    if override is not None and override.action is OverrideAction.HOLD:
        lock = _held(lock, override)
    if lock is None:
        return ModuleState(key, ModuleStatus.OPEN, ticked, total, override=override)
    return ModuleState(
        key,
        ModuleStatus.LOCKED,
        ticked,
        total,
        reason=lock.reason,
        waits_for=lock.waits_for,
        opens_on=lock.opens_on,
        latest_on=lock.latest_on,
        override=override,
    )


def _held(lock: _Lock | None, override: Override) -> _Lock:
    """Return the lock of a held module; a lock of the plan that lasts longer stays in front."""
    until = override.until
    if lock is not None and (lock.opens_on is None or until is None or lock.opens_on >= until):
        return lock
    ends = [day for day in (until, lock.latest_on if lock else None) if day is not None]
    return _Lock(LockReason.HELD, until, latest_on=max(ends, default=None))


def _lock(
    plan: ModulePlan,
    finished: Mapping[str, date],
    day_one: date | None,
    today: date,
    pains: Sequence[Pain],
    frozen_since: date | None,
    *,
    begun: bool,
) -> _Lock | None:
    """Return what shuts a module by its plan today; None when it is open."""
    if day_one is None:
        return _Lock(LockReason.NOT_STARTED)
    unlock = plan.unlock
    week_begins = day_one + timedelta(days=7 * (unlock.week - 1))
    latest = week_begins + timedelta(days=unlock.longest_wait_days)
    waits_for = unlock.after if unlock.after not in (None, *finished) else None
    pain = timedelta(days=_longest_pain_wait(unlock.hold_if, frozen_since))
    if today < week_begins:
        end = (latest if waits_for else week_begins) + pain
        return _Lock(LockReason.WEEK, week_begins, waits_for, end)
    if waits_for is not None and today < latest:
        return _Lock(LockReason.PREVIOUS, latest, waits_for, latest + pain)
    if begun:
        return None
    ready = (
        latest if waits_for else _ready_on(week_begins, latest, finished.get(unlock.after or ""))
    )
    waits = _pain_lock(unlock.hold_if, ready, today, pains) if unlock.hold_if else None
    return waits or _frozen(ready, today, frozen_since)


def _longest_pain_wait(rule: HoldIf | None, frozen_since: date | None) -> int:
    """Return for how many days pain may keep a module shut that is ready otherwise."""
    frozen = LONGEST_FREEZE_DAYS if frozen_since else 0
    return max(rule.longest_wait_days if rule else 0, frozen)


def _frozen(ready: date, today: date, since: date | None) -> _Lock | None:
    """Return the lock of a module that was not ready yet when progression froze."""
    latest = ready + timedelta(days=LONGEST_FREEZE_DAYS)
    if since is None or ready <= since or today >= latest:
        return None
    return _Lock(LockReason.PAIN, latest, latest_on=latest)


def _ready_on(week_begins: date, latest: date, previous_done: date | None) -> date:
    """Return the day from which only pain could still hold a module."""
    return min(latest, max(week_begins, previous_done or week_begins))


def _pain_lock(rule: HoldIf, ready: date, today: date, pains: Sequence[Pain]) -> _Lock | None:
    """Return the lock of high pain: it ends for good on the first day without high pain."""
    latest = ready + timedelta(days=rule.longest_wait_days)
    day = ready
    while day <= today and day < latest:
        if not hurts(rule, day, pains):
            return None
        day += timedelta(days=1)
    return None if today >= latest else _Lock(LockReason.PAIN, latest, latest_on=latest)


def hurts(rule: HoldIf, day: date, pains: Sequence[Pain]) -> bool:
    """Return whether the newest entries up to a day are all as high as the rule says (mm)."""
    newest = [mm for noted, mm in pains if noted <= day][-rule.entries :]
    return len(newest) == rule.entries and min(newest) >= rule.pain_mm_at_least


def current(states: Sequence[ModuleState]) -> ModuleState | None:
    """Return the first module that is open and not done: where the participant goes on."""
    return next((state for state in states if state.status is ModuleStatus.OPEN), None)
