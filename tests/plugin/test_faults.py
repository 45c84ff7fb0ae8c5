"""Disk full, database restarted: the page, the status and the log line of each."""

import pytest
from alembic import command
from sqlalchemy import event

from modules.records.models import DiaryEntry
from plugin.app import create_app
from tests.factories import Clinic
from tests.migrations.draft import config_of

ENOUGH = 200
"""More saves than fit into the rest of a page."""


def fill_up(engine) -> None:
    """Let the database's file grow no more, as on a full disk."""

    @event.listens_for(engine, "checkout")
    def limit(connection, _record, _proxy) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")


def test_on_a_full_disk_a_page_is_read_and_a_save_is_told_that_it_was_none(
    clinic, client_for, caplog
):
    staff = client_for("enroller")
    with clinic.writing() as session:
        people = [clinic.member(session, f"Persona {number}").id for number in range(ENOUGH)]
    fill_up(clinic.tool.database.engine)
    answers = (staff.post(f"/staff/people/{one}/enrol") for one in people)
    refused = next(answer for answer in answers if answer.status_code != 302)

    assert refused.status_code == 503
    assert "Nothing was saved" in refused.text or "No se guardó nada" in refused.text
    assert "database unavailable: OperationalError" in caplog.text
    assert "Traceback" not in caplog.text
    assert staff.get("/staff/").status_code == 200
    assert clinic.rows(DiaryEntry) == []


@pytest.fixture
def restart(postgres_database, postgres_admin):
    """Return switches: the database takes nobody and ends everybody, and takes them again."""
    name = postgres_database.engine.url.database

    def switch(*, on: bool) -> None:
        postgres_admin(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {'true' if on else 'false'}")
        postgres_admin(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )

    yield switch
    switch(on=True)


def test_while_the_database_restarts_the_tool_says_so_and_recovers_by_itself(
    postgres_database, make_tool, restart, caplog
):
    command.stamp(config_of(postgres_database), "head")
    app = create_app(tool=make_tool(postgres_database))
    staff = Clinic(app.extensions["columna"]).browser(app, "staff")
    client = app.test_client()
    assert client.get("/ready").status_code == 200
    restart(on=False)

    assert client.get("/ready").json == {"status": "not_ready", "code": "database_away"}
    assert client.get("/health").status_code == 200
    assert "status check=database state=bad code=away" in caplog.text
    assert staff.get("/staff/").status_code == 503
    restart(on=True)

    assert client.get("/ready").status_code == 200
    assert staff.get("/staff/").status_code == 200
