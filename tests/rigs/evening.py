"""An evening of patients: they write diaries, answer questions and launch, each in a tab.

Whoever gets no answer sends the same again, as the page's script does.
"""

import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text, update

from lti.launch import sessions
from lti.models import LtiContext, LtiUser, Platform
from modules.services import care
from modules.study.days import today_for
from notifications import outbox
from notifications.rules import Reminder
from plugin import platforms
from plugin.database import known_revisions
from plugin.tool import Tool, utc_now
from tests import factories
from tests.factories import PROPOSED, Clinic, launch_session
from tests.lti.simulated_platform import Moodle
from tests.rigs.installation import PATIENCE_S, Answer, Installation, cookie_of

ROUNDS = 2
"""Each person does everything so often at least."""
DAY_OF_STUDY = 14
"""The visit of the second week is due."""
QUESTION = "/questions/week_2/odi"
ANNOUNCED = "reply_waiting"


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
            self.write(person, number)
            self.answer(person, number)
            self.launch(person)

    def write(self, person: Person, number: int) -> None:
        key = str(uuid.uuid4())
        fields = {"client_key": key, "minutes": str(number % 60), "pain_before_mm": "40"}
        self._insist(f"/t/{person.ref}/diary/{person.day}", fields, person)
        person.diaries[key] = number % 60

    def answer(self, person: Person, number: int) -> None:
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

    def launch(self, person: Person) -> None:
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


def invite(tool: Tool, moodle: Moodle, number: int) -> tuple[str, list[Person]]:
    """Fill an empty database: a care programme on a platform, and participants with an open tab.

    Returns the course as the platform names it, and the people.
    """
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
        people = [_person(session, clinic, each) for each in range(number)]
        return session.get_one(LtiContext, clinic.course_id).context_id, people


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
