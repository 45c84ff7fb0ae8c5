"""The questionnaires as a protocol asks them: over which period, and whether they all fit. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from modules.outcomes.questionnaire import Direction, Instrument
from modules.reading.document import Misfit
from modules.study.protocol import Protocol


def as_asked(protocol: Protocol, instruments: Mapping[str, Instrument]) -> dict[str, Instrument]:
    """Return the instruments with the period to recall that the protocol chose.

    The trials ask the same ratings over one week or two (rows 1-19 and 0-21).
    """
    return {key: _recalled(one, protocol.recall.get(key)) for key, one in instruments.items()}


def _recalled(instrument: Instrument, period: str | None) -> Instrument:
    if period is None:
        return instrument
    return replace(instrument, recall=instrument.recall_options[period])


def misfits(protocol: Protocol, instruments: Mapping[str, Instrument]) -> Iterator[Misfit]:
    """Yield every place where a protocol names what its questionnaires do not have."""
    for place, key in protocol.asked():
        if key not in instruments:
            yield place, f"there is no questionnaire {key!r}"
    for key, period in protocol.recall.items():
        offered = instruments[key].recall_options if key in instruments else {}
        if period not in offered:
            yield ("recall", key), f"must be one of: {', '.join(offered) or 'none offered'}"
    for rule in protocol.recovery:
        asked = instruments.get(rule.instrument)
        if asked and asked.direction is not Direction.HIGHER_IS_WORSE:
            place = ("recovery", rule.key, "instrument")
            yield place, "a higher score of this questionnaire is better"
