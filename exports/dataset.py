"""From the facts of the course to blinded tables: raw rows first, then `blinding.blind`.

The rows follow the protocol and not the records: every participant has every visit, every
instrument and every question of the protocol, with a status where there is no answer. A record
that the protocol does not know makes no row.
"""

import dataclasses
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from exports import blinding, outcomes
from exports.tables import PARTICIPANT, Dataset
from modules.errors import NotFound
from modules.outcomes import recovery
from modules.outcomes.main_score import MainScore, scored
from modules.outcomes.questionnaire import (
    Direction,
    Instrument,
    Item,
)
from modules.records.queries import AssessmentFacts, ParticipantFacts, StudyFacts
from modules.study import days, schedule
from modules.study.protocol import Protocol, Visit

RawRow = dict[str, object]


@dataclass(frozen=True, slots=True)
class Source:
    """All facts an export starts from. None of them names a person, a number or an arm."""

    study: StudyFacts
    protocol: Protocol
    instruments: Mapping[str, Instrument]
    people: Sequence[ParticipantFacts]
    assessments: Sequence[AssessmentFacts]


@dataclass(frozen=True, slots=True)
class _Slot:
    """One visit x instrument of one participant, with the assessment that fills it, if any."""

    person: ParticipantFacts
    visit: Visit
    number: int
    instrument: Instrument
    filled: AssessmentFacts | None
    status: str
    main: MainScore | None


def dataset(source: Source, audience: str, secret: bytes, now: datetime) -> Dataset:
    """Return what `audience` may read. `now` decides which visits are due.

    Raises UnknownChoice, NotExportable and UnevenRows (see `blinding`), NotFound when the protocol
    asks for an instrument this installation does not have.
    """
    return blinding.blind(record(source, now), blinding.audience_of(audience), secret)


def planned(protocol: Protocol, instruments: Mapping[str, Instrument]) -> tuple[Instrument, ...]:
    """Return the instruments of a protocol, each once, in order of appearance. Raises NotFound."""
    keys = dict.fromkeys(key for visit in protocol.visits for key in visit.instruments)
    if set(keys) - set(instruments):
        raise NotFound("instrument")
    return tuple(instruments[key] for key in keys)


def record(source: Source, now: datetime) -> blinding.StudyRecord:
    """Return the raw rows of a study. They still hold what blinding drops."""
    planned(source.protocol, source.instruments)
    filled = {(a.participant_id, a.visit, a.instrument): a for a in source.assessments}
    tables: dict[str, list[RawRow]] = {
        key: [] for key in ("participants", "visits", "items", "scores", "responders", "recovery")
    }
    for person in source.people:
        slots = list(_slots(source, person, filled, days.today_for(now, person.time_zone)))
        tables["participants"].append(_participant_row(person))
        for slot in slots:
            tables["visits"].append(_visit_row(slot))
            tables["items"].extend(_item_rows(slot))
        tables["scores"].extend(_score_rows(source.protocol, slots))
        tables["responders"].extend(_responder_rows(source.protocol, person.id, slots))
        tables["recovery"].extend(_recovery_rows(source.protocol, person.id, slots))
    return blinding.StudyRecord(source.study.id, {key: tuple(rows) for key, rows in tables.items()})


def _slots(
    source: Source,
    person: ParticipantFacts,
    filled: Mapping[tuple[uuid.UUID, str, str], AssessmentFacts],
    today: date,
) -> Iterator[_Slot]:
    for number, visit in enumerate(source.protocol.visits, start=1):
        window = schedule.state_of(visit, (), None, person.enrolled_on, person.day_one, today)
        for key in visit.instruments:
            instrument = source.instruments[key]
            found = filled.get((person.id, visit.key, key))
            yield _Slot(
                person,
                visit,
                number,
                instrument,
                found,
                _status(found, window),
                scored(instrument, found.answers) if found else None,
            )


def _status(found: AssessmentFacts | None, window: schedule.VisitState) -> str:
    if found is None:
        return "missing" if window.status is schedule.VisitStatus.MISSED else "not_due"
    return "done"


def _participant_row(person: ParticipantFacts) -> RawRow:
    row = _fields(person) | _fields(person.covariates)
    row["bmi"] = person.covariates.bmi if person.covariates else None
    row["started"] = "yes" if person.day_one else "no"
    return row | {PARTICIPANT: person.id}


def _visit_row(slot: _Slot) -> RawRow:
    visit, person = slot.visit, slot.person
    off = None
    if slot.filled and person.day_one:
        off = (slot.filled.completed_on - days.date_of(visit.target_day, person.day_one)).days
    return _base(slot) | {
        "visit_number": slot.number,
        "target_day": visit.target_day,
        "opens_day": visit.opens_day,
        "closes_day": visit.closes_day,
        "status": slot.status,
        "days_off_target": off,
    }


def _item_rows(slot: _Slot) -> Iterator[RawRow]:
    base = _base(slot)
    for item in slot.instrument.items:
        marks = _marks(slot, item)
        yield base | {
            "item": item.key,
            "value": max(marks, default=None),
            "all_marks": "|".join(map(str, marks)) if len(marks) > 1 else None,
            "missing_reason": None if marks else _missing_reason(slot, item),
        }


def _marks(slot: _Slot, item: Item) -> list[int]:
    """Return the codes answered, lowest first; none for free text, which never leaves."""
    answer = slot.filled.answers.get(item.key) if slot.filled else None
    if item.withheld or answer is None or item.fault(answer):
        return []
    return sorted(set(answer)) if isinstance(answer, list | tuple) else [int(str(answer))]


def _missing_reason(slot: _Slot, item: Item) -> str:
    if item.withheld:
        return "withheld"  # also where nothing was written: that somebody wrote says something
    if slot.filled is None:
        return f"visit_{slot.status}"
    return slot.filled.reasons.get(item.key, "skipped")


def _score_rows(protocol: Protocol, slots: Sequence[_Slot]) -> Iterator[RawRow]:
    first = {
        slot.instrument.key: slot.main
        for slot in slots
        if slot.visit.key == outcomes.first_visit(protocol, slot.instrument.key)
    }
    for slot in slots:
        base, this = first[slot.instrument.key], slot.main
        is_first = slot.visit.key == outcomes.first_visit(protocol, slot.instrument.key)
        before = base.score if base else None
        after = this.score if this and not is_first else None
        yield _base(slot) | {
            "score_name": slot.instrument.headline,
            "score": this.score if this else None,
            "score_shown": this.shown if this else None,
            "band": this.band if this else None,
            "items_answered": this.answered if this else None,
            "items_scored": len(slot.instrument.scored_items),
            "score_status": this.status if this else f"visit_{slot.status}",
            "baseline": before,
            "baseline_band": base.band if base else None,
            "change": outcomes.change(before, after),
            "percent_change": outcomes.percent_change(before, after),
        }


def _responder_rows(
    protocol: Protocol, person: uuid.UUID, slots: Sequence[_Slot]
) -> Iterator[RawRow]:
    scores = {(slot.visit.key, slot.instrument.key): slot.main.score for slot in slots if slot.main}
    directions = {slot.instrument.key: slot.instrument.direction for slot in slots}
    for rule in protocol.responders:
        before = scores.get((rule.from_visit, rule.instrument))
        after = scores.get((rule.to_visit, rule.instrument))
        worse = Direction.HIGHER_IS_WORSE
        reached = outcomes.improved(rule, before, after, directions.get(rule.instrument, worse))
        yield {
            PARTICIPANT: person,
            "responder": rule.key,
            "instrument": rule.instrument,
            "from_visit": rule.from_visit,
            "to_visit": rule.to_visit,
            "baseline": before,
            "follow_up": after,
            "change": outcomes.change(before, after),
            "percent_change": outcomes.percent_change(before, after),
            "improved": None if reached is None else _yes_no(reached),
        }


def _recovery_rows(
    protocol: Protocol, person: uuid.UUID, slots: Sequence[_Slot]
) -> Iterator[RawRow]:
    """Return a row for each definition, for everybody alike: measured or not, recovered or not."""
    for rule in recovery.rules_of(protocol):
        measured = [
            (slot.filled.study_day, slot.main.score, slot.visit.key)
            for slot in slots
            if slot.instrument.key == rule.instrument and slot.filled and slot.main
        ]
        known = [
            (day, score) for day, score, _ in measured if day is not None and score is not None
        ]
        found = recovery.time_to(rule, known)
        visit_on = {day: visit for day, _score, visit in measured}
        yield {
            PARTICIPANT: person,
            "definition": rule.key,
            "instrument": rule.instrument,
            "recovery_status": found.outcome.value,
            "after_visit": visit_on[found.after] if found.after else None,
            "by_visit": visit_on[found.by] if found.by else None,
            "after_day": found.after,
            "by_day": found.by,
            "measurements": len(known),
        }


def _base(slot: _Slot) -> RawRow:
    """Return what the rows of a slot share: all the assessment holds, which blinding sifts."""
    day = slot.filled.study_day if slot.filled else None
    return _fields(slot.filled) | {
        PARTICIPANT: slot.person.id,
        "visit": slot.visit.key,
        "instrument": slot.instrument.key,
        "version": slot.filled.instrument_version if slot.filled else None,
        "study_day": day,
        "in_window": None if day is None else _yes_no(schedule.in_window(slot.visit, day)),
    }


def _fields(facts: object) -> RawRow:
    if facts is None:
        return {}
    return {f.name: getattr(facts, f.name) for f in dataclasses.fields(facts)}  # type: ignore[arg-type]


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"
