"""Completing, correcting, entering twice, locking: on both databases, also at the same instant."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from modules.errors import AlreadyRecorded, InvalidEntry, NotFound, SamePerson, StudyLocked
from modules.outcomes.comparison import Filled, differences
from modules.outcomes.instruments import INSTRUMENTS
from modules.records.alert_models import Alert
from modules.records.models import (
    Assessment,
    Participant,
    ParticipantStatus,
    Respondent,
    Source,
    Study,
)
from modules.services import assessments, double_entry
from modules.services.answer_alerts import triggers
from modules.services.assessments import AssessmentKey, Means
from modules.services.lock import lock

NOW = datetime(2026, 11, 12, 18, 0, tzinfo=UTC)
TODAY = date(2026, 11, 12)
ODI, PHQ9 = INSTRUMENTS["odi"], INSTRUMENTS["phq9"]
ANN, BEN = uuid.UUID(int=1), uuid.UUID(int=2)
ALL_TWOS = {f"q{number}": 2 for number in range(1, 11)}


@pytest.fixture
def person(database):
    with database.writing() as session:
        study = Study(key="s", protocol_key="care", created_at=NOW)
        session.add(study)
        session.flush()
        one = Participant(
            study_id=study.id,
            code="K7F-3QX",
            status=ParticipantStatus.ACTIVE,
            enrolled_on=TODAY - timedelta(days=30),
            day_one=TODAY - timedelta(days=30),
            time_zone="America/Mexico_City",
        )
        session.add(one)
        session.flush()
        return one.id


def assessment_key(person, visit="week_6", instrument=ODI, by=None, source=Source.DIGITAL):
    respondent = Respondent.SELF if by is None or source is Source.PAPER else Respondent.ASSESSOR
    return AssessmentKey(
        person, visit, instrument.key, instrument.version, "es", "own", respondent, source, by
    )


def finish(session, person, answers=ALL_TWOS, **where):
    instrument = where.get("instrument", ODI)
    return assessments.finish(
        session, assessment_key(person, **where), instrument, answers, {}, NOW
    )


def rows(database):
    with database.reading() as session:
        return sorted(session.query(Assessment), key=lambda row: row.revision)


def alerts(database):
    with database.reading() as session:
        return sorted(alert.trigger for alert in session.query(Alert))


class TestMeans:
    def test_of_an_earlier_screen_stay_when_the_last_one_says_nothing(self, database, person):
        with database.writing() as session:
            assessments.save_draft(
                session, assessment_key(person), {"q1": 1}, {}, NOW, Means("pointer", 360)
            )
            assessments.finish(session, assessment_key(person), ODI, ALL_TWOS, {}, NOW, Means())

        (row,) = rows(database)
        assert (row.input_mode, row.device_width_px) == ("pointer", 360)


class TestDayOnPaper:
    @pytest.mark.parametrize("days", [-1, 31])
    def test_lies_between_enrolment_and_today(self, database, person, days):
        with pytest.raises(InvalidEntry), database.writing() as session:
            assessments.finish(
                session,
                assessment_key(person, by=ANN, source=Source.PAPER),
                ODI,
                ALL_TWOS,
                {},
                NOW,
                answered_on=TODAY - timedelta(days=days),
            )
        assert rows(database) == []


class TestCorrection:
    def correct(self, session, person, answers, reason="typing_error", by=ANN):
        return assessments.correct(
            session,
            assessment_key(person, by=by),
            ODI,
            answers,
            {},
            reason,
            NOW + timedelta(hours=1),
        )

    def test_keeps_what_was_asked_and_when(self, database, person):
        with database.writing() as session:
            assessments.finish(
                session, assessment_key(person), ODI, ALL_TWOS, {}, NOW, Means("keyboard", 360)
            )
            self.correct(session, person, ALL_TWOS | {"q1": 5})

        old, new = rows(database)
        assert (new.recorded_by, old.recorded_by) == (ANN, None)
        assert (new.completed_on, new.input_mode, new.respondent) == (
            old.completed_on, "keyboard", Respondent.SELF,
        )  # fmt: skip
        assert new.completed_at > old.completed_at

    def test_marks_in_another_order_change_nothing(self, database, person):
        with database.writing() as session:
            finish(session, person, ALL_TWOS | {"q1": [1, 3]})
            with pytest.raises(InvalidEntry):
                self.correct(session, person, ALL_TWOS | {"q1": [3, 1]})

    def test_raises_what_the_first_answers_had_not(self, database, person):
        with database.writing() as session:
            finish(session, person, {"q9": 0}, instrument=PHQ9)
            assessments.correct(
                session,
                assessment_key(person, instrument=PHQ9, by=ANN),
                PHQ9,
                {"q9": 1},
                {},
                "query",
                NOW,
            )
        assert alerts(database) == ["T5"]

    def test_does_not_alarm_a_second_time(self, database, person):
        with database.writing() as session:
            finish(session, person, {"q9": 1}, instrument=PHQ9)
            assessments.correct(
                session,
                assessment_key(person, instrument=PHQ9, by=ANN),
                PHQ9,
                {"q9": 2},
                {},
                "query",
                NOW,
            )
        assert alerts(database) == ["T5"]

    def test_of_nothing_is_not_found(self, database, person):
        with pytest.raises(NotFound), database.writing() as session:
            self.correct(session, person, ALL_TWOS)

    def test_of_a_draft_is_not_found(self, database, person):
        with database.writing() as session:
            assessments.save_draft(session, assessment_key(person), {"q1": 1}, {}, NOW)
            with pytest.raises(NotFound):
                self.correct(session, person, ALL_TWOS)


class TestSecondEntry:
    def again(self, session, person, answers, by=BEN, accounts=()):
        return double_entry.enter_again(
            session,
            assessment_key(person, by=by, source=Source.PAPER),
            ODI,
            answers,
            {},
            NOW,
            accounts or {by},
        )

    @pytest.fixture
    def first(self, database, person):
        with database.writing() as session:
            finish(session, person, by=ANN, source=Source.PAPER)
        return person

    def test_by_whom_corrected_it_is_refused_too(self, database, first):
        with database.writing() as session:
            assessments.correct(
                session, assessment_key(first, by=BEN), ODI, ALL_TWOS | {"q1": 1}, {}, "query", NOW
            )
            with pytest.raises(SamePerson):
                self.again(session, first, ALL_TWOS)

    def test_by_another_account_of_the_same_person_it_is_refused(self, database, first):
        with database.writing() as session, pytest.raises(SamePerson):
            self.again(session, first, ALL_TWOS, accounts={BEN, ANN})

    def test_is_made_once(self, database, first):
        with database.writing() as session:
            self.again(session, first, ALL_TWOS)
            with pytest.raises(AlreadyRecorded):
                self.again(session, first, ALL_TWOS, by=uuid.UUID(int=3))

    def test_what_nobody_disputes_cannot_be_changed_by_settling(self, database, first):
        with database.writing() as session:
            self.again(session, first, ALL_TWOS | {"q1": 4})
            with pytest.raises(InvalidEntry):
                double_entry.settle(
                    session, assessment_key(first, by=ANN), ODI, ALL_TWOS | {"q2": 0}, {}, NOW
                )

    def test_what_must_be_seen_today_does_not_wait_for_it(self, database, person):
        with database.writing() as session:
            finish(session, person, {"q9": 0}, instrument=PHQ9, by=ANN, source=Source.PAPER)
            double_entry.enter_again(
                session,
                assessment_key(person, instrument=PHQ9, by=BEN, source=Source.PAPER),
                PHQ9,
                {"q9": 2},
                {},
                NOW,
                {BEN},
            )
        assert alerts(database) == ["T5"]


class TestLock:
    def test_is_made_once_for_a_study_that_exists(self, database, person):
        with database.writing() as session:
            lock(session, "s", NOW)
        with pytest.raises(AlreadyRecorded), database.writing() as session:
            lock(session, "s", NOW)
        with pytest.raises(NotFound), database.writing() as session:
            lock(session, "other", NOW)

    def test_refuses_every_way_of_writing(self, database, person):
        with database.writing() as session:
            for visit in ("week_2", "week_4"):
                finish(session, person, visit=visit, by=ANN, source=Source.PAPER)
            paper, once = [
                assessment_key(person, visit, by=BEN, source=Source.PAPER)
                for visit in ("week_2", "week_4")
            ]
            other = ALL_TWOS | {"q1": 5}
            double_entry.enter_again(session, paper, ODI, other, {}, NOW, {BEN})
            lock(session, "s", NOW)
        for write in (
            lambda session: finish(session, person, visit="baseline"),
            lambda session: assessments.save_draft(
                session, assessment_key(person, "x"), {"q1": 1}, {}, NOW
            ),
            lambda session: assessments.complete(
                session, assessment_key(person, "x"), {}, {}, None, NOW
            ),
            lambda session: assessments.correct(session, paper, ODI, other, {}, "query", NOW),
            lambda session: double_entry.enter_again(session, once, ODI, other, {}, NOW, {BEN}),
            lambda session: double_entry.settle(session, paper, ODI, other, {}, NOW),
        ):
            with pytest.raises(StudyLocked), database.writing() as session:
                write(session)
        assert len(rows(database)) == 2

    def test_waits_for_an_answer_that_is_being_written(self, database, person):
        written, go_on = threading.Event(), threading.Event()

        def answer():
            with database.writing() as session:
                finish(session, person)
                written.set()
                go_on.wait(0.5)

        def close():
            written.wait(5)
            with database.writing() as session:
                lock(session, "s", NOW)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda work: work(), (answer, close)))

        assert len(rows(database)) == 1
        with pytest.raises(StudyLocked), database.writing() as session:
            finish(session, person, visit="baseline")

    def test_an_answer_that_comes_while_it_is_made_is_refused(self, database, person):
        locked = threading.Event()

        def close():
            with database.writing() as session:
                lock(session, "s", NOW)
                locked.set()
                threading.Event().wait(0.3)

        def answer():
            locked.wait(5)
            try:
                with database.writing() as session:
                    finish(session, person)
            except StudyLocked:
                return "refused"
            return "written"

        with ThreadPoolExecutor(2) as pool:
            _closed, said = pool.map(lambda work: work(), (close, answer))

        assert said == "refused"
        assert rows(database) == []


def test_two_who_complete_a_form_at_once_make_one(database, person):
    ready = threading.Barrier(2)

    def complete(value):
        ready.wait()
        try:
            with database.writing() as session:
                finish(session, person, ALL_TWOS | {"q1": value})
        except AlreadyRecorded:
            return "refused"
        return "written"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(complete, (1, 2)))

    assert said == ["refused", "written"]
    assert len(rows(database)) == 1


class TestTriggers:
    @pytest.mark.parametrize(("score", "fired"), [(50, False), (51, True)])
    def test_pain_worse_by_the_important_change_fires(self, score, fired):
        found = triggers(INSTRUMENTS["vas_pain"], {"q1": score}, 36)

        assert ("T9" in found) is fired

    def test_ten_points_between_unrounded_scores_fire(self):
        """160/45 and 205/45 of the highest: exactly ten points, whatever floats make of it."""
        before = {f"q{n}": 2 for n in range(1, 9)} | {"q9": 0}
        baseline = ODI.score(before, {})["percent"]
        after = {**before, "q9": 4, "q1": 3}
        rise = ODI.score(after, {})["percent"] - baseline

        assert rise >= 10
        assert "T9" in triggers(ODI, after, baseline)

    def test_without_a_baseline_nothing_is_worse(self):
        assert triggers(ODI, dict.fromkeys(ALL_TWOS, 5), None) == ()

    def test_answers_of_another_version_raise_nothing_and_break_nothing(self):
        assert triggers(ODI, {"q1": 77}, 10) == ()


def test_a_reason_and_an_answer_are_a_difference():
    first = Filled({"q1": 2}, {"q8": "declined"})
    second = Filled({"q1": (2,)}, {"q8": "skipped"})
    (found,) = differences(ODI, first, second)

    assert (found.item.key, found.first, found.second) == ("q8", "declined", "skipped")
