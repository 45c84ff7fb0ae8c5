"""EQ-5D-5L: five dimensions with five levels, the value sets of Mexico and Spain, and EQ VAS."""

from modules.outcomes.building import (
    ALL_NEEDED,
    choices,
    mic,
    span,
)
from modules.outcomes.instruments.eq5d3l import DIMENSIONS, HEALTH_LINE, RIGHTS
from modules.outcomes.questionnaire import (
    Answers,
    Direction,
    Instrument,
    Item,
    Licence,
    Params,
    Result,
)
from modules.outcomes.scales import (
    Decrements,
    decrements,
    index_from,
    mark,
    marks,
    profile_of,
)
from modules.text import Text

MEXICO: Decrements = decrements(
    "0.016 0.0473 0.1786 0.2697",
    "0.0476 0.0819 0.1697 0.2589",
    "0.0553 0.0952 0.1798 0.2758",
    "0.0531 0.0808 0.2283 0.4579",
    "0.0551 0.0824 0.1611 0.3337",
)
"""Gutierrez-Delgado 2021, doi 10.1007/s40258-021-00658-0: what levels 2-5 take from 1."""

SPAIN: Decrements = decrements(
    "0.0839717 0.0992505 0.2497363 0.3373180",
    "0.0500236 0.0532930 0.1640509 0.1961494",
    "0.0440448 0.0489321 0.1351463 0.1531550",
    "0.0779830 0.1011491 0.2454973 0.3818179",
    "0.0807394 0.1275334 0.2704687 0.3477585",
)
"""Ramos-Goñi 2018, doi 10.1016/j.jval.2017.10.023."""

LEVELS = (
    (
        Text("Camino sin dificultad", "I walk with ease"),
        Text("Caminar me cuesta un poco", "Walking is a little hard"),
        Text("Caminar me cuesta", "Walking is hard"),
        Text("Caminar me cuesta mucho", "Walking is very hard"),
        Text("No logro caminar", "I do not manage to walk"),
    ),
    (
        Text("Me baño y me visto sin dificultad", "I bathe and dress with ease"),
        Text("Me cuesta un poco", "It is a little hard"),
        Text("Me cuesta", "It is hard"),
        Text("Me cuesta mucho", "It is very hard"),
        Text("No logro hacerlo por mi cuenta", "I do not manage it on my own"),
    ),
    (
        Text("Hago lo mío sin dificultad", "I do my tasks with ease"),
        Text("Me cuesta un poco", "It is a little hard"),
        Text("Me cuesta", "It is hard"),
        Text("Me cuesta mucho", "It is very hard"),
        Text("No logro hacerlo", "I do not manage it"),
    ),
    (
        Text("Estoy sin dolor", "I am free of pain"),
        Text("Hay un poco de dolor", "There is a little pain"),
        Text("Hay dolor", "There is pain"),
        Text("Hay mucho dolor", "There is much pain"),
        Text("El dolor es de lo más fuerte", "The pain is of the strongest"),
    ),
    (
        Text("Tengo buen ánimo y calma", "I am calm and in good spirits"),
        Text("Con un poco de angustia o tristeza", "A little uneasy or sad"),
        Text("Con angustia o tristeza", "Uneasy or sad"),
        Text("Con mucha angustia o tristeza", "Very uneasy or sad"),
        Text("Con la angustia o tristeza más fuerte", "As uneasy or sad as can be"),
    ),
)


def score(answers: Answers, params: Params) -> Result:
    """Return profile, sum of levels (descriptive only), both indices and EQ VAS (0-100).

    index = 1 - the decrements; a missing dimension leaves profile, sum and indices None.
    """
    levels = marks(answers, range(1, 6))
    profile, lss = profile_of(levels)
    return {
        "profile": profile,
        "lss": lss,
        "index_mexico": index_from(levels, MEXICO),
        "index_spain": index_from(levels, SPAIN),
        "eq_vas": mark(answers.get("q6")),
    }


INSTRUMENT = Instrument(
    key="eq5d5l",
    code="EQ5D5L",
    names=("EQ-5D-5L",),
    title=Text("Calidad de vida (EQ-5D-5L)", "Quality of life (EQ-5D-5L)"),
    version="5L; value sets Mexico 2021, Spain 2018",
    foreign_versions=("3l", "crosswalk"),
    licence=Licence.LICENSED,
    rights=RIGHTS,
    source="Herdman 2011; Gutierrez-Delgado 2021; Ramos-Goñi 2018",
    recall=Text("Hoy", "Today"),
    direction=Direction.HIGHER_IS_BETTER,
    score_range=span("-0.5960", 1),
    unit=Text("índice (1 es salud plena)", "index (1 is full health)"),
    headline="index_mexico",
    mics=(mic("0.03", "literature range 0.03-0.08"),),
    local_codes={"index_mexico": "736534008", "eq_vas": "736535009"},
    missing_rule=ALL_NEEDED,
    decimals={"index_mexico": 3, "index_spain": 3},
    items=tuple(
        Item(
            key=f"q{position}",
            topic=topic,
            prompt=prompt,
            choices=choices(labels, start=1),
            reversed=True,
        )
        for position, ((topic, prompt), labels) in enumerate(
            zip(DIMENSIONS, LEVELS, strict=True), 1
        )
    )
    + (HEALTH_LINE,),
    score=score,
    one_per_screen=True,
)
