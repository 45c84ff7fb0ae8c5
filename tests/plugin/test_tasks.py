"""Every task of the worker runs on both engines, and its writing transactions stay short.

The tasks are found by asking the queue, so a new one is run here without being listed.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event

from exports.jobs import Asker, order
from exports.models import ExportJob, JobState
from lti.models import LtiContext, Membership
from lti.services.grade_models import Delivery, ProgressGrade
from lti.services.tokens import ServiceProblem
from modules.records import pages
from modules.records.alert_models import Alert
from modules.records.db import HeldTooLong, outside_writing
from modules.safety.triggers import Trigger
from modules.services import alerts
from notifications import outbox
from notifications.models import OutboxMessage
from plugin import alert_sweep, by_page, reminders
from plugin.worker import Tasks
from tests import factories
from tests.factories import CONTROL, LMS, NOON, TODAY, TREATED, Clinic


@pytest.fixture
def anywhere(database, make_tool) -> Clinic:
    return Clinic(make_tool(database))


def person(clinic, session, number: int, **more) -> uuid.UUID:
    """Add somebody of day 20 who agreed to be reminded and has not been seen."""
    key = clinic.patient(session, TREATED, 20, **more).participant_id
    factories.contact(session, key, f"+52 55 0000 {number:04}")
    return key


@pytest.fixture
def populated(anywhere) -> Clinic:
    """A small study in which every task finds something to do."""
    with anywhere.writing() as session:
        keys = [person(anywhere, session, number) for number in range(3)]
        anywhere.patient(session, CONTROL, 14)
        anywhere.enrolled(session)
        course = session.get_one(LtiContext, anywhere.course_id)
        course.ags_lineitems_url = f"{LMS}/lineitems"
        course.ags_scopes = ["https://purl.imsglobal.org/spec/lti-ags/scope/score"]
        course.nrps_url = f"{LMS}/roster"
        place = session.query(Membership).filter_by(participant_id=keys[0]).one()
        factories.add(
            session,
            ProgressGrade(
                membership_id=place.id,
                percent=50.0,
                state=Delivery.QUEUED,
                queued_at=NOON,
                due_at=NOON,
                attempts=0,
            ),
        )
        entry = factories.diary_entry(session, keys[1], TODAY - timedelta(days=12))
        alerts.raise_all(
            session,
            keys[1],
            [Trigger.DIARY_WARNING_SIGN],
            entry.id,
            NOON - timedelta(days=9),
        )
        order(session, asker(anywhere), "csv", "es_MX", None, NOON)
    return anywhere


def asker(clinic) -> Asker:
    """Somebody who assesses."""
    return Asker(uuid.UUID(int=7), clinic.study_id, "assessor")


def all_of(tasks: Tasks, clinic: Clinic) -> dict[str, Callable[[], object]]:
    """Return every task the queue knows, ready to be called once."""
    needs = {"_sync_roster": (str(clinic.course_id),)}
    known = tasks.queue._registry._registry  # huey has no public list of its tasks
    return {
        kind.__name__: (lambda kind=kind: kind(needs.get(kind.__name__, ())).execute())
        for kind in known.values()
    }


def test_every_task_runs_on_both_engines(populated, caplog):
    tasks = Tasks(populated.tool)
    found = all_of(tasks, populated)
    assert len(found) >= 10
    refused = []
    for name, run in found.items():
        try:
            run()
        except ServiceProblem:  # no platform answers here; that is all that may go wrong
            refused.append(name)

    assert set(refused) <= {"_sync_roster"}
    assert populated.rows(OutboxMessage)
    assert {alert.trigger for alert in populated.rows(Alert)} > {Trigger.DIARY_WARNING_SIGN}
    assert any(alert.escalated_at for alert in populated.rows(Alert))
    (grade,) = populated.rows(ProgressGrade)
    assert grade.attempts == 1
    assert {job.state for job in populated.rows(ExportJob)} == {JobState.DONE}


class TestAPageAtATime:
    @pytest.fixture(autouse=True)
    def _small_pages(self, monkeypatch):
        monkeypatch.setattr(pages, "PAGE", 2)
        monkeypatch.setattr(pages, "WRITTEN", 1)

    @pytest.fixture
    def people(self, anywhere):
        """Five people out of touch who agreed to be reminded."""
        with anywhere.writing() as session:
            return [person(anywhere, session, number) for number in range(5)]

    @pytest.fixture
    def transactions(self, anywhere):
        """Count the inserts of each transaction."""
        written: list[int] = []
        engine = anywhere.tool.database.engine

        def begun(_connection) -> None:
            written.append(0)

        def sent(_connection, _cursor, statement, *_rest) -> None:
            if statement.startswith(("INSERT INTO outbox_messages", "INSERT INTO alerts")):
                written[-1] += 1

        event.listen(engine, "begin", begun)
        event.listen(engine, "before_cursor_execute", sent)
        yield written
        event.remove(engine, "begin", begun)
        event.remove(engine, "before_cursor_execute", sent)

    def test_nobody_is_left_out_and_every_transaction_is_short(
        self, anywhere, people, transactions
    ):
        tool = anywhere.tool
        reminders.plan_all(tool, tool.now())
        alert_sweep.sweep(tool, tool.now())

        assert {row.participant_id for row in anywhere.rows(OutboxMessage)} == set(people)
        assert {row.participant_id for row in anywhere.rows(Alert)} == set(people)
        assert max(transactions) == 1

    def test_a_second_run_writes_nothing(self, anywhere, people, transactions):
        tool = anywhere.tool
        for _ in range(2):
            del transactions[:]
            reminders.plan_all(tool, tool.now())
            alert_sweep.sweep(tool, tool.now())

        assert sum(transactions) == 0


class TestInBetween:
    """Between judging and writing people go on: what they did then counts."""

    @pytest.fixture
    def one(self, anywhere):
        with anywhere.writing() as session:
            return person(anywhere, session, 1)

    @pytest.fixture
    def meanwhile(self, anywhere, monkeypatch):
        """Let something be committed after everybody is judged: `meanwhile(do)`."""

        def let(do) -> None:
            write = by_page._write

            def late(*given):
                with anywhere.writing() as session:
                    do(session)
                return write(*given)

            monkeypatch.setattr(by_page, "_write", late)

        return let

    def test_who_wrote_or_came_is_neither_reminded_nor_reported(self, anywhere, one, meanwhile):
        meanwhile(lambda session: factories.diary_entry(session, one, TODAY - timedelta(days=1)))
        reminders.plan_all(anywhere.tool, anywhere.tool.now())
        assert anywhere.rows(OutboxMessage) == []

    def test_who_came_back_raises_no_alert(self, anywhere, one, meanwhile):
        meanwhile(lambda session: factories.login_day(session, one, TODAY))
        assert alert_sweep.sweep(anywhere.tool, anywhere.tool.now())[0] == 0

    def test_who_opted_out_is_not_reminded(self, anywhere, one, meanwhile):
        meanwhile(lambda session: outbox.opt_out(session, one, NOON, "in_course"))
        reminders.plan_all(anywhere.tool, anywhere.tool.now())
        assert anywhere.rows(OutboxMessage) == []


class TestNothingSlowWhileWriting:
    def test_judging_a_study_is_refused(self, anywhere):
        tool = anywhere.tool
        with anywhere.writing(), pytest.raises(HeldTooLong):
            reminders.plan_all(tool, tool.now())

    def test_in_a_lenient_installation_it_is_logged(self, anywhere, monkeypatch, caplog):
        monkeypatch.setattr(anywhere.tool.database, "strict", False)
        with anywhere.writing():
            outside_writing("a test")
        assert "a test inside a writing transaction" in caplog.text

    def test_reading_holds_up_nobody(self, anywhere):
        with anywhere.tool.database.reading():
            outside_writing("a test")
