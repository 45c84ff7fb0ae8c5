"""The web server: waitress, told how much it takes and how long that may take to arrive.

waitress receives a request in one loop for all connections, to its last byte, before a thread of
the application sees it, and sends answers from the same loop: a telephone that stops in the middle
of a form, or takes a film slowly, holds no thread. What it leaves to us: a limit for each address
(`plugin.request_limits`), and an end for what never becomes whole.
"""

import copy
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any, NoReturn

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, Task, WSGITask
from waitress.utilities import Error, RequestEntityTooLarge

from plugin import logs
from plugin.request_limits import MOST_UPLOADS, ORDINARY, REFUSED, limit_of

log = logging.getLogger(__name__)

HEADERS_SECONDS = 20
"""How long the first lines of a request may take."""
IDLE_SECONDS = 75
"""How long a connection may say nothing, between requests or while an answer is taken."""
LOOK_EACH = 2
"""Seconds between two looks for connections that are over."""
MOST_CONNECTIONS = 1000
BACKLOG = 1024
RESTART_AFTER = 1.0
"""Seconds before a process that ended by itself is started again."""


class TooManyUploads(Error):  # type: ignore[misc]
    """As many large bodies as the disk is meant to hold are on their way."""

    code = 503
    reason = "Service Unavailable"


class _Request(HTTPRequestParser):  # type: ignore[misc]
    """A request as it arrives; its path decides how large it may be."""

    admitted = False

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.since = time.monotonic()
        self.limit = ORDINARY

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        self.limit = limit_of(self.path)
        # A body in pieces says its size only as it comes: the parser looks at its own adjustments.
        self.adj = copy.copy(self.adj)
        self.adj.max_request_body_size = self.limit.size

    @property
    def is_large(self) -> bool:
        """Whether more is on its way than any form holds, or an unknown amount of it."""
        return self.limit.size > ORDINARY.size and (
            self.chunked or self.content_length > ORDINARY.size
        )

    def is_overdue(self, now: float) -> bool:
        """Whether it should have been whole by now."""
        allowed = self.limit.seconds if self.body_rcv is not None else HEADERS_SECONDS
        return now - self.since > allowed


class _Refusal(WSGITask):  # type: ignore[misc]
    """A request whose body was not taken: the application says so in words; then it is over."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(), "0"
        environ[REFUSED] = self.request.error.code
        self.set_close_on_finish()
        return environ


def _task_of_error(channel: HTTPChannel, request: HTTPRequestParser) -> Task:
    in_words = isinstance(request.error, RequestEntityTooLarge | TooManyUploads)
    return (_Refusal if in_words else ErrorTask)(channel, request)


class _Connection(HTTPChannel):  # type: ignore[misc]
    """One connection; too many large bodies at once are refused before they fill the disk."""

    parser_class = _Request
    error_task_class = staticmethod(_task_of_error)

    def received(self, data: bytes) -> bool:
        taken = bool(super().received(data))
        with self.requests_lock:
            arriving = self.request
            if arriving is not None and arriving.is_large and not arriving.admitted:
                self._admit(arriving)
        return taken

    def send_continue(self) -> None:
        """Ask for the body, unless there is none: waitress would wait for it all the same."""
        if self.request.completed:
            self.request.expect_continue = False
        else:
            super().send_continue()

    def _admit(self, arriving: _Request) -> None:
        everybody = list(self.server.active_channels.values())
        if sum(each.request is not None and each.request.admitted for each in everybody) >= (
            MOST_UPLOADS
        ):
            arriving.error = TooManyUploads("")
            arriving.completed = True
            self.requests.append(arriving)
            self.request = None
            self.server.add_task(self)
        else:
            arriving.admitted = True


class Server(TcpWSGIServer):  # type: ignore[misc]
    """waitress with an end for every request that does not become whole."""

    channel_class = _Connection

    def maintenance(self, now: float) -> None:
        """Close connections that are idle, and those whose request is overdue."""
        super().maintenance(now)
        moment = time.monotonic()
        for channel in list(self.active_channels.values()):
            request = channel.request
            if request is not None and request.is_overdue(moment):
                channel.will_close = True


def serve(build: Callable[[], Flask], host: str, port: int, threads: int, processes: int) -> None:
    """Serve until told to stop (SIGTERM, SIGINT); what is being answered then is finished.

    `build` makes the application, once in each process. More than one process: they share one
    listening socket, and one that ends by itself is started again. Raises OSError where the
    address cannot be had.
    """
    listening = listen(host, port)
    if processes == 1:
        _run(build, listening, threads)
    else:
        _keep(lambda: _run(build, listening, threads), processes)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; port 0 is any free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(BACKLOG)
    return listening


def make(app: Flask, listening: socket.socket, threads: int) -> Server:
    """Return the server of one process on a socket that listens; `run()` serves until the end."""
    listening.setblocking(False)
    return Server(
        app,
        _sock=listening,
        bind_socket=False,
        sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
        sockets=[listening],
        threads=threads,
        ident=None,
        connection_limit=MOST_CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=LOOK_EACH,
        asyncore_use_poll=True,
        # The application itself reads what proxies say, and knows how many there are.
        clear_untrusted_proxy_headers=False,
    )


def _run(build: Callable[[], Flask], listening: socket.socket, threads: int) -> None:
    logs.configure()
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: sys.exit(0))
    make(build(), listening, threads).run()


def _keep(run: Callable[[], None], processes: int) -> None:
    """Keep so many processes running; end them with us."""
    children: set[int] = set()

    def stop(*_: object) -> NoReturn:
        for child in children:
            os.kill(child, signal.SIGTERM)
        while children:
            children.discard(os.wait()[0])
        sys.exit(0)

    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, stop)
    while True:
        while len(children) < processes:
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGINT, signal.default_int_handler)
                run()
                os._exit(0)
            children.add(child)
        ended, _status = os.wait()
        children.discard(ended)
        log.error("a web process ended by itself and is started again")
        time.sleep(RESTART_AFTER)
