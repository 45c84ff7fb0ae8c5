"""The screening form keeps what it said each time it was saved, and whoever enrols sees it."""

import pytest

from modules.records.models import Screening
from plugin.models import AuditEvent


def fields(clinic, **changes):
    criteria = clinic.protocol.eligibility.inclusion + clinic.protocol.eligibility.exclusion
    form = {f"criterion_{c.key}": c.rule for c in criteria if c.rule in ("yes", "no")}
    body = {"age_years": 44, "sex": "male", "height_cm": 170, "weight_kg": "70.5"}
    return {**form, **body, "activity_level": 1, **changes}


@pytest.fixture
def person(clinic):
    return clinic.screened(())


@pytest.fixture
def page(person):
    return f"/staff/participants/{person}/screening"


def test_what_was_said_before_stays_and_is_shown_with_who_and_when(clinic, client_for, page):
    enroller = client_for("enroller", locale="en")
    for changes in ({}, {"age_years": 45}, {"age_years": 45, "comorbidities": ["diabetes"]}):
        assert enroller.post(page, fields(clinic, **changes)).status_code == 302

    text = enroller.get(page).text
    assert len(clinic.rows(Screening)) == 3
    assert "Age in years: 44 → 45" in text
    assert "none → Diabetes" in text
    assert text.index("none → Diabetes") < text.index("44 → 45") < text.index("Filled in")


def test_a_form_that_was_never_saved_has_no_history(client_for, page):
    assert "What was changed" not in client_for("enroller", locale="en").get(page).text


def test_a_criterion_that_was_changed_is_named_by_its_question(clinic, client_for, page):
    enroller = client_for("enroller", locale="en")
    criterion = next(c for c in clinic.protocol.eligibility.exclusion if c.rule == "no")
    enroller.post(page, fields(clinic, **{f"criterion_{criterion.key}": "yes"}))
    enroller.post(page, fields(clinic))

    assert f"{criterion.text.en}: Yes → No" in enroller.get(page).text
    saved = clinic.rows(AuditEvent, AuditEvent.action == "screening.recorded")
    assert len(saved) == 2
