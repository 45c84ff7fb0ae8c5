"""How far patients are, in the platform's gradebook (LTI Assignment and Grade Services 2.0).

Only progress is sent, only for patients, and never from inside a request: pages queue
(`queue_progress`), a task delivers (`deliver_due`). Everybody in a Moodle course sees every grade
column at once, the patient included, so an outcome has no business there, and a study that is
blinded should not switch this on at all.

Moodle's habits decide the rest. A score with an equal or older second is answered 409, so each
patient's timestamps are whole seconds that only grow. A score that is not FullyGraded erases the
grade, so no other is sent. A line item that is put back incomplete loses its activity, so it is
always put back whole.
"""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti.launch.claims import Role
from lti.models import LtiContext, LtiUser, Membership, MembershipStatus, Platform
from lti.services import line_items
from lti.services.grade_models import Delivery, ProgressColumn, ProgressGrade
from lti.services.roster import role_of
from lti.services.tokens import Account, ServiceClient, ServiceProblem
from modules.records.db import Database
from modules.records.pages import PAGE

SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
SCORE = "application/vnd.ims.lis.v1.score+json"

MAXIMUM = 100.0
COLUMN_LABEL = "Columna"
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
SECOND = timedelta(seconds=1)

PARKED_BY_STATUS = {
    403: "not_allowed",
    404: "column_gone",
    409: "newer_grade_there",
    410: "column_gone",
}
"""What an answer means that trying again does not change."""


@dataclass(frozen=True)
class Score:
    """One score, ready to leave: free of any session."""

    grade_id: uuid.UUID
    account: Account
    line_item_url: str
    subject: str
    percent: float
    timestamp: datetime


@dataclass(frozen=True)
class Receipt:
    """What became of a score."""

    state: Delivery
    reason: str | None = None
    hint: str = ""


# Queueing --------------------------------------------------------------------------------------


def queue_progress(session: Session, membership: Membership, percent: float, now: datetime) -> bool:
    """Queue a patient's progress (0 to 100 percent); False if there is nothing to send.

    Nothing is queued for anybody but an active, enrolled patient, for a course without grade
    columns, or for progress that is already there. Raises ValueError for another number.
    """
    if not 0 <= percent <= MAXIMUM:
        raise ValueError("progress is a percentage")
    course = session.get_one(LtiContext, membership.course_id)
    if not is_gradable(membership) or not (course.ags_lineitem_url or course.ags_lineitems_url):
        return False
    grade = session.scalar(
        select(ProgressGrade).where(ProgressGrade.membership_id == membership.id)
    )
    if grade is None:
        grade = ProgressGrade(membership_id=membership.id, percent=-1.0)
        session.add(grade)
    if grade.percent == percent:
        return False
    grade.percent, grade.state = percent, Delivery.QUEUED
    grade.queued_at, grade.due_at = now, now
    grade.attempts, grade.reason, grade.hint = 0, None, None
    session.flush()
    return True


def is_gradable(membership: Membership) -> bool:
    """Say whether a person may have a grade: an active patient who is a participant here.

    Somebody who launched as Instructor is none, whatever the roster says: the platform would
    answer "Incorrect score received".
    """
    return (
        membership.participant_id is not None
        and membership.status is MembershipStatus.ACTIVE
        and role_of(membership) is Role.PATIENT
    )


def retry_parked(session: Session, course_id: uuid.UUID, now: datetime) -> int:
    """Queue a course's parked grades again, for after the cause was removed; return how many."""
    of_course = select(Membership.id).where(Membership.course_id == course_id)
    queued = session.execute(
        update(ProgressGrade)
        .where(ProgressGrade.membership_id.in_(of_course), ProgressGrade.state == Delivery.PARKED)
        .values(state=Delivery.QUEUED, due_at=now, attempts=0)
        .returning(ProgressGrade.id)
    )
    return len(queued.all())


# Delivering ------------------------------------------------------------------------------------


def deliver_due(
    database: Database, client: ServiceClient, now: datetime, limit: int = 50
) -> dict[str, int]:
    """Send what is due and record what became of it; return how many ended in each state.

    Each score is three steps: taken out (a transaction), sent (none), recorded (a transaction). A
    process that dies between two of them leaves a score that is sent again after a pause, with a
    later timestamp: the platform keeps one grade either way.
    """
    _find_columns(database, client, now)
    counts = {state.value: 0 for state in Delivery}
    for score in take_due(database, now, limit):
        receipt = send_score(client, score)
        with database.writing() as session:
            grade = session.get_one(ProgressGrade, score.grade_id)
            record(session, grade, score, receipt, now)
            counts[grade.state.value] += 1
    return counts


def _find_columns(database: Database, client: ServiceClient, now: datetime) -> None:
    """Find the column of every course that has something due and no column yet."""
    with database.reading() as session:
        wanted = {
            course.id: _columns(session, course)
            for course in session.scalars(_courses_without_column(now))
        }
    for course_id, columns in wanted.items():
        try:
            url = line_items.find_or_make(client, columns, COLUMN_LABEL, MAXIMUM)
        except ServiceProblem as problem:
            _postpone(database, course_id, problem, now)
            continue
        with suppress(IntegrityError), database.writing() as session:  # another worker was faster
            session.add(ProgressColumn(course_id=course_id, line_item_url=url, found_at=now))


def _courses_without_column(now: datetime) -> Select[LtiContext]:
    known = select(ProgressColumn.course_id)
    due = (
        select(Membership.course_id)
        .join(ProgressGrade, ProgressGrade.membership_id == Membership.id)
        .where(*_is_due(now))
    )
    return select(LtiContext).where(LtiContext.id.in_(due), LtiContext.id.not_in(known))


def _columns(session: Session, course: LtiContext) -> line_items.Columns:
    return line_items.Columns(
        Account.of(session.get_one(Platform, course.platform_id)),
        course.ags_lineitems_url,
        course.ags_lineitem_url,
        frozenset(course.ags_scopes),
    )


def _postpone(
    database: Database, course_id: uuid.UUID, problem: ServiceProblem, now: datetime
) -> None:
    """Settle all that is due of a course, a page at a time: what is settled is not due any more."""
    state = Delivery.QUEUED if problem.retry else Delivery.PARKED
    of_course = (
        _due(now)
        .join(Membership, Membership.id == ProgressGrade.membership_id)
        .where(Membership.course_id == course_id)
        .limit(PAGE)
    )
    settled = PAGE
    while settled == PAGE:
        with database.writing() as session:
            grades = session.scalars(of_course).all()
            for grade in grades:
                grade.attempts += 1
                _settle(grade, Receipt(state, problem.code, problem.hint), now)
        settled = len(grades)


def take_due(database: Database, now: datetime, limit: int = 50) -> list[Score]:
    """Return the scores that are due, each with its timestamp already spent."""
    scores = []
    with database.writing() as session:
        # On PostgreSQL two workers share the work; on SQLite the transaction is exclusive anyway.
        rows = session.scalars(_due(now).limit(limit).with_for_update(skip_locked=True)).all()
        for grade in rows:
            column = session.scalar(
                select(ProgressColumn.line_item_url).where(
                    ProgressColumn.course_id == grade.membership.course_id
                )
            )
            if not is_gradable(grade.membership):
                _settle(grade, Receipt(Delivery.PARKED, "not_a_patient"), now)
            elif column:
                scores.append(_take(session, grade, column, now))
    return scores


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return ProgressGrade.state == Delivery.QUEUED, ProgressGrade.due_at <= now


def _due(now: datetime) -> Select[ProgressGrade]:
    return select(ProgressGrade).where(*_is_due(now)).order_by(ProgressGrade.due_at)


def _take(session: Session, grade: ProgressGrade, line_item_url: str, now: datetime) -> Score:
    grade.last_timestamp = next_timestamp(grade.last_timestamp, now)
    grade.attempts += 1
    # Should this process die now, the score is tried again after a pause.
    grade.due_at = now + pause(grade.attempts)
    course = session.get_one(LtiContext, grade.membership.course_id)
    return Score(
        grade_id=grade.id,
        account=Account.of(session.get_one(Platform, course.platform_id)),
        line_item_url=line_item_url,
        subject=session.get_one(LtiUser, grade.membership.lti_user_id).subject,
        percent=grade.percent,
        timestamp=grade.last_timestamp,
    )


def next_timestamp(last: datetime | None, now: datetime) -> datetime:
    """Return a whole second, later than the last one of this patient."""
    this_second = now.astimezone(UTC).replace(microsecond=0)
    return this_second if last is None else max(this_second, last + SECOND)


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: a minute, doubling, six hours at most."""
    doublings = min(max(attempts - 1, 0), 16)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def send_score(client: ServiceClient, score: Score) -> Receipt:
    """Send one score and say what its answer means. Call outside a transaction."""
    body = {
        "userId": score.subject,
        "timestamp": score.timestamp.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "activityProgress": "Completed" if score.percent >= MAXIMUM else "InProgress",
        "gradingProgress": "FullyGraded",
        "scoreGiven": score.percent,
        "scoreMaximum": MAXIMUM,
    }
    url = line_items.below(score.line_item_url, "scores")
    try:
        answer = client.call(
            score.account, "POST", url, (SCORE_SCOPE,), body=body, content_type=SCORE
        )
    except ServiceProblem as problem:
        state = Delivery.QUEUED if problem.retry else Delivery.PARKED
        return Receipt(state, problem.code, problem.hint)
    said = answer.body[:200].decode("utf-8", "replace").strip()
    return classify(answer.status, said)


def classify(status: int, said: str = "") -> Receipt:
    """Say whether an answer means done, try again or give up, and why."""
    if 200 <= status < 300:
        return Receipt(Delivery.SENT)
    if status in (408, 425, 429) or status >= 500:
        return Receipt(Delivery.QUEUED, f"status_{status}", said)
    if "Incorrect score received" in said:
        return Receipt(Delivery.PARKED, "not_gradable", said)
    return Receipt(Delivery.PARKED, PARKED_BY_STATUS.get(status, f"status_{status}"), said)


def record(
    session: Session, grade: ProgressGrade, score: Score, receipt: Receipt, now: datetime
) -> None:
    """Write down what became of a score; newer progress that came meanwhile stays queued.

    A column that is gone is forgotten, so that the next progress looks for one again.
    """
    if receipt.reason == "column_gone":
        session.execute(
            delete(ProgressColumn).where(ProgressColumn.line_item_url == score.line_item_url)
        )
    if grade.percent != score.percent:
        return
    _settle(grade, receipt, now)


def _settle(grade: ProgressGrade, receipt: Receipt, now: datetime) -> None:
    if receipt.state is Delivery.QUEUED and grade.attempts >= MOST_ATTEMPTS:
        receipt = Receipt(Delivery.PARKED, "gave_up", receipt.hint or receipt.reason or "")
    grade.state, grade.reason = receipt.state, receipt.reason
    grade.hint = receipt.hint[:200] or None
    if receipt.state is Delivery.SENT:
        grade.sent_at = now
    elif receipt.state is Delivery.QUEUED:
        grade.due_at = now + pause(grade.attempts)
