"""Pain from 0 to 10, three ratings: current, average and worst of the last week or two."""

from fractions import Fraction

from modules.outcomes.building import (
    ALL_NEEDED,
    items,
    mic,
    mic_percent,
    span,
)
from modules.outcomes.questionnaire import (
    Answers,
    Band,
    Direction,
    Instrument,
    Kind,
    Licence,
    Params,
    Result,
)
from modules.outcomes.scales import (
    band_of,
    mark,
    marks,
    prorated_sum,
)
from modules.text import Text

BANDS = (
    Band("none", 0, 0, Text("sin dolor", "no pain")),
    Band("mild", 1, 3, Text("leve", "mild")),
    Band("moderate", 4, 6, Text("moderado", "moderate")),
    Band("severe", 7, 10, Text("intenso", "strong")),
)


def score(answers: Answers, params: Params) -> Result:
    """Return the three ratings (0-10), their mean, the band of the average, and the warning."""
    codes = marks(answers, (1, 2, 3))
    total = prorated_sum(codes, 0)
    current, average, worst = codes
    return {
        "current": current,
        "average": average,
        "worst": worst,
        "mean_of_three": None if total is None else Fraction(total, 3),
        "average_band": band_of(BANDS, average),
        "warn_inconsistent": bool(warnings(answers)),
    }


def warnings(answers: Answers) -> list[str]:
    """Name the ratings that lie above the worst pain of the same period."""
    worst = mark(answers.get("q3"))
    if worst is None:
        return []
    ratings = {"current": mark(answers.get("q1")), "average": mark(answers.get("q2"))}
    return [
        f"{name}_above_worst"
        for name, rating in ratings.items()
        if rating is not None and rating > worst
    ]


INSTRUMENT = Instrument(
    key="nrs",
    code="NRS",
    names=("NRS",),
    title=Text("Escala numérica de dolor", "Numeric pain rating"),
    plain=Text("Tu dolor", "Your pain"),
    version="0-10 current/average/worst",
    licence=Licence.OPEN,
    rights=Text("Formato de uso libre.", "Generic format, free to use."),
    source="Ostelo 2008 (change)",
    recall=Text("La última semana", "The last week"),
    recall_options={
        "P7D": Text("La última semana", "The last week"),
        "P14D": Text("Las últimas dos semanas", "The last two weeks"),
    },
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(0, 10),
    unit=Text("puntos (0 a 10)", "points (0 to 10)"),
    headline="average",
    headline_items=("q2",),
    bands=BANDS,
    mics=(mic(2, "Ostelo 2008"), mic_percent(30, "Ostelo 2008")),
    loinc={"average": "72514-3"},
    missing_rule=ALL_NEEDED,
    items=items(
        (
            (
                Text("Dolor actual", "Current pain"),
                Text("¿Cuánto te duele la espalda ahora?", "How much does your back hurt now?"),
            ),
            (
                Text("Dolor promedio", "Average pain"),
                Text("En promedio, ¿cuánto te ha dolido?", "On average, how much has it hurt?"),
            ),
            (
                Text("Dolor máximo", "Worst pain"),
                Text(
                    "En el peor momento, ¿cuánto te dolió?",
                    "At the worst moment, how much did it hurt?",
                ),
            ),
        ),
        kind=Kind.NUMBER,
        maximum=10,
        anchors=(
            Text("Nada de dolor", "No pain at all"),
            Text("El dolor más fuerte que puedas imaginar", "The strongest pain you can imagine"),
        ),
    ),
    score=score,
    warnings=warnings,
)
