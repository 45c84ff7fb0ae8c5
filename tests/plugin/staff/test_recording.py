"""The forms of the staff about one participant: each says what it is and leads back."""

import pytest

from notifications.models import open_contact
from tests import factories
from tests.factories import Browser, Clinic


@pytest.fixture
def person(clinic: Clinic):
    with clinic.writing() as session:
        return clinic.patient(session, day=14).participant_id


@pytest.mark.parametrize(
    ("page", "title", "save"),
    [
        ("consent", "Consentimiento firmado", "Guardar"),
        ("screening", "Formulario de selección", "Guardar"),
        ("withdrawal", "Retiro", "Registrar el retiro"),
        ("contact", "Recordatorios", "Guardar"),
    ],
)
def test_a_form_says_what_it_records_and_leads_back(clinic, client_for, page, title, save):
    person = clinic.screened(())
    enroller: Browser = client_for("enroller")
    html = enroller.get(f"/staff/participants/{person}/{page}").text

    assert f"<h1>{title}</h1>" in html
    assert f">{save}</button>" in html
    assert f"/staff/participants/{person}" in html.split("Cancelar")[0].rsplit("<a", 1)[1]


def test_the_reminder_form_asks_for_number_language_and_consent(client_for, person):
    html = client_for("staff").get(f"/staff/participants/{person}/contact").text

    assert 'name="address"' in html
    assert 'inputmode="tel"' in html
    assert 'name="language"' in html
    assert 'name="agreed"' in html


def test_staff_choose_hour_days_and_kinds_at_a_participants_wish(clinic, client_for, person):
    with clinic.writing() as session:
        factories.contact(session, person)
    staff = client_for("staff")
    page = f"/staff/participants/{person}"
    assert staff.get(page).text.count(f"{page}/reminders") >= 1
    staff.post(
        f"{page}/reminders",
        {"hour": "9", "weekdays": ["2", "4"], "kinds": ["diary_due"], "language": "en"},
    )
    with clinic.tool.database.reading() as session:
        held = open_contact(session, person)
    assert (held.hour, held.weekdays, held.language) == (9, [2, 4], "en")
    assert "diary_due" not in held.without
