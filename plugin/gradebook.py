"""Progress in the platform's gradebook: a study's own choice, off by default.

What is sent is the percent of lessons done and nothing else. In a blinded study it stays off: every
column is seen by everybody in the Moodle course, and who has a grade at all has a programme, which
is the arm.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import LtiContext, Membership
from lti.services import grades
from lti.services.grade_models import Delivery, ProgressGrade
from modules.course.progression import ModuleState
from modules.errors import CourseError
from modules.records import queries
from modules.records.models import Participant
from modules.study.protocol import Protocol
from plugin import audit
from plugin.models import StudyChoice
from plugin.tool import Tool


class GradebookRefused(CourseError):
    """Progress cannot be sent from this study: a gradebook would show the arm."""

    code = "gradebook_blinded"


@dataclass(frozen=True)
class Parked:
    """Progress the platform did not take; `reason` is a code, `said` the platform's own words."""

    code: str
    percent: float
    reason: str
    said: str


def would_unblind(protocol: Protocol) -> bool:
    """Say whether grades would tell anybody an arm: in every trial, and where roles are blinded."""
    return protocol.is_trial or bool(protocol.blinded_roles)


def is_on(session: Session, study_id: uuid.UUID) -> bool:
    """Say whether a study sends progress."""
    chosen = select(StudyChoice.progress_to_gradebook).where(StudyChoice.study_id == study_id)
    return bool(session.scalar(chosen))


def switch(
    session: Session, tool: Tool, study_id: uuid.UUID, by: uuid.UUID | None, *, on: bool
) -> None:
    """Switch it on or off. Raises GradebookRefused where somebody is blinded."""
    protocol = tool.protocols[queries.study_by_id(session, study_id).protocol_key]
    if on and would_unblind(protocol):
        raise GradebookRefused
    row = session.scalar(select(StudyChoice).where(StudyChoice.study_id == study_id))
    if row is None:
        row = StudyChoice(study_id=study_id)
        session.add(row)
    row.progress_to_gradebook, row.chosen_by, row.chosen_at = on, by, tool.now()
    session.flush()
    action = "gradebook.switched_on" if on else "gradebook.switched_off"
    audit.record(session, action, tool.now(), study_id=study_id, actor_id=by)


def percent_done(states: Sequence[ModuleState]) -> float:
    """Return the percent of lessons done, 0 to 100, one decimal; 0 where there are no lessons."""
    total = sum(state.lessons_total for state in states)
    done = sum(state.lessons_done for state in states)
    return round(100 * done / total, 1) if total else 0.0


def note_progress(
    session: Session,
    study_id: uuid.UUID,
    protocol: Protocol,
    participant_id: uuid.UUID,
    states: Callable[[], Sequence[ModuleState]],
    now: datetime,
) -> None:
    """Queue a patient's progress in the transaction that changed it; nothing where it is off.

    `states` is asked only where it is on, and returns the modules as they stand after the change.
    """
    if would_unblind(protocol) or not is_on(session, study_id):
        return
    memberships = session.scalars(
        select(Membership).where(Membership.participant_id == participant_id)
    )
    percent = percent_done(states())
    for membership in memberships:
        grades.queue_progress(session, membership, percent, now)


def parked(session: Session, course_id: uuid.UUID) -> list[Parked]:
    """Return what a course's platform did not take, by the participants' codes."""
    rows = session.execute(
        select(Participant.code, ProgressGrade.percent, ProgressGrade.reason, ProgressGrade.hint)
        .join(Membership, Membership.id == ProgressGrade.membership_id)
        .join(Participant, Participant.id == Membership.participant_id)
        .where(Membership.course_id == course_id, ProgressGrade.state == Delivery.PARKED)
        .order_by(Participant.code)
    )
    return [Parked(code, percent, reason or "", said or "") for code, percent, reason, said in rows]


def counts(session: Session, course_id: uuid.UUID) -> dict[Delivery, int]:
    """Return how many grades of a course wait, were taken and were not."""
    states = session.scalars(
        select(ProgressGrade.state)
        .join(Membership, Membership.id == ProgressGrade.membership_id)
        .where(Membership.course_id == course_id)
    ).all()
    return {state: states.count(state) for state in Delivery}


def has_columns(session: Session, course_id: uuid.UUID) -> bool:
    """Say whether the course's platform offers grade columns to this tool."""
    course = session.get_one(LtiContext, course_id)
    return bool(course.ags_lineitem_url or course.ags_lineitems_url)
