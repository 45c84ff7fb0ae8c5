"""The clinic's own videos in the places of the course: putting in, taking out, finding."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.course.video_file import VideoFacts
from modules.errors import NotFound
from modules.records.media_models import MediaRole, OwnMedia


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that lies in the store: its key there, its bytes, its digest."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class OwnFile:
    """One own file that is shown, or was."""

    id: uuid.UUID
    slot: str
    role: MediaRole
    kind: str
    storage_key: str
    size: int
    duration_s: float | None
    width: int | None
    """px of the picture, as `height`; None of captions."""
    height: int | None
    uploaded_by: uuid.UUID
    uploaded_at: datetime

    @property
    def video_key(self) -> str:
        """The key under which it is noted how far somebody watched."""
        return f"own/{self.id}"


def put(
    session: Session,
    study_id: uuid.UUID,
    slot: str,
    stored: Stored,
    facts: VideoFacts | None,
    by: uuid.UUID,
    now: datetime,
) -> uuid.UUID:
    """Show a file in a place from now on; `facts` None: captions of the own film there.

    Captions belong to one film, so a new film ends them. Raises NotFound for captions without a
    film.
    """
    role = MediaRole.CAPTIONS if facts is None else MediaRole.FILM
    if facts is None and _current(session, study_id, slot, MediaRole.FILM) is None:
        raise NotFound
    _end(session, study_id, slot, (role, MediaRole.CAPTIONS), by, now)
    row = OwnMedia(
        study_id=study_id,
        slot=slot,
        role=role,
        kind=facts.kind if facts else "vtt",
        storage_key=stored.key,
        size=stored.size,
        sha256=stored.sha256,
        duration_s=facts.duration_s if facts else None,
        width=facts.width if facts else None,
        height=facts.height if facts else None,
        uploaded_by=by,
        uploaded_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def take_out(
    session: Session, study_id: uuid.UUID, slot: str, by: uuid.UUID, now: datetime
) -> None:
    """Show the course's own film again. The file stays, for the record."""
    _end(session, study_id, slot, tuple(MediaRole), by, now)


def _end(
    session: Session,
    study_id: uuid.UUID,
    slot: str,
    roles: tuple[MediaRole, ...],
    by: uuid.UUID,
    now: datetime,
) -> None:
    for role in set(roles):
        row = _current(session, study_id, slot, role)
        if row is not None:
            row.ended_by, row.ended_at = by, now
    session.flush()


def _current(session: Session, study_id: uuid.UUID, slot: str, role: MediaRole) -> OwnMedia | None:
    return session.scalar(
        select(OwnMedia).where(
            OwnMedia.study_id == study_id,
            OwnMedia.slot == slot,
            OwnMedia.role == role,
            OwnMedia.ended_at.is_(None),
        )
    )


def shown(session: Session, study_id: uuid.UUID) -> Mapping[tuple[str, MediaRole], OwnFile]:
    """Return what a study shows of its own, by place and role."""
    rows = session.scalars(
        select(OwnMedia).where(OwnMedia.study_id == study_id, OwnMedia.ended_at.is_(None))
    )
    return {(row.slot, row.role): _file(row) for row in rows}


def file(session: Session, study_id: uuid.UUID, media_id: uuid.UUID) -> OwnFile:
    """Return a file that a study shows now. Raises NotFound."""
    row = session.get(OwnMedia, media_id)
    if row is None or row.study_id != study_id:
        raise NotFound
    return shown_file(session, media_id)


def shown_file(session: Session, media_id: uuid.UUID) -> OwnFile:
    """Return a file that is shown now, whichever study shows it. Raises NotFound."""
    row = session.get(OwnMedia, media_id)
    if row is None or row.ended_at is not None:
        raise NotFound
    return _file(row)


def _file(row: OwnMedia) -> OwnFile:
    return OwnFile(
        row.id,
        row.slot,
        row.role,
        row.kind,
        row.storage_key,
        row.size,
        row.duration_s,
        row.width,
        row.height,
        row.uploaded_by,
        row.uploaded_at,
    )
