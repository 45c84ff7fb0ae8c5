"""Who gets somebody else's notices is heard, and who writes of themselves is not cut off."""

import pytest

from notifications import wrong_person

SAID = (
    "no soy yo",
    "No soy yo!!",
    "Número equivocado",
    "numero equibocado",
    "es número equivocado",
    "Tiene el número equivocado",
    "se equivocó de número",
    "Se equivocaron de persona",
    "Está usted equivocado",
    "está equivocado de número",
    "No soy la persona que busca",
    "yo no soy esa persona",
    "no soy paciente de ustedes",
    "No conozco a Rosa",
    "no conozco a esa persona",
    "este número no es de Rosa",
    "Este celular no es de ella",
    "ya no es su número",
    "este ya no es el número de Juan",
    "No estoy en ningún curso",
    "no estoy inscrita en nada",
    "yo no me inscribí",
    "este mensaje no es para mí",
    "wrong number",
    "You have the wrong number",
    "Wrong person",
    "that's not me",
    "This is not me",
    "I don't know this person",
    "I am not the person you are looking for",
    "this is not her number",
    "I never signed up for this",
)
NONE = (
    "",
    "hola",
    "sí soy yo",
    "soy yo, Rosa",
    "me equivoqué de respuesta",
    "me equivoqué de ejercicio",
    "equivoqué el número de repeticiones",
    "el número de repeticiones está equivocado",
    "con este dolor no soy yo misma",
    "no soy buena para los ejercicios",
    "no soy capaz de hacerlo",
    "cambié de número",
    "este es mi nuevo número",
    "¿a qué número llamo?",
    "no conozco el ejercicio",
    "no es para tanto",
    "no estoy bien",
    "no estoy en mi casa",
    "ya no es igual el dolor",
    "no me sirve",
    "no me duele",
    "BAJA",
    "gracias",
    "I did the wrong exercise",
    "wrong answer, sorry",
    "I don't know how to open it",
    "this is not easy",
    "it is not working",
    "I am not well",
    "is this number for emergencies?",
)


@pytest.mark.parametrize("words", SAID)
def test_somebody_else_is_heard(words):
    assert wrong_person.is_said(words)


@pytest.mark.parametrize("words", NONE)
def test_the_participant_is_not_taken_for_somebody_else(words):
    assert not wrong_person.is_said(words)


def test_a_long_message_tells_more_than_that():
    assert not wrong_person.is_said("Número equivocado, " + "y además pasó otra cosa " * 5)
