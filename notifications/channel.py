"""What every way of sending has in common; a provider's file in ``channels/`` only sends.

An answer is one of three: a Receipt (the provider has it), DeliveryFailed (it surely has not), or
DeliveryUnknown (nobody can say). Whatever a provider's file did not foresee counts as unknown,
because a second message is worse than a missing one.
"""

import hashlib
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from modules.records.db import outside_writing
from modules.text import Text
from notifications.address import AddressKind

log = logging.getLogger(__name__)
VALID_SID = re.compile(r"[!-~]{1,34}")
"""A provider's id as it can be stored. A provider without any gives `attempt.hex`."""


class Aftermath(StrEnum):
    """What a failure means beyond the one message."""

    NOTHING = "nothing"
    STOP_QUEUE = "stop_queue"  # a fault of ours: nothing can be sent until it is mended
    PARK_TEMPLATE = "park_template"  # this text cannot be sent to anybody
    BAD_NUMBER = "bad_number"  # this number cannot be reached; somebody should ask
    OTHER_FORM = "other_form"  # the other writing of a Mexican number may be reached
    OPTED_OUT = "opted_out"  # the person has blocked us or said stop elsewhere


@dataclass(frozen=True)
class Message:
    """One message on its way. `attempt` names this try; `address` is of its channel's kind.

    `kind` and `language` choose a provider's template, `values` fill it, `text` is the whole.
    `lifetime`: after this the provider should no longer try.
    """

    attempt: uuid.UUID
    address: str = field(repr=False)
    kind: str
    language: str
    text: str = field(repr=False)
    values: Mapping[str, str] = field(repr=False)
    lifetime: timedelta


@dataclass(frozen=True)
class Receipt:
    """The provider has accepted a message: its id there and the status it began with."""

    sid: str
    status: str


@dataclass(frozen=True)
class Sought:
    """A message of ours whose fate is unknown, as far as a provider could recognise it."""

    attempt: uuid.UUID
    addresses: Sequence[str] = field(repr=False)
    text_digest: str
    since: datetime


def digest_of_text(text: str) -> str:
    """SHA-256 of the words: enough to recognise a copy, and no copy itself."""
    return hashlib.sha256(text.encode()).hexdigest()


class DeliveryFailed(Exception):
    """The provider surely did not take it.

    `reason`: a short code. `retry`: whether the same message may be tried again, `retry_after`:
    not before so long. `aftermath`: what else follows.
    """

    def __init__(
        self,
        reason: str,
        *,
        retry: bool = False,
        retry_after: timedelta | None = None,
        aftermath: Aftermath = Aftermath.NOTHING,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry
        self.retry_after = retry_after
        self.aftermath = aftermath


class DeliveryUnknown(Exception):
    """It may have been taken. `reason`: a short code, nothing of the message."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@runtime_checkable
class Channel(Protocol):
    """A way of sending."""

    @property
    def key(self) -> str:
        """The name under which a contact chooses it."""

    def send(self, message: Message) -> Receipt:
        """Hand one message over. Raises DeliveryFailed or DeliveryUnknown."""

    def search(self, sought: Sought) -> list[Receipt]:
        """The messages the provider has that may be this one; empty when there is none."""

    def status(self, sid: str) -> tuple[str, str] | None:
        """Status and error code of a message of ours, or None when the provider cannot say."""


@dataclass(frozen=True)
class ChannelSetting:
    """A setting of one channel; the tool lists it, reads it as text and refuses a wrong one.

    `name`: its variable in the environment. `required`: the tool does not start on this channel
    without it. `secret`: never shown. `shape`: the pattern of a value, `form` the same in words.
    A setting that the tool has itself needs no `note` and no `example`.
    """

    name: str
    note: str = ""
    example: str = ""
    required: bool = False
    secret: bool = False
    shape: str = r"(?s).*"
    form: str = ""

    @property
    def field(self) -> str:
        """The name by which `build` finds it."""
        return self.name.removeprefix("COLUMNA_").lower()

    def fault(self, value: str, *, sending: bool = False) -> str | None:
        """Return what is wrong with a value, without repeating it; an empty one may be missing."""
        if not value:
            return "is needed by the channel" if sending and self.required else None
        return None if re.fullmatch(self.shape, value) else f"must be {self.form}"


def require_all(needs: Iterable[ChannelSetting], settings: Mapping[str, str]) -> None:
    """Refuse settings a channel cannot work with. Raises ValueError naming all, repeating none."""
    found = ((each.field, each.fault(settings.get(each.field, ""), sending=True)) for each in needs)
    faults = [f"{field} {fault}" for field, fault in found if fault]
    if faults:
        raise ValueError("; ".join(faults))


@dataclass(frozen=True)
class ConsentWords:
    """What a participant is told and agrees to. A new wording needs a new version of the consent.

    `invitation`: what would come, and when. `asked`: the field of the address. `agreement`: the
    explicit yes.
    """

    invitation: Text
    asked: Text
    agreement: Text


@dataclass(frozen=True)
class ChannelType:
    """One way of sending; every file of ``channels/`` holds one, its `CHANNEL`.

    `label`: what staff call it. `needs`: its own settings. `build(settings)` gives the channel,
    ready to send, from them and `public_url`; it raises ValueError naming what is wrong.
    """

    key: str
    label: Text
    address: AddressKind
    consent: ConsentWords
    needs: tuple[ChannelSetting, ...]
    build: Callable[[Mapping[str, str]], Channel]


def send_through(channel: Channel, message: Message) -> Receipt:
    """Send, measure and log one message; no number, name or text reaches the log.

    Raises DeliveryFailed or DeliveryUnknown and nothing else (but what ends the process).
    """
    outside_writing("sending a message")
    started = time.monotonic()
    outcome = "accepted"
    try:
        return _checked(channel.send(message))
    except (DeliveryFailed, DeliveryUnknown) as answer:
        outcome = f"{type(answer).__name__}:{answer.reason}"
        raise
    except Exception as fault:
        outcome = f"DeliveryUnknown:{type(fault).__name__}"
        raise DeliveryUnknown("unforeseen") from fault
    finally:
        log.info(
            "message attempt=%s channel=%s kind=%s outcome=%s seconds=%.2f",
            message.attempt,
            channel.key,
            message.kind,
            outcome,
            time.monotonic() - started,
        )


def _checked(receipt: Receipt) -> Receipt:
    """An answer without a proper id is no answer: a message may exist that cannot be named."""
    if not isinstance(receipt.sid, str) or not VALID_SID.fullmatch(receipt.sid):
        raise DeliveryUnknown("no_sid")
    return receipt
