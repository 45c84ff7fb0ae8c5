"""What a patient page knows: the protocol, the content, the own record and today's date."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial

from flask import g
from flask_babel import get_locale

from modules.course import prescription, progression
from modules.course.curriculum import Curriculum, Exercise, Module
from modules.course.levels import LOWEST
from modules.course.prescription import Prescription
from modules.course.progression import ModuleState
from modules.diary.slots import (
    Slot,
    days_open,
    due,
    slots_open,
)
from modules.errors import ExercisesPaused, ModuleLocked, NotFound
from modules.outcomes.protocol_instruments import as_asked
from modules.outcomes.questionnaire import Instrument
from modules.records import queries
from modules.records.queries import (
    AssessmentFacts,
    CourseRecord,
    DiaryFacts,
    ParticipantFacts,
    StudyFacts,
)
from modules.safety.texts import Safety
from modules.study import days, goals
from modules.study.goals import MOST_GOALS, Goal
from modules.study.protocol import Protocol
from modules.study.schedule import VisitState
from plugin import outcomes
from plugin.plans import ParticipantPlan, contraindications_of, plan_of
from plugin.tool import Tool, current_tool


@dataclass(frozen=True)
class ParticipantCourse:
    """One participant's course as it stands at one moment, in one language."""

    protocol: Protocol
    curriculum: Curriculum
    instruments: Mapping[str, Instrument]
    safety: Safety
    study: StudyFacts
    participant: ParticipantFacts
    read_completed: Callable[[], tuple[AssessmentFacts, ...]]
    read_record: Callable[[tuple[AssessmentFacts, ...]], CourseRecord]
    """What is read of the participant is read when a page first needs it."""
    components: frozenset[str]
    locale: str
    now: datetime

    @cached_property
    def completed(self) -> tuple[AssessmentFacts, ...]:
        """The questionnaires that the participant has completed."""
        return self.read_completed()

    @cached_property
    def record(self) -> CourseRecord:
        """Everything the participant has done."""
        return self.read_record(self.completed)

    @property
    def participant_id(self) -> uuid.UUID:
        """Key of the participant's record."""
        return self.participant.id

    @property
    def day_one(self) -> date | None:
        """First day of the programme; None while it has not begun."""
        return self.participant.day_one

    def ready(self, instrument_key: str) -> bool:
        """Whether a questionnaire may be asked here: a licensed one needs its loaded wording."""
        language = "en" if self.locale.startswith("en") else "es"
        return outcomes.may_be_shown(
            self.instruments[instrument_key], language, self.study, self.today
        )

    @cached_property
    def today(self) -> date:
        """The calendar day it is for the participant."""
        return days.today_for(self.now, self.participant.time_zone)

    @property
    def week(self) -> int | None:
        """Programme week, 1 to the last one; None before the start and after the end."""
        if self.day_one is None:
            return None
        week = days.week_of(self.today, self.day_one)
        return week if 1 <= week <= self.protocol.duration_weeks else None

    @property
    def is_new(self) -> bool:
        """Whether the welcome waits to be read: the first time, and when its notice has changed."""
        read = self.participant.notice_read == self.curriculum.welcome.privacy.version
        return self.week is not None and self.study.locked_at is None and not read

    @property
    def over(self) -> bool:
        """Whether the last week has passed."""
        return self.day_one is not None and self.week is None and self.today > self.day_one

    @cached_property
    def states(self) -> list[ModuleState]:
        """Every module of the protocol with its state today; none without a programme."""
        return self._states_on(self.today)

    def _states_on(self, day: date) -> list[ModuleState]:
        if "programme" not in self.components:
            return []
        plans = self.protocol.modules
        lessons = {p.key: [each.key for each in self.module(p.key).lessons] for p in plans}
        return progression.states_of(
            plans,
            lessons,
            self.record.lessons,
            self.day_one,
            day,
            self.record.care.overrides,
            self.record.pains(),
        )

    @cached_property
    def visits(self) -> list[VisitState]:
        """Every assessment visit with its state today."""
        return queries.visit_states(self.protocol, self.participant, self.completed, self.today)

    def module(self, key: str) -> Module:
        """Return a module of the content. Raises NotFound."""
        return self.curriculum.module(key)

    def state(self, module_key: str) -> ModuleState:
        """Return the state of one module. Raises NotFound for one the protocol does not have."""
        for state in self.states:
            if state.key == module_key:
                return state
        raise NotFound

    def open_module(self, key: str) -> Module:
        """Return a module whose pages may be shown. Raises NotFound or ModuleLocked."""
        if not self.state(key).is_open:
            raise ModuleLocked
        return self.module(key)

    def open_modules(self) -> list[Module]:
        """Return the modules that are open or done, in order."""
        return [self.module(state.key) for state in self.states if state.is_open]

    @property
    def prescription(self) -> Prescription:
        """What the therapist changed for this participant, and what is suspended."""
        return self.record.care.in_force

    @property
    def locked(self) -> bool:
        """Whether a warning sign, or what the team has noted, keeps the exercises shut."""
        noted = contraindications_of(self.record)
        return self.record.care.locked or bool(noted & self.safety.stopping)

    def known_exercises(self) -> list[Exercise]:
        """Return all exercises of the modules that are open: what a diary may name."""
        found = {e: None for module in self.open_modules() for e in module.exercises}
        return [self._dosed(identifier) for identifier in found | dict.fromkeys(self.plan.shown)]

    @cached_property
    def plan(self) -> ParticipantPlan:
        """Where this participant stands and today's list, with the reasons."""
        return plan_of(self.curriculum, self.protocol, self.record, self.states, self.today)

    def own_exercises(self) -> list[Exercise]:
        """Return the exercises that this participant may look at, in the order of the course."""
        return [self._dosed(identifier) for identifier in self.plan.shown]

    def exercises_today(self) -> list[Exercise]:
        """Return the day's list in the order of a session, with doses; none while locked."""
        return [] if self.locked else list(self.plan.today.exercises)

    def exercises_on(self, day: date) -> list[Exercise]:
        """Return the list of a day that may be written, as it was that day; none while locked."""
        if self.locked or day == self.today:
            return self.exercises_today()
        planned = plan_of(self.curriculum, self.protocol, self.record, self._states_on(day), day)
        return list(planned.today.exercises)

    def exercises_of_week(self, week: int) -> list[Exercise]:
        """Return the list of a week as it is planned now, one to come too; none if locked."""
        if self.locked:
            return []
        planned = plan_of(
            self.curriculum, self.protocol, self.record, self.states, self.today, week
        )
        return list(planned.today.exercises)

    def easier(self, exercise: Exercise) -> Exercise | None:
        """Return the easier form of an exercise, where this participant may do it."""
        return self._instead(exercise.easier)

    def harder(self, exercise: Exercise) -> Exercise | None:
        """Return the harder form, where this participant may do it and its level is reached."""
        form = self._instead(exercise.harder)
        levels = self.plan.here.levels
        reached = [levels.get(m.key, LOWEST) for m in self.curriculum if exercise.id in m.exercises]
        return form if form and (form.level or LOWEST) <= max(reached, default=LOWEST) else None

    def _instead(self, identifier: str | None) -> Exercise | None:
        may = identifier in self.plan.shown and identifier not in self.prescription.paused
        return self._dosed(identifier) if identifier and may else None

    def exercise(self, identifier: str) -> Exercise:
        """Return an exercise of an open module. Raises NotFound, ModuleLocked, ExercisesPaused."""
        exercise = self._dosed(identifier)
        if identifier not in self.plan.shown:
            raise ModuleLocked
        if self.locked:
            raise ExercisesPaused
        return exercise

    def _dosed(self, identifier: str) -> Exercise:
        """Return an exercise with the dose this participant is to do. Raises NotFound."""
        return prescription.dosed(self.curriculum.exercise(identifier), self.prescription)

    @property
    def goals(self) -> tuple[Goal, ...]:
        """What the participant wants to do again; none in an arm without goals."""
        return goals.standing(self.record.care.goals) if "personal_goals" in self.components else ()

    def goals_due(self) -> tuple[Goal, ...]:
        """Return the goals to be asked about today."""
        plan = self.protocol.goals
        if plan is None or self.study.locked_at is not None:
            return ()
        return goals.due(self.goals, plan, self.day_one, self.today)

    @property
    def may_set_goal(self) -> bool:
        """Whether there is time and room for one more goal."""
        runs = self.week is not None and self.study.locked_at is None
        return "personal_goals" in self.components and runs and len(self.goals) < MOST_GOALS

    def diary_days(self) -> list[date]:
        """Return the days that may be written today, newest first; none without a diary."""
        if "diary" not in self.components:
            return []
        weeks = self.protocol.duration_weeks
        return days_open(self.protocol.diary, self.day_one, weeks, self.today)

    def diary_slots(self) -> list[Slot]:
        """Return the entries that may be written today, newest day first."""
        plan, weeks = self.protocol.diary, self.protocol.duration_weeks
        slots = slots_open(plan, self.day_one, weeks, self.today, self.written())
        return slots if "diary" in self.components else []

    def diary_due(self) -> Slot | None:
        """Return the entry that should be written today, if any."""
        plan, weeks = self.protocol.diary, self.protocol.duration_weeks
        slot = due(plan, self.day_one, weeks, self.today, self.written())
        return slot if "diary" in self.components else None

    def written(self) -> list[Slot]:
        """Return the places of the diary that are filled."""
        return [Slot(each.day, each.occurrence) for each in self.record.diary]

    def entry(self, day: date, occurrence: int | None = None) -> DiaryFacts | None:
        """Return the diary entry of a day: the one asked for, otherwise its first."""
        found = (each for each in self.record.diary if each.day == day)
        return next((each for each in found if occurrence in (None, each.occurrence)), None)


def current_course() -> ParticipantCourse:
    """Return the course of the participant who is asking, read once a request."""
    if "course" not in g:
        g.course = course_of(g.person.participant, g.person.components)
    course: ParticipantCourse = g.course
    return course


def course_of(participant: ParticipantFacts, components: frozenset[str]) -> ParticipantCourse:
    """Read the course of a participant of the study of whoever is asking."""
    tool = current_tool()
    return ParticipantCourse(
        protocol=g.person.protocol,
        curriculum=tool.curriculum,
        instruments=as_asked(g.person.protocol, tool.instruments),
        safety=with_own_numbers(tool),
        study=g.person.study,
        participant=participant,
        read_completed=partial(queries.completed_of, g.session, participant.id),
        read_record=partial(queries.record_of, g.session, participant),
        components=components,
        locale=str(get_locale()),
        now=tool.now(),
    )


def with_own_numbers(tool: Tool) -> Safety:
    """Return the safety texts with the site's telephone numbers in them."""
    own = {"emergency": tool.settings.emergency_phone, "clinic": tool.settings.clinic_phone}
    known = {number.key for number in tool.curriculum.safety.numbers}
    return tool.curriculum.safety.with_numbers({k: v for k, v in own.items() if k in known})
