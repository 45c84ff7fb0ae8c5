"""The welcome: an arm reads what it has, and a clinic may bring its own words."""

import shutil

import pytest

from modules.course import content
from modules.course.content import ContentFault
from modules.course.welcome import Line, told
from modules.study import protocol
from modules.study.protocol import COMPONENTS
from modules.text import Text

OF_THE_PROGRAMME = (
    *("diario", "lección", "ejercicio", "meta", "sesiones", "módulo", "programa"),
    *("diary", "lesson", "exercise", "goal", "session", "module", "programme"),
)


@pytest.fixture
def own(tmp_path):
    shutil.copytree(content.shipped(), tmp_path / "own", ignore=shutil.ignore_patterns("media"))
    return tmp_path / "own"


def test_a_line_of_a_component_is_for_the_arms_that_have_it():
    anybody, diary = Text("a", "a"), Text("d", "d")
    lines = (Line(anybody), Line(diary, "diary"))
    assert told(lines, {"diary", "assessments"}) == (anybody, diary)
    assert told(lines, {"assessments"}) == (anybody,)


def test_the_shipped_welcome_tells_an_arm_without_programme_nothing_of_one():
    text = content.load().welcome
    control = protocol.load()["imss-nct07248813"].arm("conventional").components
    parts = (text.about, text.asks, text.privacy.readers, text.privacy.others, text.privacy.rights)
    said = [line for part in parts for line in told(part, control)]
    words = " ".join(f"{line.es} {line.en}" for line in said).lower()
    assert [word for word in OF_THE_PROGRAMME if word in words] == []


def test_every_component_a_participant_does_something_with_is_asked_for():
    text = content.load().welcome
    assert {line.component for line in text.asks} == {*COMPONENTS, None} - {"programme_reminders"}


def test_a_pack_without_its_own_has_the_shipped_one(own):
    (own / "welcome.yaml").unlink()
    assert content.load(own).welcome == content.load().welcome


def test_a_clinics_own_words_are_read(own):
    file = own / "welcome.yaml"
    file.write_text(file.read_text("utf-8").replace('version: "1"', 'version: "clinic-2"'), "utf-8")
    assert content.load(own).welcome.privacy.version == "clinic-2"


def test_an_unknown_component_is_refused_with_its_line(own):
    file = own / "welcome.yaml"
    file.write_text(
        file.read_text("utf-8").replace("component: diary", "component: sauna"), "utf-8"
    )
    with pytest.raises(ContentFault) as refused:
        content.load(own)
    assert {(fault.file, fault.field) for fault in refused.value.faults} == {
        ("welcome.yaml", "asks[2].component"),
        ("welcome.yaml", "privacy.readers[2].component"),
    }
