"""The team's alerts: what fires, who has it, and how it ends."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from modules.records.alert_models import Alert, AlertState
from modules.safety.triggers import Trigger
from plugin.models import AuditEvent
from tests.factories import CONTROL, TODAY


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
    desk.alert(one, Trigger.LEG_SYMPTOMS)
    page = desk.page("/care/alerts")
    assert "Ana Sintética" in page
    assert "New numbness, tingling or weakness in one leg: exercises are paused" in page
    assert "due by Thursday 12 November, 20:00" in page


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
            trigger=Trigger.LEG_SYMPTOMS,
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
    assert "leg: new numbness, tingling or weakness" in page
    assert "Exercises stay paused until you close this alert" in page


def test_an_alert_of_another_study_is_not_found(desk):
    assert desk.staff.get(f"/care/alerts/{uuid.uuid4()}").status_code == 404


def test_an_alert_of_the_other_arm_is_shown_too(desk):
    """A questionnaire may fire in either arm."""
    one = desk.participant(CONTROL)
    desk.alert(one, Trigger.SUICIDAL_IDEATION)
    assert "Thoughts of death" in desk.page(f"/staff/participants/{one}")


def test_an_emergency_stands_above_what_is_overdue_for_longer(desk):
    desk.alert(desk.participant(name="Ana"), Trigger.LEG_SYMPTOMS)
    with desk.clinic.writing() as session:
        session.scalars(select(Alert)).one().due_at -= timedelta(days=3)
    desk.alert(desk.participant(name="Berta"), Trigger.DIARY_WARNING_SIGN)
    for path in ("/care/alerts", "/staff/"):
        page = desk.page(path)
        assert page.index(">Berta<") < page.index(">Ana<")


def test_it_says_who_is_responsible_before_anybody_has_taken_it(desk):
    one = desk.participant()
    desk.staff.post(f"/care/diaries/{one}/reviewer", {"reviewer": str(desk.staff.user_id)})
    desk.alert(one)
    assert "Responsible: staff" in desk.page("/care/alerts")


def test_a_colleague_takes_it_over(desk, client_for):
    made = desk.alert(desk.participant())
    desk.staff.post(f"/care/alerts/{made}", {"state": "acknowledged"})
    assert "I take it over" not in desk.page(f"/care/alerts/{made}")
    colleague = client_for("staff", locale="en")
    assert "I take it over" in colleague.get(f"/care/alerts/{made}").text
    colleague.post(f"/care/alerts/{made}", {"state": "acknowledged"})
    assert alert(desk, made).owner_id == colleague.user_id


class TestEveryPage:
    """What is open is counted on every page of the staff; what is overdue is said there."""

    PAGES = ("/staff/", "/staff/people", "/care/diaries", "/sessions/", "/staff/library/")

    @pytest.mark.parametrize("path", PAGES)
    def test_counts_what_is_open(self, desk, path):
        one = desk.participant()
        assert "nav-count" not in desk.page(path)
        desk.alert(one, Trigger.LEG_SYMPTOMS)
        desk.alert(one, Trigger.NOTE_TO_READ)
        page = desk.page(path)
        assert "(2 open)" in page
        assert "overdue</strong>" not in page

    @pytest.mark.parametrize("path", PAGES)
    def test_says_what_is_overdue_until_somebody_answers(self, desk, path):
        made = desk.alert(desk.participant(), Trigger.DIARY_WARNING_SIGN)
        page = desk.page(path)
        assert "1 alert is overdue." in page
        assert "(1 open, 1 overdue)" in page
        desk.staff.post(f"/care/alerts/{made}", {"state": "contacted"})
        assert "1 alert is overdue." not in desk.page(path)

    def test_somebody_of_another_study_is_told_nothing(self, desk, tool, app):
        desk.alert(desk.participant(), Trigger.DIARY_WARNING_SIGN)
        other = type(desk.clinic)(tool, protocol_key="care", study_key="other")
        page = other.browser(app, "staff", locale="en").get("/staff/").text
        assert "nav-count" not in page
        assert "is overdue" not in page


class TestOverview:
    def test_counts_at_the_top_who_needs_what(self, desk):
        one = desk.participant()
        desk.entry(one, TODAY - 9 * timedelta(days=1))
        desk.entry(desk.participant())
        desk.alert(one, Trigger.NOTE_TO_READ)
        page = desk.page("/staff/")
        assert re.search(r"<dt>Alerts</dt><dd>1</dd>", page)
        assert re.search(r"<dt>Diaries to answer<span.*?1 overdue.*?</dt><dd>2</dd>", page)

    def test_somebody_out_of_touch_is_named_once(self, desk):
        one = desk.participant(day=20)
        assert "Has not opened the course yet" in desk.page("/staff/")
        desk.alert(one, Trigger.OUT_OF_TOUCH)
        page = desk.page("/staff/")
        assert "Not seen for a week, or two diary entries missed" in page
        assert "Has not opened the course yet" not in page

    def test_an_alert_due_soon_stands_above_an_old_diary_on_overview_and_alerts_page(
        self, desk, clock
    ):
        week_ago = TODAY - timedelta(days=6)
        ana = desk.participant(name="Ana")
        desk.entry(ana, week_ago)
        desk.alert(ana, Trigger.PAIN_HIGH)
        desk.alert(desk.participant(name="Berta"), Trigger.LEG_SYMPTOMS)
        desk.entry(desk.participant(name="Carla"), week_ago)
        overview, page = desk.page("/staff/"), desk.page("/care/alerts")
        assert overview.index("Berta") < overview.index("Ana") < overview.index("Carla")
        assert page.index("Berta") < page.index("Ana")

    def test_an_overdue_alert_stands_above_everything(self, desk, clock):
        desk.entry(desk.participant(name="Berta"))
        desk.alert(desk.participant(name="Ana"), Trigger.LEG_PAIN)
        clock.move(hours=11)
        assert "is overdue" not in desk.page("/staff/")
        clock.move(hours=0.9)
        with desk.clinic.writing() as session:
            session.scalars(select(Alert)).one().due_at -= timedelta(hours=13)
        page = desk.page("/staff/")
        assert "1 alert is overdue" in page
        assert page.index(">Ana<") < page.index(">Berta<")

    def test_the_next_action_leads_to_the_alert(self, desk):
        made = desk.alert(desk.participant(), Trigger.PAIN_HIGH)
        assert f"/care/alerts/{made}" in desk.page("/staff/")

    def test_a_closed_alert_is_gone(self, desk):
        made = desk.alert(desk.participant(), Trigger.PAIN_HIGH)
        desk.staff.post(f"/care/alerts/{made}", {"state": "closed", "reason": "not_needed"})
        assert f"/care/alerts/{made}" not in desk.page("/staff/")
