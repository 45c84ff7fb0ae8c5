"""Access tokens are reused, renewed once, and asked for with an assertion nobody can misuse."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

from lti import keys
from lti.services.tokens import (
    LARGEST,
    AccessTokens,
    Account,
    ServiceClient,
    ServiceProblem,
    send,
    service_http,
    signer,
)
from tests.lti.cases import Saw
from tests.lti.services_kit import (
    NOW,
    Clock,
    FakeHttp,
    PlatformCourse,
    make_course,
    make_database,
    reply,
    sign,
    tool_key,
)

SCOPES = ("scope/b", "scope/a")
ACCOUNT = Account(uuid.uuid4(), "client", "https://lms.example/token", "https://lms.example/token")
GOOD = {"access_token": "t-1", "expires_in": 3600}


@pytest.fixture
def course(tmp_path: Path) -> PlatformCourse:
    return make_course(tmp_path)


def tokens_with(*answers: Any, clock: Clock | None = None) -> tuple[AccessTokens, FakeHttp]:
    http = FakeHttp(*answers)
    return AccessTokens(http, sign, clock or Clock()), http


def assertion_of(http: FakeHttp, number: int = 0) -> str:
    return str(http.asked[number][2]["data"]["client_assertion"])


class TestCase77:
    """Our key set: during a rotation both keys are published, private parts never."""

    def test_case_77_both_keys_are_published_during_a_rotation(
        self, tmp_path: Path, saw: Saw
    ) -> None:
        database = make_database(tmp_path)
        with database.writing() as session:
            keys.ensure(session, NOW)
            old = keys.key_set(session, NOW)["keys"][0]["kid"]
            new = keys.rotate(session, NOW)
            published = {key["kid"] for key in keys.key_set(session, NOW)["keys"]}

        assert published == {old, new}
        saw("both published")

    def test_case_77_private_parts_are_never_published(self, tmp_path: Path, saw: Saw) -> None:
        database = make_database(tmp_path)
        with database.writing() as session:
            keys.ensure(session, NOW)
            keys.rotate(session, NOW)
            names = {name for key in keys.key_set(session, NOW)["keys"] for name in key}

        assert names == {"kty", "use", "alg", "kid", "n", "e"}
        saw(" ".join(sorted(names)))


class TestCase78:
    """Our client assertion: kid, aud = token URL, jti unique, exp at most five minutes."""

    def test_case_78_it_has_a_kid_and_names_the_token_address(self, saw: Saw) -> None:
        tokens, http = tokens_with(reply(body=GOOD))
        tokens.get(ACCOUNT, SCOPES)
        claims = jwt.decode(
            assertion_of(http),
            tool_key().public_key(),
            ["RS256"],
            audience="https://lms.example/token",
            options={"verify_exp": False, "verify_iat": False},
        )

        assert jwt.get_unverified_header(assertion_of(http))["kid"] == "tool-key"
        assert claims["iss"] == claims["sub"] == "client"
        assert claims["exp"] - NOW.timestamp() <= 300
        assert claims["iat"] <= NOW.timestamp()
        saw(f"kid, aud, life {round(claims['exp'] - NOW.timestamp())} s")

    def test_case_78_each_has_its_own_jti(self) -> None:
        tokens, http = tokens_with(reply(body=GOOD))
        for _time in range(2):
            tokens.get(ACCOUNT, SCOPES)
            tokens.forget(ACCOUNT, SCOPES)
        ids = {
            jwt.decode(assertion_of(http, n), options={"verify_signature": False})["jti"]
            for n in range(2)
        }

        assert len(ids) == 2

    def test_case_78_another_audience_is_used_where_the_platform_wants_it(self) -> None:
        account = Account(ACCOUNT.platform_id, "client", ACCOUNT.token_url, "https://auth.example")
        tokens, http = tokens_with(reply(body=GOOD))
        tokens.get(account, SCOPES)
        claims = jwt.decode(assertion_of(http), options={"verify_signature": False})

        assert claims["aud"] == "https://auth.example"

    def test_case_78_the_signer_uses_the_tools_own_key(self, tmp_path: Path) -> None:
        database = make_database(tmp_path)
        with database.writing() as session:
            keys.ensure(session, NOW)
            published = keys.key_set(session, NOW)["keys"][0]
        token = signer(database, Clock())({"iss": "client"})

        key = jwt.PyJWK(published).key
        assert jwt.get_unverified_header(token)["kid"] == published["kid"]
        assert jwt.decode(token, key, ["RS256"]) == {"iss": "client"}


class TestCache:
    def test_a_token_is_kept_until_a_minute_before_its_end(self) -> None:
        clock = Clock()
        tokens, http = tokens_with(reply(body=GOOD), clock=clock)
        tokens.get(ACCOUNT, SCOPES)
        clock.wait(seconds=3539)
        tokens.get(ACCOUNT, SCOPES)
        assert len(http.asked) == 1
        clock.wait(seconds=1)
        tokens.get(ACCOUNT, SCOPES)
        assert len(http.asked) == 2

    def test_the_order_of_scopes_makes_no_difference(self) -> None:
        tokens, http = tokens_with(reply(body=GOOD))
        tokens.get(ACCOUNT, ("a", "b"))
        tokens.get(ACCOUNT, ("b", "a"))

        assert len(http.asked) == 1

    def test_other_scopes_get_another_token(self) -> None:
        tokens, http = tokens_with(reply(body=GOOD))
        tokens.get(ACCOUNT, ("a",))
        tokens.get(ACCOUNT, ("a", "b"))

        assert len(http.asked) == 2

    def test_two_registrations_at_one_platform_never_share_a_token(self) -> None:
        other = Account(uuid.uuid4(), "other", ACCOUNT.token_url, ACCOUNT.audience)
        tokens, _http = tokens_with(reply(body=GOOD), reply(body=GOOD | {"access_token": "t-2"}))

        assert tokens.get(ACCOUNT, SCOPES) == "t-1"
        assert tokens.get(other, SCOPES) == "t-2"

    @pytest.mark.parametrize("life", [10, "soon", None, -5])
    def test_a_strange_life_is_survived(self, life: Any) -> None:
        tokens, http = tokens_with(reply(body=GOOD | {"expires_in": life}))
        tokens.get(ACCOUNT, SCOPES)
        tokens.get(ACCOUNT, SCOPES)

        assert len(http.asked) == 1


class TestRefusals:
    def test_moodles_own_word_is_kept(self) -> None:
        tokens, _http = tokens_with(reply(400, {"error": "invalid_client"}))
        with pytest.raises(ServiceProblem) as problem:
            tokens.get(ACCOUNT, SCOPES)

        assert (problem.value.code, problem.value.hint) == ("token_refused", "invalid_client")
        assert not problem.value.retry

    def test_a_service_that_is_not_switched_on_is_no_fault_of_our_signature(self) -> None:
        tokens, _http = tokens_with(reply(400, {"error": "invalid_scope"}))
        with pytest.raises(ServiceProblem) as problem:
            tokens.get(ACCOUNT, SCOPES)

        assert problem.value.code == "service_off"

    @pytest.mark.parametrize("body", [b"<html>", {"token": "x"}, [], {"access_token": ""}])
    def test_an_answer_without_token_is_a_problem(self, body: Any) -> None:
        tokens, _http = tokens_with(reply(body=body))
        with pytest.raises(ServiceProblem):
            tokens.get(ACCOUNT, SCOPES)

    def test_a_silent_platform_can_be_asked_again_later(self) -> None:
        tokens, _http = tokens_with(requests.ConnectTimeout("https://lms.example/?secret"))
        with pytest.raises(ServiceProblem) as problem:
            tokens.get(ACCOUNT, SCOPES)

        assert (problem.value.code, problem.value.retry) == ("timeout", True)
        assert "secret" not in repr(problem.value)
        assert problem.value.__cause__ is None


class TestCase79:
    """A service answers 401 in mid-use: one refresh, then give up and queue."""

    ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

    def call(self, course: PlatformCourse) -> int:
        with course.database.reading() as session:
            from lti.models import LtiContext

            url = session.get_one(LtiContext, course.course_id).nrps_url or ""
        return course.client.call(course.account, "GET", url, (self.ROSTER,)).status

    def test_case_79_a_withdrawn_token_is_renewed_once(
        self, course: PlatformCourse, saw: Saw
    ) -> None:
        assert self.call(course) == 200
        course.site.access.forget_tokens()

        assert self.call(course) == 200
        assert len(course.asked("token.php")) == 2
        saw("renewed once")

    def test_case_79_a_second_401_is_named_and_can_be_tried_later(
        self, tmp_path: Path, saw: Saw
    ) -> None:
        course = make_course(tmp_path, strips_authorization=True)
        with pytest.raises(ServiceProblem) as problem:
            self.call(course)

        assert (problem.value.code, problem.value.retry) == ("authorization_lost", True)
        assert len(course.asked("token.php")) == 2
        assert len(course.asked("memberships")) == 2
        saw(f"then {problem.value.code}")


class TestSend:
    def test_a_request_names_its_sender_and_has_limits(self) -> None:
        http = FakeHttp(reply())
        send(http, "GET", "https://lms.example/")
        options = http.asked[0][2]

        assert options["headers"]["User-Agent"]
        assert options["timeout"] == (5.0, 15.0)
        assert options["allow_redirects"] is False

    def test_an_endless_answer_is_cut_off(self) -> None:
        http = FakeHttp(reply(body=b"x" * (LARGEST + 1)))
        with pytest.raises(ServiceProblem, match="too_big"):
            send(http, "GET", "https://lms.example/")

    def test_a_body_is_sent_as_json_of_the_named_type(self) -> None:
        http = FakeHttp(reply())
        tokens, _other = tokens_with(reply(body=GOOD))
        ServiceClient(http, tokens).call(
            ACCOUNT, "POST", "https://lms.example/", SCOPES, body={"a": 1}, content_type="x/y+json"
        )
        options = http.asked[0][2]

        assert options["data"] == b'{"a": 1}'
        assert options["headers"]["Content-Type"] == "x/y+json"
        assert options["headers"]["Authorization"] == "Bearer t-1"

    def test_a_forbidden_address_is_a_problem_without_retry(self) -> None:
        with pytest.raises(ServiceProblem, match="address_not_public") as problem:
            send(service_http(), "GET", "http://169.254.169.254/latest/meta-data")

        assert not problem.value.retry

    def test_the_clock_of_the_cache_is_the_one_given(self) -> None:
        clock = Clock()
        tokens, _http = tokens_with(reply(body=GOOD), clock=clock)
        tokens.get(ACCOUNT, SCOPES)
        kept = next(iter(tokens._tokens.values()))

        assert kept.good_until == NOW + timedelta(seconds=3540)
