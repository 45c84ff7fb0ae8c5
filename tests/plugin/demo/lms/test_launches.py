"""The launch of the demo LMS is Moodle's, step by step."""

import json
import re
from html import unescape
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient

from lti.launch.claims import Role, read_launch
from plugin.demo.lms.claims import CLAIM, DEEP_LINKING
from plugin.demo.lms.site import Site
from tests.plugin.demo.lms.conftest import LMS, TOOL, ToolKey

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Return where the page's form goes, and its hidden fields."""
    action = re.search(r'method="post" action="([^"]*)"', page)
    fields = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', page)
    assert action is not None
    return unescape(action[1]), {name: unescape(value) for name, value in fields}


def begin(browser: FlaskClient, person: str = "101", **query: str) -> dict[str, str]:
    """Open the activity as a person and return the fields of the login initiation."""
    browser.get("/course/2/activity/1", query_string={"user": person})
    page = browser.get("/mod/lti/launch.php", query_string={"id": 1, **query})
    return form_of(page.text)[1]


def request_for(initiation: dict[str, str], **changes: str | None) -> dict[str, str]:
    """Return what a good tool asks of the authorisation endpoint."""
    asked = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": initiation["client_id"],
        "redirect_uri": f"{TOOL}/lti/launch",
        "login_hint": initiation["login_hint"],
        "lti_message_hint": initiation["lti_message_hint"],
        "nonce": "n-1",
        "state": "s-1",
    }
    return {name: value for name, value in (asked | changes).items() if value is not None}


def launch(browser: FlaskClient, key: rsa.RSAPrivateKey, person: str) -> dict[str, Any]:
    """Launch as a person and return the checked claims."""
    page = browser.get("/mod/lti/auth.php", query_string=request_for(begin(browser, person)))
    token = form_of(page.text)[1]["id_token"]
    return jwt.decode(token, key.public_key(), ["RS256"], audience="columna-demo")


class TestLoginInitiation:
    def test_it_posts_moodles_six_fields_to_the_tool(self, browser: FlaskClient) -> None:
        browser.get("/course/2/activity/1?user=101")
        action, fields = form_of(browser.get("/mod/lti/launch.php?id=1").text)

        assert action == f"{TOOL}/lti/login"
        assert set(json.loads(fields.pop("lti_message_hint"))) == {"cmid", "launchid"}
        assert fields == {
            "iss": LMS,
            "target_link_uri": f"{TOOL}/lti/launch",
            "login_hint": "101",
            "client_id": "columna-demo",
            "lti_deployment_id": "1",
        }

    def test_nobody_launches_without_being_signed_in(self, browser: FlaskClient) -> None:
        assert browser.get("/mod/lti/launch.php?id=1").status_code == 403

    def test_a_tool_that_was_not_activated_is_not_launched(
        self, browser: FlaskClient, site: Site
    ) -> None:
        browser.get("/course/2/activity/1?user=101")
        site._active_tools.clear()

        assert browser.get("/mod/lti/launch.php?id=1").status_code == 403


class TestAuthorisation:
    def test_the_answer_is_posted_to_the_registered_address_with_the_state(
        self, browser: FlaskClient
    ) -> None:
        page = browser.get("/mod/lti/auth.php", query_string=request_for(begin(browser)))
        action, fields = form_of(page.text)

        assert action == f"{TOOL}/lti/launch"
        assert fields["state"] == "s-1"

    def test_a_hint_works_once(self, browser: FlaskClient) -> None:
        asked = request_for(begin(browser))
        first = browser.get("/mod/lti/auth.php", query_string=asked)
        second = browser.get("/mod/lti/auth.php", query_string=asked)

        assert (first.status_code, second.status_code) == (200, 400)

    def test_another_browser_cannot_use_the_hint(self, browser: FlaskClient, platform: Any) -> None:
        asked = request_for(begin(browser))
        stranger = platform.test_client()

        once_more = {**asked, "repost": "1"}

        assert stranger.get("/mod/lti/auth.php", query_string=asked).status_code == 200
        assert stranger.post("/mod/lti/auth.php", data=once_more).status_code == 400

    def test_who_comes_without_the_cookie_is_sent_once_more_from_our_own_page(
        self, browser: FlaskClient, platform: Any
    ) -> None:
        asked = request_for(begin(browser))
        page = platform.test_client().get("/mod/lti/auth.php", query_string=asked)
        action, fields = form_of(page.text)

        assert (action, fields) == ("/mod/lti/auth.php", {**asked, "repost": "1"})
        assert "id_token" in form_of(browser.post(action, data=fields).text)[1]

    @pytest.mark.parametrize("uri", [f"{TOOL}/lti/launch/", f"{TOOL}/lti/launch?module=1", TOOL])
    def test_the_redirect_uri_must_be_exactly_a_registered_one(
        self, browser: FlaskClient, uri: str
    ) -> None:
        asked = request_for(begin(browser), redirect_uri=uri)

        assert browser.get("/mod/lti/auth.php", query_string=asked).status_code == 400

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"response_mode": "query"}, "invalid_request"),
            ({"response_mode": None}, "invalid_request"),
            ({"prompt": "login"}, "invalid_request"),
            ({"nonce": None}, "invalid_request"),
            ({"scope": "openid profile"}, "invalid_scope"),
            ({"response_type": "code"}, "unsupported_response_type"),
            ({"client_id": "another"}, "unauthorized_client"),
            ({"login_hint": "102"}, "access_denied"),
        ],
    )
    def test_a_wrong_request_is_answered_with_an_error_and_no_token(
        self, browser: FlaskClient, change: dict[str, str | None], error: str
    ) -> None:
        asked = request_for(begin(browser), **change)
        fields = form_of(browser.get("/mod/lti/auth.php", query_string=asked).text)[1]

        assert fields["error"] == error
        assert "id_token" not in fields


class TestClaims:
    def test_a_token_lives_sixty_seconds_and_names_its_subject_as_text(
        self, browser: FlaskClient, platform_key: rsa.RSAPrivateKey
    ) -> None:
        claims = launch(browser, platform_key, "101")

        assert claims["exp"] - claims["iat"] == 60
        assert claims["sub"] == "101"
        assert "azp" not in claims

    @pytest.mark.parametrize(
        ("person", "roles"),
        [
            ("101", [f"{MEMBERSHIP}#Learner"]),
            ("11", [f"{MEMBERSHIP}#Instructor"]),
            ("21", [f"{MEMBERSHIP}#Instructor"]),
            (
                "2",
                [
                    f"{MEMBERSHIP}#Instructor",
                    "urn:lti:sysrole:ims/lis/Administrator",
                    "urn:lti:instrole:ims/lis/Administrator",
                ],
            ),
        ],
    )
    def test_roles_are_spelt_as_moodle_spells_them_at_launch(
        self, browser: FlaskClient, platform_key: rsa.RSAPrivateKey, person: str, roles: list[str]
    ) -> None:
        assert launch(browser, platform_key, person)[f"{CLAIM}/roles"] == roles

    @pytest.mark.parametrize(
        ("person", "role"),
        [("101", Role.PATIENT), ("11", Role.STAFF), ("21", Role.STAFF), ("2", Role.ADMIN)],
    )
    def test_the_tool_reads_them(
        self, browser: FlaskClient, platform_key: rsa.RSAPrivateKey, person: str, role: Role
    ) -> None:
        read = read_launch(launch(browser, platform_key, person))

        assert read.role is role
        assert read.custom["place"] == "programme"
        assert read.nrps_url == (
            f"{LMS}/mod/lti/services.php/CourseSection/2/bindings/1/memberships"
        )
        assert read.grades is not None
        assert read.grades.lineitems_url == f"{LMS}/mod/lti/services.php/2/lineitems?type_id=1"

    def test_the_locale_is_the_persons_own_until_the_site_is_switched(
        self, browser: FlaskClient, platform_key: rsa.RSAPrivateKey
    ) -> None:
        presentation = f"{CLAIM}/launch_presentation"
        assert launch(browser, platform_key, "101")[presentation]["locale"] == "es_mx"
        assert launch(browser, platform_key, "102")[presentation]["locale"] == "en"
        browser.get("/user/language/es")
        assert launch(browser, platform_key, "102")[presentation]["locale"] == "es_mx"

    def test_a_full_page_launch_says_frame_as_moodle_does_on_phones(
        self, browser: FlaskClient, platform_key: rsa.RSAPrivateKey
    ) -> None:
        asked = request_for(begin(browser, container="top"))
        page = browser.get("/mod/lti/auth.php", query_string=asked)
        claims = jwt.decode(
            form_of(page.text)[1]["id_token"],
            platform_key.public_key(),
            ["RS256"],
            audience="columna-demo",
        )

        assert claims[f"{CLAIM}/launch_presentation"]["document_target"] == "frame"

    def test_the_return_address_leads_to_the_course(
        self, browser: FlaskClient, platform_key: rsa.RSAPrivateKey
    ) -> None:
        claims = launch(browser, platform_key, "101")
        address = claims[f"{CLAIM}/launch_presentation"]["return_url"]

        page = browser.get(address.removeprefix(LMS)).text

        assert "sesskey=" in address
        assert 'href="/course/2"' in page


class TestContentSelection:
    def start(self, browser: FlaskClient, key: rsa.RSAPrivateKey) -> dict[str, Any]:
        browser.get("/course/2/activity/1?user=11")
        page = browser.get("/mod/lti/contentitem.php?course=2&tool=columna-demo")
        asked = request_for(form_of(page.text)[1])
        answer = browser.get("/mod/lti/auth.php", query_string=asked)
        token = form_of(answer.text)[1]["id_token"]
        return jwt.decode(token, key.public_key(), ["RS256"], audience="columna-demo")

    def test_the_request_is_a_deep_linking_request_without_data(
        self, browser: FlaskClient, platform_key: rsa.RSAPrivateKey
    ) -> None:
        claims = self.start(browser, platform_key)
        read = read_launch(claims)

        assert read.deep_linking is not None
        assert read.deep_linking.accept_multiple
        assert read.deep_linking.data is None
        assert read.nrps_url is None

    def test_a_non_editing_teacher_is_stopped_before_the_tool(self, browser: FlaskClient) -> None:
        browser.get("/course/2/activity/1?user=21")
        page = browser.get("/mod/lti/contentitem.php?course=2&tool=columna-demo")

        assert page.status_code == 403

    def test_what_the_tool_offers_is_placed_in_the_course(
        self,
        browser: FlaskClient,
        platform_key: rsa.RSAPrivateKey,
        tool_key: ToolKey,
        site: Site,
    ) -> None:
        claims = self.start(browser, platform_key)
        settings = claims[f"{DEEP_LINKING}/deep_linking_settings"]
        items = [
            {"type": "ltiResourceLink", "title": "Módulo 1", "custom": {"module": "core"}},
            {"type": "ltiResourceLink", "title": "Avance", "lineItem": {"scoreMaximum": 100}},
        ]
        answer = tool_key.assertion(**{f"{DEEP_LINKING}/content_items": items})
        address = settings["deep_link_return_url"].removeprefix(LMS)

        # The browser comes from the tool's site: its Lax cookie does not come along.
        page = browser.application.test_client().post(address, data={"JWT": answer})

        assert page.status_code == 200
        assert [a.title for a in site.activities("2")] == ["Columna", "Módulo 1", "Avance"]
        assert [column.label for column in site.gradebook.of_course("2")] == ["Avance"]

    def test_an_answer_that_the_tool_did_not_sign_is_refused(
        self, browser: FlaskClient, platform_key: rsa.RSAPrivateKey, site: Site
    ) -> None:
        settings = self.start(browser, platform_key)[f"{DEEP_LINKING}/deep_linking_settings"]
        stranger = ToolKey(rsa.generate_private_key(65537, 2048))
        items = {f"{DEEP_LINKING}/content_items": [{"type": "ltiResourceLink", "title": "x"}]}
        page = browser.post(
            settings["deep_link_return_url"].removeprefix(LMS),
            data={"JWT": stranger.assertion(**items)},
        )

        assert page.status_code == 400
        assert len(site.activities("2")) == 1
