"""A participant moves: today, diary, reminders and quiet hours follow; what was lived stays."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from modules.records import visit_summaries
from modules.records.models import DiaryEntry, LoginDay, Participant
from modules.services import course
from modules.study import days
from modules.study.zones import Zones
from notifications.models import OutboxMessage
from plugin.models import AuditEvent
from plugin.worker import Tasks
from tests.factories import LEARNER, TODAY, contact

DAY = timedelta(days=1)
MEXICO, TIJUANA, CANCUN = "America/Mexico_City", "America/Tijuana", "America/Cancun"


def move(team, one, zone=TIJUANA, since=TODAY + DAY):
    return team.staff.post(
        f"/staff/participants/{one}/time-zone", {"time_zone": zone, "since": since.isoformat()}
    )


def zones_of(team, one):
    with team.clinic.tool.database.reading() as session:
        return session.get_one(Participant, one).zones


class TestThePage:
    def test_another_clock_counts_from_the_chosen_day_on(self, team):
        one = team.participant()
        assert move(team, one).status_code == 302
        assert zones_of(team, one) == Zones(MEXICO).changed(TODAY + DAY, TIJUANA)
        page = team.page(f"/staff/participants/{one}")
        assert "Time zone: Mexico City (Central Time)" in page
        assert "Tijuana (Pacific Time)" in page

    def test_who_changed_it_is_kept(self, team):
        one = team.participant()
        move(team, one)
        event = team.clinic.rows(AuditEvent, AuditEvent.action == "time_zone.changed")[0]
        assert (event.actor_id, event.subject_id) == (team.staff.user_id, one)
        assert event.detail == {"zone": TIJUANA, "since": (TODAY + DAY).isoformat()}

    @pytest.mark.parametrize(
        ("zone", "since", "words"),
        [
            (TIJUANA, TODAY, "This day has begun. Please choose a later one."),
            (TIJUANA, TODAY - 3 * DAY, "This day has begun. Please choose a later one."),
            (TIJUANA, TODAY + 400 * DAY, "Please choose a day within a year."),
            ("Europe/Paris", TODAY + DAY, "This choice is no longer offered."),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_is_kept(self, team, zone, since, words):
        one = team.participant()
        answer = move(team, one, zone, since)
        assert answer.status_code == 422
        assert words in answer.text
        assert zones_of(team, one) == Zones(MEXICO)

    def test_a_plan_is_taken_back_by_the_clock_that_counts(self, team):
        one = team.participant()
        move(team, one, since=TODAY + 5 * DAY)
        move(team, one, MEXICO)
        assert zones_of(team, one) == Zones(MEXICO)


class TestEnrolment:
    def enrolled(self, team, **sent):
        with team.clinic.writing() as session:
            membership = team.clinic.member(session, "Persona Nueva", LEARNER)
            key = membership.id
        enroller = team.clinic.browser(team.app, "enroller")
        answer = enroller.post(f"/staff/people/{key}/enrol", sent)
        with team.clinic.tool.database.reading() as session:
            newest = select(Participant).order_by(Participant.enrolled_on.desc())
            return answer, session.scalars(newest.where(Participant.day_one.is_(None))).first()

    def test_the_clock_is_chosen_when_somebody_is_enrolled(self, team):
        _answer, person = self.enrolled(team, time_zone=CANCUN)
        assert person.time_zone == CANCUN

    def test_without_a_choice_it_is_the_protocols(self, team):
        _answer, person = self.enrolled(team)
        assert person.time_zone == MEXICO

    def test_a_clock_that_is_not_offered_enrols_nobody(self, team):
        answer, person = self.enrolled(team, time_zone="Europe/Paris")
        assert answer.status_code == 422
        assert person is None


class TestWhatFollows:
    def test_days_already_written_do_not_move(self, team):
        one = team.participant()
        team.entry(one, TODAY - DAY)
        team.entry(one, TODAY)
        before = sorted(each.day for each in team.clinic.rows(DiaryEntry))
        move(team, one)
        assert sorted(each.day for each in team.clinic.rows(DiaryEntry)) == before

    def test_lists_and_log_ins_count_the_new_days(self, team, clock):
        one = team.participant()
        move(team, one)
        # 01:30 of the next day in Mexico City is still the evening before in Tijuana.
        for minutes, today in ((13 * 60 + 30, TODAY), (30, TODAY + DAY)):
            clock.move(minutes=minutes)
            now = team.clinic.tool.now()
            with team.clinic.writing() as session:
                study_id = session.get_one(Participant, one).study_id
                course.record_login(session, one, now)
                facts = {each.id: each for each in visit_summaries.people(session, study_id)}
            assert days.today_for(now, facts[one].time_zone) == today
            assert max(each.day for each in team.clinic.rows(LoginDay)) == today

    def test_reminders_keep_their_hour_on_the_new_clock(self, team, clock):
        one = team.participant(day=10)
        with team.clinic.writing() as session:
            contact(session, one)
        move(team, one)
        clock.move(days=1)
        Tasks(team.clinic.tool).plan_reminders()
        (row,) = team.clinic.rows(OutboxMessage, OutboxMessage.kind == "diary_due")
        assert row.not_before == datetime.combine(TODAY + DAY, time(18), ZoneInfo(TIJUANA))
