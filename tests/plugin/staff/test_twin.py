"""Nothing of the team's loop reaches anybody blinded: not a byte of their pages or files."""

import uuid

import pytest

from exports.formats import FORMATS
from modules.course import prescription
from modules.course.progression import OverrideAction
from modules.safety.triggers import Trigger
from modules.services import care
from modules.services.care import Decision, Reply
from tests import addresses
from tests.factories import NOON, TODAY
from tests.making_exports import download


@pytest.fixture
def assessor(client_for):
    """A blinded assessor who is inside."""
    return client_for("assessor")


def seen(app, tool, assessor, people):
    """Return every answer an assessor gets: own pages and files, tries at those of others."""
    found = {}
    for one in people:
        for address in addresses.of_launches(app, participant_id=one):
            if address.method == "GET":
                answer = assessor.get(address.path)
                found[address.path] = (answer.status_code, answer.data)
    for kind in FORMATS:
        answer = download(assessor, tool, format=kind)
        assert answer.status_code == 200
        found[kind] = answer.data
    return found


def test_an_assessors_bytes_do_not_change_with_alerts_replies_overrides_and_prescriptions(
    app, team, assessor
):
    people = [team.participant(day=20), team.participant(day=30)]
    tool = team.clinic.tool
    before = seen(app, tool, assessor, people)
    for one in people:
        entry = team.entry(one, TODAY, symptoms=["R1"], note="el video me ayudó")
        team.alert(one, Trigger.DIARY_WARNING_SIGN)
        team.alert(one, Trigger.OUT_OF_TOUCH)
        with team.clinic.writing() as session:
            by = team.staff.user_id
            sent = Reply("steady", "Muy bien", entry, uuid.uuid4())
            care.reply(session, one, sent, tool.curriculum, by, NOON)
            care.mark_reviewed(session, one, NOON, by, NOON)
            care.name_reviewer(session, one, by, by, NOON)
            care.prescribe(
                session,
                one,
                lambda held: prescription.with_state(held, "w7_squat", "paused"),
                "pain",
                tool.curriculum,
                by,
                NOON,
            )
            decision = Decision(OverrideAction.OPEN, "ready")
            care.decide(session, one, team.clinic.protocol, "core", decision, by, NOON)
    assert seen(app, tool, assessor, people) == before


@pytest.mark.parametrize("kind", ["assessor", "patient", "control", "visitor"])
def test_only_staff_reach_the_teams_pages(app, client_for, kind):
    browser = client_for(kind)
    for address in addresses.of_launches(app, "care"):
        if address.method == "GET":
            assert browser.get(address.path).status_code == 403, address
