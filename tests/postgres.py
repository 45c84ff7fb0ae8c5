"""A PostgreSQL server for one test run: made in a temporary folder, gone with the run.

PostgreSQL refuses to run as root; as root the server therefore belongs to the user `postgres`
that Debian's package brings along.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.processes import free_port, running

WITHOUT = "COLUMNA_TESTS_WITHOUT_POSTGRES"
OWNER = "postgres"
PATIENCE_S = 60.0
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


class NoPostgres(Exception):
    """There is no PostgreSQL server on this machine; the message says what to do."""


def programs() -> Path:
    """Return the folder of initdb and postgres, the newest version first. Raises NoPostgres."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: float(path.parent.name),
        reverse=True,
    )
    found = shutil.which("initdb")
    for folder in [*folders, *([Path(found).resolve().parent] if found else [])]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres(
        "the tests need a PostgreSQL server (Debian: apt-get install postgresql);"
        f" set {WITHOUT}=1 to leave those tests out"
    )


@contextmanager
def server() -> Iterator[str]:
    """Start a server on a free port; yield the address of it without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="columna-postgres-"))
    owner, port = _give_to_owner(folder), free_port()
    # SIGQUIT ends it at once: what it holds is thrown away.
    options = {"stop_by": signal.SIGQUIT, "user": owner, "folder": folder, "cwd": "/"}
    with (
        (folder / "log").open("wb") as log,
        running(_command(folder, port), stdout=log, stderr=log, **options) as process,
    ):
        _wait_until_ready(process, port, folder / "log")
        yield f"postgresql+psycopg://{OWNER}@127.0.0.1:{port}"


def _command(folder: Path, port: int) -> list[str]:
    """Return what makes the data folder and then becomes the server."""
    binaries, data = programs(), folder / "data"
    initdb = f"{binaries}/initdb -D {data} -U {OWNER} -A trust -E UTF8 -N"
    postgres = f"{binaries}/postgres -D {data} -p {port} -h 127.0.0.1 -k {folder} {FAST}"
    return ["sh", "-c", f"{initdb} && exec {postgres}"]


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user=OWNER, dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise NoPostgres(f"the server did not start: {log.read_text(errors='replace')}")


def _give_to_owner(folder: Path) -> str | None:
    """Return the user the server is to run as, where that is not the one who runs the tests."""
    if os.geteuid() != 0:
        return None
    try:
        owner = pwd.getpwnam(OWNER)
    except KeyError as error:
        raise NoPostgres(f"as root the server needs the user {OWNER!r}") from error
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return OWNER
