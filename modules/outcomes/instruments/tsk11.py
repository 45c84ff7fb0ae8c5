"""Tampa scale of kinesiophobia, 11 items without reversed ones, 11-44."""

from modules.outcomes.building import (
    POINTS,
    items,
    mic,
    missing_up_to,
    span,
)
from modules.outcomes.instruments.tsk13 import (
    AGREEMENT,
    LEAD,
    RIGHTS,
    STATEMENTS,
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

ITEMS = 11

LEFT_OUT = (7, 11)
"""Positions in TSK-13 that the form of 11 does without."""


def score(answers: Answers, params: Params) -> Result:
    """Sum the 11 answers strictly, and prorated with up to `max_missing` (1)."""
    return strict_and_prorated(answers, params, ITEMS)


INSTRUMENT = Instrument(
    key="tsk11",
    code="TSK11",
    names=("TSK-11",),
    foreign_versions=("tsk-17", "17 items", "tsk-13", "13 items"),
    title=Text("Confianza al moverte (TSK-11)", "Confidence in moving (TSK-11)"),
    version="11 items",
    licence=Licence.LICENSED,
    rights=RIGHTS,
    source="Woby 2005; Gómez-Pérez 2011 (Spanish)",
    recall=Text("Actualmente", "At present"),
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(11, 44),
    unit=POINTS,
    headline="total_prorated",
    mics=(mic(4, "Woby 2005"),),
    missing_rule=missing_up_to(1),
    lead=LEAD,
    items=items(
        (row for position, row in enumerate(STATEMENTS, 1) if position not in LEFT_OUT),
        AGREEMENT,
    ),
    score=score,
    one_per_screen=True,
)
