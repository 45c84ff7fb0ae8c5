"""The set-up waits for apt's locks, says so, and gives up in words."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WAITING = "Another program is installing packages"

pytestmark = pytest.mark.skipif(shutil.which("apt-get") is None, reason="there is no apt-get here")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place of its own for apt-get: no sources, nothing installed, nobody need be root."""
    for name in (
        "lists/partial",
        "archives/partial",
        "etc/sources.list.d",
        "etc/apt.conf.d",
        "etc/preferences.d",
    ):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "etc/sources.list").touch()
    (tmp_path / "status").touch()
    (tmp_path / "apt.conf").write_text(
        f"""
Dir::Etc "{tmp_path}/etc/";
Dir::State "{tmp_path}/";
Dir::State::status "{tmp_path}/status";
Dir::State::lists "{tmp_path}/lists/";
Dir::Cache "{tmp_path}/";
APT::Sandbox::User "";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
""",
        "utf-8",
    )
    return tmp_path


@pytest.fixture
def held(folder: Path) -> Iterator[int]:
    """The lock of the package lists, held by this process."""
    lock = os.open(folder / "lists/lock", os.O_RDWR | os.O_CREAT, 0o640)
    fcntl.lockf(lock, fcntl.LOCK_EX)
    yield lock
    os.close(lock)


def update(folder: Path, patience: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [ROOT / "scripts/apt", "update", "-q"],
        env={**os.environ, "APT_CONFIG": str(folder / "apt.conf"), "APT_PATIENCE_S": str(patience)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_free_lock_is_taken_without_a_word(folder):
    run = update(folder, 60)

    assert run.communicate(timeout=60) == (None, "")
    assert run.returncode == 0


def test_a_held_lock_is_waited_for_with_a_message(folder, held):
    run = update(folder, 60)
    assert run.stderr is not None
    first = run.stderr.readline()
    assert WAITING in first
    assert str(os.getpid()) in first
    assert run.poll() is None
    fcntl.lockf(held, fcntl.LOCK_UN)
    rest = run.communicate(timeout=60)[1]

    assert run.returncode == 0
    assert WAITING not in rest


def test_a_lock_that_stays_held_is_given_up_in_words(folder, held):
    run = update(folder, 1)
    said = run.communicate(timeout=60)[1]

    assert run.returncode == 100
    assert "not released within 1 s" in said
    assert "try again" in said


def test_any_other_fault_is_apts_own_and_not_waited_for(folder):
    (folder / "etc/sources.list").write_text("nonsense\n", "utf-8")
    run = update(folder, 60)
    said = run.communicate(timeout=60)[1]

    assert run.returncode == 100
    assert "E:" in said
    assert WAITING not in said
