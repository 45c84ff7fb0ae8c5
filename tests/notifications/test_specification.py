"""The outbox against its specification, `docs/outbox.md`: hypothesis looks for another history.

Two people, each with a number, and a few reminders. Planning, sending with every answer there is, a
worker that dies, reports in any order and twice, stops and their taking back, and time. Whatever
comes of it stands in the table of the specification, and what it says holds at every moment.
"""

import contextlib
import re
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from modules.records.db import Base, Database
from notifications.channel import Aftermath, DeliveryFailed, DeliveryUnknown, Message, Receipt
from notifications.claiming import PAIR_SPACING, UNSETTLED
from notifications.models import Contact, OutboxMessage, State
from notifications.outbox import Need, Outcome, opt_in_number, opt_out_number, record_receipt
from tests.conftest import LONG
from tests.notifications.outbox_kit import (
    NIGHT,
    Clock,
    People,
    ScriptedChannel,
    Sender,
    reminder_for,
)

SPECIFICATION = Path(__file__).parents[2] / "docs" / "outbox.md"
ROW = re.compile(r"^\| `(\w+)` \| .+ \| ((?:`\w+`(?:, )?)+) \|$", re.MULTILINE)
MAY_HAVE_ARRIVED = {State.SENDING, State.SENT, State.DELIVERED, State.READ, State.UNKNOWN}
GOOD_WAY = MAY_HAVE_ARRIVED - {State.UNKNOWN} | {State.PLANNED}
NUMBERS = ("+525551234567", "+525557654321")
TABLES = ("outbox_events", "outbox_pauses", "suppressions", "outbox_messages", "contacts")
KINDS = ("diary_due", "assessment_due")
CLOCK_THERE = ZoneInfo("America/Mexico_City")
UNHEARD = {Outcome.DUPLICATE, Outcome.UNMATCHED, Outcome.REFUSED}
STATUSES = ("queued", "sent", "delivered", "read", "failed", "undelivered")
CODES = ("", "63018", "63016", "63014", "63024")


class Killed(BaseException):
    """The worker dies here: nothing of its code runs any more."""


def read_table() -> dict[State, set[State]]:
    """Return what leads where, as the specification has it."""
    found: dict[State, set[State]] = {}
    for before, after in ROW.findall(SPECIFICATION.read_text("utf-8")):
        found.setdefault(State(before), set()).update(map(State, re.findall(r"\w+", after)))
    return found


TABLE = read_table()


def through(table: dict[State, set[State]]) -> dict[State, set[State]]:
    """Return what a state can have become after several steps of one piece of work."""
    reached = {state: {state, *table.get(state, set())} for state in State}
    for _ in State:
        for state, known in reached.items():
            reached[state] = known.union(*(reached[each] for each in known))
    return reached


class Outbox(RuleBasedStateMachine):
    """Everything that can happen to the reminders of two people."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.channel = ScriptedChannel(during=self.looks)
        self.sender = Sender(self.database, self.clock, self.channel, self.still_due)
        self.done: set[uuid.UUID] = set()
        self.stopped: set[str] = set()
        self.reported: list[tuple[uuid.UUID, str, str]] = []
        self.planned = 0
        self.dies = False
        self.wrong: list[Exception] = []

    @initialize()
    def two_people(self) -> None:
        with self.database.writing() as session:
            for name in TABLES:
                session.execute(Base.metadata.tables[name].delete())
        people = People(self.database, self.clock)
        self.people = {people.reachable(number): number for number in NUMBERS}
        for person in (0, 1):
            self.plans(person, "diary_due", 0, 0, 400)
            self.plans(person, "assessment_due", 1, 0, 900)

    def still_due(self, _session: object, participant: uuid.UUID, *_what: str) -> Need:
        return Need.DONE if participant in self.done else Need.NEEDED

    # What the specification says, asked at the moment a message is handed over ------------------

    def looks(self, message: Message) -> None:
        """Look, and keep what is wrong: the sender takes every fault for one of the provider."""
        try:
            self.holds(message)
        except Exception as fault:
            self.wrong.append(fault)
        if self.dies:
            raise Killed

    def holds(self, message: Message) -> None:
        with self.database.reading() as session:
            row = session.scalars(
                select(OutboxMessage).where(OutboxMessage.attempt == message.attempt)
            ).one()
            other_tries = session.scalars(
                select(OutboxMessage).where(
                    OutboxMessage.phone_digest == row.phone_digest, OutboxMessage.id != row.id
                )
            ).all()
        now, number = self.clock.now, self.people[row.participant_id]
        assert row.state is State.SENDING
        assert number not in self.stopped
        assert row.participant_id not in self.done
        assert row.not_before <= now < row.expires_at
        assert NIGHT.next_allowed(now, CLOCK_THERE) <= now
        for other in other_tries:
            assert other.state is not State.SENDING
            if other.sending_at is not None:
                assert other.sending_at <= now - PAIR_SPACING
            if other.state is State.UNKNOWN:
                assert other.sending_at <= now - UNSETTLED

    def rows(self) -> dict[uuid.UUID, OutboxMessage]:
        return {row.id: row for row in self.sender.rows()}

    def step(self, work) -> None:
        """Do something, and hold what it changed against the table."""
        before = self.rows()
        with contextlib.suppress(Killed):
            work()
        if self.wrong:
            raise self.wrong[0]
        for key, row in self.rows().items():
            if key in before:
                was, is_now = before[key], row
                assert is_now.state in REACHED[was.state], f"{was.state} became {is_now.state}"
                if was.state in MAY_HAVE_ARRIVED and is_now.tries > was.tries:
                    raise AssertionError(f"sent again though {was.state}")

    # What can happen ----------------------------------------------------------------------------

    @rule(
        person=st.integers(0, 1),
        kind=st.sampled_from(KINDS),
        occurrence=st.integers(0, 2),
        minutes=st.sampled_from([-5, 0, 0, 1, 40]),
        lasts=st.sampled_from([20, 200, 400, 900]),
    )
    def plans(self, person, kind, occurrence, minutes, lasts) -> None:
        reminder = reminder_for(
            list(self.people)[person],
            kind,
            f"2026-11-1{occurrence}",
            at=self.clock.now + timedelta(minutes=minutes),
            lifetime=timedelta(minutes=lasts),
        )
        self.step(lambda: self.sender.plan(reminder))
        self.planned += 1

    @rule(minutes=st.sampled_from([0.05, 0.2, 1, 3, 16, 45, 180, 700]))
    def time_passes(self, minutes) -> None:
        self.clock.forward(minutes=minutes)

    @precondition(lambda self: self.planned)
    @rule(
        answer=st.sampled_from(["takes", "takes", "later", "never", "blocked", "silence", "dies"])
    )
    def sends(self, answer) -> None:
        self.channel.answers = [answers(answer) for _ in range(3)]
        self.dies = answer == "dies"
        begun = len(self.channel.sent)
        self.step(self.sender.deliver)
        if answer == "blocked":
            for message in self.channel.sent[begun:]:
                self.stopped.add(number_of(message))
        self._note_sids()

    @rule()
    def reconciles(self) -> None:
        self.step(self.sender.reconcile)

    @precondition(lambda self: self.reported)
    @rule(
        which=st.integers(0, 50),
        status=st.sampled_from(STATUSES),
        code=st.sampled_from(CODES),
        times=st.integers(1, 2),
    )
    def a_report_comes(self, which, status, code, times) -> None:
        attempt, sid, number = self.reported[which % len(self.reported)]
        failed = status in ("failed", "undelivered")

        def report() -> None:
            with self.database.writing() as session:
                outcome = record_receipt(
                    session,
                    attempt=attempt,
                    sid=sid,
                    status=status,
                    error_code=code if failed else "",
                    now=self.clock.now,
                )
            if failed and code == "63014" and outcome not in UNHEARD:
                self.stopped.add(number)

        for _ in range(times):
            self.step(report)

    @rule(person=st.integers(0, 1))
    def says_stop(self, person) -> None:
        number = NUMBERS[person]

        def stop() -> None:
            with self.database.writing() as session:
                opt_out_number(session, digest_of(session, number), self.clock.now, "keyword")

        self.step(stop)
        self.stopped.add(number)

    @rule(person=st.integers(0, 1))
    def takes_it_back(self, person) -> None:
        number = NUMBERS[person]

        def back() -> None:
            with self.database.writing() as session:
                opt_in_number(session, digest_of(session, number), self.clock.now)

        self.step(back)
        self.stopped.discard(number)

    @rule(person=st.integers(0, 1))
    def does_it(self, person) -> None:
        self.done ^= {list(self.people)[person]}

    def _note_sids(self) -> None:
        for row in self.rows().values():
            if row.attempt and row.sid:
                number = self.people[row.participant_id]
                entry = (row.attempt, row.sid, number)
                if entry not in self.reported:
                    self.reported.append(entry)

    # What holds at every moment -----------------------------------------------------------------

    @invariant()
    def each_reminder_is_one_row(self) -> None:
        rows = self.rows().values()
        counted = Counter((row.participant_id, row.kind, row.occurrence) for row in rows)
        assert set(counted.values()) <= {1}

    @invariant()
    def a_row_off_the_good_way_says_why(self) -> None:
        for row in self.rows().values():
            assert row.state in GOOD_WAY or row.reason


def answers(answer: str) -> Receipt | Exception:
    """Return what the provider, or the world, does with a message."""
    refusal = {
        "later": DeliveryFailed("rate_limited", retry=True, retry_after=timedelta(minutes=30)),
        "never": DeliveryFailed("outside_window"),
        "blocked": DeliveryFailed("opted_out", aftermath=Aftermath.OPTED_OUT),
        "silence": DeliveryUnknown("timeout"),
    }
    return refusal.get(answer) or Receipt(f"SM{uuid.uuid4().hex}", "queued")


def number_of(message: Message) -> str:
    """Return the number that a message goes to, as it is written here."""
    return next(number for number in NUMBERS if message.address.endswith(number[3:]))


def digest_of(session, number: str) -> str:
    """Return the keyed hash under which a number is known."""
    contacts = session.scalars(select(Contact)).all()
    return next(one.phone_digest for one in contacts if one.phone == number)


REACHED = through(TABLE)


def test_the_specification_names_every_state_and_ends_with_read():
    assert set(TABLE) | {State.READ} == set(State)
    assert State.READ not in TABLE


def test_no_history_leaves_the_specification(sqlite_database, monkeypatch):
    monkeypatch.setattr(Outbox, "database", sqlite_database, raising=False)
    run_state_machine_as_test(
        Outbox,
        settings=settings(max_examples=600 if LONG else 60, stateful_step_count=40, deadline=None),
    )
