"""A visit whose questionnaires can be answered now; both arms get the same, at the same hour."""

from collections.abc import Iterable
from datetime import timedelta

from modules.study import days
from modules.study.schedule import VisitStatus
from modules.text import Text
from notifications.kind import ReminderFacts, ReminderKind, Task


def open_tasks(facts: ReminderFacts) -> Iterable[Task]:
    """Yield the visits that are due; the words name the last day of the window."""
    for state in facts.visits:
        if state.status is VisitStatus.DUE and state.opens_on:
            target, last = max(state.opens_on, state.target_on or state.opens_on), state.closes_on
            after = days.start_of(last + timedelta(days=1), facts.time_zone) if last else None
            yield Task(state.visit.key, target, closes_at=after, named=last)


KIND = ReminderKind(
    key="assessment_due",
    component="assessments",
    priority=40,
    held_back=False,
    label=Text("Evaluación", "Assessment"),
    text=Text(
        "Hola, {name}. Tienes cuestionarios por contestar; están disponibles hasta el {date} "
        "inclusive. Los encuentras en {link} con tu cuenta de siempre. Si prefieres no "
        "recibir avisos, contesta BAJA.",
        "Hello, {name}. You have questionnaires to answer; they are available up to and "
        "including {date}. You find them at {link} with your usual account. If you prefer no "
        "notices, answer STOP.",
    ),
    open_tasks=open_tasks,
)
