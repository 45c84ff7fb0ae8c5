"""Server processes of the tests, which end with the run that started them, however that ends.

A keeper stands between the run and each server: it holds the reading end of a pipe whose writing
end only the run has. When the pipe closes, by intention or because the run was killed (SIGKILL
lets nobody clean up), the keeper stops the server and removes its folder. Asking the kernel to
signal the server (PR_SET_PDEATHSIG) would not do: that wish is forgotten when the user changes,
as PostgreSQL demands.

This file is also the keeper's program.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE_S = 20.0


def free_port() -> int:
    """Return a port of this machine that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int, keeper: "subprocess.Popen[bytes]", patience_s: float) -> bool:
    """Wait until a server answers at its port; say whether it does."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until and keeper.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return True
        except OSError:
            time.sleep(0.05)
    return False


def start(
    command: Sequence[object],
    *,
    stop_by: signal.Signals = signal.SIGTERM,
    user: str | None = None,
    folder: Path | None = None,
    **options: Any,
) -> "subprocess.Popen[bytes]":
    """Start a server; return its keeper, which ends with the server's exit code.

    `stop_by`: what asks the server to end; after 20 s it is killed. `user`: whom it runs as.
    `folder`: removed once it has ended. `options`: of `subprocess.Popen`. Keeper and server are one
    process group, whose number is the keeper's `pid`.
    """
    job = {
        "command": [str(word) for word in command],
        "stop_by": int(stop_by),
        "user": user,
        "folder": str(folder) if folder else None,
    }
    return subprocess.Popen(
        [sys.executable, "-S", __file__, json.dumps(job)],
        stdin=subprocess.PIPE,
        start_new_session=True,
        **options,
    )


def stop(keeper: "subprocess.Popen[bytes]") -> None:
    """End a server and wait until it has ended."""
    assert keeper.stdin is not None
    keeper.stdin.close()
    keeper.wait(PATIENCE_S + 10)


def kill(keeper: "subprocess.Popen[bytes]") -> None:
    """Kill a server and its workers as a power cut would: no word of warning."""
    os.killpg(keeper.pid, signal.SIGKILL)
    keeper.communicate()


@contextmanager
def running(command: Sequence[object], **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server (see `start`) until the block ends."""
    keeper = start(command, **options)
    try:
        yield keeper
    finally:
        stop(keeper)


def _keep(command: list[str], stop_by: int, user: str | None, folder: str | None) -> int:
    server = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, user=user, group=user, extra_groups=user and []
    )
    signal.signal(stop_by, signal.SIG_IGN)  # sent to the group, which the keeper belongs to
    threading.Thread(target=_stop_with_the_run, args=(server, stop_by), daemon=True).start()
    code = server.wait()
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    return code if code >= 0 else 128 - code


def _stop_with_the_run(server: "subprocess.Popen[bytes]", stop_by: int) -> None:
    sys.stdin.buffer.read()  # returns when the run closes the pipe, or is no more
    os.killpg(0, stop_by)
    try:
        server.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        server.kill()


if __name__ == "__main__":
    os._exit(_keep(**json.loads(sys.argv[1])))
