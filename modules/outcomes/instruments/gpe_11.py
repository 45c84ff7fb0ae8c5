"""Global perceived effect, 11 points: -5 much worse to +5 recovered. Higher is better.

The form of seven points runs the other way (`gpe_7`); a stated version that names neither is
refused, so that the two are never mixed.
"""

from modules.outcomes.building import ALL_NEEDED, span
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
from modules.outcomes.scales import at_least, mark
from modules.text import Text

RESPONDER = 2
"""Project default: +2 or more counts as improved."""

LABELS = {
    -5: Text("−5, muchísimo peor", "−5, far worse"),
    0: Text("0, igual", "0, the same"),
    5: Text("+5, recuperado del todo", "+5, fully recovered"),
}


def score(answers: Answers, params: Params) -> Result:
    """Return the rating (-5 to +5), whether it reaches the responder bound, whether it is worse."""
    rating = mark(answers.get("q1"))
    return {
        "score": rating,
        "responder_ge2": at_least(rating, RESPONDER),
        "worse_lt0": None if rating is None else rating < 0,
    }


def _label(rating: int) -> Text:
    number = f"{rating:+d}".replace("-", "−")
    return LABELS.get(rating, Text(number, number))


INSTRUMENT = Instrument(
    key="gpe_11",
    code="GPE11",
    names=("GPE",),
    version_mark="11-point",
    title=Text("Cambio que notas (11 puntos)", "Change you notice (11 points)"),
    version="11-point -5..+5",
    licence=Licence.OPEN,
    rights=Text("Escala de uso libre; redacción propia.", "Scale free to use; own wording."),
    source="Kamper 2010; selfBACK (row 2-07)",
    recall=Text("Desde que empezaste", "Since you started"),
    direction=Direction.HIGHER_IS_BETTER,
    score_range=span(-5, 5),
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
            choices=tuple(Choice(rating, _label(rating)) for rating in range(-5, 6)),
        ),
    ),
    score=score,
    one_per_screen=True,
)
