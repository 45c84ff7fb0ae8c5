"""Replies, reviews, prescriptions and decisions on modules: kept, with who, when and why."""

import uuid
from datetime import timedelta

import pytest

from modules.course import prescription
from modules.course.progression import OverrideAction
from modules.errors import InvalidEntry, NotFound
from modules.records import care_queries, queries
from modules.services import care, course
from modules.services.care import Decision, Reply
from tests.factories import NOON, TODAY, TRIAL, diary_entry, participant

BY = uuid.UUID(int=9)
DAY = timedelta(days=1)


@pytest.fixture
def study(database, protocols):
    """A study without people."""
    with database.writing() as session:
        return course.create_study(session, "lumbar", protocols[TRIAL], NOON)


@pytest.fixture
def one(database, study):
    """A participant on study day 10."""
    with database.writing() as session:
        return participant(session, study, "K7F-3QX", TODAY - 9 * DAY).id


def send(database, curriculum, who, template="steady", words="", entry=None, key=None):
    """Send a reply; return its key."""
    sent = Reply(template, words, entry, key or uuid.uuid4())
    with database.writing() as session:
        return care.reply(session, who, sent, curriculum, BY, NOON)


class TestReply:
    def test_waits_until_it_is_read(self, database, curriculum, one):
        reply = send(database, curriculum, one, words="Bien.")
        with database.writing() as session:
            assert [r.id for r in queries.course_record(session, one).care.unread] == [reply]
            care.mark_read(session, one, reply, NOON + DAY)
            assert queries.course_record(session, one).care.unread == ()
            assert care_queries.replies_of(session, one)[0].read_at == NOON + DAY

    def test_read_twice_keeps_the_first_time(self, database, curriculum, one):
        reply = send(database, curriculum, one)
        with database.writing() as session:
            care.mark_read(session, one, reply, NOON)
            care.mark_read(session, one, reply, NOON + DAY)
            assert care_queries.replies_of(session, one)[0].read_at == NOON

    def test_the_same_form_sent_twice_is_one_reply(self, database, curriculum, one):
        key = uuid.uuid4()
        sent = [send(database, curriculum, one, key=key) for _time in range(2)]
        assert sent[0] == sent[1]

    @pytest.mark.parametrize(
        ("template", "words", "field"),
        [(None, "  ", "words"), ("no_such", "", "template"), (None, "x" * 1001, "words")],
    )
    def test_says_something_that_can_be_said(
        self, database, curriculum, one, template, words, field
    ):
        with pytest.raises(InvalidEntry) as refused:
            send(database, curriculum, one, template, words)
        assert set(refused.value.fields) == {field}

    def test_is_about_an_entry_of_the_same_participant(self, database, study, curriculum, one):
        with database.writing() as session:
            other = participant(session, study, "ABC-234", TODAY).id
            entry = diary_entry(session, other, TODAY).id
        with pytest.raises(NotFound):
            send(database, curriculum, one, entry=entry)

    def test_is_read_by_nobody_else(self, database, study, curriculum, one):
        reply = send(database, curriculum, one)
        with database.writing() as session:
            other = participant(session, study, "ABC-234", TODAY).id
            with pytest.raises(NotFound):
                care.mark_read(session, other, reply, NOON)

    def test_every_ready_made_sentence_is_said_in_both_languages(self, curriculum):
        assert len(curriculum.replies) >= 6
        assert all(r.text.es and r.text.en and r.text.es != r.text.en for r in curriculum.replies)


class TestReview:
    def test_covers_what_was_on_the_page(self, database, study, one):
        with database.writing() as session:
            care.mark_reviewed(session, one, NOON - DAY, BY, NOON)
            review = care_queries.review_of(session, study, one)
        assert (review.covers_until, review.reviewed_by) == (NOON - DAY, BY)

    def test_an_older_page_sent_late_takes_nothing_back(self, database, study, one):
        with database.writing() as session:
            care.mark_reviewed(session, one, NOON, BY, NOON)
            care.mark_reviewed(session, one, NOON - DAY, BY, NOON + DAY)
            assert care_queries.review_of(session, study, one).covers_until == NOON

    def test_nobody_has_read_what_is_still_to_come(self, database, one):
        with database.writing() as session, pytest.raises(InvalidEntry):
            care.mark_reviewed(session, one, NOON + DAY, BY, NOON)

    def test_the_reviewer_named_last_counts(self, database, study, one):
        with database.writing() as session:
            for number, who in enumerate((BY, uuid.UUID(int=8))):
                care.name_reviewer(session, one, who, BY, NOON + number * DAY)
            assert care_queries.review_of(session, study, one).reviewer_id == uuid.UUID(int=8)


class TestPrescription:
    def prescribe(self, database, curriculum, who, change, reason="start", at=NOON):
        """Change the prescription; return whether anything changed."""
        with database.writing() as session:
            return care.prescribe(session, who, change, reason, curriculum, BY, at)

    def pause(self, exercise):
        """Return the change that pauses an exercise."""
        return lambda before: prescription.with_state(before, exercise, "paused")

    def test_the_newest_counts_and_the_others_are_the_history(self, database, curriculum, one):
        self.prescribe(database, curriculum, one, self.pause("w7_squat"))
        self.prescribe(database, curriculum, one, self.pause("m3_press_up"), "pain", NOON + DAY)
        with database.reading() as session:
            held = queries.course_record(session, one).care.prescription
            history = care_queries.prescriptions_of(session, one)
        assert held.paused == ("w7_squat", "m3_press_up")
        assert [(each.reason, each.written_by) for each in history] == [
            ("start", BY),
            ("pain", BY),
        ]

    def test_what_changes_nothing_is_not_kept(self, database, curriculum, one):
        assert self.prescribe(database, curriculum, one, self.pause("w7_squat"))
        assert not self.prescribe(database, curriculum, one, self.pause("w7_squat"))

    @pytest.mark.parametrize("reason", ["", "because"])
    def test_a_change_needs_a_reason(self, database, curriculum, one, reason):
        with pytest.raises(InvalidEntry):
            self.prescribe(database, curriculum, one, self.pause("w7_squat"), reason)

    def test_both_directions_are_refused(self, database, curriculum, one):
        module = curriculum.module("directional")

        def both(before):
            flexion = prescription.with_direction(before, module, "flexion")
            return prescription.with_state(flexion, "m3_press_up", "added")

        with pytest.raises(InvalidEntry):
            self.prescribe(database, curriculum, one, both)


class TestModules:
    def decide(self, database, protocols, who, *decision, key="core", at=NOON):
        """Decide about a module."""
        with database.writing() as session:
            chosen = Decision(*decision)
            care.decide(session, who, protocols[TRIAL], key, chosen, BY, at)

    def test_the_newest_decision_counts(self, database, protocols, one):
        self.decide(database, protocols, one, OverrideAction.OPEN, "ready")
        self.decide(database, protocols, one, OverrideAction.RELEASE, at=NOON + DAY)
        with database.reading() as session:
            held = queries.course_record(session, one).care.overrides["core"]
        assert held.action is OverrideAction.RELEASE

    @pytest.mark.parametrize(
        ("decision", "field"),
        [
            ((OverrideAction.OPEN, ""), "reason"),
            ((OverrideAction.OPEN, "illness"), "reason"),
            ((OverrideAction.HOLD, "ready", TODAY + DAY), "reason"),
            ((OverrideAction.HOLD, "check"), "until"),
            ((OverrideAction.HOLD, "check", TODAY), "until"),
            ((OverrideAction.HOLD, "check", TODAY + 29 * DAY), "until"),
        ],
    )
    def test_a_decision_says_why_and_a_hold_until_when(
        self, database, protocols, one, decision, field
    ):
        with pytest.raises(InvalidEntry) as refused:
            self.decide(database, protocols, one, *decision)
        assert set(refused.value.fields) == {field}

    def test_a_module_the_protocol_does_not_have_is_not_found(self, database, protocols, one):
        with pytest.raises(NotFound):
            self.decide(database, protocols, one, OverrideAction.OPEN, "ready", key="nothing")
