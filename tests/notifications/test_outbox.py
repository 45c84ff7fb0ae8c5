"""Delivering: one send for one reminder, whatever happens between planning and sending."""

import logging
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from modules.records.db import Database
from modules.records.models import Participant
from notifications.channel import Aftermath, DeliveryFailed, DeliveryUnknown, Message
from notifications.models import State
from notifications.outbox import Need, entries, opt_in_number, opt_out, opt_out_number
from notifications.phones import digest
from tests.notifications.outbox_kit import (
    PHONE,
    Clock,
    People,
    ScriptedChannel,
    Sender,
    reminder_for,
)


class TestOneReminderIsSentOnce:
    def test_case_01_two_planners_in_one_minute_make_one_row(self, sender: Sender, people: People):
        reminder = reminder_for(people.reachable())
        assert (sender.plan(reminder), sender.plan(reminder)) == (1, 0)
        sender.deliver()
        sender.deliver()
        assert len(sender.channel.sent) == 1

    def test_case_02_two_workers_at_once_send_each_message_once(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        for number in range(8):
            sender.plan(reminder_for(people.reachable(f"+5255512345{number:02d}")))
        workers = [threading.Thread(target=sender.deliver) for _ in range(3)]
        for sender in workers:
            sender.start()
        for sender in workers:
            sender.join()
        addresses = [message.address for message in channel.sent]
        assert sorted(addresses) == sorted(set(addresses))
        assert len(addresses) == 8

    def test_no_transaction_is_open_while_the_provider_is_called(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        def another_writer_gets_through(_message: Message) -> None:
            with sender.database.writing() as session:
                opt_out_number(session, digest("+525559999999"), sender.clock.now, "staff")

        channel.during = another_writer_gets_through
        sender.plan(reminder_for(people.reachable()))
        assert sender.deliver() == {"sent": 1}

    def test_the_claim_is_committed_before_the_provider_is_called(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        seen: list[tuple[State, uuid.UUID | None]] = []
        channel.during = lambda _message: seen.append((sender.row().state, sender.row().attempt))
        sender.plan(reminder_for(people.reachable()))
        sender.deliver()
        assert seen == [(State.SENDING, channel.sent[0].attempt)]


class TestWhatTheProviderAnswers:
    def test_case_06_too_many_requests_pauses_the_queue_and_sends_later(
        self, sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
    ):
        wait = timedelta(seconds=90)
        channel.answers = [DeliveryFailed("too_many_requests", retry=True, retry_after=wait)]
        sender.plan(
            reminder_for(people.reachable()), reminder_for(people.reachable("+525551234568"))
        )
        sender.deliver()
        assert len(channel.sent) == 1
        clock.forward(seconds=89)
        sender.deliver()
        assert len(channel.sent) == 1
        clock.forward(seconds=2)
        assert sender.deliver() == {"sent": 2}

    def test_case_06_a_pause_past_the_end_expires_the_reminder(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        wait = timedelta(hours=9)
        channel.answers = [DeliveryFailed("rate_limited", retry=True, retry_after=wait)]
        sender.plan(reminder_for(people.reachable()))
        sender.deliver()
        assert (sender.row().state, sender.row().reason) == (State.EXPIRED, "rate_limited")

    def test_case_07_an_ambiguous_answer_is_unknown_and_never_sent_again(
        self, sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
    ):
        channel.answers = [DeliveryUnknown("http_500")]
        sender.plan(reminder_for(people.reachable()))
        for _ in range(5):
            sender.deliver()
            sender.reconcile()
            clock.forward(minutes=20)
        assert len(channel.sent) == 1
        assert sender.row().state is State.UNKNOWN

    def test_an_unforeseen_exception_counts_as_unknown(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        channel.answers = [RuntimeError("the provider's library broke")]
        sender.plan(reminder_for(people.reachable()))
        assert sender.deliver() == {"unknown": 1}

    def test_case_09_an_unreachable_provider_is_tried_again_at_growing_distance(
        self, sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
    ):
        channel.answers = [DeliveryFailed("unreachable", retry=True) for _ in range(4)]
        sender.plan(reminder_for(people.reachable()))
        for _ in range(40):
            sender.deliver()
            clock.forward(seconds=30)
        assert len(channel.sent) == 5
        assert sender.row().state is State.SENT

    def test_case_10_wrong_credentials_stop_the_queue_with_one_alert(
        self,
        sender: Sender,
        people: People,
        channel: ScriptedChannel,
        clock: Clock,
        caplog: pytest.LogCaptureFixture,
    ):
        refusal = DeliveryFailed("credentials", aftermath=Aftermath.STOP_QUEUE)
        channel.answers = [refusal, refusal]
        for number in range(5):
            sender.plan(reminder_for(people.reachable(f"+52555123450{number}")))
        with caplog.at_level(logging.ERROR):
            sender.deliver()
            clock.forward(minutes=11)
            sender.deliver()
        assert len(caplog.records) == 1
        assert {row.state for row in sender.rows()} == {State.PLANNED}
        clock.forward(minutes=11)
        assert sender.deliver() == {"sent": 5}

    def test_case_17_a_refused_text_is_parked_and_others_flow(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        channel.answers = [DeliveryFailed("template_refused", aftermath=Aftermath.PARK_TEMPLATE)]
        sender.plan(reminder_for(people.reachable("+525551234501")))
        sender.deliver()
        sender.plan(reminder_for(people.reachable("+525551234502")))
        sender.plan(reminder_for(people.reachable("+525551234503"), "assessment_due", "week_6"))
        sender.deliver()
        assert [message.kind for message in channel.sent] == ["diary_due", "assessment_due"]

    def test_case_17_a_row_that_cannot_be_worded_fails_alone(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        spoilt = reminder_for(people.reachable("+525551234501"))
        spoilt.variables["date"] = "someday"  # type: ignore[index]
        sender.plan(spoilt)
        sender.plan(reminder_for(people.reachable("+525551234502")))
        assert sender.deliver() == {"refused_locally": 1, "sent": 1}

    def test_case_26_the_other_mexican_form_is_tried_once(
        self, sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
    ):
        refusal = DeliveryFailed("not_on_whatsapp", aftermath=Aftermath.OTHER_FORM)
        channel.answers = [refusal, refusal]
        sender.plan(reminder_for(people.reachable()))
        for _ in range(4):
            sender.deliver()
            clock.forward(minutes=1)
        assert [message.address for message in channel.sent] == [PHONE, "+5215551234567"]
        assert sender.row().state is State.FAILED

    def test_case_26_an_unreachable_number_gets_nothing_more(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        channel.answers = [DeliveryFailed("invalid_number", aftermath=Aftermath.BAD_NUMBER)]
        patient = people.reachable()
        sender.plan(reminder_for(patient))
        sender.deliver()
        sender.plan(reminder_for(patient, "assessment_due", "week_6"))
        assert sender.deliver() == {"unreachable": 1}

    def test_case_27_a_block_counts_as_an_opt_out(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        channel.answers = [DeliveryFailed("opted_out", aftermath=Aftermath.OPTED_OUT)]
        patient = people.reachable()
        sender.plan(reminder_for(patient))
        sender.deliver()
        sender.plan(reminder_for(patient, "assessment_due", "week_6"))
        assert sender.deliver() == {"no_consent": 1}


class TestTheDatabaseGoesAway:
    def test_case_11_before_the_claim_nothing_is_sent(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        sender.plan(reminder_for(people.reachable()))

        def away(*_: object) -> None:
            raise OSError("no database")

        event.listen(sender.database.engine, "before_cursor_execute", away)
        with pytest.raises(OSError, match="no database"):
            sender.deliver()
        event.remove(sender.database.engine, "before_cursor_execute", away)
        assert channel.sent == []
        assert sender.deliver() == {"sent": 1}

    def test_case_11_after_the_call_the_message_is_not_sent_again(
        self, sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
    ):
        sender.plan(reminder_for(people.reachable()))

        def away(*_: object) -> None:
            raise OSError("no database")

        def goes_away(_message: Message) -> None:
            event.listen(sender.database.engine, "before_cursor_execute", away)

        channel.during = goes_away
        with pytest.raises(OSError, match="no database"):
            sender.deliver()
        event.remove(sender.database.engine, "before_cursor_execute", away)
        clock.forward(minutes=5)
        sender.reconcile()
        sender.deliver()
        assert len(channel.sent) == 1
        assert (sender.row().state, sender.row().reason) == (State.UNKNOWN, "lease_expired")

    def test_case_12_a_log_that_cannot_be_written_changes_nothing(
        self, sender: Sender, people: People, monkeypatch: pytest.MonkeyPatch
    ):
        class FullDisk(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                try:
                    raise OSError("disk full")
                except OSError:
                    self.handleError(record)

        monkeypatch.setattr(logging, "raiseExceptions", False)
        handler = FullDisk()
        logging.getLogger("notifications").addHandler(handler)
        logging.getLogger("notifications").setLevel(logging.INFO)
        sender.plan(reminder_for(people.reachable()))
        try:
            assert sender.deliver() == {"sent": 1}
        finally:
            logging.getLogger("notifications").removeHandler(handler)
            logging.getLogger("notifications").setLevel(logging.NOTSET)


class TestLateness:
    def test_case_13_after_an_outage_old_reminders_are_dropped(
        self, sender: Sender, people: People, clock: Clock, channel: ScriptedChannel
    ):
        sender.plan(reminder_for(people.reachable()))
        clock.forward(hours=6)
        assert sender.deliver() == {"expired": 1}
        assert channel.sent == []

    def test_case_14_three_days_asleep_send_nothing_old(
        self, sender: Sender, people: People, clock: Clock, channel: ScriptedChannel
    ):
        patient = people.reachable()
        for day in (12, 13, 14):
            at = datetime(2026, 11, day + 1, 0, 0, tzinfo=UTC)
            sender.plan(reminder_for(patient, occurrence=f"2026-11-{day}", at=at))
        clock.forward(days=3)
        sender.plan(
            reminder_for(
                patient, occurrence="2026-11-15", at=datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
            )
        )
        sender.deliver()
        assert len(channel.sent) == 1

    def test_case_15_a_clock_that_jumps_ahead_plans_nothing(self, sender: Sender, people: People):
        far = sender.clock.now + timedelta(days=5)
        assert sender.plan(reminder_for(people.reachable(), at=far)) == 0

    def test_case_15_a_clock_that_falls_back_repeats_nothing(
        self, sender: Sender, people: People, clock: Clock, channel: ScriptedChannel
    ):
        reminder = reminder_for(people.reachable())
        sender.plan(reminder)
        sender.deliver()
        clock.forward(days=-1)
        sender.plan(reminder)
        sender.deliver()
        clock.forward(days=1)
        sender.deliver()
        assert len(channel.sent) == 1

    def test_case_39_quiet_hours_hold_a_message_until_morning(
        self, sender: Sender, people: People, clock: Clock
    ):
        late = datetime(2026, 11, 13, 4, 30, tzinfo=UTC)  # 22:30 in Mexico City
        clock.now = late
        sender.plan(reminder_for(people.reachable(), at=late, lifetime=timedelta(hours=12)))
        assert sender.deliver() == {"quiet_hours": 1}
        clock.now = datetime(2026, 11, 13, 13, 59, tzinfo=UTC)
        assert sender.deliver() == {}
        clock.now = datetime(2026, 11, 13, 14, 0, tzinfo=UTC)
        assert sender.deliver() == {"sent": 1}

    def test_case_39_a_message_that_would_wait_past_its_end_expires(
        self, sender: Sender, people: People, clock: Clock
    ):
        clock.now = datetime(2026, 11, 13, 4, 30, tzinfo=UTC)
        sender.plan(reminder_for(people.reachable(), at=clock.now))
        sender.deliver()
        assert (sender.row().state, sender.row().reason) == (State.EXPIRED, "quiet_hours")

    def test_quiet_hours_are_those_of_the_person(
        self, sender: Sender, people: People, clock: Clock
    ):
        clock.now = datetime(2026, 11, 13, 3, 30, tzinfo=UTC)  # 21:30 in Mexico City, 19:30 there
        sender.plan(reminder_for(people.reachable(time_zone="America/Tijuana"), at=clock.now))
        assert sender.deliver() == {"sent": 1}

    def test_quiet_hours_follow_a_person_who_moves(
        self, sender: Sender, people: People, clock: Clock
    ):
        one = people.reachable()
        with sender.database.writing() as session:
            person = session.get_one(Participant, one)
            person.time_zone_changes = [["2026-11-13", "America/Tijuana"]]
        clock.now = datetime(2026, 11, 13, 14, 30, tzinfo=UTC)  # 08:30 before, 06:30 there
        sender.plan(reminder_for(one, at=clock.now))
        assert sender.deliver() == {"quiet_hours": 1}
        clock.now = datetime(2026, 11, 13, 16, 0, tzinfo=UTC)
        assert sender.deliver() == {"sent": 1}

    def test_case_38_a_changed_hour_moves_the_reminder_that_waits(
        self, sender: Sender, people: People, clock: Clock
    ):
        patient = people.reachable()
        sender.plan(reminder_for(patient, at=clock.now + timedelta(hours=1)))
        sender.plan(reminder_for(patient, at=clock.now - timedelta(minutes=1)))
        assert sender.deliver() == {"sent": 1}
        assert len(sender.rows()) == 1


class TestConsentIsCheckedAtTheMomentOfSending:
    def test_case_18_baja_between_planning_and_sending_cancels(
        self, sender: Sender, people: People
    ):
        sender.plan(reminder_for(people.reachable()))
        with sender.database.writing() as session:
            opt_out_number(session, digest(PHONE), sender.clock.now, "keyword")
        assert sender.deliver() == {}
        assert (sender.row().state, sender.row().reason) == (State.CANCELLED, "opted_out")

    def test_case_18_a_suppressed_number_is_not_written_to_even_with_an_open_consent(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        first, second = people.reachable(), people.reachable("+525551234568")
        sender.plan(reminder_for(first), reminder_for(second))
        with sender.database.writing() as session:
            opt_out_number(session, digest("+525551234568"), sender.clock.now, "keyword")
        sender.deliver()
        assert [message.address for message in channel.sent] == [PHONE]

    def test_case_19_baja_during_the_call_stops_everything_after_it(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        patient = people.reachable()

        def baja(_message: Message) -> None:
            with sender.database.writing() as session:
                opt_out_number(session, digest(PHONE), sender.clock.now, "keyword")

        channel.during = baja
        sender.plan(reminder_for(patient))
        sender.deliver()
        sender.plan(reminder_for(patient, "assessment_due", "week_6"))
        sender.deliver()
        assert len(channel.sent) == 1

    def test_nobody_is_written_to_without_a_consent(self, sender: Sender, people: People):
        sender.plan(reminder_for(people.participant()))
        assert sender.deliver() == {"no_consent": 1}

    def test_case_23_a_new_number_is_used_only_after_its_own_consent(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        patient = people.reachable()
        sender.plan(reminder_for(patient))
        people.consent(patient, "+525557654321")
        sender.deliver()
        assert [message.address for message in channel.sent] == ["+525557654321"]

    def test_case_25_two_people_on_one_telephone_get_one_message_each_apart(
        self, sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
    ):
        sender.plan(reminder_for(people.reachable()), reminder_for(people.reachable()))
        assert sender.deliver() == {"sent": 1, "one_at_a_time": 1}
        clock.forward(seconds=7)
        assert sender.deliver() == {"sent": 1}
        assert len(channel.sent) == 2

    def test_case_28_alta_is_a_new_consent_and_revives_no_old_reminder(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        patient = people.reachable()
        sender.plan(reminder_for(patient))
        with sender.database.writing() as session:
            opt_out_number(session, digest(PHONE), sender.clock.now, "keyword")
            opt_in_number(session, digest(PHONE), sender.clock.now)
        sender.deliver()
        assert channel.sent == []
        assert sender.count("contacts") == 2
        sender.plan(reminder_for(patient, "assessment_due", "week_6"))
        assert sender.deliver() == {"sent": 1}

    def test_case_29_switching_off_in_the_course_leaves_the_other_one_on_that_telephone(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        first, second = people.reachable(), people.reachable()
        sender.plan(reminder_for(first), reminder_for(second))
        with sender.database.writing() as session:
            opt_out(session, first, sender.clock.now)
        assert sender.deliver() == {"sent": 1}

    def test_baja_and_delivery_at_one_moment_do_not_wait_for_each_other_for_ever(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        phones = [f"+5255512345{number:02d}" for number in range(12)]
        for phone in phones:
            sender.plan(reminder_for(people.reachable(phone)))
        faults: list[Exception] = []

        def everybody_says_baja() -> None:
            try:
                for phone in reversed(phones):
                    with sender.database.writing() as session:
                        opt_out_number(session, digest(phone), sender.clock.now, "keyword")
            except Exception as fault:
                faults.append(fault)

        other = threading.Thread(target=everybody_says_baja)
        other.start()
        sender.deliver()
        other.join()
        assert faults == []
        assert {row.state for row in sender.rows()} <= {State.SENT, State.CANCELLED}
        assert len(channel.sent) == sum(row.state is State.SENT for row in sender.rows())


class TestTheCourseIsAskedAtTheMomentOfSending:
    @pytest.mark.parametrize("need", [Need.DONE, Need.LEFT])
    def test_cases_20_and_21_done_or_gone_is_cancelled(
        self, sender: Sender, people: People, channel: ScriptedChannel, need: Need
    ):
        sender.still_due = lambda *_: need
        sender.plan(reminder_for(people.reachable()))
        sender.deliver()
        assert (sender.row().state, sender.row().reason) == (State.CANCELLED, need.value)
        assert channel.sent == []

    def test_case_71_not_knowing_waits_and_then_expires(
        self, sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
    ):
        sender.still_due = lambda *_: Need.CANNOT_TELL
        sender.plan(reminder_for(people.reachable()))
        for _ in range(30):
            sender.deliver()
            clock.forward(minutes=10)
        assert channel.sent == []
        assert sender.row().state is State.EXPIRED

    def test_a_question_that_breaks_stops_only_its_own_row(self, sender: Sender, people: People):
        broken, fine = people.reachable(), people.reachable("+525551234568")

        def asks(_session: Session, participant: uuid.UUID, *_: object) -> Need:
            if participant == broken:
                raise LookupError("a record that is not there")
            return Need.NEEDED

        sender.still_due = asks
        sender.plan(reminder_for(broken), reminder_for(fine))
        assert sender.deliver() == {"refused_locally": 1, "sent": 1}


class TestOperations:
    def test_case_68_the_log_holds_no_number_and_no_words(
        self, sender: Sender, people: People, caplog: pytest.LogCaptureFixture
    ):
        sender.plan(reminder_for(people.reachable()))
        with caplog.at_level(logging.DEBUG):
            sender.deliver()
        assert "outcome=accepted" in caplog.text
        assert "5551234567" not in caplog.text
        assert "registro" not in caplog.text

    def test_case_68_a_message_shows_no_number_when_it_is_printed(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        sender.plan(reminder_for(people.reachable()))
        sender.deliver()
        assert "5551234567" not in repr(channel.sent[0])

    def test_a_contact_whose_channel_is_not_set_up_waits(self, sender: Sender, people: People):
        sender.plan(reminder_for(people.reachable(channel="console")))
        assert sender.deliver() == {"channel_not_configured": 1}
        assert sender.row().state is State.PLANNED

    def test_entries_name_the_state_and_the_reason(self, sender: Sender, people: People):
        patient = people.reachable()
        sender.plan(reminder_for(patient))
        sender.deliver()
        with sender.database.reading() as session:
            (entry,) = entries(session, patient)
        assert (entry.state, entry.kind, entry.occurrence) == (
            State.SENT,
            "diary_due",
            "2026-11-12",
        )

    def test_numbers_are_not_readable_in_the_database(self, database: Database, people: People):
        people.reachable()
        with database.engine.connect() as connection:
            stored = connection.exec_driver_sql("select phone, phone_digest from contacts").all()
        assert "5551234567" not in str(stored)
