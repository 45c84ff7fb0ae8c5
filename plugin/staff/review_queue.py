"""Which diaries wait for an answer, and which have waited too long. Pure.

The diary is reviewed weekly (row 4-14): an entry that nobody has read after seven days is overdue.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from modules.records.care_queries import ReviewFacts
from modules.records.models import ParticipantStatus
from modules.records.queries import CourseRecord, DiaryFacts
from modules.study import days

REVIEWED_WITHIN = timedelta(days=7)
"""A protocol that says «weekly» and nothing more is kept by reading every entry within a week."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The entries of one participant that nobody has read yet, oldest first."""

    participant_id: uuid.UUID
    entries: tuple[DiaryFacts, ...]
    due_on: date
    """Local day by which the oldest of them has to be read."""
    overdue: bool
    review: ReviewFacts

    @property
    def covers_until(self) -> datetime:
        """The moment the newest of them came in."""
        return max(entry.recorded_at for entry in self.entries)


def waiting(
    records: Iterable[CourseRecord], reviews: Mapping[uuid.UUID, ReviewFacts], now: datetime
) -> list[Waiting]:
    """Return whose diary waits, the one due first on top; nobody who has left the study."""
    found = [
        item
        for record in records
        if record.participant.status is not ParticipantStatus.WITHDRAWN
        and (item := of_one(record, reviews.get(record.participant.id, ReviewFacts()), now))
    ]
    return sorted(found, key=lambda item: (item.due_on, item.participant_id))


def of_one(record: CourseRecord, review: ReviewFacts, now: datetime) -> Waiting | None:
    """Return what waits of one participant; None when everything has been read."""
    unread = tuple(
        entry
        for entry in record.diary
        if review.covers_until is None or entry.recorded_at > review.covers_until
    )
    if not unread:
        return None
    zone = record.participant.time_zone
    oldest = min(entry.recorded_at for entry in unread)
    due_on = days.today_for(oldest + REVIEWED_WITHIN, zone)
    overdue = days.today_for(now, zone) > due_on
    return Waiting(record.participant.id, unread, due_on, overdue, review)
