"""The how-to pages of exports, followed to the letter on a copy of the tool."""

from tests import how_to

WALK = '''
"""What must hold on the copy once the pages were followed."""

from exports import dataset
from exports.audiences import AUDIENCES


def test_the_column_stands_in_the_assessors_file(facts, secret, now):
    table = dataset.dataset(facts(3), "assessor", secret, now).table("participants")
    assert set(record["screened"] for record in table.records()) <= {"yes", "no"}


def test_the_board_sees_who_takes_part_and_no_outcome(facts, secret, now):
    found = dataset.dataset(facts(3), "ethics_board", secret, now)
    assert [table.key for table in found.tables] == ["participants"]
    assert found.table("participants").header == ("export_id", "age_group_from", "sex")
    assert "ethics_board" in AUDIENCES
'''


def test_a_column_takes_two_files_and_an_audience_one(tmp_path):
    how_to.copy_of_the_tool(tmp_path)
    for path, text in how_to.files_of("add-an-audience").items():
        (tmp_path / path).write_text(text, "utf-8")

    assert len(how_to.follow("add-an-export", tmp_path)) == 2
    how_to.passes(tmp_path, "tests/exports/test_walked.py", WALK)
