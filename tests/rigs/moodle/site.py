"""How a real Moodle is booted: a copy of its tree, a database, PHP's own server.

The tree is found by the environment variable `COLUMNA_MOODLE_TREE` and never written to: the copy
consists of hard links where the file system allows it.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests import postgres, processes

TREE = "COLUMNA_MOODLE_TREE"
EXTENSIONS = ("curl", "dom", "gd", "intl", "mbstring", "pgsql", "soap", "sodium", "xml", "zip")
"""What Moodle asks of PHP beyond what every PHP has."""
PASSWORD = "Plantada-1"
PATIENCE_S = 60.0
WORKERS = "8"
PHP = ("php", "-d", "max_input_vars=5000", "-d", "memory_limit=512M")

CONFIG = """<?php
unset($CFG);
global $CFG;
$CFG = new stdClass();
$CFG->dbtype = 'pgsql';
$CFG->dblibrary = 'native';
$CFG->dbhost = '127.0.0.1';
$CFG->dbname = '{database}';
$CFG->dbuser = '{owner}';
$CFG->dbpass = '';
$CFG->prefix = 'mdl_';
$CFG->dboptions = ['dbport' => {database_port}];
$CFG->wwwroot = '{url}';
$CFG->dataroot = '{data}';
$CFG->admin = 'admin';
$CFG->directorypermissions = 02777;
$CFG->noemailever = true;
// Stock Moodle asks no private address, and no port but 80 and 443; the tool has both.
$CFG->curlsecurityblockedhosts = '';
$CFG->curlsecurityallowedport = '';
require_once(__DIR__ . '/lib/setup.php');
"""


def missing() -> list[str]:
    """Say what this machine lacks to boot a Moodle; nothing when it lacks nothing."""
    found = [_without_tree(), _without_php(), _without_postgres()]
    return [words for words in found if words]


def _without_tree() -> str:
    tree = os.environ.get(TREE)
    if not tree:
        return f"{TREE}, the path of the source tree of Moodle 4.5, is not set"
    if not (Path(tree) / "mod/lti/version.php").is_file():
        return f"{TREE}={tree} is no source tree of Moodle"
    return ""


def _without_php() -> str:
    if shutil.which("php") is None:
        return "PHP's command line (Debian: php-cli) is not installed"
    there = subprocess.run(["php", "-m"], capture_output=True, text=True, check=True)
    known = {line.strip().lower() for line in there.stdout.splitlines()}
    lacking = [name for name in EXTENSIONS if name not in known]
    names = ", ".join(lacking)
    return f"PHP's extensions {names} (Debian: php-NAME) are not installed" if lacking else ""


def _without_postgres() -> str:
    try:
        postgres.programs()
    except postgres.NoPostgres as reason:
        return str(reason)
    return ""


@dataclass(frozen=True)
class Account:
    """Somebody of Moodle; `roles`: in which course they are what."""

    username: str
    given: str
    family: str
    roles: Mapping[str, str]


@dataclass(frozen=True)
class MoodleSite:
    """A running Moodle; `root` is the copy of its tree, `database` one of `database_port`."""

    root: Path
    port: int
    database: str
    database_port: int

    @property
    def url(self) -> str:
        """Its address: another site than the tool's `localhost`."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, script: str, *words: str) -> str:
        """Run one of Moodle's own commands; return what it printed."""
        command = [*PHP, self.root / script, *words]
        run = subprocess.run(command, cwd=self.root, capture_output=True, text=True)
        assert run.returncode == 0, f"{script}: {run.stdout[-3000:]}{run.stderr[-3000:]}"
        return run.stdout

    def enrol(self, courses: Sequence[str], people: Sequence[Account]) -> None:
        """Make courses, the first of which becomes Moodle's course 2, and the accounts in them."""
        titles = [(course, course.capitalize(), "1") for course in courses]
        file = self._table("courses", [("shortname", "fullname", "category"), *titles])
        self.run(
            "admin/tool/uploadcourse/cli/uploadcourse.php",
            *("--mode=createnew", "--updatemode=dataonly", "--delimiter=comma", f"--file={file}"),
        )
        head = ["username", "password", "firstname", "lastname", "email"]
        for number in range(1, len(courses) + 1):
            head += [f"course{number}", f"role{number}"]
        file = self._table("people", [head, *(_row(one, courses) for one in people)])
        self.run(
            "admin/tool/uploaduser/cli/uploaduser.php",
            *("--delimiter_name=comma", f"--file={file}"),
        )

    def _table(self, name: str, rows: Sequence[Sequence[str]]) -> Path:
        path = self.root.parent / f"{name}.csv"
        path.write_text("".join(f"{','.join(row)}\n" for row in rows), "utf-8")
        return path

    def run_sql(self, statement: str) -> None:
        """Change something that no command and no file of settings can."""
        where = {"host": "127.0.0.1", "port": self.database_port, "user": postgres.OWNER}
        with psycopg.connect(dbname=self.database, **where) as connection:
            connection.execute(statement)

    def kept(self) -> str:
        """Return everything that Moodle keeps in its database, as text."""
        command = [
            *(postgres.programs() / "pg_dump", "--data-only", "-h", "127.0.0.1"),
            *("-p", str(self.database_port), "-U", postgres.OWNER, self.database),
        ]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@contextmanager
def running(
    folder: Path, database: str, database_port: int, say: Callable[[str], None]
) -> Iterator[MoodleSite]:
    """Install a Moodle into an empty database of PostgreSQL and serve it; `say`: how far it is."""
    site = MoodleSite(folder / "moodle", processes.free_port(), database, database_port)
    say("copying Moodle's tree")
    _copy(Path(os.environ[TREE]), site.root)
    (folder / "data").mkdir()
    _configure(site, folder / "data")
    say("installing Moodle (about a minute)")
    site.run(
        "admin/cli/install_database.php",
        *("--agree-license", f"--adminpass={PASSWORD}", "--adminemail=admin@example.org"),
        *("--shortname=clinic", "--fullname=Clinic"),
    )
    site.run_sql("UPDATE mdl_tool_usertours_tours SET enabled = 0")  # they lie over the pages
    log = folder / "moodle.log"
    with (
        log.open("wb") as output,
        processes.running(
            [*PHP, "-S", f"127.0.0.1:{site.port}", "-t", site.root],
            env=_serving(os.environ),
            stdout=output,
            stderr=output,
        ) as keeper,
    ):
        assert processes.listens(site.port, keeper, PATIENCE_S), log.read_text(errors="replace")
        say(f"Moodle answers at {site.url}")
        yield site


def _row(one: Account, courses: Sequence[str]) -> list[str]:
    row = [one.username, PASSWORD, one.given, one.family, f"{one.username}@example.org"]
    for course in courses:
        row += [course, one.roles[course]] if course in one.roles else ["", ""]
    return row


def _serving(environment: Mapping[str, str]) -> dict[str, str]:
    return {**environment, "PHP_CLI_SERVER_WORKERS": WORKERS}


def _copy(tree: Path, to: Path) -> None:
    """Link every file, or copy it where that cannot be; settings of another site stay behind."""

    def take(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)

    def beside(folder: str, names: list[str]) -> set[str]:
        return {"config.php", ".git"}.intersection(names) if Path(folder) == tree else set()

    shutil.copytree(tree, to, copy_function=take, ignore=beside, symlinks=True)


def _configure(site: MoodleSite, data: Path) -> None:
    words = {
        "database": site.database,
        "owner": postgres.OWNER,
        "database_port": str(site.database_port),
        "url": site.url,
        "data": str(data),
    }
    text = CONFIG
    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    (site.root / "config.php").write_text(text, "utf-8")
