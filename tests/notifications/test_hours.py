"""Local hours: quiet ones, skipped ones and repeated ones."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from notifications.hours import QuietHours, instant, local

NIGHT = QuietHours(time(21), time(8))
MEXICO = ZoneInfo("America/Mexico_City")
TIJUANA = ZoneInfo("America/Tijuana")


class TestInstant:
    def test_case_37_mexico_city_keeps_one_offset_all_year(self):
        offsets = {instant(date(2026, month, 15), time(18), MEXICO).hour for month in range(1, 13)}
        assert offsets == {0}

    def test_case_37_tijuana_keeps_its_wall_hour_across_the_change(self):
        before = instant(date(2026, 3, 7), time(18), TIJUANA)
        after = instant(date(2026, 3, 8), time(18), TIJUANA)
        assert (before.hour, after.hour) == (2, 1)

    def test_case_37_a_skipped_hour_moves_past_the_gap(self):
        skipped = instant(date(2026, 3, 8), time(2, 30), TIJUANA)
        assert local(skipped, TIJUANA).time() == time(3, 30)

    def test_case_37_a_repeated_hour_is_the_first_of_the_two(self):
        repeated = instant(date(2026, 11, 1), time(1, 30), TIJUANA)
        assert repeated == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)

    def test_a_naive_moment_is_refused(self):
        with pytest.raises(ValueError, match="naive"):
            local(datetime(2026, 11, 12), MEXICO)  # noqa: DTZ001 - the case under test


class TestQuietHours:
    @pytest.mark.parametrize(
        ("wall", "quiet"),
        [
            (time(20, 59), False),
            (time(21), True),
            (time(23, 59), True),
            (time(0), True),
            (time(7, 59), True),
            (time(8), False),
        ],
    )
    def test_case_39_cross_midnight(self, wall: time, quiet: bool):
        assert NIGHT.cover(wall) is quiet

    @pytest.mark.parametrize(("wall", "quiet"), [(time(12), False), (time(14), True)])
    def test_may_lie_within_a_day(self, wall: time, quiet: bool):
        assert QuietHours(time(13), time(16)).cover(wall) is quiet

    def test_case_39_start_equal_to_end_means_none(self):
        none = QuietHours(time(8), time(8))
        assert not none.cover(time(8))
        assert none.next_start(datetime(2026, 11, 12, tzinfo=UTC), MEXICO) is None

    @pytest.mark.parametrize(
        "moment",
        [
            datetime(2026, 11, 13, 4, tzinfo=UTC),  # 22:00 on the 12th
            datetime(2026, 11, 13, 12, tzinfo=UTC),  # 06:00 on the 13th
        ],
    )
    def test_end_on_the_coming_morning(self, moment: datetime):
        expected = datetime(2026, 11, 13, 14, tzinfo=UTC)
        assert NIGHT.next_allowed(moment, MEXICO) == expected

    def test_outside_them_now_is_allowed(self):
        noon = datetime(2026, 11, 12, 18, tzinfo=UTC)
        assert NIGHT.next_allowed(noon, MEXICO) == noon

    def test_the_next_start_is_today_or_tomorrow(self):
        quiet = NIGHT
        noon = datetime(2026, 11, 12, 18, tzinfo=UTC)
        assert quiet.next_start(noon, MEXICO) == datetime(2026, 11, 13, 3, tzinfo=UTC)
        night = datetime(2026, 11, 13, 4, tzinfo=UTC)
        assert quiet.next_start(night, MEXICO) == datetime(2026, 11, 14, 3, tzinfo=UTC)
