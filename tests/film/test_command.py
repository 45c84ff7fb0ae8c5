"""make film: what is asked of the renderer, and what is told."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from modules.course import content
from scripts.film import __main__ as command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clinic's own content: a copy of the shipped one, without its videos."""
    own = tmp_path / "content"
    shutil.copytree(content.shipped(), own, ignore=shutil.ignore_patterns("media"))
    return own


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Replace the renderer; return what it is asked for."""
    calls: list[object] = []

    def pretend(root, out, only, progress):
        calls.append((root, out, only))
        progress(0, 1, "")
        progress(1, 1, "e5_walk")

    monkeypatch.setattr(command, "render", pretend)
    return calls


def run(*words: object) -> tuple[int, str]:
    """Run the command; return its exit code and what it printed."""
    done = CliRunner().invoke(command.main, [*map(str, words)])
    return done.exit_code, done.output


def test_the_own_folder_is_drawn_into_its_own_media(asked, folder):
    code, said = run("--folder", folder, "--only", "e5_walk")
    assert (code, asked) == (0, [(folder, folder / "media", {"e5_walk"})])
    assert said.endswith("Videos drawn: 1.\n")


def test_everything_is_looked_at_unless_something_is_named(asked, folder):
    run("--folder", folder)
    assert asked == [(folder, folder / "media", None)]


def test_a_name_that_nothing_bears_is_refused(asked, folder):
    code, said = run("--folder", folder, "--only", "walk")
    assert (code, asked) == (2, [])
    assert "no exercise and no module is called walk" in said


def test_a_fault_of_the_exercises_is_told_without_a_traceback(folder):
    path = folder / "exercises.yaml"
    path.write_text(path.read_text("utf-8").replace("pel: 18", "pel: 180", 1), "utf-8")
    code, said = run("--folder", folder)
    assert code == 1
    assert said.startswith("Error: ")
    assert "pel" in said


def test_a_pack_that_is_up_to_date_is_left_alone():
    before = {path: path.stat().st_mtime_ns for path in content.shipped().rglob("*.*")}
    code, said = run()
    assert code == 0
    assert said.endswith("Nothing had changed.\n")
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_the_contact_sheet_is_a_picture(tmp_path):
    code, _said = run("--sheet", tmp_path / "sheet.png")
    assert code == 0
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")
