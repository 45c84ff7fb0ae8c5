"""The synthetic study: its size, what it is marked as, and that it is the same at every start."""

from collections import Counter

import pytest

from modules.records.models import Participant, Study
from plugin.demo import study
from plugin.demo.lms.config import CourseRole, demo_config
from plugin.trial.models import Allocation
from tests.factories import TODAY

CONFIG = demo_config("http://127.0.0.1:8080", "http://localhost:8000")


@pytest.fixture
def loaded(tool):
    study.load(tool, CONFIG, lambda: None)
    with tool.database.reading() as session:
        yield session


def test_forty_eight_live_in_it_and_some_are_left_to_screen_and_to_enrol(loaded):
    students = sum(person.role is CourseRole.STUDENT for person in CONFIG.people)
    people = loaded.query(Participant).all()
    stays = [(TODAY - person.day_one).days for person in people if person.day_one]

    assert len(stays) == 48
    assert min(stays) <= 2
    assert max(stays) >= 42
    assert len(stays) + study.IN_SCREENING <= len(people) < students


def test_it_is_marked_as_synthetic_and_has_both_arms_in_equal_parts(loaded):
    arms = Counter(row.arm for row in loaded.query(Allocation))

    assert [one.synthetic for one in loaded.query(Study)] == [True]
    assert len(arms) == 2
    assert max(arms.values()) - min(arms.values()) <= 4
