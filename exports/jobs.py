"""Files made in the background: asked for in a request, made by the worker, fetched by the asker.

The row is the truth: a lost queue entry or a worker that died loses no order. An order is tried
three times, since a worker may die of it.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, Update, delete, select, update
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.interfaces import ORMOption

from exports.blinding import audience_of
from exports.errors import UnknownChoice
from exports.formats import FORMATS
from exports.models import ExportJob, JobState
from exports.service import Export, Ground, Order, make_export
from modules.errors import CourseError, NotFound
from modules.records import queries
from modules.records.db import Database

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(hours=1)
"""How long a file can be fetched after it was made, and an order be waited for."""
LEASE = timedelta(minutes=5)
"""Who has not been heard of for so long has lost the order; longer than any part takes."""
SILENT_AFTER = timedelta(minutes=2)
"""An order nobody has taken up by then: no worker runs, or it has too much to do."""
HEARD_EVERY = timedelta(seconds=1)
MOST_TRIES = 3
GAVE_UP, BROKEN = "export_gave_up", "export_broken"

UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Status:
    """How far an order is; `percent` None while that is not known."""

    id: uuid.UUID
    format: str
    single: bool
    state: JobState
    percent: int | None
    problem: str | None
    silent: bool
    """Whether nobody has worked on it for too long."""
    expires_at: datetime

    @property
    def under_way(self) -> bool:
        """Whether it is worth looking again."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class Asker:
    """Who may see an order and fetch its file: this person, for this study and audience."""

    user_id: uuid.UUID
    study_id: uuid.UUID
    audience: str


# Asking and fetching --------------------------------------------------------------------------


def order(
    session: Session,
    asker: Asker,
    format_key: str,
    locale: str,
    participant_id: uuid.UUID | None,
    now: datetime,
) -> uuid.UUID:
    """Queue a file and return the order's key; one that is under way already is not doubled.

    Raises UnknownChoice (audience, format).
    """
    audience_of(asker.audience)
    if format_key not in FORMATS:
        raise UnknownChoice
    same = _of(asker).where(
        ExportJob.format == format_key,
        ExportJob.locale == locale[:8],
        ExportJob.participant_id == participant_id,
        ExportJob.state.in_(UNDER_WAY),
        ExportJob.expires_at > now,
    )
    job = session.scalar(same.limit(1))
    if job is None:
        job = ExportJob(
            study_id=asker.study_id,
            participant_id=participant_id,
            asked_by=asker.user_id,
            audience=asker.audience,
            format=format_key,
            locale=locale[:8],
            state=JobState.QUEUED,
            asked_at=now,
            changed_at=now,
            expires_at=now + KEPT_FOR,
        )
        session.add(job)
        session.flush()
    return job.id


def status(session: Session, asker: Asker, job_id: uuid.UUID, now: datetime) -> Status:
    """Return how far an order is. Raises NotFound, also for one of somebody else."""
    job = _own(session, asker, job_id, now)
    known = job.state is JobState.RUNNING and job.parts
    return Status(
        id=job.id,
        format=job.format,
        single=job.participant_id is not None,
        state=job.state,
        percent=100 * job.parts_done // job.parts if known else None,
        problem=job.problem,
        silent=job.state in UNDER_WAY and now - job.changed_at > SILENT_AFTER,
        expires_at=job.expires_at,
    )


def fetch(
    session: Session, asker: Asker, job_id: uuid.UUID, now: datetime
) -> tuple[str, str, bytes]:
    """Return name, media type and bytes of a finished file. Raises NotFound."""
    job = _own(session, asker, job_id, now, undefer(ExportJob.content))
    if job.content is None or job.filename is None or job.mimetype is None:
        raise NotFound
    return job.filename, job.mimetype, job.content


def _of(asker: Asker) -> Select[ExportJob]:
    return select(ExportJob).where(
        ExportJob.asked_by == asker.user_id,
        ExportJob.study_id == asker.study_id,
        ExportJob.audience == asker.audience,
    )


def _own(
    session: Session, asker: Asker, job_id: uuid.UUID, now: datetime, *options: ORMOption
) -> ExportJob:
    wanted = _of(asker).where(ExportJob.id == job_id, ExportJob.expires_at > now)
    job = session.scalar(wanted.options(*options))
    if job is None:
        raise NotFound
    return job


# Making ---------------------------------------------------------------------------------------


def make_all(database: Database, ground: Ground, now_fn: Callable[[], datetime]) -> int:
    """Make every file that waits and drop what is too old; return how many orders were worked on.

    Several workers may run at once. Call with no transaction open.
    """
    forget(database, now_fn())
    worked_on = 0
    while job := _claim(database, now_fn()):
        _make(database, ground, job, now_fn)
        worked_on += 1
    return worked_on


def forget(database: Database, now: datetime) -> None:
    """Delete the files and orders whose time is over."""
    late = ExportJob.expires_at <= now
    with database.reading() as session:
        if session.scalar(select(ExportJob.id).where(late).limit(1)) is None:
            return
    with database.writing() as session:
        session.execute(delete(ExportJob).where(late))


@dataclass(frozen=True, slots=True)
class _Claim:
    """An order that is ours: its key, and which try it is."""

    id: uuid.UUID
    order: Order
    tries: int


def _claim(database: Database, now: datetime) -> _Claim | None:
    with database.reading() as session:
        if session.scalar(_waiting(now)) is None:
            return None
    with database.writing() as session:
        job = session.scalar(_waiting(now).with_for_update(skip_locked=True))
        if job is None:
            return None
        job.changed_at, job.tries = now, job.tries + 1
        job.state = JobState.RUNNING
        return _Claim(job.id, _order_of(session, job), job.tries)


def _waiting(now: datetime) -> Select[ExportJob]:
    lost = (ExportJob.state == JobState.RUNNING) & (ExportJob.changed_at < now - LEASE)
    return (
        select(ExportJob)
        .where((ExportJob.state == JobState.QUEUED) | lost)
        .order_by(ExportJob.asked_at, ExportJob.id)
        .limit(1)
    )


def _order_of(session: Session, job: ExportJob) -> Order:
    return Order(
        study_key=queries.study_by_id(session, job.study_id).key,
        audience=job.audience,
        format_key=job.format,
        locale=job.locale,
        asked_by=job.asked_by,
        participant_id=job.participant_id,
    )


def _make(database: Database, ground: Ground, job: _Claim, now_fn: Callable[[], datetime]) -> None:
    if job.tries > MOST_TRIES:
        _note(database, job, state=JobState.FAILED, problem=GAVE_UP, changed_at=now_fn())
        return
    try:
        made_at = now_fn()
        told = _Told(database, job, now_fn)

        def keep(session: Session, export: Export) -> None:
            _finish(session, job, export, now_fn())

        make_export(database, job.order, ground, made_at, told, keep)
    except CourseError as stopped:
        log.warning("export stopped: %s", stopped.code)
        _note(database, job, state=JobState.FAILED, problem=stopped.code, changed_at=now_fn())
    except Exception as fault:
        # Its text may hold an answer; the order must not be tried for ever.
        log.error("export not made: %s", type(fault).__name__)
        _note(database, job, state=JobState.FAILED, problem=BROKEN, changed_at=now_fn())


def _finish(session: Session, job: _Claim, export: Export, now: datetime) -> None:
    session.execute(
        _row(job).values(
            state=JobState.DONE,
            filename=export.filename,
            mimetype=export.mimetype,
            content=export.content,
            changed_at=now,
            expires_at=now + KEPT_FOR,
        )
    )


def _note(database: Database, job: _Claim, **values: object) -> None:
    with database.writing() as session:
        session.execute(_row(job).values(**values))


def _row(job: _Claim) -> Update:
    """Choose the row, unless another worker has taken the order over meanwhile."""
    return update(ExportJob).where(ExportJob.id == job.id, ExportJob.tries == job.tries)


class _Told:
    """Notes how far a file is, a short transaction each second at most."""

    def __init__(self, database: Database, job: _Claim, now_fn: Callable[[], datetime]) -> None:
        self._database, self._job, self._now = database, job, now_fn
        self._last: datetime | None = None

    def __call__(self, done: int, total: int) -> None:
        """Take note."""
        now = self._now()
        if self._last is None or now - self._last >= HEARD_EVERY:
            self._last = now
            _note(self._database, self._job, parts_done=done, parts=total, changed_at=now)
