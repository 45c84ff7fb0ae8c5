"""Who has what to do: facts in, tasks out, one kind at a time."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest

from modules.course.progression import ModuleState, ModuleStatus
from modules.diary.slots import Slot
from modules.study.live_sessions import LiveSessionFacts
from modules.study.schedule import VisitState, VisitStatus
from modules.text import Text
from notifications.kind import ReminderKind, Reply, Task
from notifications.kinds import (
    KINDS,
    assessment_due,
    diary_due,
    inactivity,
    label_of,
    module_open,
    reply_waiting,
    session_changed,
    session_due,
    welcome,
)
from tests.notifications.facts import CARE, NOON, TODAY, facts

DAY_ONE = TODAY - timedelta(days=9)
MIDNIGHT = datetime(2026, 11, 13, 6, tzinfo=UTC)


class TestWelcome:
    def test_is_due_on_the_day_of_the_agreement_only(self):
        assert list(welcome.open_tasks(facts(agreed_on=TODAY))) == [Task("2026-11-12", TODAY)]
        assert list(welcome.open_tasks(facts(agreed_on=TODAY - timedelta(days=1)))) == []


class TestDiary:
    def test_is_due_today_until_midnight(self):
        found = list(diary_due.open_tasks(facts(day_one=DAY_ONE)))
        assert found == [Task("2026-11-12", TODAY, MIDNIGHT)]

    @pytest.mark.parametrize(
        "changes",
        [
            {"day_one": DAY_ONE, "diary": (Slot(TODAY),)},
            {"day_one": None},
            {"day_one": TODAY + timedelta(days=1)},
            {"day_one": TODAY - timedelta(weeks=CARE.duration_weeks)},
        ],
        ids=["written", "no day 1", "before day 1", "after the last week"],
    )
    def test_is_not_due(self, changes: dict[str, object]):
        assert list(diary_due.open_tasks(facts(**changes))) == []


def state(status: VisitStatus, closes_on: date | None = TODAY) -> VisitState:
    begins = TODAY - timedelta(days=3)
    return VisitState(CARE.visits[0], status, begins, TODAY, closes_on, frozenset(), late=False)


class TestAssessment:
    def test_is_due_on_its_target_day_and_names_the_last(self):
        (task,) = assessment_due.open_tasks(facts(visits=(state(VisitStatus.DUE),)))
        assert task == Task(CARE.visits[0].key, TODAY, MIDNIGHT, named=TODAY)

    def test_without_an_end_it_stays_open(self):
        (task,) = assessment_due.open_tasks(facts(visits=(state(VisitStatus.DUE, None),)))
        assert (task.closes_at, task.named) == (None, None)

    @pytest.mark.parametrize("status", [each for each in VisitStatus if each != VisitStatus.DUE])
    def test_is_open_while_the_visit_is_due(self, status: VisitStatus):
        assert list(assessment_due.open_tasks(facts(visits=(state(status),)))) == []


def session(starts_at: datetime, *, cancelled: bool = False) -> LiveSessionFacts:
    ids = uuid.UUID(int=7), uuid.UUID(int=8)
    return LiveSessionFacts(*ids, "Group", 1, starts_at, 45, "", cancelled, 0, NOON)


class TestSession:
    COMING = session(NOON + timedelta(days=1))

    def test_is_due_on_its_own_day_and_names_its_hour(self):
        (task,) = session_due.open_tasks(facts(day_one=DAY_ONE, sessions=(self.COMING,)))
        starts = self.COMING.starts_at
        assert task == Task(self.COMING.occurrence, date(2026, 11, 13), starts, named=starts)

    @pytest.mark.parametrize(
        ("day_one", "other"),
        [
            (DAY_ONE, session(NOON + timedelta(days=1), cancelled=True)),
            (DAY_ONE, session(NOON)),
            (None, COMING),
            (TODAY - timedelta(weeks=CARE.duration_weeks), COMING),
        ],
        ids=["cancelled", "begun", "no day 1", "after the programme"],
    )
    def test_is_not_due(self, day_one: date | None, other: LiveSessionFacts):
        assert list(session_due.open_tasks(facts(day_one=day_one, sessions=(other,)))) == []

    def test_news_are_news_of_the_session_as_it_stands(self):
        cancelled = session(NOON, cancelled=True)
        found = session_changed.open_tasks(facts(sessions=(cancelled, self.COMING)))
        assert [task.occurrence for task in found] == [
            cancelled.occurrence,
            self.COMING.occurrence,
        ]


class TestReply:
    @pytest.mark.parametrize(("age", "announced"), [(0, True), (2, True), (3, False)])
    def test_is_announced_for_two_days(self, age: int, announced: bool):
        reply = Reply("r1", TODAY - timedelta(days=age))
        found = list(reply_waiting.open_tasks(facts(replies=(reply,))))
        assert found == ([Task("r1", TODAY)] if announced else [])


class TestModule:
    OPEN = ModuleState("core", ModuleStatus.OPEN, 0, 3)
    SHUT = ModuleState("core", ModuleStatus.LOCKED, 0, 3)

    def test_is_announced_on_the_day_it_opens(self):
        opened = facts(day_one=DAY_ONE, modules=(self.OPEN,), modules_before=(self.SHUT,))
        assert list(module_open.open_tasks(opened)) == [Task("core", TODAY)]

    def test_is_not_announced_again(self):
        before = facts(day_one=DAY_ONE, modules=(self.OPEN,), modules_before=(self.OPEN,))
        assert list(module_open.open_tasks(before)) == []

    def test_is_not_announced_outside_the_programme(self):
        opened = facts(modules=(self.OPEN,), modules_before=(self.SHUT,))
        assert list(module_open.open_tasks(opened)) == []


class TestInactivity:
    @pytest.mark.parametrize(("days", "absent"), [(6, False), (7, True), (8, True)])
    def test_begins_a_week_after_the_last_log_in(self, days: int, absent: bool):
        last = TODAY - timedelta(days=days)
        seen = frozenset({last, last - timedelta(days=1)})
        found = list(inactivity.open_tasks(facts(day_one=DAY_ONE, login_days=seen)))
        expected = Task(f"since-{last}", last + timedelta(days=7))
        assert found == ([expected] if absent else [])

    def test_is_counted_from_day_1_for_who_never_came(self):
        (task,) = inactivity.open_tasks(facts(day_one=DAY_ONE))
        assert task.occurrence == f"since-{DAY_ONE}"


class TestAKind:
    GOOD = {
        "key": "planted",
        "component": "assessments",
        "priority": 1,
        "label": Text("Uno", "One"),
        "text": Text("Hola, {name}: {date}, {link}.", "Hello, {name}: {date}, {link}."),
        "open_tasks": lambda _facts: (),
    }

    def test_is_sent_at_six_in_the_evening_unless_it_says_otherwise(self):
        assert ReminderKind(**self.GOOD).hour == time(18)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"key": "Planted"},
            {"key": "a" * 33},
            {"component": "horoscopes"},
            {"text": Text("Hola, {name}: {date}, {link}.", "Hello, {name}: {link}.")},
            {"text": Text("Hola, {name}: {date}, {link}.", "Hello, {name}: {date}, {link}")},
            {"text": Text("{date} {name} {link}.", "Hello, {name}: {date}, {link}.")},
            {"text": Text("Hola, {name} {arm}: {date}, {link}.", "Hi, {name}: {date}, {link}.")},
        ],
    )
    def test_that_could_never_be_sent_is_refused(self, wrong: dict[str, object]):
        with pytest.raises(ValueError, match="lanted|aaa"):
            ReminderKind(**self.GOOD | wrong)

    def test_no_two_are_equally_important(self):
        assert len({kind.priority for kind in KINDS.values()}) == len(KINDS)

    def test_one_that_was_taken_out_is_called_by_its_key(self):
        assert label_of("taken_out") == Text("taken_out", "taken_out")
        assert label_of("diary_due") == Text("Diario", "Diary")
