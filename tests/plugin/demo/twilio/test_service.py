"""The stand-in keeps to Twilio's own description, remembers, and misbehaves when it is told to."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import requests
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from plugin.demo.twilio.answers import Answer, Call, Fault, call_of
from plugin.demo.twilio.network import signature
from plugin.demo.twilio.records import Script
from plugin.demo.twilio.server import post_form, serving
from plugin.demo.twilio.service import FakeTwilio

ACCOUNT = "AC" + "1" * 32
TOKEN = "t" * 32
SENDER = "+5215500000001"
PATIENT = "+525551234567"
BODY = "Hola, {{1}}. Tu registro del {{2}} te espera en {{3}} cuando quieras."
VALUES = {"1": "Ana", "2": "jueves 12 de noviembre", "3": "https://campus.example.mx"}
CALLBACK = "https://columna.example.org/webhooks/twilio/status/x#rc=5&rp=all"
SHARED = Path(__file__).resolve().parents[5] / "shared" / "data" / "twilio"
DESCRIPTION = SHARED / "twilio_api_v2010.json"
BASIC = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
LIST = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 13, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Posted:
    """Collects what the fake posts, and answers with the TwiML it is given."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str], Mapping[str, str]]] = []
        self.answer = ""

    def __call__(self, url: str, body: str, headers: Mapping[str, str]) -> str:
        self.calls.append((url, dict(parse_qsl(body)), headers))
        return self.answer

    @property
    def statuses(self) -> list[str]:
        return [fields["MessageStatus"] for _, fields, _ in self.calls]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def posted() -> Posted:
    return Posted()


@pytest.fixture
def fake(clock: Clock, posted: Posted) -> FakeTwilio:
    return FakeTwilio(
        account_sid=ACCOUNT, auth_token=TOKEN, sender=SENDER, clock=clock, post=posted
    )


def call(
    method: str,
    path: str = LIST,
    form: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    authorization: str = BASIC,
) -> Call:
    return Call(method, path, query or {}, form or {}, authorization)


def form(fake: FakeTwilio, **changes: str) -> dict[str, str]:
    made = {
        "To": f"whatsapp:{PATIENT}",
        "From": f"whatsapp:{SENDER}",
        "ContentSid": fake.add_template(BODY),
        "ContentVariables": json.dumps(VALUES),
        "StatusCallback": CALLBACK,
    }
    return {name: value for name, value in {**made, **changes}.items() if value}


def create(fake: FakeTwilio, **changes: str) -> Answer:
    return fake.handle(call("POST", form=form(fake, **changes)))


def code_of(answer: Answer) -> int:
    return int(json.loads(answer.body)["code"])


def sid_of(answer: Answer) -> str:
    return str(json.loads(answer.body)["sid"])


@pytest.fixture(scope="module")
def judge() -> OpenAPI:
    if not DESCRIPTION.exists():
        pytest.skip("Twilio's OpenAPI file is not here (../shared/data/twilio)")
    return OpenAPI.from_dict(strict_messages(json.loads(DESCRIPTION.read_text())))


class TestTheDescriptionOfTwilio:
    """Requests and answers are judged by the OpenAPI file that Twilio publishes."""

    def judged(self, judge: OpenAPI, asked: Call, answer: Answer) -> None:
        request = MockRequest(
            "https://api.twilio.com",
            asked.method.lower(),
            asked.path,
            args=dict(asked.query),
            headers={"Authorization": BASIC},
            data=urlencode(asked.form).encode() or None,
            content_type="application/x-www-form-urlencoded",
        )
        response = MockResponse(
            answer.body.encode(), status_code=answer.status, content_type="application/json"
        )
        judge.validate_request(request)
        judge.validate_response(request, response)

    def test_holds_for_creating(self, judge: OpenAPI, fake: FakeTwilio):
        asked = call("POST", form=form(fake))
        self.judged(judge, asked, fake.handle(asked))

    def test_holds_for_fetching_in_every_state(
        self, judge: OpenAPI, fake: FakeTwilio, clock: Clock
    ):
        fake.script = Script(("sent", "delivered", "read"))
        sid = sid_of(create(fake))
        for _ in range(5):
            asked = call("GET", LIST.replace(".json", f"/{sid}.json"))
            self.judged(judge, asked, fake.handle(asked))
            clock.now += timedelta(seconds=1)

    def test_holds_for_a_failed_message(self, judge: OpenAPI, fake: FakeTwilio, clock: Clock):
        fake.telephone(PATIENT).blocks_us = True
        sid = sid_of(create(fake))
        clock.now += timedelta(minutes=1)
        asked = call("GET", LIST.replace(".json", f"/{sid}.json"))
        self.judged(judge, asked, fake.handle(asked))

    def test_holds_for_listing(self, judge: OpenAPI, fake: FakeTwilio):
        create(fake)
        asked = call("GET", query={"To": f"whatsapp:{PATIENT}", "PageSize": "50"})
        self.judged(judge, asked, fake.handle(asked))

    def test_the_judge_sees_a_wrong_answer(self, judge: OpenAPI, fake: FakeTwilio):
        asked = call("POST", form=form(fake))
        right = json.loads(fake.handle(asked).body)
        for wrong in ({"sid": "XX" + "a" * 32}, {"status": "zapped"}):
            with pytest.raises(OpenAPIError):
                self.judged(judge, asked, Answer(201, json.dumps({**right, **wrong})))

    def test_the_judge_sees_a_wrong_request(self, judge: OpenAPI, fake: FakeTwilio):
        right = fake.handle(call("POST", form=form(fake)))
        with pytest.raises(OpenAPIError):
            self.judged(judge, call("POST", form=form(fake, ContentSid="HX1")), right)


def strict_messages(description: dict[str, Any]) -> dict[str, Any]:
    """The part about messages, without `format: uri` on page addresses that Twilio gives bare."""
    paths = description["paths"]
    kept = {path: entry for path, entry in paths.items() if "/Messages" in path}
    for entry in kept.values():
        page = (
            entry.get("get", {})
            .get("responses", {})
            .get("200", {})
            .get("content", {})
            .get("application/json", {})
            .get("schema", {})
            .get("properties", {})
        )
        for name in ("first_page_uri", "next_page_uri", "previous_page_uri", "uri"):
            page.get(name, {}).pop("format", None)
    return {**description, "paths": kept}


class TestCreating:
    def test_every_message_has_its_own_sid(self, fake: FakeTwilio):
        assert sid_of(create(fake)) != sid_of(create(fake))

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"To": "whatsapp:hello"}, 21211),
            ({"To": PATIENT}, 21211),
            ({"To": ""}, 21211),
            ({"From": "whatsapp:+15005550006"}, 63007),
            ({"ContentSid": ""}, 21619),
            ({"ContentSid": "HX" + "0" * 32}, 20404),
            ({"ContentVariables": "no json"}, 21656),
            ({"ContentVariables": '{"1": "Ana"}'}, 21656),
            ({"ContentVariables": json.dumps({**VALUES, "1": "A" * 1100})}, 63021),
        ],
    )
    def test_refuses_what_twilio_refuses(
        self, fake: FakeTwilio, changes: dict[str, str], code: int
    ):
        assert code_of(create(fake, **changes)) == code
        assert fake.messages == {}

    @pytest.mark.parametrize("authorization", ["", "Basic eDp5", "Bearer x", "Basic ###"])
    def test_refuses_wrong_credentials(self, fake: FakeTwilio, authorization: str):
        answer = fake.handle(call("POST", form=form(fake), authorization=authorization))
        assert answer.status == 401

    def test_knows_no_other_account(self, fake: FakeTwilio):
        other = LIST.replace("1" * 32, "2" * 32)
        assert fake.handle(call("GET", other)).status == 404

    def test_gives_nothing_back_that_twilio_does_not(self, fake: FakeTwilio):
        answer = create(fake).body
        assert "StatusCallback" not in answer
        assert "HX" not in answer


class TestWhatBecomesOfIt:
    def test_is_shown_when_it_is_delivered_and_not_before(self, fake: FakeTwilio, clock: Clock):
        create(fake)
        assert fake.ledger == []
        clock.now += timedelta(seconds=2)
        fake.tick()
        (shown,) = fake.ledger
        assert (shown.number, shown.at) == (PATIENT, clock.now)

    @pytest.mark.parametrize(
        ("spoil", "code"),
        [
            ({"on_whatsapp": False}, 63003),
            ({"blocks_us": True}, 63014),
        ],
    )
    def test_a_telephone_that_cannot_be_reached_fails_later(
        self, fake: FakeTwilio, posted: Posted, spoil: dict[str, bool], code: int
    ):
        for name, value in spoil.items():
            setattr(fake.telephone(PATIENT), name, value)
        assert create(fake).status == 201
        fake.settle()
        assert posted.calls[0][1]["ErrorCode"] == str(code)
        assert fake.ledger == []

    def test_stop_said_to_twilio_is_refused_at_once(self, fake: FakeTwilio):
        fake.telephone(PATIENT).said_stop_to_twilio = True
        assert code_of(create(fake)) == 21610

    @pytest.mark.parametrize(("hours", "shown"), [(None, 0), (1, 1), (23.9, 1), (24.1, 0)])
    def test_free_text_needs_an_open_window(
        self, fake: FakeTwilio, clock: Clock, hours: float | None, shown: int
    ):
        if hours is not None:
            fake.telephone(PATIENT).last_wrote = clock.now - timedelta(hours=hours)
        create(fake, ContentSid="", ContentVariables="", Body="hola")
        fake.settle()
        assert len(fake.ledger) == shown

    def test_an_unapproved_template_fails_later(self, fake: FakeTwilio, posted: Posted):
        create(fake, ContentSid=fake.add_template(BODY + "!", "pending"))
        fake.settle()
        assert posted.calls[0][1]["ErrorCode"] == "63041"

    def test_five_blanks_in_a_value_fail_later(self, fake: FakeTwilio, posted: Posted):
        create(fake, ContentVariables=json.dumps({**VALUES, "1": "A     B"}))
        fake.settle()
        assert posted.calls[0][1]["ErrorCode"] == "63013"

    def test_both_mexican_forms_ring_one_telephone(self, fake: FakeTwilio):
        create(fake, To="whatsapp:+5215551234567")
        create(fake)
        fake.settle()
        assert {shown.number for shown in fake.ledger} == {PATIENT}


class TestCallbacks:
    def test_are_signed_for_the_address_without_its_fragment(
        self, fake: FakeTwilio, posted: Posted
    ):
        create(fake)
        fake.settle()
        url, fields, headers = posted.calls[0]
        assert "#" not in url
        assert headers["X-Twilio-Signature"] == signature(TOKEN, url, fields)

    def test_come_in_the_order_of_the_script_and_as_often(self, fake: FakeTwilio, posted: Posted):
        fake.script = Script(("read", "delivered", "sent"), copies=2)
        create(fake)
        fake.settle()
        assert posted.statuses == ["read", "read", "delivered", "delivered", "sent", "sent"]

    def test_come_late(self, fake: FakeTwilio, posted: Posted, clock: Clock):
        fake.script = Script(every=timedelta(hours=1))
        create(fake)
        clock.now += timedelta(minutes=59)
        fake.tick()
        assert posted.calls == []

    def test_may_be_lost_while_the_message_arrives(self, fake: FakeTwilio, posted: Posted):
        fake.script = Script(lost=True)
        create(fake)
        fake.settle()
        assert posted.calls == []
        assert len(fake.ledger) == 1

    def test_may_be_forged(self, fake: FakeTwilio, posted: Posted):
        fake.script = Script(forged=True)
        create(fake)
        fake.settle()
        url, fields, headers = posted.calls[0]
        assert headers["X-Twilio-Signature"] != signature(TOKEN, url, fields)

    def test_may_come_before_the_answer(self, fake: FakeTwilio, posted: Posted):
        fake.script = Script(before_answer=True)
        create(fake)
        assert posted.statuses == ["sent", "delivered"]


class TestFaults:
    def test_too_many_requests_accepts_nothing(self, fake: FakeTwilio):
        fake.faults[1] = Fault.TOO_MANY
        fake.retry_after = 7
        answer = create(fake)
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
        assert fake.messages == {}

    @pytest.mark.parametrize(
        "fault",
        [
            *(Fault.ERROR_AFTER, Fault.EMPTY, Fault.NO_SID),
            *(Fault.RESET_AFTER, Fault.TRUNCATED, Fault.HANG_AFTER),
        ],
    )
    def test_after_accepting_the_message_still_arrives(self, fake: FakeTwilio, fault: Fault):
        fake.faults[2] = fault
        create(fake)
        create(fake)
        fake.settle()
        assert len(fake.ledger) == 2

    def test_a_bad_gateway_accepts_nothing(self, fake: FakeTwilio):
        fake.faults[1] = Fault.BAD_GATEWAY
        assert create(fake).body.startswith("<html>")
        assert fake.messages == {}


class TestListing:
    def test_is_newest_first_and_of_one_number(self, fake: FakeTwilio):
        first, second = sid_of(create(fake)), sid_of(create(fake))
        create(fake, To="whatsapp:+525550000000")
        listed = fake.handle(call("GET", query={"To": f"whatsapp:{PATIENT}"}))
        assert [one["sid"] for one in json.loads(listed.body)["messages"]] == [second, first]

    def test_may_show_the_old_form_of_a_number(self, fake: FakeTwilio):
        fake.reports_old_form = True
        create(fake)
        new = fake.handle(call("GET", query={"To": f"whatsapp:{PATIENT}"}))
        old = fake.handle(call("GET", query={"To": "whatsapp:+5215551234567"}))
        assert [len(json.loads(answer.body)["messages"]) for answer in (new, old)] == [0, 1]

    def test_case_69_a_body_can_be_emptied_and_a_message_deleted(self, fake: FakeTwilio):
        sid = sid_of(create(fake))
        one = LIST.replace(".json", f"/{sid}.json")
        assert json.loads(fake.handle(call("POST", one, {"Body": ""})).body)["body"] == ""
        assert fake.handle(call("DELETE", one)).status == 204
        assert fake.handle(call("GET", one)).status == 404

    def test_tells_whether_a_template_is_approved(self, fake: FakeTwilio):
        sid = fake.add_template("Hola {{1}} hola", "rejected")
        answer = fake.handle(call("GET", f"/v1/Content/{sid}/ApprovalRequests"))
        assert json.loads(answer.body)["whatsapp"]["status"] == "rejected"


class TestInbound:
    URL = "https://columna.example.org/webhooks/twilio/inbound"

    def test_reports_a_mexican_number_with_the_old_one(self, fake: FakeTwilio, posted: Posted):
        fake.patient_writes(self.URL, PATIENT, "hola")
        assert posted.calls[0][1]["From"] == "whatsapp:+5215551234567"

    def test_may_report_an_opaque_id(self, fake: FakeTwilio, posted: Posted):
        fake.patient_writes(self.URL, PATIENT, "hola", reported_as="MX.abc")
        assert posted.calls[0][1]["From"] == "whatsapp:MX.abc"

    def test_shows_the_answer_on_the_telephone(self, fake: FakeTwilio, posted: Posted):
        posted.answer = "<Response><Message>Listo</Message></Response>"
        fake.patient_writes(self.URL, PATIENT, "BAJA")
        assert [shown.text for shown in fake.ledger] == ["Listo"]


class TestTheServer:
    def test_answers_over_http(self, fake: FakeTwilio):
        with serving(fake) as url:
            answer = requests.post(url + LIST, data=form(fake), auth=(ACCOUNT, TOKEN), timeout=5)
        assert answer.status_code == 201

    @pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.TRUNCATED, Fault.HANG_AFTER])
    def test_breaks_the_connection(self, fake: FakeTwilio, fault: Fault):
        fake.faults[1] = fault
        with serving(fake, hang_seconds=0.2) as url, pytest.raises(requests.RequestException):
            requests.post(url + LIST, data=form(fake), auth=(ACCOUNT, TOKEN), timeout=5)

    def test_posts_callbacks_to_this_machine_only(self):
        with pytest.raises(ValueError, match="this machine"):
            post_form("https://columna.example.org/x", "", {})

    def test_a_target_is_taken_apart(self):
        made = call_of("GET", LIST + "?To=whatsapp%3A%2B52&PageSize=2", "", BASIC)
        assert made.query == {"To": "whatsapp:+52", "PageSize": "2"}
