"""Chromium as Debian ships it, with the cookie rules of a browser profile, and both sites."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.browser.two_sites import TwoSites, running

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="package")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoSites]:
    """Both sites, running, for all tests that only look."""
    with running(tmp_path_factory.mktemp("sites")) as started:
        yield started


@pytest.fixture
def own_sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoSites]:
    """Both sites for one test alone, which changes things."""
    with running(tmp_path_factory.mktemp("own")) as started:
        yield started


@pytest.fixture(scope="package")
def chromium_path() -> str:
    """Where the browser is; without one the tests fail."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(f"the browser tests need one of: {', '.join(NAMES)}", pytrace=False)
    return found


@pytest.fixture(scope="package")
def driver() -> Iterator[Playwright]:
    """What drives the browsers."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def chromium(driver: Playwright, chromium_path: str) -> Iterator[Browser]:
    """One browser for tests to which cookies do not matter."""
    started = driver.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
    yield started
    started.close()


@pytest.fixture
def with_preferences(
    driver: Playwright, chromium_path: str, tmp_path: Path
) -> Iterator[Callable[..., BrowserContext]]:
    """Return a starter of browsers with these preferences in a new profile."""
    opened: list[BrowserContext] = []

    def start(profile: dict[str, object], *flags: str, **options: object) -> BrowserContext:
        folder = tmp_path / f"profile-{len(opened)}" / "Default"
        folder.mkdir(parents=True)
        (folder / "Preferences").write_text(json.dumps({"profile": profile}), "utf-8")
        opened.append(
            driver.chromium.launch_persistent_context(
                folder.parent,
                executable_path=chromium_path,
                args=[*FLAGS, *flags],
                **{"viewport": PHONE, **options},
            )
        )
        return opened[-1]

    yield start
    for context in opened:
        context.close()
