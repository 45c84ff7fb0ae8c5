"""The web server and the worker beside the demonstration, and how all of them end together."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from plugin.demo.faults import CannotStart

STOP_WITHIN_S = 8.0
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, `kill`, and the terminal that is closed."""

Process = subprocess.Popen[bytes]


def ended_by_signals() -> threading.Event:
    """Return what is set when someone tells this process to end.

    A signal only sets it, so none can come between a child's start and the knowledge of it. What
    was started to be deaf to a signal (nohup) stays so.
    """
    ended = threading.Event()
    for number in ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: ended.set())
    return ended


@contextmanager
def running(port: int, environment: Mapping[str, str]) -> Iterator[Sequence[Process]]:
    """Run the web server and the worker; both end with the block, whatever they started too."""
    started: list[Process] = []
    try:
        for command in _commands(port):
            started.append(_start(command, environment))
        yield started
    finally:
        for process in started:
            process.terminate()
        for process in started:
            _end(process)


def require_alive(processes: Sequence[Process]) -> None:
    """Raise CannotStart if one of them has ended."""
    if any(process.poll() is not None for process in processes):
        raise CannotStart("The tool ended while it started; its messages are above.")


def _commands(port: int) -> Sequence[Sequence[str]]:
    return (("-m", "plugin.cli", "serve", "--port", str(port)), ("-m", "plugin.cli", "worker"))


def _start(command: Sequence[str], environment: Mapping[str, str]) -> Process:
    """Start one in a session of its own: Ctrl-C is for us, who end it in order."""
    words = [sys.executable, *command]
    full = {**os.environ, **environment}
    return subprocess.Popen(words, env=full, start_new_session=True)  # noqa: S603


def _end(process: Process) -> None:
    try:
        process.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
