"""The demonstration: the tool, its worker and a small LMS on another site, started together.

The tool is reached as `localhost` and the LMS as `127.0.0.1`: for a browser two different sites,
so the tool runs in a third-party frame, as inside a real Moodle. Everything is kept in one folder.
"""

import secrets
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from lti.models import Platform
from modules.records.queries import studies
from plugin import settings as settings_module
from plugin.database import upgrade_database
from plugin.demo import ports, processes, study
from plugin.demo.faults import CannotStart, Stopped
from plugin.demo.lms import Course, PlatformConfig, create_platform, demo_config
from plugin.demo.twilio.telephones import Telephones
from plugin.status import claim
from plugin.tool import Tool, build

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Demo:
    """Where everything is."""

    folder: Path
    port: int
    lms_port: int
    channel: str
    twilio_port: int

    @property
    def tool_url(self) -> str:
        """Address of the tool."""
        return f"http://localhost:{self.port}"

    @property
    def lms_url(self) -> str:
        """Address of the LMS, on another site."""
        return f"http://127.0.0.1:{self.lms_port}"

    @property
    def settings(self) -> Path:
        """File with the settings of the demonstration, for the other commands."""
        return self.folder / "settings"

    @property
    def half_filled(self) -> Path:
        """Mark that the study is being made: what is found with it is not whole."""
        return self.folder / "half-filled"

    @property
    def ports(self) -> dict[str, int]:
        """Return every port it listens on, by what one sets it with."""
        ports = {"PORT": self.port, "LMS_PORT": self.lms_port}
        return {**ports, "--twilio-port": self.twilio_port} if self.channel == "whatsapp" else ports

    def environment(self) -> dict[str, str]:
        """Return the settings of the demonstration, as environment variables."""
        phone = Telephones.settings(self.twilio_port) if self.channel == "whatsapp" else {}
        return {
            "COLUMNA_PUBLIC_URL": self.tool_url,
            "COLUMNA_SECRETS": self._secret(),
            "COLUMNA_DATABASE_URL": f"sqlite:///{self.folder / 'columna.sqlite3'}",
            "COLUMNA_TASKS_URL": f"sqlite:///{self.folder / 'tasks.sqlite3'}",
            "COLUMNA_CHANNEL": self.channel,
            "COLUMNA_CONSOLE_SINK": str(self.folder / "messages.jsonl"),
            "COLUMNA_MEDIA_STORE": str(self.folder / "media"),
            "COLUMNA_SESSION_LINK": "https://meet.example.org/columna-{room}",
            "COLUMNA_CLINIC_NAME": "Clínica de demostración",
            "COLUMNA_CLINIC_PHONE": "55 0000 0000",
            "COLUMNA_ALLOW_LOOPBACK": "yes",
            "COLUMNA_ONE_PERSON_PER_BROWSER": "no",
            **phone,
        }

    def _secret(self) -> str:
        path = self.folder / "secret"
        if not path.exists():
            path.write_text(secrets.token_hex(32), encoding="ascii")
            path.chmod(0o600)
        return path.read_text(encoding="ascii")

    def lms(self) -> PlatformConfig:
        """Return the LMS: one course with the synthetic study, one that is still to be set up."""
        config = demo_config(self.lms_url, self.tool_url)
        first = config.courses[0]
        team = tuple(p.id for p in config.people if not p.id.startswith("1") or len(p.id) < 3)
        some = tuple(p.id for p in config.people[:4])
        empty = Course(
            "3",
            "CUIDADO",
            "Cuidado de la espalda (sin configurar)",
            team + some,
            (replace(first.activities[0], number=2),),
        )
        return replace(config, courses=(first, empty))


def run(demo: Demo, console: Console) -> None:
    """Start everything, print the address, and stop everything at Ctrl-C, SIGTERM or SIGHUP.

    Raises CannotStart.
    """
    ended = processes.ended_by_signals()
    ports.require(demo.ports)
    demo.folder.mkdir(parents=True, exist_ok=True)
    _keep_settings(demo)
    with suppress(Stopped):
        _prepare(demo, console, ended)
        _serve(demo, console, ended)
    # A terminal that was closed takes no more words.
    with suppress(OSError):
        console.print("Stopped.")


def _serve(demo: Demo, console: Console, ended: threading.Event) -> None:
    """Serve until told to end. Raises CannotStart, Stopped."""
    with (
        _phone(demo),
        _lms(demo),
        processes.running(demo.port, demo.environment()) as started,
    ):
        _wait_until_ready(demo, started, ended)
        _say_hello(demo, console)
        ended.wait()
        with suppress(OSError):
            console.print("\nStopping …")


def _keep_settings(demo: Demo) -> None:
    """Write the settings where the other commands can read them (COLUMNA_SETTINGS)."""
    demo.settings.touch(mode=0o600)
    lines = (f"{name}={value}\n" for name, value in demo.environment().items())
    demo.settings.write_text("".join(lines), encoding="utf-8")


def _prepare(demo: Demo, console: Console, ended: threading.Event) -> None:
    """Migrate the database and fill it when it is new. Raises Stopped."""
    if demo.half_filled.exists():
        for path in demo.folder.glob("columna.sqlite3*"):
            path.unlink()
    config = demo.lms()
    tool = build(settings_module.load(demo.environment()))
    upgrade_database(tool.database)
    claim.claim(tool.database, tool.settings, tool.now())  # the ports are those of today
    with tool.database.writing() as session:
        for platform in session.scalars(select(Platform)):
            # The ports may have been others last time.
            platform.issuer = config.base_url
            platform.auth_login_url = f"{config.base_url}/mod/lti/auth.php"
            platform.auth_token_url = f"{config.base_url}/mod/lti/token.php"
            platform.jwks_url = f"{config.base_url}/mod/lti/certs.php"
        is_new = not studies(session)
    if is_new:
        demo.half_filled.touch()
        _fill(tool, config, console, ended)
        demo.half_filled.unlink()
    tool.database.dispose()


def _fill(tool: Tool, config: PlatformConfig, console: Console, ended: threading.Event) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("Making a synthetic study", total=study.PARTICIPANTS)

        def progress() -> None:
            bar.advance(task)
            if ended.is_set():
                raise Stopped

        study.load(tool, config, progress)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: the LMS's addresses hold people's ids."""


@contextmanager
def _lms(demo: Demo) -> Iterator[BaseWSGIServer]:
    app = create_platform(demo.lms())
    server = make_server("127.0.0.1", demo.lms_port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(processes.STOP_WITHIN_S)


@contextmanager
def _phone(demo: Demo) -> Iterator[None]:
    if demo.channel != "whatsapp":
        yield
        return
    with Telephones(demo.twilio_port, demo.tool_url).serving():
        yield


def _wait_until_ready(
    demo: Demo, started: Sequence[processes.Process], ended: threading.Event
) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        processes.require_alive(started)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/health", timeout=2):
                return
        except OSError:
            if ended.wait(0.1):
                raise Stopped from None
    raise CannotStart("The tool did not answer within half a minute; its messages are above.")


def _say_hello(demo: Demo, console: Console) -> None:
    console.print(f"\nColumna is running. Open [bold]{demo.lms_url}[/bold] and choose a person.")
    if demo.channel == "console":
        console.print(f"Reminders are written to {demo.folder / 'messages.jsonl'}.", style="dim")
    else:
        console.print(
            f"The patients' telephones: http://127.0.0.1:{demo.twilio_port}/", style="dim"
        )
    console.print(
        f"In another shell: COLUMNA_SETTINGS={demo.settings} {Path(sys.argv[0])} export --study"
        f" {study.STUDY} --audience assessor --format pdf --out .",
        style="dim",
        soft_wrap=True,
    )
    console.print("Ctrl-C stops everything.", style="dim")
