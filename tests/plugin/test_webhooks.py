"""What is believed of a call that says it is Twilio's, and what is answered."""

import logging
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from modules.records.crypto import Keyring, install_keyring
from modules.records.db import Base, Database
from notifications.channels.whatsapp import CHANNEL
from notifications.models import OutboxEvent, State
from plugin import webhooks
from plugin.demo.twilio.network import signature
from plugin.demo.twilio.records import Script
from plugin.demo.twilio.server import serving
from plugin.demo.twilio.service import FakeTwilio
from tests.notifications.conftest import TABLES
from tests.notifications.outbox_kit import (
    ACCOUNT,
    PHONE,
    RULES,
    SENDER,
    TOKEN,
    Clock,
    People,
    Sender,
    reminder_for,
    settings_for,
)

PUBLIC = "https://columna.example.org"
INBOUND = "/webhooks/twilio/inbound"
SID = "SM" + "a" * 32
ATTEMPT = uuid.UUID(int=5)
STATUS = f"/webhooks/twilio/status/{ATTEMPT}"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    install_keyring(Keyring(["k" * 32]))
    made = Database(f"sqlite:///{tmp_path / 'hooks.sqlite3'}")
    Base.metadata.create_all(made.engine, [Base.metadata.tables[name] for name in TABLES])
    yield made
    made.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings() -> dict[str, str]:
    return {
        "public_url": PUBLIC,
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_whatsapp_sender": SENDER,
    }


@pytest.fixture
def client(database: Database, settings: dict[str, str], clock: Clock) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(webhooks.create_blueprint(database, settings, RULES, clock))
    return app.test_client()


def status_fields(**changes: str) -> dict[str, str]:
    made = {
        "AccountSid": ACCOUNT,
        "From": f"whatsapp:{SENDER}",
        "To": "whatsapp:+5215551234567",
        "MessageSid": SID,
        "MessageStatus": "delivered",
    }
    return {**made, **changes}


def inbound_fields(**changes: str) -> dict[str, str]:
    made = {
        "AccountSid": ACCOUNT,
        "From": "whatsapp:+5215551234567",
        "To": f"whatsapp:{SENDER}",
        "MessageSid": SID,
        "Body": "BAJA",
    }
    return {**made, **changes}


def posted(
    client: FlaskClient,
    path: str,
    fields: Mapping[str, str],
    *,
    signed: str | None = None,
    body: bytes | None = None,
    content_type: str = webhooks.FORM,
) -> TestResponse:
    sig = signature(TOKEN, PUBLIC + path, fields) if signed is None else signed
    return client.post(
        path,
        data=urlencode(fields).encode() if body is None else body,
        content_type=content_type,
        headers={"X-Twilio-Signature": sig} if sig else {},
    )


def written(sender: Sender) -> int:
    return sender.count("outbox_events") + sender.count("inbound_messages")


@pytest.fixture
def sender(database: Database, clock: Clock) -> Sender:
    return Sender(database, clock, CHANNEL)  # type: ignore[arg-type] - nothing is sent here


class TestABelievedCall:
    def test_status_is_answered_without_words(self, client: FlaskClient, sender: Sender):
        assert posted(client, STATUS, status_fields()).status_code == 204
        assert sender.count("outbox_events") == 1

    def test_case_51_new_fields_are_no_fault(self, client: FlaskClient):
        fields = status_fields(SomethingNew="1", MessageStatus="teleported")
        assert posted(client, STATUS, fields).status_code == 204

    def test_a_sign_that_a_database_cannot_keep_is_left_out(
        self, client: FlaskClient, database: Database, sender: Sender
    ):
        fields = status_fields(MessageStatus="failed", ErrorCode="\x00" + "63016")
        assert posted(client, STATUS, fields).status_code == 204
        with database.reading() as session:
            assert session.scalars(select(OutboxEvent.error_code)).all() == ["63016"]

    def test_inbound_is_answered_in_twiml(self, client: FlaskClient):
        answer = posted(client, INBOUND, inbound_fields())
        assert (answer.status_code, answer.mimetype) == (200, "text/xml")
        assert "<Message>Listo" in answer.text

    def test_case_48_an_old_call_again_changes_nothing_and_is_not_answered(
        self, client: FlaskClient, sender: Sender
    ):
        posted(client, INBOUND, inbound_fields())
        again = posted(client, INBOUND, inbound_fields())
        assert again.text == webhooks.SILENCE
        assert sender.count("inbound_messages") == 1

    def test_case_54_the_next_token_counts_too(
        self, database: Database, settings: dict[str, str], clock: Clock
    ):
        settings["twilio_auth_token"] = f"{'o' * 32},{TOKEN}"
        app = Flask(__name__)
        app.register_blueprint(webhooks.create_blueprint(database, settings, RULES, clock))
        assert posted(app.test_client(), STATUS, status_fields()).status_code == 204

    def test_a_query_is_part_of_what_is_signed(self, client: FlaskClient):
        assert posted(client, STATUS + "?a=1&b=%20", status_fields()).status_code == 204

    def test_the_address_is_ours_whatever_the_request_says(self, client: FlaskClient):
        answer = client.post(
            STATUS,
            base_url="http://10.0.0.7:8000",
            data=status_fields(),
            headers={
                "X-Twilio-Signature": signature(TOKEN, PUBLIC + STATUS, status_fields()),
                "X-Forwarded-Host": "evil.example",
            },
        )
        assert answer.status_code == 204

    def test_a_message_sent_before_the_tool_moved_reports_to_its_former_address(
        self, database: Database, settings: dict[str, str], clock: Clock
    ):
        app, former = Flask(__name__), "https://old.example"
        views = webhooks.create_blueprint(database, settings, RULES, clock, (former,))
        app.register_blueprint(views)
        signed = signature(TOKEN, former + STATUS, status_fields())
        answer = posted(app.test_client(), STATUS, status_fields(), signed=signed)
        assert answer.status_code == 204


class TestACallThatIsNotBelieved:
    @pytest.mark.parametrize(
        "signed",
        ["", "nonsense", signature("0" * 32, PUBLIC + STATUS, status_fields())],
        ids=["missing", "nonsense", "wrong token"],
    )
    def test_case_47_without_our_signature(self, client: FlaskClient, sender: Sender, signed: str):
        assert posted(client, STATUS, status_fields(), signed=signed).status_code == 403
        assert written(sender) == 0

    @pytest.mark.parametrize("address", ["http://columna.example.org", "https://evil.example"])
    def test_case_47_signed_for_another_address(
        self, client: FlaskClient, sender: Sender, address: str
    ):
        signed = signature(TOKEN, address + STATUS, status_fields())
        assert posted(client, STATUS, status_fields(), signed=signed).status_code == 403
        assert written(sender) == 0

    @pytest.mark.parametrize(
        ("path", "fields"),
        [
            (STATUS, status_fields(AccountSid="AC" + "2" * 32)),
            (STATUS, status_fields(From="whatsapp:+15005550006")),
            (INBOUND, inbound_fields(AccountSid="AC" + "2" * 32)),
            (INBOUND, inbound_fields(To="whatsapp:+15005550006")),
        ],
    )
    def test_case_47_of_another_account_or_sender(
        self, client: FlaskClient, sender: Sender, path: str, fields: dict[str, str]
    ):
        assert posted(client, path, fields).status_code == 403
        assert written(sender) == 0

    @pytest.mark.parametrize("path", [STATUS, INBOUND])
    @pytest.mark.parametrize("method", ["get", "put", "delete"])
    def test_case_47_with_another_method(self, client: FlaskClient, path: str, method: str):
        assert getattr(client, method)(path).status_code == 405

    @pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "text/plain", ""])
    def test_case_47_of_another_content_type(self, client: FlaskClient, sender: Sender, kind: str):
        answer = posted(client, INBOUND, inbound_fields(), content_type=kind)
        assert answer.status_code == 415
        assert written(sender) == 0

    def test_case_50_of_a_megabyte(self, client: FlaskClient):
        fields = inbound_fields(Body="x" * 1_000_000)
        assert posted(client, INBOUND, fields).status_code == 413

    def test_case_50_of_ten_thousand_fields(self, client: FlaskClient):
        fields = inbound_fields(**{f"f{n}": "" for n in range(5_000)})
        assert posted(client, INBOUND, fields).status_code in (400, 413)

    @pytest.mark.parametrize("body", [b"Body=%ff%fe", b"\xff\xfe=1"])
    def test_case_50_with_broken_text(self, client: FlaskClient, body: bytes):
        assert posted(client, INBOUND, {}, body=body).status_code == 400

    def test_without_an_id(self, client: FlaskClient):
        assert posted(client, STATUS, status_fields(MessageSid="")).status_code == 400

    def test_with_an_address_that_is_no_id_of_ours(self, client: FlaskClient):
        assert posted(client, "/webhooks/twilio/status/1", status_fields()).status_code == 404

    def test_while_twilio_is_not_set_up(self, database: Database, clock: Clock):
        app = Flask(__name__)
        app.register_blueprint(
            webhooks.create_blueprint(database, {"public_url": PUBLIC}, RULES, clock)
        )
        signed = signature("", PUBLIC + STATUS, status_fields())
        answer = posted(app.test_client(), STATUS, status_fields(), signed=signed)
        assert answer.status_code == 403

    def test_is_logged_without_its_words(
        self, client: FlaskClient, caplog: pytest.LogCaptureFixture
    ):
        with caplog.at_level(logging.DEBUG):
            posted(client, INBOUND, inbound_fields(Body="me siento mal"), signed="x")
        assert "refused" in caplog.text
        assert "siento" not in caplog.text
        assert "5551234567" not in caplog.text


def test_case_52_a_database_that_is_away_asks_twilio_to_try_again(
    client: FlaskClient, database: Database
):
    def away(*_: object) -> None:
        raise OperationalError("begin", {}, Exception("away"))

    event.listen(database.engine, "before_cursor_execute", away)
    answer = posted(client, STATUS, status_fields())
    event.remove(database.engine, "before_cursor_execute", away)
    assert answer.status_code == 503
    assert posted(client, STATUS, status_fields()).status_code == 204


class TestTheWholeCircle:
    """The real channel, the stand-in for Twilio, and these addresses."""

    @pytest.fixture
    def twilio(self, clock: Clock, client: FlaskClient) -> FakeTwilio:
        def post(url: str, body: str, headers: Mapping[str, str]) -> str:
            path = url.removeprefix(PUBLIC)
            return client.post(path, data=body, headers=dict(headers)).text

        return FakeTwilio(
            account_sid=ACCOUNT, auth_token=TOKEN, sender=SENDER, clock=clock, post=post
        )

    @pytest.fixture
    def sender(self, database: Database, clock: Clock, twilio: FakeTwilio) -> Iterator[Sender]:
        with serving(twilio) as url:
            yield Sender(database, clock, CHANNEL.build(settings_for(twilio, url)))

    @pytest.fixture
    def people(self, database: Database, clock: Clock) -> People:
        return People(database, clock)

    @pytest.mark.parametrize(
        ("script", "state"),
        [
            (Script(), State.DELIVERED),
            (Script(("read", "sent", "delivered"), copies=3), State.READ),
            (Script(before_answer=True), State.DELIVERED),
            (Script(lost=True), State.SENT),
            (Script(forged=True), State.SENT),
        ],
        ids=["plain", "disordered", "before the answer", "lost", "forged"],
    )
    def test_a_reminder_is_shown_once_however_the_callbacks_behave(
        self, sender: Sender, people: People, twilio: FakeTwilio, script: Script, state: State
    ):
        twilio.script = script
        sender.plan(reminder_for(people.reachable()))
        sender.deliver()
        twilio.settle()
        assert len(twilio.ledger) == 1
        assert sender.row().state is state

    def test_case_49_a_signed_report_about_another_message_is_refused(
        self, sender: Sender, people: People, client: FlaskClient
    ):
        sender.plan(reminder_for(people.reachable()))
        sender.deliver()
        path = f"/webhooks/twilio/status/{sender.row().attempt}"
        assert posted(client, path, status_fields(MessageStatus="failed")).status_code == 403
        assert sender.row().state is State.SENT

    def test_baja_on_the_telephone_ends_it(
        self, sender: Sender, people: People, twilio: FakeTwilio
    ):
        patient = people.reachable()
        sender.plan(reminder_for(patient))
        twilio.patient_writes(PUBLIC + INBOUND, PHONE, "BAJA")
        sender.deliver()
        twilio.settle()
        assert ["ya no recibirás" in shown.text for shown in twilio.ledger] == [True]
