"""The report's pages in order, as parts that are HTML documents. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from exports.columns import STATUS
from exports.format import SCHEMA_VERSION, Cover
from exports.report.notes import notes
from exports.report.overview import overview
from exports.report.people import ParticipantReport, people
from exports.report.reader import Reader, own_wording
from exports.tables import Dataset

PEOPLE_A_PART = 25
"""Participants laid out together: keeps the memory of a long report within bounds."""

MOST_PEOPLE = 250
"""Beyond so many the report keeps the tables of everybody and leaves the blocks to the CSV: 200
blocks are 60 pages, and every further one costs 2 MB of memory while the PDF is written."""

_templates = Environment(
    loader=PackageLoader("exports", "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


BLOCK = "block-"
"""How the id of a block begins, by which it is found on a page."""

_PLACE = "<!-- blocks -->"


@dataclass(frozen=True, slots=True)
class Part:
    """One HTML document: a frame, and the blocks in it, which may also stand in the next part's."""

    frame: str
    blocks: tuple[str, ...] = ()

    def html(self, before: Sequence[str] = ()) -> str:
        """Return the whole document, with the blocks that were left over from the part before."""
        return self.frame.replace(_PLACE, "".join((*before, *self.blocks)))


def parts(dataset: Dataset, cover: Cover, locale: str) -> list[Part]:
    """Return the parts of a report in order: cover, participants in several, notes."""
    reader = Reader(dataset, cover, locale)
    shown = len(dataset.export_ids) <= MOST_PEOPLE
    blocks = people(reader) if shown else []
    if cover.single:
        return [Part(_render(reader, "one.html", people=blocks, notes=notes(reader)))]
    return [
        Part(_render(reader, "cover.html", shown=shown, **overview(reader))),
        *(
            Part(_render(reader, "people.html", opening=number == 0, place=_PLACE), chunk)
            for number, chunk in enumerate(_chunks(_blocks(reader, blocks)))
        ),
        Part(_render(reader, "notes.html", notes=notes(reader))),
    ]


def _blocks(reader: Reader, people: Sequence[ParticipantReport]) -> list[str]:
    return [
        _render(reader, "person.html", one=one, id=f"{BLOCK}{number}")
        for number, one in enumerate(people)
    ]


def _render(reader: Reader, template: str, **values: object) -> str:
    return _templates.get_template(template).render(
        say=reader.say,
        text=reader.text,
        reader=reader,
        cover=reader.cover,
        facts=_facts(reader),
        marks=_marks(reader),
        status=STATUS,
        **values,
    )


def _chunks(blocks: Sequence[str]) -> list[tuple[str, ...]]:
    starts = range(0, len(blocks), PEOPLE_A_PART)
    return [tuple(blocks[start : start + PEOPLE_A_PART]) for start in starts]


def _facts(reader: Reader) -> list[tuple[str, str]]:
    cover, registry = reader.cover, reader.cover.protocol.registry
    facts = [("registry", registry.id), ("organisation_id", registry.organisation_id)] if (
        registry
    ) else []  # fmt: skip
    if registry:
        facts += [
            ("sponsor", registry.sponsor),
            ("collaborators", ", ".join(registry.collaborators)),
            ("ethics", registry.ethics),
        ]
    facts += [
        ("study", cover.study_key),
        ("audience", reader.text(cover.audience_label)),
        ("extracted", cover.extracted_on.isoformat()),
        ("protocol", f"{cover.protocol.key} {cover.protocol.version} / {SCHEMA_VERSION}"),
        ("participants", str(len(reader.dataset.export_ids))),
    ]
    return [(reader.say(name), value) for name, value in facts if value]


def _marks(reader: Reader) -> list[tuple[str, str]]:
    kind = "blinded" if reader.cover.blinded else "coded"
    marks = [(reader.say(kind), reader.say(f"{kind}_note"))]
    if reader.cover.synthetic:
        marks.append((reader.say("synthetic"), reader.say("synthetic_note")))
    own = own_wording(reader)
    if own:
        note = (
            f"{', '.join(reader.text(one.title) for one in own)}: {reader.say('own_wording_note')}"
        )
        marks.append((reader.say("own_wording"), note))
    return marks
