"""The stand-in for Twilio behind a real socket, so that connections can break as they do outside.

Listens on this machine only. Callbacks go out through `post_form`, which refuses every other host.
"""

import contextlib
import socket
import struct
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import requests

from plugin.demo.twilio.answers import Answer, Fault, call_of
from plugin.demo.twilio.service import FakeTwilio

LOOPBACK = frozenset({"127.0.0.1", "localhost"})
LARGEST_BODY = 100_000


class FakeTwilioServer(ThreadingHTTPServer):
    """Serves one fake; its clock is looked at between calls."""

    daemon_threads = True

    def __init__(self, fake: FakeTwilio, port: int = 0, hang_seconds: float = 40.0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.fake = fake
        self.hang = threading.Event()
        self.hang_seconds = hang_seconds

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play; everything else is a fault of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def service_actions(self) -> None:
        """Between calls: deliver, and post callbacks."""
        self.fake.tick()


class _Handler(BaseHTTPRequestHandler):
    server: FakeTwilioServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Stay silent: addresses and query strings hold telephone numbers."""

    def _answer(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), LARGEST_BODY)
        body = self.rfile.read(length).decode()
        authorization = self.headers.get("Authorization", "")
        answer = self.server.fake.handle(call_of(self.command, self.path, body, authorization))
        if answer.fault is Fault.RESET_AFTER:
            self._reset()
        elif answer.fault is Fault.HANG_AFTER:
            self.server.hang.wait(self.server.hang_seconds)
            self._reset()
        else:
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        content = answer.body.encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        half = len(content) // 2 if answer.fault is Fault.TRUNCATED else len(content)
        self.wfile.write(content[:half])

    def _reset(self) -> None:
        """Close at once with RST, as a broken connection does."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        # The handler's own files keep the socket open until they are closed too.
        self.rfile.close()
        self.connection.close()


@contextlib.contextmanager
def serving(fake: FakeTwilio, port: int = 0, hang_seconds: float = 40.0) -> Iterator[str]:
    """Serve in a thread; yields the address and stops at the end."""
    server = FakeTwilioServer(fake, port, hang_seconds)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.url
    finally:
        server.hang.set()
        server.shutdown()
        thread.join()
        server.server_close()


def post_form(url: str, body: str, headers: Mapping[str, str]) -> str:
    """Post a callback to the tool on this machine; an unreachable tool is nothing special."""
    if urlsplit(url).hostname not in LOOPBACK:
        raise ValueError("callbacks of the demonstration stay on this machine")
    try:
        return requests.post(url, data=body, headers=dict(headers), timeout=15).text
    except requests.RequestException:
        return ""
