"""A used login stays used after a power cut, although a launch does not wait for the disk."""

from sqlalchemy import text, update

from lti.launch import login_attempts
from lti.models import LoginAttempt
from tests.lti.stage import Stage


def undo_consumption(stage: Stage) -> None:
    """Leave the database as a power cut may: the last changes are gone."""
    with stage.database.writing() as session:
        session.execute(update(LoginAttempt).values(consumed_at=None))


def replay(stage: Stage, restarted: bool, monkeypatch) -> int:
    monkeypatch.setattr(login_attempts, "_this_boot", lambda: "one boot")
    started = stage.login()
    token = stage.moodle.sign(stage.claims(started))
    assert stage.post(token, started.state).status_code == 303
    undo_consumption(stage)
    if restarted:
        monkeypatch.setattr(login_attempts, "_this_boot", lambda: "another boot")
    return stage.post(token, started.state).status_code


def test_a_login_whose_use_was_undone_opens_nothing_after_the_restart(stage, monkeypatch):
    assert replay(stage, restarted=True, monkeypatch=monkeypatch) == 401


def test_it_is_the_restart_that_shuts_it(stage, monkeypatch):
    """Without one, the row alone decides: what this file relies on is not something else."""
    assert replay(stage, restarted=False, monkeypatch=monkeypatch) == 303


def test_a_process_that_starts_anew_goes_on_with_the_logins_under_way(stage, monkeypatch):
    monkeypatch.setattr(login_attempts, "_this_boot", lambda: "one boot")
    started = stage.login()
    other = stage.client(stage.application())
    other.set_cookie(f"__Host-lti-{started.state[6:14]}", started.cookie, domain="tool.example")
    token = stage.moodle.sign(stage.claims(started))
    assert stage.post(token, started.state, other).status_code == 303


def test_where_no_restart_can_be_told_a_launch_waits_for_the_disk(stage, monkeypatch):
    monkeypatch.setattr(login_attempts, "_this_boot", lambda: "")
    told = []
    writing = stage.database.writing

    def watched(*, durable: bool = True):
        told.append(durable)
        return writing(durable=durable)

    monkeypatch.setattr(stage.database, "writing", watched)
    assert stage.launch().status_code == 303
    assert told[-1] is True


def test_a_database_server_is_bound_to_no_machine(postgres_database, monkeypatch):
    monkeypatch.setattr(login_attempts, "_this_boot", lambda: "one boot")
    assert login_attempts.until_restart(postgres_database, "cookie") == "cookie"
    assert not login_attempts.ends_with_the_machine(postgres_database)


def test_only_what_asks_for_it_does_not_wait(sqlite_database):
    def waits(durable: bool) -> int:
        with sqlite_database.writing(durable=durable) as session:
            return session.execute(text("PRAGMA synchronous")).scalar_one()

    assert [waits(durable) for durable in (True, False, True)] == [2, 1, 2]
