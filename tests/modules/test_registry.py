"""Collecting packages: a file dropped in is found; two entries of one name stop the start."""

import sys
from pathlib import Path

import pytest

from modules.registry import collect


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a maker of packages: file name -> source."""

    def make(**files: str):
        folder = tmp_path / "collected"
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for name, source in files.items():
            (folder / f"{name}.py").write_text(source)
        monkeypatch.syspath_prepend(tmp_path)
        for name in [name for name in sys.modules if name.split(".")[0] == "collected"]:
            monkeypatch.delitem(sys.modules, name)
        return __import__("collected")

    yield make
    for name in [name for name in sys.modules if name.split(".")[0] == "collected"]:
        del sys.modules[name]


ENTRY = "class THING:\n    key = {key!r}\n"


def test_every_file_is_found_by_its_key(package):
    found = collect(package(b=ENTRY.format(key="two"), a=ENTRY.format(key="one")), "THING")

    assert list(found) == ["one", "two"]


def test_two_entries_of_one_name_are_refused_by_name(package):
    made = package(a=ENTRY.format(key="same"), b=ENTRY.format(key="same"))

    with pytest.raises(ValueError, match="collected: two entries are called 'same'"):
        collect(made, "THING")


def test_a_file_without_its_object_is_refused(package):
    with pytest.raises(AttributeError, match="THING"):
        collect(package(a="OTHER = 1\n"), "THING")


def test_an_empty_folder_holds_nothing(package):
    assert collect(package(), "THING") == {}
