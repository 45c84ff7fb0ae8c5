"""A new machine needs nothing that the set-up does not bring: the README's commands in a root."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEAN_ON_THE_SYSTEM = (
    "tests/browser/test_cookies.py",
    "tests/exports",
    "tests/house/test_wheel.py",
    "tests/migrations",
    "tests/modules/film",
    "tests/plugin/demo",
    "tests/plugin/patient/test_in_browser.py",
)
"""The tests that need a browser, PostgreSQL, ffprobe, cairo, pango, or free ports."""


@pytest.mark.long
@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("debootstrap") is None,
    reason="making a Debian root takes root and debootstrap",
)
@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_both_commands_work_on_a_new_machine(suite):
    command = [ROOT / "scripts/fresh-root", "--tests", " ".join(LEAN_ON_THE_SYSTEM), suite]

    subprocess.run(command, check=True)
