"""Everyday wishes to get no more messages, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import wishes
from notifications.keywords import Keyword, read

WISHES = (
    "BAJA",
    "baja",
    "¡BAJA!",
    "Bajá.",
    "ＢＡＪＡ",
    "«Baja»",
    "ALTO",
    "Alto ya",
    "stop",
    "Stop!!!",
    "STOP ALL",
    "stopall",
    "CANCELAR",
    "cancelen los mensajes",
    "cancelar suscripción",
    "no recibir más",
    "UNSUBSCRIBE",
    "END",
    "quit",
    "revoke",
    "optout",
    "opt out",
    "cancel",
    "BAJA por favor",
    "quiero darme de baja",
    "Baja, gracias",
    "no más mensajes",
    "Por favor, baja",
    "stop please",
    "ya no quiero recibir mensajes",
    "ya no quiero mensajes",
    "no más",
    "detener",
    "parar",
    "basta",
    "ya basta",
    "salir",
    "B A J A",
    "S.T.O.P.",
    "🛑",
    "⛔",
    "🛑 baja",
    "bajaaaa",
    "vaja",
    "dame de baja",
    "denme de baja por favor",
    "quiero la baja",
    "me pueden dar de baja",
    "buenas tardes, quiero darme de baja de los avisos",
    "hola doctora, ya no me manden mensajes",
    "no me escriban más",
    "ya no me molesten",
    "dejen de mandarme mensajes",
    "deja de escribirme",
    "quítenme de la lista",
    "bórrenme de su lista",
    "eliminen mi número",
    "no deseo recibir más avisos",
    "no quiero más recordatorios",
    "por favor no me envíen nada",
    "ya no me manden nada",
    "nunca más me escriban",
    "solicito la baja",
    "quiero cancelar los recordatorios",
    "quiero salir del grupo",
    "suspendan los mensajes",
    "paren de mandar mensajes",
    "stop sending me messages",
    "no more messages",
    "stop texting me",
    "please stop",
    "I want to unsubscribe",
    "remove me from this list",
    "don't text me",
    "do not send me any more messages",
    "I don't want any more reminders",
    "leave me alone",
    "take me off your list",
    "stop it",
    "no more",
    "do not want any more notices",
    "quisiera ya no recibir notificaciones",
    "por favor quiten mi número de la lista",
    "ya no deseo que me escriban",
)

NO_WISHES = (
    "me baja el dolor",
    "el dolor baja",
    "el dolor ya bajó",
    "estoy de baja en el trabajo",
    "hoy no pude, estoy de baja en el trabajo",
    "la presión me baja",
    "bajar",
    "gracias",
    "por favor",
    "mis evaluaciones están mal",
    "no quiero darme de baja",
    "no paren",
    "no dejen de mandarme mensajes",
    "no me den de baja",
    "👍",
    "7",
    "hola",
    "ok",
    "sí",
    "no",
    "buenos días",
    "ya hice mis ejercicios",
    "hoy no pude hacer los ejercicios",
    "no entendí el mensaje",
    "no me llegaron los mensajes",
    "quiero cancelar mi cita",
    "¿cómo cancelo mi cita?",
    "necesito cambiar la cita",
    "salí a caminar",
    "quiero salir a caminar",
    "hoy voy a salir",
    "no puedo parar de toser",
    "dolor alto",
    "tengo el dolor muy alto",
    "alto el dolor hoy",
    "basta con cinco repeticiones?",
    "me duele mucho",
    "ya no me duele",
    "no quiero más dolor",
    "no más dolor",
    "nunca me había dolido así",
    "me dieron de baja en el seguro",
    "estoy de alta",
    "me dieron de alta",
    "para mí está bien",
    "para mañana",
    "gracias por el recordatorio",
    "gracias por los mensajes",
    "me gustan los avisos",
    "a qué hora llegan los mensajes",
    "cuándo es la siguiente evaluación",
    "tengo una duda",
    "puedo llamar?",
    "no sé qué hacer",
    "terminé el módulo",
    "ya terminé",
    "se me olvidó",
    "the pain stops when I walk",
    "I stopped walking today",
    "the pain does not stop",
    "my pain went down",
    "thank you",
    "do not stop",
    "I want to stop hurting",
    "no pain today",
    "can I cancel my appointment",
    "I quit smoking",
    "at the end of the week",
    "get out of bed is hard",
    "don't stop sending messages",
    "necesito más tiempo",
    "quiero más ejercicios",
    "más",
)

NEAR = (
    "ya no quiero",
    "no quiero nada",
    "déjame",
    "para",
    "cuántos mensajes mandan, ya no quiero tantos mensajes al día",
    "leave",
    "dont want",
    "no quiero que me escriban en la noche",
    "can you send fewer messages, I do not want messages at work",
)


@pytest.mark.parametrize("text", WISHES)
def test_a_wish_is_obeyed(text: str):
    assert read(text) is Keyword.STOP


@pytest.mark.parametrize("text", NO_WISHES)
def test_what_is_none_is_neither_obeyed_nor_asked_about(text: str):
    assert read(text) not in (Keyword.STOP, Keyword.NEAR_STOP)


@pytest.mark.parametrize(
    "text",
    [
        "No, quiero seguir recibiendo mensajes",
        "no. quiero mensajes",
        "No, quiero seguir",
        "No, I want the messages",
        "no I want to get messages",
        "no, no dejen de mandarme avisos",
    ],
)
def test_a_no_to_the_question_is_no_denial_of_what_follows(text: str):
    assert read(text) is not Keyword.STOP


def test_going_on_denied_without_a_comma_is_asked_about():
    assert read("no quiero seguir recibiendo mensajes") is Keyword.NEAR_STOP
    assert read("ya no quiero seguir recibiendo mensajes") is Keyword.STOP


@pytest.mark.parametrize("text", NEAR)
def test_what_comes_near_one_is_asked_about(text: str):
    assert read(text) is Keyword.NEAR_STOP


def test_the_tables_are_long_enough_to_be_worth_something():
    assert min(len(set(WISHES)), len(set(NO_WISHES))) >= 60


def test_the_words_of_a_language_are_plain_letters():
    for speech in wishes.SPEECH.values():
        assert all(word.isascii() and word == word.lower() for word in speech.known)


@given(st.sampled_from(WISHES), st.sampled_from(["dolor", "espalda", "trabajo", "pain", "xyz"]))
def test_a_word_of_anything_else_makes_it_none(wish: str, word: str):
    assert read(f"{wish} {word}") is not Keyword.STOP
