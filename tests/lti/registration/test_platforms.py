"""What an administrator enters becomes a registration, or is refused field by field."""

import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from lti.errors import UnknownPlatform
from lti.models import Deployment, PlatformKeySet, Standing
from lti.registration import platforms
from lti.registration.platforms import (
    AlreadyRegistered,
    InvalidRegistration,
    NewPlatform,
)
from modules.records.db import Database
from tests.lti.services_kit import NOW, make_database

MOODLE = "https://moodle.example.org"
GOOD = NewPlatform(
    issuer=MOODLE,
    client_id="a1B2",
    deployment_id="1",
    login_url=f"{MOODLE}/mod/lti/auth.php",
    token_url=f"{MOODLE}/mod/lti/token.php",
    jwks_url=f"{MOODLE}/mod/lti/certs.php",
)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return make_database(tmp_path)


def add(database: Database, new: NewPlatform = GOOD) -> uuid.UUID:
    with database.writing() as session:
        return platforms.add(session, new, NOW).id


def standings(database: Database) -> tuple[Standing, list[Standing]]:
    with database.reading() as session:
        (platform,) = platforms.all_of(session)
        return platform.status, [one.status for one in platform.deployments]


class TestFaults:
    def test_what_moodle_shows_has_none(self) -> None:
        assert GOOD.faults() == {}

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("issuer", "", "required"),
            ("issuer", f"{MOODLE} ", "required"),
            ("issuer", "moodle.example.org", "address"),
            ("issuer", f"{MOODLE}/{'x' * 300}", "too_long"),
            ("client_id", "", "required"),
            ("deployment_id", " 1", "required"),
            ("login_url", "ftp://moodle.example.org/", "address"),
            ("login_url", "https:///auth", "address"),
            ("token_url", "http://moodle.example.org/token", "address"),
            ("token_url", "https://a:b@moodle.example.org/token", "address"),
            ("jwks_url", "https://moodle.example.org/a b", "address"),
            ("jwks_url", "https://[::1/keys", "address"),
            ("jwks_url", "file:///etc/passwd", "address"),
            ("jwks_url", f"https://moodle.example.org/{'x' * 3000}", "address"),
        ],
    )
    def test_each_is_named_with_its_field(self, field: str, value: str, code: str) -> None:
        assert replace(GOOD, **{field: value}).faults()[field] == code

    def test_a_moodle_inside_a_hospital_may_be_http(self) -> None:
        inside = replace(
            GOOD,
            issuer="http://moodle.hospital",
            login_url="http://moodle.hospital/auth",
            token_url="http://moodle.hospital/token",
            jwks_url="http://moodle.hospital/keys",
        )
        assert inside.faults() == {}

    def test_nothing_is_stored_with_a_fault(self, database: Database) -> None:
        with pytest.raises(InvalidRegistration):
            add(database, replace(GOOD, jwks_url="x"))
        with database.reading() as session:
            assert platforms.all_of(session) == []


class TestStanding:
    def test_one_added_by_hand_may_launch_at_once(self, database: Database) -> None:
        add(database)
        assert standings(database) == (Standing.ACTIVE, [Standing.ACTIVE])

    def test_the_same_twice_is_refused(self, database: Database) -> None:
        add(database)
        with pytest.raises(AlreadyRegistered):
            add(database)

    def test_one_moodle_may_register_twice_with_another_client(self, database: Database) -> None:
        add(database)
        assert add(database, replace(GOOD, client_id="other"))

    def test_a_slash_at_the_end_is_another_issuer(self, database: Database) -> None:
        add(database)
        assert add(database, replace(GOOD, issuer=f"{MOODLE}/"))

    def test_approving_a_new_registration_approves_its_deployment(self, database: Database) -> None:
        key = add(database)
        with database.writing() as session:
            (platform,) = platforms.all_of(session)
            platform.status = platform.deployments[0].status = Standing.PENDING
        with database.writing() as session:
            platforms.approve(session, key)

        assert standings(database) == (Standing.ACTIVE, [Standing.ACTIVE])

    def test_a_deployment_heard_of_later_waits_for_its_own_approval(
        self, database: Database
    ) -> None:
        key = add(database)
        with database.writing() as session:
            session.add(Deployment(platform_id=key, deployment_id="2", created_at=NOW))
        with database.writing() as session:
            platforms.disable(session, key)
            platforms.approve(session, key)

        assert sorted(standings(database)[1]) == [Standing.ACTIVE, Standing.PENDING]

    def test_disabling_forgets_the_keys(self, database: Database) -> None:
        key = add(database)
        with database.writing() as session:
            session.add(PlatformKeySet(platform_id=key, keys=[], fetched_at=NOW))
        with database.writing() as session:
            platforms.disable(session, key)

        with database.reading() as session:
            assert session.scalar(select(PlatformKeySet)) is None

    @pytest.mark.parametrize("change", [platforms.approve, platforms.disable])
    def test_one_there_is_not_cannot_change(self, database: Database, change: object) -> None:
        with database.writing() as session, pytest.raises(UnknownPlatform):
            change(session, uuid.uuid4())  # type: ignore[operator]

    def test_nor_can_a_deployment_there_is_not(self, database: Database) -> None:
        with database.writing() as session, pytest.raises(UnknownPlatform):
            platforms.set_deployment(session, uuid.uuid4(), Standing.ACTIVE)
