"""The channel of the demo writes down what it would have sent."""

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from notifications.channel import Message, Sought
from notifications.channels import CHANNELS
from notifications.channels.console import ConsoleChannel
from notifications.models import State
from tests.notifications.outbox_kit import People, Sender, reminder_for

MESSAGE = Message(
    attempt=uuid.UUID(int=7),
    address="+525551234567",
    kind="diary_due",
    language="es",
    text="Hola, Ana.",
    values={"1": "Ana"},
    lifetime=timedelta(hours=3),
)


def sought(attempt: uuid.UUID) -> Sought:
    return Sought(attempt, ["+525551234567"], "", datetime(2026, 11, 12, tzinfo=UTC))


def test_a_message_is_a_line_with_a_masked_number(tmp_path: Path):
    sink = tmp_path / "messages.jsonl"
    ConsoleChannel(str(sink)).send(MESSAGE)
    line = json.loads(sink.read_text(encoding="utf-8"))
    assert (line["to"], line["text"]) == ("••••4567", "Hola, Ana.")


def test_what_was_written_is_found_again_and_nothing_else(tmp_path: Path):
    channel = ConsoleChannel(str(tmp_path / "messages.jsonl"))
    receipt = channel.send(MESSAGE)
    assert channel.search(sought(MESSAGE.attempt)) == [receipt]
    assert channel.search(sought(uuid.UUID(int=8))) == []


def test_a_line_cut_off_by_a_crash_counts_for_nothing(tmp_path: Path):
    sink = tmp_path / "messages.jsonl"
    channel = ConsoleChannel(str(sink))
    channel.send(MESSAGE)
    sink.write_text(sink.read_text(encoding="utf-8")[:40], encoding="utf-8")
    assert channel.search(sought(MESSAGE.attempt)) == []
    channel.send(replace(MESSAGE, attempt=uuid.UUID(int=9)))


def test_without_a_sink_nothing_is_kept():
    channel = CHANNELS["console"].build({})
    receipt = channel.send(MESSAGE)
    assert channel.status(receipt.sid) is None


def test_it_goes_through_the_same_outbox(sender: Sender, people: People, tmp_path: Path):
    sender.channel = CHANNELS["console"].build({"console_sink": str(tmp_path / "m.jsonl")})
    sender.plan(reminder_for(people.reachable(channel="console")))
    assert sender.deliver() == {"sent": 1}
    assert sender.row().state is State.DELIVERED
