"""A PostgreSQL server for one test run: made in a temporary folder, stopped at the end.

PostgreSQL refuses to run as root; as root the server therefore belongs to the user `postgres`
that Debian's package brings along.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WITHOUT = "COLUMNA_TESTS_WITHOUT_POSTGRES"
OWNER = "postgres"
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


class NoPostgres(Exception):
    """There is no PostgreSQL server on this machine; the message says what to do."""


def programs() -> Path:
    """Return the folder of initdb and pg_ctl, the newest version first. Raises NoPostgres."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: float(path.parent.name),
        reverse=True,
    )
    found = shutil.which("initdb")
    for folder in [*folders, *([Path(found).resolve().parent] if found else [])]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgres(
        "the tests need a PostgreSQL server (Debian: apt-get install postgresql);"
        f" set {WITHOUT}=1 to leave those tests out"
    )


@contextmanager
def server() -> Iterator[str]:
    """Start a server on a free port; yield the address of it without a database name."""
    binaries = programs()
    folder = Path(tempfile.mkdtemp(prefix="columna-postgres-"))
    data = folder / "data"
    try:
        _give_to_owner(folder)
        _run(binaries / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "-N")
        port = _free_port()
        options = f"-p {port} -h 127.0.0.1 -k {folder} {FAST}"
        log = folder / "log"
        _run(binaries / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", log, "-o", options, "start")
        try:
            yield f"postgresql+psycopg://{OWNER}@127.0.0.1:{port}"
        finally:
            _run(binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", OWNER, "--", *words]
    # Output goes to a file: a server that is started would hold a pipe open.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(words, stdout=output, stderr=subprocess.STDOUT, cwd="/", check=False)
        output.seek(0)
        if done.returncode != 0:
            raise NoPostgres(f"{Path(words[-1]).name}: {output.read().decode(errors='replace')}")


def _give_to_owner(folder: Path) -> None:
    if os.geteuid() != 0:
        return
    try:
        owner = pwd.getpwnam(OWNER)
    except KeyError as error:
        raise NoPostgres(f"as root the server needs the user {OWNER!r}") from error
    os.chown(folder, owner.pw_uid, owner.pw_gid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
