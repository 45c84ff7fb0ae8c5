"""A tool that moved: what was placed under its former address opens under the present one."""

from urllib.parse import parse_qs, urlsplit

import pytest

from modules.records.db import Database
from tests.lti.launch_kit import TARGET, ToolAndPlatform
from tests.lti.simulated_platform import Moodle

FORMER = "https://old.example"
PLACED_THEN = f"{FORMER}/lti/launch"


@pytest.fixture
def moved(
    request: pytest.FixtureRequest, sqlite_database: Database, moodle: Moodle
) -> ToolAndPlatform:
    seen = request.node.user_properties
    return ToolAndPlatform(sqlite_database, moodle, seen, former_urls=(FORMER,))


def test_a_target_of_the_former_address_opens_under_the_present_one(moved: ToolAndPlatform) -> None:
    started = moved.login(target_link_uri=PLACED_THEN)
    token = moved.moodle.sign(moved.claims(started))

    assert moved.accepted(moved.post(token, started.state)).target_link_uri == PLACED_THEN


def test_the_platform_is_asked_to_answer_the_present_address(moved: ToolAndPlatform) -> None:
    asked = parse_qs(urlsplit(moved.login(target_link_uri=PLACED_THEN).location).query)

    assert asked["redirect_uri"] == [TARGET]


def test_a_deep_linking_request_to_the_former_address_is_one(moved: ToolAndPlatform) -> None:
    moved.accepted(moved.deep_link(f"{FORMER}/lti/deep-link"))


def test_former_and_present_address_are_not_the_same_target(moved: ToolAndPlatform) -> None:
    """Case 45 as ever: the token says what the login said."""
    moved.refused(moved.launch(target_link_uri=PLACED_THEN), 401, "target")


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/lti/launch",
        "http://old.example/lti/launch",
        "https://old.example:8443/lti/launch",
        "https://old.example.elsewhere.example/lti/launch",
        "https://old.example@elsewhere.example/",
    ],
)
def test_a_target_that_was_never_ours_is_refused(moved: ToolAndPlatform, target: str) -> None:
    moved.refused(moved.ask(target_link_uri=target), 400, "login_target")


def test_nothing_is_former_unless_it_is_named(lti: ToolAndPlatform) -> None:
    lti.refused(lti.ask(target_link_uri=PLACED_THEN), 400, "login_target")
