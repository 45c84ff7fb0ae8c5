"""After a crash or a lost answer: settled by evidence, never by sending again."""

from notifications.channel import DeliveryUnknown, Receipt
from notifications.models import State
from tests.notifications.outbox_kit import Clock, People, ScriptedChannel, Sender, reminder_for

SID = "SM" + "a" * 32
OTHER_SID = "SM" + "b" * 32


class WorkerDied(BaseException):
    """Ends a sender in the middle, as a kill does: nothing after it runs."""


def dies(_message: object) -> None:
    raise WorkerDied


def abandoned(sender: Sender, people: People, channel: ScriptedChannel) -> None:
    """A message whose sender died during the call."""
    channel.during = dies
    sender.plan(reminder_for(people.reachable()))
    try:
        sender.deliver()
    except WorkerDied:
        channel.during = None


def test_a_lease_that_still_runs_is_left_alone(
    sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
):
    abandoned(sender, people, channel)
    clock.forward(seconds=100)
    sender.reconcile()
    assert sender.row().state is State.SENDING


def test_case_05_a_worker_killed_during_the_call_leaves_unknown_and_no_second_send(
    sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
):
    abandoned(sender, people, channel)
    for _ in range(10):
        clock.forward(minutes=3)
        sender.reconcile()
        sender.deliver()
    assert len(channel.sent) == 1
    assert sender.row().state is State.UNKNOWN


def test_case_04_a_message_found_at_the_provider_is_adopted(
    sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
):
    abandoned(sender, people, channel)
    channel.found = [Receipt(SID, "delivered")]
    clock.forward(minutes=3)
    assert sender.reconcile() == {"lease_expired": 1, "found": 1}
    assert (sender.row().state, sender.row().sid) == (State.DELIVERED, SID)


def test_two_candidates_at_the_provider_are_no_answer(
    sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
):
    abandoned(sender, people, channel)
    channel.found = [Receipt(SID, "delivered"), Receipt(OTHER_SID, "delivered")]
    clock.forward(minutes=3)
    sender.reconcile()
    assert sender.row().state is State.UNKNOWN


def test_a_message_that_belongs_to_another_row_is_not_adopted(
    sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
):
    channel.answers = [Receipt(SID, "queued"), DeliveryUnknown("http_500")]
    sender.plan(reminder_for(people.reachable()))
    sender.deliver()
    sender.plan(reminder_for(people.reachable("+525551234568")))
    sender.deliver()
    channel.found = [Receipt(SID, "delivered")]
    clock.forward(minutes=3)
    sender.reconcile()
    assert sorted(row.state for row in sender.rows()) == [State.SENT, State.UNKNOWN]


def test_a_provider_that_cannot_be_asked_is_asked_again(
    sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
):
    abandoned(sender, people, channel)
    channel.key = "elsewhere"
    clock.forward(minutes=3)
    sender.reconcile()
    channel.key = "whatsapp"
    channel.found = [Receipt(SID, "sent")]
    clock.forward(minutes=6)
    sender.reconcile()
    assert sender.row().state is State.SENT


def test_what_was_never_confirmed_says_so_after_its_time(
    sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
):
    abandoned(sender, people, channel)
    clock.forward(minutes=3)
    sender.reconcile()
    clock.forward(hours=4)
    sender.reconcile()
    assert (sender.row().state, sender.row().reason) == (State.UNKNOWN, "unconfirmed")


def test_nothing_else_goes_to_the_number_while_a_send_is_unsettled(
    sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
):
    channel.answers = [DeliveryUnknown("ReadTimeout")]
    sender.plan(reminder_for(people.reachable()))
    sender.deliver()
    sender.plan(reminder_for(people.reachable()))
    clock.forward(minutes=1)
    assert sender.deliver() == {"one_at_a_time": 1}
    clock.forward(minutes=20)
    assert sender.deliver() == {"sent": 1}


def test_case_53_a_silent_message_is_asked_about_and_then_says_no_receipt(
    sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
):
    channel.answers = [Receipt(SID, "queued")]
    channel.reports = {SID: ("sent", "")}
    sender.plan(reminder_for(people.reachable()))
    sender.deliver()
    clock.forward(hours=2)
    assert sender.reconcile() == {"asked": 1}
    clock.forward(days=3)
    sender.reconcile()
    assert (sender.row().state, sender.row().reason) == (State.SENT, "no_receipt")


def test_case_52_a_lost_receipt_is_repaired_by_asking(
    sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
):
    channel.answers = [Receipt(SID, "queued")]
    channel.reports = {SID: ("failed", "63014")}
    sender.plan(reminder_for(people.reachable()))
    sender.deliver()
    clock.forward(hours=2)
    sender.reconcile()
    assert sender.row().state is State.FAILED
    assert sender.count("suppressions") == 1
