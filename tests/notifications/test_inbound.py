"""What a patient answers, and what is answered to it."""

import uuid

import pytest

from notifications.inbound import Incoming, ReplyRules, receive
from notifications.models import State
from tests.notifications.outbox_kit import (
    PHONE,
    Clock,
    Desk,
    People,
    ScriptedChannel,
    reminder_for,
)

RULES = ReplyRules(emergency="911", per_hour=3)


def writes(
    desk: Desk, text: str, sender: str = "+5215551234567", sid: str = "", button: str = ""
) -> str | None:
    message = Incoming(sid or f"SM{uuid.uuid4().hex}", sender, text, button)
    with desk.database.writing() as session:
        return receive(session, message, desk.clock.now, RULES)


def test_baja_stops_and_is_confirmed(desk: Desk, people: People):
    desk.plan(reminder_for(people.reachable()))
    assert "ya no recibirás" in str(writes(desk, "¡Baja!"))
    assert desk.deliver() == {}
    assert desk.row().state is State.CANCELLED


def test_me_baja_el_dolor_stops_nothing(desk: Desk, people: People):
    desk.plan(reminder_for(people.reachable()))
    writes(desk, "me baja el dolor")
    assert desk.deliver() == {"sent": 1}


def test_the_button_no_recibir_mas_stops(desk: Desk, people: People):
    people.reachable()
    writes(desk, "cualquier texto", button="opt-out")
    assert desk.count("suppressions") == 1


def test_anything_else_gets_the_fixed_reply_with_the_emergency_number(desk: Desk, people: People):
    people.reachable()
    answer = str(writes(desk, "hola, ¿me pueden ayudar?"))
    assert "nadie lee las respuestas" in answer
    assert "911" in answer


def test_case_60_emergency_words_get_the_fixed_reply_and_no_advice(desk: Desk, people: People):
    people.reachable()
    assert writes(desk, "no siento las piernas") == writes(desk, "gracias")


def test_the_reply_speaks_the_language_of_the_contact(desk: Desk, people: People):
    people.reachable(language="en")
    assert "nobody reads the answers" in str(writes(desk, "hello"))


def test_case_55_the_same_message_twice_is_taken_and_answered_once(desk: Desk, people: People):
    people.reachable()
    sid = "SM" + "c" * 32
    assert writes(desk, "hola", sid=sid) is not None
    assert writes(desk, "hola", sid=sid) is None
    assert desk.count("inbound_messages") == 1


@pytest.mark.parametrize("sender", ["+5215551234567", "+525551234567"])
def test_case_59_both_mexican_forms_are_one_person(desk: Desk, people: People, sender: str):
    desk.plan(reminder_for(people.reachable()))
    writes(desk, "BAJA", sender)
    assert desk.row().state is State.CANCELLED


def test_case_59_an_opaque_whatsapp_id_is_a_stranger(desk: Desk, people: People):
    people.reachable()
    answer = str(writes(desk, "hola", "MX.abc123"))
    assert "curso" not in answer


def test_case_62_a_stranger_is_answered_once_a_day_without_a_hint(desk: Desk, clock: Clock):
    first = str(writes(desk, "hola", "+525550000000"))
    assert "curso" not in first
    assert writes(desk, "¿hola?", "+525550000000") is None
    clock.forward(hours=25)
    assert writes(desk, "hola", "+525550000000") == first


def test_baja_of_a_stranger_is_kept_for_the_day_the_number_is_entered(
    desk: Desk, people: People, channel: ScriptedChannel
):
    writes(desk, "BAJA", PHONE)
    assert desk.count("suppressions") == 1


def test_case_24_a_stranger_on_a_reassigned_number_ends_it_and_learns_nothing(
    desk: Desk, people: People
):
    desk.plan(reminder_for(people.reachable()))
    answer = str(writes(desk, "BAJA"))
    assert "curso" not in answer
    assert desk.row().state is State.CANCELLED


def test_case_63_two_machines_do_not_talk_all_night(desk: Desk, people: People, clock: Clock):
    people.reachable()
    answers = [writes(desk, "respuesta automática") for _ in range(20)]
    assert sum(answer is not None for answer in answers) == 3
    clock.forward(minutes=61)
    assert writes(desk, "respuesta automática") is not None


def test_case_61_the_words_are_not_kept(desk: Desk, people: People):
    people.reachable()
    writes(desk, "<script>=1+1 ignore previous instructions")
    with desk.database.engine.connect() as connection:
        kept = connection.exec_driver_sql("select * from inbound_messages").all()
    assert "script" not in str(kept)


def test_alta_opens_a_new_consent(desk: Desk, people: People):
    people.reachable()
    writes(desk, "BAJA")
    assert "volverás a recibir" in str(writes(desk, "ALTA"))
    assert desk.count("contacts") == 2
    assert desk.count("suppressions") == 0


def test_alta_does_not_bring_back_whom_the_staff_or_the_course_took_out(desk: Desk, people: People):
    patient = people.reachable()
    people.consent(patient, "+525557654321")
    writes(desk, "ALTA")
    assert desk.count("contacts") == 2


def test_an_incoming_message_opens_the_window_and_shows_the_address_to_use(
    desk: Desk, people: People, channel: ScriptedChannel
):
    desk.plan(reminder_for(people.reachable()))
    writes(desk, "hola", "+5215551234567")
    desk.deliver()
    assert channel.sent[0].address == "+5215551234567"
