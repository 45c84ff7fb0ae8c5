"""Is the end of the audit trail's chain whole?

Only the newest events are looked at, since this is asked all day; `columna audit verify` reads all.
"""

from collections.abc import Sequence
from datetime import datetime

from modules.text import Text
from plugin.audit_trail import verification
from plugin.audit_trail.verification import Fault
from plugin.status.check import Check, Finding, Installation, State


def look(place: Installation) -> Sequence[Fault]:
    """Return what is wrong among the newest events."""
    with place.database.reading() as session:
        return list(verification.newest_faults(session))


def judge(found: Sequence[Fault], _now: datetime) -> Finding:
    """Say whether anything is."""
    if found:
        return Finding(State.BAD, "broken", {"faults": len(found)})
    return Finding(State.GOOD, "whole")


CHECK = Check(
    key="audit",
    label=Text("Registro de auditoría", "Audit trail"),
    look=look,
    judge=judge,
    words={
        "whole": Text("Lo más reciente está completo.", "The newest part is whole."),
        "broken": Text(
            "Algo se cambió o falta. Guarda una copia de la base de datos y ejecuta "
            "columna audit verify.",
            "Something was altered or is missing. Keep a copy of the database and run "
            "columna audit verify.",
        ),
    },
)
