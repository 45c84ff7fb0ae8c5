"""Exercise Adherence Rating Scale, section B: six statements, 0-24; higher is better."""

from modules.outcomes.building import (
    ALL_NEEDED,
    POINTS,
    choices,
    items,
    mic,
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
from modules.outcomes.scales import (
    at_least,
    oriented,
    positions_setting,
    strict_sum,
)
from modules.text import Text

ITEMS = 6
REVERSED = (1, 4, 6)
"""Positively worded statements: agreeing (0) is the adherent answer. Secondary source."""

ADHERENT = 17
"""Secondary source; state it in the analysis plan."""


def score(answers: Answers, params: Params) -> Result:
    """Sum the six answers after reversal; all are needed."""
    turned = positions_setting(params, "reversed", REVERSED, ITEMS)
    total = strict_sum(oriented(answers, range(1, ITEMS + 1), turned, ends=4))
    return {"total": total, "adherent_ge17": at_least(total, ADHERENT)}


INSTRUMENT = Instrument(
    key="ears",
    code="EARS",
    names=("EARS",),
    title=Text("Constancia con el ejercicio (EARS)", "Keeping up exercise (EARS)"),
    version="section B, 6 items",
    licence=Licence.LICENSED,
    rights=Text(
        "Newman-Beinart y colaboradores, King's College London; se pide permiso.",
        "Newman-Beinart and colleagues, King's College London; permission is asked.",
    ),
    source="Newman-Beinart 2017; Brazilian study (change)",
    recall=Text("Actualmente", "At present"),
    direction=Direction.HIGHER_IS_BETTER,
    score_range=span(0, 24),
    unit=POINTS,
    headline="total",
    mics=(mic("5.5", "Brazilian validation"),),
    missing_rule=ALL_NEEDED,
    lead=Text("¿Qué tan de acuerdo estás?", "How far do you agree?"),
    items=items(
        (
            (
                Text("Frecuencia indicada", "Frequency as advised"),
                Text(
                    "Hago mis ejercicios los días que acordamos", "I exercise on the days we agreed"
                ),
            ),
            (
                Text("Olvidos", "Forgetting"),
                Text("Se me pasan los ejercicios", "My exercises slip my mind"),
            ),
            (
                Text("Menos de lo indicado", "Less than advised"),
                Text("Hago menos ejercicio del acordado", "I exercise less than agreed"),
            ),
            (
                Text("Parte de la rutina", "Part of the routine"),
                Text("El ejercicio ya es parte de mi día", "Exercise is by now part of my day"),
            ),
            (
                Text("Dejarlos pendientes", "Leaving them for later"),
                Text("Casi siempre los dejo para otro día", "I mostly leave them for another day"),
            ),
            (
                Text("Casi todos", "Nearly all"),
                Text("Completo casi todos mis ejercicios", "I complete nearly all my exercises"),
            ),
        ),
        choices(
            (
                Text("Sí, por completo", "Yes, entirely"),
                Text("Más bien sí", "Rather yes"),
                Text("Ni sí ni no", "Neither yes nor no"),
                Text("Más bien no", "Rather no"),
                Text("No, para nada", "No, not in the least"),
            )
        ),
        turned=REVERSED,
    ),
    score=score,
)
