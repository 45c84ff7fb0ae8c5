"""One Moodle for the whole story; without what it takes the story is skipped, in words."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import make_url

from tests.browser.conftest import chromium, chromium_path, driver  # noqa: F401
from tests.rigs.installation import Installation
from tests.rigs.moodle import site as moodle
from tests.rigs.moodle.site import MoodleSite
from tests.rigs.moodle.stage import Stage

_broken = pytest.StashKey[str]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Remember the first chapter that failed: those after it have nothing to stand on."""
    report = yield
    if report.failed and item.parent is not None:
        item.parent.stash.setdefault(_broken, item.name)
    return report


@pytest.fixture(autouse=True)
def _in_order(request: pytest.FixtureRequest) -> None:
    if broken := request.node.parent.stash.get(_broken, ""):
        pytest.skip(f"{broken} failed before")


@pytest.fixture(scope="package")
def say(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Tell whoever waits what is going on, where one process runs the tests and prints."""
    terminal = pytestconfig.pluginmanager.get_plugin("terminalreporter")
    capture = pytestconfig.pluginmanager.get_plugin("capturemanager")

    def tell(words: str) -> None:
        if terminal is not None and capture is not None:
            with capture.global_and_fixture_disabled():
                terminal.write_line(f"  Moodle: {words}")

    return tell


@pytest.fixture(scope="package")
def nothing_is_missing() -> None:
    """Skip, and say what is missing, where no Moodle can be booted."""
    if lacking := moodle.missing():
        pytest.skip("no real Moodle here: " + "; ".join(lacking))


@pytest.fixture(scope="package")
def site(
    nothing_is_missing: None,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    say: Callable[[str], None],
) -> Iterator[MoodleSite]:
    """A Moodle as its installer leaves it."""
    server = make_url(request.getfixturevalue("postgres_server"))
    request.getfixturevalue("postgres_admin")("CREATE DATABASE moodle")
    with moodle.running(
        tmp_path_factory.mktemp("moodle"), "moodle", server.port or 0, say
    ) as started:
        yield started


@pytest.fixture(scope="package")
def stage(
    site: MoodleSite,
    chromium: Browser,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    """A Moodle and a tool that know nothing of each other yet."""
    folder: Path = tmp_path_factory.mktemp("columna")
    database = f"sqlite:///{folder / 'columna.sqlite3'}"
    packs = {"COLUMNA_TEXT_PACKS": str(folder / "packs")}
    tool = Installation(database, folder, **packs)
    tool.columna("upgrade")
    tool.start_server()
    tool.start_worker()
    made = Stage(site, tool, chromium, folder, database, packs)
    yield made
    made.tool.kill_worker()
    made.tool.kill_server()
