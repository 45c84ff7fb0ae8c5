"""Progress reaches the gradebook for patients only, in order, and every failure is named."""

from datetime import timedelta
from pathlib import Path

import pytest
import requests

from lti.models import LtiContext, Membership, MembershipStatus
from lti.services import line_items
from lti.services.grade_models import Delivery, ProgressColumn, ProgressGrade
from lti.services.grades import (
    MOST_ATTEMPTS,
    classify,
    deliver_due,
    next_timestamp,
    pause,
    queue_progress,
    record,
    retry_parked,
    send_score,
    take_due,
)
from lti.services.tokens import AccessTokens, ServiceClient, ServiceProblem
from plugin.demo.lms.site import LineItem
from tests.lti.cases import Saw
from tests.lti.services_kit import (
    INSTRUCTOR,
    LEARNER,
    NOW,
    FakeHttp,
    PlatformCourse,
    make_course,
    reply,
    sign,
)


@pytest.fixture
def course(tmp_path: Path) -> PlatformCourse:
    """A course whose first patient has launched and been enrolled."""
    course = make_course(tmp_path)
    course.launched("101", LEARNER, participant=True)
    return course


def queue(course: PlatformCourse, percent: float, subject: str = "101") -> bool:
    with course.database.writing() as session:
        membership = session.get_one(Membership, course.membership(subject).id)
        return queue_progress(session, membership, percent, course.clock.now)


def deliver(course: PlatformCourse, client: ServiceClient | None = None) -> dict[str, int]:
    return deliver_due(course.database, client or course.client, course.clock.now)


def grade(course: PlatformCourse, subject: str = "101") -> ProgressGrade:
    with course.database.reading() as session:
        return (
            session.query(ProgressGrade)
            .filter(ProgressGrade.membership_id == course.membership(subject).id)
            .one()
        )


def shown(course: PlatformCourse, subject: str = "101") -> float | None:
    """Return what the gradebook shows."""
    column = course.site.gradebook.of_course("2")[0]
    return course.site.gradebook.cells[column.number, subject].value


def client_answering(
    course: PlatformCourse, *answers: requests.Response | Exception
) -> ServiceClient:
    token = FakeHttp(reply(body={"access_token": "t", "expires_in": 3600}))
    return ServiceClient(FakeHttp(*answers), AccessTokens(token, sign, course.clock))


def with_column(course: PlatformCourse) -> None:
    """Let the column of the course be known."""
    with course.database.writing() as session:
        url = f"{course.account.token_url}/../column?type_id=1"
        session.add(ProgressColumn(course_id=course.course_id, line_item_url=url, found_at=NOW))


class TestDelivery:
    def test_progress_arrives(self, course: PlatformCourse) -> None:
        queue(course, 40)

        assert deliver(course)["sent"] == 1
        assert shown(course) == 40
        assert grade(course).sent_at == NOW

    def test_nothing_is_sent_twice(self, course: PlatformCourse) -> None:
        queue(course, 40)
        deliver(course)

        assert deliver(course) == {"queued": 0, "sent": 0, "parked": 0}

    def test_only_the_newest_progress_is_sent(self, course: PlatformCourse) -> None:
        queue(course, 40)
        queue(course, 60)
        deliver(course)

        assert len(course.asked("/scores")) == 1
        assert shown(course) == 60

    def test_the_same_progress_is_not_queued_again(self, course: PlatformCourse) -> None:
        assert queue(course, 40)
        assert not queue(course, 40)

    def test_zero_progress_is_progress(self, course: PlatformCourse) -> None:
        assert queue(course, 0)

    @pytest.mark.parametrize("percent", [-1, 100.5])
    def test_only_percentages_are_taken(self, course: PlatformCourse, percent: float) -> None:
        with pytest.raises(ValueError, match="percentage"):
            queue(course, percent)

    def test_every_score_is_fully_graded_so_that_none_erases_a_grade(
        self, course: PlatformCourse
    ) -> None:
        queue(course, 40)
        deliver(course)
        body = str(course.asked("/scores")[0].body)

        assert '"gradingProgress": "FullyGraded"' in body
        assert '"scoreGiven": 40' in body
        assert "comment" not in body

    def test_two_scores_within_one_second_are_both_taken(self, course: PlatformCourse) -> None:
        for percent in (10, 20, 30):
            queue(course, percent)
            assert deliver(course)["sent"] == 1

        assert shown(course) == 30

    def test_the_query_of_the_address_stays_at_its_end(self, course: PlatformCourse) -> None:
        queue(course, 40)
        deliver(course)

        assert str(course.asked("/scores")[0].url).endswith("/lineitem/scores?type_id=1")

    def test_progress_made_while_an_older_one_is_under_way_is_not_lost(
        self, course: PlatformCourse
    ) -> None:
        queue(course, 40)
        deliver(course)
        queue(course, 50)
        [score] = take_due(course.database, course.clock.now)
        queue(course, 60)
        with course.database.writing() as session:
            row = session.get_one(ProgressGrade, score.grade_id)
            record(session, row, score, send_score(course.client, score), course.clock.now)

        assert grade(course).state is Delivery.QUEUED
        assert deliver(course)["sent"] == 1
        assert shown(course) == 60

    def test_a_process_that_dies_after_sending_sends_again_later(
        self, course: PlatformCourse
    ) -> None:
        queue(course, 40)
        deliver(course)
        queue(course, 50)
        take_due(course.database, course.clock.now)
        assert deliver(course)["sent"] == 0
        course.clock.wait(minutes=2)

        assert deliver(course)["sent"] == 1
        assert shown(course) == 50


class TestCase81:
    """A score for a non-learner, or one that Moodle refuses."""

    @pytest.mark.parametrize("roles", [(INSTRUCTOR,), (), (INSTRUCTOR, LEARNER + "x")])
    def test_case_81_nothing_is_queued_for_anybody_but_patients(
        self, course: PlatformCourse, roles: tuple[str, ...], saw: Saw
    ) -> None:
        course.launched("21", *roles, participant=True)

        assert not queue(course, 40, "21")
        saw("not queued")

    def test_case_81_nothing_is_queued_for_somebody_who_is_no_participant(
        self, course: PlatformCourse
    ) -> None:
        course.launched("102", LEARNER)

        assert not queue(course, 40, "102")

    def test_case_81_nothing_is_sent_once_a_patient_turns_out_to_be_staff(
        self, course: PlatformCourse
    ) -> None:
        queue(course, 40)
        with course.database.writing() as session:
            session.get_one(Membership, course.membership("101").id).roles = [INSTRUCTOR]
        deliver(course)

        assert grade(course).reason == "not_a_patient"
        assert course.asked("/scores") == []

    def test_case_81_nothing_is_queued_for_who_has_left(self, course: PlatformCourse) -> None:
        with course.database.writing() as session:
            row = session.get_one(Membership, course.membership("101").id)
            row.status = MembershipStatus.LEFT

        assert not queue(course, 40)

    def test_case_81_incorrect_score_received_is_parked_with_its_reason(
        self, course: PlatformCourse, saw: Saw
    ) -> None:
        queue(course, 40)
        course.site.remove_person("2", "101")
        deliver(course)

        assert grade(course).state is Delivery.PARKED
        assert grade(course).reason == "not_gradable"
        assert grade(course).hint == "Incorrect score received"
        saw(f"parked: {grade(course).hint}")

    def test_case_81_a_newer_grade_on_the_platform_stays(self, course: PlatformCourse) -> None:
        queue(course, 40)
        deliver(course)
        column = course.site.gradebook.of_course("2")[0]
        course.site.gradebook.override(column.number, "101", 99, NOW + timedelta(hours=1))
        queue(course, 50)
        deliver(course)

        assert grade(course).reason == "newer_grade_there"
        assert shown(course) == 99

    def test_case_81_new_progress_queues_a_parked_grade_again(self, course: PlatformCourse) -> None:
        queue(course, 40)
        with_column(course)
        deliver(course, client_answering(course, reply(403)))
        assert grade(course).reason == "not_allowed"

        assert queue(course, 50)
        assert grade(course).state is Delivery.QUEUED
        assert grade(course).reason is None

    @pytest.mark.parametrize(
        ("status", "state", "reason"),
        [
            (200, Delivery.SENT, None),
            (204, Delivery.SENT, None),
            (400, Delivery.PARKED, "status_400"),
            (403, Delivery.PARKED, "not_allowed"),
            (404, Delivery.PARKED, "column_gone"),
            (409, Delivery.PARKED, "newer_grade_there"),
            (302, Delivery.PARKED, "status_302"),
            (408, Delivery.QUEUED, "status_408"),
            (429, Delivery.QUEUED, "status_429"),
            (500, Delivery.QUEUED, "status_500"),
            (503, Delivery.QUEUED, "status_503"),
        ],
    )
    def test_case_81_every_answer_means_one_thing(
        self, status: int, state: Delivery, reason: str | None
    ) -> None:
        receipt = classify(status)

        assert (receipt.state, receipt.reason) == (state, reason)


class TestRetries:
    def test_a_silent_platform_is_asked_again_after_a_growing_pause(
        self, course: PlatformCourse
    ) -> None:
        queue(course, 40)
        with_column(course)
        silent = client_answering(course, requests.ConnectionError())
        deliver(course, silent)
        first = grade(course)
        assert (first.state, first.reason) == (Delivery.QUEUED, "unreachable")
        assert first.due_at == NOW + timedelta(minutes=1)

        course.clock.wait(minutes=1)
        deliver(course, silent)
        assert grade(course).due_at == course.clock.now + timedelta(minutes=2)

    def test_after_many_attempts_it_is_parked(self, course: PlatformCourse) -> None:
        queue(course, 40)
        with_column(course)
        silent = client_answering(course, reply(503))
        for _attempt in range(MOST_ATTEMPTS):
            deliver(course, silent)
            course.clock.wait(hours=7)

        assert grade(course).state is Delivery.PARKED
        assert grade(course).reason == "gave_up"
        assert grade(course).attempts == MOST_ATTEMPTS

    def test_case_79_a_lost_authorization_header_is_queued_with_its_reason(
        self, tmp_path: Path
    ) -> None:
        course = make_course(tmp_path, strips_authorization=True)
        course.launched("101", LEARNER, participant=True)
        queue(course, 40)
        deliver(course)

        assert grade(course).state is Delivery.QUEUED
        assert grade(course).reason == "authorization_lost"

    def test_parked_grades_can_be_queued_again_by_hand(self, course: PlatformCourse) -> None:
        queue(course, 40)
        with_column(course)
        deliver(course, client_answering(course, reply(403)))
        with course.database.writing() as session:
            assert retry_parked(session, course.course_id, course.clock.now) == 1

        assert deliver(course, client_answering(course, reply(200)))["sent"] == 1

    def test_pauses_grow_to_six_hours(self) -> None:
        assert [pause(n) for n in (1, 2, 3)] == [timedelta(minutes=m) for m in (1, 2, 4)]
        assert pause(50) == timedelta(hours=6)


class TestTimestamps:
    def test_they_are_whole_seconds(self) -> None:
        assert next_timestamp(None, NOW) == NOW.replace(microsecond=0)

    def test_they_only_grow(self) -> None:
        first = next_timestamp(None, NOW)

        assert next_timestamp(first, NOW) == first + timedelta(seconds=1)

    def test_a_clock_that_is_set_back_does_not_matter(self) -> None:
        first = next_timestamp(None, NOW)

        assert next_timestamp(first, NOW - timedelta(hours=1)) == first + timedelta(seconds=1)


class TestColumns:
    def columns(self, course: PlatformCourse, **changes: object) -> line_items.Columns:
        with course.database.reading() as session:
            context = session.get_one(LtiContext, course.course_id)
            values: dict[str, object] = {
                "account": course.account,
                "line_items_url": context.ags_lineitems_url,
                "line_item_url": None,
                "scopes": frozenset({line_items.WRITE_SCOPE}),
            }
        return line_items.Columns(**(values | changes))  # type: ignore[arg-type]

    def test_one_column_is_made_and_found_again(self, course: PlatformCourse) -> None:
        first = line_items.find_or_make(course.client, self.columns(course), "Columna", 100)
        second = line_items.find_or_make(course.client, self.columns(course), "Columna", 100)

        assert first == second
        assert [c.label for c in course.site.gradebook.of_course("2")] == ["Columna"]

    def test_the_column_of_a_deep_linked_activity_is_used(self, course: PlatformCourse) -> None:
        own = course.site.gradebook.add(
            LineItem(0, "2", "Programa", 50, 1, "programme", "progress")
        )
        url = line_items.find_or_make(course.client, self.columns(course), "Columna", 100)

        assert url.endswith(f"/lineitems/{own.number}/lineitem?type_id=1")

    def test_somebody_elses_column_is_not_touched(self, course: PlatformCourse) -> None:
        course.site.gradebook.add(LineItem(0, "2", "Examen", 10, tag="exam"))
        line_items.find_or_make(course.client, self.columns(course), "Columna", 100)

        assert len(course.site.gradebook.of_course("2")) == 2

    def test_without_the_right_to_make_one_the_activitys_own_is_used(
        self, course: PlatformCourse
    ) -> None:
        columns = self.columns(
            course,
            scopes=frozenset({line_items.READ_SCOPE}),
            line_item_url="https://lms.example/own",
        )

        assert line_items.find_or_make(course.client, columns, "x", 1) == "https://lms.example/own"

    def test_no_column_at_all_is_named(self, course: PlatformCourse) -> None:
        columns = self.columns(course, line_items_url=None)
        with pytest.raises(ServiceProblem, match="no_column"):
            line_items.find_or_make(course.client, columns, "x", 1)

    def test_a_course_without_column_parks_its_grades(self, course: PlatformCourse) -> None:
        with course.database.writing() as session:
            session.get_one(LtiContext, course.course_id).ags_scopes = []
        queue(course, 40)
        deliver(course)

        assert (grade(course).state, grade(course).reason) == (Delivery.PARKED, "no_column")

    def test_a_column_is_put_back_whole(self, course: PlatformCourse) -> None:
        own = course.site.gradebook.add(
            LineItem(0, "2", "Programa", 50, 1, "programme", "progress")
        )
        url = line_items.find_or_make(course.client, self.columns(course), "Columna", 100)
        line_items.change(course.client, course.account, url, label="Avance")
        after = course.site.gradebook.items[own.number]

        assert after.label == "Avance"
        assert after.activity_number == 1
        assert after.tag == "progress"

    def test_a_limit_is_never_asked_for(self, course: PlatformCourse) -> None:
        queue(course, 40)
        deliver(course)

        assert not any("limit=" in str(request.url) for request in course.asked("lineitems"))

    def test_a_column_that_is_gone_is_looked_for_again(self, course: PlatformCourse) -> None:
        queue(course, 40)
        deliver(course)
        course.site.gradebook.remove(course.site.gradebook.of_course("2")[0].number)
        queue(course, 50)
        deliver(course)
        assert grade(course).reason == "column_gone"
        queue(course, 60)

        assert deliver(course)["sent"] == 1
