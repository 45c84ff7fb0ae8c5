"""What a blinded role never reads: free text, clock times, who typed, calendar days."""

import uuid
from datetime import timedelta

import pytest

from modules.outcomes.instruments import INSTRUMENTS
from modules.records.models import Assessment, Source
from tests import factories
from tests.factories import TODAY

VISIT = "week_6"
WORDS = "los videos y el WhatsApp me ayudaron"


@pytest.fixture
def person(clinic):
    """A participant whose last visit is open."""
    with clinic.writing() as session:
        return clinic.patient(session, day=43).participant_id


def test_case_67_the_list_of_reminders_is_not_the_assessors(client_for, clinic, person):
    with clinic.writing() as session:
        factories.contact(session, person)
    assessor = client_for("assessor", locale="en")
    assert assessor.get(f"/staff/participants/{person}").status_code == 403
    page = assessor.get(f"/assessor/participants/{person}").text.casefold()
    assert [word for word in ("reminder", "whatsapp", "0000 0001") if word in page] == []


@pytest.fixture
def filled(clinic, person):
    """The satisfaction form with a comment, answered by the participant."""
    with clinic.writing() as session:
        said = factories.answers("satisfaction") | {"q9": WORDS}
        factories.assessment(session, person, VISIT, "satisfaction", answers=said)
    return person


@pytest.fixture
def left_open(clinic, person):
    """The same form, left by the participant before it was sent."""
    with clinic.writing() as session:
        said = {"q9": WORDS}
        factories.assessment(session, person, VISIT, "satisfaction", None, answers=said)
    return person


def form(person, more="", team="/assessor", key="satisfaction"):
    return f"{team}/participants/{person}/{VISIT}/{key}{more}"


def newest(clinic):
    rows = clinic.rows(Assessment, Assessment.instrument == "satisfaction")
    return max(rows, key=lambda row: row.revision)


def marks(**changes):
    return {key: str(code) for key, code in factories.answers("satisfaction").items()} | changes


class TestFreeText:
    @pytest.mark.parametrize("page", ["/record", "/correct"])
    def test_is_on_no_page_of_a_completed_form(self, client_for, filled, page):
        answer = client_for("assessor").get(form(filled, page))

        assert answer.status_code == 200
        assert WORDS not in answer.text
        assert INSTRUMENTS["satisfaction"].item("q9").topic.es not in answer.text

    def test_of_a_form_left_open_is_not_shown(self, client_for, left_open):
        assert WORDS not in client_for("assessor").get(form(left_open)).text

    def test_staff_who_are_not_blinded_read_it(self, client_for, filled):
        path = form(filled, "/record", team="/staff/visits")

        assert WORDS in client_for("staff").get(path).text

    def test_stays_when_an_assessor_corrects_the_form(self, client_for, filled, clinic):
        changed = marks(q1="1", reason="typing_error")

        assert client_for("assessor").post(form(filled, "/correct"), changed).status_code == 303
        assert newest(clinic).answers["q9"] == WORDS
        assert newest(clinic).answers["q1"] == 1

    def test_stays_when_an_assessor_completes_the_form(self, client_for, left_open, clinic):
        assessor = client_for("assessor")
        assessor.post(form(left_open), marks())
        assert newest(clinic).answers["q9"] == WORDS
        assessor.post(form(left_open, "/review"), {})

        assert newest(clinic).completed_at is not None
        assert newest(clinic).answers["q9"] == WORDS

    def test_nobody_can_write_it_through_an_assessors_page(self, client_for, person, clinic):
        client_for("assessor").post(form(person), marks(q9="por los videos"))

        assert "q9" not in newest(clinic).answers

    def test_a_revision_that_changed_words_alone_is_not_listed(self, client_for, filled, clinic):
        assessor = client_for("assessor")
        before = assessor.get(form(filled, "/record")).text
        with clinic.writing() as session:
            said = factories.answers("satisfaction") | {"q9": "nada"}
            changes = {"revision": 2, "answers": said, "correction_reason": "query"}
            factories.assessment(session, filled, VISIT, "satisfaction", **changes)

        assert assessor.get(form(filled, "/record")).text == before

    def test_is_still_printed_for_the_participant(self, client_for, person):
        answer = client_for("assessor").get(form(person, "/paper"))

        assert answer.status_code == 200


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=lambda each: each.key)
def test_every_questionnaire_can_be_met_without_what_is_withheld(instrument):
    shown = instrument.blinded()

    assert [item for item in shown.items if item.withheld] == []
    assert set(shown.scored_items) == set(instrument.scored_items)


class TestHowAFormWasFilled:
    @pytest.mark.parametrize("page", ["/record", "/correct"])
    def test_neither_clock_time_nor_who_typed_nor_paper_is_told(self, client_for, clinic, page):
        with clinic.writing() as session:
            person = clinic.patient(session, day=43).participant_id
            twin = clinic.patient(session, day=43).participant_id
            later = factories.NOON + timedelta(hours=3)
            factories.assessment(session, person, VISIT, "odi", source=Source.DIGITAL)
            factories.assessment(
                session,
                twin,
                VISIT,
                "odi",
                TODAY - timedelta(days=2),
                source=Source.PAPER,
                recorded_by=uuid.UUID(int=9),
                completed_at=later,
            )
        assessor = client_for("assessor")
        one, other = [
            assessor.get(form(each, page, key="odi")).text.replace(str(each), "")
            for each in (person, twin)
        ]
        codes = {row.id: row.code for row in clinic.rows(factories.Participant)}

        assert one.replace(codes[person], "") == other.replace(codes[twin], "")


class TestDays:
    """Calendar days give the order of allocation: an assessor meets study days alone."""

    @pytest.fixture
    def patient_id(self, clinic):
        """Somebody in week 2."""
        with clinic.writing() as session:
            return clinic.patient(session, day=14).participant_id

    @pytest.mark.parametrize("page", ["/", "/participants/{one}", "/participants/{one}/week_2"])
    def test_no_page_names_a_calendar_day(self, client_for, patient_id, page, clinic):
        with clinic.writing() as session:
            factories.assessment(session, patient_id, "week_2", "odi", TODAY - timedelta(days=1))
        text = (
            client_for("assessor", locale="en").get("/assessor" + page.format(one=patient_id)).text
        )

        around = [TODAY + timedelta(days=day) for day in range(-60, 60)]
        assert [day for day in around if f"{day.day} {day:%B}"[:6].strip() in text] == []

    def test_the_page_is_the_same_whenever_in_its_window_a_form_was_answered(
        self, client_for, clinic
    ):
        with clinic.writing() as session:
            early, late = [clinic.patient(session, day=17).participant_id for _ in range(2)]
            for person, ago in ((early, 5), (late, 0)):
                on = TODAY - timedelta(days=ago)
                factories.assessment(session, person, "week_2", "odi", on)
                factories.assessment(session, person, "week_2", "vas_pain", on)
        codes = {row.id: row.code for row in clinic.rows(factories.Participant)}
        assessor = client_for("assessor")
        one, other = [
            assessor.get(f"/assessor/participants/{each}")
            .text.replace(str(each), "")
            .replace(codes[each], "")
            for each in (early, late)
        ]

        assert one == other

    def test_the_list_of_work_is_in_the_order_of_the_codes(self, client_for, clinic):
        with clinic.writing() as session:
            people = [clinic.patient(session, day=day).participant_id for day in (17, 12, 14, 49)]
        codes = sorted(r.code for r in clinic.rows(factories.Participant) if r.id in people)
        text = client_for("assessor").get("/assessor/").text
        waiting = text[: text.index('id="people"')]

        assert sorted(codes, key=waiting.index) == codes

    def test_a_visit_says_its_window_and_the_day_it_is(self, client_for, patient_id):
        text = client_for("assessor", locale="en").get(f"/assessor/participants/{patient_id}").text

        assert "study day 12 to 17" in text
        assert "Today is study day 14" in text
