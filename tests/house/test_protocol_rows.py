"""The default protocol encodes every row of its source, and says where."""

import importlib.util
from importlib import resources
from typing import Any

import pytest
from pydantic import BaseModel

from modules.study import protocol as protocols
from modules.text import Text

ROWS = [f"4-{number:02}" for number in range(1, 51)]
TRIAL = protocols.load()["imss-nct07248813"]
COMPUTED_BY_THE_TOOL = "tool: "


def value_at(thing: Any, path: str) -> Any:
    """Return what a dotted path names: a field, or an entry of a list by its key."""
    for name in path.split("."):
        if isinstance(thing, BaseModel):
            thing = getattr(thing, name)
        elif isinstance(thing, dict):
            thing = thing[name]
        else:
            thing = {entry.key: entry for entry in thing}[name]
    return thing


def is_part_of_the_tool(name: str) -> bool:
    """Whether a module or a data file is called so."""
    package, *folders = name.split(".")
    data = resources.files(package).joinpath(*folders[:-1], f"{name.split('.')[-1]}.yaml")
    return data.is_file() or importlib.util.find_spec(name) is not None


def test_every_row_of_the_source_is_encoded():
    assert sorted(TRIAL.source_rows) == ROWS


@pytest.mark.parametrize("row", ROWS)
def test_what_a_row_names_is_there(row):
    place = TRIAL.source_rows[row]
    if place.startswith(COMPUTED_BY_THE_TOOL):
        assert is_part_of_the_tool(place.removeprefix(COMPUTED_BY_THE_TOOL))
    else:
        assert value_at(TRIAL, place) not in (None, (), "", {})


@pytest.mark.parametrize("point", TRIAL.open_points, ids=lambda point: point.setting)
def test_an_open_point_names_its_row_its_setting_and_why(point):
    assert point.row in ROWS
    assert value_at(TRIAL, point.setting) not in (None, ())
    assert isinstance(point.why, Text)
    assert point.why.es != point.why.en


def test_a_criterion_names_the_row_that_names_it():
    criteria = TRIAL.eligibility.inclusion + TRIAL.eligibility.exclusion
    for criterion in criteria:
        assert TRIAL.source_rows[criterion.row].endswith(criterion.key)


class TestNumbersOfTheSource:
    """The registry's own numbers, written a second time on purpose."""

    def test_two_arms_one_to_one(self):
        assert TRIAL.randomisation is not None
        assert set(TRIAL.randomisation.ratio.values()) == {1}
        assert [arm.type for arm in TRIAL.arms] == ["EXPERIMENTAL", "ACTIVE_COMPARATOR"]

    def test_two_hundred_people_for_six_weeks(self):
        assert TRIAL.registry is not None
        assert TRIAL.registry.target_sample_size == 200
        assert TRIAL.duration_weeks == 6
        assert len(TRIAL.modules) == 5

    def test_the_list_is_longer_than_the_sample(self):
        assert TRIAL.randomisation.list_length >= 1.2 * TRIAL.registry.target_sample_size

    def test_the_control_arm_has_the_brochure_and_the_assessments(self):
        assert TRIAL.arm("conventional").components == {"brochure", "assessments"}

    def test_age_and_pain_at_entry(self):
        criteria = {c.key: c for c in TRIAL.eligibility.inclusion}
        assert (criteria["adult_18_60"].minimum, criteria["adult_18_60"].maximum) == (18, 60)
        assert criteria["vas_3"].minimum == 30

    def test_a_responder_falls_by_ten_points(self):
        first = TRIAL.responders[0]
        assert (first.instrument, first.absolute) == ("odi", 10)
        assert (first.from_visit, first.to_visit) == ("baseline", "week_6")

    def test_assessors_and_analysts_are_blinded(self):
        assert set(TRIAL.blinded_roles) == {"assessor", "analyst"}

    def test_both_arms_answer_the_same_questions_at_the_same_time(self):
        """Visits belong to the protocol, not to an arm (leak L9)."""
        assert all("assessments" in arm.components for arm in TRIAL.arms)
        assert not any(hasattr(visit, "arm") for visit in TRIAL.visits)

    def test_no_reminder_of_the_programme_reaches_the_control_arm(self):
        control = TRIAL.arm("conventional").components
        reached = {plan.kind for plan in TRIAL.reminders if plan.component in control}
        assert reached == {"assessment_due"}
