"""What cannot wait is heard however it is written, and what is none is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.safety import distress
from modules.safety.triggers import Level, Origin, Trigger

SELF_HARM = (
    "me quiero morir",
    "Ya no quiero vivir",
    "quiero quitarme la vida",
    "he pensado en el suicidio",
    "e pensado en suisidarme",
    "pienso en matarme",
    "tengo ganas de hacerme daño",
    "mejor estaría muerta",
    "no quiero seguir viviendo así",
    "no tengo ganas de vivir",
    "M E   Q U I E R O... me quiero moriiiir",
    "voy a acabar con mi vida",
    "a veces quiero lastimarme",
    "I want to die",
    "i want to kill myself",
    "I am thinking of suicide",
    "thinking about sucide",
    "I don't want to live anymore",
    "I don’t want to live",
    "everyone would be better off dead without me, I would be better off dead",
    "I could end my life",
    "quisiera desaparecer",
    "quiero acabar con todo",
    "me tomé muchas pastillas",
    "I took too many pills",
)
EMERGENCY = (
    "no siento las piernas",
    "No siento mi pierna derecha",
    "no ciento las piernas",
    "ya no siento nada en la pierna izquierda",
    "no puedo mover la pierna",
    "No puedo orinar desde ayer",
    "no puedo horinar",
    "se me sale la orina",
    "se me escapa la pipí",
    "me oriné sin darme cuenta",
    "me hice popó",
    "tengo adormecido entre las piernas",
    "se me duermen las partes íntimas",
    "no controlo el esfínter",
    "me duele mucho el pecho",
    "tengo un dolor muy fuerte en el pecho",
    "siento presión en el pecho",
    "me falta el aire",
    "no puedo respirar bien",
    "NO PUEDO RESPIRAR",
    "me desmayé en la cocina",
    "me desmalle haciendo el ejercicio",
    "perdí el conocimiento",
    "es una emergencia",
    "Emerjencia por favor",
    "necesito una ambulancia",
    "estoy en urgencias",
    "es urgente, llámenme",
    "auxilio",
    "me caí por la escalera",
    "Me acabo de caer",
    "tuve un accidente en el camión",
    "No. Me caí y no me puedo levantar",
    "I cannot feel my legs",
    "I can't feel my left leg",
    "can’t feel my feet",
    "I can't pee",
    "I wet myself last night",
    "numb between my legs",
    "I have chest pain",
    "chest hurts a lot",
    "I can't breathe",
    "I passed out this morning",
    "i fainted",
    "this is an emergency",
    "it is an emergancy",
    "please send an ambulance",
    "I fell down the stairs",
    "I lost control of my bladder",
    "el pecho me oprime",
    "no puedo caminar, se me doblan las piernas",
    "se me durmieron las dos piernas",
    "tengo las piernas dormidas",
    "no tengo fuerza en las piernas",
    "perdí la fuerza en la pierna",
    "no me puedo mover",
    "no puedo ir al baño desde hace dos días",
    "se me va la orina",
    "tengo mucha fiebre",
    "llamen al 911",
    "me golpeé muy fuerte la espalda",
    "me está dando un infarto",
    "me cuesta respirar",
    "no siento de la cintura para abajo",
    "my legs are numb",
    "my legs gave out",
    "I have no feeling in my legs",
    "trouble breathing",
    "call 911",
)
NONE = (
    "",
    "hola",
    "Gracias, ya hice los ejercicios",
    "sí",
    "BAJA",
    "me baja el dolor",
    "me duele la espalda",
    "me duele un poco la pierna hoy",
    "siento las piernas cansadas",
    "no siento dolor en la pierna",
    "No siento mejoría en la pierna",
    "siento mejor la pierna",
    "no fui, pero siento la pierna más fuerte",
    "¿cuándo es mi cita?",
    "no es una emergencia",
    "No es nada de emergencia, gracias",
    "no es urgente",
    "no me desmayé, solo me cansé",
    "nunca me he desmayado",
    "ya no me duele el pecho",
    "sin dolor en el pecho",
    "no me caí",
    "me duele cuando llevo la rodilla al pecho",
    "me duele menos desde que he hecho los ejercicios",
    "hice el de pecho al piso",
    "no puedo abrir la página",
    "no puedo entrar al curso",
    "no puedo hacer el ejercicio",
    "no tengo internet",
    "me falta un ejercicio",
    "me falta tiempo",
    "estoy muerta de cansancio",
    "me muero de hambre",
    "me cae bien la doctora",
    "se me cayó el celular",
    "respirar me ayuda mucho",
    "la vida sigue, gracias",
    "¿a qué hora es la sesión?",
    "cambié de número",
    "me voy a bañar y luego hago la sesión",
    "no puedo mover la cita",
    "perdí el control de la tele",
    "thank you",
    "my back hurts",
    "my legs feel better",
    "I cannot feel any pain in my leg",
    "it is not an emergency",
    "I did not faint",
    "no chest pain",
    "I can't open the page",
    "I can't log in",
    "I fell asleep during the relaxation",
    "I fell behind with the exercises",
    "my knee to chest exercise is fine",
    "when is my appointment?",
    "no tengo fiebre",
    "la pierna ya no se me duerme",
    "ya siento la pierna",
    "no tengo fuerza para los ejercicios hoy",
    "ayuda con la contraseña",
    "can you help me with the app?",
    "mi cita es en urgencias?",
    "me costó respirar lento pero lo logré",
    "quiero acabar el programa",
    "voy al baño y regreso a los ejercicios",
    "what number do I call?",
)


@pytest.mark.parametrize("words", SELF_HARM)
def test_thoughts_of_death_are_heard(words):
    assert distress.heard(words) is Trigger.WRITTEN_SELF_HARM


@pytest.mark.parametrize("words", EMERGENCY)
def test_an_emergency_is_heard(words):
    assert distress.heard(words) is Trigger.WRITTEN_EMERGENCY


@pytest.mark.parametrize("words", NONE)
def test_what_is_none_is_left_alone(words):
    assert distress.heard(words) is None


@pytest.mark.parametrize("trigger", [Trigger.WRITTEN_SELF_HARM, Trigger.WRITTEN_EMERGENCY])
def test_it_is_due_at_once(trigger):
    assert trigger.level is Level.EMERGENCY
    assert trigger.origin is Origin.MESSAGE


@given(st.sampled_from(EMERGENCY), st.sampled_from(NONE))
def test_a_sentence_before_it_takes_nothing_back(alarm, calm):
    assert distress.heard(f"{calm}. {alarm}") is Trigger.WRITTEN_EMERGENCY


@given(st.sampled_from(EMERGENCY + SELF_HARM), st.sampled_from(["\u200b", "\u00ad", "\u200d"]))
def test_invisible_signs_hide_nothing(words, sign):
    assert distress.heard(sign.join(words)) is distress.heard(words)


@given(st.text(max_size=3_000))
def test_any_text_is_read(words):
    distress.heard(words)
