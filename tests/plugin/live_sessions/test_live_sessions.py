"""Live sessions from plan to attendance; an arm without them meets them nowhere."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from icalendar import Calendar

from modules.records.live_session_models import LiveSession, LiveSessionAttendance, LiveSessionState
from modules.services import live_sessions as service
from notifications.models import OutboxMessage, State
from plugin import reminders
from plugin.worker import Tasks
from tests import factories
from tests.factories import TODAY

LINK = "https://meet.example.org/columna-room"
START = datetime(2026, 11, 13, 0, 0, tzinfo=UTC)
"""Thursday 12 November, 18:00 in Mexico City; the clock shows noon of that day."""


@pytest.fixture
def staff(client_for):
    return client_for("staff")


@pytest.fixture
def patient(client_for, clinic):
    """A treated participant on day 3 who agreed to be reminded."""
    browser = client_for("patient")
    with clinic.writing() as session:
        factories.contact(session, browser.participant_id)
    return browser


@pytest.fixture
def plan(clinic, staff, tool):
    """Return a planner of a group: six Thursdays at 18:00 from today on."""

    def make(*, everyone: bool = True, begins_on=TODAY, name: str = "Jueves"):
        form = service.GroupForm(
            name, begins_on, time(18), "America/Mexico_City", 45, 6, LINK, everyone
        )
        with clinic.writing() as session:
            return service.plan(session, clinic.study_id, form, staff.user_id, tool.now())

    return make


@pytest.fixture
def first(clinic, plan):
    """The first session of a group for everybody."""
    plan()
    return sessions(clinic)[0]


def sessions(clinic) -> list[LiveSession]:
    return sorted(clinic.rows(LiveSession), key=lambda row: row.starts_at)


def outbox(clinic, kind: str) -> list[OutboxMessage]:
    return clinic.rows(OutboxMessage, OutboxMessage.kind == kind)


def moved(day: str = "2026-11-14", starts: str = "10:00") -> dict[str, str]:
    return {"day": day, "starts": starts, "minutes": "45"}


class TestPlanning:
    FORM = {
        "name": "Grupo 1",
        "begins_on": "2026-11-12",
        "starts": "18:00",
        "minutes": "45",
        "weeks": "6",
        "link": LINK,
        "everyone": "y",
    }

    def test_makes_one_session_a_week_at_the_local_hour(self, staff, clinic):
        assert staff.post("/sessions/groups", self.FORM).status_code == 303
        starts = [row.starts_at for row in sessions(clinic)]
        assert starts == [START + timedelta(weeks=week) for week in range(6)]

    @pytest.mark.parametrize(
        ("field", "value"),
        [("link", "http://x"), ("weeks", "99"), ("minutes", ""), ("name", " "), ("starts", "noon")],
    )
    def test_faults_come_back_and_nothing_is_planned(self, staff, clinic, field, value):
        assert staff.post("/sessions/groups", self.FORM | {field: value}).status_code == 422
        assert sessions(clinic) == []

    def test_members_are_in_one_group_only(self, staff, clinic, plan, patient):
        one, two = plan(everyone=False, name="A"), plan(everyone=False, name="B")
        for group in (one, two):
            staff.post(f"/sessions/groups/{group}", {"members": str(patient.participant_id)})
        with clinic.tool.database.reading() as session:
            members = {g.name: g.members for g in service.groups(session, clinic.study_id)}
        assert members == {"A": frozenset(), "B": frozenset({patient.participant_id})}

    def test_only_people_whose_arm_has_sessions_can_be_invited(self, staff, plan, client_for):
        group = plan(everyone=False)
        treated, control = client_for("patient"), client_for("control")
        page = staff.get(f"/sessions/groups/{group}").text
        assert str(treated.participant_id) in page
        assert str(control.participant_id) not in page
        staff.post(f"/sessions/groups/{group}", {"members": str(control.participant_id)})
        assert str(control.participant_id) not in staff.get(f"/sessions/groups/{group}").text


class TestTheParticipant:
    def test_sees_the_next_session_on_today(self, patient, first):
        page = patient.get("/today").text
        assert "jueves 12 de noviembre, 18:00" in page
        assert LINK not in page

    def test_finds_the_way_in_a_quarter_of_an_hour_before(self, patient, first, clock):
        clock.moment = START - timedelta(minutes=15)
        assert LINK in patient.get("/today").text

    def test_going_in_is_noted_once_with_its_first_moment(self, patient, first, clinic, clock):
        clock.moment = START
        patient.post(f"/live/{first.id}")
        clock.move(minutes=5)
        answer = patient.post(f"/live/{first.id}")
        assert answer.status_code == 303
        assert [row.joined_at for row in clinic.rows(LiveSessionAttendance)] == [START]
        assert LINK in patient.get(f"/live/{first.id}").text

    def test_who_went_in_reads_so_until_the_team_confirms_it(self, patient, first, staff, clock):
        clock.moment = START
        patient.post(f"/live/{first.id}")
        clock.move(hours=3)
        assert "Entraste; tu equipo lo confirma" in patient.get("/live/").text
        staff.post(f"/sessions/{first.id}/attendance", {"present": str(patient.participant_id)})
        page = patient.get("/live/").text
        assert "Asististe" in page
        assert "Entraste" not in page

    def test_nobody_goes_in_while_the_way_is_shut(self, patient, first, clinic):
        assert patient.post(f"/live/{first.id}").status_code == 422
        assert clinic.rows(LiveSessionAttendance) == []
        assert LINK not in patient.get(f"/live/{first.id}").text

    def test_of_another_group_sees_nothing_of_it(self, patient, plan, clinic):
        plan(everyone=False)
        assert patient.get(f"/live/{sessions(clinic)[0].id}").status_code == 404
        assert "18:00" not in patient.get("/today").text

    def test_has_the_sessions_of_the_own_weeks_only(self, client_for, plan):
        plan()
        late = client_for("patient", day=36)
        calendar = Calendar.from_ical(late.get("/live/calendar.ics").data)
        assert len(calendar.walk("VEVENT")) == 1

    def test_a_calendar_holds_neither_subject_nor_link(self, patient, first):
        answer = patient.get("/live/calendar.ics")
        (event, *_rest) = Calendar.from_ical(answer.data).walk("VEVENT")
        assert answer.content_type.startswith("text/calendar")
        assert event.decoded("dtstart") == START
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=45)
        assert event["uid"] == f"{first.id}@columna"
        assert not re.search("meet|lumbar|dolor|espalda|Grupo|Jueves", answer.text)

    def test_sees_that_a_session_is_cancelled(self, patient, staff, first):
        staff.post(f"/sessions/{first.id}/cancel")
        assert "no se realiza" in patient.get("/today").text
        (event, *_rest) = Calendar.from_ical(patient.get("/live/calendar.ics").data).walk("VEVENT")
        assert (event["status"], event["sequence"]) == ("CANCELLED", 1)


class TestAnArmWithoutSessions:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", "/live/"),
            ("get", "/live/calendar.ics"),
            ("get", "/live/{id}"),
            ("post", "/live/{id}"),
            ("get", "/sessions/"),
            ("post", "/sessions/{id}/cancel"),
        ],
    )
    def test_has_none_of_it_on_any_address(self, client_for, first, method, path):
        control = client_for("control")
        assert getattr(control, method)(path.format(id=first.id)).status_code == 403

    def test_reads_nothing_of_it_on_today(self, client_for, first, clock):
        clock.moment = START
        page = client_for("control").get("/today").text
        assert not re.search("sesi[oó]n en vivo|/live/|meet", page)

    def test_is_told_of_no_change(self, client_for, clinic, staff, first):
        control = client_for("control")
        with clinic.writing() as session:
            factories.contact(session, control.participant_id)
        staff.post(f"/sessions/{first.id}/cancel")
        assert clinic.rows(OutboxMessage) == []

    def test_is_not_on_the_list_of_those_who_could_be_there(self, client_for, staff, first, clock):
        control = client_for("control")
        clock.moment = START
        assert str(control.participant_id) not in staff.get(f"/sessions/{first.id}").text


class TestAttendance:
    def confirm(self, staff, session, **people: str):
        present = {"present": list(people)}
        minutes = {f"minutes-{key}": value for key, value in people.items() if value}
        return staff.post(f"/sessions/{session.id}/attendance", present | minutes)

    def test_is_confirmed_by_staff_with_minutes(self, staff, patient, first, clinic, clock):
        clock.moment = START + timedelta(hours=1)
        assert self.confirm(staff, first, **{str(patient.participant_id): "40"}).status_code == 303
        (row,) = clinic.rows(LiveSessionAttendance)
        assert (row.present, row.minutes, row.confirmed_by) == (True, 40, staff.user_id)
        assert row.confirmed_at == clock()

    def test_who_is_not_ticked_was_not_there(self, staff, patient, first, clinic, clock):
        clock.moment = START + timedelta(hours=1)
        self.confirm(staff, first)
        assert [row.present for row in clinic.rows(LiveSessionAttendance)] == [False]

    def test_one_click_says_that_everybody_was_there(self, staff, patient, first, clinic, clock):
        with clinic.writing() as session:
            other = clinic.patient(session, name="Berta").participant_id
        clock.moment = START + timedelta(hours=1)
        path = f"/sessions/{first.id}/attendance"
        answer = staff.post(path, {"action": "everybody", f"minutes-{other}": "20"})
        rows = {row.participant_id: row for row in clinic.rows(LiveSessionAttendance)}
        assert {row.present for row in rows.values()} == {True}
        assert rows.keys() >= {patient.participant_id, other}
        assert rows[other].minutes == 20
        assert answer.location.endswith(f"/sessions/{first.id}")

    def test_whoever_was_missing_is_unticked_afterwards(self, staff, patient, first, clinic, clock):
        clock.moment = START + timedelta(hours=1)
        staff.post(f"/sessions/{first.id}/attendance", {"action": "everybody"})
        self.confirm(staff, first)
        assert [row.present for row in clinic.rows(LiveSessionAttendance)] == [False]

    def test_people_stand_in_the_order_of_their_names(self, staff, first, clinic, clock):
        with clinic.writing() as session:
            for name in ("Carla", "ana", "Berta"):
                clinic.patient(session, name=name)
        clock.moment = START + timedelta(hours=1)
        page = staff.get(f"/sessions/{first.id}").text
        assert page.index(">ana<") < page.index(">Berta<") < page.index(">Carla<")

    def test_waits_on_the_schedule_until_it_is_confirmed(self, staff, patient, first, clock):
        clock.moment = START + timedelta(hours=1)
        assert "por confirmar" in staff.get("/sessions/").text
        self.confirm(staff, first)
        assert "por confirmar" not in staff.get("/sessions/").text

    def test_cannot_be_confirmed_before_the_session(self, staff, patient, first, clinic):
        assert self.confirm(staff, first).status_code == 422
        assert clinic.rows(LiveSessionAttendance) == []

    @pytest.mark.parametrize("minutes", ["-3", "many", "9999", "241"])
    def test_odd_minutes_come_back_and_nothing_is_saved(
        self, staff, patient, first, clinic, clock, minutes
    ):
        clock.moment = START + timedelta(hours=1)
        answer = self.confirm(staff, first, **{str(patient.participant_id): minutes})
        assert answer.status_code == 422
        assert clinic.rows(LiveSessionAttendance) == []
        field = f'id="minutes-{patient.participant_id}"'
        assert f'value="{minutes}"' in answer.text.split(field)[1].split(">")[0]
        assert "error-summary" in answer.text

    def test_counts_in_the_week_of_the_programme(self, staff, patient, first, clock):
        clock.moment = START + timedelta(hours=1)
        self.confirm(staff, first, **{str(patient.participant_id): ""})
        page = " ".join(staff.get(f"/staff/participants/{patient.participant_id}").text.split())
        assert ">1/1<" in page


class TestNews:
    def test_moving_tells_those_concerned_of_the_moment_that_was_planned(
        self, staff, patient, first, clinic
    ):
        staff.post(f"/sessions/{first.id}/move", moved())
        (news,) = outbox(clinic, "session_changed")
        assert news.participant_id == patient.participant_id
        assert news.variables == {"date": "2026-11-12", "time": "18:00"}
        assert sessions(clinic)[0].starts_at == datetime(2026, 11, 14, 16, 0, tzinfo=UTC)

    def test_the_news_goes_out_once(self, staff, patient, first, clinic, tool):
        staff.post(f"/sessions/{first.id}/cancel")
        tasks = Tasks(tool)
        for _run in range(2):
            tasks.deliver_reminders()
        assert [row.state for row in outbox(clinic, "session_changed")] == [State.DELIVERED]

    def test_a_second_change_makes_the_first_news_needless(self, staff, patient, first, clinic):
        staff.post(f"/sessions/{first.id}/move", moved())
        staff.post(f"/sessions/{first.id}/move", moved(starts="12:00"))
        states = sorted(row.state for row in outbox(clinic, "session_changed"))
        assert states == [State.CANCELLED, State.PLANNED]

    def test_nobody_is_told_who_did_not_agree(self, client_for, staff, first, clinic):
        client_for("patient")
        staff.post(f"/sessions/{first.id}/cancel")
        assert clinic.rows(OutboxMessage) == []

    def test_nobody_is_woken_at_night(self, client_for, patient, first, clinic, clock):
        clock.moment = datetime(2026, 11, 12, 10, 0, tzinfo=UTC)  # 04:00 in Mexico City
        client_for("staff").post(f"/sessions/{first.id}/cancel")
        (news,) = outbox(clinic, "session_changed")
        assert news.not_before == datetime(2026, 11, 12, 14, 0, tzinfo=UTC)

    @pytest.mark.parametrize(("day", "starts"), [("2026-11-12", "11:00"), ("never", "10:00")])
    def test_no_session_is_moved_into_the_past_or_nowhere(
        self, staff, patient, first, clinic, day, starts
    ):
        assert staff.post(f"/sessions/{first.id}/move", moved(day, starts)).status_code == 422
        assert sessions(clinic)[0].starts_at == START
        assert clinic.rows(OutboxMessage) == []

    def test_a_cancelled_session_stays_cancelled(self, staff, first, clinic):
        staff.post(f"/sessions/{first.id}/cancel")
        assert staff.post(f"/sessions/{first.id}/move", moved()).status_code == 409
        assert sessions(clinic)[0].state is LiveSessionState.CANCELLED


class TestReminder:
    EVENING_BEFORE = datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
    """Wednesday 18 November, 18:00: the second session is on Thursday."""

    def planned(self, tool, clinic) -> list[OutboxMessage]:
        reminders.plan_all(tool, tool.now())
        return outbox(clinic, "session_due")

    def test_comes_the_evening_before_with_day_and_hour(self, patient, first, clinic, tool, clock):
        clock.moment = self.EVENING_BEFORE - timedelta(hours=1)
        (reminder,) = self.planned(tool, clinic)
        assert reminder.not_before == self.EVENING_BEFORE
        assert reminder.variables == {"date": "2026-11-19", "time": "18:00"}

    def test_is_sent(self, patient, first, clinic, tool, clock):
        clock.moment = self.EVENING_BEFORE
        self.planned(tool, clinic)
        Tasks(tool).deliver_reminders()
        assert [row.state for row in outbox(clinic, "session_due")] == [State.DELIVERED]

    def test_is_taken_back_when_the_session_is_cancelled(
        self, patient, client_for, first, clinic, tool, clock
    ):
        clock.moment = self.EVENING_BEFORE - timedelta(hours=1)
        self.planned(tool, clinic)
        client_for("staff").post(f"/sessions/{sessions(clinic)[1].id}/cancel")
        assert [row.state for row in outbox(clinic, "session_due")] == [State.CANCELLED]
        assert self.planned(tool, clinic)[0].state is State.CANCELLED

    def test_an_arm_without_sessions_gets_none(self, client_for, first, clinic, tool, clock):
        control = client_for("control")
        with clinic.writing() as session:
            factories.contact(session, control.participant_id)
        clock.moment = self.EVENING_BEFORE
        assert self.planned(tool, clinic) == []
