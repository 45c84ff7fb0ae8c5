"""Pain Self-Efficacy Questionnaire: confidence despite pain, 10 items, 0-60; higher is better."""

from modules.outcomes.building import (
    POINTS,
    choices,
    items,
    mic,
    missing_up_to,
    span,
)
from modules.outcomes.questionnaire import (
    Answers,
    Band,
    Direction,
    Instrument,
    Licence,
    Params,
    Result,
)
from modules.outcomes.scales import (
    marks,
    prorated_sum,
    strict_sum,
    whole_setting,
)
from modules.text import Text

ITEMS = 10
LOW = 20

BANDS = (
    Band("severe", 0, 19, Text("poca confianza", "little confidence")),
    Band("moderate", 20, 30, Text("confianza media", "medium confidence")),
    Band("mild", 31, 40, Text("buena confianza", "good confidence")),
    Band("minimal", 41, 60, Text("mucha confianza", "much confidence")),
)
"""Bands of impairment (ePPOC); patients read the confidence."""


def score(answers: Answers, params: Params) -> Result:
    """Sum strictly and prorated with up to `max_missing` (2); low is below 20 of the latter."""
    codes = marks(answers, range(1, ITEMS + 1))
    prorated = prorated_sum(codes, whole_setting(params, "max_missing", 2, ITEMS))
    return {
        "total": strict_sum(codes),
        "total_prorated": prorated,
        "low_lt20": None if prorated is None else prorated < LOW,
    }


INSTRUMENT = Instrument(
    key="pseq",
    code="PSEQ",
    names=("PSEQ",),
    title=Text("Confianza a pesar del dolor (PSEQ)", "Confidence despite pain (PSEQ)"),
    plain=Text("Tu confianza", "Your confidence"),
    version="10 items",
    foreign_versions=("pseq-2", "pseq-4", "2 items", "4 items"),
    licence=Licence.LICENSED,
    rights=Text(
        "© Michael Nicholas; uso clínico y de investigación con reconocimiento.",
        "© Michael Nicholas; clinical and research use with acknowledgement.",
    ),
    source="Nicholas 2007; ePPOC (bands)",
    recall=Text("Actualmente", "At present"),
    direction=Direction.HIGHER_IS_BETTER,
    score_range=span(0, 60),
    unit=POINTS,
    headline="total_prorated",
    bands=BANDS,
    mics=(mic("5.5", "Chiarotto 2016"), mic("6.48", "PMC7053735")),
    missing_rule=missing_up_to(2),
    lead=Text(
        "Aunque tengas dolor, ¿qué tan seguro te sientes de lograrlo?",
        "Even with pain, how sure do you feel of managing this?",
    ),
    items=items(
        (
            (
                Text("Disfrutar", "Enjoyment"),
                Text("Pasarla bien con lo que te gusta", "Having a good time with what you like"),
            ),
            (
                Text("Tareas de casa", "Housework"),
                Text("Sacar adelante los quehaceres", "Getting the housework done"),
            ),
            (
                Text("Convivir", "Company"),
                Text(
                    "Ver a tu familia y amistades tanto como antes",
                    "Seeing family and friends as much as before",
                ),
            ),
            (
                Text("Manejar el dolor", "Managing pain"),
                Text("Sobrellevar el dolor casi siempre", "Handling the pain nearly always"),
            ),
            (
                Text("Trabajo de cualquier tipo", "Work of any kind"),
                Text("Trabajar, con paga o sin ella", "Working, for pay or without"),
            ),
            (
                Text("Pasatiempos", "Pastimes"),
                Text("Dedicarte a tus pasatiempos", "Giving time to your pastimes"),
            ),
            (
                Text("Sin medicinas", "Without medicines"),
                Text("Salir adelante sin tomar medicinas", "Getting by without taking medicines"),
            ),
            (
                Text("Metas", "Goals"),
                Text("Cumplir casi todas tus metas", "Reaching nearly all your goals"),
            ),
            (
                Text("Vida habitual", "Usual life"),
                Text("Llevar tu vida de costumbre", "Leading your usual life"),
            ),
            (
                Text("Más actividad", "More activity"),
                Text("Hacer cada semana un poco más", "Doing a little more each week"),
            ),
        ),
        choices(
            (
                Text("0, nada seguro", "0, not sure at all"),
                *(Text(str(step), str(step)) for step in range(1, 6)),
                Text("6, del todo seguro", "6, entirely sure"),
            )
        ),
    ),
    score=score,
    one_per_screen=True,
)
