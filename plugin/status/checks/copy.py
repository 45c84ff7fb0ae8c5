"""Is this the installation that writes to people, or a copy of its database?"""

from datetime import datetime

from modules.text import Text
from plugin.status import claim
from plugin.status.check import Check, Finding, Installation, State
from plugin.status.claim import Place


def look(place: Installation) -> Place:
    """Return what this place is to its database."""
    with place.database.reading() as session:
        return claim.place(session, place.settings)


def judge(found: Place, _now: datetime) -> Finding:
    """Say whether anything leaves from here."""
    return Finding(State.BAD if found is Place.COPY else State.GOOD, found.value)


CHECK = Check(
    key="copy",
    label=Text("Instalación o copia", "Installation or copy"),
    look=look,
    judge=judge,
    words={
        "ours": Text("Es la instalación.", "It is the installation."),
        "free": Text(
            "Nueva: el primer proceso de trabajo la hace suya.", "New: the first worker claims it."
        ),
        "moved": Text(
            "Se mudó de dirección: el proceso de trabajo la hace suya.",
            "It has moved to another address: the worker claims it.",
        ),
        "copy": Text(
            "Esta base de datos es de otra instalación (otra dirección u otra máquina): no sale "
            "ningún mensaje, correo ni calificación. Si esta es ahora la buena y la otra está "
            "detenida: columna installation claim.",
            "This database belongs to another installation (another address or machine): no "
            "message, mail or grade leaves. If this is the real one now and the other one is "
            "stopped: columna installation claim.",
        ),
    },
    for_team={
        "copy": Text(
            "Esto es una copia: no salen recordatorios. Usa la herramienta de siempre, o avisa a "
            "quien la administra.",
            "This is a copy: no reminders go out. Use the usual tool, or tell whoever runs it.",
        ),
    },
)
