"""Global perceived effect, 7 points: 1 recovered to 7 worse than ever. Higher is worse."""

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

RESPONDER = 2
"""Project default: 2 or less counts as improved."""

UNCHANGED = 4


def score(answers: Answers, params: Params) -> Result:
    """Return the rating (1-7), whether it is in the responder range, whether it is worse."""
    rating = mark(answers.get("q1"))
    return {
        "score": rating,
        "responder_le2": None if rating is None else rating <= RESPONDER,
        "worse_gt4": None if rating is None else rating > UNCHANGED,
    }


INSTRUMENT = Instrument(
    key="gpe_7",
    code="GPE7",
    names=("GPE",),
    version_mark="7-point",
    title=Text("Cambio que notas (7 puntos)", "Change you notice (7 points)"),
    version="7-point 1..7",
    licence=Licence.OPEN,
    rights=Text("Escala de uso libre; redacción propia.", "Scale free to use; own wording."),
    source="Kamper 2010",
    recall=Text("Desde que empezaste", "Since you started"),
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(1, 7),
    unit=Text("puntos", "points"),
    headline="score",
    missing_rule=ALL_NEEDED,
    items=(
        Item(
            key="q1",
            topic=Text("Cambio desde el inicio", "Change since the start"),
            prompt=Text(
                "Comparada con el inicio, ¿cómo está tu espalda hoy?",
                "Compared with the start, how is your back today?",
            ),
            choices=choices(
                (
                    Text("Recuperada del todo", "Fully recovered"),
                    Text("Bastante mejor", "Quite a lot better"),
                    Text("Algo mejor", "A bit better"),
                    Text("Igual", "The same"),
                    Text("Algo peor", "A bit worse"),
                    Text("Bastante peor", "Quite a lot worse"),
                    Text("Peor que en cualquier otro momento", "Worse than at any other time"),
                ),
                start=1,
            ),
        ),
    ),
    score=score,
    one_per_screen=True,
)
