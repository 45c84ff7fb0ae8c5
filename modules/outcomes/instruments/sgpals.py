"""Saltin-Grimby: leisure-time activity in four levels (ordinal)."""

from modules.outcomes.building import ALL_NEEDED, choices, span
from modules.outcomes.questionnaire import (
    Answers,
    Direction,
    Instrument,
    Item,
    Licence,
    Params,
    Result,
)
from modules.outcomes.scales import mark
from modules.text import Text

LABELS = ("sedentary", "light", "moderate", "hard")


def score(answers: Answers, params: Params) -> Result:
    """Return the level (1-4), its label and whether it is sedentary."""
    return _level(mark(answers.get("q1")))


def _level(level: int | None, *, error: bool = False) -> Result:
    return {
        "level": level,
        "label": None if level is None else LABELS[level - 1],
        "sedentary": None if level is None else level == 1,
        "error": error,
    }


INSTRUMENT = Instrument(
    key="sgpals",
    code="SGPALS",
    names=("SGPALS",),
    title=Text("Actividad en tu tiempo libre", "Activity in your free time"),
    version="4-level leisure-time",
    licence=Licence.OPEN,
    rights=Text(
        "Según Saltin y Grimby 1968; redacción propia.",
        "After Saltin and Grimby 1968; own wording.",
    ),
    source="Saltin & Grimby 1968",
    recall=Text("El último año", "The last year"),
    recall_options={
        "P1Y": Text("El último año", "The last year"),
        "P1M": Text("El último mes", "The last month"),
    },
    direction=Direction.HIGHER_IS_BETTER,
    score_range=span(1, 4),
    unit=Text("nivel", "level"),
    headline="level",
    missing_rule=ALL_NEEDED,
    refused_as=_level(None, error=True),
    items=(
        Item(
            key="q1",
            topic=Text("Actividad física en el tiempo libre", "Physical activity in free time"),
            prompt=Text(
                "¿Qué describe mejor tu tiempo libre?", "Which describes your free time best?"
            ),
            choices=choices(
                (
                    Text("Sobre todo sentado: pantalla, lectura", "Mostly seated: screen, reading"),
                    Text(
                        "Algo de movimiento casi diario: paseos, jardín, bicicleta tranquila",
                        "Some movement on most days: strolls, garden, easy cycling",
                    ),
                    Text(
                        "Ejercicio que me hace sudar, varias veces por semana",
                        "Exercise that makes me sweat, several times a week",
                    ),
                    Text(
                        "Entrenamiento fuerte o deporte de competencia",
                        "Hard training or competitive sport",
                    ),
                ),
                start=1,
            ),
        ),
    ),
    score=score,
    one_per_screen=True,
)
