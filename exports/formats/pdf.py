"""The report as PDF/UA-1, the only door to WeasyPrint; the same data give the same bytes.

Laid out in parts so that a long study reports its progress, then joined into one document with
continuous page numbers. The document carries a title and nothing about when or where it was made.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from weasyprint import CSS, HTML, Document  # type: ignore[import-untyped]

from exports.format import Cover, Draft, Progress, no_progress
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
        pages = report_parts(dataset, cover, locale)
        texts = {f"part {number}": _words(page) for number, page in enumerate(pages, start=1)}
        return Draft(texts, lambda progress: render(pages, progress))


FORMAT = Pdf()


def render(parts: Sequence[str], progress: Progress) -> bytes:
    """Return one PDF of these HTML documents; `progress` hears of every part laid out."""
    outside_writing("drawing a PDF")
    laid_out: list[Document] = []
    pages = 0
    for number, part in enumerate(parts, start=1):
        going_on = CSS(
            string=f"@page:first {{ counter-reset: page {pages}; counter-increment: page }}"
        )
        document = HTML(string=part, url_fetcher=_fetch_nothing).render(
            stylesheets=[going_on], pdf_variant=VARIANT
        )
        laid_out.append(document)
        pages += len(document.pages)
        progress(number, len(parts))
    whole = laid_out[0].copy([page for document in laid_out for page in document.pages])
    content: bytes = whole.write_pdf(pdf_variant=VARIANT)
    return content


def html_to_pdf(html: str) -> bytes:
    """Return one whole HTML document (styles inside) as PDF/UA-1, byte by byte reproducible."""
    return render((html,), no_progress)


def _fetch_nothing(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    # A report is whole in itself: whatever asks for a file or an address is a mistake.
    raise ValueError("a report fetches nothing")


def _words(page: str) -> str:
    """Return an HTML page with and without its tags, so that no word hides in or across them."""
    return page + "\n" + re.sub(r"<[^>]+>", " ", page) + "\n" + re.sub(r"<[^>]+>", "", page)
