"""Pain Catastrophizing Scale: 13 thoughts when in pain, 0-52.

Its usual short name also means the physical summary of the SF-36, so it is called PCATS here.
"""

from collections.abc import Mapping

from modules.outcomes.building import (
    POINTS,
    choices,
    items,
    keys,
    mic,
    missing_up_to,
    span,
)
from modules.outcomes.questionnaire import (
    Answers,
    Direction,
    Instrument,
    Licence,
    Params,
    Result,
    ScoringError,
)
from modules.outcomes.scales import (
    at_least,
    marks,
    positions_setting,
    prorated_sum,
    strict_sum,
    whole_setting,
)
from modules.text import Text

ITEMS = 13
SUBSCALES = {
    "rumination": (8, 9, 10, 11),
    "magnification": (6, 7, 13),
    "helplessness": (1, 2, 3, 4, 5, 12),
}
RELEVANT = 30
"""75th percentile, clinically relevant (Sullivan)."""


def score(answers: Answers, params: Params) -> Result:
    """Sum scales and total strictly; the prorated total allows `max_missing` (2, our default).

    `subscales` in the settings replaces which items make up the three scales.
    """
    codes = marks(answers, range(1, ITEMS + 1))
    prorated = prorated_sum(codes, whole_setting(params, "max_missing", 2, ITEMS))
    key = _key(params.get("subscales", SUBSCALES))
    scales = {name: strict_sum(marks(answers, where)) for name, where in key.items()}
    return {
        **scales,
        "total": strict_sum(codes),
        "total_prorated": prorated,
        "clinically_relevant_ge30": at_least(prorated, RELEVANT),
    }


def _key(setting: object) -> dict[str, tuple[int, ...]]:
    """Return the items of each scale, in the order in which the scales are reported."""
    if not isinstance(setting, Mapping) or set(setting) != set(SUBSCALES):
        raise ScoringError("bad_setting", "subscales")
    return {name: positions_setting(setting, name, (), ITEMS) for name in SUBSCALES}


INSTRUMENT = Instrument(
    key="pcats",
    code="PCATS",
    names=("PCS-13",),
    title=Text(
        "Escala de pensamientos ante el dolor (PCATS)", "Pain Catastrophizing Scale (PCATS)"
    ),
    version="13 items",
    foreign_versions=("sf-36", "sf36", "physical"),
    licence=Licence.LICENSED,
    rights=Text(
        "© Michael Sullivan; licencias: Mapi Research Trust.",
        "© Michael Sullivan; licences: Mapi Research Trust.",
    ),
    source="Sullivan 1995",
    recall=Text("Cuando tienes dolor", "When you have pain"),
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(0, 52),
    unit=POINTS,
    headline="total_prorated",
    mics=(mic("6.48", "PMC7053735"),),
    missing_rule=missing_up_to(2),
    subscales={name: keys(where) for name, where in SUBSCALES.items()},
    lead=Text(
        "Cuando te duele, ¿qué tanto piensas o sientes esto?",
        "When it hurts, how much do you think or feel this?",
    ),
    items=items(
        (
            (
                Text("Preocupación por su duración", "Worry about how long"),
                Text(
                    "Me pregunto una y otra vez cuánto va a durar",
                    "I ask myself over and over how long it will last",
                ),
            ),
            (
                Text("Sentirse rebasado", "Feeling overwhelmed"),
                Text("Siento que ya es demasiado", "I feel it is too much"),
            ),
            (
                Text("Poca esperanza", "Little hope"),
                Text(
                    "Me cuesta creer que va a mejorar", "I find it hard to believe it will improve"
                ),
            ),
            (
                Text("Peso del dolor", "Weight of pain"),
                Text("Siento que el dolor me vence", "I feel that pain defeats me"),
            ),
            (
                Text("Aguante", "Bearing it"),
                Text("Siento que no aguanto más", "I feel I have reached my limit"),
            ),
            (
                Text("Temor a que crezca", "Fear of growth"),
                Text("Temo que el dolor aumente", "I am afraid that it will increase"),
            ),
            (
                Text("Otros recuerdos de dolor", "Other memories of pain"),
                Text(
                    "Me vienen a la mente otras veces con dolor",
                    "Other times with pain come back to my mind",
                ),
            ),
            (
                Text("Deseo de que pase", "Wish for it to pass"),
                Text("Quiero con ansia que se vaya", "I long for it to leave"),
            ),
            (
                Text("Presencia en la mente", "Presence in mind"),
                Text("Se me queda en la cabeza", "It stays in my head"),
            ),
            (
                Text("Atención al dolor", "Attention to pain"),
                Text("Me fijo mucho en cuánto molesta", "I attend a lot to how much it bothers me"),
            ),
            (
                Text("Deseo de alivio", "Wish for relief"),
                Text("Solo deseo que se detenga", "My one wish is for it to end"),
            ),
            (
                Text("Sin salida", "No way out"),
                Text("Creo que está fuera de mis manos", "I believe it is out of my hands"),
            ),
            (
                Text("Temor a algo grave", "Fear of something serious"),
                Text(
                    "Pienso que puede venir algo grave", "I think something serious may be coming"
                ),
            ),
        ),
        choices(
            (
                Text("Nada", "Not at all"),
                Text("Poco", "A little"),
                Text("Más o menos", "Somewhat"),
                Text("Mucho", "A lot"),
                Text("Todo el tiempo", "All of the time"),
            )
        ),
    ),
    score=score,
    one_per_screen=True,
)
