"""The doctor says of each thing that can be wrong what it is, and is content when nothing is."""

import uuid
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from lti.errors import Code, NotAuthentic, UnknownPlatform
from lti.http import Gate, GuardedHttp
from lti.launch import diagnostics
from lti.launch.diagnostics import LaunchChecks
from lti.models import Deployment, LtiContext, Platform, PlatformKeySet, Standing
from lti.services import doctor, service_texts
from lti.services.doctor import Finding, Outcome
from lti.services.roster import note_attempt
from lti.services.tokens import AccessTokens, ServiceClient, service_http
from tests.lti.services_kit import LMS, NOW, PlatformCourse, make_course, reply, sign
from tests.lti.simulated_platform import public_jwk, rsa_key


@pytest.fixture
def course(tmp_path: Path) -> PlatformCourse:
    return make_course(tmp_path)


class Dated:
    """The LMS, with the clock of its answers set, and some answers replaced."""

    def __init__(self, course: PlatformCourse, seconds: float = 0, **answers: Any) -> None:
        self._desk, self._seconds, self._answers = course, seconds, answers

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        for part, answer in self._answers.items():
            if part in url:
                if isinstance(answer, Exception):
                    raise answer
                answer.raw.seek(0)
                return answer  # type: ignore[no-any-return]
        response = self._desk.http.request(method, url, **options)
        moment = self._desk.clock.now + timedelta(seconds=self._seconds)
        response.headers["Date"] = format_datetime(moment, usegmt=True)
        return response


def examine(course: PlatformCourse, seconds: float = 0, **answers: Any) -> dict[str, Finding]:
    """Return the findings by their check."""
    http = Dated(course, seconds, **answers)
    client = ServiceClient(http, AccessTokens(http, sign, course.clock))
    found = doctor.examine(course.database, http, client, course.account.platform_id, course.clock)
    return {finding.check: finding for finding in found}


def change(course: PlatformCourse, kind: type, **values: Any) -> None:
    with course.database.writing() as session:
        for row in session.query(kind):
            for name, value in values.items():
                setattr(row, name, value)


class TestHealthy:
    def test_nothing_wrong_is_found_in_a_good_registration(self, course: PlatformCourse) -> None:
        found = examine(course)

        assert [one.check for one in found.values()] == list(doctor.CHECKS)
        good = {name for name, one in found.items() if one.outcome is Outcome.GOOD}
        assert good == {"registration", "key_set", "clock", "token", "roster"}
        assert doctor.is_well(list(found.values()))

    def test_the_roster_is_read_by_one_person_only(self, course: PlatformCourse) -> None:
        examine(course)

        assert [str(one.url).endswith("limit=1") for one in course.asked("memberships")] == [True]

    def test_a_kept_token_is_no_proof(self, course: PlatformCourse) -> None:
        http = Dated(course)
        client = ServiceClient(http, AccessTokens(http, sign, course.clock))
        for _time in range(2):
            doctor.examine(course.database, http, client, course.account.platform_id, course.clock)

        assert len(course.asked("token.php")) == 2

    def test_one_there_is_not_cannot_be_examined(self, course: PlatformCourse) -> None:
        with pytest.raises(UnknownPlatform):
            doctor.examine(course.database, course.http, course.client, uuid.uuid4(), course.clock)


class TestRegistration:
    @pytest.mark.parametrize("standing", [Standing.PENDING, Standing.DISABLED])
    def test_one_that_is_not_active_is_bad(
        self, course: PlatformCourse, standing: Standing
    ) -> None:
        change(course, Platform, status=standing)
        found = examine(course)["registration"]

        assert (found.outcome, found.code) == (Outcome.BAD, standing.value)

    def test_no_approved_deployment_is_bad(self, course: PlatformCourse) -> None:
        change(course, Deployment, status=Standing.PENDING)

        assert examine(course)["registration"].code == "no_deployment"

    def test_a_further_one_that_waits_is_said(self, course: PlatformCourse) -> None:
        with course.database.writing() as session:
            row = Deployment(
                platform_id=course.account.platform_id, deployment_id="9", created_at=NOW
            )
            session.add(row)

        assert examine(course)["registration"].outcome is Outcome.UNSURE


class TestKeySet:
    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (reply(404, b"no"), "status_404"),
            (reply(200, b"<html>"), "not_json"),
            (reply(200, []), "not_a_key_set"),
            (reply(200, {"keys": []}), "no_usable_key"),
            (requests.ConnectionError(), "unreachable"),
            (requests.Timeout(), "timeout"),
        ],
    )
    def test_each_way_to_be_wrong_has_its_code(
        self, course: PlatformCourse, answer: Any, code: str
    ) -> None:
        found = examine(course, **{"certs.php": answer})["key_set"]

        assert (found.outcome, found.code) == (Outcome.BAD, code)

    def test_a_set_of_1024_bits_holds_no_usable_key(self, course: PlatformCourse) -> None:
        answer = reply(200, {"keys": [public_jwk(rsa_key("short", 1024), "kid")]})
        found = examine(course, **{"certs.php": answer})["key_set"]

        assert (found.outcome, found.code) == (Outcome.BAD, "no_usable_key")
        assert "2048 bits" in doctor.words_for(found)

    def test_a_new_key_under_the_old_id_is_said_and_taken_over(
        self, course: PlatformCourse
    ) -> None:
        old, new = (public_jwk(rsa_key(name), "kid") for name in ("moodle", "after-restore"))
        examine(course, **{"certs.php": reply(200, {"keys": [old]})})
        answers = [
            examine(course, **{"certs.php": reply(200, {"keys": [new]})})["key_set"]
            for _ in range(2)
        ]

        assert [(one.outcome, one.code) for one in answers] == [
            (Outcome.UNSURE, "taken_over"),
            (Outcome.GOOD, "readable"),
        ]
        with course.database.reading() as session:
            assert session.query(PlatformKeySet).one().keys[0]["n"] == new["n"]

    def test_keys_that_nobody_has_read_yet_are_kept_and_no_news(
        self, course: PlatformCourse
    ) -> None:
        assert examine(course)["key_set"].code == "readable"
        with course.database.reading() as session:
            assert session.query(PlatformKeySet).one().problem is None

    def test_an_unusable_set_takes_nothing_away(self, course: PlatformCourse) -> None:
        examine(course)
        examine(course, **{"certs.php": reply(200, {"keys": []})})
        with course.database.reading() as session:
            assert len(session.query(PlatformKeySet).one().keys) == 1

    def test_a_plain_address_of_an_https_platform_is_not_asked(
        self, course: PlatformCourse
    ) -> None:
        change(course, Platform, issuer="https://moodle.example.org")

        assert examine(course)["key_set"].code == "insecure"
        assert course.asked("certs.php") == []

    def test_a_metadata_service_is_not_asked(self, course: PlatformCourse) -> None:
        change(course, Platform, jwks_url="http://169.254.169.254/latest")
        http = GuardedHttp(Gate(allow_private=True, connect=lambda *_: pytest.fail("connected")))
        found = doctor.examine(
            course.database, http, course.client, course.account.platform_id, course.clock
        )

        assert found[1].code == "address_not_public"

    def test_this_machine_is_asked_in_development_only(self, course: PlatformCourse) -> None:
        found = doctor.examine(
            course.database, service_http(), course.client, course.account.platform_id, course.clock
        )

        assert found[1].code == "address_not_public"


class TestRosterRows:
    def test_rows_that_cannot_be_read_are_counted_with_their_reasons(
        self, course: PlatformCourse
    ) -> None:
        answer = reply(200, {"members": [{"user_id": 7, "roles": []}]})
        found = examine(course, memberships=answer)["roster"]

        assert (found.outcome, found.code) == (Outcome.UNSURE, "rows_unreadable")
        assert "nobody is marked as gone" in doctor.words_for(found)
        assert doctor.figures_of(found) == "1: user_id is no text, or too long (1)"

    def test_what_the_last_whole_reading_could_not_read_is_said(
        self, course: PlatformCourse
    ) -> None:
        with course.database.writing() as session:
            unreadable = {"no_user_id": 2, "not_a_person": 1}
            note_attempt(session, course.course_id, NOW, "rows_unreadable", unreadable)
        found = examine(course)["roster"]

        assert doctor.figures_of(found) == "3: without user_id (2), no person (1)"


class TestClock:
    @pytest.mark.parametrize(
        ("seconds", "outcome"),
        [
            (0, Outcome.GOOD),
            (3, Outcome.GOOD),
            (-7, Outcome.UNSURE),
            (60, Outcome.UNSURE),
            (63, Outcome.BAD),
            (-90, Outcome.BAD),
        ],
    )
    def test_what_launches_tolerate_is_tolerated(
        self, course: PlatformCourse, seconds: int, outcome: Outcome
    ) -> None:
        assert examine(course, seconds)["clock"].outcome is outcome

    def test_the_difference_is_said_in_seconds(self, course: PlatformCourse) -> None:
        assert doctor.figures_of(examine(course, 60)["clock"]) == "+60 s"

    @pytest.mark.parametrize("date", [{}, {"Date": "yesterday"}])
    def test_without_a_date_nothing_is_claimed(
        self, course: PlatformCourse, date: dict[str, str]
    ) -> None:
        found = examine(course, **{"certs.php": reply(200, {"keys": []}, **date)})["clock"]

        assert (found.outcome, found.code) == (Outcome.UNSURE, "no_date")

    def test_the_age_in_a_cache_is_added(self, course: PlatformCourse) -> None:
        old = format_datetime(NOW - timedelta(seconds=600), usegmt=True)
        answer = reply(200, {"keys": []}, Date=old, Age="600")

        assert examine(course, **{"certs.php": answer})["clock"].outcome is Outcome.GOOD


class TestServices:
    def test_a_refused_token_keeps_the_platforms_word(self, course: PlatformCourse) -> None:
        found = examine(course, **{"token.php": reply(400, {"error": "invalid_client"})})

        assert found["token"].code == "token_refused"
        assert doctor.figures_of(found["token"]) == "HTTP 400 invalid_client"
        assert found["roster"].outcome is Outcome.BAD

    def test_a_stripped_authorization_header_is_named(self, tmp_path: Path) -> None:
        found = examine(make_course(tmp_path, strips_authorization=True))

        assert found["token"].outcome is Outcome.GOOD
        assert found["roster"].code == "authorization_lost"
        assert "Authorization" in doctor.words_for(found["roster"])

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (reply(403, b""), "roster_refused"),
            (reply(200, []), "not_a_roster"),
            (reply(200, {"members": 1}), "not_a_roster"),
            (reply(200, b"<html>"), "not_json"),
        ],
    )
    def test_each_roster_that_is_none_has_its_code(
        self, course: PlatformCourse, answer: Any, code: str
    ) -> None:
        assert examine(course, memberships=answer)["roster"].code == code

    def test_without_a_course_there_is_nothing_to_read(self, course: PlatformCourse) -> None:
        change(course, LtiContext, nrps_url=None)
        found = examine(course)["roster"]

        assert (found.outcome, found.code) == (Outcome.UNSURE, "no_course")


class TestLaunches:
    def keep(self, course: PlatformCourse, *errors: Code | None) -> Finding:
        for error in errors:
            checks = LaunchChecks("launch", platform_id=course.account.platform_id)
            with course.database.writing() as session:
                refusal = NotAuthentic(error) if error else None
                diagnostics.record(session, checks, course.clock.wait(minutes=1), refusal)
        return examine(course)["launches"]

    def test_none_yet_is_no_fault(self, course: PlatformCourse) -> None:
        assert self.keep(course).code == "none_yet"

    def test_a_last_one_that_came_in_is_good(self, course: PlatformCourse) -> None:
        found = self.keep(course, Code.CLOCK, None)

        assert (found.outcome, found.detail["refused"]) == (Outcome.GOOD, "1")
        assert doctor.figures_of(found) == "1/2 ✗"

    def test_without_a_refusal_there_is_nothing_to_count(self, course: PlatformCourse) -> None:
        assert doctor.figures_of(self.keep(course, None)) == ""

    def test_a_last_one_refused_is_explained_as_on_the_admin_page(
        self, course: PlatformCourse
    ) -> None:
        assert "NTP" in doctor.words_for(self.keep(course, None, Code.CLOCK))

    def test_logins_that_never_came_back_point_to_the_redirect_address(
        self, course: PlatformCourse
    ) -> None:
        with course.database.writing() as session:
            login = LaunchChecks("login", platform_id=course.account.platform_id)
            diagnostics.record(session, login, course.clock())
        waiting = self.keep(course)
        course.clock.wait(minutes=10)
        found = self.keep(course)

        assert waiting.code == "none_yet"
        assert (found.outcome, found.code) == (Outcome.UNSURE, "unanswered")
        assert "redirect address" in doctor.words_for(found)
        assert doctor.figures_of(found) == "1"


class TestWords:
    def test_every_finding_of_a_service_has_words(self) -> None:
        for code in service_texts.WORDS:
            words = str(service_texts.for_problem(code))
            assert words != code
            assert words[0].isupper()

    def test_an_http_status_is_said(self) -> None:
        assert "HTTP 502" in str(service_texts.for_problem("status_502"))

    def test_an_unknown_code_is_shown_as_it_is(self) -> None:
        assert service_texts.for_problem("something_new") == "something_new"

    def test_what_is_refused_by_address_names_no_address(self) -> None:
        finding = Finding("key_set", Outcome.BAD, "address_not_public")
        assert LMS not in doctor.words_for(finding)
