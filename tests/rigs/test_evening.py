"""An evening in which server and worker are killed again and again: acknowledged is saved.

Patients write diaries, answer questions and launch while the worker sends what is due. Whoever gets
no answer sends the same again, as the page's script does. Short: a few kills on each engine; in the
long profile five minutes of them on each. COLUMNA_EVENING_SEED=n kills at the moments of a seed.
"""

import json
import os
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, text, update

from lti.launch import sessions
from lti.models import LaunchSession, LtiContext, LtiUser, Platform
from modules.records.models import Assessment, DiaryEntry
from modules.services import care
from modules.study.days import today_for
from notifications import outbox
from notifications.models import OutboxMessage, State
from notifications.rules import Reminder
from plugin import platforms
from plugin.database import known_revisions
from plugin.tool import Tool, utc_now
from tests import factories
from tests.conftest import LONG
from tests.factories import PROPOSED, Clinic, launch_session
from tests.lti.simulated_platform import KeyServer, Moodle
from tests.rigs.installation import Answer, Installation, cookie_of

PEOPLE = 40
ROUNDS = 2
"""Each person does everything so often at least."""
KILLS = 3
LASTS_S = 300.0 if LONG else 0.0
SEED = int(os.environ.get("COLUMNA_EVENING_SEED", "1"))
PATIENCE_S = 120.0
DAY_OF_STUDY = 14
"""The visit of the second week is due."""
QUESTION = "/questions/week_2/odi"
ANNOUNCED = "reply_waiting"
ARRIVED = (State.SENT, State.DELIVERED)


@dataclass
class Person:
    """Somebody with an open tab, and what the tool has acknowledged to them."""

    participant_id: uuid.UUID
    subject: str
    phone: str
    ref: str
    secret: str
    token: str
    day: str
    diaries: dict[str, int] = field(default_factory=dict)
    """Minutes by the key of the form."""
    answers: dict[str, int] = field(default_factory=dict)
    launches: list[str] = field(default_factory=list)


@dataclass
class Evening:
    """The installation, its platform, its people; counts what was answered."""

    installation: Installation
    moodle: Moodle
    context: str
    people: list[Person]
    over: threading.Event = field(default_factory=threading.Event)
    statuses: Counter[int | None] = field(default_factory=Counter)

    def live(self, person: Person) -> None:
        """Do everything again and again until the evening is over."""
        number = 0
        while number < ROUNDS or not self.over.is_set():
            number += 1
            self._write(person, number)
            self._answer(person, number)
            self._launch(person)

    def _write(self, person: Person, number: int) -> None:
        key = str(uuid.uuid4())
        fields = {"client_key": key, "minutes": str(number % 60), "pain_before_mm": "40"}
        self._insist(f"/t/{person.ref}/diary/{person.day}", fields, person)
        person.diaries[key] = number % 60

    def _answer(self, person: Person, number: int) -> None:
        place, value = str(1 + number % 9), number % 6
        fields = {"q": place, f"q{place}": str(value)}
        self._insist(f"/t/{person.ref}{QUESTION}", fields, person)
        person.answers[f"q{place}"] = value

    def _insist(self, path: str, fields: dict[str, str], person: Person) -> None:
        """Send the same until it is acknowledged."""
        form = {"csrf_token": person.token, **fields}
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            answer = self._post(path, form, cookie_of(person.ref, person.secret))
            if answer is not None and answer.status == 303:
                return
            time.sleep(0.05)
        pytest.fail(f"{path} was never acknowledged: {self.statuses}")

    def _launch(self, person: Person) -> None:
        """Launch once; one that is cut off leaves nothing to insist on."""
        target = f"{self.installation.url}/lti/launch"
        asked = {
            "iss": self.moodle.issuer,
            "target_link_uri": target,
            "login_hint": person.subject,
            "lti_message_hint": "x",
            "client_id": self.moodle.client_id,
            "lti_deployment_id": "1",
        }
        login = self._post("/lti/login", asked)
        if login is None or login.status != 302:
            return
        sent = {name: found[0] for name, found in parse_qs(urlsplit(login.location).query).items()}
        claims = self.moodle.claims(sent["nonce"], time.time(), target, sub=person.subject)
        claims |= {key: {"id": self.context} for key in claims if key.endswith("/context")}
        form = {"id_token": self.moodle.sign(claims), "state": sent["state"]}
        launch = self._post("/lti/launch", form, "; ".join(login.cookies))
        if launch is not None and launch.status in (302, 303):
            person.launches.append(urlsplit(launch.location).path.split("/")[2])

    def _post(self, path: str, fields: dict[str, str], cookie: str = "") -> Answer | None:
        answer = self.installation.post(path, fields, cookie)
        self.statuses[answer and answer.status] += 1
        return answer


@pytest.fixture
def moodle() -> Moodle:
    return Moodle(KeyServer())


@pytest.fixture
def evening(database, make_tool, clock, tmp_path, moodle) -> Iterator[Evening]:
    """Forty participants of a care programme, each with a tab and a reply that waits for them."""
    clock.moment = utc_now()  # the processes have the real clock
    tool = make_tool(database)
    platforms.prepare(tool)
    clinic = Clinic(tool, protocol_key="care", study_key="care")
    with clinic.writing() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        (head,) = known_revisions()[0]
        session.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
        known = update(Platform).values(
            issuer=moodle.issuer, client_id=moodle.client_id, jwks_url=moodle.jwks_url
        )
        session.execute(known)
        people = [_person(session, clinic, number) for number in range(PEOPLE)]
        context = session.get_one(LtiContext, clinic.course_id).context_id
    installation = Installation(tool, tmp_path)
    yield Evening(installation, moodle, context, people)
    installation.kill_server()
    installation.kill_worker()


def _person(session, clinic: Clinic, number: int) -> Person:
    now = clinic.tool.now()
    zone = zone_where_it_is_noon()
    today = today_for(now, zone)
    one = clinic.enrolled(session, day_one=today - timedelta(days=DAY_OF_STUDY - 1))
    session.get_one(factories.Participant, one.participant_id).time_zone = zone
    phone = f"+52 55 0000 {number:04}"
    factories.contact(session, one.participant_id, phone)
    _reply(session, clinic.tool, one.participant_id, today)
    secret = uuid.uuid4().hex
    opened = launch_session(session, one, PROPOSED["patient"], secret, now)
    subject = session.get_one(LtiUser, one.lti_user_id).subject
    token = sessions.csrf_token(opened)
    return Person(one.participant_id, subject, phone, opened.ref, secret, token, today.isoformat())


def zone_where_it_is_noon() -> str:
    """Return a zone in which nothing waits for the morning now."""
    ahead = 12 - utc_now().hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def _reply(session, tool: Tool, participant_id: uuid.UUID, today) -> None:
    """Write a reply, and plan its announcement for now."""
    sent = care.Reply(None, "muy bien", None, uuid.uuid4())
    by, now = uuid.UUID(int=5), tool.now()
    key = care.reply(session, participant_id, sent, tool.curriculum, by, now)
    due = Reminder(
        participant_id=participant_id,
        kind=ANNOUNCED,
        occurrence=key.hex,
        not_before=now - timedelta(minutes=1),
        expires_at=now + timedelta(hours=3),
        on=today,
        variables={"date": today.isoformat()},
    )
    outbox.plan(session, [due], now)


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
    assert set(evening.statuses) <= {302, 303, 503, None}, said
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
