"""The report as PDF/UA-1, the only door to WeasyPrint; the same data give the same bytes.

Laid out in parts so that a long study reports its progress, then joined into one document with
continuous page numbers. The document carries a title and nothing about when or where it was made.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from weasyprint import CSS, HTML, Document  # type: ignore[import-untyped]
from weasyprint.document import Page  # type: ignore[import-untyped]

from exports.format import Cover, Draft, Progress, no_progress
from exports.leaks.reading import without_tags
from exports.report.pages import BLOCK, Part
from exports.report.pages import parts as report_parts
from exports.tables import Dataset
from modules.records.db import outside_writing
from modules.text import Text

VARIANT = "pdf/ua-1"


@dataclass(frozen=True, slots=True)
class Pdf:
    """The format `pdf`."""

    key: str = "pdf"
    label: Text = Text("Informe: PDF", "Report: PDF")
    mimetype: str = "application/pdf"
    extension: str = "pdf"

    def compose(self, dataset: Dataset, cover: Cover, locale: str) -> Draft:
        """Return the draft: the HTML of every part is what the check reads."""
        parts = report_parts(dataset, cover, locale)
        texts = {
            f"part {number}": without_tags(p.html()) for number, p in enumerate(parts, start=1)
        }
        return Draft(texts, lambda progress: render(parts, progress))


FORMAT = Pdf()


def render(parts: Sequence[Part], progress: Progress) -> bytes:
    """Return one PDF of these parts; `progress` hears of every part laid out.

    What stands on the last page of a part goes on into the next part where that has blocks too, so
    that the parts leave no page half empty.
    """
    outside_writing("drawing a PDF")
    documents: list[Document] = []
    pages: list[Page] = []
    waiting: tuple[str, ...] = ()
    for number, part in enumerate(parts, start=1):
        document = _laid_out(part.html(waiting), len(pages))
        documents.append(document)
        goes_on = number < len(parts) and bool(parts[number].blocks) and len(document.pages) > 1
        held = _blocks_on(document.pages[-1]) if goes_on else 0
        waiting = (*waiting, *part.blocks)[-held:] if held else ()
        pages += document.pages[:-1] if held else document.pages
        progress(number, len(parts))
    content: bytes = documents[0].copy(pages).write_pdf(pdf_variant=VARIANT)
    return content


def _laid_out(html: str, before: int) -> Document:
    """Lay out one document whose pages are numbered on from those before."""
    going_on = CSS(
        string=f"@page:first {{ counter-reset: page {before}; counter-increment: page }}"
    )
    return HTML(string=html, url_fetcher=_fetch_nothing).render(
        stylesheets=[going_on], pdf_variant=VARIANT
    )


def _blocks_on(page: Page) -> int:
    return sum(name.startswith(BLOCK) for name in page.anchors)


def html_to_pdf(html: str) -> bytes:
    """Return one whole HTML document (styles inside) as PDF/UA-1, byte by byte reproducible."""
    return render((Part(html),), no_progress)


def _fetch_nothing(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    # A report is whole in itself: whatever asks for a file or an address is a mistake.
    raise ValueError("a report fetches nothing")
