"""One ranking of what staff see to: level of the alert, then due time, then overdue work."""

import uuid
from datetime import date, timedelta

import pytest

from modules.records.alert_models import Alert
from modules.safety.triggers import Trigger
from plugin.staff.needs import Need, Task
from tests.factories import NOON, TODAY

DAY = timedelta(days=1)


def alert(trigger, due_in):
    return Task(Need.ALERT, alert=Alert(id=uuid.uuid4(), trigger=trigger, due_at=NOON + due_in))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (alert(Trigger.DIARY_WARNING_SIGN, 3 * DAY), alert(Trigger.LEG_SYMPTOMS, -DAY)),
        (alert(Trigger.LEG_SYMPTOMS, 3 * DAY), alert(Trigger.PAIN_HIGH, -DAY)),
        (alert(Trigger.LEG_PAIN, DAY), alert(Trigger.LEG_SYMPTOMS, 2 * DAY)),
        (alert(Trigger.PAIN_HIGH, 3 * DAY), Task(Need.DIARY_OVERDUE, on=date(2026, 1, 1))),
        (Task(Need.DIARY_OVERDUE, on=TODAY), Task(Need.VISIT_CLOSES, on=TODAY - DAY)),
        (Task(Need.DIARY, on=TODAY), Task(Need.DIARY, on=TODAY + DAY)),
        (Task(Need.CONSENT), Task(Need.SCREEN)),
    ],
)
def test_the_more_urgent_task_comes_first(first, second):
    assert sorted((second, first), key=lambda task: task.rank) == [first, second]
