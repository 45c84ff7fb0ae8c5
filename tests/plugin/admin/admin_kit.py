"""The whole tool beside a demo LMS in one process: what tests of administrators stand on."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from lti import keys
from lti.models import LtiContext, LtiUser, Membership, Platform, PlatformKeySet
from lti.registration import platforms
from lti.registration.platforms import NewPlatform
from lti.services.tokens import AccessTokens, ServiceClient, signer
from modules.course import content
from modules.course.curriculum import Curriculum
from modules.outcomes.instruments import INSTRUMENTS
from modules.records import crypto
from modules.records.db import Base, Database
from modules.study import protocol
from modules.study.protocol import Protocol
from plugin import administrators, settings, setup, tables
from plugin.app import create_app
from plugin.demo.lms import Activity, CourseRole, Person, create_platform, demo_config
from plugin.demo.lms.site import Site
from plugin.models import AuditEvent, Role
from plugin.platforms import Services
from plugin.tool import Tool
from tests.lti.services_kit import LMS, TOOL, Clock
from tests.plugin.demo.lms.test_launches import form_of
from tests.plugin.demo.lms.transport import session_for

HTTPS_TOOL = TOOL.replace("http:", "https:")
TRIAL, CARE = "imss-nct07248813", "care"
PEOPLE = (
    Person("101", "Persona sintética 01", CourseRole.STUDENT),
    Person("102", "Persona sintética 02", CourseRole.STUDENT, language="en"),
    Person("11", "Personal sintético 01", CourseRole.TEACHER, language="en"),
    Person("12", "Personal sintético 02", CourseRole.TEACHER, language="en"),
    Person("13", "Inclusión sintética 01", CourseRole.TEACHER, language="en"),
    Person("21", "Evaluación sintética 01", CourseRole.NON_EDITING_TEACHER, language="en"),
    Person("2", "Administración sintética", CourseRole.ADMIN, language="en"),
)


@cache
def _curriculum() -> Curriculum:
    return content.load()


@cache
def _protocols() -> dict[str, Protocol]:
    return protocol.load()


def care_protocol() -> str:
    """Return the key of a shipped protocol in which nobody is blinded."""
    return next(key for key, one in _protocols().items() if not one.is_trial)


@dataclass
class Visit:
    """One launch's session in a browser of its own."""

    client: FlaskClient
    base: str
    landing: str

    def get(self, path: str) -> Any:
        """Open a page below the launch's own address."""
        return self.client.get(self.base + path, base_url=HTTPS_TOOL)

    def post(self, path: str, data: dict[str, Any] | None = None, origin: str = "/") -> Any:
        """Send a form with the token that `origin`, a page with a form, carries."""
        token = form_of(self.page(origin))[1].get("csrf_token", "")
        given = {"csrf_token": token, **(data or {})}
        return self.client.post(self.base + path, data=given, base_url=HTTPS_TOOL)

    def page(self, path: str) -> str:
        """Return the text of a page that must be there, after redirects."""
        answer = self.client.get(self.base + path, base_url=HTTPS_TOOL, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
        return str(answer.text)


class ToolAndPlatform:
    """An LMS with one course, the tool, and a clock for both."""

    def __init__(
        self,
        folder: Path,
        study: str | None = TRIAL,
        people: tuple[Person, ...] = PEOPLE,
        activities: Iterable[Activity] = (),
        **platform: Any,
    ) -> None:
        self.clock = Clock()
        self.tool = make_tool(folder, self.clock)
        self.app = create_app(tool=self.tool)
        config = replace(demo_config(LMS, TOOL, people=people), clock=self.clock, **platform)
        first = config.courses[0]
        first = replace(first, activities=(*first.activities, *activities))
        config = replace(config, courses=(first, *config.courses[1:]))
        self.lms_app = create_platform(config, session_for({TOOL: self.app}))
        self.site: Site = self.lms_app.extensions["lms"]
        self.lms = self.lms_app.test_client()
        self.platform_id = self._register()
        self.study_id = self._study(study) if study else None

    def _register(self) -> uuid.UUID:
        new = NewPlatform(
            issuer=LMS,
            client_id="columna-demo",
            deployment_id="1",
            login_url=f"{LMS}/mod/lti/auth.php",
            token_url=f"{LMS}/mod/lti/token.php",
            jwks_url=f"{LMS}/mod/lti/certs.php",
            name="Campus",
        )
        with self.tool.database.writing() as session:
            keys.ensure(session, self.clock.now)
            platform_id = platforms.add(session, new, self.clock.now).id
            published = self.site.access.key_set()["keys"]
            session.add(
                PlatformKeySet(platform_id=platform_id, keys=published, fetched_at=self.clock.now)
            )
        return platform_id

    def _study(self, protocol_key: str) -> uuid.UUID:
        """Bind the course to a study whose staff are the first teacher."""
        chosen = self.tool.protocols[protocol_key]
        with self.tool.database.writing() as session:
            platform = session.get_one(Platform, self.platform_id)
            study_id = setup.create_study(session, self.tool, "study", chosen, seed=b"s" * 32)
            session.add(
                LtiContext(
                    platform_id=platform.id,
                    deployment_id=platform.deployments[0].id,
                    context_id="2",
                    study_id=study_id,
                    created_at=self.clock.now,
                )
            )
            return study_id

    def services(self) -> Services:
        """Return clients that reach the LMS within this process."""
        http = session_for({LMS: self.lms_app})
        tokens = AccessTokens(http, signer(self.tool.database, self.tool.now), self.tool.now)
        return Services(http, ServiceClient(http, tokens))  # type: ignore[arg-type]

    def launch(
        self, person: str, page: str = "/mod/lti/launch.php?id=1", client: Any = None
    ) -> Visit:
        """Come in as a person of the LMS."""
        answer, browser = self.try_launch(person, page, client)
        assert answer.status_code == 303, (answer.status_code, answer.text)
        path = answer.location.removeprefix(TOOL)
        base = "/".join(path.split("/")[:3])
        return Visit(browser, base, path.removeprefix(base))

    def try_launch(
        self, person: str, page: str = "/mod/lti/launch.php?id=1", client: Any = None
    ) -> tuple[Any, FlaskClient]:
        """Return the tool's answer to a launch, whatever it is, and the browser."""
        browser = client or self.app.test_client()
        self.lms.get(f"/course/2/activity/1?user={person}")
        action, fields = form_of(self.lms.get(page).text)
        login = browser.post(action.removeprefix(TOOL), data=fields, base_url=HTTPS_TOOL)
        if login.status_code != 302:
            return login, browser
        action, fields = form_of(self.lms.get(login.location.removeprefix(LMS)).text)
        return browser.post(action.removeprefix(TOOL), data=fields, base_url=HTTPS_TOOL), browser

    def user_id(self, subject: str) -> uuid.UUID:
        """Return the key of somebody who has launched."""
        with self.tool.database.reading() as session:
            return session.scalars(select(LtiUser.id).where(LtiUser.subject == subject)).one()

    def give(self, subject: str, role: Role) -> None:
        """Give somebody who has launched a role in the study."""
        assert self.study_id
        with self.tool.database.writing() as session:
            setup.assign_role(session, self.tool, self.study_id, self.user_id(subject), role)

    def name_administrator(self, subject: str) -> None:
        """Name somebody who has launched, as the command line does."""
        user_id = self.user_id(subject)
        with self.tool.database.writing() as session:
            administrators.name(session, user_id, self.clock.now)

    def administrator(self) -> Visit:
        """Come in as a named administrator."""
        self.launch("2")
        self.name_administrator("2")
        return self.launch("2")

    def staff(self) -> Visit:
        """Come in as staff of the study."""
        self.launch("11")
        self.give("11", Role.STAFF)
        return self.launch("11")

    def enroller(self) -> Visit:
        """Come in as who enrols in the trial."""
        self.launch("13")
        self.give("13", Role.ENROLLER)
        return self.launch("13")

    def membership(self, subject: str) -> Membership:
        """Return somebody's membership as stored."""
        with self.tool.database.reading() as session:
            query = select(Membership).join(LtiUser).where(LtiUser.subject == subject)
            return session.scalars(query).one()

    def events(self, action: str) -> list[AuditEvent]:
        """Return what the audit trail holds of one kind."""
        with self.tool.database.reading() as session:
            return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def make_tool(folder: Path, clock: Callable[[], datetime], public_url: str = TOOL) -> Tool:
    """Return a tool with an empty database and the shipped protocols and content."""
    secret = "0123456789abcdef" * 2
    crypto.install_keyring(crypto.Keyring((secret,)))
    database = Database(f"sqlite:///{folder / 'columna.sqlite3'}")
    assert tables.METADATA is Base.metadata
    Base.metadata.create_all(database.engine)
    given = {
        "COLUMNA_PUBLIC_URL": public_url,
        "COLUMNA_SECRETS": secret,
        "COLUMNA_DATABASE_URL": database.url,
        "COLUMNA_TASKS_URL": f"sqlite:///{folder / 'tasks.sqlite3'}",
        "COLUMNA_ALLOW_LOOPBACK": "yes",
    }
    return Tool(
        settings=settings.load(given),
        database=database,
        protocols=_protocols(),
        curriculum=_curriculum(),
        instruments=dict(INSTRUMENTS),
        clock=clock,
    )
