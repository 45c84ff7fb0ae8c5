"""The outbox fills once, and a task that is done takes its reminder away."""

from datetime import date

import pytest

from notifications.models import State
from notifications.outbox import history, withdraw
from tests.notifications.outbox_kit import People, ScriptedChannel, Sender, reminder_for


def test_a_task_that_is_done_takes_its_reminder_away_at_once(
    sender: Sender, people: People, channel: ScriptedChannel
):
    patient = people.reachable()
    sender.plan(reminder_for(patient))
    with sender.database.writing() as session:
        gone = withdraw(session, patient, "diary_due", "2026-11-12", sender.clock.now)
    assert gone == 1
    assert (sender.row().state, sender.row().reason) == (State.CANCELLED, "no_longer_needed")
    sender.deliver()
    assert channel.sent == []


def test_a_reminder_that_was_taken_away_does_not_come_back(sender: Sender, people: People):
    patient = people.reachable()
    sender.plan(reminder_for(patient))
    with sender.database.writing() as session:
        withdraw(session, patient, "diary_due", "2026-11-12", sender.clock.now)
    assert sender.plan(reminder_for(patient)) == 0
    assert sender.deliver() == {}


@pytest.mark.parametrize(
    ("occurrence", "taken"),
    [("week_6@+3d", 1), ("week_6@-1d", 1), ("week_60", 0), ("week_6b", 0), ("week_6-1d", 0)],
)
def test_its_repeats_go_too_and_nothing_else(
    sender: Sender, people: People, occurrence: str, taken: int
):
    patient = people.reachable()
    sender.plan(reminder_for(patient, "assessment_due", occurrence))
    with sender.database.writing() as session:
        assert withdraw(session, patient, "assessment_due", "week_6", sender.clock.now) == taken


def test_a_percent_sign_in_an_occurrence_is_only_a_sign(sender: Sender, people: People):
    patient = people.reachable()
    sender.plan(reminder_for(patient))
    with sender.database.writing() as session:
        assert withdraw(session, patient, "diary_due", "%", sender.clock.now) == 0


def test_case_22_a_moved_session_cancels_the_old_reminder_and_makes_a_new_one(
    sender: Sender, people: People, channel: ScriptedChannel
):
    patient = people.reachable()
    sender.plan(reminder_for(patient, "session_due", "live_2@2026-11-13T01:00"))
    with sender.database.writing() as session:
        withdraw(session, patient, "session_due", "live_2@2026-11-13T01:00", sender.clock.now)
    sender.plan(reminder_for(patient, "session_due", "live_2@2026-11-14T01:00"))
    assert sender.deliver() == {"sent": 1}
    assert sorted(row.state for row in sender.rows()) == [State.CANCELLED, State.SENT]


class TestHistory:
    def test_tells_what_is_planned_and_what_was_sent(self, sender: Sender, people: People):
        patient = people.reachable()
        sender.plan(reminder_for(patient))
        with sender.database.reading() as session:
            (planned,) = history(session, [patient], date(2026, 11, 12))[patient]
        sender.deliver()
        with sender.database.reading() as session:
            (sent,) = history(session, [patient], date(2026, 11, 12))[patient]
        assert (planned.settled, sent.settled) == (False, True)
        assert planned.counts
        assert sent.counts

    def test_what_never_arrived_takes_no_place(self, sender: Sender, people: People):
        patient = people.reachable()
        sender.plan(reminder_for(patient))
        with sender.database.writing() as session:
            withdraw(session, patient, "diary_due", "2026-11-12", sender.clock.now)
        with sender.database.reading() as session:
            (entry,) = history(session, [patient], date(2026, 11, 12))[patient]
        assert not entry.counts

    def test_is_of_the_people_asked_for(self, sender: Sender, people: People):
        one, other = people.reachable(), people.reachable("+525551234568")
        sender.plan(reminder_for(one), reminder_for(other))
        with sender.database.reading() as session:
            assert set(history(session, [one], date(2026, 11, 12))) == {one}
