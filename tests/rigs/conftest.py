"""The rigs' own environment: a tool that keeps what was uploaded in the test's folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from modules.records.db import Database
from modules.records.rate_limit import RateLimit
from plugin.tool import Tool
from tests.notifications.outbox_kit import ACCOUNT, SENDER, TOKEN

TWILIO = {
    "twilio_account_sid": ACCOUNT,
    "twilio_auth_token": TOKEN,
    "twilio_whatsapp_sender": SENDER,
}


@pytest.fixture(autouse=True)
def _unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one address ask without end: a rig is a crowd."""
    monkeypatch.setattr(RateLimit, "admits", lambda _self, _visitor: True)


@pytest.fixture
def make_tool(make_tool: Callable[[Database], Tool], tmp_path: Path) -> Callable[[Database], Tool]:
    """Return a maker of tools to which Twilio may call, and which keep films."""

    def make(database: Database) -> Tool:
        tool = make_tool(database)
        changes = {
            "media_store": str(tmp_path / "media"),
            "of_channels": {**tool.settings.of_channels, **TWILIO},
        }
        tool.settings = tool.settings.model_copy(update=changes)
        return tool

    return make
