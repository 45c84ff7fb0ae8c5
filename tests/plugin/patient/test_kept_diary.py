"""Diary entries on a device without network, in a real browser: kept, sent once, nobody else's."""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route
from sqlalchemy import select

from modules.records.models import DiaryEntry

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
TODAY = "2026-11-12"
NO_STORAGE = (
    "Object.defineProperty(window, 'localStorage',"
    " {get() { throw new DOMException('denied', 'SecurityError'); }});"
)


@pytest.fixture
def patient(make_patient):
    """A participant on day 13; the device's clock and the tool's show the same."""
    return make_patient(day=13)


@pytest.fixture
def phone(browser, patient) -> Iterator[BrowserContext]:
    """A phone whose clock shows what the tool's clock shows."""
    context = browser.new_context(viewport=PHONE)
    context.clock.set_system_time(patient.tool.now())
    yield context
    context.close()


@pytest.fixture
def entries(patient) -> Callable[[], list[DiaryEntry]]:
    def read() -> list[DiaryEntry]:
        with patient.tool.database.reading() as session:
            return list(session.scalars(select(DiaryEntry)))

    return read


def open_diary(phone: BrowserContext, address: str) -> Page:
    page = phone.new_page()
    page.goto(f"{address}/diary")
    page.locator("#did-part").check()
    page.locator("#minutes").fill("15")
    page.locator("#exercises-1").check()
    return page


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def kept(page: Page) -> int:
    return page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('columna')).length")


def says(page: Page, words: str) -> None:
    page.locator(".kept", has_text=words).wait_for(timeout=5000)


def lose_the_answer(route: Route) -> None:
    route.fetch()
    route.abort()


def test_with_a_network_the_entry_is_saved_and_nothing_stays_here(phone, address, entries):
    page = open_diary(phone, address)
    save(page)
    page.wait_for_url("**/today")
    assert len(entries()) == 1
    assert kept(page) == 0


def test_written_without_network_it_is_there_once_when_the_network_is_back(phone, address, entries):
    page = open_diary(phone, address)
    phone.set_offline(True)
    save(page)
    says(page, "Saved on this device, not sent yet")
    assert entries() == []
    phone.set_offline(False)
    says(page, "has been sent")
    assert [(e.minutes, e.written_at is not None) for e in entries()] == [(15, True)]
    assert kept(page) == 0


def test_another_amount_is_kept_with_it_and_sent_once(phone, address, entries):
    page = open_diary(phone, address)
    page.get_by_text("I did another amount").first.click()
    number = page.locator(".amount[open] input").first
    number.fill("2")
    phone.set_offline(True)
    save(page)
    says(page, "Saved on this device, not sent yet")
    phone.set_offline(False)
    says(page, "has been sent")
    (entry,) = entries()
    assert [list(each["said"].values()) for each in entry.amounts.values()] == [[2]]


def test_it_is_sent_by_the_next_page_that_is_opened(phone, address, entries):
    page = open_diary(phone, address)
    phone.set_offline(True)
    save(page)
    says(page, "not sent yet")
    page.close()
    phone.set_offline(False)
    page = phone.new_page()
    page.goto(f"{address}/today")
    says(page, "has been sent")
    assert len(entries()) == 1


def test_an_answer_lost_after_saving_does_not_make_a_second_entry(phone, address, entries):
    page = open_diary(phone, address)
    page.route(f"**/diary/{TODAY}", lose_the_answer)
    save(page)
    says(page, "not sent yet")
    assert len(entries()) == 1
    page.unroute(f"**/diary/{TODAY}")
    page.get_by_role("button", name="Send now").click()
    says(page, "has been sent")
    assert len(entries()) == 1
    assert kept(page) == 0


def test_two_tabs_send_it_once(phone, address, entries, patient):
    first, second = open_diary(phone, address), phone.new_page()
    second.goto(f"{address}/today")
    phone.set_offline(True)
    save(first)
    says(first, "not sent yet")
    phone.set_offline(False)
    says(first, "has been sent")
    second.reload()
    assert len(entries()) == 1
    assert kept(second) == 0


def test_two_tabs_without_locks_are_one_entry_all_the_same(phone, address, entries):
    phone.add_init_script("Object.defineProperty(navigator, 'locks', {value: undefined});")
    first, second = open_diary(phone, address), phone.new_page()
    second.goto(f"{address}/today")
    phone.set_offline(True)
    save(first)
    says(first, "not sent yet")
    phone.set_offline(False)
    says(first, "has been sent")
    assert len(entries()) == 1


def test_without_storage_the_page_says_that_it_is_not_saved(phone, address, entries):
    phone.add_init_script(NO_STORAGE)
    page = open_diary(phone, address)
    phone.set_offline(True)
    save(page)
    says(page, "Not saved yet")
    assert page.locator("#minutes").input_value() == "15"
    phone.set_offline(False)
    save(page)
    page.wait_for_url("**/today")
    assert len(entries()) == 1


def test_an_ended_session_keeps_it_until_the_course_is_opened_again(phone, address, entries):
    page = open_diary(phone, address)
    page.route(f"**/diary/{TODAY}", lambda route: route.fulfill(status=401))
    save(page)
    says(page, "Your session has ended")
    page.unroute(f"**/diary/{TODAY}")
    page.goto(f"{address}/today")
    says(page, "has been sent")
    assert len(entries()) == 1


def other_persons(written_at: str) -> str:
    entry = {
        "owner": "0" * 32,
        "key": str(uuid.uuid4()),
        "day": TODAY,
        "written_at": written_at,
        "fields": [["minutes", "9"]],
    }
    name = f"columna-diary:{entry['owner']}:{entry['key']}"
    return f"localStorage.setItem({json.dumps(name)}, {json.dumps(json.dumps(entry))})"


def test_another_persons_entry_is_neither_shown_nor_sent(phone, address, entries, patient):
    page = phone.new_page()
    page.goto(f"{address}/today")
    page.evaluate(other_persons(patient.tool.now().isoformat()))
    with page.expect_response("**/js/diary-kept.js"):
        page.reload()
    assert page.locator(".kept [role=status]").inner_text() == ""
    assert kept(page) == 1
    assert entries() == []


def test_what_was_never_sent_is_removed_after_seven_days(phone, address, patient):
    page = phone.new_page()
    page.goto(f"{address}/today")
    old = patient.tool.now() - timedelta(days=7, minutes=1)
    page.evaluate(other_persons(old.isoformat()))
    page.reload()
    page.wait_for_function("Object.keys(localStorage).length === 0")


@pytest.mark.parametrize("days", [-8, 8])
def test_ones_own_is_sent_however_old_it_looks(phone, address, entries, patient, days):
    page = open_diary(phone, address)
    phone.set_offline(True)
    save(page)
    says(page, "not sent yet")
    phone.clock.set_system_time(patient.tool.now() + timedelta(days=days))
    phone.set_offline(False)
    says(page, "has been sent")
    assert len(entries()) == 1


def test_faults_of_a_form_come_back_with_the_form(phone, address, entries):
    page = open_diary(phone, address)
    page.locator("#minutes").fill("0")
    with page.expect_navigation():
        save(page)
    assert page.evaluate("document.activeElement.id") == "error-summary"
    assert kept(page) == 0


def test_an_entry_that_cannot_be_taken_later_is_shown_with_the_reason(phone, address, entries):
    page = open_diary(phone, address)
    page.locator("#minutes").fill("0")
    phone.set_offline(True)
    save(page)
    says(page, "not sent yet")
    phone.set_offline(False)
    says(page, "could not be taken")
    with page.expect_navigation():
        page.get_by_role("button", name="See why").click()
    assert page.locator("#error-summary").count() == 1
    page.wait_for_function("Object.keys(localStorage).length === 0")
    assert entries() == []


def test_a_warning_sign_sent_late_still_leads_to_what_to_do(phone, address, entries):
    page = open_diary(phone, address)
    page.locator("input[name=news][value=yes]").check()
    page.locator("input[name=symptoms]").last.check()
    phone.set_offline(True)
    save(page)
    says(page, "not sent yet")
    phone.set_offline(False)
    page.wait_for_url("**/diary/saved/**")
    assert kept(page) == 0


def test_without_script_nothing_is_kept_and_the_diary_works(browser, address, entries):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = open_diary(context, address)
    save(page)
    assert "Your diary is saved" in page.locator(".notice").first.inner_text()
    context.close()
    assert len(entries()) == 1


ODI, VAS = "questions/week_2/odi", "questions/week_2/vas_pain"


def open_question(phone: BrowserContext, address: str) -> Page:
    page = phone.new_page()
    page.goto(f"{address}/{ODI}?q=1")
    page.locator("input[name=q1]").nth(2).check(force=True)
    return page


def press_next(page: Page) -> None:
    page.get_by_role("button", name="Next").click()


def answer_with(page: Page, status: int) -> None:
    page.route("**/t/abc/**", lambda route: route.fulfill(status=status))


CAUSES = pytest.mark.parametrize(
    ("status", "words"), [(401, "session has ended"), (503, "your connection works")]
)


@CAUSES
def test_without_storage_the_true_cause_is_told_and_what_was_written_stays(
    phone, address, entries, status, words
):
    phone.add_init_script(NO_STORAGE)
    page = open_diary(phone, address)
    answer_with(page, status)
    save(page)
    says(page, words)
    assert page.locator("#minutes").input_value() == "15"
    page.unroute("**/t/abc/**")
    save(page)
    page.wait_for_url("**/today")
    assert len(entries()) == 1


@CAUSES
def test_a_kept_entry_is_told_the_true_cause_too(phone, address, status, words):
    page = open_diary(phone, address)
    answer_with(page, status)
    save(page)
    says(page, "Saved on this device, not sent yet")
    says(page, words)


@CAUSES
def test_a_questionnaire_tells_the_true_cause_and_keeps_the_answer(phone, address, status, words):
    page = open_question(phone, address)
    answer_with(page, status)
    press_next(page)
    says(page, words)
    assert page.locator("input[name=q1]").nth(2).is_checked()
    page.unroute("**/t/abc/**")
    press_next(page)
    page.wait_for_url("**q=2")


def test_a_questionnaire_without_network_goes_on_when_it_is_back(phone, address):
    page = open_question(phone, address)
    phone.set_offline(True)
    press_next(page)
    says(page, "There is no connection")
    phone.set_offline(False)
    press_next(page)
    page.wait_for_url("**q=2")


def test_a_questionnaire_that_is_left_says_so_though_a_script_sends_it(phone, address):
    page = open_question(phone, address)
    page.get_by_role("button", name="Go on later").click()
    page.wait_for_url("**/today")
    page.get_by_text("Your answers are kept").wait_for()


def test_a_question_without_an_answer_comes_back_with_its_fault(phone, address):
    page = phone.new_page()
    page.goto(f"{address}/{ODI}?q=1")
    press_next(page)
    page.locator("#error-summary").wait_for()


@pytest.mark.parametrize("days", [365, -365])
def test_a_device_whose_clock_is_wrong_loses_nothing(browser, address, entries, patient, days):
    wrong = browser.new_context(viewport=PHONE)
    wrong.clock.set_system_time(patient.tool.now() + timedelta(days=days))
    page = open_diary(wrong, address)
    wrong.set_offline(True)
    save(page)
    says(page, "not sent yet")
    wrong.set_offline(False)
    says(page, "has been sent")
    (entry,) = entries()
    assert abs(entry.written_at - patient.tool.now()) < timedelta(minutes=1)
    wrong.close()


def test_what_was_overtaken_is_told(phone, address, entries, patient):
    page = open_diary(phone, address)
    phone.set_offline(True)
    save(page)
    says(page, "not sent yet")
    patient.later(minutes=5)
    other = {"client_key": str(uuid.uuid4()), "occurrence": "1", "minutes": "35", "news": "no"}
    patient.post(f"/diary/{TODAY}", other)
    phone.clock.set_system_time(patient.tool.now())
    phone.set_offline(False)
    says(page, "You wrote the same day again later")
    assert [e.minutes for e in entries() if e.superseded_at is None] == [35]
