"""A login is remembered by its signed state and a cookie; what is stored is that it was used."""

import re
import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from lti.errors import AlreadyUsed
from lti.launch import diagnostics, login_attempts
from lti.launch.diagnostics import LaunchChecks
from lti.launch.login_attempts import STATE_PREFIX, LoginAttempt, read_state
from lti.models import LaunchRecord, UsedNonce
from modules.records.crypto import Keyring, install_keyring
from modules.records.db import Database
from tests.lti.launch_kit import TOOL, ToolAndPlatform
from tests.lti.services_kit import NOW
from tests.statements import sent

OURS, OTHERS = "our-secret-" * 4, "another-secret-" * 4


@pytest.fixture
def attempt() -> LoginAttempt:
    """A login on its way."""
    install_keyring(Keyring([OURS]))
    return LoginAttempt(
        nonce="nonce",
        platform_id=uuid.uuid4(),
        target_hash=login_attempts.digest(f"{TOOL}/lti/launch"),
        deployment_hash=login_attempts.digest("1"),
        binding_hash=login_attempts.digest("binding"),
        expires_at=NOW.replace(microsecond=0),
    )


def short(statement: str) -> str:
    """Return what a statement does to which table."""
    table = re.search(r"(?:FROM|INTO|UPDATE) (\w+)", statement)
    return f"{statement.split()[0]} {table[1]}" if table else statement


class TestState:
    @pytest.mark.parametrize("hint", [login_attempts.digest("1"), None])
    def test_it_says_what_the_login_was(self, attempt: LoginAttempt, hint: str | None) -> None:
        login = replace(attempt, deployment_hash=hint)
        assert read_state(STATE_PREFIX + login.signed()) == login

    def test_changed_anywhere_it_is_nobodys(self, attempt: LoginAttempt) -> None:
        state = STATE_PREFIX + attempt.signed()
        for place in range(len(STATE_PREFIX), len(state) - 1):
            other = "A" if state[place] != "A" else "B"
            assert read_state(state[:place] + other + state[place + 1 :]) is None

    def test_it_is_believed_by_the_installation_that_signed_it(self, attempt: LoginAttempt) -> None:
        state = STATE_PREFIX + attempt.signed()
        install_keyring(Keyring([OTHERS]))
        assert read_state(state) is None

    def test_it_outlives_a_new_encryption_secret(self, attempt: LoginAttempt) -> None:
        state = STATE_PREFIX + attempt.signed()
        install_keyring(Keyring([OTHERS, OURS]))
        assert read_state(state) == attempt

    @pytest.mark.parametrize(
        "state", ["", "x", ".", "..", "W10.x", "ñ", "\ud800", "\x00", "s" * 9000]
    )
    def test_what_is_none_is_none(self, attempt: LoginAttempt, state: str) -> None:
        assert read_state(state) is None

    def test_no_login_makes_it_or_the_cookie_long(self, lti: ToolAndPlatform) -> None:
        """Browsers keep 4 kB of a cookie, and servers take 8 kB of all of them together."""
        long = f"{TOOL}/{'ñ' * 2000}"
        started = lti.login(target_link_uri=long, lti_deployment_id="ñ" * 2000)
        assert len(started.state) < 600
        assert len(started.cookie) < 64

    def test_a_login_of_another_installation_opens_nothing(self, lti: ToolAndPlatform) -> None:
        install_keyring(Keyring([OTHERS]))
        started = lti.login()
        install_keyring(Keyring([OURS]))
        lti.clock.wait(minutes=1)
        token = lti.moodle.sign(lti.claims(started))
        assert lti.post(token, started.state).status_code == 401
        assert lti.records()[-1].failed == "state_unknown"

    def test_a_process_that_starts_anew_goes_on_with_the_logins_under_way(
        self, lti: ToolAndPlatform
    ) -> None:
        started = lti.login()
        other = lti.with_cookie(started, app=lti.application())
        token = lti.moodle.sign(lti.claims(started))
        assert lti.post(token, started.state, other).status_code == 303


class TestUse:
    def test_the_second_is_refused_and_what_is_around_it_goes_on(self, database: Database) -> None:
        with database.writing() as session:
            login_attempts.use_up(session, "nonce", NOW)
        with database.writing() as session:
            with pytest.raises(AlreadyUsed), session.begin_nested():
                login_attempts.use_up(session, "nonce", NOW)
            diagnostics.record(session, LaunchChecks("launch"), NOW)
        with database.reading() as session:
            assert session.query(UsedNonce).count() == 1
            assert session.query(LaunchRecord).count() == 1

    def test_a_transaction_that_fails_has_used_nothing(self, database: Database) -> None:
        with suppress(RuntimeError), database.writing() as session:
            login_attempts.use_up(session, "nonce", NOW)
            raise RuntimeError
        with database.reading() as session:
            assert not login_attempts.was_used(session, "nonce")

    def test_it_is_remembered_for_longer_than_its_login_can_be_used(
        self, database: Database
    ) -> None:
        with database.writing() as session:
            login_attempts.use_up(session, "nonce", NOW)
            assert (
                login_attempts.sweep(session, NOW + login_attempts.LIFE + timedelta(hours=1)) == 0
            )
            assert (
                login_attempts.sweep(session, NOW + login_attempts.KEPT + timedelta(seconds=1)) == 1
            )
            assert not login_attempts.was_used(session, "nonce")

    def test_a_launch_waits_for_the_disk(self, sqlite_database: Database) -> None:
        """A power cut undoes no launch, so no used login is forgotten by one."""
        with sqlite_database.writing() as session:
            assert session.execute(text("PRAGMA synchronous")).scalar_one() == 2

    def test_a_refused_launch_uses_up_its_login(self, lti: ToolAndPlatform) -> None:
        started = lti.login()
        lti.refused(
            lti.post(lti.moodle.sign(lti.claims(started, sub="")), started.state),
            400,
            "subject",
        )
        assert lti.is_used(started)

    def test_a_launch_of_another_browser_does_not(self, lti: ToolAndPlatform) -> None:
        started = lti.login()
        token = lti.moodle.sign(lti.claims(started))
        lti.refused(lti.post(token, started.state, lti.client()), 401, "browser_binding")
        assert not lti.is_used(started)


class TestStatements:
    def test_a_login_asks_one_question_and_writes_nothing(self, lti: ToolAndPlatform) -> None:
        lti.warm()
        with sent() as statements:
            lti.login()
        assert [one.split()[0] for one in statements] == ["SELECT"]

    def test_a_launch_asks_first_uses_up_its_login_and_then_only_writes(
        self, lti: ToolAndPlatform
    ) -> None:
        lti.warm()
        lti.clock.wait(seconds=30)
        started = lti.login()
        token = lti.moodle.sign(lti.claims(started))
        with sent() as statements:
            lti.post(token, started.state)
        assert [short(one) for one in statements] == [
            "SELECT lti_platforms",
            "SELECT lti_deployments",
            "INSERT lti_used_nonces",
            "UPDATE lti_users",
            "UPDATE lti_memberships",
            "INSERT lti_launch_sessions",
            "INSERT lti_launch_records",
        ]


class TestUnanswered:
    def unanswered(self, lti: ToolAndPlatform) -> int:
        with lti.database.reading() as session:
            found = diagnostics.unanswered(session, lti.clock())
        return found.get(lti.platform_id, 0)

    def test_a_platform_that_turns_everybody_away_is_seen(self, lti: ToolAndPlatform) -> None:
        lti.login()
        assert self.unanswered(lti) == 0
        lti.clock.wait(minutes=10)
        assert self.unanswered(lti) == 1

    def test_many_logins_in_ten_minutes_are_one_record(self, lti: ToolAndPlatform) -> None:
        for _ in range(3):
            lti.login()
        lti.clock.wait(minutes=10)
        assert self.unanswered(lti) == 1
        lti.login()
        lti.clock.wait(minutes=10)
        assert self.unanswered(lti) == 2

    @pytest.mark.parametrize("sub", ["101", ""])
    def test_whoever_comes_back_is_an_answer(self, lti: ToolAndPlatform, sub: str) -> None:
        lti.login()
        lti.launch(sub=sub)
        lti.clock.wait(minutes=10)
        assert self.unanswered(lti) == 0

    def test_after_a_day_it_is_no_news(self, lti: ToolAndPlatform) -> None:
        lti.login()
        lti.clock.wait(days=1, minutes=1)
        assert self.unanswered(lti) == 0

    def test_a_login_that_went_on_is_no_launch_to_show(self, lti: ToolAndPlatform) -> None:
        lti.login()
        with lti.database.reading() as session:
            assert diagnostics.recent(session) == []
