"""After a crash or a lost answer: settled by evidence, never by sending again."""

from notifications.channel import DeliveryUnknown, Receipt
from notifications.models import State
from tests.notifications.outbox_kit import Clock, Desk, People, ScriptedChannel, reminder_for

SID = "SM" + "a" * 32
OTHER_SID = "SM" + "b" * 32


class WorkerDied(BaseException):
    """Ends a worker in the middle, as a kill does: nothing after it runs."""


def dies(_message: object) -> None:
    raise WorkerDied


def abandoned(desk: Desk, people: People, channel: ScriptedChannel) -> None:
    """A message whose worker died during the call."""
    channel.during = dies
    desk.plan(reminder_for(people.reachable()))
    try:
        desk.deliver()
    except WorkerDied:
        channel.during = None


def test_a_lease_that_still_runs_is_left_alone(
    desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
):
    abandoned(desk, people, channel)
    clock.forward(seconds=100)
    desk.sweep()
    assert desk.row().state is State.SENDING


def test_case_05_a_worker_killed_during_the_call_leaves_unknown_and_no_second_send(
    desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
):
    abandoned(desk, people, channel)
    for _ in range(10):
        clock.forward(minutes=3)
        desk.sweep()
        desk.deliver()
    assert len(channel.sent) == 1
    assert desk.row().state is State.UNKNOWN


def test_case_04_a_message_found_at_the_provider_is_adopted(
    desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
):
    abandoned(desk, people, channel)
    channel.found = [Receipt(SID, "delivered")]
    clock.forward(minutes=3)
    assert desk.sweep() == {"lease_expired": 1, "found": 1}
    assert (desk.row().state, desk.row().sid) == (State.DELIVERED, SID)


def test_two_candidates_at_the_provider_are_no_answer(
    desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
):
    abandoned(desk, people, channel)
    channel.found = [Receipt(SID, "delivered"), Receipt(OTHER_SID, "delivered")]
    clock.forward(minutes=3)
    desk.sweep()
    assert desk.row().state is State.UNKNOWN


def test_a_message_that_belongs_to_another_row_is_not_adopted(
    desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
):
    channel.answers = [Receipt(SID, "queued"), DeliveryUnknown("http_500")]
    desk.plan(reminder_for(people.reachable()))
    desk.deliver()
    desk.plan(reminder_for(people.reachable("+525551234568")))
    desk.deliver()
    channel.found = [Receipt(SID, "delivered")]
    clock.forward(minutes=3)
    desk.sweep()
    assert sorted(row.state for row in desk.rows()) == [State.SENT, State.UNKNOWN]


def test_a_provider_that_cannot_be_asked_is_asked_again(
    desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
):
    abandoned(desk, people, channel)
    channel.key = "elsewhere"
    clock.forward(minutes=3)
    desk.sweep()
    channel.key = "whatsapp"
    channel.found = [Receipt(SID, "sent")]
    clock.forward(minutes=6)
    desk.sweep()
    assert desk.row().state is State.SENT


def test_what_was_never_confirmed_says_so_after_its_time(
    desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
):
    abandoned(desk, people, channel)
    clock.forward(minutes=3)
    desk.sweep()
    clock.forward(hours=4)
    desk.sweep()
    assert (desk.row().state, desk.row().reason) == (State.UNKNOWN, "unconfirmed")


def test_nothing_else_goes_to_the_number_while_a_send_is_unsettled(
    desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
):
    channel.answers = [DeliveryUnknown("ReadTimeout")]
    desk.plan(reminder_for(people.reachable()))
    desk.deliver()
    desk.plan(reminder_for(people.reachable()))
    clock.forward(minutes=1)
    assert desk.deliver() == {"one_at_a_time": 1}
    clock.forward(minutes=20)
    assert desk.deliver() == {"sent": 1}


def test_case_53_a_silent_message_is_asked_about_and_then_says_no_receipt(
    desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
):
    channel.answers = [Receipt(SID, "queued")]
    channel.reports = {SID: ("sent", "")}
    desk.plan(reminder_for(people.reachable()))
    desk.deliver()
    clock.forward(hours=2)
    assert desk.sweep() == {"asked": 1}
    clock.forward(days=3)
    desk.sweep()
    assert (desk.row().state, desk.row().reason) == (State.SENT, "no_receipt")


def test_case_52_a_lost_receipt_is_repaired_by_asking(
    desk: Desk, people: People, channel: ScriptedChannel, clock: Clock
):
    channel.answers = [Receipt(SID, "queued")]
    channel.reports = {SID: ("failed", "63014")}
    desk.plan(reminder_for(people.reachable()))
    desk.deliver()
    clock.forward(hours=2)
    desk.sweep()
    assert desk.row().state is State.FAILED
    assert desk.count("suppressions") == 1
