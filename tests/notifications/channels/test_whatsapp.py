"""The WhatsApp channel against the stand-in for Twilio, over a real socket."""

import logging
import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from notifications.channel import (
    Aftermath,
    Channel,
    DeliveryFailed,
    DeliveryUnknown,
    Message,
    send_through,
)
from notifications.channels.whatsapp import CHANNEL, signature_is_valid
from notifications.messages import reminder
from notifications.models import State
from plugin.demo.twilio.answers import Fault
from plugin.demo.twilio.network import signature
from plugin.demo.twilio.service import FakeTwilio
from tests.notifications.channels.test_console import MESSAGE
from tests.notifications.outbox_kit import (
    LINK,
    PHONE,
    Clock,
    People,
    Sender,
    reminder_for,
    settings_for,
)


def message(name: str = "Ana", **changes: object) -> Message:
    words = reminder("diary_due", "es_MX", {"date": "2026-11-12"}, link=LINK, first_name=name)
    made = replace(MESSAGE, text=words.text, values=words.values)
    return replace(made, **changes)  # type: ignore[arg-type]


class TestAGoodSend:
    def test_reaches_the_telephone_with_exactly_our_words(
        self, whatsapp: Channel, twilio: FakeTwilio
    ):
        send_through(whatsapp, message())
        twilio.settle()
        (shown,) = twilio.ledger
        assert (shown.number, shown.text) == (PHONE, message().text)

    def test_asks_for_callbacks_under_our_own_id(self, whatsapp: Channel, twilio: FakeTwilio):
        receipt = send_through(whatsapp, message())
        callback = twilio.messages[receipt.sid].private_callback
        assert callback == (
            f"https://columna.example.org/webhooks/twilio/status/{MESSAGE.attempt}#rc=5&rp=all"
        )

    def test_uses_an_api_key_when_there_is_one(self, twilio: FakeTwilio, whatsapp: Channel):
        twilio.api_keys["SK" + "2" * 32] = "secret"
        settings = {
            **settings_for(twilio, whatsapp._http._base.geturl()),  # type: ignore[attr-defined]
            "twilio_api_key_sid": "SK" + "2" * 32,
            "twilio_api_key_secret": "secret",
        }
        assert CHANNEL.build(settings).send(message()).status == "queued"

    def test_case_68_nothing_of_it_is_logged_by_the_library(
        self, whatsapp: Channel, caplog: pytest.LogCaptureFixture
    ):
        with caplog.at_level(logging.INFO):
            send_through(whatsapp, message())
        assert "5551234567" not in caplog.text


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "reason", "aftermath"),
        [
            ({"address": "hello"}, "invalid_number", Aftermath.BAD_NUMBER),
            ({"values": {"1": "Ana"}}, "template_refused", Aftermath.PARK_TEMPLATE),
            ({"kind": "unheard_of"}, "no_template", Aftermath.PARK_TEMPLATE),
        ],
    )
    def test_are_told_apart(
        self, whatsapp: Channel, changes: dict[str, object], reason: str, aftermath: Aftermath
    ):
        with pytest.raises(DeliveryFailed) as refusal:
            send_through(whatsapp, message(**changes))
        assert (refusal.value.reason, refusal.value.aftermath) == (reason, aftermath)

    def test_a_telephone_that_said_stop_to_twilio_is_an_opt_out(
        self, whatsapp: Channel, twilio: FakeTwilio
    ):
        twilio.telephone(PHONE).said_stop_to_twilio = True
        with pytest.raises(DeliveryFailed) as refusal:
            send_through(whatsapp, message())
        assert refusal.value.aftermath is Aftermath.OPTED_OUT

    def test_case_10_wrong_credentials_stop_the_queue(self, whatsapp: Channel, twilio: FakeTwilio):
        twilio.faults[1] = Fault.CREDENTIALS
        with pytest.raises(DeliveryFailed) as refusal:
            send_through(whatsapp, message())
        assert refusal.value.aftermath is Aftermath.STOP_QUEUE

    @pytest.mark.parametrize(("asked", "waited"), [(7, 7), (10**7, 3600)])
    def test_case_06_too_many_requests_may_be_tried_again_when_twilio_says(
        self, whatsapp: Channel, twilio: FakeTwilio, asked: int, waited: int
    ):
        twilio.faults[1] = Fault.TOO_MANY
        twilio.retry_after = asked
        with pytest.raises(DeliveryFailed) as refusal:
            send_through(whatsapp, message())
        assert refusal.value.retry
        assert refusal.value.retry_after == timedelta(seconds=waited)

    def test_case_06_without_a_word_from_twilio_the_pause_grows_by_itself(
        self, whatsapp: Channel, twilio: FakeTwilio
    ):
        twilio.faults[1] = Fault.TOO_MANY
        with pytest.raises(DeliveryFailed) as refusal:
            send_through(whatsapp, message())
        assert (refusal.value.retry, refusal.value.retry_after) == (True, None)

    def test_case_09_a_connection_that_was_never_made_may_be_tried_again(self, twilio: FakeTwilio):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
        channel = CHANNEL.build(settings_for(twilio, nobody))
        with pytest.raises(DeliveryFailed) as refusal:
            send_through(channel, message())
        assert (refusal.value.reason, refusal.value.retry) == ("unreachable", True)

    def test_case_36_an_allow_list_keeps_everybody_else_out(
        self, whatsapp: Channel, twilio: FakeTwilio
    ):
        base = whatsapp._http._base.geturl()  # type: ignore[attr-defined]
        listed = {**settings_for(twilio, base), "whatsapp_only_to": "+525557654321"}
        with pytest.raises(DeliveryFailed, match="not_on_allow_list"):
            CHANNEL.build(listed).send(message())
        assert twilio.creations == 0


class TestDoubt:
    @pytest.mark.parametrize(
        "fault",
        [
            Fault.ERROR_AFTER,
            Fault.BAD_GATEWAY,
            Fault.HANG_AFTER,
            Fault.RESET_AFTER,
            Fault.TRUNCATED,
            Fault.EMPTY,
            Fault.NO_SID,
        ],
    )
    def test_cases_07_and_08_are_unknown_after_one_request(
        self, whatsapp: Channel, twilio: FakeTwilio, fault: Fault
    ):
        twilio.faults[1] = fault
        with pytest.raises(DeliveryUnknown):
            send_through(whatsapp, message())
        assert twilio.creations == 1

    @pytest.mark.parametrize("old_form", [False, True])
    def test_case_04_a_lost_message_is_found_under_either_number(
        self,
        whatsapp_sender: Sender,
        people: People,
        twilio: FakeTwilio,
        clock: Clock,
        old_form: bool,
    ):
        twilio.reports_old_form = old_form
        twilio.faults[1] = Fault.RESET_AFTER
        whatsapp_sender.plan(reminder_for(people.reachable()))
        assert whatsapp_sender.deliver() == {"unknown": 1}
        clock.forward(minutes=3)
        assert whatsapp_sender.reconcile() == {"found": 1}
        assert whatsapp_sender.row().state is State.DELIVERED
        assert len(twilio.ledger) == 1

    def test_case_08_a_message_that_was_never_accepted_stays_unknown(
        self, whatsapp_sender: Sender, people: People, twilio: FakeTwilio, clock: Clock
    ):
        twilio.faults[1] = Fault.BAD_GATEWAY
        whatsapp_sender.plan(reminder_for(people.reachable()))
        whatsapp_sender.deliver()
        for _ in range(6):
            clock.forward(minutes=6)
            whatsapp_sender.reconcile()
            whatsapp_sender.deliver()
        assert whatsapp_sender.row().state is State.UNKNOWN
        assert twilio.creations == 1

    def test_case_53_a_receipt_that_never_came_is_fetched(
        self, whatsapp_sender: Sender, people: People, twilio: FakeTwilio, clock: Clock
    ):
        whatsapp_sender.plan(reminder_for(people.reachable()))
        whatsapp_sender.deliver()
        clock.forward(hours=2)
        assert whatsapp_sender.reconcile() == {"asked": 1}
        assert whatsapp_sender.row().state is State.DELIVERED

    def test_a_message_twilio_does_not_know_has_no_status(self, whatsapp: Channel):
        assert whatsapp.status("SM" + "0" * 32) is None


class TestSettings:
    def test_all_that_is_wrong_is_named_at_once_and_nothing_repeated(self):
        with pytest.raises(ValueError, match="must be AC and 32") as fault:
            CHANNEL.build({"twilio_account_sid": "nonsense", "twilio_templates": "a=b"})
        required = [need.field for need in CHANNEL.needs if need.required]
        assert len(required) == 5
        for name in required:
            assert name in str(fault.value)
        assert "nonsense" not in str(fault.value)

    def test_the_fake_may_only_be_on_this_machine(self, twilio: FakeTwilio):
        with pytest.raises(ValueError, match="this machine"):
            CHANNEL.build(settings_for(twilio, "http://twilio.example"))

    def test_twilio_itself_is_the_default(self, twilio: FakeTwilio):
        settings = settings_for(twilio, "")
        assert CHANNEL.build(settings).key == "whatsapp"


class TestSignature:
    URL = "https://columna.example.org/webhooks/twilio/inbound"

    @pytest.fixture
    def fields(self) -> dict[str, str]:
        return {"MessageSid": "SM1", "Body": "ñandú & co", "To": "whatsapp:+1"}

    def check(self, url: str, fields: dict[str, str], tokens: tuple[str, ...], sig: str) -> bool:
        return signature_is_valid(tokens, url, {k: [v] for k, v in fields.items()}, sig)

    def test_of_the_account_is_accepted(self, fields: dict[str, str]):
        assert self.check(self.URL, fields, ("token",), signature("token", self.URL, fields))

    def test_case_54_the_next_token_is_accepted_while_it_is_being_changed(
        self, fields: dict[str, str]
    ):
        signed = signature("next", self.URL, fields)
        assert self.check(self.URL, fields, ("token", "next"), signed)

    @pytest.mark.parametrize("url", [URL + "/", URL.replace("https", "http"), URL + "#rc=5"])
    def test_of_another_address_is_refused(self, fields: dict[str, str], url: str):
        assert not self.check(self.URL, fields, ("token",), signature("token", url, fields))

    def test_with_an_added_field_is_refused(self, fields: dict[str, str]):
        signed = signature("token", self.URL, fields)
        assert not self.check(self.URL, {**fields, "X": "1"}, ("token",), signed)

    @pytest.mark.parametrize("tokens", [(), ("",), ("wrong",)])
    def test_without_our_token_is_refused(self, fields: dict[str, str], tokens: tuple[str, ...]):
        assert not self.check(self.URL, fields, tokens, signature("", self.URL, fields))

    def test_an_empty_one_is_refused_quietly(self, fields: dict[str, str]):
        assert not self.check(self.URL, fields, ("token",), "")


def test_the_values_travel_as_json_with_their_accents(whatsapp: Channel, twilio: FakeTwilio):
    send_through(whatsapp, message("José Ángel"))
    (stored,) = twilio.messages.values()
    assert "José Ángel" in stored.body
