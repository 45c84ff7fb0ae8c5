"""PHQ-9: nine signs of low mood over two weeks, 0-27. Item 9 calls a clinician at once."""

from collections.abc import Sequence

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
    Alert,
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

SCORED = range(1, 10)

BANDS = (
    Band("minimal", 0, 4, Text("mínimo", "minimal")),
    Band("mild", 5, 9, Text("leve", "mild")),
    Band("moderate", 10, 14, Text("moderado", "moderate")),
    Band("moderately_severe", 15, 19, Text("de moderado a alto", "moderate to high")),
    Band("severe", 20, 27, Text("alto", "high")),
)


def score(answers: Answers, params: Params) -> Result:
    """Sum the nine answers; up to `max_missing` (2) are prorated to a whole number, half-up.

    The syndromes need all nine answers. The alert on item 9 needs only item 9.
    """
    codes = marks(answers, SCORED)
    prorated = prorated_sum(codes, whole_setting(params, "max_missing", 2, 9))
    total = None if prorated is None else whole(prorated)
    symptoms = _symptoms(codes)
    return {
        "total": total,
        "answered": len(given(codes)),
        "band": band_of(BANDS, total),
        "alert_item9": at_least(codes[8], 1),
        "item9_level": codes[8],
        "major_dep_syndrome": None if symptoms is None else symptoms >= 5,
        "other_dep_syndrome": None if symptoms is None else 2 <= symptoms <= 4,
    }


def _symptoms(codes: Sequence[int | None]) -> int | None:
    """Count symptoms present on most days (item 9: at all); 0 without item 1 or 2."""
    there = given(codes)
    if len(there) < len(codes):
        return None
    present = [code >= 2 for code in there[:8]] + [there[8] >= 1]
    return sum(present) if present[0] or present[1] else 0


INSTRUMENT = Instrument(
    key="phq9",
    code="PHQ9",
    names=("PHQ-9",),
    title=Text("Estado de ánimo (PHQ-9)", "Mood (PHQ-9)"),
    version="standard",
    foreign_versions=("phq-2", "phq-8", "phq-15"),
    licence=Licence.OPEN,
    rights=Text(
        "PHQ-9: Spitzer, Williams, Kroenke y colaboradores, con apoyo educativo de Pfizer Inc. "
        "No se requiere permiso para reproducir, traducir, mostrar o distribuir.",
        "PHQ-9: Spitzer, Williams, Kroenke and colleagues, with an educational grant from "
        "Pfizer Inc. No permission required to reproduce, translate, display or distribute.",
    ),
    source="Kroenke 2001",
    recall=TWO_WEEKS,
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(0, 27),
    unit=POINTS,
    headline="total",
    bands=BANDS,
    mics=(mic(5, "Kroenke 2001"),),
    loinc={"panel": "44249-1", "total": "44261-6", "q9": "44260-8"},
    missing_rule=missing_up_to(2),
    alerts=(Alert("phq9_item9", "q9", 1, ask_if_missing=True),),
    lead=Text(
        "En las últimas dos semanas, ¿cuántos días te pasó esto?",
        "In the last two weeks, on how many days did this happen to you?",
    ),
    items=items(
        (
            (
                Text("Interés", "Interest"),
                Text(
                    "Lo que te gusta dejó de llamarte la atención",
                    "What you like no longer attracted you",
                ),
            ),
            (Text("Ánimo", "Mood"), Text("Tristeza o desánimo", "Sadness or low spirits")),
            (
                Text("Sueño", "Sleep"),
                Text("Dormiste mal, o dormiste de más", "You slept badly, or more than usual"),
            ),
            (Text("Energía", "Energy"), Text("Te faltaron fuerzas", "You lacked strength")),
            (
                Text("Apetito", "Appetite"),
                Text(
                    "Comiste bastante menos, o bastante más, de lo normal",
                    "You ate much less, or much more, than usual",
                ),
            ),
            (
                Text("Valía personal", "Self-worth"),
                Text(
                    "Pensaste mal de ti o sentiste culpa",
                    "You thought badly of yourself or felt guilt",
                ),
            ),
            (
                Text("Concentración", "Concentration"),
                Text(
                    "Te costó seguir una lectura o un programa",
                    "It was hard to follow something you read or watched",
                ),
            ),
            (
                Text("Ritmo del cuerpo", "Pace of the body"),
                Text(
                    "Otras personas te notaron muy lento, o muy agitado",
                    "Others saw you much slower, or much more agitated",
                ),
            ),
            (
                Text(
                    "Pensamientos sobre la muerte o hacerse daño", "Thoughts of death or self-harm"
                ),
                Text(
                    "Pensaste en morir o en lastimarte",
                    "You thought of dying or of harming yourself",
                ),
            ),
        ),
        HOW_MANY_DAYS,
    )
    + difficulty(10),
    score=score,
)
