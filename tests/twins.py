"""Two studies with the same people and the same answers, and the arms turned around.

Two databases are made from one script. What comes from the arm differs as it would in life:
lessons, diaries, log-ins, alerts and reminders belong to whoever has the programme, who answers on
a phone on the day and praises the videos; the others come days later and answer on paper. Keys are
counted for each table, codes are drawn from a seed, the clock stands still. What somebody blinded
then gets must be the same, byte for byte, headers included.
"""

import itertools
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Mapper, Session

from lti.launch import sessions
from lti.models import LtiUser, Membership
from modules.course.prescription import with_direction
from modules.course.progression import OverrideAction
from modules.records import crypto
from modules.records.db import Database, Identified
from modules.records.models import Participant, ParticipantStatus, Source
from modules.safety.triggers import Trigger
from modules.services import alerts, care, goals
from modules.study.protocol import Visit
from plugin.app import create_app
from plugin.models import Role
from plugin.tool import Tool
from plugin.worker import Tasks
from tests import factories
from tests.factories import CONTROL, TODAY, TREATED, Browser, Clinic

DAYS = (1, 3, 9, 14, 16, 20, 28, 33, 46, 47)
"""Study day of each participant; visits are done, due, missed and to come."""
ARMS = (TREATED, CONTROL, CONTROL, TREATED, TREATED, CONTROL, TREATED, CONTROL, TREATED, CONTROL)
NAMES = [f"Nombre{n} Plantado{n}" for n in range(len(DAYS))]
SWAPPED = {TREATED: CONTROL, CONTROL: TREATED}
REF, SECRET = "twinsession", "the secret of the twins"
SAID = {TREATED: "los videos me ayudaron", CONTROL: "nadie me llamó en seis semanas"}
"""What somebody of each arm writes where words may be written."""
LATEST = 4
"""Days by which whoever has no programme answers later, at most."""


@contextmanager
def counted_keys(stage: str) -> Iterator[None]:
    """Give every new row a key that depends on the stage, its table and its place there alone."""
    counters: dict[str, Iterator[int]] = defaultdict(itertools.count)

    def number(mapper: Mapper[Identified], _connection: object, row: Identified) -> None:
        table = mapper.local_table.name
        if row.id is None:
            row.id = uuid.uuid5(uuid.NAMESPACE_OID, f"{stage} {table} {next(counters[table])}")

    event.listen(Identified, "before_insert", number, propagate=True)
    try:
        yield
    finally:
        event.remove(Identified, "before_insert", number)


class Twin:
    """One of the two studies, and who comes into it by role."""

    def __init__(self, app: Flask, clinic: Clinic, places: dict[Role, uuid.UUID]) -> None:
        self.app, self.clinic, self.places = app, clinic, places
        self._tokens: dict[str, str] = {}

    def token(self, browser: Browser) -> str:
        """Return the token of the forms of a launch."""
        return self._tokens[browser.ref]

    def enter(self, language: str, role: Role = Role.ASSESSOR) -> Browser:
        """Open a launch of somebody; its name and secrets are the same in both twins."""
        client = self.app.test_client()
        ref = f"{REF}{role.value[:2]}{language[:2]}"
        with self.clinic.writing() as session:
            place = session.get_one(Membership, self.places[role])
            opened = factories.launch_session(
                session, place, "staff", SECRET, self.clinic.tool.now(), ref=ref, locale=language
            )
            self._tokens[ref] = sessions.csrf_token(opened)
        client.set_cookie(f"__Host-columna-{ref}", SECRET, domain="localhost")
        return Browser(client, ref, place.lti_user_id)

    def people(self) -> list[uuid.UUID]:
        """Return everybody in the study, in an order that has nothing to do with the arm."""
        return sorted(row.id for row in self.clinic.rows(Participant))


class Maker:
    """Makes twins in a folder, from a database with tables and nobody in it."""

    def __init__(
        self, empty: Path, folder: Path, make_tool: Callable[[Database], Tool], days: Sequence[int]
    ) -> None:
        self._empty, self._folder, self._make_tool, self._days = empty, folder, make_tool, days
        self._opened: list[Database] = []

    def __call__(self, swap: bool) -> Twin:
        """Return one study; `swap` turns every arm around."""
        path = self._folder / f"twin-{len(self._opened)}.sqlite3"
        path.write_bytes(self._empty.read_bytes())
        database = Database(f"sqlite:///{path}")
        self._opened.append(database)
        tool = self._make_tool(database)
        with counted_keys("life"):
            clinic = Clinic(tool)
            with clinic.writing() as session:
                places = _blinded(session, clinic)
            live(clinic, self._days, swap)
            Tasks(tool).plan_reminders()
        return Twin(create_app(tool=tool), clinic, places)

    def close(self) -> None:
        """Close what was opened."""
        for database in self._opened:
            database.dispose()


def maker(
    request: pytest.FixtureRequest, folder: Path, days: Sequence[int] = DAYS
) -> Iterator[Maker]:
    """Yield a maker of twins with a participant on each of these study days."""
    crypto.install_keyring(request.getfixturevalue("keyring"))
    empty = request.getfixturevalue("_sqlite_with_tables")
    made = Maker(empty, folder, request.getfixturevalue("make_tool"), days)
    yield made
    made.close()


def _blinded(session: Session, clinic: Clinic) -> dict[Role, uuid.UUID]:
    """Add whoever may not learn the arm, and somebody who was named nothing."""
    places = {}
    for role in (Role.ASSESSOR, Role.ANALYST, Role.ENROLLER, Role.VISITOR):
        place = clinic.member(session, role.value, factories.INSTRUCTOR)
        if role is not Role.VISITOR:
            who = session.get_one(LtiUser, place.lti_user_id)
            factories.role(session, clinic.study_id, who, role)
        places[role] = place.id
    return places


def live(clinic: Clinic, days: Sequence[int], swap: bool) -> None:
    """Let everybody live through the study; `swap` turns every arm around."""
    with clinic.writing() as session:
        for number, (day, arm) in enumerate(zip(days, ARMS, strict=False)):
            given = SWAPPED[arm] if swap else arm
            place = clinic.patient(session, given, day, NAMES[number])
            first = TODAY - timedelta(days=day - 1)
            _visits(session, clinic, place.participant_id, first, given, Random(number))
            factories.contact(session, place.participant_id, f"+52 55 0000 {number:04}")
            if given == TREATED:
                _programme(session, clinic, place.participant_id, first, day, number)
        clinic.prepared(session, clinic.enrolled(session).participant_id)
        left = session.get_one(Participant, place.participant_id)
        left.status, left.withdrawn_on = ParticipantStatus.WITHDRAWN, TODAY
        left.withdrawal_reason = "own_wish"


def _visits(
    session: Session, clinic: Clinic, person: uuid.UUID, first: date, arm: str, random: Random
) -> None:
    for visit in clinic.protocol.visits:
        planned = first + timedelta(days=visit.target_day - 1)
        late = random.randint(1, LATEST)
        skipped = random.random() < 0.2
        if visit.before_start or skipped or planned + timedelta(days=LATEST) > TODAY:
            continue
        level = random.randint(0, 100)
        on = planned if arm == TREATED else planned + timedelta(days=late)
        _answers(session, person, visit, on, arm, level)


def _answers(
    session: Session, person: uuid.UUID, visit: Visit, on: date, arm: str, level: int
) -> None:
    """Fill the forms of a visit: the same marks in both arms, given in another way."""
    for instrument in visit.instruments:
        said = factories.answers(instrument, level)
        if instrument == "satisfaction":
            said["q9"] = SAID[arm]
        how = {"input_mode": "pointer", "device_width_px": 360}
        if arm == CONTROL:
            how = {"source": Source.PAPER, "recorded_by": uuid.UUID(int=8)}
        at = factories.NOON + (on - TODAY)
        factories.assessment(
            session,
            person,
            visit.key,
            instrument,
            on,
            answers=said,
            started_at=at,
            completed_at=at,
            **how,
        )


def _programme(
    session: Session, clinic: Clinic, person: uuid.UUID, first: date, day: int, number: int
) -> None:
    for offset in range(0, day, 2):
        on = first + timedelta(days=offset)
        factories.login_day(session, person, on)
        factories.diary_entry(session, person, on, note="el video me ayudó")
    for lesson in clinic.tool.curriculum.module("education").lessons[: 1 + number % 3]:
        factories.lesson_done(session, person, "education", lesson.key, first)
    goals.set_goal(session, person, "volver a bailar", number % 11, clinic.tool.now())
    _team(session, clinic, person)


def _team(session: Session, clinic: Clinic, person: uuid.UUID) -> None:
    """What the team does for whoever has the programme: alerts, replies, plan."""
    by, now, course = uuid.UUID(int=5), clinic.tool.now(), clinic.tool.curriculum
    alerts.raise_all(
        session,
        person,
        [Trigger.DIARY_WARNING_SIGN, Trigger.OUT_OF_TOUCH],
        uuid.UUID(int=6),
        now,
    )
    care.mark_reviewed(session, person, now, by, now)
    care.name_reviewer(session, person, by, by, now)
    key = uuid.uuid5(uuid.NAMESPACE_OID, person.hex)
    reply = care.Reply("steady", "el módulo te ayuda", None, key)
    care.reply(session, person, reply, course, by, now)
    care.prescribe(
        session,
        person,
        lambda held: with_direction(held, course.module("directional"), "flexion"),
        "start",
        course,
        by,
        now,
    )
    opened = care.Decision(OverrideAction.OPEN, "ready")
    care.decide(session, person, clinic.protocol, "core", opened, by, now)


def seen(answer: object) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Return all a browser gets to see of an answer."""
    return answer.status_code, answer.data, sorted(answer.headers.items())  # type: ignore[attr-defined]
