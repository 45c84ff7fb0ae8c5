"""Which diaries wait for an answer, and which have waited too long. Pure.

The diary is reviewed weekly (row 4-14): an entry that nobody has read after seven days is overdue.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from modules.records.care_queries import ReviewFacts
from modules.records.models import ParticipantStatus
from modules.records.queries import CourseRecord, DiaryFacts, ParticipantFacts
from modules.records.summaries import Unread
from modules.study import days

REVIEWED_WITHIN = timedelta(days=7)
"""A protocol that says «weekly» and nothing more is kept by reading every entry within a week."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The diary of one participant that nobody has read to its end."""

    participant_id: uuid.UUID
    entries: int
    due_on: date
    """Local day by which the oldest of them has to be read."""
    overdue: bool


def waiting(
    people: Iterable[ParticipantFacts], unread: Mapping[uuid.UUID, Unread], now: datetime
) -> list[Waiting]:
    """Return whose diary waits, the one due first on top; nobody who has left the study."""
    found = [
        item
        for facts in people
        if facts.status is not ParticipantStatus.WITHDRAWN
        and (item := of_one(facts, unread.get(facts.id), now))
    ]
    return sorted(found, key=lambda item: (item.due_on, item.participant_id))


def of_one(facts: ParticipantFacts, unread: Unread | None, now: datetime) -> Waiting | None:
    """Return how the diary of one participant waits; None when everything has been read."""
    if unread is None:
        return None
    due_on = days.today_for(unread.oldest + REVIEWED_WITHIN, facts.time_zone)
    overdue = days.today_for(now, facts.time_zone) > due_on
    return Waiting(facts.id, unread.entries, due_on, overdue)


def entries_of(record: CourseRecord, review: ReviewFacts) -> tuple[DiaryFacts, ...]:
    """Return the entries of one participant that nobody has read yet, oldest first."""
    return tuple(
        entry
        for entry in record.diary
        if review.covers_until is None or entry.recorded_at > review.covers_until
    )


def of_record(record: CourseRecord, review: ReviewFacts, now: datetime) -> Waiting | None:
    """Return how the diary of one participant waits, from the whole record."""
    came = [entry.recorded_at for entry in entries_of(record, review)]
    unread = Unread(len(came), min(came)) if came else None
    return of_one(record.participant, unread, now)
