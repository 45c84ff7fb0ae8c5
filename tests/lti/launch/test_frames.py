"""Pages are framed by every origin that a registration names, and by nobody else."""

import pytest

from lti.launch.frames import frame_ancestors
from lti.models import Platform


def platform(**given: object) -> Platform:
    usual = {
        "issuer": "https://school.example",
        "auth_login_url": "https://sso.example/api/lti/authorize",
        "frame_origins": [],
    }
    return Platform(**{**usual, **given})


def test_issuer_and_authentication_endpoint_may_both_show_the_tool():
    assert frame_ancestors(platform()) == "https://school.example https://sso.example"


def test_what_an_administrator_adds_may_too():
    added = platform(frame_origins=["https://beta.school.example"])
    assert frame_ancestors(added).split()[-1] == "https://beta.school.example"


def test_one_origin_is_named_once():
    one = platform(auth_login_url="https://school.example/mod/lti/auth.php")
    assert frame_ancestors(one) == "https://school.example"


@pytest.mark.parametrize("issuer", ["urn:school", "", "https://[broken", "javascript:alert(1)"])
def test_an_issuer_that_is_no_address_adds_nothing(issuer):
    assert frame_ancestors(platform(issuer=issuer)) == "https://sso.example"


def test_without_any_address_nobody_may():
    assert frame_ancestors(platform(issuer="urn:x", auth_login_url="urn:y")) == "'none'"
