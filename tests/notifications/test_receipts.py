"""What the provider reports afterwards: twice, late, in any order, too early, or never."""

import itertools
import uuid

import pytest

from notifications.channel import DeliveryUnknown, Message, Receipt
from notifications.consent import BY_KEYWORD, opt_out_number
from notifications.models import State
from notifications.outbox import Outcome, record_receipt
from notifications.phones import digest
from tests.notifications.outbox_kit import (
    PHONE,
    Clock,
    People,
    ScriptedChannel,
    Sender,
    reminder_for,
)

SID = "SM" + "a" * 32
OTHER_SID = "SM" + "b" * 32


@pytest.fixture
def sent(sender: Sender, people: People, channel: ScriptedChannel) -> uuid.UUID:
    """The attempt of one message that the provider has accepted as SID."""
    channel.answers = [Receipt(SID, "queued")]
    sender.plan(reminder_for(people.reachable()))
    sender.deliver()
    return channel.sent[0].attempt


def report(
    sender: Sender, attempt: uuid.UUID | None, status: str, error: str = "", sid: str = SID
) -> Outcome:
    with sender.database.writing() as session:
        return record_receipt(
            session,
            attempt=attempt,
            sid=sid,
            status=status,
            error_code=error,
            now=sender.clock.now,
        )


class TestTheRatchet:
    def test_case_43_a_duplicate_changes_nothing(self, sender: Sender, sent: uuid.UUID):
        assert report(sender, sent, "delivered") is Outcome.APPLIED
        assert report(sender, sent, "delivered") is Outcome.DUPLICATE
        assert sender.count("outbox_events") == 1

    @pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "read"])))
    def test_case_44_any_order_ends_in_read(
        self, sender: Sender, sent: uuid.UUID, order: tuple[str, ...]
    ):
        for status in order:
            report(sender, sent, status)
        assert sender.row().state is State.READ
        assert sender.count("outbox_events") == 3

    def test_case_45_a_failure_after_delivery_is_an_anomaly(self, sender: Sender, sent: uuid.UUID):
        report(sender, sent, "delivered")
        assert report(sender, sent, "failed", "63012") is Outcome.ANOMALY
        assert sender.row().state is State.DELIVERED

    def test_a_delivery_after_a_failure_is_the_truth_and_is_flagged(
        self, sender: Sender, sent: uuid.UUID
    ):
        report(sender, sent, "undelivered", "63012")
        assert report(sender, sent, "delivered") is Outcome.ANOMALY
        assert (sender.row().state, sender.row().reason) == (
            State.DELIVERED,
            "delivered_after_failure",
        )

    @pytest.mark.parametrize("late", ["queued", "sent"])
    def test_what_expired_after_a_refusal_stays_so_whatever_comes_late(
        self, sender: Sender, sent: uuid.UUID, late: str
    ):
        sender.clock.forward(hours=3)
        report(sender, sent, "failed", "63018")
        assert sender.row().state is State.EXPIRED
        assert report(sender, sent, late) is Outcome.KEPT
        assert sender.row().state is State.EXPIRED

    @pytest.mark.parametrize("first", [("failed", ""), ("delivered", "")])
    def test_a_person_who_blocked_us_is_heard_whatever_is_known_of_the_message(
        self, sender: Sender, sent: uuid.UUID, people: People, first: tuple[str, str]
    ):
        report(sender, sent, *first)
        report(sender, sent, "failed", "63014")
        sender.clock.forward(minutes=1)
        sender.plan(reminder_for(sender.row().participant_id, "assessment_due"))
        assert "sent" not in sender.deliver()

    def test_the_first_error_is_not_erased(self, sender: Sender, sent: uuid.UUID):
        report(sender, sent, "failed", "63016")
        report(sender, sent, "undelivered", "")
        assert sender.row().error_code == "63016"

    def test_case_51_an_unknown_status_is_kept_and_changes_no_state(
        self, sender: Sender, sent: uuid.UUID
    ):
        assert report(sender, sent, "teleported") is Outcome.IGNORED
        assert sender.row().state is State.SENT
        assert sender.count("outbox_events") == 1


class TestWhoseReportItIs:
    def test_case_46_a_report_before_our_commit_is_adopted(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        channel.answers = [Receipt(SID, "queued")]
        channel.during = lambda message: report(sender, message.attempt, "delivered")
        sender.plan(reminder_for(people.reachable()))
        sender.deliver()
        assert (sender.row().state, sender.row().sid) == (State.DELIVERED, SID)

    def test_case_46_a_report_makes_an_unknown_send_known(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        channel.answers = [DeliveryUnknown("http_500")]
        sender.plan(reminder_for(people.reachable()))
        sender.deliver()
        report(sender, channel.sent[0].attempt, "delivered")
        assert (sender.row().state, sender.row().sid) == (State.DELIVERED, SID)

    def test_a_report_during_a_call_that_ends_in_doubt_is_not_undone(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        channel.answers = [DeliveryUnknown("ReadTimeout")]
        channel.during = lambda message: report(sender, message.attempt, "sent")
        sender.plan(reminder_for(people.reachable()))
        sender.deliver()
        assert sender.row().state is State.SENT

    def test_case_46_a_report_about_nothing_we_know_is_kept_aside(self, sender: Sender):
        assert report(sender, uuid.uuid4(), "delivered") is Outcome.UNMATCHED
        assert sender.count("outbox_events") == 1

    def test_a_report_without_our_id_is_applied_when_the_sid_becomes_known(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        def without_id(_message: Message) -> None:
            report(sender, None, "delivered")

        channel.answers = [Receipt(SID, "queued")]
        channel.during = without_id
        sender.plan(reminder_for(people.reachable()))
        sender.deliver()
        assert sender.row().state is State.DELIVERED

    def test_case_49_an_attempt_and_a_foreign_sid_are_refused_without_a_trace(
        self, sender: Sender, sent: uuid.UUID
    ):
        assert report(sender, sent, "failed", sid=OTHER_SID) is Outcome.REFUSED
        assert sender.row().state is State.SENT
        assert sender.count("outbox_events") == 0

    def test_case_49_a_known_sid_under_a_foreign_attempt_is_refused(
        self, sender: Sender, sent: uuid.UUID
    ):
        assert report(sender, uuid.uuid4(), "failed") is Outcome.REFUSED

    def test_two_rows_never_own_one_sid(
        self, sender: Sender, people: People, channel: ScriptedChannel, sent: uuid.UUID
    ):
        channel.answers = [Receipt(SID, "queued")]
        sender.plan(reminder_for(people.reachable("+525551234568")))
        sender.deliver()
        assert [row.sid for row in sender.rows()].count(SID) == 1


class TestWhatAFailureMeans:
    def test_case_27_blocked_by_the_person_is_an_opt_out(self, sender: Sender, sent: uuid.UUID):
        report(sender, sent, "failed", "63014")
        assert sender.count("suppressions") == 1

    def test_case_26_not_on_whatsapp_tries_the_other_form_once_under_a_new_id(
        self, sender: Sender, sent: uuid.UUID, channel: ScriptedChannel, clock: Clock
    ):
        report(sender, sent, "undelivered", "63024")
        clock.forward(minutes=1)
        sender.deliver()
        first, second = channel.sent
        assert (first.address, second.address) == ("+525551234567", "+5215551234567")
        assert first.attempt != second.attempt
        row = sender.row()
        report(sender, second.attempt, "undelivered", "63024", sid=str(row.sid))
        clock.forward(minutes=1)
        sender.deliver()
        assert len(channel.sent) == 2

    def test_case_30_a_template_that_lost_its_approval_is_held(
        self, sender: Sender, people: People, sent: uuid.UUID
    ):
        report(sender, sent, "failed", "63041")
        sender.plan(reminder_for(people.reachable("+525551234568")))
        assert sender.deliver() == {"paused": 1}

    @pytest.mark.parametrize("code", ["63016", "30008", "", "not a number"])
    def test_other_failures_end_the_one_message(self, sender: Sender, sent: uuid.UUID, code: str):
        report(sender, sent, "failed", code)
        assert sender.row().state is State.FAILED
        assert sender.count("outbox_pauses") == 0


class TestALateRefusal:
    """Nearly every refusal of WhatsApp comes by callback: it means what it means at once."""

    @pytest.mark.parametrize("code", ["63018", "63017", "63012", "30001", "63038"])
    def test_what_may_be_tried_again_is(
        self, sender: Sender, sent: uuid.UUID, channel: ScriptedChannel, clock: Clock, code: str
    ):
        report(sender, sent, "undelivered", code)
        assert sender.row().state is State.PLANNED
        clock.forward(minutes=45)
        assert sender.deliver() == {"sent": 1}
        assert len({each.attempt for each in channel.sent}) == 2

    def test_the_queue_is_slowed(
        self, sender: Sender, sent: uuid.UUID, people: People, channel: ScriptedChannel
    ):
        report(sender, sent, "undelivered", "63018")
        sender.plan(reminder_for(people.reachable("+525551234568")))
        sender.deliver()
        assert len(channel.sent) == 1

    def test_a_fault_of_ours_stops_the_queue_and_the_message_waits(
        self, sender: Sender, sent: uuid.UUID, channel: ScriptedChannel, clock: Clock
    ):
        report(sender, sent, "failed", "63007")
        assert (sender.row().state, sender.row().reason) == (State.PLANNED, "misconfigured")
        clock.forward(minutes=11)
        sender.deliver()
        assert len(channel.sent) == 2

    def test_a_limit_for_one_person_holds_nobody_elses_text(
        self, sender: Sender, sent: uuid.UUID, people: People, channel: ScriptedChannel
    ):
        report(sender, sent, "undelivered", "63049")
        assert (sender.row().state, sender.row().reason) == (State.FAILED, "person_limit")
        sender.plan(reminder_for(people.reachable("+525551234568")))
        sender.deliver()
        assert len(channel.sent) == 2

    def test_after_a_stop_nothing_is_tried_again(
        self, sender: Sender, sent: uuid.UUID, channel: ScriptedChannel, clock: Clock
    ):
        with sender.database.writing() as session:
            opt_out_number(session, digest(PHONE), clock.now, BY_KEYWORD)
        report(sender, sent, "undelivered", "63018")
        clock.forward(minutes=45)
        sender.deliver()
        assert len(channel.sent) == 1
        assert sender.row().state is State.CANCELLED

    def test_what_the_provider_says_twice_is_one_refusal(self, sender: Sender, sent: uuid.UUID):
        report(sender, sent, "undelivered", "63018")
        assert report(sender, None, "failed", "63018") is Outcome.KEPT
        assert sender.row().state is State.PLANNED

    def test_one_that_arrived_after_all_is_not_sent_again(
        self, sender: Sender, sent: uuid.UUID, channel: ScriptedChannel, clock: Clock
    ):
        report(sender, sent, "undelivered", "63018")
        assert report(sender, sent, "delivered") is Outcome.ANOMALY
        clock.forward(minutes=45)
        sender.deliver()
        assert len(channel.sent) == 1
        assert sender.row().state is State.DELIVERED
