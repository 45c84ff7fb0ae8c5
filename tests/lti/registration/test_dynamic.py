"""Dynamic registration: by a one-time link, from one host, and inactive until approved."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from flask_babel import Babel
from sqlalchemy import select

from lti.http import Gate, GuardedHttp
from lti.models import Deployment, Platform, PlatformKeySet, Standing
from lti.registration import invites
from lti.registration.dynamic import (
    TOOL_CONFIGURATION,
    RegistrationRefused,
    ToolProfile,
    introduction,
    read_configuration,
    register,
)
from lti.registration.models import RegistrationInvite
from lti.registration.views import WORDS, create_view
from modules.records.db import Database
from plugin.demo.lms import create_platform, demo_config
from tests.lti.cases import Saw
from tests.lti.services_kit import LMS, PEOPLE, TOOL, Clock, FakeHttp, make_database, reply
from tests.plugin.demo.lms.transport import session_for

OPENID = f"{LMS}/mod/lti/openid-configuration.php"
PROFILE = ToolProfile(TOOL)
CONFIGURATION = {
    "issuer": "https://lms.example",
    "authorization_endpoint": "https://lms.example/auth",
    "token_endpoint": "https://lms.example/token",
    "jwks_uri": "https://lms.example/certs",
    "registration_endpoint": "https://lms.example/register",
    "id_token_signing_alg_values_supported": ["RS256"],
}
URL = "https://lms.example/openid-configuration"
ANSWER = {"client_id": "abc", TOOL_CONFIGURATION: {"deployment_id": "7"}}


@dataclass
class Office:
    """The tool's side of a registration."""

    database: Database
    clock: Clock

    def invite(self, **options: Any) -> str:
        with self.database.writing() as session:
            return invites.invite(session, self.clock.now, **options)

    def register(self, http: Any, secret: str, url: str = URL, token: str = "t") -> Any:
        return register(
            self.database,
            http,
            PROFILE,
            secret=secret,
            configuration_url=url,
            registration_token=token,
            now=self.clock.now,
        )

    def platforms(self) -> list[Platform]:
        with self.database.reading() as session:
            return list(session.scalars(select(Platform)))

    def deployments(self) -> list[Deployment]:
        with self.database.reading() as session:
            return list(session.scalars(select(Deployment)))

    def is_open(self, secret: str) -> bool:
        with self.database.reading() as session:
            return invites.is_open(session, secret, self.clock.now)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(make_database(tmp_path), Clock())


@pytest.fixture
def lms() -> Flask:
    return create_platform(demo_config(LMS, TOOL, people=PEOPLE))


def good() -> FakeHttp:
    return FakeHttp(reply(body=CONFIGURATION), reply(body=ANSWER))


def code_of(action: Callable[[], Any]) -> RegistrationRefused:
    with pytest.raises(RegistrationRefused) as refusal:
        action()
    return refusal.value


class TestIntroduction:
    def test_the_domain_includes_the_port(self) -> None:
        lti = introduction(PROFILE)[TOOL_CONFIGURATION]

        assert lti["domain"] == "localhost:8000"
        assert urlsplit(lti["target_link_uri"]).netloc == lti["domain"]

    def test_the_name_is_asked_for_and_the_address_is_not(self) -> None:
        claims = introduction(PROFILE)[TOOL_CONFIGURATION]["claims"]

        assert "name" in claims
        assert "email" not in claims

    def test_there_is_one_redirect_address(self) -> None:
        assert introduction(PROFILE)["redirect_uris"] == [f"{TOOL}/lti/launch"]


class TestWithTheDemoLms:
    """The whole registration against a platform with Moodle's rules."""

    def token(self, lms: Flask) -> str:
        return str(lms.extensions["lms"].access.registration_token())

    def test_a_platform_registers_and_waits(self, office: Office, lms: Flask) -> None:
        http = session_for({LMS: lms})
        result = office.register(http, office.invite(label="Campus"), OPENID, self.token(lms))
        [platform], [deployment] = office.platforms(), office.deployments()

        assert platform.status is Standing.PENDING
        assert deployment.status is Standing.PENDING
        assert (platform.issuer, platform.client_id) == (LMS, result.client_id)
        assert platform.auth_login_url == f"{LMS}/mod/lti/auth.php"
        assert platform.auth_token_url == f"{LMS}/mod/lti/token.php"
        assert platform.jwks_url == f"{LMS}/mod/lti/certs.php"
        assert platform.product_family == "moodle"
        assert platform.name == "Campus"
        assert deployment.deployment_id == "2"

    def test_the_platform_keeps_what_we_said(self, office: Office, lms: Flask) -> None:
        http = session_for({LMS: lms})
        result = office.register(http, office.invite(), OPENID, self.token(lms))
        tool = lms.extensions["lms"].tool(result.client_id)

        assert tool.redirect_uris == (f"{TOOL}/lti/launch",)
        assert tool.login_url == f"{TOOL}/lti/login"
        assert tool.share_name
        assert not tool.share_email
        assert not lms.extensions["lms"].is_active(tool)

    def test_two_registrations_of_one_site_are_two_clients(
        self, office: Office, lms: Flask
    ) -> None:
        http = session_for({LMS: lms})
        for _time in range(2):
            office.register(http, office.invite(), OPENID, self.token(lms))
        first, second = office.platforms()

        assert first.issuer == second.issuer
        assert first.client_id != second.client_id

    def test_case_75_a_used_token_is_named(self, office: Office, lms: Flask, saw: Saw) -> None:
        http, token = session_for({LMS: lms}), self.token(lms)
        office.register(http, office.invite(), OPENID, token)
        secret = office.invite()
        refusal = code_of(lambda: office.register(http, secret, OPENID, token))

        assert refusal.code == "token_already_used"
        assert office.is_open(secret)
        saw(refusal.code)

    def test_case_75_a_dropped_authorization_header_is_named(
        self, office: Office, saw: Saw
    ) -> None:
        config = replace(demo_config(LMS, TOOL, people=PEOPLE), strips_authorization=True)
        lms = create_platform(config)
        refusal = code_of(
            lambda: office.register(
                session_for({LMS: lms}), office.invite(), OPENID, self.token(lms)
            )
        )

        assert refusal.code == "authorization_lost"
        assert "Authorization" in str(WORDS["authorization_lost"]._args)
        saw(refusal.code)

    def test_a_domain_without_port_would_be_refused(self, lms: Flask) -> None:
        said = introduction(PROFILE)
        said[TOOL_CONFIGURATION]["domain"] = "localhost"
        answer = lms.test_client().post(
            "/mod/lti/openid-registration.php",
            json=said,
            headers={"Authorization": f"Bearer {self.token(lms)}"},
        )

        assert (answer.status_code, answer.text) == (400, "domain_targetlinkuri_mismatch")


class TestCase73:
    """Issuer and endpoints lie on the host of the configuration."""

    @pytest.mark.parametrize(
        "issuer",
        [
            "https://other.example",
            "http://lms.example",
            "https://lms.example:8443",
            "https://lms.example.evil.example",
            "https://lms.example@evil.example",
            "not an address",
        ],
    )
    def test_case_73_an_issuer_elsewhere_is_refused(self, issuer: str, saw: Saw) -> None:
        http = FakeHttp(reply(body=CONFIGURATION | {"issuer": issuer}))
        refusal = code_of(lambda: read_configuration(http, URL))

        assert refusal.status == 400
        assert refusal.code in ("issuer_elsewhere", "address_malformed")
        saw(f"{refusal.status} {refusal.code}")

    @pytest.mark.parametrize(
        "name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"]
    )
    def test_case_73_an_endpoint_elsewhere_is_refused(self, name: str, saw: Saw) -> None:
        http = FakeHttp(reply(body=CONFIGURATION | {name: "https://evil.example/x"}))
        refusal = code_of(lambda: read_configuration(http, URL))

        assert (refusal.code, refusal.status) == ("endpoint_elsewhere", 400)
        saw(f"{refusal.status} {refusal.code}")

    @pytest.mark.parametrize("name", [name for name in CONFIGURATION if name[:2] != "id"])
    @pytest.mark.parametrize("value", [None, "", 7, "x" * 3000])
    def test_case_73_everything_needed_must_be_there(self, name: str, value: Any) -> None:
        http = FakeHttp(reply(body=CONFIGURATION | {name: value}))
        refusal = code_of(lambda: read_configuration(http, URL))

        assert (refusal.code, refusal.detail) == ("configuration_incomplete", name)

    def test_case_73_a_default_port_is_the_same_host(self) -> None:
        offer = read_configuration(
            FakeHttp(reply(body=CONFIGURATION)), "https://lms.example:443/openid-configuration"
        )

        assert offer.issuer == "https://lms.example"

    def test_case_73_nothing_is_stored(self, office: Office) -> None:
        http = FakeHttp(reply(body=CONFIGURATION | {"issuer": "https://other.example"}))
        code_of(lambda: office.register(http, office.invite()))

        assert office.platforms() == []
        assert len(http.asked) == 1


class TestCase74:
    """Without an administrator's one-time link nothing happens; what comes of it waits."""

    @pytest.mark.parametrize("secret", ["", "guessed", "x" * 5000])
    def test_case_74_an_unknown_link_is_refused_before_anything_is_asked(
        self, office: Office, secret: str
    ) -> None:
        http = good()
        refusal = code_of(lambda: office.register(http, secret))

        assert (refusal.code, refusal.status) == ("invite", 403)
        assert http.asked == []

    def test_case_74_a_link_works_once(self, office: Office) -> None:
        secret = office.invite()
        office.register(good(), secret)

        assert code_of(lambda: office.register(good(), secret)).status == 403

    def test_case_74_a_link_ends(self, office: Office) -> None:
        secret = office.invite(life=timedelta(hours=1))
        office.clock.wait(hours=1)

        assert code_of(lambda: office.register(good(), secret)).status == 403

    def test_case_74_a_failure_gives_the_link_back(self, office: Office) -> None:
        secret = office.invite()
        code_of(lambda: office.register(FakeHttp(requests.ConnectionError()), secret))

        assert office.register(good(), secret).client_id == "abc"

    def test_case_74_two_at_once_do_not_both_use_it(self, office: Office) -> None:
        secret = office.invite()

        class Meanwhile(FakeHttp):
            def request(inner, method: str, url: str, **options: Any) -> requests.Response:  # noqa: N805
                second = code_of(lambda: office.register(good(), secret))
                assert second.status == 403
                return super().request(method, url, **options)

        office.register(Meanwhile(reply(body=CONFIGURATION), reply(body=ANSWER)), secret)

        assert len(office.platforms()) == 1

    def test_case_74_only_the_hash_of_the_secret_is_kept(self, office: Office) -> None:
        secret = office.invite()
        with office.database.reading() as session:
            row = session.scalars(select(RegistrationInvite)).one()

        assert secret not in str(vars(row))

    def test_case_74_a_new_registration_is_inactive(self, office: Office, saw: Saw) -> None:
        office.register(good(), office.invite())

        assert office.platforms()[0].status is Standing.PENDING
        assert office.deployments()[0].status is Standing.PENDING
        saw("waits for approval")


class TestCase75:
    """Repetition, used tokens, 401, no client id: each with a clear message."""

    def test_case_75_a_repeated_registration_is_updated_and_waits_again(
        self, office: Office
    ) -> None:
        first = office.register(good(), office.invite())
        with office.database.writing() as session:
            session.get_one(Platform, first.platform_id).status = Standing.ACTIVE
            session.add(PlatformKeySet(platform_id=first.platform_id, keys=[]))
        moved = CONFIGURATION | {"jwks_uri": "https://lms.example/new-certs"}
        http = FakeHttp(reply(body=moved), reply(body=ANSWER))
        second = office.register(http, office.invite())

        assert second.repeated
        assert second.platform_id == first.platform_id
        [platform] = office.platforms()
        assert platform.status is Standing.PENDING
        assert platform.jwks_url == "https://lms.example/new-certs"
        assert len(office.deployments()) == 1
        with office.database.reading() as session:
            assert session.scalars(select(PlatformKeySet)).all() == []

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (reply(401, {"error": "missing_registration_token"}), "authorization_lost"),
            (reply(401, b"Unauthorized"), "authorization_lost"),
            (reply(401, {"error": "token_already_used"}), "token_already_used"),
            (reply(200, {}), "no_client_id"),
            (reply(200, {"client_id": ""}), "no_client_id"),
            (reply(200, {"client_id": 5}), "no_client_id"),
            (reply(200, []), "no_client_id"),
            (reply(200, b"<html>"), "registration_unreadable"),
            (reply(400, b"domain_targetlinkuri_mismatch"), "platform_refused"),
            (reply(500, b"<html>x</html>", Content_Type="text/html"), "platform_refused"),
        ],
    )
    def test_case_75_every_refusal_has_its_name(
        self, office: Office, answer: requests.Response, code: str
    ) -> None:
        http = FakeHttp(reply(body=CONFIGURATION), answer)
        refusal = code_of(lambda: office.register(http, office.invite()))

        assert refusal.code == code
        assert refusal.status == 400
        assert office.platforms() == []

    def test_case_75_moodles_plain_reason_is_passed_on(self, office: Office) -> None:
        http = FakeHttp(reply(body=CONFIGURATION), reply(400, b"missing_domain"))
        refusal = code_of(lambda: office.register(http, office.invite()))

        assert refusal.detail == "400 missing_domain"

    def test_case_75_an_error_page_is_not(self, office: Office) -> None:
        page = reply(404, b"<html>secret</html>", Content_Type="text/html; charset=utf-8")
        refusal = code_of(
            lambda: office.register(FakeHttp(reply(body=CONFIGURATION), page), office.invite())
        )

        assert refusal.detail == "404"


class TestPage:
    """What the platform shows in its frame."""

    @pytest.fixture
    def http(self) -> FakeHttp:
        return good()

    @pytest.fixture
    def browser(self, office: Office, http: FakeHttp) -> FlaskClient:
        app = Flask("tool", root_path=str(Path(__file__).parent))
        Babel(app)
        bp = Blueprint(
            "lti",
            "lti",
            root_path=str(Path(__file__).parents[3] / "lti"),
            url_prefix="/lti",
            template_folder="templates",
            static_folder="static",
        )
        view = create_view(office.database, http, PROFILE, office.clock)
        bp.add_url_rule("/register", "register", view)
        app.register_blueprint(bp)
        return app.test_client()

    def open(self, browser: FlaskClient, **query: str) -> Any:
        return browser.get("/lti/register", query_string=query)

    def test_success_says_what_is_left_to_do(self, office: Office, browser: FlaskClient) -> None:
        page = self.open(
            browser, invite=office.invite(), openid_configuration=URL, registration_token="t"
        )

        assert page.status_code == 200
        assert "Until then nobody can enter" in page.text

    def test_case_76_the_close_message_goes_to_the_platforms_origin(
        self, office: Office, browser: FlaskClient, saw: Saw
    ) -> None:
        page = self.open(browser, invite=office.invite(), openid_configuration=URL)
        origin = re.search(r'data-close-origin="([^"]*)"', page.text)
        message = re.search(r'data-close-message="([^"]*)"', page.text)
        assert origin is not None
        assert message is not None

        assert origin[1] == "https://lms.example"
        assert json.loads(unescape(message[1])) == {"subject": "org.imsglobal.lti.close"}
        saw(f"to {origin[1]}")

    def test_case_76_the_script_addresses_nobody_else(self) -> None:
        script = Path(__file__).parents[3] / "lti" / "static" / "close-registration.js"

        assert re.findall(r"postMessage\((.*)\)", script.read_text()) == [
            "JSON.parse(button.dataset.closeMessage), button.dataset.closeOrigin"
        ]

    def test_only_the_platform_may_frame_the_page(
        self, office: Office, browser: FlaskClient
    ) -> None:
        page = self.open(browser, invite=office.invite(), openid_configuration=URL)

        assert "frame-ancestors https://lms.example" in page.headers["Content-Security-Policy"]

    @pytest.mark.parametrize("url", ["", "javascript:alert(1)", "https://a;script-src *;/x"])
    def test_a_strange_address_frames_nothing(self, browser: FlaskClient, url: str) -> None:
        page = self.open(browser, invite="x", openid_configuration=url)

        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]

    def test_the_link_opened_by_hand_explains_itself_and_stays_good(
        self, office: Office, browser: FlaskClient, http: FakeHttp
    ) -> None:
        secret = office.invite()
        page = self.open(browser, invite=secret)

        assert page.status_code == 400
        assert "Add LTI Advantage" in page.text
        assert office.is_open(secret)
        assert http.asked == []

    def test_case_74_without_a_link_it_is_403(
        self, browser: FlaskClient, http: FakeHttp, saw: Saw
    ) -> None:
        page = self.open(browser, openid_configuration=URL, registration_token="t")

        assert page.status_code == 403
        assert http.asked == []
        saw(str(page.status_code))

    def test_the_address_is_not_passed_on(self, browser: FlaskClient) -> None:
        page = self.open(browser, invite="x")

        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"

    def test_what_the_platform_says_is_shown_as_text(
        self, office: Office, browser: FlaskClient, http: FakeHttp
    ) -> None:
        http._answers[1] = reply(400, b"<script>alert(1)</script>")
        page = self.open(browser, invite=office.invite(), openid_configuration=URL)

        assert "<script>alert" not in page.text
        assert "&lt;script&gt;" in page.text

    @pytest.mark.parametrize(
        "url", ["https://127.0.0.1/c", "https://[::1]/c", "https://10.0.0.5/c"]
    )
    def test_case_72_an_address_inside_is_refused_with_words(
        self, office: Office, url: str
    ) -> None:
        refusal = code_of(lambda: office.register(GuardedHttp(Gate()), office.invite(), url=url))

        assert refusal.code == "address_not_public"
        assert refusal.code in WORDS


def test_every_reason_has_its_words() -> None:
    source = "".join(
        (Path(__file__).parents[3] / "lti" / name).read_text()
        for name in ("registration/dynamic.py", "http.py", "registration/views.py")
    )
    codes = set(re.findall(r'(?:RegistrationRefused|AddressRefused)\("([a-z_0-9]+)"', source))
    steps = ("configuration", "registration")
    endings = {f"{step}_{end}" for step in steps for end in ("unreachable", "unreadable")}

    assert codes | endings <= set(WORDS)


def test_the_link_is_the_address_to_enter() -> None:
    url = invites.invite_url(TOOL, "s-1")

    assert url.startswith(f"{TOOL}/lti/register?")
    assert parse_qs(urlsplit(url).query) == {"invite": ["s-1"]}
