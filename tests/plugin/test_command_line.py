"""The shell's side: what each command writes, and how it says what is wrong."""

import hashlib
import io
import json
import logging
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from lti.models import Platform
from modules.outcomes.instruments import INSTRUMENTS
from modules.records.models import Study
from modules.study import protocol
from plugin.cli import main
from plugin.models import AuditEvent, RoleAssignment
from plugin.trial.models import AllocationList
from tests import factories
from tests.conftest import SECRET
from tests.factories import CONTROL, TREATED, Clinic

Columna = Callable[..., Result]


@pytest.fixture
def columna(sqlite_database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Columna:
    """Return a runner of commands on the test's database."""
    monkeypatch.setattr(logging, "basicConfig", lambda **_options: None)
    monkeypatch.setenv("COLUMNA_PUBLIC_URL", "https://columna.example.org")
    monkeypatch.setenv("COLUMNA_SECRETS", SECRET)
    monkeypatch.setenv("COLUMNA_DATABASE_URL", sqlite_database.url)
    monkeypatch.setenv("COLUMNA_TASKS_URL", f"sqlite:///{tmp_path / 'tasks.sqlite3'}")

    def run(*words: object, input: str | None = None) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], input=input)

    return run


@pytest.fixture
def study(clinic: Clinic) -> Clinic:
    """A study with one person in each arm who have answered something."""
    with clinic.writing() as session:
        for arm, day in ((TREATED, 15), (CONTROL, 16)):
            one = clinic.patient(session, arm, day).participant_id
            factories.assessment(session, one, "week_2", "odi")
            factories.assessment(session, one, "week_2", "vas_pain")
    return clinic


def export(columna: Columna, out: Path, **changes: str) -> Result:
    given = {"study": "lumbar", "audience": "assessor", "format": "csv", **changes}
    words = [word for name, value in given.items() for word in (f"--{name}", value)]
    return columna("export", *words, "--out", out)


class TestExport:
    def test_a_table_is_written_to_a_path(self, columna, study, tmp_path):
        done = export(columna, tmp_path / "study.zip")

        assert done.exit_code == 0, done.output
        content = (tmp_path / "study.zip").read_bytes()
        assert hashlib.sha256(content).hexdigest() in done.output
        with zipfile.ZipFile(io.BytesIO(content)) as files:
            assert any(name.endswith(".csv") for name in files.namelist())

    def test_a_report_is_written_to_a_path(self, columna, study, tmp_path):
        done = export(columna, tmp_path / "study.pdf", format="pdf", language="en")

        assert done.exit_code == 0, done.output
        assert len(PdfReader(tmp_path / "study.pdf").pages) >= 2

    def test_in_a_folder_the_file_gets_its_own_name(self, columna, study, tmp_path):
        folder = tmp_path / "out"
        folder.mkdir()
        export(columna, folder)

        (made,) = folder.iterdir()
        assert made.suffix == ".zip"
        for word in (TREATED, CONTROL):
            assert word not in made.name

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"study": "nothing"}, "not_found"),
            ({"audience": "everybody"}, "audience"),
            ({"format": "xls"}, "format"),
        ],
    )
    def test_what_cannot_be_is_said_in_one_line(self, columna, study, tmp_path, changes, words):
        done = export(columna, tmp_path / "out", **changes)

        assert done.exit_code != 0
        assert words in done.output
        assert "Traceback" not in done.output
        assert not (tmp_path / "out").exists()


def case(instrument: str, level: int) -> str:
    """Return one line of input: the answers to an instrument."""
    version = INSTRUMENTS[instrument].version
    items = factories.answers(instrument, level)
    return json.dumps({"instrument": instrument, "version": version, "items": items})


class TestScore:
    def test_a_line_in_is_a_line_out(self, columna):
        line = case("vas_pain", 40)
        done = columna("score", input=f"{line}\n{line}\n")

        assert done.exit_code == 0, done.output
        assert [json.loads(out)["score_mm"] for out in done.output.splitlines()] == [40, 40]

    def test_a_wrong_line_is_told_and_the_others_are_scored(self, columna):
        good = case("vas_pain", 40)
        done = columna("score", input=f"{good}\nnot json\n{good}\n")

        assert done.exit_code == 1
        assert len(done.output.splitlines()) == 3


class TestPlatforms:
    ADDED = (
        *("platform", "add", "--issuer", "https://moodle.example.org", "--client-id", "abc"),
        *("--deployment", "1", "--login-url", "https://moodle.example.org/mod/lti/auth.php"),
        *("--token-url", "https://moodle.example.org/mod/lti/token.php"),
        *("--jwks-url", "https://moodle.example.org/mod/lti/certs.php"),
    )

    def test_an_added_one_is_listed_and_active(self, columna, tool):
        done = columna(*self.ADDED)
        listed = columna("platform", "list")

        assert done.exit_code == 0, done.output
        assert "https://moodle.example.org\tabc" in listed.output
        assert "active" in listed.output

    def test_twice_is_refused(self, columna):
        columna(*self.ADDED)
        again = columna(*self.ADDED)

        assert again.exit_code != 0
        assert "already" in again.output
        assert "Traceback" not in again.output

    def test_disabling_and_approving(self, columna, tool):
        columna(*self.ADDED)
        with tool.database.reading() as session:
            key = session.query(Platform.id).scalar()
        columna("platform", "disable", key)
        assert "disabled" in columna("platform", "list").output
        columna("platform", "approve", key)
        assert "active" in columna("platform", "list").output

    def test_one_that_is_not_there(self, columna):
        done = columna("platform", "approve", uuid.uuid4())

        assert done.exit_code == 1
        assert "no such platform" in done.output

    def test_an_invitation_is_an_address_of_this_tool(self, columna):
        done = columna("platform", "invite")

        assert done.exit_code == 0, done.output
        assert done.output.strip().startswith("https://columna.example.org/lti/register")


class TestStudies:
    def test_a_trial_is_created_with_its_commitment(self, columna, tool):
        done = columna("study", "create", "lumbar", "--protocol", "imss-nct07248813")

        with tool.database.reading() as session:
            commitment = session.query(AllocationList.commitment).scalar()
        assert done.exit_code == 0, done.output
        assert commitment in done.output
        assert "lumbar\timss-nct07248813\t0 participants" in columna("study", "list").output

    def test_care_has_no_list(self, columna, tool):
        done = columna("study", "create", "espalda", "--protocol", "care")

        assert done.exit_code == 0
        assert "Publish" not in done.output

    def test_a_protocol_that_is_not_there_names_those_that_are(self, columna):
        done = columna("study", "create", "x", "--protocol", "nothing")

        assert done.exit_code == 1
        assert "care" in done.output

    def test_a_key_that_names_an_arm_is_refused_with_what_to_do(self, columna, tool):
        done = columna("study", "create", "control-group", "--protocol", "imss-nct07248813")

        assert done.exit_code == 1
        assert "Choose a neutral one." in done.output

    def test_a_key_that_is_taken(self, columna, clinic):
        done = columna("study", "create", clinic.study_key, "--protocol", "care")

        assert done.exit_code == 1
        assert "already" in done.output

    def test_a_course_is_connected(self, columna, clinic, tool):
        columna("study", "create", "otro", "--protocol", "care")
        done = columna("study", "bind", "otro", clinic.course_id)

        with tool.database.reading() as session:
            bound = session.get_one(factories.LtiContext, clinic.course_id).study_id
            key = session.get_one(Study, bound).key
        assert done.exit_code == 0, done.output
        assert key == "otro"


class TestRoles:
    def test_people_are_listed_and_get_a_role(self, columna, clinic):
        with clinic.writing() as session:
            person = clinic.member(session, "Evaluadora", factories.INSTRUCTOR).lti_user_id
            clinic.patient(session, name="Paciente")
        listed = columna("role", "people", "lumbar").output
        done = columna("role", "give", "lumbar", person, "assessor")

        assert f"{person}\tEvaluadora" in listed
        assert "Paciente" not in listed
        assert done.exit_code == 0, done.output
        assert [r.role.value for r in clinic.rows(RoleAssignment)] == ["assessor"]
        assert any(event.action == "role.assigned" for event in clinic.rows(AuditEvent))

    def test_who_has_assessed_sees_arms_once_the_custodian_confirms(self, columna, clinic):
        with clinic.writing() as session:
            person, custodian = (
                clinic.member(session, name, factories.INSTRUCTOR).lti_user_id
                for name in ("Evaluadora", "Custodia")
            )
            one = clinic.patient(session).participant_id
            factories.assessment(session, one, "week_2", "odi").recorded_by = person
        columna("role", "give", "lumbar", person, "assessor")
        columna("role", "give", "lumbar", custodian, "custodian")
        refused = columna("role", "give", "lumbar", person, "staff")
        done = columna("role", "give", "lumbar", person, "staff", "--confirmed-by", custodian)

        assert refused.exit_code == 1
        assert "--confirmed-by" in refused.output
        assert done.exit_code == 0, done.output
        assert [r.role.value for r in clinic.rows(RoleAssignment)] == ["staff", "custodian"]


class TestStarting:
    def test_settings_are_listed(self, columna):
        assert "COLUMNA_PUBLIC_URL" in columna("settings").output

    def test_every_fault_of_the_settings_is_named_at_once(self, columna, monkeypatch):
        monkeypatch.delenv("COLUMNA_PUBLIC_URL")
        monkeypatch.setenv("COLUMNA_SECRETS", "short")
        done = columna("study", "list")

        assert done.exit_code == 1
        assert "COLUMNA_PUBLIC_URL" in done.output
        assert "COLUMNA_SECRETS" in done.output
        assert "Traceback" not in done.output

    def test_every_fault_of_the_protocols_is_named_at_once_with_its_line(
        self, columna, monkeypatch, tmp_path
    ):
        folder = tmp_path / "protocols"
        folder.mkdir()
        shipped = (protocol.shipped() / "care.yaml").read_text("utf-8")
        wrong = shipped.replace("duration_weeks: 6", "duration_weeks: 60").replace(
            "daily", "hourly"
        )
        (folder / "mine.yaml").write_text(wrong, "utf-8")
        monkeypatch.setenv("COLUMNA_PROTOCOLS", str(folder))
        done = columna("study", "create", "spine", "--protocol", "care")

        assert done.exit_code == 1
        assert "mine.yaml:8: duration_weeks: must be from 1 to 52, is 60\n" in done.output
        line = wrong[: wrong.index("mode: hourly")].count("\n") + 1
        said = f"mine.yaml:{line}: diary.mode: must be one of daily, session, weekend\n"
        assert said in done.output
        assert "Traceback" not in done.output

    def test_the_version(self, columna):
        assert columna("--version").exit_code == 0

    def test_an_upgrade_can_be_repeated(self, columna, monkeypatch, tmp_path):
        monkeypatch.setenv("COLUMNA_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite3'}")
        for _ in range(2):
            done = columna("upgrade")
            assert done.exit_code == 0, done.output
        assert (tmp_path / "new.sqlite3").stat().st_size > 0
