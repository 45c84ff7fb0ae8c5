"""A clinic with one treated participant, and somebody of the staff who is already inside."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from modules.safety.triggers import Trigger
from modules.services import alerts
from tests.factories import CONTROL, TODAY, TREATED, Browser, Clinic, diary_entry

DAY = timedelta(days=1)


@dataclass
class StaffAtWork:
    """The clinic, its staff member's browser, and makers of what they find there."""

    clinic: Clinic
    app: Flask
    staff: Browser

    def participant(self, arm: str = TREATED, day: int = 10, name: str = "") -> uuid.UUID:
        """Return a participant on a study day."""
        with self.clinic.writing() as session:
            return self.clinic.patient(session, arm, day, name).participant_id

    def entry(self, participant_id: uuid.UUID, day: date = TODAY, **changes: Any) -> uuid.UUID:
        """Return a diary entry that came in on its own day."""
        at = self.clinic.tool.now() - (TODAY - day)
        with self.clinic.writing() as session:
            made = {"recorded_at": at} | changes
            return diary_entry(session, participant_id, day, **made).id

    def alert(
        self, participant_id: uuid.UUID, trigger: Trigger = Trigger.LEG_SYMPTOMS
    ) -> uuid.UUID:
        """Return an open alert raised now."""
        with self.clinic.writing() as session:
            now = self.clinic.tool.now()
            made = alerts.raise_all(session, participant_id, [trigger], uuid.uuid4(), now)
            return made[0].id

    def page(self, path: str) -> str:
        """Return the text of a page of the staff that must be there."""
        answer = self.staff.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return " ".join(answer.text.split())


@pytest.fixture
def team(clinic: Clinic, app: Flask, client_for: Callable[..., Browser]) -> StaffAtWork:
    """A desk whose staff member reads English."""
    return StaffAtWork(clinic, app, client_for("staff", locale="en"))


__all__ = ["CONTROL", "StaffAtWork"]
