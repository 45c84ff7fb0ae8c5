"""Starting what is measured: ours, a minimal pylti1p3next app and ltijs; one worker each."""

import http.client
import http.server
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import rsa

from tests import processes
from tests.bench.lti_driver import PEOPLE, Target, public_keys

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LTIJS = ("ltijs@5.9.9", "ltijs-sequelize@2.4.4", "sqlite3@5.1.7")
ASKING = ("Columna", "pylti1p3next", "ltijs")
PATIENCE_S = 60.0
GUNICORN = ("--workers", "1", "--worker-class", "gthread", "--threads", "8")


# Platform --------------------------------------------------------------------------------------


class KeyServer:
    """A platform's key sets in a process of its own: one address a tool, requests counted."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._counts = {name: multiprocessing.Value("l", 0) for name in ASKING}
        arguments = (self.port, public_keys(key), self._counts)
        self._process = multiprocessing.Process(target=_serve_keys, args=arguments, daemon=True)
        self._process.start()
        wait_for(self.port)

    def fetched(self, name: str) -> int:
        """Return how many requests of any kind a tool has made to the platform."""
        return self._counts[name].value

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()


def _serve_keys(port: int, body: bytes, counts: Any) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.strip("/").split("/")[0]
            with counts[name].get_lock():
                counts[name].value += 1
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            # One packet: a body sent after its headers would wait for the reader's delayed ACK.
            self._headers_buffer += [b"\r\n", body]
            self.flush_headers()

        do_POST = do_GET  # noqa: N815 - the name http.server asks for

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    pin(0)
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


# Tools -----------------------------------------------------------------------------------------


@contextmanager
def ours(folder: Path, keys: KeyServer) -> Iterator[Target]:
    """Run Columna as in production, on SQLite, with a course of enrolled people."""
    port = processes.free_port()
    environment = {
        "COLUMNA_PUBLIC_URL": f"http://localhost:{port}",
        "COLUMNA_SECRETS": "0123456789abcdef" * 2,
        "COLUMNA_DATABASE_URL": f"sqlite:///{folder}/columna.sqlite3",
        "COLUMNA_TASKS_URL": f"sqlite:///{folder}/tasks.sqlite3",
        "COLUMNA_ALLOW_LOOPBACK": "yes",
    }
    target = Target("Columna", port, "/lti/login", "/lti/launch", "bench", f"{keys.url}/Columna")
    _fill(environment, target)
    command = [sys.executable, "-m", "plugin.cli", "serve", "--port", str(port)]
    with _running(command, environment, port, ROOT) as group:
        yield replace(target, group=group)


def _fill(environment: Mapping[str, str], target: Target) -> None:
    """Make the database: one platform, one course of a care programme, its people enrolled."""
    from lti.models import LtiContext, LtiUser, Membership, MembershipSource
    from lti.registration import platforms
    from lti.registration.platforms import NewPlatform
    from modules.services import course as course_service
    from plugin import setup, tables
    from plugin.settings import load
    from plugin.tool import build

    tool = build(load(environment))
    tables.METADATA.create_all(tool.database.engine)
    now = datetime.now(UTC)
    issuer = target.issuer
    new = NewPlatform(issuer, "bench", "1", f"{issuer}/auth", f"{issuer}/token", f"{issuer}/keys")
    protocol = next(one for one in tool.protocols.values() if not one.is_trial)
    with tool.database.writing() as session:
        platform = platforms.add(session, new, now)
        study_id = setup.create_study(session, tool, "bench", protocol)
        course = LtiContext(
            platform_id=platform.id,
            deployment_id=platform.deployments[0].id,
            context_id="2",
            study_id=study_id,
            created_at=now,
        )
        session.add(course)
        session.flush()
        for number in range(PEOPLE):
            user = LtiUser(platform_id=platform.id, subject=str(100 + number), created_at=now)
            membership = Membership(
                lti_user=user, course=course, source=MembershipSource.LAUNCH, last_seen_at=now
            )
            participant_id = course_service.enrol(session, study_id, protocol, now)
            membership.participant_id = participant_id
            session.add(membership)
    tool.database.dispose()


@contextmanager
def pylti(_folder: Path, keys: KeyServer) -> Iterator[Target]:
    """Run a minimal Flask application on pylti1p3next with default settings."""
    port = processes.free_port()
    target = Target("pylti1p3next", port, "/login", "/launch", "bench", f"{keys.url}/pylti1p3next")
    environment = _bench(target)
    command = [sys.executable, "-m", "gunicorn", "tests.bench.lti_pylti_app:create_app()"]
    command += [*GUNICORN, "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    with _running(command, environment, port, ROOT) as group:
        yield replace(target, group=group)


@contextmanager
def ltijs(folder: Path, keys: KeyServer) -> Iterator[Target]:
    """Run ltijs on SQLite; it is installed into `folder` with npm, or taken from BENCH_LTIJS."""
    home = Path(os.environ.get("BENCH_LTIJS") or folder / "ltijs")
    if not (home / "node_modules" / "ltijs").exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"name": "bench", "private": true}', encoding="ascii")
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--silent", *LTIJS],
            cwd=home,
            check=True,
        )
    shutil.copy(HERE / "lti_ltijs.js", home / "lti_ltijs.js")
    port = processes.free_port()
    target = Target("ltijs", port, "/login", "/", "bench", f"{keys.url}/ltijs", follows=True)
    environment = {
        **_bench(target),
        "BENCH_PORT": str(port),
        "BENCH_DATABASE": str(folder / "ltijs.sqlite3"),
        "NODE_ENV": "production",
    }
    with _running(["node", "lti_ltijs.js"], environment, port, home) as group:
        _wait_for_platform(target)
        yield replace(target, group=group)


def _wait_for_platform(target: Target) -> None:
    """Wait until a login is taken: ltijs listens before it has registered the platform."""
    form = urlencode(
        {
            "iss": target.issuer,
            "client_id": target.client_id,
            "login_hint": "1",
            "target_link_uri": target.url,
        }
    )
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        asking = http.client.HTTPConnection("127.0.0.1", target.port, timeout=10)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        asking.request("POST", target.login_path, form, kind)
        status = asking.getresponse().status
        asking.close()
        if status == 302:
            return
        time.sleep(0.2)
    raise RuntimeError("it does not know its platform")


def _bench(target: Target) -> dict[str, str]:
    return {
        "BENCH_ISSUER": target.issuer,
        "BENCH_CLIENT_ID": target.client_id,
        "BENCH_JWKS": f"{target.issuer}/keys",
    }


@contextmanager
def _running(
    command: list[str], environment: Mapping[str, str], port: int, folder: Path
) -> Iterator[int]:
    """Run a server; yield the number of its process group."""
    options = {"cwd": folder, "env": {**os.environ, **environment}, "preexec_fn": lambda: pin(1)}
    with processes.running(command, **options) as process:
        wait_for(port, process)
        yield process.pid


def pin(core: int) -> None:
    """Keep this process on one core, where there are several."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[core % len(cores)]})


def wait_for(port: int, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Wait until something answers there. Raises RuntimeError."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"it ended with {process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("it did not start")
