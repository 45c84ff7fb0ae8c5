"""What a message says that cannot wait: patterns by language, as data. Pure.

What is found too much costs a call, what is missed may cost more: a denial is heard («no me
desmayé») where the pattern is none itself, and in doubt somebody is told. Both tables, of what is
distress and of what is none, are in the tests. The patterns are defaults to be confirmed by a
clinician.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modules import phrases
from modules.safety.triggers import Trigger

BEFORE = 4
"""Words before a pattern in which a denial is looked for."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language says it, in plain letters."""

    self_harm: tuple[str, ...]
    """Thoughts of death or of hurting oneself; never taken back by a denial."""
    emergency: tuple[str, ...]
    """Heard whatever stands before: most are denials themselves."""
    unless_denied: tuple[str, ...]
    """Heard unless a denial stands before."""
    denials: frozenset[str]
    aside: frozenset[str]
    """Beginnings of words with which it speaks of something else (`phrases.places`)."""


SPEECH: Mapping[str, Speech] = {
    "es": Speech(
        self_harm=(
            "suicid",
            "quitar vida",
            "quito vida",
            "acabar con mi vida",
            "terminar con mi vida",
            "matarme",
            "me voy matar",
            "me quiero matar",
            "me mato",
            "quiero morir",
            "quisiera morir",
            "mejor muert",
            "no quiero vivir",
            "no quiero seguir viviendo",
            "ganas de vivir",
            "hacerme dano",
            "hacerme algo malo",
            "lastimarme",
            "cortarme venas",
            "quiero desaparecer",
            "quisiera desaparecer",
            "acabar con todo",
            "muchas pastillas",
        ),
        emergency=(
            "no siento pierna",
            "no siento nada abajo",
            "no siento pie",
            "no siento genital",
            "no siento entre piernas",
            "no siento cintura",
            "no siento nalga",
            "no siento cuando hago",
            "no me responde pierna",
            "no me responden pierna",
            "no tengo fuerza pierna",
            "doblan piernas",
            "no me puedo mover",
            "no me puedo levantar",
            "no me puedo parar",
            "no puedo moverme",
            "no puedo levantarme",
            "no puedo pararme",
            "no puedo caminar",
            "no puedo mover pierna",
            "no puedo mover pie",
            "no puedo orin",
            "no puedo horin",
            "no puedo hacer pipi",
            "no puedo hacer pis",
            "no puedo ir bano",
            "no me sale orina",
            "no me sale pipi",
            "no puedo respirar",
            "no controlo orina",
            "no controlo pipi",
            "no controlo esfinter",
            "no controlo popo",
            "no aguanto orina",
            "no aguanto pipi",
            "no controlo bano",
            "se me va orina",
            "sale orina",
            "sale pipi",
            "sale popo",
            "salio pipi",
            "salio popo",
            "escapa orina",
            "escapa pipi",
            "escapa popo",
            "escapan heces",
            "me orin",
            "me horin",
            "me hice pipi",
            "me hice popo",
            "me hice encima",
            "adormec entre piernas",
            "dorm entre piernas",
            "duerm entre piernas",
            "adormec genital",
            "adormec ano",
            "adormec partes",
            "dorm partes",
            "duerm partes",
            "auxilio",
            "socorro",
            "ayudenme",
        ),
        unless_denied=(
            "duele pecho",
            "dolor pecho",
            "presion pecho",
            "opresion pecho",
            "aprieta pecho",
            "oprim pecho",
            "pecho oprim",
            "dando paro",
            "paro cardiaco",
            "cuesta respirar",
            "dificultad respirar",
            "infarto",
            "falta aire",
            "falta respiracion",
            "me ahogo",
            "desmay",
            "desvanec",
            "perdi conocimiento",
            "convulsion",
            "emergencia",
            "una urgencia",
            "tengo urgencia",
            "estoy urgencias",
            "voy urgencias",
            "fui urgencias",
            "llev urgencias",
            "911",
            "es urgente",
            "ayuda urgente",
            "ambulancia",
            "me cai",
            "me acabo de caer",
            "golpe fuerte",
            "me golpe",
            "me pegue",
            "tuve caida",
            "sufri caida",
            "tuve accidente",
            "sufri accidente",
            "atropell",
            "sangrando",
            "hemorragia",
            "sangre orina",
            "orin sangre",
            "vomit sangre",
            "fiebre",
            "adormec pierna",
            "dorm pierna",
            "duerm pierna",
            "durm pierna",
            "pierna dorm",
            "pierna adormec",
            "hormigue pierna",
            "debilidad pierna",
            "pierna debil",
            "perdi fuerza",
            "pierdo fuerza",
        ),
        denials=frozenset(["no", "sin", "nunca", "jamas", "ni", "tampoco"]),
        aside=frozenset(
            [
                "rodilla",
                "mejor",
                "dolor",
                "molestia",
                "cambio",
                "cansa",
                "bien",
                "videos",
                "video",
                "foto",
                "rato",
                "tiempo",
                "risa",
            ]
        ),
    ),
    "en": Speech(
        self_harm=(
            "suicid",
            "kill myself",
            "killing myself",
            "end my life",
            "end it all",
            "take my life",
            "want to die",
            "wish i was dead",
            "wish i were dead",
            "better off dead",
            "dont want to live",
            "no reason to live",
            "harm myself",
            "hurting myself",
            "cut myself",
            "too many pills",
            "cant go on",
        ),
        emergency=(
            "cannot feel leg",
            "cant feel leg",
            "cannot feel foot",
            "cant feel foot",
            "cannot feel feet",
            "cant feel feet",
            "cant feel anything down",
            "can not feel leg",
            "can not feel foot",
            "no feeling leg",
            "no feeling foot",
            "lost feeling",
            "cannot move leg",
            "cant move leg",
            "leg gave",
            "cannot breathe",
            "cant breathe",
            "trouble breathing",
            "difficulty breathing",
            "hard to breathe",
            "cannot pee",
            "cant pee",
            "cannot urinate",
            "cant urinate",
            "cant pass urine",
            "cannot pass urine",
            "lost control bladder",
            "lost control bowel",
            "lost control urine",
            "no control bladder",
            "no control bowel",
            "cant hold urine",
            "cant hold pee",
            "cant control bladder",
            "cant control bowel",
            "wet myself",
            "peed myself",
            "soiled myself",
            "leaking urine",
            "numb between legs",
            "numb groin",
            "numb genital",
            "numb private",
            "numb leg",
            "numb foot",
            "leg numb",
            "foot numb",
            "feet numb",
        ),
        unless_denied=(
            "chest pain",
            "pain in chest",
            "chest hurt",
            "chest tight",
            "tight chest",
            "heart attack",
            "short of breath",
            "passed out",
            "blacked out",
            "faint",
            "collapsed",
            "seizure",
            "emergency",
            "urgent help",
            "need help now",
            "ambulance",
            "fell down",
            "fell on",
            "fell from",
            "fell off",
            "fell in",
            "i have fallen",
            "had a fall",
            "bad fall",
            "had accident",
            "bleeding",
            "fever",
            "911",
        ),
        denials=frozenset(
            ["no", "not", "never", "without", "didnt", "havent", "dont", "isnt", "wasnt", "nor"]
        ),
        aside=frozenset(["knee", "better", "pain", "asleep", "behind", "video"]),
    ),
}
"""Language -> its patterns. Both are read whatever language a person has: people mix them."""


def heard(text: str) -> Trigger | None:
    """Return what somebody has to be told of a message at once, None where nothing is."""
    said = [(words, speech) for words in phrases.sentences(text) for speech in SPEECH.values()]
    if any(phrases.places(words, each) for words, speech in said for each in speech.self_harm):
        return Trigger.WRITTEN_SELF_HARM
    if any(_is_emergency(words, speech) for words, speech in said):
        return Trigger.WRITTEN_EMERGENCY
    return None


def _is_emergency(said: Sequence[str], speech: Speech) -> bool:
    if any(phrases.places(said, each, speech.aside) for each in speech.emergency):
        return True
    return any(
        not speech.denials.intersection(said[max(0, begins - BEFORE) : begins])
        for each in speech.unless_denied
        for begins in phrases.places(said, each, speech.aside)
    )
