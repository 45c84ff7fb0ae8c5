"""The shipped protocols give plans that the rules accept."""

from datetime import time, timedelta

import pytest

from modules.study import protocol
from notifications.plans import plan_of
from notifications.rules import Component, Kind


@pytest.mark.parametrize("key", sorted(protocol.load()))
def test_every_shipped_protocol_has_a_plan(key: str):
    plan = plan_of(protocol.load()[key])
    assert Kind.ASSESSMENT_DUE in {item.kind for item in plan.items}


def test_the_trial_keeps_its_hours_and_limits():
    plan = plan_of(protocol.load()["imss-nct07248813"])
    items = {item.kind: item for item in plan.items}
    assert items[Kind.DIARY_DUE].component is Component.PROGRAMME
    assert items[Kind.MODULE_OPEN].hour == time(10)
    assert items[Kind.MODULE_OPEN].lifetime == timedelta(hours=10)
    assert (plan.daily_cap, plan.weekly_cap) == (1, 4)
    assert (plan.quiet.start, plan.quiet.end) == (time(21), time(8))


def test_a_protocol_that_hides_a_programme_kind_among_the_assessments_is_refused():
    trial = protocol.load()["imss-nct07248813"]
    diary = next(entry for entry in trial.reminders if entry.kind == "diary_due")
    hidden = diary.model_copy(update={"component": "assessments"})
    with pytest.raises(ValueError, match="belongs to the component"):
        plan_of(trial.model_copy(update={"reminders": (hidden,)}))
