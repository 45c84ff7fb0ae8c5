"""Exports within one test's session, and files as an assessor gets them from the pages."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from exports import service
from exports.format import no_progress
from exports.service import Export, Ground, Order
from plugin import exporting
from plugin.tool import Tool
from tests.factories import Browser


def make_export(
    session: Session,
    study_key: str,
    audience: str,
    format_key: str,
    locale: str,
    asked_by: uuid.UUID | None,
    now: datetime,
    secret: bytes,
    *,
    participant_id: uuid.UUID | None = None,
    forbidden: Iterable[str] = (),
) -> Export:
    """Make and release a file within a session of the test's own."""
    order = Order(study_key, audience, format_key, locale, asked_by, participant_id)
    words = tuple(forbidden)
    ground = Ground(secret, naming=lambda _session, _study_id: words)
    manuscript = service.read(session, order, ground, now)
    made = manuscript.finish(no_progress)
    service.release(session, manuscript, made, now)
    return made


def download(browser: Browser, tool: Tool, token: str = "own", **form: str) -> Any:
    """Ask for a file, let the worker make it, and return the answer that carries it."""
    asked = browser.post("/assessor/export", form, token=token)
    assert asked.status_code == 303
    exporting.make_all(tool)
    return browser.client.get(f"{asked.headers['Location']}/file")
