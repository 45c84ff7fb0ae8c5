"""CSV that a spreadsheet cannot run and a statistician can read; the same data, the same bytes."""

import csv
import hashlib
import io
import zipfile
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.formats.csv_zip import csv_text, defused, pack
from exports.tables import Column, Kind, Table, decimal_text
from modules.text import Text
from tests.making_exports import make_export


@pytest.fixture
def files(session, study, people, now, secret):
    made = make_export(session, study.key, "assessor", "csv", "es_MX", None, now, secret)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


class TestCells:
    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
    def test_a_text_that_begins_like_a_formula_is_defused(self, start):
        assert defused(f"{start}HYPERLINK(1)").startswith("'")

    def test_negative_numbers_stay_numbers(self):
        assert defused(Fraction(-25, 2)) == "-12.5"
        assert defused(-3) == "-3"

    @given(st.text(max_size=30))
    def test_no_text_cell_begins_like_a_formula(self, text):
        assert not defused(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))

    @given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=4))
    def test_what_is_written_can_be_read_again(self, cells):
        columns = tuple(
            Column(name=f"c{n}", label=Text("", ""), kind=Kind.KEY) for n in range(len(cells))
        )
        text = csv_text(Table("t", Text("", ""), columns, (tuple(cells),)))
        assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [
            [defused(cell) for cell in cells]
        ]


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (Fraction(340, 9), "37.777778"),
            (Fraction(1, 2), "0.5"),
            (Fraction(40), "40"),
            (Fraction(-1, 3), "-0.333333"),
            (Fraction(-1, 10**9), "0"),
            (Fraction(2000005, 10**7), "0.200001"),
        ],
    )
    def test_six_decimals_half_up_with_a_point(self, value, text):
        assert decimal_text(value) == text

    @given(st.fractions())
    def test_a_number_is_right_to_half_of_the_last_place(self, value):
        assert abs(Fraction(decimal_text(value)) - value) <= Fraction(1, 2 * 10**6)


class TestFiles:
    def test_the_zip_holds_every_table_codebook_notes_and_checksums(self, files):
        assert sorted(files) == [
            "README.txt", "SHA256SUMS", "codebook.csv", "items.csv", "participants.csv",
            "recovery.csv", "responders.csv", "scores.csv", "visits.csv", "wide.csv",
        ]  # fmt: skip

    def test_the_checksums_hold(self, files):
        lines = files["SHA256SUMS"].decode().splitlines()
        stated = {name: digest for digest, name in (line.split("  ") for line in lines)}
        assert stated == {
            name: hashlib.sha256(content).hexdigest()
            for name, content in files.items()
            if name != "SHA256SUMS"
        }

    def test_lines_end_as_the_rfc_says_and_there_is_no_byte_order_mark(self, files):
        content = files["scores.csv"]
        assert content.startswith(b"export_id,visit,")
        assert content.count(b"\n") == content.count(b"\r\n")

    def test_every_column_stands_in_the_codebook(self, files):
        known = {(row["table"], row["column"]) for row in read(files["codebook.csv"])}
        for name, content in files.items():
            if name.endswith(".csv") and name != "codebook.csv":
                header = content.decode().splitlines()[0].split(",")
                assert {(name[:-4], column) for column in header} <= known

    def test_every_question_stands_in_the_codebook(self, files):
        known = {(row["instrument"], row["item"]) for row in read(files["codebook.csv"])}
        assert {(row["instrument"], row["item"]) for row in read(files["items.csv"])} <= known

    def test_the_wide_table_repeats_the_scores(self, files):
        scores = {
            (row["export_id"], f"{row['instrument']}_{row['visit']}"): row["score"]
            for row in read(files["scores.csv"])
        }
        wide = read(files["wide.csv"])
        assert len(wide) == 12
        for row in wide:
            for name in ("odi_baseline", "odi_week_6", "vas_pain_week_2"):
                assert row[name] == scores[row["export_id"], name] != ""

    def test_the_notes_say_synthetic_and_own_wording(self, files):
        notes = files["README.txt"].decode()
        for mark in ("DATOS SINTÉTICOS", "SYNTHETIC DATA", "NCT07248813", "no es el texto"):
            assert mark in notes


def test_the_zip_tells_nothing_of_time_or_machine():
    with zipfile.ZipFile(io.BytesIO(pack({"b.csv": "2", "a.csv": "1"}))) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == ["a.csv", "b.csv"]
    assert {(e.date_time, e.create_system, e.external_attr >> 16) for e in entries} == {
        ((1980, 1, 1, 0, 0, 0), 3, 0o100644)
    }
