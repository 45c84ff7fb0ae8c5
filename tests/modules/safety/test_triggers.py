"""What a diary entry or a silence asks of the team."""

from datetime import date, timedelta

import pytest

from modules.course import content
from modules.safety import triggers
from modules.safety.triggers import (
    LEG_SYMPTOMS,
    SYMPTOMS,
    TRIGGERS,
    UNSAID,
    Level,
    Session,
)

CALM = Session(40, 40)
FIRST = date(2026, 11, 2)
DAY = timedelta(days=1)


def entry(before: int | None = 40, after: int | None = 40, *signs: str, note: str = "") -> Session:
    """Return an entry in which nothing is unusual but what is said."""
    return Session(before, after, frozenset(signs), note)


def test_a_usual_entry_asks_for_nothing():
    assert triggers.of_diary(CALM, [CALM, CALM], 40) == []


@pytest.mark.parametrize("flag", ["R1", "R2", "R7"])
def test_a_warning_sign_is_an_emergency(flag):
    assert triggers.of_diary(entry(40, 40, flag)) == ["T1"]
    assert TRIGGERS["T1"].level is Level.EMERGENCY


def test_new_leg_symptoms_are_urgent():
    assert triggers.of_diary(entry(40, 40, LEG_SYMPTOMS)) == ["T2"]


@pytest.mark.parametrize(
    ("before", "after", "fires"),
    [
        (40, 79, True),
        (60, 79, False),
        (60, 80, True),
        (10, 39, False),
        (10, 40, True),
        (None, 79, False),
        (None, 80, True),
        (90, None, False),
    ],
)
def test_high_pain_or_a_steep_rise(before, after, fires):
    assert ("T3" in triggers.of_diary(entry(before, after))) is fires


@pytest.mark.parametrize(("before", "baseline", "fires"), [(69, 40, False), (70, 40, True)])
def test_a_day_that_begins_far_above_the_pain_before_day_1(before, baseline, fires):
    assert ("T3" in triggers.of_diary(entry(before, before), [], baseline)) is fires


@pytest.mark.parametrize(("before", "baseline"), [(None, 40), (70, None)])
def test_nothing_begins_high_where_one_of_both_is_not_known(before, baseline):
    assert "T3" not in triggers.of_diary(entry(before, 70), [], baseline)


def test_three_entries_above_the_baseline():
    worse = entry(60, 60)
    assert "T4" in triggers.of_diary(worse, [worse, worse], 40)


@pytest.mark.parametrize(
    "earlier",
    [[entry(60, 60)], [entry(60, 60), entry(59, 60)], [entry(60, 60), entry(None, 60)]],
)
def test_fewer_or_lower_entries_are_not_enough(earlier):
    assert "T4" not in triggers.of_diary(entry(60, 60), earlier, 40)


def test_without_a_baseline_nothing_is_compared():
    assert "T4" not in triggers.of_diary(entry(60, 60), [entry(60, 60)] * 2, None)


@pytest.mark.parametrize(
    "note",
    ["No siento las piernas", "tuve una CAÍDA", "Me desmayé ayer", "I fell down", "incontinencia"],
)
def test_worrying_words_are_read_by_a_person(note):
    assert triggers.of_diary(entry(note=note)) == ["T7"]


def test_something_new_without_saying_what_is_read_by_a_person():
    assert triggers.of_diary(entry(40, 40, UNSAID)) == ["T7"]


def test_several_triggers_come_together_and_the_most_urgent_is_said_first():
    found = triggers.of_diary(entry(40, 95, "R7", LEG_SYMPTOMS, note="me caí"))
    assert found == ["T1", "T2", "T3", "T7"]
    assert triggers.most_urgent(found) == "T1"


def test_the_diary_offers_the_leg_and_the_emergency_signs():
    assert set(SYMPTOMS) == {LEG_SYMPTOMS} | triggers.EMERGENCY_FLAGS


class TestSilence:
    @pytest.mark.parametrize(("unseen", "fires"), [(6, False), (7, True)])
    def test_seven_days_without_a_login(self, unseen, fires):
        today = FIRST + 20 * DAY
        found = triggers.of_silence(today, FIRST, today - unseen * DAY, today, 3)
        assert bool(found) is fires

    @pytest.mark.parametrize(
        ("a_week", "unwritten", "fires"),
        [(7, 2, False), (7, 3, True), (3, 6, False), (3, 7, True), (1, 14, False), (1, 15, True)],
    )
    def test_two_missed_entries_follow_from_the_sessions_a_week(self, a_week, unwritten, fires):
        today = FIRST + 30 * DAY
        found = triggers.of_silence(today, FIRST, today, today - unwritten * DAY, a_week)
        assert found == (["T8"] if fires else [])

    def test_whoever_never_came_is_counted_from_day_1(self):
        assert triggers.of_silence(FIRST + 6 * DAY, FIRST, None, None, 1) == []
        assert triggers.of_silence(FIRST + 7 * DAY, FIRST, None, None, 1) == ["T8"]


class TestRedFlags:
    def test_each_one_of_the_safety_file_is_a_trigger_as_urgent_as_the_file_says(self):
        urgency = {"review": Level.AMBER}
        for flag in content.load().safety.red_flags:
            said = flag.level.value
            assert TRIGGERS[flag.code].level is urgency.get(
                said, Level(said) if said != "review" else None
            )

    def test_they_lock_the_exercises_unless_gentle_ones_may_go_on(self):
        assert triggers.RED_FLAGS - {"R6", "R9"} == triggers.RED_FLAGS & triggers.LOCKS_EXERCISES
