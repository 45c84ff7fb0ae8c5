"""An evening in which server and worker are killed again and again: acknowledged is saved.

The worker sends what is due meanwhile. Short: a few kills on each engine; in the long profile five
minutes of them on each. COLUMNA_EVENING_SEED=n kills at the moments of a seed.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from sqlalchemy import select

from lti.models import LaunchSession
from modules.records.models import Assessment, DiaryEntry
from notifications.models import OutboxMessage, State
from plugin.tool import utc_now
from tests.conftest import LONG
from tests.lti.simulated_platform import KeyServer, Moodle
from tests.rigs.evening import ANNOUNCED, Evening, Person, invite
from tests.rigs.installation import PATIENCE_S, Installation

PEOPLE = 40
KILLS = 2
LASTS_S = 300.0 if LONG else 0.0
SEED = int(os.environ.get("COLUMNA_EVENING_SEED", "1"))
ARRIVED = (State.SENT, State.DELIVERED)


@pytest.fixture
def evening(database, make_tool, clock, tmp_path) -> Iterator[Evening]:
    """Forty participants of a care programme, each with a tab and a reply that waits for them."""
    clock.moment = utc_now()  # the processes have the real clock
    tool, moodle = make_tool(database), Moodle(KeyServer())
    context, people = invite(tool, moodle, PEOPLE)
    installation = Installation(tool.settings.database_url, tmp_path)
    yield Evening(installation, moodle, context, people)
    installation.kill_server()
    installation.kill_worker()


def kill_again_and_again(evening: Evening) -> int:
    """Kill the server at random moments, and once the worker while it sends; return how often."""
    random, until, kills = Random(SEED), time.monotonic() + LASTS_S, 0
    evening.installation.start_worker()
    while kills < KILLS or time.monotonic() < until:
        time.sleep(random.uniform(0.3, 6.0 if LONG else 1.5))
        evening.installation.kill_server()
        if kills == 1:
            wait_until(lambda: len(messages(evening)) > random.randrange(PEOPLE // 2))
        if kills % 2:
            evening.installation.kill_worker()
            evening.installation.start_worker()
        evening.installation.start_server()
        kills += 1
    evening.over.set()
    return kills


def wait_until(holds: Callable[[], bool]) -> bool:
    """Wait until something holds; say whether it does."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.01)
    return False


def messages(evening: Evening) -> list[str]:
    """Return to whom a reply was announced, each time it was."""
    if not evening.installation.sink.exists():
        return []
    lines = evening.installation.sink.read_text("utf-8").splitlines()
    said = [json.loads(line) for line in lines]
    return [one["to"] for one in said if one["kind"] == ANNOUNCED]


def test_what_was_acknowledged_is_there_once_and_nothing_is_sent_twice(evening, database):
    evening.installation.start_server()
    with ThreadPoolExecutor(PEOPLE + 1) as threads:
        killing = threads.submit(kill_again_and_again, evening)
        list(threads.map(evening.live, evening.people))
    said = f"seed {SEED}, {killing.result()} kills, {evening.statuses}"
    assert wait_until(lambda: all_tried(database)), evening.installation.log()[-3000:]
    evening.installation.kill_server()
    evening.installation.kill_worker()

    assert evening.statuses[None] > 0, "nothing was interrupted: the test proved nothing"
    assert set(evening.statuses) <= {302, 303, 429, 503, None}, said
    assert sum(len(person.launches) for person in evening.people) > 0, said
    with database.reading() as session:
        for person in evening.people:
            assert diaries_of(session, person) == person.diaries, said
            assert answers_of(session, person) == person.answers, said
        refs = Counter(session.scalars(select(LaunchSession.ref)))
        states = states_of(session)
    assert all(refs[ref] == 1 for person in evening.people for ref in person.launches), said
    check_outbox(evening, states)


def diaries_of(session, person: Person) -> dict[str, int]:
    """Return the minutes of every entry; an entry that is there twice makes it fail."""
    rows = session.scalars(
        select(DiaryEntry).where(DiaryEntry.participant_id == person.participant_id)
    ).all()
    assert all(row.pain_before_mm == 40 for row in rows)
    assert len({row.client_key for row in rows}) == len(rows)
    assert sum(row.superseded_at is None for row in rows) == 1
    return {str(row.client_key): row.minutes for row in rows}


def answers_of(session, person: Person) -> dict[str, int]:
    """Return the answers of the one form that was begun."""
    of_person = Assessment.participant_id == person.participant_id
    return session.scalars(select(Assessment).where(of_person)).one().answers


def states_of(session) -> Counter[State]:
    """Return what became of the announcements."""
    of_kind = select(OutboxMessage.state).where(OutboxMessage.kind == ANNOUNCED)
    return Counter(session.scalars(of_kind))


def all_tried(database) -> bool:
    """Say whether no announcement waits any more."""
    with database.reading() as session:
        return State.PLANNED not in states_of(session)


def check_outbox(evening: Evening, states: Counter[State]) -> None:
    """Nobody was written to twice; whoever was not, their message is not called sent."""
    written = Counter(messages(evening))
    assert set(written.values()) == {1}
    sent = sum(states[state] for state in ARRIVED)
    assert sent <= len(written) <= sent + states[State.SENDING] + states[State.UNKNOWN]
    assert sum(states.values()) == PEOPLE
