"""Case 14 and its kin with workers that share nothing but the database, on both databases."""

import multiprocessing
from multiprocessing.synchronize import Barrier

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy.orm import Session

from lti.launch.accept import LtiSettings
from lti.launch.claims import Launch
from lti.launch.login import binding_cookie
from lti.launch.views import create_blueprint
from lti.models import LaunchSession, LtiContext, LtiUser, Membership
from modules.records.crypto import Keyring, install_keyring
from modules.records.db import Database
from tests.lti.launch_kit import TOOL, ToolAndPlatform, at_once
from tests.lti.services_kit import Clock
from tests.lti.simulated_platform import Moodle

WORKERS = 4
SECRET = "a-secret-that-two-processes-share"
EXIT = {303: 33, 409: 49}
"""What a worker process says about the answer it got."""


@pytest.fixture
def both(database: Database, moodle: Moodle, request: pytest.FixtureRequest) -> ToolAndPlatform:
    """A stage on SQLite and on PostgreSQL."""
    lti = ToolAndPlatform(database, moodle, request.node.user_properties)
    lti.warm()
    return lti


def test_case_14_one_launch_among_workers_on_either_database(both: ToolAndPlatform) -> None:
    started = both.login()
    token = both.moodle.sign(both.claims(started, sub="102"))
    browsers = [both.with_cookie(started, app=both.application()) for _ in range(WORKERS)]
    answers = at_once(*(lambda b=b: both.post(token, started.state, b) for b in browsers))
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * (WORKERS - 1)
    assert both.count(LaunchSession) == 2


def test_first_launches_of_one_person_at_the_same_instant_make_one_person(
    both: ToolAndPlatform,
) -> None:
    posts = []
    for _ in range(WORKERS):
        browser = both.client(both.application())
        started = both.login(browser)
        claims = both.claims(started, sub="new", context={"id": "new"})
        posts.append((both.moodle.sign(claims), started.state, browser))
    answers = at_once(*(lambda p=post: both.post(*p) for post in posts))
    assert [answer.status_code for answer in answers] == [303] * WORKERS
    assert (both.count(LtiUser), both.count(LtiContext), both.count(Membership)) == (2, 2, 2)


def _worker(url: str, form: dict[str, str], cookie: tuple[str, str], gate: Barrier) -> None:
    """Launch in a process of its own: own interpreter, own connection; the exit code tells."""
    install_keyring(Keyring([SECRET]))
    settings = LtiSettings(public_url=TOOL, clock=Clock(), allow_loopback=True)
    app = Flask("worker")
    Babel(app)
    tool = create_blueprint(database=Database(url), settings=settings, on_launch=_home)
    app.register_blueprint(tool)
    browser = app.test_client()
    browser.set_cookie(*cookie, domain="tool.example")
    gate.wait(60)
    status = browser.post("/lti/launch", data=form, base_url=TOOL).status_code
    raise SystemExit(EXIT.get(status, 1))


def _home(_session: Session, _launch: Launch, _opened: LaunchSession) -> str:
    return "/"


def test_case_14_one_launch_among_processes(lti: ToolAndPlatform) -> None:
    install_keyring(Keyring([SECRET]))
    lti.warm()
    started = lti.login()
    form = {"id_token": lti.moodle.sign(lti.claims(started)), "state": started.state}
    cookie = (binding_cookie(started.state), started.cookie)
    spawn = multiprocessing.get_context("spawn")
    arguments = (lti.database.url, form, cookie, spawn.Barrier(2))
    workers = [spawn.Process(target=_worker, args=arguments) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(worker.exitcode or 0 for worker in workers) == sorted(EXIT.values())
    assert lti.count(LaunchSession) == 2
    lti.note("two processes: 303, 409")
