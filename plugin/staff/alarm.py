"""What every page of the staff says about alerts: how many are open, how many are overdue.

An overdue alert is everybody's: whoever opens any page of the staff is told, until it is answered.
Of those that are not overdue only the own ones are counted (`plugin.reach`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g

from modules.services import alerts
from plugin import reach
from plugin.access import Permission, may
from plugin.tool import current_tool


@dataclass(frozen=True)
class Alarm:
    """The open alerts of the study, counted."""

    waiting: int = 0
    overdue: int = 0


def alarm() -> Alarm:
    """Return what is open now; nothing for anybody who may not care for patients."""
    person = g.get("person")
    if person is None or person.study is None or not may(Permission.CARE):
        return Alarm()
    now = current_tool().now()
    found = alerts.open_of_study(g.session, person.study.id)
    mine = reach.mine() if found else reach.EVERYBODY
    return Alarm(
        sum(each.participant_id in mine for each in found),
        sum(alerts.is_overdue(each, now) for each in found),
    )


def for_templates() -> dict[str, Callable[[], Any]]:
    """Give templates the count, read only where a page asks, and what its reader may do."""
    return {"alarm": alarm, "may": lambda code: may(Permission(code))}
