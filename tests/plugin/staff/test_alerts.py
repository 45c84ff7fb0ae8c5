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


def alert(team, alert_id):
    """Return an alert as it is stored."""
    return team.clinic.rows(Alert, Alert.id == alert_id)[0]


def trail(team, alert_id):
    """Return the actions of the audit trail of an alert, in order."""
    with team.clinic.tool.database.reading() as session:
        found = select(AuditEvent.action).where(AuditEvent.subject_id == alert_id)
        return list(session.scalars(found.order_by(AuditEvent.at)))


def test_the_page_names_participant_reason_and_due_time(team):
    one = team.participant(name="Ana Sintética")
    team.alert(one, Trigger.LEG_SYMPTOMS)
    page = team.page("/care/alerts")
    assert "Ana Sintética" in page
    assert "New numbness, tingling or weakness in one leg: exercises are paused" in page
    assert "due by Thursday 12 November, 20:00" in page


def test_without_alerts_it_says_so(team):
    assert "No open alerts" in team.page("/care/alerts")


def test_somebody_takes_it_and_it_bears_their_name(team):
    made = team.alert(team.participant())
    answer = team.staff.post(f"/care/alerts/{made}", {"state": "acknowledged"})
    assert answer.status_code == 303
    assert alert(team, made).owner_id == team.staff.user_id
    assert "Taken: staff" in team.page("/care/alerts")


def test_every_step_is_in_the_audit_trail(team, clock):
    made = team.alert(team.participant())
    for data in (
        {"state": "acknowledged"},
        {"state": "contacted"},
        {"state": "closed", "reason": "referred"},
    ):
        clock.move(minutes=5)
        team.staff.post(f"/care/alerts/{made}", data)
    assert trail(team, made) == ["alert.acknowledged", "alert.contacted", "alert.closed"]
    assert "Closed: Referred to a doctor or to emergency care" in team.page(f"/care/alerts/{made}")


def test_it_is_not_closed_without_a_reason(team):
    made = team.alert(team.participant())
    answer = team.staff.post(f"/care/alerts/{made}", {"state": "closed"})
    assert answer.status_code == 422
    assert "Choose a reason" in answer.text
    assert alert(team, made).state is AlertState.OPEN


@pytest.mark.parametrize("state", ["open", "gone", ""])
def test_a_state_that_is_no_step_changes_nothing(team, state):
    made = team.alert(team.participant())
    assert team.staff.post(f"/care/alerts/{made}", {"state": state}).status_code == 422
    assert alert(team, made).state is AlertState.OPEN


def test_what_was_written_stands_beside_what_to_do(team):
    one = team.participant()
    entry = team.entry(one, symptoms=["leg"], note="Hormigueo <nuevo>")
    with team.clinic.writing() as session:
        made = Alert(
            participant_id=one,
            trigger=Trigger.LEG_SYMPTOMS,
            source_id=entry,
            raised_at=team.clinic.tool.now(),
            due_at=team.clinic.tool.now(),
            changed_at=team.clinic.tool.now(),
        )
        session.add(made)
        session.flush()
        key = made.id
    page = team.page(f"/care/alerts/{key}")
    assert "Hormigueo &lt;nuevo&gt;" in page
    assert "leg: new numbness, tingling or weakness" in page
    assert "Exercises stay paused until you close this alert" in page


def test_an_alert_of_another_study_is_not_found(team):
    assert team.staff.get(f"/care/alerts/{uuid.uuid4()}").status_code == 404


def test_an_alert_of_the_other_arm_is_shown_too(team):
    """A questionnaire may fire in either arm."""
    one = team.participant(CONTROL)
    team.alert(one, Trigger.SUICIDAL_IDEATION)
    assert "Thoughts of death" in team.page(f"/staff/participants/{one}")


def test_an_emergency_stands_above_what_is_overdue_for_longer(team):
    team.alert(team.participant(name="Ana"), Trigger.LEG_SYMPTOMS)
    with team.clinic.writing() as session:
        session.scalars(select(Alert)).one().due_at -= timedelta(days=3)
    team.alert(team.participant(name="Berta"), Trigger.DIARY_WARNING_SIGN)
    for path in ("/care/alerts", "/staff/"):
        page = team.page(path)
        assert page.index(">Berta<") < page.index(">Ana<")


def test_it_says_who_is_responsible_before_anybody_has_taken_it(team):
    one = team.participant()
    team.staff.post(f"/care/diaries/{one}/reviewer", {"reviewer": str(team.staff.user_id)})
    team.alert(one)
    assert "Responsible: staff" in team.page("/care/alerts")


def test_a_colleague_takes_it_over(team, client_for):
    made = team.alert(team.participant())
    team.staff.post(f"/care/alerts/{made}", {"state": "acknowledged"})
    assert "I take it over" not in team.page(f"/care/alerts/{made}")
    colleague = client_for("staff", locale="en")
    assert "I take it over" in colleague.get(f"/care/alerts/{made}").text
    colleague.post(f"/care/alerts/{made}", {"state": "acknowledged"})
    assert alert(team, made).owner_id == colleague.user_id


class TestEveryPage:
    """What is open is counted on every page of the staff; what is overdue is said there."""

    PAGES = ("/staff/", "/care/colleagues", "/care/diaries", "/sessions/", "/staff/library/")

    @pytest.mark.parametrize("path", PAGES)
    def test_counts_what_is_open(self, team, path):
        one = team.participant()
        assert "nav-count" not in team.page(path)
        team.alert(one, Trigger.LEG_SYMPTOMS)
        team.alert(one, Trigger.NOTE_TO_READ)
        page = team.page(path)
        assert "(2 open)" in page
        assert "overdue</strong>" not in page

    @pytest.mark.parametrize("path", PAGES)
    def test_says_what_is_overdue_until_somebody_answers(self, team, path):
        made = team.alert(team.participant(), Trigger.DIARY_WARNING_SIGN)
        page = team.page(path)
        assert "1 alert is overdue." in page
        assert "(1 open, 1 overdue)" in page
        team.staff.post(f"/care/alerts/{made}", {"state": "contacted"})
        assert "1 alert is overdue." not in team.page(path)

    def test_somebody_of_another_study_is_told_nothing(self, team, tool, app):
        team.alert(team.participant(), Trigger.DIARY_WARNING_SIGN)
        other = type(team.clinic)(tool, protocol_key="care", study_key="other")
        page = other.browser(app, "staff", locale="en").get("/staff/").text
        assert "nav-count" not in page
        assert "is overdue" not in page


class TestOverview:
    def test_counts_at_the_top_who_needs_what(self, team):
        one = team.participant()
        team.entry(one, TODAY - 9 * timedelta(days=1))
        team.entry(team.participant())
        team.alert(one, Trigger.NOTE_TO_READ)
        page = team.page("/staff/")
        assert re.search(r"<dt><a [^>]*need=alerts[^>]*>Alerts</a></dt><dd>1</dd>", page)
        assert re.search(r">Diaries to answer</a> <span.*?1 overdue.*?</dt><dd>2</dd>", page)

    def test_somebody_out_of_touch_is_named_once(self, team):
        one = team.participant(day=20)
        assert "Has not opened the course yet" in team.page("/staff/")
        team.alert(one, Trigger.OUT_OF_TOUCH)
        page = team.page("/staff/")
        assert "Not seen for a week, or two diary entries missed" in page
        assert "Has not opened the course yet" not in page

    def test_an_alert_due_soon_stands_above_an_old_diary_on_overview_and_alerts_page(
        self, team, clock
    ):
        week_ago = TODAY - timedelta(days=6)
        ana = team.participant(name="Ana")
        team.entry(ana, week_ago)
        team.alert(ana, Trigger.PAIN_HIGH)
        team.alert(team.participant(name="Berta"), Trigger.LEG_SYMPTOMS)
        team.entry(team.participant(name="Carla"), week_ago)
        overview, page = team.page("/staff/"), team.page("/care/alerts")
        assert overview.index("Berta") < overview.index("Ana") < overview.index("Carla")
        assert page.index("Berta") < page.index("Ana")

    def test_an_overdue_alert_stands_above_everything(self, team, clock):
        team.entry(team.participant(name="Berta"))
        team.alert(team.participant(name="Ana"), Trigger.LEG_PAIN)
        clock.move(hours=11)
        assert "is overdue" not in team.page("/staff/")
        clock.move(hours=0.9)
        with team.clinic.writing() as session:
            session.scalars(select(Alert)).one().due_at -= timedelta(hours=13)
        page = team.page("/staff/")
        assert "1 alert is overdue" in page
        assert page.index(">Ana<") < page.index(">Berta<")

    def test_the_next_action_leads_to_the_alert(self, team):
        made = team.alert(team.participant(), Trigger.PAIN_HIGH)
        assert f"/care/alerts/{made}" in team.page("/staff/")

    def test_a_closed_alert_is_gone(self, team):
        made = team.alert(team.participant(), Trigger.PAIN_HIGH)
        team.staff.post(f"/care/alerts/{made}", {"state": "closed", "reason": "not_needed"})
        assert f"/care/alerts/{made}" not in team.page("/staff/")
