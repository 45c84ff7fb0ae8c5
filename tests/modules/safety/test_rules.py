"""What a diary entry or a silence asks of the team."""

from datetime import date, timedelta

import pytest

from modules.course import content
from modules.safety import rules as safety_rules
from modules.safety.rules import ExerciseSession, OutOfTouch
from modules.safety.symptoms import Symptom
from modules.safety.triggers import (
    Effect,
    Level,
    Origin,
    Trigger,
)

CALM = ExerciseSession(40, 40)
FIRST = date(2026, 11, 2)
DAY = timedelta(days=1)


def entry(
    before: int | None = 40, after: int | None = 40, *signs: str, note: str = ""
) -> ExerciseSession:
    """Return an entry in which nothing is unusual but what is said."""
    return ExerciseSession(before, after, frozenset(signs), note)


def test_a_usual_entry_asks_for_nothing():
    assert safety_rules.of_diary(CALM, [CALM, CALM], 40) == []


@pytest.mark.parametrize("flag", ["R1", "R2", "R7"])
def test_a_warning_sign_is_an_emergency(flag):
    assert safety_rules.of_diary(entry(40, 40, flag)) == [Trigger.DIARY_WARNING_SIGN]
    assert Trigger.DIARY_WARNING_SIGN.level is Level.EMERGENCY


def test_new_leg_symptoms_are_urgent():
    assert safety_rules.of_diary(entry(40, 40, Symptom.LEG)) == [Trigger.LEG_SYMPTOMS]
    assert Trigger.LEG_SYMPTOMS.level is Level.URGENT


@pytest.mark.parametrize("symptom", Symptom)
def test_a_tick_raises_the_trigger_of_its_symptom(symptom):
    assert safety_rules.of_diary(entry(40, 40, symptom)) == [symptom.raises]


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
    assert (Trigger.PAIN_HIGH in safety_rules.of_diary(entry(before, after))) is fires


@pytest.mark.parametrize(("before", "baseline", "fires"), [(69, 40, False), (70, 40, True)])
def test_a_day_that_begins_far_above_the_pain_before_day_1(before, baseline, fires):
    assert (
        Trigger.PAIN_HIGH in safety_rules.of_diary(entry(before, before), [], baseline)
    ) is fires


@pytest.mark.parametrize(("before", "baseline"), [(None, 40), (70, None)])
def test_nothing_begins_high_where_one_of_both_is_not_known(before, baseline):
    assert Trigger.PAIN_HIGH not in safety_rules.of_diary(entry(before, 70), [], baseline)


def test_three_entries_above_the_baseline():
    worse = entry(60, 60)
    assert Trigger.PAIN_LASTING in safety_rules.of_diary(worse, [worse, worse], 40)


@pytest.mark.parametrize(
    "earlier",
    [[entry(60, 60)], [entry(60, 60), entry(59, 60)], [entry(60, 60), entry(None, 60)]],
)
def test_fewer_or_lower_entries_are_not_enough(earlier):
    assert Trigger.PAIN_LASTING not in safety_rules.of_diary(entry(60, 60), earlier, 40)


def test_without_a_baseline_nothing_is_compared():
    assert Trigger.PAIN_LASTING not in safety_rules.of_diary(
        entry(60, 60), [entry(60, 60)] * 2, None
    )


@pytest.mark.parametrize(
    "note",
    ["No siento las piernas", "tuve una CAÍDA", "Me desmayé ayer", "I fell down", "incontinencia"],
)
def test_worrying_words_are_read_by_a_person(note):
    assert safety_rules.of_diary(entry(note=note)) == [Trigger.NOTE_TO_READ]


def test_something_new_without_saying_what_is_read_by_a_person():
    assert safety_rules.of_diary(entry(40, 40, Symptom.UNSAID)) == [Trigger.NOTE_TO_READ]


def test_several_triggers_come_together():
    found = safety_rules.of_diary(entry(40, 95, "R7", Symptom.LEG, note="me caí"))
    assert found == ["T1", "T2", "T3", "T7"]


class TestOutOfTouch:
    @pytest.mark.parametrize(("unseen", "found"), [(6, None), (7, OutOfTouch.NOT_SEEN)])
    def test_seven_days_without_a_login(self, unseen, found):
        today = FIRST + 20 * DAY
        assert safety_rules.out_of_touch(today, FIRST, today - unseen * DAY, today, 3) is found

    @pytest.mark.parametrize(
        ("a_week", "unwritten", "fires"),
        [(7, 2, False), (7, 3, True), (3, 6, False), (3, 7, True), (1, 14, False), (1, 15, True)],
    )
    def test_two_missed_entries_follow_from_the_sessions_a_week(self, a_week, unwritten, fires):
        today = FIRST + 30 * DAY
        found = safety_rules.out_of_touch(today, FIRST, today, today - unwritten * DAY, a_week)
        assert found is (OutOfTouch.DIARY_MISSED if fires else None)

    def test_where_no_diary_is_kept_none_is_missed(self):
        today = FIRST + 30 * DAY
        assert safety_rules.out_of_touch(today, FIRST, today, None, None) is None

    def test_whoever_never_came_is_counted_from_day_1(self):
        assert safety_rules.out_of_touch(FIRST + 6 * DAY, FIRST, None, None, 1) is None
        assert (
            safety_rules.out_of_touch(FIRST + 7 * DAY, FIRST, None, None, 1) is OutOfTouch.NOT_SEEN
        )


class TestPlan:
    @pytest.mark.parametrize(
        ("code", "level", "hours"),
        [
            ("T1", "emergency", 0), ("T2", "urgent", 8),
            ("T10", "urgent", 24), ("R10", "urgent", 8), ("T3", "amber", 72),
            ("T4", "amber", 72), ("T5", "urgent", 8), ("T5A", "urgent", 24),
            ("T6", "amber", 72), ("T7", "amber", 72), ("T8", "adherence", 72),
            ("T9", "amber", 72), ("R1", "emergency", 0), ("R2", "emergency", 0),
            ("R3", "urgent", 24), ("R4", "urgent", 24), ("R5", "urgent", 24),
            ("R6", "amber", 72), ("R7", "emergency", 0), ("R8", "review", 72),
            ("R9", "amber", 72),
        ],
    )  # fmt: skip
    def test_levels_and_deadlines_are_those_of_the_safety_plan(self, code, level, hours):
        trigger = Trigger.of(code)
        assert (trigger.level, trigger.within) == (level, timedelta(hours=hours))

    def test_only_signs_with_which_gentle_exercises_may_go_on_lock_nothing(self):
        free = {
            each
            for each in Trigger
            if each.origin is Origin.WARNING_PAGE and each.effect is not Effect.LOCKS_EXERCISES
        }
        assert free == {Trigger.INFLAMMATORY_PATTERN, Trigger.CLAUDICATION}

    def test_what_goes_on_gently_is_told_after_what_stops_the_exercises(self):
        told, _text = content.load().safety.first_said(
            [Trigger.INFLAMMATORY_PATTERN, Trigger.REASON_NOT_TO_EXERCISE]
        )
        assert told is Trigger.REASON_NOT_TO_EXERCISE


class TestOfAssessment:
    @pytest.mark.parametrize(("instrument", "worse"), [("odi", 10), ("rmdq", 5)])
    def test_function_is_worse_from_the_published_change_on(self, instrument, worse):
        for rise, found in ((worse - 1, []), (worse, [Trigger.FUNCTION_WORSE])):
            assert safety_rules.of_assessment(instrument, (), 20 + rise, 20) == found

    @pytest.mark.parametrize(("score", "baseline"), [(80, None), (None, 20), (None, None)])
    def test_without_both_scores_function_is_not_judged(self, score, baseline):
        assert safety_rules.of_assessment("odi", (), score, baseline) == []

    @pytest.mark.parametrize(("instrument", "severe"), [("phq9", 20), ("gad7", 15)])
    def test_mood_is_severe_from_the_published_cut_off_on(self, instrument, severe):
        assert safety_rules.of_assessment(instrument, (), severe - 1, 0) == []
        found = safety_rules.of_assessment(instrument, (), severe, None)
        assert found == [Trigger.SEVERE_MOOD_SCORE]

    def test_an_answer_about_suicide_counts_without_a_score(self):
        found = safety_rules.of_assessment("phq9", ["item9"], None, None)
        assert found == [Trigger.SUICIDAL_IDEATION]

    def test_other_instruments_ask_for_nothing(self):
        assert safety_rules.of_assessment("tsk11", (), 44, 11) == []
