"""What people are called on the pages of the clinic's staff: one home for every name shown there.

Names are the platform's. A participant without one is called by code, a member of the team by a
dash; nobody is called by a key. Never for the pages of assessors and analysts.
"""

import uuid
from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lti.models import LtiUser, Membership
from modules.records import pages
from modules.records.models import Participant
from plugin.models import Role, RoleAssignment

NAMELESS = "–"


def of_participants(session: Session, study_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return every participant of a study by name, or by code where the platform gives none."""
    return _named(session, Participant.study_id == study_id)


def of_participant(session: Session, participant_id: uuid.UUID) -> str:
    """Return one participant's name, or the code where the platform gives none."""
    return _named(session, Participant.id == participant_id)[participant_id]


def _named(session: Session, whose: ColumnElement[bool]) -> dict[uuid.UUID, str]:
    query = (
        select(Participant.id, Participant.code, LtiUser.name)
        .outerjoin(Membership, Membership.participant_id == Participant.id)
        .outerjoin(LtiUser, LtiUser.id == Membership.lti_user_id)
        .where(whose)
    )
    return {row.id: row.name or row.code for row in session.execute(query)}


def of_staff(session: Session, study_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return the staff of a study in the order of names."""
    staff = select(RoleAssignment.lti_user_id).where(
        RoleAssignment.study_id == study_id, RoleAssignment.role == Role.STAFF
    )
    return of_team(session, session.scalars(staff))


def of_team(session: Session, user_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """Return these members of the team in the order of their names; keys of nobody are left out."""
    wanted = {each for each in user_ids if each is not None}
    query = select(LtiUser.id, LtiUser.name)
    found = {
        row.id: row.name or NAMELESS
        for some in pages.slices(wanted)
        for row in session.execute(query.where(pages.among(LtiUser.id, some)))
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))
