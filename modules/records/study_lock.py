"""The lock of a study, kept at the one door through which rows are written.

Every table from which foreign keys lead to a study holds records of it, unless its class says in
`open_after_lock` why it may still be written. No service asks: what is written to a closed study is
refused when it is flushed, whoever wrote it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from sqlalchemy import Column, Select, Table, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from modules.errors import StudyLocked

STUDIES = "studies"
_KNOWN_OPEN = "columna.known_open"

Way = tuple[Column[Any], ...]
"""The foreign keys by which rows of a table lead to their study, the own one first."""


class PastTheLock(RuntimeError):
    """A statement would write records of studies without saying of which: a fault of the program.

    Records are added, changed and deleted as objects of a session, which the lock can look at.
    """


def belongs_to_a_study(kind: Any) -> bool:
    """Say whether the rows of a mapped class are a study's."""
    return _way(kind) is not None


def is_guarded(kind: Any) -> bool:
    """Say whether no row of a mapped class is written once its study is closed."""
    return not kind.open_after_lock and belongs_to_a_study(kind)


def refuse_closed(session: Session, _context: UOWTransaction | None, _given: object) -> None:
    """Raise StudyLocked when what is about to be written belongs to a closed study.

    The study is held against the lock for the rest of the transaction: what begins before the lock
    is in, what begins after it is not.
    """
    known = session.info.setdefault(_KNOWN_OPEN, set())
    asked: dict[Way, set[Any]] = defaultdict(set)
    for row in _about_to_be_written(session):
        kind: Any = type(row)
        studies = row.metadata.tables[STUDIES]
        way = _way(kind) or ()
        asked[way] |= {key for key in _keys(row, way) if (way, key) not in known}
    for way, keys in asked.items():
        if keys and any(session.scalars(_locks(studies, way, keys))):
            raise StudyLocked
        known |= {(way, key) for key in keys}
    if () in asked:  # perhaps this very flush closes it
        known.clear()


def refuse_past_the_lock(state: ORMExecuteState) -> None:
    """Raise PastTheLock for a statement that writes a guarded table."""
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    mapper = state.bind_mapper
    if mapper is not None and is_guarded(mapper.class_):
        raise PastTheLock(mapper.class_.__name__)


def _about_to_be_written(session: Session) -> Iterator[Any]:
    changed = (row for row in session.dirty if session.is_modified(row))
    rows = (*session.new, *changed, *session.deleted)
    return (row for row in rows if is_guarded(type(row)))


def _keys(row: Any, way: Way) -> Collection[Any]:
    """Return to what the row points and, where that changes, pointed; its own key for a study."""
    state = inspect(row)
    name = state.mapper.get_property_by_column(way[0]).key if way else "id"
    return {key for part in state.attrs[name].history if part for key in part if key is not None}


def _locks(studies: Table, way: Way, keys: Collection[Any]) -> Select[Any]:
    """Return the question for the locks of the studies to which a way leads from these keys."""
    tables = [_target(column) for column in way] or [studies]
    chain: Any = tables[0]
    for column, table in zip(way[1:], tables[1:], strict=True):
        chain = chain.join(table, column == table.c.id)
    query = select(studies.c.locked_at).select_from(chain).where(tables[0].c.id.in_(keys))
    return query.with_for_update(read=True, of=studies)


def _target(column: Column[Any]) -> Table:
    return next(iter(column.foreign_keys)).column.table


@cache
def _way(kind: Any) -> Way | None:
    """Return the shortest way to a study: () for studies themselves, None where there is none.

    No way leads through a table that stays open: what hangs on it stays open too.
    """
    if kind.__tablename__ == STUDIES:
        return ()
    classes = {mapper.local_table: mapper.class_ for mapper in kind.registry.mappers}
    ways = []
    for key in kind.__table__.foreign_keys:
        target = classes[key.column.table]
        further = None if target is kind or target.open_after_lock else _way(target)
        if further is not None:
            ways.append((key.parent, *further))
    return min(ways, key=len, default=None)
