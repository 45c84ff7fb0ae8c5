"""What a patient's pages, saves and films cost beside the least that Flask does: make bench-pages.

One process serves both: Columna, and a bare Flask application on the same engine with one query a
page, one durable insert a save, and `send_file`. One caller asks them in turns, all warm; what
counts is the processor time that process takes for a request, and the statements it sends. A bare
page is as large as ours. Every figure is a ratio within one run: the machine may be busy.
"""

import argparse
import http.client
import multiprocessing
import re
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, redirect, render_template, request, send_file
from jinja2 import DictLoader
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, event, select
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from lti.launch import sessions
from modules.course import content
from modules.records.db import Base, Database
from modules.records.models import DiaryEntry, Source
from plugin import platforms, server
from plugin.app import create_app
from plugin.tool import Tool
from tests import factories
from tests.bench.background import open_tool
from tests.factories import NOON, TODAY, TREATED, Clinic

PEOPLE, ROUNDS = 10, 21
BARE_PAGE = """<!doctype html><title>{{ entries[0].day }}</title><table>
{% for _ in range(rows) %}{% for each in entries -%}
<tr><td>{{ each.day }}</td><td>{{ each.minutes }}</td><td>{{ each.effort }}</td></tr>
{% endfor %}{% endfor %}</table>"""
BARE_ROW = 62
"""Bytes of a row of that page."""
DAY = 13
"""The study day everybody is on: a questionnaire is due, a module is done, another is open."""
MOST_STATEMENTS = 8
"""A patient's page asks no more than so many questions."""
FILM, PART = "exercises/e5_walk.es.mp4", 256 * 1024
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Visitor:
    """A participant who has launched: where their pages are, and what their browser sends."""

    ref: str
    cookie: str
    token: str
    participant_id: str
    exercise: str


@dataclass(frozen=True)
class Call:
    """One request: its path, the fields of a form, further headers."""

    path: str
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Cost:
    """What one request cost: processor time, statements."""

    cpu_ms: float
    statements: float


# What is served -------------------------------------------------------------------------------


def bare(database: Database, film: Path) -> Flask:
    """Return the least that Flask can do for the same job."""
    app = Flask("bare")
    # From a loader, as templates of files are: compiled once.
    app.jinja_loader = DictLoader({"page.html": BARE_PAGE})

    @app.get("/page/<participant_id>/<int:size>")
    def shown(participant_id: str, size: int) -> str:
        of = DiaryEntry.participant_id == uuid.UUID(participant_id)
        with database.reading() as session:
            entries = session.scalars(select(DiaryEntry).where(of).limit(12)).all()
            return render_template("page.html", entries=entries, rows=size // (12 * BARE_ROW))

    @app.post("/save/<participant_id>")
    def save(participant_id: str) -> Any:
        entry = DiaryEntry(
            participant_id=uuid.UUID(participant_id),
            client_key=uuid.uuid4(),
            day=TODAY - timedelta(days=7),
            exercises=request.form.getlist("exercises"),
            minutes=int(request.form["minutes"]),
            source=Source.DIGITAL,
            recorded_at=NOON,
            superseded_at=NOON,
        )
        with database.writing() as session:
            session.add(entry)
        return redirect("/", 303)

    app.get("/film")(lambda: send_file(film, conditional=True))
    return app


def serve(folder: Path, people: int, told: Connection) -> None:
    """Serve both in this process; say where, who has launched, and when asked what was spent."""
    tool = open_tool(folder)
    tool.clock = lambda: NOON
    Base.metadata.create_all(tool.database.engine)
    platforms.prepare(tool)
    ours, visitors = create_app(tool=tool), list(_visitors(tool, people))
    sent: list[None] = []
    event.listen(Engine, "before_cursor_execute", lambda *_: sent.append(None))
    ours.get("/figures")(lambda: f"{time.process_time()} {len(sent)}")
    film = content.media_file(f"media/{FILM}", None)
    assert film is not None
    both: Any = DispatcherMiddleware(ours, {"/bare": bare(tool.database, film)})
    listening = server.listen("127.0.0.1", 0)
    told.send((listening.getsockname()[1], visitors))
    server.make(both, listening, threads=4).run()


def _visitors(tool: Tool, people: int) -> Iterator[Visitor]:
    clinic = Clinic(tool)
    education = tool.curriculum.module("education")
    for _ in range(people):
        secret = uuid.uuid4().hex
        with tool.database.writing() as session:
            one = clinic.patient(session, TREATED, DAY)
            key = one.participant_id
            for back in range(2, DAY):
                factories.diary_entry(session, key, TODAY - timedelta(days=back))
                factories.login_day(session, key, TODAY - timedelta(days=back))
            for lesson in education.lessons:
                factories.lesson_done(
                    session, key, education.key, lesson.key, TODAY - timedelta(days=5)
                )
            opened = factories.launch_session(session, one, "patient", secret, NOON)
            cookie = f"{sessions.cookie_name(opened.ref)}={secret}"
            token = sessions.csrf_token(opened)
        yield Visitor(opened.ref, cookie, token, str(key), education.exercises[0])


# Who asks -------------------------------------------------------------------------------------


class Caller:
    """Asks the server, one request after the other, on one connection."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def answer(self, call: Call, who: Visitor | None = None) -> tuple[int, str, bytes]:
        """Return the status, the headers' text and the body of an answer."""
        headers = {"Accept-Language": "es", **(call.headers or {})}
        if who is not None:
            headers["Cookie"] = who.cookie
        body = None
        if call.form is not None:
            headers |= FORM
            body = urlencode(call.form)
        self._line.request("POST" if body else "GET", call.path, body, headers)
        given = self._line.getresponse()
        return given.status, str(given.headers), given.read()

    def spent(self) -> tuple[float, int]:
        """Return the processor time (s) and the statements of the server so far."""
        cpu, statements = self.answer(Call("/figures"))[2].decode().split()
        return float(cpu), int(statements)

    def cost(self, calls: list[tuple[Call, Visitor]], expected: int) -> Cost:
        """Return what these requests cost on average. Raises RuntimeError for another answer."""
        cpu, statements = self.spent()
        for call, who in calls:
            status, headers, _body = self.answer(call, who)
            if status != expected:
                raise RuntimeError(f"{call.path} was answered with {status}\n{headers}")
        after, more = self.spent()
        return Cost(1000 * (after - cpu) / len(calls), (more - statements) / len(calls))


# What is compared -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A request of ours and a bare one, the answer they get, and how much more ours may cost."""

    name: str
    ours: Callable[[Visitor, int], Call]
    bare: Callable[[Visitor], Call]
    status: int
    at_most: float
    statements: int | None = None


def cases(caller: Caller, visitors: list[Visitor]) -> list[Case]:
    """Return what is compared; a bare page is as large as ours."""
    one = visitors[0]
    found = [
        _page(caller, one, "home", "/today"),
        _page(caller, one, "module", "/programme/education"),
        _page(caller, one, "diary", "/diary"),
        _page(caller, one, "questionnaire", "/questions/week_2/odi?q=1"),
    ]
    entry = {"exercises": one.exercise, "minutes": "20", "effort": "3"}
    pain = {"pain_before_mm": "52", "pain_after_mm": "40", "news": "no", "occurrence": "1"}

    def save(who: Visitor) -> Call:
        return Call(f"/bare/save/{who.participant_id}", entry)

    def diary(who: Visitor, number: int) -> Call:
        day = TODAY - timedelta(days=number % 2)
        own = {"csrf_token": who.token, "client_key": str(uuid.uuid4())}
        return Call(f"/t/{who.ref}/diary/{day}", entry | pain | own)

    def answers(who: Visitor, number: int) -> Call:
        own = {"csrf_token": who.token, "q": str(number % 10 + 1), f"q{number % 10 + 1}": "2"}
        return Call(f"/t/{who.ref}/questions/week_2/odi", own)

    def film(who: Visitor, _number: int) -> Call:
        return Call(films[who.ref], headers=part)

    part = {"Range": f"bytes=0-{PART - 1}"}
    films = {each.ref: _film_of(caller, each) for each in visitors}
    return [
        *found,
        Case("diary save", diary, save, 303, 5.0),
        Case("questionnaire save", answers, save, 303, 5.0),
        Case("film, 256 kB", film, lambda _who: Call("/bare/film", headers=part), 206, 2.0),
    ]


def _page(caller: Caller, one: Visitor, name: str, path: str) -> Case:
    status, _headers, body = caller.answer(Call(f"/t/{one.ref}{path}"), one)
    if status != 200:
        raise RuntimeError(f"{path} was answered with {status}")
    return Case(
        f"{name}, {len(body) // 1000} kB",
        lambda who, _number: Call(f"/t/{who.ref}{path}"),
        lambda who: Call(f"/bare/page/{who.participant_id}/{len(body)}"),
        200,
        3.0,
        MOST_STATEMENTS,
    )


def _film_of(caller: Caller, who: Visitor) -> str:
    """Return the address that the exercise's page gives its film."""
    _status, _headers, body = caller.answer(Call(f"/t/{who.ref}/exercises/{who.exercise}"), who)
    (found, *_more) = re.findall(r'src="([^"]+\.mp4[^"]*)"', body.decode())
    return str(found)


def compare(caller: Caller, case: Case, visitors: list[Visitor]) -> tuple[Cost, Cost, float]:
    """Ask both in turns; return the medians of ours, of the bare one, and of each turn's ratio.

    A machine that others use is fast in one second and slow in the next: two turns that follow
    each other are compared, and not the medians of all.
    """
    ours, plain = [], []
    for number in range(ROUNDS + 1):
        mine = [(case.ours(who, number), who) for who in visitors]
        ours.append(caller.cost(mine, case.status))
        plain.append(caller.cost([(case.bare(who), who) for who in visitors], case.status))
    ratios = [mine.cpu_ms / bare.cpu_ms for mine, bare in zip(ours, plain, strict=True)]
    return _median(ours[1:]), _median(plain[1:]), statistics.median(ratios[1:])


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(each.cpu_ms for each in costs),
        statistics.median(each.statements for each in costs),
    )


def main() -> int:
    """Print the figures; 1 when something costs more than it may."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    table = Table("request", "ms", "bare ms", "ratio", "at most", "statements", title="CPU")
    failed = False
    with tempfile.TemporaryDirectory() as name:
        process = context.Process(target=serve, args=(Path(name), PEOPLE, theirs), daemon=True)
        process.start()
        port, visitors = mine.recv()
        caller = Caller(port)
        for case in cases(caller, visitors):
            ours, plain, ratio = compare(caller, case, visitors)
            table.add_row(
                case.name, f"{ours.cpu_ms:.2f}", f"{plain.cpu_ms:.2f}", f"{ratio:.2f}",
                f"{case.at_most:.0f}", f"{ours.statements:g}",
            )  # fmt: skip
            failed |= ratio > case.at_most or ours.statements > (case.statements or 99)
        process.terminate()
        process.join()
    Console(width=110).print(table)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
