"""The team has answered."""

from collections.abc import Iterable
from datetime import time, timedelta

from modules.text import Text
from notifications.kind import ReminderFacts, ReminderKind, Task

ANNOUNCED_FOR = timedelta(days=2)
"""So long after it was written a reply may still be announced; later it is found in the course."""


def open_tasks(facts: ReminderFacts) -> Iterable[Task]:
    """Yield the replies not read yet. Each has its own occurrence, so it is announced once."""
    for reply in facts.replies:
        if facts.today - reply.written_on <= ANNOUNCED_FOR:
            yield Task(reply.key, facts.today)


KIND = ReminderKind(
    key="reply_waiting",
    component="programme_reminders",
    priority=60,
    hour=time(10),
    lifetime=timedelta(hours=10),
    label=Text("Respuesta", "Reply"),
    text=Text(
        "Hola, {name}. Desde el {date} hay una respuesta para ti en tu curso. La encuentras "
        "en {link} con tu cuenta de siempre. Si prefieres no recibir avisos, contesta BAJA.",
        "Hello, {name}. Since {date} there is a reply for you in your course. You find it at "
        "{link} with your usual account. If you prefer no notices, answer STOP.",
    ),
    open_tasks=open_tasks,
)
