"""Nobody is reminded of a visit at which nothing can be answered."""

import pytest

from modules.outcomes.instruments import INSTRUMENTS
from modules.records.models import Study
from modules.services.lock import lock
from notifications.models import OutboxMessage
from plugin import reminders
from tests import factories


@pytest.fixture
def person(clinic, asks):
    """Somebody of the control arm who agreed to be reminded; the check asks the ODI alone."""
    asks("odi")
    with clinic.writing() as session:
        one = clinic.patient(session, factories.CONTROL, day=14).participant_id
        factories.contact(session, one)
        session.get_one(Study, clinic.study_id).synthetic = False
    return one


def planned(clinic):
    reminders.plan_all(clinic.tool, clinic.tool.now())
    found = clinic.rows(OutboxMessage)
    return [row for row in found if row.kind == "assessment_due"]


def test_with_its_wording_loaded_it_is_announced(clinic, person):
    assert len(planned(clinic)) == 1


def test_without_its_wording_it_is_not(clinic, person):
    clinic.tool.instruments = INSTRUMENTS

    assert planned(clinic) == []


def test_after_the_outcomes_were_closed_it_is_not(clinic, person):
    with clinic.writing() as session:
        lock(session, clinic.study_key, factories.NOON)

    assert planned(clinic) == []
