"""Two sites and a small study: the tool under its server as `localhost`, the LMS as `127.0.0.1`."""

import hashlib
import itertools
import logging
import os
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from lti.models import LtiContext, LtiUser, Membership, Platform
from modules.records.db import Base
from plugin import setup
from plugin.demo import study
from plugin.demo.lms import CourseRole, Person, create_platform, demo_config
from plugin.demo.lms.config import PlatformConfig
from plugin.models import Role
from plugin.settings import load
from plugin.tool import Tool, build
from plugin.trial import randomisation
from plugin.worker import Tasks
from tests import factories, processes
from tests.browser.serve import CLOCK_FILE, FileClock
from tests.factories import CONTROL, INSTRUCTOR, LEARNER, NOON, TODAY, TREATED, TRIAL

ANA, LUIS, EVA = "101", "102", "103"
"""Nobody knows them yet: Ana and Luis take part during the story, Eva only looks."""
ROSA, JUAN = "111", "112"
"""In the study already: Rosa in the programme on day 15, Juan in the control arm on day 14."""
STAFF, ENROLLER, ASSESSOR, CUSTODIAN = "11", "12", "21", "31"
PEOPLE = (
    Person(ANA, "Ana Plantada", CourseRole.STUDENT),
    Person(LUIS, "Luis Plantado", CourseRole.STUDENT),
    Person(EVA, "Eva Plantada", CourseRole.STUDENT),
    Person(ROSA, "Rosa Plantada", CourseRole.STUDENT),
    Person(JUAN, "Juan Plantado", CourseRole.STUDENT),
    Person(STAFF, "Fisioterapia Plantada", CourseRole.TEACHER),
    Person(ENROLLER, "Inclusión Plantada", CourseRole.TEACHER),
    Person(ASSESSOR, "Evaluación Plantada", CourseRole.NON_EDITING_TEACHER),
    Person(CUSTODIAN, "Custodia Plantada", CourseRole.NON_EDITING_TEACHER),
)
ALREADY_IN = ((ROSA, "R2T-7WX", TREATED, 15), (JUAN, "J9K-4QP", CONTROL, 14))
PATIENCE_S = 90.0


def seed_for(*wanted: str) -> bytes:
    """Return a seed whose list begins with these arms."""
    ratio = {TREATED: 1, CONTROL: 1}
    for number in itertools.count():
        seed = hashlib.sha256(f"browser {number}".encode()).digest()
        sizes = randomisation.draw_block_sizes(seed, ratio)
        if randomisation.make_list(seed, ratio, sizes, 8)[: len(wanted)] == list(wanted):
            return seed
    raise AssertionError("there is always one")


@dataclass
class TwoSites:
    """What is running, and the hands behind the scenes."""

    tool_url: str
    lms_url: str
    tool: Tool
    clock: FileClock

    def activity(self, person: str, **options: str) -> str:
        """Return the LMS's page with the tool in a frame, as seen by a person."""
        more = "".join(f"&{name}={value}" for name, value in options.items())
        return f"{self.lms_url}/course/2/activity/1?user={person}{more}"

    def work(self) -> int:
        """Do what the worker would do: everything that waits in its queue; return how much."""
        tasks = Tasks(self.tool)
        done = 0
        while (task := tasks.queue.dequeue()) is not None:
            tasks.queue.execute(task)
            done += 1
        return done

    def remind(self) -> None:
        """Do what the worker does every few minutes for reminders."""
        tasks = Tasks(self.tool)
        tasks.plan_reminders()
        tasks.deliver_reminders()

    def participant(self, person: str) -> object:
        """Return the key of the participant a person of the LMS is."""
        with self.tool.database.reading() as session:
            return session.scalar(
                select(Membership.participant_id)
                .join(LtiUser, LtiUser.id == Membership.lti_user_id)
                .where(LtiUser.subject == person)
            )


@contextmanager
def running(folder: Path) -> Iterator[TwoSites]:
    """Start both sites with a small study; stop them at the end."""
    port, lms_port = processes.free_port(), processes.free_port()
    tool_url, lms_url = f"http://localhost:{port}", f"http://127.0.0.1:{lms_port}"
    clock = FileClock(folder / "clock")
    clock.set(NOON)
    environment = _environment(folder, tool_url)
    tool = build(load(environment), clock=clock)
    config = demo_config(lms_url, tool_url, people=PEOPLE)
    Base.metadata.create_all(tool.database.engine)  # migrations are tested by themselves
    _fill(tool, config)
    with _lms(lms_port, config, clock), _serving(folder, port, environment):
        yield TwoSites(tool_url, lms_url, tool, clock)
    tool.database.dispose()


def _environment(folder: Path, tool_url: str) -> dict[str, str]:
    return {
        "COLUMNA_PUBLIC_URL": tool_url,
        "COLUMNA_SECRETS": "a-secret-of-the-tests-long-enough-to-be-one",
        "COLUMNA_DATABASE_URL": f"sqlite:///{folder / 'columna.sqlite3'}",
        "COLUMNA_TASKS_URL": f"sqlite:///{folder / 'tasks.sqlite3'}",
        "COLUMNA_CONSOLE_SINK": str(folder / "messages.jsonl"),
        "COLUMNA_CLINIC_NAME": "Clínica de prueba",
        "COLUMNA_CLINIC_PHONE": "55 0000 0000",
        "COLUMNA_ALLOW_LOOPBACK": "yes",
        "COLUMNA_ONE_PERSON_PER_BROWSER": "no",
    }


def _fill(tool: Tool, config: PlatformConfig) -> None:
    """Register the LMS, give the team its roles, and let two people be in the study already."""
    protocol = tool.protocols[TRIAL]
    seed = seed_for(TREATED, CONTROL, TREATED, CONTROL)
    with tool.database.writing() as session:
        platform = study.register(session, config, NOON)
        study_id = setup.create_study(session, tool, "lumbar", protocol, synthetic=True, seed=seed)
        course = factories.course(session, platform, study_id, config.courses[0].id)
        team = {
            STAFF: Role.STAFF,
            ENROLLER: Role.ENROLLER,
            ASSESSOR: Role.ASSESSOR,
            CUSTODIAN: Role.CUSTODIAN,
        }
        for subject, role in team.items():
            who = _member(session, platform, course, subject, INSTRUCTOR)
            factories.role(session, study_id, session.get_one(LtiUser, who.lti_user_id), role)
        for subject, code, arm, day in (
            (ROSA, "R2T-7WX", TREATED, 15),
            (JUAN, "J9K-4QP", CONTROL, 14),
        ):
            place = _member(session, platform, course, subject, LEARNER)
            first = TODAY - timedelta(days=day - 1)
            place.participant_id = factories.participant(session, study_id, code, first).id
            factories.consent(session, place.participant_id, first)
            factories.screening(session, place.participant_id, protocol)
            factories.baseline(session, place.participant_id, protocol, first)
            factories.allocation(session, place.participant_id, arm)
            factories.reviewer(session, place.participant_id, _user(session, STAFF))
            if arm == TREATED:
                _programme(session, tool, place.participant_id, first, day)


def _user(session, subject: str) -> uuid.UUID:
    return session.scalars(select(LtiUser.id).where(LtiUser.subject == subject)).one()


def _programme(session, tool, participant_id, first, day) -> None:
    for lesson in tool.curriculum.module("education").lessons:
        factories.lesson_done(session, participant_id, "education", lesson.key, first)
    for offset in range(0, day - 1, 2):
        on = first + timedelta(days=offset)
        factories.login_day(session, participant_id, on)
        factories.diary_entry(session, participant_id, on, pain_before_mm=60 - offset)
    factories.assessment(session, participant_id, "week_2", "odi", TODAY, 30)


def _member(session, platform: Platform, course: LtiContext, subject: str, role: str) -> Membership:
    person = next(one for one in PEOPLE if one.id == subject)
    who = factories.user(session, platform, person.name, subject)
    return factories.membership(session, who, course, role)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _lms(port: int, config: PlatformConfig, clock: FileClock) -> Iterator[None]:
    app = create_platform(replace(config, clock=clock))
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


@contextmanager
def _serving(folder: Path, port: int, environment: dict[str, str]) -> Iterator[None]:
    log = folder / "server.log"
    everything = {**os.environ, **environment, CLOCK_FILE: str(folder / "clock")}
    with (
        log.open("w") as output,
        processes.running(
            [sys.executable, "-m", "tests.browser.serve", str(port)],
            env=everything,
            cwd=Path(__file__).parents[2],
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        _wait_for(f"http://127.0.0.1:{port}/health", process, log)
        yield


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the tool did not start: {log.read_text()[-2000:]}")


logging.getLogger("huey").setLevel(logging.WARNING)
