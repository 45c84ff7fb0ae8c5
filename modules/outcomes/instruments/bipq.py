"""Brief Illness Perception: eight views of the complaint, 0-10 each, 0-80, and its cause."""

from dataclasses import replace

from modules.outcomes.building import (
    ALL_NEEDED,
    POINTS,
    items,
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
    oriented,
    positions_setting,
    strict_sum,
)
from modules.text import Text

SCORED = range(1, 9)
REVERSED = (3, 4, 7)


def score(answers: Answers, params: Params) -> Result:
    """Sum the eight answers, 3, 4 and 7 reversed; higher sees more threat; all are needed."""
    turned = positions_setting(params, "reversed", REVERSED, 8)
    codes = oriented(answers, SCORED, turned, ends=10)
    return {"total": strict_sum(codes), "answered": len(given(codes))}


def _anchored(asked: tuple[Item, ...], ends: tuple[tuple[Text, Text], ...]) -> tuple[Item, ...]:
    return tuple(replace(item, anchors=pair) for item, pair in zip(asked, ends, strict=True))


NOTHING, MUCH = Text("Nada", "Not at all"), Text("Muchísimo", "A very great deal")

INSTRUMENT = Instrument(
    key="bipq",
    code="BIPQ",
    names=("Brief IPQ",),
    title=Text(
        "Cómo ves tu dolor de espalda (IPQ breve)", "How you see your back pain (Brief IPQ)"
    ),
    version="8 scored items and an open question",
    licence=Licence.LICENSED,
    rights=Text(
        "© Elizabeth Broadbent y colaboradores; se requiere permiso de la autora.",
        "© Elizabeth Broadbent and colleagues; permission from the author is required.",
    ),
    source="Broadbent 2006",
    recall=Text("Actualmente", "At present"),
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(0, 80),
    unit=POINTS,
    headline="total",
    missing_rule=ALL_NEEDED,
    items=_anchored(
        items(
            (
                (
                    Text("Efecto en la vida", "Effect on life"),
                    Text(
                        "¿Qué tanto ha cambiado tu vida por la espalda?",
                        "How much has your life changed because of your back?",
                    ),
                ),
                (
                    Text("Duración esperada", "Expected duration"),
                    Text(
                        "¿Cuánto tiempo más crees que seguirá?",
                        "How much longer do you think it will go on?",
                    ),
                ),
                (
                    Text("Control propio", "Own control"),
                    Text(
                        "¿Cuánto puedes hacer tú para manejarlo?",
                        "How much can you yourself do to manage it?",
                    ),
                ),
                (
                    Text("Ayuda del tratamiento", "Help from treatment"),
                    Text(
                        "¿Cuánto esperas que te ayude el tratamiento?",
                        "How much do you expect treatment to help you?",
                    ),
                ),
                (
                    Text("Molestias", "Complaints"),
                    Text("¿Cuántas molestias notas?", "How many complaints do you notice?"),
                ),
                (
                    Text("Preocupación", "Concern"),
                    Text("¿Qué tanto te preocupa?", "How much does it worry you?"),
                ),
                (
                    Text("Comprensión", "Understanding"),
                    Text(
                        "¿Qué tan claro tienes lo que te pasa?",
                        "How clear is it to you what is going on?",
                    ),
                ),
                (
                    Text("Efecto en el ánimo", "Effect on mood"),
                    Text("¿Qué tanto te mueve el ánimo?", "How much does it sway your mood?"),
                ),
            ),
            kind=Kind.NUMBER,
            maximum=10,
            turned=REVERSED,
        ),
        (
            (NOTHING, MUCH),
            (Text("Muy poco tiempo", "Very little time"), Text("Toda la vida", "All my life")),
            (NOTHING, MUCH),
            (NOTHING, MUCH),
            (Text("Ninguna", "None"), Text("Muchísimas", "Very many")),
            (NOTHING, MUCH),
            (Text("Nada claro", "Not clear"), Text("Muy claro", "Very clear")),
            (NOTHING, MUCH),
        ),
    )
    + (
        Item(
            key="q9",
            topic=Text("Causas según la persona", "Causes as the person sees them"),
            prompt=Text(
                "¿A qué crees que se debe? Escribe hasta tres motivos.",
                "What do you think brought it on? Write up to three reasons.",
            ),
            kind=Kind.TEXT,
            scored=False,
            optional=True,
        ),
    ),
    score=score,
)
