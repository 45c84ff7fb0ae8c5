"""`columna doctor`, and what every command says of a wrong secret or a database that is away."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main

SECRET, OTHER = "first-secret-" * 3, "other-secret-" * 3
Columna = Callable[..., Result]


@pytest.fixture
def columna(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Columna:
    """Return a runner of commands on an installation of its own, upgraded."""
    monkeypatch.setattr(logging, "basicConfig", lambda **_options: None)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("COLUMNA_PUBLIC_URL", "https://columna.example.org")
    monkeypatch.setenv("COLUMNA_SECRETS", SECRET)
    monkeypatch.setenv("COLUMNA_DATABASE_URL", f"sqlite:///{tmp_path / 'columna.sqlite3'}")
    monkeypatch.setenv("COLUMNA_TASKS_URL", f"sqlite:///{tmp_path / 'tasks.sqlite3'}")
    monkeypatch.setenv("COLUMNA_MEDIA_STORE", str(tmp_path / "media"))

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, words)

    assert run("upgrade").exit_code == 0
    return run


def test_doctor_names_what_is_wrong_and_what_to_do(columna):
    told = columna("doctor")

    assert told.exit_code == 1
    assert "It has never worked on this database. Start it: columna worker." in told.output
    assert "Those of this version." in told.output


def test_doctor_names_what_is_still_shut_to_patients(columna):
    assert "No platform is approved" in columna("doctor").output
    made = columna("study", "create", "lumbar", "--protocol", "imss-nct07248813")
    assert made.exit_code == 0, made.output

    told = columna("doctor").output
    assert "lumbar: odi (es)" in told


@pytest.mark.parametrize("command", ["serve", "worker", "upgrade"])
def test_a_wrong_secret_is_refused_in_words_before_anything_starts(columna, monkeypatch, command):
    monkeypatch.setenv("COLUMNA_SECRETS", OTHER)
    told = columna(command)

    assert told.exit_code == 1
    assert "wrong_secret: COLUMNA_SECRETS does not hold the secret" in told.output
    assert OTHER not in told.output


def test_doctor_finds_a_wrong_secret(columna, monkeypatch):
    monkeypatch.setenv("COLUMNA_SECRETS", OTHER)

    assert "does not hold the secret" in columna("doctor").output


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_database_that_is_away_is_said_in_words(columna, monkeypatch, command):
    monkeypatch.setenv("COLUMNA_DATABASE_URL", "postgresql+psycopg://127.0.0.1:1/columna")
    told = columna(command)

    assert told.exit_code == 1
    assert "the database does not answer" in told.output
    assert "Traceback" not in told.output


def test_doctor_says_that_the_database_is_away(columna, monkeypatch):
    monkeypatch.setenv("COLUMNA_DATABASE_URL", "postgresql+psycopg://127.0.0.1:1/columna")
    told = columna("doctor")

    assert told.exit_code == 1
    assert "It does not answer: nobody can come in or save." in told.output


def test_the_worker_does_not_start_on_tables_of_another_version(columna, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNA_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite3'}")
    told = columna("worker")

    assert told.exit_code == 1
    assert "The database is empty. Run: columna upgrade." in told.output
