"""In a trial who treats knows their own and who enrols nobody allocated; else staff know all."""

import pytest

from modules.records import summaries
from modules.safety.triggers import Trigger
from modules.services import alerts
from plugin.app import create_app
from plugin.models import AuditEvent, Role
from tests.factories import CONTROL, NOON, TREATED, Browser, Clinic


@pytest.fixture
def here(database, make_tool) -> Clinic:
    """A trial on each kind of database."""
    return Clinic(make_tool(database))


@pytest.fixture
def enter(here):
    app = create_app(tool=here.tool)
    return lambda kind, **more: here.browser(app, kind, locale="en", **more)


@pytest.fixture
def people(here):
    """One of each arm, on their way for two weeks, whom nobody looks after yet."""
    with here.writing() as session:
        return [
            here.patient(session, arm, 14, name).participant_id
            for arm, name in ((TREATED, "Ana"), (CONTROL, "Berta"))
        ]


def named(here: Clinic, participant_id, who: Browser) -> None:
    with here.writing() as session:
        here.looked_after(session, participant_id, who.user_id)


def alert(here: Clinic, participant_id, trigger: Trigger):
    with here.writing() as session:
        raised = alerts.raise_all(
            session, participant_id, [trigger], participant_id, here.tool.now()
        )
        return raised[0].id


ONE = (
    "/staff/participants/{}",
    "/staff/participants/{}/contact",
    "/staff/participants/{}/time-zone",
    "/staff/participants/{}/withdrawal",
    "/care/diaries/{}",
    "/care/participants/{}/prescription",
    "/staff/paper/{}",
)


@pytest.fixture
def two(here, enter, people):
    """Two who treat: the one has Ana, the other has Berta."""
    first, second = enter("staff"), enter("staff")
    named(here, people[0], first)
    named(here, people[1], second)
    return first, second


@pytest.mark.parametrize("page", ONE)
def test_who_treats_opens_their_own_and_nobody_elses(two, people, page):
    path = page.format(people[0])
    assert [who.get(path).status_code for who in two] == [200, 404]


def test_lists_hold_ones_own(two):
    for path in ("/staff/", "/care/diaries", "/sessions/"):
        assert "Berta" not in two[0].get(path).text, path
    assert "Ana" in two[0].get("/staff/").text


def test_before_allocation_everybody_of_the_team_knows_a_participant(here, enter):
    participant_id = here.screened(())
    for kind in ("staff", "enroller"):
        assert enter(kind).get(f"/staff/participants/{participant_id}").status_code == 200


def test_who_enrols_knows_nobody_who_is_allocated(two, people, enter):
    enroller = enter("enroller")
    assert enroller.get("/staff/").status_code == 200
    for participant_id in people:
        assert enroller.get(f"/staff/participants/{participant_id}").status_code == 404


@pytest.mark.parametrize("path", ["/care/alerts", "/care/colleagues", "/sessions/", "/admin/team"])
def test_who_enrols_does_not_treat_and_names_nobody(enter, path):
    assert enter("enroller").get(path).status_code == 403


def test_who_treats_enrols_nobody(enter):
    assert enter("staff").get("/staff/people").status_code == 403


def test_where_nobody_is_allocated_staff_enrol_and_know_everybody(here, enter):
    care = Clinic(here.tool, protocol_key="care", study_key="consulta")
    staff = care.browser(create_app(tool=here.tool), "staff")
    with care.writing() as session:
        participant_id = care.patient(session).participant_id
    assert staff.get(f"/staff/participants/{participant_id}").status_code == 200
    assert staff.get("/staff/people").status_code == 200
    assert staff.get("/care/colleagues").status_code == 404


class TestColleagues:
    def test_the_list_names_who_looks_after_whom_and_no_arm(self, here, two):
        page = two[0].get("/care/colleagues").text
        assert "Berta" in page
        assert "Ana" not in page
        assert not any(arm.label.en in page for arm in here.protocol.arms)

    def test_somebody_is_taken_over_with_a_reason_that_is_kept(self, here, two, people):
        first, second = two
        answer = first.post(f"/care/colleagues/{people[1]}", {"reason": "stand_in"})
        assert answer.status_code == 303
        assert first.get(f"/staff/participants/{people[1]}").status_code == 200
        assert second.get(f"/staff/participants/{people[1]}").status_code == 404
        (event,) = here.rows(AuditEvent, AuditEvent.action == "participant.taken_over")
        assert (event.actor_id, event.subject_id) == (first.user_id, people[1])
        assert event.detail == {"reason": "stand_in"}

    def test_without_a_reason_nobody_is(self, here, two, people):
        for form in ({}, {"reason": "curious"}):
            assert two[0].post(f"/care/colleagues/{people[1]}", form).status_code == 422
        with here.tool.database.reading() as session:
            held = summaries.reviewers(session, here.study_id)
        assert held[people[1]] == two[1].user_id

    def test_one_is_not_taken_over_from_oneself(self, two, people):
        answer = two[0].post(f"/care/colleagues/{people[0]}", {"reason": "stand_in"})
        assert answer.status_code == 404

    def test_who_hands_over_goes_back_to_the_list(self, two, people):
        form = {"reviewer": str(two[1].user_id)}
        answer = two[0].post(f"/care/diaries/{people[0]}/reviewer", form)
        assert answer.headers["Location"].endswith("/care/diaries")
        assert two[1].get(f"/staff/participants/{people[0]}").status_code == 200


class TestAlerts:
    def test_what_cannot_wait_is_seen_by_all_without_what_it_is(self, here, two, people):
        alert(here, people[1], Trigger.DIARY_WARNING_SIGN)
        page = two[0].get("/care/alerts").text
        assert "Berta" in page
        assert "Take over" in page
        assert Trigger.DIARY_WARNING_SIGN.label.en not in page

    def test_what_can_wait_is_seen_by_who_looks_after_the_participant(self, here, two, people):
        made = alert(here, people[1], Trigger.NOTE_TO_READ)
        assert "Berta" not in two[0].get("/care/alerts").text
        assert two[0].get(f"/care/alerts/{made}").status_code == 404
        assert two[1].get(f"/care/alerts/{made}").status_code == 200

    def test_of_somebody_not_allocated_yet_all_who_treat_answer_it(self, here, enter):
        staff = enter("staff")
        made = alert(here, here.screened(()), Trigger.DIARY_WARNING_SIGN)
        assert staff.get(f"/care/alerts/{made}").status_code == 200


class TestRole:
    def test_who_has_seen_arms_does_not_become_who_enrols(self, here, two, enter):
        two[0].get("/staff/")
        with here.writing() as session:
            session.add(
                AuditEvent(
                    at=NOON, study_id=here.study_id, actor_id=two[0].user_id, action="x.done"
                )
            )
        answer = two[1].post(f"/admin/team/{two[0].user_id}/role", {"role": "enroller"})
        assert answer.status_code == 409

    def test_nobody_is_named_for_it_where_nobody_is_allocated(self, here):
        care = Clinic(here.tool, protocol_key="care", study_key="consulta")
        app = create_app(tool=here.tool)
        staff, other = care.browser(app, "staff"), care.browser(app, "visitor")
        assert 'value="enroller"' not in staff.get("/admin/team").text
        answer = staff.post(f"/admin/team/{other.user_id}/role", {"role": Role.ENROLLER.value})
        assert answer.status_code == 403
