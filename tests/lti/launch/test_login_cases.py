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
    def test_case_58_what_is_no_token(self, stage: ToolAndPlatform, token: object) -> None:
        started = stage.login()
        response = stage.post(token, started.state)
        known = ("token_missing", "token_malformed")
        code = stage.records()[-1].failed
        assert code in known
        stage.refused(response, 400, code)

    def test_case_59_a_token_by_get(self, stage: ToolAndPlatform) -> None:
        started = stage.login()
        fields = {"id_token": stage.moodle.sign(stage.claims(started)), "state": started.state}
        response = stage.browser.get("/lti/launch", query_string=fields, base_url=TOOL)
        stage.refused(response, 405, "method")
        assert response.headers["Allow"] == "POST"

    def test_case_59_a_token_in_the_query_of_a_post(self, stage: ToolAndPlatform) -> None:
        started = stage.login()
        fields = {"id_token": stage.moodle.sign(stage.claims(started))}
        response = stage.browser.post(
            "/lti/launch", query_string=fields, data={"state": started.state}, base_url=TOOL
        )
        stage.refused(response, 405, "method")

    @pytest.mark.parametrize("error", ["login_required", "launch_no_longer_valid", "<b>x</b>"])
    def test_case_60_the_platform_answers_with_an_error(
        self, stage: ToolAndPlatform, error: str
    ) -> None:
        started = stage.login()
        response = stage.post(ABSENT, started.state, error=error, error_description="<i>why</i>")
        page = stage.refused(response, 401, "platform_error")
        assert str(NOT_SIGNED_IN.title) in page
        assert "<b>x" not in page
        assert "why" not in page

    def test_case_60_without_a_state_or_by_address(self, stage: ToolAndPlatform) -> None:
        stage.refused(stage.post(ABSENT, ABSENT, error="login_required"), 401, "platform_error")
        response = stage.browser.get("/lti/launch?error=login_required", base_url=TOOL)
        stage.refused(response, 401, "platform_error")


class TestLogin:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_get_and_post_lead_to_the_platform_with_one_fixed_return(
        self, stage: ToolAndPlatform, method: str
    ) -> None:
        response = stage.ask(method=method, target_link_uri=f"{TOOL}/assessments")
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
        self, stage: ToolAndPlatform, name: str, value: object
    ) -> None:
        stage.refused(stage.ask(**{name: value}), 400, "login_parameter")

    @pytest.mark.parametrize("value", ["a\x00b", "a\nb", "x" * 9_000])
    def test_case_61_a_login_with_impossible_values(
        self, stage: ToolAndPlatform, value: str
    ) -> None:
        stage.refused(stage.ask(login_hint=value), 400, "login_parameter")

    def test_case_61_two_values_for_one_name(self, stage: ToolAndPlatform) -> None:
        response = stage.ask(client_id=["columna", "other"])
        stage.refused(response, 400, "login_parameter")

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
        self, stage: ToolAndPlatform, changes: dict[str, str]
    ) -> None:
        page = stage.refused(stage.ask(**changes), 400, "login_registration")
        assert "script>" not in page

    def test_a_platform_that_leaves_the_client_out_is_known_by_its_issuer(
        self, stage: ToolAndPlatform
    ) -> None:
        assert stage.ask(client_id=ABSENT).status_code == 302

    def test_not_when_it_registered_twice(self, stage: ToolAndPlatform) -> None:
        stage.register(Moodle(stage.moodle.server, client_id="second"))
        stage.refused(stage.ask(client_id=ABSENT), 400, "login_registration")

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
    def test_case_63_a_target_elsewhere(self, stage: ToolAndPlatform, target: str) -> None:
        stage.refused(stage.ask(target_link_uri=target), 400, "login_target")


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
        self, stage: ToolAndPlatform
    ) -> None:
        for _ in range(5):
            stage.accepted(stage.launch())
        with stage.database.writing() as session:
            assert login_attempts.sweep(session, stage.clock()) == 0
        stage.clock.wait(seconds=login_attempts.KEPT.total_seconds() + 1)
        stage.accepted(stage.launch())
        with stage.database.writing() as session:
            assert login_attempts.sweep(session, stage.clock()) == 5
        assert stage.count(UsedNonce) == 1
        stage.note("5 old nonces gone")


class TestSession:
    def load(self, stage: ToolAndPlatform, ref: str, secret: str | None) -> LaunchSession | None:
        with stage.database.reading() as session:
            return sessions.load(session, ref, secret, stage.clock())

    def opened(self, stage: ToolAndPlatform) -> tuple[str, str]:
        location = stage.launch().location
        ref = location.split("/")[-2]
        cookie = stage.browser.get_cookie(sessions.cookie_name(ref), "tool.example")
        assert cookie is not None
        return ref, cookie.value

    def test_case_82_a_session_opens_with_its_own_secret_only(self, stage: ToolAndPlatform) -> None:
        ref, secret = self.opened(stage)
        other_ref, other_secret = self.opened(stage)
        assert self.load(stage, ref, secret) is not None
        for odd in (other_secret, "", None, secret + "x", "ñ\ud800", ref):
            assert self.load(stage, ref, odd) is None
        assert self.load(stage, other_ref, secret) is None

    def test_case_82_it_ends_after_twelve_hours(self, stage: ToolAndPlatform) -> None:
        ref, secret = self.opened(stage)
        stage.clock.wait(hours=11, minutes=59)
        assert self.load(stage, ref, secret) is not None
        stage.clock.wait(minutes=1)
        assert self.load(stage, ref, secret) is None

    def test_case_82_it_can_be_ended(self, stage: ToolAndPlatform) -> None:
        ref, secret = self.opened(stage)
        with stage.database.writing() as session:
            found = sessions.load(session, ref, secret, stage.clock())
            assert found is not None
            sessions.end(session, found, stage.clock())
        assert self.load(stage, ref, secret) is None
        ended = stage.only(LaunchSession)
        assert (ended.return_url, ended.custom) == (None, {})

    def test_case_82_it_ends_with_its_registration(self, stage: ToolAndPlatform) -> None:
        ref, secret = self.opened(stage)
        stage.change(Platform, status=Standing.DISABLED)
        assert self.load(stage, ref, secret) is None

    def test_case_82_form_tokens_belong_to_one_session(self, stage: ToolAndPlatform) -> None:
        first = self.load(stage, *self.opened(stage))
        second = self.load(stage, *self.opened(stage))
        assert first is not None
        assert second is not None
        assert sessions.csrf_holds(first, sessions.csrf_token(first))
        for odd in (sessions.csrf_token(second), "", None, "ñ"):
            assert not sessions.csrf_holds(first, odd)

    def test_only_a_hash_of_the_secret_is_stored(self, stage: ToolAndPlatform) -> None:
        _ref, secret = self.opened(stage)
        with stage.database.reading() as session:
            dump = session.connection().exec_driver_sql("SELECT * FROM lti_launch_sessions").all()
        assert secret not in str(dump)

    def test_a_cookie_with_a_wrong_secret_ends_nobodys_session(
        self, stage: ToolAndPlatform
    ) -> None:
        ref, secret = self.opened(stage)
        stranger = stage.client()
        stranger.set_cookie(sessions.cookie_name(ref), "guess", domain="tool.example")
        stage.accepted(stage.launch(stranger, sub="102"))
        assert self.load(stage, ref, secret) is not None

    def test_a_browser_keeps_at_most_twenty_sessions(self, stage: ToolAndPlatform) -> None:
        for _ in range(sessions.MOST_IN_ONE_BROWSER + 3):
            stage.clock.wait(seconds=1)
            stage.launch()
        with stage.database.reading() as session:
            alive = session.query(LaunchSession).filter(LaunchSession.ended_at.is_(None)).count()
        assert alive == sessions.MOST_IN_ONE_BROWSER

    def test_what_old_sessions_carried_is_swept_away(self, stage: ToolAndPlatform) -> None:
        self.opened(stage)
        stage.clock.wait(hours=13)
        with stage.database.writing() as session:
            assert sessions.sweep(session, stage.clock()) == 1
        swept = stage.only(LaunchSession)
        assert (swept.return_url, swept.custom) == (None, {})


class TestFrames:
    def ancestors(self, headers: object) -> str:
        found = re.search(r"frame-ancestors ([^;]+)", str(headers))
        assert found
        return found[1].strip()

    def pages(self, stage: ToolAndPlatform) -> Iterator[object]:
        yield stage.ask().headers["Content-Security-Policy"]
        yield stage.launch().headers["Content-Security-Policy"]
        yield stage.launch(roles=ABSENT).headers["Content-Security-Policy"]

    def test_case_83_the_registered_platform_may_frame_and_nobody_else(
        self, stage: ToolAndPlatform
    ) -> None:
        for policy in self.pages(stage):
            assert self.ancestors(policy) == "http://moodle.example"
        stage.note("the platform's origin")

    def test_case_83_a_stranger_may_frame_nothing(self, stage: ToolAndPlatform) -> None:
        for origin in ("http://elsewhere.example", "null", None):
            headers = {"Origin": origin} if origin else {}
            response = stage.ask(iss="http://elsewhere.example", headers=headers)
            assert self.ancestors(response.headers["Content-Security-Policy"]) == "'none'"

    def test_case_83_an_error_page_shows_inside_the_platform_it_came_from(
        self, stage: ToolAndPlatform
    ) -> None:
        response = stage.ask(login_hint=ABSENT, headers={"Origin": "http://moodle.example"})
        policy = response.headers["Content-Security-Policy"]
        assert self.ancestors(policy) == "http://moodle.example"

    def test_case_83_a_session_knows_who_may_frame_it(self, stage: ToolAndPlatform) -> None:
        stage.launch()
        with stage.database.reading() as session:
            opened = session.query(LaunchSession).one()
            assert frame_ancestors(opened.platform) == "http://moodle.example"


class TestCookies:
    def test_they_work_inside_a_frame_and_nowhere_else(self, stage: ToolAndPlatform) -> None:
        headers = {"Sec-Fetch-Dest": "iframe"}
        answers = [stage.ask(stage.client(), headers=headers), stage.ask(), stage.launch()]
        for answer in answers:
            (cookie,) = answer.headers.getlist("Set-Cookie")
            wanted = ("__Host-", "Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned")
            assert all(part in cookie for part in wanted)
            assert "Domain" not in cookie

    def test_in_a_frame_a_cookie_is_tried_before_the_login_is_used(
        self, stage: ToolAndPlatform
    ) -> None:
        headers = {"Sec-Fetch-Dest": "iframe"}
        first = stage.ask(headers=headers)
        assert first.status_code == 303
        second = stage.browser.get(first.location, base_url=TOOL, headers=headers)
        assert second.status_code == 302
        assert second.location.startswith("http://moodle.example/")

    def test_without_cookies_a_form_opens_a_new_window_and_starts_again(
        self, stage: ToolAndPlatform
    ) -> None:
        headers = {"Sec-Fetch-Dest": "iframe"}
        forgetful = stage.app.test_client(use_cookies=False)
        first = stage.ask(forgetful, headers=headers)
        page = forgetful.get(first.location, base_url=TOOL, headers=headers)
        assert page.status_code == 200
        html = page.get_data(as_text=True)
        assert 'target="_blank"' in html
        assert "<script" not in html
        assert "style=" not in html
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', html))
        window = stage.client()
        fields["lti_message_hint"] = fields["lti_message_hint"].replace("&#34;", '"')
        again = window.post(
            "/lti/login", data=fields, base_url=TOOL, headers={"Sec-Fetch-Dest": "document"}
        )
        assert again.status_code == 302

    def test_answers_are_not_kept_and_addresses_not_passed_on(self, stage: ToolAndPlatform) -> None:
        for answer in (stage.ask(), stage.launch(), stage.launch(sub="")):
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
