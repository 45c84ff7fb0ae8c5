"""Our own satisfaction form about the care received; the same words fit every arm of a trial.

It names no platform, video or message, so neither a question nor its absence tells the arm.
"""

from modules.outcomes.building import (
    choices,
    items,
    missing_up_to,
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
    given,
    marks,
    prorated_sum,
    whole_setting,
)
from modules.text import Text

ITEMS = 8


def score(answers: Answers, params: Params) -> Result:
    """Return the mean answer (1-5) times 20, so 20-100 points; `max_missing` (2) may be missing."""
    codes = marks(answers, range(1, ITEMS + 1))
    prorated = prorated_sum(codes, whole_setting(params, "max_missing", 2, ITEMS))
    return {
        "score": None if prorated is None else prorated / ITEMS * 20,
        "answered": len(given(codes)),
    }


COMMENT = Item(
    key="q9",
    topic=Text("Comentario", "Comment"),
    prompt=Text(
        "¿Algo más que quieras contarnos? No escribas tu nombre ni datos para identificarte.",
        "Anything else you want to tell us? Leave out your name and anything that identifies you.",
    ),
    kind=Kind.TEXT,
    scored=False,
    optional=True,
)

INSTRUMENT = Instrument(
    key="satisfaction",
    code="SATISFACTION",
    names=("SATISFACTION",),
    title=Text("Tu opinión sobre la atención", "Your view of the care"),
    version="1",
    licence=Licence.OPEN,
    rights=Text(
        "Formulario propio del proyecto, licencia MIT.", "The project's own form, MIT licence."
    ),
    source="own form, mean x 20",
    recall=Text("La atención que recibiste para tu espalda", "The care you received for your back"),
    direction=Direction.HIGHER_IS_BETTER,
    score_range=span(20, 100),
    unit=Text("puntos (20 a 100)", "points (20 to 100)"),
    headline="score",
    missing_rule=missing_up_to(2),
    wording=None,
    lead=Text(
        "Piensa en la atención que recibiste para tu espalda. ¿Qué tan de acuerdo estás?",
        "Think of the care you received for your back. How far do you agree?",
    ),
    items=items(
        (
            (
                Text("Claridad", "Clarity"),
                Text(
                    "Entendí la información que me dieron.",
                    "I understood the information I was given.",
                ),
            ),
            (
                Text("Consejos y ejercicios", "Advice and exercises"),
                Text(
                    "Supe qué hacer en casa para cuidar mi espalda.",
                    "I knew what to do at home to look after my back.",
                ),
            ),
            (
                Text("Facilidad", "Ease"),
                Text("Fue fácil recibir la atención.", "It was easy to receive the care."),
            ),
            (
                Text("Tiempo", "Time"),
                Text("La atención se ajustó a mis horarios.", "The care fitted my schedule."),
            ),
            (
                Text("Trato", "Manner"),
                Text("Me trataron con respeto.", "I was treated with respect."),
            ),
            (
                Text("Dudas", "Questions"),
                Text("Resolvieron mis dudas.", "My questions were answered."),
            ),
            (
                Text("Utilidad", "Usefulness"),
                Text("La atención le sirvió a mi espalda.", "The care was useful for my back."),
            ),
            (
                Text("Recomendación", "Recommendation"),
                Text("Recomendaría esta atención.", "I would recommend this care."),
            ),
        ),
        choices(
            (
                Text("Nada de acuerdo", "Not at all"),
                Text("Poco de acuerdo", "A little"),
                Text("Ni sí ni no", "Neither yes nor no"),
                Text("De acuerdo", "I agree"),
                Text("Muy de acuerdo", "I agree a lot"),
            ),
            start=1,
        ),
    )
    + (COMMENT,),
    score=score,
)
