"""One course on a demo LMS, as the tool knows it: what service tests stand on."""

import io
import json
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, jsonify

from lti.models import (
    Deployment,
    LtiContext,
    LtiUser,
    Membership,
    MembershipSource,
    Platform,
    Standing,
)
from lti.registration import models
from lti.services import grade_models
from lti.services.tokens import AccessTokens, Account, ServiceClient
from modules.records import crypto
from modules.records.db import Base, Database
from modules.records.models import Participant, ParticipantStatus, Study
from plugin.demo.lms import CourseRole, Person, create_platform, demo_config
from plugin.demo.lms.site import Site
from tests.plugin.demo.lms.transport import WsgiAdapter, session_for

LMS = "http://127.0.0.1:8100"
TOOL = "http://localhost:8000"
MODELS = (grade_models, models)
"""Imported so that their tables are made."""
NOW = datetime(2026, 11, 21, 12, 0, 0, 250_000, tzinfo=UTC)
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LEARNER, INSTRUCTOR = f"{MEMBERSHIP}#Learner", f"{MEMBERSHIP}#Instructor"
PEOPLE = (
    Person("101", "Persona sintética 01", CourseRole.STUDENT),
    Person("102", "Persona sintética 02", CourseRole.STUDENT),
    Person("103", "Persona sintética 03", CourseRole.STUDENT),
    Person("11", "Personal sintético 01", CourseRole.TEACHER),
    Person("21", "Evaluación sintética 01", CourseRole.NON_EDITING_TEACHER),
)


@cache
def tool_key() -> rsa.RSAPrivateKey:
    """Return the tool's key; making one takes long enough to make it once."""
    return rsa.generate_private_key(65537, 2048)


def sign(claims: dict[str, Any]) -> str:
    """Sign as the tool does."""
    return jwt.encode(claims, tool_key(), "RS256", headers={"kid": "tool-key"})


def key_server() -> Flask:
    """Return an application that publishes the tool's key set."""
    app = Flask("key_server")
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(tool_key().public_key()))
    app.add_url_rule("/lti/jwks", "jwks", lambda: jsonify(keys=[{**public, "kid": "tool-key"}]))
    return app


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now


@dataclass
class PlatformCourse:
    """The tool's side and the LMS's side of one course."""

    database: Database
    clock: Clock
    site: Site
    http: requests.Session
    client: ServiceClient
    account: Account
    course_id: uuid.UUID

    @property
    def lms(self) -> WsgiAdapter:
        """What the LMS was asked."""
        adapter = self.http.get_adapter(LMS)
        assert isinstance(adapter, WsgiAdapter)
        return adapter

    def asked(self, part: str) -> list[requests.PreparedRequest]:
        """Return the requests whose address contains `part`."""
        return [request for request in self.lms.seen if part in str(request.url)]

    def launched(self, subject: str, *roles: str, participant: bool = False) -> uuid.UUID:
        """Let somebody have launched; return the id of their membership."""
        with self.database.writing() as session:
            user = LtiUser(
                id=uuid.uuid4(),
                platform_id=self.account.platform_id,
                subject=subject,
                created_at=self.clock.now,
            )
            membership = Membership(
                id=uuid.uuid4(),
                lti_user=user,
                course_id=self.course_id,
                roles=list(roles),
                source=MembershipSource.LAUNCH,
                last_seen_at=self.clock.now,
            )
            if participant:
                membership.participant_id = _participant(session, subject)
            session.add(membership)
            return membership.id

    def membership(self, subject: str) -> Membership:
        """Return somebody's membership as stored."""
        with self.database.reading() as session:
            found = session.query(Membership).join(Membership.lti_user)
            return found.filter(LtiUser.subject == subject).one()


def _participant(session: Any, subject: str) -> uuid.UUID:
    study = session.query(Study).first() or Study(
        id=uuid.uuid4(), key="S", protocol_key="care", created_at=NOW
    )
    session.add(study)
    session.flush()
    participant = Participant(
        id=uuid.uuid4(),
        study_id=study.id,
        code=f"C-{subject}",
        status=next(iter(ParticipantStatus)),
        enrolled_on=NOW.date(),
        time_zone="America/Mexico_City",
    )
    session.add(participant)
    session.flush()
    return participant.id


def make_database(folder: Path) -> Database:
    """Return an empty database with all tables of the LTI side."""
    crypto.install_keyring(crypto.Keyring(["test-secret-" * 4]))
    database = Database(f"sqlite:///{folder}/columna.sqlite3")
    Base.metadata.create_all(database.engine)
    return database


def make_course(folder: Path, **changes: Any) -> PlatformCourse:
    """Return a course of five people; `changes` go into the LMS's configuration."""
    clock = Clock()
    config = replace(demo_config(LMS, TOOL, people=PEOPLE), clock=clock, **changes)
    app = create_platform(config, session_for({TOOL: key_server()}))
    http = session_for({LMS: app})
    database = make_database(folder)
    with database.writing() as session:
        platform = Platform(
            id=uuid.uuid4(),
            issuer=LMS,
            client_id="columna-demo",
            auth_login_url=f"{LMS}/mod/lti/auth.php",
            auth_token_url=f"{LMS}/mod/lti/token.php",
            jwks_url=f"{LMS}/mod/lti/certs.php",
            status=Standing.ACTIVE,
            created_at=NOW,
        )
        deployment = Deployment(
            id=uuid.uuid4(),
            platform=platform,
            deployment_id="1",
            status=Standing.ACTIVE,
            created_at=NOW,
        )
        session.add(deployment)
        session.flush()
        course = LtiContext(
            id=uuid.uuid4(),
            platform_id=platform.id,
            deployment_id=deployment.id,
            context_id="2",
            nrps_url=f"{LMS}/mod/lti/services.php/CourseSection/2/bindings/1/memberships",
            ags_lineitems_url=f"{LMS}/mod/lti/services.php/2/lineitems?type_id=1",
            ags_scopes=["https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"],
            created_at=NOW,
        )
        session.add(course)
        account = Account.of(platform)
        course_id = course.id
    client = ServiceClient(http, AccessTokens(http, sign, clock))
    site: Site = app.extensions["lms"]
    return PlatformCourse(database, clock, site, http, client, account, course_id)


class FakeHttp:
    """An HTTP client that gives prepared answers, the last one for ever."""

    def __init__(self, *answers: "requests.Response | Exception") -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Return the next answer."""
        self.asked.append((method, url, options))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        answer.raw.seek(0)
        answer._content, answer._content_consumed = False, False
        return answer


class _Body(io.BytesIO):
    """A body that can be read again."""

    def close(self) -> None:
        """Stay open."""


def reply(status: int = 200, body: Any = b"", **headers: str) -> requests.Response:
    """Return an answer of a service; a body that is not bytes is sent as JSON."""
    response = requests.Response()
    response.status_code = status
    response.raw = _Body(body if isinstance(body, bytes) else json.dumps(body).encode())
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response
