"""columna content: what a clinic types that has a course of its own."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from modules.course import content
from plugin.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clinic's own content: a copy of the shipped one, without its videos."""
    own = tmp_path / "content"
    shutil.copytree(content.shipped(), own, ignore=shutil.ignore_patterns("media"))
    return own


def run(*words: object) -> tuple[int, str]:
    """Run a command; return its exit code and what it printed."""
    done = CliRunner().invoke(main, ["content", *map(str, words)])
    return done.exit_code, done.output


class TestCheck:
    def test_the_shipped_content_is_whole(self):
        assert run("check") == (0, "Everything is in place.\n")

    def test_a_fault_is_named_by_file_line_and_reason(self, folder):
        module = folder / "relaxation" / "module.yaml"
        module.write_text(module.read_text("utf-8").replace("number: 5", "number: five"), "utf-8")
        code, said = run("check", "--folder", folder)
        assert code == 1
        assert "relaxation/module.yaml:2: number: must be a whole number from 1 to 99\n" in said

    def test_a_sixth_module_is_one_folder_whose_missing_film_refuses_nothing(self, folder):
        shutil.copytree(folder / "relaxation", folder / "sleep")
        module = folder / "sleep" / "module.yaml"
        words = module.read_text("utf-8").replace("key: relaxation", "key: sleep", 1)
        module.write_text(words.replace("number: 5", "number: 6", 1), "utf-8")
        code, said = run("check", "--folder", folder)
        assert code == 0
        assert "media/lessons/sleep.es.*: no mp4, webm, vtt, jpg\n" in said


class TestRender:
    """What is drawn and how is tested with the renderer; here: what is asked of it, and told."""

    @pytest.fixture
    def asked(self, monkeypatch):
        """Replace the renderer; return what it is asked for."""
        render = pytest.importorskip("modules.film.render", reason="needs the extra `film`")
        calls = []

        def pretend(root, out, only, progress):
            calls.append((root, out, only))
            progress(0, 1, "")
            progress(1, 1, "e5_walk")

        monkeypatch.setattr(render, "render", pretend)
        return calls

    def test_the_own_folder_is_drawn_into_its_own_media(self, asked, folder):
        code, said = run("render", "--folder", folder, "--only", "e5_walk")
        assert (code, asked) == (0, [(folder, folder / "media", {"e5_walk"})])
        assert said.endswith("1 video drawn.\n")

    def test_everything_is_looked_at_unless_something_is_named(self, asked, folder):
        run("render", "--folder", folder)
        assert asked == [(folder, folder / "media", None)]

    def test_a_name_that_nothing_bears_is_refused(self, asked, folder):
        code, said = run("render", "--folder", folder, "--only", "walk")
        assert (code, asked) == (2, [])
        assert "no exercise and no module is called walk" in said

    def test_a_pack_that_is_up_to_date_is_left_alone(self):
        pytest.importorskip("modules.film.render", reason="needs the extra `film`")
        before = {path: path.stat().st_mtime_ns for path in Path(content.shipped()).rglob("*.*")}
        code, said = run("render")
        assert code == 0
        assert said.endswith("Nothing had changed.\n")
        assert before == {path: path.stat().st_mtime_ns for path in before}


def test_the_contact_sheet_is_a_picture(tmp_path):
    pytest.importorskip("modules.film.render", reason="needs the extra `film`")
    code, _said = run("sheet", tmp_path / "sheet.png")
    assert code == 0
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")
