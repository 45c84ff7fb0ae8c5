"""A small trial in a database of its own, and the facts of an export without one."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from exports import dataset, models
from modules.outcomes.instruments import INSTRUMENTS
from modules.records.crypto import Keyring, install_keyring
from modules.records.db import Base, Database
from modules.records.models import (
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
from modules.records.queries import (
    AssessmentFacts,
    Covariates,
    ParticipantFacts,
    StudyFacts,
)
from modules.study import protocol as protocols
from modules.study.zones import Zones

NOW = datetime(2026, 11, 12, 18, tzinfo=UTC)
DAY_ONE = date(2026, 9, 1)
SECRET = bytes(range(32))
STUDY_KEY = "lumbar-uno"


@pytest.fixture(scope="session")
def now():
    return NOW


@pytest.fixture(scope="session")
def secret():
    return SECRET


@pytest.fixture(scope="session")
def trial():
    """The trial's protocol; two arms, four visits."""
    return protocols.load()["imss-nct07248813"]


@pytest.fixture
def database(tmp_path):
    install_keyring(Keyring(["k" * 40]))
    made = Database(f"sqlite:///{tmp_path / 'study.db'}")
    assert models.ExportLog.metadata is Base.metadata
    Base.metadata.create_all(made.engine)
    yield made
    made.dispose()


@pytest.fixture
def session(database):
    """A session that is open throughout a test; nothing else waits for it, so files may be made."""
    with Session(database.engine, expire_on_commit=False) as opened:
        yield opened


@pytest.fixture
def enrol() -> Callable[..., uuid.UUID]:
    return add_participant


@pytest.fixture
def live_in_programme() -> Callable[..., None]:
    return add_programme


@pytest.fixture
def answer() -> Callable[..., None]:
    return add_assessment


@pytest.fixture
def study(session) -> Study:
    made = Study(
        id=uuid.UUID(int=1),
        key=STUDY_KEY,
        protocol_key="imss-nct07248813",
        created_at=NOW,
        synthetic=True,
    )
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def people(session, study, trial):
    """Twelve participants who have answered everything up to today."""
    ids = [add_participant(session, study, number) for number in range(12)]
    for number, person in enumerate(ids):
        for visit in trial.visits:
            for instrument in visit.instruments:
                add_assessment(session, person, visit, instrument, Random(f"{number}{visit.key}"))
    session.flush()
    return ids


@pytest.fixture(scope="session")
def facts(trial) -> Callable[..., dataset.Source]:
    """Make the facts of an export without a database: `facts(count, seed=0, answered=0.8)`."""

    def make(count: int, seed: int = 0, answered: float = 0.8) -> dataset.Source:
        random = Random(seed)
        study = StudyFacts(uuid.UUID(int=1), STUDY_KEY, trial.key, True)
        people = [person_facts(study.id, random) for _ in range(count)]
        filled = [
            assessment_facts(person, visit, key, random)
            for person in people
            for visit in trial.visits
            for key in visit.instruments
            if random.random() < answered
        ]
        return dataset.Source(study, trial, INSTRUMENTS, people, filled)

    return make


def person_facts(study_id, random: Random) -> ParticipantFacts:
    covariates = Covariates(
        random.randint(18, 60),
        random.choice(("female", "male")),
        random.randint(150, 185),
        random.uniform(50, 100),
        tuple(random.sample(("diabetes", "hypertension", "other"), random.randint(0, 3))),
        random.randint(1, 4),
    )
    return ParticipantFacts(
        uuid.UUID(int=random.getrandbits(128), version=4),
        study_id,
        f"{random.randint(100, 999)}-{random.randint(100, 999)}",
        ParticipantStatus.ACTIVE,
        DAY_ONE - timedelta(days=3),
        DAY_ONE,
        Zones("America/Mexico_City"),
        covariates,
    )


def assessment_facts(person, visit, key, random: Random) -> AssessmentFacts:
    day = visit.target_day
    return AssessmentFacts(
        uuid.UUID(int=random.getrandbits(128), version=4),
        person.id,
        visit.key,
        key,
        INSTRUMENTS[key].version,
        "es",
        "own",
        1,
        answers(key, random),
        {},
        Respondent.SELF,
        "pointer",
        DAY_ONE + timedelta(days=day - 1),
        day,
    )


def answers(key: str, random: Random) -> dict[str, object]:
    return {
        item.key: random.randint(item.minimum, item.maximum)
        for item in INSTRUMENTS[key].items
        if item.kind != "text"
    }


def add_participant(session: Session, study: Study, number: int) -> uuid.UUID:
    random = Random(number)
    person = Participant(
        id=uuid.UUID(int=random.getrandbits(128), version=4),
        study_id=study.id,
        code=f"K{number:02}-3QX",
        status=ParticipantStatus.ACTIVE,
        enrolled_on=DAY_ONE - timedelta(days=3),
        day_one=DAY_ONE,
        time_zone="America/Mexico_City",
    )
    session.add(person)
    session.flush()
    session.add(
        Screening(
            participant_id=person.id,
            answers={},
            age_years=random.randint(18, 60),
            sex=random.choice(("female", "male")),
            height_cm=random.randint(150, 185),
            weight_kg=random.randint(50, 100),
            comorbidities=["diabetes"],
            activity_level=random.randint(1, 4),
            recorded_by=uuid.UUID(int=7),
            recorded_at=NOW,
        )
    )
    return person.id


def add_assessment(
    session: Session,
    person: uuid.UUID,
    visit,
    instrument: str,
    random: Random,
    given: dict[str, object] | None = None,
    reasons: dict[str, str] | None = None,
    day: int | None = None,
    **how: object,
) -> None:
    day = visit.target_day if day is None else day
    filled = {
        "participant_id": person,
        "visit": visit.key,
        "instrument": instrument,
        "instrument_version": INSTRUMENTS[instrument].version,
        "language": "es",
        "wording": "own",
        "answers": answers(instrument, random) if given is None else given,
        "reasons": reasons or {},
        "respondent": Respondent.SELF,
        "input_mode": "pointer",
        "started_at": NOW,
        "completed_at": NOW,
        "completed_on": DAY_ONE + timedelta(days=day - 1),
    }
    session.add(Assessment(**filled | how))
    session.flush()


def add_programme(session: Session, person: uuid.UUID, days: int = 20) -> None:
    """Let a participant log in, learn, watch and keep the diary for some days."""
    for offset in range(days):
        day = DAY_ONE + timedelta(days=offset)
        session.add(LoginDay(participant_id=person, day=day))
        session.add(
            DiaryEntry(
                participant_id=person,
                day=day,
                client_key=uuid.uuid4(),
                exercises=["bridge"],
                minutes=20,
                effort=4,
                pain_before_mm=50,
                pain_after_mm=40,
                note="Los videos de la telerrehabilitación me ayudan",
                source=Source.DIGITAL,
                recorded_at=NOW,
            )
        )
    session.add(
        LessonDone(
            participant_id=person,
            module_key="core",
            lesson_key="one",
            day=DAY_ONE,
            done_at=NOW,
        )
    )
    session.add(
        VideoView(
            participant_id=person,
            video_key="core-1",
            position_s=3.0,
            duration_s=60.0,
            watched=[[0, 3]],
            updated_at=NOW,
        )
    )
    session.flush()
