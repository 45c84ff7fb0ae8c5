"""Who administers is named from the command line; a platform's word names nobody."""

import uuid
from pathlib import Path

import pytest
from sqlalchemy import select

from lti.launch import diagnostics
from lti.models import Deployment, LtiContext, Platform, PlatformKeySet, Standing
from lti.services.roster_models import RosterReading
from plugin.demo.lms import CourseRole, Person
from plugin.models import Role
from tests import factories
from tests.lti.services_kit import LMS, TOOL
from tests.plugin.admin.admin_kit import PEOPLE, ToolAndPlatform, Visit, care_protocol
from tests.plugin.demo.lms.test_launches import form_of

OTHER = {
    "name": "Otro campus",
    "issuer": "https://moodle.example.org",
    "client_id": "abc",
    "deployment_id": "7",
    "login_url": "https://moodle.example.org/mod/lti/auth.php",
    "token_url": "https://moodle.example.org/mod/lti/token.php",
    "jwks_url": "https://moodle.example.org/mod/lti/certs.php",
}


@pytest.fixture
def lti(tmp_path: Path) -> ToolAndPlatform:
    return ToolAndPlatform(tmp_path)


def register(admin: Visit, **changes: str) -> object:
    return admin.post("/admin/platforms/new", {**OTHER, **changes}, "/admin/platforms/new")


def other(lti: ToolAndPlatform) -> Platform:
    with lti.tool.database.reading() as session:
        found = session.scalars(select(Platform).where(Platform.client_id == "abc")).one()
        assert found.deployments
        return found


class TestWhoAdministers:
    def test_a_platforms_administrator_is_nobody_here_by_that_alone(
        self, lti: ToolAndPlatform
    ) -> None:
        visit = lti.launch("2")

        assert visit.get("/admin/").status_code == 403
        assert visit.get("/admin/launches").status_code == 403
        assert visit.get("/staff/").status_code == 403

    def test_a_named_one_lands_on_the_platforms(self, lti: ToolAndPlatform) -> None:
        assert "Campus" in lti.administrator().page("/")

    def test_a_teacher_of_a_course_without_a_study_does_not_administer(
        self, tmp_path: Path
    ) -> None:
        visit = ToolAndPlatform(tmp_path, study=None).launch("11")

        assert visit.get("/admin/").status_code == 403
        assert visit.get("/admin/launches").status_code == 403
        assert visit.get("/set-up").status_code == 200

    def test_somebody_named_keeps_their_role_in_the_study(self, lti: ToolAndPlatform) -> None:
        visit = lti.staff()
        lti.name_administrator("11")

        assert visit.get("/staff/").status_code == 200
        assert visit.get("/admin/").status_code == 200

    def test_administering_opens_no_page_with_people(self, lti: ToolAndPlatform) -> None:
        admin = lti.administrator()

        for path in ("/staff/", "/staff/people", "/assessor/", "/today"):
            assert admin.get(path).status_code == 403, path

    def test_what_was_taken_away_is_gone_on_the_next_page(self, lti: ToolAndPlatform) -> None:
        from plugin import administrators

        admin = lti.administrator()
        with lti.tool.database.writing() as session:
            administrators.remove(session, lti.user_id("2"), lti.clock.now)

        assert admin.get("/admin/").status_code == 403

    @pytest.mark.parametrize("person", ["101", "11", "21", "2"])
    @pytest.mark.parametrize("path", ["/admin/invite", "/admin/platforms/new"])
    def test_nobody_else_can_send_its_forms(
        self, lti: ToolAndPlatform, person: str, path: str
    ) -> None:
        visit = lti.launch(person)
        answer = visit.client.post(visit.base + path, data=OTHER, base_url="https://localhost:8000")

        assert answer.status_code in (400, 403)
        with lti.tool.database.reading() as session:
            assert len(session.scalars(select(Platform)).all()) == 1


class TestPlatforms:
    def test_a_platform_can_be_registered_by_hand(self, lti: ToolAndPlatform) -> None:
        assert register(lti.administrator()).status_code == 302  # type: ignore[attr-defined]
        assert other(lti).status is Standing.ACTIVE
        assert len(lti.events("platform.registered")) == 1

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("issuer", ""),
            ("issuer", "moodle"),
            ("jwks_url", "http://moodle.example.org/keys"),
            ("jwks_url", "javascript:alert(1)"),
            ("token_url", "https://user@moodle.example.org/token"),
            ("login_url", "https://moodle.example.org:0/"),
            ("client_id", "x" * 300),
        ],
    )
    def test_what_cannot_be_right_is_shown_at_its_field(
        self, lti: ToolAndPlatform, field: str, value: str
    ) -> None:
        answer = register(lti.administrator(), **{field: value})

        assert answer.status_code == 422  # type: ignore[attr-defined]
        assert f'id="{field}-error"' in answer.text  # type: ignore[attr-defined]

    def test_the_same_platform_twice_is_refused_with_words(self, lti: ToolAndPlatform) -> None:
        admin = lti.administrator()
        register(admin)

        assert 'id="client_id-error"' in register(admin).text  # type: ignore[attr-defined]

    def test_a_hospitals_own_moodle_may_be_http(self, lti: ToolAndPlatform) -> None:
        inside = {k: v.replace("https:", "http:") for k, v in OTHER.items()}
        register(lti.administrator(), **inside)

        assert other(lti).issuer == "http://moodle.example.org"

    def test_the_one_time_link_is_shown_once(self, lti: ToolAndPlatform) -> None:
        admin = lti.administrator()
        shown = admin.post("/admin/invite", {"label": "Otro"}, "/admin/").text

        assert "/lti/register?invite=" in shown
        assert "/lti/register?invite=" not in admin.page("/admin/")

    def test_disabling_ends_sessions_and_approving_lets_in_again(
        self, lti: ToolAndPlatform
    ) -> None:
        admin = lti.administrator()
        register(admin)
        key = other(lti).id
        admin.post(f"/admin/platforms/{key}/disable", origin="/admin/")
        assert other(lti).status is Standing.DISABLED
        admin.post(f"/admin/platforms/{key}/approve", origin="/admin/")

        assert other(lti).status is Standing.ACTIVE
        assert [len(lti.events(f"platform.{verb}d")) for verb in ("approve", "disable")] == [1, 1]

    def test_nobody_locks_out_the_platform_they_came_from(self, lti: ToolAndPlatform) -> None:
        admin = lti.administrator()
        admin.post(f"/admin/platforms/{lti.platform_id}/disable", origin="/admin/")

        assert "was not disabled" in admin.page("/admin/")
        assert lti.launch("101")

    def test_nor_the_deployment(self, lti: ToolAndPlatform) -> None:
        admin = lti.administrator()
        with lti.tool.database.reading() as session:
            key = session.scalars(select(Deployment.id)).one()
        admin.post(f"/admin/deployments/{key}/disable", origin="/admin/")

        assert lti.launch("101")

    def test_a_deployment_nobody_announced_waits_until_it_is_approved(
        self, lti: ToolAndPlatform
    ) -> None:
        admin = lti.administrator()
        key = uuid.uuid4()
        with lti.tool.database.writing() as session:
            session.add(
                Deployment(
                    id=key,
                    platform_id=lti.platform_id,
                    deployment_id="99",
                    created_at=lti.clock.now,
                )
            )
        assert "waits for approval" in admin.page("/admin/")
        admin.post(f"/admin/deployments/{key}/approve", origin="/admin/")

        with lti.tool.database.reading() as session:
            assert session.get_one(Deployment, key).status is Standing.ACTIVE

    def test_a_platform_there_is_not_is_not_found(self, lti: ToolAndPlatform) -> None:
        admin = lti.administrator()

        for kind in ("platforms", "deployments"):
            answer = admin.post(f"/admin/{kind}/{uuid.uuid4()}/approve", origin="/admin/")
            assert answer.status_code == 404

    def test_what_a_service_did_not_do_is_said_with_its_cause(self, lti: ToolAndPlatform) -> None:
        admin = lti.administrator()
        with lti.tool.database.writing() as session:
            course_id = lti.membership("2").course_id
            session.add(
                RosterReading(
                    course_id=course_id, tried_at=lti.clock.now, problem="authorization_lost"
                )
            )

        assert "drops the Authorization header" in admin.page("/admin/")

    def test_rows_that_could_not_be_read_are_counted_with_their_reasons(
        self, lti: ToolAndPlatform
    ) -> None:
        admin, enroller = lti.administrator(), lti.enroller()
        with lti.tool.database.writing() as session:
            reading = RosterReading(course_id=lti.membership("13").course_id)
            reading.tried_at, reading.problem = lti.clock.now, "rows_unreadable"
            reading.unreadable = {"no_user_id": 2, "not_a_person": 1}
            session.add(reading)

        for page in (admin.page("/admin/"), enroller.page("/staff/people")):
            assert "nobody is marked as gone" in page
            assert "3: without user_id (2), no person (1)" in page


def refused(lti: ToolAndPlatform) -> str:
    """Let a launch be refused and return its reference."""
    answer, browser = lti.try_launch("101")
    assert answer.status_code == 303
    again = browser.post("/lti/launch", data={"state": "x", "id_token": "y"})
    assert again.status_code == 401
    with lti.tool.database.reading() as session:
        return diagnostics.recent(session)[0].reference


def late(lti: ToolAndPlatform) -> str:
    """Refuse a launch of the platform because its clock is behind; return the reference."""
    browser = lti.app.test_client()
    lti.lms.get("/course/2/activity/1?user=101")
    action, fields = form_of(lti.lms.get("/mod/lti/launch.php?id=1").text)
    tool, lms = "http://localhost:8000", "http://127.0.0.1:8100"
    login = browser.post(action.removeprefix(tool), data=fields, base_url="https://localhost:8000")
    page = lti.lms.get(login.location.removeprefix(lms)).text
    lti.clock.wait(minutes=5)
    action, fields = form_of(page)
    answer = browser.post(action.removeprefix(tool), data=fields, base_url="https://localhost:8000")
    assert answer.status_code == 401
    with lti.tool.database.reading() as session:
        return diagnostics.recent(session)[0].reference


def stuck(lti: ToolAndPlatform) -> None:
    """Let somebody begin a login that the platform does not let go on."""
    fields = {
        "iss": LMS,
        "client_id": "columna-demo",
        "login_hint": "101",
        "target_link_uri": f"{TOOL}/lti/launch",
    }
    answer = lti.app.test_client().post("/lti/login", data=fields)
    assert answer.status_code == 302


class TestLaunches:
    def test_a_reference_finds_its_launch_with_cause_and_remedy(self, lti: ToolAndPlatform) -> None:
        admin = lti.administrator()
        reference = late(lti)
        page = admin.page(f"/admin/launches?reference={reference.lower()}")

        assert reference in page
        assert "Set both by NTP" in page
        assert "-300\N{NO-BREAK SPACE}s" in page
        assert "Not so: it is fresh" in page
        assert "the signature is the platform" in page

    def test_an_unknown_reference_is_answered_with_words(self, lti: ToolAndPlatform) -> None:
        assert "No such reference" in lti.administrator().page("/admin/launches?reference=X")

    def test_our_own_address_is_filled_into_the_advice(self, lti: ToolAndPlatform) -> None:
        admin = lti.administrator()
        with lti.tool.database.writing() as session:
            from lti.errors import Code, NotAuthentic
            from lti.launch.diagnostics import LaunchChecks

            checks = LaunchChecks("launch", platform_id=lti.platform_id)
            diagnostics.record(session, checks, lti.clock.now, NotAuthentic(Code.PLATFORM_ERROR))
        page = admin.page("/admin/launches")

        assert "http://localhost:8000/lti/launch" in page
        assert "{public_url}" not in page

    def test_no_name_and_no_subject_is_shown(self, lti: ToolAndPlatform) -> None:
        page = lti.administrator().page("/admin/launches")

        assert not any(person.name in page for person in PEOPLE)

    def test_staff_see_the_launches_of_their_own_platform_only(self, lti: ToolAndPlatform) -> None:
        staff = lti.staff()
        elsewhere = refused(lti)  # an unknown state belongs to no platform
        mine = late(lti)
        page = staff.page("/admin/launches")

        assert mine in page
        assert elsewhere not in page
        assert "No such reference" in staff.page(f"/admin/launches?reference={elsewhere}")

    def test_logins_that_never_came_back_name_the_redirect_address(
        self, lti: ToolAndPlatform
    ) -> None:
        staff = lti.staff()
        lti.clock.wait(minutes=10)
        stuck(lti)
        lti.clock.wait(minutes=11)
        page = staff.page("/admin/launches")

        assert "Logins that never came back" in page
        assert "http://localhost:8000/lti/launch is not listed" in page

    def test_not_once_somebody_came_in_after_all(self, lti: ToolAndPlatform) -> None:
        stuck(lti)
        lti.clock.wait(minutes=11)

        assert "Logins that never came back" not in lti.staff().page("/admin/launches")

    def test_a_lost_authorization_header_is_said_where_launches_are_looked_at(
        self, lti: ToolAndPlatform
    ) -> None:
        staff = lti.staff()
        course_id = lti.membership("11").course_id
        with lti.tool.database.writing() as session:
            session.add(
                RosterReading(
                    course_id=course_id, tried_at=lti.clock.now, problem="authorization_lost"
                )
            )
        assert "CGIPassAuth" in staff.page("/admin/launches")

    def test_staff_do_not_read_of_other_courses(self, lti: ToolAndPlatform) -> None:
        staff = lti.staff()
        with lti.tool.database.writing() as session:
            other = LtiContext(
                platform_id=lti.platform_id,
                deployment_id=session.scalars(select(Deployment.id)).one(),
                context_id="other",
                title="Otro curso",
                created_at=lti.clock.now,
            )
            session.add(other)
            session.flush()
            session.add(
                RosterReading(
                    course_id=other.id, tried_at=lti.clock.now, problem="authorization_lost"
                )
            )
        assert "Otro curso" not in staff.page("/admin/launches")
        assert "Otro curso" in lti.administrator().page("/admin/launches")

    def test_a_key_set_that_cannot_be_read_is_said_with_its_cause(
        self, lti: ToolAndPlatform
    ) -> None:
        staff = lti.staff()
        with lti.tool.database.writing() as session:
            session.query(PlatformKeySet).update({"problem": "not_json"})

        assert "Copy the address from the platform" in staff.page("/admin/launches")

    def test_staff_find_both_pages_from_their_own(self, lti: ToolAndPlatform) -> None:
        staff = lti.staff()

        assert 'href="' + staff.base + '/admin/launches"' in staff.page("/staff/")
        page = staff.page("/admin/launches")
        assert 'href="' + staff.base + '/admin/gradebook"' in page
        assert 'href="' + staff.base + '/staff/"' in page

    def test_an_administrator_sees_those_of_no_platform_too(self, lti: ToolAndPlatform) -> None:
        admin = lti.administrator()

        assert refused(lti) in admin.page("/admin/launches")

    def test_one_platform_can_be_chosen(self, lti: ToolAndPlatform) -> None:
        admin = lti.administrator()
        elsewhere = refused(lti)
        page = admin.page(f"/admin/launches?platform={lti.platform_id}")

        assert elsewhere not in page

    def test_nonsense_for_a_platform_shows_all(self, lti: ToolAndPlatform) -> None:
        assert "Came in" in lti.administrator().page("/admin/launches?platform=x")

    @pytest.mark.parametrize("person", ["101", "21"])
    def test_patients_and_assessors_have_no_such_page(
        self, lti: ToolAndPlatform, person: str
    ) -> None:
        visit = lti.launch(person)

        assert visit.get("/admin/launches").status_code == 403


class TestRefusedConflicts:
    def enrolled(self, lti: ToolAndPlatform) -> tuple[Visit, str]:
        """Enrol the first patient; return staff's visit and the patient's user key."""
        staff = lti.staff()
        lti.launch("101")
        key = lti.membership("101").id
        lti.enroller().post(f"/staff/people/{key}/enrol", origin="/staff/people")
        return staff, str(lti.user_id("101"))

    @pytest.mark.parametrize("role", ["staff", "assessor", "analyst", "visitor"])
    def test_a_participant_gets_no_role_and_the_attempt_is_kept(
        self, lti: ToolAndPlatform, role: str
    ) -> None:
        staff, user = self.enrolled(lti)
        answer = staff.post(f"/admin/team/{user}/role", {"role": role}, "/admin/team")

        assert answer.status_code == 409
        (event,) = lti.events("role.refused")
        assert event.detail == {"held": "participant", "wanted": role}
        assert event.actor_id == lti.user_id("11")

    def test_an_assessor_is_not_enrolled_and_the_attempt_is_kept(self, tmp_path: Path) -> None:
        people = (*PEOPLE, Person("103", "Persona sintética 03", CourseRole.STUDENT))
        lti = ToolAndPlatform(tmp_path, people=people)
        enroller = lti.enroller()
        lti.launch("103")
        lti.give("103", Role.ASSESSOR)
        key = lti.membership("103").id
        answer = enroller.post(f"/staff/people/{key}/enrol", origin="/staff/people")

        assert answer.status_code == 409
        assert lti.membership("103").participant_id is None
        assert lti.events("role.refused")[0].detail["held"] == "assessor"

    def test_an_administrator_is_not_enrolled(self, lti: ToolAndPlatform) -> None:
        enroller = lti.enroller()
        lti.launch("101")
        lti.name_administrator("101")
        key = lti.membership("101").id

        answer = enroller.post(f"/staff/people/{key}/enrol", origin="/staff/people")
        assert answer.status_code == 409

    def test_whoever_has_worked_as_staff_does_not_become_blinded(
        self, lti: ToolAndPlatform
    ) -> None:
        staff = lti.staff()
        lti.launch("12")
        lti.give("12", Role.STAFF)
        lti.clock.wait(hours=1)
        lti.launch("12")
        user = lti.user_id("12")
        answer = staff.post(f"/admin/team/{user}/role", {"role": "assessor"}, "/admin/team")

        assert answer.status_code == 409
        assert lti.events("role.refused")[0].detail == {"held": "staff", "wanted": "assessor"}

    def test_a_mistake_nobody_used_can_be_mended(self, lti: ToolAndPlatform) -> None:
        lti.launch("12")
        lti.clock.wait(hours=13)
        staff = lti.staff()
        lti.give("12", Role.STAFF)
        user = lti.user_id("12")
        answer = staff.post(f"/admin/team/{user}/role", {"role": "assessor"}, "/admin/team")

        assert answer.status_code == 302

    def test_a_launch_into_a_role_that_conflicts_opens_nothing_and_is_kept(
        self, lti: ToolAndPlatform
    ) -> None:
        """The same person is staff by a second registration of the same platform."""
        lti.launch("21")
        lti.give("21", Role.ASSESSOR)
        with lti.tool.database.writing() as session:
            known = session.get_one(Platform, lti.platform_id)
            second = factories.platform(session, known.issuer, "columna-again")
            same = factories.user(session, second, "Evaluación", "21")
            factories.role(session, lti.study_id, same, Role.STAFF)
        answer, browser = lti.try_launch("21")

        assert answer.status_code == 409
        assert not browser.get_cookie("columna", path="/t")
        (event,) = lti.events("role.refused")
        assert event.detail == {"held": "staff", "wanted": "assessor"}

    def test_where_nobody_is_blinded_roles_can_change(self, tmp_path: Path) -> None:
        lti = ToolAndPlatform(tmp_path, study=care_protocol())
        lti.launch("12")
        lti.give("12", Role.STAFF)
        lti.launch("12")

        lti.give("12", Role.ASSESSOR)
