"""Does this machine's clock agree with the database's, and with the platforms'?"""

import math
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti.launch.validation import LEEWAY
from lti.models import LaunchRecord
from lti.services.doctor import UNEASY_SECONDS
from modules.text import Text
from plugin.status.check import Check, Finding, Installation, State

RECENT = timedelta(days=1)
LAST_LAUNCHES = 20


@dataclass(frozen=True)
class Differences:
    """Seconds by which other clocks are ahead of this machine's; None where nobody has said.

    SQLite has no clock but this machine's own.
    """

    database: float | None
    platform: float | None


def look(place: Installation) -> Differences:
    """Ask the database's clock, and what the last launches told of their platforms'."""
    now = place.tool.now()
    with place.database.reading() as session:
        platform = _of_platform(session, now)
        if session.get_bind().dialect.name != "postgresql":
            return Differences(None, platform)
        said = session.execute(select(func.clock_timestamp())).scalar_one()
    return Differences((said - now).total_seconds(), platform)


def _of_platform(session: Session, now: datetime) -> float | None:
    """Return the largest difference of a platform.

    A launch says when it was signed, and may have been on its way: the quickest one is believed.
    """
    newest = (
        select(LaunchRecord.platform_id, LaunchRecord.detail)
        .where(LaunchRecord.at > now - RECENT)
        .order_by(LaunchRecord.at.desc())
        .limit(LAST_LAUNCHES)
    )
    ahead: dict[uuid.UUID | None, float] = {}
    for platform_id, detail in session.execute(newest):
        if (told := detail.get("clock_seconds")) is not None:
            ahead[platform_id] = max(ahead.get(platform_id, -math.inf), told)
    return max(ahead.values(), key=abs, default=None)


def judge(facts: Differences, _now: datetime) -> Finding:
    """Say how far clocks are apart: more than a launch tolerates is wrong."""
    known = {"database": facts.database, "platform": facts.platform}
    figures = {f"{name}_seconds": each for name, each in known.items() if each is not None}
    apart = max((abs(each) for each in figures.values()), default=0.0)
    if apart > LEEWAY.total_seconds():
        return Finding(State.BAD, "differs", figures)
    if apart > UNEASY_SECONDS:
        return Finding(State.UNSURE, "drifts", figures)
    return Finding(State.GOOD, "agrees", figures)


_NTP = Text("Pon todos los relojes por NTP.", "Set all clocks by NTP.")

CHECK = Check(
    key="clock",
    label=Text("Reloj", "Clock"),
    look=look,
    judge=judge,
    words={
        "agrees": Text("Coincide con los que se conocen.", "It agrees with those that are known."),
        "drifts": Text(
            f"Se aparta de otro reloj; todavía se puede entrar. {_NTP.es}",
            f"It drifts from another clock; people can still come in. {_NTP.en}",
        ),
        "differs": Text(
            f"Difiere de otro reloj más de lo que se tolera al entrar. {_NTP.es}",
            f"It differs from another clock by more than a launch tolerates. {_NTP.en}",
        ),
    },
)
