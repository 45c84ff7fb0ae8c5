"""Alerts: raised with the entry that fires them, worked through in order, escalated when late."""

import uuid
from datetime import timedelta

import pytest

from modules.diary import entry as diary
from modules.errors import AlreadyRecorded, InvalidEntry, NotFound
from modules.records import queries
from modules.records.alert_models import Alert, AlertState
from modules.records.models import DiaryEntry
from modules.safety.triggers import Trigger
from modules.services import alerts, care, course, diaries
from tests.factories import NOON, TODAY, TRIAL, assessment, diary_entry, participant

BY = uuid.UUID(int=9)
DAY = timedelta(days=1)


@pytest.fixture
def study(database, protocols):
    """A study on each database, without people."""
    from_now = NOON - timedelta(days=30)
    with database.writing() as session:
        return course.create_study(session, "lumbar", protocols[TRIAL], from_now)


@pytest.fixture
def one(database, study):
    """A participant on study day 10 whose pain was 40 mm before day 1."""
    with database.writing() as session:
        who = participant(session, study, "K7F-3QX", TODAY - 9 * DAY).id
        assessment(session, who, "baseline", "vas_pain", TODAY - 10 * DAY, level=40)
        return who


def write(database, protocols, who, day=TODAY, key=None, **changes):
    """Write a diary entry as the patient's form does; return its key."""
    values = {"exercises": (), "minutes": 0, "symptoms": ()} | changes
    form = diary.DiaryForm(day=day, **values)
    with database.writing() as session:
        now = NOON - (TODAY - day)
        written = diaries.write(
            session, who, protocols[TRIAL], form, key or uuid.uuid4(), set(), now
        )
        return written.id


def raised(database, who):
    """Return the triggers of a participant's alerts."""
    with database.reading() as session:
        return sorted(alert.trigger for alert in alerts.of_participant(session, who))


class TestDiary:
    def test_a_warning_sign_is_saved_and_raises_an_alert_in_one_transaction(
        self, database, protocols, one
    ):
        entry = write(database, protocols, one, symptoms=("R1",))
        with database.reading() as session:
            alert = alerts.of_participant(session, one)[0]
            assert session.get(DiaryEntry, entry).symptoms == ["R1"]
            assert (alert.trigger, alert.source_id, alert.state) == ("T1", entry, AlertState.OPEN)

    def test_the_entry_is_not_there_without_its_alert(self, database, protocols, one, monkeypatch):
        def broken(*_all):
            raise RuntimeError

        monkeypatch.setattr(alerts, "raise_all", broken)
        with pytest.raises(RuntimeError):
            write(database, protocols, one, symptoms=("R1",))
        with database.reading() as session:
            assert queries.course_record(session, one).diary == ()

    @pytest.mark.parametrize(("pain", "alarms"), [(69, False), (70, True)])
    def test_pain_is_measured_against_the_visit_before_day_one_and_no_later_one(
        self, database, protocols, one, pain, alarms
    ):
        with database.writing() as session:
            for revision, level in ((1, 90), (2, 0)):
                assessment(
                    session, one, "week_2", "vas_pain", TODAY, level=level, revision=revision
                )
        write(database, protocols, one, pain_before_mm=pain)
        assert ("T3" in raised(database, one)) is alarms

    @pytest.mark.parametrize(
        ("said", "kept"), [(None, None), ((), ()), (("leg", "R2"), ("leg", "R2"))]
    )
    def test_no_answer_and_nothing_new_are_different(self, database, protocols, one, said, kept):
        write(database, protocols, one, symptoms=said)
        with database.reading() as session:
            assert queries.course_record(session, one).diary[0].symptoms == kept

    def test_the_same_form_sent_again_raises_nothing_again(self, database, protocols, one):
        key = uuid.uuid4()
        for _time in range(2):
            write(database, protocols, one, key=key, symptoms=("R1",))
        assert raised(database, one) == ["T1"]

    def test_the_day_written_anew_raises_nothing_again_while_the_alert_is_open(
        self, database, protocols, one
    ):
        for minutes in (0, 5):
            write(database, protocols, one, minutes=minutes, symptoms=("leg",))
        assert raised(database, one) == ["T2"]

    def test_it_raises_again_once_the_first_is_closed(self, database, protocols, one):
        write(database, protocols, one, symptoms=("R1",))
        with database.writing() as session:
            first = alerts.waiting(session, one)[0]
            alerts.move(session, first.id, AlertState.CLOSED, BY, NOON, "resolved")
        write(database, protocols, one, symptoms=("R1",))
        assert raised(database, one) == ["T1", "T1"]

    def test_three_entries_above_the_pain_before_day_1(self, database, protocols, one):
        for back in (2, 1, 0):
            write(database, protocols, one, TODAY - back * DAY, pain_before_mm=60)
        assert raised(database, one) == ["T4"]

    def test_a_fourth_one_does_not_raise_a_second_alert(self, database, protocols, one):
        for back in (3, 2, 1, 0):
            write(database, protocols, one, TODAY - back * DAY, pain_before_mm=60)
        assert raised(database, one) == ["T4"]

    def test_pain_that_lasts_is_one_matter_until_it_is_closed(self, database, protocols, one):
        for back in (1, 0):
            write(database, protocols, one, TODAY - back * DAY, pain_before_mm=70)
        assert raised(database, one) == ["T3"]

    def test_a_session_that_hurts_is_a_new_matter_each_time(self, database, protocols, one):
        for back in (1, 0):
            write(database, protocols, one, TODAY - back * DAY, pain_after_mm=85)
        assert raised(database, one) == ["T3", "T3"]

    def test_a_symptom_that_was_never_offered_is_refused(self, database, protocols, one):
        with pytest.raises(InvalidEntry) as refused:
            write(database, protocols, one, symptoms=("R9",))
        assert refused.value.fields == {"symptoms": "unknown"}

    def test_only_an_alert_that_is_not_closed_locks_the_exercises(self, database, protocols, one):
        write(database, protocols, one, symptoms=("R1",))
        with database.writing() as session:
            assert queries.course_record(session, one).care.locked
            first = alerts.waiting(session, one)[0]
            for state in (AlertState.ACKNOWLEDGED, AlertState.CONTACTED):
                alerts.move(session, first.id, state, BY, NOON)
                assert queries.course_record(session, one).care.locked
            alerts.move(session, first.id, AlertState.CLOSED, BY, NOON, "referred")
            assert not queries.course_record(session, one).care.locked

    def test_what_was_done_before_leg_symptoms_is_suspended_until_the_alert_is_closed(
        self, database, one
    ):
        with database.writing() as session:
            entry = diary_entry(session, one, TODAY, exercises=["c3_bridge", "e5_walk"])
            made = alerts.raise_all(session, one, [Trigger.LEG_PAIN], entry.id, NOON)[0]
            held = queries.course_record(session, one).care
            assert held.suspended == {"c3_bridge", "e5_walk"}
            assert set(held.in_force.paused) == {"c3_bridge", "e5_walk"}
            alerts.move(session, made.id, AlertState.CLOSED, BY, NOON, "resolved")
            assert queries.course_record(session, one).care.in_force.paused == ()

    def test_lasting_pain_freezes_progression_until_the_alert_is_closed(self, database, one):
        with database.writing() as session:
            made = alerts.raise_all(session, one, [Trigger.PAIN_LASTING], uuid.uuid4(), NOON)[0]
            assert queries.course_record(session, one).care.frozen_at == NOON
            alerts.move(session, made.id, AlertState.CLOSED, BY, NOON, "resolved")
            assert queries.course_record(session, one).care.frozen_at is None

    @pytest.mark.parametrize(("symptom", "locked"), [("leg", True), ("leg_pain", False)])
    def test_new_leg_symptoms_lock_and_pain_down_the_leg_does_not(
        self, database, protocols, one, symptom, locked
    ):
        write(database, protocols, one, symptoms=(symptom,))
        with database.reading() as session:
            assert queries.course_record(session, one).care.locked is locked

    def test_somebody_elses_entry_is_not_found(self, database, study, protocols, one):
        entry = write(database, protocols, one, symptoms=("R1",))
        with database.writing() as session:
            other = participant(session, study, "ABC-234", TODAY).id
            with pytest.raises(NotFound):
                diaries.triggers_of(session, other, entry)


class TestMoving:
    @pytest.fixture
    def alert(self, database, one):
        """An open alert."""
        with database.writing() as session:
            return alerts.raise_all(session, one, [Trigger.LEG_SYMPTOMS], uuid.uuid4(), NOON)[0].id

    def test_goes_forward_and_keeps_who_and_when(self, database, alert):
        with database.writing() as session:
            moved = alerts.move(session, alert, AlertState.ACKNOWLEDGED, BY, NOON + DAY)
            assert (moved.owner_id, moved.changed_at) == (BY, NOON + DAY)

    def test_whoever_reads_the_diary_owns_it_from_the_start(self, database, one):
        with database.writing() as session:
            for named in (uuid.UUID(int=3), BY):
                later = NOON + DAY * (named == BY)
                care.name_reviewer(session, one, named, named, later)
            made = alerts.raise_all(
                session, one, [Trigger.NOTE_TO_READ], uuid.uuid4(), NOON + 2 * DAY
            )[0]
            assert (made.owner_id, made.state) == (BY, AlertState.OPEN)

    def test_without_a_named_reader_it_belongs_to_the_team(self, database, alert):
        with database.reading() as session:
            assert session.get_one(Alert, alert).owner_id is None

    def test_somebody_else_may_take_it_over_and_nobody_twice(self, database, alert):
        other = uuid.UUID(int=4)
        with database.writing() as session:
            alerts.move(session, alert, AlertState.ACKNOWLEDGED, BY, NOON)
            moved = alerts.move(session, alert, AlertState.ACKNOWLEDGED, other, NOON + DAY)
            assert moved.owner_id == other
            with pytest.raises(AlreadyRecorded):
                alerts.move(session, alert, AlertState.ACKNOWLEDGED, other, NOON + DAY)

    def test_never_goes_back(self, database, alert):
        with database.writing() as session:
            alerts.move(session, alert, AlertState.CONTACTED, BY, NOON)
            with pytest.raises(AlreadyRecorded):
                alerts.move(session, alert, AlertState.ACKNOWLEDGED, BY, NOON)

    @pytest.mark.parametrize("reason", [None, "", "because"])
    def test_closing_needs_a_reason(self, database, alert, reason):
        with database.writing() as session, pytest.raises(InvalidEntry):
            alerts.move(session, alert, AlertState.CLOSED, BY, NOON, reason)

    def test_another_study_does_not_find_it(self, database, alert):
        with database.reading() as session, pytest.raises(NotFound):
            alerts.get(session, uuid.uuid4(), alert)


class TestEscalating:
    @pytest.fixture
    def alert(self, database, one):
        """An alert due after 24 hours."""
        with database.writing() as session:
            return alerts.raise_all(session, one, [Trigger.LEG_PAIN], uuid.uuid4(), NOON)[0].id

    def late(self, database, after):
        """Return how many are found overdue so long after the alert."""
        with database.writing() as session:
            return len(alerts.escalate_overdue(session, NOON + after))

    def test_in_time_nothing_escalates(self, database, alert):
        assert self.late(database, timedelta(hours=23)) == 0

    def test_it_escalates_once(self, database, alert):
        assert [self.late(database, DAY), self.late(database, 2 * DAY)] == [1, 0]

    def test_taken_but_not_contacted_still_escalates(self, database, alert):
        with database.writing() as session:
            alerts.move(session, alert, AlertState.ACKNOWLEDGED, BY, NOON)
        assert self.late(database, DAY) == 1

    @pytest.mark.parametrize("state", [AlertState.CONTACTED, AlertState.CLOSED])
    def test_an_answered_one_does_not(self, database, alert, state):
        with database.writing() as session:
            alerts.move(session, alert, state, BY, NOON, "resolved")
            assert not alerts.is_overdue(session.get_one(Alert, alert), NOON + 9 * DAY)
        assert self.late(database, DAY) == 0
