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
    def test_case_15_a_token_that_names_no_key(self, lti: ToolAndPlatform, kid: object) -> None:
        started = lti.login()
        token = lti.moodle.sign(lti.claims(started), headers={"kid": kid})
        lti.refused(lti.post(token, started.state), 401, "key_id")

    @pytest.mark.parametrize("kid", [None, 7, ["moodle-1"]])
    def test_a_key_id_that_is_no_text_makes_no_token(
        self, lti: ToolAndPlatform, kid: object
    ) -> None:
        started = lti.login()
        token = lti.moodle.sign(lti.claims(started), headers={"kid": kid})
        lti.refused(lti.post(token, started.state), 400, "token_malformed")

    def unknown(self, lti: ToolAndPlatform, kid: str = "unknown", browser: Any = None) -> None:
        started = lti.login(browser)
        token = lti.moodle.sign(lti.claims(started), headers={"kid": kid})
        response = lti.post(token, started.state, browser)
        lti.refused(response, 401, "key_id", sessions_before=1)

    def test_case_16_an_unknown_key_leads_to_one_reading(self, lti: ToolAndPlatform) -> None:
        lti.warm()
        for _ in range(5):
            self.unknown(lti)
        assert len(lti.moodle.server.hits) == 1

    def test_case_16_many_unknown_keys_have_a_budget_whichever_worker_sees_them(
        self, lti: ToolAndPlatform
    ) -> None:
        lti.warm()
        workers = [lti.client(lti.application()) for _ in range(2)]
        for number in range(20):
            self.unknown(lti, f"unknown-{number}", workers[number % 2])
        assert len(lti.moodle.server.hits) <= BURST
        lti.moodle.server.hits.clear()
        lti.clock.wait(seconds=PACE.total_seconds())
        for number in range(20, 30):
            self.unknown(lti, f"unknown-{number}", workers[number % 2])
        assert len(lti.moodle.server.hits) == 1

    def test_case_16_after_half_a_minute_it_may_be_read_again(self, lti: ToolAndPlatform) -> None:
        lti.warm()
        for seconds in (31, 31):
            lti.clock.wait(seconds=seconds)
            self.unknown(lti)
        assert len(lti.moodle.server.hits) == 2

    def test_case_16_a_clock_that_was_set_back_does_not_stop_readings(
        self, lti: ToolAndPlatform
    ) -> None:
        lti.warm()
        lti.clock.wait(hours=-5)
        started = lti.login()
        token = lti.moodle.sign(lti.claims(started), headers={"kid": "unknown"})
        assert lti.post(token, started.state).status_code == 401
        assert len(lti.moodle.server.hits) == 1


class TestSignature:
    def test_case_17_a_foreign_key_under_a_good_name(self, lti: ToolAndPlatform) -> None:
        started = lti.login()
        token = lti.moodle.sign(lti.claims(started), key=rsa_key("foreign"))
        lti.refused(lti.post(token, started.state), 401, "signature")

    def test_case_18_no_signature_at_all(self, lti: ToolAndPlatform) -> None:
        started = lti.login()
        token = unsigned(lti.claims(started), lti.moodle.kid)
        lti.refused(lti.post(token, started.state), 401, "algorithm")

    def test_case_19_the_public_key_as_a_shared_secret(self, lti: ToolAndPlatform) -> None:
        started = lti.login()
        token = lti.moodle.sign_with_public_key(lti.claims(started))
        lti.refused(lti.post(token, started.state), 401, "algorithm")

    @pytest.mark.parametrize("algorithm", ["RS512", "RS384", "PS256"])
    def test_case_20_another_algorithm_with_the_right_key(
        self, lti: ToolAndPlatform, algorithm: str
    ) -> None:
        lti.moodle.publish(alg=ABSENT)
        started = lti.login()
        token = lti.moodle.sign(lti.claims(started), algorithm=algorithm)
        lti.refused(lti.post(token, started.state), 401, "algorithm")

    @pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "rs256", "", ABSENT, "HS512"])
    def test_case_20_another_algorithm_in_the_header_alone(
        self, lti: ToolAndPlatform, algorithm: object
    ) -> None:
        started = lti.login()
        token = lti.moodle.sign(lti.claims(started), headers={"alg": algorithm})
        lti.refused(lti.post(token, started.state), 401, "algorithm")

    @pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c"])
    def test_case_21_a_key_brought_along_is_not_looked_at(
        self, lti: ToolAndPlatform, name: str
    ) -> None:
        lti.warm()
        thief = rsa_key("foreign")
        url = f"{lti.moodle.server.url}/thief.php"
        value = {"jwk": public_jwk(thief, lti.moodle.kid), "x5c": ["MIIB"]}.get(name, url)
        started = lti.login()
        token = lti.moodle.sign(lti.claims(started), headers={name: value}, key=thief)
        lti.refused(lti.post(token, started.state), 401, "signature", sessions_before=1)
        assert set(lti.moodle.server.hits) <= {"/certs.php"}

    @pytest.mark.parametrize("changes", [{"sub": "2"}, {"exp": 9_999_999_999}, {"aud": "x"}])
    def test_case_22_claims_changed_after_signing(
        self, lti: ToolAndPlatform, changes: dict[str, Any]
    ) -> None:
        started = lti.login()
        token = tampered(lti.moodle.sign(lti.claims(started)), **changes)
        code = "audience" if "aud" in changes else "signature"
        lti.refused(lti.post(token, started.state), 401, code)

    @pytest.mark.parametrize(
        "changes", [{"alg": ABSENT}, {"use": ABSENT, "alg": ABSENT, "key_ops": ["verify"]}]
    )
    def test_case_23_a_key_without_alg_or_with_key_ops(
        self, lti: ToolAndPlatform, changes: dict[str, Any]
    ) -> None:
        lti.moodle.publish(**changes)
        lti.accepted(lti.launch())

    @pytest.mark.parametrize("changes", [{"use": "enc"}, {"alg": "RS512"}, {"kty": "EC"}])
    def test_a_key_for_something_else_is_not_used(
        self, lti: ToolAndPlatform, changes: dict[str, Any]
    ) -> None:
        lti.moodle.publish(public_jwk(rsa_key("other"), "other-1"), **changes)
        assert lti.launch().status_code == 401

    def test_a_key_of_1024_bits_is_not_used(self, lti: ToolAndPlatform) -> None:
        lti.moodle.key = rsa_key("short", 1024)
        lti.moodle.publish()
        assert lti.launch().status_code == 503


class TestReading:
    def test_a_warm_launch_asks_the_platform_for_nothing(self, lti: ToolAndPlatform) -> None:
        lti.warm()
        lti.clock.wait(hours=5)
        lti.accepted(lti.launch())
        another_worker = lti.client(lti.application())
        lti.accepted(lti.launch(another_worker))
        assert lti.moodle.server.hits == []

    @pytest.mark.parametrize("seconds", [0, 60])
    def test_case_65_a_rotated_key_is_accepted_after_one_reading(
        self, lti: ToolAndPlatform, seconds: int
    ) -> None:
        lti.warm()
        lti.clock.wait(seconds=seconds)
        lti.moodle.rotate("rotated")
        lti.accepted(lti.launch())
        lti.accepted(lti.launch(lti.client(lti.application())))
        assert lti.moodle.server.hits == ["/certs.php"]

    @pytest.mark.parametrize("mode", ["500", "html", "empty", "huge", "hang"])
    def test_case_66_a_broken_key_set_is_not_felt_while_the_key_is_known(
        self, lti: ToolAndPlatform, mode: str
    ) -> None:
        lti.warm()
        lti.moodle.server.misbehave(mode)
        lti.clock.wait(hours=30)
        lti.accepted(lti.launch())

    def test_case_66_a_failed_reading_keeps_the_keys_we_have(self, lti: ToolAndPlatform) -> None:
        lti.warm()
        lti.moodle.server.misbehave("500")
        lti.clock.wait(minutes=2)
        platform = lti.only(Platform)
        keysets = KeySets(lti.database, allow_loopback=True)
        assert keysets.refresh(platform, lti.clock()) == "status_500"
        lti.accepted(lti.launch(lti.client(lti.application())))

    @pytest.mark.parametrize("mode", ["500", "html", "empty"])
    def test_a_broken_key_set_on_the_first_launch_is_503(
        self, lti: ToolAndPlatform, mode: str
    ) -> None:
        lti.moodle.server.misbehave(mode)
        lti.refused(lti.launch(), 503, "keys_unreachable")

    def test_after_503_the_same_form_can_be_sent_again(self, lti: ToolAndPlatform) -> None:
        lti.moodle.server.misbehave("500")
        started = lti.login()
        token = lti.moodle.sign(lti.claims(started))
        lti.refused(lti.post(token, started.state), 503, "keys_unreachable")
        lti.moodle.server.modes.clear()
        lti.clock.wait(seconds=31)
        lti.accepted(lti.post(token, started.state))

    def test_keys_that_were_withdrawn_go_away_with_the_daily_reading(
        self, lti: ToolAndPlatform
    ) -> None:
        lti.warm()
        old_key, old_kid = lti.moodle.key, lti.moodle.kid
        lti.moodle.rotate("rotated")
        lti.clock.wait(hours=25)
        assert KeySets(lti.database, allow_loopback=True).refresh_old(lti.clock()) == {}
        started = lti.login()
        token = lti.moodle.sign(lti.claims(started), headers={"kid": old_kid}, key=old_key)
        response = lti.post(token, started.state)
        lti.refused(response, 401, "key_id", sessions_before=1)


class TestHanging:
    def test_case_67_a_reading_is_given_less_than_three_seconds(self) -> None:
        assert PATIENCE < 3

    @pytest.mark.parametrize("mode", ["hang", "drip"])
    def test_case_67_a_hanging_key_set_is_503_while_it_hangs(
        self, lti: ToolAndPlatform, mode: str
    ) -> None:
        lti.moodle.server.misbehave(mode)
        lti.refused(lti.launch(), 503, "keys_unreachable")

    def test_case_67_who_comes_later_does_not_wait_for_a_reading(
        self, lti: ToolAndPlatform
    ) -> None:
        lti.moodle.server.misbehave("hang")
        for _ in range(2):
            lti.refused(lti.launch(), 503, "keys_unreachable")
        assert len(lti.moodle.server.hits) == 1

    def test_case_67_other_platforms_are_not_held_up(
        self, lti: ToolAndPlatform, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("lti.keysets.PATIENCE", 60)
        other = Moodle(
            lti.moodle.server, issuer="http://other.example", key="other", path="/other.php"
        )
        lti.register(other)
        lti.moodle.server.misbehave("hang")
        slow, quick = lti.client(), lti.client()
        hanging = lti.login(slow)
        token = lti.moodle.sign(lti.claims(hanging))
        with ThreadPoolExecutor() as threads:
            hung = threads.submit(lti.post, token, hanging.state, slow)
            going = lti.login(quick, moodle=other)
            claims = other.claims(going.nonce, lti.clock().timestamp(), TARGET)
            lti.accepted(lti.post(other.sign(claims), going.state, quick))
            assert not hung.done()
            lti.moodle.server.release()
            assert hung.result().status_code == 503
        assert lti.count(LaunchSession) == 1

    def test_the_hang_is_named_for_the_doctor(self, lti: ToolAndPlatform) -> None:
        lti.moodle.server.misbehave("hang")
        lti.launch()
        assert lti.only(PlatformKeySet).problem == "timeout"


class TestLimits:
    def problem(self, lti: ToolAndPlatform, *, allow_loopback: bool = True, **changes: Any) -> str:
        platform = lti.only(Platform)
        for name, value in changes.items():
            setattr(platform, name, value)
        with pytest.raises(KeySetProblem) as refused:
            fetch_keys(platform, allow_loopback=allow_loopback)
        return refused.value.code

    def test_case_68_a_key_set_over_a_megabyte(self, lti: ToolAndPlatform) -> None:
        lti.moodle.server.misbehave("huge")
        assert self.problem(lti) == "too_big"
        lti.refused(lti.launch(), 503, "keys_unreachable")

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
        self, lti: ToolAndPlatform, location: str
    ) -> None:
        lti.moodle.server.location = location
        lti.moodle.server.misbehave("redirect")
        assert self.problem(lti) == "redirect"

    def test_case_68_redirects_in_a_circle_end(self, lti: ToolAndPlatform) -> None:
        lti.moodle.server.location = "/certs.php"
        lti.moodle.server.misbehave("redirect")
        assert self.problem(lti) == "redirect"
        assert len(lti.moodle.server.hits) <= 4

    def test_case_68_plain_http_for_an_https_issuer(self, lti: ToolAndPlatform) -> None:
        assert self.problem(lti, issuer="https://moodle.example") == "insecure"
        assert lti.moodle.server.hits == []

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "localhost", "169.254.169.254", "[::1]", "0.0.0.0"]
    )
    def test_case_68_this_machine_itself_unless_in_development(
        self, lti: ToolAndPlatform, host: str
    ) -> None:
        url = f"http://{host}:{lti.moodle.server.url.rpartition(':')[2]}/certs.php"
        assert self.problem(lti, jwks_url=url, allow_loopback=False) == "address"
        assert lti.moodle.server.hits == []

    def test_case_68_a_name_that_changes_between_look_up_and_connection_gains_nothing(
        self, lti: ToolAndPlatform, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        port = lti.moodle.server.url.rpartition(":")[2]
        answers = iter(["93.184.216.34"])

        def look_up(host: str, port: object, **_more: object) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers, "127.0.0.1"), port))]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        url = f"http://rebinding.example:{port}/certs.php"
        assert self.problem(lti, jwks_url=url, allow_loopback=False) == "address"
        assert lti.moodle.server.hits == []

    def test_only_public_parts_of_usable_keys_are_kept(self, lti: ToolAndPlatform) -> None:
        extra = {"d": "secret", "p": "secret", "x5c": ["MIIB"]}
        lti.moodle.publish({"kty": "EC", "kid": "ec"}, {"kty": "RSA", "kid": "odd"}, **extra)
        keys = fetch_keys(lti.only(Platform), allow_loopback=True)
        assert [sorted(key) for key in keys] == [["alg", "e", "kid", "kty", "n", "use"]]


class TestRekeyed:
    """A platform restored from a backup publishes a new key under its old id."""

    def rekey(self, lti: ToolAndPlatform) -> None:
        lti.warm()
        lti.moodle.key = rsa_key("after-restore")

    def forged(self, lti: ToolAndPlatform, browser: Any = None) -> None:
        started = lti.login(browser)
        token = lti.moodle.sign(lti.claims(started), key=rsa_key("stranger"))
        response = lti.post(token, started.state, browser)
        lti.refused(response, 401, "signature", sessions_before=1)

    @pytest.mark.parametrize("seconds", [0, 120])
    def test_a_new_key_under_the_old_id_is_believed_after_one_reading(
        self, lti: ToolAndPlatform, seconds: int
    ) -> None:
        self.rekey(lti)
        lti.moodle.publish()
        lti.clock.wait(seconds=seconds)
        lti.accepted(lti.launch())
        lti.accepted(lti.launch())
        assert len(lti.moodle.server.hits) == 1

    def test_a_second_worker_reads_what_the_first_one_stored(self, lti: ToolAndPlatform) -> None:
        lti.warm()
        other = lti.client(lti.application())
        assert lti.launch(other).status_code == 303
        lti.moodle.key = rsa_key("after-restore")
        lti.moodle.publish()
        lti.accepted(lti.launch())
        lti.accepted(lti.launch(other))
        assert len(lti.moodle.server.hits) == 1

    def test_forged_signatures_cannot_drive_requests(self, lti: ToolAndPlatform) -> None:
        lti.warm()
        workers = [lti.client(lti.application()) for _ in range(2)]
        for number in range(10):
            self.forged(lti, workers[number % 2])
        assert len(lti.moodle.server.hits) <= 2

    def test_a_new_key_is_believed_half_a_minute_after_a_forgery(
        self, lti: ToolAndPlatform
    ) -> None:
        self.rekey(lti)
        self.forged(lti)
        lti.moodle.publish()
        lti.clock.wait(seconds=31)
        lti.accepted(lti.launch())

    def test_a_key_that_was_withdrawn_signs_nothing_more(self, lti: ToolAndPlatform) -> None:
        lti.warm()
        lti.moodle.rotate("next")
        lti.accepted(lti.launch())
        started = lti.login()
        token = lti.moodle.sign(
            lti.claims(started), key=rsa_key("moodle"), headers={"kid": "moodle-1"}
        )
        lti.refused(lti.post(token, started.state), 401, "key_id", sessions_before=2)
