"""A protocol is data: one validated YAML file describes a study or a care programme.

What people do, when, in which arm, who may enter and how success is judged is read from the file;
no code asks which protocol it is running. `load()` reads the shipped ones, `read()` any file.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from modules.errors import Fault, ProtocolFault
from modules.reading.document import Document, Misfit, distinct, shaped
from modules.reading.document import Path as Place
from modules.study.goals import GoalPlan
from modules.study.measures import Data as _Data
from modules.study.measures import Key, RecoveryRule, WeeklyMeasure
from modules.study.measures import Visit as Visit
from modules.text import Text

Rule = Callable[["Protocol"], Iterable[Misfit]]
"""What must fit between a protocol and the rest of the tool, such as its questionnaires."""

COMPONENTS = (
    "brochure",
    "assessments",
    "programme",
    "goals",
    "diary",
    "sessions",
    "programme_reminders",
)
"""What an arm can consist of. A page belongs to one component; other arms have no such page."""


class Registry(_Data):
    """The public record of the study (ClinicalTrials.gov fields), printed on every export."""

    id: str
    organisation_id: str = ""
    sponsor: str = ""
    """The lead sponsor."""
    collaborators: tuple[str, ...] = ()
    site: str = ""
    ethics: str = ""
    start: date | None = None
    completion: date | None = None
    target_sample_size: int | None = Field(default=None, gt=0)
    expected_attrition_percent: int | None = Field(default=None, ge=0, lt=100)


class Arm(_Data):
    """One arm: its label, its type in the words of the registry, and what it consists of."""

    key: Key
    label: Text
    type: Literal["EXPERIMENTAL", "ACTIVE_COMPARATOR", "NO_INTERVENTION", "OTHER"]
    components: frozenset[Literal[COMPONENTS]]  # type: ignore[valid-type]


class Randomisation(_Data):
    """How the concealed list is made.

    The sizes of its blocks stand here no more than its order does: everybody in the trial may read
    a protocol. They are drawn when the list is sealed, and sealed with it.
    """

    method: Literal["permuted_blocks"]
    ratio: dict[Key, Annotated[int, Field(gt=0)]] = Field(min_length=1)
    list_length: int = Field(gt=0)
    requires: tuple[Literal["consent", "eligibility", "baseline"], ...] = (
        "consent",
        "eligibility",
        "baseline",
    )


class HoldIf(_Data):
    """High pain that lets a module wait: so many newest diary entries of at least so many mm.

    It waits `longest_wait_days` longer at most, and once it has opened it stays open.
    """

    pain_mm_at_least: int = Field(ge=1, le=100)
    entries: int = Field(default=3, ge=1, le=14)
    longest_wait_days: int = Field(default=7, ge=1, le=28)


class Unlock(_Data):
    """When a module opens: in its week, after another module, but after a longest wait anyway."""

    week: int = Field(ge=1)
    after: Key | None = None
    longest_wait_days: int = Field(default=7, ge=0)
    hold_if: HoldIf | None = None


class ModulePlan(_Data):
    """A module of the course: when it opens, and from which week on each group is given.

    A group whose week lies before that of its module is given ahead of it (breathing from week 1);
    the others wait for the module. A level's week is the first in which it can be reached. A group
    that is not named is given by staff only.
    """

    key: Key
    unlock: Unlock
    groups: dict[Key, Annotated[int, Field(ge=1, le=52)]] = Field(default_factory=dict)


class LevelRule(_Data):
    """When somebody goes up or down a level; a trial freezes it here.

    Up: `good_sessions` at the level within `within_days`, effort (CR10) of `effort_at_most` or
    less, never two within `hours_between`. Down: pain above `pain_mm_above` during a session, or
    the next day's more than `next_day_rise_mm` above that before it (mm).
    """

    good_sessions: int = Field(default=2, ge=1, le=7)
    within_days: int = Field(default=7, ge=1, le=28)
    effort_at_most: int = Field(default=4, ge=1, le=10)
    hours_between: int = Field(default=48, ge=24, le=168)
    pain_mm_above: int = Field(default=50, ge=10, le=99)
    next_day_rise_mm: int = Field(default=20, ge=5, le=99)


class DiaryPlan(_Data):
    """How the exercise diary is kept."""

    mode: Literal["daily", "session", "weekend"]
    back_entry_days: int = Field(ge=0, le=14)
    sessions_per_week: int = Field(ge=1, le=14)


class Criterion(_Data):
    """An eligibility criterion; `rule` says how it is decided from the screening form."""

    key: Key
    row: str = ""
    text: Text
    rule: Literal["yes", "no", "age_between", "vas_at_least"]
    minimum: int | None = None
    maximum: int | None = None


class Eligibility(_Data):
    """Inclusion and exclusion criteria, asked one by one on the screening form."""

    inclusion: tuple[Criterion, ...] = ()
    exclusion: tuple[Criterion, ...] = ()


class Adherence(_Data):
    """What full participation is; the three components stay separate numbers."""

    login_days_target: int = Field(gt=0)
    live_sessions: int = Field(ge=0)
    diary_sessions_target: int = Field(gt=0)


class ReminderPlan(_Data):
    """One kind of reminder: at which local hour, on which days, for how long it is true.

    Which kinds there are is known where they are sent (`notifications.kinds`): the tool checks a
    protocol against them at its start. What is not given here is as the kind has it.
    """

    kind: Key
    component: Literal[COMPONENTS] | None = None  # type: ignore[valid-type]
    hour: int | None = Field(default=None, ge=0, le=23)
    expires_after_hours: int | None = Field(default=None, gt=0, le=72)
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(
        default=(1, 2, 3, 4, 5, 6, 7), min_length=1
    )
    days_before: int = Field(default=0, ge=0, le=7)
    """So many days before the day of the task: 1 for a session reminds of it the evening before."""


class ReminderLimits(_Data):
    """Limits over all kinds: quiet hours (local), most a day, most a week."""

    quiet_from_hour: int = Field(default=21, ge=0, le=23)
    quiet_until_hour: int = Field(default=8, ge=0, le=23)
    most_a_day: int = Field(default=1, ge=1)
    most_a_week: int = Field(default=4, ge=1)


class Responder(_Data):
    """Who counts as improved: a change of at least so much (inclusive) in the good direction."""

    key: Key
    instrument: Key
    score: str
    from_visit: Key
    to_visit: Key
    absolute: float | None = None
    percent: float | None = None
    source: str = ""


class OpenPoint(_Data):
    """Something the source leaves open, and the setting by which this file decides it."""

    row: str
    setting: str
    why: Text


class Protocol(_Data):
    """One study or care programme."""

    key: Key
    version: str
    title: Text
    registry: Registry | None = None
    time_zone: str = "America/Mexico_City"
    duration_weeks: int = Field(ge=1, le=52)
    blinded_roles: tuple[Literal["assessor", "analyst"], ...] = ()
    earlier_scores_shown: bool = False
    """Whether assessors see a participant's scores while something is still to be asked of them."""
    arms: Annotated[tuple[Arm, ...], Field(min_length=1), distinct("key")]
    randomisation: Randomisation | None = None
    modules: Annotated[tuple[ModulePlan, ...], distinct("key")] = ()
    levels: LevelRule = LevelRule()
    goals: GoalPlan | None = None
    """When goals are asked about again, in the arms that have goals; None where none has."""
    diary: DiaryPlan
    visits: Annotated[tuple[Visit, ...], distinct("key")]
    """Those of the file, and those of `weekly_measure`, in the order of their days."""
    weekly_measure: WeeklyMeasure | None = None
    recall: dict[
        Key, Annotated[str, shaped("P[1-9][0-9]?[DWMY]", "must be a period such as P14D")]
    ] = Field(default_factory=dict)
    """Questionnaire -> the period it asks about, one of those it offers, such as `P14D`."""
    baseline_variables: tuple[Literal["age", "bmi", "comorbidities", "physical_activity"], ...] = ()
    eligibility: Eligibility = Eligibility()
    adherence: Adherence
    reminders: tuple[ReminderPlan, ...] = ()
    reminder_limits: ReminderLimits = ReminderLimits()
    responders: Annotated[tuple[Responder, ...], distinct("key")] = ()
    recovery: Annotated[tuple[RecoveryRule, ...], distinct("key")] = ()
    """What "functional recovery" means here; several definitions are reported side by side."""
    open_points: tuple[OpenPoint, ...] = ()
    source_rows: dict[str, str] = Field(default_factory=dict)
    """Row of the source protocol -> the field here that encodes it, or the part of the tool."""

    @property
    def is_trial(self) -> bool:
        """Whether participants are randomised."""
        return self.randomisation is not None

    def arm(self, key: str) -> Arm:
        """Return an arm. Raises KeyError."""
        return {arm.key: arm for arm in self.arms}[key]

    def visit(self, key: str) -> Visit:
        """Return a visit. Raises KeyError."""
        return {visit.key: visit for visit in self.visits}[key]

    def module(self, key: str) -> ModulePlan:
        """Return the plan of a module. Raises KeyError."""
        return {module.key: module for module in self.modules}[key]

    def asked(self) -> Iterator[tuple[Place, Key]]:
        """Yield every questionnaire asked, at each of its visits, with its place in the file."""
        weekly = self.weekly_measure
        places: dict[str, Place] = {}
        for visit in weekly.visits() if weekly else ():
            places[visit.key] = ("weekly_measure",)
        for visit in self.visits:
            for position, key in enumerate(visit.instruments):
                home = places.get(visit.key, ("visits", visit.key))
                yield (*home, "instruments", position), key

    @model_validator(mode="after")
    def _with_the_weekly_measure(self) -> Self:
        if self.weekly_measure is not None:
            every = sorted((*self.visits, *self.weekly_measure.visits()), key=_when)
            # The last step of the making: afterwards the protocol is as frozen as any.
            object.__setattr__(self, "visits", tuple(every))
        return self


def _when(visit: Visit) -> tuple[bool, int]:
    return not visit.before_start, visit.target_day


def _misfits_of_weeks(protocol: Protocol) -> Iterator[Misfit]:
    keys = [visit.key for visit in protocol.visits]
    weekly = protocol.weekly_measure
    for position, week in enumerate(weekly.weeks if weekly else ()):
        place = ("weekly_measure", "weeks", position)
        if week > protocol.duration_weeks:
            yield place, "after the last week"
        if keys.count(f"week_{week}") > 1:
            yield place, f"there is a visit week_{week} already"


def _misfits_of_modules(protocol: Protocol) -> Iterator[Misfit]:
    seen: set[str] = set()
    for module in protocol.modules:
        place, after = ("modules", module.key, "unlock"), module.unlock.after
        if after is not None and after not in seen:
            yield (*place, "after"), f"{after} is no earlier module"
        if module.unlock.week > protocol.duration_weeks:
            yield (*place, "week"), "after the last week"
        for group, week in module.groups.items():
            if week > protocol.duration_weeks:
                yield ("modules", module.key, "groups", group), "after the last week"
        seen.add(module.key)


def _misfits_of_arms(protocol: Protocol) -> Iterator[Misfit]:
    randomisation, arms = protocol.randomisation, {arm.key for arm in protocol.arms}
    if randomisation is None and len(arms) > 1:
        yield ("randomisation",), "several arms need a way to allocate"
    if randomisation is not None and set(randomisation.ratio) != arms:
        yield ("randomisation", "ratio"), "names other arms than `arms`"


def _misfits_of_goals(protocol: Protocol) -> Iterator[Misfit]:
    with_goals = [arm for arm in protocol.arms if "goals" in arm.components]
    for arm in with_goals:
        if "programme" not in arm.components:
            yield ("arms", arm.key, "components"), "goals belong to an arm with a programme"
    if bool(with_goals) != (protocol.goals is not None):
        yield ("goals",), "goes with an arm that has the component goals"
    weeks = protocol.goals.asked_again_weeks if protocol.goals else ()
    for position, week in enumerate(weeks):
        if week > protocol.duration_weeks:
            yield ("goals", "asked_again_weeks", position), "after the last week"


def _misfits_of_scores(protocol: Protocol) -> Iterator[Misfit]:
    asked = [key for _, key in protocol.asked()]
    for key in protocol.recall:
        if key not in asked:
            yield ("recall", key), "is asked at no visit"
    for rule in protocol.recovery:
        times = asked.count(rule.instrument)
        if times <= rule.confirm:
            yield (
                ("recovery", rule.key, "instrument"),
                f"{rule.instrument} is asked at {times} visits; one before and {rule.confirm} to "
                "confirm are needed",
            )
    visits = {visit.key for visit in protocol.visits}
    for responder in protocol.responders:
        for name in ("from_visit", "to_visit"):
            if getattr(responder, name) not in visits:
                yield ("responders", responder.key, name), "names a visit that does not exist"


RULES = (
    _misfits_of_modules,
    _misfits_of_arms,
    _misfits_of_goals,
    _misfits_of_weeks,
    _misfits_of_scores,
)
"""What must fit between the parts of a protocol."""


def shipped() -> Traversable:
    """Return the folder of the protocols that come with the tool."""
    return resources.files("modules.study") / "protocols"


def load(folder: Path | None = None, *fits: Rule) -> dict[str, Protocol]:
    """Return all protocols by key: the shipped ones, or those of a clinic's own folder.

    Raises ProtocolFault with every fault of every file, also of the rules in `fits`.
    """
    root: Path | Traversable = folder or shipped()
    found: dict[str, Protocol] = {}
    faults: list[Fault] = []
    for path in sorted(root.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".yaml"):
            continue
        document = Document.parse(path.name, path.read_bytes())
        if protocol := document.read(Protocol, *RULES, *fits):
            if protocol.key in found:
                document.fault(("key",), f"{protocol.key} is the key of another file too")
            found[protocol.key] = protocol
        faults += document.faults
    if faults:
        raise ProtocolFault(faults)
    return found
