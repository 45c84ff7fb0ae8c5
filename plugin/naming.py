"""What names the people of a study, for the check before an export is released."""

import uuid
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.leaks import people
from lti.models import LtiUser, Membership
from modules.records.models import Participant
from notifications.models import Contact


def of_study(session: Session, study_id: uuid.UUID) -> Iterator[str]:
    """Yield names, accounts, numbers, codes and keys of all who take part in a study.

    Three narrow statements, whatever the number of people: milliseconds for thousands.
    """
    own = select(Participant.id).where(Participant.study_id == study_id)
    for key, code in session.execute(
        select(Participant.id, Participant.code).where(Participant.study_id == study_id)
    ):
        yield from people.key_forms(key)
        yield from people.code_forms(code)
    for name, subject in session.execute(
        select(LtiUser.name, LtiUser.subject)
        .join(Membership, Membership.lti_user_id == LtiUser.id)
        .where(Membership.participant_id.in_(own))
    ):
        yield from people.name_forms(name or "")
        yield from people.account_forms(subject)
    for number, address in session.execute(
        select(Contact.phone, Contact.wa_address).where(Contact.participant_id.in_(own))
    ):
        yield from people.number_forms(number)
        yield from people.number_forms(address or "")
