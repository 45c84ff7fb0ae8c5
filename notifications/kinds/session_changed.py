"""A live session was moved or cancelled: announced as staff do so (`live_sessions.notices`)."""

from collections.abc import Iterable

from modules.text import Text
from notifications.kind import ReminderFacts, ReminderKind, Task


def open_tasks(facts: ReminderFacts) -> Iterable[Task]:
    """Yield every session as it stands now: news of one that was changed again is old."""
    for session in facts.sessions:
        yield Task(session.occurrence, facts.today)


KIND = ReminderKind(
    key="session_changed",
    component="programme_reminders",
    priority=20,
    held_back=False,
    announced=True,
    label=Text("Cambio de sesión", "Session changed"),
    text=Text(
        "Hola, {name}. Hay un cambio en tu sesión en vivo que estaba prevista para el {date} "
        "(hora de tu localidad). Mira qué cambió en {link} con tu cuenta de siempre. Si "
        "prefieres no recibir avisos, contesta BAJA.",
        "Hello, {name}. There is a change to your live session that was planned for {date} "
        "(your local time). See what changed at {link} with your usual account. If you prefer "
        "no notices, answer STOP.",
    ),
    open_tasks=open_tasks,
)
