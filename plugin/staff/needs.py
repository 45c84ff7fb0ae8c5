"""What a participant may need from the staff, in words, and how it is counted. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from modules.records.alert_models import Alert
from modules.safety.rules import OutOfTouch
from modules.text import LabelledEnum, Text, label
from notifications.trouble import Trouble


class Need(LabelledEnum):
    """Why a participant needs somebody, most urgent first; `action` names the way to see to it."""

    action: Text

    def __init__(self, code: str, es: str, en: str, action_es: str, action_en: str):
        """Make a member from its code, its label and the words of its link."""
        super().__init__(code, es, en)
        self.action = label(action_es, action_en)

    # fmt: off
    ALERT_OVERDUE = (
        "alert_overdue", "Aviso atrasado", "Overdue alert", "Ver el aviso", "See the alert",
    )
    ALERT = "alert", "Aviso", "Alert", "Ver el aviso", "See the alert"
    DIARY_OVERDUE = (
        "diary_overdue", "Diario atrasado", "Overdue diary", "Leer y responder", "Read and answer",
    )
    VISIT_CLOSES = (
        "visit_closes", "La evaluación cierra pronto", "Assessment closes soon",
        "Ver las visitas", "See the visits",
    )
    ALLOCATE = (
        "allocate", "Lista para asignar", "Ready for allocation",
        "Ir a la asignación", "Go to allocation",
    )
    CONSENT = (
        "consent", "Falta registrar el consentimiento firmado",
        "Signed consent not recorded yet",
        "Registrar el consentimiento", "Record the consent",
    )
    SCREEN = (
        "screen", "Falta llenar el formulario de selección", "Screening form not filled in yet",
        "Llenar el formulario", "Fill in the form",
    )
    NOT_REACHED = (
        "not_reached", "No le llegan los mensajes", "Messages do not arrive",
        "Corregir el número", "Correct the number",
    )
    OUT_OF_TOUCH = (
        "out_of_touch", "Sin contacto", "Out of touch",
        "Ver los recordatorios", "See the reminders",
    )
    DIARY = "diary", "Diario por leer", "Diary to read", "Leer y responder", "Read and answer"
    STOPPED = (
        "stopped", "Ejercicios detenidos por una contraindicación",
        "Exercises stopped by a contraindication",
        "Ver la prescripción", "See the prescription",
    )
    DIRECTION = (
        "direction", "Falta elegir la dirección de sus ejercicios",
        "No direction of exercises chosen yet", "Elegir la dirección", "Choose the direction",
    )
    VISIT_DUE = (
        "visit_due", "Evaluación abierta", "Assessment open", "Ver las visitas", "See the visits",
    )
    BASELINE = (
        "baseline", "La evaluación inicial aún no está completa",
        "Baseline assessment not complete yet", "Ver los pasos", "See the steps",
    )
    NOT_ELIGIBLE = (
        "not_eligible", "Selección terminada: no cumple los criterios",
        "Screening finished: criteria not met", "Cerrar la selección", "Close the screening",
    )
    # fmt: on


@dataclass(frozen=True)
class Task:
    """One thing to see to.

    `on`: the day a window closes or a diary has to be read, or the last sign of
    somebody out of touch;
    `alert`: the alert, with its trigger; `entries`: how many diary entries wait.
    """

    need: Need
    visit: Text | None = None
    on: date | None = None
    alert: Alert | None = None
    entries: int = 0
    out_of_touch: OutOfTouch | None = None
    trouble: Trouble | None = None
    """Why messages do not arrive."""

    @property
    def rank(self) -> tuple[int, Any, Any]:
        """Sort key: alerts by their urgency, then other needs in their order, by their day."""
        if self.alert is not None:
            return 0, *self.alert.urgency
        return 1, list(Need).index(self.need), self.on or date.max


class Glance(LabelledEnum):
    """What is counted at the top of the overview, and which needs count."""

    needs: tuple[Need, ...]
    pressing_words: Text | None
    """What is said of those that are pressing."""

    def __init__(
        self, code: str, es: str, en: str, needs: tuple[Need, ...], pressing: Text | None = None
    ):
        """Make a member from its code, its label, its needs and the words for pressing ones."""
        super().__init__(code, es, en)
        self.needs, self.pressing_words = needs, pressing

    # fmt: off
    ALERTS = (
        "alerts", "Avisos", "Alerts",
        (Need.ALERT_OVERDUE, Need.ALERT), Text("con atraso", "overdue"),
    )
    DIARIES = (
        "diaries", "Diarios por responder", "Diaries to answer",
        (Need.DIARY_OVERDUE, Need.DIARY), Text("con atraso", "overdue"),
    )
    VISITS = (
        "visits", "Evaluaciones abiertas", "Open assessments",
        (Need.VISIT_CLOSES, Need.VISIT_DUE), Text("por cerrar", "closing soon"),
    )
    OUT_OF_TOUCH = "out_of_touch", "Sin contacto", "Out of touch", (Need.OUT_OF_TOUCH,)
    NOT_REACHED = (
        "not_reached", "Sin número que sirva", "Without a number that works", (Need.NOT_REACHED,),
    )
    STOPPED = (
        "stopped", "Con los ejercicios detenidos", "With exercises stopped", (Need.STOPPED,),
    )
    DIRECTIONS = (
        "directions", "Sin dirección elegida", "Without a direction", (Need.DIRECTION,),
    )
    STEPS = (
        "steps", "En camino a entrar al estudio", "On the way into the study",
        (Need.ALLOCATE, Need.CONSENT, Need.SCREEN, Need.BASELINE, Need.NOT_ELIGIBLE),
    )
    # fmt: on


PRESSING = frozenset({Need.ALERT_OVERDUE, Need.DIARY_OVERDUE, Need.VISIT_CLOSES})
"""Of these it is also said how many are pressing."""


@dataclass(frozen=True)
class Counted:
    """How many participants need one kind of thing, and of how many it is pressing."""

    glance: Glance
    people: int
    pressing: int


def summary(tasks: Iterable[Iterable[Task]]) -> list[Counted]:
    """Count participants by what they need; nothing is left out that nobody needs.

    `tasks`: those of each participant.
    """
    needs = [{task.need for task in of_one} for of_one in tasks]
    return [
        Counted(
            glance,
            sum(1 for found in needs if found & set(glance.needs)),
            sum(1 for found in needs if found & set(glance.needs) & PRESSING),
        )
        for glance in Glance
    ]
