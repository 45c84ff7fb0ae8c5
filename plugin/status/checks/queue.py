"""Is the worker's queue being worked off?"""

from datetime import datetime

from modules.text import Text
from plugin.status.check import Check, Finding, Installation, State

LONG = 50
"""Every task of a clinic together is fewer than this."""
OVERFULL = 500


def look(place: Installation) -> int:
    """Return how many tasks wait. Raises when the queue's store does not answer."""
    return int(place.queue.pending_count())


def judge(waiting: int, _now: datetime) -> Finding:
    """Say whether tasks pile up."""
    figures = {"waiting": waiting}
    if waiting > OVERFULL:
        return Finding(State.BAD, "overfull", figures)
    return (
        Finding(State.UNSURE, "long", figures)
        if waiting > LONG
        else Finding(State.GOOD, "short", figures)
    )


CHECK = Check(
    key="queue",
    label=Text("Cola de trabajos", "Task queue"),
    look=look,
    judge=judge,
    words={
        "short": Text("Se va vaciando.", "It is being worked off."),
        "long": Text(
            "Se acumulan trabajos: mira si el segundo plano trabaja.",
            "Tasks pile up: see whether the background worker works.",
        ),
        "overfull": Text(
            "Hay cientos de trabajos sin hacer: el segundo plano no trabaja, o no da abasto.",
            "Hundreds of tasks are waiting: the background worker does not work, or cannot cope.",
        ),
    },
    needs_database=False,
)
