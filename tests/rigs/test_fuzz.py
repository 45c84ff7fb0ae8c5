"""Whatever arrives, the server answers: no fault of its own, and no word of anybody in its log.

COLUMNA_FUZZ_SEED=n sends the sequence of a seed again.
"""

import logging
import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import update

from lti.models import Deployment, Platform, Standing
from plugin import server
from plugin.app import create_app
from tests.conftest import LONG
from tests.rigs import world
from tests.rigs.fuzz import MARK, PATIENCE_S, Answer, Fuzzer, Sent, send
from tests.rigs.world import World

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
"""Where a form breaks off, the file it was read into goes when nobody names it any more."""
GIVEN = os.environ.get("COLUMNA_FUZZ_SEED")
SEEDS = [int(GIVEN)] if GIVEN else list(range(11 if LONG else 1))
NUMBER = 1000 if LONG or GIVEN else 500
"""Requests of one seed, on each of the two engines."""
NOT_READY = ("/ready", "/admin/installation")
"""Without a worker these answer 503, and the log says why."""
LAST_RESORT = "Algo salió mal de nuestro lado"


@pytest.mark.parametrize("seed", SEEDS)
def test_every_request_gets_an_answer_that_is_no_fault(database, make_tool, caplog, seed):
    filled = world.build(make_tool(database))
    app = create_app(tool=filled.tool)
    fuzzer = Fuzzer(app, filled, seed)
    statuses: Counter[int | None] = Counter()
    wrong: list[str] = []
    with serving(app) as port:
        for number, sent in enumerate(fuzzer.requests(NUMBER)):
            answer = send(port, sent)
            statuses[answer.status] += 1
            if not is_no_fault(sent, answer):
                wrong.append(f"seed {seed}, request {number}: {answer.status} to {sent}")
            fuzzer.learn(answer.text)
            if number % 25 == 0:
                reopen(filled)

    assert wrong == []
    assert faults(caplog.records) == [], f"seed {seed}"
    assert MARK not in caplog.text, f"seed {seed}"
    taken = sum(count for status, count in statuses.items() if status in (200, 204, 302, 303))
    assert taken > NUMBER / 5, f"seed {seed} asks for little that there is: {statuses}"


def is_no_fault(sent: Sent, answer: Answer) -> bool:
    """Say whether an answer is one that the server may give."""
    if answer.status is None:
        return sent.cut or not sent.whole
    if answer.status == 503 and any(part in sent.what for part in NOT_READY):
        return True
    shown = "Traceback (most recent" in answer.text or LAST_RESORT in answer.text
    return answer.status < 500 and (not shown or answer.status == 400)


def faults(records: list[logging.LogRecord]) -> list[str]:
    """Return what the log holds of faults, the state of the installation apart."""
    return [
        record.getMessage()
        for record in records
        if record.levelno >= logging.ERROR and record.name != "plugin.status.examine"
    ]


def reopen(filled: World) -> None:
    """Let in again the platform that somebody has shut."""
    with filled.tool.database.writing() as session:
        for table in (Platform, Deployment):
            session.execute(update(table).values(status=Standing.ACTIVE))


@contextmanager
def serving(app: Flask) -> Iterator[int]:
    """Serve the application as in a clinic; yield its port."""
    listening = server.listen("127.0.0.1", 0)
    running = server.make(app, listening, 4)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        for channel in list(running.active_channels.values()):
            channel.handle_close()
        running.task_dispatcher.shutdown(timeout=PATIENCE_S)
        running.asyncore.close_all(running._map)
        thread.join(PATIENCE_S)
