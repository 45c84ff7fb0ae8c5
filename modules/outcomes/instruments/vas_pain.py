"""Pain now on a line of 100 mm. An untouched line is no answer, never zero."""

from fractions import Fraction

from modules.outcomes.building import (
    ALL_NEEDED,
    mic,
    mic_percent,
    span,
)
from modules.outcomes.questionnaire import (
    Answers,
    Band,
    Direction,
    Instrument,
    Item,
    Kind,
    Licence,
    Params,
    Result,
)
from modules.outcomes.scales import at_least, band_of, mark
from modules.text import Text

ELIGIBLE_MM = 30
"""Pain of 3 cm or more lets a person into the trial (row 4-05)."""

BANDS = (
    Band("no_pain", 0, 4, Text("sin dolor", "no pain")),
    Band("mild", 5, 44, Text("leve", "mild")),
    Band("moderate", 45, 74, Text("moderado", "moderate")),
    Band("severe", 75, 100, Text("intenso", "strong")),
)
"""Millimetres (Jensen 2003)."""


def score(answers: Answers, params: Params) -> Result:
    """Return the mark in whole mm (0-100), in cm, its band and the eligibility threshold."""
    mm = mark(answers.get("q1"))
    return {
        "score_mm": mm,
        "score_0_10": None if mm is None else Fraction(mm, 10),
        "band": band_of(BANDS, mm),
        "eligible_ge_30mm": at_least(mm, ELIGIBLE_MM),
    }


INSTRUMENT = Instrument(
    key="vas_pain",
    code="VAS",
    names=("VAS",),
    title=Text("Escala visual de dolor", "Visual pain scale"),
    plain=Text("Tu dolor", "Your pain"),
    version="0-100 mm",
    foreign_versions=("0-10 cm", "0-10cm"),
    licence=Licence.OPEN,
    rights=Text("Formato de uso libre.", "Generic format, free to use."),
    source="Jensen 2003 (bands); Ostelo 2008 (change)",
    recall=Text("En este momento", "Right now"),
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(0, 100),
    unit=Text("mm", "mm"),
    headline="score_mm",
    bands=BANDS,
    mics=(mic(15, "Ostelo 2008"), mic_percent(30, "Ostelo 2008")),
    loinc={"score_mm": "38214-3"},
    missing_rule=ALL_NEEDED,
    decimals={"score_0_10": 1},
    items=(
        Item(
            key="q1",
            topic=Text("Dolor de espalda ahora", "Back pain now"),
            prompt=Text(
                "¿Cuánto te duele la espalda en este momento? Marca el punto de la línea.",
                "How much does your back hurt right now? Mark the point on the line.",
            ),
            kind=Kind.SLIDER,
            minimum=0,
            maximum=100,
            anchors=(
                Text("Nada de dolor", "No pain at all"),
                Text(
                    "El dolor más fuerte que puedas imaginar", "The strongest pain you can imagine"
                ),
            ),
        ),
    ),
    score=score,
    one_per_screen=True,
)
