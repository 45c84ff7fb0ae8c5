"""Does a platform or a deployment wait for an administrator?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lti.models import Deployment, Platform, Standing
from modules.text import Text
from plugin.status.check import Check, Finding, State, in_session


def look(session: Session) -> Sequence[str]:
    """Return what waits, by the platform's name, with the deployment where it is that."""
    rows = session.execute(
        select(Platform.name, Platform.issuer, Platform.status, Deployment.deployment_id)
        .outerjoin(Deployment, Deployment.platform_id == Platform.id)
        .where(or_(Platform.status == Standing.PENDING, Deployment.status == Standing.PENDING))
        .order_by(Platform.issuer, Deployment.deployment_id)
    )
    found = (
        name or issuer if status is Standing.PENDING else f"{name or issuer} ({deployment})"
        for name, issuer, status, deployment in rows
        if status is not Standing.DISABLED
    )
    return list(dict.fromkeys(found))


def judge(waiting: Sequence[str], _now: datetime) -> Finding:
    """Name what waits for approval."""
    figures = {"waiting": len(waiting)}
    if waiting:
        return Finding(State.UNSURE, "wait", figures, tuple(waiting))
    return Finding(State.GOOD, "none", figures)


CHECK = Check(
    key="approvals",
    label=Text("Aprobaciones pendientes", "Approvals that wait"),
    look=in_session(look),
    judge=judge,
    words={
        "none": Text("Ninguna.", "None."),
        "wait": Text(
            "Desde aquí nadie puede entrar hasta que se apruebe, en la página «Plataformas» o con "
            "columna platform approve.",
            "Nobody can come in from here until it is approved, on the page of platforms or by "
            "columna platform approve.",
        ),
    },
)
