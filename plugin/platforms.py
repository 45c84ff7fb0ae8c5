"""Where the LTI side meets the rest: launches in; rosters and grades through one guarded door."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from flask import Blueprint

from lti import diagnostics, grades, keys, sessions, storage
from lti.guard import Gate, GuardedHttp
from lti.models import Course, Platform
from lti.registration import ToolProfile
from lti.registration_views import create_view
from lti.roster import RosterReport, fetch_roster, store_roster
from lti.tokens import AccessTokens, Account, ServiceClient, signer
from lti.tool import LtiSettings
from lti.views import create_blueprint
from modules.errors import NotFound
from plugin import people
from plugin.tool import Tool

ROSTER_IS_FRESH = timedelta(hours=1)


@dataclass(frozen=True)
class Services:
    """The clients of one process; tokens are kept between calls."""

    http: GuardedHttp
    client: ServiceClient


def services(tool: Tool) -> Services:
    """Return the clients by which the tool calls platforms."""
    http = GuardedHttp(Gate(allow_loopback=tool.settings.allow_loopback))
    tokens = AccessTokens(http, signer(tool.database, tool.now), tool.now)
    return Services(http, ServiceClient(http, tokens))


def lti_blueprint(tool: Tool) -> Blueprint:
    """Return the routes of `/lti`."""
    settings = LtiSettings(
        public_url=tool.settings.public_url,
        clock=tool.now,
        allow_loopback=tool.settings.allow_loopback,
        one_person_per_browser=tool.settings.one_person_per_browser,
    )
    profile = ToolProfile(
        public_url=tool.settings.public_url, logo_url=f"{tool.settings.public_url}/icon.svg"
    )
    http = GuardedHttp(Gate(allow_loopback=tool.settings.allow_loopback))
    return create_blueprint(
        database=tool.database,
        settings=settings,
        on_launch=partial(people.welcome, tool=tool),
        on_deep_link=partial(people.choose_links, tool=tool),
        register=create_view(tool.database, http, profile, tool.now),
    )


def sync_roster(tool: Tool, clients: Services, course_id: uuid.UUID) -> RosterReport:
    """Fetch the people of one course; nothing is open while the platform is asked.

    Raises ServiceProblem when the platform does not give its roster.
    """
    with tool.database.reading() as session:
        course = session.get(Course, course_id)
        if course is None:
            raise NotFound
        account = Account.of(session.get_one(Platform, course.platform_id))
        url = course.nrps_url
    roster = fetch_roster(clients.client, account, url)
    with tool.database.writing() as session:
        return store_roster(session, session.get_one(Course, course_id), roster, tool.now())


def deliver_grades(tool: Tool, clients: Services) -> dict[str, int]:
    """Send the progress that waits for platforms' gradebooks."""
    return grades.deliver_due(tool.database, clients.client, tool.now())


def tidy(tool: Tool) -> None:
    """Forget expired login attempts and sessions, rotate our key when it is time."""
    now = tool.now()
    with tool.database.writing() as session:
        storage.sweep(session, now)
        sessions.sweep(session, now)
        diagnostics.sweep(session, now)
        keys.rotate_if_due(session, now)
