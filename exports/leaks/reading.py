"""Finished bytes as a reader sees them: names, members of archives, pages and properties of PDFs.

Pure.
"""

import io
import re
import zipfile
from collections.abc import Iterator

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, PdfObject, StreamObject, TextStringObject

MARKUP = (".xml", ".html", ".htm", ".svg", ".rels", ".opf", ".xhtml")
PDF_START = b"%PDF-"
MOST_DEPTH = 4
"""Archives within archives that are opened; deeper ones have no business in a file of ours."""


def readable(filename: str, content: bytes) -> dict[str, str]:
    """Return place -> text for everything that can be read in a file, its name included.

    Text in UTF-8, archives (ZIP, XLSX) with all their members and comments, PDFs with their pages,
    properties, outline, alternative texts and attachments.
    """
    texts = {"(file name)": filename}
    for place, text in _inside(filename, content, MOST_DEPTH):
        texts[place] = f"{texts[place]}\n{text}" if place in texts else text
    return texts


def without_tags(markup: str) -> str:
    """Return markup with its tags, and with what stands in and across them as running text."""
    return "\n".join((markup, re.sub(r"<[^>]+>", " ", markup), re.sub(r"<[^>]+>", "", markup)))


def _inside(name: str, content: bytes, depth: int) -> Iterator[tuple[str, str]]:
    if content.startswith(PDF_START):
        yield from _pdf(content, depth)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        yield from _archive(content, depth)
    else:
        text = content.decode("utf-8", "replace")
        yield "(content)", without_tags(text) if name.lower().endswith(MARKUP) else text


def _archive(content: bytes, depth: int) -> Iterator[tuple[str, str]]:
    if depth == 0:
        raise ValueError("archives within archives without end")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield "(comment)", archive.comment.decode("utf-8", "replace")
        for entry in archive.infolist():
            yield entry.filename, f"{entry.filename}\n{entry.comment.decode('utf-8', 'replace')}"
            for _place, text in _inside(entry.filename, archive.read(entry), depth - 1):
                yield entry.filename, text


def _pdf(content: bytes, depth: int) -> Iterator[tuple[str, str]]:
    reader = pypdf.PdfReader(io.BytesIO(content))
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        yield f"page {number}", f"{text}\n{_unbroken(text)}"
    strings: list[str] = []
    numbers = set(reader.xref_objStm).union(*reader.xref.values())
    for number in sorted(numbers):
        found = reader.get_object(number)
        strings += _strings(found)
        if isinstance(found, StreamObject) and found.get("/Type") in ("/Metadata", "/EmbeddedFile"):
            metadata = str(found["/Type"]) == "/Metadata"
            name = ".xml" if metadata else ""
            yield from (("(attached)", text) for _, text in _inside(name, found.get_data(), depth))
    yield "(properties)", "\n".join(strings)


def _unbroken(text: str) -> str:
    """Return text whose words go on where a line broke them."""
    return re.sub(r"[-\u00ad\u2010]\n", "", text)


def _strings(found: PdfObject | None) -> Iterator[str]:
    """Yield the strings of an object and of what stands in it directly."""
    if isinstance(found, TextStringObject):
        yield str(found)
    elif isinstance(found, DictionaryObject):
        for key in found:
            yield from _strings(found.raw_get(key))
    elif isinstance(found, ArrayObject):
        for each in list.__iter__(found):
            yield from _strings(each)
