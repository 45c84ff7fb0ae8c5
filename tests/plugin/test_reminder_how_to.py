"""The how-to pages of reminders, walked to the letter: the file is written, found and works."""

import runpy
import smtplib
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from modules.registry import collect
from modules.study.protocol import ReminderPlan
from notifications import channels, kinds, rules
from notifications.models import Contact, OutboxMessage, State
from plugin import settings
from plugin.worker import Tasks
from tests import factories, how_to

SECRETS = {"COLUMNA_PUBLIC_URL": "https://columna.example.org", "COLUMNA_SECRETS": "s" * 32}


@pytest.fixture
def newcomer(monkeypatch, tmp_path):
    """Write a file of a how-to page where the package that collects it looks: `newcomer(…)`."""

    def write(package: ModuleType, page: str, path: str, entry: str) -> dict[str, object]:
        file = Path(path)
        assert package.__name__ == ".".join(file.parent.parts)
        (tmp_path / file.name).write_text(how_to.files_of(page)[path], encoding="utf-8")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
        monkeypatch.setitem(sys.modules, f"{package.__name__}.{file.stem}", None)
        del sys.modules[f"{package.__name__}.{file.stem}"]
        return collect(package, entry)

    return write


class TestAReminderKind:
    PAGE = "add-a-reminder-kind"

    @pytest.fixture(autouse=True)
    def written(self, newcomer, monkeypatch):
        found = newcomer(kinds, self.PAGE, "notifications/kinds/last_week.py", "KIND")
        monkeypatch.setitem(kinds.KINDS, "last_week", found["last_week"])

    @pytest.fixture
    def planned(self, clinic):
        """Every protocol with the plan of the page."""
        lines = yaml.safe_load(how_to.block_of(self.PAGE, "yaml"))["reminders"]
        plan = {"reminders": tuple(map(ReminderPlan.model_validate, lines))}
        clinic.tool.protocols = {
            key: each.model_copy(update=plan) for key, each in clinic.tool.protocols.items()
        }
        for protocol in clinic.tool.protocols.values():
            assert list(rules.misfits(protocol)) == []

    def test_it_is_planned_worded_sent_and_shown(self, clinic, planned, clock, client_for):
        with clinic.writing() as session:
            place = clinic.patient(session, day=36, name="Ana Plantada")
            factories.contact(session, place.participant_id)
        tasks = Tasks(clinic.tool)
        tasks.plan_reminders()
        clock.move(hours=1)
        tasks.deliver_reminders()

        (row,) = clinic.rows(OutboxMessage, OutboxMessage.kind == "last_week")
        sink = Path(clinic.tool.settings.of_channels["console_sink"]).read_text("utf-8")
        page = client_for("staff").get(f"/staff/participants/{place.participant_id}").text
        assert row.state is State.DELIVERED
        assert "Hola, Ana. El jueves 12 de noviembre empieza la última semana" in sink
        assert "Última semana" in page

    def test_its_test_passes(self):
        written = how_to.files_of(self.PAGE)["tests/notifications/kinds/test_last_week.py"]
        names: dict[str, object] = {}
        exec(compile(written, "test_last_week.py", "exec"), names)
        tests = [each for name, each in names.items() if name.startswith("test_")]

        assert len(tests) == 2
        for each in tests:
            each()


class TestAChannel:
    PAGE = "add-a-channel"

    @pytest.fixture(autouse=True)
    def written(self, newcomer, monkeypatch):
        found = newcomer(channels, self.PAGE, "notifications/channels/email.py", "CHANNEL")
        monkeypatch.setitem(channels.CHANNELS, "email", found["email"])

    @pytest.fixture
    def environment(self):
        lines = how_to.block_of(self.PAGE, "sh").splitlines()
        return dict(line.split("=") for line in lines)

    @pytest.fixture
    def mail(self, monkeypatch):
        """What the mail server was given."""
        taken = []

        class Server:
            def __init__(self, host: str, timeout: float) -> None:
                self.host = host

            def __enter__(self):
                return self

            def __exit__(self, *_error):
                return None

            def send_message(self, message):
                taken.append((self.host, message))

        monkeypatch.setattr(smtplib, "SMTP", Server)
        return taken

    def test_its_settings_are_read_and_the_missing_named(self, environment):
        fresh = runpy.run_path(str(settings.__file__))
        read = fresh["load"](SECRETS | environment)

        assert read.channel == "email"
        assert read.of_channels["email_server"] == "mail.example.org"
        with pytest.raises(fresh["SettingsFault"], match="EMAIL_SENDER"):
            fresh["load"](SECRETS | environment | {"EMAIL_SENDER": ""})

    def test_a_patient_agrees_to_it_and_is_written_to(
        self, clinic, environment, mail, clock, client_for
    ):
        given = {name.lower(): value for name, value in environment.items()}
        clinic.tool.settings = clinic.tool.settings.model_copy(
            update={"channel": "email", "of_channels": given}
        )
        with clinic.writing() as session:
            place = clinic.patient(session, day=3)
        patient = client_for("patient", of=place.id)
        asked = patient.get("/messages").text
        wrong = patient.post("/messages", {"address": "55 1234 5678", "agree": "y"})
        right = patient.post("/messages", {"address": "Ana@Example.org", "agree": "y"})
        tasks = Tasks(clinic.tool)
        tasks.plan_reminders()
        clock.move(hours=6, minutes=1)
        tasks.deliver_reminders()

        assert 'type="email"' in asked
        assert "Tu correo electrónico" in asked
        assert (wrong.status_code, right.status_code) == (422, 303)
        assert "Esto no es un correo." in wrong.text
        ((server, message),) = mail
        assert (server, message["To"]) == ("mail.example.org", "ana@example.org")
        assert [row.state for row in clinic.rows(OutboxMessage)] == [State.SENT]

    def test_staff_see_which_channel_and_not_the_whole_address(self, clinic, client_for):
        with clinic.writing() as session:
            place = clinic.patient(session, day=3)
            factories.contact(session, place.participant_id)
            (contact,) = session.query(Contact)
            contact.channel, contact.phone = "email", "ana@example.org"
        page = client_for("staff").get(f"/staff/participants/{place.participant_id}").text

        assert "Correo electrónico, a•••@example.org" in page
        assert "ana@example.org" not in page
