"""Which questionnaires stay shut to patients because their licensed wording is not loaded?"""

from collections.abc import Sequence
from datetime import datetime

from modules.records import queries
from modules.text import Text
from plugin import outcomes
from plugin.status.check import Check, Finding, Installation, State


def look(place: Installation) -> Sequence[str]:
    """Return what is shut, as `study: questionnaire (language)`, in studies that are open."""
    tool = place.tool
    today = tool.now().date()
    with place.database.reading() as session:
        studies = [each for each in queries.studies(session) if each.locked_at is None]
    return [
        f"{study.key}: {each.instrument.key} ({each.language})"
        for study in studies
        for each in outcomes.missing_wordings(
            tool.protocols[study.protocol_key], tool.instruments, study, today
        )
    ]


def judge(shut: Sequence[str], _now: datetime) -> Finding:
    """Name every questionnaire that a protocol asks and no patient can answer."""
    figures = {"shut": len(shut)}
    return (
        Finding(State.BAD, "missing", figures, tuple(shut))
        if shut
        else Finding(State.GOOD, "loaded", figures)
    )


CHECK = Check(
    key="wordings",
    label=Text("Cuestionarios con licencia", "Licensed questionnaires"),
    look=look,
    judge=judge,
    words={
        "loaded": Text(
            "Todo lo que piden los protocolos se puede contestar.",
            "Everything the protocols ask can be answered.",
        ),
        "missing": Text(
            "Los pacientes no pueden contestar estos cuestionarios hasta que se cargue su "
            "paquete de textos: página «Textos con licencia» o columna instrument import.",
            "Patients cannot answer these questionnaires until their text pack is loaded "
            "on the page “Licensed wordings” or by columna instrument import.",
        ),
    },
)
