"""The reminder plan of a protocol file, in the form the rules read."""

from datetime import time, timedelta

from modules.study.protocol import Protocol
from notifications.hours import QuietHours
from notifications.rules import Component, Kind, PlanItem, ReminderPlan


def plan_of(protocol: Protocol) -> ReminderPlan:
    """The plan with its limits. Raises ValueError for a kind put under the wrong component."""
    limits = protocol.reminder_limits
    return ReminderPlan(
        items=tuple(
            PlanItem(
                kind=Kind.of(entry.kind),
                component=Component(entry.component),
                hour=time(entry.hour),
                weekdays=frozenset(entry.weekdays),
                offsets=(-entry.days_before,),
                lifetime=timedelta(hours=entry.expires_after_hours),
            )
            for entry in protocol.reminders
        ),
        daily_cap=limits.most_a_day,
        weekly_cap=limits.most_a_week,
        quiet=QuietHours(time(limits.quiet_from_hour), time(limits.quiet_until_hour)),
    )
