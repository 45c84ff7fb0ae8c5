"""Twilio's error codes as data: what each means for the message and for what follows it.

Codes come in the answer to a send (4xx) or, nearly always, later in a status callback; a code
means the same in both (``receipts``). What stands here is sure not to have been sent; every 5xx,
timeout and reset is decided in ``channels/whatsapp.py`` and is unknown. A code that is not listed
is taken for a refusal of this one message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from notifications.channel import Aftermath


@dataclass(frozen=True)
class Verdict:
    """What to do about a code."""

    reason: str
    aftermath: Aftermath = Aftermath.NOTHING
    retry_after: timedelta | None = None

    @property
    def retry(self) -> bool:
        """Whether the same message may be tried once more, later."""
        return self.retry_after is not None


def _table(verdict: Verdict, *codes: int) -> dict[int, Verdict]:
    return dict.fromkeys(codes, verdict)


PERSON_LIMIT = "person_limit"
REFUSED = Verdict("refused")
VERDICTS: Mapping[int, Verdict] = {
    **_table(Verdict("too_many_requests", retry_after=timedelta(seconds=5)), 20429),
    **_table(Verdict("credentials", Aftermath.STOP_QUEUE), 20003, 20005, 20008, 63112),
    **_table(
        Verdict("misconfigured", Aftermath.STOP_QUEUE), 21408, 21606, 21612, 21659, 63007, 63008
    ),
    **_table(Verdict("invalid_number", Aftermath.BAD_NUMBER), 21211, 21614),
    **_table(Verdict("opted_out", Aftermath.OPTED_OUT), 21610, 63014),
    **_table(
        Verdict("template_refused", Aftermath.PARK_TEMPLATE),
        *(21617, 21654, 21655, 21656, 21658, 63005, 63013, 63021, 63027, 63028, 63030),
    ),
    **_table(Verdict("template_not_approved", Aftermath.PARK_TEMPLATE), 63040, 63041, 63042),
    # A cap of Meta's for one person: it says nothing of the text, nor of anybody else.
    **_table(Verdict(PERSON_LIMIT), 63049),
    **_table(Verdict("not_on_whatsapp", Aftermath.OTHER_FORM), 63003, 63024),
    **_table(Verdict("outside_window"), 63016),
    **_table(Verdict("provider_fault"), 63001, 63010, 63022),
    **_table(Verdict("provider_fault", retry_after=timedelta(minutes=10)), 63012),
    **_table(Verdict("rate_limited", retry_after=timedelta(minutes=30)), 63017, 63018, 63038),
    **_table(Verdict("queue_overflow", retry_after=timedelta(minutes=30)), 30001),
    **_table(Verdict("provider_expired"), 30036),
    **_table(Verdict("unreachable_handset"), 30003, 30005, 30008),
    **_table(Verdict("whatsapp_limitation"), 63032),
    **_table(Verdict("sandbox_not_joined"), 63015),
}


def verdict_on(code: int | str | None) -> Verdict:
    """The verdict on a code as Twilio writes it; a plain refusal for one that is not listed."""
    try:
        return VERDICTS.get(int(code or 0), REFUSED)
    except ValueError:
        return REFUSED
