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
