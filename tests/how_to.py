"""The pages of docs/how-to as a newcomer follows them: the files they tell to write."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PAGES = Path(__file__).parents[1] / "docs/how-to"
FILE = re.compile(r"`([\w/]+\.\w+)`:\s*\n\n```\w+\n(.*?)```", re.DOTALL)
BLOCK = "```{}\n(.*?)```"
STEP = re.compile(r"^In `([^`]+)`, (before|after) `([^`]+)`:\n\n```\w+\n(.*?)^```", re.M | re.S)
ROOT = Path(__file__).parents[1]
COPIED = ("modules", "plugin", "lti", "notifications", "exports", "migrations", "tests")
HEAVY = shutil.ignore_patterns("media", "__pycache__", "browser", "bench", "film")


def copy_of_the_tool(folder: Path) -> None:
    """Put a copy of the tool and its tests, without films, into a folder."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=HEAVY)
    for name in ("pyproject.toml", "setup.cfg"):
        shutil.copy(ROOT / name, folder)


def follow(page: str, root: Path) -> set[str]:
    """Do what a page says on a copy of the tool: «In `file`, before `line`:»; return the files."""
    steps = STEP.findall(_text(page))
    assert steps
    for name, where, line, block in steps:
        text = (root / name).read_text("utf-8")
        at = text.index(f"\n{line}") + 1
        if where == "after":
            at = text.index("\n", at) + 1
        (root / name).write_text(text[:at] + block + text[at:], "utf-8")
    return {name for name, *_rest in steps}


def passes(root: Path, place: str, test: str) -> None:
    """Run a test on the copy, written to `place`; fail with what it said."""
    (root / place).write_text(test, "utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", place],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, (ended.stdout + ended.stderr)[-3000:]


def files_of(page: str) -> dict[str, str]:
    """Return the files that a page tells to write, by path: what follows «`path`:»."""
    return dict(FILE.findall(_text(page)))


def block_of(page: str, language: str) -> str:
    """Return the one block of a language on a page."""
    (found,) = re.findall(BLOCK.format(language), _text(page), re.DOTALL)
    return str(found)


def _text(page: str) -> str:
    return (PAGES / f"{page}.md").read_text(encoding="utf-8")
