"""What a participant does in the modules: ticking lessons, watching videos."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.course.progression import ModuleState
from modules.errors import InvalidEntry, ModuleLocked
from modules.records.models import LessonDone, VideoView

Interval = list[float]

LONGEST_VIDEO_S = 4 * 60 * 60


def tick_lesson(
    session: Session,
    participant_id: uuid.UUID,
    state: ModuleState,
    lesson_key: str,
    today: date,
    now: datetime,
) -> None:
    """Mark a lesson as done; twice is once. Raises ModuleLocked when its module is not open."""
    if not state.is_open:
        raise ModuleLocked
    row = session.scalar(
        select(LessonDone).where(
            LessonDone.participant_id == participant_id,
            LessonDone.module_key == state.key,
            LessonDone.lesson_key == lesson_key,
        )
    )
    if row is None:
        session.add(
            LessonDone(
                participant_id=participant_id,
                module_key=state.key,
                lesson_key=lesson_key,
                day=today,
                done_at=now,
            )
        )
        session.flush()


def remember_video(
    session: Session,
    participant_id: uuid.UUID,
    video_key: str,
    position_s: float,
    duration_s: float,
    played: Sequence[Sequence[float]],
    now: datetime,
) -> None:
    """Keep where a video was left and add the intervals played since (seconds).

    Raises InvalidEntry when a number cannot belong to a video.
    """
    _check_times(position_s, duration_s, played)
    row = session.scalar(
        select(VideoView).where(
            VideoView.participant_id == participant_id, VideoView.video_key == video_key
        )
    )
    if row is None:
        row = VideoView(participant_id=participant_id, video_key=video_key, watched=[])
        session.add(row)
    row.position_s = position_s
    row.duration_s = duration_s
    row.watched = union([*row.watched, *([float(a), float(b)] for a, b in played)])
    row.updated_at = now
    session.flush()


def _check_times(position_s: float, duration_s: float, played: Sequence[Sequence[float]]) -> None:
    numbers = [position_s, duration_s, *(n for interval in played for n in interval)]
    fits = all(0 <= number <= LONGEST_VIDEO_S for number in numbers)
    if not fits or any(len(interval) != 2 or interval[0] > interval[1] for interval in played):
        raise InvalidEntry({"position": "out_of_range"})


def union(intervals: Sequence[Sequence[float]]) -> list[Interval]:
    """Return the union of intervals as disjoint ones in order: what was really played, once."""
    merged: list[Interval] = []
    for start, end in sorted((float(a), float(b)) for a, b in intervals):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        elif end > start:
            merged.append([start, end])
    return merged
