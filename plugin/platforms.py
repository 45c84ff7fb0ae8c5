"""Where the LTI side meets the rest: launches in; rosters and grades through one guarded door."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Blueprint
from sqlalchemy import inspect

from lti import keys
from lti.http import Gate, GuardedHttp
from lti.keysets import UNDER_WAY, KeySets
from lti.launch import diagnostics, login_attempts, sessions
from lti.launch.accept import LtiSettings
from lti.launch.views import create_blueprint
from lti.models import LtiContext, Platform, ToolKey
from lti.registration.dynamic import ToolProfile
from lti.registration.views import create_view
from lti.services import doctor, grades, roster
from lti.services.doctor import Finding
from lti.services.roster import RosterReport, store_roster
from lti.services.roster_pages import fetch_roster
from lti.services.tokens import (
    AccessTokens,
    Account,
    ServiceClient,
    ServiceProblem,
    service_http,
    signer,
)
from modules.errors import NotFound
from modules.records import rate_limit
from plugin import people
from plugin.tool import Tool


@dataclass(frozen=True)
class Services:
    """The clients of one process; tokens are kept between calls."""

    http: GuardedHttp
    client: ServiceClient


def services(tool: Tool) -> Services:
    """Return the clients by which the tool calls approved platforms."""
    http = service_http(allow_loopback=tool.settings.allow_loopback)
    tokens = AccessTokens(http, signer(tool.database, tool.now), tool.now)
    return Services(http, ServiceClient(http, tokens))


def lti_blueprint(tool: Tool) -> Blueprint:
    """Return the routes of `/lti`. Registration goes through the strict gate."""
    settings = LtiSettings(
        public_url=tool.settings.public_url,
        former_urls=tool.settings.former_urls,
        clock=tool.now,
        allow_loopback=tool.settings.allow_loopback,
        one_person_per_browser=tool.settings.one_person_per_browser,
    )
    public_url = tool.settings.public_url
    profile = ToolProfile(public_url=public_url, logo_url=f"{public_url}/assets/logo/icon.svg")
    http = GuardedHttp(Gate(allow_loopback=tool.settings.allow_loopback))
    return create_blueprint(
        database=tool.database,
        settings=settings,
        on_launch=partial(people.welcome, tool=tool),
        on_deep_link=partial(people.choose_links, tool=tool),
        register=create_view(tool.database, http, profile, tool.now),
    )


def prepare(tool: Tool) -> None:
    """Make the tool's first signing key, if the database is there and has none."""
    if not inspect(tool.database.engine).has_table(ToolKey.__tablename__):
        return
    with tool.database.reading() as session:
        missing = not keys.key_set(session, tool.now())["keys"]
    if missing:
        with tool.database.writing() as session:
            keys.ensure(session, tool.now())


def rosters_due(tool: Tool) -> list[uuid.UUID]:
    """Return the courses whose people are to be fetched now (`lti.services.roster.due`)."""
    with tool.database.reading() as session:
        return roster.due(session, tool.now())


def claim_rosters(tool: Tool) -> list[uuid.UUID]:
    """Return what is due and note that it is under way, so that nobody else queues it."""
    if not rosters_due(tool):
        return []
    with tool.database.writing() as session:
        claimed = roster.due(session, tool.now())
        for course_id in claimed:
            roster.note_attempt(session, course_id, tool.now(), UNDER_WAY)
        return claimed


def sync_roster(tool: Tool, clients: Services, course_id: uuid.UUID) -> RosterReport:
    """Fetch the people of one course; nothing is open while the platform is asked.

    Raises ServiceProblem when the platform does not give its roster; that is kept for the admin.
    """
    began = tool.now()
    with tool.database.reading() as session:
        course = session.get(LtiContext, course_id)
        if course is None:
            raise NotFound
        account = Account.of(session.get_one(Platform, course.platform_id))
        url = course.nrps_url
    try:
        found = fetch_roster(clients.client, account, url)
    except ServiceProblem as problem:
        _note(tool, course_id, began, problem.code)
        raise
    report = store_roster(tool.database, course_id, found, began)
    _note(tool, course_id, began, found.problem, found.unreadable)
    return report


def _note(
    tool: Tool,
    course_id: uuid.UUID,
    began: datetime,
    problem: str | None = None,
    unreadable: Mapping[str, int] | None = None,
) -> None:
    with tool.database.writing() as session:
        roster.note_attempt(session, course_id, began, problem, unreadable)


def examine(tool: Tool, clients: Services, platform_id: uuid.UUID) -> list[Finding]:
    """Check one registration against the live platform (`doctor`). Raises UnknownPlatform."""
    return doctor.examine(tool.database, clients.http, clients.client, platform_id, tool.now)


def deliver_grades(tool: Tool, clients: Services) -> dict[str, int]:
    """Send the progress that waits for platforms' gradebooks."""
    return grades.deliver_due(tool.database, clients.client, tool.now())


def tidy(tool: Tool) -> None:
    """Forget old nonces and what old sessions carried; keep all keys fresh."""
    now = tool.now()
    with tool.database.writing() as session:
        login_attempts.sweep(session, now)
        sessions.sweep(session, now)
        diagnostics.sweep(session, now)
        rate_limit.sweep(session, now)
        keys.ensure(session, now)
        keys.rotate_if_due(session, now)
    KeySets(tool.database, allow_loopback=tool.settings.allow_loopback).refresh_old(now)
