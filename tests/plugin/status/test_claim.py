"""Nothing leaves from a copy of the database: not until somebody says that it is the real one."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from notifications.models import OutboxMessage
from notifications.models import State as Sending
from notifications.outbox import plan
from plugin.commands import common
from plugin.commands.installation import installation
from plugin.status import claim
from plugin.status.check import State
from plugin.status.checks.copy import CHECK
from plugin.status.claim import Place
from plugin.worker import Tasks
from tests import factories
from tests.factories import NOON, Clinic
from tests.notifications.outbox_kit import reminder_for

ELSEWHERE = "https://staging.example.org"


@pytest.fixture
def here(database, make_tool) -> Clinic:
    """A trial on each kind of database."""
    return Clinic(make_tool(database))


@pytest.fixture(autouse=True)
def own_machine(monkeypatch, tmp_path):
    """A machine with an id of its own; return how to become another one."""

    def become(name: str) -> None:
        (tmp_path / "machine-id").write_text(f"{name}\n")

    monkeypatch.setattr(claim, "MACHINE", tmp_path / "machine-id")
    become("first")
    return become


def moved(clinic: Clinic, url: str, *former: str) -> Clinic:
    """Let the tool be reached by another address."""
    changed = {"public_url": url, "former_urls": former}
    clinic.tool.settings = clinic.tool.settings.model_copy(update=changed)
    return clinic


def place(clinic: Clinic) -> Place:
    with clinic.tool.database.reading() as session:
        return claim.place(session, clinic.tool.settings)


def sends(clinic: Clinic) -> bool:
    return claim.may_send(clinic.tool.database, clinic.tool.settings, NOON)


def test_the_first_worker_claims_a_new_database(here):
    assert place(here) is Place.FREE
    assert sends(here)
    assert place(here) is Place.OURS


def test_case_72_a_clone_with_another_address_writes_to_nobody(here):
    assert sends(here)
    assert not sends(moved(here, ELSEWHERE))
    assert place(here) is Place.COPY


def test_case_72_a_backup_restored_on_another_machine_writes_to_nobody(here, own_machine):
    assert sends(here)
    own_machine("second")
    assert not sends(here)


def test_a_move_to_another_address_needs_nothing(here):
    former = here.tool.settings.public_url
    assert sends(here)
    assert sends(moved(here, ELSEWHERE, former))
    assert sends(moved(here, ELSEWHERE))


def test_where_the_machine_has_no_id_the_address_decides(here, own_machine):
    own_machine("")
    assert sends(here)
    assert not sends(moved(here, ELSEWHERE))


def test_the_worker_of_a_copy_sends_no_message(here, clock):
    with here.writing() as session:
        one = here.patient(session, day=14).participant_id
        factories.contact(session, one)
        due = reminder_for(one, at=NOON - timedelta(minutes=1), lifetime=timedelta(hours=8))
        plan(session, [due], NOON)
    tasks = Tasks(here.tool)
    tasks.beat()
    assert sends(here)
    tasks.tool = moved(here, ELSEWHERE).tool
    tasks.deliver_reminders()
    with here.tool.database.reading() as session:
        (row,) = session.query(OutboxMessage).all()
    assert row.state is Sending.PLANNED


def test_the_doctor_says_so_and_the_team_reads_it(here):
    assert sends(here)
    found = CHECK.judge(place(moved(here, ELSEWHERE)), NOON)
    assert (found.state, found.code) == (State.BAD, "copy")
    assert "copy" in CHECK.for_team


class TestTheCommand:
    @pytest.fixture
    def run(self, here, monkeypatch):
        monkeypatch.setattr(common, "tool", lambda: here.tool)
        return lambda *words, **more: CliRunner().invoke(installation, words, **more)

    def test_claims_after_a_word(self, here, run):
        sends(here)
        moved(here, ELSEWHERE)
        assert run("claim", input="n\n").exit_code == 1
        assert not sends(here)
        assert run("claim", input="y\n").exit_code == 0
        assert sends(here)

    def test_says_when_there_is_nothing_to_do(self, here, run):
        sends(here)
        assert "claimed already" in run("claim", "--yes").output
