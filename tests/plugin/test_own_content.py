"""A clinic's own course: a copied pack with changed words and a sixth module, in use."""

import shutil
from dataclasses import replace

import pytest
import yaml

from modules.course import content
from modules.study import protocol
from plugin.app import create_app
from tests.factories import Clinic


@pytest.fixture
def own(tool, tmp_path):
    """The tool with a folder of content and one of protocols, as its settings name them."""
    course, rules = tmp_path / "content", tmp_path / "protocols"
    shutil.copytree(content.shipped(), course, ignore=shutil.ignore_patterns("media"))
    lesson = course / "education" / "lessons" / "what_is_it.es.md"
    lesson.write_text(lesson.read_text("utf-8") + "\n\nPalabras de esta clínica.\n", "utf-8")
    shutil.copytree(course / "relaxation", course / "sleep")
    module = course / "sleep" / "module.yaml"
    words = module.read_text("utf-8")
    words = words.replace("key: relaxation", "key: sleep").replace("number: 5", "number: 6")
    module.write_text(words.replace("es: Relajación y respiración", "es: Dormir mejor"), "utf-8")
    _protocol_with_a_sixth_module(rules)
    settings = tool.settings.model_copy(update={"content": course, "protocols": rules})
    curriculum, protocols = content.load(course), protocol.load(rules)
    return replace(tool, settings=settings, curriculum=curriculum, protocols=protocols)


def _protocol_with_a_sixth_module(folder):
    folder.mkdir()
    shipped = protocol.shipped() / "care.yaml"
    rules = yaml.safe_load(shipped.read_text("utf-8"))
    rules["modules"].append({"key": "sleep", "unlock": {"week": 1, "longest_wait_days": 0}})
    (folder / "care.yaml").write_text(yaml.safe_dump(rules, allow_unicode=True), "utf-8")


@pytest.fixture
def patient(own):
    """A patient of that clinic on day 3, who reads Spanish."""
    clinic = Clinic(own, protocol_key="care", study_key="own")
    return clinic.browser(create_app(tool=own), "patient", locale="es")


def test_the_sixth_module_is_there_with_its_lessons(patient):
    assert "Dormir mejor" in patient.get("/programme").text
    page = patient.get("/programme/sleep")
    assert page.status_code == 200
    assert "/programme/sleep/why_relax" in page.text


def test_changed_words_are_shown(patient):
    assert "Palabras de esta clínica." in patient.get("/programme/education/what_is_it").text


def test_staff_see_it_beside_the_others(own, patient):
    clinic_of = patient.participant_id
    app = create_app(tool=own)
    clinic = Clinic(own, protocol_key="care", study_key="second")
    staff = clinic.browser(app, "staff", locale="es")
    assert staff.get(f"/staff/participants/{clinic_of}").status_code == 404
    other = clinic.browser(app, "patient").participant_id
    assert "6. Dormir mejor" in staff.get(f"/staff/participants/{other}").text
