"""The worker says every minute that it works, and what it found: one short transaction.

What it found stands beside it, so that the first screens read one row and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from modules.text import Text
from notifications.models import insert_once
from plugin.status.check import Check, Finding, Installation, State
from plugin.status.checks import CHECKS, worker
from plugin.status.examine import announce, examine, words_for
from plugin.status.models import Heartbeat

_ASKED = tuple(each for each in CHECKS.values() if each.for_team and each is not worker.CHECK)
"""What concerns the team, but for the worker itself: that it asks is the answer."""


def beat(place: Installation) -> None:
    """Look, and write down that the worker worked just now."""
    found = examine(place, _ASKED)
    row = {"beat_at": place.tool.now(), "found": _concerning_the_team(found)}
    with place.database.writing() as session:
        mine = update(Heartbeat).where(Heartbeat.name == worker.NAME)
        if not session.execute(mine.values(**row)).rowcount:  # type: ignore[attr-defined]
            insert_once(session, Heartbeat, {"name": worker.NAME, **row})


def _concerning_the_team(found: Mapping[str, Finding]) -> list[dict[str, Any]]:
    return [
        {"check": key, "state": each.state, "code": each.code, "about": list(each.about)}
        for key, each in found.items()
        if each.code in CHECKS[key].for_team
    ]


@dataclass(frozen=True)
class Notice:
    """Something wrong with the installation, for the first screens: for the team, and in detail."""

    check: Check
    finding: Finding

    @property
    def for_team(self) -> Text:
        """What it means for the team, and whom to tell."""
        return self.check.for_team[self.finding.code]

    @property
    def words(self) -> Text:
        """What is wrong and what to do, for who runs the installation."""
        return words_for(self.check, self.finding)

    @property
    def is_bad(self) -> bool:
        """Whether it cannot wait."""
        return self.finding.state is State.BAD


def notices(session: Session, now: datetime) -> list[Notice]:
    """Return what the first screens say: that the worker is dead, else what it found. One read."""
    asked = select(Heartbeat.beat_at, Heartbeat.found).where(Heartbeat.name == worker.NAME)
    beat_at, stored = session.execute(asked).one_or_none() or (None, [])
    alive = worker.judge(beat_at, now)
    announce({worker.CHECK.key: alive})
    if alive.code in worker.CHECK.for_team:
        return [Notice(worker.CHECK, alive)]
    found = [(CHECKS.get(each["check"]), _read(each)) for each in stored]
    return [
        Notice(check, finding)
        for check, finding in found
        if check and finding.code in check.for_team
    ]


def _read(stored: Mapping[str, Any]) -> Finding:
    return Finding(State.of(stored["state"]), stored["code"], about=tuple(stored["about"]))
