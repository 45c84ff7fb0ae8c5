"""EQ-5D-3L: five dimensions with three levels, the Spanish TTO value set, and EQ VAS."""

from fractions import Fraction

from modules.outcomes.building import (
    ALL_NEEDED,
    choices,
    mic,
    span,
)
from modules.outcomes.questionnaire import (
    Answers,
    Direction,
    Instrument,
    Item,
    Kind,
    Licence,
    Params,
    Result,
)
from modules.outcomes.scales import (
    Decrements,
    decrements,
    given,
    index_from,
    mark,
    marks,
    profile_of,
)
from modules.text import Text

SPAIN_TTO: Decrements = decrements(
    "0.106 0.430", "0.134 0.309", "0.071 0.195", "0.089 0.261", "0.062 0.144"
)
"""doi 10.1177/0272989X0102100102: what levels 2 and 3 take from 1."""

ANY_PROBLEM, ANY_EXTREME = Fraction("0.024"), Fraction("0.291")
"""Taken once when any level is above 1, and again when any is 3."""

RIGHTS = Text(
    "© EuroQol Research Foundation; cada uso se registra ante EuroQol.",
    "© EuroQol Research Foundation; every use is registered with EuroQol.",
)

DIMENSIONS = (
    (Text("Moverse", "Moving about"), Text("¿Cómo caminas hoy?", "How do you walk today?")),
    (
        Text("Cuidado personal", "Personal care"),
        Text(
            "¿Cómo te va hoy al bañarte y vestirte?",
            "How do you get on with bathing and dressing today?",
        ),
    ),
    (
        Text("Tareas del día", "Tasks of the day"),
        Text(
            "¿Cómo te va hoy con tus tareas, en casa, trabajo o descanso?",
            "How do you get on with your tasks today, at home, work or leisure?",
        ),
    ),
    (Text("Dolor", "Pain"), Text("¿Cuánto dolor hay hoy?", "How much pain is there today?")),
    (Text("Ánimo", "Mood"), Text("¿Cómo está tu ánimo hoy?", "How is your mood today?")),
)

HEALTH_LINE = Item(
    key="q6",
    topic=Text("Salud hoy, de 0 a 100", "Health today, 0 to 100"),
    prompt=Text(
        "¿Cómo está tu salud hoy? Elige un número en la línea.",
        "How is your health today? Choose a number on the line.",
    ),
    kind=Kind.SLIDER,
    maximum=100,
    anchors=(
        Text("0: la peor salud que puedas pensar", "0: the poorest health you can think of"),
        Text("100: la mejor salud que puedas pensar", "100: the finest health you can think of"),
    ),
    scored=False,
)

LEVELS = (
    (
        Text("Camino sin dificultad", "I walk with ease"),
        Text("Caminar me cuesta", "Walking is hard"),
        Text("Sigo en cama", "I stay in bed"),
    ),
    (
        Text("Me baño y me visto sin dificultad", "I bathe and dress with ease"),
        Text("Me cuesta", "It is hard"),
        Text("No logro hacerlo por mi cuenta", "I do not manage it on my own"),
    ),
    (
        Text("Hago lo mío sin dificultad", "I do my tasks with ease"),
        Text("Me cuesta", "It is hard"),
        Text("No logro hacerlo", "I do not manage it"),
    ),
    (
        Text("Estoy sin dolor", "I am free of pain"),
        Text("Hay algo de dolor", "There is some pain"),
        Text("Hay mucho dolor", "There is much pain"),
    ),
    (
        Text("Tengo buen ánimo y calma", "I am calm and in good spirits"),
        Text("Con algo de angustia o tristeza", "Somewhat uneasy or sad"),
        Text("Con mucha angustia o tristeza", "Very uneasy or sad"),
    ),
)


def score(answers: Answers, params: Params) -> Result:
    """Return profile, sum of levels (descriptive only), the Spanish index and EQ VAS (0-100)."""
    levels = marks(answers, range(1, 6))
    profile, lss = profile_of(levels)
    index = index_from(levels, SPAIN_TTO)
    if index is not None:
        worst = max(given(levels))
        index -= ANY_PROBLEM * (worst > 1) + ANY_EXTREME * (worst > 2)
    return {
        "profile": profile,
        "lss": lss,
        "index_spain_tto": index,
        "eq_vas": mark(answers.get("q6")),
    }


INSTRUMENT = Instrument(
    key="eq5d3l",
    code="EQ5D3L",
    names=("EQ-5D-3L",),
    title=Text("Calidad de vida (EQ-5D-3L)", "Quality of life (EQ-5D-3L)"),
    version="3L; value set Spain TTO",
    foreign_versions=("5l", "crosswalk", "vas value set"),
    licence=Licence.LICENSED,
    rights=RIGHTS,
    source="EuroQol 1990; Badia 2001, doi 10.1177/0272989X0102100102",
    recall=Text("Hoy", "Today"),
    direction=Direction.HIGHER_IS_BETTER,
    score_range=span("-0.654", 1),
    unit=Text("índice (1 es salud plena)", "index (1 is full health)"),
    headline="index_spain_tto",
    mics=(mic("0.03", "literature range 0.03-0.08"),),
    missing_rule=ALL_NEEDED,
    decimals={"index_spain_tto": 3},
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
