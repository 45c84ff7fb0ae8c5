"""What the stand-in for Twilio remembers: templates, telephones, messages, and how they fare."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

MEXICAN = re.compile(r"^\+52(\d{10})$")
PLACE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Script:
    """How the callbacks of a message behave.

    `statuses`: in the order they are posted, `every` apart. `copies`: how often each is posted.
    `lost`: none is posted. `forged`: signed with a wrong token. `before_answer`: posted before the
    creating call is answered.
    """

    statuses: tuple[str, ...] = ("sent", "delivered")
    every: timedelta = timedelta(seconds=1)
    copies: int = 1
    lost: bool = False
    forged: bool = False
    before_answer: bool = False


@dataclass
class Template:
    """A content template: its text with {{1}} and the like, and whether WhatsApp approved it."""

    body: str
    approval: str = "approved"

    @property
    def variables(self) -> frozenset[str]:
        """The names of its places."""
        return frozenset(PLACE.findall(self.body))

    def filled(self, values: Mapping[str, str]) -> str:
        """The rendered text."""
        return PLACE.sub(lambda place: values[place.group(1)], self.body)


@dataclass
class Telephone:
    """One patient's telephone, as WhatsApp sees it."""

    on_whatsapp: bool = True
    blocks_us: bool = False
    said_stop_to_twilio: bool = False
    last_wrote: datetime | None = None


@dataclass(frozen=True)
class Shown:
    """One message that stood on a telephone's screen."""

    number: str
    at: datetime
    text: str
    sid: str


@dataclass
class Stored:
    """A message resource; what Twilio does not give back is marked private."""

    sid: str
    to: str
    sender: str
    body: str
    created: datetime
    status: str = "queued"
    error_code: int | None = None
    private_callback: str = ""
    private_template: str | None = None


def one_form(number: str) -> str:
    """Return a number without the 1 that Mexican mobile numbers used to have after +52."""
    return f"+52{number[4:]}" if re.match(r"^\+521\d{10}$", number) else number


def old_form(number: str) -> str:
    """Return a Mexican number as WhatsApp still reports it, with the old 1."""
    return f"+521{match.group(1)}" if (match := MEXICAN.match(number)) else number
