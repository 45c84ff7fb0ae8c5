"""The team's alerts: what fires, who has it, and how it ends."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from modules.alert_models import Alert, AlertState
from plugin.models import AuditEvent
from tests.factories import CONTROL


def alert(desk, alert_id):
    """Return an alert as it is stored."""
    return desk.clinic.rows(Alert, Alert.id == alert_id)[0]


def trail(desk, alert_id):
    """Return the actions of the audit trail of an alert, in order."""
    with desk.clinic.tool.database.reading() as session:
        found = select(AuditEvent.action).where(AuditEvent.subject_id == alert_id)
        return list(session.scalars(found.order_by(AuditEvent.at)))


def test_the_page_names_participant_reason_and_due_time(desk):
    one = desk.participant(name="Ana Sintética")
    desk.alert(one, "T2")
    page = desk.page("/care/alerts")
    assert "Ana Sintética" in page
    assert "New leg symptoms after a session" in page
    assert "due by Friday 13 November, 12:00" in page


def test_without_alerts_it_says_so(desk):
    assert "No open alerts" in desk.page("/care/alerts")


def test_somebody_takes_it_and_it_bears_their_name(desk):
    made = desk.alert(desk.participant())
    answer = desk.staff.post(f"/care/alerts/{made}", {"state": "acknowledged"})
    assert answer.status_code == 303
    assert alert(desk, made).owner_id == desk.staff.user_id
    assert "Taken: staff" in desk.page("/care/alerts")


def test_every_step_is_in_the_audit_trail(desk, clock):
    made = desk.alert(desk.participant())
    for data in (
        {"state": "acknowledged"},
        {"state": "contacted"},
        {"state": "closed", "reason": "referred"},
    ):
        clock.move(minutes=5)
        desk.staff.post(f"/care/alerts/{made}", data)
    assert trail(desk, made) == ["alert.acknowledged", "alert.contacted", "alert.closed"]
    assert "Closed: Referred to a doctor or to emergency care" in desk.page(f"/care/alerts/{made}")


def test_it_is_not_closed_without_a_reason(desk):
    made = desk.alert(desk.participant())
    answer = desk.staff.post(f"/care/alerts/{made}", {"state": "closed"})
    assert answer.status_code == 422
    assert "Choose a reason" in answer.text
    assert alert(desk, made).state is AlertState.OPEN


@pytest.mark.parametrize("state", ["open", "gone", ""])
def test_a_state_that_is_no_step_changes_nothing(desk, state):
    made = desk.alert(desk.participant())
    assert desk.staff.post(f"/care/alerts/{made}", {"state": state}).status_code == 422
    assert alert(desk, made).state is AlertState.OPEN


def test_what_was_written_stands_beside_what_to_do(desk):
    one = desk.participant()
    entry = desk.entry(one, symptoms=["leg"], note="Hormigueo <nuevo>")
    with desk.clinic.writing() as session:
        made = Alert(
            participant_id=one,
            trigger="T2",
            source_id=entry,
            raised_at=desk.clinic.tool.now(),
            due_at=desk.clinic.tool.now(),
            changed_at=desk.clinic.tool.now(),
        )
        session.add(made)
        session.flush()
        key = made.id
    page = desk.page(f"/care/alerts/{key}")
    assert "Hormigueo &lt;nuevo&gt;" in page
    assert "leg: pain, tingling, numbness or weakness" in page
    assert "Pause the exercise that brought it on" in page


def test_an_alert_of_another_study_is_not_found(desk):
    assert desk.staff.get(f"/care/alerts/{uuid.uuid4()}").status_code == 404


def test_an_alert_of_the_other_arm_is_shown_too(desk):
    """A questionnaire may fire in either arm."""
    one = desk.participant(CONTROL)
    desk.alert(one, "T5")
    assert "Thoughts of death" in desk.page(f"/staff/participants/{one}")


class TestOverview:
    def test_an_overdue_alert_stands_above_everything(self, desk, clock):
        desk.entry(desk.participant(name="Berta"))
        desk.alert(desk.participant(name="Ana"), "T2")
        clock.move(hours=11)
        assert "is overdue" not in desk.page("/staff/")
        clock.move(hours=0.9)
        with desk.clinic.writing() as session:
            session.scalars(select(Alert)).one().due_at -= timedelta(hours=13)
        page = desk.page("/staff/")
        assert "1 alert is overdue" in page
        assert page.index(">Ana<") < page.index(">Berta<")

    def test_the_next_action_leads_to_the_alert(self, desk):
        made = desk.alert(desk.participant(), "T3")
        assert f"/care/alerts/{made}" in desk.page("/staff/")

    def test_a_closed_alert_is_gone(self, desk):
        made = desk.alert(desk.participant(), "T3")
        desk.staff.post(f"/care/alerts/{made}", {"state": "closed", "reason": "not_needed"})
        assert f"/care/alerts/{made}" not in desk.page("/staff/")
