"""Tokens, roster and gradebook of the demo LMS behave as Moodle's."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from plugin.demo.lms import access
from plugin.demo.lms.config import CourseRole, Person
from plugin.demo.lms.grades import LINE_ITEM, LINE_ITEMS, RESULTS, SCORE
from plugin.demo.lms.roster import MEDIA_TYPE
from plugin.demo.lms.site import LineItem, Site
from tests.plugin.demo.lms.conftest import ToolKey

Token = Callable[..., dict[str, str]]
ROSTER = "/mod/lti/services.php/CourseSection/2/bindings/1/memberships"
ITEMS = "/mod/lti/services.php/2/lineitems"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class TestTokens:
    def ask(self, client: FlaskClient, assertion: str, **changes: str) -> Any:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": access.ASSERTION_TYPE,
            "client_assertion": assertion,
            "scope": access.NRPS_SCOPE,
        }
        return client.post("/mod/lti/token.php", data=form | changes)

    def test_a_good_assertion_gets_an_hour(self, browser: FlaskClient, tool_key: ToolKey) -> None:
        answer = self.ask(browser, tool_key.assertion())

        assert answer.json["expires_in"] == 3600
        assert answer.json["scope"] == access.NRPS_SCOPE

    @pytest.mark.parametrize(
        "change",
        [
            {"aud": "http://127.0.0.1:8100"},
            {"jti": None},
            {"exp": int(time.time()) - 60},
            {"exp": int(time.time()) + 86400},
            {"exp": None},
            {"sub": "another"},
            {"iss": "another"},
        ],
    )
    def test_a_wrong_assertion_is_refused(
        self, browser: FlaskClient, tool_key: ToolKey, change: dict[str, Any]
    ) -> None:
        answer = self.ask(browser, tool_key.assertion(**change))

        assert (answer.status_code, answer.json) == (400, {"error": "invalid_client"})

    def test_an_assertion_works_once(self, browser: FlaskClient, tool_key: ToolKey) -> None:
        assertion = tool_key.assertion()

        assert self.ask(browser, assertion).status_code == 200
        assert self.ask(browser, assertion).status_code == 400

    def test_an_unknown_kid_is_refused(self, browser: FlaskClient, tool_key: ToolKey) -> None:
        assert self.ask(browser, replace(tool_key, kid="x").assertion()).status_code == 400

    def test_a_scope_the_site_does_not_have_is_refused(
        self, browser: FlaskClient, tool_key: ToolKey
    ) -> None:
        answer = self.ask(browser, tool_key.assertion(), scope="openid")

        assert answer.json == {"error": "invalid_scope"}


class TestRoster:
    def get(self, client: FlaskClient, token: Token, query: str = "") -> Any:
        headers = token(access.NRPS_SCOPE) | {"Accept": MEDIA_TYPE}
        return client.get(ROSTER + query, headers=headers)

    def test_a_non_editing_teacher_is_a_learner_here(
        self, browser: FlaskClient, token: Token
    ) -> None:
        members = self.get(browser, token).json["members"]
        roles = {member["user_id"]: member["roles"] for member in members}

        assert roles["21"] == ["Learner"]
        assert roles["11"] == ["Instructor"]
        assert roles["2"] == [
            "Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/person#Administrator",
        ]

    def test_a_next_link_loses_the_role(self, browser: FlaskClient, token: Token) -> None:
        first = self.get(browser, token, "?limit=2&role=Learner")

        assert [member["user_id"] for member in first.json["members"]] == ["101", "102"]
        assert first.headers["Link"] == (
            f'<http://127.0.0.1:8100{ROSTER}?limit=2&from=2>; rel="next"'
        )

    def test_pages_end(self, browser: FlaskClient, token: Token) -> None:
        last = self.get(browser, token, "?limit=2&from=4")

        assert len(last.json["members"]) == 1
        assert "Link" not in last.headers

    def test_a_suspended_person_is_absent(
        self, browser: FlaskClient, token: Token, site: Site
    ) -> None:
        site.add_person("2", Person("101", "Persona", CourseRole.STUDENT, enrolment_active=False))

        ids = [member["user_id"] for member in self.get(browser, token).json["members"]]

        assert "101" not in ids

    def test_accept_is_strict(self, browser: FlaskClient, token: Token) -> None:
        headers = token(access.NRPS_SCOPE) | {"Accept": "application/json"}

        assert browser.get(ROSTER, headers=headers).status_code == 400

    def test_without_a_token_it_is_401(self, browser: FlaskClient) -> None:
        assert browser.get(ROSTER).status_code == 401

    def test_a_token_for_grades_does_not_read_it(self, browser: FlaskClient, token: Token) -> None:
        assert browser.get(ROSTER, headers=token(access.SCORE_SCOPE)).status_code == 401


@pytest.fixture
def column(site: Site) -> LineItem:
    return site.gradebook.add(LineItem(0, "2", "Avance", 50, 1))


class TestScores:
    def post(
        self, platform: Flask, token: Token, column: LineItem, at: datetime = NOON, **changes: Any
    ) -> Any:
        score = {
            "userId": "101",
            "timestamp": at.isoformat(),
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "scoreGiven": 50,
            "scoreMaximum": 100,
        }
        kept = {name: value for name, value in (score | changes).items() if value is not None}
        return platform.test_client().post(
            f"{ITEMS}/{column.number}/lineitem/scores?type_id=1",
            json=kept,
            headers=token(access.SCORE_SCOPE) | {"Content-Type": SCORE},
        )

    def value(self, site: Site, column: LineItem) -> float | None:
        return site.gradebook.cells[column.number, "101"].value

    def test_a_score_is_rescaled_to_the_column(
        self, platform: Flask, token: Token, column: LineItem, site: Site
    ) -> None:
        assert self.post(platform, token, column).status_code == 200
        assert self.value(site, column) == 25

    @pytest.mark.parametrize(
        "later", [timedelta(0), timedelta(seconds=-1), timedelta(milliseconds=9)]
    )
    def test_an_equal_or_older_second_is_a_conflict(
        self, platform: Flask, token: Token, column: LineItem, later: timedelta
    ) -> None:
        self.post(platform, token, column)

        assert self.post(platform, token, column, NOON + later).status_code == 409

    @pytest.mark.parametrize("change", [{"gradingProgress": "Pending"}, {"scoreGiven": None}])
    def test_an_unfinished_score_erases_the_grade(
        self, platform: Flask, token: Token, column: LineItem, site: Site, change: dict[str, Any]
    ) -> None:
        self.post(platform, token, column)
        answer = self.post(platform, token, column, NOON + timedelta(seconds=1), **change)

        assert answer.status_code == 200
        assert self.value(site, column) is None

    @pytest.mark.parametrize("person", ["11", "21", "2", "999"])
    def test_only_students_are_graded(
        self, platform: Flask, token: Token, column: LineItem, person: str
    ) -> None:
        answer = self.post(platform, token, column, userId=person)

        assert (answer.status_code, answer.text) == (400, "Incorrect score received")

    def test_a_teachers_own_grade_stays(
        self, platform: Flask, token: Token, column: LineItem, site: Site
    ) -> None:
        site.gradebook.override(column.number, "101", 33, NOON - timedelta(hours=1))

        assert self.post(platform, token, column).status_code == 200
        assert self.value(site, column) == 33

    def test_results_are_shown_as_stored(
        self, platform: Flask, token: Token, column: LineItem
    ) -> None:
        self.post(platform, token, column)
        answer = platform.test_client().get(
            f"{ITEMS}/{column.number}/lineitem/results?type_id=1",
            headers=token(access.RESULT_SCOPE) | {"Accept": RESULTS},
        )

        assert answer.json[0]["resultScore"] == 25
        assert answer.json[0]["resultMaximum"] == 50


class TestLineItems:
    def test_a_column_made_by_a_tool_is_listed(self, browser: FlaskClient, token: Token) -> None:
        headers = token(access.LINE_ITEM_SCOPE)
        made = browser.post(
            f"{ITEMS}?type_id=1",
            json={"label": "Avance", "scoreMaximum": 100, "tag": "progress"},
            headers=headers | {"Content-Type": LINE_ITEM},
        )
        listed = browser.get(
            f"{ITEMS}?type_id=1&tag=progress", headers=headers | {"Accept": LINE_ITEMS}
        )

        assert made.status_code == 201
        assert listed.json == [made.json]
        assert "resourceLinkId" not in made.json

    def test_putting_less_than_the_whole_uncouples_the_column(
        self, browser: FlaskClient, token: Token, column: LineItem, site: Site
    ) -> None:
        answer = browser.put(
            f"{ITEMS}/{column.number}/lineitem?type_id=1",
            json={"label": "Avance", "scoreMaximum": 50},
            headers=token(access.LINE_ITEM_SCOPE) | {"Content-Type": LINE_ITEM},
        )

        assert answer.status_code == 200
        assert site.gradebook.items[column.number].activity_number is None

    def test_a_limited_listing_has_a_link_nobody_can_parse(
        self, browser: FlaskClient, token: Token, site: Site
    ) -> None:
        for label in ("a", "b"):
            site.gradebook.add(LineItem(0, "2", label, 10))
        headers = token(access.LINE_ITEM_READ_SCOPE) | {"Accept": LINE_ITEMS}
        answer = browser.get(f"{ITEMS}?type_id=1&limit=1", headers=headers)

        assert "&amp;" in answer.headers["Link"]
        assert 'rel="next"' not in answer.headers["Link"]

    def test_a_column_of_an_activity_stays(
        self, browser: FlaskClient, token: Token, site: Site
    ) -> None:
        own = site.gradebook.add(LineItem(0, "2", "Columna", 10, 1, made_by_service=False))
        answer = browser.delete(
            f"{ITEMS}/{own.number}/lineitem?type_id=1", headers=token(access.LINE_ITEM_SCOPE)
        )

        assert answer.status_code == 403
