"""The tool's own keys: overlap, one parsing for each process, nothing private outside."""

from datetime import timedelta

import jwt
import pytest
from jwt.algorithms import RSAAlgorithm

from lti import keys
from lti.models import ToolKey
from modules.records.db import Database
from tests.lti.services_kit import NOW

DAY = timedelta(days=1)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    with sqlite_database.writing() as session:
        keys.ensure(session, NOW)
    return sqlite_database


def published(database: Database, at: timedelta) -> list[str]:
    with database.reading() as session:
        return [jwk["kid"] for jwk in keys.key_set(session, NOW + at)["keys"]]


def signing(database: Database, at: timedelta) -> keys.SigningKey:
    with database.reading() as session:
        return keys.signing_key(session, NOW + at)


def rotate(database: Database, at: timedelta) -> str:
    with database.writing() as session:
        return keys.rotate(session, NOW + at)


def test_the_first_key_signs_at_once(database: Database) -> None:
    first = signing(database, timedelta())
    assert first.key.key_size == 2048
    assert published(database, timedelta()) == [first.kid]


def test_ensure_makes_no_second_key(database: Database) -> None:
    with database.writing() as session:
        keys.ensure(session, NOW)
        assert session.query(ToolKey).count() == 1


def test_without_any_key_nothing_can_be_signed(sqlite_database: Database) -> None:
    with sqlite_database.reading() as session, pytest.raises(RuntimeError):
        keys.signing_key(session, NOW)


def test_a_new_key_is_published_a_day_before_it_signs(database: Database) -> None:
    old = signing(database, timedelta()).kid
    new = rotate(database, timedelta())
    assert set(published(database, timedelta())) == {old, new}
    assert signing(database, DAY - timedelta(seconds=1)).kid == old
    assert signing(database, DAY).kid == new


def test_an_old_key_stays_published_for_a_week_after(database: Database) -> None:
    old = signing(database, timedelta()).kid
    new = rotate(database, timedelta())
    assert old in published(database, 8 * DAY - timedelta(seconds=1))
    assert published(database, 8 * DAY) == [new]


def test_an_expired_key_is_forgotten_with_the_next_rotation(database: Database) -> None:
    old = signing(database, timedelta()).kid
    rotate(database, timedelta())
    rotate(database, 9 * DAY)
    with database.reading() as session:
        assert session.query(ToolKey).filter_by(kid=old).count() == 0


def test_there_is_always_a_key_to_sign_with_whenever_rotations_happen(database: Database) -> None:
    for hours in (0, 1, 2, 30, 31, 24 * 9, 24 * 9 + 1, 24 * 40):
        at = timedelta(hours=hours)
        rotate(database, at)
        for later in (timedelta(), DAY, 8 * DAY, 100 * DAY):
            assert signing(database, at + later).kid in published(database, at + later)


def test_the_schedule_rotates_after_ninety_days_and_not_before(database: Database) -> None:
    with database.writing() as session:
        assert keys.rotate_if_due(session, NOW + 89 * DAY) is None
        assert keys.rotate_if_due(session, NOW + 90 * DAY) is not None
        assert keys.rotate_if_due(session, NOW + 91 * DAY) is None


def test_a_private_key_is_parsed_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first = signing(database, timedelta())

    def refuse(*_arguments: object, **_more: object) -> None:
        raise AssertionError("parsed again")

    monkeypatch.setattr(keys, "load_pem_private_key", refuse)
    assert signing(database, timedelta()).key is first.key


def test_what_it_signs_is_verified_by_what_is_published(database: Database) -> None:
    current = signing(database, timedelta())
    token = jwt.encode({"a": 1}, current.key, "RS256", headers={"kid": current.kid})
    with database.reading() as session:
        (jwk,) = keys.key_set(session, NOW)["keys"]
    assert jwt.decode(token, RSAAlgorithm.from_jwk(jwk), ["RS256"]) == {"a": 1}
    assert sorted(jwk) == ["alg", "e", "kid", "kty", "n", "use"]


def test_the_private_half_is_unreadable_in_the_database(database: Database) -> None:
    with database.reading() as session:
        dump = session.connection().exec_driver_sql("SELECT * FROM lti_tool_keys").all()
    assert "PRIVATE" not in str(dump)
