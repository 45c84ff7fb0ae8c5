"""Making an export: facts, blinding, format, check before release, log."""

import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from exports import blinding, dataset, leaks
from exports.errors import UnknownChoice
from exports.format import Cover, Format, Progress, no_progress
from exports.formats import FORMATS
from exports.models import ExportLog
from exports.tables import Dataset
from modules.errors import NotFound
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.protocol_instruments import as_asked
from modules.outcomes.questionnaire import Instrument
from modules.records import queries
from modules.study import days, protocol
from modules.study.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Export:
    """A released file. Its name has one shape for all and tells nothing."""

    filename: str
    mimetype: str
    content: bytes
    sha256: str


def make_export(
    session: Session,
    study_key: str,
    audience: str,
    format_key: str,
    locale: str,
    asked_by: uuid.UUID | None,
    now: datetime,
    secret: bytes,
    progress: Progress | None = None,
    *,
    participant_id: uuid.UUID | None = None,
    protocols: Mapping[str, Protocol] | None = None,
    instruments: Mapping[str, Instrument] = INSTRUMENTS,
    forbidden: Iterable[str] = (),
) -> Export:
    """Return one blinded file of a study, or of one participant alone, and log that it was made.

    `secret`: at least 32 bytes, `keyring().secret_for("exports")`. `protocols`: by key, the shipped
    ones unless given. `forbidden`: further words that must not stand in the file, beside what
    tells the protocol's arms apart. Raises NotFound (study, participant), UnknownChoice (audience,
    format), NotExportable and UnevenRows (see `blinding`), LeaksFound: then nothing is released
    or logged.
    """
    chosen = _format(format_key)
    reader = blinding.audience_of(audience)
    source = _source(session, study_key, participant_id, protocols, instruments)
    blinded = dataset.dataset(source, audience, secret, now)
    cover = _cover(source, reader, participant_id is not None, now)
    words = (*leaks.forbidden_words(source.protocol), *forbidden)
    public = (*leaks.public_sentences(source.protocol), study_key)
    filename = _filename(cover, chosen)

    draft = chosen.compose(blinded, cover, locale)
    leaks.refuse_leaks(draft.texts, words, public)
    content = draft.finish(progress or no_progress)
    leaks.refuse_leaks(leaks.readable(filename, content), words, public)

    export = Export(filename, chosen.mimetype, content, hashlib.sha256(content).hexdigest())
    session.add(
        ExportLog(
            study_id=source.study.id,
            participant_id=participant_id,
            made_at=now,
            asked_by=asked_by,
            audience=audience,
            format=format_key,
            locale=locale[:8],
            participants=len(source.people),
            rows=_row_count(blinded),
            sha256=export.sha256,
        )
    )
    session.flush()
    return export


def _format(key: str) -> Format:
    if key not in FORMATS:
        raise UnknownChoice
    return FORMATS[key]


def _source(
    session: Session,
    study_key: str,
    participant_id: uuid.UUID | None,
    protocols: Mapping[str, Protocol] | None,
    instruments: Mapping[str, Instrument],
) -> dataset.Source:
    study = queries.study(session, study_key)
    known = protocol.load() if protocols is None else protocols
    if study.protocol_key not in known:
        raise NotFound("protocol")
    one = None if participant_id is None else [participant_id]
    people = queries.participants(session, study.id, one)
    if one and not people:
        raise NotFound("participant")
    answers = queries.assessments(session, study.id, one)
    chosen = known[study.protocol_key]
    return dataset.Source(study, chosen, as_asked(chosen, instruments), people, answers)


def _cover(source: dataset.Source, reader: blinding.Audience, single: bool, now: datetime) -> Cover:
    return Cover(
        study_key=source.study.key,
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
