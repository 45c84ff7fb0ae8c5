"""What the chapters of the story share, and what each of them hands on to the next."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser

from tests.rigs.installation import Installation
from tests.rigs.moodle.person import InMoodle
from tests.rigs.moodle.site import MoodleSite

PATIENCE_S = 240.0
"""The worker looks after grades every two minutes."""


@dataclass
class Stage:
    """A Moodle, a tool, and everybody who has logged in."""

    site: MoodleSite
    tool: Installation
    chromium: Browser
    folder: Path
    database: str
    packs: dict[str, str]
    activities: dict[str, dict[str, str]] = field(default_factory=dict)
    """Path in Moodle by name, as they were placed, by course."""
    secret: set[str] = field(default_factory=set)
    """What must not be found in Moodle: codes, what patients wrote."""
    _people: dict[str, InMoodle] = field(default_factory=dict)

    def person(self, username: str) -> InMoodle:
        """Return somebody who is logged in to Moodle."""
        if username not in self._people:
            self._people[username] = InMoodle.log_in(self.site, self.chromium, username)
        return self._people[username]

    def activity(self, course: str, name: str) -> str:
        """Return the path in Moodle of an activity that was placed."""
        return self.activities[course][name]

    def move(self) -> tuple[str, str]:
        """Start the tool under another address, to which the old one leads.

        Return what `columna platform move` said before, and the old address.
        """
        former = self.tool
        settings = {**self.packs, "COLUMNA_FORMER_URLS": former.url}
        self.tool = Installation(self.database, self.folder, **settings)
        said = former.columna("platform", "move", self.tool.url)
        former.kill_worker()
        former.kill_server()
        self.tool.start_server()
        self.tool.start_server(former.port)
        self.tool.start_worker()
        return said, former.url


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds; fail with `what` when it never does."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(1)
    raise AssertionError(f"never came true: {what}")
