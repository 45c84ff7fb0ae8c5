"""A module of the course has opened."""

from collections.abc import Iterable
from datetime import time, timedelta

from modules.text import Text
from notifications.kind import ReminderFacts, ReminderKind, Task


def open_tasks(facts: ReminderFacts) -> Iterable[Task]:
    """Yield the modules that are open today and were not yesterday."""
    if not facts.in_programme:
        return
    before = {state.key for state in facts.modules_before if state.is_open}
    for key in sorted({state.key for state in facts.modules if state.is_open} - before):
        yield Task(key, facts.today)


KIND = ReminderKind(
    key="module_open",
    component="programme_reminders",
    priority=70,
    hour=time(10),
    lifetime=timedelta(hours=10),
    choice=Text("un módulo nuevo", "a new module"),
    label=Text("Módulo nuevo", "New module"),
    text=Text(
        "Hola, {name}. Desde el {date} hay una parte nueva de tu curso disponible. La "
        "encuentras en {link} con tu cuenta de siempre. Si prefieres no recibir avisos, "
        "contesta BAJA.",
        "Hello, {name}. Since {date} a new part of your course is available. You find it at "
        "{link} with your usual account. If you prefer no notices, answer STOP.",
    ),
    open_tasks=open_tasks,
)
