"""People a page at a time: what is read, judged and written at once is bounded by a page.

A list of keys in a statement has a limit of the database's (PostgreSQL: 65,535 parameters), and a
whole study in one transaction shuts everybody else out.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from modules.records.models import Participant

PAGE = 200
"""People read and judged together."""
TOO_MANY = "more keys than a page holds: go on page by page, or join"
WRITTEN = 25
"""People written about in one transaction: the others wait meanwhile."""


def among(
    column: InstrumentedAttribute[uuid.UUID], keys: Collection[uuid.UUID]
) -> ColumnElement[bool]:
    """Return the condition that a key is one of these. Raises ValueError for more than a page."""
    if len(keys) > PAGE:
        raise ValueError(TOO_MANY)
    return column.in_(keys)


def among_given(column: InstrumentedAttribute[uuid.UUID]) -> ColumnElement[bool]:
    """Return the condition that a key is one of those given later by `page_of`.

    So a statement is made once and not for every page that asks it.
    """
    return column.in_(bindparam("people", expanding=True))


def page_of(keys: Collection[uuid.UUID]) -> dict[str, list[uuid.UUID]]:
    """Return the keys for `among_given`. Raises ValueError for more than a page."""
    if len(keys) > PAGE:
        raise ValueError(TOO_MANY)
    return {"people": list(keys)}


def slices(keys: Iterable[uuid.UUID], size: int = PAGE) -> Iterator[list[uuid.UUID]]:
    """Cut keys into pages, or into so many together."""
    rest = iter(keys)
    while some := list(islice(rest, size)):
        yield some


def following(
    session: Session,
    study_id: uuid.UUID,
    after: uuid.UUID | None,
    *conditions: ColumnElement[bool],
) -> list[uuid.UUID]:
    """Return the keys of the next page of a study's people; empty after the last.

    `after`: the last key of the page before. `conditions` are on the participant.
    """
    query = select(Participant.id).where(Participant.study_id == study_id, *conditions)
    if after is not None:
        query = query.where(Participant.id > after)
    return list(session.scalars(query.order_by(Participant.id).limit(PAGE)))
