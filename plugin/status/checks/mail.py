"""Is the team told when an alert waits, or only who opens the tool?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from modules.text import Text
from plugin.models import AlertNotice, NoticeAddress
from plugin.status.check import Check, Finding, Installation, State

RECENT = timedelta(days=1)


@dataclass(frozen=True)
class Mails:
    """Whether a server is set; how many addresses there are, and mails of a day that failed."""

    on: bool
    addresses: int
    failed: int


def look(place: Installation) -> Mails:
    """Count addresses, and the mails of the last day that were tried and not sent."""
    since = place.tool.now() - RECENT
    with place.database.reading() as session:
        addresses = session.scalar(select(func.count()).select_from(NoticeAddress)) or 0
        failed = session.scalar(
            select(func.count())
            .select_from(AlertNotice)
            .where(
                AlertNotice.planned_at > since,
                AlertNotice.tries > 0,
                AlertNotice.sent_at.is_(None),
            )
        )
    return Mails(bool(place.settings.mail_server), addresses, failed or 0)


def judge(facts: Mails, _now: datetime) -> Finding:
    """Say whether an alert reaches somebody who does not look."""
    figures = {"addresses": float(facts.addresses), "failed": float(facts.failed)}
    if not facts.on:
        return Finding(State.UNSURE, "off", figures)
    if facts.failed:
        return Finding(State.BAD, "failing", figures)
    if not facts.addresses:
        return Finding(State.UNSURE, "nobody", figures)
    return Finding(State.GOOD, "on", figures)


CHECK = Check(
    key="mail",
    label=Text("Correos de aviso", "Mails about alerts"),
    look=look,
    judge=judge,
    words={
        "on": Text("El equipo recibe correos.", "The team gets mails."),
        "off": Text(
            "No hay servidor de correo (COLUMNA_MAIL_SERVER): un aviso lo ve solo quien abre la "
            "herramienta.",
            "There is no mail server (COLUMNA_MAIL_SERVER): an alert is seen only by who opens "
            "the tool.",
        ),
        "nobody": Text(
            "Nadie del equipo ha dado una dirección: página Avisos, «Avisos por correo».",
            "Nobody of the team has given an address: page Alerts, “Alerts by mail”.",
        ),
        "failing": Text(
            "Los correos no salen: revisa COLUMNA_MAIL_SERVER y el registro del proceso.",
            "Mails are not sent: look at COLUMNA_MAIL_SERVER and the worker's log.",
        ),
    },
)
