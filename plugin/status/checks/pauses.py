"""Is a channel, or one text on it, paused because sending failed?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.text import Text
from notifications.models import Pause
from plugin.status.check import Check, Finding, State, in_session


def look(session: Session) -> Sequence[tuple[str, str]]:
    """Return scope and reason of every pause; one goes when a message has gone through."""
    rows = session.execute(select(Pause.scope, Pause.reason).order_by(Pause.scope))
    return [(scope, reason) for scope, reason in rows]


def judge(paused: Sequence[tuple[str, str]], _now: datetime) -> Finding:
    """Say whether a whole channel is paused, or a text."""
    figures = {"count": len(paused)}
    about = tuple(f"{scope}: {reason}" for scope, reason in paused)
    if any("/" not in scope for scope, _reason in paused):
        return Finding(State.BAD, "channel", figures, about)
    return (
        Finding(State.UNSURE, "text", figures, about)
        if paused
        else Finding(State.GOOD, "none", figures)
    )


CHECK = Check(
    key="pauses",
    label=Text("Pausas del envío", "Pauses of sending"),
    look=in_session(look),
    judge=judge,
    words={
        "none": Text("Ninguna.", "None."),
        "text": Text(
            "Un texto no se puede enviar: casi siempre falta su plantilla aprobada "
            "(TWILIO_TEMPLATES).",
            "A text cannot be sent: mostly its approved template is missing (TWILIO_TEMPLATES).",
        ),
        "channel": Text(
            "El canal rechaza los envíos: revisa credenciales, saldo y remitente con el "
            "proveedor. Se vuelve a intentar solo, y la pausa termina con el primer mensaje que "
            "pase.",
            "The channel refuses what is sent: see credentials, balance and sender at the "
            "provider. It is tried again by itself, and the pause ends with the first message "
            "that goes through.",
        ),
    },
    for_team={
        "channel": Text(
            "Los recordatorios están en pausa: el proveedor no los acepta. Avisa a quien "
            "administra la herramienta, y mientras tanto llama tú a quien tenga sesión o "
            "cuestionario pendiente.",
            "Reminders are paused: the provider does not take them. Tell whoever runs the tool, "
            "and until then call those who have a session or a questionnaire due yourself.",
        ),
    },
)
