"""A visit's page: link and QR code that name nobody, forms on paper, wordings that are missing."""

import io
import re

import pytest
from markupsafe import escape
from pypdf import PdfReader

from lti.models import Platform, Standing
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import Licence
from modules.records.models import Study
from plugin.visit_links import qr_code
from tests import factories

VISIT = "week_2"


@pytest.fixture
def person(clinic):
    with clinic.writing() as session:
        return clinic.patient(session, day=14).participant_id


def visit(person, team="/assessor", more=""):
    return f"{team}/participants/{person}/{VISIT}{more}"


def link_on(page):
    return re.search(r'href="https://columna\.example\.org(/v/[a-z2-7]+)"', page)[1]


class TestLink:
    def test_leads_to_the_course_in_moodle(self, client_for, app, person):
        link = link_on(client_for("assessor").get(visit(person)).text)
        answer = app.test_client().get(link)

        assert answer.status_code == 302
        assert answer.headers["Location"] == (
            "https://moodle.example.org/course/view.php?id=course-lumbar"
        )

    def test_opens_no_session(self, client_for, app, person):
        link = link_on(client_for("assessor").get(visit(person)).text)

        assert "Set-Cookie" not in app.test_client().get(link).headers

    def test_is_the_same_for_everybody_and_every_role(self, client_for, clinic, person):
        with clinic.writing() as session:
            other = clinic.patient(session, factories.CONTROL, day=14).participant_id
        links = {
            link_on(client_for("assessor").get(visit(person)).text),
            link_on(client_for("assessor").get(visit(other)).text),
            link_on(client_for("staff").get(visit(other, "/staff/visits")).text),
        }

        assert len(links) == 1

    def test_another_visit_has_another(self, client_for, person):
        assessor = client_for("assessor")
        one = link_on(assessor.get(visit(person)).text)
        other = link_on(assessor.get(visit(person).replace(VISIT, "week_6")).text)

        assert one != other

    @pytest.mark.parametrize("token", ["nothing", "a" * 16, "é", "%00", "x" * 500])
    def test_a_guess_leads_nowhere(self, app, clinic, token):
        assert app.test_client().get(f"/v/{token}").status_code == 404

    def test_a_disabled_platform_is_not_led_to(self, client_for, app, clinic, person):
        link = link_on(client_for("assessor").get(visit(person)).text)
        with clinic.writing() as session:
            session.get_one(Platform, clinic.platform_id).status = Standing.DISABLED

        assert app.test_client().get(link).status_code == 404

    def test_the_code_is_a_picture_with_a_name_and_no_style(self):
        drawn = str(qr_code("https://columna.example.org/v/abc", "Código"))

        assert drawn.startswith('<svg role="img"')
        assert "<title>Código</title>" in drawn
        assert "style=" not in drawn


class TestPaper:
    def text_of(self, answer):
        assert answer.status_code == 200, answer.status_code
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)

    def test_holds_every_question_and_the_code_but_no_name(self, client_for, clinic, person):
        answer = client_for("assessor").get(visit(person, more="/vas_pain/paper"))
        words = self.text_of(answer)

        assert INSTRUMENTS["vas_pain"].items[0].prompt.es[:20] in words
        assert "K01-3QX" in words
        assert "Persona" not in words
        assert "vas_pain_week_2_K01-3QX.pdf" in answer.headers["Content-Disposition"]

    def test_is_the_same_byte_by_byte_each_time(self, client_for, person):
        assessor = client_for("assessor")
        path = visit(person, more="/vas_pain/paper")

        assert assessor.get(path).data == assessor.get(path).data

    @pytest.mark.parametrize("key", ["rmdq", "nrs", "satisfaction"])
    def test_ticks_ratings_and_free_text_are_printed_too(self, client_for, asks, person, key):
        asks(key)
        words = self.text_of(client_for("assessor").get(visit(person, more=f"/{key}/paper")))

        assert INSTRUMENTS[key].items[-1].prompt.es[:12] in words

    @pytest.mark.parametrize("key", sorted(INSTRUMENTS))
    def test_the_page_of_every_instrument_has_every_question(
        self, client_for, asks, person, key, monkeypatch
    ):
        monkeypatch.setattr("plugin.printing._drawn", str.encode)
        asks(key)
        page = client_for("assessor").get(visit(person, more=f"/{key}/paper")).text

        for item in INSTRUMENTS[key].items:
            assert escape(item.prompt.es) in page


class TestWording:
    @pytest.fixture(autouse=True)
    def real(self, clinic):
        """A study of real people."""
        with clinic.writing() as session:
            session.get_one(Study, clinic.study_id).synthetic = False

    @pytest.fixture
    def without(self, tool):
        """The clinic has loaded no text pack."""
        tool.instruments = INSTRUMENTS

    def test_the_team_sees_what_is_missing(self, without, client_for, person):
        assert INSTRUMENTS["odi"].licence is Licence.LICENSED
        title = INSTRUMENTS["odi"].title.es
        for role, team in (("assessor", "/assessor"), ("staff", "/staff/visits")):
            page = client_for(role).get(f"{team}/checks").text
            assert f"{title} (es)" in page
            assert f"{title} (en)" in page

    def test_with_packs_nothing_is_missing(self, client_for):
        assert "(es, en)" not in client_for("staff").get("/staff/visits/checks").text

    def test_no_paper_is_printed(self, without, client_for, person):
        assert client_for("assessor").get(visit(person, more="/odi/paper")).status_code == 409

    def test_only_the_clinics_own_paper_is_copied(self, without, client_for, person):
        assessor = client_for("assessor")
        page = assessor.get(visit(person, more="/odi")).text

        assert 'value="interview"' not in page
        assert 'value="paper"' in page

    def test_a_patient_is_not_asked(self, without, client_for):
        patient = client_for("patient", day=14)

        assert patient.get(f"/questions/{VISIT}/odi").status_code == 409
        assert patient.post(f"/questions/{VISIT}/odi", {"q": "1", "q1": "2"}).status_code == 409
        assert f"/questions/{VISIT}/odi" not in patient.get("/today").text
        assert f"/questions/{VISIT}/vas_pain" in patient.get("/today").text
        assert f'href="/t/{patient.ref}/questions/{VISIT}/odi' not in patient.get("/questions").text

    def test_made_up_data_are_asked_in_our_words_and_say_so(self, without, clinic, client_for):
        with clinic.writing() as session:
            session.get_one(Study, clinic.study_id).synthetic = True
        page = client_for("patient", day=14).get(f"/questions/{VISIT}/odi")

        assert page.status_code == 200
        assert "Redacción propia, no es el texto validado" in page.text

    def test_an_open_instrument_is_asked(self, without, client_for):
        patient = client_for("patient", day=14)

        assert patient.get(f"/questions/{VISIT}/vas_pain").status_code == 200
