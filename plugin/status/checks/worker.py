"""Does the task worker work? It says so itself, every minute."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.text import Text
from plugin.status.check import Check, Finding, State, in_session
from plugin.status.models import Heartbeat

NAME = "worker"
LATE = timedelta(minutes=3)
"""Older than this a beat is late: two workers may both be busy for so long."""
SILENT = timedelta(minutes=10)
"""Older than this nobody works."""


def look(session: Session) -> datetime | None:
    """Return when it last worked."""
    return session.scalar(select(Heartbeat.beat_at).where(Heartbeat.name == NAME))


def judge(beat_at: datetime | None, now: datetime) -> Finding:
    """Say whether it works, is late or is silent; a beat from the future is a wrong clock."""
    if beat_at is None:
        return Finding(State.BAD, "never")
    age = abs(now - beat_at)
    figures = {"age_seconds": age.total_seconds()}
    if age > SILENT:
        return Finding(State.BAD, "silent", figures)
    return Finding(State.UNSURE, "late", figures) if age > LATE else Finding(State.GOOD, "works")


_START = Text("Arráncalo: columna worker.", "Start it: columna worker.")
_TEAM = Text(
    "No salen recordatorios, ni se avisa de alertas vencidas, ni se actualiza la lista de "
    "personas. Lo guardado está a salvo. Avisa a quien administra la herramienta, y mientras "
    "tanto llama tú a quien tenga sesión o cuestionario pendiente.",
    "No reminders go out, overdue alerts are not escalated and the list of people is not updated. "
    "What is saved is safe. Tell whoever runs the tool, and until then call those who have a "
    "session or a questionnaire due yourself.",
)

CHECK = Check(
    key="worker",
    label=Text("Trabajos en segundo plano", "Background worker"),
    look=in_session(look),
    judge=judge,
    words={
        "works": Text("Trabaja.", "It works."),
        "late": Text(
            "Se retrasa: está muy ocupado, o acaba de detenerse.",
            "It is late: very busy, or just stopped.",
        ),
        "never": Text(
            f"Nunca ha trabajado con esta base de datos. {_START.es}",
            f"It has never worked on this database. {_START.en}",
        ),
        "silent": Text(
            f"No ha dado señales en más de diez minutos. {_START.es}",
            f"It has not been heard of for more than ten minutes. {_START.en}",
        ),
    },
    for_team={"never": _TEAM, "silent": _TEAM},
)
