"""The tools of the outbox tests: people, reminders, a sender, a channel that does as told."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from modules.records.db import Database
from modules.records.models import Participant, ParticipantStatus, Study
from notifications.channel import Channel, Message, Receipt, Sought
from notifications.hours import QuietHours
from notifications.inbound import ReplyRules
from notifications.kinds import KINDS
from notifications.messages import numbered_template
from notifications.models import OutboxMessage
from notifications.outbox import ConsentGiven, Need, deliver, opt_in, plan, reconcile
from notifications.rules import Reminder
from plugin.demo.twilio.service import FakeTwilio

ACCOUNT = "AC" + "1" * 32
TOKEN = "t" * 32
SENDER = "+5215500000001"
PHONE = "+525551234567"
LINK = "https://campus.example.mx"
RULES = ReplyRules("911", lambda trigger, language: f"{trigger} in {language}", lambda *_told: None)
"""Says the code of what cannot wait, and tells nobody."""
NIGHT = QuietHours(time(21), time(8))
EVENING = datetime(2026, 11, 13, 0, 5, tzinfo=UTC)
"""Thursday 12 November 2026, 18:05 in Mexico City."""


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: datetime = EVENING

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class People:
    """Makes participants who can be written to."""

    database: Database
    clock: Clock
    study_id: uuid.UUID | None = None

    def participant(self, time_zone: str = "America/Mexico_City") -> uuid.UUID:
        """A participant without any consent."""
        with self.database.writing() as session:
            if self.study_id is None:
                study = Study(
                    key=f"s{uuid.uuid4().hex[:8]}", protocol_key="care", created_at=self.clock.now
                )
                session.add(study)
                session.flush()
                self.study_id = study.id
            person = Participant(
                study_id=self.study_id,
                code=uuid.uuid4().hex[:8],
                status=ParticipantStatus.ACTIVE,
                enrolled_on=date(2026, 11, 2),
                day_one=date(2026, 11, 2),
                time_zone=time_zone,
            )
            session.add(person)
            session.flush()
            return person.id

    def reachable(
        self,
        phone: str = PHONE,
        *,
        channel: str = "whatsapp",
        language: str = "es_MX",
        time_zone: str = "America/Mexico_City",
    ) -> uuid.UUID:
        """A participant with an open consent."""
        participant_id = self.participant(time_zone)
        self.consent(participant_id, phone, channel=channel, language=language)
        return participant_id

    def consent(
        self,
        participant_id: uuid.UUID,
        phone: str = PHONE,
        *,
        channel: str = "whatsapp",
        language: str = "es_MX",
    ) -> None:
        """Open a consent for this number."""
        given = ConsentGiven("v1", self.clock.now, "participant")
        with self.database.writing() as session:
            opt_in(
                session, participant_id, phone, channel=channel, language=language, consent=given
            )


def reminder_for(
    participant_id: uuid.UUID,
    kind: str = "diary_due",
    occurrence: str = "2026-11-12",
    *,
    at: datetime = EVENING - timedelta(minutes=5),
    lifetime: timedelta = timedelta(hours=3),
) -> Reminder:
    """A reminder that is due in the evening of the tests."""
    return Reminder(
        participant_id=participant_id,
        kind=kind,
        occurrence=occurrence,
        not_before=at,
        expires_at=at + lifetime,
        on=date(2026, 11, 12),
        variables={"date": "2026-11-12"},
    )


def needed(_session: Session, _participant: uuid.UUID, _kind: str, _occurrence: str) -> Need:
    """Everything is still to be done."""
    return Need.NEEDED


@dataclass
class ScriptedChannel:
    """A channel that answers as it is told: a receipt, or an exception to raise."""

    key: str = "whatsapp"
    answers: list[Receipt | Exception | None] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    found: list[Receipt] = field(default_factory=list)
    reports: dict[str, tuple[str, str]] = field(default_factory=dict)
    during: Callable[[Message], None] | None = None

    def send(self, message: Message) -> Receipt:
        self.sent.append(message)
        if self.during:
            self.during(message)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer or Receipt(f"SM{uuid.uuid4().hex}", "queued")

    def search(self, sought: Sought) -> list[Receipt]:
        return list(self.found)

    def status(self, sid: str) -> tuple[str, str] | None:
        return self.reports.get(sid)


@dataclass
class Sender:
    """A sender with its channel, clock and database."""

    database: Database
    clock: Clock
    channel: Channel
    still_due: Callable[..., Need] = needed
    quiet: QuietHours = NIGHT

    def plan(self, *reminders: Reminder) -> int:
        with self.database.writing() as session:
            return plan(session, reminders, self.clock.now)

    def deliver(self) -> dict[str, int]:
        channels = {self.channel.key: self.channel}
        tally = deliver(
            self.database,
            channels,
            self.still_due,
            self.clock,
            quiet_hours=lambda _session, _participant: self.quiet,
            link=LINK,
        )
        return {name: count for name, count in tally.items() if count}

    def reconcile(self) -> dict[str, int]:
        tally = reconcile(self.database, {self.channel.key: self.channel}, self.clock)
        return {name: count for name, count in tally.items() if count}

    def rows(self) -> list[OutboxMessage]:
        with self.database.reading() as session:
            query = select(OutboxMessage).order_by(OutboxMessage.planned_at, OutboxMessage.kind)
            return list(session.scalars(query))

    def row(self) -> OutboxMessage:
        (only,) = self.rows()
        return only

    def count(self, table: str) -> int:
        with self.database.reading() as session:
            return int(session.execute(text(f"select count(*) from {table}")).scalar_one())


def settings_for(twilio: FakeTwilio, url: str) -> dict[str, str]:
    """The settings of the WhatsApp channel, pointed at a fake that has all our templates."""
    from_kinds = {
        f"{kind}.{language}": twilio.add_template(numbered_template(kind, language))
        for kind in KINDS
        for language in ("es", "en")
    }
    return {
        "public_url": "https://columna.example.org",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_whatsapp_sender": SENDER,
        "twilio_templates": ",".join(f"{name}={sid}" for name, sid in from_kinds.items()),
        "twilio_api_base": url,
        "twilio_timeout": "2",
    }
