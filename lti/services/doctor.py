"""Does this registration work? Five questions to the live platform, each with a plain answer.

registration  it is active, with an active deployment
key_set       the platform's keys can be read, and are those kept here; others are taken over
clock         the platform's clock is close to ours
token         the platform believes our signature and gives an access token
roster        the list of people of the newest course can be read
launches      how the last launches from it went, and whether people got stuck on the platform

Everything goes through a `lti.http.GuardedHttp`. Call outside a transaction and outside requests:
a platform may take its time.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lti.errors import UnknownPlatform
from lti.http import Http
from lti.keysets import KeySetProblem, store, usable
from lti.launch import diagnostics, refusal_texts
from lti.launch.validation import LEEWAY
from lti.models import LtiContext, Platform, PlatformKeySet, Standing
from lti.services import service_texts
from lti.services.line_items import with_query
from lti.services.roster_models import RosterReading
from lti.services.roster_pages import MEDIA_TYPE, SCOPE, rows_of
from lti.services.tokens import (
    Account,
    Answer,
    ServiceClient,
    ServiceProblem,
    send,
)
from modules.records.db import Database

UNEASY_SECONDS = 4


class Outcome(StrEnum):
    """How a check ended."""

    GOOD = "good"
    UNSURE = "unsure"
    """Nothing is proven wrong, but somebody should look."""
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """What one check found: `code` says what exactly, `detail` holds numbers and short codes."""

    check: str
    outcome: Outcome
    code: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Patient:
    """What is known here of the registration, free of any session."""

    platform: Platform
    account: Account
    deployments: tuple[Standing, ...]
    roster_url: str | None
    unreadable: Mapping[str, int]
    """Rows of the newest course's list that could not be read at the last reading, by reason."""
    launches: tuple[tuple[bool, str | None], ...]
    unanswered: int
    keys: list[dict[str, Any]]
    """The platform's keys as they are kept here."""


def examine(
    database: Database,
    http: Http,
    client: ServiceClient,
    platform_id: uuid.UUID,
    clock: Callable[[], datetime],
) -> list[Finding]:
    """Ask all questions and return the findings in order. Raises UnknownPlatform."""
    patient = _look_up(database, platform_id, clock())
    answer, keys = _key_set(database, http, patient, clock())
    answered_at = clock()
    return [
        _registration(patient),
        keys,
        _clock(answer, answered_at),
        _token(client, patient.account),
        _roster(client, patient),
        _launches(patient),
    ]


def is_well(findings: list[Finding]) -> bool:
    """Say whether nothing was found to be wrong."""
    return all(finding.outcome is not Outcome.BAD for finding in findings)


def _look_up(database: Database, platform_id: uuid.UUID, now: datetime) -> _Patient:
    with database.reading() as session:
        platform = session.get(Platform, platform_id, options=[selectinload(Platform.deployments)])
        if platform is None:
            raise UnknownPlatform
        newest = (
            select(LtiContext.nrps_url, RosterReading.unreadable)
            .outerjoin(RosterReading, RosterReading.course_id == LtiContext.id)
            .where(LtiContext.platform_id == platform_id)
            .order_by(LtiContext.nrps_url.is_(None), LtiContext.created_at.desc())
            .limit(1)
        )
        kept = select(PlatformKeySet.keys).where(PlatformKeySet.platform_id == platform_id)
        roster_url, unreadable = session.execute(newest).one_or_none() or (None, None)
        records = diagnostics.recent(session, platform_id, 20)
        return _Patient(
            platform,
            Account.of(platform),
            tuple(deployment.status for deployment in platform.deployments),
            roster_url,
            unreadable or {},
            tuple((row.accepted, row.failed) for row in records if row.step == "launch"),
            diagnostics.unanswered(session, now).get(platform_id, 0),
            session.scalar(kept) or [],
        )


def _registration(patient: _Patient) -> Finding:
    if patient.platform.status is not Standing.ACTIVE:
        return Finding("registration", Outcome.BAD, patient.platform.status.value)
    if Standing.ACTIVE not in patient.deployments:
        return Finding("registration", Outcome.BAD, "no_deployment")
    if Standing.PENDING in patient.deployments:
        return Finding("registration", Outcome.UNSURE, "deployment_waits")
    return Finding("registration", Outcome.GOOD, "active")


def _key_set(
    database: Database, http: Http, patient: _Patient, now: datetime
) -> tuple[Answer | None, Finding]:
    platform = patient.platform
    if platform.issuer.startswith("https:") and not platform.jwks_url.startswith("https:"):
        return None, Finding("key_set", Outcome.BAD, "insecure")
    try:
        answer = send(http, "GET", platform.jwks_url, headers={"Accept": "application/json"})
    except ServiceProblem as problem:
        return None, Finding("key_set", Outcome.BAD, problem.code)
    if answer.status != 200:
        return answer, Finding("key_set", Outcome.BAD, f"status_{answer.status}")
    try:
        published = usable(answer.body, platform.algorithm)
    except KeySetProblem as problem:
        return answer, Finding("key_set", Outcome.BAD, problem.code)
    return answer, _compared(database, patient, published, now)


def _compared(
    database: Database, patient: _Patient, published: list[dict[str, Any]], now: datetime
) -> Finding:
    """Compare the published keys with those kept here; what differs is taken over."""
    count = {"count": str(len(published))}
    if _numbers(published) == _numbers(patient.keys):
        return Finding("key_set", Outcome.GOOD, "readable", count)
    with database.writing() as session:
        store(session, patient.platform.id, now, published)
    if not patient.keys:
        return Finding("key_set", Outcome.GOOD, "readable", count)
    return Finding("key_set", Outcome.UNSURE, "taken_over", count)


def _numbers(keys: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(key["kid"], key["n"], key["e"]) for key in keys}


def _clock(answer: Answer | None, now: datetime) -> Finding:
    """Compare by the Date header of the key set's answer, minus its age in a cache."""
    headers = {name.lower(): value for name, value in (answer.headers if answer else {}).items()}
    try:
        said = parsedate_to_datetime(headers["date"]).astimezone(UTC)
        age = float(headers.get("age", "0"))
    except (KeyError, ValueError, TypeError):
        return Finding("clock", Outcome.UNSURE, "no_date")
    seconds = round((said - now).total_seconds() + age)
    detail = {"seconds": f"{seconds:+d}"}
    if abs(seconds) > LEEWAY.total_seconds():
        return Finding("clock", Outcome.BAD, "differs", detail)
    if abs(seconds) > UNEASY_SECONDS:
        return Finding("clock", Outcome.UNSURE, "drifts", detail)
    return Finding("clock", Outcome.GOOD, "agrees", detail)


def _token(client: ServiceClient, account: Account) -> Finding:
    client.tokens.forget(account, (SCOPE,))
    try:
        client.tokens.get(account, (SCOPE,))
    except ServiceProblem as problem:
        return Finding("token", Outcome.BAD, problem.code, _said(problem))
    return Finding("token", Outcome.GOOD, "given")


def _roster(client: ServiceClient, patient: _Patient) -> Finding:
    if patient.roster_url is None:
        return Finding("roster", Outcome.UNSURE, "no_course")
    url = with_query(patient.roster_url, limit="1")
    try:
        answer = client.call(patient.account, "GET", url, (SCOPE,), accept=MEDIA_TYPE)
        if answer.status != 200:
            raise ServiceProblem("roster_refused", status=answer.status)
        reasons = [reason for _member, reason in rows_of(answer.json()) if reason]
    except ServiceProblem as problem:
        return Finding("roster", Outcome.BAD, problem.code, _said(problem))
    rows = service_texts.for_rows(patient.unreadable or Counter(reasons))
    if rows:
        return Finding("roster", Outcome.UNSURE, "rows_unreadable", {"rows": rows})
    return Finding("roster", Outcome.GOOD, "readable")


def _said(problem: ServiceProblem) -> dict[str, str]:
    said = {"status": str(problem.status) if problem.status else "", "said": problem.hint}
    return {name: value for name, value in said.items() if value}


def _launches(patient: _Patient) -> Finding:
    if patient.unanswered:
        detail = {"unanswered": str(patient.unanswered)}
        return Finding("launches", Outcome.UNSURE, "unanswered", detail)
    if not patient.launches:
        return Finding("launches", Outcome.UNSURE, "none_yet")
    refused = [code for accepted, code in patient.launches if not accepted and code]
    accepted, newest = patient.launches[0]
    detail = {"refused": str(len(refused)), "of": str(len(patient.launches))}
    if accepted or newest is None:
        return Finding("launches", Outcome.GOOD, "last_came_in", detail)
    return Finding("launches", Outcome.UNSURE, "last_refused", {**detail, "failed": newest})


# Words -----------------------------------------------------------------------------------------

CHECKS: Mapping[str, LazyString] = {
    "registration": _l("Registration"),
    "key_set": _l("Key set of the platform"),
    "clock": _l("Clock"),
    "token": _l("Access token"),
    "roster": _l("List of people"),
    "launches": _l("Last launches"),
}
_FOUND: Mapping[tuple[str, str], LazyString] = {
    ("registration", "active"): _l("Active, with an approved deployment."),
    ("registration", "pending"): _l("It waits for approval: columna platform approve KEY."),
    ("registration", "disabled"): _l("It is switched off: columna platform approve KEY."),
    ("registration", "no_deployment"): _l(
        "No deployment is approved: open the activity once, then approve the deployment it names."
    ),
    ("registration", "deployment_waits"): _l("A further deployment waits for approval."),
    ("key_set", "readable"): _l("Readable."),
    ("key_set", "taken_over"): _l(
        "The platform publishes other keys than those kept here, as after a restored backup. They"
        " have been taken over; open the activity again."
    ),
    ("clock", "agrees"): _l("Agrees with ours."),
    ("clock", "drifts"): _l("Drifts. Launches still work; set both clocks by NTP."),
    ("clock", "differs"): _l(
        "Differs by more than launches tolerate (%(seconds)d seconds). Set both clocks by NTP.",
        seconds=LEEWAY.total_seconds(),
    ),
    ("clock", "no_date"): _l("The platform did not say what time it has."),
    ("token", "given"): _l("The platform believes our signature."),
    ("roster", "readable"): _l("Readable."),
    ("roster", "no_course"): _l(
        "Nothing to read yet: the address comes with the first launch from a course."
    ),
    ("launches", "none_yet"): _l("Nobody has opened the tool from this platform yet."),
    ("launches", "last_came_in"): _l("The last one came in."),
}


def words_for(finding: Finding) -> str:
    """Return what was found and, if something is wrong, what to do."""
    if finding.code == "last_refused":
        return str(refusal_texts.for_admin(finding.detail["failed"]))
    known = _FOUND.get((finding.check, finding.code))
    return str(known if known is not None else service_texts.for_problem(finding.code))


def figures_of(finding: Finding) -> str:
    """Return the numbers behind a finding in a few characters, as `+14 s`; "" without any."""
    detail = finding.detail
    if finding.check == "clock" and "seconds" in detail:
        return f"{detail['seconds']} s"
    if finding.check == "launches" and "of" in detail:
        return f"{detail['refused']}/{detail['of']} ✗" if detail["refused"] != "0" else ""
    if "unanswered" in detail:
        return detail["unanswered"]
    if finding.check == "key_set" and detail.get("count", "0") != "0":
        return detail["count"]
    if "rows" in detail:
        return detail["rows"]
    status = f"HTTP {detail['status']}" if "status" in detail else ""
    return " ".join(part for part in (status, detail.get("said", "")) if part)
