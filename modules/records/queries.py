"""The reads that pages and exports share. They answer with frozen facts, never with rows.

Nobody who holds one of these facts can walk on from it to a name, a number or an arm.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from typing import Protocol as Shape

from sqlalchemy import CompoundSelect, Row, null, select, union_all
from sqlalchemy.orm import Session

from modules.course.levels import Training
from modules.diary import amounts
from modules.diary.amounts import Amount
from modules.errors import NotFound
from modules.records import care_queries
from modules.records.care_queries import CareFacts
from modules.records.models import (
    CURRENT_SCREENING,
    Assessment,
    DiaryEntry,
    LessonDone,
    LoginDay,
    Participant,
    ParticipantStatus,
    Respondent,
    Screening,
    Source,
    Study,
    VideoView,
)
from modules.records.pages import among, among_given, page_of
from modules.safety.symptoms import Symptom
from modules.study import days, schedule
from modules.study.protocol import Protocol
from modules.study.zones import Zones


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """A study and the key of its protocol."""

    id: uuid.UUID
    key: str
    protocol_key: str
    synthetic: bool
    locked_at: datetime | None = None
    """From when on no outcome changes any more; None while the study is open."""


@dataclass(frozen=True, slots=True)
class Covariates:
    """What was fixed at baseline: age in years, height in cm, weight in kg, activity 1–4."""

    age_years: int
    sex: str
    height_cm: int
    weight_kg: float
    comorbidities: tuple[str, ...]
    activity_level: int

    @property
    def bmi(self) -> float:
        """Body mass index, kg/m², unrounded."""
        return self.weight_kg / (self.height_cm / 100) ** 2


@dataclass(frozen=True, slots=True)
class ParticipantFacts:
    """A coded participant."""

    id: uuid.UUID
    study_id: uuid.UUID
    code: str
    status: ParticipantStatus
    enrolled_on: date
    day_one: date | None
    time_zone: Zones
    covariates: Covariates | None = None
    notice_read: str | None = None
    """Version of the privacy notice that they last said to have read."""


@dataclass(frozen=True, slots=True)
class AssessmentFacts:
    """One completed instrument at one visit, in its newest revision."""

    id: uuid.UUID
    participant_id: uuid.UUID
    visit: str
    instrument: str
    instrument_version: str
    language: str
    wording: str
    revision: int
    answers: Mapping[str, object]
    reasons: Mapping[str, str]
    respondent: Respondent
    input_mode: str | None
    completed_on: date
    study_day: int | None
    """Day of completion counted from day 1; None while day 1 is not known."""
    source: Source = Source.DIGITAL
    device_width_px: int | None = None


@dataclass(frozen=True, slots=True)
class DiaryFacts:
    """One current diary entry; pain in mm, effort CR10, minutes."""

    day: date
    exercises: tuple[str, ...]
    minutes: int
    effort: int | None
    pain_before_mm: int | None
    pain_after_mm: int | None
    note: str | None
    recorded_at: datetime
    symptoms: tuple[Symptom, ...] | None = None
    """What was new; empty = asked and nothing, None = not answered."""
    id: uuid.UUID | None = None
    occurrence: int = 1
    """Which entry of its day it is."""
    source: Source = Source.DIGITAL
    recorded_by: uuid.UUID | None = None
    """Staff member who transcribed it from paper."""
    amounts: Mapping[str, Amount] = field(default_factory=dict)
    """How much of each exercise was asked for and done."""
    listed: tuple[str, ...] | None = None
    """The exercises on the list of that day; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class CourseRecord:
    """All a participant has done in the course. For pages of patients and staff, never exports."""

    participant: ParticipantFacts
    lessons: Mapping[str, Mapping[str, date]] = field(default_factory=dict)
    """Module key -> lesson key -> day it was done."""
    diary: tuple[DiaryFacts, ...] = ()
    """Oldest first."""
    assessments: tuple[AssessmentFacts, ...] = ()
    """Oldest first."""
    login_days: frozenset[date] = frozenset()
    care: CareFacts = field(default_factory=CareFacts)
    """What the team decided and answered."""

    def pains(self) -> list[tuple[date, int]]:
        """Return the worst pain of each diary entry that names one, mm."""
        noted = [(e.day, (e.pain_before_mm, e.pain_after_mm)) for e in self.diary]
        rated = [(day, [mm for mm in pair if mm is not None]) for day, pair in noted]
        return [(day, max(known)) for day, known in rated if known]

    def trainings(self) -> list[Training]:
        """Return the diary as far as the levels of the exercises go, oldest first."""
        return [_training(each) for each in self.diary]

    def visit_states(self, protocol: Protocol, today: date) -> list[schedule.VisitState]:
        """Return how every visit of the protocol stands today."""
        return visit_states(protocol, self.participant, self.assessments, today)


def _training(entry: DiaryFacts) -> Training:
    return Training(
        entry.day,
        frozenset(entry.exercises),
        frozenset(key for key, amount in entry.amounts.items() if amounts.is_short(amount)),
        entry.effort,
        entry.pain_before_mm,
        entry.pain_after_mm,
        bool(entry.symptoms),
        None if entry.listed is None else frozenset(entry.listed),
    )


class Done(Shape):
    """A completed questionnaire, however much else is known of it."""

    @property
    def visit(self) -> str:
        """Key of the visit."""

    @property
    def instrument(self) -> str:
        """Key of the questionnaire."""

    @property
    def completed_on(self) -> date:
        """Local day."""


def visit_states(
    protocol: Protocol,
    participant: ParticipantFacts,
    assessments: Iterable[Done],
    today: date,
) -> list[schedule.VisitState]:
    """Return how every visit of the protocol stands today for one participant."""
    done: dict[str, dict[str, date]] = defaultdict(dict)
    for assessment in assessments:
        done[assessment.visit][assessment.instrument] = assessment.completed_on
    return [
        schedule.state_of(
            visit,
            done[visit.key],
            max(done[visit.key].values(), default=None),
            participant.enrolled_on,
            participant.day_one,
            today,
        )
        for visit in protocol.visits
    ]


def studies(session: Session) -> list[StudyFacts]:
    """Return all studies, by key."""
    return [_study(row) for row in session.scalars(select(Study).order_by(Study.key))]


def study(session: Session, key: str) -> StudyFacts:
    """Return one study by its key. Raises NotFound."""
    row = session.scalar(select(Study).where(Study.key == key))
    if row is None:
        raise NotFound
    return _study(row)


def study_by_id(session: Session, study_id: uuid.UUID) -> StudyFacts:
    """Return one study. Raises NotFound."""
    row = session.get(Study, study_id)
    if row is None:
        raise NotFound
    return _study(row)


_PARTICIPANTS = select(Participant, Screening).outerjoin(Screening, CURRENT_SCREENING)


def participant(session: Session, participant_id: uuid.UUID) -> ParticipantFacts:
    """Return one participant. Raises NotFound."""
    found = session.execute(_PARTICIPANTS.where(Participant.id == participant_id)).one_or_none()
    if found is None:
        raise NotFound
    return participant_of(*found)


def participants(
    session: Session, study_id: uuid.UUID, people: Collection[uuid.UUID] | None = None
) -> list[ParticipantFacts]:
    """Return a study's participants, or a page of them, ordered by code, which is random."""
    query = _PARTICIPANTS.where(Participant.study_id == study_id).order_by(Participant.code)
    if people is not None:
        query = query.where(among(Participant.id, people))
    rows = session.execute(query)
    return [participant_of(row, screening) for row, screening in rows]


def studies_of(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return participant -> study for a page of people."""
    query = select(Participant.id, Participant.study_id).where(among(Participant.id, people))
    return dict(session.execute(query).all())


def assessments(
    session: Session,
    study_id: uuid.UUID,
    people: Collection[uuid.UUID] | None = None,
    *,
    status: ParticipantStatus | None = None,
) -> list[AssessmentFacts]:
    """Return the completed assessments of a study in their newest revision, oldest first.

    `people`: those of a page; `status`: of those who stand there; everybody's otherwise.
    """
    query = _COMPLETED.where(Participant.study_id == study_id)
    if people is not None:
        query = query.where(among(Participant.id, people))
    if status is not None:
        query = query.where(Participant.status == status)
    return _newest(session.execute(query))


def _newest(rows: Iterable[Row[Any]]) -> list[AssessmentFacts]:
    """Return each form in its newest revision."""
    newest: dict[tuple[uuid.UUID, str, str], AssessmentFacts] = {}
    for row in rows:
        key = (row.participant_id, row.visit, row.instrument)
        if key not in newest or newest[key].revision < row.revision:
            newest[key] = _assessment(row)
    return list(newest.values())


def course_record(session: Session, participant_id: uuid.UUID) -> CourseRecord:
    """Return everything one participant has done. Raises NotFound."""
    return record_of(
        session, participant(session, participant_id), completed_of(session, participant_id)
    )


def completed_of(session: Session, participant_id: uuid.UUID) -> tuple[AssessmentFacts, ...]:
    """Return the completed questionnaires of one participant, corrected ones once: one query."""
    return tuple(_newest(session.execute(_COMPLETED_OF_PAGE, page_of([participant_id]))))


def record_of(
    session: Session, facts: ParticipantFacts, completed: Sequence[AssessmentFacts]
) -> CourseRecord:
    """Return everything a known participant has done, with what they completed: three queries."""
    return _records(session, [facts], {facts.id: completed})[0]


def course_records(
    session: Session, study_id: uuid.UUID, people: Collection[uuid.UUID]
) -> list[CourseRecord]:
    """Return the records of a page of a study's participants, by code: five queries."""
    chosen = participants(session, study_id, people)
    page = page_of([facts.id for facts in chosen])
    completed: dict[uuid.UUID, list[AssessmentFacts]] = defaultdict(list)
    for assessment in _newest(session.execute(_COMPLETED_OF_PAGE, page)):
        completed[assessment.participant_id].append(assessment)
    return _records(session, chosen, completed)


_DAYS: CompoundSelect[Any] = union_all(
    select(
        LessonDone.participant_id, LessonDone.module_key, LessonDone.lesson_key, LessonDone.day
    ).where(among_given(LessonDone.participant_id)),
    select(LoginDay.participant_id, null(), null(), LoginDay.day).where(
        among_given(LoginDay.participant_id)
    ),
)
"""Days of lessons, and of log-ins, which have no module."""
_DIARY = (
    select(DiaryEntry.__table__)
    .where(among_given(DiaryEntry.participant_id), DiaryEntry.superseded_at.is_(None))
    .order_by(DiaryEntry.day, DiaryEntry.occurrence)
)
_COMPLETED = (
    select(Assessment.__table__, Participant.day_one)
    .join(Participant.__table__, Participant.id == Assessment.participant_id)
    .where(Assessment.completed_at.is_not(None))
    .order_by(Assessment.completed_on, Assessment.visit, Assessment.instrument, Assessment.revision)
)
_COMPLETED_OF_PAGE = _COMPLETED.where(among_given(Assessment.participant_id))


def _records(
    session: Session,
    chosen: Sequence[ParticipantFacts],
    completed: Mapping[uuid.UUID, Sequence[AssessmentFacts]],
) -> list[CourseRecord]:
    people = page_of([facts.id for facts in chosen])
    lessons: dict[uuid.UUID, dict[str, dict[str, date]]] = defaultdict(lambda: defaultdict(dict))
    logins: dict[uuid.UUID, set[date]] = defaultdict(set)
    for key, module, lesson, day in session.execute(_DAYS, people):
        if module is None:
            logins[key].add(day)
        else:
            lessons[key][module][lesson] = day
    diaries: dict[uuid.UUID, list[DiaryFacts]] = defaultdict(list)
    for entry in session.execute(_DIARY, people):
        diaries[entry.participant_id].append(_diary(entry))
    decided = care_queries.care_of(session, people["people"])
    return [
        CourseRecord(
            facts,
            lessons[facts.id],
            tuple(diaries[facts.id]),
            tuple(completed.get(facts.id, ())),
            frozenset(logins[facts.id]),
            decided.get(facts.id, CareFacts()),
        )
        for facts in chosen
    ]


def draft(
    session: Session, participant_id: uuid.UUID, visit: str, instrument: str
) -> Mapping[str, object]:
    """Return the answers of a form that was left half-filled; empty when there is none."""
    row = session.execute(
        select(Assessment.reasons, Assessment.answers).where(
            Assessment.participant_id == participant_id,
            Assessment.visit == visit,
            Assessment.instrument == instrument,
            Assessment.completed_at.is_(None),
        )
    ).one_or_none()
    return {} if row is None else {**row.reasons, **row.answers}


def video_position(session: Session, participant_id: uuid.UUID, video_key: str) -> float:
    """Return where to go on in a video, seconds from the start; 0.0 when never played."""
    row = session.scalar(
        select(VideoView).where(
            VideoView.participant_id == participant_id, VideoView.video_key == video_key
        )
    )
    return 0.0 if row is None else row.position_s


def _study(row: Study) -> StudyFacts:
    return StudyFacts(row.id, row.key, row.protocol_key, row.synthetic, row.locked_at)


def participant_of(row: Participant, screening: Screening | None) -> ParticipantFacts:
    """Return the facts of a participant from their rows."""
    covariates = (
        None
        if screening is None
        else Covariates(
            screening.age_years,
            screening.sex,
            screening.height_cm,
            screening.weight_kg,
            tuple(screening.comorbidities),
            screening.activity_level,
        )
    )
    return ParticipantFacts(
        row.id,
        row.study_id,
        row.code,
        row.status,
        row.enrolled_on,
        row.day_one,
        row.zones,
        covariates,
        row.notice_read,
    )


def _assessment(row: Row[Any]) -> AssessmentFacts:
    return AssessmentFacts(
        row.id,
        row.participant_id,
        row.visit,
        row.instrument,
        row.instrument_version,
        row.language,
        row.wording,
        row.revision,
        row.answers,
        row.reasons,
        row.respondent,
        row.input_mode,
        row.completed_on,
        None if row.day_one is None else days.study_day(row.completed_on, row.day_one),
        row.source,
        row.device_width_px,
    )


def _diary(row: Row[Any]) -> DiaryFacts:
    return DiaryFacts(
        row.day,
        tuple(row.exercises),
        row.minutes,
        row.effort,
        row.pain_before_mm,
        row.pain_after_mm,
        row.note,
        row.recorded_at,
        None if row.symptoms is None else tuple(map(Symptom.of, row.symptoms)),
        row.id,
        row.occurrence,
        row.source,
        row.recorded_by,
        amounts.read(row.amounts),
        None if row.listed is None else tuple(row.listed),
    )
