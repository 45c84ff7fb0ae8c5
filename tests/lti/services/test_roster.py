"""The roster is read whole, from its own host only, and never outweighs a launch."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from lti.launch.claims import Role
from lti.models import LtiContext, LtiUser, Membership, MembershipSource, MembershipStatus
from lti.services.roster import (
    RosterReport,
    differs,
    patients,
    role_of,
    store_roster,
)
from lti.services.roster_pages import MEDIA_TYPE, MOST_PAGES, Member, Roster, fetch_roster
from lti.services.tokens import AccessTokens, ServiceClient, ServiceProblem
from plugin.demo.lms import CourseRole, Person
from tests.lti.cases import Saw
from tests.lti.services_kit import (
    INSTRUCTOR,
    LEARNER,
    FakeHttp,
    PlatformCourse,
    make_course,
    reply,
    sign,
)

URL = "https://lms.example/Members?limit=2"
ADMIN = "http://purl.imsglobal.org/vocab/lis/v2/person#Administrator"


@pytest.fixture
def course(tmp_path: Path) -> PlatformCourse:
    return make_course(tmp_path)


def run(course: PlatformCourse) -> RosterReport:
    """Sync the course."""
    with course.database.reading() as session:
        url = session.get_one(LtiContext, course.course_id).nrps_url
    found = fetch_roster(course.client, course.account, url)
    return store_roster(course.database, course.course_id, found, course.clock.now)


def store(course: PlatformCourse, *members: Member, complete: bool = True) -> RosterReport:
    """Store a roster that was read some other way."""
    roster = Roster(members, 1, complete)
    return store_roster(course.database, course.course_id, roster, course.clock.now)


def client_with(course: PlatformCourse, *pages: Any) -> tuple[ServiceClient, FakeHttp]:
    """Return a client whose platform answers with these pages."""
    http = FakeHttp(*pages)
    token = FakeHttp(reply(body={"access_token": "t", "expires_in": 3600}))
    return ServiceClient(http, AccessTokens(token, sign, course.clock)), http


def page(*subjects: str, following: str = "", link: str = '<{}>; rel="next"') -> Any:
    members = [{"user_id": subject, "roles": ["Learner"]} for subject in subjects]
    headers = {"Link": link.format(following)} if following else {}
    return reply(body={"members": members}, **headers)


class TestReading:
    def test_everybody_of_the_course_is_read(self, course: PlatformCourse) -> None:
        report = run(course)

        assert (report.listed, report.added, report.complete) == (5, 5, True)

    def test_the_media_type_is_exactly_moodles(self, course: PlatformCourse) -> None:
        run(course)

        assert course.asked("memberships")[0].headers["Accept"] == MEDIA_TYPE

    def test_pages_are_followed_letter_for_letter(self, course: PlatformCourse) -> None:
        client, http = client_with(
            course,
            page("1", "2", following="https://lms.example/Members?limit=2&from=AbC"),
            page("3"),
        )
        roster = fetch_roster(client, course.account, URL)

        assert [member.subject for member in roster.members] == ["1", "2", "3"]
        assert http.asked[1][1] == "https://lms.example/Members?limit=2&from=AbC"

    def test_a_relative_next_link_is_followed(self, course: PlatformCourse) -> None:
        client, http = client_with(course, page("1", following="/Members?from=1"), page("2"))
        fetch_roster(client, course.account, URL)

        assert http.asked[1][1] == "https://lms.example/Members?from=1"

    def test_thousands_of_members_come_in_pages(self, course: PlatformCourse) -> None:
        for number in range(1000, 2200):
            course.site.add_person(
                "2", Person(str(number), f"Persona {number}", CourseRole.STUDENT)
            )
        report = run(course)

        assert report.pages == 7
        assert report.added == 1205

    @pytest.mark.parametrize(
        "body", [[], {"members": "none"}, {}, {"members": None}, b"<html>no</html>"]
    )
    def test_something_else_than_a_roster_is_a_problem(
        self, course: PlatformCourse, body: Any
    ) -> None:
        client, _http = client_with(course, reply(body=body))
        with pytest.raises(ServiceProblem):
            fetch_roster(client, course.account, URL)

    def test_a_row_that_cannot_be_read_makes_the_roster_incomplete(
        self, course: PlatformCourse
    ) -> None:
        rows = [
            {"user_id": 7, "roles": []},
            {"user_id": "x" * 300},
            {"user_id": "nul\x00"},
            {"user_id": "", "roles": []},
            {"roles": []},
            "x",
            {"user_id": "10", "roles": "Learner"},
            {"user_id": "8", "status": "Deleted"},
            {"user_id": "9", "roles": None, "given_name": "Ana", "family_name": "B"},
        ]
        client, _http = client_with(course, reply(body={"members": rows}))
        roster = fetch_roster(client, course.account, URL)

        assert roster.members == (Member("10", None), Member("9", None, "Ana B"))
        assert not roster.complete
        assert roster.unreadable == {
            "odd_user_id": 3,
            "no_user_id": 2,
            "not_a_person": 1,
            "odd_roles": 1,
        }

    @pytest.mark.parametrize("status", ["Deleted", "deleted", "DELETED", " Deleted "])
    def test_who_is_gone_is_said_in_any_case(self, course: PlatformCourse, status: str) -> None:
        rows = [{"user_id": "8", "status": status}, {"user_id": "9", "roles": []}]
        client, _http = client_with(course, reply(body={"members": rows}))
        roster = fetch_roster(client, course.account, URL)

        assert (roster.members, roster.complete) == ((Member("9", ()),), True)

    @pytest.mark.parametrize("status", ["Inactive", "inactive", " INACTIVE "])
    def test_who_is_suspended_is_listed_as_such(self, course: PlatformCourse, status: str) -> None:
        rows = [
            {"user_id": "8", "roles": ["Learner"], "status": status},
            {"user_id": "9", "status": status},
        ]
        client, _http = client_with(course, reply(body={"members": rows}))
        roster = fetch_roster(client, course.account, URL)

        assert roster.complete
        assert roster.members == (
            Member("8", ("Learner",), suspended=True),
            Member("9", None, suspended=True),
        )

    @pytest.mark.parametrize("odd", [7, [], {}, None, "Suspended"])
    def test_a_status_nobody_knows_says_nothing(self, course: PlatformCourse, odd: object) -> None:
        rows = [{"user_id": "9", "roles": [], "status": odd, "name": 7}]
        client, _http = client_with(course, reply(body={"members": rows}))

        assert fetch_roster(client, course.account, URL).members == (Member("9", ()),)

    @pytest.mark.parametrize(
        "link",
        [
            '<{}>; rel="Next"',
            "<{}>; rel=next",
            "<{}>; REL=NEXT",
            '<{}>; title="x"; rel="last next"',
            '<https://lms.example/Members>; rel="first", <{}>; rel="next"',
        ],
    )
    @pytest.mark.parametrize(
        "address",
        [
            "https://lms.example:443/Members?from=1",
            "https://LMS.Example/Members?from=1",
            "HTTPS://lms.example/Members?from=1",
            "//lms.example/Members?from=1",
        ],
    )
    def test_the_way_to_the_next_page_is_read_as_it_is_meant(
        self, course: PlatformCourse, address: str, link: str
    ) -> None:
        client, http = client_with(course, page("1", following=address, link=link), page("2"))
        roster = fetch_roster(client, course.account, URL)

        assert [member.subject for member in roster.members] == ["1", "2"]
        assert len(http.asked) == 2

    @pytest.mark.parametrize("address", ["https://lms.example:x/Members", "https://[bad/"])
    def test_a_next_page_that_is_no_address_is_a_problem(
        self, course: PlatformCourse, address: str
    ) -> None:
        client, _http = client_with(course, page("1", following=address))
        with pytest.raises(ServiceProblem, match="foreign_next_page"):
            fetch_roster(client, course.account, URL)

    def test_a_course_without_roster_is_named(self, course: PlatformCourse) -> None:
        with pytest.raises(ServiceProblem, match="no_roster"):
            fetch_roster(course.client, course.account, None)

    def test_a_refusal_is_told_with_its_status(self, course: PlatformCourse) -> None:
        client, _http = client_with(course, reply(503))
        with pytest.raises(ServiceProblem) as problem:
            fetch_roster(client, course.account, URL)

        assert (problem.value.status, problem.value.retry) == (503, True)


class TestCase80:
    """A next link on a foreign host, or without an end."""

    @pytest.mark.parametrize(
        "address",
        [
            "https://evil.example/Members",
            "http://lms.example/Members",
            "https://lms.example:444/Members",
            "//evil.example/Members",
            "https://lms.example@evil.example/Members",
        ],
    )
    def test_case_80_our_token_goes_to_no_other_host(
        self, course: PlatformCourse, address: str, saw: Saw
    ) -> None:
        client, http = client_with(course, page("1", following=address))
        with pytest.raises(ServiceProblem, match="foreign_next_page"):
            fetch_roster(client, course.account, URL)

        assert len(http.asked) == 1
        saw("foreign host refused")

    def test_case_80_a_circle_is_noticed(self, course: PlatformCourse) -> None:
        client, _http = client_with(course, page("1", following=URL))
        with pytest.raises(ServiceProblem, match="endless_roster"):
            fetch_roster(client, course.account, URL)

    def test_case_80_pages_without_end_are_cut_off_and_mark_nobody_as_gone(
        self, course: PlatformCourse, saw: Saw
    ) -> None:
        pages = [
            page(str(n), following=f"https://lms.example/Members?from={n}")
            for n in range(MOST_PAGES + 5)
        ]
        client, http = client_with(course, *pages)
        course.launched("777", LEARNER)
        course.clock.wait(hours=1)
        roster = fetch_roster(client, course.account, URL)
        report = store(course, *roster.members, complete=roster.complete)

        assert len(http.asked) == MOST_PAGES
        assert not report.complete
        assert report.left == 0
        saw(f"cut off at {MOST_PAGES} pages")


class TestWriting:
    def test_names_are_kept_encrypted(self, course: PlatformCourse) -> None:
        run(course)
        with course.database.engine.connect() as connection:
            stored = connection.exec_driver_sql("SELECT name FROM lti_users").scalars().all()

        assert len(stored) == 5
        assert not any("sintétic" in name for name in stored)

    def test_a_second_reading_changes_nothing(self, course: PlatformCourse) -> None:
        run(course)
        course.clock.wait(hours=1)
        report = run(course)

        assert (report.added, report.changed, report.left) == (0, 0, 0)
        assert report.unchanged == 5

    def test_a_new_name_is_taken_over(self, course: PlatformCourse) -> None:
        run(course)
        course.site.add_person("2", Person("101", "Otro nombre", CourseRole.STUDENT))
        report = run(course)

        assert report.changed == 1
        assert course.membership("101").status is MembershipStatus.ACTIVE

    def test_a_platform_that_stops_sending_names_erases_none(self, course: PlatformCourse) -> None:
        run(course)
        store(course, Member("101", ("Learner",)))
        with course.database.reading() as session:
            user = session.scalars(select(LtiUser).where(LtiUser.subject == "101")).one()

        assert user.name == "Persona sintética 01"

    def test_who_left_is_marked_and_kept(self, course: PlatformCourse) -> None:
        run(course)
        course.site.remove_person("2", "102")
        left_at = course.clock.wait(days=1)
        report = run(course)
        membership = course.membership("102")

        assert report.left == 1
        assert membership.status is MembershipStatus.LEFT
        assert membership.left_at == left_at

    def test_who_comes_back_is_active_again(self, course: PlatformCourse) -> None:
        run(course)
        course.site.remove_person("2", "102")
        run(course)
        course.site.add_person("2", course.site.people["102"])
        report = run(course)

        assert report.returned == 1
        assert course.membership("102").left_at is None

    def test_who_is_suspended_is_marked_kept_and_let_in_again(self, course: PlatformCourse) -> None:
        run(course)
        course.clock.wait(hours=1)
        report = store(course, Member("101", ("Learner",), suspended=True), complete=False)
        assert (report.suspended, report.returned) == (1, 0)
        assert course.membership("101").status is MembershipStatus.SUSPENDED

        again = store(course, Member("101", ("Learner",), suspended=True), complete=False)
        assert (again.suspended, again.unchanged) == (0, 1)
        back = store(course, Member("101", ("Learner",)), complete=False)
        assert (back.returned, back.suspended) == (1, 0)
        assert course.membership("101").status is MembershipStatus.ACTIVE

    def test_who_is_suspended_and_then_gone_has_left(self, course: PlatformCourse) -> None:
        run(course)
        course.clock.wait(hours=1)
        store(course, Member("102", ("Learner",), suspended=True), complete=False)
        course.site.remove_person("2", "102")
        course.clock.wait(hours=1)

        assert run(course).left == 1
        assert course.membership("102").status is MembershipStatus.LEFT

    def test_a_suspended_person_nobody_knew_is_not_stored(self, course: PlatformCourse) -> None:
        report = store(course, Member("777", ("Learner",), suspended=True), complete=False)
        with course.database.reading() as session:
            known = session.scalars(select(LtiUser.subject)).all()

        assert report.added == 0
        assert "777" not in known

    def test_who_launches_while_the_roster_is_read_is_not_suspended(
        self, course: PlatformCourse
    ) -> None:
        began = course.clock.now
        course.clock.wait(seconds=5)
        course.launched("101", LEARNER)
        roster = Roster((Member("101", ("Learner",), suspended=True),), 1, complete=False)
        store_roster(course.database, course.course_id, roster, began)

        assert course.membership("101").status is MembershipStatus.ACTIVE

    def test_leaving_is_noted_once(self, course: PlatformCourse) -> None:
        run(course)
        course.site.remove_person("2", "102")
        first = course.clock.wait(days=1)
        run(course)
        course.clock.wait(days=1)
        report = run(course)

        assert report.left == 0
        assert course.membership("102").left_at == first

    def test_an_empty_roster_marks_nobody_as_gone(self, course: PlatformCourse) -> None:
        run(course)
        client, _http = client_with(course, page())
        roster = fetch_roster(client, course.account, URL)

        assert store(course, *roster.members, complete=roster.complete).left == 0

    def test_a_person_with_a_numeric_id_is_not_marked_as_gone(self, course: PlatformCourse) -> None:
        course.launched("102", LEARNER)
        course.clock.wait(minutes=5)
        rows = [{"user_id": "101", "roles": [LEARNER]}, {"user_id": 102, "roles": [LEARNER]}]
        client, _http = client_with(course, reply(body={"members": rows}))
        roster = fetch_roster(client, course.account, URL)
        report = store_roster(course.database, course.course_id, roster, course.clock.now)
        with course.database.reading() as session:
            synced_at = session.get_one(LtiContext, course.course_id).roster_synced_at

        assert (report.left, report.complete, synced_at) == (0, False, None)
        assert course.membership("102").status is MembershipStatus.ACTIVE

    def test_roles_that_cannot_be_read_take_none_away(self, course: PlatformCourse) -> None:
        run(course)
        before = course.membership("101").roster_roles
        store(course, Member("101", None), complete=False)

        assert before
        assert course.membership("101").roster_roles == before

    def test_who_launches_while_the_roster_is_read_has_not_left(
        self, course: PlatformCourse
    ) -> None:
        began = course.clock.now
        course.clock.wait(seconds=5)
        course.launched("999", LEARNER)
        course.clock.now = began

        assert run(course).left == 0

    def test_a_site_administrator_who_is_not_enrolled_has_not_left(
        self, course: PlatformCourse
    ) -> None:
        course.launched("2", INSTRUCTOR, "urn:lti:sysrole:ims/lis/Administrator")
        course.clock.wait(hours=1)

        assert run(course).left == 0

    def test_other_courses_are_left_alone(self, course: PlatformCourse) -> None:
        course.site.remove_person("2", "102")
        run(course)
        with course.database.reading() as session:
            courses = session.scalars(select(Membership.course_id).distinct()).all()

        assert courses == [course.course_id]

    def test_the_moment_of_a_complete_reading_is_kept(self, course: PlatformCourse) -> None:
        run(course)
        with course.database.reading() as session:
            assert (
                session.get_one(LtiContext, course.course_id).roster_synced_at == course.clock.now
            )

    def test_nobody_is_listed_twice(self, course: PlatformCourse) -> None:
        course.launched("101", LEARNER)
        run(course)
        run(course)
        with course.database.reading() as session:
            assert session.scalar(select(func.count()).select_from(LtiUser)) == 5


class TestRoles:
    def test_a_launch_as_instructor_outweighs_learner_in_the_roster(
        self, course: PlatformCourse
    ) -> None:
        course.launched("21", INSTRUCTOR)
        report = run(course)
        membership = course.membership("21")

        assert membership.roster_roles == ["Learner"]
        assert membership.roles == [INSTRUCTOR]
        assert role_of(membership) is Role.STAFF
        assert report.differing == [membership.id]

    def test_somebody_known_from_the_roster_only_is_what_it_says(
        self, course: PlatformCourse
    ) -> None:
        run(course)
        membership = course.membership("101")

        assert membership.source is MembershipSource.ROSTER
        assert role_of(membership) is Role.PATIENT
        assert not differs(membership)

    def test_moodles_own_administrator_role_is_understood(self, course: PlatformCourse) -> None:
        store(course, Member("2", ("Instructor", ADMIN)))

        assert role_of(course.membership("2")) is Role.ADMIN

    def test_only_active_patients_count_as_patients(self, course: PlatformCourse) -> None:
        course.launched("21", INSTRUCTOR)
        run(course)
        course.site.remove_person("2", "103")
        run(course)
        with course.database.reading() as session:
            found = patients(session.scalars(select(Membership)))
            subjects = {row.lti_user.subject for row in found}

        assert subjects == {"101", "102"}
