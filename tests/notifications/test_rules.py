"""Who is reminded of what, and when: people in, reminders out."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.hours import QuietHours, local
from notifications.rules import (
    Component,
    Kind,
    OpenTask,
    Person,
    PlanItem,
    Reminded,
    Reminder,
    ReminderPlan,
    due,
    task_of,
)

TODAY = date(2026, 11, 12)
NOON = datetime(2026, 11, 12, 18, tzinfo=UTC)
MEXICO = ZoneInfo("America/Mexico_City")
BOTH = frozenset({"assessments", "programme_reminders", "brochure"})
CONTROL = frozenset({"assessments", "brochure"})
PLAN = ReminderPlan(
    items=(
        PlanItem(Kind.SESSION_DUE, Component.PROGRAMME),
        PlanItem(Kind.ASSESSMENT_DUE, Component.ASSESSMENT, offsets=(0, 3)),
        PlanItem(Kind.DIARY_DUE, Component.PROGRAMME),
        PlanItem(
            Kind.MODULE_OPEN, Component.PROGRAMME, hour=time(10), lifetime=timedelta(hours=10)
        ),
        PlanItem(Kind.INACTIVITY, Component.PROGRAMME),
    )
)
DIARY = OpenTask(Kind.DIARY_DUE, "2026-11-12", TODAY)
ASSESSMENT = OpenTask(
    Kind.ASSESSMENT_DUE, "week_6", TODAY, closes_at=datetime(2026, 11, 20, 6, tzinfo=UTC)
)
MODULE = OpenTask(Kind.MODULE_OPEN, "core", TODAY)
SESSION = OpenTask(
    Kind.SESSION_DUE, "live_2", TODAY, starts_at=datetime(2026, 11, 13, 1, 30, tzinfo=UTC)
)
INACTIVE = OpenTask(Kind.INACTIVITY, "since-2026-11-05", TODAY)


def person(*tasks: OpenTask, **changes: object) -> Person:
    made = Person(
        participant_id=uuid.UUID(int=1),
        time_zone="America/Mexico_City",
        locale="es_MX",
        channels=frozenset({"whatsapp"}),
        components=BOTH,
        open_tasks=tasks,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def kinds(reminders: list[Reminder]) -> list[Kind]:
    return [reminder.kind for reminder in reminders]


class TestWhen:
    def test_the_default_hour_is_six_in_the_evening_local(self):
        (reminder,) = due([person(DIARY)], NOON, PLAN)
        assert local(reminder.not_before, MEXICO).time() == time(18)

    def test_the_person_chooses_the_hour(self):
        (reminder,) = due([person(DIARY, preferred_hour=time(19, 30))], NOON, PLAN)
        assert local(reminder.not_before, MEXICO).time() == time(19, 30)

    def test_an_hour_inside_the_quiet_hours_waits_for_their_end(self):
        (reminder,) = due([person(DIARY, preferred_hour=time(7))], NOON - timedelta(hours=6), PLAN)
        assert local(reminder.not_before, MEXICO).time() == time(8)

    def test_a_reminder_never_outlives_the_start_of_the_quiet_hours(self):
        (reminder,) = due([person(DIARY, preferred_hour=time(20))], NOON, PLAN)
        assert local(reminder.expires_at, MEXICO).time() == time(21)

    def test_an_hour_that_the_quiet_hours_swallow_gives_no_reminder(self):
        assert due([person(DIARY, preferred_hour=time(22))], NOON, PLAN) == []

    def test_what_is_over_for_today_is_not_planned(self):
        assert due([person(DIARY)], datetime(2026, 11, 13, 3, tzinfo=UTC), PLAN) == []

    def test_late_in_its_time_it_still_is(self):
        almost_nine = datetime(2026, 11, 13, 2, 59, tzinfo=UTC)
        assert kinds(due([person(DIARY)], almost_nine, PLAN)) == [Kind.DIARY_DUE]

    def test_it_ends_when_the_task_closes(self):
        closing = replace(DIARY, closes_at=datetime(2026, 11, 13, 1, tzinfo=UTC))
        (reminder,) = due([person(closing)], NOON, PLAN)
        assert reminder.expires_at == datetime(2026, 11, 13, 1, tzinfo=UTC)

    def test_a_task_of_another_day_is_not_reminded_today(self):
        yesterday = replace(DIARY, due_on=TODAY - timedelta(days=1), occurrence="2026-11-11")
        assert due([person(yesterday)], NOON, PLAN) == []

    def test_an_offset_repeats_under_its_own_occurrence(self):
        third_day = NOON + timedelta(days=3)
        (reminder,) = due([person(ASSESSMENT)], third_day, PLAN)
        assert reminder.occurrence == "week_6@+3d"
        assert task_of(reminder.occurrence) == "week_6"

    def test_only_on_the_weekdays_of_the_plan(self):
        plan = ReminderPlan(
            (PlanItem(Kind.DIARY_DUE, Component.PROGRAMME, weekdays=frozenset({5})),)
        )
        assert due([person(DIARY)], NOON, plan) == []

    def test_today_is_the_day_of_the_person(self):
        still_the_eleventh = person(DIARY, time_zone="America/Tijuana")
        assert due([still_the_eleventh], datetime(2026, 11, 12, 7, tzinfo=UTC), PLAN) == []

    @pytest.mark.parametrize(
        ("day", "hour", "expected"),
        [
            (date(2026, 3, 8), time(2, 30), time(3, 30)),  # skipped
            (date(2026, 11, 1), time(1, 30), time(1, 30)),  # happens twice
        ],
    )
    def test_case_37_a_day_the_clock_changes_has_one_reminder(
        self, day: date, hour: time, expected: time
    ):
        tijuana = ZoneInfo("America/Tijuana")
        plan = replace(PLAN, quiet=QuietHours(time(0), time(0)))
        task = OpenTask(Kind.DIARY_DUE, day.isoformat(), day)
        patient = person(task, time_zone="America/Tijuana", preferred_hour=hour)
        start = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        found = {
            (reminder.occurrence, reminder.not_before)
            for minutes in range(0, 240, 10)
            for reminder in due([patient], start + timedelta(minutes=minutes), plan)
        }
        assert [local(at, tijuana).time() for _, at in found] == [expected]

    def test_case_40_the_hour_is_counted_anew_from_the_local_time(self):
        summer = OpenTask(Kind.DIARY_DUE, "2026-07-01", date(2026, 7, 1))
        winter = OpenTask(Kind.DIARY_DUE, "2026-12-01", date(2026, 12, 1))
        tijuana = person(summer, winter, time_zone="America/Tijuana")
        (first,) = due([tijuana], datetime(2026, 7, 1, 18, tzinfo=UTC), PLAN)
        (second,) = due([tijuana], datetime(2026, 12, 1, 18, tzinfo=UTC), PLAN)
        assert (first.not_before.hour, second.not_before.hour) == (1, 2)

    def test_an_unknown_time_zone_is_refused_where_it_enters(self):
        with pytest.raises(ZoneInfoNotFoundError):
            person(time_zone="America/Aztlan")


class TestForWhom:
    @pytest.mark.parametrize("task", [DIARY, MODULE, SESSION, INACTIVE])
    def test_case_34_an_arm_without_a_programme_gets_no_programme_reminder(self, task: OpenTask):
        assert due([person(task, components=CONTROL)], NOON, PLAN) == []

    def test_case_34_both_arms_get_the_same_assessment_reminder(self):
        treated = due([person(ASSESSMENT, DIARY, MODULE)], NOON, PLAN)
        control = due([person(ASSESSMENT, components=CONTROL)], NOON, PLAN)
        assert [one for one in treated if one.kind is Kind.ASSESSMENT_DUE] == control

    def test_case_34_no_programme_history_holds_an_assessment_reminder_back(self):
        full = tuple(Reminded(Kind.DIARY_DUE, f"d{n}", TODAY - timedelta(days=n)) for n in range(7))
        treated = due([person(ASSESSMENT, history=full)], NOON, PLAN)
        assert treated == due([person(ASSESSMENT, components=CONTROL)], NOON, PLAN)

    def test_nobody_without_a_consented_channel(self):
        assert due([person(DIARY, channels=frozenset())], NOON, PLAN) == []

    @pytest.mark.parametrize("kind", [Kind.DIARY_DUE, Kind.SESSION_DUE, Kind.INACTIVITY])
    def test_case_34_a_plan_cannot_call_a_programme_kind_an_assessment(self, kind: Kind):
        with pytest.raises(ValueError, match="belongs to the component"):
            PlanItem(kind, Component.ASSESSMENT)


class TestHowMany:
    def test_case_35_one_programme_message_a_day_by_priority(self):
        found = due([person(INACTIVE, MODULE, DIARY)], NOON - timedelta(hours=3), PLAN)
        assert kinds(found) == [Kind.DIARY_DUE]

    def test_case_35_session_and_assessment_go_before_the_rest(self):
        found = due([person(INACTIVE, MODULE, DIARY, ASSESSMENT, SESSION)], NOON, PLAN)
        assert kinds(found) == [Kind.SESSION_DUE, Kind.ASSESSMENT_DUE]

    def test_four_programme_messages_in_seven_days(self):
        past = tuple(
            Reminded(Kind.DIARY_DUE, f"d{n}", TODAY - timedelta(days=n)) for n in (1, 2, 3, 6)
        )
        assert due([person(DIARY, history=past)], NOON, PLAN) == []
        assert due([person(DIARY, history=past[:3])], NOON, PLAN) != []

    def test_the_eighth_day_back_is_forgotten(self):
        past = tuple(
            Reminded(Kind.DIARY_DUE, f"d{n}", TODAY - timedelta(days=n)) for n in (1, 2, 3, 7)
        )
        assert due([person(DIARY, history=past)], NOON, PLAN) != []

    def test_what_never_arrived_takes_no_place(self):
        past = (Reminded(Kind.MODULE_OPEN, "core", TODAY, counts=False),)
        assert kinds(due([person(DIARY, history=past)], NOON, PLAN)) == [Kind.DIARY_DUE]

    def test_case_01_what_is_settled_is_not_due_again(self):
        past = (Reminded(Kind.DIARY_DUE, "2026-11-12", TODAY),)
        assert due([person(DIARY, history=past)], NOON, PLAN) == []

    def test_what_waits_is_due_again_and_takes_its_own_place(self):
        past = (Reminded(Kind.DIARY_DUE, "2026-11-12", TODAY, settled=False),)
        assert kinds(due([person(DIARY, history=past)], NOON, PLAN)) == [Kind.DIARY_DUE]

    @given(
        st.lists(st.integers(0, 20), max_size=20),
        st.sets(st.sampled_from([DIARY, MODULE, SESSION, INACTIVE, ASSESSMENT])),
    )
    def test_never_more_held_back_kinds_than_the_caps(self, days: list[int], tasks: set[OpenTask]):
        past = tuple(
            Reminded(Kind.DIARY_DUE, f"d{n}", TODAY - timedelta(days=day))
            for n, day in enumerate(days)
        )
        found = due([person(*tasks, history=past)], NOON, PLAN)
        optional = [one for one in found if one.kind not in (Kind.SESSION_DUE, Kind.ASSESSMENT_DUE)]
        week = [entry for entry in past if TODAY - entry.on < timedelta(days=7)]
        assert len(optional) <= max(0, 1 - sum(entry.on == TODAY for entry in past))
        assert not optional or len(week) + len(optional) <= 4


class TestWhatItSays:
    def test_case_41_a_session_names_its_day_and_hour(self):
        (reminder,) = due([person(SESSION)], NOON, PLAN)
        assert reminder.variables == {"date": "2026-11-12", "time": "19:30"}

    def test_an_assessment_names_its_last_day(self):
        (reminder,) = due([person(ASSESSMENT)], NOON, PLAN)
        assert reminder.variables == {"date": "2026-11-19"}

    def test_a_diary_names_its_day(self):
        (reminder,) = due([person(DIARY)], NOON, PLAN)
        assert reminder.variables == {"date": "2026-11-12"}


class TestPlan:
    def test_a_kind_stands_once(self):
        item = PlanItem(Kind.DIARY_DUE, Component.PROGRAMME)
        with pytest.raises(ValueError, match="once"):
            ReminderPlan((item, item))

    def test_caps_are_not_negative(self):
        with pytest.raises(ValueError, match="cap"):
            ReminderPlan((), daily_cap=-1)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"weekdays": frozenset({0})},
            {"weekdays": frozenset()},
            {"offsets": ()},
            {"lifetime": timedelta(0)},
        ],
    )
    def test_an_item_that_sends_nothing_is_refused(self, wrong: dict[str, object]):
        with pytest.raises(ValueError, match="diary_due"):
            PlanItem(Kind.DIARY_DUE, Component.PROGRAMME, **wrong)  # type: ignore[arg-type]
