"""A live session is coming."""

from collections.abc import Iterable

from modules.study import days
from modules.study.live_sessions import in_programme
from modules.text import Text
from notifications.kind import ReminderFacts, ReminderKind, Task


def open_tasks(facts: ReminderFacts) -> Iterable[Task]:
    """Yield the sessions of the programme that are still to come."""
    weeks, zone = facts.protocol.duration_weeks, facts.time_zone
    for session in in_programme(facts.sessions, facts.day_one, weeks, zone):
        if not session.cancelled and session.starts_at > facts.now:
            day = days.today_for(session.starts_at, zone)
            yield Task(session.occurrence, day, session.starts_at, named=session.starts_at)


KIND = ReminderKind(
    key="session_due",
    component="programme_reminders",
    priority=30,
    held_back=False,
    label=Text("Sesión", "Session"),
    text=Text(
        "Hola, {name}. Tu sesión en vivo es el {date} (hora de tu localidad). Para entrar usa "
        "{link} con tu cuenta de siempre. Si prefieres no recibir avisos, contesta BAJA.",
        "Hello, {name}. Your live session is on {date} (your local time). To enter, use "
        "{link} with your usual account. If you prefer no notices, answer STOP.",
    ),
    open_tasks=open_tasks,
)
