"""One row per person, ready for an analysis of covariance: covariates, then every score. Pure.

Made from the blinded tables alone, so it cannot hold more than they do.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import ceil, floor

from exports.tables import Column, Dataset, Kind, Table, Value
from modules.outcomes.questionnaire import Instrument
from modules.study.protocol import Protocol
from modules.text import Text

KEY = "wide"
TITLE = Text(
    "Una fila por persona: covariables y puntuaciones sin redondear",
    "One row per person: covariates and unrounded scores",
)


def wide(dataset: Dataset, protocol: Protocol, instruments: Sequence[Instrument]) -> Table:
    """Return the wide table: `<instrument>_<visit>` columns beside those of `participants`."""
    people = dataset.table("participants")
    scores: dict[Value, dict[str, Value]] = defaultdict(dict)
    for row in dataset.table("scores").records():
        scores[row["export_id"]][f"{row['instrument']}_{row['visit']}"] = row["score"]
    added = _columns(protocol, instruments)
    rows = tuple(
        (*row, *(scores[row[0]].get(column.name) for column in added)) for row in people.rows
    )
    return Table(KEY, TITLE, people.columns + added, rows)


def _columns(protocol: Protocol, instruments: Sequence[Instrument]) -> tuple[Column, ...]:
    known: Mapping[str, Instrument] = {one.key: one for one in instruments}
    return tuple(
        Column(
            name=f"{key}_{visit.key}",
            label=Text(
                f"{known[key].title.es}, {visit.title.es}",
                f"{known[key].title.en}, {visit.title.en}",
            ),
            kind=Kind.DECIMAL,
            unit=known[key].unit,
            low=floor(known[key].score_range[0]),
            high=ceil(known[key].score_range[1]),
            derivation=Text("scores.score", "scores.score"),
            empty=Text("véase scores.score_status", "see scores.score_status"),
        )
        for key in known
        for visit in protocol.visits
        if key in visit.instruments
    )
