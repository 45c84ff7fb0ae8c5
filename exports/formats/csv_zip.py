"""One ZIP of CSV files with codebook, notes and checksums; the same data give the same bytes.

CSV after RFC 4180: UTF-8 without a byte-order mark, comma, CRLF, quotes where needed. Text that a
spreadsheet would run as a formula is defused with an apostrophe (OWASP, "CSV injection"); numbers
are numbers and stay as they are.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from exports import dictionary, wide
from exports.format import SCHEMA_VERSION, Cover, Draft, Progress
from exports.tables import Dataset, Table, Value, cell_text
from modules.outcomes.questionnaire import Licence
from modules.text import Text

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

OLDEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
READABLE_FILE = 0o100644 << 16
UNIX = 3


@dataclass(frozen=True, slots=True)
class CsvZip:
    """The format `csv`: a ZIP, because the tables belong together with their codebook."""

    key: str = "csv"
    label: Text = Text("Datos: CSV con libro de códigos (.zip)", "Data: CSV with codebook (.zip)")
    mimetype: str = "application/zip"
    extension: str = "zip"

    def compose(self, dataset: Dataset, cover: Cover, locale: str) -> Draft:
        """Return the draft. Codebook and notes are in both languages, whatever the locale."""
        tables = [
            *(table for table in dataset.tables if table.rows),
            wide.wide(dataset, cover.protocol, cover.instruments),
        ]
        files = {f"{table.key}.csv": csv_text(table) for table in tables}
        files["codebook.csv"] = csv_text(dictionary.codebook(tables, cover.instruments))
        files["README.txt"] = readme(cover, tables)
        files["SHA256SUMS"] = _checksums(files)

        def finish(progress: Progress) -> bytes:
            content = pack(files)
            progress(1, 1)
            return content

        return Draft({name: f"{name}\n{text}" for name, text in files.items()}, finish)


FORMAT = CsvZip()


def csv_text(table: Table) -> str:
    """Return a table as CSV."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(map(defused, table.header))
    writer.writerows([defused(value) for value in row] for row in table.rows)
    return stream.getvalue()


def defused(value: Value) -> str:
    """Return a cell; a text that begins like a formula gets an apostrophe in front."""
    text = cell_text(value)
    risky = isinstance(value, str) and text.lstrip(" ").startswith(FORMULA_STARTS)
    return f"'{text}" if risky else text


def _checksums(files: Mapping[str, str]) -> str:
    lines = (
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n"
        for name, text in sorted(files.items())
    )
    return "".join(lines)


def pack(files: Mapping[str, str]) -> bytes:
    """Return a ZIP of these texts: sorted names, fixed times and permissions, no extra fields."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in sorted(files.items()):
            entry = zipfile.ZipInfo(name, OLDEST_ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = READABLE_FILE
            entry.create_system = UNIX
            archive.writestr(entry, text.encode())
    return stream.getvalue()


def readme(cover: Cover, tables: list[Table]) -> str:
    """Return the notes of the ZIP, Spanish first, then English."""
    return "\n".join([*_notes(cover, tables, "es"), "", "", *_notes(cover, tables, "en"), ""])


def _notes(cover: Cover, tables: list[Table], locale: str) -> list[str]:
    def say(es: str, en: str) -> str:
        return Text(es, en).get(locale)

    licensed = [one for one in cover.instruments if one.licence is Licence.LICENSED]
    registry = cover.protocol.registry
    lines = [
        cover.protocol.title.get(locale),
        *([f"{say('Registro', 'Registry')}: {registry.id}"] if registry else []),
        f"{say('Estudio', 'Study')}: {cover.study_key}",
        f"{say('Destinatario', 'Audience')}: {cover.audience_label.get(locale)}",
        f"{say('Día de extracción', 'Day of extraction')}: {cover.extracted_on.isoformat()}",
        f"{say('Protocolo', 'Protocol')}: {cover.protocol.key} {cover.protocol.version}; "
        f"{say('esquema', 'schema')} {SCHEMA_VERSION}",
    ]
    if cover.synthetic:
        lines += ["", say("*** DATOS SINTÉTICOS: no son de personas reales. ***",
                          "*** SYNTHETIC DATA: not of real people. ***")]  # fmt: skip
    lines += ["", say("Archivos (filas sin encabezado):", "Files (rows without header):")]
    lines += [f"  {t.key}.csv  {len(t.rows)}  {t.title.get(locale)}" for t in tables]
    lines += [
        "  codebook.csv  " + say("cada columna y cada pregunta, con códigos y vacíos",
                                 "every column and question, with codes and empty cells"),
        "  SHA256SUMS  " + say("comprobación: sha256sum -c SHA256SUMS",
                               "to check: sha256sum -c SHA256SUMS"),
        "",
        say("Cada persona tiene las mismas filas: lo que falta dice por qué (status, "
            "missing_reason, score_status).",
            "Everybody has the same rows: what is missing says why (status, missing_reason, "
            "score_status)."),
        say("El orden de las filas y export_id no dicen nada de la persona; otro destinatario "
            "recibe otros identificadores.",
            "Neither the order of the rows nor export_id says anything about the person; another "
            "audience gets other identifiers."),
        say("No hay fechas ni texto libre. CSV: UTF-8, coma, RFC 4180, punto decimal.",
            "There are no dates and no free text. CSV: UTF-8, comma, RFC 4180, decimal point."),
    ]  # fmt: skip
    names = ", ".join(one.title.get(locale) for one in licensed)
    if names:
        lines += ["", say(f"{names}: con wording = own se leyó una redacción propia, que no es el "
                          "texto con licencia ni el validado.",
                          f"{names}: where wording = own, people read our own wording, which is "
                          "not the licensed and not the validated text.")]  # fmt: skip
    return lines
