"""A dose says itself in plain words, in both languages, with the right singular and plural."""

from dataclasses import replace

import pytest

from modules.course.dose import Dose, Times


@pytest.mark.parametrize(
    ("dose", "spanish", "english"),
    [
        (Dose(3, 10, 3, hold_s=5), "3 series de 10, mantén 5 s", "3 sets of 10, hold 5 s"),
        (Dose(1, 10, 7), "1 serie de 10", "1 set of 10"),
        (Dose(2, 5, 3, hold_s=15, per_side=True),
         "2 series de 5 por lado, mantén 15 s", "2 sets of 5 each side, hold 15 s"),
        (Dose(4, 1, 3, hold_s=15), "4 veces, mantén 15 s", "4 times, hold 15 s"),
        (Dose(2, 1, 3, hold_s=10), "2 veces, mantén 10 s", "twice, hold 10 s"),
        (Dose(1, 1, 3), "1 vez", "once"),
        (Dose(1, 3, 3, hold_s=120), "1 serie de 3, mantén 2 min", "1 set of 3, hold 2 min"),
        (Dose(1, 10, 5, sessions_per_day=Times(1, 3)),
         "1 serie de 10, 1 a 3 veces al día", "1 set of 10, 1 to 3 times a day"),
    ],
)  # fmt: skip
def test_the_summary_names_sets_repetitions_and_hold(dose, spanish, english):
    assert (dose.summary("es_MX"), dose.summary("en")) == (spanish, english)


@pytest.mark.parametrize(
    ("dose", "spanish", "english"),
    [
        (Dose(1, 30, 7, minutes=5), "5 minutos", "5 minutes"),
        (Dose(1, 5, 7, minutes=1, sessions_per_day=Times(5, 5)),
         "1 minuto, 5 veces al día", "1 minute, 5 times a day"),
        (Dose(1, 30, 7, minutes=5, sessions_per_day=Times(2, 2)),
         "5 minutos, 2 veces al día", "5 minutes, twice a day"),
        (Dose(1, 1, 5, hold_s=600), "10 minutos", "10 minutes"),
        (Dose(1, 1, 5, hold_s=45), "45 segundos", "45 seconds"),
    ],
)  # fmt: skip
def test_a_stretch_of_time_is_said_as_time(dose, spanish, english):
    assert (dose.summary("es"), dose.summary("en")) == (spanish, english)


@pytest.mark.parametrize(
    ("dose", "figures"),
    [
        (Dose(3, 10, 3, hold_s=5), "3 × 10"),
        (Dose(4, 1, 3, hold_s=15), "4 × 15 s"),
        (Dose(1, 1, 5, hold_s=600), "10 min"),
        (Dose(1, 16, 5, minutes=20), "20 min"),
    ],
)
def test_the_large_figures_are_short(dose, figures):
    assert dose.figures() == figures


@pytest.mark.parametrize(
    ("days", "spanish", "english"),
    [
        (7, "todos los días", "every day"),
        (3, "3 días por semana", "3 days a week"),
        (1, "1 día por semana", "1 day a week"),
    ],
)
def test_the_frequency_is_days_in_a_week(days, spanish, english):
    dose = Dose(1, 1, days)
    assert (dose.frequency("es"), dose.frequency("en")) == (spanish, english)


def test_a_changed_dose_speaks_for_itself():
    assert replace(Dose(2, 10, 3), sets=3).summary("es") == "3 series de 10"


class TestEstimatedSeconds:
    def test_both_sides_take_twice_the_work(self):
        one_side = Dose(1, 6, 3, hold_s=26)
        both = replace(one_side, per_side=True)
        assert both.estimated_seconds() == 2 * one_side.estimated_seconds()

    def test_rests_lie_between_sets_only(self):
        without = Dose(2, 10, 3, hold_s=2).estimated_seconds()
        assert Dose(2, 10, 3, hold_s=2, rest_s=60).estimated_seconds() == without + 60

    def test_a_timed_exercise_takes_its_minutes(self):
        assert Dose(1, 30, 7, minutes=5).estimated_seconds() == 300
