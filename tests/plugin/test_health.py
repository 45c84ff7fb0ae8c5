"""What monitoring is told: alive, able to serve, and in figures."""

import pytest
from alembic import command
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from plugin.app import create_app
from plugin.status.checks import CHECKS
from tests.migrations.draft import config_of

TOKEN = "token-of-the-tests-" * 2


@pytest.fixture
def client(tool):
    command.stamp(config_of(tool.database), "head")
    return create_app(tool=tool).test_client()


@pytest.fixture
def database_away(tool, client, monkeypatch):
    def away():
        raise OperationalError("BEGIN", None, ConnectionError())

    monkeypatch.setattr(tool.database, "reading", away)


def test_ready_says_so(client):
    answer = client.get("/ready")

    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


@pytest.mark.usefixtures("database_away")
def test_without_its_database_the_tool_is_alive_and_not_ready(client):
    assert client.get("/health").status_code == 200
    answer = client.get("/ready")

    assert answer.status_code == 503
    assert answer.json == {"status": "not_ready", "code": "database_away"}


def test_with_older_tables_the_tool_is_not_ready(client, tool):
    command.stamp(config_of(tool.database), "0001_first_tables")

    assert client.get("/ready").json["code"] == "schema_behind"


@pytest.mark.parametrize("shown", [None, "Bearer wrong", f"Bearer {TOKEN}"])
def test_without_a_token_in_the_settings_there_are_no_metrics(client, shown):
    headers = {"Authorization": shown} if shown else {}

    assert client.get("/metrics", headers=headers).status_code == 404


class TestMetrics:
    @pytest.fixture(autouse=True)
    def _token(self, tool):
        tool.settings = tool.settings.model_copy(update={"metrics_token": TOKEN})

    def test_another_token_finds_nothing(self, client):
        for shown in ("", "Bearer wrong", "Bearer ñ"):
            given = {"Authorization": shown.encode("utf-8").decode("latin-1")}
            assert client.get("/metrics", headers=given).status_code == 404

    def test_every_check_has_one_state_and_its_figures(self, client):
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        samples = [
            sample
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        ]
        states = {
            s.labels["check"]: s.labels["state"] for s in samples if "check" in s.labels and s.value
        }
        names = {sample.name for sample in samples}

        assert states.keys() == CHECKS.keys()
        assert states["worker"] == "bad"
        assert {
            "columna_info",
            "columna_outbox_waiting",
            "columna_disk_database_free_bytes",
        } <= names

    def test_they_name_nobody_and_nothing(self, client, clinic):
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        labels = {
            name
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
            for name in sample.labels
        }

        assert labels == {"check", "state", "version"}
        assert "Campus" not in answer.text
        assert "lumbar" not in answer.text
