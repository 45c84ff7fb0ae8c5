"""Today's list of exercises as a pure function of everything that decides it, with its reasons.

The protocol says from which week a group is given, the participant's direction and level which of
its exercises; what is contraindicated, goes against the direction or is paused stays out whatever
the week, also where staff added it. From what is left a day's list is picked so that it takes 20
to 45 minutes and goes from warm-up to breathing. Whatever was left out says why.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from modules.course import prescription, steps
from modules.course.curriculum import Curriculum, ExerciseGroup, Module
from modules.course.dose import Times
from modules.course.exercise import PHASES, Direction, Exercise, Family, Phase, SpinalLoad
from modules.course.levels import LOWEST
from modules.course.prescription import NOTHING, Prescription
from modules.study.protocol import ModulePlan
from modules.text import LabelledEnum, Text, label

FEWEST_MINUTES, MOST_MINUTES = 20, 45
SHORT_SERIES = 2
"""So many exercises of the direction go on once strength has begun."""


class LeftOutReason(LabelledEnum):
    """Why an exercise is not on today's list; `told` is what the participant reads."""

    told: Text

    def __init__(self, code: str, es: str, en: str, told_es: str, told_en: str):
        """Make a member from its code, its label and what the participant reads."""
        super().__init__(code, es, en)
        self.told = label(told_es, told_en)

    # fmt: off
    CONTRAINDICATED = (
        "contraindicated", "contraindicado", "contraindicated",
        "por lo que nos contaste de tu salud", "because of what you told us about your health",
    )
    OTHER_DIRECTION = (
        "other_direction", "va en contra de la dirección elegida", "goes against the direction",
        "porque va en contra de la dirección que te ayuda",
        "because it goes against the direction that helps you",
    )
    NO_DIRECTION = (
        "no_direction", "falta elegir la dirección", "no direction chosen yet",
        "porque tu terapeuta y tú aún no eligen tu dirección",
        "because you and your therapist have not chosen your direction yet",
    )
    PAUSED = (
        "paused", "en pausa", "paused",
        "porque tu equipo lo dejó en pausa", "because your team paused it",
    )
    LEVEL = (
        "level", "de otro nivel", "of another level",
        "porque es de otro nivel", "because it is of another level",
    )
    SHORT = (
        "short", "con la fuerza, solo una parte corta", "with strength, a short part only",
        "porque con tus ejercicios de fuerza sigue solo una parte de lo anterior",
        "because with your strength exercises only a part of what came before goes on",
    )
    REPLACED = (
        "replaced", "la relajación ocupa su lugar", "relaxation takes its place",
        "porque hoy la relajación incluye la respiración lenta",
        "because today's relaxation includes slow breathing",
    )
    TIME = (
        "time", "la lista pasaría de 45 minutos", "the list would pass 45 minutes",
        "porque tu lista pasaría de 45 minutos", "because your list would pass 45 minutes",
    )
    # fmt: on


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One exercise that is open and not on the list; `codes`: which contraindications forbid it."""

    exercise: str
    reason: LeftOutReason
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one participant stands: all that decides a list beside the protocol and the content.

    `week`: of the programme, from 1; `open_modules`: keys; `levels`: module key -> level reached.
    """

    week: int
    open_modules: frozenset[str]
    prescription: Prescription = NOTHING
    levels: Mapping[str, int] = field(default_factory=dict)
    contraindications: frozenset[str] = frozenset()

    @property
    def direction(self) -> Direction | None:
        """The direction chosen, in whichever module; None while none is."""
        return next(map(Direction.of, self.prescription.directions.values()), None)


@dataclass(frozen=True, slots=True)
class Plan:
    """One day's list in the order of a session, and what is open and not on it.

    `repeated`: done twice today, because little else may be done.
    """

    exercises: tuple[Exercise, ...]
    left_out: tuple[LeftOut, ...]
    repeated: frozenset[str] = frozenset()

    @property
    def ids(self) -> tuple[str, ...]:
        """The exercises by id, in order."""
        return tuple(each.id for each in self.exercises)

    @property
    def lacks_direction(self) -> bool:
        """Whether something is left out because no direction is chosen."""
        return any(each.reason is LeftOutReason.NO_DIRECTION for each in self.left_out)

    @property
    def minutes(self) -> int:
        """About how long the list takes."""
        again = (each for each in self.exercises if each.id in self.repeated)
        return steps.minutes_of((*self.exercises, *again))


class _Part(IntEnum):
    """What a list is picked from, in turns; the first comes first."""

    WALK = 1
    CALM = 2
    CONTROL = 3
    HOLD = 4
    DIRECTION = 5
    WARM_UP = 6
    STRETCH = 7
    EVERYDAY = 8


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An exercise whose group is given now; `week`: that of its group."""

    exercise: Exercise
    part: _Part
    place: int
    week: int
    forbidden: tuple[LeftOutReason, tuple[str, ...]] | None
    reached: int | None
    """Level reached in its module; None where the module has no levels."""

    @property
    def rank(self) -> tuple[int, int]:
        """Its turn within its part: the newest level first, then the order of the course."""
        return -(self.exercise.level or 0), self.place


def of_day(curriculum: Curriculum, modules: Sequence[ModulePlan], here: Standing) -> Plan:
    """Return the list of one day."""
    candidates = list(_candidates(curriculum, modules, here))
    why: dict[str, LeftOut] = {}
    for each in candidates:
        if each.forbidden is not None:
            why[each.exercise.id] = LeftOut(each.exercise.id, *each.forbidden)
    left = [each for each in candidates if each.forbidden is None]
    for keep, reason in (
        (_at_level, LeftOutReason.LEVEL),
        (_relaxed, LeftOutReason.REPLACED),
    ):
        kept = keep(left)
        why |= {e.exercise.id: LeftOut(e.exercise.id, reason) for e in left if e not in kept}
        left = kept
    added = [curriculum.exercise(each) for each in here.prescription.added]
    picked = [_dosed(each, here) for each in added if forbidden(each, here) is None]
    short = _fill(picked, left)
    replaced = [e for e in candidates if _is_replaced(why.get(e.exercise.id))]
    _in_turns(picked, [replaced], FEWEST_MINUTES)
    ids = {each.id for each in picked}
    for each in left:
        reason = LeftOutReason.SHORT if each in short else LeftOutReason.TIME
        why[each.exercise.id] = LeftOut(each.exercise.id, reason)
    order = list(curriculum.exercises)
    listed = sorted(picked, key=lambda each: (*_place_in_session(each), order.index(each.id)))
    repeated = _repeated(listed)
    return Plan(
        tuple(_twice(each) if each.id in repeated else each for each in listed),
        tuple(each for each in why.values() if each.exercise not in ids),
        repeated,
    )


def _is_replaced(left_out: LeftOut | None) -> bool:
    """Whether relaxation stands for it, so that it may come back to a list that is too short."""
    return left_out is not None and left_out.reason is LeftOutReason.REPLACED


def _place_in_session(exercise: Exercise) -> tuple[int, bool, bool]:
    """Sort key: by phase; mobility begins the warm-up, and the highest load comes last."""
    heavy, loosens = exercise.load is SpinalLoad.HIGH, exercise.family is Family.MOBILITY
    return PHASES.index(exercise.phase), heavy, not loosens


def may_be_shown(
    curriculum: Curriculum, modules: Sequence[ModulePlan], here: Standing
) -> tuple[str, ...]:
    """Return what this participant may look at: of open modules, given ahead, or added by staff.

    What is paused may be looked at; what is contraindicated or goes the other way may not.
    """
    open_modules = [curriculum.module(p.key) for p in modules if p.key in here.open_modules]
    found = [e for m in open_modules for e in prescription.of_module(m, here.prescription)]
    found += [e.exercise.id for e in _candidates(curriculum, modules, here) if not e.forbidden]
    looked_at = replace(here, prescription=replace(here.prescription, paused=()))
    return tuple(
        each
        for each in dict.fromkeys(found)
        if forbidden(curriculum.exercise(each), looked_at) is None
    )


def forbidden(exercise: Exercise, here: Standing) -> tuple[LeftOutReason, tuple[str, ...]] | None:
    """Return why an exercise may not be given, with its codes; None where nothing speaks so."""
    codes = tuple(code for code in exercise.contra if code in here.contraindications)
    if codes:
        return LeftOutReason.CONTRAINDICATED, codes
    if exercise.direction not in (Direction.NEUTRAL, here.direction):
        return _undirected(here), ()
    return (LeftOutReason.PAUSED, ()) if exercise.id in here.prescription.paused else None


def _undirected(here: Standing) -> LeftOutReason:
    return LeftOutReason.OTHER_DIRECTION if here.direction else LeftOutReason.NO_DIRECTION


def _given(
    curriculum: Curriculum, modules: Sequence[ModulePlan], here: Standing
) -> Iterator[tuple[Module, ExerciseGroup, int]]:
    """Yield the groups given now with their week: of open modules, and those ahead of theirs."""
    for plan in modules:
        module = curriculum.module(plan.key)
        is_open = plan.key in here.open_modules
        for group in module.groups:
            week = plan.groups.get(group.key)
            if week is None or not (is_open or week < plan.unlock.week):
                continue
            # A module that staff open early brings its first groups; a level is reached, not due.
            begun = max(here.week, plan.unlock.week) if is_open else here.week
            if week <= begun or curriculum.exercise(group.exercises[0]).level is not None:
                yield module, group, week


def _candidates(
    curriculum: Curriculum, modules: Sequence[ModulePlan], here: Standing
) -> Iterator[_Candidate]:
    seen: set[str] = set()
    for module, group, week in _given(curriculum, modules, here):
        mine = not module.choose_one or here.prescription.directions.get(module.key) == group.key
        for identifier in group.exercises:
            exercise = curriculum.exercise(identifier)
            if identifier in seen or (module.choose_one and exercise.level is None):
                continue  # in a direction, one without a level is given by staff alone
            seen.add(identifier)
            level = here.levels.get(module.key, LOWEST) if exercise.level else None
            why = forbidden(exercise, here) or (None if mine else (_undirected(here), ()))
            yield _Candidate(
                _dosed(exercise, here), _part(module, exercise), len(seen), week, why, level
            )


def _dosed(exercise: Exercise, here: Standing) -> Exercise:
    return prescription.dosed(exercise, here.prescription)


def _part(module: Module, exercise: Exercise) -> _Part:
    if module.choose_one:
        return _Part.DIRECTION
    if exercise.family in (Family.ERGONOMICS, Family.MCKENZIE):
        return _Part.EVERYDAY
    return _PARTS[exercise.phase]


_PARTS = {
    Phase.WALK: _Part.WALK,
    Phase.BREATHING: _Part.CALM,
    Phase.CONTROL: _Part.CONTROL,
    Phase.HOLD: _Part.HOLD,
    Phase.STRETCH: _Part.STRETCH,
    Phase.WARM_UP: _Part.WARM_UP,
}


def _at_level(found: Sequence[_Candidate]) -> list[_Candidate]:
    """Return what fits the level reached; where all of it is forbidden, of the level below.

    A direction goes on with the exercises of earlier levels, and so does gentle control.
    """
    own = [e for e in found if e.reached is not None and e.part is not _Part.DIRECTION]
    levels = [e.exercise.level or 0 for e in own if (e.exercise.level or 0) <= (e.reached or 0)]
    level = max(levels, default=0)

    def fits(each: _Candidate) -> bool:
        if each.reached is None:
            return True
        if each.part is _Part.DIRECTION:
            return (each.exercise.level or 0) <= each.reached
        return _is_gentle(each) or each.exercise.level == level

    return [each for each in found if fits(each)]


def _relaxed(found: Sequence[_Candidate]) -> list[_Candidate]:
    """Return all but what the newest relaxation stands for: breathing, and earlier relaxations."""
    weeks = [each.week for each in found if each.exercise.family is Family.JACOBSON]
    if not weeks:
        return list(found)
    newest = max(weeks)
    return [
        each
        for each in found
        if each.part is not _Part.CALM
        or (each.exercise.family is Family.JACOBSON and each.week == newest)
    ]


def _fill(picked: list[Exercise], found: Sequence[_Candidate]) -> list[_Candidate]:
    """Pick in turns, one of each part, what fits into the time; return what was held back.

    With strength on the list, the series of the direction is short and everyday movements are
    practised in the day: they come only where the list would be too short without them.
    """
    strength = any(each.part is _Part.HOLD for each in found)
    held_back: list[_Candidate] = []
    gentle = [each for each in found if _is_gentle(each)][:1]
    queues: dict[_Part, list[_Candidate]] = {part: [] for part in _Part}
    for each in sorted(found, key=lambda one: (one.part, one not in gentle, one.rank)):
        queue = queues[each.part]
        short = each.part is _Part.DIRECTION and len(queue) >= SHORT_SERIES
        back = strength and (short or each.part is _Part.EVERYDAY)
        (held_back if back else queue).append(each)
    _in_turns(picked, list(queues.values()), MOST_MINUTES)
    _in_turns(picked, [list(held_back)], FEWEST_MINUTES)
    return held_back


def _is_gentle(each: _Candidate) -> bool:
    """Whether this is the gentle control that every session with strength begins with."""
    return each.part is _Part.CONTROL and each.exercise.level == LOWEST


def _in_turns(picked: list[Exercise], queues: list[list[_Candidate]], until: int) -> None:
    """Take one of each queue in turn until so many minutes are reached or nothing fits."""
    while any(queues):
        for queue in queues:
            taken = queue.pop(0).exercise if queue else None
            enough = until < MOST_MINUTES and steps.minutes_of(picked) >= until
            fits = taken is not None and steps.minutes_of((*picked, taken)) <= MOST_MINUTES
            if taken and fits and not enough and taken.id not in {e.id for e in picked}:
                picked.append(taken)


def _repeated(listed: Sequence[Exercise]) -> frozenset[str]:
    """Return the timed exercises to be done twice where a list would be too short."""
    twice: set[str] = set()
    done = list(listed)
    for each in listed:
        if steps.minutes_of(done) < FEWEST_MINUTES and each.phase in (Phase.WALK, Phase.BREATHING):
            twice.add(each.id)
            done.append(each)
    return frozenset(twice)


def _twice(exercise: Exercise) -> Exercise:
    return replace(exercise, dose=replace(exercise.dose, sessions_per_day=Times(2, 2)))
