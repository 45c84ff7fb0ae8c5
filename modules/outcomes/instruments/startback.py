"""STarT Back: nine items over two weeks; low, medium or high risk. Tailors care, no outcome."""

from modules.outcomes.building import (
    ALL_NEEDED,
    POINTS,
    TWO_WEEKS,
    choices,
    items,
    keys,
    span,
)
from modules.outcomes.questionnaire import (
    Answers,
    Direction,
    Instrument,
    Item,
    Licence,
    Params,
    Result,
)
from modules.outcomes.scales import marks, strict_sum
from modules.text import Text

DISTRESS = (5, 6, 7, 8, 9)
BOTHERED = 3
"""Item 9 counts one point for its two highest options (3 and 4)."""


def score(answers: Answers, params: Params) -> Result:
    """Return total (0-9), distress (0-5, items 5-9) and risk; each needs all its items."""
    codes = marks(answers, range(1, 10))
    last = codes[8]
    points = [*codes[:8], None if last is None else int(last >= BOTHERED)]
    total, distress = strict_sum(points), strict_sum(points[4:])
    return {"total": total, "distress": distress, "risk": _risk(total, distress)}


def _risk(total: int | None, distress: int | None) -> str | None:
    if total is None or distress is None:
        return None
    if total <= 3:
        return "low"
    return "high" if distress >= 4 else "medium"


INSTRUMENT = Instrument(
    key="startback",
    code="STARTBACK",
    names=("STarT Back",),
    title=Text("STarT Back", "STarT Back"),
    version="9 items",
    licence=Licence.LICENSED,
    rights=Text(
        "© Keele University 2007; uso electrónico con licencia.",
        "© Keele University 2007; electronic use under licence.",
    ),
    source="Hill 2008",
    recall=TWO_WEEKS,
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(0, 9),
    unit=POINTS,
    headline="total",
    missing_rule=ALL_NEEDED,
    loinc={"panel": "91349-1", "distress": "91350-9", "total": "91351-7", "risk": "91352-5"},
    subscales={"distress": keys(DISTRESS)},
    items=items(
        (
            (
                Text("Dolor hacia la pierna", "Pain into the leg"),
                Text("El dolor bajó a una pierna", "The pain went down into a leg"),
            ),
            (
                Text("Dolor en hombro o cuello", "Pain in shoulder or neck"),
                Text("También me dolió el cuello o el hombro", "My neck or shoulder hurt as well"),
            ),
            (
                Text("Distancia al caminar", "Walking distance"),
                Text(
                    "Por la espalda caminé tramos cortos",
                    "Because of my back I walked short stretches",
                ),
            ),
            (
                Text("Vestirse", "Dressing"),
                Text(
                    "Por la espalda tardé más en vestirme",
                    "Because of my back I took longer to dress",
                ),
            ),
            (
                Text("Seguridad de la actividad", "Safety of activity"),
                Text(
                    "Pienso que estar activo es riesgoso para mí",
                    "I think being active is risky for me",
                ),
            ),
            (
                Text("Preocupación", "Worry"),
                Text("Me preocupé buena parte del día", "I worried for a good part of the day"),
            ),
            (
                Text("Expectativa", "Expectation"),
                Text("Siento que mi espalda no va a mejorar", "I feel my back will not improve"),
            ),
            (
                Text("Disfrute", "Enjoyment"),
                Text("Disfruté menos las cosas", "I enjoyed things less"),
            ),
        ),
        choices((Text("No", "No"), Text("Sí", "Yes"))),
    )
    + (
        Item(
            key="q9",
            topic=Text("Cuánto molestó", "How bothersome"),
            prompt=Text(
                "En total, ¿cuánto te molestó la espalda?",
                "In all, how much did your back bother you?",
            ),
            choices=choices(
                (
                    Text("Nada", "Not at all"),
                    Text("Poco", "A little"),
                    Text("Regular", "Some"),
                    Text("Mucho", "A lot"),
                    Text("Muchísimo", "A very great deal"),
                )
            ),
        ),
    ),
    score=score,
)
