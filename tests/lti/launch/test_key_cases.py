"""Cases 15 to 23 and 65 to 68: whose signature it is, and how the keys are read."""

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lti.keysets import BURST, PACE, PATIENCE, KeySetProblem, KeySets, fetch_keys
from lti.models import LaunchSession, Platform, PlatformKeySet
from tests.lti.launch_kit import TARGET, ToolAndPlatform
from tests.lti.simulated_platform import ABSENT, Moodle, public_jwk, rsa_key, tampered, unsigned


class TestKeyId:
    @pytest.mark.parametrize("kid", [ABSENT, ""])
    def test_case_15_a_token_that_names_no_key(self, stage: ToolAndPlatform, kid: object) -> None:
        started = stage.login()
        token = stage.moodle.sign(stage.claims(started), headers={"kid": kid})
        stage.refused(stage.post(token, started.state), 401, "key_id")

    @pytest.mark.parametrize("kid", [None, 7, ["moodle-1"]])
    def test_a_key_id_that_is_no_text_makes_no_token(
        self, stage: ToolAndPlatform, kid: object
    ) -> None:
        started = stage.login()
        token = stage.moodle.sign(stage.claims(started), headers={"kid": kid})
        stage.refused(stage.post(token, started.state), 400, "token_malformed")

    def unknown(self, stage: ToolAndPlatform, kid: str = "unknown", browser: Any = None) -> None:
        started = stage.login(browser)
        token = stage.moodle.sign(stage.claims(started), headers={"kid": kid})
        response = stage.post(token, started.state, browser)
        stage.refused(response, 401, "key_id", sessions_before=1)

    def test_case_16_an_unknown_key_leads_to_one_reading(self, stage: ToolAndPlatform) -> None:
        stage.warm()
        for _ in range(5):
            self.unknown(stage)
        assert len(stage.moodle.server.hits) == 1

    def test_case_16_many_unknown_keys_have_a_budget_whichever_worker_sees_them(
        self, stage: ToolAndPlatform
    ) -> None:
        stage.warm()
        workers = [stage.client(stage.application()) for _ in range(2)]
        for number in range(20):
            self.unknown(stage, f"unknown-{number}", workers[number % 2])
        assert len(stage.moodle.server.hits) <= BURST
        stage.moodle.server.hits.clear()
        stage.clock.wait(seconds=PACE.total_seconds())
        for number in range(20, 30):
            self.unknown(stage, f"unknown-{number}", workers[number % 2])
        assert len(stage.moodle.server.hits) == 1

    def test_case_16_after_half_a_minute_it_may_be_read_again(self, stage: ToolAndPlatform) -> None:
        stage.warm()
        for seconds in (31, 31):
            stage.clock.wait(seconds=seconds)
            self.unknown(stage)
        assert len(stage.moodle.server.hits) == 2

    def test_case_16_a_clock_that_was_set_back_does_not_stop_readings(
        self, stage: ToolAndPlatform
    ) -> None:
        stage.warm()
        stage.clock.wait(hours=-5)
        started = stage.login()
        token = stage.moodle.sign(stage.claims(started), headers={"kid": "unknown"})
        assert stage.post(token, started.state).status_code == 401
        assert len(stage.moodle.server.hits) == 1


class TestSignature:
    def test_case_17_a_foreign_key_under_a_good_name(self, stage: ToolAndPlatform) -> None:
        started = stage.login()
        token = stage.moodle.sign(stage.claims(started), key=rsa_key("foreign"))
        stage.refused(stage.post(token, started.state), 401, "signature")

    def test_case_18_no_signature_at_all(self, stage: ToolAndPlatform) -> None:
        started = stage.login()
        token = unsigned(stage.claims(started), stage.moodle.kid)
        stage.refused(stage.post(token, started.state), 401, "algorithm")

    def test_case_19_the_public_key_as_a_shared_secret(self, stage: ToolAndPlatform) -> None:
        started = stage.login()
        token = stage.moodle.sign_with_public_key(stage.claims(started))
        stage.refused(stage.post(token, started.state), 401, "algorithm")

    @pytest.mark.parametrize("algorithm", ["RS512", "RS384", "PS256"])
    def test_case_20_another_algorithm_with_the_right_key(
        self, stage: ToolAndPlatform, algorithm: str
    ) -> None:
        stage.moodle.publish(alg=ABSENT)
        started = stage.login()
        token = stage.moodle.sign(stage.claims(started), algorithm=algorithm)
        stage.refused(stage.post(token, started.state), 401, "algorithm")

    @pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "rs256", "", ABSENT, "HS512"])
    def test_case_20_another_algorithm_in_the_header_alone(
        self, stage: ToolAndPlatform, algorithm: object
    ) -> None:
        started = stage.login()
        token = stage.moodle.sign(stage.claims(started), headers={"alg": algorithm})
        stage.refused(stage.post(token, started.state), 401, "algorithm")

    @pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c"])
    def test_case_21_a_key_brought_along_is_not_looked_at(
        self, stage: ToolAndPlatform, name: str
    ) -> None:
        stage.warm()
        thief = rsa_key("foreign")
        url = f"{stage.moodle.server.url}/thief.php"
        value = {"jwk": public_jwk(thief, stage.moodle.kid), "x5c": ["MIIB"]}.get(name, url)
        started = stage.login()
        token = stage.moodle.sign(stage.claims(started), headers={name: value}, key=thief)
        stage.refused(stage.post(token, started.state), 401, "signature", sessions_before=1)
        assert set(stage.moodle.server.hits) <= {"/certs.php"}

    @pytest.mark.parametrize("changes", [{"sub": "2"}, {"exp": 9_999_999_999}, {"aud": "x"}])
    def test_case_22_claims_changed_after_signing(
        self, stage: ToolAndPlatform, changes: dict[str, Any]
    ) -> None:
        started = stage.login()
        token = tampered(stage.moodle.sign(stage.claims(started)), **changes)
        code = "audience" if "aud" in changes else "signature"
        stage.refused(stage.post(token, started.state), 401, code)

    @pytest.mark.parametrize(
        "changes", [{"alg": ABSENT}, {"use": ABSENT, "alg": ABSENT, "key_ops": ["verify"]}]
    )
    def test_case_23_a_key_without_alg_or_with_key_ops(
        self, stage: ToolAndPlatform, changes: dict[str, Any]
    ) -> None:
        stage.moodle.publish(**changes)
        stage.accepted(stage.launch())

    @pytest.mark.parametrize("changes", [{"use": "enc"}, {"alg": "RS512"}, {"kty": "EC"}])
    def test_a_key_for_something_else_is_not_used(
        self, stage: ToolAndPlatform, changes: dict[str, Any]
    ) -> None:
        stage.moodle.publish(public_jwk(rsa_key("other"), "other-1"), **changes)
        assert stage.launch().status_code == 401

    def test_a_key_of_1024_bits_is_not_used(self, stage: ToolAndPlatform) -> None:
        stage.moodle.key = rsa_key("short", 1024)
        stage.moodle.publish()
        assert stage.launch().status_code == 503


class TestReading:
    def test_a_warm_launch_asks_the_platform_for_nothing(self, stage: ToolAndPlatform) -> None:
        stage.warm()
        stage.clock.wait(hours=5)
        stage.accepted(stage.launch())
        another_worker = stage.client(stage.application())
        stage.accepted(stage.launch(another_worker))
        assert stage.moodle.server.hits == []

    @pytest.mark.parametrize("seconds", [0, 60])
    def test_case_65_a_rotated_key_is_accepted_after_one_reading(
        self, stage: ToolAndPlatform, seconds: int
    ) -> None:
        stage.warm()
        stage.clock.wait(seconds=seconds)
        stage.moodle.rotate("rotated")
        stage.accepted(stage.launch())
        stage.accepted(stage.launch(stage.client(stage.application())))
        assert stage.moodle.server.hits == ["/certs.php"]

    @pytest.mark.parametrize("mode", ["500", "html", "empty", "huge", "hang"])
    def test_case_66_a_broken_key_set_is_not_felt_while_the_key_is_known(
        self, stage: ToolAndPlatform, mode: str
    ) -> None:
        stage.warm()
        stage.moodle.server.misbehave(mode)
        stage.clock.wait(hours=30)
        stage.accepted(stage.launch())

    def test_case_66_a_failed_reading_keeps_the_keys_we_have(self, stage: ToolAndPlatform) -> None:
        stage.warm()
        stage.moodle.server.misbehave("500")
        stage.clock.wait(minutes=2)
        platform = stage.only(Platform)
        keysets = KeySets(stage.database, allow_loopback=True)
        assert keysets.refresh(platform, stage.clock()) == "status_500"
        stage.accepted(stage.launch(stage.client(stage.application())))

    @pytest.mark.parametrize("mode", ["500", "html", "empty"])
    def test_a_broken_key_set_on_the_first_launch_is_503(
        self, stage: ToolAndPlatform, mode: str
    ) -> None:
        stage.moodle.server.misbehave(mode)
        stage.refused(stage.launch(), 503, "keys_unreachable")

    def test_after_503_the_same_form_can_be_sent_again(self, stage: ToolAndPlatform) -> None:
        stage.moodle.server.misbehave("500")
        started = stage.login()
        token = stage.moodle.sign(stage.claims(started))
        stage.refused(stage.post(token, started.state), 503, "keys_unreachable")
        stage.moodle.server.modes.clear()
        stage.clock.wait(seconds=31)
        stage.accepted(stage.post(token, started.state))

    def test_keys_that_were_withdrawn_go_away_with_the_daily_reading(
        self, stage: ToolAndPlatform
    ) -> None:
        stage.warm()
        old_key, old_kid = stage.moodle.key, stage.moodle.kid
        stage.moodle.rotate("rotated")
        stage.clock.wait(hours=25)
        assert KeySets(stage.database, allow_loopback=True).refresh_old(stage.clock()) == {}
        started = stage.login()
        token = stage.moodle.sign(stage.claims(started), headers={"kid": old_kid}, key=old_key)
        response = stage.post(token, started.state)
        stage.refused(response, 401, "key_id", sessions_before=1)


class TestHanging:
    def test_case_67_a_reading_is_given_less_than_three_seconds(self) -> None:
        assert PATIENCE < 3

    @pytest.mark.parametrize("mode", ["hang", "drip"])
    def test_case_67_a_hanging_key_set_is_503_while_it_hangs(
        self, stage: ToolAndPlatform, mode: str
    ) -> None:
        stage.moodle.server.misbehave(mode)
        stage.refused(stage.launch(), 503, "keys_unreachable")

    def test_case_67_who_comes_later_does_not_wait_for_a_reading(
        self, stage: ToolAndPlatform
    ) -> None:
        stage.moodle.server.misbehave("hang")
        for _ in range(2):
            stage.refused(stage.launch(), 503, "keys_unreachable")
        assert len(stage.moodle.server.hits) == 1

    def test_case_67_other_platforms_are_not_held_up(
        self, stage: ToolAndPlatform, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("lti.keysets.PATIENCE", 60)
        other = Moodle(
            stage.moodle.server, issuer="http://other.example", key="other", path="/other.php"
        )
        stage.register(other)
        stage.moodle.server.misbehave("hang")
        slow, quick = stage.client(), stage.client()
        hanging = stage.login(slow)
        token = stage.moodle.sign(stage.claims(hanging))
        with ThreadPoolExecutor() as threads:
            hung = threads.submit(stage.post, token, hanging.state, slow)
            going = stage.login(quick, moodle=other)
            claims = other.claims(going.nonce, stage.clock().timestamp(), TARGET)
            stage.accepted(stage.post(other.sign(claims), going.state, quick))
            assert not hung.done()
            stage.moodle.server.release()
            assert hung.result().status_code == 503
        assert stage.count(LaunchSession) == 1

    def test_the_hang_is_named_for_the_doctor(self, stage: ToolAndPlatform) -> None:
        stage.moodle.server.misbehave("hang")
        stage.launch()
        assert stage.only(PlatformKeySet).problem == "timeout"


class TestLimits:
    def problem(
        self, stage: ToolAndPlatform, *, allow_loopback: bool = True, **changes: Any
    ) -> str:
        platform = stage.only(Platform)
        for name, value in changes.items():
            setattr(platform, name, value)
        with pytest.raises(KeySetProblem) as refused:
            fetch_keys(platform, allow_loopback=allow_loopback)
        return refused.value.code

    def test_case_68_a_key_set_over_a_megabyte(self, stage: ToolAndPlatform) -> None:
        stage.moodle.server.misbehave("huge")
        assert self.problem(stage) == "too_big"
        stage.refused(stage.launch(), 503, "keys_unreachable")

    @pytest.mark.parametrize(
        "location",
        [
            "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.1/certs",
            "http://localhost:1/certs",
            "file:///etc/passwd",
            "//[::1]/certs",
            "http://127.0.0.1.example/certs",
        ],
    )
    def test_case_68_a_redirect_to_another_host_is_not_followed(
        self, stage: ToolAndPlatform, location: str
    ) -> None:
        stage.moodle.server.location = location
        stage.moodle.server.misbehave("redirect")
        assert self.problem(stage) == "redirect"

    def test_case_68_redirects_in_a_circle_end(self, stage: ToolAndPlatform) -> None:
        stage.moodle.server.location = "/certs.php"
        stage.moodle.server.misbehave("redirect")
        assert self.problem(stage) == "redirect"
        assert len(stage.moodle.server.hits) <= 4

    def test_case_68_plain_http_for_an_https_issuer(self, stage: ToolAndPlatform) -> None:
        assert self.problem(stage, issuer="https://moodle.example") == "insecure"
        assert stage.moodle.server.hits == []

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "localhost", "169.254.169.254", "[::1]", "0.0.0.0"]
    )
    def test_case_68_this_machine_itself_unless_in_development(
        self, stage: ToolAndPlatform, host: str
    ) -> None:
        url = f"http://{host}:{stage.moodle.server.url.rpartition(':')[2]}/certs.php"
        assert self.problem(stage, jwks_url=url, allow_loopback=False) == "address"
        assert stage.moodle.server.hits == []

    def test_case_68_a_name_that_changes_between_look_up_and_connection_gains_nothing(
        self, stage: ToolAndPlatform, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        port = stage.moodle.server.url.rpartition(":")[2]
        answers = iter(["93.184.216.34"])

        def look_up(host: str, port: object, **_more: object) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers, "127.0.0.1"), port))]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        url = f"http://rebinding.example:{port}/certs.php"
        assert self.problem(stage, jwks_url=url, allow_loopback=False) == "address"
        assert stage.moodle.server.hits == []

    def test_only_public_parts_of_usable_keys_are_kept(self, stage: ToolAndPlatform) -> None:
        extra = {"d": "secret", "p": "secret", "x5c": ["MIIB"]}
        stage.moodle.publish({"kty": "EC", "kid": "ec"}, {"kty": "RSA", "kid": "odd"}, **extra)
        keys = fetch_keys(stage.only(Platform), allow_loopback=True)
        assert [sorted(key) for key in keys] == [["alg", "e", "kid", "kty", "n", "use"]]


class TestRekeyed:
    """A platform restored from a backup publishes a new key under its old id."""

    def rekey(self, stage: ToolAndPlatform) -> None:
        stage.warm()
        stage.moodle.key = rsa_key("after-restore")

    def forged(self, stage: ToolAndPlatform, browser: Any = None) -> None:
        started = stage.login(browser)
        token = stage.moodle.sign(stage.claims(started), key=rsa_key("stranger"))
        response = stage.post(token, started.state, browser)
        stage.refused(response, 401, "signature", sessions_before=1)

    @pytest.mark.parametrize("seconds", [0, 120])
    def test_a_new_key_under_the_old_id_is_believed_after_one_reading(
        self, stage: ToolAndPlatform, seconds: int
    ) -> None:
        self.rekey(stage)
        stage.moodle.publish()
        stage.clock.wait(seconds=seconds)
        stage.accepted(stage.launch())
        stage.accepted(stage.launch())
        assert len(stage.moodle.server.hits) == 1

    def test_a_second_worker_reads_what_the_first_one_stored(self, stage: ToolAndPlatform) -> None:
        stage.warm()
        other = stage.client(stage.application())
        assert stage.launch(other).status_code == 303
        stage.moodle.key = rsa_key("after-restore")
        stage.moodle.publish()
        stage.accepted(stage.launch())
        stage.accepted(stage.launch(other))
        assert len(stage.moodle.server.hits) == 1

    def test_forged_signatures_cannot_drive_requests(self, stage: ToolAndPlatform) -> None:
        stage.warm()
        workers = [stage.client(stage.application()) for _ in range(2)]
        for number in range(10):
            self.forged(stage, workers[number % 2])
        assert len(stage.moodle.server.hits) <= 2

    def test_a_new_key_is_believed_half_a_minute_after_a_forgery(
        self, stage: ToolAndPlatform
    ) -> None:
        self.rekey(stage)
        self.forged(stage)
        stage.moodle.publish()
        stage.clock.wait(seconds=31)
        stage.accepted(stage.launch())

    def test_a_key_that_was_withdrawn_signs_nothing_more(self, stage: ToolAndPlatform) -> None:
        stage.warm()
        stage.moodle.rotate("next")
        stage.accepted(stage.launch())
        started = stage.login()
        token = stage.moodle.sign(
            stage.claims(started), key=rsa_key("moodle"), headers={"kid": "moodle-1"}
        )
        stage.refused(stage.post(token, started.state), 401, "key_id", sessions_before=2)
