"""Cases 1 to 14 and 69 to 71: one login, one browser, one launch."""

import pytest

from lti.launch.refusal_texts import NO_COOKIES, START_AGAIN
from lti.models import LaunchSession, UsedNonce
from tests.lti.launch_kit import TOOL, Started, ToolAndPlatform, at_once
from tests.lti.simulated_platform import ABSENT, Moodle


def token_of(stage: ToolAndPlatform, started: Started, **changes: object) -> str:
    return stage.moodle.sign(stage.claims(started, **changes))


def test_case_01_a_launch_without_state(stage: ToolAndPlatform) -> None:
    started = stage.login()
    stage.refused(stage.post(token_of(stage, started), ABSENT), 400, "state_missing")


@pytest.mark.parametrize("state", ["state-never-issued", "x", "ñ\x00", "s" * 9000])
def test_case_02_a_state_that_was_never_issued(stage: ToolAndPlatform, state: str) -> None:
    started = stage.login()
    stage.refused(stage.post(token_of(stage, started), state), 401, "state_unknown")


class TestBinding:
    def test_case_03_a_browser_that_did_not_start_is_offered_a_new_window(
        self, stage: ToolAndPlatform
    ) -> None:
        started = stage.login()
        response = stage.post(token_of(stage, started), started.state, stage.client())
        page = stage.refused(response, 401, "browser_binding")
        assert str(NO_COOKIES.title) in page
        assert 'href="http://moodle.example" target="_blank"' in page

    def test_case_03_the_person_who_started_can_still_finish(self, stage: ToolAndPlatform) -> None:
        started = stage.login()
        token = token_of(stage, started)
        stage.post(token, started.state, stage.client())
        stage.accepted(stage.post(token, started.state))

    def test_case_04_the_cookie_of_another_login(self, stage: ToolAndPlatform) -> None:
        first, second = stage.login(), stage.login()
        browser = stage.with_cookie(second)
        response = stage.post(token_of(stage, first), first.state, browser)
        stage.refused(response, 401, "browser_binding")

    def test_case_04_the_right_name_with_the_value_of_another_login(
        self, stage: ToolAndPlatform
    ) -> None:
        first, second = stage.login(), stage.login()
        browser = stage.with_cookie(first, second.cookie)
        response = stage.post(token_of(stage, first), first.state, browser)
        stage.refused(response, 401, "browser_binding")


def test_case_05_a_state_older_than_ten_minutes(stage: ToolAndPlatform) -> None:
    started = stage.login()
    stage.clock.wait(minutes=10)
    page = stage.refused(stage.post(token_of(stage, started), started.state), 401, "state_expired")
    assert str(START_AGAIN.title) in page


class TestMixUp:
    def test_case_06_the_token_of_another_platform(self, stage: ToolAndPlatform) -> None:
        other = Moodle(
            stage.moodle.server, issuer="http://other.example", key="other", path="/other.php"
        )
        stage.register(other)
        started = stage.login()
        token = other.sign(other.claims(started.nonce, stage.clock().timestamp(), started.target))
        stage.refused(stage.post(token, started.state), 401, "issuer")

    def test_case_06_the_token_of_another_registration_on_the_same_platform(
        self, stage: ToolAndPlatform
    ) -> None:
        other = Moodle(stage.moodle.server, client_id="other")
        stage.register(other)
        started = stage.login()
        token = other.sign(other.claims(started.nonce, stage.clock().timestamp(), started.target))
        stage.refused(stage.post(token, started.state), 401, "audience")


class TestNonce:
    @pytest.mark.parametrize("nonce", [ABSENT, None])
    def test_case_07_a_token_without_nonce(self, stage: ToolAndPlatform, nonce: object) -> None:
        stage.refused(stage.launch(nonce=nonce), 401, "nonce")

    @pytest.mark.parametrize("nonce", ["never-issued", "", 7, [], {"a": 1}, "\x00", "n" * 90_000])
    def test_case_08_a_nonce_that_was_never_issued(
        self, stage: ToolAndPlatform, nonce: object
    ) -> None:
        stage.refused(stage.launch(nonce=nonce), 401, "nonce")

    def test_case_09_the_nonce_of_another_login_of_the_same_browser(
        self, stage: ToolAndPlatform
    ) -> None:
        first, second = stage.login(), stage.login()
        token = token_of(stage, first, nonce=second.nonce)
        stage.refused(stage.post(token, first.state), 401, "nonce")


class TestReplay:
    def test_case_10_the_same_post_twice(self, stage: ToolAndPlatform) -> None:
        started = stage.login()
        token = token_of(stage, started)
        stage.accepted(stage.post(token, started.state))
        again = stage.post(token, started.state)
        stage.refused(again, 409, "state_used", sessions_before=1)
        assert len(stage.launches) == 1

    def test_case_10_a_refused_launch_cannot_be_corrected_and_sent_again(
        self, stage: ToolAndPlatform
    ) -> None:
        started = stage.login()
        stage.post(token_of(stage, started, sub=""), started.state)
        response = stage.post(token_of(stage, started), started.state)
        stage.refused(response, 409, "state_used")

    def test_case_11_with_the_cookies_from_before_the_launch(self, stage: ToolAndPlatform) -> None:
        started = stage.login()
        token = token_of(stage, started)
        stage.accepted(stage.post(token, started.state))
        again = stage.post(token, started.state, stage.with_cookie(started))
        stage.refused(again, 409, "state_used", sessions_before=1)

    def test_case_12_a_captured_post_before_and_after_its_owner(
        self, stage: ToolAndPlatform
    ) -> None:
        started = stage.login()
        token = token_of(stage, started)
        before = stage.post(token, started.state, stage.client())
        stage.refused(before, 401, "browser_binding")
        stage.accepted(stage.post(token, started.state))
        after = stage.post(token, started.state, stage.client())
        stage.refused(after, 401, "browser_binding", sessions_before=1)

    def test_case_13_a_used_nonce_in_a_new_token(self, stage: ToolAndPlatform) -> None:
        first = stage.login()
        stage.accepted(stage.post(token_of(stage, first), first.state))
        second = stage.login()
        response = stage.post(token_of(stage, second, nonce=first.nonce), second.state)
        stage.refused(response, 409, "nonce_used", sessions_before=1)


class TestRace:
    @pytest.mark.parametrize("turn", range(5))
    def test_case_14_of_posts_at_the_same_instant_exactly_one_wins(
        self, stage: ToolAndPlatform, turn: int
    ) -> None:
        started = stage.login()
        token = token_of(stage, started)
        # Each worker is an application of its own: nothing is shared but the database.
        browsers = [stage.with_cookie(started, app=stage.application()) for _ in range(4)]
        answers = at_once(
            *(lambda b=browser: stage.post(token, started.state, b) for browser in browsers)
        )
        assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
        assert stage.count(LaunchSession) == 1
        assert len(stage.launches) <= 4
        stage.note("303, 409, 409, 409")


class TestTabs:
    def test_case_69_two_tabs_are_two_sessions(self, stage: ToolAndPlatform) -> None:
        first, second = stage.login(), stage.login()
        one = stage.post(token_of(stage, first), first.state)
        stage.accepted(one)
        other = stage.post(token_of(stage, second), second.state)
        stage.accepted(other)
        assert one.location != other.location
        for tab in (one, other):
            assert stage.browser.get(tab.location).get_data(as_text=True) == "101"

    def test_case_70_the_second_person_in_a_browser_is_themselves(
        self, stage: ToolAndPlatform
    ) -> None:
        stage.accepted(stage.launch(sub="101"))
        response = stage.launch(sub="102")
        stage.accepted(response)
        assert stage.browser.get(response.location).get_data(as_text=True) == "102"

    def test_case_70_and_the_first_persons_session_is_over(self, stage: ToolAndPlatform) -> None:
        first = stage.launch(sub="101")
        stage.accepted(stage.launch(sub="102"))
        assert stage.browser.get(first.location).status_code == 401

    def test_case_70_a_login_begun_by_one_person_is_finished_as_who_the_platform_says(
        self, stage: ToolAndPlatform
    ) -> None:
        first, second = stage.login(), stage.login()
        response = stage.post(token_of(stage, second, sub="102"), second.state)
        stage.accepted(response)
        late = stage.post(token_of(stage, first, sub="101"), first.state)
        stage.accepted(late)
        assert stage.browser.get(late.location).get_data(as_text=True) == "101"
        assert stage.browser.get(response.location).status_code == 401

    def test_case_71_a_reload_lands_on_the_session(self, stage: ToolAndPlatform) -> None:
        response = stage.launch()
        stage.accepted(response)
        for _ in range(3):
            landed = stage.browser.get(response.location)
            assert (landed.status_code, landed.get_data(as_text=True)) == (200, "101")
        assert stage.count(UsedNonce) == 1
        assert response.location.startswith(f"{TOOL}/t/")
