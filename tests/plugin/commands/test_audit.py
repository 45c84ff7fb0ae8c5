"""columna audit: the end to keep elsewhere, and what is wrong named one line each."""

import pytest
from sqlalchemy import text

from plugin import audit
from tests.factories import NOON
from tests.plugin.commands.test_trial import columna  # noqa: F401


@pytest.fixture
def recorded(columna, tool):  # noqa: F811
    for action in ("study.created", "course.bound", "role.assigned"):
        with tool.database.writing() as session:
            audit.record(session, action, NOON)
    return columna


def test_whole_is_said_with_how_many_and_that_the_end_was_held_against_nothing(recorded):
    done = recorded("audit", "verify")
    assert done.exit_code == 0
    assert "Whole: 3 events." in done.output
    assert "give --head" in done.output


def test_the_end_that_was_kept_is_taken_as_words_or_as_a_file(recorded, tmp_path):
    kept = recorded("audit", "head").output
    assert kept.startswith("3 ")
    (tmp_path / "head.txt").write_text(kept, "utf-8")
    for known in (kept, tmp_path / "head.txt"):
        done = recorded("audit", "verify", "--head", known)
        assert (done.exit_code, done.output) == (0, "Whole: 3 events.\n")


def test_each_fault_is_a_line_and_the_command_ends_with_1(recorded, tool):
    with tool.database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_events_no_update"))
        changed = "UPDATE audit_events SET action = 'x' WHERE action = 'course.bound'"
        connection.execute(text(changed))
    done = recorded("audit", "verify")
    assert done.exit_code == 1
    assert "place 2" in done.output
    assert "altered, or put elsewhere" in done.output
    assert "1 fault" in done.output


def test_what_is_no_end_of_a_chain_is_refused_in_words(recorded):
    done = recorded("audit", "verify", "--head", "yesterday")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
