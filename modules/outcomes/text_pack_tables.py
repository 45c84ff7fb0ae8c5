"""A text pack written as a table, for sites that work in a spreadsheet.

Three columns, `field,part,text`. The head has one row for each field with `part` empty
(`licence_holder,,Clinic`); an item has one row for its question (`q1,prompt,...`), one for each
code (`q1,0,...`) and, where it is a scale, its ends (`q1,low,...` and `q1,high,...`).
"""

import csv
import io
import re
from typing import Any

from modules.errors import Fault
from modules.reading.document import Document, dotted

HEADER = ["field", "part", "text"]

ENDS = ("low", "high")


def parse(file: str, content: bytes) -> Document:
    """Return the document of a table; the line of a field is its row, the header is row 1."""
    try:
        table = csv.reader(io.StringIO(content.decode("utf-8-sig")), strict=True)
        rows = list(table)
    except UnicodeDecodeError:
        return Document.unreadable(file, "is not UTF-8 text")
    except csv.Error as error:
        return Document.unreadable(file, f"is not a table: {error}", table.line_num)
    if rows[:1] != [HEADER]:
        return Document.unreadable(file, f"must be {','.join(HEADER)}", 1)
    document = Document(file, {"items": {}}, {(): 1, ("items",): 1})
    for number, row in enumerate(rows[1:], 2):
        if any(row):
            _put(document, number, row)
    for key, item in document.data["items"].items():
        _pair_ends(document, key, item)
    return document


def _put(document: Document, number: int, row: list[str]) -> None:
    """Put a row where a YAML pack has the same field."""
    if len(row) != len(HEADER):
        document.faults.append(Fault(document.file, number, "", f"must have {len(HEADER)} columns"))
        return
    name, part, text = row
    path = _path(name, part)
    if path in document.lines:
        document.faults.append(Fault(document.file, number, dotted(path), "written twice"))
        return
    place = document.data
    for end, step in enumerate(path[:-1], 1):
        place = place.setdefault(step, {})
        document.lines.setdefault(path[:end], number)
    place[path[-1]] = text
    document.lines[path] = number


def _path(name: str, part: str) -> tuple[str, ...]:
    if not part:
        return (name,)
    code = ("choices",) if re.fullmatch(r"-?[0-9]{1,3}", part) else ()
    return ("items", name, *code, part)


def _pair_ends(document: Document, key: str, item: dict[str, Any]) -> None:
    """Make one list of the rows of the two ends; their faults stay with their rows."""
    ends = [end for end in ENDS if end in item]
    if ends:
        item["anchors"] = [item.pop(end) for end in ends]
        document.moved["items", key, "anchors"] = ("items", key, ends[0])
        for place, end in enumerate(ends):
            document.moved["items", key, "anchors", place] = ("items", key, end)
