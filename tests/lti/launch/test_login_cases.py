"""Cases 58 to 64, 82 and 83: the edges of the two routes, sessions and frames."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from lti.launch import login_attempts, sessions
from lti.launch.frames import frame_ancestors
from lti.launch.refusal_texts import NOT_SIGNED_IN
from lti.models import LaunchRecord, LaunchSession, Platform, Standing, UsedNonce
from modules.records.db import Database
from tests.lti.launch_kit import TARGET, TOOL, ToolAndPlatform
from tests.lti.simulated_platform import ABSENT, Moodle


class TestToken:
    @pytest.mark.parametrize(
        "token",
        [
            ABSENT,
            "",
            "a.b",
            "a.b.c",
            "a.b.c.d",
            "bm90.anNvbg.eA",
            "x" * 1_000_000,
            b"\xff\xfe.\xff.\xff",
            "ñ.ñ.ñ",
            "W10.W10.e30",
            "..",
            "{}.{}.{}",
            "eyJhbGciOiJSUzI1NiJ9." + "W1tb" * 9_000 + ".x",
            "W1tb" * 2_000 + ".e30.x",
        ],
        ids=range(14),
    )
    def test_case_58_what_is_no_token(self, lti: ToolAndPlatform, token: object) -> None:
        started = lti.login()
        response = lti.post(token, started.state)
        known = ("token_missing", "token_malformed")
        code = lti.records()[-1].failed
        assert code in known
        lti.refused(response, 400, code)

    def test_case_59_a_token_by_get(self, lti: ToolAndPlatform) -> None:
        started = lti.login()
        fields = {"id_token": lti.moodle.sign(lti.claims(started)), "state": started.state}
        response = lti.browser.get("/lti/launch", query_string=fields, base_url=TOOL)
        lti.refused(response, 405, "method")
        assert response.headers["Allow"] == "POST"

    def test_case_59_a_token_in_the_query_of_a_post(self, lti: ToolAndPlatform) -> None:
        started = lti.login()
        fields = {"id_token": lti.moodle.sign(lti.claims(started))}
        response = lti.browser.post(
            "/lti/launch", query_string=fields, data={"state": started.state}, base_url=TOOL
        )
        lti.refused(response, 405, "method")

    @pytest.mark.parametrize("error", ["login_required", "launch_no_longer_valid", "<b>x</b>"])
    def test_case_60_the_platform_answers_with_an_error(
        self, lti: ToolAndPlatform, error: str
    ) -> None:
        started = lti.login()
        response = lti.post(ABSENT, started.state, error=error, error_description="<i>why</i>")
        page = lti.refused(response, 401, "platform_error")
        assert str(NOT_SIGNED_IN.title) in page
        assert "<b>x" not in page
        assert "why" not in page

    def test_case_60_without_a_state_or_by_address(self, lti: ToolAndPlatform) -> None:
        lti.refused(lti.post(ABSENT, ABSENT, error="login_required"), 401, "platform_error")
        response = lti.browser.get("/lti/launch?error=login_required", base_url=TOOL)
        lti.refused(response, 401, "platform_error")


class TestLogin:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_get_and_post_lead_to_the_platform_with_one_fixed_return(
        self, lti: ToolAndPlatform, method: str
    ) -> None:
        response = lti.ask(method=method, target_link_uri=f"{TOOL}/assessments")
        assert response.status_code == 302
        asked = parse_qs(urlsplit(response.location).query)
        assert response.location.startswith("http://moodle.example/mod/lti/auth.php?")
        assert {name: asked[name] for name in ("redirect_uri", "response_mode", "prompt")} == {
            "redirect_uri": [TARGET],
            "response_mode": ["form_post"],
            "prompt": ["none"],
        }
        assert asked["lti_message_hint"] == ['{"cmid":7,"launchid":"x"}']
        assert "repost" not in asked

    @pytest.mark.parametrize("name", ["iss", "login_hint", "target_link_uri"])
    @pytest.mark.parametrize("value", [ABSENT, ""])
    def test_case_61_an_incomplete_login(
        self, lti: ToolAndPlatform, name: str, value: object
    ) -> None:
        lti.refused(lti.ask(**{name: value}), 400, "login_parameter")

    @pytest.mark.parametrize("value", ["a\x00b", "a\nb", "x" * 9_000])
    def test_case_61_a_login_with_impossible_values(self, lti: ToolAndPlatform, value: str) -> None:
        lti.refused(lti.ask(login_hint=value), 400, "login_parameter")

    def test_case_61_two_values_for_one_name(self, lti: ToolAndPlatform) -> None:
        response = lti.ask(client_id=["columna", "other"])
        lti.refused(response, 400, "login_parameter")

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "http://elsewhere.example"},
            {"iss": "http://moodle.example/"},
            {"client_id": "<script>x</script>"},
            {"client_id": "COLUMNA"},
        ],
    )
    def test_case_62_an_unknown_registration(
        self, lti: ToolAndPlatform, changes: dict[str, str]
    ) -> None:
        page = lti.refused(lti.ask(**changes), 400, "login_registration")
        assert "script>" not in page

    def test_a_platform_that_leaves_the_client_out_is_known_by_its_issuer(
        self, lti: ToolAndPlatform
    ) -> None:
        assert lti.ask(client_id=ABSENT).status_code == 302

    def test_not_when_it_registered_twice(self, lti: ToolAndPlatform) -> None:
        lti.register(Moodle(lti.moodle.server, client_id="second"))
        lti.refused(lti.ask(client_id=ABSENT), 400, "login_registration")

    @pytest.mark.parametrize(
        "target",
        [
            "https://elsewhere.example/lti/launch",
            "http://tool.example/lti/launch",
            "https://tool.example:444/",
            "https://tool.example.elsewhere.example/",
            "https://tool.example@elsewhere.example/",
            "https://user@tool.example/",
            "https://elsewhere.example\\@tool.example/",
            "//elsewhere.example/",
            "/lti/launch",
            "javascript:alert(1)",
            "https://[::1/",
            "https://tool.example:port/",
        ],
    )
    def test_case_63_a_target_elsewhere(self, lti: ToolAndPlatform, target: str) -> None:
        lti.refused(lti.ask(target_link_uri=target), 400, "login_target")


class TestFlood:
    @pytest.fixture
    def small(
        self, request: pytest.FixtureRequest, sqlite_database: Database, moodle: Moodle
    ) -> ToolAndPlatform:
        seen = request.node.user_properties
        return ToolAndPlatform(sqlite_database, moodle, seen, burst=3, per_second=0.001)

    def test_case_64_a_flood_is_slowed_down(self, small: ToolAndPlatform) -> None:
        answers = [small.ask() for _ in range(10)]
        assert [answer.status_code for answer in answers] == [302] * 3 + [429] * 7
        assert small.count(LaunchRecord) <= 1
        small.note("302 three times, then 429")

    def test_case_64_launches_count_too(self, small: ToolAndPlatform) -> None:
        answers = [small.post("x", "y").status_code for _ in range(5)]
        assert answers == [401, 401, 401, 429, 429]

    def test_case_64_what_ends_in_an_accepted_launch_does_not_count(
        self, small: ToolAndPlatform
    ) -> None:
        for _ in range(8):
            small.accepted(small.launch())

    def test_case_64_a_proxy_says_whose_flood_it_is(self, small: ToolAndPlatform) -> None:
        def ask(forwarded: str, peer: str = "127.0.0.1") -> int:
            return small.browser.get(
                "/lti/login",
                base_url=TOOL,
                headers={"X-Forwarded-For": forwarded},
                environ_base={"REMOTE_ADDR": peer},
            ).status_code

        assert [ask("1.1.1.1, 192.0.2.7") for _ in range(4)] == [400] * 3 + [429]
        assert ask("192.0.2.7, 192.0.2.8") == 400
        assert ask("nonsense") == 400
        # From outside nobody is believed: one address is one address.
        assert [ask(f"192.0.2.{n}", "8.8.8.8") for n in range(4)] == [400] * 3 + [429]

    def test_case_64_another_address_is_not_held_up(self, small: ToolAndPlatform) -> None:
        for _ in range(5):
            small.ask()
        response = small.browser.get(
            "/lti/login", base_url=TOOL, environ_base={"REMOTE_ADDR": "192.0.2.7"}
        )
        assert response.status_code == 400

    def test_case_64_used_nonces_are_swept_away_when_nothing_needs_them(
        self, lti: ToolAndPlatform
    ) -> None:
        for _ in range(5):
            lti.accepted(lti.launch())
        with lti.database.writing() as session:
            assert login_attempts.sweep(session, lti.clock()) == 0
        lti.clock.wait(seconds=login_attempts.KEPT.total_seconds() + 1)
        lti.accepted(lti.launch())
        with lti.database.writing() as session:
            assert login_attempts.sweep(session, lti.clock()) == 5
        assert lti.count(UsedNonce) == 1
        lti.note("5 old nonces gone")


class TestSession:
    def load(self, lti: ToolAndPlatform, ref: str, secret: str | None) -> LaunchSession | None:
        with lti.database.reading() as session:
            return sessions.load(session, ref, secret, lti.clock())

    def opened(self, lti: ToolAndPlatform) -> tuple[str, str]:
        location = lti.launch().location
        ref = location.split("/")[-2]
        cookie = lti.browser.get_cookie(sessions.cookie_name(ref), "tool.example")
        assert cookie is not None
        return ref, cookie.value

    def test_case_82_a_session_opens_with_its_own_secret_only(self, lti: ToolAndPlatform) -> None:
        ref, secret = self.opened(lti)
        other_ref, other_secret = self.opened(lti)
        assert self.load(lti, ref, secret) is not None
        for odd in (other_secret, "", None, secret + "x", "ñ\ud800", ref):
            assert self.load(lti, ref, odd) is None
        assert self.load(lti, other_ref, secret) is None

    def test_case_82_it_ends_after_twelve_hours(self, lti: ToolAndPlatform) -> None:
        ref, secret = self.opened(lti)
        lti.clock.wait(hours=11, minutes=59)
        assert self.load(lti, ref, secret) is not None
        lti.clock.wait(minutes=1)
        assert self.load(lti, ref, secret) is None

    def test_case_82_it_can_be_ended(self, lti: ToolAndPlatform) -> None:
        ref, secret = self.opened(lti)
        with lti.database.writing() as session:
            found = sessions.load(session, ref, secret, lti.clock())
            assert found is not None
            sessions.end(session, found, lti.clock())
        assert self.load(lti, ref, secret) is None
        ended = lti.only(LaunchSession)
        assert (ended.return_url, ended.custom) == (None, {})

    def test_case_82_it_ends_with_its_registration(self, lti: ToolAndPlatform) -> None:
        ref, secret = self.opened(lti)
        lti.change(Platform, status=Standing.DISABLED)
        assert self.load(lti, ref, secret) is None

    def test_case_82_form_tokens_belong_to_one_session(self, lti: ToolAndPlatform) -> None:
        first = self.load(lti, *self.opened(lti))
        second = self.load(lti, *self.opened(lti))
        assert first is not None
        assert second is not None
        assert sessions.csrf_holds(first, sessions.csrf_token(first))
        for odd in (sessions.csrf_token(second), "", None, "ñ"):
            assert not sessions.csrf_holds(first, odd)

    def test_only_a_hash_of_the_secret_is_stored(self, lti: ToolAndPlatform) -> None:
        _ref, secret = self.opened(lti)
        with lti.database.reading() as session:
            dump = session.connection().exec_driver_sql("SELECT * FROM lti_launch_sessions").all()
        assert secret not in str(dump)

    def test_a_cookie_with_a_wrong_secret_ends_nobodys_session(self, lti: ToolAndPlatform) -> None:
        ref, secret = self.opened(lti)
        stranger = lti.client()
        stranger.set_cookie(sessions.cookie_name(ref), "guess", domain="tool.example")
        lti.accepted(lti.launch(stranger, sub="102"))
        assert self.load(lti, ref, secret) is not None

    def test_a_browser_keeps_at_most_twenty_sessions(self, lti: ToolAndPlatform) -> None:
        for _ in range(sessions.MOST_IN_ONE_BROWSER + 3):
            lti.clock.wait(seconds=1)
            lti.launch()
        with lti.database.reading() as session:
            alive = session.query(LaunchSession).filter(LaunchSession.ended_at.is_(None)).count()
        assert alive == sessions.MOST_IN_ONE_BROWSER

    def test_what_old_sessions_carried_is_swept_away(self, lti: ToolAndPlatform) -> None:
        self.opened(lti)
        lti.clock.wait(hours=13)
        with lti.database.writing() as session:
            assert sessions.sweep(session, lti.clock()) == 1
        swept = lti.only(LaunchSession)
        assert (swept.return_url, swept.custom) == (None, {})


class TestFrames:
    def ancestors(self, headers: object) -> str:
        found = re.search(r"frame-ancestors ([^;]+)", str(headers))
        assert found
        return found[1].strip()

    def pages(self, lti: ToolAndPlatform) -> Iterator[object]:
        yield lti.ask().headers["Content-Security-Policy"]
        yield lti.launch().headers["Content-Security-Policy"]
        yield lti.launch(roles=ABSENT).headers["Content-Security-Policy"]

    def test_case_83_the_registered_platform_may_frame_and_nobody_else(
        self, lti: ToolAndPlatform
    ) -> None:
        for policy in self.pages(lti):
            assert self.ancestors(policy) == "http://moodle.example"
        lti.note("the platform's origin")

    def test_case_83_a_stranger_may_frame_nothing(self, lti: ToolAndPlatform) -> None:
        for origin in ("http://elsewhere.example", "null", None):
            headers = {"Origin": origin} if origin else {}
            response = lti.ask(iss="http://elsewhere.example", headers=headers)
            assert self.ancestors(response.headers["Content-Security-Policy"]) == "'none'"

    def test_case_83_an_error_page_shows_inside_the_platform_it_came_from(
        self, lti: ToolAndPlatform
    ) -> None:
        response = lti.ask(login_hint=ABSENT, headers={"Origin": "http://moodle.example"})
        policy = response.headers["Content-Security-Policy"]
        assert self.ancestors(policy) == "http://moodle.example"

    def test_case_83_a_session_knows_who_may_frame_it(self, lti: ToolAndPlatform) -> None:
        lti.launch()
        with lti.database.reading() as session:
            opened = session.query(LaunchSession).one()
            assert frame_ancestors(opened.platform) == "http://moodle.example"


class TestCookies:
    def test_they_work_inside_a_frame_and_nowhere_else(self, lti: ToolAndPlatform) -> None:
        headers = {"Sec-Fetch-Dest": "iframe"}
        answers = [lti.ask(lti.client(), headers=headers), lti.ask(), lti.launch()]
        for answer in answers:
            (cookie,) = answer.headers.getlist("Set-Cookie")
            wanted = ("__Host-", "Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned")
            assert all(part in cookie for part in wanted)
            assert "Domain" not in cookie

    def test_in_a_frame_a_cookie_is_tried_before_the_login_is_used(
        self, lti: ToolAndPlatform
    ) -> None:
        headers = {"Sec-Fetch-Dest": "iframe"}
        first = lti.ask(headers=headers)
        assert first.status_code == 303
        second = lti.browser.get(first.location, base_url=TOOL, headers=headers)
        assert second.status_code == 302
        assert second.location.startswith("http://moodle.example/")

    def test_without_cookies_a_form_opens_a_new_window_and_starts_again(
        self, lti: ToolAndPlatform
    ) -> None:
        headers = {"Sec-Fetch-Dest": "iframe"}
        forgetful = lti.app.test_client(use_cookies=False)
        first = lti.ask(forgetful, headers=headers)
        page = forgetful.get(first.location, base_url=TOOL, headers=headers)
        assert page.status_code == 200
        html = page.get_data(as_text=True)
        assert 'target="_blank"' in html
        assert "<script" not in html
        assert "style=" not in html
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', html))
        window = lti.client()
        fields["lti_message_hint"] = fields["lti_message_hint"].replace("&#34;", '"')
        again = window.post(
            "/lti/login", data=fields, base_url=TOOL, headers={"Sec-Fetch-Dest": "document"}
        )
        assert again.status_code == 302

    def test_answers_are_not_kept_and_addresses_not_passed_on(self, lti: ToolAndPlatform) -> None:
        for answer in (lti.ask(), lti.launch(), lti.launch(sub="")):
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
