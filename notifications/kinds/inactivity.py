"""Somebody has not come to the course for a week."""

from collections.abc import Iterable
from datetime import timedelta

from modules.text import Text
from notifications.kind import ReminderFacts, ReminderKind, Task

ABSENT_FOR = timedelta(days=7)


def open_tasks(facts: ReminderFacts) -> Iterable[Task]:
    """Yield an absence that has lasted a week, counted from the last log-in or from day 1: once."""
    if facts.in_programme and facts.day_one:
        last = max(facts.login_days, default=facts.day_one)
        if facts.today - last >= ABSENT_FOR:
            yield Task(f"since-{last}", last + ABSENT_FOR)


KIND = ReminderKind(
    key="inactivity",
    component="programme_reminders",
    priority=80,
    choice=Text("volver al curso si falto una semana", "coming back after a week away"),
    label=Text("Sin acceso", "Not seen"),
    text=Text(
        "Hola, {name}. Aviso de tu curso del {date}: sigue abierto y guarda tu lugar. Puedes "
        "retomarlo en {link} con tu cuenta de siempre, a tu ritmo. Si prefieres no recibir "
        "avisos, contesta BAJA.",
        "Hello, {name}. A notice from your course, {date}: it is still open and keeps your "
        "place. You can go on at {link} with your usual account, at your own pace. If you "
        "prefer no notices, answer STOP.",
    ),
    open_tasks=open_tasks,
)
