"""Whatever is sent, no page answers with an error of its own, and nothing wrong is stored."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from modules.outcomes.instruments import INSTRUMENTS
from modules.records.models import (
    Assessment,
    Consent,
    DiaryEntry,
    Screening,
)
from notifications.models import Contact
from tests import addresses, factories, strange

STRANGE = st.one_of(
    st.sampled_from(strange.STRANGE),
    st.text(max_size=60),
    st.integers(-(10**20), 10**20).map(str),
    st.dates().map(str),
)
VALUES = st.one_of(STRANGE, st.lists(STRANGE, max_size=3))


def forms(*names: str) -> st.SearchStrategy[dict[str, object]]:
    """Return forms with any of these fields, and others that nobody asked for."""
    known = st.sampled_from(names)
    other = st.text(string.ascii_letters + string.digits + "_[].\x00é", min_size=1, max_size=12)
    return st.dictionaries(st.one_of(known, other), VALUES, max_size=12).map(_without_token)


def _without_token(form: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in form.items() if name != "csrf_token"}


DIARY = forms(
    "exercises", "minutes", "effort", "pain_before_mm", "pain_after_mm", "note", "client_key"
)
QUESTIONNAIRE = forms(
    *dict.fromkeys(item.key for key in ("odi", "vas_pain") for item in INSTRUMENTS[key].items),
    "q",
    "go",
    "input_mode",
)
SCREENING = forms(
    "age_years",
    "sex",
    "height_cm",
    "weight_kg",
    "comorbidities",
    "activity_level",
    "criterion_pregnancy",
    "criterion_willing",
)
EVERYTHING = forms(
    "q", "go", "action", "address", "agree", "agreed", "language", "position", "duration", "played"
)


class TestPatients:
    @given(form=DIARY)
    def test_the_diary_takes_it_or_says_what_is_wrong(self, patient, clinic, form):
        answer = patient.post("/diary/2026-11-12", form, token=patient.tests_token)

        assert answer.status_code in (303, 422)
        with clinic.tool.database.reading() as session:
            for entry in session.scalars(select(DiaryEntry)):
                assert 0 <= entry.minutes <= 240
                for pain in (entry.pain_before_mm, entry.pain_after_mm):
                    assert pain is None or 0 <= pain <= 100
                assert entry.effort is None or 0 <= entry.effort <= 10

    @given(day=st.one_of(STRANGE, st.dates().map(str)))
    def test_any_day_in_the_address_is_there_or_not(self, patient, day):
        path = "/diary/" + addresses.quoted(day)

        assert patient.get(path).status_code in (200, 404, 308)
        assert patient.post(path, {}, token=patient.tests_token).status_code in (
            303,
            404,
            405,
            409,
            410,
            422,
        )

    @given(form=EVERYTHING)
    def test_every_other_form_of_a_patient(self, app, patient, form):
        for address in addresses.of_launches(app, "patient", visit="week_2"):
            if address.method == "POST" and "/diary" not in address.path:
                answer = patient.post(address.path, form, token=patient.tests_token)
                assert answer.status_code < 500, address

    @pytest.mark.parametrize("key", ["odi", "vas_pain"])
    @given(form=QUESTIONNAIRE)
    def test_a_questionnaire_keeps_only_answers_that_exist(self, form, key, clinic, patient):
        answer = patient.post(f"/questions/week_2/{key}", form, token=patient.tests_token)

        assert answer.status_code < 500
        for row in clinic.rows(Assessment, Assessment.visit == "week_2"):
            for name, value in row.answers.items():
                item = INSTRUMENTS[row.instrument].item(name)
                assert item.minimum <= value <= item.maximum

    @given(value=STRANGE)
    def test_any_word_in_an_address(self, app, patient, value):
        word = addresses.quoted(value) or "x"
        strange = dict.fromkeys(("module_key", "lesson_key", "exercise_id", "visit", "name"), word)
        for address in addresses.of_launches(app, "patient", "start", code=word, **strange):
            answer = patient.client.open(
                patient.url(address.path),
                method=address.method,
                data={"csrf_token": patient.tests_token},
            )
            assert answer.status_code < 500, (address, value)


class TestStaff:
    @given(form=SCREENING)
    def test_the_screening_form(self, enroller, clinic, newcomer, form):
        answer = enroller.post(
            f"/staff/participants/{newcomer}/screening", form, token=enroller.tests_token
        )

        assert answer.status_code in (302, 422)
        for row in clinic.rows(Screening):
            assert 0 <= row.age_years <= 120
            assert 25 <= row.weight_kg <= 300

    @given(form=forms("version", "signed_on"))
    def test_the_consent_form(self, enroller, clinic, newcomer, form):
        answer = enroller.post(
            f"/staff/participants/{newcomer}/consent", form, token=enroller.tests_token
        )

        assert answer.status_code in (302, 409, 422)
        for row in clinic.rows(Consent):
            assert row.signed_on <= factories.TODAY
            assert row.version.strip()

    @given(form=forms("address", "language", "agreed"))
    def test_the_contact_form(self, staff, clinic, person, form):
        answer = staff.post(f"/staff/participants/{person}/contact", form, token=staff.tests_token)

        assert answer.status_code in (302, 422)
        for row in clinic.rows(Contact):
            assert row.phone.startswith("+")
            assert row.language in ("es", "en", "es_MX")

    @given(form=forms("reason", "role", "study", "text", "state", "severity"))
    def test_every_other_form_of_staff(self, app, staff, person, form):
        for address in addresses.of_launches(app, "staff", participant_id=person):
            if address.method == "POST" and not address.path.endswith(
                ("/screening", "/consent", "/contact", "/sync")
            ):
                answer = staff.post(address.path, form, token=staff.tests_token)
                assert answer.status_code < 500, address


class TestAssessors:
    @given(data=st.data())
    def test_the_form_of_a_visit(self, data, clinic, assessor, person):
        items = {item.key: item for item in INSTRUMENTS["odi"].items}
        form = data.draw(forms(*items))
        path = f"/assessor/participants/{person}/week_2/odi"
        for step in (path, f"{path}/review"):
            answer = assessor.post(step, form, token=assessor.tests_token)
            assert answer.status_code in (303, 409, 422)
        for row in clinic.rows(Assessment, Assessment.visit == "week_2"):
            for name, value in row.answers.items():
                assert items[name].minimum <= value <= items[name].maximum

    @given(form=forms("format", "participant"))
    def test_the_export(self, assessor, form):
        answer = assessor.post("/assessor/export", form, token=assessor.tests_token)

        assert answer.status_code < 500


class TestFiles:
    @pytest.mark.parametrize(
        "path",
        [
            "/media/../../../../etc/passwd",
            "/media/..%2f..%2fmodule.yaml",
            "/media/%2e%2e/%2e%2e/safety.yaml",
            "/media//etc/passwd",
            "/media/education/../core/core.es.mp4",
            "/media/education/module.yaml",
            "/media/%00",
        ],
    )
    def test_no_file_outside_of_the_open_modules_media(self, client_for, path):
        assert client_for("patient").get(path).status_code in (404, 308)

    @pytest.mark.parametrize("name", ["../tokens.css", "..%2f..%2fapp.py", "js/../../app.py"])
    def test_no_file_outside_of_the_assets(self, app, name):
        assert app.test_client().get(f"/assets/x/{name}").status_code == 404


@pytest.fixture
def patient(client_for):
    return _with_token(client_for("patient", day=14))


@pytest.fixture
def staff(client_for):
    return _with_token(client_for("staff"))


@pytest.fixture
def enroller(client_for):
    return _with_token(client_for("enroller"))


@pytest.fixture
def assessor(client_for):
    return _with_token(client_for("assessor"))


def _with_token(browser):
    """Read the token once: a form sent a hundred times would load a page each time."""
    browser.tests_token = browser.token()
    return browser


@pytest.fixture
def newcomer(clinic):
    """Somebody who is enrolled and nothing more."""
    return clinic.screened(())


@pytest.fixture
def person(clinic):
    """A participant on day 14 whose second visit is due."""
    with clinic.writing() as session:
        return clinic.patient(session, day=14).participant_id
