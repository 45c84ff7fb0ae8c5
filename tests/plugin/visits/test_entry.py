"""Entering questionnaires at the clinic: asked or from paper, second entry, corrections, lock."""

import pytest

from lti.models import LtiUser, Platform
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.main_score import main_score
from modules.records.alert_models import Alert
from modules.records.models import Assessment, Respondent, Source
from modules.records.second_entry_models import SecondEntry
from modules.services import lock
from tests import factories

DAY = 14
VISIT = "week_2"


@pytest.fixture
def person(clinic):
    """A participant on day 14: the check of week 2 is open."""
    with clinic.writing() as session:
        return clinic.patient(session, day=DAY).participant_id


@pytest.fixture
def assessor(client_for):
    return client_for("assessor")


@pytest.fixture
def staff(client_for):
    return client_for("staff")


def form(person, key="odi", more="", team="/assessor"):
    return f"{team}/participants/{person}/{VISIT}/{key}{more}"


def odi(code="2", **changes):
    return {f"q{number}": code for number in range(1, 11)} | changes


def fill(browser, path, answers, **review):
    """Enter a form, go on to its review and lock it; return the answer of the last step asked."""
    answer = browser.post(path, answers)
    if answer.status_code != 303:
        return answer
    mode = {"mode": answers["mode"]} if "mode" in answers else {}
    paper = {"paper_language": "es"} if mode == {"mode": "paper"} else {}
    return browser.post(f"{path}/review", mode | paper | review)


def rows(clinic, instrument="odi"):
    """The locked revisions of a form."""
    found = [
        row
        for row in clinic.rows(
            Assessment, Assessment.visit == VISIT, Assessment.instrument == instrument
        )
        if row.completed_at is not None
    ]
    return sorted(found, key=lambda row: row.revision)


class TestEntry:
    def test_asked_in_person_is_the_assessors_record(self, assessor, person, clinic):
        answer = fill(assessor, form(person), odi(mode="interview"))

        (row,) = rows(clinic)
        assert answer.status_code == 303
        assert (row.respondent, row.source) == (Respondent.ASSESSOR, Source.DIGITAL)
        assert row.recorded_by == assessor.user_id

    def test_copied_from_paper_keeps_source_person_and_day(self, assessor, person, clinic):
        fill(assessor, form(person), odi(mode="paper"), answered_on="2026-11-10")

        (row,) = rows(clinic)
        assert (row.respondent, row.source) == (Respondent.SELF, Source.PAPER)
        assert row.recorded_by == assessor.user_id
        assert row.completed_on.isoformat() == "2026-11-10"
        assert row.completed_at == factories.NOON

    @pytest.mark.parametrize("paper", ["es", "en"])
    @pytest.mark.parametrize("page", ["es_mx", "en"])
    def test_copied_from_paper_keeps_the_language_of_the_paper(
        self, client_for, person, clinic, paper, page
    ):
        typist = client_for("assessor", locale=page)
        fill(typist, form(person), odi(mode="paper"), paper_language=paper)

        assert rows(clinic)[0].language == paper

    @pytest.mark.parametrize("sent", ["", "fr"])
    def test_a_paper_without_its_language_is_not_saved(self, assessor, person, clinic, sent):
        answer = fill(assessor, form(person), odi(mode="paper"), paper_language=sent)

        assert answer.status_code == 422
        assert rows(clinic) == []

    @pytest.mark.parametrize("page", ["es_mx", "en"])
    def test_asked_in_person_keeps_the_language_of_the_page_that_was_read_out(
        self, client_for, person, clinic, page
    ):
        fill(client_for("assessor", locale=page), form(person), odi(mode="interview"))

        assert rows(clinic)[0].language == page[:2]

    @pytest.mark.parametrize("day", ["2026-11-13", "2026-10-01", "yesterday"])
    def test_a_day_that_cannot_be_is_refused(self, assessor, person, clinic, day):
        answer = fill(assessor, form(person), odi(mode="paper"), answered_on=day)

        assert answer.status_code == 422
        assert rows(clinic) == []

    def test_two_marks_in_a_section_are_kept_and_the_higher_counts(self, assessor, person, clinic):
        fill(assessor, form(person), odi("0", mode="paper", q1=["1", "3"]))

        (row,) = rows(clinic)
        assert sorted(row.answers["q1"]) == [1, 3]
        assert main_score(INSTRUMENTS["odi"], row.answers) == 6

    def test_staff_who_know_the_arm_copy_paper_and_never_ask(self, staff, person, clinic):
        page = staff.get(form(person, team="/staff/visits")).text
        asked = staff.get(form(person, team="/staff/visits", more="?mode=interview"))
        refused = staff.post(form(person, team="/staff/visits"), odi(mode="interview"))
        fill(staff, form(person, team="/staff/visits"), odi(mode="paper"))

        assert "mode=interview" not in page
        assert asked.status_code == 409
        assert refused.status_code == 409
        assert [row.source for row in rows(clinic)] == [Source.PAPER]

    def test_a_completed_form_does_not_open_again(self, assessor, person):
        fill(assessor, form(person), odi())

        assert assessor.get(form(person)).status_code == 409
        assert assessor.post(form(person), odi("5")).status_code == 409

    def test_a_fault_is_named_and_nothing_is_saved(self, assessor, person, clinic):
        answer = assessor.post(form(person), odi(q1="9"))

        assert answer.status_code == 422
        assert 'href="#f-q1"' in answer.text
        assert rows(clinic) == []


class TestReview:
    """Nothing is locked before what is missing was seen and explained."""

    ALMOST_BLANK = {"q1": ["1"]}

    def test_entering_alone_locks_nothing(self, assessor, person, clinic):
        answer = assessor.post(form(person), odi())

        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("/review?mode=interview")
        assert rows(clinic) == []

    def test_an_almost_blank_form_is_not_locked_without_reasons(self, assessor, person, clinic):
        answer = fill(assessor, form(person), self.ALMOST_BLANK)

        assert answer.status_code == 422
        assert answer.text.count('class="field-error"') == 9
        assert rows(clinic) == []

    def test_counts_what_is_missing(self, assessor, person):
        assessor.post(form(person), self.ALMOST_BLANK)

        assert "9 preguntas no tienen respuesta" in assessor.get(form(person, more="/review")).text

    def test_the_reason_of_each_blank_is_recorded(self, assessor, person, clinic):
        asked = {f"q{number}": "2" for number in range(1, 8)}
        reasons = {"q8": "declined", "q9": "not_applicable", "q10": "not_asked"}
        fill(assessor, form(person), asked, **reasons)

        (row,) = rows(clinic)
        assert row.reasons == reasons

    def test_one_reason_may_stand_for_all_that_have_none(self, assessor, person, clinic):
        fill(assessor, form(person), self.ALMOST_BLANK, q8="declined", every_blank="not_asked")

        (row,) = rows(clinic)
        assert row.reasons["q8"] == "declined"
        assert {why for key, why in row.reasons.items() if key != "q8"} == {"not_asked"}

    def test_a_reason_that_is_none_is_refused(self, assessor, person, clinic):
        answer = fill(assessor, form(person), odi(q8=""), q8="the other arm")

        assert answer.status_code == 422
        assert rows(clinic) == []

    def test_what_is_empty_on_paper_is_left_empty_there(self, assessor, person, clinic):
        page = assessor.post(form(person), odi(mode="paper", q8=""))
        shown = assessor.get(form(person, more="/review?mode=paper")).text
        review = {"mode": "paper", "paper_language": "es", "q8": "skipped"}
        assessor.post(form(person, more="/review"), review)

        assert page.status_code == 303
        assert 'value="skipped" checked' in shown
        (row,) = rows(clinic)
        assert row.reasons == {"q8": "skipped"}

    def test_an_answer_taken_back_does_not_stay(self, assessor, person, clinic):
        assessor.post(form(person), odi())
        answer = fill(assessor, form(person), odi(q3=""), q3="declined")

        assert answer.status_code == 303
        (row,) = rows(clinic)
        assert "q3" not in row.answers
        assert row.reasons == {"q3": "declined"}

    def test_double_marks_are_counted(self, assessor, person):
        assessor.post(form(person), odi(mode="paper", q1=["1", "3"], q2=["0", "2"]))

        page = assessor.get(form(person, more="/review?mode=paper")).text
        assert "2 preguntas tienen más de una marca" in page

    def test_on_a_screen_a_question_takes_one_answer(self, assessor, person, clinic):
        answer = assessor.post(form(person), odi(mode="interview", q1=["1", "3"]))
        page = assessor.get(form(person)).text

        assert answer.status_code == 422
        assert 'type="checkbox"' not in page
        assert "<select" not in page

    def test_a_participants_screen_takes_one_answer_too(self, client_for, clinic):
        patient = client_for("patient", day=DAY)
        answer = patient.post(f"/questions/{VISIT}/odi", {"q": "1", "q1": ["1", "3"]})

        assert answer.status_code == 422

    def test_a_paper_marked_twice_is_blank_in_an_interview(self, assessor, person):
        assessor.post(form(person), odi(mode="paper", q1=["1", "3"]))

        page = assessor.get(form(person, more="/review?mode=interview")).text
        assert "1 pregunta no tiene respuesta" in page

    def test_sentences_that_do_not_apply_stay_so_when_looked_at_again(self, assessor, person, asks):
        asks("rmdq")
        assessor.post(form(person, "rmdq"), {"none_of_these": "1"})

        page = assessor.get(form(person, "rmdq")).text
        assert 'name="none_of_these" value="1" checked' in page


class TestAlerts:
    def test_worsening_informs_a_clinician_and_says_so_neutrally(self, assessor, person, clinic):
        fill(assessor, form(person), odi("5"))

        page = assessor.get(f"/assessor/participants/{person}").text
        assert [alert.trigger for alert in clinic.rows(Alert)] == ["T9"]
        assert "clínic" in page or "clinician" in page
        assert "T9" not in page

    def test_without_a_reason_nobody_is_informed(self, assessor, person, clinic):
        fill(assessor, form(person), odi("1"))

        assert clinic.rows(Alert) == []


class TestSecondEntry:
    """Made by staff: a blinded assessor never learns which forms were on paper."""

    @pytest.fixture
    def first(self, assessor, person):
        fill(assessor, form(person), odi(mode="paper"))
        return assessor

    @staticmethod
    def at(person, more):
        return form(person, more=more, team="/staff/visits")

    def test_shows_nothing_of_the_first(self, first, staff, person):
        page = staff.get(self.at(person, "/second"))

        assert page.status_code == 200
        assert " checked" not in page.text

    def test_the_same_answers_agree(self, first, staff, person, clinic):
        staff.post(self.at(person, "/second"), odi())

        assert len(rows(clinic)) == 1
        assert 'value="second"' not in staff.get(self.at(person, "/record")).text

    def test_the_same_person_is_refused(self, staff, person, clinic):
        fill(staff, self.at(person, ""), odi(mode="paper"))

        assert staff.post(self.at(person, "/second"), odi("3")).status_code == 409
        assert clinic.rows(SecondEntry) == []

    def test_the_same_person_by_another_registration_is_refused(
        self, staff, client_for, person, clinic
    ):
        fill(staff, self.at(person, ""), odi(mode="paper"))
        other = client_for("staff")
        with clinic.writing() as session:
            known, same = (session.get_one(LtiUser, each.user_id) for each in (staff, other))
            issuer = session.get_one(Platform, known.platform_id).issuer
            same.platform_id = factories.platform(session, issuer, "columna-again").id
            same.subject = known.subject

        assert other.get(self.at(person, "/second")).status_code == 404
        assert other.post(self.at(person, "/second"), odi("3")).status_code == 409
        assert clinic.rows(SecondEntry) == []

    def test_a_form_answered_on_a_screen_has_none(self, assessor, staff, person):
        fill(assessor, form(person), odi(mode="interview"))

        assert staff.get(self.at(person, "/second")).status_code == 404
        assert staff.post(self.at(person, "/second"), odi()).status_code == 404

    @pytest.mark.parametrize("more", ["/second", "/settle"])
    def test_is_no_page_of_an_assessors(self, first, person, more):
        assert first.post(form(person, more=more), odi()).status_code == 404
        assert more not in first.get(form(person, more="/record")).text

    def test_what_differs_is_listed_to_staff_alone_until_it_is_settled(
        self, first, staff, person, clinic
    ):
        code = clinic.rows(factories.Participant, factories.Participant.id == person)[0].code
        staff.post(self.at(person, "/second"), odi(q3="4"))
        assert code in staff.get("/staff/visits/checks").text
        assert code not in first.get("/assessor/checks").text
        staff.post(self.at(person, "/settle"), {"q3": "second"})

        old, new = rows(clinic)
        assert (old.answers["q3"], new.answers["q3"]) == (2, 4)
        assert new.correction_reason == "second_entry"
        assert new.recorded_by == staff.user_id
        (check,) = clinic.rows(SecondEntry)
        assert check.settled_by == staff.user_id

    def test_settled_for_the_first_adds_no_revision(self, first, staff, person, clinic):
        staff.post(self.at(person, "/second"), odi(q3="4"))
        staff.post(self.at(person, "/settle"), {"q3": "first"})

        assert len(rows(clinic)) == 1
        assert staff.post(self.at(person, "/settle"), {"q3": "second"}).status_code == 404

    def test_every_question_that_differs_must_be_chosen(self, first, staff, person, clinic):
        staff.post(self.at(person, "/second"), odi(q3="4", q4="5"))

        assert staff.post(self.at(person, "/settle"), {"q3": "second"}).status_code == 422
        assert len(rows(clinic)) == 1


class TestCorrection:
    @pytest.fixture
    def done(self, assessor, person):
        fill(assessor, form(person), odi())
        return form(person, more="/correct")

    def test_adds_a_revision_and_keeps_the_old_one(self, assessor, done, person, clinic):
        assessor.post(done, odi(q1="4", reason="typing_error"))

        old, new = rows(clinic)
        assert (old.answers["q1"], new.answers["q1"]) == (2, 4)
        assert (new.revision, new.correction_reason) == (2, "typing_error")
        assert new.completed_on == old.completed_on
        record = assessor.get(form(person, more="/record")).text
        assert "→" in record

    @pytest.mark.parametrize("reason", ["", "because", "arm A"])
    def test_needs_a_reason_code(self, assessor, done, clinic, reason):
        assert assessor.post(done, odi(q1="4", reason=reason)).status_code == 422
        assert len(rows(clinic)) == 1

    def test_that_changes_nothing_is_refused(self, assessor, done, clinic):
        assert assessor.post(done, odi(reason="typing_error")).status_code == 422

    def test_is_not_for_staff_where_assessors_are_blinded(self, staff, done, person):
        path = form(person, more="/correct", team="/staff/visits")

        assert staff.get(path).status_code == 403
        assert staff.post(path, odi(q1="4", reason="typing_error")).status_code == 403

    def test_of_a_form_nobody_filled_is_not_found(self, assessor, person):
        assert assessor.get(form(person, more="/correct")).status_code == 404


class TestLock:
    def test_after_it_nothing_is_added_or_corrected(self, assessor, staff, person, clinic):
        fill(assessor, form(person), odi(mode="paper"))
        with clinic.writing() as session:
            lock.lock(session, clinic.study_key, factories.NOON)

        assert assessor.post(form(person, "vas_pain"), {"q1": "40"}).status_code == 409
        corrected = odi(q1="4", reason="typing_error")
        assert assessor.post(form(person, more="/correct"), corrected).status_code == 409
        second = form(person, more="/second", team="/staff/visits")
        assert staff.post(second, odi(q1="4")).status_code == 409
        assert len(clinic.rows(Assessment, Assessment.visit == VISIT)) == 1

    def test_no_page_offers_what_would_be_refused(self, assessor, person, clinic):
        fill(assessor, form(person), odi(mode="paper"))
        with clinic.writing() as session:
            lock.lock(session, clinic.study_key, factories.NOON)
        visit = f"/assessor/participants/{person}/{VISIT}"
        pages = [visit, f"/assessor/participants/{person}", form(person, more="/record")]
        shown = [assessor.get(page).text for page in pages]

        assert all("Los datos de este estudio están cerrados" in page for page in shown)
        assert not any(f'{visit}/vas_pain"' in page for page in shown)
        assert not any("/correct" in page or "/second" in page for page in shown)
        assert assessor.get(form(person, "vas_pain")).status_code == 409
        assert assessor.get(form(person, more="/correct")).status_code == 409

    def test_patients_are_not_asked_any_more(self, client_for, clinic):
        patient = client_for("patient", day=DAY)
        with clinic.writing() as session:
            lock.lock(session, clinic.study_key, factories.NOON)

        assert patient.get(f"/questions/{VISIT}/vas_pain").status_code == 409
        assert f"/questions/{VISIT}/" not in patient.get("/questions").text

    def test_it_holds_for_patients_too(self, client_for, clinic):
        patient = client_for("patient", day=DAY)
        with clinic.writing() as session:
            lock.lock(session, clinic.study_key, factories.NOON)

        assert patient.post(f"/questions/{VISIT}/vas_pain", {"q1": "40"}).status_code == 409
        assert rows(clinic, "vas_pain") == []


class TestTwoMarks:
    MARKS = {"q1": ["1", "3"]}

    def test_are_shown_again_where_something_else_is_wrong(self, assessor, person):
        answer = assessor.post(form(person), odi("2", mode="paper", **self.MARKS, q2="9"))

        assert answer.status_code == 422
        assert answer.text.count('name="q1" value="1" checked') == 1
        assert answer.text.count('<option value="3" selected') == 1

    def test_are_shown_in_the_record_and_in_a_correction(self, assessor, person):
        fill(assessor, form(person), odi("2", mode="paper", **self.MARKS))

        assert assessor.get(form(person, more="/record")).status_code == 200
        page = assessor.get(form(person, more="/correct")).text
        assert page.count('name="q1" value="1" checked') == 1
        assert page.count('<option value="3" selected') == 1

    def test_differ_from_one_of_them_in_the_second_entry(self, assessor, staff, person):
        fill(assessor, form(person), odi("2", mode="paper", **self.MARKS))
        staff.post(form(person, more="/second", team="/staff/visits"), odi("2", q1="3"))
        page = staff.get(form(person, more="/record", team="/staff/visits"))

        assert page.status_code == 200
        assert 'name="q1" value="second"' in page.text
