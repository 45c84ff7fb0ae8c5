"""What the provider reports afterwards: twice, late, in any order, too early, or never."""

import itertools
import uuid

import pytest

from notifications.channel import DeliveryUnknown, Message, Receipt
from notifications.models import State
from notifications.outbox import Outcome, record_receipt
from tests.notifications.outbox_kit import Clock, Desk, People, ScriptedChannel, reminder_for

SID = "SM" + "a" * 32
OTHER_SID = "SM" + "b" * 32


@pytest.fixture
def sent(desk: Desk, people: People, channel: ScriptedChannel) -> uuid.UUID:
    """The attempt of one message that the provider has accepted as SID."""
    channel.answers = [Receipt(SID, "queued")]
    desk.plan(reminder_for(people.reachable()))
    desk.deliver()
    return channel.sent[0].attempt


def report(
    desk: Desk, attempt: uuid.UUID | None, status: str, error: str = "", sid: str = SID
) -> Outcome:
    with desk.database.writing() as session:
        return record_receipt(
            session,
            attempt=attempt,
            sid=sid,
            status=status,
            error_code=error,
            now=desk.clock.now,
        )


class TestTheRatchet:
    def test_case_43_a_duplicate_changes_nothing(self, desk: Desk, sent: uuid.UUID):
        assert report(desk, sent, "delivered") is Outcome.APPLIED
        assert report(desk, sent, "delivered") is Outcome.DUPLICATE
        assert desk.count("outbox_events") == 1

    @pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "read"])))
    def test_case_44_any_order_ends_in_read(
        self, desk: Desk, sent: uuid.UUID, order: tuple[str, ...]
    ):
        for status in order:
            report(desk, sent, status)
        assert desk.row().state is State.READ
        assert desk.count("outbox_events") == 3

    def test_case_45_a_failure_after_delivery_is_an_anomaly(self, desk: Desk, sent: uuid.UUID):
        report(desk, sent, "delivered")
        assert report(desk, sent, "failed", "63012") is Outcome.ANOMALY
        assert desk.row().state is State.DELIVERED

    def test_a_delivery_after_a_failure_is_the_truth_and_is_flagged(
        self, desk: Desk, sent: uuid.UUID
    ):
        report(desk, sent, "undelivered", "63012")
        assert report(desk, sent, "delivered") is Outcome.ANOMALY
        assert (desk.row().state, desk.row().reason) == (State.DELIVERED, "delivered_after_failure")

    def test_the_first_error_is_not_erased(self, desk: Desk, sent: uuid.UUID):
        report(desk, sent, "failed", "63016")
        report(desk, sent, "undelivered", "")
        assert desk.row().error_code == "63016"

    def test_case_51_an_unknown_status_is_kept_and_changes_no_state(
        self, desk: Desk, sent: uuid.UUID
    ):
        assert report(desk, sent, "teleported") is Outcome.IGNORED
        assert desk.row().state is State.SENT
        assert desk.count("outbox_events") == 1


class TestWhoseReportItIs:
    def test_case_46_a_report_before_our_commit_is_adopted(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        channel.answers = [Receipt(SID, "queued")]
        channel.during = lambda message: report(desk, message.attempt, "delivered")
        desk.plan(reminder_for(people.reachable()))
        desk.deliver()
        assert (desk.row().state, desk.row().sid) == (State.DELIVERED, SID)

    def test_case_46_a_report_makes_an_unknown_send_known(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        channel.answers = [DeliveryUnknown("http_500")]
        desk.plan(reminder_for(people.reachable()))
        desk.deliver()
        report(desk, channel.sent[0].attempt, "delivered")
        assert (desk.row().state, desk.row().sid) == (State.DELIVERED, SID)

    def test_a_report_during_a_call_that_ends_in_doubt_is_not_undone(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        channel.answers = [DeliveryUnknown("ReadTimeout")]
        channel.during = lambda message: report(desk, message.attempt, "sent")
        desk.plan(reminder_for(people.reachable()))
        desk.deliver()
        assert desk.row().state is State.SENT

    def test_case_46_a_report_about_nothing_we_know_is_kept_aside(self, desk: Desk):
        assert report(desk, uuid.uuid4(), "delivered") is Outcome.UNMATCHED
        assert desk.count("outbox_events") == 1

    def test_a_report_without_our_id_is_applied_when_the_sid_becomes_known(
        self, desk: Desk, people: People, channel: ScriptedChannel
    ):
        def without_id(_message: Message) -> None:
            report(desk, None, "delivered")

        channel.answers = [Receipt(SID, "queued")]
        channel.during = without_id
        desk.plan(reminder_for(people.reachable()))
        desk.deliver()
        assert desk.row().state is State.DELIVERED

    def test_case_49_an_attempt_and_a_foreign_sid_are_refused_without_a_trace(
        self, desk: Desk, sent: uuid.UUID
    ):
        assert report(desk, sent, "failed", sid=OTHER_SID) is Outcome.REFUSED
        assert desk.row().state is State.SENT
        assert desk.count("outbox_events") == 0

    def test_case_49_a_known_sid_under_a_foreign_attempt_is_refused(
        self, desk: Desk, sent: uuid.UUID
    ):
        assert report(desk, uuid.uuid4(), "failed") is Outcome.REFUSED

    def test_two_rows_never_own_one_sid(
        self, desk: Desk, people: People, channel: ScriptedChannel, sent: uuid.UUID
    ):
        channel.answers = [Receipt(SID, "queued")]
        desk.plan(reminder_for(people.reachable("+525551234568")))
        desk.deliver()
        assert [row.sid for row in desk.rows()].count(SID) == 1


class TestWhatAFailureMeans:
    def test_case_27_blocked_by_the_person_is_an_opt_out(self, desk: Desk, sent: uuid.UUID):
        report(desk, sent, "failed", "63014")
        assert desk.count("suppressions") == 1

    def test_case_26_not_on_whatsapp_tries_the_other_form_once_under_a_new_id(
        self, desk: Desk, sent: uuid.UUID, channel: ScriptedChannel, clock: Clock
    ):
        report(desk, sent, "undelivered", "63024")
        clock.forward(minutes=1)
        desk.deliver()
        first, second = channel.sent
        assert (first.address, second.address) == ("+525551234567", "+5215551234567")
        assert first.attempt != second.attempt
        row = desk.row()
        report(desk, second.attempt, "undelivered", "63024", sid=str(row.sid))
        clock.forward(minutes=1)
        desk.deliver()
        assert len(channel.sent) == 2

    def test_case_30_a_template_that_lost_its_approval_is_held(
        self, desk: Desk, people: People, sent: uuid.UUID
    ):
        report(desk, sent, "failed", "63041")
        desk.plan(reminder_for(people.reachable("+525551234568")))
        assert desk.deliver() == {"on_hold": 1}

    @pytest.mark.parametrize("code", ["63016", "30008", "", "not a number"])
    def test_other_failures_end_the_one_message(self, desk: Desk, sent: uuid.UUID, code: str):
        report(desk, sent, "failed", code)
        assert desk.row().state is State.FAILED
        assert desk.count("outbox_holds") == 0
