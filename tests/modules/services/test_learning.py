"""Ticking lessons and watching films: twice is once, and only what was played counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course.progression import ModuleState, ModuleStatus
from modules.errors import InvalidEntry, ModuleLocked
from modules.records.models import LessonDone, VideoView
from modules.services import learning
from tests.factories import NOON, TODAY

OPEN = ModuleState("education", ModuleStatus.OPEN, 0, 5)
SHUT = ModuleState("core", ModuleStatus.LOCKED, 0, 5)
SECONDS = st.floats(0, 600, allow_nan=False).map(lambda second: round(second, 1))
PARTS = st.lists(st.tuples(SECONDS, SECONDS).map(lambda ends: [min(ends), max(ends)]), max_size=12)


class TestTicking:
    def test_twice_is_once(self, clinic):
        one = clinic.screened(())
        for _ in range(2):
            with clinic.writing() as session:
                learning.tick_lesson(session, one, OPEN, "pain", TODAY, NOON)

        assert len(clinic.rows(LessonDone)) == 1

    def test_a_shut_module_cannot_be_ticked(self, clinic):
        one = clinic.screened(())
        with pytest.raises(ModuleLocked), clinic.writing() as session:
            learning.tick_lesson(session, one, SHUT, "bridge", TODAY, NOON)


class TestPlayed:
    @given(parts=PARTS)
    def test_parts_become_disjoint_and_sorted(self, parts):
        union = learning.union(parts)

        assert all(start < end for start, end in union)
        assert all(one[1] < other[0] for one, other in zip(union, union[1:], strict=False))

    @given(parts=PARTS, second=SECONDS)
    def test_a_second_is_in_the_union_if_it_was_played(self, parts, second):
        was = any(start < second < end for start, end in parts)

        assert any(start < second < end for start, end in learning.union(parts)) >= was

    @given(parts=PARTS)
    def test_watching_again_adds_nothing(self, parts):
        assert learning.union(parts * 2) == learning.union(parts)


class TestPosition:
    def test_it_is_kept_and_the_parts_add_up(self, clinic):
        one = clinic.screened(())
        with clinic.writing() as session:
            learning.remember_video(session, one, "film", 10, 60, [[0, 10]], NOON)
            learning.remember_video(session, one, "film", 40, 60, [[5, 20], [30, 40]], NOON)

        (view,) = clinic.rows(VideoView)
        assert (view.position_s, view.watched) == (40, [[0, 20], [30, 40]])

    @pytest.mark.parametrize(
        ("position", "duration", "played"),
        [
            (-1, 60, []),
            (1, float("inf"), []),
            (float("nan"), 60, []),
            (1, 60, [[5, 2]]),
            (1, 60, [[1]]),
            (1, 60, [[1, 2, 3]]),
            (1, 10**6, []),
        ],
    )
    def test_numbers_that_belong_to_no_film_are_refused(self, clinic, position, duration, played):
        one = clinic.screened(())
        with pytest.raises(InvalidEntry), clinic.writing() as session:
            learning.remember_video(session, one, "film", position, duration, played, NOON)

        assert clinic.rows(VideoView) == []
