"""Making an export: facts, blinding, format, check before release, log."""

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from exports import blinding, dataset
from exports.audience import Audience
from exports.errors import UnknownChoice
from exports.format import Cover, Format, Progress, no_progress
from exports.formats import FORMATS
from exports.leaks.order import refuse_other_ids, refuse_other_order
from exports.leaks.reading import readable
from exports.leaks.search import Forbidden, refuse_leaks
from exports.leaks.words import forbidden_words, neutral_key, public_sentences
from exports.models import ExportLog
from exports.tables import Dataset
from modules.errors import NotFound
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.protocol_instruments import as_asked
from modules.outcomes.questionnaire import Instrument
from modules.records import queries
from modules.records.db import Database, outside_writing
from modules.study import days, protocol
from modules.study.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Export:
    """A released file. Its name has one shape for all and tells nothing."""

    filename: str
    mimetype: str
    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Order:
    """Which file somebody asks for. `asked_by`: None from the command line."""

    study_key: str
    audience: str
    format_key: str
    locale: str
    asked_by: uuid.UUID | None = None
    participant_id: uuid.UUID | None = None
    """The one participant it is about; None for the whole study."""


Naming = Callable[[Session, uuid.UUID], Iterable[str]]
"""Returns names, numbers and codes of the people of a study: identity lives above this package."""


def names_nobody(_session: Session, _study_id: uuid.UUID) -> tuple[str, ...]:
    """Know nobody: where there is no course, nobody has a name."""
    return ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What every export of an installation stands on.

    `secret`: at least 32 bytes, `keyring().secret_for("exports")`. `protocols`: by key, the shipped
    ones unless given. `naming`: what names the people of a study, which no file may hold beside
    what tells the protocol's arms apart.
    """

    secret: bytes
    protocols: Mapping[str, Protocol] | None = None
    instruments: Mapping[str, Instrument] = field(default_factory=lambda: INSTRUMENTS)
    naming: Naming = names_nobody


@dataclass(frozen=True, slots=True)
class Manuscript:
    """All that a file will hold, read and blinded; free of any session."""

    order: Order
    study_id: uuid.UUID
    participants: int
    format: Format
    blinded: Dataset
    cover: Cover
    expected_ids: tuple[str, ...]
    forbidden: Forbidden
    public: tuple[str, ...]

    def finish(self, progress: Progress) -> Export:
        """Return the file. Call with no transaction open: a report takes minutes.

        Raises NotExportable and LeaksFound: then there is nothing to release.
        """
        outside_writing("rendering an export")
        filename = _filename(self.cover, self.format)
        refuse_other_ids(self.blinded, self.expected_ids)
        draft = self.format.compose(self.blinded, self.cover, self.order.locale)
        self._refuse(draft.texts)
        content = draft.finish(progress)
        self._refuse(readable(filename, content))
        sha256 = hashlib.sha256(content).hexdigest()
        return Export(filename, self.format.mimetype, content, sha256)

    def _refuse(self, texts: Mapping[str, str]) -> None:
        refuse_leaks(texts, self.forbidden, self.public)
        refuse_other_order(texts, self.expected_ids)


Keep = Callable[[Session, Export], None]


def keep_nothing(_session: Session, _export: Export) -> None:
    """Leave the file to whoever asked for it."""


def make_export(
    database: Database,
    order: Order,
    ground: Ground,
    now: datetime,
    progress: Progress = no_progress,
    keep: Keep = keep_nothing,
) -> Export:
    """Read, make and release one blinded file; nothing is open while it is made.

    `keep` is called in the transaction that logs the release. Raises what `read` and
    `Manuscript.finish` raise: then nothing is released or logged.
    """
    with database.reading() as session:
        manuscript = read(session, order, ground, now)
    export = manuscript.finish(progress)
    with database.writing() as session:
        release(session, manuscript, export, now)
        keep(session, export)
    return export


def read(session: Session, order: Order, ground: Ground, now: datetime) -> Manuscript:
    """Read and blind what an order asks for.

    Raises NotFound (study, participant), UnknownChoice (audience, format) and UnevenRows.
    """
    chosen = _format(order.format_key)
    reader = blinding.audience_of(order.audience)
    source = _source(session, order, ground)
    cover = _cover(source, reader, order.participant_id is not None, now)
    named = ground.naming(session, source.study.id)
    people = [person.id for person in source.people]
    return Manuscript(
        order=order,
        study_id=source.study.id,
        participants=len(people),
        format=chosen,
        blinded=dataset.dataset(source, order.audience, ground.secret, now),
        cover=cover,
        expected_ids=blinding.ids_in_order(ground.secret, order.audience, source.study.id, people),
        forbidden=Forbidden.of((*forbidden_words(source.protocol), *named), dates=True),
        public=(*public_sentences(source.protocol), cover.extracted_on.isoformat()),
    )


def release(session: Session, manuscript: Manuscript, export: Export, now: datetime) -> None:
    """Log that a file was made."""
    order = manuscript.order
    session.add(
        ExportLog(
            study_id=manuscript.study_id,
            participant_id=order.participant_id,
            made_at=now,
            asked_by=order.asked_by,
            audience=order.audience,
            format=order.format_key,
            locale=order.locale[:8],
            participants=manuscript.participants,
            rows=_row_count(manuscript.blinded),
            sha256=export.sha256,
        )
    )
    session.flush()


def _format(key: str) -> Format:
    if key not in FORMATS:
        raise UnknownChoice
    return FORMATS[key]


def _source(session: Session, order: Order, ground: Ground) -> dataset.Source:
    study = queries.study(session, order.study_key)
    known = protocol.load() if ground.protocols is None else ground.protocols
    if study.protocol_key not in known:
        raise NotFound("protocol")
    one = None if order.participant_id is None else [order.participant_id]
    people = queries.participants(session, study.id, one)
    if one and not people:
        raise NotFound("participant")
    answers = queries.assessments(session, study.id, one)
    chosen = known[study.protocol_key]
    return dataset.Source(study, chosen, as_asked(chosen, ground.instruments), people, answers)


def _cover(source: dataset.Source, reader: Audience, single: bool, now: datetime) -> Cover:
    return Cover(
        study_key=neutral_key(source.study.key, source.protocol),
        audience=reader.key,
        audience_label=reader.label,
        blinded=reader.key in source.protocol.blinded_roles,
        synthetic=source.study.synthetic,
        extracted_on=days.today_for(now, source.protocol.time_zone),
        single=single,
        protocol=source.protocol,
        instruments=dataset.planned(source.protocol, source.instruments),
    )


def _filename(cover: Cover, chosen: Format) -> str:
    study = re.sub(r"[^A-Za-z0-9_-]+", "-", cover.study_key)
    return f"{study}-{cover.audience}-{cover.extracted_on.isoformat()}.{chosen.extension}"


def _row_count(blinded: Dataset) -> int:
    return sum(len(table.rows) for table in blinded.tables)
