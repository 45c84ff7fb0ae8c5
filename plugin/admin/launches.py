"""What the page “Last launches” shows: each try, what it passed, where it stopped, what to do."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.launch import diagnostics, refusal_texts
from lti.models import LaunchRecord, Platform
from lti.services.doctor import UNEASY_SECONDS
from plugin.admin import platforms

SHOWN = 50


@dataclass(frozen=True)
class Try:
    """One login or launch, in plain words. Holds no person."""

    reference: str
    at: datetime
    platform: str
    accepted: bool
    is_launch: bool
    status: int
    what: str
    """What happened, in a few words: what a person read, or that they came in."""
    to_do: str
    """What an admin can do about a refusal; empty for what was let in."""
    passed: Sequence[str]
    failed: str
    """The check it did not pass; empty for what was let in."""
    numbers: Sequence[tuple[str, str]]


def tries(
    session: Session,
    public_url: str,
    *,
    platform_id: uuid.UUID | None = None,
    reference: str = "",
    within: uuid.UUID | None = None,
) -> list[Try]:
    """Return the last fifty tries, newest first, of one platform or of all.

    `reference` finds a single one. `within` limits everything to one platform, whatever is asked.
    """
    names = {row.id: row.name for row in session.execute(select(Platform.id, Platform.name))}
    if reference:
        found = diagnostics.find(session, reference)
        records = [found] if found else []
    else:
        records = diagnostics.recent(session, within or platform_id, SHOWN)
    if within is not None:
        records = [record for record in records if record.platform_id == within]
    return [_try(record, names, public_url) for record in records]


def troubled(
    session: Session,
    public_url: str,
    now: datetime,
    *,
    platform_id: uuid.UUID | None = None,
    course_id: uuid.UUID | None = None,
) -> list[tuple[str, list[platforms.Trouble]]]:
    """Return what does not work at present, by the names of the platforms.

    `platform_id` and `course_id` leave out what concerns other platforms and courses.
    """
    found = platforms.troubles(session, public_url, now)
    known = session.execute(select(Platform.id, Platform.name).order_by(Platform.created_at))
    return [
        (name, concerning)
        for key, name in known
        if platform_id in (None, key)
        and (concerning := [one for one in found[key] if _concerns(one, course_id)])
    ]


def _concerns(trouble: platforms.Trouble, course_id: uuid.UUID | None) -> bool:
    return None in (course_id, trouble.course_id) or trouble.course_id == course_id


def _try(record: LaunchRecord, names: dict[uuid.UUID, str], public_url: str) -> Try:
    failed = record.failed or ""
    platform = names.get(record.platform_id) if record.platform_id else None
    return Try(
        reference=record.reference,
        at=record.at,
        platform=platform or _("unknown platform"),
        accepted=record.accepted,
        is_launch=record.step == "launch",
        status=record.status,
        what=_("Came in") if record.accepted else str(refusal_texts.for_person(failed).title),
        to_do=str(refusal_texts.for_admin(failed)).replace("{public_url}", public_url)
        if failed
        else "",
        passed=[str(refusal_texts.for_check(name)) for name in record.passed],
        failed=str(refusal_texts.for_failed(failed)) if failed else "",
        numbers=_numbers(record),
    )


def _numbers(record: LaunchRecord) -> list[tuple[str, str]]:
    detail: dict[str, Any] = record.detail
    shown = []
    seconds = detail.get("clock_seconds", 0)
    if abs(seconds) >= UNEASY_SECONDS:
        shown.append((_("Platform's clock minus ours"), f"{seconds:+d}\N{NO-BREAK SPACE}s"))
    if "platform_error" in detail:
        shown.append((_("The platform's own word"), str(detail["platform_error"])))
    return shown
