"""CSQ-8: structure and scoring only; text and use are licensed and paid for.

On screen the options of items 2, 4, 5 and 8 run the other way; the codes here are already
oriented (1 least, 4 most satisfied), so that sums need no turning.
"""

from modules.outcomes.building import (
    POINTS,
    choices,
    missing_up_to,
    span,
)
from modules.outcomes.questionnaire import (
    Answers,
    Choice,
    Direction,
    Instrument,
    Item,
    Licence,
    Params,
    Result,
)
from modules.outcomes.scales import strict_and_prorated
from modules.text import Text

ITEMS = 8
LEAST_FIRST = (2, 4, 5, 8)

SATISFACTION = choices(
    (
        Text("Nada", "Not at all"),
        Text("Poco", "A little"),
        Text("Bastante", "Quite a lot"),
        Text("Mucho", "Very much"),
    ),
    start=1,
)

ROWS = (
    (Text("Calidad", "Quality"), Text("¿Te pareció buena la atención?", "Was the care good?")),
    (
        Text("Lo que buscabas", "What you wanted"),
        Text("¿Fue la atención que buscabas?", "Was it the care you looked for?"),
    ),
    (
        Text("Necesidades", "Needs"),
        Text("¿Atendió lo que te hacía falta?", "Did it meet what you were short of?"),
    ),
    (
        Text("Recomendación", "Recommendation"),
        Text("¿Mandarías aquí a una amistad?", "Would you send a friend here?"),
    ),
    (
        Text("Cantidad", "Amount"),
        Text("¿Te bastó la ayuda que hubo?", "Was there enough help for you?"),
    ),
    (
        Text("Manejo del problema", "Handling the problem"),
        Text("¿Te sirvió para manejar mejor lo tuyo?", "Did it serve you to handle things better?"),
    ),
    (
        Text("Satisfacción general", "Overall satisfaction"),
        Text("En conjunto, ¿qué tan a gusto quedaste?", "As a whole, how content are you?"),
    ),
    (
        Text("Regresar", "Coming back"),
        Text("¿Regresarías si hiciera falta?", "Would you come back if need be?"),
    ),
)


def score(answers: Answers, params: Params) -> Result:
    """Sum the eight oriented answers strictly, and prorated with up to `max_missing` (1)."""
    return strict_and_prorated(answers, params, ITEMS)


def _in_screen_order(position: int) -> tuple[Choice, ...]:
    return SATISFACTION if position in LEAST_FIRST else SATISFACTION[::-1]


INSTRUMENT = Instrument(
    key="csq8",
    code="CSQ8",
    names=("CSQ-8",),
    title=Text("Satisfacción con el servicio (CSQ-8)", "Client satisfaction (CSQ-8)"),
    version="8 items, oriented",
    licence=Licence.LICENSED,
    rights=Text(
        "© Clifford Attkisson, Tamalpais Matrix; permiso escrito y pago por uso.",
        "© Clifford Attkisson, Tamalpais Matrix; written permission and a fee per use.",
    ),
    source="Larsen 1979",
    recall=Text("La atención recibida", "The care received"),
    direction=Direction.HIGHER_IS_BETTER,
    score_range=span(8, 32),
    unit=POINTS,
    headline="total_prorated",
    missing_rule=missing_up_to(1),
    items=tuple(
        Item(key=f"q{position}", topic=topic, prompt=prompt, choices=_in_screen_order(position))
        for position, (topic, prompt) in enumerate(ROWS, 1)
    ),
    score=score,
)
