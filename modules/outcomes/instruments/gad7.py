"""GAD-7: seven signs of anxiety over two weeks, 0-21."""

from modules.outcomes.building import (
    HOW_MANY_DAYS,
    POINTS,
    TWO_WEEKS,
    difficulty,
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
    at_least,
    band_of,
    given,
    marks,
    prorated_sum,
    whole,
    whole_setting,
)
from modules.text import Text

SCORED = range(1, 8)

BANDS = (
    Band("minimal", 0, 4, Text("mínima", "minimal")),
    Band("mild", 5, 9, Text("leve", "mild")),
    Band("moderate", 10, 14, Text("moderada", "moderate")),
    Band("severe", 15, 21, Text("alta", "high")),
)


def score(answers: Answers, params: Params) -> Result:
    """Sum the seven answers; up to `max_missing` (2) are prorated to a whole number, half-up."""
    codes = marks(answers, SCORED)
    prorated = prorated_sum(codes, whole_setting(params, "max_missing", 2, 7))
    total = None if prorated is None else whole(prorated)
    return {
        "total": total,
        "answered": len(given(codes)),
        "band": band_of(BANDS, total),
        "screen_positive_ge10": at_least(total, 10),
    }


INSTRUMENT = Instrument(
    key="gad7",
    code="GAD7",
    names=("GAD-7",),
    title=Text("Ansiedad (GAD-7)", "Anxiety (GAD-7)"),
    version="standard",
    foreign_versions=("gad-2",),
    licence=Licence.OPEN,
    rights=Text(
        "GAD-7: Spitzer, Williams, Kroenke y colaboradores, con apoyo educativo de Pfizer Inc. "
        "No se requiere permiso para reproducir, traducir, mostrar o distribuir.",
        "GAD-7: Spitzer, Williams, Kroenke and colleagues, with an educational grant from "
        "Pfizer Inc. No permission required to reproduce, translate, display or distribute.",
    ),
    source="Spitzer 2006",
    recall=TWO_WEEKS,
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(0, 21),
    unit=POINTS,
    headline="total",
    bands=BANDS,
    mics=(mic(4, "literature range 2-4"),),
    loinc={"panel": "69737-5", "total": "70274-6"},
    missing_rule=missing_up_to(2),
    lead=Text(
        "En las últimas dos semanas, ¿cuántos días te pasó esto?",
        "In the last two weeks, on how many days did this happen to you?",
    ),
    items=items(
        (
            (
                Text("Nervios", "Nerves"),
                Text("Nervios o tensión por dentro", "Nerves or tension inside"),
            ),
            (
                Text("Control de la preocupación", "Control of worry"),
                Text(
                    "Una preocupación que no se iba aunque quisieras",
                    "A worry that stayed although you wanted it gone",
                ),
            ),
            (
                Text("Exceso de preocupación", "Amount of worry"),
                Text(
                    "Preocupaciones de más, por varios temas", "Too many worries, on several topics"
                ),
            ),
            (
                Text("Relajarse", "Relaxing"),
                Text("Te costó aflojar el cuerpo y descansar", "It was hard to let go and rest"),
            ),
            (
                Text("Inquietud", "Restlessness"),
                Text(
                    "Te movías tanto que no parabas en un lugar",
                    "You moved about so much that you did not settle in one place",
                ),
            ),
            (
                Text("Irritabilidad", "Irritability"),
                Text("Te enojaste por cosas pequeñas", "Small things made you cross"),
            ),
            (
                Text("Temor", "Fear"),
                Text(
                    "Sentiste miedo, como ante una mala noticia",
                    "You felt fear, as before bad news",
                ),
            ),
        ),
        HOW_MANY_DAYS,
    )
    + difficulty(8),
    score=score,
)
