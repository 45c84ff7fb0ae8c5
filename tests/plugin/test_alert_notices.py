"""The team is told by mail that an alert waits, and nothing of whom, of what or how urgent."""

import socketserver
import threading
import uuid
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from modules.records.alert_models import AlertState
from modules.safety.triggers import Trigger
from modules.services import alerts
from plugin import alert_notices
from plugin.app import create_app
from plugin.models import AlertNotice, NoticeAddress
from tests.factories import NOON, TREATED, Clinic


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as a message needs; `down`: it refuses every one."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.got: list[EmailMessage] = []
        self.down = False

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "DATA":
                self.say("354 go on")
                self.server.got.append(self.letter())
            if verb == "QUIT":
                self.say("221 bye")
                return
            self.say("451 not now" if self.server.down and verb == "MAIL" else "250 ok")

    def letter(self) -> EmailMessage:
        lines = iter(self.rfile.readline, b".\r\n")
        return message_from_bytes(b"".join(lines), policy=policy.default)  # type: ignore[return-value]

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def here(database, make_tool, mail) -> Clinic:
    """A trial on each kind of database, whose tool sends mail."""
    clinic = Clinic(make_tool(database))
    told = {"mail_server": mail.url, "mail_from": "tool@example.org", "allow_loopback": True}
    clinic.tool.settings = clinic.tool.settings.model_copy(update=told)
    return clinic


@pytest.fixture
def team(here):
    """Two who treat, with addresses; the first looks after Ana."""
    app = create_app(tool=here.tool)
    people = [here.browser(app, "staff", locale="en") for _ in range(2)]
    with here.writing() as session:
        for number, who in enumerate(people):
            address = f"staff{number}@example.org"
            session.add(NoticeAddress(lti_user_id=who.user_id, address=address, given_at=NOON))
    return people


@pytest.fixture
def ana(here, team):
    with here.writing() as session:
        one = here.patient(session, TREATED, 14, "Ana").participant_id
        here.looked_after(session, one, team[0].user_id)
    return one


def raise_one(here: Clinic, who: uuid.UUID, trigger: Trigger = Trigger.WRITTEN_EMERGENCY):
    with here.writing() as session:
        (raised,) = alerts.raise_all(session, who, [trigger], uuid.uuid4(), here.tool.now())
        return raised.id


def to(mail: MailServer) -> list[str]:
    return sorted(str(each["To"]) for each in mail.got)


def test_whoever_looks_after_the_participant_is_told_once(here, ana, mail):
    raise_one(here, ana)
    assert [alert_notices.tell(here.tool) for _ in range(3)] == [1, 0, 0]
    assert to(mail) == ["staff0@example.org"]


def test_it_says_nothing_of_whom_or_of_what(here, ana, mail):
    raise_one(here, ana)
    alert_notices.tell(here.tool)
    (letter,) = mail.got
    words = letter.as_string() + letter.get_content()
    assert "Un aviso espera" in words
    assert [
        each for each in ("Ana", "K01", str(ana), "urgencia", "emergency") if each in words
    ] == []


def test_when_nobody_took_it_everybody_who_treats_is_told(here, ana, mail, clock):
    raise_one(here, ana)
    alert_notices.tell(here.tool)
    clock.move(minutes=31)
    assert alert_notices.tell(here.tool) == 2
    assert to(mail) == ["staff0@example.org", "staff0@example.org", "staff1@example.org"]


def test_of_one_that_somebody_took_nobody_is_told(here, ana, team, mail, clock):
    raised = raise_one(here, ana)
    with here.writing() as session:
        alerts.move(session, raised, AlertState.ACKNOWLEDGED, team[0].user_id, NOON)
    clock.move(hours=2)
    assert alert_notices.tell(here.tool) == 0


def test_what_is_not_urgent_is_told_when_it_is_overdue(here, ana, mail, clock):
    raise_one(here, ana, Trigger.NOTE_TO_READ)
    assert alert_notices.tell(here.tool) == 0
    clock.move(hours=73)
    assert alert_notices.tell(here.tool) == 2


def test_without_a_reviewer_who_has_an_address_the_team_is_told(here, team, mail):
    with here.writing() as session:
        berta = here.enrolled(session, "Berta", None).participant_id
    raise_one(here, berta)
    assert alert_notices.tell(here.tool) == 2


def test_a_server_that_is_away_is_tried_again(here, ana, mail, clock):
    raise_one(here, ana)
    mail.down = True
    assert alert_notices.tell(here.tool) == 0
    mail.down = False
    assert alert_notices.tell(here.tool) == 0
    clock.move(minutes=3)
    assert alert_notices.tell(here.tool) == 1


def test_a_server_that_stays_away_is_given_up_and_the_doctor_says_so(here, ana, mail, clock):
    raise_one(here, ana)
    mail.down = True
    for _ in range(10):
        alert_notices.tell(here.tool)
        clock.move(hours=7)
    notices = here.rows(AlertNotice)
    assert {each.next_try_at for each in notices} == {None}
    assert {each.sent_at for each in notices} == {None}


def test_who_is_not_staff_any_more_is_told_nothing(here, ana, team, mail):
    with here.writing() as session:
        session.delete(session.query(NoticeAddress).filter_by(lti_user_id=team[0].user_id).one())
    raise_one(here, ana)
    alert_notices.tell(here.tool)
    assert to(mail) == ["staff1@example.org"]


class TestThePage:
    def test_an_address_is_kept_changed_and_taken_out(self, here, team):
        first = team[0]
        page = "/care/notices"
        assert "staff0@example.org" in first.get(page).text
        assert first.post(page, {"address": "new@example.org"}).status_code == 303
        assert "new@example.org" in first.get(page).text
        first.post(page, {"action": "stop"})
        assert [each.address for each in here.rows(NoticeAddress)] == ["staff1@example.org"]

    @pytest.mark.parametrize(
        "wrong", ["", "me", "a@b", "a b@example.org", "a@example.org\nBcc: x@y.z"]
    )
    def test_a_wrong_one_comes_back(self, team, wrong):
        assert team[0].post("/care/notices", {"address": wrong}).status_code == 422

    def test_it_says_when_no_mail_is_sent(self, here, team):
        here.tool.settings = here.tool.settings.model_copy(update={"mail_server": ""})
        assert "sends no mail yet" in team[0].get("/care/notices").text
