"""Delivering: one send for one reminder, whatever happens between planning and sending."""

import logging
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from modules.records.db import Database
from notifications.channel import Aftermath, DeliveryFailed, DeliveryUnknown, Message
from notifications.models import State
from notifications.outbox import Need, entries, opt_in_number, opt_out, opt_out_number
from notifications.phones import digest
from notifications.rules import Kind
from tests.notifications.outbox_kit import PHONE, Clock, Desk, People, ScriptedChannel, reminder_for


class TestOneReminderIsSentOnce:
    def test_case_01_two_planners_in_one_minute_make_one_row(self, desk: Desk, people: People):
        reminder = reminder_for(people.reachable())
        assert (desk.plan(reminder), desk.plan(reminder)) == (1, 0)
        desk.deliver()
        desk.deliver()
        assert len(desk.channel.sent) == 1

    def test_case_02_two_workers_at_once_send_each_message_once(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        for number in range(8):
            desk.plan(reminder_for(people.reachable(f"+5255512345{number:02d}")))
        workers = [threading.Thread(target=desk.deliver) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        addresses = [message.address for message in channel.sent]
        assert sorted(addresses) == sorted(set(addresses))
        assert len(addresses) == 8

    def test_no_transaction_is_open_while_the_provider_is_called(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        def another_writer_gets_through(_message: Message) -> None:
            with desk.database.writing() as session:
                opt_out_number(session, digest("+525559999999"), desk.clock.now, "staff")

        channel.during = another_writer_gets_through
        desk.plan(reminder_for(people.reachable()))
        assert desk.deliver() == {"sent": 1}

    def test_the_claim_is_committed_before_the_provider_is_called(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        seen: list[tuple[State, uuid.UUID | None]] = []
        channel.during = lambda _message: seen.append((desk.row().state, desk.row().attempt))
        desk.plan(reminder_for(people.reachable()))
        desk.deliver()
        assert seen == [(State.SENDING, channel.sent[0].attempt)]


class TestWhatTheProviderAnswers:
    def test_case_06_too_many_requests_pauses_the_queue_and_sends_later(
        self, desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
    ):
        wait = timedelta(seconds=90)
        channel.answers = [DeliveryFailed("too_many_requests", retry=True, retry_after=wait)]
        desk.plan(reminder_for(people.reachable()), reminder_for(people.reachable("+525551234568")))
        desk.deliver()
        assert len(channel.sent) == 1
        clock.forward(seconds=89)
        desk.deliver()
        assert len(channel.sent) == 1
        clock.forward(seconds=2)
        assert desk.deliver() == {"sent": 2}

    def test_case_06_a_pause_past_the_end_expires_the_reminder(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        wait = timedelta(hours=9)
        channel.answers = [DeliveryFailed("rate_limited", retry=True, retry_after=wait)]
        desk.plan(reminder_for(people.reachable()))
        desk.deliver()
        assert (desk.row().state, desk.row().reason) == (State.EXPIRED, "rate_limited")

    def test_case_07_an_ambiguous_answer_is_unknown_and_never_sent_again(
        self, desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
    ):
        channel.answers = [DeliveryUnknown("http_500")]
        desk.plan(reminder_for(people.reachable()))
        for _ in range(5):
            desk.deliver()
            desk.sweep()
            clock.forward(minutes=20)
        assert len(channel.sent) == 1
        assert desk.row().state is State.UNKNOWN

    def test_an_unforeseen_exception_counts_as_unknown(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        channel.answers = [RuntimeError("the provider's library broke")]
        desk.plan(reminder_for(people.reachable()))
        assert desk.deliver() == {"unknown": 1}

    def test_case_09_an_unreachable_provider_is_tried_again_at_growing_distance(
        self, desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
    ):
        channel.answers = [DeliveryFailed("unreachable", retry=True) for _ in range(4)]
        desk.plan(reminder_for(people.reachable()))
        for _ in range(40):
            desk.deliver()
            clock.forward(seconds=30)
        assert len(channel.sent) == 5
        assert desk.row().state is State.SENT

    def test_case_10_wrong_credentials_stop_the_queue_with_one_alert(
        self,
        desk: Desk,
        people: People,
        channel: ScriptedChannel,
        clock: Clock,
        caplog: pytest.LogCaptureFixture,
    ):
        refusal = DeliveryFailed("credentials", aftermath=Aftermath.STOP_QUEUE)
        channel.answers = [refusal, refusal]
        for number in range(5):
            desk.plan(reminder_for(people.reachable(f"+52555123450{number}")))
        with caplog.at_level(logging.ERROR):
            desk.deliver()
            clock.forward(minutes=11)
            desk.deliver()
        assert len(caplog.records) == 1
        assert {row.state for row in desk.rows()} == {State.PLANNED}
        clock.forward(minutes=11)
        assert desk.deliver() == {"sent": 5}

    def test_case_17_a_refused_text_is_parked_and_others_flow(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        channel.answers = [DeliveryFailed("template_refused", aftermath=Aftermath.PARK_TEMPLATE)]
        desk.plan(reminder_for(people.reachable("+525551234501")))
        desk.deliver()
        desk.plan(reminder_for(people.reachable("+525551234502")))
        desk.plan(reminder_for(people.reachable("+525551234503"), Kind.ASSESSMENT_DUE, "week_6"))
        desk.deliver()
        assert [message.kind for message in channel.sent] == ["diary_due", "assessment_due"]

    def test_case_17_a_row_that_cannot_be_worded_fails_alone(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        spoilt = reminder_for(people.reachable("+525551234501"))
        spoilt.variables["date"] = "someday"  # type: ignore[index]
        desk.plan(spoilt)
        desk.plan(reminder_for(people.reachable("+525551234502")))
        assert desk.deliver() == {"refused_locally": 1, "sent": 1}

    def test_case_26_the_other_mexican_form_is_tried_once(
        self, desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
    ):
        refusal = DeliveryFailed("not_on_whatsapp", aftermath=Aftermath.OTHER_FORM)
        channel.answers = [refusal, refusal]
        desk.plan(reminder_for(people.reachable()))
        for _ in range(4):
            desk.deliver()
            clock.forward(minutes=1)
        assert [message.address for message in channel.sent] == [PHONE, "+5215551234567"]
        assert desk.row().state is State.FAILED

    def test_case_26_an_unreachable_number_gets_nothing_more(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        channel.answers = [DeliveryFailed("invalid_number", aftermath=Aftermath.BAD_NUMBER)]
        patient = people.reachable()
        desk.plan(reminder_for(patient))
        desk.deliver()
        desk.plan(reminder_for(patient, Kind.ASSESSMENT_DUE, "week_6"))
        assert desk.deliver() == {"unreachable": 1}

    def test_case_27_a_block_counts_as_an_opt_out(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        channel.answers = [DeliveryFailed("opted_out", aftermath=Aftermath.OPTED_OUT)]
        patient = people.reachable()
        desk.plan(reminder_for(patient))
        desk.deliver()
        desk.plan(reminder_for(patient, Kind.ASSESSMENT_DUE, "week_6"))
        assert desk.deliver() == {"no_consent": 1}


class TestTheDatabaseGoesAway:
    def test_case_11_before_the_claim_nothing_is_sent(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        desk.plan(reminder_for(people.reachable()))

        def away(*_: object) -> None:
            raise OSError("no database")

        event.listen(desk.database.engine, "before_cursor_execute", away)
        with pytest.raises(OSError, match="no database"):
            desk.deliver()
        event.remove(desk.database.engine, "before_cursor_execute", away)
        assert channel.sent == []
        assert desk.deliver() == {"sent": 1}

    def test_case_11_after_the_call_the_message_is_not_sent_again(
        self, desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
    ):
        desk.plan(reminder_for(people.reachable()))

        def away(*_: object) -> None:
            raise OSError("no database")

        def goes_away(_message: Message) -> None:
            event.listen(desk.database.engine, "before_cursor_execute", away)

        channel.during = goes_away
        with pytest.raises(OSError, match="no database"):
            desk.deliver()
        event.remove(desk.database.engine, "before_cursor_execute", away)
        clock.forward(minutes=5)
        desk.sweep()
        desk.deliver()
        assert len(channel.sent) == 1
        assert (desk.row().state, desk.row().reason) == (State.UNKNOWN, "lease_expired")

    def test_case_12_a_log_that_cannot_be_written_changes_nothing(
        self, desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch
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
        desk.plan(reminder_for(people.reachable()))
        try:
            assert desk.deliver() == {"sent": 1}
        finally:
            logging.getLogger("notifications").removeHandler(handler)
            logging.getLogger("notifications").setLevel(logging.NOTSET)


class TestLateness:
    def test_case_13_after_an_outage_old_reminders_are_dropped(
        self, desk: Desk, people: People, clock: Clock, channel: ScriptedChannel
    ):
        desk.plan(reminder_for(people.reachable()))
        clock.forward(hours=6)
        assert desk.deliver() == {"expired": 1}
        assert channel.sent == []

    def test_case_14_three_days_asleep_send_nothing_old(
        self, desk: Desk, people: People, clock: Clock, channel: ScriptedChannel
    ):
        patient = people.reachable()
        for day in (12, 13, 14):
            at = datetime(2026, 11, day + 1, 0, 0, tzinfo=UTC)
            desk.plan(reminder_for(patient, occurrence=f"2026-11-{day}", at=at))
        clock.forward(days=3)
        desk.plan(
            reminder_for(
                patient, occurrence="2026-11-15", at=datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
            )
        )
        desk.deliver()
        assert len(channel.sent) == 1

    def test_case_15_a_clock_that_jumps_ahead_plans_nothing(self, desk: Desk, people: People):
        far = desk.clock.now + timedelta(days=5)
        assert desk.plan(reminder_for(people.reachable(), at=far)) == 0

    def test_case_15_a_clock_that_falls_back_repeats_nothing(
        self, desk: Desk, people: People, clock: Clock, channel: ScriptedChannel
    ):
        reminder = reminder_for(people.reachable())
        desk.plan(reminder)
        desk.deliver()
        clock.forward(days=-1)
        desk.plan(reminder)
        desk.deliver()
        clock.forward(days=1)
        desk.deliver()
        assert len(channel.sent) == 1

    def test_case_39_quiet_hours_hold_a_message_until_morning(
        self, desk: Desk, people: People, clock: Clock
    ):
        late = datetime(2026, 11, 13, 4, 30, tzinfo=UTC)  # 22:30 in Mexico City
        clock.now = late
        desk.plan(reminder_for(people.reachable(), at=late, lifetime=timedelta(hours=12)))
        assert desk.deliver() == {"quiet_hours": 1}
        clock.now = datetime(2026, 11, 13, 13, 59, tzinfo=UTC)
        assert desk.deliver() == {}
        clock.now = datetime(2026, 11, 13, 14, 0, tzinfo=UTC)
        assert desk.deliver() == {"sent": 1}

    def test_case_39_a_message_that_would_wait_past_its_end_expires(
        self, desk: Desk, people: People, clock: Clock
    ):
        clock.now = datetime(2026, 11, 13, 4, 30, tzinfo=UTC)
        desk.plan(reminder_for(people.reachable(), at=clock.now))
        desk.deliver()
        assert (desk.row().state, desk.row().reason) == (State.EXPIRED, "quiet_hours")

    def test_quiet_hours_are_those_of_the_person(self, desk: Desk, people: People, clock: Clock):
        clock.now = datetime(2026, 11, 13, 3, 30, tzinfo=UTC)  # 21:30 in Mexico City, 19:30 there
        desk.plan(reminder_for(people.reachable(time_zone="America/Tijuana"), at=clock.now))
        assert desk.deliver() == {"sent": 1}

    def test_case_38_a_changed_hour_moves_the_reminder_that_waits(
        self, desk: Desk, people: People, clock: Clock
    ):
        patient = people.reachable()
        desk.plan(reminder_for(patient, at=clock.now + timedelta(hours=1)))
        desk.plan(reminder_for(patient, at=clock.now - timedelta(minutes=1)))
        assert desk.deliver() == {"sent": 1}
        assert len(desk.rows()) == 1


class TestConsentIsCheckedAtTheMomentOfSending:
    def test_case_18_baja_between_planning_and_sending_cancels(self, desk: Desk, people: People):
        desk.plan(reminder_for(people.reachable()))
        with desk.database.writing() as session:
            opt_out_number(session, digest(PHONE), desk.clock.now, "keyword")
        assert desk.deliver() == {}
        assert (desk.row().state, desk.row().reason) == (State.CANCELLED, "opted_out")

    def test_case_18_a_suppressed_number_is_not_written_to_even_with_an_open_consent(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        first, second = people.reachable(), people.reachable("+525551234568")
        desk.plan(reminder_for(first), reminder_for(second))
        with desk.database.writing() as session:
            opt_out_number(session, digest("+525551234568"), desk.clock.now, "keyword")
        desk.deliver()
        assert [message.address for message in channel.sent] == [PHONE]

    def test_case_19_baja_during_the_call_stops_everything_after_it(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        patient = people.reachable()

        def baja(_message: Message) -> None:
            with desk.database.writing() as session:
                opt_out_number(session, digest(PHONE), desk.clock.now, "keyword")

        channel.during = baja
        desk.plan(reminder_for(patient))
        desk.deliver()
        desk.plan(reminder_for(patient, Kind.ASSESSMENT_DUE, "week_6"))
        desk.deliver()
        assert len(channel.sent) == 1

    def test_nobody_is_written_to_without_a_consent(self, desk: Desk, people: People):
        desk.plan(reminder_for(people.participant()))
        assert desk.deliver() == {"no_consent": 1}

    def test_case_23_a_new_number_is_used_only_after_its_own_consent(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        patient = people.reachable()
        desk.plan(reminder_for(patient))
        people.consent(patient, "+525557654321")
        desk.deliver()
        assert [message.address for message in channel.sent] == ["+525557654321"]

    def test_case_25_two_people_on_one_telephone_get_one_message_each_apart(
        self, desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
    ):
        desk.plan(reminder_for(people.reachable()), reminder_for(people.reachable()))
        assert desk.deliver() == {"sent": 1, "one_at_a_time": 1}
        clock.forward(seconds=7)
        assert desk.deliver() == {"sent": 1}
        assert len(channel.sent) == 2

    def test_case_28_alta_is_a_new_consent_and_revives_no_old_reminder(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        patient = people.reachable()
        desk.plan(reminder_for(patient))
        with desk.database.writing() as session:
            opt_out_number(session, digest(PHONE), desk.clock.now, "keyword")
            opt_in_number(session, digest(PHONE), desk.clock.now)
        desk.deliver()
        assert channel.sent == []
        assert desk.count("contacts") == 2
        desk.plan(reminder_for(patient, Kind.ASSESSMENT_DUE, "week_6"))
        assert desk.deliver() == {"sent": 1}

    def test_case_29_switching_off_in_the_course_leaves_the_other_one_on_that_telephone(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        first, second = people.reachable(), people.reachable()
        desk.plan(reminder_for(first), reminder_for(second))
        with desk.database.writing() as session:
            opt_out(session, first, desk.clock.now)
        assert desk.deliver() == {"sent": 1}

    def test_baja_and_delivery_at_one_moment_do_not_wait_for_each_other_for_ever(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        phones = [f"+5255512345{number:02d}" for number in range(12)]
        for phone in phones:
            desk.plan(reminder_for(people.reachable(phone)))
        faults: list[Exception] = []

        def everybody_says_baja() -> None:
            try:
                for phone in reversed(phones):
                    with desk.database.writing() as session:
                        opt_out_number(session, digest(phone), desk.clock.now, "keyword")
            except Exception as fault:
                faults.append(fault)

        other = threading.Thread(target=everybody_says_baja)
        other.start()
        desk.deliver()
        other.join()
        assert faults == []
        assert {row.state for row in desk.rows()} <= {State.SENT, State.CANCELLED}
        assert len(channel.sent) == sum(row.state is State.SENT for row in desk.rows())


class TestTheCourseIsAskedAtTheMomentOfSending:
    @pytest.mark.parametrize("need", [Need.DONE, Need.LEFT])
    def test_cases_20_and_21_done_or_gone_is_cancelled(
        self, desk: Desk, people: People, channel: ScriptedChannel, need: Need
    ):
        desk.still_due = lambda *_: need
        desk.plan(reminder_for(people.reachable()))
        desk.deliver()
        assert (desk.row().state, desk.row().reason) == (State.CANCELLED, need.value)
        assert channel.sent == []

    def test_case_71_not_knowing_waits_and_then_expires(
        self, desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
    ):
        desk.still_due = lambda *_: Need.CANNOT_TELL
        desk.plan(reminder_for(people.reachable()))
        for _ in range(30):
            desk.deliver()
            clock.forward(minutes=10)
        assert channel.sent == []
        assert desk.row().state is State.EXPIRED

    def test_a_question_that_breaks_stops_only_its_own_row(self, desk: Desk, people: People):
        broken, fine = people.reachable(), people.reachable("+525551234568")

        def asks(_session: Session, participant: uuid.UUID, *_: object) -> Need:
            if participant == broken:
                raise LookupError("a record that is not there")
            return Need.NEEDED

        desk.still_due = asks
        desk.plan(reminder_for(broken), reminder_for(fine))
        assert desk.deliver() == {"refused_locally": 1, "sent": 1}


class TestOperations:
    def test_case_68_the_log_holds_no_number_and_no_words(
        self, desk: Desk, people: People, caplog: pytest.LogCaptureFixture
    ):
        desk.plan(reminder_for(people.reachable()))
        with caplog.at_level(logging.DEBUG):
            desk.deliver()
        assert "outcome=accepted" in caplog.text
        assert "5551234567" not in caplog.text
        assert "registro" not in caplog.text

    def test_case_68_a_message_shows_no_number_when_it_is_printed(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        desk.plan(reminder_for(people.reachable()))
        desk.deliver()
        assert "5551234567" not in repr(channel.sent[0])

    def test_a_contact_whose_channel_is_not_set_up_waits(self, desk: Desk, people: People):
        desk.plan(reminder_for(people.reachable(channel="carrier_pigeon")))
        assert desk.deliver() == {"channel_not_configured": 1}
        assert desk.row().state is State.PLANNED

    def test_entries_name_the_state_and_the_reason(self, desk: Desk, people: People):
        patient = people.reachable()
        desk.plan(reminder_for(patient))
        desk.deliver()
        with desk.database.reading() as session:
            (entry,) = entries(session, patient)
        assert (entry.state, entry.kind, entry.occurrence) == (
            State.SENT,
            Kind.DIARY_DUE,
            "2026-11-12",
        )

    def test_numbers_are_not_readable_in_the_database(self, database: Database, people: People):
        people.reachable()
        with database.engine.connect() as connection:
            stored = connection.exec_driver_sql("select phone, phone_digest from contacts").all()
        assert "5551234567" not in str(stored)
