"""Launches signed by `lti1p3platform`, a platform library that is not ours."""

import urllib.parse
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration
from werkzeug.test import TestResponse

from lti.launch.claims import Role
from lti.models import LaunchSession
from tests.lti.launch_kit import DEEP_TARGET, TARGET, TOOL, ToolAndPlatform
from tests.lti.simulated_platform import INSTRUCTOR, LEARNER, rsa_key

RETURN = "http://moodle.example/deep-link-return"


class Conf(LTI1P3PlatformConfAbstract):
    """One registration, as that library stores it."""

    def init_platform_config(self, **kwargs: Any) -> None:
        key = rsa_key("independent")
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self._registration = (
            Registration()
            .set_iss("http://moodle.example")
            .set_client_id("columna")
            .set_deployment_id("1")
            .set_oidc_login_url(f"{TOOL}/lti/login")
            .set_launch_url(TARGET)
            .set_deeplink_launch_url(DEEP_TARGET)
            .set_platform_private_key(pem)
            .set_platform_public_key(public.decode())
        )

    def get_registration_by_params(self, **kwargs: Any) -> Registration:
        assert self._registration
        return self._registration


class Login(OIDCLoginAbstract):
    """Starts a login; the address is asked by the test's browser."""

    def set_lti_message_hint(self, **kwargs: Any) -> None:
        self._lti_message_hint = kwargs["hint"]

    def get_redirect(self, url: str) -> str:
        return url


class Message(LTIAdvantageMessageLaunchAbstract):
    """Answers with the fields of the form instead of a page."""

    def get_preflight_response(self) -> dict[str, Any]:
        assert isinstance(self._request, dict)
        return self._request

    def render_launch_form(self, launch_data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return launch_data


@pytest.fixture
def conf(lti: ToolAndPlatform) -> Conf:
    """The other library's platform, known to the tool; time is real, because it reads the clock."""
    lti.clock.now = datetime.now(UTC)
    conf = Conf()
    lti.moodle.server.publish(lti.moodle.path, *conf.get_jwks()["keys"])
    return conf


def launch(lti: ToolAndPlatform, conf: Conf, role: str, *, deep: bool = False) -> dict[str, Any]:
    """Log in; return the form its platform would post."""
    login = Login(None, conf)
    login.set_lti_message_hint(hint="7")
    if deep:
        login.set_deeplinking_launch_url()
    url = login.prepare_preflight_url("101")
    asked = lti.browser.get(url.removeprefix(TOOL), base_url=TOOL)
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(asked.location).query))
    message = Message(query, conf)
    message.set_user_data("101", [role], full_name="Persona sintética 01")
    message.set_resource_link_claim("7", title="Columna")
    message.set_launch_context_claim("2", context_title="Lumbar")
    message.set_nrps("http://moodle.example/memberships")
    message.set_ags("http://moodle.example/lineitems")
    if deep:
        message.set_dl(RETURN, "Columna", "", {"ltiResourceLink"})
    return dict(message.lti_launch())


def post(lti: ToolAndPlatform, form: dict[str, Any]) -> TestResponse:
    """Post the form where its platform was told to."""
    assert form["launch_url"] == TARGET
    return lti.post(form["id_token"], form["state"])


@pytest.mark.parametrize(("role", "ours"), [(LEARNER, Role.PATIENT), (INSTRUCTOR, Role.STAFF)])
def test_its_launch_is_accepted(lti: ToolAndPlatform, conf: Conf, role: str, ours: Role) -> None:
    told = lti.accepted(post(lti, launch(lti, conf, role)))
    assert (told.subject, told.role, told.name) == ("101", ours, "Persona sintética 01")
    assert told.nrps_url == "http://moodle.example/memberships"


def test_its_deep_linking_request_is_accepted(lti: ToolAndPlatform, conf: Conf) -> None:
    told = lti.accepted(post(lti, launch(lti, conf, INSTRUCTOR, deep=True)))
    assert told.deep_linking is not None
    assert told.deep_linking.return_url == RETURN


def test_its_replay_is_refused(lti: ToolAndPlatform, conf: Conf) -> None:
    form = launch(lti, conf, LEARNER)
    lti.accepted(post(lti, form))
    lti.refused(post(lti, form), 409, "state_used", sessions_before=1)
    assert lti.count(LaunchSession) == 1
