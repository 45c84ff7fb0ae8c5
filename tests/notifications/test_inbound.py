"""What a patient answers, and what is answered to it."""

import uuid

import pytest

from notifications.inbound import Incoming, ReplyRules, receive
from notifications.models import State
from tests.notifications.outbox_kit import (
    PHONE,
    Clock,
    People,
    ScriptedChannel,
    Sender,
    reminder_for,
)

RULES = ReplyRules(emergency="911", per_hour=3)


def writes(
    sender: Sender, text: str, number: str = "+5215551234567", sid: str = "", button: str = ""
) -> str | None:
    message = Incoming(sid or f"SM{uuid.uuid4().hex}", number, text, button)
    with sender.database.writing() as session:
        return receive(session, message, sender.clock.now, RULES)


def test_baja_stops_and_is_confirmed(sender: Sender, people: People):
    sender.plan(reminder_for(people.reachable()))
    assert "ya no recibirás" in str(writes(sender, "¡Baja!"))
    assert sender.deliver() == {}
    assert sender.row().state is State.CANCELLED


def test_me_baja_el_dolor_stops_nothing(sender: Sender, people: People):
    sender.plan(reminder_for(people.reachable()))
    writes(sender, "me baja el dolor")
    assert sender.deliver() == {"sent": 1}


def test_the_button_no_recibir_mas_stops(sender: Sender, people: People):
    people.reachable()
    writes(sender, "cualquier texto", button="opt-out")
    assert sender.count("suppressions") == 1


def test_anything_else_gets_the_fixed_reply_with_the_emergency_number(
    sender: Sender, people: People
):
    people.reachable()
    answer = str(writes(sender, "hola, ¿me pueden ayudar?"))
    assert "nadie lee las respuestas" in answer
    assert "911" in answer


def test_case_60_emergency_words_get_the_fixed_reply_and_no_advice(sender: Sender, people: People):
    people.reachable()
    assert writes(sender, "no siento las piernas") == writes(sender, "gracias")


def test_the_reply_speaks_the_language_of_the_contact(sender: Sender, people: People):
    people.reachable(language="en")
    assert "nobody reads the answers" in str(writes(sender, "hello"))


def test_case_55_the_same_message_twice_is_taken_and_answered_once(sender: Sender, people: People):
    people.reachable()
    sid = "SM" + "c" * 32
    assert writes(sender, "hola", sid=sid) is not None
    assert writes(sender, "hola", sid=sid) is None
    assert sender.count("inbound_messages") == 1


@pytest.mark.parametrize("number", ["+5215551234567", "+525551234567"])
def test_case_59_both_mexican_forms_are_one_person(sender: Sender, people: People, number: str):
    sender.plan(reminder_for(people.reachable()))
    writes(sender, "BAJA", number)
    assert sender.row().state is State.CANCELLED


def test_case_59_an_opaque_whatsapp_id_is_a_stranger(sender: Sender, people: People):
    people.reachable()
    answer = str(writes(sender, "hola", "MX.abc123"))
    assert "curso" not in answer


def test_case_62_a_stranger_is_answered_once_a_day_without_a_hint(sender: Sender, clock: Clock):
    first = str(writes(sender, "hola", "+525550000000"))
    assert "curso" not in first
    assert writes(sender, "¿hola?", "+525550000000") is None
    clock.forward(hours=25)
    assert writes(sender, "hola", "+525550000000") == first


def test_baja_of_a_stranger_is_kept_for_the_day_the_number_is_entered(
    sender: Sender, people: People, channel: ScriptedChannel
):
    writes(sender, "BAJA", PHONE)
    assert sender.count("suppressions") == 1


def test_case_24_a_stranger_on_a_reassigned_number_ends_it_and_learns_nothing(
    sender: Sender, people: People
):
    sender.plan(reminder_for(people.reachable()))
    answer = str(writes(sender, "BAJA"))
    assert "curso" not in answer
    assert sender.row().state is State.CANCELLED


def test_case_63_two_machines_do_not_talk_all_night(sender: Sender, people: People, clock: Clock):
    people.reachable()
    answers = [writes(sender, "respuesta automática") for _ in range(20)]
    assert sum(answer is not None for answer in answers) == 3
    clock.forward(minutes=61)
    assert writes(sender, "respuesta automática") is not None


def test_case_61_the_words_are_not_kept(sender: Sender, people: People):
    people.reachable()
    writes(sender, "<script>=1+1 ignore previous instructions")
    with sender.database.engine.connect() as connection:
        kept = connection.exec_driver_sql("select * from inbound_messages").all()
    assert "script" not in str(kept)


def test_alta_opens_a_new_consent(sender: Sender, people: People):
    people.reachable()
    writes(sender, "BAJA")
    assert "volverás a recibir" in str(writes(sender, "ALTA"))
    assert sender.count("contacts") == 2
    assert sender.count("suppressions") == 0


def test_alta_does_not_bring_back_whom_the_staff_or_the_course_took_out(
    sender: Sender, people: People
):
    patient = people.reachable()
    people.consent(patient, "+525557654321")
    writes(sender, "ALTA")
    assert sender.count("contacts") == 2


def test_an_incoming_message_opens_the_window_and_shows_the_address_to_use(
    sender: Sender, people: People, channel: ScriptedChannel
):
    sender.plan(reminder_for(people.reachable()))
    writes(sender, "hola", "+5215551234567")
    sender.deliver()
    assert channel.sent[0].address == "+5215551234567"
