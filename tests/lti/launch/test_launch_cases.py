"""Cases 24 to 57: what a signed message may and may not say."""

from typing import Any

import pytest
from sqlalchemy import select

from lti.launch.claims import DEEP_LINKING_SETTINGS, Role
from lti.launch.refusal_texts import (
    NO_PERSON,
    SWITCHED_OFF,
    WAITING,
    Words,
)
from lti.models import (
    Deployment,
    LaunchSession,
    LtiContext,
    LtiUser,
    Membership,
    Platform,
    Standing,
)
from tests.lti.launch_kit import DEEP_TARGET, TARGET, TOOL, ToolAndPlatform
from tests.lti.simulated_platform import ABSENT, CLAIM, INSTRUCTOR, LEARNER

SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
DAY = 86_400


class TestClock:
    """The token is from now: leeway a minute, at most ten minutes old, at most a day long."""

    def moved(self, lti: ToolAndPlatform, **seconds: float | None) -> Any:
        """Launch with moments given in seconds from now; None leaves one out."""
        now = int(lti.clock().timestamp())
        return lti.launch(**{name: ABSENT if s is None else now + s for name, s in seconds.items()})

    @pytest.mark.parametrize("seconds", [-61, -120, -3600])
    def test_case_24_exp_is_past(self, lti: ToolAndPlatform, seconds: int) -> None:
        lti.refused(self.moved(lti, iat=seconds - 60, exp=seconds), 401, "expired")

    @pytest.mark.parametrize("seconds", [-5, -59])
    def test_case_24_exp_is_past_within_the_leeway(
        self, lti: ToolAndPlatform, seconds: int
    ) -> None:
        lti.accepted(self.moved(lti, iat=seconds - 60, exp=seconds))

    def test_case_25_exp_is_absent(self, lti: ToolAndPlatform) -> None:
        lti.refused(self.moved(lti, exp=None), 401, "expired")

    def test_case_26_iat_is_absent(self, lti: ToolAndPlatform) -> None:
        lti.refused(self.moved(lti, iat=None), 401, "clock")

    @pytest.mark.parametrize("seconds", [600, 61])
    def test_case_27_iat_is_ahead(self, lti: ToolAndPlatform, seconds: int) -> None:
        lti.refused(self.moved(lti, iat=seconds, exp=seconds + 60), 401, "clock")

    def test_case_27_the_difference_is_kept_for_the_admin(self, lti: ToolAndPlatform) -> None:
        lti.refused(self.moved(lti, iat=600, exp=660), 401, "clock")
        assert lti.records()[-1].detail["clock_seconds"] == 600

    @pytest.mark.parametrize("seconds", [3, 60])
    def test_case_28_iat_is_ahead_within_the_leeway(
        self, lti: ToolAndPlatform, seconds: int
    ) -> None:
        lti.accepted(self.moved(lti, iat=seconds, exp=seconds + 60))

    @pytest.mark.parametrize("seconds", [-DAY, -661])
    def test_case_29_iat_is_long_ago(self, lti: ToolAndPlatform, seconds: int) -> None:
        lti.refused(self.moved(lti, iat=seconds, exp=60), 401, "too_old")

    @pytest.mark.parametrize("seconds", [600, 61])
    def test_case_30_nbf_is_ahead(self, lti: ToolAndPlatform, seconds: int) -> None:
        lti.refused(self.moved(lti, nbf=seconds), 401, "clock")

    def test_case_30_nbf_is_ahead_within_the_leeway(self, lti: ToolAndPlatform) -> None:
        lti.accepted(self.moved(lti, nbf=60))

    @pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
    @pytest.mark.parametrize(
        "value",
        ["soon", "1763726400", True, [], {}, float("inf"), float("nan"), 10**400, -(10**30)],
    )
    def test_case_30_a_moment_that_is_no_number(
        self, lti: ToolAndPlatform, name: str, value: object
    ) -> None:
        lti.refused(lti.launch(**{name: value}), 401, "clock")

    def test_case_30_a_token_that_lives_for_more_than_a_day(self, lti: ToolAndPlatform) -> None:
        lti.refused(self.moved(lti, iat=0, exp=DAY + 1), 401, "too_old")

    def test_an_hour_of_life_as_open_edx_gives_it(self, lti: ToolAndPlatform) -> None:
        lti.accepted(self.moved(lti, iat=0, exp=3600))


class TestParties:
    @pytest.mark.parametrize(
        "issuer", ["http://elsewhere.example", ABSENT, None, "http://moodle.example/", 7]
    )
    def test_case_31_another_issuer(self, lti: ToolAndPlatform, issuer: object) -> None:
        lti.refused(lti.launch(iss=issuer), 401, "issuer")

    @pytest.mark.parametrize("audience", ["other", ABSENT, None, "", [], ["other"], {"columna": 1}])
    def test_case_32_another_audience(self, lti: ToolAndPlatform, audience: object) -> None:
        lti.refused(lti.launch(aud=audience), 401, "audience")

    def test_case_33_two_audiences_and_nobody_authorised(self, lti: ToolAndPlatform) -> None:
        lti.refused(lti.launch(aud=["columna", "other"]), 401, "audience")

    def test_case_34_two_audiences_and_another_authorised(self, lti: ToolAndPlatform) -> None:
        response = lti.launch(aud=["columna", "other"], azp="other")
        lti.refused(response, 401, "audience")

    @pytest.mark.parametrize("authorised", ["other", "", 7, []])
    def test_case_35_another_party_authorised(
        self, lti: ToolAndPlatform, authorised: object
    ) -> None:
        lti.refused(lti.launch(azp=authorised), 401, "audience")

    def test_case_36_two_audiences_and_we_are_authorised(self, lti: ToolAndPlatform) -> None:
        lti.accepted(lti.launch(aud=["other", "columna"], azp="columna"))

    @pytest.mark.parametrize("audience", ["columna", ["columna"]])
    def test_we_alone_are_meant(self, lti: ToolAndPlatform, audience: object) -> None:
        lti.accepted(lti.launch(aud=audience))


class TestDeployment:
    @pytest.mark.parametrize("deployment", [ABSENT, None, "", 1, "d" * 256])
    def test_case_37_no_deployment(self, lti: ToolAndPlatform, deployment: object) -> None:
        lti.refused(lti.launch(deployment_id=deployment), 401, "deployment")

    @pytest.mark.parametrize("at_login", [ABSENT, "77", "1"])
    def test_case_38_an_unknown_deployment_waits_for_approval(
        self, lti: ToolAndPlatform, at_login: object
    ) -> None:
        for _ in range(2):
            started = lti.login(lti_deployment_id=at_login)
            token = lti.moodle.sign(lti.claims(started, deployment_id="77"))
            page = lti.refused(lti.post(token, started.state), 403, "deployment_pending")
            assert str(WAITING.title) in page
        with lti.database.reading() as session:
            new = session.query(Deployment).filter_by(deployment_id="77").one()
        assert new.status is Standing.PENDING

    @pytest.mark.parametrize("at_login", ["2", "77"])
    def test_case_39_another_deployment_than_at_login(
        self, lti: ToolAndPlatform, at_login: str
    ) -> None:
        with lti.database.writing() as session:
            platform_id = session.scalars(select(Platform.id)).one()
            session.add(
                Deployment(
                    platform_id=platform_id,
                    deployment_id="2",
                    status=Standing.ACTIVE,
                    created_at=lti.clock(),
                )
            )
        started = lti.login(lti_deployment_id=at_login)
        token = lti.moodle.sign(lti.claims(started))
        lti.refused(lti.post(token, started.state), 401, "deployment")

    def test_a_login_that_names_no_deployment(self, lti: ToolAndPlatform) -> None:
        started = lti.login(lti_deployment_id=ABSENT)
        token = lti.moodle.sign(lti.claims(started))
        lti.accepted(lti.post(token, started.state))

    @pytest.mark.parametrize("table", [Platform, Deployment])
    def test_case_40_disabled_between_login_and_launch(
        self, lti: ToolAndPlatform, table: type
    ) -> None:
        started = lti.login()
        lti.change(table, status=Standing.DISABLED)
        token = lti.moodle.sign(lti.claims(started))
        response = lti.post(token, started.state)
        assert str(SWITCHED_OFF.title) in lti.refused(response, 403, "disabled")
        assert "frame-ancestors http://moodle.example" in str(response.headers)

    @pytest.mark.parametrize(
        ("standing", "code", "words"),
        [
            (Standing.DISABLED, "disabled", SWITCHED_OFF),
            (Standing.PENDING, "deployment_pending", WAITING),
        ],
    )
    def test_case_40_no_login_for_a_registration_that_is_not_active(
        self, lti: ToolAndPlatform, standing: Standing, code: str, words: Words
    ) -> None:
        lti.change(Platform, status=standing)
        response = lti.ask()
        assert str(words.title) in lti.refused(response, 403, code)
        # The page is read inside the platform's frame, and the record is the platform's.
        assert "frame-ancestors http://moodle.example" in str(response.headers)
        assert lti.records()[-1].platform_id == lti.platform_id


class TestMessage:
    @pytest.mark.parametrize(
        "kind",
        [ABSENT, None, "", "LtiResourceLinkRequest ", "DataPrivacyLaunchRequest", 7, ["x"], {}],
    )
    def test_case_41_the_kind_of_message(self, lti: ToolAndPlatform, kind: object) -> None:
        lti.refused(lti.launch(message_type=kind), 400, "message_type")

    def test_case_42_a_deep_link_request_to_a_resource(self, lti: ToolAndPlatform) -> None:
        response = lti.deep_link(target=f"{TOOL}/programme")
        lti.refused(response, 400, "message_type")

    def test_case_42_a_resource_launch_to_the_deep_link_address(self, lti: ToolAndPlatform) -> None:
        started = lti.login(target_link_uri=DEEP_TARGET)
        token = lti.moodle.sign(lti.claims(started))
        lti.refused(lti.post(token, started.state), 400, "message_type")

    @pytest.mark.parametrize(
        "settings",
        [
            ABSENT,
            None,
            [],
            {},
            {"deep_link_return_url": "http://moodle.example/return"},
            {"accept_types": ["ltiResourceLink"]},
            {"deep_link_return_url": "javascript:alert(1)", "accept_types": ["ltiResourceLink"]},
            {"deep_link_return_url": 7, "accept_types": ["ltiResourceLink"]},
            {"deep_link_return_url": "http://moodle.example/r", "accept_types": ["link"]},
        ],
    )
    def test_case_42_deep_linking_without_what_it_needs(
        self, lti: ToolAndPlatform, settings: object
    ) -> None:
        response = lti.deep_link(**{DEEP_LINKING_SETTINGS: settings})
        lti.refused(response, 400, "deep_link")

    def test_case_42_a_resource_launch_with_deep_linking_settings(
        self, lti: ToolAndPlatform
    ) -> None:
        response = lti.launch(**{DEEP_LINKING_SETTINGS: {"accept_types": []}})
        lti.refused(response, 400, "deep_link")

    @pytest.mark.parametrize("target", [DEEP_TARGET, TARGET])
    def test_a_deep_link_request_is_accepted(self, lti: ToolAndPlatform, target: str) -> None:
        launch = lti.accepted(lti.deep_link(target=target))
        assert launch.is_deep_linking
        assert lti.only(LaunchSession).deep_linking["accept_multiple"] is True

    @pytest.mark.parametrize("version", [ABSENT, None, "", "11.3", "1.3", 1.3, ["1.3.0"]])
    def test_case_43_the_version(self, lti: ToolAndPlatform, version: object) -> None:
        lti.refused(lti.launch(version=version), 400, "version")

    @pytest.mark.parametrize("target", [ABSENT, None, "", 7, [TARGET]])
    def test_case_44_no_target(self, lti: ToolAndPlatform, target: object) -> None:
        lti.refused(lti.launch(target_link_uri=target), 400, "target")

    @pytest.mark.parametrize("target", [f"{TOOL}/other", TARGET + "/", TARGET + "?a=1"])
    def test_case_45_another_target_than_at_login(self, lti: ToolAndPlatform, target: str) -> None:
        lti.refused(lti.launch(target_link_uri=target), 401, "target")

    @pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/"])
    def test_case_46_a_target_elsewhere(self, lti: ToolAndPlatform, target: str) -> None:
        response = lti.launch(target_link_uri=target)
        lti.refused(response, 401, "target")
        assert "elsewhere" not in response.text


class TestRoles:
    def role(self, lti: ToolAndPlatform, *roles: object) -> Role:
        return lti.accepted(lti.launch(roles=list(roles))).role

    @pytest.mark.parametrize("roles", [ABSENT, None])
    def test_case_47_no_roles(self, lti: ToolAndPlatform, roles: object) -> None:
        lti.refused(lti.launch(roles=roles), 400, "roles")

    @pytest.mark.parametrize("roles", [[], [""], ["https://elsewhere.example/role#Instructor"]])
    def test_case_48_no_role_that_we_know(self, lti: ToolAndPlatform, roles: list[str]) -> None:
        assert self.role(lti, *roles) is Role.NONE

    @pytest.mark.parametrize("roles", ["Instructor", INSTRUCTOR, {}, 7, [INSTRUCTOR, 7], [None]])
    def test_case_49_roles_that_are_no_list_of_texts(
        self, lti: ToolAndPlatform, roles: object
    ) -> None:
        lti.refused(lti.launch(roles=roles), 400, "roles")

    @pytest.mark.parametrize(
        ("role", "ours"),
        [("Instructor", Role.STAFF), ("Learner", Role.PATIENT), ("Mentor", Role.NONE)],
    )
    def test_case_50_short_roles(self, lti: ToolAndPlatform, role: str, ours: Role) -> None:
        assert self.role(lti, role) is ours

    @pytest.mark.parametrize(
        "role",
        [
            SYSTEM + "Administrator",
            INSTITUTION + "Administrator",
            "urn:lti:sysrole:ims/lis/Administrator",
            "urn:lti:instrole:ims/lis/Administrator",
            "http://purl.imsglobal.org/vocab/lis/v2/person#Administrator",
        ],
    )
    def test_case_51_an_administrator_is_no_clinician(
        self, lti: ToolAndPlatform, role: str
    ) -> None:
        assert self.role(lti, role) is Role.ADMIN

    def test_case_51_moodles_administrator_is_an_instructor_too(self, lti: ToolAndPlatform) -> None:
        roles = (INSTRUCTOR, "urn:lti:sysrole:ims/lis/Administrator")
        assert self.role(lti, *roles) is Role.ADMIN

    @pytest.mark.parametrize("roles", [(INSTRUCTOR, LEARNER), (LEARNER, INSTRUCTOR)])
    def test_case_52_who_is_both_may_see_what_a_patient_sees(
        self, lti: ToolAndPlatform, roles: tuple[str, str]
    ) -> None:
        assert self.role(lti, *roles) is Role.PATIENT


class TestPerson:
    @pytest.mark.parametrize("subject", [ABSENT, None])
    def test_case_53_nobody(self, lti: ToolAndPlatform, subject: object) -> None:
        page = lti.refused(lti.launch(sub=subject), 403, "no_user")
        assert str(NO_PERSON.title) in page

    @pytest.mark.parametrize("subject", ["", "s" * 256, 5, ["5"], {}, "a\x00b", "\ud800"])
    def test_case_54_a_subject_that_cannot_be_one(
        self, lti: ToolAndPlatform, subject: object
    ) -> None:
        lti.refused(lti.launch(sub=subject), 400, "subject")

    @pytest.mark.parametrize(
        "link",
        [ABSENT, None, "7", [], {}, {"title": "x"}, {"id": ""}, {"id": 7}, {"id": "i" * 256}],
    )
    def test_case_55_a_resource_link_that_is_none(self, lti: ToolAndPlatform, link: object) -> None:
        lti.refused(lti.launch(resource_link=link), 400, "resource_link")

    def test_case_56_no_course(self, lti: ToolAndPlatform) -> None:
        launch = lti.accepted(lti.launch(context=ABSENT))
        assert launch.context is None
        assert lti.count(LtiContext) == 0
        assert lti.only(LaunchSession).course_id is None

    @pytest.mark.parametrize("context", ["2", [], {"id": ""}, {"id": True}, {"title": "x"}, 7])
    def test_a_course_that_cannot_be_read_is_no_course(
        self, lti: ToolAndPlatform, context: object
    ) -> None:
        assert lti.accepted(lti.launch(context=context)).context is None

    def test_a_course_whose_id_is_a_number_is_that_course(self, lti: ToolAndPlatform) -> None:
        context = lti.accepted(lti.launch(context={"id": 2, "title": "Lumbar"})).context
        assert (context and context.id) == "2"

    @pytest.mark.parametrize("empty", [[], {}])
    def test_empty_deep_linking_settings_are_none(
        self, lti: ToolAndPlatform, empty: object
    ) -> None:
        assert not lti.accepted(lti.launch(**{DEEP_LINKING_SETTINGS: empty})).is_deep_linking

    def test_an_empty_custom_array_is_no_custom(self, lti: ToolAndPlatform) -> None:
        assert dict(lti.accepted(lti.launch(custom=[])).custom) == {}

    def test_case_57_no_name(self, lti: ToolAndPlatform) -> None:
        assert lti.accepted(lti.launch(name=ABSENT)).name is None
        assert lti.only(LtiUser).name is None

    def test_case_57_only_parts_of_a_name(self, lti: ToolAndPlatform) -> None:
        parts = {"name": ABSENT, "given_name": "Persona", "family_name": "sintética"}
        assert lti.accepted(lti.launch(**parts)).name == "Persona sintética"

    def test_case_57_an_address_is_never_kept(self, lti: ToolAndPlatform) -> None:
        lti.accepted(lti.launch(name=ABSENT, email="persona@example.org"))
        with lti.database.reading() as session:
            dump = session.connection().exec_driver_sql("SELECT * FROM lti_users").all()
        assert "example.org" not in str(dump)


class TestWhatIsKept:
    def test_person_course_membership_and_session(self, lti: ToolAndPlatform) -> None:
        launch = lti.accepted(lti.launch())
        user, course = lti.only(LtiUser), lti.only(LtiContext)
        membership, opened = lti.only(Membership), lti.only(LaunchSession)
        assert (user.subject, user.name, user.locale) == ("101", launch.name, "es_mx")
        assert (course.context_id, course.title) == ("2", "Lumbar")
        assert membership.roles == [LEARNER]
        assert (opened.role, opened.document_target) == ("patient", "iframe")
        assert opened.custom == {"module": "education"}

    def test_a_second_launch_updates_and_does_not_double(self, lti: ToolAndPlatform) -> None:
        lti.launch()
        lti.launch(roles=[INSTRUCTOR], name="Otro nombre")
        assert lti.only(LtiUser).name == "Otro nombre"
        assert lti.only(Membership).roles == [INSTRUCTOR]

    def test_names_and_return_addresses_are_unreadable_in_the_database(
        self, lti: ToolAndPlatform
    ) -> None:
        lti.accepted(lti.launch())
        lti.deep_link()
        for table in ("lti_users", "lti_launch_sessions", "lti_launch_records"):
            with lti.database.reading() as session:
                dump = session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
            assert "Persona" not in str(dump)
            assert "geheim" not in str(dump)

    def test_a_record_names_the_checks_in_order(self, lti: ToolAndPlatform) -> None:
        lti.launch(**{CLAIM + "roles": ABSENT})
        record = lti.records()[-1]
        assert record.failed == "roles"
        assert record.passed == [
            *("state", "browser", "unused", "in_time", "registration", "token_shape", "issuer"),
            *("audience", "algorithm", "key", "signature", "clock", "nonce"),
            *("version", "message_type", "target_present"),
        ]
