"""What is written to our number and cannot wait is on the team's first page."""

import uuid

import pytest

from modules.records.alert_models import Alert, AlertState
from modules.records.models import Study
from modules.safety.triggers import Trigger
from modules.services import alerts
from modules.text import LANGUAGES
from notifications.inbound import Incoming, receive
from plugin import inbound
from plugin.app import create_app
from tests import factories
from tests.factories import NOON, Clinic

PHONE = "+525551234567"


@pytest.fixture
def here(database, make_tool) -> Clinic:
    """A trial on each kind of database."""
    return Clinic(make_tool(database))


@pytest.fixture
def who(here):
    with here.writing() as session:
        one = here.patient(session, day=14).participant_id
        factories.contact(session, one, PHONE)
        return one


def writes(here: Clinic, words: str) -> str | None:
    message = Incoming(f"SM{uuid.uuid4().hex}", PHONE, words)
    with here.writing() as session:
        return receive(session, message, NOON, inbound.rules(here.tool))


def raised(here: Clinic, who: uuid.UUID) -> list[Trigger]:
    return [alert.trigger for alert in here.rows(Alert, Alert.participant_id == who)]


def test_an_alert_is_due_at_once_and_whoever_treats_sees_it_first(here, who):
    answer = writes(here, "no siento las piernas")
    assert "911" in str(answer)
    assert raised(here, who) == [Trigger.WRITTEN_EMERGENCY]
    staff = here.browser(create_app(tool=here.tool), "staff", locale="es")
    for path in ("/staff/", "/care/alerts"):
        page = staff.get(path).text
        assert "Un mensaje que suena a urgencia" in page
        assert "no siento las piernas" not in page


def test_what_still_waits_for_somebody_is_not_raised_again(here, who):
    for _ in range(3):
        writes(here, "me caí y no puedo pararme")
    assert raised(here, who) == [Trigger.WRITTEN_EMERGENCY]


def test_what_is_written_after_somebody_took_it_is_raised_anew(here, who):
    writes(here, "es una emergencia")
    with here.writing() as session:
        (alert,) = alerts.of_participant(session, who)
        alerts.move(session, alert.id, AlertState.ACKNOWLEDGED, uuid.uuid4(), NOON)
    writes(here, "es una emergencia")
    assert len(raised(here, who)) == 2


def test_after_the_lock_of_the_study_it_is_an_alert_all_the_same(here, who):
    with here.writing() as session:
        session.get_one(Study, here.study_id).locked_at = NOON
    assert "911" in str(writes(here, "es una emergencia"))
    assert raised(here, who) == [Trigger.WRITTEN_EMERGENCY]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_the_approved_ones_and_fit_into_one_message(here, language):
    rules = inbound.rules(here.tool)
    for trigger in (Trigger.WRITTEN_EMERGENCY, Trigger.WRITTEN_SELF_HARM):
        words = rules.safety_text(trigger, language)
        assert "{" not in words
        assert here.tool.settings.emergency_phone in words
        assert len(words) <= 1024


def test_a_number_of_somebody_else_is_a_task_until_it_is_corrected(here, who):
    assert "Ya no escribimos" in str(writes(here, "número equivocado"))
    staff = here.browser(create_app(tool=here.tool), "staff", locale="es")
    for path in ("/staff/", f"/staff/participants/{who}"):
        assert "El número es de otra persona" in staff.get(path).text
    with here.writing() as session:
        factories.contact(session, who, "+525551234568")
    assert "El número es de otra persona" not in staff.get("/staff/").text
