"""What is installed is what was locked: every requirement of setup.cfg, by version and hash."""

import configparser
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKS = {"tool": {"build", "postgresql", "s3"}, "tests": {"test"}}
"""What is locked in which file, beside the tool's own requirements: extras of setup.cfg."""
PYTHONS = ("3.11", "3.12", "3.13")
MACHINES = ("x86_64", "aarch64")
FETCHES = re.compile(r"://|^\s*(?:-i|-f|--(?:index|extra-index|find-links|trusted))", re.MULTILINE)


def setup() -> configparser.ConfigParser:
    read = configparser.ConfigParser()
    read.read(ROOT / "setup.cfg", "utf-8")
    return read


SETUP = setup()


def extra(name: str) -> list[Requirement]:
    """Return the requirements of an extra, those of the extras it names with them."""
    found = []
    for line in SETUP["options.extras_require"][name].split("\n"):
        if not line:
            continue
        one = Requirement(line)
        inner = [r for more in one.extras for r in extra(more)] if one.name == "columna" else [one]
        found += inner
    return found


def wanted(lock: str) -> list[Requirement]:
    own = [Requirement(line) for line in SETUP["options"]["install_requires"].split("\n") if line]
    return own + [requirement for name in LOCKS[lock] for requirement in extra(name)]


def text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")


def entries(lock: str) -> list[tuple[Requirement, int]]:
    """Return what a lock holds, each with how many hashes it has."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", text(lock), flags=re.MULTILINE)[1:]
    return [
        (Requirement(block.split("\\\n")[0]), len(re.findall(r"--hash=sha256:[0-9a-f]{64}", block)))
        for block in blocks
    ]


def installed(lock: str, python: str, machine: str) -> dict[str, Version]:
    """Return the versions that a lock gives on Linux."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.2",
        "platform_machine": machine,
        "platform_system": "Linux",
        "sys_platform": "linux",
        "os_name": "posix",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    return {
        canonicalize_name(one.name): Version(str(one.specifier).removeprefix("=="))
        for one, _hashes in entries(lock)
        if one.marker is None or one.marker.evaluate(environment)
    }


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("machine", MACHINES)
def test_every_requirement_is_locked_within_its_range(lock, python, machine):
    locked = installed(lock, python, machine)
    missed = [
        str(one)
        for one in wanted(lock)
        if (version := locked.get(canonicalize_name(one.name))) is None
        or version not in one.specifier
    ]

    assert missed == [], "run: make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_one_version_with_its_hashes(lock):
    for one, hashes in entries(lock):
        assert re.fullmatch(r"==[^=*,]+", str(one.specifier)), one
        assert hashes > 0, one


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(lock):
    assert FETCHES.findall(text(lock)) == []


@pytest.mark.parametrize("python", PYTHONS)
def test_the_tests_run_what_the_tool_runs(python):
    tool, tests = (installed(lock, python, "x86_64") for lock in ("tool", "tests"))

    assert tool.items() <= tests.items()


def test_the_builder_is_locked_as_the_build_asks_for_it():
    """The set-up builds without isolation: the build's own requirements come from the lock."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]

    assert [str(one) for one in extra("build")] == asked
