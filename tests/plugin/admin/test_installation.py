"""What those who administer, and the team, see of how the installation is."""

import shutil
from pathlib import Path

import pytest
from alembic import command

from notifications.models import Pause
from plugin.status import heartbeat
from plugin.status.check import Installation
from plugin.worker import build_queue
from tests.migrations.draft import config_of
from tests.plugin.admin.admin_kit import ToolAndPlatform

SILENT = "It has not been heard of for more than ten minutes."
TEAM = "Tell whoever runs the tool"


@pytest.fixture
def lti(tmp_path: Path) -> ToolAndPlatform:
    return ToolAndPlatform(tmp_path)


@pytest.fixture
def place(lti: ToolAndPlatform, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """The installation that the stage runs on, with room on its disk."""
    plenty = shutil.disk_usage("/")._replace(free=50 * 2**30)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: plenty)
    return Installation(lti.tool, build_queue(lti.tool.settings.tasks_url))


class TestThePage:
    def test_it_says_the_worst_first_and_what_to_do(self, lti: ToolAndPlatform) -> None:
        command.stamp(config_of(lti.tool.database), "0001_first_tables")
        page = lti.administrator().page("/admin/installation")

        assert "They are of an older version of the program. Run: columna upgrade." in page
        assert page.index("Run: columna upgrade") < page.index("There is room.")

    def test_it_is_there_in_spanish(self, lti: ToolAndPlatform) -> None:
        admin = lti.administrator()
        admin.post("/language/es")
        page = admin.page("/admin/installation")

        assert "Cómo está la instalación" in page
        assert "Espacio en disco" in page

    def test_it_is_for_administrators_alone(self, lti: ToolAndPlatform) -> None:
        assert lti.staff().get("/admin/installation").status_code == 403


class TestTheFirstScreens:
    def test_a_worker_that_never_worked_is_on_both(self, lti: ToolAndPlatform) -> None:
        assert TEAM in lti.staff().page("/staff/")
        assert "It has never worked on this database." in lti.administrator().page("/")

    def test_nothing_is_said_while_all_is_well(
        self, lti: ToolAndPlatform, place: Installation
    ) -> None:
        heartbeat.beat(place)

        assert TEAM not in lti.staff().page("/staff/")
        assert "See how the installation is" not in lti.administrator().page("/")

    def test_a_worker_that_died_is_on_both(self, lti: ToolAndPlatform, place: Installation) -> None:
        heartbeat.beat(place)
        lti.clock.wait(minutes=11)

        assert TEAM in lti.staff().page("/staff/")
        assert SILENT in lti.administrator().page("/")

    def test_a_channel_on_hold_is_on_both(self, lti: ToolAndPlatform, place: Installation) -> None:
        now = lti.clock.now
        with lti.tool.database.writing() as session:
            session.add(Pause(scope="whatsapp", since=now, until=now, reason="credentials"))
        heartbeat.beat(place)

        assert "Reminders are paused" in lti.staff().page("/staff/")
        assert "whatsapp: credentials" in lti.administrator().page("/")
