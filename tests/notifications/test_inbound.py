"""What a patient answers, and what is answered to it."""

import uuid
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import select

from modules.safety.triggers import Trigger
from notifications.consent import opt_out
from notifications.inbound import Incoming, ReplyRules, receive
from notifications.models import Contact, InboundMessage, Scope, State, open_contact
from tests.notifications.outbox_kit import (
    PHONE,
    RULES,
    Clock,
    People,
    ScriptedChannel,
    Sender,
    reminder_for,
)


def writes(
    sender: Sender,
    text: str,
    number: str = "+5215551234567",
    sid: str = "",
    button: str = "",
    rules: ReplyRules = RULES,
) -> str | None:
    message = Incoming(sid or f"SM{uuid.uuid4().hex}", number, text, button)
    with sender.database.writing() as session:
        return receive(session, message, sender.clock.now, rules)


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


@dataclass
class Team:
    """Notes whom the team was told of, and why."""

    told: list[tuple[uuid.UUID, Trigger]] = field(default_factory=list)

    @property
    def rules(self) -> ReplyRules:
        """Return rules by which this team is told."""
        return replace(RULES, tell_team=lambda _db, who, why, _now: self.told.append((who, why)))


class TestWhatCannotWait:
    def test_case_60_gets_the_safety_text_at_once_and_the_team_is_told(
        self, sender: Sender, people: People
    ):
        who, team = people.reachable(), Team()
        answer = writes(sender, "no siento las piernas", rules=team.rules)
        assert answer == RULES.safety_text(Trigger.WRITTEN_EMERGENCY, "es_MX")
        assert team.told == [(who, Trigger.WRITTEN_EMERGENCY)]

    def test_whoever_stopped_the_messages_is_heard_all_the_same(
        self, sender: Sender, people: People
    ):
        who, team = people.reachable(), Team()
        writes(sender, "BAJA")
        assert "T12" in str(writes(sender, "me quiero morir", rules=team.rules))
        assert team.told == [(who, Trigger.WRITTEN_SELF_HARM)]

    def test_everybody_of_a_shared_number_is_told_of(self, sender: Sender, people: People):
        family, team = {people.reachable(), people.reachable()}, Team()
        writes(sender, "me desmayé", rules=team.rules)
        assert {who for who, _why in team.told} == family

    def test_it_is_answered_after_any_number_of_other_answers(self, sender: Sender, people: People):
        people.reachable()
        for _ in range(5):
            writes(sender, "hola")
        assert "T13" in str(writes(sender, "es una emergencia"))

    def test_the_team_is_told_though_a_machine_is_answered_three_times_an_hour(
        self, sender: Sender, people: People
    ):
        people.reachable()
        team = Team()
        machine = "En una urgencia llame al 911"
        answers = [writes(sender, machine, rules=team.rules) for _ in range(9)]
        assert sum(answer is not None for answer in answers) == 3
        assert len(team.told) == 9

    def test_case_55_the_same_message_twice_tells_once(self, sender: Sender, people: People):
        people.reachable()
        team = Team()
        for _ in range(2):
            writes(sender, "no puedo respirar", sid="SM" + "d" * 32, rules=team.rules)
        assert len(team.told) == 1

    def test_a_stranger_is_told_where_to_call_and_nobody_is_told(self, sender: Sender):
        team = Team()
        assert "T13" in str(writes(sender, "call 911", "+525550000000", rules=team.rules))
        assert team.told == []

    def test_it_changes_no_consent(self, sender: Sender, people: People):
        sender.plan(reminder_for(people.reachable()))
        writes(sender, "es urgente, ya no me manden mensajes y llámenme")
        assert sender.deliver() == {"sent": 1}


class TestTheWrongPerson:
    def test_ends_everything_to_the_number_and_is_told_so(self, sender: Sender, people: People):
        sender.plan(reminder_for(people.reachable()))
        answer = str(writes(sender, "número equivocado"))
        assert "Ya no escribimos a este número" in answer
        assert "curso" not in answer
        assert sender.deliver() == {}
        assert sender.count("suppressions") == 1

    def test_it_is_kept_why(self, sender: Sender, people: People):
        who = people.reachable()
        writes(sender, "no soy yo")
        with sender.database.reading() as session:
            contact = session.scalars(select(Contact).where(Contact.participant_id == who)).one()
            assert contact.withdrawn_reason == "wrong_person"

    def test_alta_brings_nobody_back(self, sender: Sender, people: People):
        who = people.reachable()
        writes(sender, "no soy yo")
        writes(sender, "ALTA")
        with sender.database.reading() as session:
            assert open_contact(session, who) is None

    def test_it_is_confirmed_after_any_number_of_other_answers(
        self, sender: Sender, people: People
    ):
        people.reachable()
        for _ in range(5):
            writes(sender, "hola")
        assert "Ya no escribimos" in str(writes(sender, "se equivocó de persona"))

    def test_of_a_stranger_it_is_like_anything_else(self, sender: Sender):
        assert "Ya no" not in str(writes(sender, "no soy yo", "+525550000000"))
        assert sender.count("suppressions") == 0


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


class TestStoppingAllOrProgrammeMessages:
    """Only one arm has programme messages: whoever is tired of them keeps the assessments."""

    def planned(self, sender: Sender, people: People) -> None:
        patient = people.reachable()
        sender.plan(reminder_for(patient), reminder_for(patient, "assessment_due", "week_2"))

    def test_the_stop_word_ends_everything_at_once_and_asks(self, sender: Sender, people: People):
        self.planned(sender, people)
        answer = str(writes(sender, "BAJA"))

        assert "contesta CUESTIONARIOS" in answer
        assert "contesta ALTA" in answer
        assert sender.deliver() == {}

    def test_the_answer_restores_the_notices_of_assessments_and_no_other(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        self.planned(sender, people)
        writes(sender, "BAJA")
        answer = str(writes(sender, "Cuestionarios."))

        assert "solo los avisos de tus cuestionarios" in answer
        assert sender.deliver() == {"sent": 1}
        assert [message.kind for message in channel.sent] == ["assessment_due"]
        assert sender.count("suppressions") == 0

    def test_without_a_stop_before_it_ends_the_programme_messages(
        self, sender: Sender, people: People, channel: ScriptedChannel
    ):
        self.planned(sender, people)
        writes(sender, "solo evaluaciones")
        sender.deliver()

        assert [message.kind for message in channel.sent] == ["assessment_due"]

    def test_all_of_them_come_back_by_alta(self, sender: Sender, people: People):
        people.reachable()
        writes(sender, "EVALUACIONES")
        writes(sender, "ALTA")

        with sender.database.reading() as session:
            (holds,) = session.scalars(select(Contact).where(Contact.withdrawn_at.is_(None)))
        assert holds.scope is Scope.ALL

    def test_it_brings_nobody_back_whom_the_staff_or_the_course_took_out(
        self, sender: Sender, people: People
    ):
        patient = people.reachable()
        with sender.database.writing() as session:
            opt_out(session, patient, sender.clock.now, "staff")
        answers = [str(writes(sender, words)) for words in ("EVALUACIONES", "ALTA")]

        with sender.database.reading() as session:
            assert open_contact(session, patient) is None
        assert all("nadie lee las respuestas" in answer for answer in answers), "nothing changed"

    def test_it_is_kept_which_word_it_was(self, sender: Sender, people: People):
        people.reachable()
        writes(sender, "EVALUACIONES")
        with sender.database.reading() as session:
            assert session.scalars(select(InboundMessage.keyword)).all() == ["assess"]

    def test_a_stranger_is_asked_nothing(self, sender: Sender):
        assert "CUESTIONARIOS" not in str(writes(sender, "BAJA", "+525550000000"))
        assert "cuestionarios" not in str(writes(sender, "EVALUACIONES", "+525550000001"))

    def test_a_stop_is_confirmed_after_three_other_answers(self, sender: Sender, people: People):
        people.reachable()
        for words in ("hola", "gracias", "ok", "BAJA"):
            answer = writes(sender, words)
        assert "ya no recibirás" in str(answer)
        assert writes(sender, "BAJA") is None, "there was nothing left to stop"


class TestAStop:
    def test_it_is_confirmed_after_any_number_of_other_answers(
        self, sender: Sender, people: People
    ):
        people.reachable()
        for text in ("hola", "gracias", "ok", "otra cosa", "y otra"):
            writes(sender, text)
        assert "ya no recibirás" in str(writes(sender, "BAJA"))

    def test_in_their_own_words_it_is_obeyed(self, sender: Sender, people: People):
        sender.plan(reminder_for(people.reachable()))
        writes(sender, "Buenas tardes, ya no me manden mensajes por favor")
        assert sender.row().state is State.CANCELLED


class TestPerhapsAStop:
    def test_it_is_asked_about_and_stops_nothing(self, sender: Sender, people: People):
        sender.plan(reminder_for(people.reachable()))
        assert "Contesta SÍ o BAJA" in str(writes(sender, "ya no quiero"))
        assert sender.row().state is State.PLANNED

    def test_a_yes_to_the_question_stops(self, sender: Sender, people: People):
        sender.plan(reminder_for(people.reachable()))
        writes(sender, "ya no quiero")
        assert "ya no recibirás" in str(writes(sender, "Sí"))
        assert sender.row().state is State.CANCELLED

    def test_a_yes_to_nothing_stops_nothing(self, sender: Sender, people: People, clock: Clock):
        sender.plan(reminder_for(people.reachable()))
        for text in ("sí", "ya no quiero", "gracias", "sí"):
            writes(sender, text)
            clock.forward(seconds=1)
        assert sender.row().state is State.PLANNED

    def test_a_yes_two_days_later_stops_nothing(self, sender: Sender, people: People, clock: Clock):
        people.reachable()
        writes(sender, "ya no quiero")
        clock.forward(hours=48)
        writes(sender, "sí")
        assert sender.count("suppressions") == 0

    def test_whoever_has_stopped_already_is_not_asked(self, sender: Sender, people: People):
        people.reachable()
        writes(sender, "BAJA")
        assert "Contesta SÍ" not in str(writes(sender, "ya no quiero"))

    def test_a_stranger_is_not_asked(self, sender: Sender):
        assert "Contesta" not in str(writes(sender, "ya no quiero", "+525550000000"))
