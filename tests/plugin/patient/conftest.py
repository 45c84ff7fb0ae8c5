"""A small application that holds only the patient's pages, with one participant to look at them."""

import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from modules.course import content
from modules.course.curriculum import Curriculum
from modules.outcomes.instruments import INSTRUMENTS
from modules.records import crypto, queries
from modules.records.db import Base, Database
from modules.records.models import Participant, ParticipantStatus, Study
from modules.study import protocol
from modules.study.protocol import Protocol
from plugin import assets, errors, filters, home_screen, i18n, printing, settings, tables
from plugin.models import Role
from plugin.paper import views as paper
from plugin.patient import views
from plugin.tool import EXTENSION

SECRET = "0123456789abcdef0123456789abcdef"
NOON = datetime(2026, 11, 12, 18, 0, tzinfo=UTC)
"""Thursday 12 November 2026, 12:00 in Mexico City."""
TODAY = date(2026, 11, 12)
EVERYTHING = frozenset(
    {"brochure", "assessments", "programme", "personal_goals", "diary", "sessions"}
)
CONTROL = frozenset({"brochure", "assessments"})


@dataclass
class Patient:
    """One participant and a browser that is already theirs."""

    client: FlaskClient
    tool: Any
    participant_id: uuid.UUID
    day_one: date | None
    components: frozenset[str]
    moment: list[datetime] = field(default_factory=list)

    def get(self, path: str, **options: Any) -> Any:
        """Open a page."""
        return self.client.get(f"/t/abc{path}", **options)

    def post(self, path: str, data: dict[str, Any] | None = None) -> Any:
        """Send a form."""
        return self.client.post(f"/t/abc{path}", data=data or {})

    def page(self, path: str) -> str:
        """Return the text of a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def later(self, **span: int) -> None:
        """Let time pass."""
        self.moment[0] += timedelta(**span)


MakePatient = Callable[..., Patient]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A fresh database file with every table."""
    crypto.install_keyring(crypto.Keyring((SECRET,)))
    base = Database(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    assert tables.METADATA is Base.metadata
    with base.engine.begin() as connection:
        Base.metadata.create_all(connection)
    yield base
    base.dispose()


@pytest.fixture
def make_patient(database: Database) -> MakePatient:
    """Return a maker of patients: week of the programme, components, language."""

    def make(
        day: int | None = 3,
        components: frozenset[str] = EVERYTHING,
        locale: str = "en",
        now: datetime = NOON,
    ) -> Patient:
        moment = [now]
        tool = make_tool(database, lambda: moment[0])
        day_one = None if day is None else TODAY - timedelta(days=day - 1)
        participant_id = add_participant(database, day_one)
        app = make_app(tool, participant_id, components, locale)
        return Patient(app.test_client(), tool, participant_id, day_one, components, moment)

    return make


@pytest.fixture
def patient(make_patient: MakePatient) -> Patient:
    """A participant on day 3 with the whole programme, reading English."""
    return make_patient()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the pages that a script makes what they are."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "the browser tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def address(patient: Patient) -> Iterator[str]:
    """Where the patient's pages are served: below this address."""
    server = make_server("127.0.0.1", 0, patient.client.application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/t/abc"
    server.shutdown()
    thread.join()
    server.server_close()


@cache
def _curriculum() -> Curriculum:
    return content.load()


@cache
def _protocols() -> dict[str, Protocol]:
    return protocol.load()


def make_tool(database: Database, clock: Callable[[], datetime]) -> Any:
    """Return what the patient's pages ask of the tool, on this database, with the shipped data."""
    given = {
        "COLUMNA_PUBLIC_URL": "https://columna.example.org",
        "COLUMNA_SECRETS": SECRET,
        "COLUMNA_DATABASE_URL": database.url,
    }
    return SimpleNamespace(
        settings=settings.load(given),
        database=database,
        protocols=_protocols(),
        curriculum=_curriculum(),
        instruments=INSTRUMENTS,
        now=clock,
    )


def add_participant(database: Database, day_one: date | None) -> uuid.UUID:
    """Add one participant of one study."""
    with database.writing() as session:
        study = Study(key="trial", protocol_key="imss-nct07248813", created_at=NOON, synthetic=True)
        session.add(study)
        session.flush()
        participant = Participant(
            study_id=study.id,
            code="K7F-3QX",
            status=ParticipantStatus.ACTIVE if day_one else ParticipantStatus.SCREENING,
            enrolled_on=(day_one or TODAY) - timedelta(days=2),
            day_one=day_one,
            time_zone="America/Mexico_City",
        )
        session.add(participant)
        session.flush()
        return participant.id


def make_app(
    tool: Any, participant_id: uuid.UUID, components: frozenset[str], locale: str
) -> Flask:
    """Return an application with the patient's pages only, its person already known."""
    app = Flask("plugin", static_folder=None)
    app.secret_key = SECRET
    app.extensions[EXTENSION] = tool
    i18n.init_app(app)
    filters.init_app(app)
    assets.init_app(app)
    errors.init_app(app)
    printing.init_app(app, tool)
    app.register_blueprint(views.create_blueprint(), url_prefix="/t/<ref>")
    app.register_blueprint(paper.create_blueprints()[0], url_prefix="/t/<ref>/paper")
    app.register_blueprint(home_screen.bp)
    app.add_url_rule("/t/<ref>/", "start.start", lambda: "start")
    app.add_url_rule("/t/<ref>/lang/<code>", "start.choose_language", lambda code: code)
    app.jinja_env.globals["csrf_token"] = lambda: "token"

    @app.url_value_preprocessor
    def take_ref(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.ref = values.pop("ref", None) if values else None

    @app.url_defaults
    def give_ref(endpoint: str, values: dict[str, Any]) -> None:
        if app.url_map.is_endpoint_expecting(endpoint, "ref"):
            values.setdefault("ref", "abc")

    @app.before_request
    def know_the_person() -> None:
        g.opened = tool.database.writing()
        g.session = g.opened.__enter__()
        g.launch_session = SimpleNamespace(expires_at=tool.now() + timedelta(hours=12))
        g.person = SimpleNamespace(
            role=Role.PATIENT,
            user_id=uuid.UUID(int=7),
            participant_id=participant_id,
            participant=queries.participant(g.session, participant_id),
            study=queries.studies(g.session)[0],
            components=components,
            locale=locale,
            protocol=tool.protocols["imss-nct07248813"],
            return_url=None,
        )

    @app.teardown_request
    def commit(_error: BaseException | None) -> None:
        opened = g.pop("opened", None)
        if opened is not None:
            opened.__exit__(None, None, None)

    app.context_processor(
        lambda: {
            "page_lang": locale.replace("_", "-"),
            "person": g.person,
            "study": None,
            "back_url": "https://moodle.example.org/course",
            "language_links": (("es", "Español", "/t/abc/lang/es"),),
        }
    )
    return app
