"""A text pack written as a table, for sites that work in a spreadsheet.

Three columns, `field,part,text`. The head has one row for each field with `part` empty
(`licence_holder,,Clinic`); an item has one row for its question (`q1,prompt,...`), one for each
code (`q1,0,...`) and, where it is a scale, its ends (`q1,low,...` and `q1,high,...`).
"""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date

HEADER = ["field", "part", "text"]

ENDS = ("low", "high")


def as_yaml(table: str) -> str:
    """Return the same pack as YAML; raises ValueError naming the row that cannot be read."""
    rows = csv.reader(io.StringIO(table.removeprefix("\ufeff")), strict=True)
    try:
        if next(rows, None) != HEADER:
            raise ValueError(f"row 1: must be {','.join(HEADER)}")
        return _written(_nested(enumerate(rows, 2)))
    except csv.Error as error:
        raise ValueError(f"is not a table: {error}") from error


def _nested(rows: Iterable[tuple[int, list[str]]]) -> dict[str, object]:
    head: dict[str, object] = {}
    items: dict[str, dict[str, str]] = {}
    for number, row in rows:
        if not any(row):
            continue
        if len(row) != len(HEADER):
            raise ValueError(f"row {number}: must have {len(HEADER)} columns")
        name, part, text = row
        place: dict[str, object] | dict[str, str] = items.setdefault(name, {}) if part else head
        key = part or name
        if key in place:
            raise ValueError(f"row {number}: written twice")
        place[key] = text
    return {**head, "items": {name: _item(parts) for name, parts in items.items()}}


def _item(parts: dict[str, str]) -> dict[str, object]:
    item: dict[str, object] = {
        name: text for name, text in parts.items() if not _is_code(name) and name not in ENDS
    }
    codes = {int(name): text for name, text in parts.items() if _is_code(name)}
    ends = [parts[name] for name in ENDS if name in parts]
    return item | ({"choices": codes} if codes else {}) | ({"anchors": ends} if ends else {})


def _is_code(name: str) -> bool:
    digits = name.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) < 4


def _written(data: dict[str, object]) -> str:
    """Return nested data as YAML, by its JSON form; codes and the date stay what they are."""
    expires = data.get("expires")
    lines = []
    for name, value in data.items():
        is_day = name == "expires" and isinstance(expires, str) and _is_day(expires)
        text = str(value) if is_day else _flow(value)
        lines.append(f"{json.dumps(name, ensure_ascii=False)}: {text}")
    return "\n".join(lines) + "\n"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _flow(value: object) -> str:
    if isinstance(value, dict):
        parts = (
            f"{key if isinstance(key, int) else json.dumps(key, ensure_ascii=False)}: {_flow(part)}"
            for key, part in value.items()
        )
        return "{" + ", ".join(parts) + "}"
    return json.dumps(value, ensure_ascii=False)
