"""Today's diary entry is not written yet."""

from collections.abc import Iterable
from datetime import timedelta

from modules.diary import slots
from modules.study import days
from modules.text import Text
from notifications.kind import ReminderFacts, ReminderKind, Task


def open_tasks(facts: ReminderFacts) -> Iterable[Task]:
    """Yield the entry that should be written today; it can be until midnight."""
    protocol, today = facts.protocol, facts.today
    slot = slots.due(protocol.diary, facts.day_one, protocol.duration_weeks, today, facts.diary)
    if facts.in_programme and slot is not None:
        midnight = days.start_of(today + timedelta(days=1), facts.time_zone)
        yield Task(slot.day.isoformat(), today, midnight)


KIND = ReminderKind(
    key="diary_due",
    component="programme_reminders",
    priority=50,
    choice=Text("llenar mi diario", "filling in my diary"),
    own_days=True,
    label=Text("Diario", "Diary"),
    text=Text(
        "Hola, {name}. Ya puedes llenar tu registro del {date}; toma unos dos minutos. Lo "
        "encuentras en {link} con tu cuenta de siempre. Si prefieres no recibir avisos, "
        "contesta BAJA.",
        "Hello, {name}. Your record for {date} is ready to be filled in; it takes about two "
        "minutes. You find it at {link} with your usual account. If you prefer no notices, "
        "answer STOP.",
    ),
    open_tasks=open_tasks,
)
