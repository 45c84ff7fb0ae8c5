"""What a therapist changes for one participant: direction, exercises, doses. Pure.

The course's own list and doses hold for everybody; a prescription says only what is different, so
that modules which open later still bring their exercises. In a module with directions
(`choose_one`) a participant gets the exercises of the direction chosen for them and never those of
another one; while none is chosen, none of either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from modules.course.curriculum import Curriculum, Exercise, Module
from modules.course.dose import SHORTEST_IN_MINUTES_S, Dose
from modules.course.levels import HIGHEST, LOWEST, LevelSet
from modules.errors import InvalidEntry
from modules.text import LabelledEnum


class ChangeReason(LabelledEnum):
    """Why a prescription was changed."""

    START = "start", "Inicio del programa", "Start of the programme"
    PROGRESS = "progress", "Va bien: sube un nivel", "Goes well: one level up"
    TOO_HARD = "too_hard", "Muy difícil: baja un nivel", "Too hard: one level down"
    PAIN = "pain", "Dolor al hacerlo o después", "Pain during or after it"
    LEG_SYMPTOMS = "leg_symptoms", "Molestias en la pierna", "Leg symptoms"
    HEALTH = "health", "Contraindicación conocida o resuelta", "Contraindication known or resolved"
    OWN_WISH = "own_wish", "Deseo de la persona", "Wish of the participant"
    CORRECTION = "correction", "Corrección de un error", "Correction of a mistake"


class ExerciseState(LabelledEnum):
    """Where an exercise stands in one participant's prescription."""

    PLAN = "plan", "Como lo indica el curso", "As the course has it"
    ADDED = "added", "En la lista de cada día", "On the list of every day"
    PAUSED = "paused", "En pausa", "Paused"


class DoseNumber(LabelledEnum):
    """A number of a dose that can be changed."""

    SETS = "sets", "Series", "Sets"
    REPS = "reps", "Repeticiones", "Repetitions"
    HOLD_S = "hold_s", "Mantener, en segundos", "Hold, in seconds"
    MINUTES = "minutes", "Minutos", "Minutes"
    FREQ_PER_WEEK = "freq_per_week", "Días por semana", "Days a week"


LIMITS: Mapping[str, tuple[int, int]] = {
    DoseNumber.SETS: (1, 10),
    DoseNumber.REPS: (1, 50),
    DoseNumber.HOLD_S: (0, 1800),
    DoseNumber.MINUTES: (1, 90),
    DoseNumber.FREQ_PER_WEEK: (1, 7),
}
"""The numbers of a dose that can be changed, with their bounds (seconds, minutes, days a week)."""


@dataclass(frozen=True, slots=True)
class Prescription:
    """What is different for one participant.

    `directions`: module key -> chosen group; `doses`: exercise id -> changed numbers of its dose;
    `added`: on the list of every day; `paused`: not to be done now; `levels`: module key -> the
    level staff set, over the rule; `contraindications`: the codes staff ticked, None while they
    have not said: then those that screening tells count (`course.contraindications`).
    """

    directions: Mapping[str, str] = field(default_factory=dict)
    doses: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()
    levels: Mapping[str, LevelSet] = field(default_factory=dict)
    contraindications: tuple[str, ...] | None = None


NOTHING = Prescription()


def check(prescription: Prescription, curriculum: Curriculum) -> None:
    """Raise InvalidEntry where a prescription names what is not there or breaks a bound."""
    faults: dict[str, str] = {}
    directed = {module.key: module for module in curriculum if module.choose_one}
    for key, group in prescription.directions.items():
        if key not in directed or group not in {each.key for each in directed[key].groups}:
            faults["direction"] = "unknown"
    codes = {each.code for each in curriculum.safety.contraindications}
    if set(prescription.contraindications or ()) - codes:
        faults["contraindications"] = "unknown"
    for key, each in prescription.levels.items():
        if key not in levelled(curriculum) or not LOWEST <= each.level <= HIGHEST:
            faults["level"] = "out_of_range"
    named = {*prescription.doses, *prescription.added, *prescription.paused}
    if named - set(curriculum.exercises):
        faults["exercise"] = "unknown"
    for dose in prescription.doses.values():
        faults |= _dose_faults(dose)
    if not faults and set(prescription.added) & set(prescription.paused):
        faults["state"] = "contradiction"
    if not faults and not set(prescription.added) <= allowed(prescription, curriculum):
        faults["state"] = "other_direction"
    if faults:
        raise InvalidEntry(faults)


def levelled(curriculum: Curriculum) -> tuple[str, ...]:
    """Return the keys of the modules whose exercises have levels, in order."""
    return tuple(
        module.key
        for module in curriculum
        if any(curriculum.exercises[each].level for each in module.exercises)
    )


def _dose_faults(dose: Mapping[str, int]) -> dict[str, str]:
    return {
        name: "out_of_range"
        for name, value in dose.items()
        if name not in LIMITS or not LIMITS[name][0] <= value <= LIMITS[name][1]
    }


def allowed(prescription: Prescription, curriculum: Curriculum) -> set[str]:
    """Return the exercises this participant may be given: all but those of other directions."""
    return {each for module in curriculum for each in of_module(module, prescription)}


def of_module(module: Module, prescription: Prescription = NOTHING) -> tuple[str, ...]:
    """Return the exercises of a module for this participant, in the module's order."""
    if not module.choose_one:
        return module.exercises
    chosen = prescription.directions.get(module.key)
    own = {each for group in module.groups if group.key == chosen for each in group.exercises}
    return tuple(each for each in module.exercises if each in own or each in module.everyone())


def dosed(exercise: Exercise, prescription: Prescription) -> Exercise:
    """Return an exercise with the dose this participant is to do."""
    changed = prescription.doses.get(exercise.id)
    return replace(exercise, dose=dose_of(exercise.dose, changed)) if changed else exercise


def dose_of(dose: Dose, changed: Mapping[str, int]) -> Dose:
    """Return a dose with some of its numbers changed; those outside `LIMITS` are left alone."""
    return dose.with_numbers({name: n for name, n in changed.items() if name in LIMITS})


def numbers_of(dose: Dose) -> dict[DoseNumber, tuple[int, int]]:
    """Return which numbers of a dose mean something, with their bounds.

    A timed one and a walk have minutes, and neither sets nor repetitions.
    """
    often = {DoseNumber.FREQ_PER_WEEK: LIMITS[DoseNumber.FREQ_PER_WEEK]}
    if dose.minutes is not None:
        return {DoseNumber.MINUTES: LIMITS[DoseNumber.MINUTES], **often}
    if dose.stretch_minutes():
        bounds = SHORTEST_IN_MINUTES_S // 60, LIMITS[DoseNumber.HOLD_S][1] // 60
        return {DoseNumber.MINUTES: bounds, **often}
    held = [DoseNumber.HOLD_S] if dose.hold_s else []
    return {n: LIMITS[n] for n in (DoseNumber.SETS, DoseNumber.REPS, *held)} | often


def number_of(dose: Dose, name: DoseNumber) -> int:
    """Return one number of a dose; the minutes of a stretch of time in whole minutes."""
    if name is DoseNumber.MINUTES and dose.minutes is None:
        return dose.hold_s // 60
    return int(getattr(dose, name))


def with_dose(
    prescription: Prescription, exercise: Exercise, numbers: Mapping[str, int]
) -> Prescription:
    """Return a prescription with one exercise's dose; the course's own dose is no change."""
    own, wanted = exercise.dose, dose_of(exercise.dose, numbers)
    changed = {
        str(name): getattr(wanted, name)
        for name in LIMITS
        if getattr(wanted, name) != getattr(own, name)
    }
    doses = {key: value for key, value in prescription.doses.items() if key != exercise.id}
    return replace(prescription, doses={**doses, exercise.id: changed} if changed else doses)


def with_state(prescription: Prescription, exercise_id: str, state: str) -> Prescription:
    """Return a prescription with one exercise `added`, `paused`, or `plan` (as the course has it).

    Raises InvalidEntry for another state.
    """
    if state not in ("plan", "added", "paused"):
        raise InvalidEntry({"state": "unknown"})
    return replace(
        prescription,
        added=_with(prescription.added, exercise_id, wanted=state == "added"),
        paused=_with(prescription.paused, exercise_id, wanted=state == "paused"),
    )


def with_direction(prescription: Prescription, module: Module, group: str | None) -> Prescription:
    """Return a prescription with another direction; what was added of the old one is taken off."""
    directions = {key: value for key, value in prescription.directions.items() if key != module.key}
    changed = replace(prescription, directions=directions | ({module.key: group} if group else {}))
    gone = set(module.exercises) - set(of_module(module, changed))
    return replace(changed, added=tuple(each for each in changed.added if each not in gone))


def with_level(prescription: Prescription, module: Module, set_to: LevelSet | None) -> Prescription:
    """Return a prescription with another level set by staff; None gives it back to the rule."""
    others = {key: value for key, value in prescription.levels.items() if key != module.key}
    return replace(prescription, levels=others | ({module.key: set_to} if set_to else {}))


def state_of(prescription: Prescription, exercise_id: str) -> ExerciseState:
    """Return where an exercise stands: as in the plan, on every day's list, or paused."""
    if exercise_id in prescription.paused:
        return ExerciseState.PAUSED
    return ExerciseState.ADDED if exercise_id in prescription.added else ExerciseState.PLAN


def _with(ids: Iterable[str], exercise_id: str, *, wanted: bool) -> tuple[str, ...]:
    rest = tuple(each for each in ids if each != exercise_id)
    return (*rest, exercise_id) if wanted else rest


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two prescriptions.

    `what`: `direction`, `level`, `contraindications`, `dose` or `state`; `of`: module key or
    exercise id; `to`: group key, level, codes, state, or the dose's numbers, None where the
    course's own holds again.
    """

    what: str
    of: str
    to: str | int | tuple[str, ...] | Mapping[str, int] | None


def changes(before: Prescription, after: Prescription) -> list[Change]:
    """Return what a new prescription changed, for the history."""
    found = [
        Change("direction", key, after.directions.get(key))
        for key in sorted({*before.directions, *after.directions})
        if before.directions.get(key) != after.directions.get(key)
    ]
    for key in sorted({*before.levels, *after.levels}):
        old, new = before.levels.get(key), after.levels.get(key)
        if old != new:
            found.append(Change("level", key, new.level if new else None))
    if before.contraindications != after.contraindications:
        found.append(Change("contraindications", "", after.contraindications))
    named = {*before.added, *before.paused, *after.added, *after.paused}
    found += [
        Change("state", each, state_of(after, each))
        for each in sorted(named)
        if state_of(before, each) != state_of(after, each)
    ]
    return found + [
        Change("dose", each, after.doses.get(each))
        for each in sorted({*before.doses, *after.doses})
        if before.doses.get(each) != after.doses.get(each)
    ]
