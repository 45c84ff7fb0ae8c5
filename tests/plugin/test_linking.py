"""Content selection from the LMS and back, and where the placed activities lead."""

import re
from html import unescape
from pathlib import Path

import jwt
import pytest

from lti.models import LaunchSession
from modules.text import Text
from plugin import gradebook
from plugin.demo.lms import Activity, Person
from plugin.demo.lms.config import CourseRole
from plugin.models import Role
from tests.lti.services_kit import LMS
from tests.plugin.admin.admin_kit import PEOPLE, ToolAndPlatform, Visit, care_protocol
from tests.plugin.demo.lms.test_launches import form_of

SELECT = "/mod/lti/contentitem.php?course=2&tool=columna-demo"
ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"
SPANISH = Person("13", "Personal sintético 03", CourseRole.TEACHER, language="es_mx")


@pytest.fixture
def lti(tmp_path: Path) -> ToolAndPlatform:
    return ToolAndPlatform(tmp_path, people=(*PEOPLE, SPANISH))


def choose(visit: Visit, *places: str) -> list[dict[str, object]]:
    """Choose what to place; return the items of the signed answer."""
    answer = visit.post("/deep-link", {"place": list(places)}, "/deep-link")
    assert answer.status_code == 200, answer.text
    _action, fields = form_of(answer.text)
    claims = jwt.decode(fields["JWT"], options={"verify_signature": False})
    items: list[dict[str, object]] = claims[ITEMS]
    return items


def place(lti: ToolAndPlatform, *places: str, person: str = "11") -> list[Activity]:
    """Choose as a teacher and let the LMS place it; return the new activities."""
    visit = lti.launch(person, SELECT)
    known = {activity.number for _course, activity in lti.site._activities.values()}
    answer = visit.post("/deep-link", {"place": list(places)}, "/deep-link")
    action = re.search(r'action="([^"]*)" data-submit-at-once', answer.text)
    assert action
    back = unescape(action[1])
    assert back.startswith(f"{LMS}/mod/lti/contentitem_return.php")
    token = form_of(answer.text)[1]["JWT"]
    placed = lti.lms.post(back.removeprefix(LMS), data={"JWT": token})
    assert placed.status_code == 200
    every = [activity for _course, activity in lti.site._activities.values()]
    return [activity for activity in every if activity.number not in known]


def enrolled(lti: ToolAndPlatform, person: str = "101", *, in_trial: bool = True) -> None:
    """Name staff, and let whoever may take somebody in."""
    staff = lti.staff()
    lti.launch(person)
    key = lti.membership(person).id
    (lti.enroller() if in_trial else staff).post(
        f"/staff/people/{key}/enrol", origin="/staff/people"
    )


def opened(lti: ToolAndPlatform, person: str, activity: Activity) -> str:
    """Return the path on which a person lands who opens an activity."""
    visit = lti.launch(person, f"/mod/lti/launch.php?id={activity.number}")
    answer = visit.client.get(
        visit.base + visit.landing, base_url="https://localhost:8000", follow_redirects=True
    )
    assert answer.status_code in (200, 403), answer.status_code
    return str(answer.request.path.removeprefix(visit.base))


class TestChoosing:
    def test_a_teacher_lands_on_the_choice(self, lti: ToolAndPlatform) -> None:
        assert lti.launch("11", SELECT).landing == "/deep-link"

    def test_everything_can_be_placed_at_once(self, lti: ToolAndPlatform) -> None:
        module = lti.tool.curriculum.modules[0]
        placed = place(lti, "programme", "assessments", "assessor", f"module:{module.key}")

        assert [activity.custom["place"] for activity in placed] == [
            *("programme", "assessments", "assessor", "module")
        ]
        assert placed[3].title == f"1. {module.title.en}"

    @pytest.mark.parametrize(("person", "language"), [("11", "en"), ("13", "es")])
    def test_a_module_carries_its_number_and_both_titles(
        self, lti: ToolAndPlatform, person: str, language: str
    ) -> None:
        modules = lti.tool.curriculum.modules
        keys = [f"module:{module.key}" for module in modules]
        items = choose(lti.launch(person, SELECT), *keys)
        other = {"en": "es", "es": "en"}[language]

        assert len(items) == len(modules) > 1
        for number, (item, module) in enumerate(zip(items, modules, strict=True), 1):
            assert item["title"] == f"{number}. {module.title.get(language)}"
            assert f"{number}. {module.title.get(other)}" in str(item["text"])

    def test_titles_are_in_the_language_of_the_course(self, lti: ToolAndPlatform) -> None:
        spanish = place(lti, "programme", "assessments", person="13")

        assert [activity.title for activity in spanish] == [
            "Programa para la espalda",
            "Cuestionarios",
        ]
        assert spanish[0].text == "Lo que toca hoy: sesiones, diario y avance."

    def test_and_not_in_the_one_this_reader_switched_to(self, lti: ToolAndPlatform) -> None:
        visit = lti.launch("13", SELECT)
        visit.post("/language/en", origin="/deep-link")

        assert choose(visit, "programme")[0]["title"] == "Programa para la espalda"

    def test_nothing_chosen_is_said(self, lti: ToolAndPlatform) -> None:
        visit = lti.launch("11", SELECT)
        answer = visit.post("/deep-link", {}, "/deep-link")

        assert answer.status_code == 422
        assert "Choose at least one" in answer.text

    def test_several_where_one_is_taken_are_refused_with_words(self, lti: ToolAndPlatform) -> None:
        visit = lti.launch("11", SELECT)
        with lti.tool.database.writing() as session:
            for row in session.query(LaunchSession).filter_by(message_type="LtiDeepLinkingRequest"):
                row.deep_linking = {**(row.deep_linking or {}), "accept_multiple": False}
        answer = visit.post("/deep-link", {"place": ["programme", "assessor"]}, "/deep-link")

        assert answer.status_code == 422

    def test_what_is_not_offered_is_not_placed(self, lti: ToolAndPlatform) -> None:
        visit = lti.launch("11", SELECT)
        chosen = {"place": ["programme", "module:nothing", "arm:telerehab"]}
        answer = visit.post("/deep-link", chosen, "/deep-link")

        assert answer.status_code == 422
        assert "JWT" not in answer.text
        assert "no longer offered" in answer.text

    @pytest.mark.parametrize("path", ["/deep-link"])
    def test_an_ordinary_launch_has_no_such_page(self, lti: ToolAndPlatform, path: str) -> None:
        for person in ("101", "11"):
            assert lti.launch(person).get(path).status_code == 403

    def test_a_choosing_teacher_gets_no_further_by_it(self, lti: ToolAndPlatform) -> None:
        visit = lti.launch("12", SELECT)

        for path in ("/staff/", "/assessor/", "/admin/"):
            assert visit.get(path).status_code == 403


class TestArms:
    def words_of_arms(self, lti: ToolAndPlatform) -> list[str]:
        """Return everything that names an arm of a trial; a care programme has one way only."""
        texts: list[str] = []
        trials = [one for one in lti.tool.protocols.values() if one.is_trial]
        assert trials
        for protocol in trials:
            for arm in protocol.arms:
                label: Text = arm.label
                texts += [arm.key, label.es, label.en, arm.type]
        return [text.casefold() for text in texts]

    def test_no_item_names_an_arm(self, lti: ToolAndPlatform) -> None:
        modules = [f"module:{module.key}" for module in lti.tool.curriculum.modules]
        for person in ("11", "13"):
            visit = lti.launch(person, SELECT)
            items = choose(visit, "programme", "assessments", "assessor", *modules)
            said = str(items).casefold()

            found = [
                text
                for text in self.words_of_arms(lti)
                if re.search(rf"\b{re.escape(text)}\b", said)
            ]
            assert found == []

    def test_items_carry_place_and_module_and_nothing_else(self, lti: ToolAndPlatform) -> None:
        module = lti.tool.curriculum.modules[0].key
        items = choose(lti.launch("11", SELECT), "programme", f"module:{module}")

        assert [item["custom"] for item in items] == [
            {"place": "programme"},
            {"place": "module", "module": module},
        ]
        assert not any("url" in item for item in items)

    def test_everybody_in_an_arm_sees_the_same_activity(self, lti: ToolAndPlatform) -> None:
        first = choose(lti.launch("11", SELECT), "programme")
        second = choose(lti.launch("12", SELECT), "programme")

        assert first == second


class TestGradeColumn:
    def test_a_blinded_study_gets_no_column(self, lti: ToolAndPlatform) -> None:
        assert all(activity.points is None for activity in place(lti, "programme", "assessments"))

    def test_a_study_that_sends_progress_gets_one_for_the_programme(self, tmp_path: Path) -> None:
        lti = ToolAndPlatform(tmp_path, study=care_protocol())
        assert lti.study_id
        with lti.tool.database.writing() as session:
            gradebook.switch(session, lti.tool, lti.study_id, None, on=True)
        placed = place(lti, "programme", "assessments")

        assert [activity.points for activity in placed] == [100.0, None]


class TestOpening:
    def test_the_assessors_entrance_leads_assessors_to_their_page(
        self, lti: ToolAndPlatform
    ) -> None:
        lti.launch("21")
        lti.give("21", Role.ASSESSOR)
        (entrance,) = place(lti, "assessor")

        assert opened(lti, "21", entrance) == "/assessor/"

    def test_it_leads_nobody_else_there(self, lti: ToolAndPlatform) -> None:
        enrolled(lti)
        (entrance,) = place(lti, "assessor")

        assert opened(lti, "101", entrance) == "/today"
        assert opened(lti, "11", entrance) == "/staff/"
        assert opened(lti, "12", entrance) == "/"

    def test_questionnaires_lead_a_patient_to_theirs(self, lti: ToolAndPlatform) -> None:
        enrolled(lti)
        (activity,) = place(lti, "assessments")

        assert opened(lti, "101", activity) == "/questions"

    def test_a_module_leads_whoever_has_a_programme_there(self, tmp_path: Path) -> None:
        lti = ToolAndPlatform(tmp_path, study=care_protocol())
        enrolled(lti, in_trial=False)
        module = lti.tool.curriculum.modules[0].key
        (activity,) = place(lti, f"module:{module}")

        assert opened(lti, "101", activity) == f"/programme/{module}"

    def test_and_somebody_without_one_to_their_start(self, lti: ToolAndPlatform) -> None:
        enrolled(lti)  # of a trial and not allocated yet: no programme
        module = lti.tool.curriculum.modules[0].key
        (activity,) = place(lti, f"module:{module}")

        assert opened(lti, "101", activity) == "/today"
