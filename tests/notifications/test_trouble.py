"""Whom messages do not reach is known with the reason, until a number works again."""

import uuid

from sqlalchemy import true

from notifications import trouble
from notifications.channel import Aftermath, DeliveryFailed
from notifications.inbound import Incoming, receive
from notifications.trouble import Trouble
from tests.notifications.outbox_kit import (
    PHONE,
    RULES,
    Clock,
    People,
    ScriptedChannel,
    Sender,
    reminder_for,
)


def found(sender: Sender) -> dict[uuid.UUID, Trouble]:
    with sender.database.reading() as session:
        return trouble.reaching(session, true(), sender.clock())


def writes(sender: Sender, words: str) -> None:
    with sender.database.writing() as session:
        receive(session, Incoming(f"SM{uuid.uuid4().hex}", PHONE, words), sender.clock(), RULES)


def refused(sender: Sender, who: uuid.UUID, channel: ScriptedChannel, why: DeliveryFailed) -> None:
    channel.answers = [why]
    sender.plan(reminder_for(who))
    sender.deliver()


def test_whoever_is_reached_is_no_task(sender: Sender, people: People):
    people.reachable()
    assert found(sender) == {}


def test_a_number_of_somebody_else(sender: Sender, people: People):
    who = people.reachable()
    writes(sender, "número equivocado")
    assert found(sender) == {who: Trouble.WRONG_PERSON}


def test_a_stop_is_a_choice_and_no_task(sender: Sender, people: People):
    people.reachable()
    writes(sender, "BAJA")
    assert found(sender) == {}


def test_another_number_settles_it(sender: Sender, people: People):
    who = people.reachable()
    writes(sender, "no soy yo")
    people.consent(who, "+525559876543")
    assert found(sender) == {}


def test_a_number_that_reaches_nobody(sender: Sender, people: People, channel: ScriptedChannel):
    who = people.reachable()
    refused(sender, who, channel, DeliveryFailed("invalid_number", aftermath=Aftermath.BAD_NUMBER))
    assert found(sender) == {who: Trouble.UNREACHABLE}


def test_a_limit_of_metas_is_a_task_for_a_week(
    sender: Sender, people: People, channel: ScriptedChannel, clock: Clock
):
    who = people.reachable()
    refused(sender, who, channel, DeliveryFailed("person_limit"))
    assert found(sender) == {who: Trouble.LIMITED}
    clock.forward(days=8)
    assert found(sender) == {}
