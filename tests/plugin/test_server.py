"""The web server: nobody who sends or reads slowly holds up anybody else."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from flask import Flask, abort, request

from plugin import request_limits, server
from plugin.request_limits import MIB, REFUSED, RequestLimit

HALF_SENT = b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nten bytes!"
ASKING = b"GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
QUICK_S = 5.0
"""Far above what an answer takes, far below what waiting for the slow ones would."""


def application() -> Flask:
    """An application with one quick answer, one long one, and a form."""
    app = Flask("small")
    app.add_url_rule("/quick", "quick", lambda: "here")
    app.add_url_rule("/long", "long", lambda: b"x" * 8 * MIB)

    @app.before_request
    def refuse() -> None:
        if request.environ.get(REFUSED):
            abort(request.environ[REFUSED])

    @app.post("/form")
    @app.post("/t/a/staff/library/film")
    def form() -> str:
        return str(len(request.get_data()))

    return app


@contextmanager
def serving(threads: int = 2) -> Iterator[int]:
    """Serve the small application; yield its port."""
    listening = server.listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    running = server.make(application(), listening, threads)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        for channel in list(running.active_channels.values()):
            channel.handle_close()
        running.asyncore.close_all(running._map)
        running.task_dispatcher.shutdown(timeout=1)
        thread.join(5)


def send(port: int, data: bytes) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port), timeout=30)
    opened.sendall(data)
    return opened


def answer(opened: socket.socket) -> bytes:
    parts = []
    while part := opened.recv(65536):
        parts.append(part)
    return b"".join(parts)


def ask(port: int) -> float:
    """Ask for the quick answer; return the seconds it took."""
    began = time.monotonic()
    with send(port, ASKING) as opened:
        assert answer(opened).endswith(b"here")
    return time.monotonic() - began


class TestSomebodySlow:
    def test_fifty_half_sent_forms_hold_no_thread(self):
        with serving() as port, ExitStack() as stack:
            for _ in range(50):
                stack.enter_context(send(port, HALF_SENT))
            assert ask(port) < QUICK_S

    def test_half_sent_headers_hold_no_thread(self):
        with serving() as port, ExitStack() as stack:
            for _ in range(50):
                stack.enter_context(send(port, b"POST /form HT"))
            assert ask(port) < QUICK_S

    def test_who_takes_a_long_answer_slowly_holds_no_thread(self):
        with serving(threads=1) as port, ExitStack() as stack:
            for _ in range(3):
                stack.enter_context(send(port, ASKING.replace(b"/quick", b"/long")))
            assert ask(port) < QUICK_S

    @pytest.mark.parametrize("sent", [HALF_SENT, b"POST /form HT"], ids=["body", "headers"])
    def test_what_does_not_become_whole_is_ended(self, monkeypatch, sent):
        monkeypatch.setattr(server, "HEADERS_SECONDS", 0)
        monkeypatch.setattr(server, "LOOK_EACH", 0)
        monkeypatch.setattr(server, "limit_of", lambda _path: RequestLimit(MIB, 0))
        with serving() as port, send(port, sent) as opened:
            assert answer(opened) == b""


class TestSomethingLarge:
    def test_a_body_above_the_limit_is_refused_by_the_application(self):
        with serving() as port, send(port, HALF_SENT.replace(b" 100", b" 3000000")) as opened:
            assert answer(opened).startswith(b"HTTP/1.1 413 ")

    def test_a_body_in_pieces_is_refused_when_it_grows_too_large(self, monkeypatch):
        monkeypatch.setattr(server, "limit_of", lambda _path: RequestLimit(1000, 60))
        head = b"POST /form HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        piece = b"200\r\n" + b"x" * 512 + b"\r\n"
        with serving() as port, send(port, head + piece * 3) as opened:
            assert answer(opened).startswith(b"HTTP/1.1 413 ")

    def test_more_films_at_once_than_the_disk_is_meant_to_hold_are_refused(self, monkeypatch):
        monkeypatch.setattr(server, "MOST_UPLOADS", 1)
        film = HALF_SENT.replace(b"/form", b"/t/a/staff/library/film").replace(b" 100", b" 9000000")
        with serving() as port, send(port, film):
            time.sleep(0.2)
            with send(port, film) as second:
                assert answer(second).startswith(b"HTTP/1.1 503 ")

    def test_who_has_nothing_to_send_but_asks_whether_to_is_answered(self):
        asking = ASKING.replace(b"Host: x", b"Host: x\r\nExpect: 100-continue")
        with serving() as port, send(port, asking) as opened:
            opened.settimeout(QUICK_S)
            assert answer(opened).startswith(b"HTTP/1.1 200 ")

    def test_a_form_within_the_limit_arrives_whole(self):
        with serving() as port, send(port, HALF_SENT) as opened:
            opened.sendall(b"y" * 90)
            opened.shutdown(socket.SHUT_WR)
            assert answer(opened).endswith(b"100")


class TestLimits:
    @pytest.mark.parametrize(
        ("path", "limit"),
        [
            ("/t/abc/diary/2026-01-01", request_limits.ORDINARY),
            ("/lti/login", request_limits.LAUNCH),
            ("/lti/launch", request_limits.LAUNCH),
            ("/ltix", request_limits.ORDINARY),
            ("/webhooks/twilio/status", request_limits.WEBHOOK),
            ("/t/abc/staff/library/lessons/core/es", request_limits.UPLOAD),
            ("/staff/library/lessons/core/es", request_limits.ORDINARY),
        ],
    )
    def test_the_address_decides(self, path, limit):
        assert request_limits.limit_of(path) is limit
