"""make test-fast: rules only. Loaded with `-p tests.fast`.

What is a rule is read from the code, not kept in a list: a test file is taken when nothing it
imports, directly or through other files of the project, reaches a database, an application, a
browser or another process. A test taken that opens one all the same fails and says so.
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {path.parent.name for path in ROOT.glob("*/__init__.py")}
SLOW_PACKAGES = {
    "boto3",
    "flask",
    "http.server",
    "multiprocessing",
    "playwright",
    "socket",
    "sqlalchemy",
    "subprocess",
}
SLOW_FIXTURES = {"database", "postgres_server", "sqlite_database"}
"""Through these every database of the tests is reached, and every tool and application."""
SLOW_EVENTS = {"sqlite3.connect", "socket.bind", "socket.connect", "subprocess.Popen"}


@cache
def is_slow(path: Path) -> bool:
    """Whether a file of the project reaches one of the slow packages."""
    seen, waiting = set(), [path]
    while waiting:
        if (file := waiting.pop()) in seen:
            continue
        seen.add(file)
        for name in _imported(file):
            if {name, name.partition(".")[0]} & SLOW_PACKAGES:
                return True
            waiting += filter(Path.is_file, _files(name))
    return False


@cache
def _imported(path: Path) -> tuple[str, ...]:
    tree = ast.parse(path.read_text("utf-8"))
    return tuple(name for node in ast.walk(tree) for name in _names(node))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _files(name: str) -> tuple[Path, ...]:
    parts = name.split(".")
    if parts[0] not in OURS:
        return ()
    place = ROOT.joinpath(*parts)
    return place.with_suffix(".py"), place / "__init__.py"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Pass over a file of tests that is slow, before it is imported."""
    is_test = collection_path.match("test_*.py")
    return True if is_test and is_slow(collection_path) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pass over tests that ask for a database."""
    slow = [one for one in items if SLOW_FIXTURES & set(getattr(one, "fixturenames", ()))]
    if slow:
        items[:] = [one for one in items if one not in slow]
        config.hook.pytest_deselected(items=slow)


_running: list[str] = []


def _refuse(event: str, _arguments: object) -> None:
    if _running and event in SLOW_EVENTS:
        raise AssertionError(f"{_running[0]} is taken for a rule, but does: {event}")


sys.addaudithook(_refuse)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Let a test fail that opens a database, a connection or a process."""
    _running.append(item.nodeid)
    try:
        return (yield)
    finally:
        _running.clear()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what this run was."""
    terminalreporter.write_line(
        "rules only: what opens a database, a page or a process was left out"
    )
