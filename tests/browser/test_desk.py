"""The desk of the staff: ten people at once, one sheet of paper, diaries by keyboard."""

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Route

from modules.course import prescription
from modules.records.care_models import DiaryReply
from modules.records.models import Participant
from modules.safety.triggers import Trigger
from modules.services import alerts, care
from plugin.staff import finding
from tests import factories
from tests.browser.conftest import DESKTOP
from tests.factories import NOON, TODAY, Clinic

DAY = timedelta(days=1)
SITE = "https://columna.test"
NAMES = ("María Guadalupe Hernández López", "Ana", "Francisco Javier Rodríguez", "Berta Gómez")
ROWS = """[...document.querySelectorAll(".people-table tbody tr")]
  .filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"""


@pytest.fixture(params=["es", "en"])
def staff(request: pytest.FixtureRequest, client_for: Callable[..., factories.Browser]):
    return client_for("staff", locale=request.param)


@pytest.fixture
def desk(staff: factories.Browser, chromium: Browser) -> Iterator[Page]:
    """A window of the staff's size; what it asks for is answered by the application itself."""

    def answer(route: Route) -> None:
        asked = route.request
        path = asked.url.removeprefix(SITE)
        options = {
            "data": asked.post_data_buffer,
            "content_type": asked.headers.get("content-type"),
        }
        given = staff.client.open(path, method=asked.method, **(options if asked.post_data else {}))
        body = given.data
        if "location" in given.headers:  # the browser would follow it into the network
            body = f'<meta http-equiv="refresh" content="0;url={given.headers["location"]}">'
        headers = {"content-type": given.headers["content-type"]}
        status = 200 if given.status_code == 303 else given.status_code
        route.fulfill(status=status, headers=headers, body=body)

    context = chromium.new_context(viewport=DESKTOP, reduced_motion="reduce")
    context.route(f"{SITE}/**", answer)
    yield context.new_page()
    context.close()


def busy(clinic: Clinic, name: str, day: int = 20) -> uuid.UUID:
    """Return a participant with a diary to read, an alert and a visit that is open."""
    with clinic.writing() as session:
        one = clinic.patient(session, day=day, name=name).participant_id
        for back in range(day):
            on = TODAY - back * DAY
            factories.login_day(session, one, on)
            factories.diary_entry(session, one, on, recorded_at=NOON - back * DAY)
        alerts.raise_all(session, one, [Trigger.PAIN_LASTING], uuid.uuid4(), NOON)
        return one


def test_the_first_ten_people_stand_on_the_first_screen(clinic, staff, desk, monkeypatch):
    monkeypatch.setattr(
        finding, "notices", lambda *_: []
    )  # here no worker runs, which is said on top
    for number in range(12):
        busy(clinic, f"{NAMES[number % 4]} {number}")
    desk.goto(SITE + staff.url("/staff/"))
    assert desk.evaluate(ROWS) >= 10


def everything(clinic: Clinic, by: uuid.UUID) -> uuid.UUID:
    """Return a participant at the end of the course of whom as much is known as can be."""
    one, curriculum = busy(clinic, NAMES[0], day=39), clinic.tool.curriculum
    more = ("s2_lumbar_rotation", "s3_rolling_spine", "s5_piriformis", "s6_hamstring_strap")
    with clinic.writing() as session:
        for module in curriculum:
            for lesson in module.lessons:
                factories.lesson_done(session, one, module.key, lesson.key, TODAY - DAY)
        for _ in range(6):
            sent = care.Reply("steady", "Sigue con el mismo ritmo. " * 20, None, uuid.uuid4())
            care.reply(session, one, sent, curriculum, by, NOON)
        for each in (*more, "c11_curl_up", "c12_clam"):
            care.prescribe(
                session,
                one,
                lambda held, each=each: prescription.with_state(held, each, "added"),
                "pain",
                curriculum,
                by,
                NOON,
            )
        others = [Trigger.LEG_SYMPTOMS, Trigger.LEG_PAIN, Trigger.NOTE_TO_READ, Trigger.PAIN_HIGH]
        alerts.raise_all(session, one, others, uuid.uuid4(), NOON)
        factories.contact(session, one)
        assert session.get_one(Participant, one).day_one == TODAY - 38 * DAY
    return one


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_page_of_a_participant_prints_on_one_sheet(clinic, staff, desk, paper):
    one = everything(clinic, staff.user_id)
    desk.goto(SITE + staff.url(f"/staff/participants/{one}"))
    assert len(re.findall(rb"/Type\s*/Page\b", desk.pdf(format=paper))) == 1


def test_several_diaries_are_read_and_answered_by_keyboard_alone(clinic, staff, desk):
    people = [busy(clinic, name, 20 - number) for number, name in enumerate(NAMES)]
    desk.goto(SITE + staff.url("/care/diaries"))
    first = desk.locator("main a.btn").first.get_attribute("href")
    desk.goto(SITE + first)
    begun = desk.locator("h1").inner_text()
    desk.keyboard.press("Alt+ArrowDown")
    desk.wait_for_function(f"document.querySelector('h1').innerText !== {begun!r}")
    desk.wait_for_load_state()  # the keys are heard once the page's script has begun
    desk.keyboard.press("Alt+ArrowUp")
    desk.wait_for_function(f"document.querySelector('h1').innerText === {begun!r}")
    desk.wait_for_load_state()
    for number in range(len(people)):
        desk.keyboard.press("Alt+KeyR")
        desk.keyboard.type(f"Sigue así, {number}.")
        before = desk.url
        desk.keyboard.press("Control+Enter")
        desk.wait_for_url(lambda url, before=before: "sent=" in url and url != before)
    assert {row.participant_id for row in clinic.rows(DiaryReply)} == set(people)
