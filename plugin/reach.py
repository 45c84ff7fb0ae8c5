"""Whom of a study a member of the team knows: in a trial nobody sees the arms of everybody.

Outside a trial staff know everybody. In a trial everybody of the team knows those who are not
allocated yet: there is nothing to be learned of them, and their alerts have to be answered. Of
those who are, whoever treats knows their own, whose diary and alerts they answer
(`modules.services.care.name_reviewer`), and whoever enrols knows none. Somebody else's participant
is taken over with a reason (`plugin.staff.colleagues`).
"""

import uuid
from dataclasses import dataclass

from flask import g
from sqlalchemy.orm import Session

from modules.errors import NotFound
from modules.records import queries, summaries
from modules.records.queries import ParticipantFacts
from plugin.access import Permission, may
from plugin.people import CurrentPerson
from plugin.trial import allocation


@dataclass(frozen=True)
class Reach:
    """Those within reach; `people` is None where that is everybody of the study."""

    people: frozenset[uuid.UUID] | None

    def __contains__(self, participant_id: uuid.UUID) -> bool:
        """Say whether somebody of the study is within reach."""
        return self.people is None or participant_id in self.people


EVERYBODY = Reach(None)


def of(session: Session, person: CurrentPerson) -> Reach:
    """Return whom of their study the person of a request knows: three questions in a trial."""
    if person.study is None or person.protocol is None:
        return Reach(frozenset())
    if not person.protocol.is_trial:
        return EVERYBODY if may(Permission.CARE) else Reach(frozenset())
    allocated = allocation.who_is_allocated(session, person.study.id)
    own: set[uuid.UUID] = set()
    if may(Permission.CARE):
        reviewers = summaries.reviewers(session, person.study.id)
        own = {key for key, whose in reviewers.items() if whose in person.accounts}
    return Reach(frozenset(key for key, hidden in allocated.items() if not hidden or key in own))


def mine() -> Reach:
    """Return whom this request's person knows, asked once a request."""
    if "reach" not in g:
        g.reach = of(g.session, g.person)
    found: Reach = g.reach
    return found


def require(participant_id: uuid.UUID) -> ParticipantFacts:
    """Return a participant within the reach of this request's person. Raises NotFound else."""
    facts = queries.participant(g.session, participant_id)
    if facts.study_id != g.person.study.id or participant_id not in mine():
        raise NotFound
    return facts
