"""Rosters when they are due, thousands of people at a time; services through their own gate."""

import time
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update

from lti import keys
from lti.http import AddressRefused
from lti.models import (
    LtiContext,
    LtiUser,
    Membership,
    MembershipStatus,
    Platform,
    Standing,
    ToolKey,
)
from lti.services import roster
from lti.services.grade_models import ProgressGrade
from lti.services.roster_models import RosterReading
from lti.services.tokens import ServiceProblem
from modules.records.db import Database
from plugin import cli, platforms
from plugin.commands import common
from plugin.demo.lms import CourseRole, Person
from plugin.worker import Tasks
from tests.plugin.admin.admin_kit import ToolAndPlatform
from tests.statements import sent

THOUSANDS = 5_000
PATIENCE_S = 25
"""Generous: a shared machine. What counts is that it is seconds, not minutes."""


@pytest.fixture
def lti(tmp_path: Path) -> ToolAndPlatform:
    return ToolAndPlatform(tmp_path)


def course_id(lti: ToolAndPlatform) -> uuid.UUID:
    with lti.tool.database.reading() as session:
        return session.scalars(select(LtiContext.id)).one()


def sync(lti: ToolAndPlatform) -> roster.RosterReport:
    return platforms.sync_roster(lti.tool, lti.services(), course_id(lti))


class TestServices:
    def test_an_approved_platform_may_live_in_a_private_network(self, lti: ToolAndPlatform) -> None:
        gate = platforms.services(lti.tool).http._gate

        gate.check("http://moodle.hospital/mod/lti/token.php")
        assert gate._admits("10.1.2.3")

    def test_never_the_metadata_service_of_a_cloud(self, lti: ToolAndPlatform) -> None:
        with pytest.raises(AddressRefused):
            platforms.services(lti.tool).http.request("GET", "http://169.254.169.254/latest")

    def test_a_new_installation_publishes_a_key_from_its_start(self, lti: ToolAndPlatform) -> None:
        with lti.tool.database.writing() as session:
            session.query(ToolKey).delete()
        platforms.prepare(lti.tool)

        with lti.tool.database.reading() as session:
            assert len(keys.key_set(session, lti.clock.now)["keys"]) == 1

    def test_starting_again_makes_no_second_one(self, lti: ToolAndPlatform) -> None:
        platforms.prepare(lti.tool)

        with lti.tool.database.reading() as session:
            assert session.scalar(select(func.count(ToolKey.id))) == 1

    def test_a_database_without_tables_is_left_to_the_upgrade(
        self, lti: ToolAndPlatform, tmp_path: Path
    ) -> None:
        lti.tool.database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")

        platforms.prepare(lti.tool)


class TestThousands:
    def test_five_thousand_people_come_in_bounded_statements_and_time(self, tmp_path: Path) -> None:
        lti = ToolAndPlatform(tmp_path)
        lti.staff()
        for number in range(THOUSANDS):
            lti.site.add_person(
                "2", Person(str(10_000 + number), f"Persona {number}", CourseRole.STUDENT)
            )
        began = time.monotonic()
        with sent() as told:
            report = sync(lti)
        first_s, first = time.monotonic() - began, len(told)
        lti.clock.wait(hours=2)
        began = time.monotonic()
        with sent() as told:
            again = sync(lti)
        again_s = time.monotonic() - began

        assert report.added >= THOUSANDS
        assert report.pages == 26
        assert (again.added, again.changed, again.left) == (0, 0, 0)
        assert again.unchanged >= THOUSANDS
        assert first < 8 * report.pages
        assert len(told) < 8 * report.pages
        assert not any(one.startswith("INSERT INTO lti_users") for one in told)
        assert max(first_s, again_s) < PATIENCE_S

    def test_only_who_changed_is_written_anew(self, lti: ToolAndPlatform) -> None:
        lti.staff()
        sync(lti)
        lti.clock.wait(hours=2)
        lti.site.add_person("2", Person("999", "Persona nueva", CourseRole.STUDENT))
        report = sync(lti)

        assert (report.added, report.changed) == (1, 0)

    def test_who_left_is_marked_and_kept_with_their_record(self, lti: ToolAndPlatform) -> None:
        enroller = lti.enroller()
        sync(lti)
        key = lti.membership("102").id
        enroller.post(f"/staff/people/{key}/enrol", origin="/staff/people")
        lti.site.remove_person("2", "102")
        lti.clock.wait(hours=1)
        report = sync(lti)

        assert report.left == 1
        gone = lti.membership("102")
        assert gone.status is MembershipStatus.LEFT
        assert gone.participant_id is not None


class TestDue:
    def due(self, lti: ToolAndPlatform) -> bool:
        return course_id(lti) in platforms.rosters_due(lti.tool)

    def test_a_course_never_read_is_due_after_its_first_launch(self, lti: ToolAndPlatform) -> None:
        assert not self.due(lti)
        lti.launch("101")

        assert self.due(lti)

    def test_once_read_it_rests_a_day(self, lti: ToolAndPlatform) -> None:
        lti.launch("101")
        sync(lti)
        assert not self.due(lti)
        lti.clock.wait(hours=23)
        assert not self.due(lti)
        lti.clock.wait(hours=1)

        assert self.due(lti)

    def test_when_the_team_comes_an_hour_is_enough(self, lti: ToolAndPlatform) -> None:
        lti.launch("11")
        sync(lti)
        lti.clock.wait(minutes=59)
        lti.launch("11")
        assert not self.due(lti)
        lti.clock.wait(minutes=1)

        assert self.due(lti)

    def test_a_patient_who_comes_asks_for_nothing(self, lti: ToolAndPlatform) -> None:
        lti.launch("101")
        sync(lti)
        lti.clock.wait(hours=2)
        lti.launch("101")

        assert not self.due(lti)

    def test_a_platform_that_does_not_answer_is_asked_hourly_at_most(
        self, lti: ToolAndPlatform
    ) -> None:
        lti.launch("11")
        with lti.tool.database.writing() as session:
            session.execute(update(LtiContext).values(nrps_url="http://127.0.0.1:8100/nothing"))
        with pytest.raises(ServiceProblem):
            sync(lti)

        assert not self.due(lti)
        with lti.tool.database.reading() as session:
            assert session.scalars(select(RosterReading.problem)).one() == "roster_refused"

    @pytest.mark.parametrize("what", ["platform", "study", "address"])
    def test_only_what_runs_and_can_be_read_is_due(self, lti: ToolAndPlatform, what: str) -> None:
        lti.launch("11")
        with lti.tool.database.writing() as session:
            if what == "platform":
                session.execute(update(Platform).values(status=Standing.DISABLED))
            elif what == "study":
                session.execute(update(LtiContext).values(study_id=None))
            else:
                session.execute(update(LtiContext).values(nrps_url=None))

        assert platforms.rosters_due(lti.tool) == []

    def test_the_worker_queues_what_is_due_once(self, lti: ToolAndPlatform) -> None:
        lti.launch("11")
        tasks = Tasks(lti.tool)
        tasks.queue_rosters()
        tasks.queue_rosters()

        assert len(tasks.queue) == 1

    def test_a_launch_asks_the_platform_nothing(self, lti: ToolAndPlatform) -> None:
        lti.launch("11")
        tasks: Tasks = lti.app.extensions["columna-tasks"]

        assert len(tasks.queue) == 0
        with lti.tool.database.reading() as session:
            assert session.scalar(select(func.count(Membership.id))) == 1


class TestNonEditingTeachers:
    def test_moodles_trap_makes_nobody_a_patient(self, lti: ToolAndPlatform) -> None:
        enroller = lti.enroller()
        lti.launch("21")
        sync(lti)
        key = lti.membership("21").id
        answer = enroller.post(f"/staff/people/{key}/enrol", origin="/staff/people")

        assert lti.membership("21").roster_roles == ["Learner"]
        assert answer.status_code == 403
        with lti.tool.database.reading() as session:
            assert session.scalars(select(ProgressGrade)).all() == []


class TestCommands:
    @pytest.fixture(autouse=True)
    def of_this_stage(self, lti: ToolAndPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
        services = lti.services()
        monkeypatch.setattr(common, "tool", lambda: lti.tool)
        monkeypatch.setattr(platforms, "services", lambda _tool: services)

    def run(self, *words: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli.main, ["platform", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.output

    def test_the_doctor_is_content_with_a_good_platform(self, lti: ToolAndPlatform) -> None:
        lti.launch("11")
        status, said = self.run("doctor")

        assert status == 0, said
        assert "believes our signature" in said

    def test_the_doctor_fails_when_something_is_wrong(self, lti: ToolAndPlatform) -> None:
        with lti.tool.database.writing() as session:
            session.execute(update(Platform).values(jwks_url="http://127.0.0.1:8100/nothing"))
        status, said = self.run("doctor", str(lti.platform_id))

        assert status == 1
        assert "HTTP 404" in said

    def test_without_anything_to_check_the_status_is_another(self, lti: ToolAndPlatform) -> None:
        assert self.run("doctor", str(uuid.uuid4()))[0] == 2

    def test_who_could_administer_is_listed_and_named(self, lti: ToolAndPlatform) -> None:
        lti.launch("2")
        lti.launch("101")
        user = str(lti.user_id("2"))
        assert user in self.run("admin")[1]
        assert str(lti.user_id("101")) not in self.run("admin")[1]
        assert self.run("admin", user)[0] == 0

        assert f"{user}\tadministers" in self.run("admin")[1]
        assert self.run("admin", user, "--remove")[0] == 0
        assert f"{user}\t-" in self.run("admin")[1]

    def test_a_participant_is_not_named_and_the_attempt_is_kept(self, lti: ToolAndPlatform) -> None:
        enroller = lti.enroller()
        lti.launch("101")
        key = lti.membership("101").id
        enroller.post(f"/staff/people/{key}/enrol", origin="/staff/people")
        status, said = self.run("admin", str(lti.user_id("101")))

        assert status == 1
        assert "conflicting_role" in said
        assert lti.events("role.refused")[0].detail["wanted"] == "admin"

    def test_a_deployment_is_approved_by_its_own_key(self, lti: ToolAndPlatform) -> None:
        _status, said = self.run("list")
        deployment = said.splitlines()[1].split()[0]
        assert self.run("disable", deployment)[0] == 0
        assert lti.try_launch("101")[0].status_code == 403
        assert self.run("approve", deployment)[0] == 0

        assert lti.launch("101")

    def test_what_cannot_be_a_registration_is_said_by_field(self) -> None:
        status, said = self.run(
            *("add", "--issuer", "moodle", "--client-id", "x", "--deployment", "1"),
            *("--login-url", "https://m.example/a", "--token-url", "https://m.example/t"),
            *("--jwks-url", "https://m.example/k"),
        )

        assert status == 1
        assert "issuer (address)" in said

    def test_a_conflict_refused_in_the_shell_is_kept_too(self, lti: ToolAndPlatform) -> None:
        enroller = lti.enroller()
        lti.launch("101")
        key = lti.membership("101").id
        enroller.post(f"/staff/people/{key}/enrol", origin="/staff/people")
        user = str(lti.user_id("101"))
        result = CliRunner().invoke(cli.main, ["role", "give", "study", user, "assessor"])

        assert result.exit_code == 1
        assert lti.events("role.refused")[0].actor_id is None
        with lti.tool.database.reading() as session:
            assert session.scalars(select(LtiUser).where(LtiUser.subject == "101")).one()
