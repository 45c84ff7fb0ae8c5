"""The patient's pages as they are asked for: what opens, what stays shut, and for whom."""

import uuid

import pytest
from sqlalchemy import select

from modules.records.models import LessonDone, VideoView
from plugin.patient import views

CONTROL = frozenset({"brochure", "assessments"})
PROGRAMME_ONLY = frozenset({"brochure", "programme", "diary"})


def lessons(patient, module: str = "education") -> list[str]:
    return [lesson.key for lesson in patient.tool.curriculum.module(module).lessons]


def tick_all(patient, module: str = "education") -> None:
    for key in lessons(patient, module):
        patient.post(f"/programme/{module}/{key}/done")


def rows(patient, table):
    with patient.tool.database.reading() as session:
        return list(session.scalars(select(table)))


def address(rule: str, patient) -> str:
    """Return an address of a rule that the whole programme would answer."""
    examples = {
        "<module_key>": "education",
        "<lesson_key>": lessons(patient)[0],
        "<exercise_id>": patient.tool.curriculum.module("education").exercises[0],
        "<path:name>": "lessons/education.es.mp4",
        "<day>": "2026-11-12",
        "<uuid:entry_id>": str(uuid.UUID(int=7)),
        "<uuid:reply_id>": str(uuid.UUID(int=7)),
        "<uuid:media_id>": str(uuid.UUID(int=7)),
    }
    for placeholder, example in examples.items():
        rule = rule.replace(placeholder, example)
    return rule


class TestHome:
    def test_says_what_to_do_now_and_how_long_it_takes(self, patient):
        first = patient.tool.curriculum.module("education").lessons[0]
        page = patient.page("/today")
        assert first.title.en in page
        assert f"About {first.minutes} minutes" in page

    def test_names_the_day_in_full(self, patient):
        assert "Thursday 12 November" in patient.page("/today")

    def test_leads_to_help_at_once(self, patient):
        assert "/t/abc/warning" in patient.page("/today")

    def test_has_one_primary_action(self, patient):
        assert patient.page("/today").count("btn-primary") == 1

    def test_before_the_start_says_that_the_team_will_tell(self, make_patient):
        assert "Your team will tell you" in make_patient(day=None, components=PROGRAMME_ONLY).page(
            "/today"
        )


class TestControlArm:
    @pytest.mark.parametrize(
        ("method", "rule"),
        [(m, r) for m, r, _view, component in views.PAGES if component in ("programme", "diary")],
    )
    def test_has_no_page_of_the_programme(self, make_patient, method, rule):
        patient = make_patient(components=CONTROL)
        send = patient.get if method == "GET" else patient.post
        assert send(address(rule, patient)).status_code == 403

    def test_finds_brochure_and_questionnaires_in_the_navigation(self, make_patient):
        page = make_patient(components=CONTROL).page("/today")
        assert "/t/abc/brochure" in page
        assert "/t/abc/questions" in page

    def test_is_told_nothing_of_the_programme(self, make_patient):
        page = make_patient(components=CONTROL).page("/today").lower()
        assert not [word for word in ("programme", "diary", "lesson", "exercise") if word in page]

    def test_reads_the_brochure(self, make_patient):
        patient = make_patient(components=CONTROL)
        assert patient.tool.curriculum.brochure.title.en in patient.page("/brochure")

    def test_sees_the_warning_page(self, make_patient):
        assert make_patient(components=CONTROL).get("/warning").status_code == 200


def test_every_address_belongs_to_a_component_or_to_everybody():
    known = {None, "brochure", "assessments", "programme", "personal_goals", "diary", "sessions"}
    assert {component for *_rest, component in views.PAGES} <= known


class TestModules:
    def test_the_second_stays_shut_before_its_week(self, patient):
        tick_all(patient)
        assert patient.get("/programme/ergonomics").status_code == 403

    def test_the_second_opens_in_its_week_once_the_first_is_done(self, make_patient):
        patient = make_patient(day=8)
        assert patient.get("/programme/ergonomics").status_code == 403
        tick_all(patient)
        assert patient.get("/programme/ergonomics").status_code == 200

    def test_a_lesson_of_a_shut_module_is_shut_on_the_server(self, patient):
        key = lessons(patient, "ergonomics")[0]
        assert patient.get(f"/programme/ergonomics/{key}").status_code == 403

    def test_a_lesson_of_a_shut_module_cannot_be_ticked(self, patient):
        key = lessons(patient, "ergonomics")[0]
        assert patient.post(f"/programme/ergonomics/{key}/done").status_code == 403
        assert rows(patient, LessonDone) == []

    def test_the_programme_says_when_a_shut_module_opens(self, patient):
        page = patient.page("/programme")
        assert "It belongs to week 2. It opens on Tuesday 17 November if “" in page
        assert "is done by then, on Tuesday 24 November at the latest." in page

    @pytest.mark.parametrize("path", ["", "/quiz", "/many_postures"])
    def test_a_shut_page_itself_says_why_and_when_it_opens(self, patient, path):
        answer = patient.get(f"/programme/ergonomics{path}")
        assert answer.status_code == 403
        assert "It opens on Tuesday 17 November if “" in answer.text

    def test_an_exercise_of_a_shut_module_says_when_it_opens(self, patient):
        answer = patient.get("/exercises/e3_lift_box")
        assert answer.status_code == 403
        assert "Tuesday 17 November" in answer.text

    def test_a_script_is_told_without_a_page(self, patient):
        answer = patient.get("/programme/core", headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json["error"]) == (403, "module_locked")

    def test_after_the_last_week_today_says_so_and_leads_on(self, make_patient):
        patient = make_patient(day=60)
        for module in patient.tool.curriculum:
            tick_all(patient, module.key)
        page = patient.page("/today")
        assert "Your 6 weeks are over" in page
        assert "/t/abc/progress" in page

    def test_an_unknown_module_is_not_found(self, patient):
        assert patient.get("/programme/nothing").status_code == 404

    def test_progress_is_said_in_words(self, patient):
        patient.post(f"/programme/education/{lessons(patient)[0]}/done")
        assert f"1 of {len(lessons(patient))} lessons done" in patient.page("/programme/education")


class TestLesson:
    def test_shows_its_text(self, patient):
        assert "reading" in patient.page(f"/programme/education/{lessons(patient)[0]}")

    def test_ticked_leads_to_the_next_one(self, patient):
        first, second = lessons(patient)[:2]
        answer = patient.post(f"/programme/education/{first}/done")
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith(f"/programme/education/{second}")

    def test_the_last_one_leads_back_to_the_module(self, patient):
        answer = patient.post(f"/programme/education/{lessons(patient)[-1]}/done")
        assert answer.headers["Location"].endswith("/programme/education")

    def test_ticked_twice_is_done_once(self, patient):
        for _time in range(2):
            patient.post(f"/programme/education/{lessons(patient)[0]}/done")
        assert len(rows(patient, LessonDone)) == 1

    def test_an_unknown_one_is_not_found(self, patient):
        assert patient.get("/programme/education/nothing").status_code == 404


class TestFilm:
    def test_remembers_where_it_was_left(self, patient):
        played = {"position": "83.5", "duration": "240", "played": "[[0, 83.5]]"}
        assert patient.post("/programme/education/what_is_it/film", played).status_code == 204
        assert rows(patient, VideoView)[0].position_s == 83.5

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"position": "far", "duration": "240"},
            {"position": "-1", "duration": "240", "played": "[]"},
            {"position": "1", "duration": "240", "played": "[[5]]"},
            {"position": "1", "duration": "240", "played": "{"},
        ],
    )
    def test_refuses_what_cannot_be_a_place(self, patient, sent):
        assert patient.post("/programme/education/what_is_it/film", sent).status_code == 422

    def test_of_a_lesson_without_one_is_not_found(self, patient):
        played = {"position": "1", "duration": "240", "played": "[]"}
        address = "/programme/education/how_pain_works/film"
        assert patient.post(address, played).status_code == 404

    def test_of_a_shut_module_is_not_sent(self, patient):
        assert patient.get("/media/lessons/ergonomics.en.mp4").status_code == 404

    @pytest.mark.parametrize(
        "name", ["lessons/../../safety.yaml", "../safety.yaml", "exercises.yaml", "lessons/"]
    )
    def test_only_known_media_are_sent(self, patient, name):
        assert patient.get(f"/media/{name}").status_code in (404, 308)


def first_exercise(patient, module):
    """The first exercise of a module."""
    curriculum = patient.tool.curriculum
    return curriculum.exercise(curriculum.module(module).exercises[0])


class TestExercise:
    def first(self, patient):
        return first_exercise(patient, "education")

    def test_shows_the_dose_in_large_figures(self, patient):
        exercise = self.first(patient)
        assert exercise.dose.figures() in patient.page(f"/exercises/{exercise.id}")

    def test_says_when_to_stop(self, patient):
        exercise = self.first(patient)
        rule = patient.tool.curriculum.safety.stop_rule(exercise.stop[0])
        assert rule.signs[0].en in patient.page(f"/exercises/{exercise.id}")

    def test_of_a_shut_module_stays_shut(self, patient):
        other = first_exercise(patient, "core")
        assert patient.get(f"/exercises/{other.id}").status_code == 403


class TestWarning:
    def test_shows_the_emergency_number_as_a_call(self, patient):
        assert 'href="tel:911"' in patient.page("/warning")

    def test_speaks_the_persons_language(self, make_patient):
        patient = make_patient(locale="es")
        assert patient.tool.curriculum.safety.warning.title.es in patient.page("/warning")


class TestQuiz:
    def question(self, patient):
        return patient.tool.curriculum.module("education").quiz[0]

    def test_asks_without_giving_the_answer_away(self, patient):
        page = patient.page("/programme/education/quiz")
        assert self.question(patient).question.en in page
        assert self.question(patient).explanation.en not in page

    def test_explains_after_sending(self, patient):
        question = self.question(patient)
        answer = patient.post("/programme/education/quiz", {question.key: question.right})
        assert "1 of" in answer.text
        assert question.explanation.en[:30] in answer.text

    def test_of_a_shut_module_stays_shut(self, patient):
        assert patient.get("/programme/core/quiz").status_code == 403


def test_without_a_person_nothing_is_named(patient):
    with patient.client.application.app_context():
        assert views.navigation() == {"nav_items": [], "ended": False}
