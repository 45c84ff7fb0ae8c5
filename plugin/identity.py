"""Who is one person: issuer and subject, by however many registrations a platform lets them in."""

import uuid
from collections.abc import Collection

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from lti.models import LtiUser, Platform


def accounts_of(
    users: Collection[uuid.UUID] | Select[uuid.UUID],
) -> Select[uuid.UUID]:
    """Return the query for every account of the persons who have these accounts, theirs included.

    A platform that registers the tool twice tells the same `sub` twice: two rows, one person. An
    equal subject at another issuer is somebody else.
    """
    known, also = aliased(LtiUser), aliased(LtiUser)
    its, their = aliased(Platform), aliased(Platform)
    return (
        select(also.id)
        .join(their, their.id == also.platform_id)
        .join(its, its.issuer == their.issuer)
        .join(known, and_(known.platform_id == its.id, known.subject == also.subject))
        .where(known.id.in_(users))
    )
