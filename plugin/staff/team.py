"""Who the team is, by name; a key without a name is shown as nobody."""

import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import LtiUser
from plugin.models import Role, RoleAssignment


def of_study(session: Session, study_id: uuid.UUID, also: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return the staff of a study by name, with one person more: whoever is asking."""
    staff = select(RoleAssignment.lti_user_id).where(
        RoleAssignment.study_id == study_id, RoleAssignment.role == Role.STAFF
    )
    return names(session, {*session.scalars(staff), also})


def names(session: Session, keys: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """Return the names of people as the platform gives them, in their order."""
    wanted = {key for key in keys if key is not None}
    query = select(LtiUser.id, LtiUser.name).where(LtiUser.id.in_(wanted))
    found = {row.id: row.name or "–" for row in session.execute(query)} if wanted else {}
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))
