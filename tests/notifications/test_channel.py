"""What every channel has in common."""

import pytest

from notifications.channel import (
    Aftermath,
    Channel,
    DeliveryFailed,
    DeliveryUnknown,
    Receipt,
    send_through,
)
from notifications.channels import CHANNELS
from notifications.twilio_errors import VERDICTS, verdict_on
from tests.notifications.channels.test_console import MESSAGE
from tests.notifications.outbox_kit import ScriptedChannel


@pytest.mark.parametrize("sid", ["", "a" * 35, "SM 123", "SM123\n", None])
def test_an_answer_without_a_proper_id_is_unknown(channel: ScriptedChannel, sid: str):
    channel.answers = [Receipt(sid, "queued")]
    with pytest.raises(DeliveryUnknown):
        send_through(channel, MESSAGE)


@pytest.mark.parametrize("fault", [KeyError("sid"), OSError("reset"), ValueError("no JSON")])
def test_what_was_not_foreseen_is_unknown(channel: ScriptedChannel, fault: Exception):
    channel.answers = [fault]
    with pytest.raises(DeliveryUnknown):
        send_through(channel, MESSAGE)


def test_a_sure_refusal_stays_one(channel: ScriptedChannel):
    channel.answers = [DeliveryFailed("invalid_number", aftermath=Aftermath.BAD_NUMBER)]
    with pytest.raises(DeliveryFailed) as refusal:
        send_through(channel, MESSAGE)
    assert refusal.value.aftermath is not Aftermath.STOP_QUEUE


def test_the_channels_are_found_by_their_files():
    assert set(CHANNELS) == {"console", "whatsapp"}


def test_a_built_channel_keeps_the_protocol():
    assert isinstance(CHANNELS["console"].build({}), Channel)


class TestTwiliosCodes:
    @pytest.mark.parametrize(
        ("code", "aftermath"),
        [
            (21211, Aftermath.BAD_NUMBER),
            (21614, Aftermath.BAD_NUMBER),
            (21610, Aftermath.OPTED_OUT),
            (63014, Aftermath.OPTED_OUT),
            (63007, Aftermath.STOP_QUEUE),
            (63112, Aftermath.STOP_QUEUE),
            (21656, Aftermath.PARK_TEMPLATE),
            (63041, Aftermath.PARK_TEMPLATE),
            (63003, Aftermath.OTHER_FORM),
            (63016, Aftermath.NOTHING),
        ],
    )
    def test_mean_more_than_one_message(self, code: int, aftermath: Aftermath):
        assert verdict_on(str(code)).aftermath is aftermath

    def test_only_a_few_may_be_tried_again(self):
        again = {code for code, verdict in VERDICTS.items() if verdict.retry}
        assert again == {20429, 30001, 63012, 63017, 63018, 63038}

    @pytest.mark.parametrize("code", ["", None, "99999", "soon", "-1"])
    def test_an_unknown_one_is_a_plain_refusal(self, code: str | None):
        assert verdict_on(code).reason == "refused"
