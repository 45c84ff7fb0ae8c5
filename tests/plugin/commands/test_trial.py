"""columna trial: the statement, the list of a closed study, and the proof without a database."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from plugin import setup
from plugin.cli import main
from plugin.models import Role
from tests.conftest import SECRET
from tests.factories import INSTRUCTOR


@pytest.fixture
def columna(sqlite_database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("logging.basicConfig", lambda **_options: None)
    monkeypatch.setenv("COLUMNA_PUBLIC_URL", "https://columna.example.org")
    monkeypatch.setenv("COLUMNA_SECRETS", SECRET)
    monkeypatch.setenv("COLUMNA_DATABASE_URL", sqlite_database.url)
    monkeypatch.setenv("COLUMNA_TASKS_URL", f"sqlite:///{tmp_path / 'tasks.sqlite3'}")
    return run


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def custodian(clinic):
    with clinic.writing() as session:
        user_id = clinic.member(session, "Custodia", INSTRUCTOR).lti_user_id
        setup.assign_role(session, clinic.tool, clinic.study_id, user_id, Role.CUSTODIAN)
        return user_id


@pytest.fixture
def published(columna, clinic, custodian, tmp_path):
    """The folder with both files of a study: the statement of its start, its list of the end."""
    (tmp_path / "commitment.json").write_text(columna("trial", "commitment", "lumbar").output)
    assert columna("study", "lock", "lumbar", "--yes").exit_code == 0
    done = columna(
        "trial", "reveal-list", "lumbar", "--custodian", custodian, "--out", tmp_path / "list.json"
    )
    assert done.exit_code == 0, done.output
    return tmp_path


def test_an_open_study_reveals_nothing_and_writes_no_file(columna, clinic, custodian, tmp_path):
    out = tmp_path / "list.json"
    done = columna("trial", "reveal-list", "lumbar", "--custodian", custodian, "--out", out)
    assert done.exit_code == 1
    assert "study_open" in done.output
    assert not out.exists()


def test_a_file_that_is_there_is_not_written_over(columna, published, custodian):
    out = published / "commitment.json"
    before = out.read_text()
    done = columna("trial", "reveal-list", "lumbar", "--custodian", custodian, "--out", out)
    assert done.exit_code == 1
    assert out.read_text() == before


def test_the_list_is_verified_with_no_settings_and_no_database(published, monkeypatch):
    for name in ("PUBLIC_URL", "SECRETS", "DATABASE_URL", "TASKS_URL"):
        monkeypatch.delenv(f"COLUMNA_{name}")
    statement = published / "commitment.json"
    digits = json.loads(statement.read_text())["commitment"]
    for commitment in (statement, digits):
        done = run("trial", "verify-list", published / "list.json", commitment)
        assert done.exit_code == 0, done.output
        assert done.output.startswith("True: ")


def test_a_changed_list_ends_with_one_and_says_where(published):
    path = published / "list.json"
    found = json.loads(path.read_text())
    found["list"][2] = "x"
    path.write_text(json.dumps(found))
    done = run("trial", "verify-list", path, published / "commitment.json")
    assert done.exit_code == 1
    assert "place 3 of the list" in done.output


@pytest.mark.parametrize("commitment", ["nothing.json", "0" * 64])
def test_another_or_a_missing_statement_is_told_in_words(published, commitment):
    done = run("trial", "verify-list", published / "list.json", commitment)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
