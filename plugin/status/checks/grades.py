"""Does progress reach the platforms' gradebooks, where a study sends it?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from lti.services.grade_models import Delivery, ProgressGrade
from modules.text import Text
from plugin.status.check import Check, Finding, Installation, State

LATE = timedelta(hours=1)


@dataclass(frozen=True)
class Grades:
    """How many grades are due, since when the first is, and how many were refused for good."""

    waiting: int
    oldest: datetime | None
    refused: int


def look(place: Installation) -> Grades:
    """Count what waits and what was refused."""
    due = select(func.count(), func.min(ProgressGrade.due_at)).where(
        ProgressGrade.state == Delivery.QUEUED, ProgressGrade.due_at <= place.tool.now()
    )
    parked = select(func.count()).where(ProgressGrade.state == Delivery.PARKED)
    with place.database.reading() as session:
        waiting, oldest = session.execute(due).one()
        return Grades(waiting, oldest, session.scalar(parked) or 0)


def judge(facts: Grades, now: datetime) -> Finding:
    """Say whether grades wait too long or were refused."""
    age = now - facts.oldest if facts.oldest else timedelta()
    figures = {
        "waiting": facts.waiting,
        "oldest_seconds": age.total_seconds(),
        "refused": facts.refused,
    }
    if age > LATE:
        return Finding(State.UNSURE, "late", figures)
    if facts.refused:
        return Finding(State.UNSURE, "refused", figures)
    return Finding(State.GOOD, "flow", figures)


CHECK = Check(
    key="grades",
    label=Text("Calificaciones por enviar", "Grades to send"),
    look=look,
    judge=judge,
    words={
        "flow": Text("Ninguna espera de más.", "None waits too long."),
        "late": Text(
            "Una espera más de una hora: la plataforma no responde. Mira «Últimas entradas» y "
            "columna platform doctor.",
            "One has waited for more than an hour: the platform does not answer. See the last "
            "launches and columna platform doctor.",
        ),
        "refused": Text(
            "La plataforma no aceptó alguna; la página «Calificaciones» de su curso dice por qué.",
            "The platform did not take some; the gradebook page of its course says why.",
        ),
    },
)
