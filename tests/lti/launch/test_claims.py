"""Reading a launch, without a database: shapes, roles, and every claim that may be missing."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.errors import Malformed, NotAllowed, NotAuthentic
from lti.launch.claims import (
    AGS_ENDPOINT,
    NRPS_SERVICE,
    Role,
    proposed_role,
    read_launch,
)
from tests.lti.simulated_platform import CLAIM, INSTRUCTOR, LEARNER, MEMBERSHIP

GOOD: dict[str, Any] = {
    "sub": "101",
    CLAIM + "version": "1.3.0",
    CLAIM + "message_type": "LtiResourceLinkRequest",
    CLAIM + "deployment_id": "1",
    CLAIM + "target_link_uri": "https://tool.example/lti/launch",
    CLAIM + "roles": [LEARNER],
    CLAIM + "resource_link": {"id": "7"},
}
LADDER = (Role.NONE, Role.PATIENT, Role.ADMIN, Role.STAFF)
"""From what may see least clinical data to what may see most."""

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
known_roles = st.sampled_from(
    [
        *(LEARNER, INSTRUCTOR, "Learner", "Instructor", "Administrator", "Mentor"),
        "urn:lti:role:ims/lis/Learner",
        "urn:lti:role:ims/lis/Instructor",
        "urn:lti:sysrole:ims/lis/Administrator",
        "urn:lti:instrole:ims/lis/Student",
        "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
    ]
)


class TestRoles:
    @pytest.mark.parametrize("prefix", [MEMBERSHIP, "", "urn:lti:role:ims/lis/"])
    @pytest.mark.parametrize(
        ("name", "ours"),
        [
            ("Learner", Role.PATIENT),
            ("Instructor", Role.STAFF),
            ("Administrator", Role.ADMIN),
            ("ContentDeveloper", Role.NONE),
            ("Mentor", Role.NONE),
            ("Manager", Role.NONE),
            ("instructor", Role.NONE),
        ],
    )
    def test_the_three_spellings_mean_the_same(self, prefix: str, name: str, ours: Role) -> None:
        assert proposed_role([prefix + name]) is ours

    @pytest.mark.parametrize(
        "role",
        [
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student",
            "urn:lti:instrole:ims/lis/Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
            "http://purl.imsglobal.org/vocab/lti/system/person#TestUser",
            "https://elsewhere.example/membership#Instructor",
            "Instructor/Lecturer",
            " Instructor",
        ],
    )
    def test_what_a_person_is_elsewhere_opens_nothing_here(self, role: str) -> None:
        assert proposed_role([role]) is Role.NONE

    @given(st.lists(known_roles | st.text(max_size=20), max_size=6))
    def test_learner_always_wins(self, roles: list[str]) -> None:
        assert proposed_role([*roles, LEARNER]) is Role.PATIENT

    @given(st.lists(known_roles, max_size=6), st.sampled_from(["Learner", "Administrator"]))
    def test_one_more_role_never_makes_staff_of_who_was_not(
        self, roles: list[str], more: str
    ) -> None:
        before, after = proposed_role(roles), proposed_role([*roles, more])
        assert after is not Role.STAFF
        assert before is Role.NONE or LADDER.index(after) <= LADDER.index(before)

    @given(st.lists(known_roles, max_size=6))
    def test_their_order_does_not_matter(self, roles: list[str]) -> None:
        assert proposed_role(roles) is proposed_role(list(reversed(roles)))


class TestReading:
    def test_the_least_a_launch_can_say(self) -> None:
        launch = read_launch(GOOD)
        assert (launch.subject, launch.role, launch.name) == ("101", Role.PATIENT, None)
        assert (launch.context, launch.grades, launch.custom) == (None, None, {})

    def test_the_checks_are_told_in_order(self) -> None:
        passed: list[str] = []
        read_launch(GOOD, passed.append)
        assert passed == [
            *("version", "message_type", "target_present", "roles", "subject", "message", "claims")
        ]

    def test_services_are_read_as_sent(self) -> None:
        url = "http://moodle.example/mod/lti/services.php/2/lineitems?type_id=1"
        launch = read_launch(
            {
                **GOOD,
                AGS_ENDPOINT: {"scope": ["a"], "lineitems": url},
                NRPS_SERVICE: {"context_memberships_url": url.upper()},
            }
        )
        assert launch.grades is not None
        assert (launch.grades.lineitems_url, launch.nrps_url) == (url, url.upper())

    def test_parameters_without_a_usable_value_are_dropped(self) -> None:
        custom = {"module": "education", "a": "$User.image", "n": 7, "z": "\x00", "\ud800": "u"}
        assert read_launch({**GOOD, CLAIM + "custom": custom}).custom == {"module": "education"}

    @pytest.mark.parametrize("shape", [[], {}, "", "x", 7, True, None, [[]], {"id": []}])
    @pytest.mark.parametrize(
        "claim",
        [
            CLAIM + "context",
            CLAIM + "custom",
            CLAIM + "launch_presentation",
            CLAIM + "tool_platform",
            CLAIM + "lis",
            CLAIM + "role_scope_mentor",
            NRPS_SERVICE,
            AGS_ENDPOINT,
            "name",
            "given_name",
            "locale",
            "email",
        ],
    )
    def test_no_shape_of_an_optional_claim_locks_a_person_out(
        self, claim: str, shape: object
    ) -> None:
        assert read_launch({**GOOD, claim: shape}).subject == "101"

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "data:text/html,x", "//x", "", 7, "ftp://x"]
    )
    def test_an_address_no_browser_should_follow_is_none(self, url: object) -> None:
        presentation = {"return_url": url, "locale": "es_mx"}
        launch = read_launch({**GOOD, CLAIM + "launch_presentation": presentation})
        assert (launch.return_url, launch.locale) == (None, "es_mx")

    @given(st.dictionaries(st.sampled_from([*GOOD, AGS_ENDPOINT, NRPS_SERVICE]), json_values))
    def test_whatever_is_sent_it_is_read_or_refused(self, changes: dict[str, Any]) -> None:
        with contextlib.suppress(Malformed, NotAuthentic, NotAllowed):
            launch = read_launch({**GOOD, **changes})
            assert launch.subject
            assert isinstance(launch.role, Role)
