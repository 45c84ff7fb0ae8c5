"""The channel of the demo: messages are written to a file or to the log, nobody is disturbed."""

import json
import logging
import os
import uuid
from collections.abc import Mapping
from pathlib import Path

from modules.text import Text
from notifications.channel import (
    Channel,
    ChannelSetting,
    ChannelType,
    ConsentWords,
    Message,
    Receipt,
    Sought,
)
from notifications.phones import TELEPHONE, masked

log = logging.getLogger(__name__)
TO_THE_LOG = "-"


def sid_of(attempt: uuid.UUID) -> str:
    """The id of a message here: made from the attempt, so a lost answer is found again by it."""
    return f"SM{attempt.hex}"


class ConsoleChannel:
    """Appends one line of JSON for each message to `sink`; with ``-`` logs that there was one."""

    key = "console"

    def __init__(self, sink: str) -> None:
        self._sink = sink

    def send(self, message: Message) -> Receipt:
        """Write the message down, durably."""
        if self._sink == TO_THE_LOG:
            log.info("message kind=%s language=%s", message.kind, message.language)
        else:
            self._append(message)
        return Receipt(sid_of(message.attempt), "delivered")

    def _append(self, message: Message) -> None:
        line = {
            "sid": sid_of(message.attempt),
            "to": masked(message.address),
            "kind": message.kind,
            "language": message.language,
            "text": message.text,
        }
        with Path(self._sink).open("a", encoding="utf-8") as sink:
            sink.write(json.dumps(line, ensure_ascii=False) + "\n")
            sink.flush()
            os.fsync(sink.fileno())

    def search(self, sought: Sought) -> list[Receipt]:
        """The line of this attempt, if it was written."""
        sid = sid_of(sought.attempt)
        return [Receipt(sid, "delivered")] if self.status(sid) else []

    def status(self, sid: str) -> tuple[str, str] | None:
        """Delivered when the line is there. A line cut off by a crash counts for nothing."""
        if self._sink == TO_THE_LOG or not Path(self._sink).exists():
            return None
        lines = Path(self._sink).read_text(encoding="utf-8").splitlines()
        return ("delivered", "") if any(_sid_in(line) == sid for line in lines) else None


def _sid_in(line: str) -> str | None:
    try:
        return str(json.loads(line)["sid"])
    except (ValueError, KeyError, TypeError):
        return None


def build(settings: Mapping[str, str]) -> Channel:
    """The channel, writing to the file that is set or else to the log."""
    return ConsoleChannel(settings.get("console_sink") or TO_THE_LOG)


CHANNEL = ChannelType(
    key="console",
    label=Text("demostración (se escribe en un archivo)", "demonstration (written to a file)"),
    address=TELEPHONE,
    consent=ConsentWords(
        invitation=Text(
            "Podemos enviarte un mensaje corto cuando haya algo por hacer. En esta demostración "
            "nada sale de este equipo.",
            "We can send you a short message when something is to be done. In this demonstration "
            "nothing leaves this machine.",
        ),
        asked=Text("Tu número de celular", "Your mobile number"),
        agreement=Text(
            "Sí, quiero recordatorios de este curso en este número.",
            "Yes, I want reminders of this course on this number.",
        ),
    ),
    needs=(
        ChannelSetting(
            "COLUMNA_CONSOLE_SINK",
            "File the console channel writes messages to; empty: the log says that there was one.",
            "var/messages.jsonl",
        ),
    ),
    build=build,
)
