"""The installed package is whole: what pages, migrations and rules read lies in the wheel."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("exports", "lti", "migrations", "modules", "notifications", "plugin")
BESIDE = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE")
NOT_SHIPPED = {".po", ".pot", ".pyc"}
SOURCES_ONLY = {"migrations/README.md", "plugin/translations/babel.cfg"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the source."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, source / package, ignore=ignored)
    for name in BESIDE:
        shutil.copy(ROOT / name, source / name)
    # The set-up installed the builder: nothing is fetched from here on.
    build = ["wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), str(source)]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True, timeout=300, cwd=folder)
    return next(folder.glob("columna-*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files in a folder of their own, away from the source."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(folder)
    return folder


def test_every_file_of_the_packages_is_in_the_wheel(names):
    wanted = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and path.suffix not in NOT_SHIPPED
        and not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    }

    assert wanted - SOURCES_ONLY - names == set()


def test_the_wheel_holds_the_packages_and_nothing_else(names):
    tops = {name.split("/")[0] for name in names}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


@pytest.mark.parametrize(
    "ending",
    [
        ("migrations/versions/", ".py"),
        ("plugin/templates/", ".html"),
        ("lti/templates/", ".html"),
        ("exports/templates/", ".html"),
        ("plugin/static/css/", ".css"),
        ("plugin/static/js/", ".js"),
        ("modules/course/content/", ".mp4"),
        ("modules/course/content/", ".vtt"),
        ("modules/study/protocols/", ".yaml"),
        ("notifications/templates/", ".txt"),
        ("plugin/translations/", ".mo"),
    ],
    ids="".join,
)
def test_each_kind_of_data_is_there(names, ending):
    folder, suffix = ending

    assert any(name.startswith(folder) and name.endswith(suffix) for name in names)


def test_the_installed_tool_starts_without_the_source(installed, tmp_path):
    """Migrations, content, protocols, templates and translations are read from the package."""
    script = """
from plugin.app import create_app
from plugin.database import upgrade_database
from plugin.settings import load
from plugin.tool import build
import plugin
tool = build(load())
upgrade_database(tool.database)
client = create_app(tool=tool).test_client()
assert client.get("/health").status_code == 200
page = client.get("/t/nobody/", headers={"Accept-Language": "es"})
assert page.status_code == 401 and "lang" in page.text
print(plugin.__file__)
"""
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("COLUMNA_", "PYTHON"))},
        "PYTHONPATH": str(installed),
        "COLUMNA_PUBLIC_URL": "https://columna.example.org",
        "COLUMNA_SECRETS": "k" * 40,
        "COLUMNA_DATABASE_URL": f"sqlite:///{tmp_path / 'columna.sqlite3'}",
        "COLUMNA_TASKS_URL": f"sqlite:///{tmp_path / 'tasks.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith(str(installed))


def test_the_console_script_is_declared(wheel):
    with zipfile.ZipFile(wheel) as opened:
        declared = next(name for name in opened.namelist() if name.endswith("entry_points.txt"))
        assert "columna = plugin.cli:main" in opened.read(declared).decode()
