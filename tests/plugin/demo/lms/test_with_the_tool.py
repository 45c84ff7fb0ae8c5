"""The tool launches from the demo LMS, and its content selection ends there."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti import keys
from lti.launch.accept import LtiSettings
from lti.launch.claims import Launch, Role
from lti.launch.views import create_blueprint
from lti.models import (
    Deployment,
    LaunchSession,
    Membership,
    Platform,
    PlatformKeySet,
    Standing,
)
from lti.services.roster import role_of
from modules.records.db import Database
from plugin.demo.lms import create_platform, demo_config
from tests.lti.services_kit import LMS, NOW, PEOPLE, TOOL, Clock, make_database
from tests.plugin.demo.lms.test_launches import form_of

HTTPS_TOOL = TOOL.replace("http:", "https:")


class Pair:
    """An LMS and a tool, each with one browser window."""

    def __init__(self, folder: Path) -> None:
        clock = Clock()
        self.database = make_database(folder)
        config = demo_config(LMS, TOOL, people=PEOPLE)
        self.lms_app = create_platform(config)
        key_set = self.lms_app.extensions["lms"].access.key_set()
        self._register(self.database, key_set["keys"])
        self.launches: list[Launch] = []
        self.lms = self.lms_app.test_client()
        self.tool = self._tool(clock)

    def _register(self, database: Database, published: list[dict[str, Any]]) -> None:
        with database.writing() as session:
            keys.ensure(session, NOW)
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
            session.add(platform)
            session.flush()
            session.add(
                Deployment(
                    platform_id=platform.id,
                    deployment_id="1",
                    status=Standing.ACTIVE,
                    created_at=NOW,
                )
            )
            session.add(PlatformKeySet(platform_id=platform.id, keys=published, fetched_at=NOW))

    def _tool(self, clock: Clock) -> FlaskClient:
        def welcome(_session: Session, launch: Launch, _launch_session: LaunchSession) -> str:
            self.launches.append(launch)
            return "/"

        app = Flask("tool")
        Babel(app)
        app.register_blueprint(
            create_blueprint(
                database=self.database,
                settings=LtiSettings(public_url=TOOL, allow_loopback=True),
                on_launch=welcome,
                on_deep_link=welcome,
            )
        )
        return app.test_client()

    def start(self, page: str) -> Any:
        """Follow a launch that begins with this page of the LMS; return the tool's last answer."""
        action, fields = form_of(self.lms.get(page).text)
        login = self.tool.post(action.removeprefix(TOOL), data=fields, base_url=HTTPS_TOOL)
        assert login.status_code == 302
        page = self.lms.get(login.location.removeprefix(LMS)).text
        action, fields = form_of(page)
        return self.tool.post(action.removeprefix(TOOL), data=fields, base_url=HTTPS_TOOL)


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


@pytest.mark.parametrize(
    ("person", "role"), [("101", Role.PATIENT), ("11", Role.STAFF), ("21", Role.STAFF)]
)
def test_everybody_of_the_course_gets_in(pair: Pair, person: str, role: Role) -> None:
    pair.lms.get(f"/course/2/activity/1?user={person}")
    answer = pair.start("/mod/lti/launch.php?id=1")

    assert answer.status_code == 303
    assert pair.launches[0].subject == person
    assert pair.launches[0].role is role


def test_what_was_launched_is_remembered_as_staff(pair: Pair) -> None:
    pair.lms.get("/course/2/activity/1?user=21")
    pair.start("/mod/lti/launch.php?id=1")
    with pair.database.reading() as session:
        assert role_of(session.scalars(select(Membership)).one()) is Role.STAFF


def test_content_selection_reaches_the_tool(pair: Pair) -> None:
    pair.lms.get("/course/2/activity/1?user=11")
    answer = pair.start("/mod/lti/contentitem.php?course=2&tool=columna-demo")

    assert answer.status_code == 303
    assert pair.launches[0].is_deep_linking
