"""Tampa scale of kinesiophobia, 13 items without reversed ones, 13-52."""

from modules.outcomes.building import (
    POINTS,
    choices,
    items,
    missing_up_to,
    span,
)
from modules.outcomes.questionnaire import (
    Answers,
    Direction,
    Instrument,
    Licence,
    Params,
    Result,
)
from modules.outcomes.scales import strict_and_prorated
from modules.text import Text

ITEMS = 13

RIGHTS = Text(
    "Miller, Kori y Todd 1991; Woby 2005; derechos del texto por confirmar.",
    "Miller, Kori and Todd 1991; Woby 2005; rights in the text to be confirmed.",
)
LEAD = Text("¿Qué tan de acuerdo estás?", "How far do you agree?")

AGREEMENT = choices(
    (
        Text("No, para nada", "No, not in the least"),
        Text("Más bien no", "Rather no"),
        Text("Más bien sí", "Rather yes"),
        Text("Sí, por completo", "Yes, entirely"),
    ),
    start=1,
)

STATEMENTS = (
    (
        Text("Temor al ejercicio", "Fear of exercise"),
        Text(
            "El ejercicio me da miedo, por si me lastimo", "Exercise scares me, in case I get hurt"
        ),
    ),
    (
        Text("Temor a esforzarse", "Fear of effort"),
        Text("Creo que, si me esfuerzo, dolerá más", "I think that with effort it will hurt more"),
    ),
    (
        Text("Señal de alarma", "Signal of alarm"),
        Text(
            "Siento que mi cuerpo avisa de algo serio", "I sense my body warns of something serious"
        ),
    ),
    (
        Text("Los demás y el dolor", "Others and the pain"),
        Text(
            "Los demás dan poca importancia a lo que tengo",
            "Others give little weight to what I have",
        ),
    ),
    (
        Text("Riesgo a futuro", "Risk ahead"),
        Text(
            "Lo que pasó deja a mi cuerpo en riesgo para siempre",
            "What happened leaves my body at risk for good",
        ),
    ),
    (
        Text("Dolor y lesión", "Pain and injury"),
        Text("Si duele, es que algo se lastimó", "If it hurts, something got hurt"),
    ),
    (
        Text("Temor a un descuido", "Fear of a slip"),
        Text("Temo lastimarme en un descuido", "I am afraid of getting hurt by a slip"),
    ),
    (
        Text("Cuidado al moverse", "Care in moving"),
        Text("Lo más seguro es moverme solo lo necesario", "The safest is to move only as needed"),
    ),
    (
        Text("Causa del dolor", "Cause of pain"),
        Text("Tanto dolor ha de tener una causa seria", "So much pain must have a serious cause"),
    ),
    (
        Text("Cuándo detenerse", "When to stop"),
        Text("El dolor me dice hasta dónde ejercitarme", "Pain tells me how far to exercise"),
    ),
    (
        Text("Seguridad de la actividad", "Safety of activity"),
        Text(
            "Con lo que tengo, estar activo es arriesgado",
            "With what I have, being active is risky",
        ),
    ),
    (
        Text("Menos que otros", "Less than others"),
        Text(
            "Hago menos que otros, porque me lastimo fácil",
            "I do less than others, as I get hurt easily",
        ),
    ),
    (
        Text("Ejercicio con dolor", "Exercise with pain"),
        Text("Con dolor, nadie tendría que ejercitarse", "With pain, nobody ought to exercise"),
    ),
)


def score(answers: Answers, params: Params) -> Result:
    """Sum the 13 answers strictly, and prorated with up to `max_missing` (1)."""
    return strict_and_prorated(answers, params, ITEMS)


INSTRUMENT = Instrument(
    key="tsk13",
    code="TSK13",
    names=("TSK-13",),
    foreign_versions=("tsk-17", "17 items", "tsk-11", "11 items"),
    title=Text("Confianza al moverte (TSK-13)", "Confidence in moving (TSK-13)"),
    version="13 items",
    licence=Licence.LICENSED,
    rights=RIGHTS,
    source="Miller 1991; Goubert 2004",
    recall=Text("Actualmente", "At present"),
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(13, 52),
    unit=POINTS,
    headline="total_prorated",
    missing_rule=missing_up_to(1),
    lead=LEAD,
    items=items(STATEMENTS, AGREEMENT),
    score=score,
    one_per_screen=True,
)
