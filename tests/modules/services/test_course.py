"""From enrolment to withdrawal: each step once, in a form that can be taken, kept for good."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from modules.errors import AlreadyRecorded, InvalidEntry, NotFound
from modules.records import queries
from modules.records.models import (
    Consent,
    LoginDay,
    Participant,
    ParticipantStatus,
    Screening,
)
from modules.services import course
from modules.services.course import ScreeningForm
from plugin.trial import allocation
from tests import factories
from tests.factories import NOON, TODAY, Clinic

STAFF = uuid.UUID(int=9)


@pytest.fixture
def anywhere(database, make_tool) -> Clinic:
    return Clinic(make_tool(database))


def form(clinic: Clinic, **changes: object) -> ScreeningForm:
    criteria = clinic.protocol.eligibility.inclusion + clinic.protocol.eligibility.exclusion
    values: dict[str, object] = {
        "answers": {c.key: c.rule for c in criteria if c.rule in ("yes", "no")},
        "age_years": 44,
        "sex": "female",
        "height_cm": 160,
        "weight_kg": 70.5,
        "comorbidities": ("diabetes",),
        "activity_level": 2,
    }
    return ScreeningForm(**{**values, **changes})  # type: ignore[arg-type]


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


class TestScreening:
    def save(self, clinic, one, at=NOON, **changes):
        with clinic.writing() as session:
            answers = form(clinic, **changes)
            course.record_screening(session, one, clinic.protocol, answers, STAFF, at)

    def test_filled_again_it_counts_and_what_was_there_stays_beside_it(self, anywhere):
        one = anywhere.screened(())
        for hours, age in enumerate((44, 45, 46)):
            self.save(anywhere, one, NOON + timedelta(hours=hours), age_years=age)

        rows = sorted(anywhere.rows(Screening), key=lambda row: row.recorded_at)
        assert [row.age_years for row in rows] == [44, 45, 46]
        assert [row.superseded_at for row in rows] == [
            NOON + timedelta(hours=1),
            NOON + timedelta(hours=2),
            None,
        ]
        with anywhere.tool.database.reading() as session:
            assert queries.participant(session, one).covariates.age_years == 46
            (checked,) = allocation.papers(session, anywhere.study_id).screenings.values()
            assert checked.age_years == 46

    def test_the_same_form_sent_twice_is_one(self, anywhere):
        one = anywhere.screened(())
        for _ in range(2):
            self.save(anywhere, one)

        assert len(anywhere.rows(Screening)) == 1

    def test_two_who_save_at_the_same_instant_leave_one_that_counts(self, anywhere):
        one = anywhere.screened(())
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda age: self.save(anywhere, one, age_years=age), (41, 42, 43, 44)))

        rows = anywhere.rows(Screening)
        assert len(rows) == 4
        assert len([row for row in rows if row.superseded_at is None]) == 1

    def test_after_the_first_day_it_stays(self, clinic):
        with clinic.writing() as session:
            one = clinic.patient(session).participant_id
        with pytest.raises(AlreadyRecorded), clinic.writing() as session:
            course.record_screening(session, one, clinic.protocol, form(clinic), STAFF, NOON)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"age_years": -1}, "age_years"),
            ({"age_years": 121}, "age_years"),
            ({"height_cm": 99}, "height_cm"),
            ({"weight_kg": 24.9}, "weight_kg"),
            ({"weight_kg": float("nan")}, "weight_kg"),
            ({"activity_level": 5}, "activity_level"),
            ({"sex": "x"}, "sex"),
            ({"comorbidities": ("plague",)}, "comorbidities"),
            ({"answers": {}}, "pregnancy"),
        ],
    )
    def test_every_wrong_field_is_named(self, clinic, changes, field):
        one = clinic.screened(())
        answers = form(clinic, **changes)
        with pytest.raises(InvalidEntry) as refused, clinic.writing() as session:
            course.record_screening(session, one, clinic.protocol, answers, STAFF, NOON)

        assert field in refused.value.fields
        assert clinic.rows(Screening) == []


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
