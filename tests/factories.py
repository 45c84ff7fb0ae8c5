"""People and records for tests: one maker per table, and a clinic that puts them together.

Makers write what a finished step leaves behind; the steps themselves are tested elsewhere.
"""

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti.launch import sessions
from lti.launch.claims import RESOURCE_LINK_REQUEST
from lti.models import (
    Deployment,
    LaunchSession,
    LtiContext,
    LtiUser,
    Membership,
    MembershipSource,
    Platform,
    Standing,
)
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import (
    Instrument,
    Kind,
    Licence,
    Pack,
)
from modules.records.care_models import Reviewer
from modules.records.models import (
    Assessment,
    Consent,
    DiaryEntry,
    LessonDone,
    LoginDay,
    Participant,
    ParticipantStatus,
    Respondent,
    Screening,
    Source,
)
from modules.study.protocol import Protocol
from modules.text import LANGUAGES
from notifications import outbox
from notifications.outbox import ConsentGiven
from plugin import setup
from plugin.models import Role, RoleAssignment
from plugin.tool import Tool
from plugin.trial.models import Allocation, AllocationList, AllocationSlot

NOON = datetime(2026, 11, 12, 18, 0, tzinfo=UTC)
"""Thursday 12 November 2026, 12:00 in Mexico City."""
TODAY = date(2026, 11, 12)
TRIAL = "imss-nct07248813"
TREATED, CONTROL = "telerehabilitation", "conventional"
HOST = "columna.example.org"
LMS = "https://moodle.example.org"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LEARNER, INSTRUCTOR = f"{MEMBERSHIP}#Learner", f"{MEMBERSHIP}#Instructor"
SEED = hashlib.sha256(b"the list of the tests").digest()


def licensed(instruments: Mapping[str, Instrument]) -> dict[str, Instrument]:
    """The same questionnaires in a clinic that has loaded the licensed wordings."""
    packs = {
        language: Pack(language, "validated 1", "Clínica de prueba", "L-1", "2099-12-31", "0" * 64)
        for language in LANGUAGES
    }
    return {
        key: replace(one, packs=packs) if one.licence is Licence.LICENSED else one
        for key, one in instruments.items()
    }


# One maker per table --------------------------------------------------------------------------


def add(session: Session, row: Any) -> Any:
    """Add one row and give it its key."""
    session.add(row)
    session.flush()
    return row


def platform(session: Session, issuer: str = LMS, client_id: str = "columna") -> Platform:
    """A registered, active platform with one deployment."""
    made = add(
        session,
        Platform(
            issuer=issuer,
            client_id=client_id,
            auth_login_url=f"{issuer}/mod/lti/auth.php",
            auth_token_url=f"{issuer}/mod/lti/token.php",
            jwks_url=f"{issuer}/mod/lti/certs.php",
            name="Campus",
            status=Standing.ACTIVE,
            created_at=NOON,
        ),
    )
    add(
        session,
        Deployment(platform_id=made.id, deployment_id="1", status=Standing.ACTIVE, created_at=NOON),
    )
    return made


def course(
    session: Session, of: Platform, study_id: uuid.UUID | None, context_id: str = "2"
) -> LtiContext:
    """A course of a platform, bound to a study."""
    deployment = session.scalars(select(Deployment).where(Deployment.platform_id == of.id)).one()
    return add(
        session,
        LtiContext(
            platform_id=of.id,
            deployment_id=deployment.id,
            context_id=context_id,
            title="Programa para el dolor lumbar",
            study_id=study_id,
            created_at=NOON,
        ),
    )


def user(session: Session, of: Platform, name: str, subject: str | None = None) -> LtiUser:
    """A person as the platform knows them."""
    return add(
        session,
        LtiUser(
            platform_id=of.id,
            subject=subject or uuid.uuid4().hex,
            name=name,
            created_at=NOON,
        ),
    )


def membership(
    session: Session,
    who: LtiUser,
    where: LtiContext,
    *roles: str,
    participant: uuid.UUID | None = None,
) -> Membership:
    """A person's place in a course."""
    return add(
        session,
        Membership(
            lti_user_id=who.id,
            course_id=where.id,
            roles=list(roles),
            source=MembershipSource.LAUNCH,
            last_seen_at=NOON,
            participant_id=participant,
        ),
    )


def role(session: Session, study_id: uuid.UUID, who: LtiUser, given: Role) -> RoleAssignment:
    """A role somebody has in a study."""
    return add(
        session,
        RoleAssignment(study_id=study_id, lti_user_id=who.id, role=given, assigned_at=NOON),
    )


def participant(
    session: Session,
    study_id: uuid.UUID,
    code: str,
    day_one: date | None = None,
    enrolled_on: date | None = None,
) -> Participant:
    """A coded participant: in screening, or active since `day_one`."""
    return add(
        session,
        Participant(
            study_id=study_id,
            code=code,
            status=ParticipantStatus.ACTIVE if day_one else ParticipantStatus.SCREENING,
            enrolled_on=enrolled_on or (day_one or TODAY) - timedelta(days=1),
            day_one=day_one,
            time_zone="America/Mexico_City",
        ),
    )


def consent(session: Session, participant_id: uuid.UUID, signed_on: date = TODAY) -> Consent:
    """A recorded consent."""
    return add(
        session,
        Consent(
            participant_id=participant_id,
            version="CI-2.0",
            signed_on=signed_on,
            recorded_by=uuid.UUID(int=1),
            recorded_at=NOON,
        ),
    )


def screening(
    session: Session, participant_id: uuid.UUID, protocol: Protocol, **changes: Any
) -> Screening:
    """A screening form that meets every criterion, unless changed."""
    criteria = protocol.eligibility.inclusion + protocol.eligibility.exclusion
    values: dict[str, Any] = {
        "answers": {c.key: c.rule for c in criteria if c.rule in ("yes", "no")},
        "age_years": 40,
        "sex": "female",
        "height_cm": 160,
        "weight_kg": 64.5,
        "comorbidities": ["diabetes"],
        "activity_level": 2,
        "recorded_by": uuid.UUID(int=1),
        "recorded_at": NOON,
    }
    return add(session, Screening(participant_id=participant_id, **(values | changes)))


def answers(instrument: str, level: int = 50) -> dict[str, Any]:
    """Answers to every question of an instrument; `level` 0 to 100 of each item's range."""
    return {
        item.key: round(item.minimum + (item.maximum - item.minimum) * level / 100)
        for item in INSTRUMENTS[instrument].items
        if item.kind is not Kind.TEXT
    }


def assessment(
    session: Session,
    participant_id: uuid.UUID,
    visit: str,
    instrument: str,
    completed_on: date | None = TODAY,
    level: int = 50,
    **changes: Any,
) -> Assessment:
    """A completed form; a draft with `completed_on=None`."""
    values: dict[str, Any] = {
        "instrument_version": INSTRUMENTS[instrument].version,
        "language": "es",
        "wording": "own",
        "answers": answers(instrument, level),
        "reasons": {},
        "respondent": Respondent.SELF,
        "started_at": NOON,
        "completed_at": NOON if completed_on else None,
        "completed_on": completed_on,
    }
    return add(
        session,
        Assessment(
            participant_id=participant_id,
            visit=visit,
            instrument=instrument,
            **(values | changes),
        ),
    )


def baseline(session: Session, participant_id: uuid.UUID, protocol: Protocol, on: date) -> None:
    """Every form of the visits before day 1."""
    for visit in protocol.visits:
        if visit.before_start:
            for instrument in visit.instruments:
                assessment(session, participant_id, visit.key, instrument, on)


def diary_entry(
    session: Session, participant_id: uuid.UUID, day: date, **changes: Any
) -> DiaryEntry:
    """One entry of the exercise diary."""
    values: dict[str, Any] = {
        "client_key": uuid.uuid4(),
        "exercises": ["bridge"],
        "minutes": 20,
        "effort": 4,
        "pain_before_mm": 50,
        "pain_after_mm": 40,
        "source": Source.DIGITAL,
        "recorded_at": NOON,
    }
    return add(session, DiaryEntry(participant_id=participant_id, day=day, **(values | changes)))


def lesson_done(
    session: Session, participant_id: uuid.UUID, module: str, lesson: str, day: date
) -> LessonDone:
    """A ticked lesson."""
    return add(
        session,
        LessonDone(
            participant_id=participant_id,
            module_key=module,
            lesson_key=lesson,
            day=day,
            done_at=NOON,
        ),
    )


def login_day(session: Session, participant_id: uuid.UUID, day: date) -> LoginDay:
    """A day with a launch."""
    return add(session, LoginDay(participant_id=participant_id, day=day))


def allocation(session: Session, participant_id: uuid.UUID, arm: str) -> Allocation:
    """An allocation to a wanted arm: the first free slot of the list that holds it."""
    study_id = session.get_one(Participant, participant_id).study_id
    free = session.scalars(
        select(AllocationSlot)
        .join(AllocationList, AllocationList.id == AllocationSlot.list_id)
        .outerjoin(Allocation, Allocation.slot_id == AllocationSlot.id)
        .where(AllocationList.study_id == study_id, Allocation.id.is_(None))
        .order_by(AllocationSlot.position)
    )
    slot = next(slot for slot in free if slot.arm == arm)
    return add(
        session,
        Allocation(participant_id=participant_id, slot_id=slot.id, arm=slot.arm, allocated_at=NOON),
    )


def reviewer(
    session: Session, participant_id: uuid.UUID, by: uuid.UUID, at: datetime = NOON
) -> Reviewer:
    """Who looks after a participant from a moment on."""
    values = {"reviewer_id": by, "named_by": by, "named_at": at}
    return add(session, Reviewer(participant_id=participant_id, **values))


def contact(session: Session, participant_id: uuid.UUID, phone: str = "+52 55 0000 0001") -> None:
    """An agreement to be reminded, on a number that belongs to nobody."""
    outbox.opt_in(
        session,
        participant_id,
        phone,
        channel="console",
        language="es_MX",
        consent=ConsentGiven("reminders-1", NOON, "participant"),
    )


def launch_session(
    session: Session,
    who: Membership,
    proposed: str,
    secret: str,
    now: datetime,
    **changes: Any,
) -> LaunchSession:
    """What an accepted launch leaves behind."""
    where = session.get_one(LtiContext, who.course_id)
    values: dict[str, Any] = {
        "ref": uuid.uuid4().hex[:12],
        "secret_hash": sessions.digest(secret),
        "platform_id": where.platform_id,
        "lti_user_id": who.lti_user_id,
        "course_id": where.id,
        "membership_id": who.id,
        "message_type": RESOURCE_LINK_REQUEST,
        "role": proposed,
        "locale": "es_mx",
        "csrf_secret": "the secret of the form tokens",
        "created_at": now,
        "expires_at": now + sessions.LIFE,
    }
    return add(session, LaunchSession(**(values | changes)))


# A clinic -------------------------------------------------------------------------------------


@dataclass
class Browser:
    """One tab of somebody who has launched; paths are below the launch's own prefix."""

    client: FlaskClient
    ref: str
    user_id: uuid.UUID
    participant_id: uuid.UUID | None = None

    def url(self, path: str) -> str:
        """Return the whole path of a page of this launch."""
        return f"/t/{self.ref}{path}"

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(self.url(path), **options)

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, *, token: str | None = "own"
    ) -> TestResponse:
        """Send a form with this launch's token, another one, or none."""
        fields = dict(data or {})
        if token is not None:
            fields["csrf_token"] = self.token() if token == "own" else token
        return self.client.post(self.url(path), data=fields)

    def token(self) -> str:
        """Return the token that the forms of this launch carry."""
        page = self.client.get(self.url("/"), follow_redirects=True).text
        return re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]


@dataclass
class Clinic:
    """One platform, one course bound to one study; people come in through `browser`."""

    tool: Tool
    protocol_key: str = TRIAL
    study_key: str = "lumbar"
    seed: bytes = SEED
    study_id: uuid.UUID = field(init=False)
    platform_id: uuid.UUID = field(init=False)
    course_id: uuid.UUID = field(init=False)
    _count: int = 0
    _named: int = 0
    _clinician: uuid.UUID | None = None
    """Who came in as staff last: in a trial everybody who is allocated is theirs."""

    def __post_init__(self) -> None:
        with self.tool.database.writing() as session:
            self.study_id = setup.create_study(
                session, self.tool, self.study_key, self.protocol, synthetic=True, seed=self.seed
            )
            known = session.scalar(select(Platform))
            made = known or platform(session)
            self.platform_id = made.id
            context = f"course-{self.study_key}"
            self.course_id = course(session, made, self.study_id, context).id

    @property
    def protocol(self) -> Protocol:
        """The protocol the study follows."""
        return self.tool.protocols[self.protocol_key]

    def change_protocol(self, **changes: Any) -> None:
        """Let the study's protocol say something else from now on."""
        changed = self.protocol.model_copy(update=changes)
        self.tool.protocols = {**self.tool.protocols, self.protocol_key: changed}

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a writing transaction of the tool's database."""
        with self.tool.database.writing() as session:
            yield session

    def rows(self, table: type[Any], *conditions: Any) -> list[Any]:
        """Return the rows of a table as they are stored now."""
        with self.tool.database.reading() as session:
            return list(session.scalars(select(table).where(*conditions)))

    def member(self, session: Session, name: str, *roles: str) -> Membership:
        """Add somebody to the course."""
        of = session.get_one(Platform, self.platform_id)
        where = session.get_one(LtiContext, self.course_id)
        return membership(session, user(session, of, name), where, *roles)

    def enrolled(self, session: Session, name: str = "", day_one: date | None = None) -> Membership:
        """Add a member who takes part: in screening, or active since `day_one`."""
        self._count += 1
        one = self.member(session, name or f"Persona sintética {self._count:02}", LEARNER)
        code = f"K{self._count:02}-3QX"
        one.participant_id = participant(session, self.study_id, code, day_one).id
        session.flush()
        return one

    def patient(
        self, session: Session, arm: str = TREATED, day: int = 3, name: str = ""
    ) -> Membership:
        """Add a participant on a study day, with everything that comes before it done."""
        first = self.tool.now().astimezone().date() if day < 1 else TODAY - timedelta(days=day - 1)
        one = self.enrolled(session, name, first)
        self.prepared(session, one.participant_id, first)
        if self.protocol.is_trial:
            allocation(session, one.participant_id, arm)
            if self._clinician:
                self.looked_after(session, one.participant_id, self._clinician)
        return one

    def looked_after(self, session: Session, participant_id: uuid.UUID, by: uuid.UUID) -> None:
        """Let somebody of the staff look after a participant from now on."""
        self._named += 1
        reviewer(session, participant_id, by, NOON - timedelta(days=1, seconds=-self._named))

    def prepared(
        self,
        session: Session,
        participant_id: uuid.UUID,
        on: date = TODAY,
        steps: Iterable[str] = ("consent", "eligibility", "baseline"),
    ) -> None:
        """Do the steps before allocation."""
        makers: dict[str, Callable[[], object]] = {
            "consent": lambda: consent(session, participant_id, on),
            "eligibility": lambda: screening(session, participant_id, self.protocol),
            "baseline": lambda: baseline(session, participant_id, self.protocol, on),
        }
        for step in steps:
            makers[step]()

    def screened(self, steps: Iterable[str] = ("consent", "eligibility", "baseline")) -> uuid.UUID:
        """Return a participant who has done these steps and is not allocated."""
        with self.writing() as session:
            one = self.enrolled(session).participant_id
            self.prepared(session, one, steps=steps)
            return one

    def browser(
        self,
        app: Flask,
        kind: str,
        *,
        of: uuid.UUID | None = None,
        client: FlaskClient | None = None,
        day: int = 3,
        **launch: Any,
    ) -> Browser:
        """Let somebody launch and return their tab.

        `kind`: `staff`, `enroller`, `assessor`, `custodian`, `patient`, `control`, `admin` or
        `visitor`; in a trial whoever comes in as staff looks after everybody. `of`: the membership
        to come in as, a new person otherwise; `launch` changes the launch's record.
        """
        secret = uuid.uuid4().hex
        with self.writing() as session:
            who = session.get_one(Membership, of) if of else self._person(session, kind, day)
            opened = launch_session(session, who, PROPOSED[kind], secret, self.tool.now(), **launch)
            ref, user_id, participant_id = opened.ref, who.lti_user_id, who.participant_id
        client = client or app.test_client()
        client.environ_base = {**client.environ_base, "HTTP_ACCEPT_LANGUAGE": "es"}
        app.config.setdefault("PREFERRED_URL_SCHEME", "https")
        client.set_cookie(sessions.cookie_name(ref), secret, domain="localhost")
        return Browser(client, ref, user_id, participant_id)

    def _person(self, session: Session, kind: str, day: int) -> Membership:
        if kind in ("patient", "control"):
            return self.patient(session, TREATED if kind == "patient" else CONTROL, day)
        teaches = kind in ("staff", "enroller", "assessor", "custodian", "admin")
        one = self.member(session, f"{kind} {uuid.uuid4().hex[:4]}", INSTRUCTOR if teaches else "")
        if kind in ("staff", "enroller", "assessor", "custodian"):
            role(session, self.study_id, session.get_one(LtiUser, one.lti_user_id), Role(kind))
        if kind == "staff" and self.protocol.is_trial:
            self._take_over(session, one.lti_user_id)
        return one

    def _take_over(self, session: Session, by: uuid.UUID) -> None:
        self._clinician = by
        own = Participant.study_id == self.study_id
        for key in session.scalars(
            select(Allocation.participant_id)
            .join(Participant, Participant.id == Allocation.participant_id)
            .where(own)
        ).all():
            self.looked_after(session, key, by)


PROPOSED = {
    "staff": "staff",
    "enroller": "staff",
    "assessor": "staff",
    "custodian": "staff",
    "patient": "patient",
    "control": "patient",
    "admin": "admin",
    "visitor": "none",
}
