"""Which level a participant has reached in a module, and why: replayed from the diary. Pure.

Everybody begins at level 1, whenever the module opens. Two good sessions at a level lead to the
next one, a bad session or two amber ones in a row lead one level down, and staff may set a level
with a reason; from that day on the rule goes on from there. The numbers are the protocol's
(`LevelRule`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from modules.study.protocol import LevelRule
from modules.text import LabelledEnum, Text, label

LOWEST, HIGHEST = 1, 3
NEXT_DAY = timedelta(days=3)
"""Within so many days after a session the pain noted next is that of the day after."""
ONE_POINT_MM = 10
"""Pain that rises by less than one point of ten is no more pain."""


@dataclass(frozen=True, slots=True)
class Training:
    """One diary entry as far as levels go: pain in mm (0-100), effort CR10; None is not known.

    `done`: exercises ticked; `short`: those of which less was done than asked, or not known how
    much; `signs`: whether a new symptom was ticked; `listed`: the list of the day.
    """

    day: date
    done: frozenset[str]
    short: frozenset[str] = frozenset()
    effort: int | None = None
    pain_before_mm: int | None = None
    pain_after_mm: int | None = None
    signs: bool = False
    listed: frozenset[str] | None = None


class StepReason(LabelledEnum):
    """Why a level changed; `told` is what the participant reads."""

    told: Text

    def __init__(self, code: str, es: str, en: str, told_es: str, told_en: str):
        """Make a member from its code, its label and what the participant reads."""
        super().__init__(code, es, en)
        self.told = label(told_es, told_en)

    GOOD = (
        "good",
        "sesiones buenas seguidas en el nivel",
        "good sessions at the level",
        "Subimos porque hiciste todas las series, con poco esfuerzo y sin más dolor al otro día.",
        "We went up because you did every set with little effort and no more pain the next day.",
    )
    PAIN = (
        "pain",
        "dolor en rojo durante la sesión",
        "pain in the red during the session",
        "Bajamos porque el dolor llegó al rojo. Es la forma de seguir avanzando.",
        "We went down because the pain reached the red. It is the way to keep going forward.",
    )
    NEXT_DAY = (
        "next_day",
        "más dolor al día siguiente",
        "more pain the next day",
        "Bajamos porque al otro día te dolió más.",
        "We went down because it hurt more the next day.",
    )
    SIGN = (
        "sign",
        "una molestia nueva marcada en el diario",
        "a new symptom ticked in the diary",
        "Bajamos porque marcaste una molestia nueva.",
        "We went down because you ticked a new symptom.",
    )
    STAFF = (
        "staff",
        "decisión del equipo",
        "decided by the team",
        "Tu equipo eligió este nivel para ti.",
        "Your team chose this level for you.",
    )


@dataclass(frozen=True, slots=True)
class LevelSet:
    """A level that staff set, and from which day on it holds."""

    level: int
    since: date


@dataclass(frozen=True, slots=True)
class Step:
    """One change of level: on which day, to which level, why."""

    day: date
    level: int
    reason: StepReason


@dataclass(frozen=True, slots=True)
class Ladder:
    """The levels of one module for one participant.

    `levels`: exercise -> its level, of those this participant may be given; `opens`: level -> the
    first day on which it may be reached; one that is not named is never reached by the rule.
    """

    levels: Mapping[str, int]
    opens: Mapping[int, date] = field(default_factory=dict)


def steps(
    ladder: Ladder,
    trainings: Sequence[Training],
    rule: LevelRule,
    today: date,
    staff: LevelSet | None = None,
) -> list[Step]:
    """Return every change of level up to a day, oldest first; none while level 1 holds."""
    climb = _Climb(ladder, rule, staff)
    known = sorted((each for each in trainings if each.day <= today), key=lambda one: one.day)
    for place, training in enumerate(known):
        climb.come_to(training.day)
        climb.take(training, _next_of(training, known[place + 1 :]))
    climb.come_to(today)
    return climb.steps


def reached(found: Sequence[Step]) -> int:
    """Return the level after these steps."""
    return found[-1].level if found else LOWEST


def _next_of(training: Training, later: Iterable[Training]) -> Training | None:
    """Return the entry that tells the pain of the day after; None while nobody knows."""
    rated = (each for each in later if each.day > training.day and each.pain_before_mm is not None)
    found = next(rated, None)
    return found if found and found.day - training.day <= NEXT_DAY else None


def fault_of(training: Training, after: Training | None, rule: LevelRule) -> StepReason | None:
    """Return why a session was a bad one; None where nothing says so."""
    if training.signs:
        return StepReason.SIGN
    if training.pain_after_mm is not None and training.pain_after_mm > rule.pain_mm_above:
        return StepReason.PAIN
    rise = _rise(training, after)
    return StepReason.NEXT_DAY if rise is not None and rise > rule.next_day_rise_mm else None


def is_good(training: Training, after: Training | None, rule: LevelRule) -> bool:
    """Whether a session counts towards the next level: all four conditions are known to be met."""
    rise = _rise(training, after)
    easy = training.effort is not None and training.effort <= rule.effort_at_most
    return easy and training.pain_after_mm is not None and rise is not None and rise < ONE_POINT_MM


def is_amber(training: Training, after: Training | None) -> bool:
    """Whether pain was not back where it began the next day: one such session keeps the level."""
    rise = _rise(training, after)
    return rise is not None and rise >= ONE_POINT_MM


def _rise(training: Training, after: Training | None) -> int | None:
    if after is None or after.pain_before_mm is None or training.pain_before_mm is None:
        return None
    return after.pain_before_mm - training.pain_before_mm


class _Climb:
    """One participant on the levels of one module, day by day."""

    def __init__(self, ladder: Ladder, rule: LevelRule, staff: LevelSet | None) -> None:
        self.ladder, self.rule, self.staff = ladder, rule, staff
        self.steps: list[Step] = []
        self.good: list[date] = []
        self.confirmed: date | None = None
        self.raised: date | None = None
        self.amber = False
        """Whether the last session was an amber one: the next amber one leads down."""

    @property
    def level(self) -> int:
        return reached(self.steps)

    def come_to(self, day: date) -> None:
        """Make the steps that are due on or before a day."""
        if self.staff and self.staff.since <= day:
            self._go(self.staff.since, self.staff.level, StepReason.STAFF)
            self.staff = None
        due = self._due()
        if due is not None and due <= day:
            self._go(due, self.level + 1, StepReason.GOOD)
            self.raised = due

    def _due(self) -> date | None:
        """Return the day of the next step up; None while too little speaks for it."""
        opens = self.ladder.opens.get(self.level + 1)
        if self.confirmed is None or opens is None or self.level >= HIGHEST:
            return None
        wait = timedelta(hours=self.rule.hours_between)
        earliest = (self.raised + wait,) if self.raised else ()
        return max(self.confirmed, opens, *earliest)

    def take(self, training: Training, after: Training | None) -> None:
        """Take one session into account; sessions without exercises of the module say nothing."""
        if not training.done & set(self.ladder.levels):
            return
        fault = fault_of(training, after, self.rule)
        amber = fault is None and is_amber(training, after)
        if amber and self.amber:
            fault = StepReason.NEXT_DAY
        self.amber = amber and fault is None
        if fault is not None:
            seen = after.day if after and fault is StepReason.NEXT_DAY else training.day
            self._go(seen, max(LOWEST, self.level - 1), fault)
        elif after and self._complete(training) and is_good(training, after, self.rule):
            self._count(training.day, after.day)

    def _complete(self, training: Training) -> bool:
        """Whether all that the list asked for in this module was done, with every set of it.

        Where nobody knows the list of that day, all of the level was asked for.
        """
        level = {each for each, level in self.ladder.levels.items() if level == self.level}
        asked = level if training.listed is None else training.listed & set(self.ladder.levels)
        return bool(level & asked) and asked <= training.done - training.short

    def _count(self, day: date, confirmed: date) -> None:
        within = timedelta(days=self.rule.within_days)
        self.good = [each for each in {*self.good, day} if day - each < within]
        if len(self.good) >= self.rule.good_sessions:
            self.confirmed = confirmed

    def _go(self, day: date, level: int, reason: StepReason) -> None:
        """Go to a level; whatever counted towards the next one begins anew."""
        self.good, self.confirmed = [], None
        if level != self.level or reason is StepReason.STAFF:
            self.steps.append(Step(day, level, reason))
