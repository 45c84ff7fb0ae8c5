"""Who is reminded of what, and when: facts in, reminders out."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.study import protocol as protocols
from modules.study.protocol import Protocol, ReminderLimits, ReminderPlan
from notifications.hours import local
from notifications.kind import Preferences, Task
from notifications.kinds import KINDS
from notifications.rules import (
    Reminded,
    Reminder,
    may_be_sent,
    misfits,
    reminders_of,
    task_of,
)
from tests.notifications.facts import CARE, NOON, TODAY, facts

MEXICO = ZoneInfo("America/Mexico_City")
MORNING = NOON - timedelta(hours=5)
CONTROL = frozenset({"assessments", "brochure"})
PLAN = tuple(
    ReminderPlan(kind=kind)
    for kind in ("session_due", "assessment_due", "diary_due", "module_open", "inactivity")
)

Open = tuple[str, Task]
"""A task and its kind."""

DIARY = ("diary_due", Task("2026-11-12", TODAY))
ASSESSMENT = (
    "assessment_due",
    Task("week_6", TODAY, datetime(2026, 11, 20, 6, tzinfo=UTC), named=date(2026, 11, 19)),
)
MODULE = ("module_open", Task("core", TODAY))
SESSION = ("session_due", Task("live_2", TODAY, named=datetime(2026, 11, 13, 1, 30, tzinfo=UTC)))
INACTIVE = ("inactivity", Task("since-2026-11-05", TODAY))


def planned(*entries: ReminderPlan, **limits: int) -> Protocol:
    """A protocol with this plan of reminders."""
    changed = {"reminders": entries or PLAN, "reminder_limits": ReminderLimits(**limits)}
    return CARE.model_copy(update=changed)


def diary_at(hour: int) -> Protocol:
    """A protocol that reminds of the diary at another hour."""
    return planned(ReminderPlan(kind="diary_due", hour=hour))


def due(*tasks: Open, history: Iterable[Reminded] = (), **changes: object) -> list[Reminder]:
    """The reminders of these tasks."""
    by_kind: dict[str, list[Task]] = {}
    for kind, task in tasks:
        by_kind.setdefault(kind, []).append(task)
    return reminders_of(by_kind, facts(**{"protocol": planned(), **changes}), history)


def kinds(reminders: list[Reminder]) -> list[str]:
    return [reminder.kind for reminder in reminders]


class TestWhen:
    def test_the_hour_is_the_kinds_own_local(self):
        (reminder,) = due(DIARY)
        assert local(reminder.not_before, MEXICO).time() == time(18)
        (reminder,) = due(MODULE)
        assert local(reminder.not_before, MEXICO).time() == time(10)
        assert local(reminder.expires_at, MEXICO).time() == time(20)

    def test_the_protocol_may_choose_another_hour(self):
        (reminder,) = due(DIARY, protocol=diary_at(19))
        assert local(reminder.not_before, MEXICO).time() == time(19)

    def test_the_protocol_may_choose_how_long_it_is_true(self):
        entry = ReminderPlan(kind="diary_due", expires_after_hours=1)
        (reminder,) = due(DIARY, protocol=planned(entry))
        assert local(reminder.expires_at, MEXICO).time() == time(19)

    def test_an_hour_inside_the_quiet_hours_waits_for_their_end(self):
        (reminder,) = due(DIARY, protocol=diary_at(7), now=NOON - timedelta(hours=6))
        assert local(reminder.not_before, MEXICO).time() == time(8)

    def test_the_quiet_hours_are_the_protocols(self):
        protocol = planned(ReminderPlan(kind="diary_due", hour=7), quiet_until_hour=9)
        (reminder,) = due(DIARY, protocol=protocol, now=NOON - timedelta(hours=6))
        assert local(reminder.not_before, MEXICO).time() == time(9)

    def test_a_reminder_never_outlives_the_start_of_the_quiet_hours(self):
        (reminder,) = due(DIARY, protocol=diary_at(20))
        assert local(reminder.expires_at, MEXICO).time() == time(21)

    def test_an_hour_that_the_quiet_hours_swallow_gives_no_reminder(self):
        assert due(DIARY, protocol=diary_at(22)) == []

    def test_what_is_over_for_today_is_not_planned(self):
        assert due(DIARY, now=datetime(2026, 11, 13, 3, tzinfo=UTC)) == []

    def test_late_in_its_time_it_still_is(self):
        almost_nine = datetime(2026, 11, 13, 2, 59, tzinfo=UTC)
        assert kinds(due(DIARY, now=almost_nine)) == ["diary_due"]

    def test_it_ends_when_the_task_closes(self):
        closing = replace(DIARY[1], closes_at=datetime(2026, 11, 13, 1, tzinfo=UTC))
        (reminder,) = due(("diary_due", closing))
        assert reminder.expires_at == datetime(2026, 11, 13, 1, tzinfo=UTC)

    def test_a_task_of_another_day_is_not_reminded_today(self):
        yesterday = Task("2026-11-11", TODAY - timedelta(days=1))
        assert due(("diary_due", yesterday)) == []

    def test_a_day_before_has_its_own_occurrence(self):
        the_day_before = NOON - timedelta(days=1)
        protocol = planned(ReminderPlan(kind="session_due", days_before=1))
        assert due(SESSION, protocol=protocol) == []
        (reminder,) = due(SESSION, protocol=protocol, now=the_day_before)
        assert reminder.occurrence == "live_2@-1d"
        assert task_of(reminder.occurrence) == "live_2"

    def test_only_on_the_weekdays_of_the_plan(self):
        protocol = planned(ReminderPlan(kind="diary_due", weekdays=(5,)))
        assert due(DIARY, protocol=protocol) == []

    def test_today_is_the_day_of_the_person(self):
        still_the_eleventh = datetime(2026, 11, 12, 7, tzinfo=UTC)
        assert due(DIARY, time_zone="America/Tijuana", now=still_the_eleventh) == []

    @pytest.mark.parametrize(
        ("day", "hour", "expected"),
        [
            (date(2026, 3, 8), 2, time(3)),  # skipped
            (date(2026, 11, 1), 1, time(1)),  # happens twice
        ],
    )
    def test_case_37_a_day_the_clock_changes_has_one_reminder(
        self, day: date, hour: int, expected: time
    ):
        zone = "America/Tijuana"
        entry = ReminderPlan(kind="diary_due", hour=hour)
        protocol = planned(entry, quiet_from_hour=0, quiet_until_hour=0)
        task = ("diary_due", Task(day.isoformat(), day))
        start = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        found = {
            (reminder.occurrence, reminder.not_before)
            for minutes in range(0, 240, 10)
            for reminder in due(
                task, protocol=protocol, time_zone=zone, now=start + timedelta(minutes=minutes)
            )
        }
        assert [local(at, ZoneInfo(zone)).time() for _, at in found] == [expected]

    def test_case_40_the_hour_is_counted_anew_from_the_local_time(self):
        zone = "America/Tijuana"
        hours = []
        for day in (date(2026, 7, 1), date(2026, 12, 1)):
            noon = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
            task = ("diary_due", Task(day.isoformat(), day))
            (reminder,) = due(task, time_zone=zone, now=noon)
            hours.append(reminder.not_before.hour)
        assert hours == [1, 2]

    def test_an_unknown_time_zone_is_refused(self):
        with pytest.raises(ZoneInfoNotFoundError):
            due(DIARY, time_zone="America/Aztlan")


class TestWhatIsChosen:
    def test_an_hour_is_the_hour_of_what_leaves_a_choice(self):
        nine = Preferences(hour=9)
        for task in (DIARY, MODULE, INACTIVE):
            (reminder,) = due(task, preferences=nine, now=MORNING)
            assert local(reminder.not_before, MEXICO).time() == time(9)

    def test_questionnaires_and_sessions_keep_theirs(self):
        for task in (ASSESSMENT, SESSION):
            (chosen,) = due(task, preferences=Preferences(9, frozenset({1}), frozenset(KINDS)))
            assert [chosen] == due(task)

    def test_an_hour_that_became_one_of_the_night_is_the_protocols_again(self):
        assert due(DIARY, preferences=Preferences(hour=3)) == due(DIARY)

    def test_the_diary_comes_on_the_chosen_days(self):
        on, off = frozenset({TODAY.isoweekday()}), frozenset({TODAY.isoweekday() % 7 + 1})
        assert kinds(due(DIARY, preferences=Preferences(weekdays=on))) == ["diary_due"]
        assert due(DIARY, preferences=Preferences(weekdays=off)) == []

    def test_what_happens_once_is_told_on_any_day(self):
        off = frozenset({TODAY.isoweekday() % 7 + 1})
        assert kinds(due(MODULE, preferences=Preferences(weekdays=off))) == ["module_open"]

    def test_a_kind_that_was_left_out_neither_comes_nor_goes_out(self):
        without = Preferences(without=frozenset({"diary_due"}))
        assert kinds(due(DIARY, MODULE, preferences=without)) == ["module_open"]
        known = facts(protocol=planned(), preferences=without)
        assert not may_be_sent(known, "diary_due")
        assert may_be_sent(known, "module_open")


class TestForWhom:
    @pytest.mark.parametrize("task", [DIARY, MODULE, SESSION, INACTIVE])
    def test_case_34_an_arm_without_a_programme_gets_no_programme_reminder(self, task: Open):
        assert due(task, components=CONTROL) == []

    def test_case_34_both_arms_get_the_same_assessment_reminder(self):
        treated = due(ASSESSMENT, DIARY, MODULE)
        control = due(ASSESSMENT, components=CONTROL)
        assert [one for one in treated if one.kind == "assessment_due"] == control

    def test_case_34_no_programme_history_holds_an_assessment_reminder_back(self):
        full = tuple(Reminded("diary_due", f"d{n}", TODAY - timedelta(days=n)) for n in range(7))
        treated = due(ASSESSMENT, history=full)
        assert treated == due(ASSESSMENT, components=CONTROL)

    def test_nothing_that_the_protocol_does_not_plan(self):
        assert due(DIARY, protocol=planned(ReminderPlan(kind="module_open"))) == []


class TestHowMany:
    def test_case_35_one_programme_message_a_day_by_priority(self):
        found = due(INACTIVE, MODULE, DIARY, now=NOON - timedelta(hours=3))
        assert kinds(found) == ["diary_due"]

    def test_case_35_session_and_assessment_go_before_the_rest(self):
        found = due(INACTIVE, MODULE, DIARY, ASSESSMENT, SESSION)
        assert kinds(found) == ["session_due", "assessment_due"]

    def test_as_many_a_day_as_the_protocol_allows(self):
        assert len(due(INACTIVE, MODULE, DIARY, protocol=planned(most_a_day=2))) == 2

    def test_four_programme_messages_in_seven_days(self):
        past = tuple(
            Reminded("diary_due", f"d{n}", TODAY - timedelta(days=n)) for n in (1, 2, 3, 6)
        )
        assert due(DIARY, history=past) == []
        assert due(DIARY, history=past[:3]) != []
        assert due(DIARY, history=past, protocol=planned(most_a_week=5)) != []

    def test_the_eighth_day_back_is_forgotten(self):
        past = tuple(
            Reminded("diary_due", f"d{n}", TODAY - timedelta(days=n)) for n in (1, 2, 3, 7)
        )
        assert due(DIARY, history=past) != []

    def test_a_kind_that_there_is_no_more_still_takes_its_place_in_the_week(self):
        past = tuple(
            Reminded("taken_out", f"d{n}", TODAY - timedelta(days=n)) for n in (1, 2, 3, 6)
        )
        assert due(DIARY, history=past) == []

    def test_assessments_take_no_place_in_the_week(self):
        past = tuple(
            Reminded("assessment_due", f"d{n}", TODAY - timedelta(days=n)) for n in (1, 2, 3, 6)
        )
        assert kinds(due(DIARY, history=past)) == ["diary_due"]

    def test_what_never_arrived_takes_no_place(self):
        past = (Reminded("module_open", "core", TODAY, counts=False),)
        assert kinds(due(DIARY, history=past)) == ["diary_due"]

    def test_case_01_what_is_settled_is_not_due_again(self):
        past = (Reminded("diary_due", "2026-11-12", TODAY),)
        assert due(DIARY, history=past) == []

    def test_what_waits_is_due_again_and_takes_its_own_place(self):
        past = (Reminded("diary_due", "2026-11-12", TODAY, settled=False),)
        assert kinds(due(DIARY, history=past)) == ["diary_due"]

    @given(
        st.lists(st.integers(0, 20), max_size=20),
        st.sets(st.sampled_from([DIARY, MODULE, SESSION, INACTIVE, ASSESSMENT])),
    )
    def test_never_more_held_back_kinds_than_the_caps(self, days: list[int], tasks: set[Open]):
        past = tuple(
            Reminded("diary_due", f"d{n}", TODAY - timedelta(days=day))
            for n, day in enumerate(days)
        )
        found = due(*tasks, history=past)
        optional = [one for one in found if one.kind not in ("session_due", "assessment_due")]
        week = [entry for entry in past if TODAY - entry.on < timedelta(days=7)]
        assert len(optional) <= max(0, 1 - sum(entry.on == TODAY for entry in past))
        assert not optional or len(week) + len(optional) <= 4


class TestWhatItSays:
    def test_case_41_a_session_names_its_day_and_hour(self):
        (reminder,) = due(SESSION)
        assert reminder.variables == {"date": "2026-11-12", "time": "19:30"}

    def test_an_assessment_names_its_last_day(self):
        (reminder,) = due(ASSESSMENT)
        assert reminder.variables == {"date": "2026-11-19"}

    def test_a_diary_names_its_day(self):
        (reminder,) = due(DIARY)
        assert reminder.variables == {"date": "2026-11-12"}


class TestTheProtocolFits:
    @pytest.mark.parametrize("key", sorted(protocols.load()))
    def test_every_shipped_one_does(self, key: str):
        protocol = protocols.load()[key]
        assert list(misfits(protocol)) == []
        assert "assessment_due" in {entry.kind for entry in protocol.reminders}

    @pytest.mark.parametrize("key", sorted(KINDS))
    def test_a_kind_can_be_planned_unless_it_is_announced(self, key: str):
        protocol = planned(ReminderPlan(kind=key))
        assert bool(list(misfits(protocol))) is KINDS[key].announced

    def test_a_kind_that_there_is_not_is_refused_with_those_there_are(self):
        ((place, reason),) = misfits(planned(ReminderPlan(kind="horoscope")))
        assert place == ("reminders", 0, "kind")
        assert "diary_due" in reason

    @pytest.mark.parametrize("kind", ["diary_due", "session_due", "inactivity"])
    def test_case_34_a_programme_kind_cannot_be_called_an_assessment(self, kind: str):
        ((_place, reason),) = misfits(planned(ReminderPlan(kind=kind, component="assessments")))
        assert reason == "belongs to the component programme_reminders"

    def test_a_kind_stands_once(self):
        twice = planned(ReminderPlan(kind="diary_due"), ReminderPlan(kind="diary_due"))
        assert {reason for _place, reason in misfits(twice)} == {"stands twice"}
