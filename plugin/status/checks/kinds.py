"""Is there a kind of reminder that has fallen silent, for a day or ever since it was planned?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from modules.text import Text
from notifications.models import OutboxMessage
from notifications.models import State as Sending
from plugin.status.check import Check, Finding, Installation, State

SPAN = timedelta(days=14)
A_DAY = timedelta(days=1)
ENOUGH = 3
"""So many due within a day of which none left are no chance."""
SETTLED = timedelta(hours=2)
"""What became due later than this may still be on its way."""
LEFT = (Sending.SENT, Sending.DELIVERED, Sending.READ, Sending.SENDING)
UNWANTED = Sending.CANCELLED
"""Not sent because nobody needed it any more: says nothing about the kind."""


@dataclass(frozen=True)
class Tally:
    """Of one kind: how many became due, and how many of these left; the same of the last day."""

    due: int
    sent: int
    due_today: int = 0
    sent_today: int = 0

    @property
    def silent(self) -> bool:
        """Whether nothing left of what was due: in all, or since yesterday."""
        today = self.due_today >= ENOUGH and not self.sent_today
        return bool(self.due and not self.sent) or today


def look(place: Installation) -> Mapping[str, Tally]:
    """Count the reminders of the last fourteen days, by kind."""
    now = place.tool.now()
    left = OutboxMessage.state.in_(LEFT)
    newest = OutboxMessage.not_before > now - SETTLED - A_DAY
    counted = (
        select(
            OutboxMessage.kind,
            func.count(),
            *(func.sum(case((which, 1), else_=0)) for which in (left, newest, left & newest)),
        )
        .where(
            OutboxMessage.not_before.between(now - SPAN, now - SETTLED),
            OutboxMessage.state != UNWANTED,
        )
        .group_by(OutboxMessage.kind)
    )
    with place.database.reading() as session:
        return {kind: Tally(*numbers) for kind, *numbers in session.execute(counted)}


def judge(facts: Mapping[str, Tally], _now: datetime) -> Finding:
    """Name the kinds of which everything that was due stayed here."""
    silent = tuple(sorted(kind for kind, tally in facts.items() if tally.silent))
    figures = {"silent": len(silent)}
    return (
        Finding(State.BAD, "silent", figures, silent)
        if silent
        else Finding(State.GOOD, "sent", figures)
    )


CHECK = Check(
    key="kinds",
    label=Text("Clases de recordatorio", "Kinds of reminder"),
    look=look,
    judge=judge,
    words={
        "sent": Text(
            "De cada clase que tocaba ha salido alguno.", "Of each kind that was due some left."
        ),
        "silent": Text(
            "De estas clases no ha salido ninguno desde ayer o en catorce días, aunque tocaban. "
            "Revisa si su plantilla está aprobada y qué pausas hay.",
            "Of these kinds none left since yesterday, or in fourteen days, although they were "
            "due. See whether their template is approved, and which pauses there are.",
        ),
    },
)
