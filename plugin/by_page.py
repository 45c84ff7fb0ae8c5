"""Going through everybody of a study in the background without shutting the door on anybody.

A page of people is read and judged in a reading transaction; what was found is written in short
ones, some people each. Whoever did something in between is left to the next run, which judges them
anew.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from modules.records import pages, queries, summaries
from modules.records.db import Database, outside_writing
from modules.records.queries import StudyFacts

Found = TypeVar("Found")
Judge = Callable[[Session, StudyFacts, Sequence[uuid.UUID]], Mapping[uuid.UUID, Found]]
"""Reads a page of people and returns what is to be written of whom."""
Keep = Callable[[Session, Mapping[uuid.UUID, Found]], int]
"""Writes what was found and returns how much of it was new."""


def go_through(
    database: Database, judge: Judge[Found], keep: Keep[Found], *conditions: ColumnElement[bool]
) -> int:
    """Judge everybody of all studies and write what was found; return how much was new.

    `conditions` are on the participant. Memory and transactions are bounded by a page.
    """
    outside_writing("judging a study")
    with database.reading() as session:
        known = queries.studies(session)
    return sum(
        _write(database, keep, {key: found[key] for key in some}, before)
        for study in known
        for found, before in _judged(database, judge, study, conditions)
        for some in pages.slices(found, pages.WRITTEN)
    )


def _judged(
    database: Database,
    judge: Judge[Found],
    study: StudyFacts,
    conditions: Sequence[ColumnElement[bool]],
) -> Iterator[tuple[Mapping[uuid.UUID, Found], Mapping[uuid.UUID, summaries.Mark]]]:
    after = None
    while True:
        with database.reading() as session:
            people = pages.following(session, study.id, after, *conditions)
            if not people:
                return
            before = summaries.marks(session, people)
            found = judge(session, study, people)
        if found:
            yield found, before
        after = people[-1]


def _write(
    database: Database,
    keep: Keep[Found],
    found: Mapping[uuid.UUID, Found],
    before: Mapping[uuid.UUID, summaries.Mark],
) -> int:
    with database.writing() as session:
        now = summaries.marks(session, found)
        return keep(session, {key: what for key, what in found.items() if now[key] == before[key]})
