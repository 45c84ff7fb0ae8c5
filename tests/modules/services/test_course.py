"""From enrolment to withdrawal: each step once, in a form that can be taken, kept for good."""

import uuid
from datetime import timedelta

import pytest

from modules.errors import AlreadyRecorded, InvalidEntry, NotFound
from modules.records.models import (
    Consent,
    LoginDay,
    Participant,
    ParticipantStatus,
)
from modules.services import course
from tests import factories
from tests.factories import NOON, TODAY, Clinic

STAFF = uuid.UUID(int=9)


@pytest.fixture
def anywhere(database, make_tool) -> Clinic:
    return Clinic(make_tool(database))


class TestEnrolling:
    def test_in_a_trial_screening_begins(self, anywhere):
        with anywhere.writing() as session:
            key = course.enrol(session, anywhere.study_id, anywhere.protocol, NOON)
            one = session.get_one(Participant, key)

        assert (one.status, one.day_one) == (ParticipantStatus.SCREENING, None)
        assert one.enrolled_on == TODAY

    def test_in_care_the_first_day_is_today(self, tool):
        care = Clinic(tool, protocol_key="care", study_key="espalda")
        with care.writing() as session:
            key = course.enrol(session, care.study_id, care.protocol, NOON)
            one = session.get_one(Participant, key)

        assert (one.status, one.day_one) == (ParticipantStatus.ACTIVE, TODAY)

    def test_a_code_that_is_taken_is_drawn_again(self, clinic):
        letters = iter("222222222222333333")
        with clinic.writing() as session:
            for _ in range(2):
                course.enrol(
                    session, clinic.study_id, clinic.protocol, NOON, lambda _: next(letters)
                )

        assert {one.code for one in clinic.rows(Participant)} == {"222-222", "333-333"}

    def test_a_code_has_no_letter_that_is_easily_confused(self):
        codes = "".join(course.random_code() for _ in range(300))

        assert not set(codes) & set("01IO")
        assert len(course.random_code()) == 7


class TestConsent:
    def test_it_is_recorded_once(self, anywhere):
        one = anywhere.screened(())
        with anywhere.writing() as session:
            course.record_consent(session, one, " CI-2.0 ", TODAY, STAFF, NOON)
        with pytest.raises(AlreadyRecorded), anywhere.writing() as session:
            course.record_consent(session, one, "CI-2.1", TODAY, STAFF, NOON)

        (kept,) = anywhere.rows(Consent)
        assert (kept.version, kept.signed_on) == ("CI-2.0", TODAY)

    def test_nobody_signs_tomorrow(self, clinic):
        one = clinic.screened(())
        with pytest.raises(InvalidEntry) as refused, clinic.writing() as session:
            course.record_consent(session, one, " ", TODAY + timedelta(days=1), STAFF, NOON)

        assert set(refused.value.fields) == {"version", "signed_on"}


class TestLeaving:
    def test_what_was_recorded_stays(self, clinic):
        with clinic.writing() as session:
            one = clinic.patient(session).participant_id
            factories.diary_entry(session, one, TODAY)
            course.withdraw(session, one, "own_wish", TODAY)

        (left,) = clinic.rows(Participant)
        assert (left.status, left.withdrawn_on) == (ParticipantStatus.WITHDRAWN, TODAY)
        assert len(clinic.rows(factories.DiaryEntry)) == 1

    def test_nobody_leaves_twice(self, clinic):
        one = clinic.screened(())
        with clinic.writing() as session:
            course.withdraw(session, one, "moved", TODAY)
        with pytest.raises(AlreadyRecorded), clinic.writing() as session:
            course.withdraw(session, one, "moved", TODAY)


class TestLoggingIn:
    def test_a_day_counts_once(self, anywhere):
        one = anywhere.screened(())
        with anywhere.writing() as session:
            for hour in range(3):
                course.record_login(session, one, NOON + timedelta(hours=hour))
            course.record_login(session, one, NOON + timedelta(hours=12))

        assert sorted(row.day for row in anywhere.rows(LoginDay)) == [
            TODAY,
            TODAY + timedelta(days=1),
        ]


def test_somebody_unknown_is_not_found(clinic):
    with clinic.writing() as session, pytest.raises(NotFound):
        course.get(session, uuid.uuid4())
