"""Which questionnaires stay shut to patients because their licensed wording is not loaded?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from modules.outcomes.text_packs import TextPackError
from modules.records import queries
from modules.text import Text
from plugin import outcomes
from plugin.status.check import Check, Finding, Installation, State
from plugin.text_packs import build_instruments


@dataclass(frozen=True)
class Wordings:
    """What is shut, as `study: questionnaire (language)`, in open studies; faults of packs."""

    shut: Sequence[str]
    faults: Sequence[str] = ()


def look(place: Installation) -> Wordings:
    """Ask what patients may be asked, and read every pack once more."""
    return Wordings(_shut(place), _faults(place))


def _faults(place: Installation) -> Sequence[str]:
    try:
        build_instruments(place.settings.text_packs, place.tool.now().date())
    except TextPackError as refused:
        return [str(each) for each in refused.faults]
    return []


def _shut(place: Installation) -> Sequence[str]:
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


def judge(found: Wordings, _now: datetime) -> Finding:
    """Name every pack that cannot be used, else every questionnaire no patient can answer."""
    figures = {"shut": len(found.shut), "faults": len(found.faults)}
    if found.faults:
        return Finding(State.BAD, "spoilt", figures, (*found.faults, *found.shut))
    if found.shut:
        return Finding(State.BAD, "missing", figures, tuple(found.shut))
    return Finding(State.GOOD, "loaded", figures)


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
        "spoilt": Text(
            "Un paquete de textos no se puede leer: nada de la carpeta se lee de nuevo, y la "
            "herramienta no volverá a arrancar, hasta que se corrija o se quite.",
            "A text pack cannot be read: nothing in the folder is read anew, and the tool will "
            "not start again, until it is mended or taken out.",
        ),
        "missing": Text(
            "Los pacientes no pueden contestar estos cuestionarios hasta que se cargue su "
            "paquete de textos: página «Textos con licencia» o columna instrument import.",
            "Patients cannot answer these questionnaires until their text pack is loaded "
            "on the page “Licensed wordings” or by columna instrument import.",
        ),
    },
)
