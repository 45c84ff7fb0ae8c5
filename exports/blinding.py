"""Who may read what: the list of columns per audience, and how a person becomes an identifier.

Pure. What is not on the list is dropped and never named. Leaks are numbered as in
`docs/blinding.md`: L1 to L11 are closed here, by these rules:

* only listed columns leave, and each value must be of the kind its column allows, so that a date,
  a note or an object can never ride along in a column meant for something else;
* identifiers are keyed hashes, different for each audience and study (L2, L4, L29);
* participants are ordered by a second keyed hash (L3);
* everybody has the same number of rows in every table, or nothing leaves at all (L6, L7).
"""

import hashlib
import hmac
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

from exports.audience import Audience
from exports.audiences import AUDIENCES
from exports.columns import TABLES
from exports.errors import NotExportable, UnevenRows, UnknownChoice
from exports.tables import PARTICIPANT, Column, Dataset, Kind, Row, Table, Value

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class StudyRecord:
    """All raw rows of one study by table; each row says whose it is in `participant_id`."""

    study_id: uuid.UUID
    tables: Mapping[str, tuple[Row, ...]]


"""Everybody an export can be made for. A new audience is one more entry here."""

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels and no digits: an identifier spells no word, no month and no number."""

ID_LETTERS = 12


def export_id(secret: bytes, audience: str, study: uuid.UUID, participant: uuid.UUID) -> str:
    """Return the identifier of a participant for one audience, such as `KXRT-MBWQ-ZFNH`.

    HMAC-SHA-256, 12 letters out of 20 (51 bits): among 10 000 people the chance that two share one
    is 1 in 80 million, and `blind` checks it.
    """
    number = int.from_bytes(_keyed(secret, b"id", audience, study, participant), "big")
    letters = ""
    for _ in range(ID_LETTERS):
        number, position = divmod(number, len(LETTERS))
        letters += LETTERS[position]
    return "-".join(letters[start : start + 4] for start in range(0, ID_LETTERS, 4))


def ids_in_order(
    secret: bytes, audience: str, study: uuid.UUID, people: Iterable[uuid.UUID]
) -> tuple[str, ...]:
    """Return the identifiers of these people for an audience in the order of its files."""
    placed = sorted(people, key=lambda person: _place(secret, audience, study, person))
    return tuple(export_id(secret, audience, study, person) for person in placed)


def _place(secret: bytes, audience: str, study: uuid.UUID, participant: uuid.UUID) -> bytes:
    """Return where a participant stands in the order of rows; unrelated to the identifier."""
    return _keyed(secret, b"order", audience, study, participant)


def _keyed(
    secret: bytes, purpose: bytes, audience: str, study: uuid.UUID, participant: uuid.UUID
) -> bytes:
    if len(secret) < SECRET_BYTES:
        raise ValueError(f"the secret has at least {SECRET_BYTES} bytes")
    message = b"\0".join((b"columna/export", purpose, audience.encode()))
    return hmac.digest(secret, message + b"\0" + study.bytes + participant.bytes, hashlib.sha256)


def audience_of(key: str) -> Audience:
    """Return an audience by its key. Raises UnknownChoice."""
    if key not in AUDIENCES:
        raise UnknownChoice
    return AUDIENCES[key]


def blind(record: StudyRecord, audience: Audience, secret: bytes) -> Dataset:
    """Return what `audience` may read of a study.

    `secret`: at least 32 bytes, the same for all exports that are to be joined. Raises
    NotExportable when a value does not fit its column or two identifiers are the same, UnevenRows
    when participants can be told apart by their number of rows: then nothing leaves.
    """
    people = {_whose(row) for row in record.tables["participants"]}
    ids = {person: export_id(secret, audience.key, record.study_id, person) for person in people}
    if len(set(ids.values())) != len(ids):
        raise NotExportable("participants", "export_id")
    order = {person: _place(secret, audience.key, record.study_id, person) for person in people}
    tables = []
    for key, names in audience.columns.items():
        rows = sorted(record.tables[key], key=lambda row: order[_whose(row)])
        _refuse_uneven(rows, people)
        tables.append(_table(key, names, rows, ids))
    return Dataset(audience.key, tuple(tables))


def _whose(row: Row) -> uuid.UUID:
    person = row[PARTICIPANT]
    if not isinstance(person, uuid.UUID):
        raise NotExportable("participants", PARTICIPANT)
    return person


def _refuse_uneven(rows: Sequence[Row], people: set[uuid.UUID]) -> None:
    counts = Counter(map(_whose, rows))
    if rows and (set(counts) != people or len(set(counts.values())) > 1):
        raise UnevenRows


def _table(
    key: str, names: Sequence[str], rows: Sequence[Row], ids: Mapping[uuid.UUID, str]
) -> Table:
    title, known = TABLES[key]
    by_name = {column.name: column for column in known}
    columns = tuple(by_name[name] for name in names)
    blinded = tuple(
        tuple(_cell(key, column, row, ids[_whose(row)]) for column in columns) for row in rows
    )
    return Table(key, title, columns, blinded)


def _cell(table: str, column: Column, row: Row, identifier: str) -> Value:
    if column.kind is Kind.IDENTIFIER:
        return identifier
    value = column.value(row)
    if value is None:
        return None
    if isinstance(value, bool | float):
        value = _plain_number(value)
    if isinstance(value, str | int | Fraction) and _fits(column, value):
        return value
    raise NotExportable(table, column.name)


def _plain_number(value: bool | float) -> object:
    # A float is read as the decimal it prints as; a truth value belongs in a yes/no column.
    return str(value) if isinstance(value, bool) or not isfinite(value) else Fraction(str(value))


_PATTERNS = {
    Kind.KEY: re.compile(r"[a-z0-9][a-z0-9_-]{0,39}"),
    Kind.VERSION: re.compile(r"[\w-][\w .,;/()+-]{0,39}", re.ASCII),
    Kind.MARKS: re.compile(r"\d{1,3}(\|\d{1,3})+", re.ASCII),
}


def _fits(column: Column, value: str | int | Fraction) -> bool:
    if column.kind is Kind.CODE:
        return value in column.codes
    if column.kind is Kind.INTEGER:
        return isinstance(value, int) and _in_range(column, value)
    if column.kind is Kind.DECIMAL:
        return isinstance(value, int | Fraction)
    return isinstance(value, str) and bool(_PATTERNS[column.kind].fullmatch(value))


def _in_range(column: Column, value: int) -> bool:
    return (column.low is None or column.low <= value) and (
        column.high is None or value <= column.high
    )
