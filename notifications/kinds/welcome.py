"""The first message: reminders are on."""

from collections.abc import Iterable

from modules.text import Text
from notifications.kind import ReminderFacts, ReminderKind, Task


def open_tasks(facts: ReminderFacts) -> Iterable[Task]:
    """Yield the day on which the participant agreed to be reminded of everything."""
    if facts.agreed_on == facts.today and not facts.assessments_only:
        yield Task(facts.agreed_on.isoformat(), facts.today)


KIND = ReminderKind(
    key="welcome",
    component="assessments",
    priority=10,
    held_back=False,
    label=Text("Bienvenida", "Welcome"),
    text=Text(
        "Hola, {name}. Desde el {date} recibirás aquí los avisos de tu curso. Para entrar usa "
        "tu cuenta de siempre en {link} cuando quieras. Nadie lee las respuestas a este "
        "número. Si prefieres no recibir avisos, contesta BAJA.",
        "Hello, {name}. From {date} on you will receive the notices of your course here. To "
        "enter, use your usual account at {link} whenever you like. Nobody reads answers to "
        "this number. If you prefer no notices, answer STOP.",
    ),
    open_tasks=open_tasks,
)
