"""Cases 1 to 14 and 69 to 71: one login, one browser, one launch."""

import pytest

from lti.launch.refusal_texts import NO_COOKIES, START_AGAIN
from lti.models import LaunchSession, UsedNonce
from tests.lti.launch_kit import TOOL, Started, ToolAndPlatform, at_once
from tests.lti.simulated_platform import ABSENT, Moodle


def token_of(lti: ToolAndPlatform, started: Started, **changes: object) -> str:
    return lti.moodle.sign(lti.claims(started, **changes))


def test_case_01_a_launch_without_state(lti: ToolAndPlatform) -> None:
    started = lti.login()
    lti.refused(lti.post(token_of(lti, started), ABSENT), 400, "state_missing")


@pytest.mark.parametrize("state", ["state-never-issued", "x", "ñ\x00", "s" * 9000])
def test_case_02_a_state_that_was_never_issued(lti: ToolAndPlatform, state: str) -> None:
    started = lti.login()
    lti.refused(lti.post(token_of(lti, started), state), 401, "state_unknown")


class TestBinding:
    def test_case_03_a_browser_that_did_not_start_is_offered_a_new_window(
        self, lti: ToolAndPlatform
    ) -> None:
        started = lti.login()
        response = lti.post(token_of(lti, started), started.state, lti.client())
        page = lti.refused(response, 401, "browser_binding")
        assert str(NO_COOKIES.title) in page
        assert 'href="http://moodle.example" target="_blank"' in page

    def test_case_03_the_person_who_started_can_still_finish(self, lti: ToolAndPlatform) -> None:
        started = lti.login()
        token = token_of(lti, started)
        lti.post(token, started.state, lti.client())
        lti.accepted(lti.post(token, started.state))

    def test_case_04_the_cookie_of_another_login(self, lti: ToolAndPlatform) -> None:
        first, second = lti.login(), lti.login()
        browser = lti.with_cookie(second)
        response = lti.post(token_of(lti, first), first.state, browser)
        lti.refused(response, 401, "browser_binding")

    def test_case_04_the_right_name_with_the_value_of_another_login(
        self, lti: ToolAndPlatform
    ) -> None:
        first, second = lti.login(), lti.login()
        browser = lti.with_cookie(first, second.cookie)
        response = lti.post(token_of(lti, first), first.state, browser)
        lti.refused(response, 401, "browser_binding")


def test_case_05_a_state_older_than_ten_minutes(lti: ToolAndPlatform) -> None:
    started = lti.login()
    lti.clock.wait(minutes=10)
    page = lti.refused(lti.post(token_of(lti, started), started.state), 401, "state_expired")
    assert str(START_AGAIN.title) in page


class TestMixUp:
    def test_case_06_the_token_of_another_platform(self, lti: ToolAndPlatform) -> None:
        other = Moodle(
            lti.moodle.server, issuer="http://other.example", key="other", path="/other.php"
        )
        lti.register(other)
        started = lti.login()
        token = other.sign(other.claims(started.nonce, lti.clock().timestamp(), started.target))
        lti.refused(lti.post(token, started.state), 401, "issuer")

    def test_case_06_the_token_of_another_registration_on_the_same_platform(
        self, lti: ToolAndPlatform
    ) -> None:
        other = Moodle(lti.moodle.server, client_id="other")
        lti.register(other)
        started = lti.login()
        token = other.sign(other.claims(started.nonce, lti.clock().timestamp(), started.target))
        lti.refused(lti.post(token, started.state), 401, "audience")


class TestNonce:
    @pytest.mark.parametrize("nonce", [ABSENT, None])
    def test_case_07_a_token_without_nonce(self, lti: ToolAndPlatform, nonce: object) -> None:
        lti.refused(lti.launch(nonce=nonce), 401, "nonce")

    @pytest.mark.parametrize("nonce", ["never-issued", "", 7, [], {"a": 1}, "\x00", "n" * 90_000])
    def test_case_08_a_nonce_that_was_never_issued(
        self, lti: ToolAndPlatform, nonce: object
    ) -> None:
        lti.refused(lti.launch(nonce=nonce), 401, "nonce")

    def test_case_09_the_nonce_of_another_login_of_the_same_browser(
        self, lti: ToolAndPlatform
    ) -> None:
        first, second = lti.login(), lti.login()
        token = token_of(lti, first, nonce=second.nonce)
        lti.refused(lti.post(token, first.state), 401, "nonce")


class TestReplay:
    def test_case_10_the_same_post_twice(self, lti: ToolAndPlatform) -> None:
        started = lti.login()
        token = token_of(lti, started)
        lti.accepted(lti.post(token, started.state))
        again = lti.post(token, started.state)
        lti.refused(again, 409, "state_used", sessions_before=1)
        assert len(lti.launches) == 1

    def test_case_10_a_refused_launch_cannot_be_corrected_and_sent_again(
        self, lti: ToolAndPlatform
    ) -> None:
        started = lti.login()
        lti.post(token_of(lti, started, sub=""), started.state)
        response = lti.post(token_of(lti, started), started.state)
        lti.refused(response, 409, "state_used")

    def test_case_11_with_the_cookies_from_before_the_launch(self, lti: ToolAndPlatform) -> None:
        started = lti.login()
        token = token_of(lti, started)
        lti.accepted(lti.post(token, started.state))
        again = lti.post(token, started.state, lti.with_cookie(started))
        lti.refused(again, 409, "state_used", sessions_before=1)

    def test_case_12_a_captured_post_before_and_after_its_owner(self, lti: ToolAndPlatform) -> None:
        started = lti.login()
        token = token_of(lti, started)
        before = lti.post(token, started.state, lti.client())
        lti.refused(before, 401, "browser_binding")
        lti.accepted(lti.post(token, started.state))
        after = lti.post(token, started.state, lti.client())
        lti.refused(after, 401, "browser_binding", sessions_before=1)

    def test_case_13_a_used_nonce_in_a_new_token(self, lti: ToolAndPlatform) -> None:
        first = lti.login()
        lti.accepted(lti.post(token_of(lti, first), first.state))
        second = lti.login()
        response = lti.post(token_of(lti, second, nonce=first.nonce), second.state)
        lti.refused(response, 409, "nonce_used", sessions_before=1)


class TestRace:
    @pytest.mark.parametrize("turn", range(5))
    def test_case_14_of_posts_at_the_same_instant_exactly_one_wins(
        self, lti: ToolAndPlatform, turn: int
    ) -> None:
        started = lti.login()
        token = token_of(lti, started)
        # Each worker is an application of its own: nothing is shared but the database.
        browsers = [lti.with_cookie(started, app=lti.application()) for _ in range(4)]
        answers = at_once(
            *(lambda b=browser: lti.post(token, started.state, b) for browser in browsers)
        )
        assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
        assert lti.count(LaunchSession) == 1
        assert len(lti.launches) <= 4
        lti.note("303, 409, 409, 409")


class TestTabs:
    def test_case_69_two_tabs_are_two_sessions(self, lti: ToolAndPlatform) -> None:
        first, second = lti.login(), lti.login()
        one = lti.post(token_of(lti, first), first.state)
        lti.accepted(one)
        other = lti.post(token_of(lti, second), second.state)
        lti.accepted(other)
        assert one.location != other.location
        for tab in (one, other):
            assert lti.browser.get(tab.location).get_data(as_text=True) == "101"

    def test_case_70_the_second_person_in_a_browser_is_themselves(
        self, lti: ToolAndPlatform
    ) -> None:
        lti.accepted(lti.launch(sub="101"))
        response = lti.launch(sub="102")
        lti.accepted(response)
        assert lti.browser.get(response.location).get_data(as_text=True) == "102"

    def test_case_70_and_the_first_persons_session_is_over(self, lti: ToolAndPlatform) -> None:
        first = lti.launch(sub="101")
        lti.accepted(lti.launch(sub="102"))
        assert lti.browser.get(first.location).status_code == 401

    def test_case_70_a_login_begun_by_one_person_is_finished_as_who_the_platform_says(
        self, lti: ToolAndPlatform
    ) -> None:
        first, second = lti.login(), lti.login()
        response = lti.post(token_of(lti, second, sub="102"), second.state)
        lti.accepted(response)
        late = lti.post(token_of(lti, first, sub="101"), first.state)
        lti.accepted(late)
        assert lti.browser.get(late.location).get_data(as_text=True) == "101"
        assert lti.browser.get(response.location).status_code == 401

    def test_case_71_a_reload_lands_on_the_session(self, lti: ToolAndPlatform) -> None:
        response = lti.launch()
        lti.accepted(response)
        for _ in range(3):
            landed = lti.browser.get(response.location)
            assert (landed.status_code, landed.get_data(as_text=True)) == (200, "101")
        assert lti.count(UsedNonce) == 1
        assert response.location.startswith(f"{TOOL}/t/")
