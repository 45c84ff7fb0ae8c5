"""Do reminders leave when they are due?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from modules.text import Text
from notifications.models import OutboxMessage
from notifications.models import State as Sending
from plugin.status.check import Check, Finding, Installation, State

LATE = timedelta(minutes=15)
STUCK = timedelta(hours=1)


@dataclass(frozen=True)
class Waiting:
    """How many reminders are due and not sent, and since when the first of them is."""

    count: int
    oldest: datetime | None


def look(place: Installation) -> Waiting:
    """Count what is due now."""
    now = place.tool.now()
    due = select(func.count(), func.min(OutboxMessage.next_try_at)).where(
        OutboxMessage.state == Sending.PLANNED,
        OutboxMessage.next_try_at <= now,
        OutboxMessage.not_before <= now,
    )
    with place.database.reading() as session:
        return Waiting(*session.execute(due).one())


def judge(facts: Waiting, now: datetime) -> Finding:
    """Say how late the oldest reminder is."""
    age = now - facts.oldest if facts.oldest else timedelta()
    figures = {"waiting": facts.count, "oldest_seconds": age.total_seconds()}
    if age > STUCK:
        return Finding(State.BAD, "stuck", figures)
    return (
        Finding(State.UNSURE, "late", figures)
        if age > LATE
        else Finding(State.GOOD, "flows", figures)
    )


CHECK = Check(
    key="outbox",
    label=Text("Recordatorios por enviar", "Reminders to send"),
    look=look,
    judge=judge,
    words={
        "flows": Text("Salen a su hora.", "They leave when they are due."),
        "late": Text(
            "El más antiguo lleva más de un cuarto de hora de retraso.",
            "The oldest is more than a quarter of an hour late.",
        ),
        "stuck": Text(
            "El más antiguo lleva más de una hora de retraso: revisa los trabajos en segundo plano "
            "y las pausas del canal, más arriba o más abajo en esta lista.",
            "The oldest is more than an hour late: see the background worker and the channel's "
            "pauses elsewhere in this list.",
        ),
    },
)
