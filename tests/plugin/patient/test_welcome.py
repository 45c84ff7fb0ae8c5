"""The welcome: first on Today until it is read, in the way of nothing, for what the arm has."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from notifications.models import Contact
from plugin.models import AuditEvent
from tests.plugin.patient.conftest import CONTROL, EVERYTHING

FIRST = "Welcome: read this first"


def events(patient) -> list[AuditEvent]:
    with patient.tool.database.reading() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.action == "notice.read")))


def test_today_leads_to_it_until_the_notice_is_read(patient):
    assert FIRST in patient.page("/today")
    assert patient.post("/welcome").status_code == 303
    assert FIRST not in patient.page("/today")
    assert "I have read it" not in patient.page("/welcome")


def test_which_version_was_read_is_kept_once(patient):
    for _ in range(2):
        patient.post("/welcome")
    assert [event.detail for event in events(patient)] == [{"version": "1"}]


def test_a_new_version_is_shown_again(patient):
    patient.post("/welcome")
    text = patient.tool.curriculum.welcome
    new = replace(text, privacy=replace(text.privacy, version="2"))
    patient.tool.curriculum = replace(patient.tool.curriculum, welcome=new)
    assert FIRST in patient.page("/today")
    patient.post("/welcome")
    assert [event.detail["version"] for event in events(patient)] == ["1", "2"]


def test_left_unread_it_stands_in_the_way_of_nothing(patient):
    page = patient.page("/today")
    assert page.index(FIRST) < page.index("sheet-main")
    for path in ("/questions", "/diary", "/programme", "/warning"):
        assert patient.get(path).status_code == 200


@pytest.mark.parametrize("components", [CONTROL, EVERYTHING], ids=["control", "everything"])
def test_every_page_leads_back_to_it(make_patient, components):
    patient = make_patient(components=components)
    patient.post("/welcome")
    assert 'href="/t/abc/welcome"' in patient.page("/messages")


def test_each_arm_reads_what_it_has(make_patient):
    control = make_patient(components=CONTROL).page("/welcome")
    assert "leaflet" in control
    for word in ("diary", "goal", "lesson", "live session"):
        assert word not in control.lower()


def test_with_the_programme_its_parts_are_named(patient):
    page = patient.page("/welcome")
    assert "Write in your diary" in page
    assert "leaflet" in page


def test_reminders_are_chosen_here_with_the_same_form(patient):
    sent = {"address": "55 1234 5678", "agree": "y", "back": "welcome"}
    answer = patient.post("/messages", sent)
    assert answer.location == "/t/abc/welcome"
    with patient.tool.database.reading() as session:
        assert len(session.scalars(select(Contact)).all()) == 1
    assert "Switch reminders off" in patient.page("/welcome")


def test_before_day_one_nobody_is_pressed(make_patient):
    patient = make_patient(day=None)
    assert FIRST not in patient.page("/today")
    assert patient.get("/welcome").status_code == 200
