"""What is broken outside never shows as a bare error: a page, a status, one line in the log."""

import io
import logging
import sqlite3
import sys

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError

from modules.records.models import DiaryEntry
from plugin import logs
from plugin.request_limits import KIB
from tests import addresses
from tests.plugin.test_requests import diary_form

DIARY = "/diary/2026-11-12"


@pytest.fixture
def away(clinic):
    """Take the database away: every new transaction fails as it does when the server is gone."""
    database = clinic.tool.database
    engines = (database.engine, database._reader)

    def gone(_connection):
        raise OperationalError("BEGIN", {"answer": "me duele"}, ConnectionRefusedError("gone"))

    def leave() -> None:
        for engine in engines:
            event.listen(engine, "begin", gone)

    yield leave
    for engine in engines:
        if event.contains(engine, "begin", gone):
            event.remove(engine, "begin", gone)


class TestTheDatabaseIsAway:
    @pytest.mark.parametrize("kind", ["patient", "staff", "assessor", "admin"])
    def test_every_page_says_so_and_what_to_do(self, app, client_for, away, caplog, kind):
        browser = client_for(kind)
        token = browser.token()
        away()
        for address in addresses.of_launches(app):
            sent = {"token": token} if address.method == "POST" else {}
            ask = browser.post if address.method == "POST" else browser.get
            answer = ask(address.path, **({"data": {"x": "1"}, **sent} if sent else {}))
            assert answer.status_code == 503, address
            assert "frame-ancestors" in answer.headers["Content-Security-Policy"], address
            assert "<h1>" in answer.text, address
        assert "Traceback" not in caplog.text
        assert "me duele" not in caplog.text

    @pytest.mark.parametrize("path", ["/lti/login", "/lti/launch", "/lti/jwks", "/v/abcdef"])
    def test_neither_does_a_launch_end_bare(self, app, clinic, away, path):
        away()
        asked = app.test_client()
        for answer in (asked.get(path), asked.post(path, data={"iss": "x", "state": "y"})):
            assert answer.status_code in (400, 405, 503), path
            assert "<h1>" in answer.text or answer.status_code == 405, path


class TestTheDiskIsFull:
    def test_nothing_is_acknowledged_and_the_person_is_told(self, clinic, client_for, caplog):
        patient = client_for("patient")
        token = patient.token()
        engine = clinic.tool.database.engine
        with engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

        def full(connection, _record, _proxy):
            connection.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(engine, "checkout", full)
        pages = [
            patient.post(DIARY, diary_form(note=f"{number} {'x' * 900}"), token=token)
            for number in range(40)
        ]
        answers = [each.status_code for each in pages]

        assert answers[-1] == 503
        assert "El disco del servidor está lleno" in pages[-1].text
        assert "No se guardó nada" in pages[-1].text
        assert "(disk_full)" in caplog.text
        assert set(answers) <= {303, 503}
        assert len(clinic.rows(DiaryEntry)) == answers.count(303)
        assert "Traceback" not in caplog.text

    @pytest.mark.parametrize(
        ("state", "code"),
        [
            ("53100", "disk_full"),
            ("55P03", "busy"),
            ("53300", "busy"),
            ("57P01", "database_away"),
            (None, "database_away"),
        ],
    )
    def test_postgresql_says_so_by_its_state(self, app, state, code):
        class Refused(psycopg.OperationalError):
            sqlstate = state

        assert _said_of(app, Refused("no room")) == (503, code)

    @pytest.mark.parametrize(
        ("number", "code"),
        [
            (sqlite3.SQLITE_FULL, "disk_full"),
            (sqlite3.SQLITE_BUSY, "busy"),
            (sqlite3.SQLITE_BUSY_SNAPSHOT, "busy"),
            (sqlite3.SQLITE_LOCKED, "busy"),
            (sqlite3.SQLITE_CANTOPEN, "database_away"),
            (sqlite3.SQLITE_IOERR_WRITE, "database_away"),
        ],
    )
    def test_sqlite_says_so_by_its_number(self, app, number, code):
        refused = sqlite3.OperationalError("no room")
        refused.sqlite_errorcode = number

        assert _said_of(app, refused) == (503, code)


def _said_of(app, refused):
    with app.test_request_context("/", headers={"Accept": "application/json"}):
        error = OperationalError("COMMIT", None, refused)
        answer = app.make_response(app.handle_user_exception(error))
        return answer.status_code, answer.json["error"]


class TestWhatIsSent:
    @pytest.mark.parametrize("host", ["x" * 1000, "a b", "ex_ample", "[::1", "a:b:c", ""])
    def test_a_host_that_is_none_gets_a_page(self, app, host):
        answer = app.test_client().get("/t/abc/today", headers={"Host": host})

        assert answer.status_code in (400, 401, 403, 404)
        assert "<h1>" in answer.text

    def test_a_body_above_the_limit_is_refused_in_words(self, client_for):
        patient = client_for("patient")
        answer = patient.post(DIARY, {"note": "x" * 3_000 * KIB})

        assert answer.status_code == 413
        assert "<h1>" in answer.text


class TestEveryBody:
    """Whatever is sent has arrived before a lock is taken: no telephone holds up the others."""

    def test_is_read_before_any_transaction_of_it_begins(self, app, clinic, client_for):
        browser = client_for("patient")
        token = browser.token()
        open_now: list[str] = []
        database = clinic.tool.database
        for engine in (database.engine, database._reader):
            event.listen(engine, "begin", lambda _connection: open_now.append("begun"))
        unread = []

        class Watched(io.BytesIO):
            """A body that notices when it is read while a transaction has begun."""

            def read(self, *sizes: int) -> bytes:
                if open_now:
                    unread.append(path)
                return super().read(*sizes)

        for address in addresses.of_launches(app):
            if address.method != "POST":
                continue
            path = address.path
            open_now.clear()
            body = b"x=1&csrf_token=" + token.encode()
            browser.client.post(
                browser.url(path),
                input_stream=Watched(body),
                content_length=len(body),
                content_type="application/x-www-form-urlencoded",
            )
        assert unread == []


class TestTheLog:
    def test_a_traceback_is_written_as_its_places_alone(self):
        try:
            raise ValueError("Ana Plantada 5512345678")
        except ValueError:
            record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed", (), True)
            record.exc_info = sys.exc_info()
        written = logs.PlacesOnly().format(record)

        assert "Ana" not in written
        assert "ValueError" in written
        assert "test_when_broken.py" in written

    def test_a_refused_statement_names_no_value(self, clinic):
        with clinic.writing() as session:
            session.add(DiaryEntry(note="me duele la planta"))
            with pytest.raises(IntegrityError) as refused:
                session.flush()
            session.rollback()

        assert "me duele" not in str(refused.value)
