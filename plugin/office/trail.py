"""The audit trail of one study as its custodian reads it: newest first, participants by code."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import overload

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lti.models import Membership
from modules.records import pages
from modules.records.models import Participant
from modules.text import Text
from plugin import names
from plugin.audit_trail.actions import Action
from plugin.models import AuditEvent, AuditLink


@dataclass(frozen=True, slots=True)
class Line:
    """One event: its place in the chain, who, what, about whom, and what else was noted, as codes.

    `who` is empty where nobody was there: the command line or the worker.
    """

    place: int
    at: datetime
    who: str
    what: Text
    about: str
    detail: dict[str, str]


class Trail(Sequence[Line]):
    """The events of a study, newest first; a page of them is read when it is asked for."""

    def __init__(
        self, session: Session, study_id: uuid.UUID, action: str = "", code: str = ""
    ) -> None:
        """Look at the events of a study: all, those of an action, those about a participant."""
        self._session, self._study_id = session, study_id
        query = (
            select(AuditLink.place, AuditEvent)
            .join(AuditEvent, AuditEvent.id == AuditLink.event_id)
            .where(AuditEvent.study_id == study_id)
        )
        if action:
            query = query.where(AuditEvent.action == action)
        if code:
            whose = select(Participant.id).where(
                Participant.study_id == study_id, Participant.code == code.strip().upper()
            )
            query = query.where(AuditEvent.subject_id.in_(whose))
        self._query: Select[tuple[int, AuditEvent]] = query

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    @cached_property
    def _count(self) -> int:
        counted = select(func.count()).select_from(self._query.subquery())
        return self._session.scalar(counted) or 0

    @overload
    def __getitem__(self, wanted: int) -> Line: ...

    @overload
    def __getitem__(self, wanted: slice) -> Sequence[Line]: ...

    def __getitem__(self, wanted: int | slice) -> Line | Sequence[Line]:
        """Return one of them, or a part from its start to its end."""
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        start, stop, _step = wanted.indices(len(self))
        query = self._query.order_by(AuditLink.place.desc()).offset(start).limit(stop - start)
        rows = self._session.execute(query).all()
        called = self._called(key for _p, each in rows for key in (each.actor_id, each.subject_id))
        return [
            Line(
                place,
                each.at,
                called.get(each.actor_id, "") if each.actor_id else "",
                _named(each.action),
                called.get(each.subject_id, "") if each.subject_id else "",
                dict(each.detail),
            )
            for place, each in rows
        ]

    def _called(self, keys: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
        """Return what people are called: participants by code, also where they act; the team by
        name."""
        wanted = {key for key in keys if key is not None}
        found = names.of_team(self._session, wanted)
        coded = select(Participant.id, Participant.code)
        taking_part = (
            select(Membership.lti_user_id, Participant.code)
            .join(Participant, Participant.id == Membership.participant_id)
            .where(Participant.study_id == self._study_id)
        )
        for some in pages.slices(wanted):
            found |= dict(
                self._session.execute(coded.where(pages.among(Participant.id, some))).all()
            )
            of_some = taking_part.where(pages.among(Membership.lti_user_id, some))
            found |= dict(self._session.execute(of_some).all())
        return found


def _named(action: str) -> Text:
    """Return what an action is called; one that was altered to nothing known stands as it is."""
    return Action.of(action).label if action in set(Action) else Text(action, action)
